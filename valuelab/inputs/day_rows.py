"""Weekly and daily rows to months: sums, means or last values; months that lack some of their days."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import numpy as np
import pandas as pd

from valuelab.inputs.date_column import usual_step
from valuelab.inputs.quality import Findings
from valuelab.types import TotalBy

MOST_DAYS_MISSING = 0.2  # of a month of daily rows; beyond it the month's sum is not known
MonthOf = Callable[[date], pd.Period]


def month_of(day: date) -> pd.Period:
    """The calendar month of a day."""
    return pd.Period(day, "M")


def days_to_months(
    frame: pd.DataFrame, where: str, total_by: TotalBy, findings: Findings, *, calendar: str = "", month_of: MonthOf = month_of
) -> tuple[pd.DataFrame, list[pd.Period]]:
    """Weekly or daily rows to months; also the last month where the rows end before it does.

    ``frame`` has the month of each row; ``month_of`` tells it for other days, of the ``calendar`` that is named.
    """
    frame = frame.sort_values("day", kind="stable")
    days = [day.date() for day in frame.loc[~frame["month_only"], "day"]]
    step = usual_step(days)
    no_weekends = step == 1 and all(day.weekday() < 5 for day in days)
    groups = frame.groupby("month")
    if total_by == "sum":
        value = groups["value"].sum(min_count=1).mask(groups["value"].apply(lambda values: values.isna().any()))
    elif total_by == "last":
        value = groups["value"].last()
    else:
        known = frame[frame["value"].notna()]
        weight = known["n"].fillna(0.0) if known["n"].notna().any() else pd.Series(1.0, index=known.index)
        totals = weight.groupby(known["month"]).sum().replace(0.0, np.nan)
        value = ((known["value"] * weight).groupby(known["month"]).sum() / totals).reindex(groups["row"].first().index)
    by_month = pd.DataFrame({"value": value, "n": groups["n"].sum(min_count=1), "row": groups["row"].first()})
    word = {1: "daily", 7: "weekly"}.get(step, "irregular")
    how = {"sum": "summed", "mean": "averaged", "last": "reduced to the last one"}[total_by]
    months = f"month of a {calendar} calendar" if calendar else "month"
    findings.note(f"{word} rows {how} by {months}", where=where, count=len(frame), why="the analyses are monthly")
    if step == 7 and total_by == "sum" and not calendar:
        findings.note(
            "a week counts in the month in which it begins: some months have 4 weeks, others 5",
            where=where,
            count=1,
            why="months swing by a quarter for that alone; declare `calendar: 4-4-5` if the customer counts that way",
            kind="to check",
        )
    if step not in (1, 7) or not days:
        return by_month, []
    last = month_of(days[-1])
    open_month = last if month_of(_next_day(days[-1], step, no_weekends)) == last else None
    before = days[0] - timedelta(days=step if not (no_weekends and days[0].weekday() == 0) else 3)
    if total_by == "sum":
        first = month_of(days[0])
        if month_of(before) == first and first in by_month.index and first != open_month:
            findings.note(
                f"first month {first} left out: its rows begin on {days[0]}",
                where=where,
                count=1,
                why="a part of a month is not a month",
            )
            by_month = by_month.drop(first)
        by_month = _blank_months_with_holes(by_month, days, step, no_weekends, open_month, where, findings, month_of)
    return by_month, [open_month] if open_month is not None else []


def _next_day(day: date, step: int, no_weekends: bool) -> date:
    following = day + timedelta(days=step)
    while no_weekends and following.weekday() >= 5:
        following += timedelta(days=1)
    return following


def _blank_months_with_holes(
    by_month: pd.DataFrame,
    days: list[date],
    step: int,
    no_weekends: bool,
    open_month: pd.Period | None,
    where: str,
    findings: Findings,
    month_of: MonthOf,
) -> pd.DataFrame:
    """A sum over a month that lacks weeks, or more than a fifth of its days, is not known."""
    have = set(days)
    expected: dict[pd.Period, int] = {}
    lacking: dict[pd.Period, int] = {}
    day = days[0]
    while day <= days[-1]:
        month = month_of(day)
        expected[month] = expected.get(month, 0) + 1
        near = {day} if step == 1 else {day + timedelta(days=d) for d in range(-3, 4)}
        if not near & have:
            lacking[month] = lacking.get(month, 0) + 1
        day = _next_day(day, step, no_weekends)
    blank = [
        m
        for m, n in lacking.items()
        if m in by_month.index and m != open_month and (step == 7 or n > MOST_DAYS_MISSING * expected[m])
    ]
    findings.note(
        "months with missing weeks or days set to missing", where=where, count=len(blank), why="their sum is not known"
    )
    some = sum(n for m, n in lacking.items() if m not in blank and m != open_month)
    findings.note("days without a row", where=where, count=some, why="the month's sum is of the days that are there")
    by_month = by_month.copy()
    by_month.loc[by_month.index.isin(blank), "value"] = np.nan
    return by_month
