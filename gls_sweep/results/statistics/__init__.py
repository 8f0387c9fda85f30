"""What the seeds of a sweep can tell: intervals, tests between losses or smooth rates, and plain sentences on them."""

from gls_sweep.results.statistics.caveats import caveats
from gls_sweep.results.statistics.intervals import intervals
from gls_sweep.results.statistics.paired import holm, paired_tests
from gls_sweep.results.statistics.paper import paper_test
from gls_sweep.results.statistics.samples import chosen_policy
from gls_sweep.results.statistics.sentences import sentences

__all__ = ["caveats", "chosen_policy", "holm", "intervals", "paired_tests", "paper_test", "sentences"]
