"""Sentences of notebook 04. ROI never without its convention; profit only where the basis is profit."""

from __future__ import annotations

from markupsafe import Markup

from valuelab.analysis.prices import PriceEffect
from valuelab.analysis.reviews import MoneyGoal, ValueReview
from valuelab.analysis.value_case import CaseSide, ValueCase
from valuelab.analysis.value_chain import CostRoom
from valuelab.formatting import format_money, format_number
from valuelab.language import phrase, said
from valuelab.present.charts.money import period_word
from valuelab.present.figures import about, fig, full, joined, plain, say, say_of
from valuelab.present.wording import benefits, outlook
from valuelab.present.wording.baseline import sentence
from valuelab.present.wording.common import chance_of, clear, goal_word, months, one, sentence_case, several, the_goal
from valuelab.types import CannotSay, Estimate

_AMOUNTS = ("expenditure_est", "expenditure_act", "revenue_est", "revenue_act")


def headline(review: ValueReview) -> Markup:
    if isinstance(review.case, ValueCase):
        return case_headline(review)
    if review.leads == "benefit":
        return benefits.headline(review.benefits[0])
    if review.best_price is not None:
        return price_headline(review)
    if (found := outlook.pays(review)) is not None:
        return outlook.headline(found, review)
    if review.main is not None:
        return reach(review.main, review)
    reason = said(review.case.reason.rstrip(".")) if isinstance(review.case, CannotSay) else phrase("no goal with a figure is ahead")
    return say("It cannot be said yet what it is worth: {reason}.", reason=reason)


def return_word(case: ValueCase) -> str:
    """"Profit" is a word for figures whose basis is profit."""
    return phrase("profit") if case.basis == "profit" else phrase("net return")


def income_word(case: ValueCase) -> str:
    """What comes in: revenue, or with basis profit the income after its own cost, before the expenditure of the initiative."""
    return phrase("revenue") if case.basis == "revenue" else phrase("income")


def roi(side: CaseSide, convention: str) -> Markup:
    """Both readings, each with its convention; the customer's choice leads."""
    if side.roi_net is None:
        return say("ROI is not defined without a cost")
    net = say("ROI (net) {ratio}", ratio=fig(side.roi_net))
    gross = say("benefit–cost ratio (gross) {ratio}", ratio=fig(side.benefit_cost_ratio))
    first, second = (gross, net) if convention == "gross" else (net, gross)
    return say("{first}, {second}", first=first, second=second)


def case_headline(review: ValueReview) -> Markup:
    case = review.case
    if case.complete:
        net, came, spent = fig(case.actual.net_return, magnitude=True), fig(case.actual.revenue), fig(case.actual.expenditure)
        ratios, income = roi(case.actual, review.roi_convention), income_word(case)
        if case.actual.net_return.value >= 0:
            return say("It returned {net} net ({came} of {income} less expenditure of {spent}): {ratios}.", net=net, came=came, income=income, spent=spent, ratios=ratios)
        return say("It lost {net} net ({came} of {income} less expenditure of {spent}): {ratios}.", net=net, came=came, income=income, spent=spent, ratios=ratios)
    if case.to_date is None:
        return say("Nothing is known yet; the plan expects a {net_return} of {value}: {ratios}.", net_return=return_word(case), value=fig(case.estimated.net_return),
                   ratios=roi(case.estimated, review.roi_convention))
    estimated, actual = case.to_date
    by = Markup("") if case.difference is None else say(" ({share})", share=fig(case.difference, sign=True))  # of nothing there is no share
    return say("To date ({span}) {actual} {income} came in against {estimated} estimated for the same {periods}{by}. Final {net_return} and ROI are to be announced.",
               span=elapsed(case), actual=fig(actual.revenue), income=income_word(case), estimated=fig(estimated.revenue), periods=several(period_word(case)), by=by,
               net_return=return_word(case))


def elapsed(case: ValueCase) -> str:
    """The compared periods by their numbers; those that are over and still to be announced are named as left out."""
    word, over = one(period_word(case)), case.table.loc[:case.as_of]
    left_out = [str(i) for i, known in enumerate(over[list(_AMOUNTS)].notna().all(axis=1)) if not known]
    text = phrase("{period} 0 to {last}", period=word, last=len(over) - 1) if len(over) > 1 else f"{word} 0"
    if not left_out:
        return text
    named = phrase("{count} of them", count=len(left_out)) if len(left_out) > 4 else f"{word if len(left_out) == 1 else several(period_word(case))} {joined(left_out)}"
    return phrase("{span} without {periods}, to be announced", span=text, periods=named)


def case_in_short(review: ValueReview) -> tuple[Markup, ...]:
    """For "In short": the plan, or the forecast; then payback."""
    case, lines = review.case, []
    word = period_word(case)
    if case.complete:
        lines.append(say("The plan was a {net_return} of {value}: {ratios}.", net_return=return_word(case), value=fig(case.estimated.net_return),
                         ratios=roi(case.estimated, review.roi_convention)))
        if case.difference is not None:
            income, by = income_word(case), fig(case.difference, magnitude=True)
            lines.append(say("Actual {income} is {by} above the estimate.", income=income, by=by) if case.difference.value >= 0 else
                         say("Actual {income} is {by} below the estimate.", income=income, by=by))
    elif case.to_date is not None:
        end = case.at_completion
        lines.append(say("Forecast at completion, from actuals and the remaining estimates: {came} {income} and a {net_return} of {value}. That is an estimated {ratios}.",
                         came=fig(end.revenue), income=income_word(case), net_return=return_word(case), value=full(end.net_return), ratios=roi(end, review.roi_convention)))
    side = case.actual or case.estimated
    if side.payback is not None:
        when, deepest, periods = fig(side.payback, unit=False), fig(side.deepest), several(word)
        lines.append(say("Actual payback came after {when} {periods}. At its lowest the balance stood at {deepest}.", when=when, periods=periods, deepest=deepest)
                     if case.actual is not None else
                     say("Payback is planned after {when} {periods}. At its lowest the balance would stand at {deepest}.", when=when, periods=periods, deepest=deepest))
    else:
        lines.append(say("Actual: it does not pay back within the plan.") if case.actual is not None else say("Estimated: it does not pay back within the plan."))
    return tuple(lines)


def case_support(case: ValueCase) -> tuple[Markup, ...]:
    """Beside the cash flow: both forecasts, how much may be lost, how close periods came."""
    lines, word = [], period_word(case)
    if not case.complete and case.to_date is not None:
        lines.append(forecasts(case))
    if case.break_even_revenue is not None and case.break_even_revenue.value > 0:
        lines.append(say("Planned {income} could fall short by {share} before the {net_return} turns negative.", income=income_word(case), share=fig(case.break_even_revenue),
                         net_return=return_word(case)))
    if case.weeks_within is not None and case.profit_range is not None:
        inside, compared = case.weeks_within
        if compared:
            lines.append(say("{inside} of the {compared} {periods} came in as close to the estimate as was stated ({accuracy}). A total can be close where its parts are not.",
                             inside=format_number(inside), compared=format_number(compared), periods=several(word), accuracy=said(case.profit_range.convention)))
    if case.reason and not case.status:
        lines.append(say("{reason}", reason=sentence(said(case.reason))))
    return tuple(lines)


def forecasts(case: ValueCase) -> Markup:
    """Both ways to look ahead, by name; neither instead of the other."""
    noun = return_word(case)
    value = fig(case.at_completion.net_return)
    if case.at_completion_scaled is None:
        return say("Forecast of the {net_return}: actuals + remaining estimates, {value}. There is no performance to date to scale by.", net_return=noun, value=value)
    return say("Two forecasts of the {net_return}: actuals + remaining estimates, {value}; the same with what remains scaled by the performance to date, {scaled}.", net_return=noun,
               value=value, scaled=fig(case.at_completion_scaled.net_return))


def contains(case: ValueCase) -> tuple[Markup, ...]:
    """What the figures are, and which cost they are not said to contain."""
    lines = []
    if case.basis == "revenue":
        lines.append(say("These are flows of revenue: the cost of goods counts only where it is part of the expenditure."))
    else:
        lines.append(say("The basis is profit: income stands after its own cost, and profit is income less the expenditure of the initiative."))
    if case.stated:
        lines.append(say_of("{names} is stated, not observed: it counts at the stated amount also where a period is over, so an actual net holds it.",
                            "{names} are stated, not observed: they count at the stated amount also where a period is over, so an actual net holds them.",
                            len(case.stated), names=joined(list(case.stated))))
    if not case.supplier_price_known and not case.staff_time_known:
        lines.append(say("The expenditure is not said to contain the supplier’s price nor the customer’s own staff time. If it does not, the return is overstated."))
    elif not case.supplier_price_known:
        lines.append(say("The expenditure is not said to contain the supplier’s price. If it does not, the return is overstated."))
    elif not case.staff_time_known:
        lines.append(say("The expenditure is not said to contain the customer’s own staff time. If it does not, the return is overstated."))
    return tuple(lines)


def price_headline(review: ValueReview) -> Markup:
    best = review.best_price
    size = fig(best.net, magnitude=True)
    text = say("“{name}” adds {size} of profit a year", name=best.name, size=size) if best.net.value >= 0 else say("“{name}” costs {size} of profit a year", name=best.name, size=size)
    if review.best_over is not None:
        other, margin = review.best_over
        by = fig(margin, magnitude=True)
        text = say("{finding}, {by} more than “{other}”", finding=text, by=by, other=other) if margin.value >= 0 else say("{finding}, {by} less than “{other}”", finding=text, by=by, other=other)
    lead = say("This customer’s strategy leads with profit.") if review.strategy == "profit" else say("This customer’s strategy leads with customers kept.")
    return say("{finding}. {lead}", finding=text, lead=lead)


def price_support(options: tuple[PriceEffect, ...]) -> tuple[Markup, ...]:
    lines = []
    for o in options:
        text = say("{name}: {gained} is gained on the units that are kept and {lost} lost on those that are not, so net {net} a year. Volume may fall by {loss} before "
                   "doing nothing is as good", name=o.name, gained=fig(o.gained), lost=fig(o.lost), net=fig(o.net, sign=True), loss=fig(o.break_even_volume_loss))
        if o.break_even_against is not None:
            other, fraction = o.break_even_against
            text = say("{finding}, and by {share} before “{other}” is as good", finding=text, share=fig(fraction), other=other)
        lines.append(text + Markup("."))
    return tuple(lines)


def reach(goal: MoneyGoal, review: ValueReview) -> Markup:
    """What reaching a goal is worth over the base."""
    outlook = goal.outlook
    if goal.units.value <= 0:
        loses = goal.money is not None and goal.money.value < 0
        values = {"goal": goal_word(outlook.goal.kind), "value": fig(outlook.value), "base": fig(review.base)}
        if loses:
            return say("The {goal} of {value} is not above the base of {base}: reaching it changes the year by {money}.", money=full(goal.money), **values)
        return say("The {goal} of {value} is not above the base of {base}: reaching it adds nothing.", **values)
    target, worth, base = the_goal(outlook.goal.kind, fig(outlook.value)), money(goal), fig(review.base)
    text = say("Reaching {goal} is worth {worth} more than the base of {base}.", goal=target, worth=worth, base=base) if outlook.chance is None else \
        say("Reaching {goal} (chance if nothing changes: {chance}) is worth {worth} more than the base of {base}.", goal=target, chance=chance_of(outlook.chance), worth=worth, base=base)
    if review.room is not None and not isinstance(review.room, CannotSay) and review.room_for == goal.name:
        text += Markup(" ") + say("No cost is stated: up to {cost} would be paid back within {span}.", cost=fig(review.room.break_even_cost), span=months(review.room.horizon_months))
    return text


def money(goal: MoneyGoal) -> Markup:
    parts = []
    if goal.revenue is not None:
        parts.append(say("{amount} revenue", amount=full(goal.revenue)))
    if goal.profit is not None:
        parts.append(say("{amount} profit", amount=full(goal.profit)))
    return say("{amounts} a year", amounts=Markup(" = ").join(parts))


def worth_support(review: ValueReview) -> tuple[Markup, ...]:
    """For "In short": what is missing for the promise (or the target), and what is not known."""
    lines = []
    gap = next((g for g in review.gaps if g.outlook.goal.kind == "promised"), review.gaps[0] if review.gaps else None)
    if gap is not None and gap.units.value > 0:
        lines.append(falls_short(gap))
    if review.unit_value is not None and review.unit_value.basis == "revenue" and review.unit_value.margin is None:
        lines.append(say("No margin is agreed, so nothing here is called profit."))
    if review.room is not None:
        lines.append(say("No cost is stated, so there is no ROI. It would take the supplier’s price and the customer’s own staff time."))
    return tuple(lines)


def falls_short(gap: MoneyGoal) -> Markup:
    """The projected gap in units and money; "short" only where the interval says so."""
    word, units, worth = goal_word(gap.outlook.goal.kind), full(gap.units), money(gap)
    if not clear(gap.units):
        return say("Whether the {goal} is missed is open: goal − projected is {units}, worth {worth}.", goal=word, units=units, worth=worth)
    return say("The projection falls {units} short of the {goal}: {worth}.", goal=word, units=units, worth=worth)


def goals_in_money(review: ValueReview) -> tuple[Markup, ...]:
    """The base in money, the target's gap, and what separates a promise from half the gap."""
    lines = []
    if review.base_revenue is not None:
        lines.append(say("The base, {what}, is {base}: {revenue} revenue a year at {value} a unit.", what=said(review.base_text), base=fig(review.base),
                         revenue=fig(review.base_revenue), value=fig(review.unit_value.value)))
    lines += [falls_short(g) for g in review.gaps if g.outlook.goal.kind == "target" and g.units.value > 0]
    if review.half_gap_money is not None:
        lines.append(say("“Half the gap” and the promise differ by {amount} {basis}.", amount=fig(review.half_gap_money, magnitude=True),
                         basis=said(review.half_gap_money.convention)))
    return tuple(lines)


def at_risk(estimate: Estimate, review: ValueReview) -> Markup:
    return say("Money at risk: about {amount} ({how}).", amount=about(estimate), how=said(estimate.convention))


def room_sentence(room: CostRoom, review: ValueReview) -> tuple[Markup, ...]:
    goal = next(g for g in review.reach if g.name == review.room_for)
    text = say("Keeping {goal} is worth {worth} ({basis}): a cost of {cost} is paid back within {span}.", goal=the_goal(goal.outlook.goal.kind, fig(goal.outlook.value)),
               worth=fig(room.benefit_per_year), basis=said(room.benefit_per_year.convention), cost=full(room.break_even_cost), span=months(room.horizon_months))
    return (text + Markup(" ") + say("The benefit starts after {span}.", span=months(review.lag_months)) if review.lag_months else text,)


def would_change(review: ValueReview) -> tuple[Markup, ...]:
    lines = []
    if isinstance(review.case, ValueCase):
        if review.case.profit_range is not None:
            r = review.case.profit_range
            lines.append(say("If all planned {income} is off by the stated accuracy, the planned {net_return} is between {low} and {high}.", income=income_word(review.case),
                             net_return=return_word(review.case), low=format_money(r.low, review.currency), high=format_money(r.high, review.currency)))
        if not review.case.complete:
            lines.append(say("Each further period replaces an estimate by an actual; the estimates themselves are not changed."))
    for o in review.prices:
        lines.append(say("{name}: a volume loss of more than {loss} makes it worse than doing nothing.", name=o.name, loss=fig(o.break_even_volume_loss)))
    for effect in review.benefits:
        lines += benefits.would_change(effect)
    if review.room is not None:
        lines.append(say("A stated cost would give ROI, payback and net present value."))
    if review.unit_value is not None and review.unit_value.value.bare:
        lines.append(say("The value of one unit is a single agreed figure: every amount moves in proportion to it."))
    return tuple(lines)


def npv_note(case: ValueCase, side: CaseSide) -> Markup | None:
    if side.npv is None:
        return None
    return say("Net present value, {side}: {value} ({how}).", side=said(side.label), value=fig(side.npv, exact=True), how=said(side.npv.convention))


def alt_cumulative(case: ValueCase) -> str:
    def ends(column: str) -> str:
        known = case.table[column].dropna()
        return ", ".join(format_money(float(v), case.currency, exact=True) for v in known)

    parts = [phrase("Cumulative net cash flow by {period} from 0. Estimated: {values}.", period=one(period_word(case)), values=ends("cum_est"))]
    actual = case.table["cum_act"].dropna()
    if len(actual):
        parts.append(phrase("Actual: {values}.", values=ends("cum_act")))
    if len(actual) < len(case.table):
        parts.append(phrase("The rest is to be announced."))
    return " ".join(parts)


def alt_goals(rows: list[tuple[str, Estimate, str]], label: str) -> str:
    return f"{sentence_case(label)}. " + "; ".join(f"{name}: {plain(full(figure))}" for name, figure, _ in rows) + "."


def alt_revenue(case: ValueCase) -> str:
    known = case.table["revenue_act"].dropna()
    values = ", ".join(format_money(float(v), case.currency, exact=True) for v in known)
    text = phrase("{income} by {period} from 0, estimated beside actual; {known} of {all} actuals are known", income=sentence_case(income_word(case)),
                  period=one(period_word(case)), known=len(known), all=len(case.table))
    return f"{text}: {values}." if len(known) else f"{text}."


def alt_prices(options: tuple[PriceEffect, ...], currency: str) -> str:
    parts = "; ".join(phrase("{name}: gained {gained}, lost {lost}, net {net}", name=o.name, gained=plain(fig(o.gained)), lost=plain(fig(o.lost)), net=plain(fig(o.net)))
                      for o in options)
    return phrase("Change of profit a year by price option. {parts}.", parts=parts)


def alt_room(room: CostRoom, currency: str) -> str:
    parts = ", ".join(phrase("{cost}: {count} months", cost=format_money(r.cost, currency), count=format_number(r.payback_months)) for r in room.table.itertuples()
                      if r.payback_months == r.payback_months)
    return phrase("Months to pay back, by cost of the initiative. {parts}.", parts=parts)


def dated_npv(estimate: Estimate) -> Markup:
    return say("By dates, {kind}: {value} ({how}).", kind=said(estimate.kind), value=fig(estimate, exact=True), how=said(estimate.convention))
