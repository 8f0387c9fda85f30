"""What a metric is measured in, and whether more of it is better."""

ACCURACY = "test_accuracy"

_LESS = ("nll", "ece", "loss", "flipped_given", "confidence_wrong")
_NEITHER = ("epoch", "confidence_right")
_NOT_SHARES = ("nll", "loss", "epoch")


def direction(metric: str) -> int:
    """Give 1 where more is better, -1 where less is, 0 where neither is."""
    if metric.endswith(_NEITHER):
        return 0
    return -1 if metric.endswith(_LESS) else 1


def scale(metric: str) -> tuple[float, int]:
    """Give what a metric is multiplied by to be shown, 100 for a fraction, and to how many digits."""
    return (1.0, 3) if metric.endswith(_NOT_SHARES) else (100.0, 1)


def in_words(metric: str, labels_are_true: bool = True) -> str:
    """Name a metric, its unit and on which labels it was measured.

    Parameters
    ----------
    metric
        As in the table: `test_accuracy`, `val_nll`, ...
    labels_are_true
        Whether the test labels are; else nobody knows the truth (`dataset.labels_are_true=false`).
    """
    split, _, what = metric.partition("_")
    unit = {"nll": " in nats", "loss": "", "epoch": ""}.get(what, " in %")  # losses other than CE are in no nats
    given = " on the given (noisy) labels" if split == "test" and not labels_are_true else ""
    return f"{split} {what.replace('_', ' ')}{given}{unit}"
