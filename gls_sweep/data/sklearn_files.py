"""The small data sets that come with scikit-learn, by their files: importing it takes seconds, reading them 5 ms."""

import importlib.util
from pathlib import Path


def sklearn_file(name: str) -> Path:
    """Find a file that `sklearn.datasets` reads; raises `ModuleNotFoundError` where scikit-learn is not installed."""
    package = importlib.util.find_spec("sklearn")
    if package is None or package.origin is None:
        raise ModuleNotFoundError(f"{name} is part of scikit-learn, which is not installed")
    return Path(package.origin).parent / "datasets" / "data" / name
