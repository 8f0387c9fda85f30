"""Confident learning (Northcutt, Jiang, Chuang, JAIR 2021, arXiv 1911.00068): confident predictions against labels.

From the paper's equations; the authors' cleanlab is AGPL, which a project under the MIT licence cannot depend on.
"""

import numpy as np

from gls_sweep.estimation.estimate import (
    Estimate,
    FloatArray,
    IntArray,
    check_outputs,
    label_shares,
    rows_to_distributions,
)

TIE_TOLERANCE = 1e-9  # the mean of equal numbers may be off by a rounding error


def confident_joint(probabilities: FloatArray, labels: IntArray) -> Estimate:
    """Estimate T from the joint distribution of given and confidently predicted labels.

    Asks for a network that has not learnt the wrong labels by heart, since that confirms them: one stopped early, or
    samples that it was not trained on. What the network gets wrong is taken for noise too, so that a weak one finds too
    much, on samples not trained on more so.

    Parameters
    ----------
    probabilities
        Softmax outputs, float64 [N, K].
    labels
        Given, noisy labels, int64 [N] in 0..K-1.

    Returns
    -------
    Estimate
        Exact where the outputs are the true noisy posteriors, each class has samples that are certain, and T is
        diagonally dominant. The row of a class that no sample is confidently predicted as is that of the identity,
        with a clean share of 0.

    Raises
    ------
    UserError
        See `check_outputs`.
    """
    joint = joint_distribution(probabilities, labels)
    return Estimate(rows_to_distributions(joint.T), joint.sum(axis=0))


def joint_distribution(probabilities: FloatArray, labels: IntArray) -> FloatArray:
    """Estimate ``Q[i, j] = P(given i, clean j)``, float64 [K, K]: confident counts, with the label shares as row sums.

    Equation 3 of the paper. The labels of a class without any confident sample count as right.
    """
    check_outputs(probabilities, labels)
    num_classes = probabilities.shape[1]
    clean = confident_classes(probabilities, labels)
    pairs = (labels * num_classes + clean)[clean >= 0]
    counts = np.bincount(pairs, minlength=num_classes**2).reshape(num_classes, num_classes).astype(np.float64)
    return rows_to_distributions(counts) * label_shares(labels, num_classes)[:, None]


def confident_classes(probabilities: FloatArray, labels: IntArray) -> IntArray:
    """Return the class [N] that each sample confidently belongs to, -1 where there is none.

    Equation 1 of the paper: the most probable among the classes whose probability reaches the class's threshold.
    """
    confident = probabilities >= class_thresholds(probabilities, labels) - TIE_TOLERANCE
    most_probable = np.where(confident, probabilities, -1.0).argmax(axis=1)
    return np.where(confident.any(axis=1), most_probable, -1)


def class_thresholds(probabilities: FloatArray, labels: IntArray) -> FloatArray:
    """Return the mean probability of each class over the samples labelled so, [K] (equation 2 of the paper).

    1 for a class without labels: only a network that is certain is believed to have found one.
    """
    num_classes = probabilities.shape[1]
    counts = np.bincount(labels, minlength=num_classes)
    sums = np.bincount(labels, probabilities[np.arange(len(labels)), labels], minlength=num_classes)
    return np.where(counts > 0, sums / np.maximum(counts, 1), 1.0)
