"""Sentences of notebook 03."""

from __future__ import annotations

from markupsafe import Markup

from valuelab.analysis.conversion import Conversion
from valuelab.analysis.reviews import ConversionReview, IndicatorConversion
from valuelab.analysis.reviews.conversion import PointsFor
from valuelab.analysis.value_chain import ValueChain
from valuelab.formatting import format_number, format_value, is_money
from valuelab.language import phrase, said
from valuelab.present.figures import fig, full, period_text, plain, say
from valuelab.present.wording.baseline import sentence
from valuelab.present.wording.common import clear, goal_word, months, sentence_case, the_goal
from valuelab.types import CannotSay


def headline(review: ConversionReview) -> Markup:
    if not review.items:
        return say("No conversion can be shown: {reason}.", reason=said(review.reason))
    return measured(review.items[0], review.outcome)


def measured(item: IndicatorConversion, outcome: str) -> Markup:
    """One point's measured effect beside the agreed one."""
    if isinstance(item.measured, CannotSay):
        text = say("What one point of {name} goes with cannot be measured yet: {reason}.", name=item.indicator, reason=said(item.measured.reason.rstrip(".")))
        return text + Markup(" ") + say("Agreed: {effect}.", effect=full(item.agreed.effect)) if item.agreed else text
    if item.agreed is not None and item.measured_effect is not None:
        return _beside_agreed(item, outcome)
    text = _goes_with(item, outcome)
    return say("{finding}.", finding=text) if item.agreed is None else say("{finding}; {effect} was agreed.", finding=text, effect=fig(item.agreed.effect))


def _beside_agreed(item: IndicatorConversion, outcome: str) -> Markup:
    e = item.measured.shown
    values = {"effect": fig(item.agreed.effect, magnitude=True), "outcome": outcome, "name": item.indicator}
    text = say("You agreed {effect} more {outcome} for each point of {name}", **values) if item.agreed.effect.value >= 0 else \
        say("You agreed {effect} less {outcome} for each point of {name}", **values)
    told = full(e) if e is item.measured_effect else say("{effect}, {share} of the base", effect=full(e), share=fig(item.measured_effect))
    if clear(e):
        return say("{finding}; the data say {effect}, {span} later.", finding=text, effect=told, span=months(item.lag_months)) if item.lag_months else \
            say("{finding}; the data say {effect}, in the same month.", finding=text, effect=told)
    return say("{finding}; the data do not show any: they say {effect}, {span} later.", finding=text, effect=told, span=months(item.lag_months)) if item.lag_months else \
        say("{finding}; the data do not show any: they say {effect}, in the same month.", finding=text, effect=told)


def _goes_with(item: IndicatorConversion, outcome: str) -> Markup:
    """The measured effect alone, without the end of its sentence."""
    e, span = item.measured.shown, months(item.lag_months)
    if not clear(e):
        values = {"name": item.indicator, "outcome": outcome, "effect": full(e, sign=True)}
        return say("The data do not show that {name} moves {outcome}: one more point goes with {effect} {span} later", span=span, **values) if item.lag_months else \
            say("The data do not show that {name} moves {outcome}: one more point goes with {effect} in the same month", **values)
    values = {"name": item.indicator, "outcome": outcome, "effect": full(e, magnitude=True)}
    if item.lag_months:
        return say("One more point of {name} goes with {effect} more {outcome} {span} later", span=span, **values) if e.value > 0 else \
            say("One more point of {name} goes with {effect} less {outcome} {span} later", span=span, **values)
    return say("One more point of {name} goes with {effect} more {outcome} in the same month", **values) if e.value > 0 else \
        say("One more point of {name} goes with {effect} less {outcome} in the same month", **values)


def agreement(item: IndicatorConversion) -> Markup:
    """Whether the agreed effect lies in the measured interval."""
    if item.agreement == "inside":
        return say("The agreed effect lies inside the measured interval, so the data allow it.")
    stronger = item.agreed is not None and (item.agreement == "above") == (item.agreed.effect.value > 0)  # further from nothing than the data
    if item.agreement == "above":
        return say("The agreed effect is above the measured interval: stronger than the data show, so they do not support it.") if stronger else \
            say("The agreed effect is above the measured interval: weaker than the data show, which would support more.")
    return say("The agreed effect is below the measured interval: stronger than the data show, so they do not support it.") if stronger else \
        say("The agreed effect is below the measured interval: weaker than the data show, which would support more.")


def corrections(review: ConversionReview) -> tuple[Markup, ...]:
    """What was corrected in a measured effect and what it was before; and where it is not read in percent, why."""
    lines: list[Markup] = []
    for item in review.items:
        if not isinstance(item.measured, Conversion):
            continue
        if item.measured.model_reason:
            lines.append(say("{reason}", reason=said(item.measured.model_reason)))
        lines += [say("{text}", text=said(text)) for text in item.measured.corrections]
        if item.measured.uncorrected is not None:
            lines.append(say("Before correction one point of {name} went with {effect}.", name=item.indicator, effect=full(item.measured.uncorrected, sign=True)))
    return tuple(lines)


def support(review: ConversionReview) -> tuple[Markup, ...]:
    lines: list[Markup] = []
    for i, item in enumerate(review.items):
        if i:
            lines.append(measured(item, review.outcome))
        if item.agreement:
            lines.append(agreement(item))
        if item.worth_agreed or item.worth_measured:
            lines.append(worth(item.worth_agreed or item.worth_measured, review, agreed=item.worth_agreed is not None))
        if i == 0:  # the others stand in the table
            lines += [needed(item, p, review.unit) for p in one_a_value(item.needed)]
        if item.effect_used is None:
            lines.append(say("There is no base well above 0 to take an effect in percent of, so neither points for the goals nor money are worked out."))
    if review.items and not review.has_unit_value:
        lines.append(say("What one unit is worth in money is not agreed, so nothing is put in money here."))
    if review.items:
        lines.append(say("“Goes with” is a measured association after trend and season, not proof of cause."))
    return tuple(lines)


def worth(chain: ValueChain, review: ConversionReview, *, agreed: bool) -> Markup:
    """One more point in units and money, on the base, with its basis."""
    text = say("At the agreed effect ({reading}), one more point on the base of {base} is {units} a year", reading=said(chain.reading), base=fig(review.base),
               units=fig(chain.units)) if agreed else \
        say("At the measured effect, one more point on the base of {base} is {units} a year", base=fig(review.base), units=fig(chain.units))
    if chain.revenue is not None:
        text = say("{finding} = {revenue} revenue", finding=text, revenue=fig(chain.revenue))
    if chain.profit is not None:
        text = say("{finding} = {profit} profit", finding=text, profit=fig(chain.profit))
    return say("{finding}.", finding=text)


def goal_value(value: float, unit: str) -> str:
    """A goal's amount: shares in percent, money as money."""
    return format_value(value, unit) if unit == "fraction" or is_money(unit) else format_number(value)


def adds_only(item: IndicatorConversion) -> bool:
    """True where the effect used is measured in the outcome's own units: it has no compound reading."""
    return item.agreed is None and isinstance(item.measured, Conversion) and item.measured.model == "linear"


def needed(item: IndicatorConversion, points: PointsFor, unit: str = "") -> Markup:
    """Points for a goal under both readings, and whether anybody can score that."""
    goal = the_goal(points.goal.kind, goal_value(points.goal.value, unit))
    if isinstance(points.needed, CannotSay):
        return say("For {goal} no number of points can be given: {reason}.", goal=goal, reason=said(points.needed.reason.rstrip(".")))
    n, goal = points.needed, sentence_case(goal)
    if n.additive.points.value == 0:
        return say("{goal} needs no more points.", goal=goal)
    values = {"goal": goal, "level": fig(item.level, unit=False), "what": said(item.level.convention)}
    if adds_only(item):
        lines = [say("{goal} needs {points} points, from {level} ({what}) to {needed}, which is {mark}.", points=fig(n.additive.points, unit=False),
                     needed=fig(n.additive.level, unit=False), mark=said(n.additive.mark), **values)]
    else:
        lines = [say("{goal} needs {additive} points additive or {compound} compound, from {level} ({what}).", additive=fig(n.additive.points, unit=False),
                     compound=fig(n.compound.points, unit=False), **values), say("{reason}", reason=sentence(said(n.reason)))]
    if (n.additive.beyond_seen or n.compound.beyond_seen) and item.range_seen is not None:
        lines.append(say("Nothing above {highest} was ever seen, so that the effect holds there is an assumption.", highest=format_number(item.range_seen[1])))
    if item.level_now is not None and item.level_now.value != item.level.value:
        lines.append(say("Now: {level} ({what}).", level=fig(item.level_now, unit=False), what=said(item.level_now.convention)))
    if points.too_late:
        lines.append(say("Points gained from now on act from {start}: too late for {end}.", start=period_text(points.acts_from), end=period_text(points.goal.end)))
    return Markup(" ").join(lines)


def one_a_value(points: tuple[PointsFor, ...]) -> list[PointsFor]:
    """A target and an expectation of the same amount need the same points: said once."""
    first: dict[float | None, PointsFor] = {}
    for p in points:
        first.setdefault(p.goal.value, p)
    return list(first.values())


def would_change(review: ConversionReview) -> tuple[Markup, ...]:
    lines = []
    for item in review.items:
        if isinstance(item.measured, Conversion):
            low, high = item.measured.range_seen
            lines.append(say("{name} was seen between {low} and {high}. Beyond that range the effect is an assumption.", name=item.indicator,
                             low=format_number(low), high=format_number(high)))
            if item.measured.lag_selected:
                lines.append(say("The lag of {name} was chosen on the same data as the effect; a lag named in advance needs no correction.", name=item.indicator))
        else:
            lines.append(say("{name}: {reason} {fix}", name=item.indicator, reason=sentence(said(item.measured.reason)), fix=said(item.measured.fix)))
    return tuple(lines)


def alt_slope(result: Conversion) -> str:
    return phrase("Scatter of {name} and {outcome} without trend and season, {count} months, with the fitted line: one point goes with {effect}.", name=result.indicator,
                  outcome=result.outcome, count=result.n, effect=plain(full(result.shown, sign=True)))


def alt_agreed(review: ConversionReview) -> str:
    parts = []
    for item in review.items:
        if item.agreed is not None:
            parts.append(phrase("{name} agreed {effect}", name=item.indicator, effect=plain(full(item.agreed.effect))))
        if isinstance(item.measured, Conversion):
            parts.append(phrase("{name} measured {effect}", name=item.indicator, effect=plain(full(item.measured_effect or item.measured.shown))))
    return phrase("Effect of one point on {outcome}: {effects}.", outcome=review.outcome, effects="; ".join(parts))


def alt_points(item: IndicatorConversion, unit: str) -> str:
    """The levels that the goals need, in numbers."""
    parts = [phrase("now {level}", level=format_number(item.level_now.value))] if item.level_now is not None else []
    for p in one_a_value(item.needed):
        if not isinstance(p.needed, CannotSay):
            values = {"goal": goal_word(p.goal.kind), "value": goal_value(p.goal.value, unit), "level": format_number(p.needed.additive.level.value)}
            parts.append(phrase("{goal} {value} needs {level}", **values) if adds_only(item) else
                         phrase("{goal} {value} needs {level} additive or {compound} compound", compound=format_number(p.needed.compound.level.value), **values))
    return phrase("Level of {name} that each goal needs: {levels}.", name=item.indicator, levels="; ".join(parts))
