"""What the README shows works: its commands run, its Python runs, its tables name what there is."""

import io
import os
import re
import shlex
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from PIL import Image

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
GUIDE = (ROOT / "docs" / "results.md").read_text(encoding="utf-8")  # to what a sweep leaves
ENVIRONMENT = {**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
CHEAP = {"schedule": "quick", "launcher.threads": "1"}
CHEAP_SWEEP = {**CHEAP, "seed": "0", "launcher.processes": "1"}


@dataclass(frozen=True)
class Block:
    """A fenced block and its language."""

    language: str
    text: str


BLOCKS = [Block(*found) for found in re.findall(r"^```(\w*)\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)]


def cheaper(words: list[str], folder: Path) -> list[str]:
    """Keep a command short by words that it does not set itself; no SLURM is needed, and a cell that is there."""
    if words[:2] == ["pip", "install"]:
        return [*words, "--quiet", "--no-deps", "--no-build-isolation", "--target", "site"]
    if words[0] in ("gls-results", "gls-noise") or "--tree" in words:
        return words
    if words[:2] == ["gls-sweep", "rerun"]:
        return [*words[:3], next(Path(folder, words[2]).glob("cells/*/*")).name]
    assert "gls-sweep" in words, f"no test knows how to run: {shlex.join(words)}"
    words = ["cluster=slurm_local" if word == "cluster=slurm" else word for word in words if "cluster." not in word]
    given = {word.partition("=")[0] for word in words}
    added = CHEAP_SWEEP if "-m" in words else CHEAP
    return [*words, *(f"{key}={value}" for key, value in added.items() if key not in given)]


def run_commands(text: str, folder: Path) -> None:
    """Run each line of a shell block; `make sweep` and `make test` are run by continuous integration."""
    for line in text.splitlines():
        words = shlex.split(line, comments=True)
        if words and words not in (["make", "sweep"], ["make", "test"]):
            short = line if words[0] == "eval" else shlex.join(cheaper(words, folder))
            command = ["bash", "-c", short]
            where = folder / "checkout" if words[0] == "pip" else folder
            done = subprocess.run(command, cwd=where, env=ENVIRONMENT, capture_output=True, text=True, check=False)
            assert done.returncode == 0, f"{line}\n{done.stdout}\n{done.stderr}"


def run_block(block: Block, folder: Path) -> None:
    """Save a block that begins with a path; run any other."""
    if path := re.match(r"# (\S+\.(?:py|yaml))\n", block.text):
        target = folder / path.group(1)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(block.text, encoding="utf-8")
    elif block.language == "sh":
        run_commands(block.text, folder)
    elif block.language == "python":
        exec(compile(block.text, "README.md", "exec"), {})
    else:
        pytest.fail(f"a block that no test knows how to run: {block}")


def provide_data(folder: Path) -> None:
    """Write the files that the README takes for granted: those of a user with data of their own."""
    rng = np.random.default_rng(0)
    labels = np.arange(120) % 3
    features = (rng.standard_normal((120, 6)) + labels[:, None]).astype("float32")
    parts = {"train": slice(0, 90), "test": slice(90, 120)}
    np.save(folder / "labels.npy", np.roll(labels[:90], 1))
    arrays = {f"{name}_x": features[part] for name, part in parts.items()}
    np.savez(folder / "sensors.npz", **arrays, **{f"{name}_y": labels[part] for name, part in parts.items()})
    for name, part in parts.items():
        images = [{"bytes": png(rng.integers(0, 256, (8, 8, 3))), "path": None} for _ in labels[part]]
        pq.write_table(pa.table({"img": images, "label": labels[part]}), folder / f"{name}.parquet")
        for number, (image, label) in enumerate(zip(images, labels[part], strict=True)):
            place = folder / "photos" / name / f"kind{label}"
            place.mkdir(parents=True, exist_ok=True)
            (place / f"{number}.png").write_bytes(image["bytes"])
    rows = [",".join([*map(str, row), f"group{label}"]) for row, label in zip(features, labels, strict=True)]
    (folder / "patients.csv").write_text("\n".join(["a,b,c,d,e,f,label", *rows]), encoding="utf-8")


def png(pixels: np.ndarray) -> bytes:
    """Encode an image."""
    file = io.BytesIO()
    Image.fromarray(pixels.astype("uint8")).save(file, "png")
    return file.getvalue()


def provide_checkout(folder: Path) -> None:
    """Copy what a package is built of, so that building leaves nothing in the real checkout."""
    folder.mkdir()
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, folder)
    for name in ("gls_sweep", "conf", "hydra_plugins"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))


def test_all_that_is_shown_runs_from_top_to_bottom(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    provide_checkout(tmp_path / "checkout")
    provide_data(tmp_path)
    for block in BLOCKS:
        run_block(block, tmp_path)
    assert (tmp_path / "checkout" / "site" / "gls_sweep" / "conf" / "config.yaml").exists()
    history = next(tmp_path.glob("results/digits/cells/*/*/history.csv"))
    for column in history.read_text().splitlines()[0].split(","):
        assert f"`{column}`" in GUIDE or f"`{column.partition('_')[2]}`" in GUIDE, f"{column} is not described"


def test_both_first_commands_are_there() -> None:
    assert "\nmake sweep" in README and "\nmake test" in README


@pytest.mark.parametrize("group", ["dataset", "noise", "model", "loss", "schedule", "experiment", "cluster", "logger"])
def test_table_of_keys_lists_every_option(group: str) -> None:
    row = re.search(rf"^\| `{group}` \|(.*?)\|", README, re.MULTILINE)
    assert row, f"the README's table of keys lacks {group}"
    options = {path.stem for path in (ROOT / "conf" / group).glob("*.yaml")}
    assert set(re.findall(r"`(\w+)`", row.group(1))) == options


def test_links_lead_somewhere() -> None:
    targets = re.findall(r"\]\(((?!http)[^)]+)\)", README)
    assert [target for target in targets if not (ROOT / target).exists()] == []
