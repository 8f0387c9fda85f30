"""Composes the cells of a multirun: through Hydra once per choice of options, then node by node."""

import copy
import re
from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

from hydra.core.config_loader import ConfigLoader
from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.core.override_parser.types import Override
from omegaconf import DictConfig, OmegaConf

from gls_sweep.config import CellConfig, signature
from gls_sweep.config.cell import IDENTITY
from gls_sweep.config.explain import explained, unknown_key
from gls_sweep.config.identity import plain
from gls_sweep.errors import UserError
from gls_sweep.sweep.plan.cells import Cell, describe

Words = tuple[str, ...]
KEYS = {field.name for field in fields(CellConfig)}


@dataclass(frozen=True)
class Node:
    """One top-level node of a cell: its dataclass or value, what `config.yaml` says of it, and its identity."""

    value: Any
    described: Any
    identity: Any


class Composer:
    """Composes cells from their overrides, doing nothing twice.

    Hydra takes about 85 ms to compose one configuration, and a sweep has thousands that differ in a few values. So
    Hydra composes each choice of options once; setting values on a copy is what it does last itself. And cells share
    most of their nodes: each distinct node is made and checked once.
    """

    def __init__(self, loader: ConfigLoader, config: DictConfig) -> None:
        self._loader = loader
        self._config = config
        self._parser = OverridesParser.create(config_loader=loader)
        self._parsed: dict[str, tuple[Override, bool]] = {}
        self._bases: dict[Words, DictConfig] = {}
        self._deciding: dict[Words, dict[str, set[str]]] = {}
        self._nodes: dict[tuple[Words, str, Words], Node] = {}

    def cell(self, overrides: Sequence[str]) -> Cell:
        """Compose and check one cell.

        Raises
        ------
        UserError
            With a line for each key, option or value that is wrong.
        """
        options = tuple(word for word in overrides if not self._parse(word)[1])
        words = tuple(word for word in overrides if self._parse(word)[1])
        try:
            nodes = {}
            for name, deciding in self._names(options).items():
                own = tuple(word for word in words if self._touches(word, deciding))
                if refers := any("${" in word for word in own):
                    own = words  # what they refer to decides as well
                if (options, name, own) not in self._nodes:
                    config = self.compose(overrides) if refers else self._part(options, deciding, own)
                    self._nodes[options, name, own] = make_node(config, name)
                nodes[name] = self._nodes[options, name, own]
            for name in nodes.keys() - KEYS:
                raise UserError(unknown_key(name))
            made = CellConfig(**{name: node.value for name, node in nodes.items()})
        except UserError:
            # The slow way finds all that is wrong, not the first.
            return Cell.from_config(self.compose(overrides))
        described = {name: nodes[name].described for name in IDENTITY}
        return Cell(made, described, signature({name: nodes[name].identity for name in IDENTITY}))

    def compose(self, overrides: Sequence[str]) -> DictConfig:
        """Compose one configuration, the `hydra` node left out; raises `UserError`."""
        composed = copy.deepcopy(self._base(tuple(word for word in overrides if not self._parse(word)[1])))
        self._set(composed, overrides)
        return composed

    def _part(self, options: Words, names: set[str], words: Words) -> DictConfig:
        """Compose some top-level nodes without the others, whose copies take most of the time."""
        part = OmegaConf.masked_copy(self._base(options), list(names))
        OmegaConf.set_struct(part, True)
        self._set(part, words)
        return part

    def _set(self, config: DictConfig, words: Sequence[str]) -> None:
        for word in words:
            override, sets = self._parse(word)
            if sets:
                with explained():
                    OmegaConf.update(config, override.key_or_group, override.value(), merge=True)

    def _base(self, options: Words) -> DictConfig:
        if options not in self._bases:
            with explained():
                composed = self._loader.load_sweep_config(self._config, list(options))
            OmegaConf.set_struct(composed, False)
            composed.pop("hydra")
            OmegaConf.set_struct(composed, True)
            self._bases[options] = composed
        return self._bases[options]

    def _names(self, options: Words) -> dict[str, set[str]]:
        """Give each top-level node's name and the nodes that decide its value: itself, and those it refers to."""
        if options not in self._deciding:
            raw = OmegaConf.to_container(self._base(options), resolve=False)
            assert isinstance(raw, dict)
            self._deciding[options] = deciding_nodes({str(name): str(value) for name, value in raw.items()})
        return self._deciding[options]

    def _touches(self, word: str, deciding: set[str]) -> bool:
        """Whether an override can change a node; one that refers to others is taken to change all."""
        return "${" in word or self._parse(word)[0].key_or_group.partition(".")[0] in deciding

    def _parse(self, word: str) -> tuple[Override, bool]:
        """Parse an override, and tell whether it sets a value rather than choosing an option."""
        if word not in self._parsed:
            override = self._parser.parse_overrides([word])[0]
            special = override.is_add() or override.is_delete() or override.is_force_add() or override.package
            sets = not special and not self._loader.get_group_options(override.key_or_group)
            self._parsed[word] = override, sets
        return self._parsed[word]


def deciding_nodes(texts: dict[str, str]) -> dict[str, set[str]]:
    """Follow the references between top-level nodes, given as text, `${seed}` for example, to their end.

    Any node whose name stands in a text with references counts as referred to; a resolver or a relative reference may
    read anything.
    """
    deciding = {}
    for name, text in texts.items():
        anything = re.search(r"\$\{(\.|[^}]*:)", text)
        named = set(re.findall(r"\w+", text)) & set(texts) if "${" in text else set()
        deciding[name] = set(texts) if anything else {name, *named}
    for _ in texts:
        deciding = {name: set().union(*(deciding[other] for other in others)) for name, others in deciding.items()}
    return deciding


def make_node(config: DictConfig, name: str) -> Node:
    """Make and check one top-level node; raises `UserError`."""
    with explained():
        node = config[name]
        if not OmegaConf.is_config(node):
            return Node(node, node, plain(node, name))
        if OmegaConf.missing_keys(node):
            raise UserError(f"{name}: has keys without a value")
        value: Any = OmegaConf.to_object(node)
        return Node(value, describe(value), plain(value, name))
