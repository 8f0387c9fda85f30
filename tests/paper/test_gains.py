"""What chosen smooth rates gain over cross entropy."""

from collections.abc import Iterable, Iterator
from pathlib import Path

import pandas as pd
import pytest
from scipy.stats import ttest_1samp

from gls_sweep.results import load_table
from gls_sweep.results.statistics import holm
from paper.gains import all_gains, gains
from tests.results.conftest import Record, auto, diverged, finished, write_results


def reached(test: dict[float, list[float]], val: dict[float, list[float]]) -> Iterator[Record]:
    """Make cells that reach these accuracies, by smooth rate and seed, at every epoch."""
    for rate in test:
        for seed, accuracies in enumerate(zip(test[rate], val[rate], strict=True)):
            yield give(finished(rate, 0.4, seed), *accuracies)


def give(record: Record, test: float, val: float) -> Record:
    for part in ("policies", "whole_run"):
        for policy in record[part].values():
            policy |= {"test_accuracy": test, "val_accuracy": val}
    return record


def of(records: Iterable[Record], folder: Path) -> pd.DataFrame:
    return gains(load_table(write_results(folder, records))).set_index(["way", "row", "reference"])


TEST = {0.0: [0.70, 0.71, 0.69], 0.4: [0.66, 0.69, 0.66], -0.8: [0.80, 0.82, 0.77], -2.0: [0.90, 0.85, 0.91]}
VAL = {0.0: [0.5, 0.5, 0.5], 0.4: [0.4, 0.4, 0.4], -0.8: [0.6, 0.6, 0.5], -2.0: [0.5, 0.5, 0.6]}


def test_the_rate_is_chosen_by_validation_labels_unless_the_way_is_best(tmp_path: Path) -> None:
    found = of(reached(TEST, VAL), tmp_path)
    # The seeds choose -0.8, -0.8 and -2.
    assert found.loc[("val", "NLS", "CE"), "accuracy"] == pytest.approx((0.80 + 0.82 + 0.91) / 3)
    assert found.loc[("last", "NLS", "CE"), "accuracy"] == pytest.approx((0.80 + 0.82 + 0.91) / 3)
    assert found.loc[("best", "NLS", "CE"), "accuracy"] == pytest.approx((0.90 + 0.85 + 0.91) / 3)
    assert found.loc[("val", "PLS", "CE"), "difference"] == pytest.approx((-0.04 - 0.02 - 0.03) / 3)
    assert found.loc[("val", "oracle", "CE"), "accuracy"] == pytest.approx((0.90 + 0.85 + 0.91) / 3)
    assert found["reference_accuracy"].tolist() == pytest.approx([0.70] * len(found))


def test_interval_and_p_are_those_of_a_paired_t_test(tmp_path: Path) -> None:
    line = of(reached(TEST, VAL), tmp_path).loc[("val", "PLS", "CE")]
    expected = ttest_1samp([-0.04, -0.02, -0.03], 0)
    low, high = expected.confidence_interval()
    found = line["difference"] - line["half"], line["difference"] + line["half"], line["p"]
    assert found == pytest.approx((low, high, expected.pvalue))
    assert line["n"] == 3


def test_a_diverged_cell_is_not_chosen_and_its_seed_has_the_next(tmp_path: Path) -> None:
    records = [diverged(own) if own["config"]["loss"]["smooth_rate"] == -2 else own for own in reached(TEST, VAL)]
    found = of(records, tmp_path)
    assert found.loc[("val", "NLS", "CE"), "accuracy"] == pytest.approx((0.80 + 0.82 + 0.77) / 3)


def test_auto_and_ce_stopped_early_are_compared_where_they_are(tmp_path: Path) -> None:
    records = list(reached(TEST, VAL))
    assert "auto" not in of(records, tmp_path / "without").index.get_level_values("row")
    for record in records:
        record["whole_run"]["val"]["test_accuracy"] = 0.95
    found = of([*records, *(give(auto(-0.8, 0.4, seed), 0.8, 0.6) for seed in range(2))], tmp_path / "with")
    assert found.loc[("val", "auto", "CE"), ["n", "difference"]].tolist() == pytest.approx([2, (0.10 + 0.09) / 2])
    assert found.loc[("val", "CE†", "CE"), "difference"] == pytest.approx(0.25)
    assert found.loc[("val", "best r", "auto"), "difference"] == pytest.approx((0.90 + 0.85) / 2 - 0.8)


def test_without_validation_labels_only_the_test_set_can_choose(tmp_path: Path) -> None:
    records = [finished(rate, 0.4, seed, dataset={"val_fraction": 0}) for rate in (0.4, 0, -0.8) for seed in range(2)]
    assert set(of(records, tmp_path).index.get_level_values("way")) == {"best"}


def test_holms_correction_is_over_all_sweeps(tmp_path: Path) -> None:
    grids = [[finished(rate, noise, seed) for rate in (0.4, 0, -0.8, -4) for noise in (0.2, 0.4) for seed in range(4)]]
    grids.append([finished(rate, 0.6, seed) for rate in (0.4, 0, -0.8, -4) for seed in range(4)])
    tables = {f"s{i}": load_table(write_results(tmp_path / f"s{i}", own)) for i, own in enumerate(grids)}
    found = all_gains(tables)
    own = found[(found["way"] == "val") & (found["row"] == "NLS") & (found["reference"] == "CE")]
    assert own["sweep"].tolist() == ["s0", "s0", "s1"]
    assert own["p_holm"].tolist() == holm(own["p"].to_numpy()).tolist() != own["p"].tolist()
