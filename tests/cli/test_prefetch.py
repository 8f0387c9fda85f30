"""What is made ready while cells train is what the end of a run needs."""

import subprocess
import sys
from pathlib import Path

from tests.results.conftest import grid, write_results

SCRIPT = """
import sys
from pathlib import Path
from gls_sweep.cli.prefetch import prefetch

prefetch()
before, folder = set(sys.modules), Path(sys.argv[1])
from gls_sweep.cli.report import report_folder

report_folder(folder, [cell.name for cell in folder.glob("cells/*/*")], ["heat_map", "accuracy_over_rate"])
large = ("matplotlib.", "scipy.", "sklearn", "torch", "jinja2")
print("imported later:", [name for name in sys.modules if name not in before and name.startswith(large)])
"""


def test_the_report_imports_nothing_large_any_more(tmp_path: Path) -> None:
    folder = write_results(tmp_path / "digits", grid(3))
    told = subprocess.run([sys.executable, "-c", SCRIPT, str(folder)], capture_output=True, text=True, check=True)
    assert told.stdout.splitlines()[-1] == "imported later: []"
    assert (folder / "report.html").exists()
