"""Texts, such as the names of files in a configuration, made safe for Markdown and LaTeX, and minus signs."""

import re

_PUNCTUATION = re.compile(r"([\\`*_{}\[\]<>#&|~$])")
_MINUS = re.compile(r"(?<![\w.])-(?=[\d.])")  # that of a number, not of a name
_LATEX = {
    **{ord(sign): f"\\{sign}" for sign in "&%$#_{}"},
    ord("\\"): r"$\backslash$",
    ord("~"): r"\textasciitilde{}",
    ord("^"): r"\textasciicircum{}",
    ord("|"): r"\textbar{}",
    ord('"'): "''",
    ord("<"): "$<$",
    ord(">"): "$>$",
    ord("±"): r" $\pm$ ",
    ord("†"): r"$^\dagger$",
    ord("ε"): r"$\varepsilon$",
    ord("\N{MULTIPLICATION SIGN}"): r"$\times$",
    ord("\N{MINUS SIGN}"): "$-$",
    ord("\N{EN DASH}"): "--",
}


def escape_markdown(text: str) -> str:
    """Write a text so that CommonMark shows just that, on one line, in a table's entry too."""
    return _PUNCTUATION.sub(r"\\\1", " ".join(text.split()))


def signed(text: str) -> str:
    """Write numbers with a minus sign instead of a hyphen; names keep theirs."""
    return _MINUS.sub("\N{MINUS SIGN}", text)


def escape_latex(text: str) -> str:
    """Write a text so that LaTeX shows just that; letters beyond its fonts are left for LuaLaTeX or XeLaTeX."""
    escaped = signed(text).translate(_LATEX)
    return " ".join(escaped.split())
