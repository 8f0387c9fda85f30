"""Images and labels from parquet files, as Hugging Face stores them."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import torch

from gls_sweep.data.augment import CROP_AND_FLIP
from gls_sweep.data.dataset import Dataset, Labels
from gls_sweep.errors import UserError

if TYPE_CHECKING:
    from pyarrow import DataType
    from pyarrow.parquet import ParquetFile

Pixels = npt.NDArray[np.uint8]
RawLabels = list[Any]  # all int, or all str
GREYSCALE_MODES = {"1", "L"}
COLOUR_MODES = {"RGB", "RGBA", "P", "LA", "PA", "CMYK", "YCbCr"}


def parquet(
    *,
    train: str | Path,
    test: str | Path,
    image_column: str = "img",
    label_column: str = "label",
    limit: int | None = None,
    augment: bool = False,
) -> Dataset:
    """Load a training and a test file.

    Parameters
    ----------
    train, test : path
        Parquet files.
    image_column : str
        Column of structs ``{bytes, path}`` whose ``bytes`` are an encoded image (PNG, JPEG, ...), all of one size,
        8 bits a channel. Greyscale images give one channel, but three as soon as one image has colour.
    label_column : str
        Column of integers ``0..K-1``, with K one more than the largest in either file, or of strings, whose classes are
        the sorted names of the training file. `limit` does not change the classes.
    limit : int, optional
        Load only the first `limit` rows of the training file and the first `limit` rows of the test file.
    augment : bool
        Random crop with padding 4 and horizontal flip of training batches.

    Returns
    -------
    Dataset
        Images ``[N, C, H, W]`` uint8 in the order of the rows.

    Raises
    ------
    UserError
        If `limit` is below 1, a file is missing, unreadable or empty, a column is missing or of another type, a label
        is missing or unknown, or an image is missing, damaged or of another size. Rows count from 0.
    """
    if limit is not None and limit < 1:
        raise UserError(f"dataset.limit = {limit}: must be at least 1, or null for all rows")
    sources = [_open("dataset.train", train), _open("dataset.test", test)]
    train_labels, test_labels = (_read_labels(source, label_column) for source in sources)
    train_images, test_images = (_read_images(source, image_column, limit) for source in sources)
    class_names = _class_names(train_labels, test_labels, sources[0])
    channels = max(len(image) for image in train_images + test_images)
    return Dataset(
        inputs=_stack(train_images, channels),
        labels=_class_ids(train_labels[:limit], class_names, sources[0]),
        test_inputs=_stack(test_images, channels),
        test_labels=_class_ids(test_labels[:limit], class_names, sources[1]),
        num_classes=len(class_names),
        class_names=class_names,
        augmentation=CROP_AND_FLIP if augment else None,
    )


@dataclass(frozen=True)
class _Source:
    key: str
    path: Path
    file: ParquetFile

    def error(self, problem: str) -> UserError:
        return UserError(f"{self.key} = {str(self.path)!r}: {problem}")

    @contextmanager
    def reading(self, column: str) -> Iterator[None]:
        try:
            yield
        except (OSError, ValueError) as error:  # pyarrow's own errors are among these
            raise self.error(f"column {column!r} cannot be read ({_first_line(error)})") from error


def _open(key: str, path: str | Path) -> _Source:
    from pyarrow import ArrowInvalid
    from pyarrow.parquet import ParquetFile

    path = Path(path).expanduser()
    try:
        source = _Source(key, path, ParquetFile(path))
    except FileNotFoundError as error:
        raise UserError(f"{key} = {str(path)!r}: no such file; give the path of a parquet file") from error
    except (ArrowInvalid, OSError) as error:
        raise UserError(f"{key} = {str(path)!r}: not a readable parquet file ({_first_line(error)})") from error
    if source.file.metadata.num_rows == 0:
        raise source.error("the file has no rows; at least one is needed")
    return source


def _column_type(source: _Source, option: str, column: str) -> DataType:
    schema = source.file.schema_arrow
    if column not in schema.names:
        raise source.error(
            f"no column {column!r}; set dataset.{option} to one of the columns there: {', '.join(schema.names)}"
        )
    return schema.field(column).type


def _read_labels(source: _Source, column: str) -> RawLabels:
    from pyarrow import types

    kind = _column_type(source, "label_column", column)
    if types.is_dictionary(kind):
        kind = kind.value_type
    if not (types.is_integer(kind) or types.is_string(kind) or types.is_large_string(kind)):
        raise source.error(f"column {column!r} is of type {kind}; labels must be integers or strings")
    with source.reading(column):
        labels: RawLabels = source.file.read(columns=[column]).column(0).to_pylist()
    if None in labels:
        raise source.error(f"row {labels.index(None)} has no label; remove such rows")
    return labels


def _class_names(train_labels: RawLabels, test_labels: RawLabels, train: _Source) -> tuple[str, ...]:
    if type(train_labels[0]) is not type(test_labels[0]):
        raise train.error("its labels and those of dataset.test must both be integers or both be strings")
    if isinstance(train_labels[0], str):
        return tuple(sorted(set(train_labels)))
    largest = max(*train_labels, *test_labels)
    if largest >= len(train_labels):
        raise train.error(f"label {largest} exceeds the number of training rows; number the classes 0, 1, ..., K-1")
    return tuple(str(label) for label in range(largest + 1))


def _class_ids(labels: RawLabels, class_names: tuple[str, ...], source: _Source) -> Labels:
    ids = {name: i for i, name in enumerate(class_names)}
    names = [str(label) for label in labels]
    unknown = next((row for row, name in enumerate(names) if name not in ids), None)
    if unknown is not None:
        raise source.error(f"row {unknown} has label {names[unknown]!r}, not one of {', '.join(class_names[:10])}")
    return np.array([ids[name] for name in names], dtype=np.int64)


def _read_images(source: _Source, column: str, limit: int | None) -> list[Pixels]:
    from pyarrow import types

    kind = _column_type(source, "image_column", column)
    if not types.is_struct(kind) or kind.get_field_index("bytes") < 0:
        raise source.error(f"column {column!r} is of type {kind}; images must be structs {{bytes, path}}")
    images: list[Pixels] = []
    for row, encoded in enumerate(islice(_encoded_images(source, column), limit)):
        try:
            images.append(_decode(encoded))
        except Exception as error:  # what a decoder raises on foreign bytes may be anything
            raise source.error(
                f"the image of row {row} cannot be read ({_first_line(error)}); remove that row"
            ) from error
        if images[row].shape[1:] != images[0].shape[1:]:
            raise source.error(
                f"the image of row {row} is {_size(images[row])}, that of row 0 is {_size(images[0])}; "
                "resize all to one size"
            )
    return images


def _encoded_images(source: _Source, column: str) -> Iterator[bytes | None]:
    batches = source.file.iter_batches(batch_size=1024, columns=[column])
    while True:
        with source.reading(column):
            batch = next(batches, None)
        if batch is None:
            return
        yield from batch.column(0).field("bytes").to_pylist()


def _decode(encoded: bytes | None) -> Pixels:
    from PIL import Image

    if encoded is None:
        raise ValueError("no bytes are stored")
    with Image.open(io.BytesIO(encoded)) as image:
        if image.mode in GREYSCALE_MODES:
            return np.asarray(image.convert("L"))[None]
        if image.mode in COLOUR_MODES:
            return np.asarray(image.convert("RGB")).transpose(2, 0, 1)
        raise ValueError(f"mode {image.mode} is not 8 bits a channel")


def _stack(images: list[Pixels], channels: int) -> torch.Tensor:
    return torch.from_numpy(np.stack([np.broadcast_to(image, (channels, *image.shape[1:])) for image in images]))


def _size(image: Pixels) -> str:
    return f"{image.shape[2]}x{image.shape[1]}"


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0]
