"""Phrases that several reports share."""

from __future__ import annotations

import pandas as pd
from markupsafe import Markup

from valuelab.analysis.reviews.goals import Goal
from valuelab.formatting import format_number, format_value, from_to
from valuelab.language import later, like, phrase, phrases, said
from valuelab.present.figures import NOUNS, fig, full, period_text, say
from valuelab.types import Estimate

GOAL_WORDS = {"target": later("target"), "promised": later("promise (must have)"), "expected": later("expectation (nice to have)")}
_SMALL = (later("no"), later("one"), later("two"), later("three"), later("four"), later("five"), later("six"), later("seven"), later("eight"), later("nine"),
          later("ten"), later("eleven"), later("twelve"))


def sentence_case(text: str) -> str:
    """A text as a sentence begins; the rest stays as it is."""
    return like(text, text[:1].upper() + text[1:])


def small(number: int) -> str:
    """Numbers to twelve in words."""
    return phrase(_SMALL[number]) if 0 <= number < len(_SMALL) else str(number)


def goal_word(kind: str) -> str:
    """What a goal of this kind is called: target, promise (must have), expectation (nice to have)."""
    return phrase(GOAL_WORDS[kind])


def the_goal(kind: str, value: Markup | str) -> Markup:
    """A goal with its value, as the object of a sentence: "the target of 26,000 clients"."""
    if kind == "target":
        return say("the target of {value}", value=value)
    if kind == "promised":
        return say("the promise (must have) of {value}", value=value)
    return say("the expectation (nice to have) of {value}", value=value)


def months(number: int, noun: str = "month") -> str:
    """"three months", "one week": numbers to twelve in words."""
    return phrases(*NOUNS[noun], number, count=small(number))


def chance_of(estimate: Estimate) -> Markup:
    """A probability: percent, but never 0 or 100 while anything is open."""
    if estimate.value < 0.01:
        return _chance_in_words(estimate, phrase("under {limit}", limit="1 %"))
    if estimate.value > 0.99:
        return _chance_in_words(estimate, phrase("over {limit}", limit="99 %"))
    rounded = Estimate(round(estimate.value, 2), unit="fraction").value
    return _chance_in_words(estimate, format_value(rounded, "fraction"))


def _chance_in_words(estimate: Estimate, words: str) -> Markup:
    return Markup('<data class="n" value="{}" data-key="{}">{}</data>').format(repr(estimate.value), estimate.key, words)


def period_noun(index: pd.PeriodIndex) -> str:
    """month, week or quarter."""
    return {"M": "month", "W": "week", "Q": "quarter"}.get(index.freqstr[0], "period")


def when(goal: Goal) -> str:
    """"in the 12 months to March 2026" for a total, "in March 2026" for a level."""
    if goal.start == goal.end:
        return phrase("in {period}", period=period_text(goal.end))
    length, end = (goal.end - goal.start).n + 1, period_text(goal.end)
    return {"M": phrase("in the {count} months to {end}", count=length, end=end), "W": phrase("in the {count} weeks to {end}", count=length, end=end),
            "Q": phrase("in the {count} quarters to {end}", count=length, end=end)}.get(goal.end.freqstr[0], phrase("in the {count} periods to {end}", count=length, end=end))


def several(noun: str) -> str:
    """Weeks, months, quarters: the periods of a plan."""
    return {"week": phrase("weeks"), "month": phrase("months"), "quarter": phrase("quarters"), "year": phrase("years"), "day": phrase("days")}.get(noun, phrase("periods"))


def one(noun: str) -> str:
    """A period of a plan: week, month, quarter."""
    return {"week": phrase("week"), "month": phrase("month"), "quarter": phrase("quarter"), "year": phrase("year"), "day": phrase("day")}.get(noun, phrase("period"))


def against(units: Estimate, better: str) -> tuple[str, bool]:
    """Word for target − projected: (short of | above | below, is it on the wrong side?)."""
    wrong = units.value > 0
    if better == "higher":
        return ("short of" if wrong else "above"), wrong
    return ("above" if wrong else "below"), wrong


def clear(estimate: Estimate) -> bool:
    """True where a direction word is earned: a bare figure that is not zero, or an interval without zero."""
    return estimate.value != 0 if estimate.bare else estimate.excludes(0.0)


def signed(estimate: Estimate) -> Markup:
    return full(estimate, sign=True)


def up_or_down(estimate: Estimate) -> Markup:
    """"up 3 % (…)", "down 3 % (…)" or, where the interval holds zero, "without a clear direction: 1 % (−2 to 4)"."""
    if not clear(estimate):
        return say("without a clear direction ({change})", change=signed(estimate))
    size = full(estimate, magnitude=True)
    return say("up {size}", size=size) if estimate.value > 0 else say("down {size}", size=size)


def span_text(index: pd.PeriodIndex) -> str:
    return from_to(period_text(index[0]), period_text(index[-1])) if len(index) else phrase("no data")


def money_with_basis(estimate: Estimate) -> Markup:
    """An amount and what it is: "$300,000 profit a year, revenue × margin"."""
    return say("{amount} {basis}", amount=fig(estimate), basis=said(estimate.convention)) if estimate.convention else fig(estimate)


def as_written(text: str) -> str:
    """A plain number from a text of English digits, with the signs of the locale and the decimals that it has: 0.25."""
    return format_number(float(text), len(text.partition(".")[2]))
