"""Tells which cells of a sweep have no result, and why."""

from collections import defaultdict
from collections.abc import Mapping

MOST_REASONS = 17  # with what stands above and below, 20 lines
NAMED = 3  # signatures of each reason


def tell_failures(reasons: Mapping[str, str], cells: int) -> str:
    """List the reasons, by signature, with the number of cells of each, the most frequent first."""
    by_reason: defaultdict[str, list[str]] = defaultdict(list)
    for signature, reason in reasons.items():
        by_reason[" ".join(reason.split())].append(signature)
    ranked = sorted(by_reason.items(), key=lambda item: -len(item[1]))
    told = [f"  {len(own)} x {reason} ({_first(own)})" for reason, own in ranked[:MOST_REASONS]]
    if rest := ranked[MOST_REASONS:]:
        told.append(f"  {sum(len(own) for _, own in rest)} x {len(rest)} more reasons")
    head = f"no result for {len(reasons)} of {cells} cells:"
    return "\n".join([head, *told, "the same command trains them again"])


def _first(signatures: list[str]) -> str:
    return ", ".join([*signatures[:NAMED], *(["..."] if len(signatures) > NAMED else [])])
