"""Human labels of CIFAR-10N and CIFAR-100N, from their official files."""

from pathlib import Path

from gls_sweep.data.dataset import Labels
from gls_sweep.errors import UserError
from gls_sweep.label_entries import read_entries
from gls_sweep.label_values import CLEAN, check_clean, to_labels

NAMES = {
    "aggre_label": "aggre",
    "random_label1": "random1",
    "random_label2": "random2",
    "random_label3": "random3",
    "worse_label": "worse",
    "noisy_label": "noisy",
}
"""What the files call the noisy labels, and what is said here; CIFAR-100N has only the last."""


def read_human_labels(path: str | Path, clean: Labels, num_classes: int) -> dict[str, Labels]:
    """Read the noisy labels of a CIFAR-N file, which is not trusted: nothing in it is run.

    Source: J. Wei et al., "Learning with Noisy Labels Revisited: A Study Using Real-World Human Annotations",
    ICLR 2022; ``CIFAR-10_human.pt`` and ``CIFAR-100_human.pt``.

    Parameters
    ----------
    path
        The file, a dict of label arrays.
    clean
        The dataset's labels, ``[N]`` int64: the file's clean labels must be the same.
    num_classes
        K.

    Returns
    -------
    dict
        ``aggre``, ``random1``, ``random2``, ``random3``, ``worse`` of CIFAR-10N, ``noisy`` of CIFAR-100N: those that
        the file holds, each ``[N]`` int64.

    Raises
    ------
    UserError
        If the file cannot be read, has no clean or no noisy labels, or is of other samples.
    """
    path = Path(path).expanduser()
    where = f"dataset.human_labels={path}"
    entries = read_entries(path, "dataset.human_labels")
    stated = next((name for name in CLEAN if name in entries), None)
    found = {name: entries[name] for name in NAMES if name in entries}
    if stated is None or not found:
        raise UserError(
            f"{where}: must hold clean_label and at least one of {', '.join(NAMES)}; labels of another form are for "
            "noise=file"
        )
    check_clean(where, stated, to_labels(f"{where}: {stated}", entries[stated], len(clean), num_classes), clean)
    return {NAMES[name]: to_labels(f"{where}: {name}", found[name], len(clean), num_classes) for name in found}
