"""Sentences of notebook 03."""

from __future__ import annotations

from markupsafe import Markup

from valuelab.analysis.conversion import Conversion
from valuelab.analysis.reviews import ConversionReview, IndicatorConversion
from valuelab.analysis.reviews.conversion import PointsFor
from valuelab.analysis.value_chain import ValueChain
from valuelab.formatting import format_number, format_value, is_money
from valuelab.present.figures import fig, full, period_text, plain, say
from valuelab.present.wording.baseline import sentence
from valuelab.present.wording.common import GOAL_WORDS, clear, months
from valuelab.types import CannotSay


def headline(review: ConversionReview) -> Markup:
    if not review.items:
        return say("No conversion can be shown: {}.", review.reason)
    return measured(review.items[0], review.outcome)


def measured(item: IndicatorConversion, outcome: str) -> Markup:
    """One point's measured effect beside the agreed one."""
    lag = f" {months(item.lag_months)} later" if item.lag_months else " in the same month"
    if isinstance(item.measured, CannotSay):
        text = say("What one point of {} goes with cannot be measured yet: {}.", item.indicator, item.measured.reason.rstrip("."))
        return text + (say(" Agreed: {}.", full(item.agreed.effect)) if item.agreed else Markup(""))
    e = item.measured.shown
    if item.agreed is not None and item.measured_effect is not None:
        word = "more" if item.agreed.effect.value >= 0 else "less"
        verb = "the data say" if clear(e) else "the data do not show any: they say"
        told = full(e) if e is item.measured_effect else say("{}, {} of the base", full(e), fig(item.measured_effect))
        return say("You agreed {} {} {} for each point of {}; {} {},{}.", fig(item.agreed.effect, magnitude=True), word, outcome, item.indicator, verb,
                   told, lag)
    if clear(e):
        word = "more" if e.value > 0 else "less"
        text = say("One more point of {} goes with {} {} {}{}", item.indicator, full(e, magnitude=True), word, outcome, lag)
    else:
        text = say("The data do not show that {} moves {}: one more point goes with {}{}", item.indicator, outcome, full(e, sign=True), lag)
    if item.agreed is None:
        return text + Markup(".")
    return text + say("; {} was agreed.", fig(item.agreed.effect))


def agreement(item: IndicatorConversion) -> Markup:
    """Whether the agreed effect lies in the measured interval."""
    stronger = item.agreed is not None and (item.agreement == "above") == (item.agreed.effect.value > 0)  # further from nothing than the data
    words = {"inside": "lies inside the measured interval, so the data allow it", **dict.fromkeys(("above", "below"), f"is {item.agreement} the measured interval: " + (
                 "stronger than the data show, so they do not support it" if stronger else "weaker than the data show, which would support more"))}[item.agreement]
    return say("The agreed effect {}.", words)


def corrections(review: ConversionReview) -> tuple[Markup, ...]:
    """What was corrected in a measured effect and what it was before; and where it is not read in percent, why."""
    lines: list[Markup] = []
    for item in review.items:
        if not isinstance(item.measured, Conversion):
            continue
        if item.measured.model_reason:
            lines.append(say("{}", item.measured.model_reason))
        lines += [say("{}", text) for text in item.measured.corrections]
        if item.measured.uncorrected is not None:
            lines.append(say("Before correction one point of {} went with {}.", item.indicator, full(item.measured.uncorrected, sign=True)))
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
            lines.append(Markup("There is no base well above 0 to take an effect in percent of, so neither points for the goals nor money are worked out."))
    if review.items and not review.has_unit_value:
        lines.append(Markup("What one unit is worth in money is not agreed, so nothing is put in money here."))
    if review.items:
        lines.append(Markup("“Goes with” is a measured association after trend and season, not proof of cause."))
    return tuple(lines)


def worth(chain: ValueChain, review: ConversionReview, *, agreed: bool) -> Markup:
    """One more point in units and money, on the base, with its basis."""
    word = f"At the agreed effect ({chain.reading})" if agreed else "At the measured effect"
    text = say("{}, one more point on the base of {} is {} a year", word, fig(review.base), fig(chain.units))
    if chain.revenue is not None:
        text += say(" = {} revenue", fig(chain.revenue))
    if chain.profit is not None:
        text += say(" = {} profit", fig(chain.profit))
    return text + Markup(".")


def goal_value(value: float, unit: str) -> str:
    """A goal's amount: shares in percent, money as money."""
    return format_value(value, unit) if unit == "fraction" or is_money(unit) else format_number(value)


def adds_only(item: IndicatorConversion) -> bool:
    """True where the effect used is measured in the outcome's own units: it has no compound reading."""
    return item.agreed is None and isinstance(item.measured, Conversion) and item.measured.model == "linear"


def needed(item: IndicatorConversion, points: PointsFor, unit: str = "") -> Markup:
    """Points for a goal under both readings, and whether anybody can score that."""
    goal = points.goal
    what = f"{GOAL_WORDS[goal.kind]} of {goal_value(goal.value, unit)}"
    if isinstance(points.needed, CannotSay):
        return say("For the {} no number of points can be given: {}.", what, points.needed.reason.rstrip("."))
    n = points.needed
    if n.additive.points.value == 0:
        return say("The {} needs no more points.", what)
    if adds_only(item):
        text = say("The {} needs {} points, from {} ({}) to {}, which is {}.", what, fig(n.additive.points, unit=False), fig(item.level, unit=False),
                   item.level.convention, fig(n.additive.level, unit=False), n.additive.mark)
    else:
        text = say("The {} needs {} points additive or {} compound, from {} ({}). {}", what, fig(n.additive.points, unit=False),
                   fig(n.compound.points, unit=False), fig(item.level, unit=False), item.level.convention, sentence(n.reason))
    if (n.additive.beyond_seen or n.compound.beyond_seen) and item.range_seen is not None:
        text += say(" Nothing above {} was ever seen, so that the effect holds there is an assumption.", format_number(item.range_seen[1]))
    if item.level_now is not None and item.level_now.value != item.level.value:
        text += say(" Now: {} ({}).", fig(item.level_now, unit=False), item.level_now.convention)
    if points.too_late:
        text += say(" Points gained from now on act from {}: too late for {}.", period_text(points.acts_from), period_text(goal.end))
    return text


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
            lines.append(say("{} was seen between {} and {}. Beyond that range the effect is an assumption.", item.indicator,
                             format_number(low), format_number(high)))
            if item.measured.lag_selected:
                lines.append(say("The lag of {} was chosen on the same data as the effect; a lag named in advance needs no correction.",
                                 item.indicator))
        else:
            lines.append(say("{}: {} {}", item.indicator, sentence(item.measured.reason), item.measured.fix))
    return tuple(lines)


def alt_slope(result: Conversion) -> str:
    return (f"Scatter of {result.indicator} and {result.outcome} without trend and season, {result.n} months, with the fitted line: one point goes with "
            f"{plain(full(result.shown, sign=True))}.")


def alt_agreed(review: ConversionReview) -> str:
    parts = []
    for item in review.items:
        if item.agreed is not None:
            parts.append(f"{item.indicator} agreed {plain(full(item.agreed.effect))}")
        if isinstance(item.measured, Conversion):
            parts.append(f"{item.indicator} measured {plain(full(item.measured_effect or item.measured.shown))}")
    return f"Effect of one point on {review.outcome}: {'; '.join(parts)}."


def alt_points(item: IndicatorConversion, unit: str) -> str:
    """The levels that the goals need, in numbers."""
    parts = [f"now {format_number(item.level_now.value)}"] if item.level_now is not None else []
    for p in one_a_value(item.needed):
        if not isinstance(p.needed, CannotSay):
            compound = "" if adds_only(item) else f" additive or {format_number(p.needed.compound.level.value)} compound"
            parts.append(f"{GOAL_WORDS[p.goal.kind]} {goal_value(p.goal.value, unit)} needs {format_number(p.needed.additive.level.value)}{compound}")
    return f"Level of {item.indicator} that each goal needs: {'; '.join(parts)}."
