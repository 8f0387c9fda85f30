"""Measure what a big sweep takes that has nothing to do: running it again, its table, its statuses.

python -m benchmarks.make_records 100000 results/big && python -m benchmarks.scale results/big
"""

import argparse
import resource
import subprocess
import sys
import time
from pathlib import Path

MEASURE = """
import resource, sys, time
from gls_sweep.results import load_table, read_statuses
started = time.perf_counter()
count = len({function}(sys.argv[1]))
seconds, mebibytes = time.perf_counter() - started, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**10
print(f"{function}: {{count}} cells, {{seconds:.1f}} s ({{time.process_time():.1f}} s busy), {{mebibytes:.0f}} MiB")
"""


def main() -> None:
    """Measure each in a process of its own."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="what benchmarks.make_records wrote")
    folder = parser.parse_args().folder
    for function in ("read_statuses", "load_table"):
        subprocess.run([sys.executable, "-c", MEASURE.format(function=function), folder], check=True)
    # Not earlier: what a process has held counts for those it starts as well, and torch is in this.
    from benchmarks.make_records import compose

    seeds = len(list((folder / "cells").glob("??/*"))) // len(list(compose([0])))
    command = [sys.executable, "-c", "from gls_sweep.cli.sweep import main; main()"]
    started, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    words = [f"seed=range(0,{seeds})", f"results={folder.parent}", f"sweep={folder.name}"]
    subprocess.run([*command, "-m", *words], check=True, stdout=subprocess.DEVNULL)
    seconds, busy = time.perf_counter() - started, resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before
    print(f"gls-sweep -m, nothing to do: {seconds:.1f} s ({busy:.1f} s busy)")


if __name__ == "__main__":
    main()
