"""Where a series lands if nothing changes: possible futures, period totals and their intervals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from valuelab.types import CannotSay, Estimate, Measure, Result, TotalBy


@dataclass(frozen=True, slots=True, eq=False)
class Projection(Result):
    """Possible futures of one series, from ``project``.

    ``history``: the months used (NaN = unknown). ``path``: PeriodIndex of the projected periods (those after the
    last known one, up to ``through``), columns value low_80 high_80 low_95 high_95, in ``unit`` per period.
    ``months_used``: known periods. ``set_aside``: gross outliers treated as unknown. ``paths``: (draws, periods) array,
    columns as ``path``'s index (also for missing months inside the history: see ``draws``).
    """

    name: str
    unit: str
    total_by: TotalBy
    history: pd.Series
    path: pd.DataFrame
    paths: np.ndarray
    months_used: int
    level: float
    set_aside: tuple[pd.Period, ...] = ()
    warnings: tuple[str, ...] = ()
    status: str = "ok"

    def total(self, periods, *, level: float | None = None) -> Estimate:
        """Total (sum, mean or last, as the measure adds up) over periods, known ones kept as they are."""
        raise NotImplementedError

    def probability(self, periods, *, at_least: float | None = None, at_most: float | None = None) -> float:
        raise NotImplementedError

    def draws(self, periods, size: int | None = None) -> np.ndarray:
        """(size,) draws of the total over periods."""
        raise NotImplementedError

    def to_dict(self):
        """Without the draws themselves."""
        raise NotImplementedError


def project(outcome: Measure | pd.Series, *, through: str | pd.Period, total_by: TotalBy = "sum", level: float = 0.95,
            seed: int = 0, draws: int = 4000) -> Projection | CannotSay:
    raise NotImplementedError
