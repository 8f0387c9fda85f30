"""Tells TensorBoard, MLflow or Weights & Biases of recorded cells: a run for each."""
