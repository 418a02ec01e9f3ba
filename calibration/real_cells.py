"""Cells of the calibration table that are measured on real series: none of them was used to choose a method (``corpus.JUDGE``)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from calibration.corpus import JUDGE
from calibration.judge_projection import Origin, origins
from calibration.pairs import unrelated_pairs
from valuelab.analysis.calibrated import Row
from valuelab.simulation.cells import Rate, rates
from valuelab.simulation.trials import YEAR, Answers, start_of_nothing, what_is_called, year_totals

HERE = Path(__file__).parent
SOURCES = tuple(HERE / name for name in ("corpus.py", "judge_projection.py", "pairs.py", "real_cells.py"))
SECONDS = {"unrelated": 0.03, "projection": 0.02, "effect": 0.2}
NOTHING = Rate(0, 1, 1)
SERIES, PAIRS = "real series", "pairs of real series that cannot be related"


@dataclass(frozen=True, slots=True)
class RealCell:
    """``trial`` on ``count`` windows of ``months`` of real series; ``since``: months since a start of nothing."""

    trial: str
    months: int
    count: int
    since: int | None = None

    @property
    def name(self) -> str:
        return f"real {self.trial}: months={self.months} since={self.since}"


def cells() -> tuple[RealCell, ...]:
    """Every real cell; a series gives one window at most, so that some have fewer than was wished."""
    pairs = [RealCell("unrelated", months, 300) for months in (36, 48, 60, 96, 144)]
    projections = [RealCell("projection", months, _there(months, YEAR, 200)) for months in (24, 36, 48, 72, 120)]
    effects = [RealCell("effect", months, _there(months, since, 100), since) for months, since in ((36, 6), (36, 12), (60, 12), (120, 12))]
    return (*pairs, *projections, *effects)


def _there(months: int, ahead: int, wished: int) -> int:
    return len(origins(JUDGE, months, wished, ahead=ahead))


def measure(cell: RealCell, replicates: int, *, seed: int, code: str) -> list[Row]:
    """The rows of a real cell, on so many windows."""
    counted = rates(TRIALS[cell.trial](cell, replicates, seed), range(replicates))
    return [row_of_cell(cell, question, known, rate, seed=seed, code=code) for (question, known), rate in counted.items()]


def row_of_cell(cell: RealCell, question: str = "", known: int | None = None, rate: Rate = NOTHING, *, seed: int = 0, code: str = "") -> Row:
    """One row of the table; what only an invented world has is left empty."""
    return Row(
        question=question, source="real", trial=cell.trial, months=cell.months, noise="", memory=None, trend=False, season="",
        indicators=1, kind=PAIRS if cell.trial == "unrelated" else SERIES, lead=None, strength=None, named=False, months_known=known, since=cell.since, replicates=rate.replicates,
        counted=rate.counted, rate=round(rate.value, 6), standard_error=round(rate.standard_error, 6), seed=seed, code=code)


def _following(origin: Origin) -> pd.Series:
    return pd.Series(origin.future, pd.period_range(origin.past.index[-1] + 1, periods=len(origin.future), freq="M"))


def _unrelated(cell: RealCell, replicates: int, seed: int) -> Callable[[int], Answers]:
    found = list(unrelated_pairs(JUDGE, cell.months, replicates, seed=seed))
    return lambda k: what_is_called(found[k].outcome, {"indicator": found[k].indicator}, k)


def _projection(cell: RealCell, replicates: int, seed: int) -> Callable[[int], Answers]:
    found = origins(JUDGE, cell.months, replicates, ahead=YEAR, seed=seed)
    return lambda k: year_totals(found[k].past, _following(found[k]), k)


def _effect(cell: RealCell, replicates: int, seed: int) -> Callable[[int], Answers]:
    found = origins(JUDGE, cell.months, replicates, ahead=cell.since, seed=seed)
    return lambda k: start_of_nothing(found[k].past, _following(found[k]), k)


TRIALS = {"unrelated": _unrelated, "projection": _projection, "effect": _effect}
