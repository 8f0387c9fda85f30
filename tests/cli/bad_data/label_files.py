"""Files of labels for `noise=file`, held against the digits: 1,438 training samples of 10 classes."""

import os
from typing import Any

import numpy as np
import torch

from gls_sweep.data import digits
from tests.cli.bad_data.case import Case, Write, as_json, column, npy, pt, raw

TRUE = digits(test_fraction=0.2, split_seed=0).labels
N = len(TRUE)
NOISY = np.where(np.arange(N) % 4 == 0, (TRUE + 1) % 10, TRUE)  # a quarter is wrong
LIST = NOISY.tolist()
PNG = b"\x89PNG\r\n\x1a\n"


class Malicious:
    """Makes a file where it is unpickled."""

    def __reduce__(self) -> Any:
        return os.mkdir, ("executed",)


def with_(position: int, value: float, dtype: Any = np.float64) -> np.ndarray:
    """Put one wrong label among the others."""
    labels = NOISY.astype(dtype)
    labels[position] = value
    return labels


def case(name: str, write: Write, *says: str, key: str | None = None) -> Case:
    words = f"noise=file noise.path={{folder}}/{name}" + (f" noise.key={key}" if key else "")
    return Case(words, list(says), {name: write})


def swapped(clean: np.ndarray) -> np.ndarray:
    return np.concatenate([clean[1:], clean[:1]])


WRONG = {
    "too short": case("a.npy", npy(NOISY[:-1]), "1437 labels", "1438 samples", "one for each"),
    "too long": case("a.csv", column([*LIST, 0]), "1439 labels", "1438 samples"),
    "none": case("a.json", as_json([]), "0 labels", "1438 samples"),
    "a label too high": case("a.npy", npy(with_(7, 10, np.int64)), "sample 7 has label 10", "0..9"),
    "a label far too high": case(
        "a.npy", npy(with_(0, 2**64 - 1, np.uint64)), "sample 0 has label 18446744073709551615"
    ),
    "a negative label": case("a.npy", npy(with_(1437, -1, np.int8)), "sample 1437 has label -1", "0..9"),
    "a fraction": case("a.npy", npy(with_(3, 2.5)), "sample 3 has label 2.5", "class numbers 0..9"),
    "NaN": case("a.npy", npy(with_(5, np.nan)), "sample 5 has label nan", "0..9"),
    "infinity": case("a.npy", npy(with_(5, np.inf)), "sample 5 has label inf", "0..9"),
    "NaN in JSON": case("a.json", as_json([np.nan, *LIST[1:]]), "sample 0 has label nan"),
    "null in JSON": case("a.json", as_json([None, *LIST[1:]]), "holds object", "class numbers"),
    "an empty cell": case("a.csv", raw("label,x\n" + ",1\n" * N), "class numbers", "''", key="label"),
    "class names": case("a.csv", column(["cat"] * N, "label"), "class numbers", "'cat'"),
    "truth values": case("a.npy", npy(NOISY > 4), "holds bool", "class numbers"),
    "complex numbers": case("a.npy", npy(NOISY + 1j), "holds complex128"),
    "dates": case("a.npy", npy(NOISY.astype("datetime64[D]")), "holds datetime64"),
    "two columns": case("a.npy", npy(np.stack([NOISY, NOISY], 1)), "shape [1438, 2]", "[1438] or [1438, 1]"),
    "a row": case("a.npy", npy(NOISY[None]), "shape [1, 1438]", "[1438] or [1438, 1]"),
    "one number": case("a.npy", npy(np.int64(3)), "int64 of shape []"),
    "rows of different lengths": case("a.json", as_json([[1], [1, 2]]), "class numbers", "inhomogeneous"),
    "an unknown suffix": case("a.txt", column(LIST), "a.txt", "must end in .npy, .csv, .json, .pt"),
    "no suffix": case("labels", column(LIST), "must end in .npy"),
    "no such file": Case("noise=file noise.path=nowhere.npy", ["noise.path=nowhere.npy", "No such file"]),
    "a folder": Case("noise=file noise.path=.", ["noise.path=.", "Is a directory"]),
    "no path": Case("noise=file", ["noise.path: has no value yet", "noise.path=..."]),
    **{f"an empty {end} file": case(f"a.{end}", raw(b""), "cannot be read as") for end in ("npy", "csv", "json", "pt")},
    **{f"an image as .{end}": case(f"a.{end}", raw(PNG), "cannot be read as") for end in ("npy", "csv", "json", "pt")},
    "a .npy cut off": case(
        "a.npy", lambda path: (np.save(path, NOISY), os.truncate(path, 5000)), "cannot be read as .npy"
    ),
    "a .pt cut off": case("a.pt", lambda path: (pt(NOISY)(path), os.truncate(path, 5000)), "cannot be read as .pt"),
    "a .json cut off": case("a.json", raw("[1, 2, "), "cannot be read as .json"),
    "no list in JSON": case("a.json", as_json(3), "holds int, not labels"),
    "an object without a list": case("a.json", as_json({"rate": 0.4}), "holds no list of labels"),
    "uneven rows": case("a.csv", raw("x,y\n1,2\n3\n"), "row 2 has 1 cells, row 0 has 2"),
    "columns without a header": case("a.csv", raw("1,2\n3,4\n"), "2 columns need a header"),
    "two columns of one name": case("a.csv", raw("y,y\n3,4\n"), "two columns have the same name"),
    "semicolons": case("a.csv", raw("y;z\n3;4\n" * N), "class numbers", "'3;4'"),
    "an absent column": case("a.csv", raw("x,y\n3,4\n"), "noise.key=label", "one of x, y", key="label"),
    "an absent entry": case("a.pt", pt({"aggre": NOISY, "worse": NOISY}), "noise.key=best", "aggre, worse", key="best"),
    "several and none chosen": case("a.json", as_json({"a": LIST, "b": LIST}), "noise.key=null", "one of a, b"),
    "a name where there are none": case("a.npy", npy(NOISY), "noise.key=y", "must be null", key="y"),
    "objects in .npy": case("a.npy", npy(NOISY.astype(object), allow_pickle=True), "cannot be read as .npy", "pickle"),
    "objects in .pt": case("a.pt", pt(NOISY.astype(object)), "cannot be read as .pt", "only tensors, arrays and lists"),
    "malice in .npy": case("a.npy", npy([Malicious()], allow_pickle=True), "cannot be read as .npy", "pickle"),
    "malice in .pt": case("a.pt", pt({"y": Malicious()}), "posix.mkdir, which might run code"),
    "malice in an old .pt": case(
        "a.pt", pt({"y": Malicious()}, _use_new_zipfile_serialization=False), "posix.mkdir, which might run code"
    ),
    "malice under another name": case("a.npy", pt(Malicious()), "cannot be read as .npy"),
    "samples in another order": case(
        "a.pt",
        pt({"noise_label_train": swapped(NOISY), "clean_label_train": swapped(TRUE)}),
        "clean_label_train differs",
        f"in {np.count_nonzero(swapped(TRUE) != TRUE)} of 1438 samples",
        "same order",
    ),
    "clean labels of another dataset": case(
        "a.csv", raw("clean_label,y\n" + "1,2\n" * 9), "clean_label: has 9 labels for the 1438 samples"
    ),
}

FINE = {
    "labels in the GLS form": case(
        "a.pt", pt({"noise_label_train": torch.from_numpy(NOISY)[:, None], "clean_label_train": TRUE})
    )
}
