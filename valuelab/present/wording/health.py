"""Sentences on the health score: where it stands, what moved it, whose opinion it is."""

from __future__ import annotations

from markupsafe import Markup

from valuelab.analysis.health_score import HealthIndicator, HealthMove, HealthScore
from valuelab.formatting import day_as_here, format_value
from valuelab.inputs.health import LICENCES_IN_USE
from valuelab.language import later, phrase, said
from valuelab.present.figures import count, fig, joined, say
from valuelab.present.wording.common import as_written

SHAPES = {"green": later("● green"), "amber": later("▲ amber"), "red": later("■ red"), None: later("○ not known")}
STANDS = {"green": later("Health is green: the score is {score}, from {indicators}."), "amber": later("Health is amber: the score is {score}, from {indicators}."),
          "red": later("Health is red: the score is {score}, from {indicators}.")}
MEASURED = {"quantitative": later("quantitative"), "qualitative": later("qualitative")}
KINDS = {"objective": later("objective"), "subjective": later("subjective")}


def name_of(indicator: str) -> str:
    """An indicator's own name; the one that comes from adoption is in words."""
    return said(indicator) if indicator == LICENCES_IN_USE else indicator


def score(found: HealthScore) -> Markup:
    known = [x for x in found.indicators if x.light is not None]
    return say(STANDS[found.light], score=fig(found.score), indicators=count(len(known), "indicator"))


def support(found: HealthScore) -> tuple[Markup, ...]:
    """What is red, what moved it, and how much of it is opinion."""
    lines = []
    red = [name_of(x.line.name) for x in found.indicators if x.light == "red"]
    if red:
        lines.append(say("Red: {names}.", names=joined(red)))
    moved = sorted((x for x in found.indicators if x.moved is not None and x.moved.value), key=lambda x: -abs(x.moved.value))
    if found.change is not None and found.moves:
        lines.append(_went(found))
    elif found.change is not None:
        lines.append(say("Each indicator is where it was in the report as of {date}.", date=found.since) if found.since else say("Each indicator is where it was last time."))
    elif moved:
        lines.append(say("Since last time {moves}; how the rest stood then is not known.",
                         moves=joined([say("{name} moved it by {points}", name=name_of(x.line.name), points=fig(x.moved, sign=True)) for x in moved])))
    if found.at_renewal is not None:
        then = fig(found.at_renewal)
        lines.append(say("In the last report before the contract came up the score was {score}; it was renewed.", score=then) if found.renewed else
                     say("In the last report before the contract came up the score was {score}; it was not renewed.", score=then))
    lines.append(say("{share} of its weight is opinion.", share=fig(found.opinion)))
    return tuple(lines)


def _went(found: HealthScore) -> Markup:
    most, then, now = move(max(found.moves, key=lambda m: abs(m.change.value))), fig(found.before), fig(found.score)
    if not found.since:
        return say("Since last time it went from {then} to {now}, most of it by {move}.", then=then, now=now, move=most) if len(found.moves) > 1 else \
            say("Since last time it went from {then} to {now}, by {move}.", then=then, now=now, move=most)
    return say("Since the report as of {date} it went from {then} to {now}, most of it by {move}.", date=found.since, then=then, now=now, move=most) if len(found.moves) > 1 else \
        say("Since the report as of {date} it went from {then} to {now}, by {move}.", date=found.since, then=then, now=now, move=most)


def move(found: HealthMove) -> Markup:
    """What moved it, from what to what, and by how much: CSAT (amber → green): +12 points."""
    change, name = fig(found.change, sign=True), said(found.name) if found.cause == "method" else name_of(found.name)
    if found.cause == "another weight":
        return say("{name} (by another weight, {was} → {now}): {change}", name=name, was=as_written(found.was), now=as_written(found.now), change=change)
    if found.cause == "indicator added":
        return say("{name} ({light}, known now): {change}", name=name, light=said(found.now), change=change)
    if found.cause == "indicator gone":
        return say("{name} (no longer known): {change}", name=name, change=change)
    if found.was:
        return say("{name} ({was} → {now}): {change}", name=name, was=said(found.was), now=said(found.now), change=change)
    return say("{name}: {change}", name=name, change=change)


def stands_at(found: HealthIndicator) -> str:
    """The figure with its limits, or that it was judged."""
    line = found.line
    if line.light is not None:
        return phrase("as judged")
    figure = phrase("not known") if line.value is None else format_value(line.value, found.unit)
    if line.green is None or line.red is None:
        return phrase("{figure}; limits as set for adoption", figure=figure)
    green, red = format_value(line.green, found.unit), format_value(line.red, found.unit)
    return phrase("{figure}; green from {green}, red below {red}", figure=figure, green=green, red=red) if line.green > line.red else \
        phrase("{figure}; green from {green}, red above {red}", figure=figure, green=green, red=red)


def whose(found: HealthIndicator) -> Markup:
    line = found.line
    says = (phrase("opinion of {who}", who=line.by) if line.kind == "subjective" else line.by) if line.by else ""
    parts = [phrase(KINDS[line.kind]), phrase(MEASURED[found.measured_as]), line.note, phrase("the customer’s data") if found.from_data else "", says, day_as_here(line.on)]
    return Markup(", ").join(Markup.escape(p) for p in parts if p)
