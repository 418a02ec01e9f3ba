"""Sentences on what a scan could have seen, on lines before and after, and on what to measure next."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
from markupsafe import Markup

from valuelab.analysis.before_after import BeforeAfter
from valuelab.analysis.lead_verdicts import LeadVerdict
from valuelab.analysis.next_measures import MeasureNext, NextMeasure
from valuelab.analysis.reviews import IndicatorReview
from valuelab.formatting import format_fraction, format_number
from valuelab.language import later, phrase, said
from valuelab.present.figures import count, fig, joined, period_text, plain, say
from valuelab.present.wording.common import months
from valuelab.types import Estimate

SHARES = {0.5: later("half"), 0.25: later("a quarter"), 0.75: later("three quarters")}
SEEMS_LINKED = 0.3  # a correlation that people take for a finding


def correlation(estimate: Estimate) -> Markup:
    """A correlation with its sign and two decimals: 0.82, −0.40."""
    return Markup('<data class="n" value="{}" data-key="{}">{}</data>').format(repr(float(estimate.value)), estimate.key,
                                                                              format_number(estimate.value, 2))


def share_word(strength: float) -> str:
    return phrase(SHARES[strength]) if strength in SHARES else format_fraction(strength, 0)


def together(verdict: LeadVerdict, outcome: str) -> Markup:
    """What the direction and the lag mean in plain words: "higher Tickets, lower Clients four months later"."""
    same = verdict.direction == "same"
    if not verdict.lag_months:
        return say("higher {first}, higher {second} in the same month", first=verdict.indicator, second=outcome) if same else \
            say("higher {first}, lower {second} in the same month", first=verdict.indicator, second=outcome)
    first, second = (verdict.indicator, outcome) if verdict.lag_months > 0 else (outcome, verdict.indicator)
    lag = months(abs(verdict.lag_months))
    return say("higher {first}, higher {second} {lag} later", first=first, second=second, lag=lag) if same else \
        say("higher {first}, lower {second} {lag} later", first=first, second=second, lag=lag)


def could_have_seen(verdict: LeadVerdict, name: Markup | str = "") -> Markup:
    """For an indicator that was not shown to lead: what that is worth."""
    sight, name = verdict.sight, name or verdict.indicator
    if sight is None:
        return Markup("")
    more = Markup("")
    if sight.half_seen_from is not None:
        more = Markup(" ") + say("One that goes with half of it shows from {date} on.", date=period_text(sight.half_seen_from))
    elif sight.quarter_seen_from is not None:
        more = Markup(" ") + say("One that goes with a quarter of it shows from {date} on.", date=period_text(sight.quarter_seen_from))
    if sight.detectable is None:
        return say("{name}: with {months} not even the strongest lead would have shown in four of five cases.", name=name, months=count(verdict.n, "month")) + more
    return say("{name}: with {months}, a lead that goes with {least} or more of the unexplained movement would have shown in four of five cases.",
               name=name, months=count(verdict.n, "month"), least=fig(sight.detectable, digits=0)) + more


def could_have_been_seen(silent: Sequence[LeadVerdict]) -> list[Markup]:
    """The same for several indicators: where it is the same sentence it is said once."""
    groups: dict[str, list[LeadVerdict]] = {}
    for v in silent:
        if v.sight is not None:
            groups.setdefault(plain(could_have_seen(v, "-")), []).append(v)
    return [could_have_seen(group[0], joined([v.indicator for v in group])) for group in groups.values()]


def before_after(result: BeforeAfter) -> tuple[Markup, ...]:
    """The raw correlation, and what is left of it."""
    raw = say("As reported, {indicator} and {outcome} have a correlation of {correlation} over the same months.", indicator=result.indicator, outcome=result.outcome,
              correlation=correlation(result.raw_correlation))
    why = say("That number says nothing about a link: any two lines that both have a trend or a season are correlated, related or not.")
    left = say("Once trend, season and momentum are out of both, the correlation of what is left is {correlation} {apart}: {verdict}.",
               correlation=correlation(result.surprise_correlation), apart=_apart(result), verdict=_honest(result))
    return raw + Markup(" ") + why, left


def misleading(review: IndicatorReview) -> Markup | None:
    """The line that looks most like the outcome's and is not shown to have anything to do with it."""
    seeming = [v for v in review.verdicts("not shown") if v.raw_correlation is not None and abs(v.raw_correlation.value) >= SEEMS_LINKED]
    if not seeming:
        return None
    most = max(seeming, key=lambda v: abs(v.raw_correlation.value))
    return say("{name} looks linked as well: {correlation} as reported. Without trend, season and momentum nothing is left that chance would not give: not shown.",
               name=most.indicator, correlation=correlation(most.raw_correlation))


def _apart(result: BeforeAfter) -> str:
    if not result.lag_months:
        return phrase("in the same month")
    first, second = (result.indicator, result.outcome) if result.lag_months > 0 else (result.outcome, result.indicator)
    return phrase("where {first} is taken {lag} before {second}", first=first, lag=months(abs(result.lag_months)), second=second)


def _honest(result: BeforeAfter) -> str:
    return {"leads": phrase("more than chance gives, so a lead is shown"), "moves together": phrase("more than chance gives, but in the same month"),
            "lags": phrase("more than chance gives, but after the outcome")}.get(result.verdict, phrase("no more than chance gives, so nothing is shown"))


def alt_before_after(result: BeforeAfter) -> str:
    known = result.table.dropna(subset=["outcome", "indicator"])
    return phrase("Two pictures of {outcome} and {indicator}, {first} to {last}. As reported: correlation {raw}. Without trend, season and momentum, {apart}: correlation {left}.",
                  outcome=result.outcome, indicator=result.indicator, first=known["period"].iloc[0], last=known["period"].iloc[-1],
                  raw=format_number(result.raw_correlation.value, 2), apart=_apart(result), left=format_number(result.surprise_correlation.value, 2))


def next_measure(item: NextMeasure, result: MeasureNext) -> Markup:
    """One indicator: what it needs."""
    if item.strength is None:
        return say("{name}: cannot be tested, since {reason}.", name=item.indicator, reason=said(item.reason))
    return Markup(" ").join(part for part in (_months(item, result), _answers(item, result)) if part)


def _months(item: NextMeasure, result: MeasureNext) -> Markup:
    lag = months(item.lag_months)
    if item.verdict == "leads":
        if item.fresh_from is None:
            return say("{name}: a lead is shown. A link as weak as the one found cannot be confirmed within twenty years.", name=item.indicator)
        return say("{name}: a lead is shown. To confirm it on months that nobody has seen, name {lag} now: if the link is as strong as it looks, {count} new "
                   "months are enough, until {date}.", name=item.indicator, lag=lag, count=str(item.months_named), date=period_text(item.fresh_from))
    if item.months_named is None:
        return say("{name}: as it is measured now, a lead of {share} of the unexplained movement of {outcome} would not show within twenty years.", name=item.indicator,
                   share=share_word(result.strength), outcome=result.outcome)
    if item.months_searched is not None and item.months_searched <= item.months_now:
        return say("{name}: {months} are enough to find a lead of {share} of the unexplained movement in four of five cases; more months find weaker ones.",
                   name=item.indicator, months=count(item.months_now, "month"), share=share_word(result.strength))
    named = _until(item.months_named, item.named_from)
    if item.months_searched is None:
        return say("{name}: name the lag now: {named} are enough instead of more than twenty years.", name=item.indicator, named=named)
    searched = phrase("{count} (until {date})", count=item.months_searched, date=period_text(item.searched_from)) if item.searched_from is not None else str(item.months_searched)
    return say("{name}: name the lag now: {named} are enough instead of {searched}.", name=item.indicator, named=named, searched=searched)


def _until(number: int, period: pd.Period | None) -> str:
    return phrase("{count} months", count=number) if period is None else phrase("{count} months (until {date})", count=number, date=period_text(period))


def _answers(item: NextMeasure, result: MeasureNext) -> Markup | None:
    if item.visible is None:
        return say("Not known: {reason}.", reason=said(item.reason)) if item.reason else None
    if item.answers_needed is None:
        return say("Its number of answers ({count} a wave) is too small to tell: {reason}.", count=format_number(item.answers_now), reason=said(item.reason)) if item.reason else None
    if item.answers_needed <= item.answers_now:
        return say("{count} answers a wave let {share} of a link through; more would change little.", count=format_number(item.answers_now), share=fig(item.visible, digits=0))
    now, share, needed = format_number(item.answers_now), fig(item.visible, digits=0), format_number(float(f"{item.answers_needed:.2g}"))
    if item.months_searched_then is None:
        return say("With {now} answers a wave only about {share} of a link is visible; about {needed} would let nine tenths through.", now=now, share=share, needed=needed)
    return say("With {now} answers a wave only about {share} of a link is visible; about {needed} would let nine tenths through, and {searched} months would be enough "
               "({named} with the lag named).", now=now, share=share, needed=needed, searched=str(item.months_searched_then), named=str(item.months_named_then))


def planned_for(result: MeasureNext) -> Markup:
    """Which lead the months are for."""
    return say("How many months it takes until a lead of {share} of the unexplained movement would be found in four of five cases, from this customer’s own noise and season:",
               share=share_word(result.strength))


def naming(result: MeasureNext) -> Markup | None:
    """What counts as named in advance, where naming is advised."""
    if not any(item.months_named and item.verdict != "leads" and item.months_named < (item.months_searched or item.months_named + 1) for item in result.items):
        return None
    return say("A lag that is known from elsewhere (other customers, how the work goes) can be named today and is tested on all months. One that was "
               "read off these months counts on new months only.")


def next_note(result: MeasureNext) -> Markup:
    return say("The unexplained movement is the movement of {outcome} that trend, season and momentum do not explain. Months are counted until such a lead is found in "
               "{share} of cases, with the chance of any false alarm held at its limit; for a lead that is shown already, until later months alone confirm it.",
               outcome=result.outcome, share=format_fraction(result.power, 0))


def alt_next(result: MeasureNext) -> str:
    parts = [phrase("{name}: {now} there are, {searched} searched, {named} with the lag named", name=item.indicator, now=item.months_now, searched=item.months_searched,
                    named=item.months_named) for item in result.items if item.months_named is not None and item.months_searched is not None]
    return phrase("Months that a lead of {share} of the unexplained movement needs. {parts}.", share=share_word(result.strength), parts=". ".join(parts))
