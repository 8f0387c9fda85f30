"""Records of other versions are never mixed in silently."""

import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from gls_sweep.config.identity import RESULTS_VERSION
from gls_sweep.errors import UserError
from gls_sweep.record_file import FORMAT, cell_folder
from gls_sweep.results import load_table, read_statuses
from gls_sweep.results.gather import gather, trusted
from gls_sweep.results.groups import split_groups
from gls_sweep.results.index import write_index
from tests.results.conftest import write_record, write_results

Record = dict[str, Any]
Make = Callable[..., Record]


@pytest.fixture(params=["records", "index"])
def versions(request: pytest.FixtureRequest, tmp_path: Path, make_record: Make) -> Path:
    """Two cells of today, two of an older results version, one of a format that can be read, one that cannot."""
    records = [make_record(seed=seed) for seed in range(6)]
    for record in records[2:4]:
        record["results_version"] = RESULTS_VERSION - 1
    records[4]["format"] = FORMAT - 1
    write_results(tmp_path, records[:5])
    unlike = {
        "format": FORMAT + 1,
        "results_version": RESULTS_VERSION,
        "signature": records[5]["signature"],
        "cell": {},
    }
    path = cell_folder(tmp_path, unlike["signature"]) / "record.json"
    path.parent.mkdir(parents=True)
    write_record(path, unlike)
    if request.param == "index":
        write_index(tmp_path, gather(tmp_path, verify=True))
    return tmp_path


def test_others_are_left_out_with_one_warning(versions: Path, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        table = load_table(versions)
    assert sorted(table["seed"]) == [0, 1]
    assert len(caplog.records) == 1
    assert "4 of 6 records left out, by other versions" in caplog.text
    for version in (f"format {FORMAT - 1}: 1", f"format {FORMAT + 1}: 1", f"results version {RESULTS_VERSION - 1}: 2"):
        assert version in caplog.text
    assert 'other_versions="keep"' in caplog.text


def test_those_that_can_be_read_are_kept_on_demand(versions: Path, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        table = load_table(versions, other_versions="keep")
    assert sorted(table["seed"]) == [0, 1, 2, 3, 4]
    assert f"1 of 6 records left out, by other versions (format {FORMAT + 1}: 1) and not like today's" in caplog.text


def test_no_group_averages_over_versions(versions: Path) -> None:
    titles = {title: len(group) for title, group in split_groups(load_table(versions, other_versions="keep"))}
    assert titles == {f"results_version={RESULTS_VERSION - 1}": 2, f"results_version={RESULTS_VERSION}": 3}


def test_no_other_version_counts_as_done(versions: Path, make_record: Make) -> None:
    signatures = [make_record(seed=seed)["signature"] for seed in range(6)]
    assert set(read_statuses(versions)) == set(signatures[:2])
    assert trusted(versions, signatures) <= set(signatures[:2])


def test_a_folder_of_other_versions_alone_says_so(tmp_path: Path, make_record: Make) -> None:
    write_results(tmp_path, [{**make_record(), "results_version": RESULTS_VERSION + 1}])
    with pytest.raises(UserError, match=f"1 of 1 .*results version {RESULTS_VERSION + 1}: 1"):
        load_table(tmp_path)
    assert len(load_table(tmp_path, other_versions="keep")) == 1


def test_another_word_is_refused(sweep: Path) -> None:
    with pytest.raises(UserError, match="other_versions=all: must be drop or keep"):
        load_table(sweep, other_versions="all")  # type: ignore[arg-type]
