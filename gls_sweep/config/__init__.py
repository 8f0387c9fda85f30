"""The typed configuration and its checks; importing it does not import torch."""

from gls_sweep.config.cell import CellConfig
from gls_sweep.config.check import checked_cell
from gls_sweep.config.identity import identity, signature
from gls_sweep.config.schema import register_schemas

__all__ = ["CellConfig", "checked_cell", "identity", "register_schemas", "signature"]
