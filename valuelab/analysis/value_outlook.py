"""How sure is the return: everything that is uncertain in a value case drawn together, 20,000 times, from a fixed seed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from valuelab.analysis.case_side import Clock
from valuelab.analysis.cash_table import PER_YEAR, complete_table, stated_amounts
from valuelab.analysis.drawn_flows import discount_factors, drawn_payback, fan_of
from valuelab.analysis.drivers import Assumed, Driver, rank_drivers
from valuelab.analysis.estimate_record import EstimateRecord
from valuelab.analysis.flow_origins import column_spans
from valuelab.analysis.outlook_origins import case_formula, chain_formula, drawn_return, share_of_draws
from valuelab.analysis.sampling import AGREED_LEVEL, draw, interval_level, summarise
from valuelab.analysis.value_case import ValueCase
from valuelab.analysis.value_chain import by_draws
from valuelab.errors import AnalysisError
from valuelab.formatting import format_fraction, format_number
from valuelab.provenance import Derivation, derived
from valuelab.types import Basis, CashFlow, Estimate, Result, StatedCost

DRAWS = 20_000
KEY = "outlook"


@dataclass(frozen=True, slots=True, eq=False)
class ValueOutlook(Result):
    """What 20,000 draws over everything uncertain say about a value case. Money in ``currency``, over the whole plan or ``horizon_months``.

    ``about``: "cash flow" or "value chain"; ``scenario``: what is drawn, in words. ``benefit`` and ``cost``: what is set against each
    other. ``as_assumed``: the result (net return, or without a cost the benefit) with everything as assumed. ``net_return`` (benefit − cost), ``roi_net``, ``benefit_cost_ratio``: None where no cost is stated. ``npv``: None without a
    discount rate. ``payback``: bare, or None, where the interval reaches beyond the plan. ``chance_of_return``: P(ROI > 0), None where
    no cost is stated or nothing varies. ``chance_of_plan``: P(net return at least as planned). ``chance_of_payback``: P(paid back
    within the plan or the horizon). ``drivers``: what each assumption alone moves, sorted (the tornado), and the value at which the
    return turns negative (the challenge table). ``fan``: of a cash flow, cumulative net by period still to come: value low_80 high_80
    low_95 high_95 (median and intervals), first row the last known period. ``records``: the record of estimates behind it.
    Keys: outlook.<field>, outlook.driver.<slug>.…
    """

    about: str
    scenario: str
    basis: Basis
    currency: str
    size: int
    seed: int
    horizon_months: int | None
    as_assumed: Estimate
    benefit: Estimate
    cost: Estimate | None
    net_return: Estimate | None
    roi_net: Estimate | None
    benefit_cost_ratio: Estimate | None
    npv: Estimate | None
    payback: Estimate | None
    chance_of_return: Estimate | None
    chance_of_plan: Estimate | None
    chance_of_payback: Estimate | None
    drivers: tuple[Driver, ...]
    fan: pd.DataFrame | None
    records: tuple[EstimateRecord, ...]
    assumptions: tuple[str, ...]
    reason: str = ""
    warnings: tuple[str, ...] = ()
    running: tuple[str, ...] = ()  # slugs of costs that are paid month by month

    @property
    def varies(self) -> bool:
        """True where something is uncertain and was drawn."""
        return any(d.varies for d in self.drivers)


def case_outlook(flows: CashFlow, case: ValueCase, *, size: int = DRAWS, seed: int = 0, level: float = 0.95) -> ValueOutlook | None:
    """How sure the return of a cash flow is: actuals as they are, remaining estimates with errors like those so far.

    Not for a plan whose remaining estimates are known to be out of date: revise them first.

    Parameters
    ----------
    flows, case
        The cash flow and what ``value_case`` says of it.
    size, seed
        Draws, and the seed that makes them the same each time.
    level
        Of the intervals.

    Returns
    -------
    ValueOutlook or None
        None where every amount is known and nothing is left to vary.
    """
    if size < 1000:
        raise AnalysisError(f"size={size}: at least 1,000 draws")
    table = case.table
    plain = complete_table(replace(flows, costs=(), as_of=case.as_of))[0] if flows.costs else table
    open_revenue, open_cost = (table[f"{name}_act"].isna().to_numpy() for name in ("revenue", "expenditure"))
    ranged = [cost for cost in flows.costs if not cost.amount.bare]
    if not open_revenue.any() and not open_cost.any() and not ranged:
        return None
    rng = np.random.default_rng(seed)
    records, flow_of, drawn = [], {}, {}
    for name, still in (("revenue", open_revenue), ("expenditure", open_cost)):
        record = case.record if name == "revenue" else case.expenditure_record
        estimate = plain[f"{name}_est"].fillna(0.0).to_numpy()
        base = np.where(still, estimate, plain[f"{name}_act"].fillna(0.0).to_numpy())
        amounts = np.tile(base, (size, 1))
        if still.any() and record.varies:
            amounts[:, still] += record.errors(int(still.sum()), size, rng) * estimate[still]
        if still.any() and estimate[still].any():
            records.append(record)
        flow_of[name], drawn[name] = (base, still, record), amounts
    cost_base = flow_of["expenditure"][0].copy()
    spending = drawn["expenditure"]
    assumptions: list[Assumed] = []
    for name, word in (("revenue", "revenue"), ("expenditure", "expenditure")):
        base, still, record = flow_of[name]
        if base[still].any():
            taken = pd.Series(np.where(still, f"{name}_est", ""), index=table.index)
            assumptions.append(_remaining(name, word, float(base[still].sum()), drawn[name][:, still].sum(axis=1), record, case, taken))
    for i, cost in enumerate(flows.costs):
        schedule = stated_amounts(cost, flows.table, table.index).to_numpy()
        cost_base = cost_base + schedule
        draws = np.maximum(draw(cost.amount, size, rng), 0.0)
        whole = float(schedule.sum())
        share = draws / cost.amount.value if cost.amount.value else np.ones(size)
        spending = spending + share[:, None] * schedule
        assumptions.append(_stated(cost, i, whole, whole * share, case.currency))
    fixed = float(flow_of["revenue"][0][~open_revenue].sum()) - float(flow_of["expenditure"][0][~open_cost].sum())

    def net_of(value: dict[str, float]) -> float:
        return fixed + value.get("revenue", 0.0) - value.get("expenditure", 0.0) - sum(
            value[a.slug] for a in assumptions if a.slug.startswith("cost_"))

    income = drawn["revenue"]
    net = income - spending
    middle = flow_of["revenue"][0] - cost_base
    total = net.sum(axis=1)
    outlay = spending.sum(axis=1)
    varies = any(a.low != a.high for a in assumptions)
    level = level if varies else None
    word = "profit" if case.basis == "profit" else "net return"
    clock = Clock(flows, table.index)

    formula = case_formula([a.slug for a in assumptions], fixed)
    middles = {a.slug: a.value for a in assumptions}

    def money(name: str, draws: np.ndarray, convention: str, unit: str = case.currency, what: str = "") -> Estimate:
        return _of_draws(draws, level, unit=unit, convention=convention, key=f"{KEY}.{name}", derivation=drawn_return(what or convention, size, level, records))

    positive = bool((outlay > 0).all())
    cumulative = np.cumsum(net, axis=1)
    reason = "" if varies else " ".join(r.assumption for r in records)
    paid, share_paid = drawn_payback(cumulative, clock, level, key=f"{KEY}.payback")
    return ValueOutlook(
        about="cash flow", scenario=_case_scenario(case), basis=case.basis, currency=case.currency, size=size, seed=seed, horizon_months=None,
        as_assumed=Estimate(net_of({slug: v.value for slug, v in middles.items()}), unit=case.currency, kind="estimated", key=f"{KEY}.as_assumed",
                            convention=f"{word} at completion, everything as assumed", derivation=formula.at(middles)),
        benefit=money("benefit", income.sum(axis=1), f"{case.basis} at completion"),
        cost=money("cost", outlay, "expenditure at completion"), net_return=money("net_return", total, f"{word} at completion"),
        roi_net=money("roi_net", total / outlay, "net: (revenue − expenditure) / expenditure", "fraction") if positive else None,
        benefit_cost_ratio=money("benefit_cost_ratio", income.sum(axis=1) / outlay, "gross: revenue / expenditure", "fraction") if positive else None,
        npv=None if clock.rate_per_year is None else money("npv", net @ discount_factors(clock, len(middle)), clock.convention, what="the net present value"),
        payback=paid and replace(paid, derivation=drawn_return("the time from which the running sum stays at 0 or above", size, level, records)),
        chance_of_return=_chance(total > 0, "return", "P(ROI > 0)", f"the {word} is above 0", records) if varies and positive else None,
        chance_of_plan=_chance(total >= case.estimated.net_return.value, "plan", f"P({word} at least as planned)", f"the {word} is at least as planned",
                               records) if varies else None,
        chance_of_payback=_chance(share_paid, "payback", "P(paid back within the plan)", "the running sum stays at 0 or above before the plan ends",
                                  records) if varies else None,
        drivers=rank_drivers(assumptions, net_of, unit=case.currency, convention=f"{word} at completion", key=f"{KEY}.driver", formula=formula),
        fan=fan_of(cumulative, case) if varies else None, records=tuple(records),
        assumptions=tuple(dict.fromkeys(r.assumption for r in records)), reason=reason,
    )


def chain_outlook(*, points: Estimate | None, effect: Estimate | None, effect_draws: np.ndarray | None = None, reading: str = "additive",
                  base: Estimate, units: Estimate | None = None, unit_value: Estimate, basis: Basis, margin: Estimate | None = None,
                  costs: Sequence[StatedCost] = (), lag_months: int = 0, horizon_months: int = 12, currency: str = "USD", scenario: str = "",
                  indicator: str = "", size: int = DRAWS, seed: int = 0) -> ValueOutlook:
    """How sure the benefit of a value chain is, and where costs are stated the return.

    Parameters
    ----------
    points, effect, reading, base
        Points of the indicator × effect per point on the base (units a year), as for ``value_chain``; both None where ``units`` is
        given instead: outcome units a year, such as goal − base.
    effect_draws
        (n,) draws of the effect where it was measured; resampled to ``size``. Otherwise the range of ``effect`` is drawn from.
    unit_value, basis, margin
        As for ``value_chain``.
    costs
        Of the initiative; repeated ones for the whole horizon. Without any there is a benefit and no return.
    lag_months, horizon_months
        The benefit begins after the lag and is counted to the horizon, from the day of spending.

    Returns
    -------
    ValueOutlook
        ``benefit`` over the horizon; with costs ``net_return`` and so on.

    Examples
    --------
    >>> cost = StatedCost("Supplier's price", "supplier price", Estimate(60_000, unit="USD", kind="agreed"))
    >>> outlook = chain_outlook(points=Estimate(2), effect=Estimate(0.05, 0.02, 0.08, level=0.8, unit="fraction"), base=Estimate(20_000),
    ...                         unit_value=Estimate(100, unit="USD"), basis="profit", costs=[cost], lag_months=6, currency="USD")
    >>> print(outlook.net_return.value > 0, outlook.drivers[0].name, outlook.drivers[0].turns_at)
    True Effect of one point 3 %
    """
    rng = np.random.default_rng(seed)
    share = max(0.0, horizon_months - lag_months) / 12
    parts: list[Assumed] = []

    def add(slug: str, name: str, value: Estimate, *, draws: np.ndarray | None = None, least: float = 0.0, most: float = np.inf, basis_text: str = "") -> None:
        drawn = draw(value, size, rng) if draws is None else draws
        drawn = np.clip(drawn, least, most) if value.value >= least else drawn
        low, high = (value.value, value.value) if value.bare else (value.low, value.high) if value.level in (None, 1.0, AGREED_LEVEL) else tuple(
            float(q) for q in np.quantile(drawn, [0.1, 0.9]))
        parts.append(Assumed(slug, name, value, drawn, low, high, basis_text or _basis_of(value), least, most))

    if units is None:
        add("points", f"Points of {indicator}" if indicator else "Points", points, least=-np.inf)
        drawn_effect = None if effect_draws is None else rng.choice(np.asarray(effect_draws, float), size)
        add("effect", "Effect of one point", effect, draws=drawn_effect, least=-0.99)
        add("base", "Base a year", base)
    else:
        add("units", "Units gained a year", units, least=-np.inf)
    add("unit_value", "Value of a unit", unit_value, least=-np.inf)
    if margin is not None:
        add("margin", "Margin", margin, most=1.0)
    if share > 0:
        add("lag", "Months until the benefit begins", Estimate(float(lag_months), unit="months", kind="assumed", key=f"{KEY}.driver.lag",
                                                               convention="from the spending"), most=float(horizon_months),
            basis_text="one figure without a range")
    for i, cost in enumerate(costs):
        times = 1.0 if not cost.per else PER_YEAR[cost.per] * horizon_months / 12
        amount = cost.amount.keyed(f"{KEY}.driver.cost_{i}", value=cost.amount.value * times, low=None if cost.amount.bare else cost.amount.low * times,
                                   high=None if cost.amount.bare else cost.amount.high * times,
                                   convention="once" if not cost.per else f"over {horizon_months} months",
                                   derivation=derived("amount × times", {"amount": cost.amount, "times": times}))
        add(f"cost_{i}", cost.name, amount)

    def benefit_of(v: dict) -> np.ndarray:
        if units is None:
            gained = v["base"] * (v["effect"] * v["points"] if reading == "additive" else np.power(1 + v["effect"], v["points"]) - 1)
        else:
            gained = v["units"]
        months = np.maximum(horizon_months - v.get("lag", lag_months), 0.0)
        return gained * v["unit_value"] * v.get("margin", 1.0) * months / 12

    def cost_of(v: dict) -> np.ndarray:
        return sum(v[f"cost_{i}"] for i in range(len(costs)))

    def result_of(v: dict) -> float:
        return benefit_of(v) - (cost_of(v) if costs else 0.0)

    drawn, middle = {p.slug: p.draws for p in parts}, {p.slug: p.value.value for p in parts}
    varies = any(p.low != p.high for p in parts)
    level = interval_level(*(p.value for p in parts)) if varies else None
    kind = "profit" if basis == "profit" or margin is not None else "revenue"
    word = "profit" if kind == "profit" else "net return"
    horizon = f"over {horizon_months} months from the spending, undiscounted"

    slugs, middles = [p.slug for p in parts], {p.slug: p.value for p in parts}
    worded = {part: chain_formula(slugs, reading=reading, horizon_months=horizon_months, part=part) for part in ("benefit", "cost", "return")}

    def estimate(name: str, value: float, draws: np.ndarray, convention: str, unit: str = currency, derivation: Derivation | None = None) -> Estimate:
        value, low, high = summarise(float(value), np.broadcast_to(draws, (size,)), level=level)
        derivation = derivation or worded[name].at(middles)
        return Estimate(value, low, high, level=level, unit=unit, kind="estimated", convention=convention, key=f"{KEY}.{name}",
                        derivation=derivation.by(by_draws(level)))

    gain, gains = benefit_of(middle), benefit_of(drawn)
    benefit = estimate("benefit", gain, gains, f"{kind} {horizon}")
    shared = dict(about="value chain", scenario=scenario, basis=basis, currency=currency, size=size, seed=seed, horizon_months=horizon_months,
                  benefit=benefit, npv=None, chance_of_plan=None, fan=None, records=(), assumptions=(
                      "Agreed ranges are drawn independently of each other; whatever has no range does not vary.",))
    stem, convention = f"{KEY}.driver", f"{word} {horizon}" if costs else f"{kind} {horizon}"
    whole = worded["return" if costs else "benefit"]
    drivers = rank_drivers(parts, result_of, unit=currency, convention=convention, key=stem, challenge=bool(costs), formula=whole)
    shared["as_assumed"] = Estimate(float(result_of(middle)), unit=currency, kind="estimated", convention=f"{convention}, everything as assumed",
                                    key=f"{KEY}.as_assumed", derivation=whole.at(middles))
    if not costs:
        return ValueOutlook(**shared, cost=None, net_return=None, roi_net=None, benefit_cost_ratio=None, payback=None, chance_of_return=None,
                            chance_of_payback=None, drivers=drivers, reason="No cost is stated, so there is a benefit and no return.")
    outlay, outlays = float(cost_of(middle)), np.broadcast_to(cost_of(drawn), (size,))
    net, nets = gain - outlay, gains - outlays
    positive = outlay > 0 and bool((outlays > 0).all())
    cost = estimate("cost", outlay, outlays, f"cost {horizon}")
    both = {"benefit": benefit, "cost": cost}
    repeated = tuple(f"cost_{i}" for i, stated in enumerate(costs) if stated.per)
    return ValueOutlook(
        **shared, cost=cost, net_return=estimate("net_return", net, nets, convention, derivation=derived("benefit − cost", both)),
        roi_net=estimate("roi_net", net / outlay, nets / outlays, "net: (benefit − cost) / cost", "fraction",
                         derived("(benefit − cost) / cost", both)) if positive else None,
        benefit_cost_ratio=estimate("benefit_cost_ratio", gain / outlay, gains / outlays, "gross: benefit / cost", "fraction",
                                    derived("benefit / cost", both)) if positive else None,
        payback=_chain_payback(cost, float(sum(middle[slug] for slug in repeated)), benefit, lag_months, horizon_months), running=repeated,
        chance_of_return=_chance(nets > 0, "return", "P(ROI > 0)", "the benefit is above the cost", ()) if varies and positive else None,
        chance_of_payback=None, drivers=drivers, reason="" if varies else "No assumption has a range, so nothing varies.")


def _basis_of(value: Estimate) -> str:
    if value.bare:
        return "one figure without a range"
    if value.kind == "measured":
        return "measured, its own interval"
    if value.level == 1:
        return "agreed, from least to most"
    return f"agreed range, {format_fraction(value.level or AGREED_LEVEL, 0)}" if value.kind in ("agreed", "assumed") else "estimated, its own interval"


def _remaining(slug: str, word: str, value: float, draws: np.ndarray, record: EstimateRecord, case: ValueCase,
               taken: pd.Series) -> Assumed:
    low, high = (float(q) for q in np.quantile(draws, [(1 - AGREED_LEVEL) / 2, (1 + AGREED_LEVEL) / 2])) if record.varies else (value, value)
    whole = case.to_date is None
    estimate = Estimate(value, *((low, high) if record.varies else (None, None)), level=AGREED_LEVEL if record.varies else None, unit=case.currency,
                        kind="estimated", convention="sum of all estimates" if whole else "sum of the remaining estimates", key=f"{KEY}.driver.{slug}",
                        derivation=Derivation(f"sum of {word}", spans=column_spans(word, taken), method=record.assumption.rstrip(".")))
    basis = {"record": f"record of {record.periods} periods", "declared": f"stated accuracy, ±{format_fraction(record.accuracy or 0)}",
             "exact": "always as estimated so far", "unknown": "no record and no stated accuracy"}[record.basis]
    name = "income" if word == "revenue" and case.basis == "profit" else word  # income less expenditure is the profit
    return Assumed(slug, f"{'All' if whole else 'Remaining'} {name}", estimate, draws, low, high, basis)


def _stated(cost: StatedCost, number: int, whole: float, draws: np.ndarray, currency: str) -> Assumed:
    factor = whole / cost.amount.value if cost.amount.value else 1.0
    ends = (None, None) if cost.amount.bare else (cost.amount.low * factor, cost.amount.high * factor)
    value = Estimate(whole, *ends, level=cost.amount.level, unit=currency, kind=cost.amount.kind, convention="over the whole plan",
                     key=f"{KEY}.driver.cost_{number}", derivation=derived("amount × times", {"amount": cost.amount, "times": factor}))
    low, high = (whole, whole) if cost.amount.bare else ends
    return Assumed(f"cost_{number}", cost.name, value, draws, low, high, _basis_of(cost.amount))


def _of_draws(draws: np.ndarray, level: float | None, *, unit: str, convention: str, key: str, derivation: Derivation) -> Estimate:
    """The median of the draws and their central interval; bare without a level."""
    if level is None or np.ptp(draws) <= 1e-12 * max(1.0, float(np.abs(draws[0]))):
        return Estimate(float(draws[0]), unit=unit, kind="estimated", convention=convention, key=key, derivation=derivation)
    low, middle, high = np.quantile(draws, [(1 - level) / 2, 0.5, (1 + level) / 2])
    return Estimate(float(middle), float(low), float(high), level=level, unit=unit, kind="estimated", convention=f"{convention}, median of the draws", key=key,
                    derivation=derivation)


def _chance(hits: np.ndarray, name: str, convention: str, words: str, records: Sequence[EstimateRecord]) -> Estimate:
    """A share of draws, never exactly 0 or 1: a finite number of draws is no proof."""
    return Estimate(float((hits.sum() + 0.5) / (len(hits) + 1)), n=len(hits), unit="fraction", kind="estimated", convention=convention, key=f"{KEY}.chance_of_{name}",
                    derivation=share_of_draws(words, len(hits), records))


def _chain_payback(cost: Estimate, running: float, benefit: Estimate, lag_months: int, horizon_months: int) -> Estimate | None:
    """When all that was paid out by then has come in: what is paid once at the beginning, running costs and the benefit month by month."""
    if lag_months >= horizon_months:
        return None
    gain, running_cost = benefit.value / (horizon_months - lag_months), running / horizon_months
    if gain <= running_cost:
        return None  # it never comes in
    named = {"lag": lag_months, "horizon": horizon_months, "cost": cost, "running": running, "benefit": benefit}
    return Estimate((cost.value - running + gain * lag_months) / (gain - running_cost), unit="months", kind="estimated", key=f"{KEY}.payback",
                    convention="from the spending, lag included; benefit and running costs even over the months", derivation=derived(
                        "(cost − running + benefit / (horizon − lag) × lag) / (benefit / (horizon − lag) − running / horizon)", named))


def _case_scenario(case: ValueCase) -> str:
    if case.to_date is None:
        return "the plan, with estimates off as far as stated"
    if case.complete:
        return "all actuals, with stated costs within their ranges"
    return f"actuals of {format_number(case.to_date[1].periods)} periods as they are; remaining estimates off as they were so far"
