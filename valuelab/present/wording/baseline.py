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
from valuelab.formatting import day_as_here, format_fraction, format_number, format_value
from valuelab.language import agreed_text, later, like, phrase, phrase_as, said
from valuelab.present.figures import fig, full, joined, period_text, plain, say
from valuelab.present.wording.changes import in_short as changes_in_short
from valuelab.present.wording.common import (
    against,
    chance_of,
    clear,
    goal_word,
    months,
    period_noun,
    sentence_case,
    small,
    the_goal,
    up_or_down,
    when,
)
from valuelab.types import CannotSay

WAYS = {PROJECTION: later("the projection"), RUN_RATE: later("the run rate carried on"), YEAR_AGO: later("last year once more")}


def _way(name: str) -> str:
    """A way of looking ahead, as it stands in a sentence."""
    return phrase_as("in a sentence", "last year once more") if name == YEAR_AGO else phrase(WAYS[name])


def headline(review: BaselineReview) -> Markup:
    """The answer in one sentence with its number and its interval."""
    name, lead = review.measure.name, review.lead
    if lead is None or lead.projected is None or lead.shortfall is None:
        if review.next_year is None:
            reason = review.projection.reason if isinstance(review.projection, CannotSay) else review.reason
            return say("It cannot be said yet where {name} lands: {reason}.", name=name, reason=like(said(reason), said(reason).rstrip(".")))
        value = full(review.next_year)
        text = say("If nothing changes, {name} comes to {value} in the next 12 months.", name=name, value=value) if review.measure.total_by == "sum" \
            else say("If nothing changes, {name} comes to {value} in a year.", name=name, value=value)
        return text + say(" {reason}", reason=sentence(said(lead.reason) if lead is not None else phrase("no target with a figure is agreed")))
    value, span, compared = full(lead.projected), when(lead.goal), distance(review, lead)
    if lead.settled:
        return say("{name} came to {value} {span}, {compared}.", name=name, value=value, span=span, compared=compared)
    return say("If nothing changes, {name} comes to {value} {span}, {compared}.", name=name, value=value, span=span, compared=compared)


def distance(review: BaselineReview, outlook: GoalOutlook) -> Markup:
    """How far from the goal, of the goal; without a direction word where the interval holds the goal."""
    gap = outlook.shortfall
    goal, share = the_goal(outlook.goal.kind, fig(outlook.value)), fig(gap.of_target, magnitude=True)
    if gap.units.value == 0:
        return say("exactly {goal}", goal=goal)
    if not clear(gap.of_target):
        return say("and {goal} lies inside that interval", goal=goal)
    return {"short of": say("{share} short of {goal}", share=share, goal=goal), "above": say("{share} above {goal}", share=share, goal=goal),
            "below": say("{share} below {goal}", share=share, goal=goal)}[against(gap.units, review.measure.better)[0]]


def support(review: BaselineReview) -> tuple[Markup, ...]:
    """What the headline stands on: chances, the repeat reading, what the promise decides, the status's reason."""
    lines: list[Markup] = []
    end = review.lead.goal.end if review.lead is not None else None
    chances, seen = [], set()
    for o in review.goals:
        if o.chance is not None and (end is None or o.goal.end == end) and o.value.value not in seen:
            seen.add(o.value.value)
            chances.append(say("{chance} for {goal}", chance=chance_of(o.chance), goal=the_goal(o.goal.kind, fig(o.value))))
    if chances:
        lines.append(say("The chance of getting there if nothing changes is {chances}.", chances=joined(chances)))
    for o in review.goals:
        if o.goal.decides and o.value is not None:
            lines.append(say("The {goal} of {value} by {date} decides: {what}.", goal=goal_word(o.goal.kind), value=fig(o.value), date=period_text(o.goal.end),
                             what=o.goal.decides))
    if review.repeat is not None and review.lead is not None and not review.lead.settled:
        lines.append(repeat(review))
    if review.reason and not review.status:
        lines.append(say("{reason}", reason=sentence(said(review.reason))))
    if review.changes is not None and review.changes.moved:
        lines.append(changes_in_short(review.changes))
    return tuple(lines)


def repeat(review: BaselineReview) -> Markup:
    """The three readings of one gap, each with the base that it is of."""
    gap = review.repeat
    word, wrong = against(gap.units, review.measure.better)
    base, value, units = base_words(review), fig(review.base), fig(gap.units, magnitude=True)
    if not wrong:
        return say("A repeat of {base} would give {value}. That meets the target.", base=base, value=value)
    if word == "short of":
        return say("A repeat of {base} would give {value}. That is {units} short of the target: a shortfall of {share} of the target, or an attainment of {attainment}. "
                   "To get there takes a change of {change} on what there was.", base=base, value=value, units=units, share=fig(gap.of_target),
                   attainment=fig(gap.attainment), change=fig(gap.uplift_needed))
    return say("A repeat of {base} would give {value}. That is {units} above the target: a shortfall of {share} of the target, or an attainment of {attainment}. "
               "To get there takes a change of {change} on what there was.", base=base, value=value, units=units, share=fig(gap.of_target),
               attainment=fig(gap.attainment), change=fig(gap.uplift_needed))


def base_words(review: BaselineReview) -> str:
    """The base in words, its months as people write them."""
    return re.sub(r"\b\d{4}-\d{2}\b", lambda m: period_text(pd.Period(m[0], "M")), said(review.base_text)) or phrase("the base")


def sentence(text: str) -> str:
    """A reason as a sentence: capital first, one full stop."""
    bare = text.strip().rstrip(".")
    return like(text, f"{bare[:1].upper()}{bare[1:]}.") if bare else ""


def cannot_say(result: CannotSay) -> Markup:
    """The reason and what to do; `names of params` as code."""
    return Markup(" ").join(with_code(text) for text in (sentence(said(result.reason)), said(result.fix)) if text)


def with_code(text: str) -> Markup:
    """A text whose `names of params` are code."""
    return Markup(re.sub(r"`([^`]+)`", r"<code>\1</code>", str(Markup.escape(text))))  # escape keeps the mark of an English text


def gap_reading(outlook: GoalOutlook, review: BaselineReview) -> Markup:
    """Which part of the way a goal is, beside "half": the two are often taken for each other."""
    gap = outlook.gap
    return say("{value} closes {share} of the gap from {base} to {target}; half of the gap would be {half} ({half_of_target} of the target): the two differ by {difference}.",
               value=fig(outlook.value), share=fig(gap.closes), base=fig(review.base), target=fig(review.lead.value), half=fig(gap.half),
               half_of_target=fig(gap.half_of_target), difference=fig(gap.difference, magnitude=True))


def goal_source(outlook: GoalOutlook) -> Markup:
    """Who said so, where and when."""
    goal = outlook.goal
    text = "; ".join(p for p in (goal.source, agreed_text(goal.agreed_by, day_as_here(goal.agreed_on))) if p)
    return say("The {goal} of {value} by {date}: {source}.", goal=goal_word(goal.kind), value=fig(outlook.value), date=period_text(goal.end), source=text)


def growth(review: BaselineReview) -> Markup:
    rate = review.growth_needed_per_year
    return say("From {base} to {target} by {date} is {rate} a year, compound.", base=fig(review.base), target=fig(review.lead.value),
               date=period_text(review.lead.goal.end), rate=fig(rate, digits=2))


def history(fit: BaselineFit) -> tuple[Markup, ...]:
    """Run rate, last year, trend, season, breaks."""
    per = fit.year_totals["start"].iloc[0].freqstr[0] if fit.total_by == "sum" and len(fit.year_totals) else ""
    rate, how = fig(fit.run_rate), said(fit.run_rate.convention)
    lines = [{"M": say("The run rate is {rate} a month ({how}).", rate=rate, how=how), "W": say("The run rate is {rate} a week ({how}).", rate=rate, how=how),
              "Q": say("The run rate is {rate} a quarter ({how}).", rate=rate, how=how)}.get(per, say("The run rate is {rate} ({how}).", rate=rate, how=how))]
    if fit.last_year is not None:
        first, last = fit.last_year_periods
        lines.append(say("The last complete year, {first} to {last}, came to {total}.", first=period_text(first), last=period_text(last), total=fig(fit.last_year)))
    if fit.trend_per_year is not None:
        lines.append(say("The trend over {count} known periods is {change} a year.", count=format_number(fit.months_used), change=up_or_down(fit.trend_per_year)))
    if len(fit.season):
        high, low = fit.season.loc[fit.season["factor"].idxmax()], fit.season.loc[fit.season["factor"].idxmin()]
        if high["low"] > 0 and low["high"] < 0:
            lines.append(say("The season is real: {best} is {above} above the year's average, {worst} {below} below it.", best=season_label(high["label"]),
                             above=format_fraction(high["factor"]), worst=season_label(low["label"]), below=format_fraction(abs(low["factor"]))))
        else:
            lines.append(say("No season stands out clearly from the noise."))
    for b in fit.breaks:
        lines.append(say("A lasting change of level was found in {period}: {change}.", period=period_text(b.period), change=up_or_down(b.change)))
    return tuple(lines)


def year_end(review: BaselineReview) -> tuple[Markup, ...]:
    """Where the running year comes to, where no goal has said so already."""
    total, lead = review.year_end, review.lead
    if total is None or (lead is not None and lead.projected is not None and lead.projected.convention == total.convention):
        return ()
    year = review.baseline.year_totals.iloc[-1]
    return (say("The running year, {first} to {last}, comes to {total} if nothing changes; what is known of it is kept as it is.",
                first=period_text(year["start"]), last=period_text(year["end"]), total=full(total)),)


def effect(result: Effect) -> tuple[Markup, ...]:
    """The effect with its interval, what could have been seen at all, and what would settle it."""
    lines = []
    span = months(result.periods_since, period_noun(result.path.index))
    start, name = period_text(result.started), result.name
    if result.verdict in ("up", "down"):
        size = full(result.effect, magnitude=True)
        lines.append(say("Over the {span} since {start}, {name} is {size} above what its own history led to expect.", span=span, start=start, name=name, size=size)
                     if result.effect.value > 0 else
                     say("Over the {span} since {start}, {name} is {size} below what its own history led to expect.", span=span, start=start, name=name, size=size))
    elif result.verdict == "too early":
        lines.append(say("It is too early to tell: {span} since {start}.", span=span, start=start))
    else:
        lines.append(say("Over the {span} since {start}, {name} is within what its own history led to expect: {effect}. No effect is shown, and none is "
                         "ruled out inside that interval.", span=span, start=start, name=name, effect=full(result.effect, sign=True)))
    lines.append(visible(result))
    if not len(result.placebos):
        lines.append(say("The history is too short for fake starts to compare with."))
    return tuple(lines)


def caution(result: Effect) -> Markup:
    """What the comparison is with, and so what else is in the difference."""
    if result.controls_used:
        return say("This compares with {controls} and with a forecast: whatever else changed at the same time is in it.", controls=joined(list(result.controls_used)))
    return say("This compares with a forecast, not with a control group: whatever else changed at the same time is in it.")


def crowd(result: Effect) -> Markup:
    """How the real start looks among the fake ones."""
    large = result.placebos_as_large
    if large.value == 0:
        return say("Not one of {count} fake starts in the history, when nothing had begun, differed by as much.", count=small(large.n))
    if large.value >= large.n / 4:
        return say("Of {count} fake starts in the history, when nothing had begun, {large} differed by as much or more: a difference like this one is nothing special here.",
                   count=small(large.n), large=fig(large))
    return say("Of {count} fake starts in the history, when nothing had begun, {large} differed by as much or more: a difference like this one is rare here.",
               count=small(large.n), large=fig(large))


def visible(result: Effect) -> Markup:
    """The smallest effect that would be seen, now and after a year; where it is open, what would settle it."""
    if result.detectable_in_a_year is not None:
        text = say("With this much noise and history, an effect of {least} or more would be seen four times in five, one of {later} or more once a whole year is known.",
                   least=fig(result.detectable), later=fig(result.detectable_in_a_year))
    else:
        text = say("With this much noise and history, an effect of {least} or more would be seen four times in five.", least=fig(result.detectable))
    if result.verdict == "inconclusive" and not result.controls_used:
        text += Markup(" ") + say("A comparable series that the initiative does not touch, named under <code>controls</code>, would narrow it.")
    return text


def effect_caption(result: Effect) -> Markup:
    return say("Black: what happened. Dashed: what the history before the start led to expect, with its 95 % interval.")


def crowd_caption(result: Effect) -> Markup:
    """What the picture of fake starts shows, and how to read it."""
    least = fig(result.detectable)
    dots = say("Each dot is one of them, measured in the same way; filled where its interval excludes zero. Shaded: differences smaller than {least}, "
               "too small to be seen reliably.", least=least) if result.placebos["flagged"].any() else \
        say("Each dot is one of them, measured in the same way; none of their intervals excludes zero. Shaded: differences smaller than {least}, "
            "too small to be seen reliably.", least=least)
    return crowd(result) + Markup(" ") + dots


def split_caption(result: Effect) -> Markup:
    return say("From the mean of the year before the start to the mean since: {change} in all, split into what was to be expected anyway and the rest.",
               change=fig(result.change, sign=True))


def comparison(result: Comparison) -> tuple[Markup, ...]:
    """The usual ways beside the projection, and how far each was off where the truth is known."""
    others = [say("{way} gives {total}", way=_way(way.name), total=fig(way.total)) for way in result.ways[1:]]
    lines = [say("For comparison, what is usually done: {ways}. Neither has an interval.", ways=joined(others))] if others else []
    measured = [way for way in result.ways if way.miss is not None]
    if len(measured) == len(result.ways) > 1:
        misses = joined([say("{way} {miss}", way=_way(way.name), miss=fig(way.miss)) for way in measured])
        lines.append(say("How far off they were on year totals of real series, at the median: {misses} ({measured}).", misses=misses,
                         measured=said(measured[0].miss.convention).removeprefix("median over ")))
    return tuple(lines)


def would_change(review: BaselineReview) -> tuple[Markup, ...]:
    """What would change the answer."""
    lines = []
    if review.lead is not None and review.lead.value is not None and not review.lead.settled and review.repeat is not None \
            and review.repeat.units.value > 0:
        lines.append(say("Reaching the target takes {units} more than the base; every period that is known narrows the interval.",
                         units=fig(review.repeat.units, magnitude=True)))
    if any(o.goal.value is None for o in review.goals):
        to_come = [period_text(o.goal.end) for o in review.goals if o.goal.value is None]
        lines.append(say("The target for {periods} is to be announced; nothing is assumed about it.", periods=joined(to_come)))
    if isinstance(review.effect, CannotSay):
        lines.append(say("The effect of the initiative cannot be measured yet: {reason}", reason=sentence(said(review.effect.reason))))
        if review.effect.fix:
            lines.append(say("{fix}", fix=sentence(said(review.effect.fix))))
    return tuple(lines)


def alt_totals(review: BaselineReview) -> str:
    years = review.baseline.year_totals
    years = years[years["complete"]].tail(5)
    unit = review.measure.unit
    past = ", ".join(f"{y}: {format_value(t, unit)}" for y, t in zip(years["year"], years["total"], strict=True))
    lead = review.lead
    goals = ", ".join(f"{kind_word(o.goal.kind)} {plain(fig(o.value))}" for o in review.goals if o.value is not None and o.goal.end == lead.goal.end)
    name, end, value = review.measure.name, period_text(lead.goal.end), plain(full(lead.projected))
    if lead.settled:
        return phrase("Bars of 12-month totals of {name}. {past}. To {end}, actual: {value}; {goals}.", name=name, past=past, end=end, value=value, goals=goals)
    return phrase("Bars of 12-month totals of {name}. {past}. To {end}, projected: {value}; {goals}.", name=name, past=past, end=end, value=value, goals=goals)


def alt_projection(result: Projection, goals: tuple[GoalOutlook, ...]) -> str:
    known = result.history.dropna()
    parts = [phrase("Line of {name}, {count} known periods from {first} to {last}, last value {value}.", name=result.name, count=len(known),
                    first=period_text(known.index[0]), last=period_text(known.index[-1]), value=format_value(float(known.iloc[-1]), result.unit))]
    if len(result.path):
        last = result.path.iloc[-1]
        parts.append(phrase("Projected to {end}: {value}, 95 % interval {low} to {high}.", end=period_text(result.path.index[-1]), value=format_value(float(last["value"]), result.unit),
                            low=format_value(float(last["low_95"]), result.unit), high=format_value(float(last["high_95"]), result.unit)))
    shown = [o for o in goals if o.value is not None and not o.settled]
    return " ".join([*parts, *(f"{sentence_case(kind_word(o.goal.kind))}: {plain(fig(o.value))} {when(o.goal)}." for o in shown)])


def kind_word(kind: str) -> str:
    """A goal in a word, for a chart."""
    return {"target": phrase("target"), "promised": phrase("promised"), "expected": phrase("expected")}[kind]


def season_label(label: object) -> str:
    """A place in the year: a month as the locale has it, Q1, or a week."""
    text = str(label)
    return phrase("week {number}", number=text.removeprefix("week ")) if text.startswith("week ") else text


def alt_season(fit: BaselineFit) -> str:
    parts = ", ".join(f"{season_label(r.label)} {format_fraction(r.factor)}" for r in fit.season.itertuples())
    return phrase("Seasonal profile of {name}, above or below the year's average: {parts}.", name=fit.name, parts=parts)


def alt_effect(result: Effect) -> str:
    return phrase("Lines of {name} in the two years before {start} and since, against the projection without the initiative: difference {effect}.",
                  name=result.name, start=period_text(result.started), effect=plain(full(result.effect, sign=True)))


def alt_crowd(result: Effect) -> str:
    fakes = ", ".join(format_fraction(v) for v in result.placebos["effect"])
    return phrase("Dots of the differences at {count} fake starts: {fakes}; and of the real start: {effect}.", count=len(result.placebos), fakes=fakes,
                  effect=plain(full(result.effect, sign=True)))


def alt_split(result: Effect) -> str:
    parts = ", ".join(f"{said(r.part)} {format_fraction(r.value)}" for r in result.split.itertuples())
    return phrase("Bars that add up to the change of {change}: {parts}.", change=plain(fig(result.change, sign=True)), parts=parts)
