"""What each result says of its method's record: one line of the calibration table for the scan, the slope, the projection, the effect.

A record is a tuple of Estimates: from accounts that were invented like this one, and from real series where there are any. It is
empty where the table says nothing.
"""

from __future__ import annotations

import pandas as pd

from valuelab.analysis.calibrated import (
    FALSE_ALARM,
    NO_EFFECT,
    SLOPE,
    SLOPE_FOUND,
    TOTAL_95,
    character,
    nearest,
)
from valuelab.types import Estimate

MEASURED_ALPHA = 0.05  # of the scans in the table

Record = tuple[Estimate, ...]


def false_alarm_rate(outcome: pd.Series, *, indicators: int, named: bool, alpha: float) -> Estimate:
    """How often a scan like this calls something where nothing is linked; nominal where it was not measured."""
    found = None
    if alpha == MEASURED_ALPHA and indicators:
        memory, season = character(outcome)
        found = nearest(FALSE_ALARM, months=len(outcome), indicators=indicators, memory=memory, season=season, named=named,
                        key="leads.false_alarm_rate")
    return found or Estimate(alpha, unit="fraction", kind="assumed", convention="over all verdicts, nominal", key="leads.false_alarm_rate")


def scan_record(months: int) -> Record:
    """How often a scan calls something in pairs of real series that cannot be related."""
    return _known(nearest(FALSE_ALARM, months=months, source="real", key="leads.false_alarms_real")) if months else ()


def slope_record(months: int, *, indicator: str, lag_selected: bool) -> Record:
    """How often 95 % intervals of a slope hold the truth, at lags known in advance or found on the same data."""
    return _known(nearest(SLOPE_FOUND if lag_selected else SLOPE, months=months, key=f"conversion.{indicator}.record"))


def projection_record(months: int) -> Record:
    """How often 95 % intervals of the next year's total hold it."""
    return _known(nearest(TOTAL_95, months=months, months_known=0, key="projection.record"),
                  nearest(TOTAL_95, months=months, months_known=0, source="real", key="projection.record_real"))


def effect_record(months: int, since: int) -> Record:
    """How often an effect is called where nothing changed."""
    return _known(nearest(NO_EFFECT, months=months, since=since, key="effect.record"),
                  nearest(NO_EFFECT, months=months, since=since, source="real", key="effect.record_real")) if months and since else ()


def _known(*found: Estimate | None) -> Record:
    return tuple(estimate for estimate in found if estimate is not None)
