"""What a sheet is: rows of cells with their line numbers, and what was found while it was opened."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

Cell = Any  # str | float | date | Percent | None
MAX_ROWS, MAX_COLUMNS = 200_000, 500
INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200e\u200f\u2060\ufeff\u00ad"))


class Percent(float):
    """A spreadsheet cell that is shown as percent: 0.12 under the format ``0%``."""


@dataclass(frozen=True, slots=True)
class Remark:
    """Something about a sheet that counts only where the sheet is used: a repair (``why``), or a problem (``fix``)."""

    what: str
    rows: tuple[int, ...] = ()
    why: str = ""
    fix: str = ""
    count: int | None = None


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table as it stands: ``rows`` of (line number, cells); blank rows are left out. ``hidden``: sheets that were passed over."""

    label: str
    rows: tuple[tuple[int, tuple[Cell, ...]], ...]
    delimiter: str = ""
    title: str = ""
    remarks: tuple[Remark, ...] = ()
    hidden: tuple[str, ...] = ()


def clean(text: str) -> str:
    """A text without characters that nobody sees, and without blanks around it."""
    return text.translate(INVISIBLE).strip()
