"""A look at a data file of a customer-to-be: which measures it has, how they may add up, how its dates are written, how far it goes."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pandas as pd

from valuelab.errors import Problem
from valuelab.inputs.date_column import usual_step
from valuelab.inputs.monthly import to_monthly
from valuelab.inputs.quality import Findings
from valuelab.inputs.sheets import read_sheets
from valuelab.inputs.sources import Source
from valuelab.inputs.tables import Table, matching, plain, read_kpi_table
from valuelab.inputs.tidy import MetricRows, tidy
from valuelab.types import TotalBy

_LEVELS = re.compile(r"(?i)\b(rate|ratio|share|score|rating|satisfaction|engagement|average|avg|mean|median|index|nps|csat|time|days|price|percent)\b|%")
_STOCKS = re.compile(r"(?i)\b(active|licen[cs]e[sd]?|seats|headcount|employees|subscribers|customers|accounts|balance|backlog|open)\b")
_ENDS = re.compile(r"(?i)\b(revenue|sales|turnover|profit|clients|customers|orders|served|serviced|shipped|conversions|bookings|renewals)\b")
_SIGNS = {"$": "USD", "€": "EUR", "£": "GBP"}
_STEPS = {1: "daily", 7: "weekly"}


@dataclass(frozen=True, slots=True)
class SeenMeasure:
    """A measure as it was seen: its months, its range, and a guess how it adds up, with the reason."""

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

    @property
    def scale(self) -> str:
        """The usual scale that a survey's answers would fit, "" for what is no survey."""
        if not self.survey or self.percent or self.lowest < 0:
            return ""
        return next((f"0-{top}" for top in (5, 10, 100) if self.highest <= top), "")


@dataclass(frozen=True, slots=True)
class Look:
    """What a file has; ``problems`` are what must be mended before it can be used."""

    measures: tuple[SeenMeasure, ...]
    outcome: str
    as_of: str
    frequency: str
    example_date: str
    currency: str
    problems: tuple[Problem, ...]


def look_at(source: Source) -> Look:
    """What can be seen of a file without a params file; with no measure where no table was found (see ``problems``)."""
    findings = Findings()
    table = read_kpi_table(read_sheets(source, findings), findings, source=source.name)
    if table is None:
        return Look((), "", "", "", "", "", tuple(findings.problems))
    rows = tidy(table, table.metrics, findings=findings, currency="", fiscal_year_starts=None)
    seen = [m for m in (_seen(r) for r in rows.values()) if m is not None]
    names = {matching(metric): plain(metric) for metric in reversed(table.metrics)}
    if not seen:  # its names are known all the same
        seen = [SeenMeasure(name, 0, "", "", "sum", "nothing could be read of it", False, False, 0.0, 0.0) for name in names.values()]
    outcome = _outcome(seen)
    return Look(tuple(seen), outcome, max((m.last for m in seen if m.name == outcome), default=""), _frequency(rows), _example(table),
                _currency(table), tuple(dict.fromkeys(findings.problems)))


def _seen(rows: MetricRows) -> SeenMeasure | None:
    values = rows.frame["value"].dropna()
    if values.empty or not rows.frame["day"].notna().any():
        return None
    survey = bool(rows.frame["n"].notna().any())
    total_by, because = _adds_up(plain(rows.name), values, rows.percent, survey)
    series = to_monthly(rows, total_by=total_by, findings=Findings()).series
    first, last = (str(series.index[0]), str(series.index[-1])) if len(series) else ("", "")
    return SeenMeasure(plain(rows.name), int(series.notna().sum()), first, last, total_by, because, rows.percent, survey, float(values.min()),
                       float(values.max()))


def _adds_up(name: str, values: pd.Series, percent: bool, survey: bool) -> tuple[TotalBy, str]:
    """How its months make a year, and why that is likely."""
    if percent:
        return "mean", "its values are percentages"
    if survey:
        return "mean", "it has numbers of answers, so it is a survey"
    if _LEVELS.search(name):
        return "mean", "its name is that of a level"
    whole = bool((values == values.round()).all()) and float(values.abs().max()) > 20
    if _STOCKS.search(name) and not _ENDS.search(name):
        return "last", "its name is that of a stock"
    return ("sum", "its values are whole numbers, so they may be counts") if whole else ("mean", "its values are no whole numbers") if float(
        values.abs().max()) < 1000 else ("sum", "its values are large, so they may be amounts")


def _outcome(measures: list[SeenMeasure]) -> str:
    """The likeliest end of the chain: named like one, adding up, with the longest history; the first of equals."""
    return max(measures, key=lambda m: (bool(_ENDS.search(m.name)), m.total_by == "sum", m.months)).name if measures else ""


def _frequency(rows: dict[str, MetricRows]) -> str:
    days = sorted({d.date() for r in rows.values() for d in r.frame["day"].dropna().iloc[:2000]})
    return _STEPS.get(usual_step(days), "monthly") if len(days) > 2 else "monthly"


def _example(table: Table) -> str:
    return next((plain(cell) for cell in table.dates.values() if plain(cell)), "")


def _currency(table: Table) -> str:
    """The currency of the first sign that stands in a cell."""
    for entry in table.entries[:5000]:
        if isinstance(entry.value, str):
            found = next((code for sign, code in _SIGNS.items() if sign in entry.value), "")
            if found:
                return found
    return ""
