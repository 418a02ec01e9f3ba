"""Which indicators move before the outcome: a scan whose false alarms are controlled over all verdicts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from valuelab.types import CannotSay, Estimate, Measure, Result

VERDICTS = ("leads", "moves together", "lags", "not shown", "not enough data")


@dataclass(frozen=True, slots=True)
class LeadVerdict(Result):
    """One indicator's verdict. ``lag_months`` > 0: the indicator moves first; None where not shown.

    ``direction``: "same" (more goes with more) or "opposite". ``strength``: fraction of the outcome's month-to-month surprise
    that the lagged indicator accounts for (squared correlation of the innovations), with interval. ``enough_from``: the month
    from which data would suffice (not enough data), else None. ``p_value`` is adjusted over all verdicts.
    """

    indicator: str
    verdict: str
    lag_months: int | None
    lag_low: int | None
    lag_high: int | None
    direction: str
    strength: Estimate | None
    p_value: float | None
    n: int
    enough_from: pd.Period | None = None
    expected_lag: int | None = None  # tested alone, as named in advance
    reason: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class LeadScan(Result):
    """What ``scan_leading_indicators`` finds. ``profile``: columns indicator lag_months statistic null_95 (band half-width)."""

    outcome: str
    verdicts: tuple[LeadVerdict, ...]
    profile: pd.DataFrame
    false_alarm_rate: Estimate
    months_used: int
    max_lag_months: int
    alpha: float = 0.05
    warnings: tuple[str, ...] = ()
    status: str = "ok"

    def to_frame(self) -> pd.DataFrame:
        """indicator verdict lag_months lag_low lag_high direction strength p_value n enough_from"""
        raise NotImplementedError


def scan_leading_indicators(outcome: Measure | pd.Series, indicators: Mapping[str, Measure | pd.Series], *,
                            expected_lags: Mapping[str, int] | None = None,
                            standard_errors: Mapping[str, float] | None = None, max_lag_months: int | None = None,
                            alpha: float = 0.05, seed: int = 0) -> LeadScan | CannotSay:
    raise NotImplementedError
