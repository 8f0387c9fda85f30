"""The script that measures GPUs runs from end to end where there is none."""

import re
import subprocess
import sys
from pathlib import Path


def test_every_part_gives_its_numbers(tmp_path: Path):
    out = tmp_path / "tables.md"
    command = [sys.executable, "-m", "benchmarks.gpu", "--device", "cpu", "--small", "--out", str(out)]
    done = subprocess.run(command, cwd=Path(__file__).parents[2], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    text = out.read_text(encoding="utf-8")
    assert text.strip() == done.stdout.strip()
    failed = [line for line in text.splitlines() if "failed" in line]
    assert all("launcher.compile=true: needs the C++ compiler" in line for line in failed)
    assert len(re.findall(r"^\| (?:plain loop|ours).* \| [\d,]+ \| [\d.]+ x \|$", text, re.M)) == 5 - len(failed)
    assert re.search(r"^\| packed \| [\d,]+ \| [\d.]+ x \|$", text, re.M)
    assert len(re.findall(r"^\| [24] \| [\d,]+ \| [\d.]+ \| [\d.]+ \| [\d.]+ x \|$", text, re.M)) == 2
    assert re.search(r"4,560 epochs, warm-ups shared \| [\d.]+ h, not run", text)
