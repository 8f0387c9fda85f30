"""Makes a cell again from the configuration that it left on disk."""

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

from omegaconf import DictConfig, OmegaConf

from gls_sweep.config import CellConfig
from gls_sweep.config.cluster import ClusterConfig
from gls_sweep.config.explain import explained
from gls_sweep.config.keys import GROUPS
from gls_sweep.config.logger import LoggerConfig
from gls_sweep.errors import UserError
from gls_sweep.sweep.plan.cells import Cell


def stored_cell(described: Mapping[str, Any], **settings: Any) -> Cell:
    """Check a stored configuration and make a cell of it.

    Parameters
    ----------
    described
        What `config.yaml` holds: `Cell.described`.
    **settings
        What it does not say: `results`, `sweep`, `device`, `launcher`. It trains here, without a logger.

    Raises
    ------
    UserError
        If a value is not allowed today, or a file that decides the outcome cannot be read.
    """
    try:
        nodes = {name: typed(name, node) for name, node in described.items()}
        schedule = dict(described["schedule"])
        phases = {name: {**phase, "loss": typed("loss", phase["loss"])} for name, phase in schedule["phases"].items()}
    except (KeyError, TypeError, AttributeError) as error:
        raise UserError(f"a part of it is missing ({type(error).__name__}: {error})") from error
    with explained():
        here = {"cluster": ClusterConfig(), "logger": LoggerConfig()}
        content = {**here, **nodes, "schedule": {**schedule, "phases": phases}, **settings}
        composed = OmegaConf.merge(OmegaConf.structured(CellConfig), content)
    assert isinstance(composed, DictConfig)
    return Cell.from_config(composed)


def typed(group: str, node: Any) -> Any:
    """Give a stored node the dataclass with its function and its keys, or with its keys alone.

    A node that fits none is an option of the user's own without a dataclass, and stays as it is; so does what is no
    node of a group.
    """
    if group not in GROUPS or not isinstance(node, Mapping):
        return node
    fitting = [kind for kind in GROUPS[group].values() if {field.name for field in fields(kind)} == node.keys()]
    same = [kind for kind in fitting if getattr(kind, "_target_", None) == node["_target_"]]
    return (same or fitting)[0](**node) if fitting else dict(node)


def files_of(cell: CellConfig) -> Iterator[str]:
    """Give the files and folders whose content decides a cell's outcome, each as `key=path`."""
    for name in GROUPS:
        node = getattr(cell, name)
        for field in fields(node) if is_dataclass(node) else ():
            value = getattr(node, field.name)
            mark = field.metadata.get("identity")
            named = mark in ("content", "folder", "word_or_content") and isinstance(value, str)
            if named and Path(value).expanduser().exists():
                yield f"{name}.{field.name}={value}"
