"""The one figure that a report leads with: where the outcome lands; what the money comes to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from valuelab.analysis.direct_benefits import benefit_effect, rank_benefits
from valuelab.analysis.prices import PriceEffect, compare_prices
from valuelab.analysis.projection import Projection, project
from valuelab.analysis.reviews.goals import Goal, goals_of, leading_goal
from valuelab.analysis.reviews.outlooks import project_ahead, year_of
from valuelab.analysis.value_case import ValueCase, value_case
from valuelab.analysis.value_chain import value_of_units
from valuelab.types import Customer, Estimate, Measure, Result

MoneyKind = Literal["cash flow", "prices", "benefits", "gap"]


@dataclass(frozen=True, slots=True)
class Headline(Result):
    """A leading figure and what it is of.

    ``kind``: "outcome" | "cash flow" | "prices" | "gap". ``what``: in words. ``end``: the last of the periods that it is about, None where
    it is about no date; ``goal``: kind of the goal at that end ("" without one).
    """

    kind: str
    what: str
    figure: Estimate
    end: pd.Period | None = None
    goal: str = ""


def asked_of(goals: tuple[Goal, ...], measure: Measure, projection: Projection) -> tuple[pd.Period, Goal | None]:
    """(last period that the headline is about, its goal): the leading goal's where it can be projected, else a year from now."""
    now = measure.series.index[-1]
    lead = leading_goal(goals, now)
    if lead is not None and lead.value is not None and lead.start >= projection.history.index[0] and lead.end <= _last(projection):
        return lead.end, lead
    return now + year_of(measure), None


def landing(measure: Measure, projection: Projection, end: pd.Period) -> Estimate | None:
    """Where the measure lands in the year that ends in ``end`` (a sum) or in ``end`` (a level); None where that is not known or projected."""
    periods = pd.period_range(end - (year_of(measure) - 1 if measure.total_by == "sum" else 0), end)
    if periods[0] < projection.history.index[0] or end > _last(projection):
        return None
    return projection.total(periods)


def outcome_headline(customer: Customer, *, end: pd.Period | None = None) -> Headline | None:
    """Where the outcome lands: against its leading goal, or in a year; ``end`` asks about another date."""
    measure = customer.outcome
    if measure is None or not len(measure.series):
        return None
    goals = goals_of(customer, measure)
    projection = project_ahead(measure, goals)
    if not isinstance(projection, Projection):
        return None
    chosen, goal = asked_of(goals, measure, projection)
    if end is not None and end != chosen:
        chosen, goal = end, None
        if chosen > _last(projection):
            projection = project(measure, through=chosen, total_by=measure.total_by)
    total = landing(measure, projection, chosen)
    if total is None:
        return None
    return Headline("outcome", f"{measure.name} ({total.convention})", total.keyed("baseline.headline"), chosen, goal.kind if goal else "")


def money_kind(customer: Customer) -> MoneyKind | None:
    """What a customer's money is about, the firmest first."""
    if customer.cash_flow is not None:
        return "cash flow"
    if customer.direct_benefit is not None and customer.direct_benefit.options:
        return "prices"
    if customer.benefits:
        return "benefits"
    return "gap" if customer.outcome is not None and customer.unit_value is not None and customer.outcome.total_by == "sum" else None


def money_headline(customer: Customer, *, end: pd.Period | None = None, goal: str = "") -> Headline | None:
    """What the money comes to: the forecast at completion of a cash flow; or the best price option; or the goal's projected gap in money.

    ``end`` and ``goal`` ask about the goal of that kind and date in place of the leading one.
    """
    match money_kind(customer):
        case "cash flow":
            case = value_case(customer.cash_flow, currency=customer.currency, within=customer.on_track_within)
            if not isinstance(case, ValueCase):
                return None
            word = "profit" if case.basis == "profit" else "net return"
            return Headline("cash flow", f"{word} at completion", case.at_completion.net_return.keyed("value.headline"))
        case "prices":
            best = best_price(compare_prices(customer.direct_benefit, currency=customer.currency), customer.strategy)
            return Headline("prices", "profit a year of the best price option", best.net.keyed("value.headline"))
        case "benefits":
            first = rank_benefits([benefit_effect(plan, currency=customer.currency) for plan in customer.benefits], customer.strategy)[0]
            return Headline("benefits", f"{first.name}: {first.worth.convention}", first.worth.keyed("value.headline"))
        case "gap":
            return _gap(customer, end, goal)
    return None


def best_price(options: Iterable[PriceEffect], strategy: str) -> PriceEffect:
    """A company that leads with profit wants the highest net; one that leads with growth keeps its volume first."""
    if strategy == "growth":
        return max(options, key=lambda p: (p.volume_change, p.net.value))
    return max(options, key=lambda p: p.net.value)


def _gap(customer: Customer, end: pd.Period | None, kind: str) -> Headline | None:
    """Goal − where the outcome lands, in profit where a margin is agreed, else as the unit's value is."""
    measure, unit = customer.outcome, customer.unit_value
    goals = goals_of(customer, measure)
    projection = project_ahead(measure, goals)
    if not isinstance(projection, Projection):
        return None
    if end is None:
        end, goal = asked_of(goals, measure, projection)
    else:
        goal = next((g for g in goals if (g.kind, g.end) == (kind, end)), None)
    if goal is None or goal.value is None:
        return None
    if end > _last(projection):
        projection = project(measure, through=end, total_by=measure.total_by)
    lands = landing(measure, projection, end)
    if lands is None:
        return None
    sign = 1 if measure.better == "higher" else -1
    ends = (None, None) if lands.bare else sorted((sign * (goal.value - lands.high), sign * (goal.value - lands.low)))
    units = Estimate(sign * (goal.value - lands.value), *ends, level=lands.level, kind=lands.kind, unit=measure.unit)
    worth = value_of_units(units, unit_value=unit.value, basis=unit.basis, margin=unit.margin, currency=customer.currency, key="value.headline")
    money = worth.profit or worth.revenue
    word = "profit" if worth.profit is not None else "revenue"
    wanted = {"promised": "promise", "expected": "expectation"}.get(goal.kind, goal.kind)
    return Headline("gap", f"{word} a year missing to the {wanted} by {end}", money.keyed("value.headline"), end, goal.kind)


def _last(projection: Projection) -> pd.Period:
    return projection.path.index[-1] if len(projection.path) else projection.history.index[-1]
