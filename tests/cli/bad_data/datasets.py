"""Files of images, folders of CIFAR, and models that do not fit."""

import os
from typing import Any

import pyarrow as pa

from tests.cli.bad_data.case import Case, Write, parquet, png, raw

WORDS = "dataset=parquet dataset.train={folder}/train.parquet dataset.test={folder}/test.parquet model.hidden=[4]"
LABELS = [0, 1] * 8
IMAGES: list[bytes | None] = [png(value=15 * row) for row in range(16)]
TEST = parquet(IMAGES[:4], LABELS[:4])


def train(images: list[bytes | None], labels: Any, *says: str) -> Case:
    return of(parquet(images, labels), TEST, "dataset.train", *says)


def of(train_file: Write, test_file: Write, *says: str, words: str = "") -> Case:
    return Case(f"{WORDS} {words}", list(says), {"train.parquet": train_file, "test.parquet": test_file})


def last_is(image: bytes | None, *says: str) -> Case:
    return train([*IMAGES[:-1], image], LABELS, "row 15", *says)


def damaged(path: Any) -> None:
    """Flip bytes of the column of images; what the file says of itself, at its end, stays whole."""
    parquet(IMAGES, LABELS)(path)
    content = bytearray(path.read_bytes())
    content[4:300] = bytes(byte ^ 0xFF for byte in content[4:300])
    path.write_bytes(content)


GOOD = parquet(IMAGES, LABELS)
BOTH_CIFAR = {
    f"{state} {name}": Case(
        f"dataset={name} dataset.root={{folder}} dataset.download=false model=cnn9",
        ["dataset.root", "no intact files"],
        files,
    )
    for name, member in (("cifar10", "cifar-10-batches-py"), ("cifar100", "cifar-100-python"))
    for state, files in (
        ("no", {}),
        ("a corrupt", {member: lambda path: (path.mkdir(), (path / "meta").write_text("x"))}),
    )
}

WRONG = {
    "mixed sizes": last_is(png(9), "9x9", "row 0 is 8x8"),
    "sizes that differ between the files": of(GOOD, parquet([png(9)] * 2, [0, 1]), "both must be of one kind and size"),
    "a corrupt image": last_is(png()[:40], "cannot be read"),
    "an image of random bytes": last_is(bytes(range(256)), "cannot be read"),
    "an image without bytes": last_is(b"", "cannot be read"),
    "an image that is null": last_is(None, "no bytes are stored"),
    "an empty file": of(raw(b""), TEST, "dataset.train", "not a readable parquet file"),
    "a text": of(GOOD, raw("no parquet"), "dataset.test", "not a readable parquet file"),
    "a file cut off": of(lambda path: (GOOD(path), os.truncate(path, 400)), TEST, "not a readable parquet file"),
    "damaged pages": of(damaged, TEST, "dataset.train", "column", "cannot be read"),
    "no rows": train([], pa.array([], pa.int64()), "no rows"),
    "no column of images": of(GOOD, TEST, "no column 'image'", "img, label", words="dataset.image_column=image"),
    "no column of labels": of(GOOD, TEST, "no column 'y'", "img, label", words="dataset.label_column=y"),
    "labels as images": of(GOOD, TEST, "images must be structs", words="dataset.image_column=label"),
    "a null label": train(IMAGES, [None, *LABELS[1:]], "row 0 has no label"),
    "labels that are all NaN": train(IMAGES, [float("nan")] * 16, "type double", "integers or strings"),
    "labels that are all null": train(IMAGES, pa.nulls(16), "type null", "integers or strings"),
    "labels as floats": train(IMAGES, [float(label) for label in LABELS], "type double", "integers or strings"),
    "labels as lists": train(IMAGES, [[label] for label in LABELS], "type list", "integers or strings"),
    "a negative label": train(IMAGES, [-1, *LABELS[1:]], "row 0 has label '-1'"),
    "labels that are no class numbers": train(IMAGES, [10**6, *LABELS[1:]], "label 1000000", "0, 1, ..., K-1"),
    "names in one file, numbers in the other": train(IMAGES, [str(label) for label in LABELS], "both be integers"),
    "one class only": of(parquet(IMAGES, [0] * 16), TEST, "all training labels are the same class"),
    "names of one class only": of(parquet(IMAGES, ["a"] * 16), parquet(IMAGES[:2], ["a"] * 2), "at least 2 classes"),
    "a class name absent from training": of(
        parquet(IMAGES, ["a", "b"] * 8), parquet(IMAGES[:2], ["a", "ç"]), "dataset.test", "row 1 has label 'ç'", "a, b"
    ),
    "too small a model's input": Case("model=cnn9", ["model = cnn9", "28x28", "8x8"]),
    "features for a model of images": Case(
        "dataset=twonorm model=cnn_small", ["model = cnn_small", "needs images", "model=mlp"]
    ),
    "an unknown architecture": Case(
        "model=torchvision model.architecture=resnet5", ["model.architecture", "resnet5", "resnet50"]
    ),
    **BOTH_CIFAR,
}

FINE = {
    "a class absent from the test set": of(GOOD, parquet(IMAGES[:2], [0, 0])),
    "a class absent from training": of(GOOD, parquet(IMAGES[:3], [0, 1, 2])),
    "class names in other scripts": of(parquet(IMAGES, ["猫", "größe"] * 8), parquet(IMAGES[:2], ["猫", "größe"])),
    "images of one colour": of(parquet([png()] * 16, LABELS), parquet([png()] * 2, [0, 1])),
}
