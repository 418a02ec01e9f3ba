"""Notebook 01: where are we, and where do we land if nothing changes?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import pandas as pd

from valuelab.analysis.baseline import BaselineFit, fit_baseline
from valuelab.analysis.effect import Effect, measure_effect
from valuelab.analysis.projection import Projection
from valuelab.analysis.reviews.changes import Changes, outcome_changes
from valuelab.analysis.reviews.goals import goals_of, leading_goal, starting_level
from valuelab.analysis.reviews.headlines import Headline, outcome_headline
from valuelab.analysis.reviews.ledger import Ledger, review_promises
from valuelab.analysis.reviews.outlooks import GoalOutlook, outlook, project_ahead, year_of
from valuelab.analysis.targets import Shortfall, judge_status, shortfall
from valuelab.analysis.usual import Comparison, compare_with_usual
from valuelab.inputs.handed import remembered
from valuelab.provenance import derived
from valuelab.types import CannotSay, Customer, Estimate, Measure, Result


@dataclass(frozen=True, slots=True, eq=False)
class BaselineReview(Result):
    """What notebook 01 says. ``lead``: the outlook that the headline is about. ``base``: the figure every "from" is from.

    ``repeat``: shortfall against the leading goal if the base repeats. ``growth_needed_per_year``: compound growth from base
    to the leading goal, where that is two years or more away. ``next_year``: one year from now, if nothing changes. ``status`` follows the contract's rule on ``difference``
    (projected − goal as a fraction of the goal, positive = better).
    """

    LEAVE_OUT: ClassVar[tuple[str, ...]] = ("measure", "baseline", "projection", "effect")  # each is shown by itself
    customer: str
    measure: Measure
    as_of: pd.Period
    started: pd.Period | None
    elapsed: int
    baseline: BaselineFit | CannotSay
    projection: Projection | CannotSay
    effect: Effect | CannotSay
    goals: tuple[GoalOutlook, ...]
    lead: GoalOutlook | None
    base: Estimate | None
    base_text: str
    repeat: Shortfall | None
    next_year: Estimate | None  # the coming 12 months' total, or the level at their end
    growth_needed_per_year: Estimate | None
    difference: Estimate | None
    status: str
    reason: str
    year_end: Estimate | None = None  # the running fiscal year's total, known periods kept
    comparison: Comparison | None = None  # the leading goal's total, or the next year's, beside what is usually done
    events: tuple[tuple[pd.Period, str], ...] = ()
    warnings: tuple[str, ...] = ()
    headline: Headline | None = None  # the figure that the next report is held against
    changes: Changes | None = None  # since the last report, None without one
    ledger: Ledger | None = None  # what was promised and expected, where no notebook on money shows it


@remembered
def review_baseline(customer: Customer) -> BaselineReview | CannotSay:
    """Where the outcome stands and where it lands if nothing changes, against everything that was wanted of it.

    Returns CannotSay where the customer has no outcome. ``elapsed`` counts the periods since the initiative started, the
    first one included.
    """
    if customer.outcome is None:
        return CannotSay("this customer has no outcome", "Add an `outcome` with `data` to the params.")
    measure = customer.outcome
    now = measure.series.index[-1]
    baseline = fit_baseline(measure, total_by=measure.total_by, fiscal_year_starts=customer.fiscal_year_starts)
    goals = goals_of(customer, measure)
    lead = leading_goal(goals, now)
    projection = project_ahead(measure, goals)
    last_year = baseline.last_year if isinstance(baseline, BaselineFit) else None
    base, base_text = starting_level(customer, measure, last_year)
    outlooks = tuple(outlook(g, measure, projection, base, lead) for g in goals)
    leading = next((o for o in outlooks if o.goal is lead), None)
    elapsed = 0
    if customer.started is not None:
        first = customer.started.asfreq(measure.series.index.freq, how="start")
        elapsed = max(0, (now - first).n + 1)
    difference, status, reason = _status(leading, measure, customer, elapsed)
    repeat = growth = next_year = year_end = comparison = None
    if isinstance(projection, Projection):
        coming = pd.period_range(now + 1, now + year_of(measure))
        next_year = projection.total(coming if measure.total_by == "sum" else coming[-1:]).keyed("baseline.next_year")
        year_end = _year_end(baseline, projection)
        goal_open = leading is not None and leading.projected is not None and not leading.settled
        asked = leading.goal.periods() if goal_open else coming if measure.total_by == "sum" else coming[-1:]
        comparison = compare_with_usual(projection, asked, key="baseline.usual")
    if leading is not None and leading.value is not None and base is not None:
        again = shortfall(base.keyed("baseline.base"), target=leading.value, better=measure.better, unit=measure.unit, key="baseline.repeat")
        repeat = again if isinstance(again, Shortfall) else None
        growth = _growth(base, leading, measure)
    effect: Effect | CannotSay = CannotSay("the start of the initiative is not given", "Add `started` to the params.")
    if customer.started is not None:
        controls = {name: customer.indicators[name] for name in customer.controls if name in customer.indicators}
        effect = measure_effect(measure, started=customer.started, controls=controls or None, total_by=measure.total_by)
    headline = outcome_headline(customer)
    return BaselineReview(
        customer=customer.name, measure=measure, as_of=now, started=customer.started, elapsed=elapsed, baseline=baseline,
        projection=projection, effect=effect, goals=outlooks, lead=leading, base=base and base.keyed("baseline.base"),
        base_text=base_text, repeat=repeat, next_year=next_year, growth_needed_per_year=growth, difference=difference, status=status,
        reason=reason, year_end=year_end, comparison=comparison, events=customer.events,
        warnings=tuple(w for part in (baseline, projection) for w in getattr(part, "warnings", ())),
        headline=headline, changes=outcome_changes(customer, headline),
        ledger=review_promises(customer, effect) if customer.applies()["04_roi"] else None,
    )


def _year_end(baseline: BaselineFit | CannotSay, projection: Projection) -> Estimate | None:
    """Where the fiscal year that is running comes to, if nothing changes; None between two years."""
    if not isinstance(baseline, BaselineFit):
        return None
    year = baseline.year_totals.iloc[-1]
    if year["end"] <= projection.history.index[-1] or year["start"] < projection.history.index[0]:
        return None
    return projection.total(pd.period_range(year["start"], year["end"])).keyed("baseline.year_end")


def _status(leading: GoalOutlook | None, measure: Measure, customer: Customer, elapsed: int) -> tuple[Estimate | None, str, str]:
    if leading is None:
        return None, "cannot say", "no target with a figure is agreed"
    if leading.shortfall is None:
        return None, "cannot say", leading.reason
    of_target = leading.shortfall.of_target
    low, high = (None, None) if of_target.bare else (-of_target.high, -of_target.low)
    difference = Estimate(-of_target.value, low, high, level=of_target.level, unit="fraction", kind=of_target.kind,
                          convention="projected − target, of target", key="baseline.difference",
                          derivation=derived("0 − short of target", {"short of target": of_target}))
    if leading.settled:  # nothing is early about a year that is over
        elapsed = max(elapsed, 3)
    elif customer.started is None:
        elapsed = 3
    elif elapsed == 0:
        return difference, "too early", f"the initiative starts in {customer.started}; a status needs three periods after that"
    words = ("above the target", "short of the target") if measure.better == "higher" else ("below the target", "above the target")
    return difference, *judge_status(difference, elapsed=elapsed, within=customer.on_track_within, words=words)


def _growth(base: Estimate, leading: GoalOutlook, measure: Measure) -> Estimate | None:
    """Compound growth a year from base to goal where the goal is two years or more after the base's year (F15)."""
    declared = measure.baseline
    if declared is None or declared.end is None or base.value <= 0 or leading.value.value <= 0:
        return None
    end = declared.end.asfreq(measure.series.index.freq, how="end")
    years = (leading.goal.end - end).n / year_of(measure)
    if years < 2:
        return None
    rate = (leading.value.value / base.value) ** (1 / years) - 1
    return Estimate(rate, kind="agreed", unit="fraction", convention="compound, a year", key="baseline.growth_needed_per_year",
                    derivation=derived("(target / base) ^ (1 / years) − 1", {"target": leading.value, "base": base.keyed("baseline.base"), "years": years}))
