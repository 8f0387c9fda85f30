"""Opens torchvision's datasets; a folder without intact files is one line for a person."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from gls_sweep.errors import UserError

Open = Callable[[bool, bool], Any]
"""Makes torchvision's dataset; the arguments are `train` and `download`."""


def open_parts(source: Open, root: Path, folder: Path, url: str, download: bool) -> tuple[Any, Any]:
    """Open the training and the test part.

    Parameters
    ----------
    source
        Makes either part.
    root, folder
        ``dataset.root``, and the folder under it that the files are in.
    url
        Where torchvision downloads from.
    download
        Fetch the files where they are absent.

    Raises
    ------
    UserError
        If the files are absent or damaged and `download` is false, or the download fails.
    """
    try:
        # SVHN downloads each part by itself, the others do nothing the second time.
        return source(True, download), source(False, download)
    except Exception as error:  # what a parser raises on damaged files may be anything
        if download:
            reason = " ".join(str(error).split())[:300]
            advice = f"the download from {url} failed ({reason}); put the original files into {folder}"
        else:
            advice = (
                f"no intact files in {folder}; put them there, or set dataset.download=true where there is a network"
            )
        raise UserError(f"dataset.root = {str(root)!r}: {advice}") from error
