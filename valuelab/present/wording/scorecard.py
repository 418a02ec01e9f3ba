"""Sentences on the scorecard: what moved, what cannot be said, which view is empty; and on what customers answer."""

from __future__ import annotations

import pandas as pd
from markupsafe import Markup

from valuelab.analysis.reviews.scorecard import Scorecard, ScoreLine, ScoreView
from valuelab.analysis.surveys import SurveyFound
from valuelab.language import later, phrase, phrase_as, said, said_or_own
from valuelab.present.figures import count, full, joined, period_text, plain, say, short_period
from valuelab.present.wording.common import sentence_case

VERDICTS = {"better": later("▲ better"), "worse": later("▼ worse"), "unchanged": later("■ unchanged"), "cannot say": later("○ cannot say"), "": "–"}
CAPTIONS = {"business value": later("Business value (inside-out: seen from within)"), "experience": later("Experience value (outside-in: as customers feel and act)"),
            "performance": later("Performance value (inside-out: seen from within)"), "outcomes": later("Business outcomes (outside-in: as customers feel and act)")}
NAMES = {"business value": later("Business value"), "experience": later("Experience value"), "performance": later("Performance value"), "outcomes": later("Business outcomes")}
VIEWS = (later("no of four views"), later("one of four views"), later("two of four views"), later("three of four views"), later("four of four views"))
SIDES_NOTE = later("Inside-out: what the account’s own figures say. Outside-in: what the customer’s people say and what becomes of their business. Direct: money already. Indirect: has to be "
              "converted to money; how, where it is agreed. The views are not added up.")


def scorecard(found: Scorecard) -> Markup:
    """How many figures there are, and which got better, which worse, of which it cannot be said."""
    lines = [say("The scorecard has {figures} in {views}.", figures=count(len(found.lines), "figure"), views=phrase(VIEWS[len(found.views) - len(found.missing)]))]
    names = {verdict: joined([said_or_own(line.name) for line in found.lines if line.verdict == verdict]) for verdict in ("better", "worse", "cannot say")}
    if names["better"]:
        lines.append(say("Better: {names}.", names=names["better"]))
    if names["worse"]:
        lines.append(say("Worse: {names}.", names=names["worse"]))
    if names["cannot say"]:
        lines.append(say("Cannot be said: {names}.", names=names["cannot say"]))
    return Markup(" ").join(lines)


def missing(view: ScoreView) -> Markup:
    return say("{view}: nothing is known. {ask}", view=phrase(NAMES[view.name]), ask=said(view.ask))


def survey(found: SurveyFound) -> Markup:
    """Where the last round stands and whether it moved."""
    last, name = found.last, sentence_case(found.name)
    figure, answers, asked = full(last.figure), count(round(last.answers.value), "answer"), _when(last.asked)
    if found.question == "recommend":
        text = say("{name}: the net promoter score is {figure}, from {answers} {when}", name=name, figure=figure, answers=answers, when=asked)
    elif found.question == "effort":
        text = say("{name}: {figure} of {answers} found it easy {when}", name=name, figure=figure, answers=answers, when=asked)
    else:
        text = say("{name}: {figure} of {answers} were satisfied {when}", name=name, figure=figure, answers=answers, when=asked)
    if found.change is None:
        return say("{so_far}. There is one round, so nothing can be said of a change.", so_far=text)
    since, change = period_text(pd.Period(found.rounds[-2].asked)), full(found.change, sign=True)
    if found.verdict == "cannot say":
        return say("{so_far}. Whether it moved since {period} cannot be said: {change}.", so_far=text, period=since, change=change)
    return say("{so_far}. It got better since {period}: {change}.", so_far=text, period=since, change=change) if found.verdict == "better" else \
        say("{so_far}. It got worse since {period}: {change}.", so_far=text, period=since, change=change)


def _when(asked: str) -> str:
    """In June 2025; other languages say it otherwise of a day, a quarter or a year."""
    period = pd.Period(asked)
    text = {"period": period_text(period)}
    return {"D": phrase_as("a day", "in {period}", **text), "M": phrase("in {period}", **text), "Q": phrase_as("a quarter", "in {period}", **text)}.get(
        period.freqstr[0], phrase_as("a year", "in {period}", **text))


def says(line: ScoreLine) -> Markup:
    """Where it comes from; of an opinion whose and when."""
    parts = [phrase("opinion: {whose}", whose=said_or_own(line.opinion)) if line.opinion else "", said_or_own(line.says), short_period(pd.Period(line.asked)) if line.asked else ""]
    return Markup(", ").join(Markup.escape(p) for p in parts if p)


def against(line: ScoreLine) -> str:
    """What the change is counted from; a dash where it is held against nothing."""
    return short_period(pd.Period(line.since)) if line.since else said(line.against) if line.against else "–"


def value(line: ScoreLine) -> str:
    """Direct, or indirect and how it becomes money."""
    if line.value == "direct":
        return phrase("direct")
    return phrase("indirect, {conversion}", conversion=said(line.converts)) if line.converts else phrase("indirect, no conversion agreed")


def alt(found: tuple[SurveyFound, ...]) -> str:
    rounds = "; ".join(f"{s.name}: " + ", ".join(f"{plain(full(r.figure))} {_when(r.asked)}" for r in s.rounds[-5:]) for s in found)
    return phrase("What customers answered by round, each with its interval. {rounds}.", rounds=rounds)


def stands(found: SurveyFound) -> Markup:
    """One line for the top of the report."""
    where = {"name": sentence_case(found.name), "figure": full(found.last.figure), "when": _when(found.last.asked)}
    if found.change is None:
        return say("{name}: {figure} {when}.", **where)
    return {"cannot say": say("{name}: {figure} {when}; whether it moved cannot be said.", **where), "better": say("{name}: {figure} {when}; it got better.", **where),
            "worse": say("{name}: {figure} {when}; it got worse.", **where)}[found.verdict]
