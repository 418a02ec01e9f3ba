"""Sentences of notebook 04. ROI never without its convention; profit only where the basis is profit."""

from __future__ import annotations

from markupsafe import Markup

from valuelab.analysis.prices import PriceEffect
from valuelab.analysis.reviews import MoneyGoal, ValueReview
from valuelab.analysis.value_case import CaseSide, ValueCase
from valuelab.analysis.value_chain import CostRoom
from valuelab.formatting import format_money, format_number
from valuelab.present.charts.money import period_word
from valuelab.present.figures import about, fig, full, joined, plain, say
from valuelab.present.wording import benefits, outlook
from valuelab.present.wording.baseline import sentence
from valuelab.present.wording.common import GOAL_WORDS, chance_of, clear, months
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
    reason = review.case.reason if isinstance(review.case, CannotSay) else "no goal with a figure is ahead"
    return say("It cannot be said yet what it is worth: {}.", reason.rstrip("."))


def return_word(case: ValueCase) -> str:
    """"Profit" is a word for figures whose basis is profit."""
    return "profit" if case.basis == "profit" else "net return"


def income_word(case: ValueCase) -> str:
    """What comes in: revenue, or with basis profit the income after its own cost, before the expenditure of the initiative."""
    return "revenue" if case.basis == "revenue" else "income"


def roi(side: CaseSide, convention: str) -> Markup:
    """Both readings, each with its convention; the customer's choice leads."""
    if side.roi_net is None:
        return Markup("ROI is not defined without a cost")
    net = say("ROI (net) {}", fig(side.roi_net))
    gross = say("benefit–cost ratio (gross) {}", fig(side.benefit_cost_ratio))
    first, second = (gross, net) if convention == "gross" else (net, gross)
    return say("{}, {}", first, second)


def case_headline(review: ValueReview) -> Markup:
    case = review.case
    if case.complete:
        verb = "returned" if case.actual.net_return.value >= 0 else "lost"
        return say("It {} {} net ({} of {} less expenditure of {}): {}.", verb, fig(case.actual.net_return, magnitude=True), fig(case.actual.revenue),
                   income_word(case), fig(case.actual.expenditure), roi(case.actual, review.roi_convention))
    if case.to_date is None:
        return say("Nothing is known yet; the plan expects a {} of {}: {}.", return_word(case), fig(case.estimated.net_return),
                   roi(case.estimated, review.roi_convention))
    estimated, actual = case.to_date
    by = Markup("") if case.difference is None else say(" ({})", fig(case.difference, sign=True))  # of nothing there is no share
    return say("To date ({}) {} {} came in against {} estimated for the same {}s{}. Final {} and ROI are to be announced.", elapsed(case),
               fig(actual.revenue), income_word(case), fig(estimated.revenue), period_word(case), by, return_word(case))


def elapsed(case: ValueCase) -> str:
    """The compared periods by their numbers; those that are over and still to be announced are named as left out."""
    word, over = period_word(case), case.table.loc[:case.as_of]
    left_out = [str(i) for i, known in enumerate(over[list(_AMOUNTS)].notna().all(axis=1)) if not known]
    text = f"{word} 0 to {len(over) - 1}" if len(over) > 1 else f"{word} 0"
    if not left_out:
        return text
    named = f"{len(left_out)} of them" if len(left_out) > 4 else f"{word}{'' if len(left_out) == 1 else 's'} {joined(left_out)}"
    return f"{text} without {named}, to be announced"


def case_in_short(review: ValueReview) -> tuple[Markup, ...]:
    """For "In short": the plan, or the forecast; then payback."""
    case, lines = review.case, []
    word = period_word(case)
    if case.complete:
        lines.append(say("The plan was a {} of {}: {}.", return_word(case), fig(case.estimated.net_return), roi(case.estimated, review.roi_convention)))
        if case.difference is not None:
            side_of = "above" if case.difference.value >= 0 else "below"
            lines.append(say("Actual {} is {} {} the estimate.", income_word(case), fig(case.difference, magnitude=True), side_of))
    elif case.to_date is not None:
        end = case.at_completion
        lines.append(say("Forecast at completion, from actuals and the remaining estimates: {} {} and a {} of {}. That is an estimated {}.", fig(end.revenue), income_word(case),
                         return_word(case), full(end.net_return), roi(end, review.roi_convention)))
    side = case.actual or case.estimated
    kind = "Actual" if case.actual is not None else "Estimated"
    if side.payback is not None:
        lines.append(say("{} payback came after {} {}s. At its lowest the balance stood at {}.", kind, fig(side.payback, unit=False), word, fig(side.deepest))
                     if kind == "Actual" else
                     say("Payback is planned after {} {}s. At its lowest the balance would stand at {}.", fig(side.payback, unit=False), word, fig(side.deepest)))
    else:
        lines.append(say("{}: it does not pay back within the plan.", kind))
    return tuple(lines)


def case_support(case: ValueCase) -> tuple[Markup, ...]:
    """Beside the cash flow: both forecasts, how much may be lost, how close periods came."""
    lines, word = [], period_word(case)
    if not case.complete and case.to_date is not None:
        lines.append(forecasts(case))
    if case.break_even_revenue is not None and case.break_even_revenue.value > 0:
        lines.append(say("Planned {} could fall short by {} before the {} turns negative.", income_word(case), fig(case.break_even_revenue), return_word(case)))
    if case.weeks_within is not None and case.profit_range is not None:
        inside, compared = case.weeks_within
        if compared:
            lines.append(say("{} of the {} {}s came in as close to the estimate as was stated ({}). A total can be close where its parts are not.", format_number(inside), format_number(compared), word, case.profit_range.convention))
    if case.reason and not case.status:
        lines.append(say("{}", sentence(case.reason)))
    return tuple(lines)


def forecasts(case: ValueCase) -> Markup:
    """Both ways to look ahead, by name; neither instead of the other."""
    noun = return_word(case)
    text = say("Two forecasts of the {}: actuals + remaining estimates, {}", noun, fig(case.at_completion.net_return))
    if case.at_completion_scaled is None:
        return say("Forecast of the {}: actuals + remaining estimates, {}. There is no performance to date to scale by.", noun, fig(case.at_completion.net_return))
    return text + say("; the same with what remains scaled by the performance to date, {}.", fig(case.at_completion_scaled.net_return))


def contains(case: ValueCase) -> tuple[Markup, ...]:
    """What the figures are, and which cost they are not said to contain."""
    lines = []
    if case.basis == "revenue":
        lines.append(Markup("These are flows of revenue: the cost of goods counts only where it is part of the expenditure."))
    else:
        lines.append(Markup("The basis is profit: income stands after its own cost, and profit is income less the expenditure of the initiative."))
    if case.stated:
        lines.append(say("{} {} stated, not observed: {} at the stated amount also where a period is over, so an actual net holds {}.", joined(list(case.stated)),
                         *(("is", "it counts", "it") if len(case.stated) == 1 else ("are", "they count", "them"))))
    missing = [name for name, known in (("the supplier’s price", case.supplier_price_known), ("the customer’s own staff time", case.staff_time_known)) if not known]
    if missing:
        lines.append(say("The expenditure is not said to contain {}. If it does not, the return is overstated.", " nor ".join(missing)))
    return tuple(lines)


def price_headline(review: ValueReview) -> Markup:
    best = review.best_price
    verb = "adds" if best.net.value >= 0 else "costs"
    text = say("“{}” {} {} of profit a year", best.name, verb, fig(best.net, magnitude=True))
    if review.best_over is not None:
        other, margin = review.best_over
        word = "more" if margin.value >= 0 else "less"
        text += say(", {} {} than “{}”", fig(margin, magnitude=True), word, other)
    lead = "This customer’s strategy leads with profit" if review.strategy == "profit" else "This customer’s strategy leads with customers kept"
    return text + say(". {}.", lead)


def price_support(options: tuple[PriceEffect, ...]) -> tuple[Markup, ...]:
    lines = []
    for o in options:
        text = say("{}: {} is gained on the units that are kept and {} lost on those that are not, so net {} a year. Volume may fall by {} before "
                   "doing nothing is as good", o.name, fig(o.gained), fig(o.lost), fig(o.net, sign=True), fig(o.break_even_volume_loss))
        if o.break_even_against is not None:
            other, fraction = o.break_even_against
            text += say(", and by {} before “{}” is as good", fig(fraction), other)
        lines.append(text + Markup("."))
    return tuple(lines)


def reach(goal: MoneyGoal, review: ValueReview) -> Markup:
    """What reaching a goal is worth over the base."""
    outlook = goal.outlook
    if goal.units.value <= 0:
        loses = goal.money is not None and goal.money.value < 0
        return say("The {} of {} is not above the base of {}: reaching it {}.", GOAL_WORDS[outlook.goal.kind], fig(outlook.value), fig(review.base),
                   say("changes the year by {}", full(goal.money)) if loses else "adds nothing")
    likely = say(" (chance if nothing changes: {})", chance_of(outlook.chance)) if outlook.chance is not None else ""
    text = say("Reaching the {} of {}{} is worth {} more than the base of {}", GOAL_WORDS[outlook.goal.kind], fig(outlook.value), likely, money(goal),
               fig(review.base))
    if review.room is not None and not isinstance(review.room, CannotSay) and review.room_for == goal.name:
        text += say(". No cost is stated: up to {} would be paid back within {}", fig(review.room.break_even_cost),
                    months(review.room.horizon_months))
    return text + Markup(".")


def money(goal: MoneyGoal) -> Markup:
    parts = []
    if goal.revenue is not None:
        parts.append(say("{} revenue", full(goal.revenue)))
    if goal.profit is not None:
        parts.append(say("{} profit", full(goal.profit)))
    return Markup(" = ").join(parts) + Markup(" a year")


def worth_support(review: ValueReview) -> tuple[Markup, ...]:
    """For "In short": what is missing for the promise (or the target), and what is not known."""
    lines = []
    gap = next((g for g in review.gaps if g.outlook.goal.kind == "promised"), review.gaps[0] if review.gaps else None)
    if gap is not None and gap.units.value > 0:
        lines.append(falls_short(gap))
    if review.unit_value is not None and review.unit_value.basis == "revenue" and review.unit_value.margin is None:
        lines.append(Markup("No margin is agreed, so nothing here is called profit."))
    if review.room is not None:
        lines.append(Markup("No cost is stated, so there is no ROI. It would take the supplier’s price and the customer’s own staff time."))
    return tuple(lines)


def falls_short(gap: MoneyGoal) -> Markup:
    """The projected gap in units and money; "short" only where the interval says so."""
    word = GOAL_WORDS[gap.outlook.goal.kind]
    if not clear(gap.units):
        return say("Whether the {} is missed is open: goal − projected is {}, worth {}.", word, full(gap.units), money(gap))
    return say("The projection falls {} short of the {}: {}.", full(gap.units), word, money(gap))


def goals_in_money(review: ValueReview) -> tuple[Markup, ...]:
    """The base in money, the target's gap, and what separates a promise from half the gap."""
    lines = []
    if review.base_revenue is not None:
        lines.append(say("The base, {}, is {}: {} revenue a year at {} a unit.", review.base_text, fig(review.base), fig(review.base_revenue),
                         fig(review.unit_value.value)))
    lines += [falls_short(g) for g in review.gaps if g.outlook.goal.kind == "target" and g.units.value > 0]
    if review.half_gap_money is not None:
        lines.append(say("“Half the gap” and the promise differ by {} {}.", fig(review.half_gap_money, magnitude=True),
                         review.half_gap_money.convention))
    return tuple(lines)


def at_risk(estimate: Estimate, review: ValueReview) -> Markup:
    return say("Money at risk: about {} ({}).", about(estimate), estimate.convention)


def room_sentence(room: CostRoom, review: ValueReview) -> tuple[Markup, ...]:
    goal = next(g for g in review.reach if g.name == review.room_for)
    delay = f" The benefit starts after {months(review.lag_months)}." if review.lag_months else ""
    return (say("Keeping the {} of {} is worth {} ({}): a cost of {} is paid back within {}.{}", GOAL_WORDS[goal.outlook.goal.kind], fig(goal.outlook.value),
                fig(room.benefit_per_year), room.benefit_per_year.convention, full(room.break_even_cost), months(room.horizon_months), delay),)


def would_change(review: ValueReview) -> tuple[Markup, ...]:
    lines = []
    if isinstance(review.case, ValueCase):
        if review.case.profit_range is not None:
            r = review.case.profit_range
            lines.append(say("If all planned {} is off by the stated accuracy, the planned {} is between {} and {}.", income_word(review.case),
                             return_word(review.case), format_money(r.low, review.currency), format_money(r.high, review.currency)))
        if not review.case.complete:
            lines.append(Markup("Each further period replaces an estimate by an actual; the estimates themselves are not changed."))
    for o in review.prices:
        lines.append(say("{}: a volume loss of more than {} makes it worse than doing nothing.", o.name, fig(o.break_even_volume_loss)))
    for effect in review.benefits:
        lines += benefits.would_change(effect)
    if review.room is not None:
        lines.append(Markup("A stated cost would give ROI, payback and net present value."))
    if review.unit_value is not None and review.unit_value.value.bare:
        lines.append(Markup("The value of one unit is a single agreed figure: every amount moves in proportion to it."))
    return tuple(lines)


def npv_note(case: ValueCase, side: CaseSide) -> Markup | None:
    if side.npv is None:
        return None
    return say("Net present value, {}: {} ({}).", side.label, fig(side.npv, exact=True), side.npv.convention)


def alt_cumulative(case: ValueCase) -> str:
    def ends(column: str) -> str:
        known = case.table[column].dropna()
        return ", ".join(format_money(float(v), case.currency, exact=True) for v in known)

    text = f"Cumulative net cash flow by {period_word(case)} from 0. Estimated: {ends('cum_est')}."
    actual = case.table["cum_act"].dropna()
    if len(actual):
        text += f" Actual: {ends('cum_act')}."
    if len(actual) < len(case.table):
        text += " The rest is to be announced."
    return text


def alt_goals(rows: list[tuple[str, Estimate, str]], label: str) -> str:
    return f"{label.capitalize()}. " + "; ".join(f"{name}: {plain(full(figure))}" for name, figure, _ in rows) + "."


def alt_revenue(case: ValueCase) -> str:
    known = case.table["revenue_act"].dropna()
    values = ", ".join(format_money(float(v), case.currency, exact=True) for v in known)
    return (f"{income_word(case).capitalize()} by {period_word(case)} from 0, estimated beside actual; {len(known)} of {len(case.table)} actuals are known"
            f"{': ' + values if len(known) else ''}.")


def alt_prices(options: tuple[PriceEffect, ...], currency: str) -> str:
    parts = "; ".join(f"{o.name}: gained {plain(fig(o.gained))}, lost {plain(fig(o.lost))}, net {plain(fig(o.net))}" for o in options)
    return f"Change of profit a year by price option. {parts}."


def alt_room(room: CostRoom, currency: str) -> str:
    parts = ", ".join(f"{format_money(r.cost, currency)}: {format_number(r.payback_months)} months" for r in room.table.itertuples()
                      if r.payback_months == r.payback_months)
    return f"Months to pay back, by cost of the initiative. {parts}."


def dated_npv(estimate: Estimate) -> Markup:
    return say("By dates, {}: {} ({}).", estimate.kind, fig(estimate, exact=True), estimate.convention)
