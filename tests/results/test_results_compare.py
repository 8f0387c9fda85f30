"""Published numbers, and two sweeps, beside ours."""

import math
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from gls_sweep.errors import UserError
from gls_sweep.results import compare, compare_sweeps, list_published, load_published
from gls_sweep.results.compare import not_run
from gls_sweep.results.differences import add_differences
from gls_sweep.results.present_comparison import published_grid, sweeps_grid
from gls_sweep.results.several import load_sweeps
from tests.results.conftest import Record, diverged, finished, signature_of, with_loss, write_results

CONF = Path(__file__).parents[2] / "conf"
CIFAR10: Record = {"name": "cifar10", "val_fraction": 0}
PHASES = {"warmup": {"epochs": 120}, "main": {"epochs": 100, "start": "best"}}
WARMUP: Record = {"name": "paper_warmup", "phases": PHASES}
DIRECT: Record = {"name": "paper_direct", "phases": {"main": {"epochs": 200}}}


def on_cifar10(smooth_rate: float, noise_rate: float, seed: int, reached: float, **config: Record) -> Record:
    """Make the record of a cell of the paper's Table 2 that reached an accuracy at its best epoch."""
    config = {"dataset": CIFAR10, "model": {"name": "resnet34"}, "schedule": WARMUP, **config}
    record = finished(smooth_rate, noise_rate, seed, **config)
    record["policies"]["best"]["test_accuracy"] = reached
    return record


def at(lines: pd.DataFrame, **values: str) -> pd.DataFrame:
    """Give the lines that have these values."""
    return lines.loc[(lines[list(values)] == pd.Series(values)).all(axis=1)]


def test_tables_have_the_published_numbers() -> None:
    counts = {name: len(load_published(name).entries) for name in list_published()}
    assert counts == {
        "cifar100n": 6,
        "cifar10n": 33,  # positive label smoothing has no number for two of the random labels
        "gls_cifar10": 60,
        "gls_cifar100": 20,
        "gls_code_runs": 14,
        "gls_icml2022": 9,
        "gls_splice": 55,
        "gls_twonorm": 55,
    }
    entries = {(name, e.noise, e.row): e for name in counts for e in load_published(name).entries}
    assert len(entries) == sum(counts.values())
    assert all(0.3 < e.mean < 1 and (e.std is None or 0 < e.std < 0.03) and e.source for e in entries.values())
    best = entries["gls_cifar10", "symmetric 0.6", "r=-6"]
    assert (best.mean, best.std, best.runs, best.policy) == (0.7742, 0.0016, None, "best")
    last = entries["gls_code_runs", "0.6 last", "r=-6"]
    assert (last.mean, last.std, last.runs, last.policy) == (0.6071, None, 1, "last")
    assert entries["gls_twonorm", "0.4", "r=-8"].mean == 0.986
    assert "ReScience" in entries["cifar10n", "worse", "CE, rerun"].source


def options(group: str) -> set[str]:
    return {path.stem for path in (CONF / group).glob("*.yaml")}


def test_conditions_name_what_there_is() -> None:
    tables = [load_published(name) for name in list_published()]
    conditions = [way for table in tables for way in (*table.protocol, *(w for e in table.entries for w in e.where))]
    for condition in conditions:
        for group in {"noise", "model", "loss", "schedule"} & {key.split(".")[0] for key in condition}:
            names = condition.get(f"{group}.name", [])
            assert set([names] if isinstance(names, str) else names) <= options(group)


def test_compare_gives_difference_and_combined_error(table_of: Callable[..., pd.DataFrame]) -> None:
    reached = (0.772, 0.774, 0.779)
    table = table_of(on_cifar10(-6.0, 0.6, seed, own) for seed, own in enumerate(reached))
    published = load_published("gls_cifar10")
    lines = compare(table, published)
    [line] = lines.to_dict("records")
    ours = pd.Series(reached)
    assert (line["noise"], line["row"], line["cells"], line["n"], line["protocol_differences"]) == (
        "symmetric 0.6",
        "r=-6",
        "",
        3,
        "",
    )
    assert line["difference"] == pytest.approx(ours.mean() - 0.7742)
    assert line["error"] == pytest.approx(math.sqrt(0.0016**2 + ours.var() / 3))
    assert bool(line["within"])
    assert not line["best"]
    assert not_run(lines, published) == 59
    notes = "\n".join(published_grid(lines, published).notes)
    assert "counted as 1: the error is large, so `yes` comes easily" in notes
    assert "cover 82 to 92 %, not 95 %" in notes


def test_schedules_are_lines_of_their_own_and_the_better_is_marked(table_of: Callable[..., pd.DataFrame]) -> None:
    records = [on_cifar10(0.8, 0.2, seed, 0.87 + seed / 1000) for seed in range(3)]
    records += [on_cifar10(0.8, 0.2, seed, 0.89, schedule=DIRECT) for seed in range(3)]
    records += [diverged(on_cifar10(-6.0, 0.2, 0, 0.1, schedule=DIRECT)), on_cifar10(-6.0, 0.2, 0, 0.88)]
    lines = compare(table_of(records), load_published("gls_cifar10"))
    best = lines.set_index(["row", "cells"])["best"].to_dict()
    assert best == {
        ("r=0.8", "schedule.name=paper_warmup"): False,
        ("r=0.8", "schedule.name=paper_direct"): True,
        ("r=-6", "schedule.name=paper_warmup"): True,
        ("r=-6", "schedule.name=paper_direct"): False,
    }
    [lost] = at(lines, row="r=-6", cells="schedule.name=paper_direct").to_dict("records")
    assert (lost["n"], lost["diverged"]) == (0, 1)
    assert math.isnan(lost["difference"]) and pd.isna(lost["within"])


def test_what_was_trained_otherwise_is_told_and_never_marked(table_of: Callable[..., pd.DataFrame]) -> None:
    short = {"name": "paper_warmup", "phases": {**PHASES, "main": {"epochs": 10, "start": "last"}}}
    records = [on_cifar10(0.0, 0.4, seed, 0.8) for seed in (0, 1)]
    records += [on_cifar10(0.0, 0.4, seed, 0.9, model={"name": "cnn9"}, schedule=short) for seed in (0, 1)]
    lines = compare(table_of(records), load_published("gls_cifar10")).set_index("cells")
    assert lines["best"].to_dict() == {"model.name=resnet34": True, "model.name=cnn9": False}
    assert lines.loc["model.name=resnet34", "protocol_differences"] == ""
    told = str(lines.loc["model.name=cnn9", "protocol_differences"])
    assert "model.name=cnn9 (published: resnet34)" in told
    assert "schedule.phases.main.epochs=10 (published: 100)" in told
    assert "schedule.phases.main.start=last (published: best)" in told


def human(loss: Record, labels: str, seed: int, reached: float) -> Record:
    """Make the record of a cell on CIFAR-10N."""
    record = finished(0.0, 0.2, seed, dataset={"name": "cifar10n", "val_fraction": 0}, model={"name": "resnet34"})
    record["config"]["loss"] = loss
    record["config"]["noise"] = {"name": "human", "labels": labels, "seed": 0, "generator": "numpy"}
    record["policies"]["best"]["test_accuracy"] = reached
    return {**record, "signature": signature_of(record["config"])}


def test_losses_are_held_against_theirs(table_of: Callable[..., pd.DataFrame]) -> None:
    def gls(rate: float) -> Record:
        return {"name": "gls", "smooth_rate": rate, "wa": 0.0, "wb": 1.0}

    losses = [{"name": "ce"}, {"name": "gce", "q": 0.7}, gls(-1.0), gls(-2.0), gls(0.4)]
    records = [human(loss, "worse", seed, 0.8 + i / 100) for i, loss in enumerate(losses) for seed in (0, 1)]
    records += [human({"name": "elr"}, "worse", 0, 0.9), human({**gls(-1.0), "wa": 1.0}, "worse", 0, 0.99)]
    lines = compare(table_of(records), load_published("cifar10n"))
    assert set(lines["noise"]) == {"worse"}
    assert lines["row"].value_counts().to_dict() == {
        "Negative LS": 2,
        **dict.fromkeys(("CE", "CE, rerun", "GCE", "Positive LS"), 1),
    }
    [best] = lines[lines["best"]].to_dict("records")
    assert (best["row"], best["cells"]) == ("Negative LS", "loss.smooth_rate=-2")
    assert best["mean"] == pytest.approx(0.83)


def test_epoch_is_the_published_one_unless_another_is_asked_for(table_of: Callable[..., pd.DataFrame]) -> None:
    table = table_of([on_cifar10(0.4, 0.2, 0, 0.88)])
    published = load_published("gls_code_runs")
    lines = compare(table, published).set_index("noise")
    last = float(table["last.test_accuracy"].iloc[0])
    assert lines["mean"].to_dict() == {"0.2 best": 0.88, "0.2 last": last}
    assert lines["error"].isna().all() and lines["within"].isna().all()  # neither side has a standard deviation
    asked = compare(table, published, "last")
    assert set(asked["mean"]) == {last}
    assert any("unlike things" in note for note in published_grid(asked, published, "last").notes)
    with pytest.raises(UserError, match=r"policy=val: no val\.test_accuracy"):
        compare(table, published, "val")


def test_nothing_to_compare_says_what_it_would_need(table: pd.DataFrame) -> None:
    with pytest.raises(UserError, match=r"would need dataset\.name=cifar10 \(not digits\)"):
        compare(table, load_published("gls_cifar10"))
    with pytest.raises(UserError, match=r"paper:gls_cifar: .* cifar100n, cifar10n.*did you mean gls_cifar10"):
        load_published("gls_cifar")


@pytest.mark.parametrize(
    ("std", "n", "reference_std", "reference_n", "error"),
    [
        (0.03, 9, 0.02, 4, math.hypot(0.01, 0.01)),
        (0.03, 9, 0.02, math.nan, math.hypot(0.01, 0.02)),  # of unknown runs: as one
        (0.03, 9, math.nan, math.nan, math.hypot(0.01, 0.03)),  # no ± published: ours stands for it
        (math.nan, 1, 0.02, math.nan, math.hypot(0.02, 0.02)),  # one run of ours: theirs stands for it
        (math.nan, 1, math.nan, 1, math.nan),
        (math.nan, 0, 0.02, 4, math.nan),
    ],
)
def test_combined_error(std: float, n: int, reference_std: float, reference_n: float, error: float) -> None:
    mean = 0.9 if n else math.nan
    known: dict[str, Any] = {"std": std, "n": n, "reference_std": reference_std, "reference_n": reference_n}
    for difference in (1.99, 2.01):
        shift = difference * error if n and not math.isnan(error) else 0.0
        line = add_differences(pd.DataFrame([{"mean": mean, "reference": 0.9 - shift, **known}])).iloc[0]
        assert line["error"] == pytest.approx(error, nan_ok=True)
        assert pd.isna(line["within"]) if math.isnan(error) else bool(line["within"]) == (difference < 2)


@pytest.fixture
def two(tmp_path: Path) -> Iterator[pd.DataFrame]:
    """Two sweeps with another model each, the second with two schedules and other noise rates too."""
    first = [finished(rate, noise, seed) for rate in (0.0, -1.0) for noise in (0.0, 0.2) for seed in range(3)]
    model = {"name": "cnn_small", "hidden": None}
    second = [
        diverged(record) if record["config"]["loss"]["smooth_rate"] == -1.0 and seed == 0 else record
        for seed in (0, 1)
        for schedule in ({}, DIRECT)
        for record in (finished(rate, 0.2, seed, model=model, schedule=schedule) for rate in (0.0, -1.0, -8.0))
    ]
    yield load_sweeps([write_results(tmp_path / "a", first), write_results(tmp_path / "b", second)]).table


def test_sweeps_are_compared_where_they_meet(two: pd.DataFrame) -> None:
    lines = compare_sweeps(two)
    both = lines[lines["n"].notna() & lines["reference_n"].notna()]
    assert both[["noise", "row", "cells"]].to_numpy().tolist() == [
        ["symmetric 0.2", "0", "schedule.name=default"],
        ["symmetric 0.2", "-1", "schedule.name=default"],
    ]
    zero, negative = both.to_dict("records")
    own = two[(two["noise.rate"] == 0.2) & (two["loss.smooth_rate"] == 0) & (two["schedule.name"] == "default")]
    means = own.groupby("sweep")["val.test_accuracy"].mean()
    assert zero["difference"] == pytest.approx(means["b"] - means["a"])
    assert (zero["reference_n"], zero["n"]) == (3, 2)
    assert math.isnan(zero["paired_error"]) and zero["error"] > 0  # not the same seeds
    assert (negative["n"], negative["diverged"]) == (1, 1)
    notes = "\n".join(sweeps_grid(lines, two).notes)
    assert "they differ in model.name: mlp and cnn_small" in notes and "hidden" not in notes
    assert "div: diverged" in notes and "fail:" not in notes
    assert "2 more lines of a alone" in notes and "4 more lines of b alone" in notes


def test_sweeps_that_do_not_meet_say_so(tmp_path: Path, table: pd.DataFrame) -> None:
    folders = [write_results(tmp_path / "a", [finished(0.0)]), write_results(tmp_path / "b", [with_loss("gce", q=0.7)])]
    with pytest.raises(UserError, match="a and b have no loss in common: a has gls r=0, b has gce; gls-results table"):
        compare_sweeps(load_sweeps(folders).table)
    with pytest.raises(UserError, match="1 sweeps; give two"):
        compare_sweeps(table)


def test_what_two_sweeps_do_not_share_is_cut_short(tmp_path: Path) -> None:
    rates = [finished(rate) for rate in (0.8, 0.6, 0.4, 0.2, 0.0, -1.0)]
    folders = [write_results(tmp_path / "a", rates), write_results(tmp_path / "b", [with_loss("ce")])]
    with pytest.raises(UserError, match=r"a has gls r=0\.8, gls r=0\.6, gls r=0\.4, gls r=0\.2 and 2 more, b has ce;"):
        compare_sweeps(load_sweeps(folders).table)


def test_sweeps_on_the_same_seeds_are_paired(tmp_path: Path) -> None:
    reached = {"a": (0.80, 0.84, 0.88), "b": (0.81, 0.86, 0.88)}
    cells = {name: [on_cifar10(0.0, 0.2, seed, own) for seed, own in enumerate(reached[name])] for name in reached}
    cells["b"].append(diverged(on_cifar10(0.0, 0.2, 3, 0.1)))
    table = load_sweeps([write_results(tmp_path / name, own) for name, own in cells.items()]).table
    lines = compare_sweeps(table)  # with val_fraction=0, so under policy best
    [line] = lines.to_dict("records")
    assert line["policy"] == "best" and line["difference"] == pytest.approx(0.01)
    assert line["error"] == pytest.approx(0.01 / math.sqrt(3)) == line["paired_error"]
    assert "error: the standard error of the difference, paired by seed" in sweeps_grid(lines, table).notes
