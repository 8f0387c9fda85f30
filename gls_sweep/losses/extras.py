"""What a loss may ask of the engine besides logits, labels and hyper-parameters, by the name of a parameter.

These are reserved names, taken by keyword; all tensors lie on the device of the logits.

- ``peer_labels``: int64 [B], the given labels of training samples drawn uniformly, anew each step.
- ``other_labels``: int64 [B], a label drawn uniformly from the K-1 classes other than the given one, anew each step.
- ``label_shares``: [K], the class shares of the replica's given (noisy) training labels.
- ``transition``: [K, K], T[i, j] = P(noisy j | clean i), what the configuration's key `loss.transition` says.
- ``memory``: [B, K], the samples' rows of a memory that is zero when the phase begins; such a loss returns
  ``(losses [B], new_memory [B, K])`` instead of the losses alone.
"""

EXTRAS = ("peer_labels", "other_labels", "label_shares", "transition", "memory")
