"""Is a KPI fit to steer by: specific, measurable, attainable, relevant, timely? Each from the params and the data; what they do not say is asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from valuelab.formatting import format_value
from valuelab.types import Measure, Promise, Result

YEAR = 12  # months: a total is for a year, and a baseline can be taken from one
STALE = 3  # months without a figure after which a measure no longer tells
ASK_KPI = {
    "specific": "In which unit is it counted, and on which scale?", "measurable": "Who can send its figures by month, and from when on?",
    "attainable": "What would make it possible, and who has done it before?", "relevant": "Which value driver does it serve, or what does it tell early?",
    "timely": "By when does it have to be there?",
}


@dataclass(frozen=True, slots=True)
class Part(Result):
    """One part of a definition or one qualifier. ``state``: True there, False missing, None not known; ``text``: what is there; ``origin``: "params", "data" or
    "opinion", "" where nothing is there; ``ask``: the question, where it is missing or not known."""

    name: str
    state: bool | None
    text: str = ""
    origin: str = ""
    ask: str = ""


@dataclass(frozen=True, slots=True)
class Kpi(Result):
    """A measure with a goal, or one that an outcome names, part by part. ``ask``: the first question that is open, "" where none is."""

    name: str
    parts: tuple[Part, ...]
    ask: str = ""

    @property
    def fit(self) -> bool:
        return all(part.state for part in self.parts)


def aim(measure: Measure, promises: Sequence[Promise], as_of: pd.Period) -> tuple[float, pd.Period] | None:
    """What is wanted of a measure, and by when: of announced targets, else of promises, the next to come, else the last that is past; None without any."""
    announced = [(t.value, t.by) for t in measure.targets if t.value is not None]
    goals = announced or [(p.value, p.by) for p in promises if p.measure == measure.name]
    ahead = [goal for goal in goals if not _past(goal[1], as_of)]
    if ahead:
        return min(ahead, key=lambda goal: goal[1].end_time)
    return max(goals, key=lambda goal: goal[1].end_time) if goals else None


def check_kpi(measure: Measure, *, promises: Sequence[Promise] = (), drivers: Sequence[str] = (), as_of: pd.Period) -> Kpi:
    """The five parts of a measure as of a report. ``drivers``: value drivers that somebody wrote down for it.

    A goal is attainable where the measure has been there before, not attainable off its scale, and otherwise not known: that nobody has been there yet
    proves nothing either way.

    Examples
    --------
    >>> months = pd.period_range("2024-01", "2024-12", freq="M")
    >>> kpi = check_kpi(Measure("Rating", pd.Series(7.0, months), scale=(0.0, 10.0)), as_of=months[-1])
    >>> [(part.name, part.state) for part in kpi.parts]
    [('specific', True), ('measurable', True), ('attainable', None), ('relevant', False), ('timely', False)]
    """
    goal = aim(measure, promises, as_of)
    found = {"specific": _specific(measure), "measurable": _measurable(measure, as_of), "attainable": _attainable(measure, goal), "relevant": _relevant(measure, drivers),
             "timely": _timely(goal, as_of)}
    parts = tuple(Part(name, state, text, origin, "" if state else ASK_KPI[name]) for name, (state, text, origin) in found.items())
    return Kpi(measure.name, parts, next((part.ask for part in parts if not part.state), ""))


def _past(by: pd.Period, as_of: pd.Period) -> bool:
    return bool(by.end_time < as_of.end_time)


def _specific(measure: Measure) -> tuple[bool | None, str, str]:
    scale = f"{measure.scale[0]:g} to {measure.scale[1]:g}" if measure.scale is not None else ""
    if not (measure.unit or scale):
        return False, "neither unit nor scale", "params"
    return True, f"{measure.unit or scale}, {measure.better} is better", "params"


def _measurable(measure: Measure, as_of: pd.Period) -> tuple[bool | None, str, str]:
    known = measure.series.dropna()
    if known.empty:
        return False, "no figure yet", "data"
    if known.index[-1].end_time < (as_of.start_time - pd.DateOffset(months=STALE)):
        return False, f"no figure since {known.index[-1]}", "data"
    return len(known) >= YEAR, f"{len(known)} figures, to {known.index[-1]}", "data"


def _attainable(measure: Measure, goal: tuple[float, pd.Period] | None) -> tuple[bool | None, str, str]:
    if goal is None:
        return None, "no goal", ""
    wanted = goal[0]
    if measure.scale is not None and measure.total_by != "sum" and not measure.scale[0] <= wanted <= measure.scale[1]:
        return False, "off the scale", "params"
    seen = (measure.series.rolling(YEAR).sum() if measure.total_by == "sum" else measure.series).dropna()
    if seen.empty:
        return None, "less than a year of data", "data"
    best = float(seen.max() if measure.better == "higher" else seen.min())
    there = best >= wanted if measure.better == "higher" else best <= wanted
    span = "twelve months" if measure.total_by == "sum" else "month"
    return (True if there else None), f"best {span} so far {format_value(best, measure.unit)}", "data"


def _relevant(measure: Measure, drivers: Sequence[str]) -> tuple[bool | None, str, str]:
    if drivers:
        return True, ", ".join(drivers), "opinion"
    if measure.driver:
        return True, measure.driver, "params"
    if measure.expected_lag is not None:
        return True, "said to move before the outcome", "params"
    return False, "", ""


def _timely(goal: tuple[float, pd.Period] | None, as_of: pd.Period) -> tuple[bool | None, str, str]:
    if goal is None:
        return False, "", ""
    return (False, f"past since {goal[1]}", "params") if _past(goal[1], as_of) else (True, f"by {goal[1]}", "params")
