"""The few figures that stand large at the top of a report, each with its interval or with what it is held against."""

from __future__ import annotations

from markupsafe import Markup

from valuelab.analysis.conversion import Conversion
from valuelab.analysis.direct_benefits import BenefitEffect
from valuelab.analysis.reviews import BaselineReview, ConversionReview, IndicatorReview, ValueReview
from valuelab.analysis.value_case import CaseSide, ValueCase
from valuelab.analysis.value_outlook import ValueOutlook
from valuelab.formatting import format_fraction, format_interval, is_money, unit_text
from valuelab.language import phrase
from valuelab.present.blocks import Highlight
from valuelab.present.figures import count, fig, period_text, say
from valuelab.present.wording import outlook
from valuelab.present.wording.benefits import years
from valuelab.present.wording.common import (
    against,
    chance_of,
    clear,
    goal_word,
    months,
    sentence_case,
    when,
)
from valuelab.present.wording.value import income_word, period_word, return_word
from valuelab.types import CannotSay, Estimate

MOST = 4  # more are no longer few


def _range(estimate: Estimate, *, magnitude: bool = False) -> str:
    """``95 %: 19,400 to 22,300``; empty for a bare number."""
    if estimate.bare:
        return ""
    if magnitude and estimate.high <= 0:
        estimate = Estimate(-estimate.value, -estimate.high, -estimate.low, level=estimate.level, unit=estimate.unit)
    level = f"{format_fraction(estimate.level, 0)}: " if estimate.level else ""
    return f"{level}{format_interval(estimate)}"


def _one(label: Markup | str, estimate: Estimate, under: Markup | str = "", *, magnitude: bool = False, sign: bool = False) -> Highlight:
    """A figure with its unit in small letters; its interval below unless something else is said."""
    unit = "" if estimate.unit == "fraction" or is_money(estimate.unit) else unit_text(estimate.unit)
    return Highlight(label, fig(estimate, unit=False, magnitude=magnitude, sign=sign), unit, under or _range(estimate, magnitude=magnitude))


def baseline(review: BaselineReview) -> tuple[Highlight, ...]:
    """Where it lands, what was wanted, the distance, the chance."""
    lead = review.lead
    if lead is None or lead.projected is None or lead.shortfall is None:
        if review.next_year is None:
            return ()
        name = review.measure.name
        label = phrase("{name}, the next 12 months", name=name) if review.measure.total_by == "sum" else phrase("{name}, in a year", name=name)
        return (_one(label, review.next_year),)
    kind, name, span = lead.goal.kind, review.measure.name, when(lead.goal)
    label = phrase("{name} {span}", name=name, span=span) if lead.settled else phrase("{name} {span}, if nothing changes", name=name, span=span)
    rows = [_one(label, lead.projected), _one(sentence_case(goal_word(kind)), lead.value, phrase("by {date}", date=period_text(lead.goal.end)))]
    gap = lead.shortfall
    if clear(gap.of_target):
        rows.append(_one(_distance(against(gap.units, review.measure.better)[0], kind), gap.of_target, magnitude=True))
    if lead.chance is not None:
        label = {"target": phrase("Chance of reaching the target"), "promised": phrase("Chance of reaching the promise (must have)"),
                 "expected": phrase("Chance of reaching the expectation (nice to have)")}[kind]
        rows.append(Highlight(label, chance_of(lead.chance), under=phrase("if nothing changes")))
    return tuple(rows)


def _distance(word: str, kind: str) -> str:
    """On which side of the goal it lands."""
    return {("short of", "target"): phrase("Short of the target"), ("above", "target"): phrase("Above the target"), ("below", "target"): phrase("Below the target"),
            ("short of", "promised"): phrase("Short of the promise (must have)"), ("above", "promised"): phrase("Above the promise (must have)"),
            ("below", "promised"): phrase("Below the promise (must have)"), ("short of", "expected"): phrase("Short of the expectation (nice to have)"),
            ("above", "expected"): phrase("Above the expectation (nice to have)"), ("below", "expected"): phrase("Below the expectation (nice to have)")}[word, kind]


def indicators(review: IndicatorReview) -> tuple[Highlight, ...]:
    """The way to each target against the plan; then who moves first, and how strong that link is."""
    rows = []
    for p in review.progress:
        if p.progress is not None:
            rows.append(_one(phrase("{name}: way to the target", name=p.name), p.progress, say("{planned} planned by now", planned=fig(p.planned))))
    for v in review.verdicts("leads"):
        if not v.same_figure and v.lag_months is not None:
            span = count(v.lag_months, "month").split()
            rows.append(Highlight(phrase("{name} moves before {outcome} by", name=v.indicator, outcome=review.outcome), Markup.escape(span[0]), span[1],
                                  say("goes with {strength} of what else moves it", strength=fig(v.strength)) if v.strength else ""))
    return tuple(rows[:MOST])


def conversion(review: ConversionReview) -> tuple[Highlight, ...]:
    """The first indicator's effect as measured and as agreed, and what one more point is worth."""
    if not review.items:
        return ()
    item, rows = review.items[0], []
    if isinstance(item.measured, Conversion):
        e = item.measured_effect or item.measured.shown
        rows.append(_one(phrase("One point of {name}, as measured", name=item.indicator), e, sign=True))
    if item.agreed is not None:
        rows.append(_one(phrase("One point of {name}, as agreed", name=item.indicator), item.agreed.effect, sign=True))
    chain, under = (item.worth_agreed, phrase("at the agreed effect")) if item.worth_agreed else (item.worth_measured, phrase("at the measured effect"))
    if chain is not None:
        money = chain.profit or chain.revenue
        if money is not None:
            rows.append(_one(phrase("One point a year in profit") if chain.profit is not None else phrase("One point a year in revenue"), money, under))
        else:
            rows.append(_one(phrase("One point a year"), chain.units, under))
    return tuple(rows)


def value(review: ValueReview) -> tuple[Highlight, ...]:
    """Money back over money in, by both conventions; or what the best option, or the promise, is worth."""
    if isinstance(review.case, ValueCase):
        return _case(review.case, review)
    if review.leads == "benefit":
        return _benefit(review.benefits[0])
    if review.best_price is not None:
        best = review.best_price
        return (_one(phrase("{name}: net profit a year", name=best.name), best.net, sign=True), _one(phrase("Gained on units that are kept"), best.gained, sign=True),
                _one(phrase("Lost on units that are not"), best.lost), _one(phrase("Volume it may lose"), best.break_even_volume_loss, phrase("before doing nothing is as good")))
    if (found := outlook.pays(review)) is not None:
        return _outlook(found, review)
    if not review.reach:
        return ()
    goal = review.main
    if goal.units.value <= 0:
        return ()
    label = {"promised": phrase("Revenue a year from keeping the promise (must have)"), "target": phrase("Revenue a year at the target"),
             "expected": phrase("Revenue a year at the expectation (nice to have)")}[goal.outlook.goal.kind]
    rows = [_one(label, goal.revenue)] if goal.revenue is not None else []
    if goal.profit is not None:
        rows.append(_one(phrase("Of that, profit"), goal.profit))
    if review.room is not None and not isinstance(review.room, CannotSay) and review.room_for == goal.name:
        rows.append(_one(phrase("Cost that would be paid back"), review.room.break_even_cost, phrase("within {span}", span=months(review.room.horizon_months))))
    return tuple(rows)


def _outlook(found: ValueOutlook, review: ValueReview) -> tuple[Highlight, ...]:
    """What is left after the stated cost, ROI by the customer's convention, the cost, the chance that it returns more."""
    span = months(found.horizon_months)
    rows = [_one(phrase("Net over {span}, if the goal is reached", span=span), found.net_return, sign=True)]
    if review.roi_convention == "gross" and found.benefit_cost_ratio is not None:
        rows.append(_one(phrase("Benefit–cost ratio (gross)"), found.benefit_cost_ratio))
    elif found.roi_net is not None:
        rows.append(_one(phrase("ROI (net)"), found.roi_net))
    rows.append(_one(phrase("Cost over {span}", span=span), found.cost))
    if found.chance_of_return is not None:
        likely = review.main_chance
        rows.append(Highlight(phrase("Chance of a return, if the goal is reached"), chance_of(found.chance_of_return),
                              under=say("chance of the goal: {chance}", chance=chance_of(likely)) if likely else ""))
    return tuple(rows[:MOST])


def _benefit(effect: BenefitEffect) -> tuple[Highlight, ...]:
    over = phrase("Over {span}, before cost", span=years(effect)) if effect.cost is not None else phrase("Over {span}", span=years(effect))
    rows = [_one(phrase("Profit a year"), effect.per_year), _one(over, effect.total)]
    if effect.net is not None:
        rows.append(_one(phrase("Net of its cost"), effect.net, sign=True))
    if effect.roi_net is not None:
        rows.append(_one(phrase("ROI (net)"), effect.roi_net, phrase("return over cost")))
    elif effect.kept is not None:
        rows.append(_one(phrase("Who stay a year"), effect.kept))
    return tuple(rows[:MOST])


def _case(case: ValueCase, review: ValueReview) -> tuple[Highlight, ...]:
    side = case.actual or case.estimated
    if case.complete or case.to_date is None:
        word = return_word(case)
        return (_one(sentence_case(word if case.complete else phrase("{net_return}, as planned", net_return=word)), side.net_return,
                     say("{value} was planned", value=fig(case.estimated.net_return)) if case.complete else ""), *_roi(side, review), *_payback(side, case))
    estimated, actual = case.to_date
    return (_one(sentence_case(phrase("{income} to date", income=income_word(case))), actual.revenue, say("{value} was estimated", value=fig(estimated.revenue))),
            _one(sentence_case(phrase("{net_return} at completion, forecast", net_return=return_word(case))), case.at_completion.net_return), *_payback(case.at_completion, case))


def _roi(side: CaseSide, review: ValueReview) -> list[Highlight]:
    """Both conventions, the customer's first."""
    if side.roi_net is None:
        return []
    over = phrase("profit over cost") if review.case.basis == "profit" else phrase("revenue over cost")
    both = [_one(phrase("ROI (net)"), side.roi_net, phrase("return over cost")), _one(phrase("Benefit–cost ratio (gross)"), side.benefit_cost_ratio, over)]
    return both[::-1] if review.roi_convention == "gross" else both


def _payback(side: CaseSide, case: ValueCase) -> list[Highlight]:
    if side.payback is None:
        return []
    return [_one(phrase("Pays back after") if side is not case.actual else phrase("Paid back after"), Estimate(side.payback.value, unit=f"{period_word(case)}s", key=side.payback.key))]
