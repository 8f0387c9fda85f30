"""Reads columns of images and labels from one Parquet file."""

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

from gls_sweep.data.pixels import decode
from gls_sweep.errors import UserError

if TYPE_CHECKING:
    from pyarrow import DataType
    from pyarrow.parquet import ParquetFile

Pixels = npt.NDArray[np.uint8]
RawLabels = list[Any]  # all int, or all str


@dataclass(frozen=True)
class Source:
    """An open file and the key that names it."""

    key: str
    path: Path
    file: ParquetFile

    def error(self, problem: str) -> UserError:
        """Make an error that says which file it is about."""
        return UserError(f"{self.key} = {str(self.path)!r}: {problem}")

    @contextmanager
    def reading(self, column: str) -> Iterator[None]:
        """Turn what pyarrow raises on damaged pages into a `UserError`."""
        try:
            yield
        except (OSError, ValueError) as error:  # pyarrow's own errors are among these
            raise self.error(f"column {column!r} cannot be read ({_first_line(error)})") from error


def open_source(key: str, path: str | Path) -> Source:
    """Open a file; raises `UserError` where there is none, or one of another kind, or without rows."""
    from pyarrow import ArrowInvalid
    from pyarrow.parquet import ParquetFile

    path = Path(path).expanduser()
    try:
        source = Source(key, path, ParquetFile(path))
    except FileNotFoundError as error:
        raise UserError(f"{key} = {str(path)!r}: no such file; give the path of a parquet file") from error
    except (ArrowInvalid, OSError) as error:
        raise UserError(f"{key} = {str(path)!r}: not a readable parquet file ({_first_line(error)})") from error
    if source.file.metadata.num_rows == 0:
        raise source.error("the file has no rows; at least one is needed")
    return source


def read_labels(source: Source, option: str, column: str) -> RawLabels:
    """Read the column of labels that the key `option` names; raises `UserError`."""
    from pyarrow import types

    kind = _column_type(source, option, column)
    if types.is_dictionary(kind):
        kind = kind.value_type
    if not (types.is_integer(kind) or types.is_string(kind) or types.is_large_string(kind)):
        raise source.error(f"column {column!r} is of type {kind}; labels must be integers or strings")
    with source.reading(column):
        labels: RawLabels = source.file.read(columns=[column]).column(0).to_pylist()
    if None in labels:
        raise source.error(f"row {labels.index(None)} has no label; remove such rows")
    return labels


def read_images(source: Source, column: str, limit: int | None) -> list[Pixels]:
    """Decode the first `limit` images, each ``[C, H, W]``, all of one height and width; raises `UserError`."""
    from pyarrow import types

    kind = _column_type(source, "image_column", column)
    if not types.is_struct(kind) or kind.get_field_index("bytes") < 0:
        raise source.error(f"column {column!r} is of type {kind}; images must be structs {{bytes, path}}")
    images: list[Pixels] = []
    for row, encoded in enumerate(islice(_encoded_images(source, column), limit)):
        try:
            images.append(_to_pixels(encoded))
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


def _column_type(source: Source, option: str, column: str) -> DataType:
    schema = source.file.schema_arrow
    if column not in schema.names:
        raise source.error(
            f"no column {column!r}; set dataset.{option} to one of the columns there: {', '.join(schema.names)}"
        )
    return schema.field(column).type


def _encoded_images(source: Source, column: str) -> Iterator[bytes | None]:
    batches = source.file.iter_batches(batch_size=1024, columns=[column])
    while True:
        with source.reading(column):
            batch = next(batches, None)
        if batch is None:
            return
        yield from batch.column(0).field("bytes").to_pylist()


def _to_pixels(encoded: bytes | None) -> Pixels:
    if encoded is None:
        raise ValueError("no bytes are stored")
    pixels = np.asarray(decode(io.BytesIO(encoded)))
    return pixels[None] if pixels.ndim == 2 else pixels.transpose(2, 0, 1)


def _size(image: Pixels) -> str:
    return f"{image.shape[2]}x{image.shape[1]}"


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0]
