"""Metrics of a population on a split, summed up chunk by chunk.

Every sum runs over one replica's samples in order (`scatter_add_` along the sample axis), so that a replica's numbers
do not depend on the other replicas or on the number of threads.
"""

from dataclasses import dataclass

import torch
from torch import Tensor

MEMORISATION = ("train_accuracy_true", "train_accuracy_clean", "train_flipped_given", "train_flipped_true")
BINS = 15  # of the expected calibration error, as in Guo et al., ICML 2017


@dataclass
class Tally:
    """Running sums over the samples of a split, float64.

    Attributes
    ----------
    count, right, confidence, confidence_right, nll : Tensor
        [R, BINS], by the confidence bin that a sample's prediction falls in.
    """

    count: Tensor
    right: Tensor
    confidence: Tensor
    confidence_right: Tensor
    nll: Tensor

    @classmethod
    def empty(cls, replicas: int, device: torch.device) -> "Tally":
        """Start with zeros."""
        return cls(*(torch.zeros(replicas, BINS, dtype=torch.float64, device=device) for _ in range(5)))

    def add(self, logits: Tensor, labels: Tensor) -> Tensor:
        """Add a chunk: logits [R, n, K], labels [R, n] int64. Gives the predictions [R, n]."""
        log_probabilities = logits.transpose(1, 2).log_softmax(1)  # several times faster than over a short last axis
        top, predictions = log_probabilities.max(1)
        confidence = top.exp().double()
        bins = (confidence * BINS).ceil().long().sub_(1).clamp_(0, BINS - 1)
        right = (predictions == labels).double()
        nll = -log_probabilities.gather(1, labels.unsqueeze(1)).squeeze(1).double()
        columns = (torch.ones_like(right), right, confidence, confidence * right, nll)
        totals = (self.count, self.right, self.confidence, self.confidence_right, self.nll)
        for total, values in zip(totals, columns, strict=True):
            total.scatter_add_(1, bins, values)
        return predictions

    def metrics(self, split: str) -> dict[str, Tensor]:
        """Give accuracy, NLL, ECE and mean confidence on right and on wrong predictions, each [R].

        The mean over no predictions (none wrong, say) is NaN.
        """
        count, right = self.count.sum(1), self.right.sum(1)
        confidence, confidence_right = self.confidence.sum(1), self.confidence_right.sum(1)
        return {
            f"{split}_accuracy": right / count,
            f"{split}_nll": self.nll.sum(1) / count,
            f"{split}_ece": (self.right - self.confidence).abs().sum(1) / count,
            f"{split}_confidence_right": confidence_right / right,
            f"{split}_confidence_wrong": (confidence - confidence_right) / (count - right),
        }


def memorisation(predictions: Tensor, given: Tensor, true: Tensor | None) -> dict[str, Tensor]:
    """Tell learning from memorising on training data.

    Parameters
    ----------
    predictions, given : Tensor
        [R, N] predicted and given (noisy) labels.
    true : Tensor or None
        [N] true labels; where they are unknown, all is NaN.

    Returns
    -------
    dict of str to Tensor
        Each [R]: accuracy against the true labels on all samples, accuracy on the samples that kept their label, and
        on the flipped samples the share predicted as given (memorised) and as true (resisted); NaN where none.
    """
    if true is None:
        unknown = torch.full((len(given),), torch.nan, dtype=torch.float64, device=given.device)
        return dict.fromkeys(MEMORISATION, unknown)
    flipped = given != true
    as_given, as_true = predictions == given, predictions == true

    def share(hits: Tensor, of: Tensor) -> Tensor:
        return (hits & of).sum(1).double() / of.sum(1).double()

    everywhere = torch.ones_like(flipped)
    shares = share(as_true, everywhere), share(as_given, ~flipped), share(as_given, flipped), share(as_true, flipped)
    return dict(zip(MEMORISATION, shares, strict=True))
