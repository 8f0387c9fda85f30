"""Transition matrices for `noise=matrix`, and noise models that do not fit a dataset."""

import os

import numpy as np
import torch

from tests.cli.bad_data.case import Case, Write, npy, pt, raw
from tests.cli.bad_data.label_files import Malicious

EYE = np.eye(10)


def matrix(name: str, write: Write, *says: str) -> Case:
    return Case(f"noise=matrix noise.matrix={{folder}}/{name}", ["noise.matrix", *says], {name: write})


def inline(text: str, *says: str) -> Case:
    return Case(f"dataset=breast_cancer noise=matrix noise.matrix={text}", ["noise.matrix", *says])


def with_row(row: list[float]) -> np.ndarray:
    return np.concatenate([[row + [0.0] * (10 - len(row))], EYE[1:]])


WRONG = {
    "not square": matrix("T.npy", npy(EYE[:9]), "(9, 10)", "(10, 10)"),
    "of fewer classes": matrix("T.npy", npy(np.eye(3)), "(3, 3)", "(10, 10)"),
    "a vector": matrix("T.npy", npy(EYE[0]), "(10,)", "(10, 10)"),
    "rows that sum to 2": matrix("T.npy", npy(np.full((10, 10), 0.2)), "row 0 sums to 2", "must sum to 1"),
    "a row that sums to 0.9": matrix("T.npy", npy(with_row([0.5, 0.4])), "row 0 sums to 0.9"),
    "a row of zeros": matrix("T.npy", npy(with_row([0.0])), "row 0 sums to 0"),
    "percent": matrix("T.csv", raw("\n".join(",".join(map(str, row)) for row in 100 * EYE)), "row 0 sums to 100"),
    "negative": matrix("T.npy", npy(with_row([1.5, -0.5])), "[0][1]=-0.5", "probability in [0, 1]"),
    "NaN": matrix("T.npy", npy(with_row([np.nan])), "[0][0]=nan", "probability"),
    "infinite": matrix("T.npy", npy(with_row([np.inf])), "row 0 sums to inf"),
    "complex": matrix("T.npy", npy(EYE + 0j), "rows of numbers"),
    "empty": matrix("T.npy", npy(np.zeros((0, 0))), "(0, 0)", "(10, 10)"),
    "an empty file": matrix("T.csv", raw(b""), "(0,)", "(10, 10)"),
    "not an array": matrix("T.npy", raw("1,0\n0,1\n"), "rows of numbers only"),
    "cut off": matrix("T.npy", lambda path: (np.save(path, EYE), os.truncate(path, 500)), "rows of numbers only"),
    "an archive": matrix("T.npy", pt(torch.eye(10)), "rows of numbers only"),
    "malice": matrix("T.npy", npy([Malicious()], allow_pickle=True), "rows of numbers only", "no pickled objects"),
    "a header": matrix("T.csv", raw("a,b\n1,0\n0,1\n"), "rows of numbers only, no header"),
    "a .txt": matrix("T.txt", raw("1 0\n0 1\n"), "must be a .npy or a .csv file"),
    "inline, uneven": inline("[[0.9,0.1],[0.5]]", "rows of numbers", "same length"),
    "inline, words": inline("[[a,b],[c,d]]", "rows of numbers"),
    "inline, one number": inline("3", "()", "(2, 2)"),
    "inline, null": inline("null", "(2, 2)"),
    "pairs of ten classes on two": Case(
        "dataset=breast_cancer noise=gls_pairs", ["noise=gls_pairs", "10 classes", "noise=pairflip"]
    ),
}

FINE = {
    "a singular matrix": Case("dataset=breast_cancer noise=matrix noise.matrix=[[0.5,0.5],[0.5,0.5]]"),
    "a matrix that maps a class away": Case("dataset=breast_cancer noise=matrix noise.matrix=[[0.9,0.1],[0.2,0.8]]"),
}
