"""Cells of the calibration table that are measured on real series: none of them was used to choose a method (``corpus.JUDGE``)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from calibration.corpus import JUDGE
from calibration.judge_projection import Origin, origins
from valuelab.analysis.calibrated import Row
from valuelab.simulation.cells import Rate, rates
from valuelab.simulation.trials import YEAR, change_of_nothing, year_totals

HERE = Path(__file__).parent
SOURCES = tuple(HERE / name for name in ("corpus.py", "judge_projection.py", "real_cells.py"))
SECONDS = {"projection": 0.02, "effect": 0.3}
NOTHING = Rate(0, 1, 1)
SERIES = "real series"


@dataclass(frozen=True, slots=True)
class RealCell:
    """``trial`` on windows of ``months`` of real series; ``most``: windows at most; ``since``: months since a start of nothing."""

    trial: str
    months: int
    most: int
    since: int | None = None

    @property
    def name(self) -> str:
        return f"real {self.trial}: months={self.months} since={self.since}"


def cells() -> tuple[RealCell, ...]:
    """Every real cell."""
    projections = [RealCell("projection", months, 300) for months in (24, 36, 48, 72, 120)]
    effects = [RealCell("effect", months, 100, since) for months, since in ((36, 6), (36, 12), (60, 12), (120, 12))]
    return (*projections, *effects)


def measure(cell: RealCell, replicates: int, *, seed: int, code: str) -> list[Row]:
    """The rows of a real cell: at most so many windows, fewer where there are fewer series."""
    count, answer = TRIALS[cell.trial](cell, replicates, seed)
    counted = rates(answer, range(count))
    return [row_of_cell(cell, question, known, rate, seed=seed, code=code) for (question, known), rate in counted.items()]


def row_of_cell(cell: RealCell, question: str = "", known: int | None = None, rate: Rate = NOTHING, *, seed: int = 0, code: str = "") -> Row:
    """One row of the table; what only an invented world has is left empty."""
    return Row(
        question=question, source="real", trial=cell.trial, months=cell.months, noise="", memory=None, trend=False, season="",
        indicators=1, kind=SERIES, lead=None, strength=None, named=False, months_known=known, since=cell.since, replicates=rate.replicates,
        counted=rate.counted, rate=round(rate.value, 6), standard_error=round(rate.standard_error, 6), seed=seed, code=code)


def _following(origin: Origin) -> pd.Series:
    return pd.Series(origin.future, pd.period_range(origin.past.index[-1] + 1, periods=len(origin.future), freq="M"))


def _projection(cell: RealCell, replicates: int, seed: int) -> tuple[int, Callable]:
    found = origins(JUDGE, cell.months, replicates, ahead=YEAR, seed=seed)
    return len(found), lambda k: year_totals(found[k].past, _following(found[k]), k)


def _effect(cell: RealCell, replicates: int, seed: int) -> tuple[int, Callable]:
    found = origins(JUDGE, cell.months, replicates, ahead=cell.since, seed=seed)
    return len(found), lambda k: change_of_nothing(found[k].past, _following(found[k]), k)


TRIALS = {"projection": _projection, "effect": _effect}
