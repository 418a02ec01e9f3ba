"""Sentences on how sure the return is: the interval, the chances, what the spread rests on, what matters most, where it turns negative."""

from __future__ import annotations

from markupsafe import Markup

from valuelab.analysis.estimate_record import EstimateRecord
from valuelab.analysis.reviews import GoalChance, ValueReview
from valuelab.analysis.value_case import ValueCase
from valuelab.analysis.value_outlook import ValueOutlook
from valuelab.formatting import format_number
from valuelab.language import phrase, phrases, said, said_or_own
from valuelab.present.charts.money import period_word
from valuelab.present.figures import NOUNS, fig, full, joined, period_text, plain, say, say_of
from valuelab.present.wording.common import chance_of, months, one, several, small
from valuelab.types import Estimate


def word(outlook: ValueOutlook) -> str:
    """"Profit" only where the result is one."""
    if is_profit(outlook):
        return phrase("profit")
    return phrase("net return") if outlook.net_return is not None else phrase("revenue")


def is_profit(outlook: ValueOutlook) -> bool:
    return (outlook.net_return or outlook.benefit).convention.startswith("profit")


def in_short(review: ValueReview) -> tuple[Markup, ...]:
    """One sentence for "In short", where something varies and there is a return."""
    outlook = review.outlook
    if outlook is None or not outlook.varies or outlook.net_return is None:
        return ()
    if outlook.about != "cash flow":
        return (*((chance(outlook, review.main_chance),) if outlook.chance_of_return is not None else ()), *beyond(review))
    net, value = word(outlook), full(outlook.net_return)
    text = say("With what is still to come off as they were so far, the {net_return} lands around {value}", net_return=net, value=value) if any(
        r.basis == "record" for r in outlook.records) else say("With what is still to come as uncertain as was stated, the {net_return} lands around {value}", net_return=net, value=value)
    if outlook.chance_of_return is not None:
        text = say("{finding}; the chance that it returns more than it costs is {chance}", finding=text, chance=chance_of(outlook.chance_of_return))
    return (text + Markup("."),)


def pays(review: ValueReview) -> ValueOutlook | None:
    """The outlook on a value chain with a stated cost: then the report leads with what is left after it."""
    outlook = review.outlook
    return outlook if outlook is not None and outlook.about != "cash flow" and outlook.net_return is not None else None


def headline(outlook: ValueOutlook, review: ValueReview) -> Markup:
    """What is left after the cost, with both parts and ROI by the customer's convention; how likely that goal is stands with it."""
    convention, likely = review.roi_convention, review.main_chance
    net = outlook.net_return
    kind = phrase("profit") if is_profit(outlook) else phrase("revenue")
    ratio = outlook.benefit_cost_ratio if convention == "gross" else outlook.roi_net
    values = {"scenario": said(outlook.scenario), "span": months(outlook.horizon_months), "net": full(net, sign=True), "benefit": fig(outlook.benefit), "kind": kind,
              "cost": fig(outlook.cost)}
    text = say("If {scenario} (chance if nothing changes: {chance}), the net over {span} is {net}: {benefit} of {kind} against a cost of {cost}", chance=chance_of(likely), **values) \
        if likely else say("If {scenario}, the net over {span} is {net}: {benefit} of {kind} against a cost of {cost}", **values)
    if ratio is not None:
        text = say("{finding}; benefit–cost ratio (gross) {ratio}", finding=text, ratio=fig(ratio)) if convention == "gross" else \
            say("{finding}; ROI (net) {ratio}", finding=text, ratio=fig(ratio))
    return text + Markup(".")


def chance(outlook: ValueOutlook, likely: Estimate | None) -> Markup:
    """The chance of a return holds only where its goal is reached, so the goal's own chance is in the same sentence."""
    returns, scenario = chance_of(outlook.chance_of_return), said(outlook.scenario)
    text = say("The chance that it returns more than it costs is {chance}, but only if {scenario}; the chance of that, if nothing changes, is {likely}.", chance=returns,
               scenario=scenario, likely=chance_of(likely)) if likely else \
        say("The chance that it returns more than it costs is {chance}, but only if {scenario}.", chance=returns, scenario=scenario)
    lag = next((d.value for d in outlook.drivers if d.value.key.endswith("driver.lag")), None)
    if lag is None or lag.value == 0:
        return text + Markup(" ") + say("The whole gain is counted from the first day, also what would come without the initiative.")
    return text + Markup(" ") + say("The whole gain is counted after {span}, also what would come without the initiative.", span=months(int(lag.value)))


def beyond(review: ValueReview) -> tuple[Markup, ...]:
    """The same counted from the projection: what comes if nothing changes is no benefit of reaching the goal."""
    if review.beyond is None:
        return ()
    what = word(review.outlook) if review.outlook.net_return is None else phrase("net")
    return (say("Counted from what the projection brings anyway, not from the base, the {what} over {span} is {value}.", what=what, span=months(review.outlook.horizon_months),
                value=full(review.beyond, sign=True)),)


def lead(outlook: ValueOutlook) -> Markup:
    """Where the result lands, and the chance that it is a return at all."""
    if not outlook.varies:
        return say("How sure it is cannot be said: {reason}", reason=said(outlook.reason))
    what, span = word(outlook), months(outlook.horizon_months) if outlook.horizon_months else ""
    if outlook.net_return is None:
        return say("If {scenario}, the benefit is {value} of {what}, over {span} from the spending.", scenario=said(outlook.scenario), value=full(outlook.benefit), what=what, span=span)
    value = full(outlook.net_return)
    text = say("At completion the {net_return} lands around {value}", net_return=what, value=value) if outlook.about == "cash flow" else \
        say("If {scenario}, over {span} the {net_return} lands around {value}", scenario=said(outlook.scenario), span=span, net_return=what, value=value)
    if outlook.chance_of_return is not None:
        text = say("{finding}; the chance that it returns more than it costs is {chance}", finding=text, chance=chance_of(outlook.chance_of_return))
    return text + Markup(".")


def support(review: ValueReview) -> tuple[Markup, ...]:
    """Payback, the plan, what the spread rests on, what matters most and where the return turns."""
    outlook, lines = review.outlook, []
    case = review.case if isinstance(review.case, ValueCase) else None
    if outlook.about == "cash flow" and outlook.varies:
        lines += _payback(outlook, period_word(case)) if case is not None else []
        if outlook.chance_of_plan is not None:
            lines.append(say("The chance that the {net_return} is at least as planned is {chance}.", net_return=word(outlook), chance=chance_of(outlook.chance_of_plan)))
    lines += [rests_on(record, period_word(case) if case is not None else "period", income=case is not None and case.basis == "profit") for record in outlook.records]
    if outlook.drivers and outlook.drivers[0].varies:
        lines.append(matters_most(outlook))
    return (*lines, *beyond(review))


def _payback(outlook: ValueOutlook, noun: str) -> list[Markup]:
    if outlook.payback is None:
        return [say("In most draws it is not paid back within the plan; the chance that it is: {chance}.", chance=chance_of(outlook.chance_of_payback))]
    when, periods = full(outlook.payback, unit=False), several(noun)
    if not outlook.payback.bare:
        return [say("It is paid back after {when} {periods}.", when=when, periods=periods)]
    return [say("It is paid back after {when} {periods} in the middle of the draws; the chance that it is paid back within the plan at all is {chance}.", when=when, periods=periods,
                chance=chance_of(outlook.chance_of_payback))]


def rests_on(record: EstimateRecord, noun: str, *, income: bool = False) -> Markup:
    """What the spread of the remaining estimates is taken from; ``income``: what comes in is no revenue."""
    if record.basis != "record":
        return say("{assumption}", assumption=said(record.assumption))
    values = {"periods": phrases(*NOUNS[noun], record.periods, count=small(record.periods)), "period": one(noun), "miss": fig(record.average_miss)}
    if record.what != "revenue":
        text = say("The spread of the expenditure still to come rests on this plan’s own record: over {periods} one {period}’s expenditure was off by {miss} on average", **values)
    elif income:
        text = say("The spread of the income still to come rests on this plan’s own record: over {periods} one {period}’s income was off by {miss} on average", **values)
    else:
        text = say("The spread of the revenue still to come rests on this plan’s own record: over {periods} one {period}’s revenue was off by {miss} on average", **values)
    if record.total_miss is not None:
        text = say("{finding}, their total by {total}", finding=text, total=fig(record.total_miss, magnitude=True))
    return text + Markup(".")


def matters_most(outlook: ValueOutlook) -> Markup:
    d = outlook.drivers[0]
    text = say("What matters most is “{name}”: between {low} and {high} it moves the {net_return} from {worst} to {best}.", name=said_or_own(d.name), low=fig(d.moved_low),
               high=fig(d.moved_high), net_return=word(outlook), worst=fig(d.result_low), best=fig(d.result_high))
    if fixed := [quoted(o.name) for o in outlook.drivers if not o.varies]:
        text += Markup(" ") + say_of("{names} is one figure without a range, so it is not moved.", "{names} are one figure without a range, so they are not moved.", len(fixed),
                                     names=joined(fixed))
    return text


def quoted(name: str) -> str:
    """An assumption by its name."""
    return phrase("“{name}”", name=said_or_own(name))


def challenge(outlook: ValueOutlook) -> tuple[Markup, ...]:
    """Where the return turns negative, the nearest first; only where something is set against it."""
    if outlook.net_return is None:
        return (say("{reason}", reason=said(outlook.reason)) + Markup(" ") + say("Without a cost nothing can turn negative."),)
    found = [d for d in outlook.drivers if d.turns_at is not None and d.margin_left is not None]
    if not found:
        return (say("No single assumption turns the {net_return} by itself.", net_return=word(outlook)),)
    nearest = min(found, key=lambda d: abs(d.margin_left.value))
    values = {"at": fig(nearest.turns_at), "assumed": fig(nearest.value), "change": fig(nearest.margin_left, sign=True), "name": said_or_own(nearest.name), "net_return": word(outlook)}
    return (say("The nearest turning point: at {at} instead of {assumed}, a change of {change}, “{name}” alone turns the {net_return} negative.", **values)
            if outlook.as_assumed.value > 0 else
            say("The nearest turning point: at {at} instead of {assumed}, a change of {change}, “{name}” alone turns the {net_return} positive.", **values),)


def chances(items: tuple[GoalChance, ...]) -> tuple[Markup, ...]:
    """The chance of each dated target; one whose date is over has none: it was reached or not. The ledger speaks of promises."""
    lines = []
    for c in (c for c in items if c.kind == "target"):
        values = {"value": fig(c.value), "date": period_text(c.end)}
        if c.settled:
            lines.append(say("The target of {value} by {date} was reached.", **values) if c.reached else say("The target of {value} by {date} was not reached.", **values))
        elif c.chance is not None:
            lines.append(say("If nothing changes, the chance of the target of {value} by {date} is {chance}.", chance=chance_of(c.chance), **values))
    return tuple(lines)


def alt_tornado(outlook: ValueOutlook) -> str:
    parts = "; ".join(phrase("{name} at {low}: {worst}, at {high}: {best}", name=said_or_own(d.name), low=plain(fig(d.moved_low)), worst=plain(fig(d.result_low)),
                             high=plain(fig(d.moved_high)), best=plain(fig(d.result_high))) for d in outlook.drivers if d.varies)
    return phrase("What each assumption alone moves, from {value} with everything as assumed. {parts}.", value=plain(fig(outlook.as_assumed)), parts=parts)


def alt_fan(outlook: ValueOutlook | None) -> str:
    if outlook is None or outlook.fan is None:
        return ""
    return " " + phrase("A fan shows what is still to come; at the end {value}.", value=plain(full(outlook.net_return)))


def alt_beside(rows: list[tuple[str, object, str]]) -> str:
    return "; ".join(f"{name}: {plain(full(figure))}" for name, figure, _ in rows) + "."


def coverage_note(outlook: ValueOutlook) -> Markup | None:
    """For whoever checks: how often such intervals held in simulations, and where they are too narrow."""
    if not any(r.basis == "record" for r in outlook.records):
        return None
    likeness = joined([say("{correlation} ({what})", correlation=fig(r.together), what=said(r.what)) for r in outlook.records if r.together is not None])
    return say("How alike the errors of neighbouring periods are can hardly be told from {count} periods; averaged over what fits, their correlation is {correlation}. In simulated "
               "plans of ten known and ten open periods 80 % intervals held the rest in 95 % of plans where neighbours were independent, 89 % at a correlation of 0.4, "
               "83 % at 0.6 and 75 % at 0.8 (95 % intervals: 100, 99, 97 and 92 %). Where errors drag on longer than that, the interval is too narrow.",
               count=format_number(max(r.periods for r in outlook.records)), correlation=likeness)
