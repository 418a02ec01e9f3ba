"""What draws of a cash flow come to: factors of present value, when the money is back, the fan of the running sum."""

from __future__ import annotations

import numpy as np
import pandas as pd

from valuelab.analysis.case_side import Clock
from valuelab.analysis.value_case import ValueCase
from valuelab.types import Estimate


def discount_factors(clock: Clock, periods: int) -> np.ndarray:
    """What a unit of money in each period is worth at the start."""
    if clock.timing == "dates":
        years = np.array([(d - clock.dates[0]).days for d in clock.dates]) / 365
        return (1 + clock.rate_per_year) ** -years
    first = 1 if clock.timing == "end" else 0
    return (1 + clock.rate) ** -np.arange(first, periods + first, dtype=float)


def drawn_payback(cumulative: np.ndarray, clock: Clock, level: float | None, *, key: str) -> tuple[Estimate | None, np.ndarray]:
    """(when the money is back for good, which draws are back within the plan)."""
    size, periods = cumulative.shape
    scale = 1e-12 * np.abs(cumulative).max() if cumulative.size else 0.0
    below = cumulative < -scale
    last = np.where(below.any(axis=1), periods - 1 - np.argmax(below[:, ::-1], axis=1), -1)
    back = last < periods - 1
    at = np.where(last < 0, 0.0, np.inf)
    inside = back & (last >= 0)
    rows = np.flatnonzero(inside)
    before, after = cumulative[rows, last[rows]], cumulative[rows, last[rows] + 1]
    at[rows] = last[rows] + before / (before - after)
    if clock.word == "day":
        finite = np.isfinite(at)
        at[finite] = np.interp(at[finite], np.arange(periods), [(d - clock.dates[0]).days for d in clock.dates])
    middle = np.quantile(at, 0.5, method="inverted_cdf")
    if not np.isfinite(middle):
        return None, back
    ends = np.quantile(at, [(1 - (level or 0)) / 2, (1 + (level or 0)) / 2], method="inverted_cdf")
    known = level is not None and np.isfinite(ends).all()
    return Estimate(float(middle), *(map(float, ends) if known else (None, None)), level=level if known else None, unit=f"{clock.word}s",
                    kind="estimated", convention=clock.counting + ("" if known or level is None else ", median; some draws do not pay back within the plan"),
                    key=key), back


def fan_of(cumulative: np.ndarray, case: ValueCase) -> pd.DataFrame:
    """Median, 80 and 95 % of the running sum from the last known period on."""
    known = np.flatnonzero(case.table["cum_act"].notna().to_numpy())
    first = int(known[-1]) if known.size else 0
    q = np.quantile(cumulative[:, first:], [0.5, 0.1, 0.9, 0.025, 0.975], axis=0)
    return pd.DataFrame(dict(zip(["value", "low_80", "high_80", "low_95", "high_95"], q, strict=True)), index=case.table.index[first:])
