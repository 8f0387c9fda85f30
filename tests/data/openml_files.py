"""What scikit-learn keeps of a table that it has fetched from OpenML."""

import gzip
import hashlib
import json
from pathlib import Path
from typing import Any

LETTERS = "ACGT"
CLASSES = ("EI", "IE", "N")
ROWS = [(LETTERS[i % 4], f"{i}.5", CLASSES[i % 3]) for i in range(24)]
ARFF = "\n".join(
    ["@relation genes", "@attribute letter {A,C,G,T}", "@attribute size numeric", "@attribute Class {EI,IE,N}", "@data"]
    + [",".join(row) for row in ROWS]
)


def keep(root: Path, name: str, version: int) -> None:
    """Write what scikit-learn keeps of a table that it has fetched."""
    features = [("letter", "nominal", False), ("size", "numeric", False), ("Class", "nominal", True)]
    described = {
        "id": "7",
        "name": name,
        "version": str(version),
        "format": "ARFF",
        "status": "active",
        "description": "made for a test",
        "url": "https://api.openml.org/data/v1/download/70/genes.arff",
        "md5_checksum": hashlib.md5(ARFF.encode()).hexdigest(),
    }
    columns = [
        {
            "index": str(index),
            "name": column,
            "data_type": kind,
            "is_target": str(is_target).lower(),
            "is_ignore": "false",
            "is_row_identifier": "false",
            "number_of_missing_values": "0",
        }
        for index, (column, kind, is_target) in enumerate(features)
    ]
    found = {"did": 7, "name": name, "version": version, "status": "active"}
    files: dict[str, Any] = {
        f"api/v1/json/data/list/data_name/{name}/limit/2/data_version/{version}": {"data": {"dataset": [found]}},
        "api/v1/json/data/7": {"data_set_description": described},
        "api/v1/json/data/features/7": {"data_features": {"feature": columns}},
        "api/v1/json/data/qualities/7": {"data_qualities": {"quality": []}},
        "data/v1/download/70/genes.arff": ARFF,
    }
    for path, content in files.items():
        file = root / "openml" / "openml.org" / f"{path}.gz"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(gzip.compress((content if isinstance(content, str) else json.dumps(content)).encode()))
