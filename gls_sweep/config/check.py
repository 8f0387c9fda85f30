"""Turns a composed configuration into the checked dataclasses."""

from typing import Any

from omegaconf import DictConfig, OmegaConf

from gls_sweep.config.cell import CellConfig
from gls_sweep.config.explain import explained
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
        problems = [str(found) for key in config if (found := problem_of(config, str(key)))]
        raise UserError("\n".join(problems or [str(problem)])) from problem


def problem_of(config: DictConfig, key: str) -> UserError | None:
    """Find what is wrong with one top-level node by itself."""
    try:
        with explained():
            OmegaConf.to_object(config[key]) if OmegaConf.is_config(config[key]) else config[key]
    except UserError as problem:
        return problem
    return None


def to_cell(config: DictConfig) -> CellConfig:
    """Instantiate the dataclasses."""
    for key in sorted(OmegaConf.missing_keys(config)):
        raise UserError(f"{key}: has no value yet; give one, {key}=...")
    with explained():
        cell: Any = OmegaConf.to_object(config)
    assert isinstance(cell, CellConfig)
    return cell
