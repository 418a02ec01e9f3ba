"""Does it pay: estimated and actual cash flows side by side, to date and at completion."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pandas as pd

from valuelab.types import Basis, CannotSay, CashFlow, Estimate, Result


@dataclass(frozen=True, slots=True)
class CaseSide(Result):
    """One side (est. or act., or a forecast at completion) of a value case over a span of periods. Money in currency.

    ``roi_net`` = net_return / expenditure; ``benefit_cost_ratio`` = revenue / expenditure; both None without expenditure.
    ``npv`` None without a discount rate. ``payback``: index of the period with linear interpolation (F13), None where it never
    turns. ``deepest``: lowest cumulative net cash flow; ``deepest_period`` where. ``irr_per_year``: None, with the reason in
    ``irr_reason`` (under a year; several roots; no sign change).
    """

    label: str               # "estimated", "actual", "to date, estimated", "to date, actual", "at completion"
    periods: int
    expenditure: Estimate
    revenue: Estimate
    net_return: Estimate
    roi_net: Estimate | None
    benefit_cost_ratio: Estimate | None
    npv: Estimate | None
    payback: Estimate | None
    deepest: Estimate
    deepest_period: pd.Period
    irr_per_year: Estimate | None
    irr_reason: str


@dataclass(frozen=True, slots=True, eq=False)
class ValueCase(Result):
    """What ``value_case`` finds.

    ``table``: PeriodIndex of all periods; revenue_est revenue_act expenditure_est expenditure_act ncf_est ncf_act cum_est cum_act
    (actual columns NaN from the first period that is to be announced). ``estimated``: the whole plan. ``to_date``: (estimated,
    actual) over the elapsed periods only; None before any. ``at_completion``: actuals + remaining estimates; equals the actual side
    when all is in. ``actual``: only when all actuals are in. ``difference``: (actual − estimated revenue to date) / estimated to date.
    ``status``: contract rule on ``difference``. ``weeks_within``: (periods within revenue_accuracy, periods compared).
    ``profit_range``: net return when revenue is off by ±revenue_accuracy (Estimate with low/high). ``break_even_revenue``: fraction by
    which revenue may fall short before net return turns negative (F14: 24.5 %).
    Keys: value_case.<side>.<field> with sides estimated, actual, to_date_est, to_date_act, at_completion.
    """

    currency: str
    basis: Basis
    timing: str
    as_of: pd.Period
    discount_rate_per_year: float | None
    table: pd.DataFrame
    estimated: CaseSide
    to_date: tuple[CaseSide, CaseSide] | None
    at_completion: CaseSide
    actual: CaseSide | None
    complete: bool
    difference: Estimate | None
    weeks_within: tuple[int, int] | None
    profit_range: Estimate | None
    break_even_revenue: Estimate | None
    npv_by_dates: tuple[Estimate, ...]   # XNPV of the estimated (and, when complete, actual) flows, first day of each period
    status: str
    reason: str
    warnings: tuple[str, ...] = ()


def value_case(flows: CashFlow | pd.DataFrame, *, basis: Basis | None = None, discount_rate: float | None = None,
               timing: str = "start", as_of=None, currency: str = "USD", revenue_accuracy: float | None = None,
               within: float = 0.05) -> ValueCase | CannotSay:
    raise NotImplementedError
