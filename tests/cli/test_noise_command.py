"""`gls-noise` makes labels without training, shows them, and writes those of a sweep."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from gls_sweep import noise
from gls_sweep.cli.noise import main
from gls_sweep.cli.noise_export import file_names
from gls_sweep.data import Dataset, digits
from gls_sweep.noise.label_writer import WRITERS
from tests.noise.test_noise_models import CIFAR100

Run = Callable[..., tuple[int, str, str]]
WORDS = ("dataset=digits", "noise=pairflip", "noise.rate=0.3", "seed=1")
CLEAN = digits(test_fraction=0.2, split_seed=0).labels


@pytest.fixture
def gls_noise(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], tmp_path: Path) -> Run:
    """Run the command in this process, in an empty folder; gives its exit status, output and errors."""
    monkeypatch.chdir(tmp_path)

    def run(*words: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["gls-noise", *words])
        capfd.readouterr()
        with pytest.raises(SystemExit) as left:
            main()
        said = capfd.readouterr()
        return int(left.value.code or 0), said.out, said.err

    return run


@pytest.mark.parametrize("ending", WRITERS)
def test_make_writes_what_a_cell_trains_on_and_file_reads_it(ending: str, gls_noise: Run, tmp_path: Path) -> None:
    status, out, err = gls_noise("make", f"new/labels{ending}", *WORDS)
    assert (status, err) == (0, "")
    wanted = noise.pairflip(CLEAN, noise.label_sampler("numpy", 1), num_classes=10, rate=0.3).labels
    realised = noise.realised_rate(CLEAN, wanted)
    assert out == f"written: new/labels{ending}; rate requested: 0.3, realised: {realised:.4f}\n"
    drawn = noise.file(CLEAN, lambda _: CLEAN, num_classes=10, path=tmp_path / "new" / f"labels{ending}")
    np.testing.assert_array_equal(drawn.labels, wanted)
    status, out, _ = gls_noise("show", "noise=file", f"noise.path=new/labels{ending}")
    assert status == 0 and f"rate requested: none, realised: {realised:.4f}" in out


def test_json_says_how_the_labels_were_made(gls_noise: Run, tmp_path: Path) -> None:
    gls_noise("make", "labels.json", *WORDS)
    made = json.loads((tmp_path / "labels.json").read_text())["made"]
    assert (made["noise"]["name"], made["noise"]["rate"], made["noise"]["seed"], made["seed"]) == (
        "pairflip",
        0.3,
        1,
        1,
    )
    assert made["dataset"]["name"] == "digits"
    assert made["realised_rate"] == pytest.approx(0.3, abs=0.05) and len(made["labels_hash"]) == 64


def test_show_sets_the_matrix_asked_for_against_the_realised(gls_noise: Run, tmp_path: Path) -> None:
    status, out, err = gls_noise("show", "--figure", "T.png", *WORDS)
    assert (status, err) == (0, "")
    lines = out.splitlines()
    assert lines[0] == "digits, noise=pairflip: 1438 labels of 10 classes"
    assert "T asked for" in out and "T realised" in out and "superclass" not in out
    assert any(line.split()[:3] == ["0", "70.0", "30.0"] for line in lines)
    with Image.open(tmp_path / "T.png") as picture:
        assert min(picture.size) > 500
    _, out, _ = gls_noise("show", "noise=clean")
    assert "T asked for" not in out and "T realised" in out and "rate requested: none, realised: 0.0000" in out


def many_classes(*, known: bool) -> Dataset:
    """Make a dataset of CIFAR-100's classes and superclasses."""
    import torch

    labels = np.repeat(np.arange(100), 50)
    inputs = torch.zeros(5000, 2)
    names = tuple(f"[class {number}]" for number in range(100))
    groups = tuple(CIFAR100.tolist())
    return Dataset(inputs, labels, inputs, labels, 100, names, superclasses=groups, labels_are_true=known)


@pytest.fixture
def own_options(tmp_path: Path) -> str:
    """Write a folder of options with the dataset `many`."""
    option = f"_target_: {__name__}.many_classes\nname: many\nknown: true\nval_fraction: 0\nsplit_seed: 0\n"
    folder = tmp_path / "it's my conf"
    (folder / "dataset").mkdir(parents=True)
    (folder / "dataset" / "many.yaml").write_text(option)
    return str(folder)


def test_many_classes_are_told_by_superclass_and_flip(own_options: str, gls_noise: Run) -> None:
    words = ("--config-dir", own_options, "dataset=many", "noise.rate=0.4")
    status, out, err = gls_noise("show", "noise=block_cyclic", *words)
    assert (status, err) == (0, "")
    assert "flips that leave their superclass: 9" in out
    assert "superclasses, realised" in out and "the most frequent flips" in out
    assert "[class 1" in out and len(out.splitlines()) < 50
    _, out, _ = gls_noise("show", "noise=superclass_cyclic", *words)
    assert "flips that leave their superclass: 0.0 %" in out


def test_unknown_true_labels_are_said_to_be_unknown(own_options: str, gls_noise: Run, tmp_path: Path) -> None:
    words = ("dataset=many", "dataset.known=false", "noise=symmetric", "noise.rate=0.4")
    status, out, err = gls_noise("show", *words, "--config-dir", own_options)
    assert (status, err) == (0, "")
    assert "rate requested: 0.4, realised: unknown" in out
    assert "the true labels are unknown; of the labels given, " in out
    status, out, _ = gls_noise("make", "labels.json", "--config-dir", own_options, *words)
    assert status == 0 and "realised: unknown" in out
    content = json.loads((tmp_path / "labels.json").read_text())
    assert "clean_label_train" not in content and content["made"]["realised_rate"] is None


def test_export_writes_the_labels_of_a_sweep(gls_noise: Run, gls_sweep: Any, tmp_path: Path) -> None:
    words = "-m dataset=digits noise=symmetric noise.rate=0.2,0.4 seed=0,1 loss.smooth_rate=0,-1 schedule=quick"
    done = gls_sweep(*words.split(), "launcher.processes=1")
    assert done.status == 0, done.err
    assert len({record["noise"]["labels_hash"] for record in done.records}) == 4 < len(done.records)
    status, out, err = gls_noise("export", "results/digits", "out", "--format", "csv")
    assert (status, err, len(out.splitlines())) == (0, "", 4)
    names = {f"digits_symmetric_rate{rate}_seed{seed}.csv" for rate in (0.2, 0.4) for seed in (0, 1)}
    assert {path.name for path in (tmp_path / "out").iterdir()} == names
    record = next(r for r in done.records if (r["config"]["noise"]["rate"], r["config"]["seed"]) == (0.4, 1))
    path = tmp_path / "out" / "digits_symmetric_rate0.4_seed1.csv"
    labels = noise.file(CLEAN, lambda _: CLEAN, num_classes=10, path=path).labels
    assert noise.labels_hash(labels) == record["noise"]["labels_hash"]


def test_export_does_not_write_other_labels_than_recorded(gls_noise: Run, gls_sweep: Any, tmp_path: Path) -> None:
    from gls_sweep.sweep.work import loading

    np.save(tmp_path / "labels.npy", CLEAN)
    done = gls_sweep("noise=file", "noise.path=labels.npy", "schedule=quick")
    assert done.status == 0, done.err
    np.save(tmp_path / "labels.npy", (CLEAN + 1) % 10)
    loading._draw_labels.cache_clear()
    status, out, err = gls_noise("export", "results/digits", "out")
    assert (status, err) == (1, "")
    assert out.startswith("out/digits_file.pt: not written") and out.count("\n") == 1
    assert not (tmp_path / "out").exists()


def test_files_of_one_name_are_told_apart_by_their_hash() -> None:
    def config(**changed: Any) -> dict[str, Any]:
        return {"dataset": {"name": "a/b"}, "noise": {"name": "matrix", "seed": 3, "labels": None} | changed}

    names = file_names({"1" * 64: config(), "2" * 64: config(), "3" * 64: config(name="human", labels="worse")})
    assert list(names.values()) == ["a_b_matrix_seed3_11111111", "a_b_matrix_seed3_22222222", "a_b_human_worse"]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["make", "labels.txt", "noise=clean"], "FILE=labels.txt: must end in .npy"),
        (["make", "labels.pt", "noise=symetric"], "did you mean symmetric?"),
        (["make", "labels.pt", "noise.rate=2"], "noise.rate=2.0: must be"),
        (["make", "labels.pt", "noise=superclass_cyclic"], "noise=superclass_cyclic: the dataset has no superclasses"),
        (["make", "labels.pt", "noise=human"], "noise=human: the dataset comes without noisy labels"),
        (["make", "labels.pt", "noise=instance", "noise.generator=legacy"], "noise=instance_cores draws"),
        (["make"], "required: FILE"),
        (["show", "--figure", "T.txt"], "--figure=T.txt: must end in .png"),
        (["show", "--config-dir", "nowhere"], "--config-dir=nowhere: must be a folder"),
        (["show", "-m", "seed=1"], "unrecognized arguments: -m"),
        (["export", "nowhere", "out"], "no records found"),
        (["export", "nowhere", "out", "more"], "unrecognized arguments: more"),
        (["export", "nowhere", "out", "--format", "mat"], "invalid choice: 'mat'"),
        ([], "required: COMMAND"),
    ],
)
def test_a_mistake_is_one_line(words: list[str], message: str, gls_noise: Run, tmp_path: Path) -> None:
    status, out, err = gls_noise(*words)
    assert (status, out) == (2, "")
    assert message in err and err.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


def test_help_imports_little() -> None:
    heavy = "{'pandas', 'torch', 'numpy', 'hydra', 'rich', 'matplotlib', 'sklearn'}"
    script = f"import sys, gls_sweep.cli.noise as n; n.parser(); print({heavy} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"
