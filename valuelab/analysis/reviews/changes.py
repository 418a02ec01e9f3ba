"""What changed since the last report: a leading figure of then, brought to that of now by one cause after another."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
import pandas as pd

from valuelab.analysis.reviews.headlines import Headline, money_headline, outcome_headline
from valuelab.formatting import format_estimate, format_fraction, format_value, unit_of_difference
from valuelab.inputs.remembered import as_reported, kept_by
from valuelab.provenance import Derivation, derived
from valuelab.types import (
    BenefitPlan,
    CannotSay,
    CashFlow,
    Customer,
    DirectBenefit,
    Estimate,
    PriceOption,
    Promise,
    Result,
    Target,
)

Cause = Literal["method", "restated data", "new data", "changed assumption", "another date", "not explained", "new figure", "judged anew", "another weight", "indicator added",
                "indicator gone"]
SAME = 1e-9  # relative; the order of additions may change the last bits


@dataclass(frozen=True, slots=True)
class Step(Result):
    """One cause: how far it moved the figure when it was switched, all before it having been switched already.

    ``what``: in words; ``was`` and ``now``: the assumption's two readings, "" for data; ``periods``: those of the data. ``after``: the
    figure once it is switched.
    """

    cause: Cause
    what: str
    change: Estimate
    after: Estimate
    was: str = ""
    now: str = ""
    periods: tuple[pd.Period, ...] = ()


@dataclass(frozen=True, slots=True)
class Changes(Result):
    """A leading figure then and now, and the steps between them, which add up to the difference exactly.

    ``what``: what the figure is. ``since``: date of the last report, "" where last time is what a register says of it. ``steps``: in the order in which they were switched (method, restated
    data, new data, changed assumptions, date asked about); those that moved nothing are left out and stand in ``unmoved`` where they
    did change. ``reason``: why there are no steps although the figure moved; "" where there is none to give.
    """

    key: str
    what: str
    since: str
    then: Estimate
    now: Estimate
    difference: Estimate
    steps: tuple[Step, ...] = ()
    unmoved: tuple[str, ...] = ()
    reason: str = ""

    @property
    def moved(self) -> bool:
        return not same(self.then.value, self.now.value) or bool(self.steps)


@dataclass(frozen=True, slots=True)
class Switch:
    """One input that is another now: ``apply`` puts what it is now in place of what it was."""

    cause: Cause
    what: str
    apply: Callable[[Customer], Customer]
    was: str = ""
    now: str = ""
    periods: tuple[pd.Period, ...] = ()


def same(one: float, other: float) -> bool:
    """Equal but for the last bits."""
    return abs(one - other) <= SAME * max(abs(one), abs(other), 1e-12)


def outcome_changes(customer: Customer, headline: Headline | None) -> Changes | None:
    """What moved where the outcome lands; None without an earlier report, or where it said nothing of this."""
    return _changes(customer, headline, "baseline", outcome_headline, _outcome_switches)


def money_changes(customer: Customer, headline: Headline | None) -> Changes | None:
    """What moved the money that the report leads with; None without an earlier report, or where it said nothing of this."""
    switches = {"cash flow": _flow_switches, "prices": _price_switches, "benefits": _benefit_switches, "gap": _gap_switches}
    return _changes(customer, headline, "value", money_headline, switches[headline.kind] if headline else _gap_switches)


def _changes(customer: Customer, headline: Headline | None, page: str, figure: Callable[..., Headline | None],
             switches: Callable[[Customer, Customer], Iterator[Switch]]) -> Changes | None:
    key = f"changes.{page}"
    published = published_figure(customer, f"{page}.headline")
    if published is None or headline is None:
        return None
    since = str(customer.previous.get("as_of", ""))
    then = published.keyed(f"{key}.then", derivation=Derivation(method=f"As the report as of {since} had it"))
    difference = Estimate(headline.figure.value - then.value, unit=unit_of_difference(headline.figure.unit), kind="estimated", convention="now − then", key=f"{key}.difference",
                          derivation=derived("now − then", {"now": headline.figure.keyed(f"{key}.now"), "then": then}))
    told = Changes(key, headline.what, since, then, headline.figure.keyed(f"{key}.now"), difference)
    if published.unit != headline.figure.unit:
        return replace(told, reason="it was in another unit")
    before = as_reported(customer)
    if isinstance(before, CannotSay):
        return replace(told, reason=before.reason) if told.moved else told
    start = figure(before)
    if start is None or start.kind != headline.kind:
        return replace(told, reason="its figure was about something else")
    walk = _Walk(key, figure, start, published)
    walk.first(customer, before)
    state = before
    for switch in switches(before, customer):
        state = switch.apply(state)
        if not walk.to(switch, state):
            return replace(told, reason=f"with {switch.what} alone it could not have been said")
    walk.last(headline)
    steps = tuple(walk.steps)
    return replace(told, steps=steps, unmoved=tuple(dict.fromkeys([*walk.unmoved, *_other_assumptions(customer, steps, walk.unmoved)])))


class _Walk:
    """From the figure of then to that of now, one switch after another; what is asked about stays the same until the end."""

    def __init__(self, key: str, figure: Callable[..., Headline | None], start: Headline, published: Estimate):
        self.key, self.figure, self.start = key, figure, start
        self.asked: dict[str, Any] = {} if start.end is None else {"end": start.end}
        if start.kind == "gap":
            self.asked["goal"] = start.goal
        self.value = published.value
        self.unit = published.unit
        self.steps: list[Step] = []
        self.unmoved: list[str] = []

    def first(self, now: Customer, before: Customer) -> None:
        """The same inputs, computed by the software of today."""
        kept = kept_by(now) or {}
        was = str(kept.get("software", ""))
        if was != now.software:
            self._step(Switch("method", "the software", lambda c: c, was, now.software), self.start.figure.value)
        else:
            self._step(Switch("not explained", "something that the last report did not keep", lambda c: c), self.start.figure.value)

    def to(self, switch: Switch, state: Customer) -> bool:
        found = self.figure(state, **self.asked)
        if found is None:
            return False
        self._step(switch, found.figure.value)
        return True

    def last(self, headline: Headline) -> None:
        """What the report asks about now."""
        if (headline.end, headline.goal) != (self.start.end, self.start.goal):
            self._step(Switch("another date", "what is asked about", lambda c: c, _asked(self.start), _asked(headline)), headline.figure.value)
        else:
            self._step(Switch("not explained", "something that is not recorded", lambda c: c), headline.figure.value)

    def _step(self, switch: Switch, value: float) -> None:
        if same(value, self.value):
            if switch.cause == "changed assumption":
                self.unmoved.append(switch.what)
            return
        name = f"{self.key}.step.{len(self.steps) + 1}"
        after = Estimate(value, unit=self.unit, kind="estimated", key=f"{name}.after")
        change = Estimate(value - self.value, unit=unit_of_difference(self.unit), kind="estimated", convention=switch.cause, key=name)
        self.steps.append(Step(switch.cause, switch.what, change, after, switch.was, switch.now, switch.periods))
        self.value = value


def _asked(headline: Headline) -> str:
    return f"{headline.goal or 'a year ahead'}, {headline.end}"


def published_figure(customer: Customer, key: str) -> Estimate | None:
    """A figure as the last report published it."""
    figures = (customer.previous or {}).get("figures")
    found = figures.get(key) if isinstance(figures, dict) else None
    try:
        return Estimate(found["value"], found["low"], found["high"], level=found["level"], n=found["n"], unit=found["unit"], kind=found["kind"],
                        convention=found["convention"], source=found["source"], key=key)
    except (TypeError, KeyError, ValueError):
        return None


def _outcome_switches(before: Customer, now: Customer) -> Iterator[Switch]:
    name, then, latest = now.outcome.name, before.outcome.series, now.outcome.series
    changed = [p for p in then.index[then.notna()] if not _equal(then[p], float(latest.get(p, np.nan)))]
    if changed:
        values = then.copy()
        values[changed] = [float(latest.get(p, np.nan)) for p in changed]
        yield Switch("restated data", name, lambda c: _with_outcome(c, series=values), periods=tuple(changed))
    new = [p for p in latest.index[latest.notna()] if np.isnan(then.get(p, np.nan))]
    if new or len(latest) != len(then):
        yield Switch("new data", name, lambda c: _with_outcome(c, series=latest), periods=tuple(new))
    if before.outcome.scale != now.outcome.scale:
        yield Switch("changed assumption", f"{name}: scale", lambda c: _with_outcome(c, scale=now.outcome.scale), _scale(before), _scale(now))
    for word, attribute in (("how it adds up", "total_by"), ("which way is better", "better")):
        was, is_now = getattr(before.outcome, attribute), getattr(now.outcome, attribute)
        if was != is_now:
            yield Switch("changed assumption", f"{name}: {word}", lambda c, a=attribute, v=is_now: _with_outcome(c, **{a: v}), was, is_now)
    yield from _goal_switches(before, now)


def _goal_switches(before: Customer, now: Customer) -> Iterator[Switch]:
    """Goals with another value, and new ones. Goals that are gone stay until the end: the figure may be about one of them."""
    unit = now.outcome.unit
    had = {("target", t.by): t.value for t in before.outcome.targets} | {(p.kind, p.by): p.value for p in _promises(before)}
    for target in now.outcome.targets:
        if not _equal(had.get(("target", target.by), "none"), target.value):
            yield Switch("changed assumption", f"target by {target.by}", lambda c, t=target: _with_target(c, t), _goal_text(had, "target", target.by, unit),
                         _value_text(target.value, unit))
    for promise in _promises(now):
        if not _equal(had.get((promise.kind, promise.by), "none"), promise.value):
            yield Switch("changed assumption", f"{promise.kind} by {promise.by}", lambda c, p=promise: _with_promise(c, p),
                         _goal_text(had, promise.kind, promise.by, unit), _value_text(promise.value, unit))


def _gap_switches(before: Customer, now: Customer) -> Iterator[Switch]:
    yield from _outcome_switches(before, now)
    was, unit = before.unit_value, now.unit_value
    if was.basis != unit.basis:  # a margin belongs to its basis
        yield Switch("changed assumption", "basis of the money per unit", lambda c: replace(c, unit_value=replace(c.unit_value, basis=unit.basis, margin=unit.margin)),
                     was.basis, unit.basis)
    if not _equal(was.value.value, unit.value.value):
        yield Switch("changed assumption", f"Money per unit of {now.outcome.name}", lambda c: replace(c, unit_value=replace(c.unit_value, value=unit.value)),
                     format_estimate(was.value), format_estimate(unit.value))
    margins = (was.margin and was.margin.value, unit.margin and unit.margin.value)
    if was.basis == unit.basis and not _equal(*margins):
        yield Switch("changed assumption", "Margin: profit of revenue", lambda c: replace(c, unit_value=replace(c.unit_value, margin=unit.margin)),
                     *("none" if m is None else format_fraction(m) for m in margins))


def _flow_switches(before: Customer, now: Customer) -> Iterator[Switch]:
    was, flows = before.cash_flow, now.cash_flow
    columns = list(dict.fromkeys([*was.table, *flows.table]))
    actual = [c for c in columns if c.endswith("_act")]
    both = was.table.index.union(flows.table.index)
    then, latest = was.table.reindex(both, columns=columns), flows.table.reindex(both, columns=columns)
    restated = then[actual].notna() & ~(np.isclose(then[actual], latest[actual], rtol=SAME, atol=0))
    if restated.any(axis=None):
        corrected = then.assign(**{c: then[c].where(~restated[c], latest[c]) for c in actual})
        yield Switch("restated data", "actual amounts", lambda c: _with_flows(c, table=corrected.loc[was.table.index]),
                     periods=tuple(both[restated.any(axis=1).to_numpy()]))
    fresh = latest[actual].notna() & then[actual].isna()
    if fresh.any(axis=None) or flows.as_of != was.as_of:
        brought = then.assign(**{c: latest[c] for c in actual})
        yield Switch("new data", "actual amounts", lambda c: _with_flows(c, table=brought, as_of=flows.as_of),
                     periods=tuple(both[fresh.any(axis=1).to_numpy()]))
    for column in columns:
        if column in actual or _same_columns(then[column], latest[column]):
            continue
        name = f"estimated {column.removesuffix('_est').replace('_', ' ')}"
        yield Switch("changed assumption", name, lambda c, k=column: _with_flows(c, table=c.cash_flow.table.reindex(both).assign(**{k: latest[k]})),
                     format_value(float(then[column].sum()), now.currency), format_value(float(latest[column].sum()), now.currency))
    if _costs(was) != _costs(flows):
        yield Switch("changed assumption", "stated costs", lambda c: _with_flows(c, costs=flows.costs), _cost_text(was, now.currency), _cost_text(flows, now.currency))
    if was.basis != flows.basis:
        yield Switch("changed assumption", "basis of the cash flow", lambda c: _with_flows(c, basis=flows.basis), was.basis, flows.basis)


def _price_switches(before: Customer, now: Customer) -> Iterator[Switch]:
    for attribute, name in (("price", "Price today"), ("volume", "Volume a year today"), ("profit_per_unit", "Profit per unit today")):
        was, is_now = getattr(before.direct_benefit, attribute), getattr(now.direct_benefit, attribute)
        if not _equal(was.value, is_now.value):
            yield Switch("changed assumption", name, lambda c, a=attribute, v=is_now: _with_offer(c, **{a: v}), format_estimate(was), format_estimate(is_now))
    had = {o.name: o for o in before.direct_benefit.options}
    for option in now.direct_benefit.options:
        if had.get(option.name) != option:
            yield Switch("changed assumption", f"{option.name}: price and volume", lambda c, o=option: _with_option(c, o),
                         _option_text(had.get(option.name)), _option_text(option))
    if gone := set(had) - {o.name for o in now.direct_benefit.options}:
        yield Switch("changed assumption", f"options no longer there: {', '.join(sorted(gone))}", lambda c: _with_offer(c, options=now.direct_benefit.options))
    if before.strategy != now.strategy:
        yield Switch("changed assumption", "strategy", lambda c: replace(c, strategy=now.strategy), before.strategy, now.strategy)


def _benefit_switches(before: Customer, now: Customer) -> Iterator[Switch]:
    had = {plan.name: plan for plan in before.benefits}
    for plan in now.benefits:
        if _benefit_text(had.get(plan.name)) != _benefit_text(plan):
            yield Switch("changed assumption", plan.name, lambda c, p=plan: replace(c, benefits=tuple(p if b.name == p.name else b for b in c.benefits) + (
                () if any(b.name == p.name for b in c.benefits) else (p,))), _benefit_text(had.get(plan.name)), _benefit_text(plan))
    if gone := set(had) - {plan.name for plan in now.benefits}:
        yield Switch("changed assumption", f"benefits no longer there: {', '.join(sorted(gone))}", lambda c: replace(c, benefits=now.benefits))
    if before.strategy != now.strategy:
        yield Switch("changed assumption", "strategy", lambda c: replace(c, strategy=now.strategy), before.strategy, now.strategy)


def _benefit_text(plan: BenefitPlan | None) -> str:
    if plan is None:
        return "none"
    parts = {**plan.figures, "cost": plan.cost, "cost a year": plan.cost_per_year}
    return "; ".join([f"{name} {format_estimate(figure)}" for name, figure in parts.items() if figure is not None]
                     + [f"{plan.years:g} years, starting after {plan.starts_after_months} months"])


def _costs(flows: CashFlow) -> list[tuple[str, float, str]]:
    return [(c.name, c.amount.value, c.per) for c in flows.costs]


def _cost_text(flows: CashFlow, currency: str) -> str:
    return "; ".join(f"{name} {format_value(amount, currency)}{f' a {per}' if per else ''}" for name, amount, per in _costs(flows)) or "none"


def _other_assumptions(customer: Customer, steps: tuple[Step, ...], unmoved: list[str]) -> Iterator[str]:
    """Lines of the assumptions log that are others now, and are no switch of this figure."""
    kept = (kept_by(customer) or {}).get("assumptions")
    rows = [row for row in kept if isinstance(row, dict)] if isinstance(kept, list) else []
    had, has = {str(row.get("name")): row.get("text") for row in rows}, {a.name: a.text for a in customer.assumptions}
    told = {step.what for step in steps} | set(unmoved)
    for name in dict.fromkeys([*has, *had]):
        if had.get(name) != has.get(name) and name not in told:
            yield name


def _promises(customer: Customer) -> list[Promise]:
    return [p for p in customer.promises if p.measure == customer.outcome.name]


def _with_outcome(customer: Customer, **changes: Any) -> Customer:
    return replace(customer, outcome=replace(customer.outcome, **changes))


def _with_target(customer: Customer, target: Target) -> Customer:
    return _with_outcome(customer, targets=(*(t for t in customer.outcome.targets if t.by != target.by), target))


def _with_promise(customer: Customer, promise: Promise) -> Customer:
    others = tuple(p for p in customer.promises if (p.kind, p.measure, p.by) != (promise.kind, promise.measure, promise.by))
    return replace(customer, promises=(*others, promise))


def _with_flows(customer: Customer, **changes: Any) -> Customer:
    flows: CashFlow = customer.cash_flow
    return replace(customer, cash_flow=replace(flows, **{"dates": (), **changes}))


def _with_offer(customer: Customer, **changes: Any) -> Customer:
    offer: DirectBenefit = customer.direct_benefit
    return replace(customer, direct_benefit=replace(offer, **changes))


def _with_option(customer: Customer, option: PriceOption) -> Customer:
    """The option in its place, or behind the others where it is new."""
    options = {o.name: o for o in customer.direct_benefit.options} | {option.name: option}
    return _with_offer(customer, options=tuple(options.values()))


def _equal(one: Any, other: Any) -> bool:
    if isinstance(one, float) and isinstance(other, float):
        return (np.isnan(one) and np.isnan(other)) or same(one, other)
    return one == other


def _same_columns(one: pd.Series, other: pd.Series) -> bool:
    return bool(np.isclose(one, other, rtol=SAME, atol=0, equal_nan=True).all())


def _scale(customer: Customer) -> str:
    scale = customer.outcome.scale
    return "none" if scale is None else f"{scale[0]:g} to {scale[1]:g}"


def _goal_text(had: dict, kind: str, by: pd.Period, unit: str) -> str:
    return _value_text(had[kind, by], unit) if (kind, by) in had else "none"


def _value_text(value: float | None, unit: str) -> str:
    return "to be announced" if value is None else format_value(value, unit)


def _option_text(option: PriceOption | None) -> str:
    return "none" if option is None else f"price {format_fraction(option.price_change)}, volume {format_fraction(option.volume_change)}"
