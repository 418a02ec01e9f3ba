"""Who is active: different people by month and by the pace that is expected of them, from events or from counts of a usage file."""

from __future__ import annotations

import numpy as np
import pandas as pd

from valuelab.types import Cadence, Usage

PACES: tuple[Cadence, ...] = ("daily", "weekly", "monthly")
PERIOD_WORDS = {"daily": "working day", "weekly": "whole week", "monthly": "month"}
MONTH_END_DAYS = 3  # working days


def of_team(usage: Usage, name: str | None) -> pd.DataFrame:
    """The rows of a team over the whole product; None: of all teams. Counts of single features are left out."""
    rows = usage.rows if name is None else usage.rows[usage.rows["team"] == name]
    return rows if usage.kind == "events" else rows[rows["feature"] == ""]


def monthly_people(usage: Usage, rows: pd.DataFrame) -> pd.Series:
    """Different people in each month, from the first month of the file to the last; NaN where not known.

    Of events a month without a row is a month without use. Of counts each team's own figure must be known, else the month is not. Counts
    by day or week hold no different people of a month: their mean by period stands for it.

    Examples
    --------
    >>> rows = pd.DataFrame({"day": pd.to_datetime(["2025-01-03", "2025-01-04", "2025-03-01"]), "team": "A", "feature": "", "user": [1, 1, 2]})
    >>> usage = Usage(rows, "events", "daily", (), pd.Period("2025-03", "M"))
    >>> monthly_people(usage, rows).tolist()
    [1.0, 0.0, 1.0]
    """
    index = months_of(usage)
    month = rows["day"].dt.to_period("M")
    if usage.kind == "events":
        return rows.groupby(month)["user"].nunique().reindex(index, fill_value=0).astype(float)
    if not len(rows):
        return pd.Series(np.nan, index)
    groups = rows.groupby([month, "team"])["active"]
    by_team = groups.mean().where(groups.count() == groups.size()).unstack("team")
    return by_team.reindex(index).sum(axis=1, min_count=len(by_team.columns))


def months_of(usage: Usage) -> pd.PeriodIndex:
    """Every month from the first of the file to the last that is over."""
    first = usage.rows["day"].min().to_period("M") if len(usage.rows) else usage.month
    return pd.period_range(min(first, usage.month), usage.month, name="month")


def people_at_pace(usage: Usage, rows: pd.DataFrame, pace: Cadence) -> tuple[float | None, Cadence]:
    """How many people are active in a usual period of the last month, and the pace that the file can show.

    Daily: the mean over working days, Monday to Friday; weekly: over weeks that lie wholly in the month; monthly: different people. A file of
    monthly counts shows no other pace. None where the last month is not known.
    """
    start, end = usage.month.start_time.normalize(), usage.month.end_time.normalize()
    rows = rows[(rows["day"] >= start) & (rows["day"] <= end)]
    if usage.kind == "counts":
        known = rows.groupby("day")["active"].sum(min_count=1)
        complete = len(known) > 0 and bool(rows["active"].notna().all())
        return (float(known.mean()) if complete else None), usage.step
    if pace == "daily":
        days = pd.bdate_range(start, end)
        return float(rows.groupby("day")["user"].nunique().reindex(days, fill_value=0).mean()), pace
    if pace == "weekly":
        weeks = [w for w in pd.period_range(start, end, freq="W-SUN") if w.start_time >= start and w.end_time.normalize() <= end]
        return float(rows.groupby(rows["day"].dt.to_period("W-SUN"))["user"].nunique().reindex(weeks, fill_value=0).mean()), pace
    return float(rows["user"].nunique()), pace


def month_end_share(usage: Usage, rows: pd.DataFrame, *, months: int = 3) -> tuple[float, float] | None:
    """Which share of use on working days falls on the last three of a month, and which share of the working days these are.

    Over the last months of events; None where the file has no days, or hardly any use.
    """
    if usage.kind != "events":
        return None
    index = months_of(usage)[-months:]
    days = pd.bdate_range(index[0].start_time, index[-1].end_time)
    use = rows.drop_duplicates(["day", "user"]).groupby("day").size().reindex(days, fill_value=0)
    if use.sum() < 20:
        return None
    last = pd.Series(days, days).groupby(days.to_period("M")).tail(MONTH_END_DAYS)
    return float(use[last].sum() / use.sum()), len(last) / len(days)


def ever_people(rows: pd.DataFrame) -> float:
    """Different people who were ever seen."""
    return float(rows["user"].nunique())
