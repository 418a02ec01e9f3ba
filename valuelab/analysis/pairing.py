"""Bringing an indicator and an outcome together: common months, gaps, and how much of a survey is sampling error."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from valuelab.analysis.series import all_positive, as_series, season_length
from valuelab.analysis.whitening import season_harmonics, trend_and_season
from valuelab.errors import AnalysisError
from valuelab.types import Measure

MONTHS_NEEDED = 24
LONGEST_LAG = ((36, 6), (48, 9))  # below so many paired months, at most so many lags
LONGEST_LAG_EVER = 12
PAIRS_AT_NAMED_LAG = 18
ANSWERS_SPREAD = 0.2  # of the scale: SD 2 on 0–10, usual for single survey questions


def monthly(measure: Measure | pd.Series, *, name: str) -> pd.Series | None:
    """A clean series of months, or None where its periods are weeks or quarters."""
    series = as_series(measure, name=name)
    return series if season_length(series.index, name=name) == 12 else None


def named_indicators(indicators: Mapping[str, Measure | pd.Series]) -> dict[str, Measure | pd.Series]:
    """The indicators as asked for, refused where there are none or what was given has no names."""
    if not isinstance(indicators, Mapping) or not indicators:
        raise AnalysisError(f"indicators={type(indicators).__name__}: a mapping of name to Measure or Series, with at least one")
    return {str(name): measure for name, measure in indicators.items()}


def longest_stretch(known: np.ndarray) -> slice:
    """The longest stretch with at most one unknown month inside, and none at its ends; the latest of several.

    Examples
    --------
    >>> longest_stretch(np.array([1, 1, 0, 0, 1, 0, 1, 1], bool))
    slice(4, 8, None)
    """
    best = slice(0, 0)
    places = np.flatnonzero(known)
    if len(places) and places[-1] - places[0] <= len(places):  # at most one unknown month inside all that is known
        return _without_lonely_end(known, slice(int(places[0]), int(places[-1]) + 1))
    holes = np.concatenate([[0], np.cumsum(~known)])
    for start in places:
        ends = places[(places >= start) & (holes[places + 1] - holes[start] <= 1)]
        stop = int(ends[-1]) + 1
        if stop - start >= best.stop - best.start:
            best = slice(int(start), stop)
    return _without_lonely_end(known, best)


def _without_lonely_end(known: np.ndarray, best: slice) -> slice:
    """A single month at the far side of the hole adds an invention and nothing else: it is left out."""
    if known[best].all() or best.stop - best.start < MONTHS_NEEDED:
        return best
    hole = best.start + int(np.flatnonzero(~known[best])[0])
    if hole - best.start == 1:
        return slice(hole + 1, best.stop)
    return slice(best.start, hole) if best.stop - hole == 2 else best


def months_at_the_end(known: np.ndarray) -> int:
    """Months of the stretch, with at most one hole, that ends in the last known month: what future months add to."""
    places = np.flatnonzero(known)
    if not len(places):
        return 0
    last = int(places[-1])
    holes = np.cumsum(~known[: last + 1][::-1])
    reachable = np.flatnonzero((holes <= 1) & known[: last + 1][::-1])
    return int(reachable[-1]) + 1


def enough_from(outcome: pd.Series, indicator: pd.Series, needed: int) -> pd.Period:
    """When so many paired months will be there, if from now on none is missed."""
    months = outcome.index.union(indicator.index)
    known = (outcome.reindex(months).notna() & indicator.reindex(months).notna()).to_numpy()
    last = months[known][-1] if known.any() else months[-1]
    return last + max(needed - months_at_the_end(known), 1)


def with_month_filled(series: pd.Series) -> pd.Series:
    """One unknown month inside, set to its season and trend, and half-way between its neighbours' distances from them.

    Nothing is filled silently: whoever calls this says so in the result's warnings.
    """
    holes = np.flatnonzero(series.isna())
    if len(holes) != 1 or holes[0] in (0, len(series) - 1):
        raise AnalysisError(f"series: {len(holes)} unknown months; exactly one, and not at an end, can be filled")
    logs = all_positive(series)
    values = np.log(series.to_numpy()) if logs else series.to_numpy().copy()
    known = np.isfinite(values)
    design = trend_and_season(len(values), season_harmonics(values))
    usual = design @ np.linalg.lstsq(design[known], values[known], rcond=None)[0]
    hole = int(holes[0])
    values[hole] = usual[hole] + ((values - usual)[hole - 1] + (values - usual)[hole + 1]) / 2
    return pd.Series(np.exp(values) if logs else values, series.index, name=series.name)


def sampling_error(indicator: Measure | pd.Series, standard_error: float | None, *, name: str) -> tuple[float | None, bool]:
    """(standard error of one month's value, assumed?): as given, or else from a survey's number of answers and its scale.

    A survey's answers are taken to spread by a fifth of the scale (SD 2 on 0–10): ±0.39 at 100 answers. (None, False) where
    nothing is known.
    """
    if standard_error is not None:
        if not np.isfinite(standard_error) or standard_error < 0:
            raise AnalysisError(f"standard_error={standard_error} of {name}: a number in the indicator's unit, 0 or more")
        return float(standard_error), False
    answers = _answers(indicator)
    if answers is None or indicator.scale is None:
        return None, False
    low, high = indicator.scale
    variance = (ANSWERS_SPREAD * (high - low)) ** 2
    return float(np.sqrt(variance * np.mean(1 / answers))), True


def recent_answers(indicator: Measure | pd.Series) -> int | None:
    """Survey answers a month, lately: the median of the last twelve months that have any. None where they are not known."""
    answers = _answers(indicator)
    return None if answers is None else int(np.median(answers[-12:]))


def _answers(indicator: Measure | pd.Series) -> np.ndarray | None:
    """Numbers of answers, of the months that have any."""
    if not isinstance(indicator, Measure) or indicator.answers is None:
        return None
    answers = pd.to_numeric(indicator.answers, errors="coerce").to_numpy(float)
    answers = answers[np.isfinite(answers) & (answers > 0)]
    return answers if len(answers) else None
