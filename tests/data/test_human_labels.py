"""CIFAR-N's label files."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from gls_sweep.data import parquet
from gls_sweep.data.human_labels import read_human_labels
from gls_sweep.errors import UserError

CLEAN = np.arange(30) % 10


class Trap:
    """Leaves a mark when it is unpickled."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self) -> Any:
        return Path.touch, (self.mark,)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ({"clean_label": np.roll(CLEAN, 1), "worse_label": CLEAN}, "its clean_label differs .* in 30 of 30 samples"),
        ({"clean_label": CLEAN[:9], "worse_label": CLEAN}, "clean_label: has 9 labels for the 30 samples"),
        ({"clean_label": CLEAN, "worse_label": CLEAN + 1}, "worse_label: sample 9 has label 10"),
        ({"clean_label": CLEAN, "label": CLEAN}, "must hold clean_label and at least one of aggre_label, "),
        ({"worse_label": CLEAN}, "must hold clean_label and"),
    ],
)
def test_a_file_that_does_not_fit_is_one_line(tmp_path: Path, content: dict[str, Any], message: str) -> None:
    torch.save(content, tmp_path / "human.pt")
    with pytest.raises(UserError, match=rf"^dataset.human_labels=.*human.pt: {message}") as error:
        read_human_labels(tmp_path / "human.pt", CLEAN, 10)
    assert "\n" not in str(error.value)


def test_a_pickle_is_never_run(tmp_path: Path) -> None:
    torch.save({"clean_label": CLEAN, "worse_label": Trap(tmp_path / "mark")}, tmp_path / "human.pt")
    with pytest.raises(UserError, match="which might run code"):
        read_human_labels(tmp_path / "human.pt", CLEAN, 10)
    assert not (tmp_path / "mark").exists()


def test_the_real_labels_of_cifar10n_beside_real_images(shared_data: Path) -> None:
    folder = shared_data / "cifar10"
    data = parquet(
        train=folder / "train.parquet",
        test=folder / "test.parquet",
        human_labels=folder / "CIFAR-10_human.pt",
        limit=500,
    )
    assert {name: len(labels) for name, labels in data.noisy_labels.items()} == dict.fromkeys(
        ["aggre", "random1", "random2", "random3", "worse"], 500
    )
    assert 0.3 < (data.noisy_labels["worse"] != data.labels).mean() < 0.5


def test_the_real_file_has_the_published_noise_rates(shared_data: Path) -> None:
    path = shared_data / "cifar10" / "CIFAR-10_human.pt"
    clean = torch.load(path, weights_only=False)["clean_label"]
    rates = {name: (labels != clean).mean() for name, labels in read_human_labels(path, clean, 10).items()}
    published = {"aggre": 0.0901, "random1": 0.1723, "random2": 0.1812, "random3": 0.1764, "worse": 0.4021}
    assert rates == pytest.approx(published, abs=5e-5)
