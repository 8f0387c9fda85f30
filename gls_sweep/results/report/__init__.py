"""`report.html`: a sweep as one self-contained page."""

from gls_sweep.results.report.write import NAME, write_report

__all__ = ["NAME", "write_report"]
