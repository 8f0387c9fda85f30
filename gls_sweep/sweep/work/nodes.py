"""Calls the functions that the nodes of a configuration name."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from importlib import import_module
from typing import Any, cast

from gls_sweep.errors import UserError
from gls_sweep.sweep.plan.cells import fields_of

# Keys that the framework reads itself, besides `_target_` and `name`; all others are the function's own parameters.
SPLIT = {"val_fraction": 0.0, "split_seed": 0, "fold": None}  # of a dataset, with defaults for one of the user's own
FRAMEWORK_KEYS = {
    "dataset": set(SPLIT),
    "noise": {"generator", "seed"},
    "loss": {"estimator", "transition"},
}


def find_function(node: Any, key: str) -> Callable[..., Any]:
    """Import the function that a node's `_target_` names."""
    target = fields_of(node).get("_target_")
    if not target:
        raise UserError(f"{key}._target_: missing; name the function to call, as package.module.function")
    try:
        module, _, name = str(target).rpartition(".")
        function = getattr(import_module(module), name)
    except Exception as error:
        reason = str(error).partition("\n")[0]
        raise UserError(
            f"{key}._target_={target}: must be an importable function ({reason}); is PYTHONPATH set?"
        ) from error
    if not callable(function):
        raise UserError(f"{key}._target_={target}: must be a function, is a {type(function).__name__}")
    return cast(Callable[..., Any], function)


def own_parameters(node: Any, key: str) -> dict[str, Any]:
    """Give the parameters of a node's function, without the framework's own keys."""
    framework = {"_target_", "name"} | FRAMEWORK_KEYS.get(key, set())
    return {name: value for name, value in fields_of(node).items() if name not in framework}


def asked_keys(node: Any, key: str, function: Callable[..., Any]) -> dict[str, Any]:
    """Give those of the framework's keys that a function asks for, `split_seed` for example."""
    asked = FRAMEWORK_KEYS.get(key, set()) & set(inspect.signature(function).parameters)
    return {name: value for name, value in fields_of(node).items() if name in asked}


def call(node: Any, key: str, *inputs: Any, **extra: Any) -> Any:
    """Call a node's function; parameters that do not fit it are the user's mistake."""
    function = find_function(node, key)
    parameters = {**extra, **asked_keys(node, key, function), **own_parameters(node, key)}
    try:
        inspect.signature(function).bind(*inputs, **parameters)
    except TypeError as error:
        raise UserError(f"{key}: {error}; it takes {inspect.signature(function)}") from error
    return function(*inputs, **parameters)
