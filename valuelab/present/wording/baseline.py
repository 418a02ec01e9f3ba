"""Sentences of notebook 01."""

from __future__ import annotations

import re

import pandas as pd
from markupsafe import Markup

from valuelab.analysis.baseline import BaselineFit
from valuelab.analysis.effect import Effect
from valuelab.analysis.projection import Projection
from valuelab.analysis.reviews import BaselineReview, GoalOutlook
from valuelab.analysis.usual import PROJECTION, RUN_RATE, YEAR_AGO, Comparison
from valuelab.formatting import format_fraction, format_number, format_value
from valuelab.present.figures import fig, full, joined, period_text, plain, say
from valuelab.present.wording.changes import in_short as changes_in_short
from valuelab.present.wording.common import (
    GOAL_WORDS,
    against,
    chance_of,
    clear,
    months,
    period_noun,
    small,
    up_or_down,
    when,
)
from valuelab.types import CannotSay

WAYS = {PROJECTION: "the projection", RUN_RATE: "the run rate carried on", YEAR_AGO: "last year once more"}


def headline(review: BaselineReview) -> Markup:
    """The answer in one sentence with its number and its interval."""
    name, lead = review.measure.name, review.lead
    if lead is None or lead.projected is None or lead.shortfall is None:
        if review.next_year is None:
            reason = review.projection.reason if isinstance(review.projection, CannotSay) else review.reason
            return say("It cannot be said yet where {} lands: {}.", name, reason.rstrip("."))
        span = "in the next 12 months" if review.measure.total_by == "sum" else "in a year"
        reason = lead.reason if lead is not None else "no target with a figure is agreed"
        return say("If nothing changes, {} comes to {} {}. {}", name, full(review.next_year), span, sentence(reason))
    verb = "came to" if lead.settled else "comes to"
    start = Markup("") if lead.settled else Markup("If nothing changes, ")
    return start + say("{} {} {} {}, {}.", name, verb, full(lead.projected), when(lead.goal), distance(review, lead))


def distance(review: BaselineReview, outlook: GoalOutlook) -> Markup:
    """How far from the goal, of the goal; without a direction word where the interval holds the goal."""
    gap = outlook.shortfall
    word, _ = against(gap.units, review.measure.better)
    noun = outlook.goal.kind if outlook.goal.kind == "target" else GOAL_WORDS[outlook.goal.kind]
    goal = say("the {} of {}", noun, fig(outlook.value))
    if gap.units.value == 0:
        return say("exactly {}", goal)
    if not clear(gap.of_target):
        return say("and {} lies inside that interval", goal)
    return say("{} {} {}", fig(gap.of_target, magnitude=True), word, goal)


def support(review: BaselineReview) -> tuple[Markup, ...]:
    """What the headline stands on: chances, the repeat reading, what the promise decides, the status's reason."""
    lines: list[Markup] = []
    end = review.lead.goal.end if review.lead is not None else None
    chances, seen = [], set()
    for o in review.goals:
        if o.chance is not None and (end is None or o.goal.end == end) and o.value.value not in seen:
            seen.add(o.value.value)
            chances.append(say("{} for the {} of {}", chance_of(o.chance), GOAL_WORDS[o.goal.kind], fig(o.value)))
    if chances:
        lines.append(say("The chance of getting there if nothing changes is {}.", joined(chances)))
    for o in review.goals:
        if o.goal.decides and o.value is not None:
            lines.append(say("The {} of {} by {} decides: {}.", GOAL_WORDS[o.goal.kind], fig(o.value), period_text(o.goal.end),
                             o.goal.decides))
    if review.repeat is not None and review.lead is not None and not review.lead.settled:
        lines.append(repeat(review))
    if review.reason and not review.status:
        lines.append(say("{}", sentence(review.reason)))
    if review.changes is not None and review.changes.moved:
        lines.append(changes_in_short(review.changes))
    return tuple(lines)


def repeat(review: BaselineReview) -> Markup:
    """The three readings of one gap, each with the base that it is of."""
    gap = review.repeat
    word, wrong = against(gap.units, review.measure.better)
    if not wrong:
        return say("A repeat of {} would give {}. That meets the target.", base_words(review), fig(review.base))
    return say(
        "A repeat of {} would give {}. That is {} {} the target: a shortfall of {} of the target, or an attainment of {}. To get there takes a "
        "change of {} on what there was.", base_words(review), fig(review.base), fig(gap.units, magnitude=True), word, fig(gap.of_target),
        fig(gap.attainment), fig(gap.uplift_needed))


def base_words(review: BaselineReview) -> str:
    """The base in words, its months as people write them."""
    return re.sub(r"\b\d{4}-\d{2}\b", lambda m: period_text(pd.Period(m[0], "M")), review.base_text) or "the base"


def sentence(text: str) -> str:
    """A reason as a sentence: capital first, one full stop."""
    text = text.strip().rstrip(".")
    return f"{text[:1].upper()}{text[1:]}." if text else ""


def cannot_say(result: CannotSay) -> Markup:
    """The reason and what to do; `names of params` as code."""
    text = Markup.escape(f"{sentence(result.reason)} {result.fix}".strip())
    return Markup(re.sub(r"`([^`]+)`", r"<code>\1</code>", str(text)))


def gap_reading(outlook: GoalOutlook, review: BaselineReview) -> Markup:
    """Which part of the way a goal is, beside "half": the two are often taken for each other."""
    gap = outlook.gap
    return say("{} closes {} of the gap from {} to {}; half of the gap would be {} ({} of the target): the two differ by {}.",
               fig(outlook.value), fig(gap.closes), fig(review.base), fig(review.lead.value), fig(gap.half), fig(gap.half_of_target),
               fig(gap.difference, magnitude=True))


def goal_source(outlook: GoalOutlook) -> Markup:
    """Who said so, where and when."""
    goal = outlook.goal
    agreed = " ".join(p for p in (f"agreed by {goal.agreed_by}" if goal.agreed_by else "", f"on {goal.agreed_on}" if goal.agreed_on else "") if p)
    text = "; ".join(p for p in (goal.source, agreed) if p)
    return say("The {} of {} by {}: {}.", GOAL_WORDS[goal.kind], fig(outlook.value), period_text(goal.end), text)


def growth(review: BaselineReview) -> Markup:
    rate = review.growth_needed_per_year
    return say("From {} to {} by {} is {} a year, compound.", fig(review.base), fig(review.lead.value), period_text(review.lead.goal.end),
               fig(rate, digits=2))


def history(fit: BaselineFit) -> tuple[Markup, ...]:
    """Run rate, last year, trend, season, breaks."""
    per = {"M": " a month", "W": " a week", "Q": " a quarter"}.get(fit.year_totals["start"].iloc[0].freqstr[0], "") \
        if fit.total_by == "sum" and len(fit.year_totals) else ""
    lines = [say("The run rate is {}{} ({}).", fig(fit.run_rate), per, fit.run_rate.convention)]
    if fit.last_year is not None:
        first, last = fit.last_year_periods
        lines.append(say("The last complete year, {} to {}, came to {}.", period_text(first), period_text(last), fig(fit.last_year)))
    if fit.trend_per_year is not None:
        lines.append(say("The trend over {} known periods is {} a year.", format_number(fit.months_used), up_or_down(fit.trend_per_year)))
    if len(fit.season):
        high, low = fit.season.loc[fit.season["factor"].idxmax()], fit.season.loc[fit.season["factor"].idxmin()]
        if high["low"] > 0 and low["high"] < 0:
            lines.append(say("The season is real: {} is {} above the year's average, {} {} below it.", str(high["label"]),
                             format_fraction(high["factor"]), str(low["label"]), format_fraction(abs(low["factor"]))))
        else:
            lines.append(Markup("No season stands out clearly from the noise."))
    for b in fit.breaks:
        lines.append(say("A lasting change of level was found in {}: {}.", period_text(b.period), up_or_down(b.change)))
    return tuple(lines)


def year_end(review: BaselineReview) -> tuple[Markup, ...]:
    """Where the running year comes to, where no goal has said so already."""
    total, lead = review.year_end, review.lead
    if total is None or (lead is not None and lead.projected is not None and lead.projected.convention == total.convention):
        return ()
    year = review.baseline.year_totals.iloc[-1]
    return (say("The running year, {} to {}, comes to {} if nothing changes; what is known of it is kept as it is.", period_text(year["start"]),
                period_text(year["end"]), full(total)),)


def effect(result: Effect) -> tuple[Markup, ...]:
    """The effect with its interval, what could have been seen at all, and what would settle it."""
    lines = []
    span = months(result.periods_since, period_noun(result.path.index))
    if result.verdict in ("up", "down"):
        lines.append(say("Over the {} since {}, {} is {} what its own history led to expect.", span, period_text(result.started), result.name,
                         say("{} {}", full(result.effect, magnitude=True), "above" if result.effect.value > 0 else "below")))
    elif result.verdict == "too early":
        lines.append(say("It is too early to tell: {} since {}.", span, period_text(result.started)))
    else:
        lines.append(say("Over the {} since {}, {} is within what its own history led to expect: {}. No effect is shown, and none is "
                         "ruled out inside that interval.", span, period_text(result.started), result.name, full(result.effect, sign=True)))
    lines.append(visible(result))
    if not len(result.placebos):
        lines.append(Markup("The history is too short for fake starts to compare with."))
    return tuple(lines)


def caution(result: Effect) -> Markup:
    """What the comparison is with, and so what else is in the difference."""
    if result.controls_used:
        return say("This compares with {} and with a forecast: whatever else changed at the same time is in it.", joined(list(result.controls_used)))
    return Markup("This compares with a forecast, not with a control group: whatever else changed at the same time is in it.")


def crowd(result: Effect) -> Markup:
    """How the real start looks among the fake ones."""
    large = result.placebos_as_large
    if large.value == 0:
        return say("Not one of {} fake starts in the history, when nothing had begun, differed by as much.", small(large.n))
    told = "a difference like this one is nothing special here" if large.value >= large.n / 4 else "a difference like this one is rare here"
    return say("Of {} fake starts in the history, when nothing had begun, {} differed by as much or more: {}.", small(large.n), fig(large), told)


def visible(result: Effect) -> Markup:
    """The smallest effect that would be seen, now and after a year; where it is open, what would settle it."""
    text = say("With this much noise and history, an effect of {} or more would be seen four times in five", fig(result.detectable))
    if result.detectable_in_a_year is not None:
        text += say(", one of {} or more once a whole year is known", fig(result.detectable_in_a_year))
    text += Markup(".")
    if result.verdict == "inconclusive" and not result.controls_used:
        text += Markup(" A comparable series that the initiative does not touch, named under <code>controls</code>, would narrow it.")
    return text


def effect_caption(result: Effect) -> Markup:
    return Markup("Black: what happened. Dashed: what the history before the start led to expect, with its 95 % interval.")


def crowd_caption(result: Effect) -> Markup:
    """What the picture of fake starts shows, and how to read it."""
    return say("{} Each dot is one of them, measured in the same way; {}. Shaded: differences smaller than {}, too small to be seen reliably.",
               crowd(result), "filled where its interval excludes zero" if result.placebos["flagged"].any() else "none of their intervals excludes zero",
               fig(result.detectable))


def split_caption(result: Effect) -> Markup:
    return say("From the mean of the year before the start to the mean since: {} in all, split into what was to be expected anyway and the rest.",
               fig(result.change, sign=True))


def comparison(result: Comparison) -> tuple[Markup, ...]:
    """The usual ways beside the projection, and how far each was off where the truth is known."""
    others = [say("{} gives {}", WAYS[way.name], fig(way.total)) for way in result.ways[1:]]
    lines = [say("For comparison, what is usually done: {}. Neither has an interval.", joined(others))] if others else []
    measured = [way for way in result.ways if way.miss is not None]
    if len(measured) == len(result.ways) > 1:
        misses = joined([say("{} {}", WAYS[way.name], fig(way.miss)) for way in measured])
        lines.append(say("How far off they were on year totals of real series, at the median: {} ({}).", misses, measured[0].miss.convention.removeprefix("median over ")))
    return tuple(lines)


def would_change(review: BaselineReview) -> tuple[Markup, ...]:
    """What would change the answer."""
    lines = []
    if review.lead is not None and review.lead.value is not None and not review.lead.settled and review.repeat is not None \
            and review.repeat.units.value > 0:
        lines.append(say("Reaching the target takes {} more than the base; every period that is known narrows the interval.",
                         fig(review.repeat.units, magnitude=True)))
    if any(o.goal.value is None for o in review.goals):
        to_come = [period_text(o.goal.end) for o in review.goals if o.goal.value is None]
        lines.append(say("The target for {} is to be announced; nothing is assumed about it.", joined(to_come)))
    if isinstance(review.effect, CannotSay):
        lines.append(say("The effect of the initiative cannot be measured yet: {}", sentence(review.effect.reason)))
        if review.effect.fix:
            lines.append(say("{}", sentence(review.effect.fix)))
    return tuple(lines)


def alt_totals(review: BaselineReview) -> str:
    years = review.baseline.year_totals
    years = years[years["complete"]].tail(5)
    unit = review.measure.unit
    past = ", ".join(f"{y}: {format_value(t, unit)}" for y, t in zip(years["year"], years["total"], strict=True))
    lead = review.lead
    goals = ", ".join(f"{o.goal.kind} {plain(fig(o.value))}" for o in review.goals if o.value is not None and o.goal.end == lead.goal.end)
    word = "actual" if lead.settled else "projected"
    return f"Bars of 12-month totals of {review.measure.name}. {past}. To {period_text(lead.goal.end)}, {word}: {plain(full(lead.projected))}; {goals}."


def alt_projection(result: Projection, goals: tuple[GoalOutlook, ...]) -> str:
    known = result.history.dropna()
    text = (f"Line of {result.name}, {len(known)} known periods from {period_text(known.index[0])} to {period_text(known.index[-1])}, "
            f"last value {format_value(float(known.iloc[-1]), result.unit)}.")
    if len(result.path):
        last = result.path.iloc[-1]
        text += (f" Projected to {period_text(result.path.index[-1])}: {format_value(float(last['value']), result.unit)}, 95 % interval "
                 f"{format_value(float(last['low_95']), result.unit)} to {format_value(float(last['high_95']), result.unit)}.")
    shown = [o for o in goals if o.value is not None and not o.settled]
    return text + "".join(f" {o.goal.kind.capitalize()}: {plain(fig(o.value))} {when(o.goal)}." for o in shown)


def alt_season(fit: BaselineFit) -> str:
    parts = ", ".join(f"{r.label} {format_fraction(r.factor)}" for r in fit.season.itertuples())
    return f"Seasonal profile of {fit.name}, above or below the year's average: {parts}."


def alt_effect(result: Effect) -> str:
    return (f"Lines of {result.name} in the two years before {period_text(result.started)} and since, against the projection without the initiative: "
            f"difference {plain(full(result.effect, sign=True))}.")


def alt_crowd(result: Effect) -> str:
    fakes = ", ".join(format_fraction(v) for v in result.placebos["effect"])
    return f"Dots of the differences at {len(result.placebos)} fake starts: {fakes}; and of the real start: {plain(full(result.effect, sign=True))}."


def alt_split(result: Effect) -> str:
    parts = ", ".join(f"{r.part} {format_fraction(r.value)}" for r in result.split.itertuples())
    return f"Bars that add up to the change of {plain(fig(result.change, sign=True))}: {parts}."
