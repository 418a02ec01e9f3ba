"""One scorecard of four views: what it is worth, what customers say of it, how product and service do, what becomes of the business."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from valuelab.analysis.adoption import Adoption
from valuelab.analysis.relationships import Relationships
from valuelab.analysis.reviews.indicators import standing_of
from valuelab.analysis.reviews.value import MoneyGoal, ValueReview, review_value
from valuelab.analysis.surveys import SurveyFound, review_survey
from valuelab.analysis.value_case import ValueCase
from valuelab.formatting import format_estimate, is_money, unit_of_difference
from valuelab.provenance import Derivation, derived
from valuelab.registers import StatedFigure, View
from valuelab.types import Customer, Estimate, Measure, Result

SIDES: dict[View, Literal["inside-out", "outside-in"]] = {"business value": "inside-out", "experience": "outside-in", "performance": "inside-out", "outcomes": "outside-in"}
ASK: dict[View, str] = {
    "business value": "What does it bring in money, and what does it cost? A cash flow with a discount rate gives its net present value.",
    "experience": "Would the people who use it recommend it, are they satisfied, is it easy for them? Ask them, and add `surveys`.",
    "performance": "Which figures say how well product and service do? Name them under `scorecard: performance`.",
    "outcomes": "Which figures of the customer’s own business should move: revenue, tenure, cost, advocacy? Name them under `scorecard: outcomes`.",
}
Verdict = Literal["better", "worse", "unchanged", "cannot say", ""]
NO_RATE = "no discount rate is agreed, so it is not discounted"


@dataclass(frozen=True, slots=True)
class ScoreLine(Result):
    """One figure of a view. ``before``: what it is held against, ``against`` in words; ``verdict``: "cannot say" where the interval of ``change`` covers zero, "" where it
    is held against nothing. ``value``: direct where it is money already, indirect where it has to be converted, and ``converts`` how. ``opinion``: whose and when, "" of what was counted.
    ``asked`` and ``since``: of a survey the last round and the one before, as periods.
    """

    name: str
    figure: Estimate
    before: Estimate | None
    change: Estimate | None
    against: str
    verdict: Verdict
    value: Literal["direct", "indirect"]
    converts: str = ""
    opinion: str = ""
    says: str = ""
    asked: str = ""
    since: str = ""


@dataclass(frozen=True, slots=True)
class ScoreView(Result):
    """One view with its figures. ``side``: inside-out is what supplier and analyst see from within, outside-in what the customer feels and does. ``ask``: where nothing is known."""

    name: View
    side: str
    lines: tuple[ScoreLine, ...]
    ask: str = ""


@dataclass(frozen=True, slots=True)
class Scorecard(Result):
    """Four views. ``surveys``: every round behind the lines of experience. ``unplaced``: indicators that stand in no view."""

    views: tuple[ScoreView, ...]
    surveys: tuple[SurveyFound, ...] = ()
    unplaced: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()

    @property
    def lines(self) -> tuple[ScoreLine, ...]:
        return tuple(line for view in self.views for line in view.lines)

    @property
    def missing(self) -> tuple[ScoreView, ...]:
        return tuple(view for view in self.views if not view.lines)


def review_scorecard(customer: Customer, adoption: Adoption | None, people: Relationships | None) -> Scorecard | None:
    """The scorecard of what is known; None where no survey is there and the params place nothing in it.

    Not a sum: the four views are not added up, and a good one makes up for no bad one. Money figures are those of notebook 04.
    """
    plan = customer.scorecard
    if not (customer.surveys or plan.experience or plan.performance or plan.outcomes or plan.stated):
        return None
    surveys = tuple(review_survey(s) for s in customer.surveys)
    outcomes = (*((customer.outcome.name,) if customer.outcome is not None and customer.outcome.name not in (*plan.experience, *plan.performance, *plan.outcomes) else ()), *plan.outcomes)
    lines: dict[View, list[ScoreLine]] = {
        "business value": list(_money(customer)),
        "experience": [_answered(s) for s in surveys] + list(_measures(customer, plan.experience)),
        "performance": list(_used(adoption)) + list(_measures(customer, plan.performance)),
        "outcomes": list(_measures(customer, outcomes)) + list(_advocacy(people)),
    }
    for stated in plan.stated:
        lines[stated.view].append(_stated(stated))
    views = tuple(ScoreView(name, SIDES[name], tuple(found), "" if found else ASK[name]) for name, found in lines.items())
    placed = (*plan.experience, *plan.performance, *outcomes)
    return Scorecard(views, surveys, tuple(name for name in customer.indicators if name not in placed), tuple(_warnings(surveys)))


def _money(customer: Customer) -> Iterator[ScoreLine]:
    """What report 04 says: net present value where there is a cash flow, else prices, direct benefits, the value of the goal."""
    review = review_value(customer)
    if not isinstance(review, ValueReview):
        return
    if isinstance(review.case, ValueCase):
        yield _case(review)
    if review.best_price is not None:
        yield _worth(f"{review.best_price.name}: profit a year", review.best_price.net, "direct")
    for benefit in review.benefits:
        yield _worth(f"{benefit.name}: {'net of its cost' if benefit.net is not None else 'before its cost'}", benefit.worth, "direct")
    if review.case is None and review.main is not None:
        direct = customer.outcome is not None and is_money(customer.outcome.unit)
        converts = "" if direct else f"at {format_estimate(customer.unit_value.value)} a unit of {customer.outcome.name}"
        if review.outlook is not None and review.outlook.net_return is not None:
            yield _worth(f"Goal reached, net of stated costs, over {review.outlook.horizon_months} months", review.outlook.net_return, "direct" if direct else "indirect", converts)
        else:
            yield _worth(_goal(review.main), review.main.money, "direct" if direct else "indirect", converts)


def _goal(main: MoneyGoal) -> str:
    return f"{main.name[:1].upper()}{main.name[1:]} reached, a year"


def _case(review: ValueReview) -> ScoreLine:
    case = review.case
    side, when = (case.actual, "actual") if case.actual is not None else (case.at_completion, "forecast at completion")
    discounted = side.npv is not None
    figure, plan = (side.npv, case.estimated.npv) if discounted else (side.net_return, case.estimated.net_return)
    if discounted and case.actual is None and review.outlook is not None and review.outlook.npv is not None:
        figure = review.outlook.npv
    change = Estimate(figure.value - plan.value, unit=figure.unit, kind=figure.kind, convention="against the plan", key="scorecard.net_present_value.change",
                      derivation=derived("now − plan", {"now": figure, "plan": plan}))
    verdict: Verdict = "unchanged" if abs(change.value) < 0.005 else "better" if change.value > 0 else "worse"
    if not figure.bare and figure.low <= plan.value <= figure.high and verdict != "unchanged":
        verdict = "cannot say"
    return ScoreLine(f"Net present value, {when}" if discounted else f"Net return, {when}", figure, plan, change, "the plan", verdict, "direct", says="report 04" if discounted else f"report 04; {NO_RATE}")


def _worth(name: str, figure: Estimate, value: Literal["direct", "indirect"], converts: str = "") -> ScoreLine:
    return ScoreLine(name, figure, None, None, "", "", value, converts, says="report 04")


def _answered(found: SurveyFound) -> ScoreLine:
    before = found.rounds[-2].figure if len(found.rounds) > 1 else None
    return ScoreLine(found.name, found.last.figure, before, found.change, "", found.verdict or "", "indirect", says=f"{found.last.answers.value:.0f} answers", asked=found.last.asked,
                     since=found.rounds[-2].asked if before else "")


def _measures(customer: Customer, names: tuple[str, ...]) -> Iterator[ScoreLine]:
    for name in names:
        line = _measure(customer, customer.measure(name))
        if line is not None:
            yield line


def _measure(customer: Customer, measure: Measure) -> ScoreLine | None:
    standing = standing_of(measure)
    if standing.now is None:
        return None
    change = standing.change
    verdict: Verdict = "" if change is None else "unchanged" if change.value == 0 else "better" if (change.value > 0) == (measure.better == "higher") else "worse"
    direct = is_money(measure.unit)
    return ScoreLine(measure.name, standing.now, standing.year_before, change, "the same months a year before" if change is not None else "", verdict,
                     "direct" if direct else "indirect", "" if direct else _conversion(customer, measure), says="mean of the last three periods")


def _conversion(customer: Customer, measure: Measure) -> str:
    """How it becomes money, as far as somebody agreed to it."""
    agreed = next((c for c in customer.conversions if c.indicator == measure.name), None)
    if agreed is not None and customer.outcome is not None:
        return f"{format_estimate(agreed.effect)} of {customer.outcome.name} a point ({agreed.effect.kind})"
    if customer.outcome is not None and measure.name == customer.outcome.name and customer.unit_value is not None:
        return f"at {format_estimate(customer.unit_value.value)} a unit"
    return ""


def _used(adoption: Adoption | None) -> Iterator[ScoreLine]:
    total = adoption.total if adoption is not None else None
    if total is None or total.share is None:
        return
    change = total.change
    verdict: Verdict = "" if change is None else "cannot say" if not change.excludes(0) else "better" if change.value > 0 else "worse"
    yield ScoreLine("Licences in use", total.share, None, change, "three months before, by month" if change is not None else "", verdict, "indirect", says="usage file")


def _advocacy(people: Relationships | None) -> Iterator[ScoreLine]:
    """Who speaks for us, among the people whose opinion somebody wrote down."""
    if people is None or people.promoters is None:
        return
    whose, last = sorted({p.by for p in people.people if p.by}), max(p.on for p in people.people)
    yield ScoreLine("Advocacy: promoters among the people we know", people.promoters, None, None, "", "", "indirect", opinion=", ".join([*(whose or ["nobody is named"]), *([f"last on {last}"] if last else [])]))


def _stated(line: StatedFigure) -> ScoreLine:
    key = f"scorecard.stated.{line.name}"
    opinion = line.kind == "subjective"
    kind = "assumed" if opinion or not line.by else "agreed"

    def figure(value: float, name: str) -> Estimate:
        return Estimate(value, unit=line.unit, kind=kind, source=line.by, key=name, convention="as stated", derivation=Derivation(written=f"scorecard.stated.{line.name}", agreed_by=line.by, agreed_on=line.on))

    now, before = figure(line.value, key), None if line.before is None else figure(line.before, f"{key}.before")
    change = None if before is None else Estimate(now.value - before.value, unit=unit_of_difference(line.unit), kind=kind, convention="now − before", key=f"{key}.change",
                                                  derivation=derived("now − before", {"now": now, "before": before}))
    verdict: Verdict = "" if change is None else "unchanged" if change.value == 0 else "better" if (change.value > 0) == (line.better == "higher") else "worse"
    whose = ", ".join(part for part in (line.by, line.on) if part)
    return ScoreLine(line.name, now, before, change, "last time, as stated" if before is not None else "", verdict, "direct" if is_money(line.unit) else "indirect",
                     opinion=whose if opinion else "", says=", ".join(part for part in (line.note, "" if opinion else whose or "nobody is named") if part))


def _warnings(surveys: tuple[SurveyFound, ...]) -> Iterator[str]:
    for found in surveys:
        if found.last.answers.value < 30:
            yield f"{found.name}: {found.last.answers.value:.0f} answers in the last round; its interval is wide, and who did not answer may think otherwise."
