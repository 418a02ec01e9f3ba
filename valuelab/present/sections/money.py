"""Sections of notebook 04."""

from __future__ import annotations

from markupsafe import Markup

from valuelab.analysis.reviews import MoneyGoal, ValueReview
from valuelab.analysis.value_case import ValueCase
from valuelab.analysis.value_outlook import ValueOutlook
from valuelab.analysis.what_if import WhatIf
from valuelab.language import phrase, said
from valuelab.present import tables
from valuelab.present.blocks import Block, Chart
from valuelab.present.brief import Brief
from valuelab.present.charts import money as charts
from valuelab.present.charts.outlook import beside
from valuelab.present.charts.style import BLUE, ORANGE
from valuelab.present.figures import say, short_period
from valuelab.present.sections.baseline import cannot
from valuelab.present.sliders import sliders
from valuelab.present.wording import benefits as benefit_words
from valuelab.present.wording import decisions, highlights
from valuelab.present.wording import outlook as outlook_words
from valuelab.present.wording import value as words
from valuelab.present.wording.baseline import kind_word, sentence
from valuelab.present.wording.changes import in_short as changes_in_short
from valuelab.present.wording.common import sentence_case
from valuelab.present.wording.conversion import goal_value
from valuelab.present.wording.ledger import missed
from valuelab.types import CannotSay


def value_headline(review: ValueReview) -> Block:
    lines: list[Markup] = list(missed(review.ledger)) if review.ledger is not None else []
    lead = words.headline(review)
    if lines and review.case is None:  # what could come is no answer to a promise that was not kept
        lead, lines = lines[0], [lead, *lines[1:]]
    if isinstance(review.case, ValueCase):
        lines += words.case_in_short(review)
        if review.leads == "benefit":
            lines.append(benefit_words.headline(review.benefits[0]))
    if review.best_price is not None and (isinstance(review.case, ValueCase) or review.leads == "benefit"):
        lines.append(words.price_headline(review))
    if review.prices:
        lines += words.price_support(review.prices)
    lines += [benefit_words.headline(e) for e in review.benefits[1 if review.leads == "benefit" else 0:]]
    told = {words.headline(review)}
    for goal in review.reach:
        if goal.outlook.goal.kind != "expected" and (text := words.reach(goal, review)) not in told:
            told.add(text)
            lines.append(text)
    lines += outlook_words.in_short(review)
    lines += words.worth_support(review)
    if review.at_risk is not None:
        lines.append(words.at_risk(review.at_risk, review))
    if review.changes is not None and review.changes.moved:
        lines.append(changes_in_short(review.changes))
    return Block("value.review", "ValueReview", review.to_dict(), role="headline", status=review.status,
                 reason=sentence(said(review.case.reason)) if isinstance(review.case, ValueCase) else "", lead=lead,
                 highlights=highlights.value(review), sentences=tuple(lines),
                 briefs=(Brief("worth", most=2), Brief("decide", lead=False, sentences=decisions.of_value(review))))


def cash_flow(review: ValueReview) -> Block | None:
    if review.case is None:
        return None
    if isinstance(review.case, CannotSay):
        return cannot(review.case, "value.case")
    shown = (tables.case_sides(review), tables.forecasts(review.case), tables.categories(review.case), tables.cash_flow(review.case))
    return _case(review.case, tuple(t for t in shown if t is not None), review.outlook)


def case(result: ValueCase) -> Block:
    return _case(result, (tables.cash_flow(result),))


def _case(result: ValueCase, shown: tuple, outlook: ValueOutlook | None = None) -> Block:
    fan = None if outlook is None else outlook.fan
    pictures = (
        charts.cumulative(result, fan=fan, alt=words.alt_cumulative(result) + outlook_words.alt_fan(outlook), caption=" ".join((
            phrase("Cumulative net cash flow, signed. Dashed: estimated. Blue: actual. The diamond marks where it turns positive for good."), *(
                () if fan is None else (phrase("The fan holds what is still to come: dark in 80 %, light in 95 % of the draws, the line in their middle."),))))),
        charts.revenue(result, label=words.income_word(result), alt=words.alt_revenue(result),
                       caption=phrase("{income} by period; a period without a blue bar is to be announced.", income=sentence_case(words.income_word(result)))),
    )
    notes = [*words.contains(result)]
    notes += [words.npv_note(result, side) for side in (result.estimated, result.actual) if side is not None]
    notes += [words.dated_npv(e) for e in result.npv_by_dates]
    return Block("value.case", "ValueCase", result.to_dict(), title=phrase("Cash flow, estimated beside actual"), sentences=words.case_support(result), charts=pictures, tables=shown,
                 notes=tuple(n for n in notes if n is not None), warnings=tuple(map(said, result.warnings)), briefs=(Brief("worth", lead=False, charts=1),))


def prices(review: ValueReview) -> Block | None:
    if not review.prices:
        return None
    picture = charts.prices(review.prices, review.currency, alt=words.alt_prices(review.prices, review.currency),
                            caption=phrase("What each option gains on the units that are still sold, loses on the others, and brings in all, a year."))
    return Block("value.prices", "PriceEffect", review.to_dict()["prices"], title=phrase("Price options"), charts=(picture,),
                 tables=(tables.prices(review.prices),), warnings=tuple(said(w) for p in review.prices for w in getattr(p, "warnings", ())),
                 briefs=_picture(review, "price"))


def money_goals(review: ValueReview) -> Block | None:
    if not review.reach and not review.gaps:
        return None
    return Block("value.goals", "MoneyGoal", [], title=phrase("The goals in money"), sentences=words.goals_in_money(review), charts=_goals_chart(review),
                 tables=(tables.money_goals(review),), briefs=_picture(review, ""))


def _picture(review: ValueReview, of: str) -> tuple[Brief, ...]:
    """A chart for the value review, of whatever the money is about: the cash flow, else what leads, else the goals."""
    return (Brief("worth", lead=False, charts=1),) if review.case is None and review.leads == of else ()


def _goals_chart(review: ValueReview) -> tuple[Chart, ...]:
    """What reaching each goal is worth, and what is still missing of it, in profit where a margin is agreed."""
    kind = "profit" if all(g.profit is not None for g in (*review.reach, *review.gaps)) else "revenue"
    rows = [(_goal_row(g, review), getattr(g, kind), BLUE if g.what == "reach" else ORANGE) for g in (*review.reach, *review.gaps) if getattr(g, kind) is not None]
    if not rows:
        return ()
    label = phrase("profit a year") if kind == "profit" else phrase("revenue a year")
    return (beside(rows, review.currency, label=label, alt=words.alt_goals(rows, label), caption=phrase(
        "Blue: what reaching a goal adds to the base. Orange: what the projection misses of it; left of 0 is a surplus. Lines: intervals.")),)


def _goal_row(goal: MoneyGoal, review: ValueReview) -> str:
    """A goal, and what of it a row shows."""
    what = phrase("{goal} {value} by {date}", goal=kind_word(goal.outlook.goal.kind), value=goal_value(goal.outlook.goal.value, review.unit), date=short_period(goal.outlook.goal.end))
    return phrase("{goal}: worth over the base", goal=what) if goal.what == "reach" else phrase("{goal}: still missing", goal=what)


def cost(review: ValueReview) -> Block | None:
    """What the initiative may cost and still pay; only where no cost is stated."""
    if review.room is None:
        return None
    if isinstance(review.room, CannotSay):
        return cannot(review.room, "value.cost")
    picture = charts.payback_by_cost(review.room, review.currency, alt=words.alt_room(review.room, review.currency),
                                     caption=phrase("How long it takes until the benefit has paid a cost back."))
    return Block("value.cost", "CostRoom", review.room.to_dict(), title=phrase("What it may cost and still pay"), charts=(picture,),
                 sentences=words.room_sentence(review.room, review), tables=(tables.room(review.room, review.currency),),
                 warnings=tuple(map(said, review.room.warnings)))


def what_if_of(review: ValueReview) -> Block | None:
    return what_if(review.what_if, review.roi_convention) if review.what_if is not None else None


def what_if(result: WhatIf, roi_convention: str = "net") -> Block:
    return Block("value.what_if", "WhatIf", result.to_dict(), sliders=sliders(result, roi_convention=roi_convention))


def value_would_change(review: ValueReview) -> Block:
    return Block("value.would_change", "Notes", [], sentences=words.would_change(review) or (say("New actuals."),))
