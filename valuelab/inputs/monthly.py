"""Rows of one metric to one value a month: duplicates, small groups, segments, weeks and days, gaps, partial months."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np
import pandas as pd

from valuelab.inputs.date_column import usual_step
from valuelab.inputs.day_rows import days_to_months
from valuelab.inputs.layouts import IF_RECORDS
from valuelab.inputs.quality import Findings
from valuelab.inputs.records import records_to_months
from valuelab.inputs.tidy import SMALLEST_GROUP, MetricRows, month_text
from valuelab.types import TotalBy

WHOLE = frozenset({"", "all", "total", "overall", "whole", "company"})
LONGEST_GAP = 36  # months; beyond it a mistyped year is more likely than a gap
MONTH_END_WITHIN = 4  # days


@dataclass(frozen=True, slots=True, eq=False)
class Monthly:
    """A metric by month: ``series`` without holes in its index; ``answers`` and their standard deviation ``spread``;
    ``partial``: the last month where it is not over."""

    series: pd.Series
    answers: pd.Series | None
    spread: pd.Series | None
    partial: tuple[pd.Period, float] | None


def to_monthly(
    rows: MetricRows,
    *,
    total_by: TotalBy,
    findings: Findings,
    last_day: date | None = None,
    last_month: pd.Period | None = None,
) -> Monthly:
    """One value a month.

    ``last_day``: the last day that counts; rows after it are dropped and counted, and a month that is not over by
    then is partial. ``last_month``: later months are dropped and counted, but for a partial one that follows it.
    """
    frame = rows.frame.dropna(subset=["day"]).copy()
    frame["month"] = frame["day"].dt.to_period("M")
    later = False
    if last_day is not None:
        late = frame["day"].dt.date > last_day
        late = late & ~(frame["month_only"] & (frame["month"] == pd.Period(last_day, "M")))
        later = bool(late.any())
        frame = _drop(
            frame, late, "rows after as_of left out", "only what was known by then counts", rows.where, findings
        )
    if rows.records:
        by_month, open_months = records_to_months(frame, rows, total_by, findings, goes_on=later)
        return _finish(by_month, _first_open(open_months, by_month, last_day), rows, last_month, findings)
    monthly = _is_monthly(frame)
    frame = _as_restated(frame, "month" if monthly else "day", last_day, rows.where, findings)
    frame = _without_duplicates(frame, rows, monthly, findings)
    frame = _without_small_groups(frame, rows.where, findings)
    frame = _segments_to_whole(frame, rows.where, total_by, findings, monthly)
    if monthly:
        by_month = frame.set_index("month")[["value", "n", "spread"]].assign(row=frame["row"].to_numpy())
        open_months = _ends_before_month_end(frame)
    else:
        by_month, open_months = _by_calendar(frame, rows, total_by, findings)
    by_month = by_month.sort_index()
    return _finish(by_month, _first_open(open_months, by_month, last_day), rows, last_month, findings)


def _first_open(open_months: list[pd.Period], by_month: pd.DataFrame, last_day: date | None) -> pd.Period | None:
    """The first month that is not over; monthly rows of the month of ``last_day`` are not over by then either."""
    if last_day is not None and last_day.day < monthrange(last_day.year, last_day.month)[1]:
        open_months = [*open_months, pd.Period(last_day, "M")]
    return min((month for month in open_months if month in by_month.index), default=None)


def _by_calendar(
    frame: pd.DataFrame, rows: MetricRows, total_by: TotalBy, findings: Findings
) -> tuple[pd.DataFrame, list[pd.Period]]:
    """Weeks and days to months of the calendar that the customer declared, or of the usual one."""
    if rows.calendar is None:
        return days_to_months(frame, rows.where, total_by, findings)
    if usual_step([day.date() for day in frame["day"]]) != 7:
        findings.refuse(
            rows.where,
            f"`calendar: {rows.calendar.pattern}` is for weekly rows, and these are not",
            fix="Give weekly rows, or leave `calendar` out.",
        )
        return days_to_months(frame, rows.where, total_by, findings)
    shift = timedelta(days=6 if rows.week_ends else 0)
    weekday = int((frame["day"] - shift).dt.day_of_week.mode().iloc[0])
    calendar = replace(rows.calendar, weekday=weekday)

    def month_of(day: date) -> pd.Period:
        return calendar.month_of(day - shift)

    frame = frame.assign(month=pd.PeriodIndex([month_of(day.date()) for day in frame["day"]], freq="M"))
    return days_to_months(frame, rows.where, total_by, findings, calendar=calendar.pattern, month_of=month_of)


def _drop(frame: pd.DataFrame, which: pd.Series, what: str, why: str, where: str, findings: Findings) -> pd.DataFrame:
    findings.note(what, where=where, count=int(which.sum()), rows=frame.loc[which, "row"], why=why)
    return frame[~which]


def _is_monthly(frame: pd.DataFrame) -> bool:
    """True where most months have one date; then two in one month are a mistake, not a week."""
    if frame.empty or frame["month_only"].all():
        return True
    return float(frame.groupby("month")["day"].nunique().median()) <= 1


def _as_restated(
    frame: pd.DataFrame, period: str, last_day: date | None, where: str, findings: Findings
) -> pd.DataFrame:
    """Of several statements of one period the latest that was known on ``last_day``; one without a day is the first."""
    if frame["stated_on"].isna().all():
        return frame
    if last_day is not None:
        unknown = frame["stated_on"] > pd.Timestamp(last_day)
        frame = _drop(
            frame, unknown, "values not known on that day left out", "they were restated after as_of", where, findings
        )
    order = frame["stated_on"].fillna(pd.Timestamp("1900-01-01"))
    latest = order.groupby([frame[period], frame["segment"]]).transform("max")
    return _drop(
        frame, order < latest, "earlier values left out: restated values are there", "the last one that was stated counts", where, findings
    )


def _ends_before_month_end(frame: pd.DataFrame) -> list[pd.Period]:
    """The last month where the others are dated at their ends and this one is not: it was not over when the file was made."""
    dated = frame[~frame["month_only"]].sort_values("day")
    if len(dated) < 3:
        return []
    to_end = (dated["day"] + pd.offsets.MonthEnd(0) - dated["day"]).dt.days
    if (to_end.iloc[:-1] <= MONTH_END_WITHIN).all() and to_end.iloc[-1] > MONTH_END_WITHIN:
        return [dated["month"].iloc[-1]]
    return []


def _without_duplicates(frame: pd.DataFrame, rows: MetricRows, monthly: bool, findings: Findings) -> pd.DataFrame:
    key = ["month" if monthly else "day", "segment"]
    twice = frame.duplicated(key, keep=False)
    if not twice.any():
        return frame
    conflicting: dict[str, list[int]] = {}
    for (when, segment), group in frame[twice].groupby(key, sort=True):
        if len(group[["value", "n"]].drop_duplicates()) > 1:
            name = month_text(when) if monthly else f"{when:%Y-%m-%d}"
            conflicting[name + (f" ({segment})" if segment else "")] = group["row"].tolist()
    if conflicting:
        named = ", ".join(list(conflicting)[:4]) + (f" and {len(conflicting) - 4} more" if len(conflicting) > 4 else "")
        findings.refuse(
            rows.where,
            f"different values for the same {'month' if monthly else 'day'}: {named}",
            rows=[r for group in conflicting.values() for r in group],
            fix=f"Keep the right one of each. {IF_RECORDS}",
        )
    again = frame.duplicated(key, keep="first")
    same = again & ~frame["row"].isin([r for group in conflicting.values() for r in group])
    findings.note(
        "identical rows dropped", where=rows.where, rows=frame.loc[same, "row"], why="the same figure stood there twice"
    )
    return frame[~again]


def _without_small_groups(frame: pd.DataFrame, where: str, findings: Findings) -> pd.DataFrame:
    small = frame["n"].notna() & (frame["n"] < SMALLEST_GROUP) & frame["value"].notna()
    if not small.any():
        return frame
    findings.note(
        f"survey results of fewer than {SMALLEST_GROUP} answers left out",
        where=where,
        rows=frame.loc[small, "row"],
        count=int(small.sum()),
        why="single people could be recognised",
    )
    frame = frame.copy()
    frame.loc[small, ["value", "n", "spread"]] = np.nan
    frame["small"] = small
    return frame


def _segments_to_whole(
    frame: pd.DataFrame, where: str, total_by: TotalBy, findings: Findings, monthly: bool
) -> pd.DataFrame:
    """Segments to one value a date: sums add up, means are weighted by n."""
    whole = frame["segment"].str.casefold().isin(WHOLE)
    if whole.all():
        return frame
    if whole.any():
        frame = _drop(frame, ~whole, "rows of single segments not used", "the whole is there as well", where, findings)
        return frame
    key = "month" if monthly else "day"
    weighted = frame["n"].notna().any() and total_by != "sum"
    adds_up = total_by == "sum" or (total_by == "last" and not weighted)
    frame = frame.assign(weight=frame["n"].where(frame["value"].notna(), 0.0) if weighted else 1.0)
    unknown = (
        frame["value"].isna() & ~frame.get("small", pd.Series(False, index=frame.index)).astype(bool)
        if not adds_up
        else frame["value"].isna()
    )
    frame = frame.assign(unknown=unknown, product=frame["value"] * frame["weight"].fillna(0.0))
    groups = frame.groupby(key)
    total_weight = frame["weight"].fillna(0.0).where(frame["value"].notna(), 0.0).groupby(frame[key]).sum()
    if adds_up:
        value = groups["value"].sum(min_count=1)
    else:
        value = groups["product"].sum(min_count=1) / total_weight.replace(0.0, np.nan)
    incomplete = groups["unknown"].any() | _segment_lacking(frame, key)
    if adds_up:
        value = value.mask(incomplete)
    findings.note(
        "months or days in which a segment is missing",
        where=where,
        count=int(incomplete.sum()),
        why="the whole is not known then, and stays missing"
        if adds_up
        else "the mean is of the segments that are there",
    )
    how = (
        "summed"
        if adds_up
        else "averaged, weighted by n"
        if weighted
        else "averaged, each counting alike (there is no n)"
    )
    findings.note(
        f"rows of {frame['segment'].nunique()} segments {how}",
        where=where,
        count=len(frame),
        why="the analysis is of the whole",
    )
    first = (
        groups[["row", "month", "month_only"]].first()
        if not monthly
        else groups[["row", "day", "month_only"]].first()
    )
    findings.note(
        "standard deviations of segments not used", where=where, count=int(frame["spread"].notna().sum()), why="that of the whole does not follow"
    )
    result = first.assign(value=value, n=groups["n"].sum(min_count=1), spread=np.nan, segment="").reset_index()
    return result.sort_values("day")


def _segment_lacking(frame: pd.DataFrame, key: str) -> pd.Series:
    """True for dates at which a segment has no row between its first and last, or is up to two dates late."""
    present = frame.assign(one=1).pivot_table(index=key, columns="segment", values="one", aggfunc="sum").notna()
    lacking = pd.Series(False, index=present.index)
    for segment in present:
        at = np.flatnonzero(present[segment].to_numpy())
        end = len(present) if len(present) - 1 - at[-1] <= 2 else at[-1] + 1
        inside = np.zeros(len(present), dtype=bool)
        inside[at[0] : end] = True
        lacking |= inside & ~present[segment].to_numpy()
    return lacking


def _finish(
    by_month: pd.DataFrame,
    open_month: pd.Period | None,
    rows: MetricRows,
    last_month: pd.Period | None,
    findings: Findings,
) -> Monthly:
    partial = None
    if open_month is not None and open_month in by_month.index:
        value = by_month.at[open_month, "value"]
        by_month = by_month[by_month.index < open_month]
        if np.isfinite(value) and (last_month is None or open_month <= last_month + 1):
            partial = (open_month, float(value))
            findings.note(
                f"month {open_month} is not over",
                where=rows.where,
                count=1,
                why="it is drawn apart and counts in no statistic",
            )
    if last_month is not None:
        late = by_month.index > last_month
        findings.note(
            "months after as_of left out",
            where=rows.where,
            rows=by_month.loc[late & by_month["value"].notna(), "row"],
            why="only what was known by then counts",
        )
        by_month = by_month[~late]
    known = by_month.index[by_month["value"].notna()]
    if len(known) == 0:
        empty = pd.Series([], index=pd.PeriodIndex([], freq="M"), dtype="float64", name=rows.name)
        return Monthly(empty, None, None, partial)
    for before, after in zip(known[:-1], known[1:], strict=True):
        if (after - before).n > LONGEST_GAP:
            findings.refuse(
                rows.where,
                f"nothing is known between {before} and {after}",
                rows=[by_month.at[after, "row"]],
                fix="Is a year mistyped? Otherwise leave the older part out.",
            )
    months = pd.period_range(known[0], known[-1], freq="M")
    series = by_month["value"].reindex(months).astype("float64").rename(rows.name)
    gaps = [str(month) for month in months[series.isna()]]
    findings.note(
        f"missing months: {', '.join(gaps[:6])}{' …' if len(gaps) > 6 else ''}",
        where=rows.where,
        count=len(gaps),
        why="they stay gaps and are never filled",
    )
    answers, spread = (
        by_month[kind].reindex(months).astype("float64").rename(rows.name)
        if kind in by_month and by_month[kind].notna().any()
        else None
        for kind in ("n", "spread")
    )
    return Monthly(series, answers, spread, partial)
