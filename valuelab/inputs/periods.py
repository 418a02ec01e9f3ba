"""Months, days, ranges and lags as people write them in params."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date

import pandas as pd

MONTHS = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)
FIRST_YEAR, LAST_YEAR = 1950, 2150
_ISO = re.compile(r"(\d{4})[-/](\d{1,2})(?:[-/](\d{1,2}))?", re.ASCII)
_NAMED = re.compile(r"([A-Za-z]{3,9})\.?[ -](\d{4})", re.ASCII)
_DASHES = re.compile(r"[‐‑–—−]")
_LAG = re.compile(r"(\d{1,3})\s*(months?|quarters?|years?|)", re.ASCII | re.IGNORECASE)
_SCALE = re.compile(r"(-?\d+(?:\.\d+)?)\s*(?:-|to|\.\.+|,)\s*(-?\d+(?:\.\d+)?)", re.ASCII)


class Unreadable(ValueError):
    """A text that is not what its place wants: ``what`` is wrong with it, and the ``fix``."""

    def __init__(self, what: str, fix: str = ""):
        super().__init__(what)
        self.what, self.fix = what, fix


def shorten(text: object) -> str:
    """The text in quotes, cut after 60 characters."""
    plain = str(text)
    return f'"{plain}"' if len(plain) <= 60 else f'"{plain[:57]}…"'


def month_number(name: str) -> int | None:
    """4 for ``April``, ``apr``, ``Apr.``; None for anything else."""
    plain = name.strip().rstrip(".").lower()
    if plain == "sept":
        return 9
    return next((i for i, month in enumerate(MONTHS, 1) if plain in (month, month[:3])), None)


def parse_period(text: str) -> pd.Period:
    """A month, or a day where one is written.

    Examples
    --------
    >>> str(parse_period("2026-03")), str(parse_period("March 2026")), str(parse_period("2025-03-30"))
    ('2026-03', '2026-03', '2025-03-30')
    """
    plain = _DASHES.sub("-", text.strip())
    if match := _ISO.fullmatch(plain):
        year, month, day = (int(part) if part else None for part in match.groups())
    elif (match := _NAMED.fullmatch(plain)) and month_number(match[1]):
        year, month, day = int(match[2]), month_number(match[1]), None
    else:
        raise Unreadable(f"{shorten(text)} is not a month or day", "Write 2026-03 or 2026-03-31.")
    check_calendar(year, month, day, text)
    return pd.Period(f"{year}-{month:02}", "M") if day is None else pd.Period(date(year, month, day), "D")


def check_calendar(year: int, month: int, day: int | None, text: object) -> None:
    """Refuse months and days that no calendar has."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise Unreadable(
            f"{shorten(text)}: the year {year} is out of reach ({FIRST_YEAR} to {LAST_YEAR})", "Correct the year."
        )
    if not 1 <= month <= 12:
        raise Unreadable(f"{shorten(text)}: there is no month {month}", "Write 2026-03 for March 2026.")
    if day is not None and not 1 <= day <= monthrange(year, month)[1]:
        raise Unreadable(f"{shorten(text)}: that month has no day {day}", "Correct the day.")


def parse_month(text: str) -> pd.Period:
    """The month of a month or day."""
    return parse_period(text).asfreq("M")


def parse_day(text: str) -> date:
    """A day; a month stands for its last day."""
    return parse_period(text).end_time.date()


def parse_month_range(text: str) -> tuple[pd.Period, pd.Period]:
    """First and last month of ``2024-04..2025-03``; a single month is both.

    Examples
    --------
    >>> [str(month) for month in parse_month_range("2024-04 to 2025-03")]
    ['2024-04', '2025-03']
    """
    parts = re.split(r"\s*\.\.+\s*|\s+to\s+|\s+-\s+", _DASHES.sub("-", text.strip()))
    if len(parts) > 2:
        raise Unreadable(f"{shorten(text)} is not a range of months", "Write 2024-04..2025-03.")
    first, last = parse_month(parts[0]), parse_month(parts[-1])
    if last < first:
        raise Unreadable(f"{shorten(text)} ends before it begins", "Write the earlier month first.")
    return first, last


def parse_lag(text: str) -> int:
    """Months of ``6 months``, ``2 quarters``, ``1 year`` or ``6``."""
    match = _LAG.fullmatch(text.strip())
    if match is None:
        raise Unreadable(f"{shorten(text)} is not a number of months", "Write 6 months.")
    factor = {"q": 3, "y": 12}.get(match[2][:1].lower(), 1)
    months = int(match[1]) * factor
    if months > 120:
        raise Unreadable(f"{shorten(text)} is longer than ten years", "Write it in months, 120 at most.")
    return months


def parse_scale(text: str) -> tuple[float, float]:
    """Ends of ``0-10``, ``0 to 100`` or ``-100..100``.

    Examples
    --------
    >>> parse_scale("0-10"), parse_scale("−100 to 100")
    ((0.0, 10.0), (-100.0, 100.0))
    """
    match = _SCALE.fullmatch(_DASHES.sub("-", text.strip()))
    if match is None:
        raise Unreadable(f"{shorten(text)} is not a scale", "Write its ends, for example 0-10.")
    low, high = float(match[1]), float(match[2])
    if not low < high:
        raise Unreadable(
            f"{shorten(text)} is not a scale: it ends where it begins, or below", "Write the lower end first."
        )
    return low, high


def parse_fiscal_start(text: str) -> int:
    """The month in which a fiscal year starts: ``4`` or ``April``."""
    plain = text.strip()
    number = int(plain) if plain.isascii() and plain.isdigit() and len(plain) <= 2 else month_number(plain)
    if number is None or not 1 <= number <= 12:
        raise Unreadable(f"{shorten(text)} is not a month", "Write 4 or April.")
    return number
