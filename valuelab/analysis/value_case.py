"""Does it pay: estimated and actual cash flows side by side, to date and at completion."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import pandas as pd

from valuelab.analysis.case_side import CaseSide, Clock, make_side
from valuelab.analysis.cash_table import (
    cash_flow_of,
    check_cash_flow,
    complete_table,
    last_over,
    list_parts,
    name_missing,
    stated_amounts,
)
from valuelab.analysis.estimate_record import EstimateRecord, judge_estimates
from valuelab.analysis.finance import xnpv
from valuelab.analysis.flow_origins import Origins, column_spans, compared_spans
from valuelab.analysis.status import judge_status
from valuelab.errors import AnalysisError
from valuelab.formatting import format_fraction
from valuelab.provenance import derived
from valuelab.types import Basis, CannotSay, CashFlow, Estimate, Kind, Result


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
    ``at_completion_scaled``: actuals + remaining
    estimates scaled by performance to date (actual / estimate of each column); None when complete or nothing is known to scale by.
    ``record``: how far the revenue estimates were off so far, ``expenditure_record`` the same of expenditure. ``parts``: one row a
    category of the file or stated cost: category side recurrence estimated to_date_est to_date_act remaining_est (money, unsigned);
    None where there are none. ``includes``: what the expenditure is said to contain.
    Keys: value_case.<side>.<field> with sides estimated, actual, to_date_est, to_date_act, at_completion, at_completion_scaled.
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
    at_completion_scaled: CaseSide | None = None
    record: EstimateRecord | None = None
    expenditure_record: EstimateRecord | None = None
    stated: tuple[str, ...] = ()     # costs of the params, counted as stated also where the period is over
    stated_amounts: tuple[tuple[float, ...], ...] = ()  # of each of them by period, in the order of the table (money)
    parts: pd.DataFrame | None = None
    includes: tuple[str, ...] = ()
    supplier_price_known: bool = False
    staff_time_known: bool = False

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
    own = complete_table(replace(flows, costs=()))[0] if flows.costs else table  # without stated costs, of which nothing is observed
    clock = Clock(flows, table.index)
    est, act = ["expenditure_est", "revenue_est"], ["expenditure_act", "revenue_act"]
    elapsed = np.asarray(table.index <= flows.as_of)
    compared = table[est + act].notna().all(axis=1).to_numpy()  # no actual is left after as_of, so all of these are over
    complete = bool(table[act].notna().all(axis=None))
    warnings += name_missing(table, elapsed)

    def side(label: str, key: str, columns: list[str], kind: Kind, *, source: pd.DataFrame = table, taken: bool = True, **options) -> CaseSide:
        amounts = source[columns].set_axis(["expenditure", "revenue"], axis=1)
        from_ = _taken_from(table, columns, options.get("chosen"), flows) if taken else None
        return make_side(label, f"value_case.{key}", amounts, clock, kind, flows, currency, columns=from_, **options)

    estimated = side("estimated", "estimated", est, "estimated")
    actual = side("actual", "actual", act, "actual") if complete else None
    forecast = table.assign(**{a: table[a].fillna(table[e]) for a, e in zip(act, est, strict=True)})
    note = f"actuals to {clock.word} {int(elapsed.sum()) - 1} + remaining estimates" if elapsed.any() else "estimates alone"
    at_completion = side("at completion", "at_completion", act, "actual" if complete else "estimated", source=forecast,
                         note="" if complete else note)
    scaled = None if complete else _scaled(table, own, compared)
    at_completion_scaled = None if scaled is None else side(
        "at completion, scaled", "at_completion_scaled", act, "estimated", source=scaled, taken=False,
        note="actuals + remaining estimates, scaled by performance to date")
    to_date = None
    if compared.any():
        to_date = (side("to date, estimated", "to_date_est", est, "estimated", chosen=compared),
                   side("to date, actual", "to_date_act", act, "actual", chosen=compared))
    if at_completion_scaled is not None:
        at_completion_scaled = _with_origins(at_completion_scaled, at_completion, to_date, table, flows)
    without = [one.label for one in (estimated, *(to_date or ()), at_completion) if one.roi_net is None]
    if without:
        warnings.append(f"ROI cannot be said where there is no expenditure to divide by ({'; '.join(without)}).")

    accuracy = flows.revenue_accuracy
    records = {name: judge_estimates(own.loc[compared, f"{name}_est"], own.loc[compared, f"{name}_act"], what=name,
                                     accuracy=accuracy if name == "revenue" else None,
                                     spans=compared_spans(name, table.index, compared)) for name in ("revenue", "expenditure")}
    difference, status, reason = _difference(to_date, within, None if complete else records["revenue"], "revenue" if flows.basis == "revenue" else "income")
    parts = list_parts(flows, table.index, compared)
    roles = {cost.role for cost in flows.costs} | {word.casefold() for word in flows.includes} | (
        set() if parts is None else {str(c).casefold() for c in parts["category"]})
    return ValueCase(
        currency=currency, basis=flows.basis, timing=flows.timing, as_of=flows.as_of,
        discount_rate_per_year=flows.discount_rate_per_year, revenue_accuracy=accuracy, dates=clock.dates,
        periods_per_year=clock.per_year, period_word=clock.word, table=table, estimated=estimated, to_date=to_date,
        at_completion=at_completion, actual=actual, complete=complete, difference=difference,
        weeks_within=None if accuracy is None else _periods_within(table[compared], accuracy),
        profit_range=None if accuracy is None else _net_range(estimated, accuracy, currency),
        break_even_revenue=_break_even(estimated),
        npv_by_dates=_by_dates(flows, table, clock, currency, complete), status=status, reason=reason, warnings=tuple(warnings),
        at_completion_scaled=at_completion_scaled, record=records["revenue"], expenditure_record=records["expenditure"], parts=parts,
        includes=flows.includes, supplier_price_known=any("supplier" in role or "licen" in role or "subscription" in role for role in roles),
        staff_time_known=any("staff" in role for role in roles), stated=tuple(cost.name for cost in flows.costs),
        stated_amounts=tuple(tuple(stated_amounts(cost, flows.table, table.index).tolist()) for cost in flows.costs),
    )


def _taken_from(table: pd.DataFrame, columns: list[str], chosen: np.ndarray | None, flows: CashFlow) -> dict[str, pd.Series]:
    """For expenditure and revenue the column that each period is taken from: an actual that is not in yet is its estimate, "" what is left out."""
    found = {}
    for column in columns:
        name = column.split("_")[0]
        if name == "expenditure" and flows.costs:
            continue  # costs of the params are in it, so it is no column of the file
        taken = pd.Series(np.where(table[column].notna(), column, f"{name}_est"), index=table.index)
        found[name] = taken if chosen is None else taken.where(chosen, "")
    return found


def _scaled(table: pd.DataFrame, own: pd.DataFrame, compared: np.ndarray) -> pd.DataFrame | None:
    """The table with what is not known yet filled by its estimates times actual / estimate to date; None without a ratio.

    ``own``: without stated costs, which are not scaled.
    """
    filled = table.copy()
    for name in ("expenditure", "revenue"):
        planned, known = (float(own.loc[compared, f"{name}_{kind}"].sum()) for kind in ("est", "act"))
        ratio = known / planned if planned > 0 else 1.0 if name == "expenditure" else None
        if ratio is None or ratio < 0:
            return None
        filled[f"{name}_act"] = table[f"{name}_act"].fillna(table[f"{name}_est"] + (ratio - 1) * own[f"{name}_est"].fillna(0.0))
    return filled


def _with_origins(scaled: CaseSide, forecast: CaseSide, to_date: tuple[CaseSide, CaseSide], table: pd.DataFrame, flows: CashFlow) -> CaseSide:
    """The scaled side with formulas for its sums, from the forecast that is not scaled and from what remains."""
    found = {}
    for name in ("expenditure", "revenue"):
        if name == "expenditure" and flows.costs:
            continue  # costs of the params are in it, so it is no column of the file
        figure, plain, planned, known = (getattr(side, name) for side in (scaled, forecast, *to_date))
        remaining = column_spans("still to come", pd.Series(np.where(table[f"{name}_act"].isna(), f"{name}_est", ""), index=table.index))
        if not remaining or planned.value <= 0:
            how = derived("at completion", {"at completion": plain})
        else:
            how = derived("at completion + sum of still to come × (actual to date / estimated to date − 1)",
                          {"at completion": plain, "actual to date": known, "estimated to date": planned}, *remaining)
        found[name] = replace(figure, derivation=how)
    return replace(scaled, **found)


def _difference(to_date: tuple[CaseSide, CaseSide] | None, within: float, record: EstimateRecord | None, word: str) -> tuple[Estimate | None, str, str]:
    if to_date is None:
        return None, "too early", "No elapsed period has all of its actual figures yet."
    planned, actual = (side.revenue.value for side in to_date)
    if planned <= 0:
        return None, "too early", "No revenue was planned to date, so there is nothing to compare with."
    difference = Estimate((actual - planned) / planned, unit="fraction", kind="actual", key="value_case.difference",
                          convention="(actual − estimated revenue to date) / estimated to date",
                          derivation=derived("(actual − estimated) / estimated", {"actual": to_date[1].revenue, "estimated": to_date[0].revenue}))
    words, judged, elapsed = (f"above the {word} estimated to date", f"below the {word} estimated to date"), difference, to_date[1].periods
    if record is not None:  # while periods are to come: is it a lean of all periods, or the noise of a few?
        elapsed = min(elapsed, record.periods)
        if record.lean is not None:
            judged = replace(difference, low=min(record.lean.low, difference.value), high=max(record.lean.high, difference.value),
                             level=record.lean.level)
    return difference, *judge_status(judged, elapsed=elapsed, within=within, words=words)


def _periods_within(compared: pd.DataFrame, accuracy: float) -> tuple[int, int]:
    """A period without planned revenue has nothing to be within, so it is not counted."""
    planned = compared[compared["revenue_est"] != 0]
    off = (planned["revenue_act"] - planned["revenue_est"]).abs()
    return int((off <= accuracy * planned["revenue_est"].abs() * (1 + 1e-12)).sum()), len(planned)


def _net_range(side: CaseSide, accuracy: float, currency: str) -> Estimate:
    swing = abs(side.revenue.value) * accuracy
    net = side.net_return.value
    return Estimate(net, net - swing, net + swing, unit=currency, kind="estimated", key="value_case.profit_range",
                    derivation=derived("revenue − expenditure", {"revenue": side.revenue, "expenditure": side.expenditure},
                                       method="The ends with all revenue lower and higher by the stated accuracy"),
                    convention=f"all revenue ±{format_fraction(accuracy)} of estimate, expenditure as estimated")


def _break_even(side: CaseSide) -> Estimate | None:
    if side.revenue.value <= 0:
        return None
    return Estimate(side.net_return.value / side.revenue.value, unit="fraction", kind="estimated",
                    key="value_case.break_even_revenue", derivation=derived("net return / revenue", {"net return": side.net_return, "revenue": side.revenue}),
                    convention="of estimated revenue, expenditure as estimated")


def _by_dates(flows: CashFlow, table: pd.DataFrame, clock: Clock, currency: str, complete: bool) -> tuple[Estimate, ...]:
    if flows.discount_rate_per_year is None:
        return ()
    sides = (("estimated", "est"), ("actual", "act")) if complete else (("estimated", "est"),)
    convention = f"{clock.per_cent} a year, by dates on 365 days (XNPV), first date undiscounted"
    return tuple(
        Estimate(xnpv(flows.discount_rate_per_year, table[f"ncf_{short}"].fillna(0.0).to_numpy(), clock.dates), unit=currency,
                 kind=name, convention=convention, source=flows.source, key=f"value_case.{name}.npv_by_dates",
                 derivation=Origins(_taken_from(table, [f"expenditure_{short}", f"revenue_{short}"], None, flows), rate=flows.discount_rate_per_year,
                                    per_year=clock.per_year, timing="dates", days=clock.days).npv())
        for name, short in sides)
