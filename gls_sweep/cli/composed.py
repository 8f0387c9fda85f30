"""Compose a command line beside its options as their files have them, without checking or training anything."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from omegaconf import DictConfig, OmegaConf, open_dict

from gls_sweep.config.explain import explained
from gls_sweep.errors import UserError

if TYPE_CHECKING:
    from hydra.core.config_loader import ConfigLoader
    from hydra.core.override_parser.types import Override

PRESET = "experiment"


@dataclass(frozen=True)
class Composed:
    """A composed configuration.

    Attributes
    ----------
    config
        All of it but Hydra's own part.
    defaults
        The same options as their files have them, references unresolved.
    given
        Keys and groups set on the command line.
    swept
        Values of the keys and groups that are swept over, as text.
    choices
        The chosen option of each group, its package behind `@`.
    files
        The file of each group's option.
    """

    config: DictConfig
    defaults: dict[str, Any]
    given: set[str]
    swept: dict[str, str]
    choices: dict[str, str]
    files: dict[str, str]


def compose(overrides: Sequence[str], multirun: bool, config_dir: str | None) -> Composed:
    """Compose what is asked for, and its options alone to compare with."""
    from hydra.core.override_parser.overrides_parser import OverridesParser
    from hydra.types import RunMode

    mode = RunMode.MULTIRUN if multirun else RunMode.RUN
    with explained(), config_loader(config_dir) as loader:
        whole = loader.load_configuration("config", list(overrides), mode)
        words = OverridesParser.create(config_loader=loader).parse_overrides(list(overrides))
        groups = [word for word in words if loader.get_group_options(word.key_or_group)]
        choices = {group: option for group, option in whole.hydra.runtime.choices.items() if option is not None}
        plain_groups = [group for group in choices if "/" not in group and "@" not in group and group != PRESET]
        options = [*lines_of(groups), *(f"{group}={choices[group]}" for group in plain_groups)]
        defaults = loader.load_configuration("config", options, mode)
        files = {group: file_of(loader, group.partition("@")[0], option) for group, option in choices.items()}
    given = {word.key_or_group for word in words}
    swept = swept_keys(whole, words) if multirun else {}
    return Composed(without_hydra(whole), plain(without_hydra(defaults)), given, swept, choices, files)


@contextmanager
def config_loader(config_dir: str | None) -> Iterator[ConfigLoader]:
    """Set up Hydra as `hydra.main` does: options in a folder of the user's own come before those of the package."""
    from hydra import version
    from hydra._internal.hydra import Hydra
    from hydra._internal.utils import create_config_search_path
    from hydra.core.config_search_path import SearchPathQuery
    from hydra.core.global_hydra import GlobalHydra

    from gls_sweep.cli.app import register_plugins
    from gls_sweep.config import register_schemas

    register_schemas()
    register_plugins()
    version.setbase("1.3")
    places = create_config_search_path("pkg://gls_sweep.conf")
    if config_dir is not None:
        folder = Path(config_dir).absolute()
        if not folder.is_dir():
            raise UserError(f"--config-dir={config_dir}: must be a folder of options")
        places.prepend("command-line", f"file://{folder}", anchor=SearchPathQuery(provider="schema"))
    try:
        yield Hydra.create_main_hydra2("gls-sweep", places).config_loader
    finally:
        GlobalHydra.instance().clear()


def lines_of(groups: Sequence[Override]) -> Iterator[str]:
    """Give the choices of options that are not swept over, without presets, whose values are no defaults."""
    for word in groups:
        if word.key_or_group != PRESET and not word.is_sweep_override() and word.input_line:
            yield word.input_line


def swept_keys(whole: DictConfig, words: Sequence[Override]) -> dict[str, str]:
    """Give what is swept over: what the options and presets say, and what is asked for on the command line."""
    default = {str(key): str(value) for key, value in (whole.hydra.sweeper.params or {}).items()}
    asked = {word.key_or_group: word.get_value_string() for word in words if word.is_sweep_override()}
    single = {word.key_or_group for word in words} - asked.keys()
    return {key: value for key, value in (default | asked).items() if key not in single}


def file_of(loader: ConfigLoader, group: str, option: str) -> str:
    """Give the file of an option; those of the package lie in `conf`."""
    for source in loader.get_sources():
        if source.scheme() in ("pkg", "file") and source.is_config(f"{group}/{option}"):
            folder = "conf" if source.scheme() == "pkg" else source.path
            return f"{folder}/{group}/{option}.yaml"
    return ""


def without_hydra(config: DictConfig) -> DictConfig:
    """Leave out Hydra's own part."""
    own = config.copy()
    with open_dict(own):
        del own["hydra"]
    return own


def plain(config: DictConfig) -> dict[str, Any]:
    """Give a configuration as plain data, references as they are written."""
    content = OmegaConf.to_container(config, resolve=False)
    assert isinstance(content, dict)
    return {str(key): value for key, value in content.items()}
