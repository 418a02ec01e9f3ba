"""The text of a query: what is code in it and what is not, its parameters, the files it names."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

DATA_SUFFIXES = (".csv", ".tsv", ".txt", ".parquet", ".csv.gz")
_PIECES = re.compile(
    r"(?P<comment>--[^\n]*|/\*.*?(?:\*/|\Z))"
    r"|(?P<escaped>\b[eE]'(?:[^'\\]|''|\\.)*(?:'|\Z))"
    r"|(?P<string>'(?:[^']|'')*(?:'|\Z))"
    r'|(?P<name>"(?:[^"]|"")*(?:"|\Z))'
    r"|(?P<dollar>\$(?P<tag>[A-Za-z_]*)\$.*?(?:\$(?P=tag)\$|\Z))"
    r"|(?P<cast>::)"
    r"|(?P<parameter>:[A-Za-z_]\w*)"
    r"|(?P<code>[^'\"$:/\-eE]+|.)",
    re.DOTALL,
)


class QueryName(str):
    """The name of a query as messages and reports show it; ``path`` as the params give it, ``connection`` an environment variable or "".

    Examples
    --------
    >>> QueryName("../queries/kpis.sql", "WAREHOUSE")
    '../queries/kpis.sql (WAREHOUSE)'
    """

    path: str
    connection: str

    def __new__(cls, path: str, connection: str = "") -> QueryName:
        made = super().__new__(cls, f"{path} ({connection})" if connection else path)
        made.path, made.connection = path, connection
        return made

    def __getnewargs__(self) -> tuple[str, str]:
        return self.path, self.connection


def pieces(text: str) -> Iterator[tuple[str, str]]:
    """The text as (kind, piece): comment, string, escaped, name, dollar, cast, parameter, code; joined they are the text."""
    for match in _PIECES.finditer(text):
        yield ("dollar" if match.lastgroup == "tag" else match.lastgroup or "code"), match[0]


def rewrite(text: str, change: Callable[[str, str], str]) -> str:
    """The text with each piece as ``change(kind, piece)`` has it."""
    return "".join(change(kind, piece) for kind, piece in pieces(text))


def code_of(text: str) -> str:
    """The code alone: comments, texts and quoted names are blanks."""
    return rewrite(text, lambda kind, piece: piece if kind in ("code", "cast", "parameter") else " ")


def parameters_of(text: str) -> list[str]:
    """The parameters, in the order of their first use."""
    return list(dict.fromkeys(piece[1:] for kind, piece in pieces(text) if kind == "parameter"))


def is_data_file(literal: str) -> bool:
    """True for a text that names a data file."""
    return literal.lower().endswith(DATA_SUFFIXES) and "\n" not in literal


def files_in(text: str) -> list[str]:
    """The data files that a query names in single quotes."""
    found = [unquoted(piece) for kind, piece in pieces(text) if kind == "string" and is_data_file(unquoted(piece))]
    return list(dict.fromkeys(found))


def unquoted(piece: str) -> str:
    """A text without its quotes."""
    return piece[1:-1].replace("''", "'")
