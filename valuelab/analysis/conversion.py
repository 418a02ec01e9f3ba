"""What one point of an indicator is worth in outcome units: measured slope, and points needed for a target."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from valuelab.types import CannotSay, Estimate, Measure, Result


@dataclass(frozen=True, slots=True, eq=False)
class Conversion(Result):
    """What ``fit_conversion`` finds.

    ``slope``: log points of the outcome per unit of the indicator. ``effect``: exp(slope) − 1, the fraction of the outcome per
    unit (compound by nature). ``range_seen``: lowest and highest indicator value used. ``points``: for the picture, one row a
    month: period, indicator, outcome (both without trend and season; outcome as a fraction). Keys conversion.<indicator>.slope, .effect.
    """

    outcome: str
    indicator: str
    lag_months: int
    lag_selected: bool
    slope: Estimate
    effect: Estimate
    range_seen: tuple[float, float]
    points: pd.DataFrame
    n: int
    warnings: tuple[str, ...] = ()
    status: str = "ok"

    def draws(self, size: int, seed: int = 0) -> np.ndarray:
        """(size,) draws of the slope in log points from its posterior mixture."""
        raise NotImplementedError


def fit_conversion(outcome: Measure | pd.Series, indicator: Measure | pd.Series, *, lag_months: int, lag_selected: bool = False,
                   standard_error: float | None = None, level: float = 0.95) -> Conversion | CannotSay:
    raise NotImplementedError


@dataclass(frozen=True, slots=True)
class PointsReading(Result):
    """Points needed under one reading, and the level they lead to. ``reachable`` is False past the end of the scale."""

    points: Estimate
    level: Estimate
    reachable: bool


@dataclass(frozen=True, slots=True)
class PointsNeeded(Result):
    """``reachable``: yes | no | depends on the reading. F6: 4.30 additive → 10.30, off the scale; 3.99 compound → 9.99."""

    target: float
    current: float
    level_now: float
    effect_per_point: Estimate
    additive: PointsReading
    compound: PointsReading
    reachable: str
    reason: str
    warnings: tuple[str, ...] = ()


def points_needed(target: float, *, current: float, effect_per_point: float | Estimate, level_now: float,
                  scale: tuple[float, float] | None = None, range_seen: tuple[float, float] | None = None,
                  key: str = "points_needed") -> PointsNeeded | CannotSay:
    raise NotImplementedError
