"""The worked scenarios as data, for the tests that hold published figures."""

from __future__ import annotations

import numpy as np
import pandas as pd

from valuelab.types import CashFlow

S2_WEEKS = pd.period_range("2025-02-03", periods=13, freq="W-SUN")
S2_SPEND = [20_000.0] * 8 + [0.0] * 5
S2_PLANNED = [0.0, 0, 12_000, 14_000, 18_000, 22_000, 25_000, 30_000, 25_000, 22_000, 18_000, 14_000, 12_000]
S2_EARNED = [0.0, 0, 9_656, 12_340, 20_200, 28_400, 24_030, 27_650, 29_900, 18_455, 15_777, 18_765, 14_500]
S3_PROGRESS = [0.0, 0.06, 0.13, 0.20, 0.43, 0.58, 0.72]


def campaign(week: int = 12, **changes) -> CashFlow:
    """S2 as it stands at the end of a week: later actuals are to be announced."""
    known = np.arange(13) <= week
    table = pd.DataFrame({
        "expenditure_est": S2_SPEND, "expenditure_act": np.where(known, S2_SPEND, np.nan),
        "revenue_est": S2_PLANNED, "revenue_act": np.where(known, S2_EARNED, np.nan),
    }, index=S2_WEEKS)
    settings = {"basis": "profit", "as_of": S2_WEEKS[0] + week, "discount_rate_per_year": 0.1, "revenue_accuracy": 0.1} | changes
    return CashFlow(table, **settings)


def order_to_ship(progress: list[float] = S3_PROGRESS) -> pd.Series:
    """S3 in days, from its progress."""
    days = 30 - 15 * np.array(progress)
    return pd.Series(days, pd.period_range("2025-01", periods=len(days), freq="M"), name="Order to ship")
