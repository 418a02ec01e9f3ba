"""What is asked of the readers of a value review: a decision that rests on a figure, a figure to agree, a month to announce. Nothing is sold."""

from __future__ import annotations

from markupsafe import Markup

from valuelab.analysis.next_measures import MeasureNext
from valuelab.analysis.reviews import BaselineReview, IndicatorReview, ValueReview
from valuelab.analysis.value_case import ValueCase
from valuelab.formatting import format_number
from valuelab.present.figures import fig, period_text, say
from valuelab.present.wording.common import GOAL_WORDS, chance_of, sentence_case
from valuelab.present.wording.evidence import next_measure
from valuelab.present.wording.value import period_word


def of_goals(review: BaselineReview) -> tuple[Markup, ...]:
    """Per open goal that decides something: what it rests on, and how likely that is; and goals that are still to be announced."""
    lines = []
    for o in review.goals:
        noun = GOAL_WORDS[o.goal.kind]
        if o.value is None:
            lines.append(say("Agree the {} for {}: it is still to be announced.", noun, period_text(o.goal.end)))
        elif o.goal.decides and o.settled:
            lines.append(say("{}: the {} of {} by {}, which it rests on, was {}.", sentence_case(o.goal.decides), noun, fig(o.value), period_text(o.goal.end),
                             "reached" if o.reached else "not reached"))
        elif o.goal.decides:
            text = say("{}: it rests on the {} of {} by {}", sentence_case(o.goal.decides), noun, fig(o.value), period_text(o.goal.end))
            lines.append(text + (say("; the chance of that, if nothing changes, is {}.", chance_of(o.chance)) if o.chance is not None else Markup(".")))
    if review.goals and not any(o.goal.decides for o in review.goals):
        lines.append(Markup("No decision is tied to these goals yet. Agree which of them decides what."))
    return tuple(lines)


def of_value(review: ValueReview) -> tuple[Markup, ...]:
    """What would make the return firmer: costs that are not stated, periods that are not announced, an option to choose."""
    lines = []
    if review.room is not None:
        lines.append(Markup("State what it costs: the supplier’s price, and the hours of your own staff. Until then there is no return to speak of."))
    if isinstance(review.case, ValueCase):
        known = review.case.table[["expenditure_act", "revenue_act"]].notna().all(axis=1)
        if review.case.complete:
            lines.append(Markup("The plan is complete. Agree what comes next, what it should bring, and how that will be measured."))
        elif (open_ := int((~known).sum())):
            lines.append(say("Announce the actuals as they come: {} of {} {}s are still open.", format_number(open_), format_number(len(known)), period_word(review.case)))
    if review.best_price is not None:
        lines.append(say("Choose between the price options: “{}” leads, unless volume falls by {}.", review.best_price.name, fig(review.best_price.break_even_volume_loss)))
    if review.benefits and not review.base:
        lines.append(Markup("Agree who will count what the change brings, and from which month."))
    return tuple(lines)


def of_indicators(review: IndicatorReview) -> tuple[Markup, ...]:
    """What to measure next: the first indicator that was not shown to lead and of which there is too little."""
    if not isinstance(review.next, MeasureNext):
        return ()
    short = [i for i in review.next.items if i.strength is not None and i.verdict != "leads" and i.months_named is not None
             and (i.months_searched is None or i.months_searched > i.months_now)]
    return (say("To know earlier: {}", next_measure(short[0], review.next)),) if short else ()
