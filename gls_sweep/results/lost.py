"""Cells without a result, as tables tell of them."""

WORDS = {"diverged": "div", "failed": "fail"}
MEANINGS = {"diverged": "div: diverged, not in the mean", "failed": "fail: failed, see column `error`"}
"""What the words mean, by the status of the cells."""


def lost_in_words(diverged: float, failed: float) -> str:
    """Count the cells that were lost beside others, `(2 div, 1 fail)`; nothing where none were."""
    counts = {"diverged": diverged, "failed": failed}
    words = ", ".join(f"{count:g} {WORDS[status]}" for status, count in counts.items() if count)
    return f"({words})" if words else ""
