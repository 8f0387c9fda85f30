"""What MkDocs cannot do by itself: formulas become MathML, pages list every building block and option there is.

MathML is drawn by the browser: no script, no font, no request to a server that would render it.
"""

import html
import inspect
import re
from importlib import import_module
from pathlib import Path
from typing import Any

from latex2mathml.converter import convert
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError

from gls_sweep.config.keys import GROUPS

CONF = Path(__file__).parents[1] / "conf"
LISTED = ("dataset", "model", "schedule", "experiment", "cluster", "logger")


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Draw blocks of the language `math` by `formula`."""
    config.mdx_configs["pymdownx.superfences"] = {
        "custom_fences": [{"name": "math", "class": "formula", "format": formula}]
    }
    return config


def on_page_markdown(markdown: str, **_: Any) -> str:
    """Replace the comments `functions of GROUP`, `public of MODULE` and `options` by what there is."""
    markdown = re.sub(r"<!-- functions of (\w+) -->", lambda found: functions(found[1]), markdown)
    markdown = re.sub(r"<!-- public of ([\w.]+) -->", lambda found: public(found[1]), markdown)
    return markdown.replace("<!-- options -->", "\n\n".join(map(options, LISTED)))


def on_post_page(output: str, **_: Any) -> str:
    """Refuse a page that would load anything from elsewhere, as themes and plugins like to."""
    if found := re.search(r"<(script|link|img|iframe)\b[^>]*(?:src|href)=\"(?:https?:)?//[^>]*>", output):
        raise PluginError(f"the page asks another server: {found[0]}")
    return output


def formula(source: str, language: str, css_class: str, *_: Any, **__: Any) -> str:
    """Turn LaTeX into MathML, which the LaTeX stands beside as a tooltip."""
    text = " ".join(source.split())
    drawn = re.sub(
        r"(<mi>(?:log|exp|tanh)</mi>)(?=<m(?:i|sub|sup))", r'\1<mspace width="0.17em"/>', convert(text, display="block")
    )
    return f'<div class="{css_class}" title="{html.escape(text)}">{drawn}</div>'


def functions(group: str) -> str:
    """List the functions that the options of a group name, each with its docstring and the options' files."""
    files: dict[str, list[Path]] = {}
    for path in option_files(group):
        files.setdefault(target(group, path), []).append(path)
    return "\n\n".join(function(name, paths) for name, paths in files.items())


def function(name: str, paths: list[Path]) -> str:
    """Show one function; it must have a formula and a source."""
    module, _, own = name.rpartition(".")
    made = getattr(import_module(module), own)
    doc = inspect.getdoc(made) or ""
    for part, sign in (("formula", "```math\n"), ("source", "References\n---")):
        if sign not in doc:
            raise PluginError(f"{name}: its docstring has no {part}, that is no {sign.split()[0]}")
    yaml = "\n\n".join(f'```yaml title="{path.parent.name}={path.stem}"\n{shown(path)}\n```' for path in paths)
    # By the function's own module: `losses.ce` alone could be the module of that name.
    return f"::: {made.__module__}.{own}\n    options:\n      heading_level: 2\n\n{yaml}"


def public(module: str) -> str:
    """List the public functions and classes of a module, constants and type aliases left out."""
    names = import_module(module).__all__
    made = [getattr(import_module(module), name) for name in names]
    return "\n".join(
        f"::: {one.__module__}.{one.__qualname__}" for one in made if inspect.isfunction(one) or inspect.isclass(one)
    )


def options(group: str) -> str:
    """List the options of a group as a table of name and first line."""
    rows = [f"| `{path.stem}` | {summary(path)} |" for path in option_files(group)]
    return "\n".join([f"## {group}", "", "| option | what it is |", "|---|---|", *rows])


def option_files(group: str) -> list[Path]:
    """Give the YAML files of a group."""
    return sorted((CONF / group).glob("*.yaml"))


def target(group: str, path: Path) -> str:
    """Give the full name of the function that an option names, by way of its dataclass."""
    schema = re.search(rf"/schema/{group}/(\w+)@", path.read_text(encoding="utf-8"))
    if not schema:
        raise PluginError(f"{path}: names no schema in its defaults")
    return str(vars(GROUPS[group][schema[1]])["_target_"])


def summary(path: Path) -> str:
    """Give the first line of comment of an option's file."""
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("# @package")]
    return lines[0].removeprefix("# ").replace("|", "\\|")


def shown(path: Path) -> str:
    """Give an option's file without the line that only Hydra needs."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return "\n".join(line for line in lines if not line.startswith("defaults: "))
