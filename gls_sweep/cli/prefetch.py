"""Makes ready what the end of a run needs, to be done while its workers start and this process waits for them."""

import gc
import io
import logging

log = logging.getLogger(__name__)


def prefetch() -> None:
    """Import what `gls_sweep.cli.report` needs, and draw a figure, for which fonts and formulas are loaded.

    That takes about a second, which is as long as workers take to import torch. Trouble is left to the report.
    """
    try:
        import_report()
    except Exception as error:
        log.debug("prefetching what the report needs: %s", error)


def import_report() -> None:
    """Import, and draw."""
    import matplotlib.backends.backend_svg  # noqa: F401
    import scipy.optimize
    import scipy.stats  # noqa: F401

    import gls_sweep.cli.report  # noqa: F401
    from gls_sweep.results.plots.style import new_figure

    figure, _ = new_figure(1, 1)
    figure.supxlabel("$r$")
    figure.savefig(io.BytesIO(), format="png")
    gc.freeze()  # nothing of this is garbage before the process ends, and then looking for it takes .4 s
