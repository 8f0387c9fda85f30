"""Decodes images once, to one size, into a file that is read by memory map and may be larger than memory."""

import fcntl
import hashlib
import json
import logging
import os
import warnings
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from gls_sweep.data.pixels import decode
from gls_sweep.errors import UserError
from gls_sweep.files import write_atomically

log = logging.getLogger(__name__)

FORMAT = 1  # of the cache: raise it when decoding changes
AT_ONCE = 64  # images a thread decodes in one go
WORTH_A_WORD = 32  # so many goes take more than a moment


def cached_images(files: list[Path], size: int, cache: Path) -> Tensor:
    """Give images as a memory map, decoded by whoever wants them first.

    The cache is known by the paths, sizes and times of change of the files and by `size`. It is written beside its
    place and renamed into it; another process that wants the same waits.

    Parameters
    ----------
    files
        N files of images of any size, 8 bits a channel.
    size
        Height and width: the shorter side is resized to it, and the centre is kept.
    cache
        Folder of decoded images.

    Returns
    -------
    Tensor
        ``[N, 3, size, size]`` uint8, only to be read.

    Raises
    ------
    UserError
        If an image is missing or damaged, or the cache cannot be written.
    """
    path = cache / f"{_key(files, size)}.npy"
    if not path.exists():
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with _locked(path.with_suffix(".lock")):
                if not path.exists():
                    write_atomically(path, lambda temporary: _decode_all(files, size, temporary))
        except OSError as error:
            raise UserError(f"dataset.cache={cache}: cannot be written ({error.strerror or error})") from error
    return _open(path)


def _key(files: list[Path], size: int) -> str:
    digest = hashlib.sha256(json.dumps([FORMAT, size]).encode())
    for file in files:
        try:
            found = file.stat()
        except OSError as error:
            raise UserError(f"dataset: the image {file} cannot be read ({error.strerror})") from error
        digest.update(json.dumps([str(file.absolute()), found.st_size, found.st_mtime_ns]).encode())
    return digest.hexdigest()[:16]


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Hold a POSIX record lock, which the system takes back when the process ends, however it ends."""
    with path.open("w") as file:
        fcntl.lockf(file, fcntl.LOCK_EX)
        try:
            yield
        finally:
            path.unlink(missing_ok=True)


def _decode_all(files: list[Path], size: int, path: Path) -> None:
    images = np.lib.format.open_memmap(path, mode="w+", dtype=np.uint8, shape=(len(files), 3, size, size))
    with path.open("r+b") as stream:  # a map that runs into a full disk kills the process
        os.posix_fallocate(stream.fileno(), 0, path.stat().st_size)

    def fill(start: int) -> None:
        for position, file in enumerate(files[start : start + AT_ONCE], start):
            images[position] = _read_image(file, size)

    starts = range(0, len(files), AT_ONCE)
    tenth = len(starts) // 10 if len(starts) >= WORTH_A_WORD else None
    # Threads suffice: Pillow decodes and resizes without Python's lock.
    with ThreadPoolExecutor(len(os.sched_getaffinity(0))) as pool:
        for done, _ in enumerate(pool.map(fill, starts)):
            if tenth and done % tenth == 0:
                log.info("decoding images: %d of %d", starts[done], len(files))
    images.flush()


def _read_image(file: Path, size: int) -> npt.NDArray[np.uint8]:
    from PIL import Image, ImageOps

    try:
        with file.open("rb") as stream:
            image = decode(stream, smallest=size).convert("RGB")
    except Exception as error:  # what a decoder raises on foreign bytes may be anything
        reason = " ".join(str(error).split())[:200]
        raise UserError(f"dataset: the image {file} cannot be read ({reason}); take it out of the list") from error
    return np.asarray(ImageOps.fit(image, (size, size), Image.Resampling.BILINEAR)).transpose(2, 0, 1)


def _open(path: Path) -> Tensor:
    # Read-only: a private map that may be written to counts as memory, and one larger than memory is refused.
    images = np.load(path, mmap_mode="r")
    with warnings.catch_warnings(action="ignore"):  # torch has no read-only tensors
        return torch.from_numpy(images)
