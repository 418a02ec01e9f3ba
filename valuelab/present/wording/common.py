"""Phrases that several reports share."""

from __future__ import annotations

import pandas as pd
from markupsafe import Markup

from valuelab.analysis.reviews.goals import Goal
from valuelab.formatting import format_value
from valuelab.present.figures import fig, full, period_text, say
from valuelab.types import Estimate

GOAL_WORDS = {"target": "target", "promised": "promise (must have)", "expected": "expectation (nice to have)"}
_SMALL = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")


def sentence_case(text: str) -> str:
    """A text as a sentence begins; the rest stays as it is."""
    return text[:1].upper() + text[1:]


def small(number: int) -> str:
    """Numbers to twelve in words."""
    return _SMALL[number] if 0 <= number < len(_SMALL) else str(number)


def months(number: int, noun: str = "month") -> str:
    return f"{small(number)} {noun}{'' if number == 1 else 's'}"


def chance_of(estimate: Estimate) -> Markup:
    """A probability: percent, but never 0 or 100 while anything is open."""
    if estimate.value < 0.01:
        return Markup('<data class="n" value="{}" data-key="{}">under 1 %</data>').format(repr(estimate.value), estimate.key)
    if estimate.value > 0.99:
        return Markup('<data class="n" value="{}" data-key="{}">over 99 %</data>').format(repr(estimate.value), estimate.key)
    rounded = Estimate(round(estimate.value, 2), unit="fraction").value
    return Markup('<data class="n" value="{}" data-key="{}">{}</data>').format(
        repr(estimate.value), estimate.key, format_value(rounded, "fraction"))


def period_noun(index: pd.PeriodIndex) -> str:
    """month, week or quarter."""
    return {"M": "month", "W": "week", "Q": "quarter"}.get(index.freqstr[0], "period")


def when(goal: Goal) -> str:
    """"in the 12 months to March 2026" for a total, "in March 2026" for a level."""
    if goal.start == goal.end:
        return f"in {period_text(goal.end)}"
    length = (goal.end - goal.start).n + 1
    noun = {"M": "months", "W": "weeks", "Q": "quarters"}.get(goal.end.freqstr[0], "periods")
    return f"in the {length} {noun} to {period_text(goal.end)}"


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


def up_or_down(estimate: Estimate, up: str = "up", down: str = "down", unclear: str = "without a clear direction") -> Markup:
    """"up 3 % (…)", "down 3 % (…)" or, where the interval holds zero, "without a clear direction: 1 % (−2 to 4)"."""
    if not clear(estimate):
        return say("{} ({})", unclear, signed(estimate))
    return say("{} {}", up if estimate.value > 0 else down, full(estimate, magnitude=True))


def span_text(index: pd.PeriodIndex) -> str:
    return f"{period_text(index[0])} to {period_text(index[-1])}" if len(index) else "no data"


def money_with_basis(estimate: Estimate) -> Markup:
    """An amount and what it is: "$300,000 profit a year, revenue × margin"."""
    return say("{} {}", fig(estimate), estimate.convention) if estimate.convention else fig(estimate)
