"""What is asked of the readers of a value review: a decision that rests on a figure, a figure to agree, a month to announce. Nothing is sold."""

from __future__ import annotations

from markupsafe import Markup

from valuelab.analysis.next_measures import MeasureNext
from valuelab.analysis.reviews import BaselineReview, GoalOutlook, IndicatorReview, ValueReview
from valuelab.analysis.value_case import ValueCase
from valuelab.formatting import format_number
from valuelab.present.figures import count, fig, period_text, say
from valuelab.present.wording.common import chance_of, goal_word, sentence_case, the_goal
from valuelab.present.wording.evidence import next_measure
from valuelab.present.wording.value import period_word


def of_goals(review: BaselineReview) -> tuple[Markup, ...]:
    """Per open goal that decides something: what it rests on, and how likely that is; and goals that are still to be announced."""
    lines = []
    for o in review.goals:
        date = period_text(o.goal.end)
        if o.value is None:
            lines.append(say("Agree the {goal} for {date}: it is still to be announced.", goal=goal_word(o.goal.kind), date=date))
        elif o.goal.decides:
            lines.append(_rests_on(o, sentence_case(o.goal.decides), the_goal(o.goal.kind, fig(o.value)), date))
    if review.goals and not any(o.goal.decides for o in review.goals):
        lines.append(say("No decision is tied to these goals yet. Agree which of them decides what."))
    return tuple(lines)


def _rests_on(outlook: GoalOutlook, what: str, goal: Markup, date: str) -> Markup:
    """A decision, the goal that it rests on, and how that stands."""
    if outlook.settled and outlook.reached:
        return say("{decision}: {goal} by {date}, which it rests on, was reached.", decision=what, goal=goal, date=date)
    if outlook.settled:
        return say("{decision}: {goal} by {date}, which it rests on, was not reached.", decision=what, goal=goal, date=date)
    if outlook.chance is None:
        return say("{decision}: it rests on {goal} by {date}.", decision=what, goal=goal, date=date)
    return say("{decision}: it rests on {goal} by {date}; the chance of that, if nothing changes, is {chance}.", decision=what, goal=goal, date=date, chance=chance_of(outlook.chance))


def of_value(review: ValueReview) -> tuple[Markup, ...]:
    """What would make the return firmer: costs that are not stated, periods that are not announced, an option to choose."""
    lines = []
    if review.room is not None:
        lines.append(say("State what it costs: the supplier’s price, and the hours of your own staff. Until then there is no return to speak of."))
    if isinstance(review.case, ValueCase):
        known = review.case.table[["expenditure_act", "revenue_act"]].notna().all(axis=1)
        if review.case.complete:
            lines.append(say("The plan is complete. Agree what comes next, what it should bring, and how that will be measured."))
        elif (open_ := int((~known).sum())):
            lines.append(say("Announce the actuals as they come: {open} of {all} are still open.", open=format_number(open_), all=count(len(known), period_word(review.case))))
    if review.best_price is not None:
        lines.append(say("Choose between the price options: “{name}” leads, unless volume falls by {loss}.", name=review.best_price.name,
                         loss=fig(review.best_price.break_even_volume_loss)))
    if review.benefits and not review.base:
        lines.append(say("Agree who will count what the change brings, and from which month."))
    return tuple(lines)


def of_indicators(review: IndicatorReview) -> tuple[Markup, ...]:
    """What to measure next: the first indicator that was not shown to lead and of which there is too little."""
    if not isinstance(review.next, MeasureNext):
        return ()
    short = [i for i in review.next.items if i.strength is not None and i.verdict != "leads" and i.months_named is not None
             and (i.months_searched is None or i.months_searched > i.months_now)]
    return (say("To know earlier: {what}", what=next_measure(short[0], review.next)),) if short else ()
