"""The calendar of a cash flow table: what its period labels mean, in order and without gaps."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from valuelab.inputs.date_column import FIRST_SERIAL, read_dates, usual_step
from valuelab.inputs.number_column import is_missing
from valuelab.inputs.periods import FIRST_YEAR, LAST_YEAR
from valuelab.inputs.quality import Findings
from valuelab.inputs.schema import CashFlowText
from valuelab.inputs.sheets import Cell
from valuelab.inputs.tables import plain

_STEPS = {"week": (7, 7), "month": (28, 31), "quarter": (89, 92), "year": (365, 366)}
QUARTER = re.compile(r"(?P<year>\d{4})\s*-?\s*Q(?P<quarter>[1-4])|Q(?P<early>[1-4])\s*-?\s*(?P<late>\d{4})", re.ASCII | re.IGNORECASE)


@dataclass(frozen=True, slots=True, eq=False)
class Calendar:
    """The periods of a table in order, their first days, and which of them each row is about."""

    index: pd.PeriodIndex
    dates: tuple[date, ...]
    positions: np.ndarray


def read_calendar(
    cells: list[Cell], rows: list[int], where: str, params: CashFlowText, findings: Findings, *, by_line: bool
) -> Calendar | None:
    """The periods of the rows, or None after saying what is wrong with them; ``by_line``: several rows may be about one period."""
    cells, named = _as_first_months(cells)
    numbers = [_number_of(cell) for cell in cells]
    counted = all(number is not None for number in numbers)
    month_only = False
    if counted:
        keys = numbers
    elif any(number is not None for number in numbers):
        odd = [row for row, number in zip(rows, numbers, strict=True) if number is not None]
        findings.refuse(where, "some periods are numbers, others dates", rows=odd, fix="Write them all one way.")
        return None
    else:
        whens = read_dates(cells, rows, where=where, findings=findings)
        if any(when is None for when in whens):
            return None
        keys, month_only = [when.day for when in whens], all(when.month_only for when in whens)
    positions = np.arange(len(keys))
    if by_line:  # several rows a period, in any order
        keys, first, positions = np.unique(np.array(keys, dtype=object), return_index=True, return_inverse=True)
        keys, rows = list(keys), [rows[i] for i in first]
    index, dates = _numbered(keys, rows, where, params, findings) if counted else _dated(keys, month_only, rows, where, params, findings, named)
    return None if index is None else Calendar(index, dates, positions)


def _as_first_months(cells: list[Cell]) -> tuple[list[Cell], str]:
    """Quarters (2024-Q1, Q1 2024) as the months that they begin in, years where every cell is one; and how long that is. Other cells as they are."""
    quarters = [QUARTER.fullmatch(plain(cell)) for cell in cells]
    if all(quarters):
        return [f"{q['year'] or q['late']}-{int(q['quarter'] or q['early']) * 3 - 2:02d}" for q in quarters], "quarter"
    years = [number for cell in cells if (number := _number_of(cell)) is not None and FIRST_YEAR <= number <= LAST_YEAR]
    return ([f"{year}-01" for year in years], "year") if len(years) == len(cells) > 1 else (cells, "")


def _number_of(cell: Cell) -> int | None:
    if is_missing(cell):
        return None
    if isinstance(cell, float):
        return int(cell) if cell < FIRST_SERIAL and cell.is_integer() else None
    match = re.fullmatch(r"(?i)(?:week|month|quarter|w|m|q)?\s*(\d{1,4})(?:\.0)?", plain(cell), re.ASCII)
    return int(match[1]) if match else None


def _numbered(
    numbers: list[int], rows: list[int], where: str, params: CashFlowText, findings: Findings
) -> tuple[pd.PeriodIndex | None, tuple[date, ...]]:
    if params.periods is None:
        findings.refuse(
            where,
            "the periods are numbers, and the params do not say what period 0 is",
            fix="Add `periods: {length: week, first: 2025-02-03}` to `cash_flow`.",
        )
        return None, ()
    if numbers[0] not in (0, 1):
        findings.refuse(
            where,
            f"the first period is {numbers[0]}; counting begins at 0",
            rows=rows[:1],
            fix="Add the periods before it.",
        )
        return None, ()
    wrong = [row for i, row in enumerate(rows) if numbers[i] != numbers[0] + i]
    if wrong:
        findings.refuse(
            where,
            "the periods do not follow one another: one is missing, twice, or out of order",
            rows=wrong[:1],
            fix="Write every period once, in order; 0 where nothing was planned.",
        )
        return None, ()
    index = period_index(params.periods.length, params.periods.first.start_time.date(), len(numbers))
    return index, tuple(period.start_time.date() for period in index)


def period_index(length: str, first: date, count: int) -> pd.PeriodIndex:
    """Periods from the one that begins on (weeks) or contains (months, quarters) the first day; a quarter or year begins in that day's month."""
    if length == "week":
        anchor = ("MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN")[
            (first.weekday() - 1) % 7
        ]  # a week ends the day before it begins
        return pd.period_range(pd.Period(first, f"W-{anchor}"), periods=count)
    if length in ("quarter", "year"):
        ends = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")[
            11 if length == "quarter" and first.month % 3 == 1 else (first.month + 10) % 12  # quarters of the calendar have its names
        ]
        return pd.period_range(pd.Period(first, f"{length[0].upper()}-{ends}"), periods=count)
    return pd.period_range(pd.Period(first, "M"), periods=count)


def _dated(
    days: list[date], month_only: bool, rows: list[int], where: str, params: CashFlowText, findings: Findings, named: str
) -> tuple[pd.PeriodIndex | None, tuple[date, ...]]:
    wrong = [rows[i] for i in range(1, len(days)) if days[i] <= days[i - 1]]
    if wrong:
        findings.refuse(
            where,
            "the periods are not in order, or one is there twice",
            rows=wrong,
            fix="Sort the rows by date, one row a period.",
        )
        return None, ()
    step = usual_step(days)
    length = (
        params.periods.length
        if params.periods
        else named or next((n for n, (low, high) in _STEPS.items() if low <= step <= high), "")
    )
    if not length and month_only:
        length = "month"
    if params.timing == "dates" and (not length or not _regular(days, length)):
        return pd.PeriodIndex(days, freq="D"), tuple(days)
    if not length:
        findings.refuse(
            where,
            "the dates are neither weeks, months, quarters nor years apart",
            rows=rows[:3],
            fix="Add `periods: {length: month, first: …}` to `cash_flow`, or `timing: dates` for single days.",
        )
        return None, ()
    index = period_index(length, days[0], len(days))
    if not _regular(days, length):
        late = next(
            i for i, day in enumerate(days) if not index[i].start_time.date() <= day <= index[i].end_time.date()
        )
        findings.refuse(
            where,
            f"the {length} of {index[late].start_time.date()} is missing",
            rows=[rows[late]],
            fix="Write every period once; 0 where nothing was planned, TBA for actuals not yet in.",
        )
        return None, ()
    return index, tuple(days)


def _regular(days: list[date], length: str) -> bool:
    index = period_index(length, days[0], len(days))
    return all(
        period.start_time.date() <= day <= period.end_time.date() for period, day in zip(index, days, strict=True)
    )
