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
from valuelab.present.figures import count, fig, joined, period_text, plain, say
from valuelab.present.wording.common import months
from valuelab.types import Estimate

SHARES = {0.5: "half", 0.25: "a quarter", 0.75: "three quarters"}
SEEMS_LINKED = 0.3  # a correlation that people take for a finding
UNEXPLAINED = "the movement of {} that trend, season and momentum do not explain"


def correlation(estimate: Estimate) -> Markup:
    """A correlation with its sign and two decimals: 0.82, −0.40."""
    return Markup('<data class="n" value="{}" data-key="{}">{}</data>').format(repr(float(estimate.value)), estimate.key,
                                                                              format_number(estimate.value, 2))


def share_word(strength: float) -> str:
    return SHARES.get(strength, format_fraction(strength, 0))


def together(verdict: LeadVerdict, outcome: str) -> Markup:
    """What the direction and the lag mean in plain words: "higher Tickets, lower Clients four months later"."""
    other = "higher" if verdict.direction == "same" else "lower"
    if not verdict.lag_months:
        return say("higher {}, {} {} in the same month", verdict.indicator, other, outcome)
    first, second = (verdict.indicator, outcome) if verdict.lag_months > 0 else (outcome, verdict.indicator)
    return say("higher {}, {} {} {} later", first, other, second, months(abs(verdict.lag_months)))


def could_have_seen(verdict: LeadVerdict, name: Markup | str = "") -> Markup:
    """For an indicator that was not shown to lead: what that is worth."""
    sight, name = verdict.sight, name or verdict.indicator
    if sight is None:
        return Markup("")
    later = next((say(" One that goes with {} of it shows from {} on.", share, period_text(month)) for share, month in (
        ("half", sight.half_seen_from), ("a quarter", sight.quarter_seen_from)) if month is not None), "")
    if sight.detectable is None:
        return say("{}: with {} not even the strongest lead would have shown in four of five cases.{}", name, count(verdict.n, "month"), later)
    return say("{}: with {}, a lead that goes with {} or more of the unexplained movement would have shown in four of five cases.{}",
               name, count(verdict.n, "month"), fig(sight.detectable, digits=0), later)


def could_have_been_seen(silent: Sequence[LeadVerdict]) -> list[Markup]:
    """The same for several indicators: where it is the same sentence it is said once."""
    groups: dict[str, list[LeadVerdict]] = {}
    for v in silent:
        if v.sight is not None:
            groups.setdefault(plain(could_have_seen(v, "-")), []).append(v)
    return [could_have_seen(group[0], joined([v.indicator for v in group])) for group in groups.values()]


def before_after(result: BeforeAfter) -> tuple[Markup, ...]:
    """The raw correlation, and what is left of it."""
    raw = say("As reported, {} and {} have a correlation of {} over the same months. ", result.indicator, result.outcome, correlation(result.raw_correlation))
    why = Markup("That number says nothing about a link: any two lines that both have a trend or a season are correlated, related or not.")
    left = say("Once trend, season and momentum are out of both, the correlation of what is left is {} {}: {}.",
               correlation(result.surprise_correlation), _apart(result), _honest(result))
    return raw + why, left


def misleading(review: IndicatorReview) -> Markup | None:
    """The line that looks most like the outcome's and is not shown to have anything to do with it."""
    seeming = [v for v in review.verdicts("not shown") if v.raw_correlation is not None and abs(v.raw_correlation.value) >= SEEMS_LINKED]
    if not seeming:
        return None
    most = max(seeming, key=lambda v: abs(v.raw_correlation.value))
    return say("{} looks linked as well: {} as reported. Without trend, season and momentum nothing is left that chance would not give: not shown.",
               most.indicator, correlation(most.raw_correlation))


def _apart(result: BeforeAfter) -> str:
    if not result.lag_months:
        return "in the same month"
    first, second = (result.indicator, result.outcome) if result.lag_months > 0 else (result.outcome, result.indicator)
    return f"where {first} is taken {months(abs(result.lag_months))} before {second}"


def _honest(result: BeforeAfter) -> str:
    return {"leads": "more than chance gives, so a lead is shown", "moves together": "more than chance gives, but in the same month",
            "lags": "more than chance gives, but after the outcome"}.get(result.verdict, "no more than chance gives, so nothing is shown")


def alt_before_after(result: BeforeAfter) -> str:
    known = result.table.dropna(subset=["outcome", "indicator"])
    return (f"Two pictures of {result.outcome} and {result.indicator}, {known['period'].iloc[0]} to {known['period'].iloc[-1]}. As reported: correlation "
            f"{format_number(result.raw_correlation.value, 2)}. Without trend, season and momentum, {_apart(result)}: correlation "
            f"{format_number(result.surprise_correlation.value, 2)}.")


def next_measure(item: NextMeasure, result: MeasureNext) -> Markup:
    """One indicator: what it needs."""
    if item.strength is None:
        return say("{}: cannot be tested, since {}.", item.indicator, item.reason)
    return Markup(" ").join(part for part in (_months(item, result), _answers(item, result)) if part)


def _months(item: NextMeasure, result: MeasureNext) -> Markup:
    lag = months(item.lag_months)
    if item.verdict == "leads":
        if item.fresh_from is None:
            return say("{}: a lead is shown. A link as weak as the one found cannot be confirmed within twenty years.", item.indicator)
        return say("{}: a lead is shown. To confirm it on months that nobody has seen, name {} now: if the link is as strong as it looks, {} new "
                   "months are enough, until {}.", item.indicator, lag, str(item.months_named), period_text(item.fresh_from))
    if item.months_named is None:
        return say("{}: as it is measured now, {} of {} would not show within twenty years.", item.indicator, _lead(result), result.outcome)
    if item.months_searched is not None and item.months_searched <= item.months_now:
        return say("{}: {} are enough to find {} in four of five cases; more months find weaker ones.", item.indicator,
                   count(item.months_now, "month"), _lead(result))
    instead = "more than twenty years" if item.months_searched is None else f"{item.months_searched}{_until(item.searched_from)}"
    return say("{}: name the lag now: {} months{} are enough instead of {}.", item.indicator, str(item.months_named), _until(item.named_from), instead)


def _until(period: pd.Period | None) -> str:
    return "" if period is None else f" (until {period_text(period)})"


def _lead(result: MeasureNext) -> str:
    return f"a lead of {share_word(result.strength)} of the unexplained movement"


def _answers(item: NextMeasure, result: MeasureNext) -> Markup | None:
    if item.visible is None:
        return say("Not known: {}.", item.reason) if item.reason else None
    if item.answers_needed is None:
        return say("Its number of answers ({} a wave) is too small to tell: {}.", format_number(item.answers_now), item.reason) if item.reason else None
    if item.answers_needed <= item.answers_now:
        return say("{} answers a wave let {} of a link through; more would change little.", format_number(item.answers_now), fig(item.visible, digits=0))
    then = Markup("") if item.months_searched_then is None else say(
        ", and {} months would be enough ({} with the lag named)", str(item.months_searched_then), str(item.months_named_then))
    return say("With {} answers a wave only about {} of a link is visible; about {} would let nine tenths through{}.", format_number(item.answers_now),
               fig(item.visible, digits=0), format_number(float(f"{item.answers_needed:.2g}")), then)


def planned_for(result: MeasureNext) -> Markup:
    """Which lead the months are for."""
    return say("How many months it takes until {} would be found in four of five cases, from this customer’s own noise and season:", _lead(result))


def naming(result: MeasureNext) -> Markup | None:
    """What counts as named in advance, where naming is advised."""
    if not any(item.months_named and item.verdict != "leads" and item.months_named < (item.months_searched or item.months_named + 1) for item in result.items):
        return None
    return Markup("A lag that is known from elsewhere (other customers, how the work goes) can be named today and is tested on all months. One that was "
                  "read off these months counts on new months only.")


def next_note(result: MeasureNext) -> Markup:
    return say("The unexplained movement is {}. Months are counted until such a lead is found in {} of cases, with the chance of any false alarm "
               "held at its limit; for a lead that is shown already, until later months alone confirm it.",
               UNEXPLAINED.format(result.outcome), format_fraction(result.power, 0))


def alt_next(result: MeasureNext) -> str:
    parts = [f"{item.indicator}: {item.months_now} there are, {item.months_searched} searched, {item.months_named} with the lag named"
             for item in result.items if item.months_named is not None and item.months_searched is not None]
    return f"Months that a lead of {share_word(result.strength)} of the unexplained movement needs. {'. '.join(parts)}."
