"""Random draws that belong to a cell: each comes from its seed and its purpose, none from what was drawn before.

An interrupted run therefore needs no generator state to go on with the same draws.
"""

import hashlib

import torch


def stream_seed(seed: int, *purpose: str | int) -> int:
    """Derive the 63-bit seed of one purpose, for example `(seed, "order", "main", epoch)`."""
    digest = hashlib.sha256(repr((seed, *purpose)).encode()).digest()
    return int.from_bytes(digest[:8], "little") >> 1


def stream(seed: int, *purpose: str | int) -> torch.Generator:
    """Make the CPU generator of one purpose; draws on the CPU are the same on every device."""
    return torch.Generator().manual_seed(stream_seed(seed, *purpose))


def seed_layers(seed: int, device: torch.device) -> None:
    """Seed torch's global generators, which layers draw from: the CPU's, and a GPU's that is used.

    `torch.manual_seed` would seed all GPUs, and take a stack trace for a first use of CUDA: as long as some layers.
    """
    torch.default_generator.manual_seed(seed)
    if device.type == "cuda":
        torch.cuda.default_generators[device.index or 0].manual_seed(seed)
