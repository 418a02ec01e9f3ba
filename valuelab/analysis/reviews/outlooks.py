"""One goal against where its measure lands: projected, missing, how likely, kept or missed."""

from __future__ import annotations

from dataclasses import dataclass, replace

from valuelab.analysis.projection import Projection, project
from valuelab.analysis.reviews.goals import Goal
from valuelab.analysis.series import season_length
from valuelab.analysis.targets import GapReading, Shortfall, gap_reading, shortfall
from valuelab.provenance import Derivation, derived
from valuelab.types import CannotSay, Estimate, Measure, Result

LONGEST_HORIZON = 60  # periods; beyond, intervals say nothing


@dataclass(frozen=True, slots=True)
class GoalOutlook(Result):
    """One goal against where the measure lands. Parts are None while the goal is to be announced or out of reach of the data.

    ``projected``: the total over the goal's periods, known ones kept (kind actual once all are known). ``chance``: the
    probability of reaching it if nothing changes, None once it is settled. ``gap``: which part of the way from base to
    the leading target this goal is.
    """

    goal: Goal
    value: Estimate | None
    projected: Estimate | None
    shortfall: Shortfall | None
    chance: Estimate | None
    gap: GapReading | None
    settled: bool
    reached: bool | None
    reason: str = ""


def year_of(measure: Measure) -> int:
    """How many of the measure's periods make a year."""
    return season_length(measure.series.index)


def project_ahead(measure: Measure, goals: tuple[Goal, ...]) -> Projection | CannotSay:
    """The measure a year ahead, and as far as its goals reach where that is further."""
    now = measure.series.index[-1]
    furthest = max([now + year_of(measure), *(g.end for g in goals if g.value is not None and g.end <= now + LONGEST_HORIZON)])
    return project(measure, through=furthest, total_by=measure.total_by)


def outlook(goal: Goal, measure: Measure, projection: Projection | CannotSay, base: Estimate | None,
            lead: Goal | None) -> GoalOutlook:
    """One goal against the projection; what cannot be said is None, with the reason."""
    nothing = dict(projected=None, shortfall=None, chance=None, gap=None, settled=False, reached=None)
    if goal.value is None:
        return GoalOutlook(goal, None, **nothing, reason="to be announced")
    value = Estimate(goal.value, kind="agreed", unit=measure.unit, source=goal.source, key=f"goal.{goal.key}.value", derivation=_agreed(goal, measure))
    if isinstance(projection, CannotSay):
        return GoalOutlook(goal, value, **nothing, reason=projection.reason)
    periods = goal.periods()
    if goal.start < projection.history.index[0]:
        return GoalOutlook(goal, value, **nothing, reason="the data begin after the goal's first period")
    if len(projection.path) and goal.end > projection.path.index[-1]:
        return GoalOutlook(goal, value, **nothing, reason="too far ahead to project")
    key = f"goal.{goal.key}"
    projected = projection.total(periods).keyed(f"{key}.projected")
    gap = None
    if base is not None and lead is not None and lead.value is not None and goal is not lead and goal.end == lead.end:
        inside = min(base.value, lead.value) < goal.value < max(base.value, lead.value)
        target = Estimate(lead.value, kind="agreed", unit=measure.unit, key=f"goal.{lead.key}.value")
        reading = gap_reading(value, current=base.keyed("baseline.base"), target=target, unit=measure.unit, key=f"{key}.gap") if inside else None
        gap = reading if isinstance(reading, GapReading) else None
    settled = projected.kind == "actual"
    higher = measure.better == "higher"
    wanted = {"at_least": goal.value} if higher else {"at_most": goal.value}
    reached = (projected.value >= goal.value if higher else projected.value <= goal.value) if settled else None
    chance = None if settled else Estimate(
        projection.probability(periods, **wanted), kind="estimated", unit="fraction",
        convention="probability if nothing changes", key=f"{key}.chance", derivation=Derivation(
            spans=projected.derivation.spans, method="The share of the possible futures that reach it", record=projected.derivation.record))
    missing = shortfall(projected, target=value, better=measure.better, unit=measure.unit, key=f"{key}.shortfall")
    if isinstance(missing, CannotSay):
        return GoalOutlook(goal, value, projected, None, chance, None, settled, reached, reason=missing.reason)
    return GoalOutlook(goal, value, projected, missing, chance, gap, settled, reached)


def _agreed(goal: Goal, measure: Measure) -> Derivation:
    """Where the params say so, and who agreed; a target in percent is worked out from the agreed baseline."""
    place = {"target": "targets"}.get(goal.kind, goal.kind)
    said = Derivation(written=f"{measure.name}: {place}", text=goal.text, agreed_by=goal.agreed_by, agreed_on=goal.agreed_on)
    target = next((t for t in measure.targets if goal.kind == "target" and t.text == goal.text and t.relative is not None), None)
    if target is None or measure.baseline is None:
        return said
    return replace(derived("baseline × (1 + change)", {"baseline": measure.baseline.estimate, "change": target.relative}), written=said.written, text=said.text)
