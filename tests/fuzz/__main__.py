"""Fuzzes what reads other people's files and words: `python -m tests.fuzz SECONDS`; status 1 where something breaks."""

import sys
import traceback

from tests.fuzz.run import TARGETS, run_for


def main(seconds: float) -> int:
    """Give each target its share of the time; tell examples and failures."""
    failed = 0
    for name in TARGETS:
        try:
            print(f"{name}: {run_for(name, seconds / len(TARGETS))} examples", flush=True)
        except Exception:
            failed += 1
            print(f"{name}: FAILED\n{traceback.format_exc()}", flush=True)
    return min(failed, 1)


if __name__ == "__main__":
    sys.exit(main(float(sys.argv[1]) if len(sys.argv) > 1 else 60))
