"""Turns a composed configuration into the checked dataclasses."""

from typing import Any

from omegaconf import DictConfig, OmegaConf

from gls_sweep.config.cell import CellConfig
from gls_sweep.config.explain import explained
from gls_sweep.errors import UserError


def checked_cell(config: DictConfig) -> CellConfig:
    """Check a composed cell, every node of it.

    Raises
    ------
    UserError
        With one line for each node that is wrong.
    """
    problems = []
    for key in config:
        try:
            checked_node(config, str(key))
        except UserError as problem:
            problems.append(str(problem))
    if problems:
        raise UserError("\n".join(problems))
    return to_cell(config)


def checked_node(config: DictConfig, key: str) -> None:
    """Run the checks of one top-level node; Hydra does not run them when it composes."""
    with explained():
        node = config[key]
        if not OmegaConf.is_config(node):
            return
        for name in sorted(OmegaConf.missing_keys(node)):
            raise UserError(f"{key}.{name}: has no value yet; give one, {key}.{name}=...")
        OmegaConf.to_object(node)


def to_cell(config: DictConfig) -> CellConfig:
    """Instantiate the dataclasses."""
    with explained():
        cell: Any = OmegaConf.to_object(config)
    assert isinstance(cell, CellConfig)
    return cell
