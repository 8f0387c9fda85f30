"""Decodes images of 8 bits a channel."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.Image import Image

GREYSCALE_MODES = {"1", "L"}
COLOUR_MODES = {"RGB", "RGBA", "P", "LA", "PA", "CMYK", "YCbCr"}


def decode(stream: IO[bytes], smallest: int | None = None) -> Image:
    """Decode an image to mode ``L`` or ``RGB``.

    Parameters
    ----------
    stream
        An encoded image: PNG, JPEG, ...
    smallest
        A JPEG may be decoded at a reduced scale, with both sides still at least this long; much faster.

    Raises
    ------
    Exception
        What a decoder raises on foreign or damaged bytes may be anything; ValueError for more than 8 bits a channel.
    """
    from PIL import Image

    with Image.open(stream) as image:
        if image.mode not in GREYSCALE_MODES | COLOUR_MODES:
            raise ValueError(f"mode {image.mode} is not 8 bits a channel")
        if smallest is not None:
            image.draft(None, (smallest, smallest))
        return image.convert("L" if image.mode in GREYSCALE_MODES else "RGB")
