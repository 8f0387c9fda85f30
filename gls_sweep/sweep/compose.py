"""Composes the cells of a multirun: through Hydra once per choice of options, then key by key."""

import copy
from collections.abc import Sequence

from hydra.core.config_loader import ConfigLoader
from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.core.override_parser.types import Override
from omegaconf import DictConfig, OmegaConf

from gls_sweep.config.explain import explained


class Composer:
    """Composes cells from their overrides; an option choice that was seen before is not composed again.

    Hydra takes about 85 ms to compose one configuration, and a sweep has thousands that differ in a few values.
    Setting such values on a copy is what Hydra itself does last, so the result is the same.
    """

    def __init__(self, loader: ConfigLoader, config: DictConfig) -> None:
        self._loader = loader
        self._config = config
        self._parser = OverridesParser.create(config_loader=loader)
        self._bases: dict[tuple[str, ...], DictConfig] = {}
        self._groups: dict[str, bool] = {}

    def compose(self, overrides: Sequence[str]) -> DictConfig:
        """Compose one cell, the `hydra` node left out.

        Raises
        ------
        UserError
            Where an override names an unknown key or option, or has a value of the wrong type.
        """
        parsed = self._parser.parse_overrides(list(overrides))
        values = [override for override in parsed if self._sets_a_value(override)]
        options = tuple(override.input_line or "" for override in parsed if not self._sets_a_value(override))
        cell = copy.deepcopy(self._base(options))
        for override in values:
            with explained():
                OmegaConf.update(cell, override.key_or_group, override.value(), merge=True)
        return cell

    def _base(self, options: tuple[str, ...]) -> DictConfig:
        if options not in self._bases:
            with explained():
                cell = self._loader.load_sweep_config(self._config, list(options))
            OmegaConf.set_struct(cell, False)
            cell.pop("hydra")
            OmegaConf.set_struct(cell, True)
            self._bases[options] = cell
        return self._bases[options]

    def _sets_a_value(self, override: Override) -> bool:
        plain = not (override.is_add() or override.is_delete() or override.is_force_add() or override.package)
        return plain and not self._is_group(override.key_or_group)

    def _is_group(self, key: str) -> bool:
        if key not in self._groups:
            self._groups[key] = bool(self._loader.get_group_options(key))
        return self._groups[key]
