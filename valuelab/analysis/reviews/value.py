"""Notebook 04: what is it worth, and does it pay?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd

from valuelab.analysis.conversion import Conversion
from valuelab.analysis.direct_benefits import BenefitEffect, benefit_effect, rank_benefits
from valuelab.analysis.prices import PriceEffect, compare_prices
from valuelab.analysis.reviews.baseline import BaselineReview, review_baseline
from valuelab.analysis.reviews.changes import Changes, money_changes
from valuelab.analysis.reviews.claims import Claims, review_claims
from valuelab.analysis.reviews.conversion import ConversionReview, IndicatorConversion, review_conversion
from valuelab.analysis.reviews.headlines import Headline, best_price, money_headline
from valuelab.analysis.reviews.ledger import Ledger, review_promises
from valuelab.analysis.reviews.outlooks import GoalOutlook
from valuelab.analysis.sampling import draw, interval_level
from valuelab.analysis.value_case import ValueCase, value_case
from valuelab.analysis.value_chain import (
    CostRoom,
    UnitsWorth,
    ValueChain,
    by_draws,
    cost_room,
    summed_up,
    value_of_units,
)
from valuelab.analysis.value_outlook import ValueOutlook, case_outlook, chain_outlook
from valuelab.analysis.what_if import WhatIf, case_what_if, chain_what_if
from valuelab.formatting import format_number, format_value, is_money
from valuelab.inputs.handed import remembered
from valuelab.provenance import derived
from valuelab.types import CannotSay, Customer, Estimate, Result, StatedCost, UnitValue


@dataclass(frozen=True, slots=True)
class MoneyGoal(Result):
    """A goal in money: ``units`` over the base (or what is still missing), worth ``revenue`` and, with a margin, ``profit``.

    ``what``: "reach" (goal − base) or "gap" (goal − projected, kind estimated). Revenue is None where the basis is profit.
    """

    name: str
    what: str
    outlook: GoalOutlook
    units: Estimate
    revenue: Estimate | None
    profit: Estimate | None

    @property
    def money(self) -> Estimate:
        """Profit where it is known, else revenue; the convention says which."""
        return self.profit or self.revenue


@dataclass(frozen=True, slots=True)
class GoalChance(Result):
    """The chance that a dated goal is reached if nothing changes; ``missed``: its last period is over and it was not reached."""

    kind: str
    end: pd.Period
    value: Estimate
    chance: Estimate | None
    settled: bool
    reached: bool | None
    decides: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class ValueReview(Result):
    """What notebook 04 says; parts are None or empty where the customer's params do not have them.

    ``reach``: what reaching each goal is worth over the base. ``gaps``: what the projected shortfalls are worth.
    ``point``: one more point of the first agreed or measured indicator. ``room``: what the initiative may cost and still pay, for the
    main goal (``room_for`` names it), where no cost is stated. ``best_price``: the option with the highest net profit (strategy
    profit) or the highest volume (growth). ``at_risk``: money at risk, its convention says which rule.
    ``outlook``: how sure the return is, what matters most and where it turns negative (``value_outlook``); of the cash flow where there is
    one, else of the main goal's value chain; None where nothing is left to vary. ``what_if``: the assumptions of ``outlook`` that may be
    moved, and what follows; None where none is in doubt. ``chances``: of every dated goal with a value. ``costs``:
    what is stated of the initiative's cost. ``benefits``: direct benefits other than a price, in the order that the strategy reads them;
    ``beyond``: the net (without a cost the benefit) of ``outlook`` counted from what the projection brings anyway instead of from the base.
    ``leads``: which of price and benefits the strategy puts first, "price", "benefit" or "".
    """

    LEAVE_OUT: ClassVar[tuple[str, ...]] = ("case", "room", "conversions", "what_if")  # shown by themselves
    customer: str
    currency: str
    strategy: str
    roi_convention: str
    as_of: pd.Period
    case: ValueCase | CannotSay | None
    prices: tuple[PriceEffect, ...]
    best_price: PriceEffect | None
    best_over: tuple[str, Estimate] | None  # the runner-up by net profit, and how much more the best one brings
    unit_value: UnitValue | None
    unit: str
    base: Estimate | None
    base_text: str
    base_revenue: Estimate | None
    reach: tuple[MoneyGoal, ...]
    gaps: tuple[MoneyGoal, ...]
    half_gap_money: Estimate | None
    point: ValueChain | None
    point_of: str
    lag_months: int
    room: CostRoom | CannotSay | None
    room_for: str
    at_risk: Estimate | None
    status: str
    reason: str
    warnings: tuple[str, ...] = ()
    headline: Headline | None = None  # the figure that the next report is held against
    changes: Changes | None = None  # since the last report, None without one
    outlook: ValueOutlook | None = None
    beyond: Estimate | None = None
    what_if: WhatIf | None = None
    chances: tuple[GoalChance, ...] = ()
    costs: tuple[StatedCost, ...] = ()
    benefits: tuple[BenefitEffect, ...] = ()
    leads: str = ""
    ledger: Ledger | None = None  # what was promised, expected and planned
    claims: Claims | None = None  # benefits claimed through several chains
    outcome: str = ""
    conversions: tuple[IndicatorConversion, ...] = ()  # what a point of each indicator is worth, agreed and measured


    @property
    def main(self) -> MoneyGoal | None:
        """The goal that the report is about: the first promise, else the first that is open."""
        return _main(self.reach)

    @property
    def main_chance(self) -> Estimate | None:
        """The chance that ``main`` is reached if nothing changes, where it can be said."""
        return self.main.outlook.chance if self.main is not None else None


@remembered
def review_value(customer: Customer) -> ValueReview | CannotSay:
    """What it is worth and whether it pays, from cash flows, goals in money and price options, as far as each is given.

    Nothing is called profit unless the basis is profit or a margin is agreed. Without a stated cost there is no ROI: the result
    then says what the initiative may cost and still pay.
    """
    case = outlook = None
    if customer.cash_flow is not None:
        case = value_case(customer.cash_flow, currency=customer.currency, within=customer.on_track_within)
        outlook = case_outlook(customer.cash_flow, case) if isinstance(case, ValueCase) else None
    prices = compare_prices(customer.direct_benefit, currency=customer.currency) if customer.direct_benefit else ()
    benefits = rank_benefits([benefit_effect(plan, currency=customer.currency) for plan in customer.benefits], customer.strategy)
    baseline = review_baseline(customer) if customer.outcome is not None else None
    worth = _worth(customer, baseline)
    ledger = review_promises(customer, getattr(baseline, "effect", None), case if isinstance(case, ValueCase) else None,
                             outlook.chance_of_plan if outlook is not None else None)
    best = best_price(prices, customer.strategy) if prices else None
    claims = review_claims(customer, baseline, case if isinstance(case, ValueCase) else None, best)
    if case is None and not prices and not benefits and not worth["reach"] and not worth["gaps"] and ledger is None and claims is None:
        return CannotSay("there is nothing to put in money", "Add `unit_value`, `cash_flow`, `direct_benefit` or `benefits` to the params.")
    status, reason = "", ""
    if isinstance(case, ValueCase):
        status, reason = case.status, case.reason
    elif isinstance(case, CannotSay):
        status, reason = "cannot say", case.reason
    headline = money_headline(customer)
    if outlook is not None:
        worth |= dict(outlook=outlook, what_if=case_what_if(customer.cash_flow, case, outlook))
    return ValueReview(
        customer=customer.name, currency=customer.currency, strategy=customer.strategy, roi_convention=customer.roi_convention,
        as_of=customer.as_of, case=case, prices=prices, best_price=best, best_over=_over(best, prices, customer.currency), unit_value=customer.unit_value,
        unit=customer.outcome.unit if customer.outcome else "", outcome=customer.outcome.name if customer.outcome else "", status=status, reason=reason,
        warnings=getattr(case, "warnings", ()) or (), headline=headline,
        changes=money_changes(customer, headline), costs=customer.costs, ledger=ledger, claims=claims,
        benefits=benefits, leads=_leads(best, benefits, customer.strategy), **worth,
    )


def _leads(best: PriceEffect | None, benefits: tuple[BenefitEffect, ...], strategy: str) -> str:
    """Growth reads about customers first: those who stay, then the price that keeps them. Profit reads the larger profit a year first."""
    if best is None or not benefits:
        return "price" if best is not None else "benefit" if benefits else ""
    if strategy == "growth":
        return "benefit" if benefits[0].kept is not None else "price"
    return "benefit" if benefits[0].per_year.value > best.net.value else "price"


def _over(best: PriceEffect | None, prices: tuple[PriceEffect, ...], currency: str) -> tuple[str, Estimate] | None:
    others = [p for p in prices if p is not best]
    if best is None or not others:
        return None
    second = max(others, key=lambda p: p.net.value)
    return second.name, Estimate(best.net.value - second.net.value, kind="estimated", unit=currency, convention="annual profit",
                                 key="direct_benefit.best_over", derivation=derived("best − second", {"best": best.net, "second": second.net}))


def _worth(customer: Customer, review: BaselineReview | CannotSay | None) -> dict:
    """The parts of a ValueReview that come from units times money; all empty where there is no outcome or unit value."""
    nothing = dict(base=None, base_text="", base_revenue=None, reach=(), gaps=(), half_gap_money=None, point=None, point_of="",
                   lag_months=0, room=None, room_for="", at_risk=_at_risk(customer, None, ()), outlook=None, what_if=None, chances=(), conversions=())
    unit = customer.unit_value
    if customer.outcome is None or unit is None:
        return nothing
    if not isinstance(review, BaselineReview) or review.base is None or customer.outcome.total_by != "sum":
        return nothing
    base = review.base
    open_goals = [o for o in review.goals if o.value is not None and not o.settled]
    reach = tuple(_money(o, "reach", base, unit, customer) for o in open_goals)
    gaps = tuple(_money(o, "gap", o.projected, unit, customer) for o in open_goals if o.projected is not None)
    half = next((o.gap.difference for o in open_goals if o.gap is not None), None)
    point, point_of, lag = None, "", 0
    conversions = review_conversion(customer)
    if isinstance(conversions, ConversionReview) and conversions.items:
        first = conversions.items[0]
        point, point_of, lag = first.worth_agreed or first.worth_measured, first.indicator, first.lag_months
    room, room_for = None, ""
    main = _main(reach)
    if main is not None and customer.cash_flow is None and not customer.costs:
        room, room_for = cost_room(main.money, lag_months=lag, horizon_months=customer.cost_horizon_months), main.name
    outlook = what_if = beyond = None
    if main is not None and customer.cash_flow is None and main.units.value > 0:
        outlook, reading = _chain(customer, main, base, conversions)
        beyond = _beyond(outlook, next((g for g in gaps if g.outlook is main.outlook), None), lag)
        what_if = chain_what_if(outlook, reading=reading, lag_months=lag, per_year=main.money, room=getattr(room, "break_even_cost", None))
    half_money = None if half is None else _in_money(half, unit, customer, "money.half_gap")
    return dict(
        base=base, base_text=review.base_text, reach=reach, gaps=gaps, point=point, point_of=point_of, lag_months=lag,
        base_revenue=_in_money(base, unit, customer, "money.base").revenue,
        half_gap_money=half_money and (half_money.revenue or half_money.profit),
        room=room, room_for=room_for, at_risk=_at_risk(customer, review, gaps), outlook=outlook, what_if=what_if,
        conversions=conversions.items if isinstance(conversions, ConversionReview) else (), beyond=beyond,
        chances=tuple(GoalChance(o.goal.kind, o.goal.end, o.value, o.chance, o.settled, o.reached, o.goal.decides) for o in review.goals
                      if o.value is not None),
    )


def _main(reach: tuple[MoneyGoal, ...]) -> MoneyGoal | None:
    return next((m for m in reach if m.outlook.goal.kind == "promised"), reach[0] if reach else None)


def _chain(customer: Customer, main: MoneyGoal, base: Estimate, conversions: ConversionReview | CannotSay) -> tuple[ValueOutlook, str]:
    """(the main goal's value chain, its reading): through the points that it needs where there is a conversion, else the units themselves."""
    unit = customer.unit_value
    item = conversions.items[0] if isinstance(conversions, ConversionReview) and conversions.items else None
    goal = f"the {main.outlook.goal.kind} value" if main.outlook.goal.kind != "target" else "the target"
    shared = dict(base=base, unit_value=unit.value, basis=unit.basis, margin=unit.margin, costs=customer.costs,
                  lag_months=item.lag_months if item else 0, horizon_months=customer.cost_horizon_months, currency=customer.currency)
    needed = next((p for p in item.needed if p.goal is main.outlook.goal or p.goal.key == main.outlook.goal.key), None) if item else None
    reading = item.agreed.reading if item and item.agreed else "additive" if item and isinstance(item.measured, Conversion) and item.measured.model == "linear" else "compound"
    points = None if needed is None or isinstance(needed.needed, CannotSay) else getattr(needed.needed, reading).points
    if points is None or points.value <= 0 or customer.outcome.better != "higher":
        return chain_outlook(points=None, effect=None, units=main.units.keyed("outlook.units"),
                             scenario=f"{goal} of {_words(main.outlook.value)} is reached", **shared), reading
    draws = None
    if item.agreed is None and isinstance(item.measured, Conversion) and item.measured.model == "log" and item.measured.belief is not None:
        draws = np.expm1(item.measured.draws(20_000))
    scenario = (f"{item.indicator} rises by the {format_number(points.value)} points that {goal} of {_words(main.outlook.value)} needs "
                f"at the {'agreed' if item.agreed else 'measured'} effect")
    bare = points.keyed("outlook.points", low=None, high=None, level=None)
    return chain_outlook(points=bare, effect=item.effect_used, effect_draws=draws, reading=reading, indicator=item.indicator, scenario=scenario, **shared), reading


def _beyond(outlook: ValueOutlook, gap: MoneyGoal | None, lag_months: int) -> Estimate | None:
    """What is left of a value chain when only what the projection does not bring anyway is counted as its benefit."""
    if gap is None or gap.units.value <= 0:
        return None  # without a projection, or where it reaches the goal by itself
    kind = "profit" if gap.profit is not None else "revenue"
    months, rng = max(0.0, outlook.horizon_months - lag_months), np.random.default_rng(outlook.seed)
    gained = draw(gap.money, outlook.size, rng) * months / 12
    spent = 0.0 if outlook.cost is None else draw(outlook.cost, outlook.size, rng)
    named = {"missing a year": gap.money, "horizon": outlook.horizon_months, "lag": lag_months} | ({} if outlook.cost is None else {"cost": outlook.cost})
    level = interval_level(gap.money, *([] if outlook.cost is None else [outlook.cost]))
    value = gap.money.value * months / 12 - (0.0 if outlook.cost is None else outlook.cost.value)
    return summed_up(value, gained - spent, level, unit=outlook.currency, key="outlook.beyond",
                     convention=f"{kind} over {outlook.horizon_months} months, counted from the projection",
                     derivation=derived("missing a year × (horizon − lag) / 12" + ("" if outlook.cost is None else " − cost"), named, method=by_draws(level)))


def _words(figure: Estimate) -> str:
    """Money as money; another figure without its unit, which the goal's name has."""
    return format_value(figure.value, figure.unit) if is_money(figure.unit) else format_number(figure.value)


def _money(outlook: GoalOutlook, what: str, start: Estimate, unit: UnitValue, customer: Customer) -> MoneyGoal:
    """Goal minus ``start``, in units, revenue and profit, uncertainty carried through."""
    sign = 1 if customer.outcome.better == "higher" else -1
    key = f"money.{outlook.goal.key}.{what}"
    low, high = (None, None) if start.bare else sorted((sign * (outlook.goal.value - start.high), sign * (outlook.goal.value - start.low)))
    words = "goal − base" if what == "reach" else "goal − projected"
    units = Estimate(sign * (outlook.goal.value - start.value), low, high, level=start.level, kind="agreed" if what == "reach" else start.kind,
                     unit=customer.outcome.unit, convention=words, key=f"{key}.units",
                     derivation=derived(words if sign > 0 else " − ".join(reversed(words.split(" − "))), {"goal": outlook.value, words.removeprefix("goal − "): start}))
    worth = _in_money(units, unit, customer, key)
    return MoneyGoal(f"{outlook.goal.kind} {outlook.goal.end}", what, outlook, units, worth.revenue, worth.profit)


def _in_money(units: Estimate, unit: UnitValue, customer: Customer, key: str) -> UnitsWorth:
    return value_of_units(units, unit_value=unit.value, basis=unit.basis, margin=unit.margin, currency=customer.currency, key=key)


def _contract(customer: Customer, value: float) -> float | Estimate:
    """The contract value as the assumptions have it."""
    return next((a.estimate for a in customer.assumptions if a.estimate is not None and a.estimate.key == "assumptions.renewal.contract_value"), value)


def _at_risk(customer: Customer, review: BaselineReview | None, gaps: tuple[MoneyGoal, ...]) -> Estimate | None:
    """Contract value × P(promise not kept); without a contract value the promise's shortfall in money."""
    promised = [o for o in review.goals if o.goal.kind == "promised" and o.chance is not None] if review else []
    if not promised:
        return None
    worst = min(promised, key=lambda o: o.chance.value)
    contract = customer.renewal.contract_value if customer.renewal else None
    if contract is not None:
        times = {"a week": 52, "a month": 12, "a quarter": 4}.get(customer.renewal.per, 1)
        each = "" if times == 1 else f", {times} a year"
        formula, named = ("contract value × (1 − chance)", {}) if times == 1 else ("contract value × times a year × (1 − chance)", {"times a year": times})
        return Estimate(contract * times * (1 - worst.chance.value), kind="estimated", unit=customer.currency,
                        convention=f"contract value{each} × probability that the promise is not kept", key="money.at_risk",
                        derivation=derived(formula, {"contract value": _contract(customer, contract), "chance": worst.chance, **named}))
    gap = next((g for g in gaps if g.outlook is worst), None)
    if gap is None or gap.units.value <= 0:
        return None
    return gap.money.keyed("money.at_risk", convention=f"the promise's shortfall, {gap.money.convention}")


