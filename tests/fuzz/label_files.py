"""Targets that feed label files: whatever is in one, it is labels or a line for a person."""

import csv
import io
import json
import pickle
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import torch
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from gls_sweep import noise
from gls_sweep.errors import UserError

CLASSES = 3
CLEAN = np.array([0, 1, 2, 0, 1, 2])
NOISY = np.array([0, 1, 2, 1, 1, 0])


@dataclass(frozen=True)
class LabelFile:
    """A file's suffix and content, and the key asked for."""

    suffix: str
    content: bytes
    key: str | None


def read(file: LabelFile) -> None:
    """Read a file as `noise=file` does; anything raised but a `UserError` of one line is a failure."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"labels{file.suffix}"
        path.write_bytes(file.content)
        try:
            drawn = noise.file(CLEAN, lambda rows: CLEAN, num_classes=CLASSES, path=path, key=file.key)
        except UserError as error:
            assert str(error).startswith("noise.") and len(str(error).splitlines()) == 1, str(error)
        else:
            noise.check_noisy_labels(drawn, len(CLEAN), CLASSES)


def saved(content: Any, **options: Any) -> bytes:
    """Give what `torch.save` writes."""
    buffer = io.BytesIO()
    torch.save(content, buffer, **options)
    return buffer.getvalue()


def npy(array: Any) -> bytes:
    """Give what `numpy.save` writes."""
    buffer = io.BytesIO()
    np.save(buffer, array)
    return buffer.getvalue()


def table(rows: list[list[Any]]) -> bytes:
    """Give rows as CSV."""
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue().encode("utf-8", "surrogatepass")


def old_pt(content: Any) -> bytes:
    """Give the older format of `torch.save`: pickles one after the other, without checksums."""
    return saved(content, _use_new_zipfile_serialization=False)


FORM = {"noise_label_train": torch.from_numpy(NOISY)[:, None], "clean_label_train": CLEAN}
VALID = [
    (".npy", npy(NOISY)),
    (".npy", npy(NOISY.astype(np.float32)[:, None])),
    (".csv", table([[label] for label in NOISY])),
    (".csv", table([["y", "clean_label"], *map(list, zip(NOISY, CLEAN, strict=True))])),
    (".json", json.dumps(NOISY.tolist()).encode()),
    (".json", json.dumps({"y": NOISY.tolist(), "clean_label": CLEAN.tolist()}).encode()),
    (".pt", saved(FORM)),
    (".pt", old_pt(FORM)),
    (".pt", old_pt(NOISY)),
    (".pt", pickle.dumps(NOISY.tolist(), protocol=2)),
]

keys = st.none() | st.sampled_from(["y", "noise_label_train"]) | st.text(max_size=3)
suffixes = st.sampled_from([".npy", ".csv", ".json", ".pt"])


@st.composite
def mutated(draw: st.DrawFn, content: bytes) -> bytes:
    """Overwrite, insert and take away bytes at a few places."""
    for _ in range(draw(st.integers(1, 4))):
        place = draw(st.integers(0, len(content)))
        width = draw(st.integers(0, 1) | st.integers(0, len(content)))
        content = content[:place] + draw(st.binary(max_size=8)) + content[place + width :]
    return content


@st.composite
def mutated_pickles(draw: st.DrawFn) -> bytes:
    """Change the pickle inside of an archive, whose checksums then fit again."""
    source, target = zipfile.ZipFile(io.BytesIO(saved(FORM))), io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name in source.namelist():
            content = source.read(name)
            archive.writestr(name, draw(mutated(content)) if name.endswith(".pkl") else content)
    return target.getvalue()


def files(suffix: str, contents: st.SearchStrategy[bytes]) -> st.SearchStrategy[LabelFile]:
    """Give files of one kind."""
    return st.builds(LabelFile, st.just(suffix), contents, keys)


numbers = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=4)
trees = st.recursive(
    numbers, lambda inner: st.lists(inner, max_size=7) | st.dictionaries(st.text(max_size=3), inner, max_size=4)
)
arrays = npst.arrays(
    st.one_of(npst.scalar_dtypes(), st.just(np.dtype([("y", int)])), npst.unicode_string_dtypes()),
    npst.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=7),
)
plain_arrays = npst.arrays(st.one_of(npst.integer_dtypes(), npst.floating_dtypes()), st.sampled_from([6, (6, 1), 5]))
cells = st.text(max_size=4) | st.integers(-1, 4) | st.floats()

TARGETS: dict[str, tuple[st.SearchStrategy[Any], Callable[[Any], None]]] = {
    "label files: bytes": (st.builds(LabelFile, suffixes, st.binary(max_size=200), keys), read),
    "label files: mutated": (
        st.sampled_from(VALID).flatmap(lambda valid: files(valid[0], mutated(valid[1])))
        | files(".pt", mutated_pickles()),
        read,
    ),
    "label files: arrays": (
        files(".npy", arrays.map(npy) | plain_arrays.map(npy))
        | files(".pt", arrays.map(saved) | plain_arrays.map(saved) | trees.map(saved) | trees.map(old_pt))
        | files(".json", trees.map(lambda tree: json.dumps(tree).encode()))
        | files(".csv", st.lists(st.lists(cells, min_size=1, max_size=3), max_size=8).map(table)),
        read,
    ),
}
