"""Whether the packages of a logger are there, before anything trains."""

from importlib.util import find_spec

from gls_sweep.config.logger import LoggerConfig
from gls_sweep.errors import UserError

NEEDED = {"tensorboard": ("tensorboard",), "mlflow": ("mlflow", "sqlalchemy", "alembic"), "wandb": ("wandb",)}


def require_installed(config: LoggerConfig) -> None:
    """Raise `UserError` where a package that a logger needs is missing."""
    for package in NEEDED.get(config.name, ()):
        if find_spec(package) is None:
            advice = f'pip install "gls-sweep[{config.name}]"'
            raise UserError(f"logger={config.name}: needs the package {package}; {advice}")
