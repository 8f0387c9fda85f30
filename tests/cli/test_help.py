"""`--help`, shell completion and `--cfg`: useful, and quick because nothing heavy is imported."""

import pytest

PROBE = """
import sys
from gls_sweep.cli.sweep import main
sys.argv[0] = "gls-sweep"
try:
    main()
finally:
    print("heavy:", *sorted({"torch", "pandas", "matplotlib", "sklearn", "numpy", "rich"} & set(sys.modules)))
"""


@pytest.fixture
def light(gls_sweep_process):
    """Run a command; give what it prints, after holding that it imported nothing heavy."""

    def run(*words, **environment):
        done = gls_sweep_process(*words, script=PROBE, **environment)
        assert (done.status, done.err) == (0, "")
        text, _, heavy = done.out.rpartition("heavy:")
        assert heavy.strip() == ""
        return text

    return run


def test_help_shows_commands_and_options(light):
    text = light("--help")
    for part in (
        "gls-sweep -m",
        "experiment=paper_cifar10_symmetric",
        "-sc install=bash",
        "--cfg job",
        "--tree",
        "gls-sweep rerun",
    ):
        assert part in text
    for group, option in [("dataset", "parquet"), ("noise", "gls_pairs"), ("model", "cnn9"), ("loss", "gls")]:
        [line] = [line for line in text.splitlines() if line.split()[:1] == [group]]
        assert option in line
    assert "schema" not in text
    assert len(text.splitlines()) < 40


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("gls-sweep loss=g", "loss=gce loss=gls loss=gls_auto"),
        ("gls-sweep noise=symmetric_", "noise=symmetric_inclusive"),
        ("gls-sweep -m schedule.phases.main.e", "schedule.phases.main.epochs="),
    ],
)
def test_completion(line, offered, light):
    assert light("-sc", "query=bash", COMP_LINE=line, COMP_POINT=str(len(line))).strip() == offered


def test_an_unknown_flag_is_one_line(gls_sweep_process):
    done = gls_sweep_process("-m", "--dryrun")
    assert (done.status, done.out) == (2, "")
    assert done.lines == ["--dryrun: no such flag (did you mean --dry-run?); see gls-sweep --help"]


def test_cfg_shows_the_configuration(light):
    text = light("--cfg", "job", "noise=pairflip", "noise.rate=0.3", "--package", "noise")
    assert "name: pairflip" in text
    assert "rate: 0.3" in text
