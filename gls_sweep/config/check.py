"""Turns a composed configuration into the checked dataclasses."""

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from typing import Any

from omegaconf import DictConfig, OmegaConf

from gls_sweep.config.cell import VALUES, CellConfig, check_value
from gls_sweep.config.explain import explained, missing_value, unknown_key
from gls_sweep.errors import UserError


def checked_cell(config: DictConfig) -> CellConfig:
    """Check a composed cell, every node of it: Hydra does not run the checks of dataclasses when it composes.

    Raises
    ------
    UserError
        With one line for each node that is wrong.
    """
    try:
        return to_cell(config)
    except UserError as problem:
        raise UserError("\n".join(problems_in(config)) or str(problem)) from problem


def to_cell(config: DictConfig) -> CellConfig:
    """Instantiate the dataclasses; raises `UserError` for the first mistake."""
    for key in missing_keys(config):
        raise UserError(missing_value(key))
    with explained():
        cell: Any = OmegaConf.to_object(config)
    for key in added_keys(cell):
        raise UserError(unknown_key(key))
    assert isinstance(cell, CellConfig)
    return cell


def problems_in(config: DictConfig) -> list[str]:
    """Look at each value and node by itself; nodes may refer to values, so they come second."""
    missing = missing_keys(config)
    incomplete = {key.partition(".")[0] for key in missing}
    rest = [key for key in map(str, config) if key not in incomplete]
    values = [found for key in rest if key in VALUES and (found := problem_of(config, key))]
    nodes = [found for key in rest if key not in VALUES and (found := problem_of(config, key))]
    return [missing_value(key) for key in missing] + (values or nodes)


def problem_of(config: DictConfig, key: str) -> str | None:
    """Say what is wrong with one value or node by itself."""
    try:
        with explained():
            if key in VALUES:
                check_value(key, config[key])
            elif OmegaConf.is_config(config[key]):
                OmegaConf.to_object(config[key])
    except UserError as problem:
        return str(problem)
    return None


def missing_keys(config: DictConfig) -> list[str]:
    """List the keys that still need a value."""
    with explained():
        return sorted(OmegaConf.missing_keys(config))


def added_keys(node: Any, prefix: str = "") -> Iterator[str]:
    """Find keys that were added to a dataclass with `+key=value`: nothing would read them."""
    items: Mapping[str, Any] = vars(node) if is_dataclass(node) else node if isinstance(node, dict) else {}
    known = {field.name for field in fields(node)} if is_dataclass(node) else set(items)
    for key, value in items.items():
        if key in known:
            yield from added_keys(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}"
