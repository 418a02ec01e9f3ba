"""Where a series stands: run rate, year totals, season, trend, breaks."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from valuelab.types import CannotSay, Estimate, Measure, Result, TotalBy


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
    ``year_totals``: one row a fiscal year: year (label such as "2024-25" or "2024"), start, end, total (NaN unless complete),
    months_known, complete, change (fraction on the year before, NaN where unknown).
    ``season``: one row a season position: position (1-based), label ("Jan", "Q1", "week 12"), factor (fraction above or below
    the year's average), low, high (95 %); empty where fewer than two years are known.
    ``trend_per_year``: fraction of the level a year, with interval (honest about autocorrelation); None under 24 months.
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


def fit_baseline(outcome: Measure | pd.Series, *, total_by: TotalBy = "sum", fiscal_year_starts: int = 1,
                 level: float = 0.95) -> BaselineFit | CannotSay:
    raise NotImplementedError
