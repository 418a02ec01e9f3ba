"""What every analysis does first: a clean series, its frequency, and spans of periods.

A clean series is float on a contiguous, sorted PeriodIndex of weeks, months or quarters. It begins and ends with a
known period; what is unknown in between is NaN, never zero.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import get_args

import numpy as np
import pandas as pd

from valuelab.errors import AnalysisError
from valuelab.formatting import format_date
from valuelab.types import Measure, TotalBy

_SEASON_LENGTH = {"W": 52, "M": 12, "Q": 4}
_WORD = {"W": "week", "M": "month", "Q": "quarter"}


def as_series(outcome: Measure | pd.Series, *, name: str = "outcome") -> pd.Series:
    """The values of a measure as every analysis wants them.

    Parameters
    ----------
    outcome
        A Measure, or a Series of numbers on a PeriodIndex (weeks, months or quarters). Periods that are absent from
        the index are unknown, as NaN is.
    name
        What error messages call the argument.

    Returns
    -------
    pandas.Series
        A float copy, sorted, contiguous, without unknown periods at either end; empty where nothing is known.

    Raises
    ------
    AnalysisError
        Not a Measure or Series; another index; a period twice; infinite values or text.

    Examples
    --------
    >>> months = pd.PeriodIndex(["2025-03", "2025-01", "2025-04"], freq="M")
    >>> as_series(pd.Series([3, 1, np.nan], months)).to_dict()
    {Period('2025-01', 'M'): 1.0, Period('2025-02', 'M'): nan, Period('2025-03', 'M'): 3.0}
    """
    series = outcome.series if isinstance(outcome, Measure) else outcome
    if not isinstance(series, pd.Series):
        raise AnalysisError(f"{name}={type(series).__name__}: a Measure or a pandas Series is needed")
    index = series.index
    if not isinstance(index, pd.PeriodIndex):
        raise AnalysisError(f"{name}: its index is a {type(index).__name__}; a PeriodIndex of weeks, months or quarters is "
                            "needed")
    season_length(index, name=name)
    values = _floats(series, name)
    infinite = np.isinf(values)
    if infinite.any():
        raise AnalysisError(f"{name}: the value of {index[infinite.argmax()]} is infinite; every value is finite or unknown (NaN)")
    if len(index) and (np.diff(index.asi8) == 1).all() and not np.isnan(values[[0, -1]]).any():
        return pd.Series(values, index, name=series.name)  # clean already, as most are that come a second time
    if index.hasnans:
        raise AnalysisError(f"{name}: a row of its index has no period (NaT)")
    if not index.is_unique:
        raise AnalysisError(f"{name}: {index[index.duplicated()][0]} occurs twice; every period may occur once")
    known = pd.Series(values, index, name=series.name).dropna()
    if known.empty:
        return known
    return known.reindex(pd.period_range(known.index.min(), known.index.max(), freq=index.freq))


def _floats(series: pd.Series, name: str) -> np.ndarray:
    """A float copy of the values, unknown ones NaN."""
    if series.dtype == np.float64:
        return series.to_numpy(copy=True)
    try:
        return pd.array(series, dtype="Float64").to_numpy(float, na_value=np.nan)
    except (TypeError, ValueError) as error:
        raise AnalysisError(f"{name}: its values are not all numbers ({error})") from None


def season_length(index: pd.PeriodIndex, *, name: str = "index") -> int:
    """Periods in a year: 12 for months, 4 for quarters, 52 for weeks.

    Raises
    ------
    AnalysisError
        Any other frequency.

    Examples
    --------
    >>> season_length(pd.period_range("2025-01", periods=3, freq="Q"))
    4
    """
    return _SEASON_LENGTH[_kind(index, name)]


def period_word(index: pd.PeriodIndex) -> str:
    """What one period is called: week, month or quarter."""
    return _WORD[_kind(index, "index")]


def _kind(index: pd.PeriodIndex, name: str) -> str:
    kind = index.freqstr.split("-")[0]
    if kind not in _SEASON_LENGTH:
        raise AnalysisError(f"{name}: its frequency is {index.freqstr!r}; weeks (W), months (M) or quarters (Q) are needed")
    return kind


def season_position(index: pd.PeriodIndex) -> np.ndarray:
    """Where in its year each period lies, from 0: January 0, first quarter 0, ISO week 1 is 0 (week 53 counts as 52)."""
    match _kind(index, "index"):
        case "M":
            return np.asarray(index.month) - 1
        case "Q":
            return np.asarray(index.quarter) - 1
        case _:
            return np.minimum(np.asarray(index.week), 52) - 1


def season_labels(index: pd.PeriodIndex) -> tuple[str, ...]:
    """The names of a year's positions, first to last: Jan … Dec, Q1 … Q4, week 1 … week 52."""
    match _kind(index, "index"):
        case "M":
            return tuple(format_date(date(2000, month, 1), "MMM") for month in range(1, 13))
        case "Q":
            return ("Q1", "Q2", "Q3", "Q4")
        case _:
            return tuple(f"week {k}" for k in range(1, 53))


def span(periods: str | pd.Period | pd.PeriodIndex | Sequence[str | pd.Period], freq: pd.PeriodIndex | str) -> pd.PeriodIndex:
    """The periods that are meant, in the frequency of the data.

    Parameters
    ----------
    periods
        ``"2025-04..2026-03"`` (both ends included), ``"2025-04"``, ``"2025"``, a Period, a PeriodIndex without holes,
        or a pair (start, end) of texts or Periods.
    freq
        The data's index, or its frequency. A week, month or quarter belongs to the span in which its last day lies, so
        that consecutive spans neither overlap nor leave anything out.

    Returns
    -------
    pandas.PeriodIndex
        Contiguous, never empty.

    Raises
    ------
    AnalysisError
        Text that is no period; an end before its start; a span shorter than one period of the data.

    Examples
    --------
    >>> span("2025-04..2026-03", "M")[[0, -1]].astype(str).tolist()
    ['2025-04', '2026-03']
    >>> len(span("2025", "Q"))
    4
    """
    if isinstance(freq, pd.PeriodIndex):
        freq = freq.freqstr
    if isinstance(periods, pd.PeriodIndex):
        if not len(periods) or periods.hasnans:
            raise AnalysisError("periods: an empty PeriodIndex; at least one period is needed")
        ordered = periods.sort_values()
        if (ordered[-1] - ordered[0]).n + 1 != len(ordered):
            raise AnalysisError(f"periods: {len(ordered)} periods from {ordered[0]} to {ordered[-1]}; a span has no holes and "
                                "no repetitions")
        start, end = ordered[0], ordered[-1]
    elif isinstance(periods, pd.Period):
        start = end = periods
    elif isinstance(periods, str):
        first, dots, last = periods.partition("..")
        start = _period(first)
        end = _period(last) if dots else start
    elif isinstance(periods, Sequence) and len(periods) == 2:
        start, end = (_period(p) for p in periods)
    else:
        raise AnalysisError(f"periods={periods!r}: a text such as '2025-04..2026-03', a Period, a PeriodIndex or a pair "
                            "(start, end) is needed")
    if end.end_time < start.start_time:
        raise AnalysisError(f"periods={periods!r}: {end} lies before {start}")
    first = start.start_time.to_period(freq)
    last = end.end_time.to_period(freq)
    if last.end_time > end.end_time:
        last -= 1
    if last < first:
        raise AnalysisError(f"periods={periods!r}: no whole period of the data ({freq}) ends in it")
    return pd.period_range(first, last, freq=freq)


def one_period(period: str | pd.Period, freq: pd.PeriodIndex | str, *, how: str = "end", name: str = "period") -> pd.Period:
    """One period of the data: the last (``how="end"``) or first (``"start"``) one that a longer period touches.

    Examples
    --------
    >>> one_period("2026", "M"), one_period("2026", "M", how="start")
    (Period('2026-12', 'M'), Period('2026-01', 'M'))
    """
    if isinstance(freq, pd.PeriodIndex):
        freq = freq.freqstr
    given = _period(period, name=name)
    return (given.end_time if how == "end" else given.start_time).to_period(freq)


def _period(value: str | pd.Period, *, name: str = "periods") -> pd.Period:
    if isinstance(value, str) and value.strip():
        try:
            value = pd.Period(value.strip())
        except (ValueError, TypeError):
            raise AnalysisError(f"{name}={value!r}: not a period; write it as 2025-04, 2025Q2 or 2025-04-07") from None
    if not isinstance(value, pd.Period):  # also NaT
        raise AnalysisError(f"{name}={value!r}: not a period; write it as 2025-04, 2025Q2 or 2025-04-07")
    return value


def how_it_adds(outcome: Measure | pd.Series, total_by: TotalBy | None) -> TotalBy:
    """How periods add up to a year: as asked, else as the measure says, else as a sum."""
    chosen = total_by or (outcome.total_by if isinstance(outcome, Measure) else "sum")
    if chosen not in get_args(TotalBy):
        raise AnalysisError(f"total_by={chosen!r}: one of {', '.join(get_args(TotalBy))}")
    return chosen


def name_and_unit(outcome: Measure | pd.Series) -> tuple[str, str]:
    """What the series is called, and the unit it is in ("" where not said)."""
    if isinstance(outcome, Measure):
        return outcome.name, outcome.unit
    return str(outcome.name or "outcome"), ""


def add_up(values: np.ndarray, total_by: TotalBy) -> np.ndarray:
    """Totals over the last axis: the sum, the mean, or the last value."""
    match total_by:
        case "sum":
            return values.sum(axis=-1)
        case "mean":
            return values.mean(axis=-1)
        case _:
            return values[..., -1]


def all_positive(series: pd.Series) -> bool:
    """True where logarithms can be taken of every known value: changes are then read as fractions."""
    return bool((series.dropna() > 0).all())


def missing_periods(series: pd.Series) -> tuple[pd.Period, ...]:
    """The unknown periods between the first known one and the last."""
    return tuple(series.index[series.isna()])


def check_level(level: float) -> float:
    """The level of an interval, refused unless it lies between 0.5 and 0.999."""
    if not 0.5 <= level <= 0.999:
        raise AnalysisError(f"level={level}: a fraction between 0.5 and 0.999, such as 0.95")
    return float(level)
