"""Numbers straight from a customer's files: cells by file, sheet, column and row; figures of the params by their key.

A second, small reading beside ``valuelab.inputs``: what it cannot read for certain it leaves to the fresh run (None), and never guesses.
"""

from __future__ import annotations

import csv
import hashlib
import re
from pathlib import Path

import yaml
from openpyxl import load_workbook

_FIGURE = re.compile(r"^\(?\s*(?P<sign>[+\-−])?\s*(?:[^\d\s.,+\-−()]{1,4}\s*)?(?P<minus>[\-−])?(?P<number>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)\s*(?P<rest>.*?)\)?$")
_SCALES = {"k": 1e3, "thousand": 1e3, "m": 1e6, "mn": 1e6, "million": 1e6, "bn": 1e9, "billion": 1e9}
_AMBIGUOUS = re.compile(r"\d\.\d{3}(?:\D|$)")


def number(text: object) -> float | None:
    """A figure as people write it; None where it could be read in two ways, or not at all.

    Examples
    --------
    >>> [number(t) for t in ("$4.8 m", "26,000 by 2026-03", "5% per point", "(500)", "-12.5", "TBA", "26.000", "26 000", 7)]
    [4800000.0, 26000.0, 0.05, -500.0, -12.5, None, None, None, 7.0]
    """
    if isinstance(text, (int, float)) and not isinstance(text, bool):
        return float(text)
    match = _FIGURE.match(str(text or "").strip())
    if match is None or _AMBIGUOUS.search(match["number"]):
        return None
    rest = match["rest"].lower().split()
    value = float(match["number"].replace(",", ""))
    if rest and rest[0].startswith("%"):
        value /= 100
    elif rest and any(c.isdigit() for c in rest[0]):
        return None  # 26 000, 26'000: thousands, or two numbers
    elif rest:
        value *= _SCALES.get(rest[0].rstrip(".,"), 1.0)
    negative = match["sign"] in ("-", "−") or match["minus"] or str(text).strip().startswith("(")
    return -value if negative else value


def sha256(path: Path) -> str:
    """Of the bytes of a file."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def rows_of(text: str) -> list[int]:
    """``2-4, 9`` as numbers.

    Examples
    --------
    >>> rows_of("2-4, 9")
    [2, 3, 4, 9]
    """
    return [n for a, b in re.findall(r"(\d+)(?:-(\d+))?", text) for n in range(int(a), int(b or a) + 1)]


class Cells:
    """The cells of one sheet by line number, as an editor or a spreadsheet counts them."""

    def __init__(self, path: Path, sheet: str = ""):
        self.lines: dict[int, list[object]] = {}
        if path.suffix.lower() in (".xlsx", ".xlsm"):
            book = load_workbook(path, read_only=True, data_only=True)
            page = book[sheet] if sheet else book.worksheets[0]
            self.lines = {n: list(row) for n, row in enumerate(page.iter_rows(values_only=True), start=1)}
            book.close()
            return
        text = path.read_bytes().decode("utf-8-sig", errors="replace")
        head = text[:4000]
        reader = csv.reader(text.splitlines(keepends=True), delimiter=max(",;\t", key=head.count))
        before = 0
        for row in reader:
            self.lines[before + 1] = list(row)
            before = reader.line_num

    def column(self, name: str, rows: list[int]) -> list[float] | None:
        """The numbers of a column in some rows; None where header or numbers are not plain to see."""
        wanted = _plain(name)
        for line in sorted(n for n in self.lines if not rows or n < min(rows)):
            places = [i for i, cell in enumerate(self.lines[line]) if _plain(cell) == wanted]
            if len(places) == 1:
                found = [number(self.lines[n][places[0]]) if n in self.lines and len(self.lines[n]) > places[0] else None for n in rows]
                return None if None in found else found
        return None


def _plain(text: object) -> str:
    return re.sub(r"[^a-z0-9]+", " ", str(text or "").lower()).strip()


def params_text(path: Path, key: str) -> list[str] | None:
    """Every text that stands under a key of the params (``unit_value.value``, ``Clients: targets``); None where there is no such key."""
    loaded = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
    if not isinstance(loaded, dict):
        return None
    measure, _, part = key.rpartition(": ")
    if measure:
        outcome = loaded.get("outcome") or {}
        node = outcome if isinstance(outcome, dict) and outcome.get("name") == measure else (loaded.get("indicators") or {}).get(measure)
        node = node.get(part) if isinstance(node, dict) else None
    else:
        node = _walk(loaded, key)
    if node is None:
        return None
    return [str(item.get("value", "")) if isinstance(item, dict) else str(item) for item in (node if isinstance(node, list) else [node])]


def _walk(node: object, key: str) -> object:
    """Down the keys; names may hold dots themselves, and a figure may stand in short, without its ``value``, ``effect`` or ``licences``."""
    if not key:
        return node
    if not isinstance(node, dict):
        return node if key in ("value", "effect", "licences") else None
    for name in sorted(node, key=len, reverse=True):
        if key == name or key.startswith(f"{name}."):
            return _walk(node[name], key[len(name) + 1:])
    return None
