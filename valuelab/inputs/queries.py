"""Queries in place of data files: a .sql file in the project, its parameters bound, its rows a table like any other."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from valuelab.inputs import embedded, warehouse
from valuelab.inputs.periods import Unreadable, shorten
from valuelab.inputs.rows_text import as_csv
from valuelab.inputs.sql_text import QueryName, code_of, is_data_file, parameters_of, rewrite, unquoted

MOST_ROWS = 200_001  # one more than the readers take, so that they say so
LONGEST = 1_000_000
PARAMETERS = ("customer", "as_of")
_READS = re.compile(r"(?i)[\s(]*(select|with|from|values|pivot|unpivot)\b")
_WRITES = re.compile(r"(?i)\b(insert\s+into|update\s+\w+\s+set|delete\s+from|merge\s+into)\b")
_CLOCK = re.compile(
    r"(?i)\b(now|today|current_date|current_time|current_timestamp|localtime|localtimestamp|get_current_timestamp|get_current_time|transaction_timestamp|"
    r"random|setseed|uuid|gen_random_uuid|uuidv4|uuidv7)\b(?!\s*\.)"
)


@dataclass(frozen=True, slots=True)
class Answer:
    """The rows of a query as a table's text; ``text_sha256`` of the query, ``sha256`` of query, parameters and rows."""

    content: bytes
    rows: int
    text_sha256: str
    sha256: str
    asked: str


def answer(name: QueryName, text: str, *, customer: str, last_day: date | None, inside: Callable[[str], Path]) -> Answer:
    """Run a query. ``inside``: from a file named in it to its place in the project, or an ``Unreadable``.

    Raises
    ------
    Unreadable
        With what is wrong and what to do; nothing of an address is in it.
    """
    check_query(text, embedded=not name.connection)
    values = embedded.bound(customer, last_day)
    if name.connection:
        names, rows = warehouse.ask(text, values, name.connection, most=MOST_ROWS)
    else:
        names, rows = _embedded(text, values, inside)
    content, count = as_csv(names, rows)
    text_sha256 = hashlib.sha256(text.encode("utf-8")).hexdigest()
    asked = f"customer = {customer}, as_of = {last_day or 'none'}"
    total = hashlib.sha256(f"{text_sha256}\n{asked}\n".encode() + content).hexdigest()
    return Answer(content, count, text_sha256, total, asked)


def check_query(text: str, *, embedded: bool) -> None:
    """Refuse what is no single reading statement, and parameters that nobody gives.

    Raises
    ------
    Unreadable
        With what is wrong and what to write.

    Examples
    --------
    >>> check_query("select 1; drop table t", embedded=True)
    Traceback (most recent call last):
    ...
    valuelab.inputs.periods.Unreadable: has more than one statement
    """
    code = code_of(text)
    statements = [part for part in code.split(";") if part.strip()]
    if not statements:
        raise Unreadable("has no statement", "Write one SELECT.")
    if len(statements) > 1:
        raise Unreadable("has more than one statement", "Write one SELECT; use WITH for steps.")
    if not _READS.match(statements[0]) or _WRITES.search(statements[0]):
        raise Unreadable("is no statement that only reads", "A query is one SELECT, or WITH … SELECT.")
    if embedded and (match := _CLOCK.search(code)):
        raise Unreadable(f"uses {match[1]}: the same data would give another answer tomorrow", "Use the parameter :as_of, the last day that counts.")
    unknown = [name for name in parameters_of(text) if name not in PARAMETERS]
    if unknown:
        raise Unreadable(f"has the parameter :{shorten(unknown[0]).strip(chr(34))}, which nobody gives", "There are :customer and :as_of.")


def read_query(path: Path) -> str:
    """The text of a query file."""
    if path.suffix.lower() != ".sql":
        raise Unreadable("is no query: its name does not end in .sql", "Name a .sql file, or use `data` for a data file.")
    if path.stat().st_size > LONGEST:
        raise Unreadable("is too long for a query", "Name the .sql file.")
    try:
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Unreadable("is not UTF-8 text", "Save it as UTF-8.") from None


def parquet_rows(path: Path, *, most: int) -> bytes:
    """A Parquet file as the text of a table."""
    return as_csv(*embedded.read_parquet(path, most=most))[0]


def _embedded(text: str, values: dict, inside: Callable[[str], Path]) -> tuple[list, list]:
    files: list[Path] = []

    def change(kind: str, piece: str) -> str:
        if kind == "parameter":
            return f"${piece[1:]}"
        if kind == "string" and is_data_file(unquoted(piece)):
            files.append(inside(unquoted(piece)))
            return embedded.quoted(str(files[-1]))
        return piece

    return embedded.ask(rewrite(text, change), values, list(files), most=MOST_ROWS)
