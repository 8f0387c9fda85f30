"""Make the labels of a recorded sweep again and write them to files, one for each distinct set of labels."""

from __future__ import annotations

import argparse
import re
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from gls_sweep.cli.leave import FAILURE, SUCCESS
from gls_sweep.cli.noise_cell import describe_labels, tell_rates, write_labels_of
from gls_sweep.errors import UserError

NAME, HELP = "export", "write the labels of a recorded sweep to files"
FORMATS = ("pt", "npy", "csv", "json")
DIGITS = 8  # of a hash, in the name of a file


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the sweep, the folder and the format."""
    parser.add_argument("sweep", metavar="RESULTS", help="a sweep's folder, results/NAME")
    parser.add_argument("folder", metavar="FOLDER", help="where the files go")
    parser.add_argument("--format", choices=FORMATS, default="pt", help="of the files (default: pt)")


def run(words: argparse.Namespace) -> int:
    """Write the files; exit status 1 where labels came out otherwise than recorded."""
    from gls_sweep.sweep.work.recorded import recorded_config

    recorded = distinct_labels(Path(words.sweep))
    differing = 0
    for labels_hash, name in file_names(recorded).items():
        path = Path(words.folder) / f"{name}.{words.format}"
        cell = recorded_config(recorded[labels_hash])
        if describe_labels(cell)["labels_hash"] == labels_hash:
            print(f"written: {path}; {tell_rates(write_labels_of(path, cell))}")
        else:
            print(f"{path}: not written, its labels come out otherwise than recorded; has a file changed?")
            differing += 1
    return FAILURE if differing else SUCCESS


def distinct_labels(folder: Path) -> dict[str, dict[str, Any]]:
    """Give the configuration of one recorded cell for each distinct set of labels, by the hash of the labels."""
    from gls_sweep.results.columns import of_type
    from gls_sweep.results.gather import gather
    from gls_sweep.results.records import nothing_there, read_records

    columns = gather(folder, names=("signature", "noise.labels_hash"))
    hashes, cells = (of_type(columns, name, "str").to_pylist() for name in ("noise.labels_hash", "signature"))
    one_of_each = {labels: cell for labels, cell in zip(hashes, cells, strict=True) if labels is not None}
    if not one_of_each:
        raise UserError(nothing_there(folder))
    records = read_records(folder, one_of_each.values())
    return {record["noise"]["labels_hash"]: record["config"] for record in records}


def file_names(recorded: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    """Name each set of labels after its dataset, noise, rate and seed; those of one name by their hash as well."""
    names = {labels: telling_name(config) for labels, config in recorded.items()}
    counts = Counter(names.values())
    return {labels: name if counts[name] == 1 else f"{name}_{labels[:DIGITS]}" for labels, name in names.items()}


def telling_name(config: Mapping[str, Any]) -> str:
    """Give for example `digits_symmetric_rate0.2_seed1`; the seed only where something is drawn."""
    from gls_sweep.config.noise import NOISES, NoiseConfig, UndrawnNoiseConfig

    noise = config["noise"]
    drawn = not issubclass(NOISES.get(noise["name"], NoiseConfig), UndrawnNoiseConfig)
    parts = [config["dataset"]["name"], noise["name"], noise.get("labels")]
    parts += [f"{key}{noise[key]}" for key in ("rate", "seed") if drawn and noise.get(key) is not None]
    return re.sub(r"[^\w.+-]+", "_", "_".join(part for part in parts if part))
