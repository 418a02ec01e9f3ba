"""Calendars of whole weeks: months of 4, 4 and 5 weeks, as retailers declare them."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate

import pandas as pd


@dataclass(frozen=True, slots=True)
class RetailCalendar:
    """Quarters of ``pattern`` weeks; the year begins with the week that begins nearest to the first of month ``starts``.

    A 53rd week belongs to the year's last month. ``weekday``: on which weeks begin, Monday is 0.

    Examples
    --------
    >>> months = RetailCalendar("4-4-5", starts=2, weekday=6)
    >>> str(months.month_of(date(2025, 2, 2))), str(months.month_of(date(2025, 3, 2))), str(months.month_of(date(2026, 1, 31)))
    ('2025-02', '2025-03', '2026-01')
    """

    pattern: str
    starts: int
    weekday: int = 0

    def month_of(self, day: date) -> pd.Period:
        """The month that a day belongs to, named after the calendar month that it stands for."""
        year = max(year for year in (day.year - 1, day.year, day.year + 1) if self._first_day(year) <= day)
        weeks = (day - self._first_day(year)).days // 7
        ends = list(accumulate(int(length) for length in self.pattern.split("-") * 4))
        return pd.Period(year=year, month=self.starts, freq="M") + min(bisect_right(ends, weeks), 11)

    def _first_day(self, year: int) -> date:
        first = date(year, self.starts, 1)
        ahead = (self.weekday - first.weekday()) % 7
        return first + timedelta(days=ahead if ahead <= 3 else ahead - 7)
