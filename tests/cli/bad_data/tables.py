"""Tables and folders of images of one's own."""

from pathlib import Path

from tests.cli.bad_data.case import Case, Write, parquet, png, pt, raw

TABLE = "dataset=table dataset.train={folder}/t.csv model.hidden=[4]"
FOLDER = "dataset=image_folder dataset.root={folder}/photos dataset.size=8 model.hidden=[4]"
GOOD = "x,word,label\n" + "".join(f"{i}.5,{'ab'[i % 2]},{'cd'[i // 2 % 2]}\n" for i in range(40))


def table(content: str, *says: str, words: str = "") -> Case:
    return Case(f"{TABLE} {words}", list(says), {"t.csv": raw(content)})


def photos(*bad: tuple[str, bytes]) -> Write:
    def write(path: Path) -> None:
        images = {
            f"{part}/{name}/{i}.png": png(9, 20 * i) for part in ("train", "test") for name in "ab" for i in range(8)
        }
        for name, content in {**images, **dict(bad)}.items():
            (path / name).parent.mkdir(parents=True, exist_ok=True)
            (path / name).write_bytes(content)

    return write


def folder(write: Write, *says: str, words: str = "") -> Case:
    # The folder of decoded images is made before the first image is read.
    files = {"photos": write, "cache": Path.mkdir}
    return Case(f"{FOLDER} dataset.cache={{folder}}/cache {words}", list(says), files)


def human(labels: object, *says: str) -> Case:
    words = "dataset=parquet dataset.train={folder}/t.parquet dataset.test={folder}/t.parquet"
    files = {"t.parquet": parquet([png()] * 4, [0, 1, 0, 1]), "human.pt": pt(labels)}
    return Case(f"{words} dataset.human_labels={{folder}}/human.pt model.hidden=[4]", list(says), files)


WRONG = {
    "no such table": Case("dataset=table dataset.train=no.csv", ["dataset.train=no.csv", "name an existing file"]),
    "no table given": Case("dataset=table", ["dataset.train: has no value yet"]),
    "no column of labels": table(
        GOOD, "dataset.label_column=y", "one of x, word, label", words="dataset.label_column=y"
    ),
    "a missing number": table(GOOD + ",a,c\n", "column 'x' has no finite number in row 40", "dataset.drop=[x]"),
    "a column of names": table(
        "name,label\n" + "".join(f"n{i},{i % 2}\n" for i in range(9)), "column 'name' has another text in every row"
    ),
    "noisy labels beside noisy labels": table(
        GOOD,
        "dataset.noisy_label_column=word",
        "null with dataset.labels_are_true=false",
        words="dataset.noisy_label_column=word dataset.labels_are_true=false",
    ),
    "no such folder": Case("dataset=image_folder dataset.root=no", ["dataset.train=no/train", "name an existing file"]),
    "no folder given": Case("dataset=image_folder", ["dataset.root: has no value yet"]),
    "a corrupt image": folder(photos(("train/a/3.png", b"hello")), "photos/train/a/3.png cannot be read"),
    "an image of a class that training lacks": folder(
        photos(("test/c/3.png", png())), "dataset.test", "label 'c'", "a, b"
    ),
    "one class": Case("dataset=image_folder dataset.root=no dataset.classes=1", ["dataset.classes=1", "at least 2"]),
    "human labels of other images": human(
        {"clean_label": [0, 1, 1, 0], "worse_label": [0, 1, 0, 1]},
        "dataset.human_labels",
        "differs",
        "in 2 of 4 samples",
    ),
    "no human labels": human({"clean_label": [0, 1, 0, 1]}, "dataset.human_labels", "must hold clean_label and"),
    "no file of human labels": Case(
        "dataset=cifar10n", ["dataset.human_labels=data/CIFAR-10_human.pt", "cannot be read"]
    ),
}

FINE = {
    "a table without a test file": table(GOOD),
    "a table of noisy labels only": table(GOOD, words="dataset.labels_are_true=false noise=clean"),
    "a folder of images": folder(photos()),
}
