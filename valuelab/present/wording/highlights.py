"""The few figures that stand large at the top of a report, each with its interval or with what it is held against."""

from __future__ import annotations

from markupsafe import Markup

from valuelab.analysis.conversion import Conversion
from valuelab.analysis.direct_benefits import BenefitEffect
from valuelab.analysis.reviews import BaselineReview, ConversionReview, IndicatorReview, ValueReview
from valuelab.analysis.value_case import CaseSide, ValueCase
from valuelab.analysis.value_outlook import ValueOutlook
from valuelab.formatting import format_fraction, format_interval, is_money
from valuelab.present.blocks import Highlight
from valuelab.present.figures import fig, period_text, say
from valuelab.present.wording import outlook
from valuelab.present.wording.benefits import years
from valuelab.present.wording.common import GOAL_WORDS, against, chance_of, clear, months, when
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
    unit = "" if estimate.unit == "fraction" or is_money(estimate.unit) else estimate.unit
    return Highlight(str(label), fig(estimate, unit=False, magnitude=magnitude, sign=sign), unit, under or _range(estimate, magnitude=magnitude))


def baseline(review: BaselineReview) -> tuple[Highlight, ...]:
    """Where it lands, what was wanted, the distance, the chance."""
    lead = review.lead
    if lead is None or lead.projected is None or lead.shortfall is None:
        if review.next_year is None:
            return ()
        span = "the next 12 months" if review.measure.total_by == "sum" else "in a year"
        return (_one(f"{review.measure.name}, {span}", review.next_year),)
    noun = GOAL_WORDS[lead.goal.kind]
    kept = "" if lead.settled else ", if nothing changes"
    rows = [_one(f"{review.measure.name} {when(lead.goal)}{kept}", lead.projected),
            _one(noun.capitalize(), lead.value, f"by {period_text(lead.goal.end)}")]
    gap = lead.shortfall
    if clear(gap.of_target):
        word, _ = against(gap.units, review.measure.better)
        rows.append(_one(f"{word} the {noun}".capitalize(), gap.of_target, magnitude=True))
    if lead.chance is not None:
        rows.append(Highlight(f"Chance of reaching the {noun}", chance_of(lead.chance), under="if nothing changes"))
    return tuple(rows)


def indicators(review: IndicatorReview) -> tuple[Highlight, ...]:
    """The way to each target against the plan; then who moves first, and how strong that link is."""
    rows = []
    for p in review.progress:
        if p.progress is not None:
            rows.append(_one(f"{p.name}: way to the target", p.progress, say("{} planned by now", fig(p.planned))))
    for v in review.verdicts("leads"):
        if not v.same_figure and v.lag_months is not None:
            span = months(v.lag_months).split()
            rows.append(Highlight(f"{v.indicator} moves before {review.outcome} by", Markup.escape(span[0]), span[1],
                                  say("goes with {} of what else moves it", fig(v.strength)) if v.strength else ""))
    return tuple(rows[:MOST])


def conversion(review: ConversionReview) -> tuple[Highlight, ...]:
    """The first indicator's effect as measured and as agreed, and what one more point is worth."""
    if not review.items:
        return ()
    item, rows = review.items[0], []
    if isinstance(item.measured, Conversion):
        e = item.measured_effect or item.measured.shown
        rows.append(_one(f"One point of {item.indicator}, as measured", e, sign=True))
    if item.agreed is not None:
        rows.append(_one(f"One point of {item.indicator}, as agreed", item.agreed.effect, sign=True))
    chain, word = (item.worth_agreed, "agreed") if item.worth_agreed else (item.worth_measured, "measured")
    if chain is not None:
        money = chain.profit or chain.revenue
        if money is not None:
            rows.append(_one(f"One point a year in {'profit' if chain.profit is not None else 'revenue'}", money, f"at the {word} effect"))
        else:
            rows.append(_one("One point a year", chain.units, f"at the {word} effect"))
    return tuple(rows)


def value(review: ValueReview) -> tuple[Highlight, ...]:
    """Money back over money in, by both conventions; or what the best option, or the promise, is worth."""
    if isinstance(review.case, ValueCase):
        return _case(review.case, review)
    if review.leads == "benefit":
        return _benefit(review.benefits[0])
    if review.best_price is not None:
        best = review.best_price
        return (_one(f"{best.name}: net profit a year", best.net, sign=True), _one("Gained on units that are kept", best.gained, sign=True),
                _one("Lost on units that are not", best.lost), _one("Volume it may lose", best.break_even_volume_loss, "before doing nothing is as good"))
    if (found := outlook.pays(review)) is not None:
        return _outlook(found, review)
    if not review.reach:
        return ()
    goal = review.main
    if goal.units.value <= 0:
        return ()
    word = GOAL_WORDS[goal.outlook.goal.kind]
    rows = [_one(f"Revenue a year from keeping the {word}" if goal.outlook.goal.kind == "promised" else f"Revenue a year at the {word}", goal.revenue)] if goal.revenue is not None else []
    if goal.profit is not None:
        rows.append(_one("Of that, profit", goal.profit))
    if review.room is not None and not isinstance(review.room, CannotSay) and review.room_for == goal.name:
        rows.append(_one("Cost that would be paid back", review.room.break_even_cost, f"within {months(review.room.horizon_months)}"))
    return tuple(rows)


def _outlook(found: ValueOutlook, review: ValueReview) -> tuple[Highlight, ...]:
    """What is left after the stated cost, ROI by the customer's convention, the cost, the chance that it returns more."""
    span = months(found.horizon_months)
    rows = [_one(f"Net over {span}, if the goal is reached", found.net_return, sign=True)]
    if review.roi_convention == "gross" and found.benefit_cost_ratio is not None:
        rows.append(_one("Benefit–cost ratio (gross)", found.benefit_cost_ratio))
    elif found.roi_net is not None:
        rows.append(_one("ROI (net)", found.roi_net))
    rows.append(_one(f"Cost over {span}", found.cost))
    if found.chance_of_return is not None:
        likely = review.main_chance
        rows.append(Highlight("Chance of a return, if the goal is reached", chance_of(found.chance_of_return),
                              under=say("chance of the goal: {}", chance_of(likely)) if likely else ""))
    return tuple(rows[:MOST])


def _benefit(effect: BenefitEffect) -> tuple[Highlight, ...]:
    rows = [_one("Profit a year", effect.per_year), _one(f"Over {years(effect)}{', before cost' if effect.cost is not None else ''}", effect.total)]
    if effect.net is not None:
        rows.append(_one("Net of its cost", effect.net, sign=True))
    if effect.roi_net is not None:
        rows.append(_one("ROI (net)", effect.roi_net, "return over cost"))
    elif effect.kept is not None:
        rows.append(_one("Who stay a year", effect.kept))
    return tuple(rows[:MOST])


def _case(case: ValueCase, review: ValueReview) -> tuple[Highlight, ...]:
    side = case.actual or case.estimated
    if case.complete or case.to_date is None:
        word = "" if case.complete else ", as planned"
        return (_one(f"{return_word(case)}{word}".capitalize(), side.net_return, say("{} was planned", fig(case.estimated.net_return)) if case.complete else ""),
                *_roi(side, review), *_payback(side, case))
    estimated, actual = case.to_date
    return (_one(f"{income_word(case)} to date".capitalize(), actual.revenue, say("{} was estimated", fig(estimated.revenue))),
            _one(f"{return_word(case)} at completion, forecast".capitalize(), case.at_completion.net_return), *_payback(case.at_completion, case))


def _roi(side: CaseSide, review: ValueReview) -> list[Highlight]:
    """Both conventions, the customer's first."""
    if side.roi_net is None:
        return []
    both = [_one("ROI (net)", side.roi_net, "return over cost"), _one("Benefit–cost ratio (gross)", side.benefit_cost_ratio, f"{'profit' if review.case.basis == 'profit' else 'revenue'} over cost")]
    return both[::-1] if review.roi_convention == "gross" else both


def _payback(side: CaseSide, case: ValueCase) -> list[Highlight]:
    if side.payback is None:
        return []
    return [_one("Pays back after" if side is not case.actual else "Paid back after", Estimate(side.payback.value, unit=f"{period_word(case)}s", key=side.payback.key))]
