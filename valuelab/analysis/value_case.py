"""Does it pay: estimated and actual cash flows side by side, to date and at completion."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import pandas as pd

from valuelab.analysis.cash_table import (
    FREQUENCIES,
    cash_flow_of,
    check_cash_flow,
    complete_table,
    flow_dates,
    last_over,
    name_missing,
)
from valuelab.analysis.finance import irr, npv, payback, rate_per_period, xirr, xnpv
from valuelab.analysis.status import judge_status
from valuelab.errors import AnalysisError
from valuelab.formatting import format_fraction, format_number
from valuelab.types import Basis, CannotSay, CashFlow, Estimate, Kind, Result


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
    ``dates``: the day of each flow; ``periods_per_year`` and ``period_word``: 52 and "week". With the table they are all that
    whoever recomputes the case needs.
    Keys: value_case.<side>.<field> with sides estimated, actual, to_date_est, to_date_act, at_completion.
    """

    currency: str
    basis: Basis
    timing: str
    as_of: pd.Period
    discount_rate_per_year: float | None
    revenue_accuracy: float | None
    dates: tuple[date, ...]
    periods_per_year: float
    period_word: str
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

    def to_frame(self) -> pd.DataFrame:
        """The table, one row a period; outlays and income unsigned, net cash flow signed."""
        return self.table.copy()


def value_case(flows: CashFlow | pd.DataFrame, *, basis: Basis | None = None, discount_rate: float | None = None,
               timing: str | None = None, as_of: pd.Period | str | None = None, currency: str = "USD",
               revenue_accuracy: float | None = None, within: float = 0.05,
               dates: Sequence[date] = ()) -> ValueCase | CannotSay:
    """Whether it pays: estimated beside actual, to date and at completion, with ROI in both conventions.

    Not for benefits that are not money yet (``value_chain``), nor without the cost: a case that leaves out the
    customer's own staff time flatters itself.

    Parameters
    ----------
    flows
        A ``CashFlow``, or its table: PeriodIndex of weeks, months, quarters or years; columns ``expenditure_est``,
        ``revenue_est`` and, as far as known, ``expenditure_act``, ``revenue_act``. Amounts are **unsigned**; the net
        cash flow is revenue − expenditure, so money paid out is negative. An actual to be announced is NaN.
    basis
        ``"revenue"`` or ``"profit"``: what the income is. Needed for a table; a ``CashFlow`` brings its own.
    discount_rate
        Per year, a fraction from 0 to below 1. Given here it goes before the one of the ``CashFlow``, as do ``timing``,
        ``as_of``, ``dates`` and ``revenue_accuracy``.
    timing
        ``"start"`` (default): the first flow is not discounted. ``"end"``: each flow comes at the end of its period and is
        discounted once more. ``"dates"``: years of 365 days from the first date.
    as_of
        Last period that is over. Default for a table: the last one with an actual. Actuals after it are left out.
    currency
        ISO code; a label, it changes no number.
    revenue_accuracy
        What revenue estimates hold to, a fraction (±10 % is 0.1).
    within
        Half-width of "on track", a fraction of the estimate to date.
    dates
        Day of each flow for ``timing="dates"``; by default the first day of each period.

    Returns
    -------
    ValueCase or CannotSay
        CannotSay where expenditure or revenue has no estimate at all. Only elapsed periods whose four amounts are known
        are compared; an elapsed period with a missing actual is named in ``warnings`` and left out on both sides.
        Missing actuals are never zero.

    Raises
    ------
    AnalysisError
        No basis; an unknown timing; a rate that looks like percent; a table without PeriodIndex, with a period twice, with
        infinite amounts or in an unknown frequency.

    Examples
    --------
    >>> plan = pd.DataFrame({"expenditure_est": [600.0, 0.0, 0.0], "revenue_est": [0.0, 400.0, 500.0]},
    ...                     index=pd.period_range("2025-01", periods=3, freq="M"))
    >>> case = value_case(plan, basis="profit")
    >>> print(case.estimated.net_return, "|", case.estimated.roi_net, "|", case.estimated.payback, "|", case.status)
    $300 | 50 % | 1.4 months | too early
    """
    if not len(flows.table if isinstance(flows, CashFlow) else flows):
        return CannotSay("The cash flow has no periods.", "Fill in the estimated expenditure and revenue of each period.")
    if not isinstance(flows, CashFlow):
        flows = cash_flow_of(flows, basis)
    elif basis is not None and basis != flows.basis:
        raise AnalysisError(f"basis={basis!r}: the cash flow says {flows.basis!r}")
    flows = replace(
        flows,
        as_of=last_over(flows.as_of if as_of is None else as_of, flows.table.index),
        discount_rate_per_year=flows.discount_rate_per_year if discount_rate is None else discount_rate,
        timing=flows.timing if timing is None else timing,
        dates=tuple(dates) or flows.dates,
        revenue_accuracy=flows.revenue_accuracy if revenue_accuracy is None else revenue_accuracy,
    )
    check_cash_flow(flows)
    for name in ("expenditure", "revenue"):
        if f"{name}_est" not in flows.table or flows.table[f"{name}_est"].isna().all():
            return CannotSay(f"The cash flow has no {name} estimate, so there is no plan to hold the actuals against.",
                             f"Fill in the estimated {name}, 0 where none is expected.")
    table, warnings = complete_table(flows)
    clock = _Clock(flows, table.index)
    est, act = ["expenditure_est", "revenue_est"], ["expenditure_act", "revenue_act"]
    elapsed = np.asarray(table.index <= flows.as_of)
    compared = table[est + act].notna().all(axis=1).to_numpy()  # no actual is left after as_of, so all of these are over
    complete = bool(table[act].notna().all(axis=None))
    warnings += name_missing(table, elapsed)

    def side(label: str, key: str, columns: list[str], kind: Kind, *, source: pd.DataFrame = table, **options) -> CaseSide:
        amounts = source[columns].set_axis(["expenditure", "revenue"], axis=1)
        return _side(label, f"value_case.{key}", amounts, clock, kind, flows, currency, **options)

    estimated = side("estimated", "estimated", est, "estimated")
    actual = side("actual", "actual", act, "actual") if complete else None
    forecast = table.assign(**{a: table[a].fillna(table[e]) for a, e in zip(act, est, strict=True)})
    note = f"actuals to {clock.word} {int(elapsed.sum()) - 1} + remaining estimates" if elapsed.any() else "estimates alone"
    at_completion = side("at completion", "at_completion", act, "actual" if complete else "estimated", source=forecast,
                         note="" if complete else note)
    to_date = None
    if compared.any():
        to_date = (side("to date, estimated", "to_date_est", est, "estimated", chosen=compared),
                   side("to date, actual", "to_date_act", act, "actual", chosen=compared))
    without = [one.label for one in (estimated, *(to_date or ()), at_completion) if one.roi_net is None]
    if without:
        warnings.append(f"ROI cannot be said where there is no expenditure to divide by ({'; '.join(without)}).")

    difference, status, reason = _difference(to_date, within)
    accuracy = flows.revenue_accuracy
    return ValueCase(
        currency=currency, basis=flows.basis, timing=flows.timing, as_of=flows.as_of,
        discount_rate_per_year=flows.discount_rate_per_year, revenue_accuracy=accuracy, dates=clock.dates,
        periods_per_year=clock.per_year, period_word=clock.word, table=table, estimated=estimated, to_date=to_date,
        at_completion=at_completion, actual=actual, complete=complete, difference=difference,
        weeks_within=None if accuracy is None else _periods_within(table[compared], accuracy),
        profit_range=None if accuracy is None else _net_range(estimated, accuracy, currency),
        break_even_revenue=_break_even(estimated),
        npv_by_dates=_by_dates(flows, table, clock, currency, complete), status=status, reason=reason, warnings=tuple(warnings),
    )


class _Clock:
    """When the flows come: the word for a period, how many make a year, the rate per period, the dates."""

    __slots__ = ("dates", "per_year", "rate", "rate_per_year", "timing", "word")

    def __init__(self, flows: CashFlow, index: pd.PeriodIndex):
        number, self.word = FREQUENCIES[index.freqstr.lstrip("0123456789")[0]]
        self.per_year = number / index.freq.n
        self.timing, self.rate_per_year = flows.timing, flows.discount_rate_per_year
        self.rate = None if self.rate_per_year is None else rate_per_period(self.rate_per_year, self.per_year)
        self.dates = flow_dates(flows, index)

    def npv(self, ncf: np.ndarray) -> float:
        if self.timing == "dates":
            return xnpv(self.rate_per_year, ncf, self.dates)
        worth = npv(self.rate, ncf)
        return worth / (1 + self.rate) if self.timing == "end" else worth

    @property
    def convention(self) -> str:
        if self.timing == "dates":
            return f"{self.per_cent} a year, by dates on 365 days (XNPV), first date undiscounted"
        timing = f"{self.word} 0 undiscounted" if self.timing == "start" else f"each flow at the end of its {self.word}"
        return f"{self.per_cent} a year, (1 + rate)^(1/{format_number(self.per_year)}) − 1 a {self.word}, {timing}"

    @property
    def per_cent(self) -> str:
        return format_fraction(self.rate_per_year, 2)

    def rate_of_return(self, ncf: np.ndarray, *, whole: bool) -> tuple[float | None, str]:
        """(rate per year, reason why not)."""
        moved = ncf[ncf != 0]
        if not whole:
            return None, "Not every period is in it, so a rate of return would leave out what is still to come."
        if len(ncf) / self.per_year < 1:
            plural = "" if len(ncf) == 1 else "s"
            return None, f"The cash flow spans {len(ncf)} {self.word}{plural}, under a year: a rate of return per year would mislead."
        if not ((moved > 0).any() and (moved < 0).any()):
            return None, "The net cash flow never changes sign, so there is no rate of return."
        if moved[0] > 0:
            return None, "The cash flow begins with income, so its rate of return would be one that is paid, not earned."
        rate = xirr(ncf, self.dates) if self.timing == "dates" else irr(ncf)
        if rate is None:
            return None, "The net cash flow changes sign more than once and fits several rates of return, or none: not well defined."
        return (rate if self.timing == "dates" else (1 + rate) ** self.per_year - 1), ""


def _side(label: str, key: str, amounts: pd.DataFrame, clock: _Clock, kind: Kind, flows: CashFlow, currency: str, *,
          chosen: np.ndarray | None = None, note: str = "") -> CaseSide:
    """One side. Periods that are not ``chosen`` keep their place in time, with nothing moving in them."""
    chosen = np.ones(len(amounts), dtype=bool) if chosen is None else chosen
    span = int(np.flatnonzero(chosen)[-1]) + 1
    kept = amounts.where(pd.Series(chosen, index=amounts.index), 0.0).fillna(0.0)
    ncf = (kept["revenue"] - kept["expenditure"]).to_numpy()
    running = np.cumsum(ncf)[:span]
    expenditure, revenue = float(kept["expenditure"].sum()), float(kept["revenue"].sum())
    net = revenue - expenditure
    suffix = f"; {note}" if note else ""

    def part(name: str, value: float | None, convention: str, unit: str = currency) -> Estimate | None:
        if value is None:
            return None
        return Estimate(float(value), unit=unit, kind=kind, convention=convention + suffix, source=flows.source, key=f"{key}.{name}")

    word = "profit" if flows.basis == "profit" else "net return"
    lowest = int(running.argmin())
    rate, irr_reason = clock.rate_of_return(ncf, whole=bool(chosen.all()))
    timing = "by dates on 365 days (XIRR)" if clock.timing == "dates" else f"(1 + rate a {clock.word})^{format_number(clock.per_year)} − 1"
    return CaseSide(
        label=label, periods=int(chosen.sum()),
        expenditure=part("expenditure", expenditure, "sum of expenditure"),
        revenue=part("revenue", revenue, f"sum of revenue, basis: {flows.basis}"),
        net_return=part("net_return", net, f"{word}: revenue − expenditure, basis: {flows.basis}"),
        roi_net=part("roi_net", net / expenditure if expenditure > 0 else None,
                     "net: (revenue − expenditure) / expenditure", "fraction"),
        benefit_cost_ratio=part("benefit_cost_ratio", revenue / expenditure if expenditure > 0 else None,
                                "gross: revenue / expenditure", "fraction"),
        npv=None if clock.rate_per_year is None else part("npv", clock.npv(ncf), clock.convention),
        payback=part("payback", payback(ncf[:span]), f"{clock.word}s counted from 0, linear inside the {clock.word}", f"{clock.word}s"),
        deepest=part("deepest", running[lowest], "lowest cumulative net cash flow"),
        deepest_period=amounts.index[lowest],
        irr_per_year=part("irr_per_year", rate, f"rate of return per year, {timing}", "fraction"), irr_reason=irr_reason,
    )


def _difference(to_date: tuple[CaseSide, CaseSide] | None, within: float) -> tuple[Estimate | None, str, str]:
    if to_date is None:
        return None, "too early", "No elapsed period has all of its actual figures yet."
    planned, actual = (side.revenue.value for side in to_date)
    if planned <= 0:
        return None, "too early", "No revenue was planned to date, so there is nothing to compare with."
    difference = Estimate((actual - planned) / planned, unit="fraction", kind="actual", key="value_case.difference",
                          convention="(actual − estimated revenue to date) / estimated to date")
    return difference, *judge_status(difference, elapsed=to_date[1].periods, within=within, words=("above the estimate to date", "below the estimate to date"))


def _periods_within(compared: pd.DataFrame, accuracy: float) -> tuple[int, int]:
    """A period without planned revenue has nothing to be within, so it is not counted."""
    planned = compared[compared["revenue_est"] != 0]
    off = (planned["revenue_act"] - planned["revenue_est"]).abs()
    return int((off <= accuracy * planned["revenue_est"].abs() * (1 + 1e-12)).sum()), len(planned)


def _net_range(side: CaseSide, accuracy: float, currency: str) -> Estimate:
    swing = abs(side.revenue.value) * accuracy
    net = side.net_return.value
    return Estimate(net, net - swing, net + swing, unit=currency, kind="estimated", key="value_case.profit_range",
                    convention=f"all revenue ±{format_fraction(accuracy)} of estimate, expenditure as estimated")


def _break_even(side: CaseSide) -> Estimate | None:
    if side.revenue.value <= 0:
        return None
    return Estimate(side.net_return.value / side.revenue.value, unit="fraction", kind="estimated",
                    key="value_case.break_even_revenue", convention="of estimated revenue, expenditure as estimated")


def _by_dates(flows: CashFlow, table: pd.DataFrame, clock: _Clock, currency: str, complete: bool) -> tuple[Estimate, ...]:
    if flows.discount_rate_per_year is None:
        return ()
    sides = (("estimated", "est"), ("actual", "act")) if complete else (("estimated", "est"),)
    convention = f"{clock.per_cent} a year, by dates on 365 days (XNPV), first date undiscounted"
    return tuple(
        Estimate(xnpv(flows.discount_rate_per_year, table[f"ncf_{short}"].fillna(0.0).to_numpy(), clock.dates), unit=currency,
                 kind=name, convention=convention, source=flows.source, key=f"value_case.{name}.npv_by_dates")
        for name, short in sides)
