"""A column of dates: the whole column decides what ``03/04/2025`` means, or both readings are named."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from valuelab.inputs.periods import MONTHS, Unreadable, check_calendar, month_number, shorten
from valuelab.inputs.quality import Findings

_YEAR_FIRST = re.compile(
    r"(\d{4})[-/.](\d{1,2})(?:[-/.](\d{1,2}))?(?:[T ]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?)?",
    re.ASCII,
)
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})?", re.ASCII)
_NAMED_MONTH = re.compile(r"([A-Za-z]{3,9})\.?[ -/]*['’]?(\d{4}|\d{2})", re.ASCII)
_NAMED_DAY = re.compile(
    r"(\d{1,2})\.?[ -]([A-Za-z]{3,9})\.?[ -](\d{4}|\d{2})|([A-Za-z]{3,9})\.? (\d{1,2}),? (\d{4})", re.ASCII
)
_TRIPLE = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4}|\d{2})(?: \d{1,2}:\d{2}(?::\d{2})?)?", re.ASCII)
_MONTH_YEAR = re.compile(r"(\d{1,2})[-/.](\d{4})", re.ASCII)
FISCAL_LABEL = re.compile(r"FY ?'?(\d{2}|\d{4})[ /-]*(?:P|M|PERIOD|MONTH) ?(\d{1,2})", re.ASCII | re.IGNORECASE)
_QUARTER = re.compile(r"(?:Q[1-4][ -/]*\d{2,4}|\d{4}[ -/]*Q[1-4]|FY ?\d{2,4}[ -/]*Q[1-4])", re.ASCII | re.IGNORECASE)
_ISO_WEEK = re.compile(r"(\d{4})[ -]?W(\d{2})(?:-?([1-7]))?", re.ASCII | re.IGNORECASE)
_EXCEL_DAY_ZERO = date(1899, 12, 30)
FIRST_SERIAL, LAST_SERIAL = 18_264, 91_677  # 1950 to 2150


@dataclass(frozen=True, slots=True)
class When:
    """A date as read: the day, and whether only its month was written."""

    day: date
    month_only: bool


@dataclass(frozen=True, slots=True)
class _Triple:
    """Two numbers that may be day and month in either order."""

    first: int
    second: int
    year: int
    text: str


@dataclass(frozen=True, slots=True)
class _Fiscal:
    year: int
    period: int
    text: str


def looks_like_date(cell: Any) -> bool:
    """True where a cell has the shape of a date, possible or not (2025-13 has)."""
    try:
        return _shape(cell) is not None
    except Unreadable:
        return True


def read_dates(
    cells: Sequence[Any], rows: Sequence[int], *, where: str, findings: Findings, fiscal_year_starts: int | None = None
) -> list[When | None]:
    """The dates of a column; None where a cell was refused (a problem says so)."""
    shapes: list[Any] = []
    refused: dict[tuple[str, str], list[tuple[int, str]]] = {}
    for cell, row in zip(cells, rows, strict=True):
        try:
            shape = _shape(cell)
            if shape is None:
                raise Unreadable(f"{shorten(cell)} is not a date", "Write dates as 2025-04 or 2025-04-01.")
        except Unreadable as reason:
            refused.setdefault((reason.what.replace(shorten(cell), "…"), reason.fix), []).append((row, reason.what))
            shape = None
        shapes.append(shape)
    for (_, fix), found in refused.items():
        others = len({what for _, what in found}) - 1
        more = f" (and {others} more like it)" if others else ""
        findings.refuse(where, found[0][1] + more, rows=[row for row, _ in found], fix=fix)
    weeks = [row for cell, row in zip(cells, rows, strict=True) if isinstance(cell, str) and _ISO_WEEK.fullmatch(cell.strip())]
    findings.note("weeks read as their Monday", where=where, rows=weeks, why="a week belongs to the month of its first day")
    serial = [row for cell, shape, row in zip(cells, shapes, rows, strict=True) if isinstance(shape, When) and _is_serial(cell)]
    findings.note("serial numbers of a spreadsheet read as dates", where=where, rows=serial, why="they count the days since 30 December 1899")
    if _turned_by_spreadsheet(cells, shapes):
        findings.refuse(
            where,
            "some dates are dates and others are text that only fits with the day first: "
            "a spreadsheet that wants the month first has turned those that it could read",
            rows=[row for shape, row in zip(shapes, rows, strict=True) if isinstance(shape, _Triple)],
            fix="Export them again as 2024-04-03, or as text.",
        )
        return [None] * len(shapes)
    shapes = _settle_triples(shapes, rows, where, findings)
    return _settle_fiscal(shapes, rows, where, findings, fiscal_year_starts)


def _is_serial(cell: Any) -> bool:
    return isinstance(cell, float) or (isinstance(cell, str) and len(cell.strip()) == 5 and cell.strip().isdigit())


def _turned_by_spreadsheet(cells: Sequence[Any], shapes: Sequence[Any]) -> bool:
    """True where every text date has a day above 12 first, and every true date a day up to 12: one column, read half wrongly."""
    triples = [shape for shape in shapes if isinstance(shape, _Triple)]
    true_days = [cell.day for cell in cells if isinstance(cell, date)]
    return bool(triples and true_days) and all(t.first > 12 for t in triples) and max(true_days) <= 12


def _shape(cell: Any) -> When | _Triple | _Fiscal | None:
    """What one cell may be; None where it is no date at all; Unreadable where it is one that can't be."""
    if isinstance(cell, datetime):
        return _when(cell.year, cell.month, cell.day, cell.date())
    if isinstance(cell, date):
        return _when(cell.year, cell.month, cell.day, cell)
    if isinstance(cell, float):
        if FIRST_SERIAL <= cell <= LAST_SERIAL:
            return When(_EXCEL_DAY_ZERO + timedelta(days=int(cell)), False)
        cell = f"{cell:.0f}" if cell.is_integer() else ""
    text = str(cell or "").strip()
    if match := _YEAR_FIRST.fullmatch(text):
        return _when(int(match[1]), int(match[2]), int(match[3]) if match[3] else None, text)
    if text.isascii() and text.isdigit():
        if len(text) == 5 and FIRST_SERIAL <= int(text) <= LAST_SERIAL:
            return When(_EXCEL_DAY_ZERO + timedelta(days=int(text)), False)
        if len(text) in (6, 8) and text[:2] in ("19", "20", "21") and (match := _COMPACT.fullmatch(text)):
            return _when(int(match[1]), int(match[2]), int(match[3]) if match[3] else None, text)
        if len(text) == 4 and text[:2] in ("19", "20"):
            raise Unreadable(f"{shorten(text)} is a year; months are wanted", "Write dates as 2025-04.")
        return None
    if (match := _NAMED_MONTH.fullmatch(text)) and month_number(match[1]):
        return _when(_full_year(match[2]), month_number(match[1]), None, text)
    if match := _NAMED_DAY.fullmatch(text):
        day, name, year = (match[1], match[2], match[3]) if match[1] else (match[5], match[4], match[6])
        return _when(_full_year(year), month_number(name), int(day), text) if month_number(name) else None
    if match := _MONTH_YEAR.fullmatch(text):
        return _when(int(match[2]), int(match[1]), None, text)
    if match := _TRIPLE.fullmatch(text):
        first, second, year = int(match[1]), int(match[3]), _full_year(match[4])
        if match[2] == ".":  # dots are written day first everywhere
            return _when(year, second, first, text)
        if first > 12 and second > 12:
            raise Unreadable(f"{shorten(text)}: neither number can be the month", "Correct it.")
        return _Triple(first, second, year, text)
    if match := FISCAL_LABEL.fullmatch(text):
        return _Fiscal(_full_year(match[1]), int(match[2]), text)
    if match := _ISO_WEEK.fullmatch(text):
        try:
            day = date.fromisocalendar(int(match[1]), int(match[2]), int(match[3] or 1))
        except ValueError:
            raise Unreadable(f"{shorten(text)}: that year has no such week", "Correct it.") from None
        return _when(day.year, day.month, day.day, text)
    if _QUARTER.fullmatch(text):
        raise Unreadable(f"{shorten(text)} is a quarter; months are wanted", "Give one row a month, dated 2025-04.")
    return None


def _when(year: int, month: int, day: int | None, text: object) -> When:
    check_calendar(year, month, day, text)
    return When(date(year, month, day or 1), day is None)


def _full_year(text: str) -> int:
    year = int(text)
    return year if len(text) == 4 else year + (2000 if year < 70 else 1900)


def _settle_triples(shapes: list[Any], rows: Sequence[int], where: str, findings: Findings) -> list[Any]:
    triples = {i: s for i, s in enumerate(shapes) if isinstance(s, _Triple)}
    if not triples:
        return shapes
    day_first = [i for i, t in triples.items() if t.first > 12]
    month_first = [i for i, t in triples.items() if t.second > 12]
    settled = list(shapes)
    if day_first and month_first:
        findings.refuse(
            where,
            f"{shorten(triples[day_first[0]].text)} has the day first, "
            f"{shorten(triples[month_first[0]].text)} the month first",
            rows=[rows[i] for i in (day_first[:4] + month_first[:4])],
            fix="Write all dates as 2025-04-03.",
        )
        return [None if isinstance(s, _Triple) else s for s in settled]
    order = "day" if day_first else "month" if month_first else _order_of_firsts(list(triples.values()))
    if not order:
        text, t = triples[next(iter(triples))].text, triples[next(iter(triples))]
        if t.first == t.second:  # 01/01/2025 is the same either way: name one that isn't
            t = next((x for x in triples.values() if x.first != x.second), t)
            text = t.text
        if all(x.first == x.second for x in triples.values()):
            order = "day"
        else:
            readings = f"{t.first} {MONTHS[t.second - 1].title()} or {t.second} {MONTHS[t.first - 1].title()} {t.year}"
            findings.refuse(
                where,
                f"{shorten(text)} may be {readings}, and nothing in the column tells which",
                rows=[rows[i] for i in triples],
                fix="Write the dates as 2025-04-03.",
            )
            return [None if isinstance(s, _Triple) else s for s in settled]
    bad: list[int] = []
    for i, t in triples.items():
        day, month = (t.first, t.second) if order == "day" else (t.second, t.first)
        try:
            settled[i] = _when(t.year, month, day, t.text)
        except Unreadable:
            settled[i] = None
            bad.append(i)
    if bad:
        findings.refuse(
            where,
            f"{shorten(triples[bad[0]].text)} is no day of any calendar",
            rows=[rows[i] for i in bad],
            fix="Correct it.",
        )
    findings.note(
        f"dates like {triples[next(iter(triples))].text} read with the {order} first",
        where=where,
        count=len(triples),
        why="the whole column decides which number is the month",
    )
    return settled


def _order_of_firsts(triples: list[_Triple]) -> str:
    """Where one number is always 1 over more than a year, it is the day: firsts of months, not Januaries."""
    if len({t.year for t in triples}) < 2:
        return ""
    constant_first = {t.first for t in triples} == {1} and len({t.second for t in triples}) >= 3
    constant_second = {t.second for t in triples} == {1} and len({t.first for t in triples}) >= 3
    return "day" if constant_first else "month" if constant_second else ""


def _settle_fiscal(
    shapes: list[Any], rows: Sequence[int], where: str, findings: Findings, starts: int | None
) -> list[When | None]:
    fiscal = {i: s for i, s in enumerate(shapes) if isinstance(s, _Fiscal)}
    if not fiscal:
        return shapes
    impossible = [i for i, f in fiscal.items() if not 1 <= f.period <= 12]
    first = fiscal[next(iter(fiscal))]
    if impossible:
        findings.refuse(
            where,
            f"{shorten(fiscal[impossible[0]].text)}: fiscal periods are months 1 to 12",
            rows=[rows[i] for i in impossible],
            fix="Write the dates as 2025-04.",
        )
    elif starts is None:
        findings.refuse(
            where,
            f"{shorten(first.text)}: the month in which the fiscal year starts is not known",
            rows=[rows[i] for i in fiscal],
            fix="Add `fiscal_year_starts: 4` to the params, or write the dates as 2025-04.",
        )
    if impossible or starts is None:
        return [None if isinstance(s, _Fiscal) else s for s in shapes]
    settled = list(shapes)
    for i, f in fiscal.items():
        months = starts - 1 + f.period - 1
        year = f.year - (1 if starts > 1 else 0) + months // 12
        settled[i] = When(date(year, months % 12 + 1, 1), True)
    example = settled[next(iter(fiscal))].day
    findings.note(
        f"{first.text} read as {example:%Y-%m}",
        where=where,
        count=len(fiscal),
        why="a fiscal year is taken to be named after the calendar year in which it ends",
    )
    return settled


def usual_step(days: Sequence[date]) -> int:
    """Days between neighbouring dates, most often; 0 for fewer than two dates."""
    ordered = sorted(set(days))
    steps = Counter((b - a).days for a, b in zip(ordered, ordered[1:], strict=False))
    return steps.most_common(1)[0][0] if steps else 0
