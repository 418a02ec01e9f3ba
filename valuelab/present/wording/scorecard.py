"""Sentences on the scorecard: what moved, what cannot be said, which view is empty; and on what customers answer."""

from __future__ import annotations

import pandas as pd
from markupsafe import Markup

from valuelab.analysis.reviews.scorecard import Scorecard, ScoreLine, ScoreView
from valuelab.analysis.surveys import SurveyFound
from valuelab.present.figures import count, full, joined, period_text, plain, say, short_period
from valuelab.present.wording.common import sentence_case, small

VERDICTS = {"better": "▲ better", "worse": "▼ worse", "unchanged": "■ unchanged", "cannot say": "○ cannot say", "": "–"}
SIDES = {"inside-out": "inside-out: seen from within", "outside-in": "outside-in: as customers feel and act"}
QUESTIONS = {"recommend": "the net promoter score", "satisfaction": "the share of satisfied answers", "effort": "the share who found it easy"}
NAMES = {"business value": "Business value", "experience": "Experience value", "performance": "Performance value", "outcomes": "Business outcomes"}
SIDES_NOTE = ("Inside-out: what the account’s own figures say. Outside-in: what the customer’s people say and what becomes of their business. Direct: money already. Indirect: has to be "
              "converted to money; how, where it is agreed. The views are not added up.")


def scorecard(found: Scorecard) -> Markup:
    """How many figures there are, and which got better, which worse, of which it cannot be said."""
    views = len(found.views) - len(found.missing)
    said = [say("The scorecard has {} in {} of four views.", count(len(found.lines), "figure"), small(views))]
    for verdict, text in (("better", "Better"), ("worse", "Worse"), ("cannot say", "Cannot be said")):
        names = [line.name for line in found.lines if line.verdict == verdict]
        if names:
            said.append(say("{}: {}.", text, joined(names)))
    return Markup(" ").join(said)


def missing(view: ScoreView) -> Markup:
    return say("{}: nothing is known. {}", NAMES[view.name], view.ask)


def survey(found: SurveyFound) -> Markup:
    """Where the last round stands and whether it moved."""
    last = found.last
    asked = _when(last.asked)
    if found.question == "recommend":
        text = say("{}: {} is {}, from {} {}", sentence_case(found.name), QUESTIONS[found.question], full(last.figure), count(round(last.answers.value), "answer"), asked)
    else:
        what = "found it easy" if found.question == "effort" else "were satisfied"
        text = say("{}: {} of {} {} {}", sentence_case(found.name), full(last.figure), count(round(last.answers.value), "answer"), what, asked)
    if found.change is None:
        return say("{}. There is one round, so nothing can be said of a change.", text)
    since = period_text(pd.Period(found.rounds[-2].asked))
    if found.verdict == "cannot say":
        return say("{}. Whether it moved since {} cannot be said: {}.", text, since, full(found.change, sign=True))
    return say("{}. It got {} since {}: {}.", text, found.verdict, since, full(found.change, sign=True))


def _when(asked: str) -> str:
    return f"in {period_text(pd.Period(asked))}"


def says(line: ScoreLine) -> Markup:
    """Where it comes from; of an opinion whose and when."""
    parts = [say("opinion: {}", line.opinion) if line.opinion else "", line.says, short_period(pd.Period(line.asked)) if line.asked else ""]
    return Markup(", ").join(Markup.escape(p) for p in parts if p)


def against(line: ScoreLine) -> str:
    """What the change is counted from; a dash where it is held against nothing."""
    return short_period(pd.Period(line.since)) if line.since else line.against or "–"


def value(line: ScoreLine) -> str:
    """Direct, or indirect and how it becomes money."""
    if line.value == "direct":
        return "direct"
    return f"indirect, {line.converts}" if line.converts else "indirect, no conversion agreed"


def alt(found: tuple[SurveyFound, ...]) -> str:
    said = "; ".join(f"{s.name}: " + ", ".join(f"{plain(full(r.figure))} {_when(r.asked)}" for r in s.rounds[-5:]) for s in found)
    return f"What customers answered by round, each with its interval. {said}."


def stands(found: SurveyFound) -> Markup:
    """One line for the top of the report."""
    moved = "" if found.change is None else "; whether it moved cannot be said" if found.verdict == "cannot say" else f"; it got {found.verdict}"
    return say("{}: {} {}{}.", sentence_case(found.name), full(found.last.figure), _when(found.last.asked), moved)
