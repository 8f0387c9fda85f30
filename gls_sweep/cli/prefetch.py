"""Makes ready what the end of a run needs, to be done while its cells train and this process waits for them."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread


@contextmanager
def prefetched() -> Iterator[None]:
    """Do it in a thread, which is waited for at the end of the context."""
    thread = Thread(target=prefetch, daemon=True)
    thread.start()
    try:
        yield
    finally:
        thread.join()


def prefetch() -> None:
    """Import what `gls_sweep.cli.report` needs, and draw a figure, for which fonts and formulas are loaded.

    That takes about a second. It may run in a thread, as long as no other one draws; a run that ends before, or without
    it, imports the same when it reports.
    """
    import matplotlib.backends.backend_svg  # noqa: F401
    import scipy.optimize
    import scipy.stats  # noqa: F401

    import gls_sweep.cli.report  # noqa: F401
    from gls_sweep.results.plots.style import new_figure

    figure, _ = new_figure(1, 1)
    figure.supxlabel("$r$")
    figure.savefig(io.BytesIO(), format="png")
