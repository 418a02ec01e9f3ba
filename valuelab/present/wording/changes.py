"""Sentences on what changed since the last report."""

from __future__ import annotations

import pandas as pd
from markupsafe import Markup

from valuelab.analysis.reviews.changes import Changes, Step
from valuelab.present.figures import fig, full, joined, plain, say, short_period
from valuelab.present.wording.common import sentence_case

ORDER = ("Each step is the difference that its cause made on top of the ones above it: method, restated values, new periods, changed assumptions, "
         "then the date that is asked about. In another order single steps would differ; their sum would not.")
LIGHTS_ORDER = ("Each step is the difference that its cause made on top of the ones above it: lights first, at the weights of then; after them weights, and indicators that came "
                "or went. In another order single steps would differ; their sum would not.")
CAUSES = {"method": "method changed", "restated data": "restated data", "new data": "new data", "changed assumption": "changed assumption",
          "another date": "another date is asked about", "not explained": "not explained", "new figure": "a new figure", "judged anew": "judged anew",
          "another weight": "another weight", "indicator added": "known now", "indicator gone": "no longer known"}
SWITCHED = ("new figure", "judged anew", "another weight", "indicator added", "indicator gone")  # of a score of lights


def then(changes: Changes) -> str:
    """When the figure of then is from, as a sentence goes on."""
    return f"in the report as of {changes.since}" if changes.since else "last time"


def start(changes: Changes) -> str:
    """What stands at the first row of the picture and of the table."""
    return f"report as of {changes.since}" if changes.since else "last time"


def order(changes: Changes) -> str:
    """That steps have an order, and which."""
    return LIGHTS_ORDER if changes.steps and all(s.cause in (*SWITCHED, "method") for s in changes.steps) else ORDER


def headline(changes: Changes) -> Markup:
    """Then and now in one sentence."""
    name = sentence_case(changes.what)
    if not changes.moved:
        if changes.unmoved:
            return say("{} is what it was {}: {}.", name, then(changes), fig(changes.now))
        return say("Nothing that this figure rests on has changed since {}: {} is {}, as it was.", f"the report as of {changes.since}" if changes.since else "last time", changes.what,
                   fig(changes.now))
    return say("{} was {} {} and is {} now.", name, full(changes.then), then(changes), full(changes.now))


def in_short(changes: Changes) -> Markup:
    """One line for the top of a report, where the figure moved."""
    biggest = max(changes.steps, key=lambda s: abs(s.change.value), default=None)
    why = say(", most of it by {}", cause(biggest)) if len(changes.steps) > 1 else say(", by {}", cause(biggest)) if biggest else Markup("")
    return say("Since the report as of {}, {} went from {} to {}{}.", changes.since, changes.what, fig(changes.then), fig(changes.now), why)


def support(changes: Changes) -> tuple[Markup, ...]:
    lines = []
    if changes.steps:
        lines.append(say("What moved it: {}.", joined([say("{} {}", cause(s), fig(s.change, sign=True)) for s in changes.steps])))
    if changes.reason:
        lines.append(say("What moved it cannot be told apart: of the report as of {} it can only be said that {}.", changes.since, changes.reason.rstrip(".")))
    if any(s.cause == "not explained" for s in changes.steps):
        lines.append(Markup("A part is not explained: the last report rested on something that it did not keep."))
    if changes.unmoved:
        lines.append(say("Changed as well, without moving this figure: {}.", joined(list(changes.unmoved))))
    return tuple(lines)


def cause(step: Step) -> Markup:
    """A cause in words: new data (Clients, Apr 2025 to Sep 2025)."""
    if step.cause == "changed assumption":
        return say("the changed assumption “{}” ({} → {})", step.what, step.was or "none", step.now or "none") if step.was or step.now \
            else say("the changed assumption “{}”", step.what)
    if step.cause == "method":
        return say("a change of method (version {} → {})", step.was or "unknown", step.now)
    if step.cause == "another date":
        return say("another date that is asked about ({} → {})", step.was, step.now)
    if step.cause == "not explained":
        return say("{}", step.what)
    if step.cause in SWITCHED:
        return say("{} ({}{})", step.what, "weight " if step.cause == "another weight" else "", f"{step.was} → {step.now}" if step.was and step.now else CAUSES[step.cause])
    return say("{} ({})", CAUSES[step.cause], what(step))


def what(step: Step) -> str:
    """What was switched: the name, and of data its periods."""
    if step.cause in ("new data", "restated data"):
        return f"{step.what}: {span(step.periods)}"
    return step.what


def span(periods: tuple[pd.Period, ...]) -> str:
    if not periods:
        return "no further period"
    if len(periods) == 1:
        return short_period(periods[0])
    whole = (periods[-1] - periods[0]).n + 1 == len(periods)
    words = f"{short_period(periods[0])} to {short_period(periods[-1])}"
    return words if whole else f"{len(periods)} periods from {words}"


def alt(changes: Changes) -> str:
    steps = "; ".join(f"{CAUSES[s.cause]} ({what(s)}) {plain(fig(s.change, sign=True))}" for s in changes.steps)
    return (f"Waterfall of {changes.what}: {plain(fig(changes.then))} {then(changes)}; {steps}; "
            f"{plain(fig(changes.now))} now.")
