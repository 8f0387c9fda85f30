"""A target that feeds configuration values: whatever is typed, it is a cell or lines that name the key."""

import functools
from collections.abc import Callable
from typing import Any

from hydra import initialize_config_module
from hydra.core.global_hydra import GlobalHydra
from hydra.types import RunMode
from hydra.version import VersionBase
from hypothesis import strategies as st

from gls_sweep.cli.app import register_plugins
from gls_sweep.config import register_schemas
from gls_sweep.config.explain import explained
from gls_sweep.config.keys import GROUPS, known_keys
from gls_sweep.errors import UserError
from gls_sweep.sweep.plan.compose import Composer

OPTIONS = [f"{group}={name}" for group, options in GROUPS.items() for name in options if name != group]


@functools.cache
def composer() -> Composer:
    """Make a composer of the package's own configuration."""
    before = VersionBase.instance().version_base
    register_schemas()
    register_plugins()
    with initialize_config_module("gls_sweep.conf", version_base="1.3"):
        loader = GlobalHydra.instance().config_loader()
        made = Composer(loader, loader.load_configuration("config", [], RunMode.MULTIRUN))
    VersionBase.instance().version_base = before
    return made


def compose(words: list[str]) -> None:
    """Compose a cell as the command line does; anything raised but a `UserError` that says something is a failure."""
    try:
        with explained():
            composer().cell(words)
    except UserError as error:
        lines = str(error).splitlines()
        assert lines and all(line.strip() for line in lines), repr(error)
        key = words[-1].partition("=")[0]
        # Hydra does not say of which group an option is nothing it could look for, such as a number.
        if len(words) == 1 and key in known_keys() and key not in GROUPS:
            assert key.rpartition(".")[2] in str(error), str(error)


values = st.one_of(
    st.integers().map(str),
    st.floats().map(str),
    st.sampled_from(["null", "true", "", "''", "[]", "{}", "[1,2]", "[1,x]", "{a:1}", "{name:sgd}", "[[1,0],[0,1]]"]),
    st.sampled_from(["${seed}", "${nowhere}", "${.name}", "${oc.env:HOME}", "${", "a=b", "'a b'", "~/x", "x\0y"]),
    st.sampled_from(["int(3)", "float(x)", "str(1)", "json_str(1)", "\\", "'"]),
    st.text(st.characters(exclude_characters=","), max_size=6),  # with commas it is a sweep, and never one cell's
)
keys = st.sampled_from(known_keys()) | st.text(max_size=8)
words = st.builds("{}{}={}".format, st.sampled_from(["", "", "", "+", "++", "~"]), keys, values)
commands = st.lists(words, min_size=1, max_size=1) | st.lists(
    words | st.sampled_from(OPTIONS) | st.text(max_size=9), max_size=4
)

TARGETS: dict[str, tuple[st.SearchStrategy[Any], Callable[[Any], None]]] = {"configuration values": (commands, compose)}
