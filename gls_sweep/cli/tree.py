"""`gls-sweep --tree`: the composed configuration as a tree, with the file of each option and what was changed in it.

Nothing is checked and nothing trains: keys that still need a value are shown as such.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from omegaconf import DictConfig, OmegaConf
from omegaconf.errors import OmegaConfBaseException

from gls_sweep.cli.composed import PRESET, Composed, compose, plain

if TYPE_CHECKING:
    from rich.text import Text
    from rich.tree import Tree

MISSING = "???"


def show_tree(words: Sequence[str]) -> None:
    """Print the tree of what these words compose; raises `UserError`."""
    from hydra._internal.utils import get_args_parser
    from rich.console import Console

    asked = get_args_parser().parse_args(list(words))
    composed = compose(asked.overrides, asked.multirun, asked.config_dir)
    Console().print(make_tree(composed))


def make_tree(composed: Composed) -> Tree:
    """Lay out the tree."""
    from rich.text import Text
    from rich.tree import Tree

    from gls_sweep import conf

    tree = Tree(Text.assemble("gls-sweep", (f"  conf: {next(iter(conf.__path__))}", "dim")))
    if preset := composed.choices.get(PRESET):
        tree.add(heading(PRESET, preset, PRESET, composed))
    add_keys(tree, plain(composed.config), composed.defaults, "", composed)
    return tree


def add_keys(tree: Tree, node: Mapping[str, Any], defaults: Any, prefix: str, composed: Composed) -> None:
    """Add the keys of a node, and what is swept over below them."""
    from rich.text import Text

    for name, value in node.items():
        key = f"{prefix}{name}"
        if key in composed.swept and isinstance(value, Mapping):
            branch = tree.add(Text(f"{name}: {spaced(composed.swept[key])}  (swept)", "bold cyan"))
            for inner in sorted(other for other in composed.swept if other.startswith(f"{key}.")):
                branch.add(leaf(inner.removeprefix(f"{key}."), inner, None, None, composed))
            continue
        default = defaults.get(name, MISSING) if isinstance(defaults, Mapping) else MISSING
        if isinstance(value, Mapping):
            group = group_of(key, composed)
            named = heading(str(name), composed.choices[group], group, composed) if group else Text(str(name))
            add_keys(tree.add(named), value, default, f"{key}.", composed)
        else:
            tree.add(leaf(str(name), key, value, default, composed))


def group_of(key: str, composed: Composed) -> str | None:
    """Give the group whose option stands at a key."""
    found = (group for group in composed.choices if group == key or group.partition("@")[2] == key)
    return next(found, None)


def heading(name: str, option: str, group: str, composed: Composed) -> Text:
    """Show a group with its option, the option's file, and whether the command line chose it."""
    from rich.text import Text

    chosen = ("  (command line)", "bold yellow") if group in composed.given else ""
    return Text.assemble((name, "bold"), ": ", (option, "bold green"), (f"  {composed.files[group]}", "dim"), chosen)


def leaf(name: str, key: str, value: Any, default: Any, composed: Composed) -> Text:
    """Show a key with its value, and whether it is swept over, changed or still needed."""
    from rich.text import Text

    if key in composed.swept:
        return Text(f"{name}: {spaced(composed.swept[key])}  (swept)", "bold cyan")
    if value == MISSING:
        return Text(f"{name}: {MISSING}  (needs a value: {key}=...)", "bold red")
    told = f"{name}: {shown(resolved(composed.config, key, value))}"
    if isinstance(value, str) and "${" in value:
        told += f"  ({value})"
    if value == default:
        return Text(told)
    source = "command line" if key in composed.given else f"{PRESET}={composed.choices.get(PRESET)}"
    return Text(f"{told}  ({source}; default {'none' if default == MISSING else shown(default)})", "bold yellow")


def resolved(config: DictConfig, key: str, value: Any) -> Any:
    """Give a value with its references followed, as far as they lead anywhere."""
    try:
        found = OmegaConf.select(config, key)
    except OmegaConfBaseException:
        return value
    return value if OmegaConf.is_config(found) else found


def spaced(values: str) -> str:
    """Show the values of a sweep with a space behind each comma."""
    return values if " " in values else values.replace(",", ", ")


def shown(value: Any) -> str:
    """Show a value as it would be typed."""
    return value if isinstance(value, str) else json.dumps(value)
