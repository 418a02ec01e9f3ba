"""One benefit claimed through two chains: which chains end in the same money, and what is left when it is counted once."""

from __future__ import annotations

from dataclasses import dataclass, replace

from valuelab.analysis.prices import PriceEffect
from valuelab.analysis.reviews.baseline import BaselineReview
from valuelab.analysis.reviews.goals import goals_of, starting_level
from valuelab.analysis.value_case import ValueCase
from valuelab.analysis.value_chain import value_chain, value_of_units
from valuelab.provenance import derived
from valuelab.types import CannotSay, Customer, Estimate, Measure, Result

RANK = {"promised": 0, "expected": 1, "target": 2}


@dataclass(frozen=True, slots=True)
class Claim(Result):
    """One benefit as it is claimed somewhere in a report.

    ``name``: of what. ``chain``: the way to the money, from left to right. ``ends_in``: where it arrives. ``claimed``: the amount; ``counted``:
    what is left of it when each amount is counted once. ``inside``: the claim that holds it already, "" for the one that is counted.
    """

    name: str
    chain: tuple[str, ...]
    ends_in: str
    claimed: Estimate
    counted: Estimate
    inside: str = ""


@dataclass(frozen=True, slots=True)
class Claims(Result):
    """Claims of which at least two end in the same money; ``together``: all of them added up, ``once``: each amount counted once.

    The firmest claim stands: a cash flow (dated, with actuals) before the outcome itself, the outcome before what indicators would do to it.
    """

    rows: tuple[Claim, ...]
    together: Estimate
    once: Estimate


def review_claims(customer: Customer, review: BaselineReview | CannotSay | None, case: ValueCase | None,
                  best: PriceEffect | None) -> Claims | None:
    """Claims that would count the same money twice, netted; None where there are none."""
    outcome, unit = customer.outcome, customer.unit_value
    claims: list[Claim] = []
    if outcome is not None and unit is not None and outcome.total_by == "sum" and isinstance(review, BaselineReview) and review.base is not None:
        ends_in = f"{unit.basis} from {outcome.name}"
        claims += _of_outcome(customer, outcome, review.base, ends_in)
        claims += _of_indicators(customer, outcome, review.base, ends_in)
        if case is not None and case.basis == unit.basis and case.estimated.revenue.value > 0:
            whole = case.estimated.revenue
            claims.insert(0, _claim("Cash flow, as planned", ("cash flow",), ends_in, whole, 0))
        if best is not None and _same_units(customer, outcome):
            worth = best.net if unit.basis == "profit" else best.revenue_change
            if worth is not None and worth.value > 0:
                claims.append(_claim(f"Price option “{best.name}”", ("price and volume", outcome.name), ends_in, worth, 90))
    if len(claims) < 2:
        return None
    first = claims[0]
    if len({c.chain[0] for c in claims}) < 2:
        return None
    if not first.name.startswith("Cash flow") and first.chain != (outcome.name,):  # only what-ifs of indicators: the largest holds the others
        claims.sort(key=lambda c: -c.claimed.value)
        first = claims[0]
    rows = (first, *(replace(c, inside=first.name, counted=_counted(c.claimed, 0.0)) for c in claims[1:]))
    total = sum(c.claimed.value for c in rows)
    named = {f"claim {i}": c.claimed for i, c in enumerate(rows, 1)}
    together = Estimate(total, kind="estimated", unit=customer.currency, convention="claims added up", key="claims.together",
                        derivation=derived(" + ".join(named), named))
    once = Estimate(first.claimed.value, kind="estimated", unit=customer.currency, convention="each amount counted once", key="claims.once",
                    derivation=derived("claimed", {"claimed": first.claimed}))
    return Claims(rows, together, once)


def _claim(name: str, chain: tuple[str, ...], ends_in: str, money: Estimate, number: int) -> Claim:
    claimed = Estimate(money.value, kind="estimated", unit=money.unit, convention=money.convention, key=f"claims.{number}.claimed",
                       derivation=money.derivation)
    return Claim(name, chain, ends_in, claimed, _counted(claimed, 1.0))


def _counted(claimed: Estimate, share: float) -> Estimate:
    """A claim as it counts: whole, or not at all where another one holds it."""
    return Estimate(claimed.value * share, kind="estimated", unit=claimed.unit, convention=claimed.convention, key=claimed.key.replace(".claimed", ".counted"),
                    derivation=derived("claimed × share", {"claimed": claimed, "share": share}))


def _of_outcome(customer: Customer, outcome: Measure, base: Estimate, ends_in: str) -> list[Claim]:
    """Reaching the goal that is owed first: an expectation or target of the same months holds the promise inside it."""
    now = outcome.series.index[-1]
    goals = [g for g in goals_of(customer, outcome) if g.value is not None and g.end > now]
    goal = min(goals, key=lambda g: (RANK[g.kind], g.end), default=None)
    if goal is None:
        return []
    sign = 1 if outcome.better == "higher" else -1
    units = sign * (goal.value - base.value)
    unit = customer.unit_value
    worth = value_of_units(units, unit_value=unit.value.value, basis=unit.basis, currency=customer.currency)
    money = worth.revenue or worth.profit
    words = {"promised": "promise", "expected": "expectation"}.get(goal.kind, goal.kind)
    return [_claim(f"{outcome.name}: the {words} by {goal.end}", (outcome.name,), ends_in, money, 1)] if money.value > 0 else []


def _of_indicators(customer: Customer, outcome: Measure, base: Estimate, ends_in: str) -> list[Claim]:
    """What each agreed conversion says: the points to the indicator's own goal, or one point where it has none."""
    claims, unit = [], customer.unit_value
    for number, agreed in enumerate(customer.conversions, 2):
        measure = customer.indicators.get(agreed.indicator)
        if measure is None or base.value <= 0:
            continue
        points, what = 1.0 if measure.better == "higher" else -1.0, "one point more" if measure.better == "higher" else "one point less"
        level, _ = starting_level(customer, measure, None)
        goals = [g for g in goals_of(customer, measure) if g.value is not None]
        goal = min(goals, key=lambda g: (RANK[g.kind], g.end), default=None)
        if goal is not None and level is not None and goal.value != level.value:
            points, what = goal.value - level.value, f"the way to its goal by {goal.end}"
        chain = value_chain(points, effect_per_point=agreed.effect.value, reading=agreed.reading, current_units=base.value,
                            unit_value=unit.value.value, basis=unit.basis, currency=customer.currency)
        money = chain.revenue or chain.profit
        if money.value > 0:
            claims.append(_claim(f"{agreed.indicator}: {what}", (agreed.indicator, outcome.name), ends_in, money, number))
    return claims


def _same_units(customer: Customer, outcome: Measure) -> bool:
    """True where the units that a price option sells are those that the outcome counts."""
    sold = customer.direct_benefit.volume.unit.casefold().split()[0].rstrip("s") if customer.direct_benefit.volume.unit else ""
    return bool(sold) and sold == outcome.unit.casefold().rstrip("s")
