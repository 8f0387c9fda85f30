"""Which images a data set has, and their labels: from folders of classes or from list files."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from gls_sweep.errors import UserError


@dataclass(frozen=True)
class Listing:
    """Images and their labels as they are written down.

    Attributes
    ----------
    where : str
        The folder or file that they are from, for messages: ``key=path``.
    folder : Path
        What the paths are relative to.
    paths : tuple of str
        One path an image.
    labels : tuple of str
        One label an image: a class's name, or its number without leading zeros.
    numbered : bool
        The labels are class numbers; the names of folders never are.
    """

    where: str
    folder: Path
    paths: tuple[str, ...]
    labels: tuple[str, ...]
    numbered: bool


def list_images(key: str, place: str | Path, images: Path, label_file: str | Path | None) -> Listing:
    """List the images of a folder or of a list file.

    Parameters
    ----------
    key
        The key that names the place, for messages.
    place
        A folder with one folder a class, as torchvision's ``ImageFolder`` reads it, or a list file with one image a
        line: ``path label``, or ``path`` alone, whose label is then its first folder, or as `label_file` says. Paths
        without an ending are those of ``.jpg`` files. A list that ends in ``.tsv`` begins with a header.
    images
        The folder that the paths of a list are relative to.
    label_file
        File of lines ``path label``, which may hold more images than the list.

    Raises
    ------
    UserError
        If the place cannot be read or is empty, a line is of another form, or an image has no label.
    """
    place = Path(place).expanduser()
    where = f"{key}={place}"
    if place.is_dir():
        if label_file is not None:
            raise UserError(f"{key}_labels={label_file}: must be null where {key} is a folder of classes, not a list")
        return _list_folder(where, place)
    lines = _read_lines(where, place)
    if label_file is not None:
        paths = [_with_ending(line) for line in lines]
        labels = look_up(f"{key}_labels={label_file}", paths, read_label_file(f"{key}_labels", label_file))
    elif len(lines[0].split()) > 1:
        paths, labels = _split_lines(where, lines)
    else:
        return Listing(where, images, tuple(map(_with_ending, lines)), _first_folders(where, lines), False)
    return Listing(where, images, tuple(paths), tuple(labels), all(map(is_number, labels)))


def read_label_file(key: str, path: str | Path) -> dict[str, str]:
    """Read lines ``path label``; raises `UserError` for a file or a line of another form."""
    where = f"{key}={path}"
    paths, labels = _split_lines(where, _read_lines(where, Path(path).expanduser()))
    return dict(zip(paths, labels, strict=True))


def look_up(where: str, paths: Sequence[str], labels: Mapping[str, str]) -> list[str]:
    """Give the label of each path; raises `UserError` for one without."""
    missing = next((path for path in paths if path not in labels), None)
    if missing is not None:
        raise UserError(f"{where}: has no label for {missing}; one for each image of the list is needed")
    return [labels[path] for path in paths]


def _list_folder(where: str, folder: Path) -> Listing:
    from torchvision.datasets.folder import IMG_EXTENSIONS, find_classes, make_dataset

    try:
        _, numbers = find_classes(folder)
        names = {number: name for name, number in numbers.items()}
        samples = make_dataset(folder, numbers, extensions=IMG_EXTENSIONS, allow_empty=True)
    except OSError as error:
        raise UserError(f"{where}: must be a folder with one folder of images for each class ({error})") from error
    if not samples:
        raise UserError(f"{where}: holds no images ({', '.join(IMG_EXTENSIONS)}) in folders, one for each class")
    paths = tuple(str(Path(path).relative_to(folder)) for path, _ in samples)
    return Listing(where, folder, paths, tuple(names[number] for _, number in samples), numbered=False)


def _read_lines(where: str, path: Path) -> list[str]:
    try:
        lines = [line.strip() for line in path.read_text(encoding="utf-8-sig").splitlines()]
    except (OSError, UnicodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "no text file"
        raise UserError(f"{where}: cannot be read ({reason}); name a folder of classes or a list file") from error
    lines = [line for line in lines if line][path.suffix == ".tsv" :]
    if not lines:
        raise UserError(f"{where}: lists no images; at least one is needed")
    return lines


def _split_lines(where: str, lines: list[str]) -> tuple[list[str], list[str]]:
    words = [line.rsplit(maxsplit=1) for line in lines]
    wrong = next((number for number, parts in enumerate(words) if len(parts) != 2), None)
    if wrong is not None:
        raise UserError(f"{where}: {lines[wrong][:80]!r} must be `path label`, as all lines")
    labels = [str(int(label)) if is_number(label) else label for _, label in words]
    return [_with_ending(path) for path, _ in words], labels


def _first_folders(where: str, paths: list[str]) -> tuple[str, ...]:
    wrong = next((path for path in paths if "/" not in path), None)
    if wrong is not None:
        raise UserError(f"{where}: {wrong[:80]!r} must be `path label`, or `class/image`, as all lines")
    return tuple(path.partition("/")[0] for path in paths)


def _with_ending(path: str) -> str:
    return path if Path(path).suffix else f"{path}.jpg"


def is_number(label: str) -> bool:
    """Whether a label is a class number."""
    return label.isascii() and label.isdigit()
