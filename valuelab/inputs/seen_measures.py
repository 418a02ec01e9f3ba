"""A measure as it is seen in a file of a customer-to-be: how it may add up, how far it goes, whether it may be the outcome."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import pandas as pd

from valuelab.errors import Problem
from valuelab.inputs.cells import Cell
from valuelab.inputs.layouts import plain
from valuelab.inputs.monthly import to_monthly
from valuelab.inputs.number_column import is_missing
from valuelab.inputs.quality import Findings
from valuelab.inputs.tidy import MetricRows
from valuelab.types import TotalBy

_LEVELS = re.compile(r"(?i)\b(rate|ratio|share|score|rating|satisfaction|engagement|average|avg|mean|median|index|nps|csat|time|days|price|percent)\b|%")
_STOCKS = re.compile(r"(?i)\b(active|licen[cs]e[sd]?|seats|headcount|employees|subscribers|customers|accounts|balance|backlog|open)\b")
_ENDS = re.compile(r"(?i)\b(revenue|sales|turnover|profit|clients|customers|orders|served|serviced|shipped|conversions|bookings|renewals)\b")
_LIKE_A_NUMBER = re.compile(r"[\s$€£(+−~<>-]*([A-Z]{3} ?)?[\s.,-]*\d")
_SIGNS = {"$": "USD", "€": "EUR", "£": "GBP"}


@dataclass(frozen=True, slots=True)
class SeenMeasure:
    """A measure as it was seen: its months, its range, and a guess how it adds up, with the reason.

    ``sheet``: where it stands, "" where the file has one table only. ``reading``: the keys that say how it is read from lines of
    single orders or answers, as (key, column).
    """

    name: str
    months: int
    first: str
    last: str
    total_by: TotalBy
    because: str
    percent: bool
    survey: bool
    lowest: float
    highest: float
    sheet: str = ""
    reading: tuple[tuple[str, str], ...] = ()

    @property
    def scale(self) -> str:
        """The usual scale that a survey's answers would fit, "" for what is no survey."""
        if not self.survey or self.percent or self.lowest < 0:
            return ""
        return next((f"0-{top}" for top in (5, 10, 100) if self.highest <= top), "")


@dataclass(frozen=True, slots=True)
class Seen:
    """What one sheet has, before the sheets of a file are put together."""

    title: str
    measures: tuple[SeenMeasure, ...]
    days: tuple[date, ...]
    dates: tuple[str, ...]
    currency: str
    problems: tuple[Problem, ...]
    remarks: tuple[str, ...]


def are_words(cells: Iterable[Cell]) -> bool:
    """True where most cells that are filled do not begin like a number."""
    filled = [cell for cell in cells if not is_missing(cell)]
    return len(filled) > 2 * sum(isinstance(cell, float) or bool(_LIKE_A_NUMBER.match(str(cell))) for cell in filled)


def see_measure(rows: MetricRows, *, survey: bool = False, total_by: TotalBy | None = None, because: str = "") -> SeenMeasure | None:
    """A measure from its rows; None where none has a value."""
    values = rows.frame["value"].dropna()
    if values.empty:
        return None
    survey = survey or ("n" in rows.frame and bool(rows.frame["n"].notna().any()))
    if total_by is None:
        total_by, because = _adds_up(plain(rows.name), values, rows.percent, survey)
    series = to_monthly(rows, total_by=total_by, findings=Findings()).series if rows.frame["day"].notna().any() else []
    first, last = (str(series.index[0]), str(series.index[-1])) if len(series) else ("", "")
    return SeenMeasure(plain(rows.name), int(series.notna().sum()) if len(series) else 0, first, last, total_by, because, rows.percent, survey,
                       float(values.min()), float(values.max()))


def _adds_up(name: str, values: pd.Series, percent: bool, survey: bool) -> tuple[TotalBy, str]:
    """How its months make a year, and why that is likely."""
    if percent:
        return "mean", "its values are percentages"
    if survey:
        return "mean", "it looks like answers to a survey"
    if _LEVELS.search(name):
        return "mean", "its name is that of a level"
    whole = bool((values == values.round()).all()) and float(values.abs().max()) > 20
    if _STOCKS.search(name) and not _ENDS.search(name):
        return "last", "its name is that of a stock"
    return ("sum", "its values are whole numbers, so they may be counts") if whole else ("mean", "its values are no whole numbers") if float(
        values.abs().max()) < 1000 else ("sum", "its values are large, so they may be amounts")


def likely_outcome(m: SeenMeasure) -> tuple[bool, bool, int]:
    """How likely a measure is the end of the chain: named like one, adding up, with the longest history."""
    return bool(_ENDS.search(m.name)), m.total_by == "sum", m.months


def date_text(cell: Cell) -> str:
    """A date as a person would see it: without the midnight that spreadsheets keep."""
    return plain(cell).removesuffix(" 00:00:00")


def currency_of(cells: Iterable[Cell]) -> str:
    """The currency of the first sign that stands in a cell."""
    return next((code for cell in cells if isinstance(cell, str) for sign, code in _SIGNS.items() if sign in cell), "")
