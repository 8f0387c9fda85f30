"""Words completed in a real bash, from the scripts that the commands print; nothing heavy is imported for it."""

import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from gls_sweep.cli import noise, results
from gls_sweep.cli.completion import offers

BIN = Path(sys.executable).parent
# What bash does when the Tab key is pressed behind a line: it calls the function that is registered for the command.
PRESS_TAB = """
press_tab() {
    COMP_LINE=$1 COMP_POINT=${#1} COMPREPLY=()
    IFS=' ' read -ra COMP_WORDS <<< "$1"
    [[ "$1" == *" " ]] && COMP_WORDS+=("")
    COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
    local registered=$(complete -p "${COMP_WORDS[0]}"); registered=${registered##*-F }
    "${registered%% *}" "${COMP_WORDS[0]}" "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
    echo "${COMPREPLY[*]}"
}
"""
SWEEP_LINES = {
    "gls-sweep noise=gls_": "noise=gls_pairs",
    "gls-sweep -m --dry-run noise=pairflip noise.r": "noise.rate=",
    "gls-sweep --tree schedule.phases.main.opt": "schedule.phases.main.optimizer.",
    "gls-sweep re": "rerun results=",
    "gls-sweep --dr": "--dry-run",
    "gls-sweep rerun results/digits/cells/": "results/digits/cells/ab/",
    "gls-sweep rerun results/digits/cells/ab/": "results/digits/cells/ab/ab12",
    "gls-sweep rerun results/digits/cells/ab/ab12 --k": "--keep",
    "gls-sweep nonsense lo": "",
}
RESULTS_LINES = {
    "gls-results sta": "status",
    "gls-results status --w": "--watch",
    "gls-results table --other-versions ": "drop keep",
    "gls-results table res": "results",
    "gls-results table results/": "results/digits",
    "gls-results suspects results/digits --out ta": "table.csv",
}
NOISE_LINES = {"gls-noise ex": "export", "gls-noise show --config-dir ": "results"}


@pytest.mark.parametrize(
    ("install", "lines"),
    [
        ("gls-sweep -sc install=bash", SWEEP_LINES),
        ("gls-results --print-completion bash", RESULTS_LINES),
        ("gls-noise --print-completion bash", NOISE_LINES),
    ],
)
def test_a_real_bash_completes(install: str, lines: dict[str, str], tmp_path: Path) -> None:
    cell = tmp_path / "results" / "digits" / "cells" / "ab" / "ab12"
    cell.mkdir(parents=True)
    (cell / "record.json").touch()
    (tmp_path / "table.csv").touch()
    script = "\n".join([f'eval "$({install})"', PRESS_TAB, *(f"press_tab {shlex.quote(line)}" for line in lines)])
    environment = os.environ | {"PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}"}
    command = ["bash", "--norc", "-c", script]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=True)
    assert done.stderr == ""
    assert dict(zip(lines, done.stdout.splitlines(), strict=True)) == lines


def test_groups_of_ours_are_not_offered_unless_asked_for() -> None:
    asked = ["loss=", "schema", "over=", "hydra/"]
    assert list(offers("gls-sweep ", lambda: print(*asked))) == ["rerun", "loss="]
    assert list(offers("gls-sweep sch", lambda: print(*asked))) == ["loss="]
    assert "hydra/" in offers("gls-sweep hydra", lambda: print(*asked))


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
@pytest.mark.parametrize("command", [results, noise])
def test_each_shell_gets_a_script_with_all_subcommands(command, shell, capsys) -> None:
    with pytest.raises(SystemExit) as left:
        command.parser().parse_args(["--print-completion", shell])
    script = capsys.readouterr().out
    assert left.value.code == 0
    assert all(module.NAME in script for module in command.COMMANDS)


def test_what_completes_imports_nothing_heavy() -> None:
    script = """
import sys
from gls_sweep.cli import results
try:
    results.parser().parse_args(["--print-completion", "bash"])
finally:
    print("heavy:", *sorted({"torch", "pandas", "numpy", "matplotlib"} & set(sys.modules)))
"""
    done = subprocess.run([sys.executable, "-P", "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.rpartition("heavy:")[2].strip() == ""
