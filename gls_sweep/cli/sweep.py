"""`gls-sweep`: trains one cell, or with -m a sweep."""

import os
import sys

from gls_sweep.cli.completion import answer, is_query
from gls_sweep.cli.leave import FAILURE, INTERRUPTED, SUCCESS, USER_ERROR, CellsFailed, leave, stopped
from gls_sweep.errors import JobsGoOn, SweepStopped, UserError


def main() -> None:
    """Run the command; a user's mistake is told in one line, exit status 2."""
    if sys.argv[1:2] == ["rerun"]:
        from gls_sweep.cli import rerun

        rerun.main(sys.argv[2:])
    # Hydra then hands errors on instead of printing its own account of them.
    os.environ["HYDRA_FULL_ERROR"] = "1"
    if is_query(sys.argv):
        answer(compose_and_run)
        return
    try:
        if "--tree" in sys.argv:
            from gls_sweep.cli.tree import show_tree

            show_tree([word for word in sys.argv[1:] if word != "--tree"])
            return
        sys.argv = ["launcher.dry_run=true" if word == "--dry-run" else word for word in sys.argv]
        compose_and_run()
    except UserError as error:
        leave(str(error), USER_ERROR)
    except CellsFailed as error:
        leave(str(error), FAILURE)
    except (SweepStopped, OSError) as error:
        leave(stopped(error), FAILURE)
    except JobsGoOn as told:
        leave(str(told), SUCCESS)
    except Exception as error:
        if not type(error).__module__.startswith("submitit"):
            raise
        # Hydra's own submitit launchers end with the first job that did not end well.
        leave(stopped(SweepStopped(str(error).partition("\n")[0])), FAILURE)
    except KeyboardInterrupt as told:
        leave(str(told) or "stopped; the same command goes on from here", INTERRUPTED)


def compose_and_run() -> None:
    """Run Hydra's application."""
    from gls_sweep.cli.app import run
    from gls_sweep.config.explain import explained

    with explained():
        run()
