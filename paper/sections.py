"""The generated parts of a Markdown page, each between two comments that name it."""

from collections.abc import Mapping

from gls_sweep.errors import UserError

MARKS = "<!-- --8<-- [start:{0}] -->\n", "<!-- --8<-- [end:{0}] -->"
"""Those of the documentation's snippets, so that its pages can take a part over."""


def fill(page: str, parts: Mapping[str, str]) -> str:
    """Replace the generated parts of a page.

    Raises
    ------
    UserError
        If the page has no place for one of them.
    """
    for name, text in parts.items():
        start, end = (mark.format(name) for mark in MARKS)
        if start not in page or end not in page:
            raise UserError(f"page: has no part {name}; it begins with {start.strip()} and ends with {end}")
        before, rest = page.split(start, 1)
        page = f"{before}{start}{text.strip()}\n{end}{rest.partition(end)[2]}"
    return page
