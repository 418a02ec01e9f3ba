"""Which cells the calibration table has, how many accounts each gets, and between which bounds each rate must lie."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace

from valuelab.analysis import calibrated as c
from valuelab.simulation.trials import Cell
from valuelab.simulation.worlds import World

TABLE_SEED = 2026
REPLICATES = {"unrelated": 160, "leading": 120, "same month": 160, "slope": 200, "projection": 120, "effect": 60}
LENGTHS = (24, 36, 48, 60)
LEADS = (1, 3, 6)
ROUGHER = ("student", "garch", "break", "local level", "cycle")  # what no filter is made for


def cells() -> tuple[Cell, ...]:
    """Every invented cell, each once."""
    found = dict.fromkeys([*_unrelated(), *_leading(), *_same_month(), *_slope(), *_projection(), *_effect()])
    return tuple(found)


def _varied(base: World) -> Iterator[World]:
    """The usual world, and those that differ from it in one thing or two."""
    yield base
    for memory in (0.0, 0.3, 0.9):
        yield replace(base, memory=memory)
    yield replace(base, noise="random walk")
    for season in ("none", "smooth", "rough"):
        yield replace(base, season=season)
    for noise in ROUGHER:
        yield replace(base, noise=noise)
    for kind in ("score", "random walk", "related"):
        yield replace(base, kind=kind)
    yield replace(base, season="rough", memory=0.9)


def _unrelated() -> Iterator[Cell]:
    for months in LENGTHS:
        base = World(months)
        yield from (Cell("unrelated", world) for world in _varied(base))
        yield Cell("unrelated", replace(base, trend=False))
        yield Cell("unrelated", replace(base, trend=False, season="none", memory=0.0))
        yield Cell("unrelated", replace(base, trend=False, noise="random walk"))
        for indicators in (1, 7):
            yield Cell("unrelated", replace(base, indicators=indicators))
        yield Cell("unrelated", replace(base, indicators=1, season="rough"))
        for indicators in (1, 3):
            yield Cell("unrelated", replace(base, indicators=indicators), named=True)


def _leading() -> Iterator[Cell]:
    for months in LENGTHS:
        for lead in LEADS:
            for memory in (0.4, 0.6):
                yield Cell("leading", World(months, memory=memory, lead=lead))
            for indicators in (1, 3):
                yield Cell("leading", World(months, indicators=indicators, lead=lead), named=True)


def _same_month() -> Iterator[Cell]:
    for months in LENGTHS:
        yield Cell("same month", World(months, lead=0))


def _slope() -> Iterator[Cell]:
    for months in (24, 36, 48):
        base = World(months, indicators=1, lead=3)
        yield from (Cell("slope", world) for world in _varied(base))
        yield Cell("slope", replace(base, noise="moving average"))


def _projection() -> Iterator[Cell]:
    for months in LENGTHS:
        base = World(months, indicators=1)
        for noise in ("ar", "random walk", "student", "break", "local level", "cycle"):
            yield Cell("projection", replace(base, noise=noise))
        yield Cell("projection", replace(base, memory=0.9))
        yield Cell("projection", replace(base, trend=False))
        yield Cell("projection", replace(base, season="rough"))


def _effect() -> Iterator[Cell]:
    for months, since in ((24, 6), (24, 12), (36, 6), (36, 12), (48, 12)):
        for world in (World(months, indicators=1), World(months, indicators=1, noise="random walk"), World(months, indicators=1, season="rough")):
            yield Cell("effect", world, since=since)


POWER = {  # months → (lead 1, 3, 6; searched), and named in advance
    24: ((0.30, 0.19, 0.15), 0.70), 36: ((0.73, 0.61, 0.53), 0.90), 48: ((0.89, 0.87, 0.77), 0.97)}
LONGEST_KNOWN = 6  # months of the year: for half a year ahead and more the bounds are stricter
LAG_NEAR = {24: 0.93, 36: 0.96, 48: 0.97}


def bounds(row: c.Row) -> tuple[float, float] | None:
    """Between which rates a row must lie, apart from chance; None where nothing was asked of it."""
    longest = max(n for n in POWER if n <= max(row.months, min(POWER)))
    match row.question:
        case c.FALSE_ALARM if row.source == "real":
            return 0.0, 0.07
        case c.FALSE_ALARM:
            return (0.0, 0.08) if row.noise in ROUGHER else (0.0, 0.065)
        case c.FOUND:
            searched, named = POWER[longest]
            return (named if row.named else searched[LEADS.index(row.lead)]), 1.0
        case c.LAG_NEAR:
            return LAG_NEAR[longest], 1.0
        case c.SAME_MONTH:
            return 0.0, 0.05
        case c.SLOPE:
            return 0.93, 0.97
        case c.TOTAL_95 if row.months_known <= LONGEST_KNOWN:
            return 0.92, 0.97
        case c.TOTAL_80 if row.months_known <= LONGEST_KNOWN:
            return 0.76, 0.86
        case c.TOTAL_95:
            return 0.92, 0.98
        case c.TOTAL_80:
            return 0.75, 0.90
        case c.NO_EFFECT:
            return 0.03, 0.08
        case c.EFFECT:
            return 0.92, 0.97
        case c.DETECTABLE:
            return 0.73, 0.87
    return None


def cost(cell: Cell) -> float:
    """Rough seconds of one account, to start the long cells first."""
    months, indicators = cell.world.months, cell.world.indicators
    match cell.trial:
        case "slope":
            return 0.008
        case "projection":
            return 0.015
        case "effect":
            return 0.25 if months - (cell.since or 0) >= 24 else 0.12
    return 0.006 * math.sqrt(indicators) * months / 24 + 0.012
