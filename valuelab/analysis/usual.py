"""What people usually do instead of a projection: the run rate carried on, and last year's periods once more."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from valuelab.analysis.projection import Projection
from valuelab.analysis.series import add_up, as_series, how_it_adds, name_and_unit, period_word, season_length, span
from valuelab.assets import usual_records
from valuelab.types import Estimate, Measure, Result, TotalBy

RUN_RATE, YEAR_AGO, PROJECTION = "run rate", "last year again", "projection"


@dataclass(frozen=True, slots=True)
class Way(Result):
    """One way to a total. ``total``: bare for the usual ways. ``miss``: the fraction of the true total by which it was off, at the
    median over year totals of real series; None where that was not measured."""

    name: str
    total: Estimate
    miss: Estimate | None


@dataclass(frozen=True, slots=True, eq=False)
class Comparison(Result):
    """A projected total beside what is usually done for the same periods. ``ways``: the projection first."""

    name: str
    unit: str
    first: pd.Period
    last: pd.Period
    ways: tuple[Way, ...]


def usual_totals(outcome: Measure | pd.Series, periods: str | pd.PeriodIndex, *, total_by: TotalBy | None = None) -> dict[str, Estimate]:
    """Totals as they are usually made: bare numbers, because neither way has an interval of its own.

    Parameters
    ----------
    outcome
        Weeks, months or quarters.
    periods
        The span that the total is over, ``"2025-04..2026-03"``. Known periods in it are kept as they are.
    total_by
        How periods add up; the Measure's own where not given, "sum" for a Series.

    Returns
    -------
    dict of str to Estimate
        "run rate": each unknown period is the mean of what is known of the last year (a level that is taken last: the last
        known value). "last year again": each unknown period is the same period of the last year that is known; left out where
        one is not known.

    Examples
    --------
    >>> months = pd.period_range("2024-01", "2025-06", freq="M")
    >>> sales = pd.Series(np.where(months.month == 12, 220.0, 100.0), months)
    >>> {k: round(v.value) for k, v in usual_totals(sales, "2025").items()}
    {'run rate': 1260, 'last year again': 1320}
    """
    series = as_series(outcome)
    _, unit = name_and_unit(outcome)
    total_by = how_it_adds(outcome, total_by)
    index = span(periods, series.index)
    season, word = season_length(series.index), period_word(series.index)
    values = series.reindex(index).to_numpy()
    unknown = np.isnan(values)
    recent = series.iloc[-season:].dropna()
    carried = float(recent.iloc[-1]) if total_by == "last" else float(recent.mean())
    what = f"the last known {word}" if total_by == "last" else f"the mean of the last {season} {word}s"
    kept = "" if unknown.all() else f"known {word}s, then "
    found = {RUN_RATE: (np.where(unknown, carried, values), f"{kept}{what} carried on")}
    steps = np.maximum(1, -(-((index - series.index[-1]).map(lambda d: d.n).to_numpy()) // season))
    again = series.reindex(index - steps * season).to_numpy()
    if not np.isnan(again[unknown]).any():
        found[YEAR_AGO] = np.where(unknown, again, values), f"{kept}the same {word}s of the last year once more"
    return {name: Estimate(float(add_up(filled, total_by)), unit=unit, kind="estimated", convention=convention)
            for name, (filled, convention) in found.items()}


def compare_with_usual(projection: Projection, periods: str | pd.PeriodIndex, *, key: str) -> Comparison:
    """The projection's total beside the usual ones, each with its record on real series where the total is of 12 months."""
    index = span(periods, projection.history.index)
    totals = {PROJECTION: projection.total(index)} | usual_totals(projection.history, index, total_by=projection.total_by)
    records = {}
    if projection.total_by == "sum" and season_length(index) == len(index) == 12 and index[0] <= projection.history.index[-1] + 1:
        records = _records(int(projection.history.notna().sum()), int(projection.history.reindex(index).notna().sum()))
    ways = tuple(Way(name, total.keyed(f"{key}.{name.replace(' ', '_')}", unit=projection.unit), records.get(name)) for name, total in totals.items())
    return Comparison(projection.name, projection.unit, index[0], index[-1], ways)


def _records(months: int, known: int) -> dict[str, Estimate]:
    """The median miss of each way, from the measured history and part of the year that are nearest."""
    rows = [(int(r["months"]), int(r["known"]), r) for r in usual_records()]
    if not rows:
        return {}
    length, part, _ = min(rows, key=lambda row: (abs(row[1] - known), abs(np.log(row[0] / months)), row[0]))
    return {r["way"]: Estimate(float(r["median_miss"]), n=int(r["totals"]), unit="fraction", key=f"usual.{r['way'].replace(' ', '_')}.miss",
                               convention=f"median over {r['totals']} year totals of real series: {length} months of history, "
                                          f"{part or 'none'} of them in the year")
            for months_, known_, r in rows if (months_, known_) == (length, part)}
