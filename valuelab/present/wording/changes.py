"""Sentences on what changed since the last report."""

from __future__ import annotations

import pandas as pd
from markupsafe import Markup

from valuelab.analysis.reviews.changes import Changes, Step
from valuelab.formatting import from_to
from valuelab.language import later, phrase, said
from valuelab.present.figures import fig, full, joined, plain, say, short_period
from valuelab.present.wording.common import as_written, sentence_case
from valuelab.present.wording.health import name_of

ORDER = later("Each step is the difference that its cause made on top of the ones above it: method, restated values, new periods, changed assumptions, "
         "then the date that is asked about. In another order single steps would differ; their sum would not.")
LIGHTS_ORDER = later("Each step is the difference that its cause made on top of the ones above it: lights first, at the weights of then; after them weights, and indicators that came "
                     "or went. In another order single steps would differ; their sum would not.")
CAUSES = {"method": later("method changed"), "restated data": later("restated data"), "new data": later("new data"), "changed assumption": later("changed assumption"),
          "another date": later("another date is asked about"), "not explained": later("not explained"), "new figure": later("a new figure"),
          "judged anew": later("judged anew"), "another weight": later("another weight"), "indicator added": later("known now"), "indicator gone": later("no longer known")}
SWITCHED = ("new figure", "judged anew", "another weight", "indicator added", "indicator gone")  # of a score of lights


def start(changes: Changes) -> str:
    """What stands at the first row of the picture and of the table."""
    return phrase("report as of {date}", date=changes.since) if changes.since else phrase("last time")


def order(changes: Changes) -> str:
    """That steps have an order, and which."""
    return LIGHTS_ORDER if changes.steps and all(s.cause in (*SWITCHED, "method") for s in changes.steps) else ORDER


def headline(changes: Changes) -> Markup:
    """Then and now in one sentence."""
    what = said(changes.what)
    name = sentence_case(what)
    if not changes.moved:
        if changes.unmoved:
            return say("{name} is what it was in the report as of {date}: {now}.", name=name, date=changes.since, now=fig(changes.now)) if changes.since \
                else say("{name} is what it was last time: {now}.", name=name, now=fig(changes.now))
        if not changes.since:
            return say("Nothing that this figure rests on has changed since last time: {name} is {now}, as it was.", name=what, now=fig(changes.now))
        return say("Nothing that this figure rests on has changed since the report as of {date}: {name} is {now}, as it was.", date=changes.since, name=what, now=fig(changes.now))
    if not changes.since:
        return say("{name} was {then} last time and is {now} now.", name=name, then=full(changes.then), now=full(changes.now))
    return say("{name} was {then} in the report as of {date} and is {now} now.", name=name, then=full(changes.then), date=changes.since, now=full(changes.now))


def in_short(changes: Changes) -> Markup:
    """One line for the top of a report, where the figure moved."""
    biggest = max(changes.steps, key=lambda s: abs(s.change.value), default=None)
    since, name, then, now = changes.since, said(changes.what), fig(changes.then), fig(changes.now)
    if biggest is None:
        return say("Since the report as of {date}, {name} went from {then} to {now}.", date=since, name=name, then=then, now=now)
    if len(changes.steps) > 1:
        return say("Since the report as of {date}, {name} went from {then} to {now}, most of it by {cause}.", date=since, name=name, then=then, now=now, cause=cause(biggest))
    return say("Since the report as of {date}, {name} went from {then} to {now}, by {cause}.", date=since, name=name, then=then, now=now, cause=cause(biggest))


def support(changes: Changes) -> tuple[Markup, ...]:
    lines = []
    if changes.steps:
        lines.append(say("What moved it: {causes}.", causes=joined([say("{cause} {change}", cause=cause(s), change=fig(s.change, sign=True)) for s in changes.steps])))
    if changes.reason:
        lines.append(say("What moved it cannot be told apart: of the report as of {date} it can only be said that {reason}.", date=changes.since,
                         reason=said(changes.reason.rstrip("."))))
    if any(s.cause == "not explained" for s in changes.steps):
        lines.append(say("A part is not explained: the last report rested on something that it did not keep."))
    if changes.unmoved:
        lines.append(say("Changed as well, without moving this figure: {names}.", names=joined([said(name) for name in changes.unmoved])))
    return tuple(lines)


def cause(step: Step) -> Markup:
    """A cause in words: new data (Clients, Apr 2025 to Sep 2025)."""
    if step.cause == "changed assumption":
        name = said(step.what)
        return say("the changed assumption “{name}” ({was} → {now})", name=name, was=step.was or phrase("none"), now=step.now or phrase("none")) if step.was or step.now \
            else say("the changed assumption “{name}”", name=name)
    if step.cause == "method":
        return say("a change of method (version {was} → {now})", was=step.was or phrase("unknown"), now=step.now)
    if step.cause == "another date":
        return say("another date that is asked about ({was} → {now})", was=step.was, now=step.now)
    if step.cause == "not explained":
        return say("{what}", what=said(step.what))
    if step.cause in SWITCHED:
        was, now = reading(step, step.was), reading(step, step.now)
        if not (step.was and step.now):
            text = phrase(CAUSES[step.cause])
            return say("{name} (weight {what})", name=name_of(step.what), what=text) if step.cause == "another weight" else say("{name} ({what})", name=name_of(step.what), what=text)
        return say("{name} (weight {was} → {now})", name=name_of(step.what), was=was, now=now) if step.cause == "another weight" \
            else say("{name} ({was} → {now})", name=name_of(step.what), was=was, now=now)
    return say("{cause} ({what})", cause=phrase(CAUSES[step.cause]), what=what(step))


def reading(step: Step, text: str) -> str:
    """How something stood: a light or a weight in the language in use, what somebody wrote as it was written; "" where it was not there."""
    if step.cause == "another weight" and text:
        return as_written(text)
    return said(text) if step.cause in SWITCHED and text else text


def what(step: Step) -> str:
    """What was switched: the name, and of data its periods."""
    if step.cause in ("new data", "restated data"):
        return f"{step.what}: {span(step.periods)}"
    if step.cause in SWITCHED:
        return name_of(step.what)
    return said(step.what)


def span(periods: tuple[pd.Period, ...]) -> str:
    if not periods:
        return phrase("no further period")
    if len(periods) == 1:
        return short_period(periods[0])
    whole = (periods[-1] - periods[0]).n + 1 == len(periods)
    first, last = short_period(periods[0]), short_period(periods[-1])
    return from_to(first, last) if whole else phrase("{count} periods from {first} to {last}", count=len(periods), first=first, last=last)


def alt(changes: Changes) -> str:
    steps = "; ".join(f"{phrase(CAUSES[s.cause])} ({what(s)}) {plain(fig(s.change, sign=True))}" for s in changes.steps)
    name, before, now = said(changes.what), plain(fig(changes.then)), plain(fig(changes.now))
    if not changes.since:
        return phrase("Waterfall of {name}: {then} last time; {steps}; {now} now.", name=name, then=before, steps=steps, now=now)
    return phrase("Waterfall of {name}: {then} in the report as of {date}; {steps}; {now} now.", name=name, then=before, date=changes.since, steps=steps, now=now)
