"""One invented account and what the analyses made of it: was the answer right?

A *trial* draws one account from a cell's world, runs an analysis on it as a report would, and answers the cell's questions with
True, False or None (the question did not arise: no lead was called, so no lag can be wrong).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from valuelab.analysis import calibrated as c
from valuelab.analysis.conversion import fit_conversion
from valuelab.analysis.effect import measure_effect
from valuelab.analysis.leads import scan_leading_indicators
from valuelab.analysis.projection import project
from valuelab.simulation.worlds import World
from valuelab.types import CannotSay, Estimate

CALLED = ("leads", "moves together", "lags")
MOVED = ("up", "down")
YEAR = 12
KNOWN = (0, 3, 6, 9)  # months of the year that are known when its total is projected
FIRST = "x0"  # the indicator that is linked, where one is

Answers = dict[tuple[str, int | None], bool | None]  # (question, months of the year known) → answer


@dataclass(frozen=True, slots=True)
class Methods:
    """What is put to the test; by default what the reports use."""

    scan: Callable = scan_leading_indicators
    slope: Callable = fit_conversion
    project: Callable = project
    effect: Callable = measure_effect


OURS = Methods()


@dataclass(frozen=True, slots=True)
class Cell:
    """What is tried, and in which world.

    ``trial``: unrelated | leading | same month | slope | projection | effect. ``named``: the true lag is named in advance for the first
    indicator. ``since``: months since the start of what is measured (effect). ``world.months`` is the history: a projection and an
    effect have their later months besides.
    """

    trial: str
    world: World
    named: bool = False
    since: int | None = None

    @property
    def name(self) -> str:
        """One line that stands for the cell: seeds are made from it."""
        w = self.world
        return (f"{self.trial}: months={w.months} noise={w.noise} memory={w.memory:g} trend={w.trend} season={w.season} indicators={w.indicators} "
                f"kind={w.kind} lead={w.lead} strength={w.strength:g} named={self.named} since={self.since}")


def holds(estimate: Estimate, truth: float) -> bool:
    """Whether an interval holds the truth."""
    return bool(estimate.low <= truth <= estimate.high)


def unrelated(cell: Cell, rng: np.random.Generator, seed: int, methods: Methods) -> Answers:
    """Nothing is linked: is anything called?"""
    return what_is_called(*cell.world.draw(rng), seed, methods, named={FIRST: 3} if cell.named else None)


def what_is_called(outcome: pd.Series, indicators: dict[str, pd.Series], seed: int, methods: Methods = OURS,
                   named: dict[str, int] | None = None) -> Answers:
    """The answer of ``unrelated`` for series that are not linked."""
    scan = methods.scan(outcome, indicators, expected_lags=named, seed=seed)
    return {(c.FALSE_ALARM, None): None if isinstance(scan, CannotSay) else any(v.verdict in CALLED for v in scan.verdicts)}


def leading(cell: Cell, rng: np.random.Generator, seed: int, methods: Methods) -> Answers:
    """The first indicator leads: is it found, at its lag, with its strength and its slope?"""
    outcome, indicators = cell.world.draw(rng)
    lead = cell.world.lead
    scan = methods.scan(outcome, indicators, expected_lags={FIRST: lead} if cell.named else None, seed=seed)
    found = next(v for v in scan.verdicts if v.indicator == FIRST)
    called = found.verdict == "leads"
    answers: Answers = {(c.FOUND, None): called}
    if cell.named:
        return answers | {(c.STRENGTH_HELD, None): holds(found.strength, cell.world.strength) if called else None}
    answers[c.LAG_NEAR, None] = abs(found.lag_months - lead) <= 1 if called else None
    answers[c.LAG_HELD, None] = found.lag_low <= lead <= found.lag_high if called else None
    slope = methods.slope(outcome, indicators[FIRST], lag_months=found.lag_months, lag_selected=True) if called else None
    answers[c.SLOPE_FOUND, None] = None if slope is None or isinstance(slope, CannotSay) else holds(slope.slope, cell.world.slope)
    return answers


def same_month(cell: Cell, rng: np.random.Generator, seed: int, methods: Methods) -> Answers:
    """The first indicator moves in the same month: is it called leading?"""
    outcome, indicators = cell.world.draw(rng)
    scan = methods.scan(outcome, indicators, seed=seed)
    return {(c.SAME_MONTH, None): next(v for v in scan.verdicts if v.indicator == FIRST).verdict == "leads"}


def slope(cell: Cell, rng: np.random.Generator, seed: int, methods: Methods) -> Answers:
    """The lag is known in advance: does the interval of the slope hold it?"""
    outcome, indicators = cell.world.draw(rng)
    found = methods.slope(outcome, indicators[FIRST], lag_months=cell.world.lead)
    return {(c.SLOPE, None): None if isinstance(found, CannotSay) else holds(found.slope, cell.world.slope)}


def projection(cell: Cell, rng: np.random.Generator, seed: int, methods: Methods) -> Answers:
    """A year whose first 0, 3, 6 or 9 months are known: do the intervals of its total hold it?"""
    history, ahead = _outcome(cell.world, YEAR, rng)
    return year_totals(history, ahead, seed, methods)


def year_totals(history: pd.Series, ahead: pd.Series, seed: int, methods: Methods = OURS) -> Answers:
    """The intervals of ``projection`` for a history and the twelve months that followed."""
    whole = pd.concat([history, ahead])
    projected = methods.project(history, through=ahead.index[-1], seed=seed)
    answers: Answers = {}
    for known in KNOWN:
        first = ahead.index[0] - known
        year = pd.period_range(first, periods=YEAR, freq="M")
        for question, level in ((c.TOTAL_95, 0.95), (c.TOTAL_80, 0.80)):
            said = None if isinstance(projected, CannotSay) else projected.total(year, level=level)
            answers[question, known] = None if said is None else holds(said, float(whole[year].sum()))
    return answers


def effect(cell: Cell, rng: np.random.Generator, seed: int, methods: Methods) -> Answers:
    """Nothing changed, then a change of the size that is said to be visible four times in five: what is said of either?"""
    history, since = _outcome(cell.world, cell.since, rng)
    start = since.index[0]
    nothing = methods.effect(pd.concat([history, since]), started=start, seed=seed)
    if isinstance(nothing, CannotSay):
        return {(question, None): None for question in (c.NO_EFFECT, c.DETECTABLE, c.EFFECT)}
    size = nothing.detectable.value
    found = methods.effect(pd.concat([history, since * (1 + size)]), started=start, seed=seed)
    return {(c.NO_EFFECT, None): nothing.verdict in MOVED, (c.DETECTABLE, None): found.verdict == "up",
            (c.EFFECT, None): holds(found.effect, size)}


def start_of_nothing(history: pd.Series, since: pd.Series, seed: int, methods: Methods = OURS) -> Answers:
    """Is an effect called at a start when nothing started?"""
    found = methods.effect(pd.concat([history, since]), started=since.index[0], seed=seed)
    return {(c.NO_EFFECT, None): None if isinstance(found, CannotSay) else found.verdict in MOVED}


def _outcome(world: World, later: int, rng: np.random.Generator) -> tuple[pd.Series, pd.Series]:
    """The outcome of a world, and so many months that followed its history."""
    whole, _ = replace(world, months=world.months + later).draw(rng)
    return whole.iloc[: world.months], whole.iloc[world.months :]


TRIALS: dict[str, Callable[[Cell, np.random.Generator, int, Methods], Answers]] = {
    "unrelated": unrelated, "leading": leading, "same month": same_month, "slope": slope, "projection": projection, "effect": effect,
}
