"""Where a series stands: run rate, year totals, season, trend, breaks."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd

from valuelab.analysis.autoregression import AutoregressiveFit
from valuelab.analysis.covariance_models import MOST_PERIODS
from valuelab.analysis.error_models import regress, steps
from valuelab.analysis.series import (
    add_up,
    all_positive,
    as_series,
    check_level,
    how_it_adds,
    missing_periods,
    name_and_unit,
    period_word,
    season_labels,
    season_length,
    season_position,
    span,
)
from valuelab.errors import AnalysisError
from valuelab.provenance import Derivation, span_of
from valuelab.types import CannotSay, Estimate, Measure, Result, TotalBy

FEWEST_PERIODS = 3
BREAK_ALPHA = 0.01  # shared over all candidate periods
LASTING_ALPHA = 0.1  # of the same step without its first period: one wild period is no change of level
MOST_BREAKS = 3
WEEKLY_HARMONICS = 3
SEASON_COLUMNS = ["position", "label", "factor", "low", "high"]
YEAR_COLUMNS = ["year", "start", "end", "total", "months_known", "complete", "change"]


@dataclass(frozen=True, slots=True)
class Break(Result):
    """A lasting change of level: the first period of the new level and the change as a fraction of the old."""

    period: pd.Period
    change: Estimate


@dataclass(frozen=True, slots=True, eq=False)
class BaselineFit(Result):
    """What ``fit_baseline`` finds.

    ``run_rate``: mean of the last year's known periods (kind actual), per period. ``last_year``: the last complete
    fiscal year's total (kind actual) with ``last_year_periods`` its (first, last) period; None where no year is complete.
    ``year_totals``: one row a fiscal year: year (label such as "2024-25" or "2024"), start, end, total (NaN unless
    complete), months_known (periods), complete, change (fraction on the year before, NaN where unknown).
    ``season``: one row a season position: position (1-based), label ("Jan", "Q1", "week 12"), factor (fraction above or
    below the year's average), low, high; empty where fewer than two years are known.
    ``trend_per_year``: fraction of the level a year, with interval (honest about autocorrelation); None under two years.
    ``breaks``: lasting changes of level that stand out clearly from the noise; the trend is what remains beside them.
    ``months_used``: known periods behind season and trend.
    """

    name: str
    unit: str
    total_by: TotalBy
    run_rate: Estimate
    last_year: Estimate | None
    last_year_periods: tuple[pd.Period, pd.Period] | None
    year_totals: pd.DataFrame
    season: pd.DataFrame
    trend_per_year: Estimate | None
    breaks: tuple[Break, ...]
    months_used: int
    missing: tuple[pd.Period, ...] = ()
    warnings: tuple[str, ...] = ()
    status: str = "ok"


def fit_baseline(outcome: Measure | pd.Series, *, total_by: TotalBy | None = None, fiscal_year_starts: int = 1,
                 level: float = 0.95) -> BaselineFit | CannotSay:
    """Where the series stands: its run rate, its years, its season, its trend, and changes of level.

    Not a forecast (``project``), and not a verdict on what caused a trend or a change of level (``measure_effect``).

    Parameters
    ----------
    outcome
        Weeks, months or quarters; unknown periods are left out, never read as zero.
    total_by
        How periods add up to a year; the Measure's own where not given, "sum" for a Series.
    fiscal_year_starts
        First month of the fiscal year, 1 to 12. A week or quarter belongs to the year in which its last day lies.
    level
        Of all intervals, as a fraction.

    Returns
    -------
    BaselineFit or CannotSay
        CannotSay with fewer than three known periods.

    Raises
    ------
    AnalysisError
        Wrong kind of series, month or level.

    Notes
    -----
    Season and trend: regression of the logarithm (of the values as they are where one is zero or below) on a line and a
    term for each month or quarter (weeks: three harmonics), averaged over kinds of errors: short memory, a level that wanders
    for good, a slow cycle; see ``error_models``. In invented worlds of 24 to 72 months 95 % intervals of the trend hold 97 to
    100 in 100 where errors fade, 89 to 95 where the level wanders, 82 to 99 where it wanders under noise; those of the season
    94 to 97 (84 to 95 in a 15-month cycle).
    Breaks: a step is tried at every period that leaves half a year on both sides; it counts if its p value, times the
    number of candidates, is below 1 %, and if it does not rest on its first period alone. On series without a break that
    flags 0 to 4 in 100 (8 where shocks are wild). Small and recent changes are not seen: one of three standard deviations is
    found in one of three series of 72 months and in one of ten of 36, one of six in two of three and one of three.

    Examples
    --------
    >>> months = pd.period_range("2022-04", "2025-03", freq="M")
    >>> noise = np.random.default_rng(0).normal(0, 20, 36)
    >>> clients = pd.Series(1800 + 200 * np.cos(2 * np.pi * (months.month - 1) / 12) + noise, months)
    >>> fit = fit_baseline(clients, fiscal_year_starts=4)
    >>> print(fit.run_rate, "|", fit.run_rate.convention)
    1,798 | mean of the last 12 months
    >>> fit.last_year_periods[0], fit.year_totals["year"].tolist()
    (Period('2024-04', 'M'), ['2022-23', '2023-24', '2024-25'])
    >>> fit.season.loc[fit.season["factor"].idxmax(), "label"]
    'Jan'
    """
    series = as_series(outcome)
    name, unit = name_and_unit(outcome)
    total_by = how_it_adds(outcome, total_by)
    check_level(level)
    if fiscal_year_starts not in range(1, 13):
        raise AnalysisError(f"fiscal_year_starts={fiscal_year_starts!r}: a month from 1 to 12")
    word = period_word(series.index)
    known = int(series.notna().sum())
    if known < FEWEST_PERIODS:
        return CannotSay(f"{name} has {known} known {word}{'' if known == 1 else 's'}; a baseline needs at least {FEWEST_PERIODS}",
                         f"Add {word}s from before the initiative.")
    warnings: list[str] = []
    missing = missing_periods(series)
    if missing:
        several = len(missing) > 1
        warnings.append(f"{len(missing)} {word}{'s' if several else ''} in between {'are' if several else 'is'} unknown and left "
                        f"out: {', '.join(map(str, missing[:6]))}{' …' if len(missing) > 6 else ''}.")
    years = _year_totals(series, total_by, fiscal_year_starts)
    complete = years[years["complete"]]
    last_year = last_periods = None
    if len(complete):
        row = complete.iloc[-1]
        last_periods = (row["start"], row["end"])
        adds = {"sum": "total of", "mean": "mean of", "last": "last of"}[total_by]
        last_year = Estimate(float(row["total"]), n=int(row["months_known"]), unit=unit, kind="actual",
                             convention=f"{adds} {row['start']} to {row['end']}", key="baseline.last_year",
                             derivation=_from_data(series[row["start"]:row["end"]], total_by, name))
    else:
        warnings.append("No fiscal year is completely known, so there is no last year to compare with.")
    pattern = _Pattern.of(series, level)
    warnings += pattern.warnings
    return BaselineFit(
        name=name, unit=unit, total_by=total_by, run_rate=_run_rate(series, unit, name), last_year=last_year,
        last_year_periods=last_periods, year_totals=years, season=pattern.season, trend_per_year=pattern.trend,
        breaks=pattern.breaks, months_used=pattern.used or known, missing=missing, warnings=tuple(warnings),
    )


def _from_data(part: pd.Series, total_by: TotalBy, name: str) -> Derivation:
    """Sum, mean or last value of a stretch of the data."""
    return Derivation(f"{total_by} of {name}", spans=(span_of(part, known_as=name),))


def _run_rate(series: pd.Series, unit: str, name: str) -> Estimate:
    """The mean of what is known of the last year."""
    season, word = season_length(series.index), period_word(series.index)
    last = series.iloc[-season:]
    known = last.dropna()
    holes = f"{len(known)} known of the last " if len(known) < len(last) else "last "
    return Estimate(float(known.mean()), n=len(known), unit=unit, kind="actual",
                    convention=f"mean of the {holes}{len(last)} {word}s", key="baseline.run_rate", derivation=_from_data(last, "mean", name))


def _year_totals(series: pd.Series, total_by: TotalBy, starts: int) -> pd.DataFrame:
    """One row for each fiscal year that the data touch."""
    index = series.index
    first, last = index[0].end_time, index[-1].end_time
    rows = []
    before = math.nan
    for year in range(first.year - (first.month < starts), last.year - (last.month < starts) + 1):
        start = pd.Period(year=year, month=starts, freq="M")
        periods = span((start, start + 11), index)
        values = series.reindex(periods).to_numpy()
        complete = bool(np.isfinite(values).all())
        total = float(add_up(values, total_by)) if complete else math.nan
        change = total / before - 1 if before > 0 else math.nan
        rows.append((str(year) if starts == 1 else f"{year}-{(year + 1) % 100:02d}", periods[0], periods[-1], total,
                     int(np.isfinite(values).sum()), complete, change))
        before = total
    return pd.DataFrame(rows, columns=YEAR_COLUMNS)


@dataclass(frozen=True, slots=True)
class _Pattern:
    """Season, trend and breaks of one series."""

    season: pd.DataFrame
    trend: Estimate | None
    breaks: tuple[Break, ...]
    used: int
    warnings: list[str]

    @classmethod
    def of(cls, series: pd.Series, level: float) -> _Pattern:
        length, word = season_length(series.index), period_word(series.index)
        recent = series.iloc[-MOST_PERIODS[length]:].dropna()
        nothing = pd.DataFrame(columns=SEASON_COLUMNS)
        if len(recent) < 2 * length:
            return cls(nothing, None, (), 0, [f"Only {len(recent)} {word}s are known, fewer than two years: season and trend cannot be "
                                              "told apart."])
        if recent.nunique() == 1:
            return cls(nothing, Estimate(0.0, n=len(recent), unit="fraction", convention="of the level, a year",
                                         key="baseline.trend_per_year"), (), len(recent),
                       [f"Every known {word} has the same value."])
        logs = all_positive(recent)
        unit = 1.0 if logs else abs(float(recent.iloc[-length:].mean()))
        if not logs and unit < float(recent.std()):
            return cls(nothing, None, (), 0, ["The values lie around zero, so season and trend cannot be given as fractions of a level."])
        values = np.log(recent.to_numpy()) if logs else recent.to_numpy() / unit
        times = np.array([(p - recent.index[0]).n for p in recent.index])
        terms, shape = _season_terms(recent.index, length)
        design = np.column_stack([np.ones(len(times)), times / length, terms])
        found = _find_steps(values, design, times, length)
        full = np.column_stack([design, *((times >= at).astype(float) for at in found)])
        fit = regress(values, full, times, season=length)

        def fraction(x: float) -> float:
            return math.expm1(min(x, 50.0)) if logs else x

        def estimate(contrast: np.ndarray, convention: str, key: str) -> Estimate:
            numbers = (float(v[0]) for v in fit.intervals(contrast[None], level))
            return Estimate(*map(fraction, numbers), level=level, n=len(recent), unit="fraction", convention=convention, key=key)

        line = np.zeros(full.shape[1])
        line[1] = 1
        trend = estimate(line, "of the level, a year" if logs else "of the last year's level, a year", "baseline.trend_per_year")
        breaks = []
        for i, at in enumerate(found):
            jump = np.zeros(full.shape[1])
            jump[design.shape[1] + i] = 1
            breaks.append(Break(recent.index[0] + at, estimate(jump, "of the level before" if logs else "of the last year's level", f"baseline.break.{recent.index[0] + at}")))
        warnings = []
        if breaks:
            warnings.append("The level changed lastingly in " + ", ".join(str(b.period) for b in breaks) + "; the trend is what "
                            "remains beside that, and years before and after should not be compared as if nothing had happened.")
        if length == 52:
            warnings.append("The season of weeks is drawn smooth (three waves a year): a single odd week does not show in it.")
        season = _season_frame(fit, shape, full.shape[1], recent.index, level, logs) if shape is not None else nothing
        if shape is None:
            warnings.append(f"Some {word}s of the year are known only once, so no season is shown.")
        return cls(season, trend, tuple(breaks), len(recent), warnings)


def _season_terms(index: pd.PeriodIndex, length: int) -> tuple[np.ndarray, np.ndarray | None]:
    """Columns for the season, and (positions, columns) that turn their coefficients into factors around the year's average.

    Where a month is known only once its own term would be that one value: then two harmonics stand in, and no season is
    shown (None).
    """
    at = season_position(index)
    often = np.bincount(at, minlength=length)
    if length == 52 or often.min() < 2:
        wave = np.arange(1, (WEEKLY_HARMONICS if length == 52 else min(2, length // 2 - 1)) + 1)
        angle = 2 * np.pi * np.arange(length)[:, None] * wave / length
        shape = np.column_stack([np.cos(angle), np.sin(angle)])
        return shape[at], shape if length == 52 else None
    shape = np.vstack([np.eye(length - 1), -np.ones(length - 1)])  # effects that sum to zero
    return shape[at], shape


def _season_frame(fit: AutoregressiveFit, shape: np.ndarray, columns: int, index: pd.PeriodIndex, level: float,
                  logs: bool) -> pd.DataFrame:
    contrasts = np.zeros((len(shape), columns))
    contrasts[:, 2 : 2 + shape.shape[1]] = shape
    values = np.stack(fit.intervals(contrasts, level))
    if logs:
        values = np.expm1(values - np.log(np.exp(values[0]).mean()))  # around the arithmetic average of a year
    return pd.DataFrame({
        "position": range(1, len(shape) + 1), "label": season_labels(index), "factor": values[0], "low": values[1], "high": values[2],
    })


def _find_steps(values: np.ndarray, design: np.ndarray, times: np.ndarray, length: int) -> list[int]:
    """Times at which a lasting change of level begins: the clearest first, then what remains beside it."""
    edge = length // 2 + 1
    candidates = times[edge : len(times) - edge + 1]
    found: list[int] = []
    while len(found) < MOST_BREAKS and len(candidates):
        columns = np.column_stack([design, *((times >= at).astype(float) for at in found)])
        if len(values) - columns.shape[1] < length // 2:
            break
        p, lasting = steps(values, columns, times, candidates, season=length)
        if p.min() * len(candidates) > BREAK_ALPHA or lasting[p.argmin()] > LASTING_ALPHA:
            break
        found.append(int(candidates[p.argmin()]))
        candidates = candidates[np.abs(candidates - found[-1]) >= edge]
    return sorted(found)
