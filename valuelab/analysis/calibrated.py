"""How often methods like this were right: the nearest cells of the calibration table, pooled.

The table is ``assets/calibration.csv``; ``make calibrate`` measures it. A *cell* is one kind of world and one length of history;
each row says how often one question about it was answered one way.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pandas as pd
from scipy import special

from valuelab import assets
from valuelab.analysis.autoregression import RHO, regress
from valuelab.analysis.series import all_positive, as_series
from valuelab.analysis.whitening import (
    ALWAYS_ROUGH_FROM,
    ROUGH_SEASON,
    SMOOTH_SEASON,
    season_harmonics,
    trend_and_season,
)
from valuelab.errors import AnalysisError
from valuelab.formatting import format_number
from valuelab.types import Estimate, Measure

FALSE_ALARM = "unrelated, yet a link is called"
FOUND = "lead is found"
LAG_NEAR = "lag is right within a month"
LAG_HELD = "range of lags holds the true one"
STRENGTH_HELD = "interval of the strength holds the truth"
SAME_MONTH = "moves in the same month, yet called leading"
SLOPE = "interval of the slope holds the truth"
SLOPE_FOUND = "interval of the slope at a found lag holds the truth"
TOTAL_95 = "95 % interval of the year's total holds it"
TOTAL_80 = "80 % interval of the year's total holds it"
NO_EFFECT = "nothing changed, yet an effect is called"
EFFECT = "interval of the effect holds the truth"
DETECTABLE = "smallest visible effect is seen"
QUESTIONS = (FALSE_ALARM, FOUND, LAG_NEAR, LAG_HELD, STRENGTH_HELD, SAME_MONTH, SLOPE, SLOPE_FOUND, TOTAL_95, TOTAL_80, NO_EFFECT, EFFECT,
             DETECTABLE)

LEVEL = 0.95
POOLED = 3  # cells, or as many as are equally far
FARTHER = 0.45  # than the nearest cell by so much, and a cell is not pooled with it
STEP = {"months": 1.5, "indicators": 3.0, "memory": 0.3, "lead": 1.0, "months_known": 3.0, "since": 2.0}  # each is one unit of distance
FEWEST_SPARE = 6  # months beyond the columns of trend and season, for a memory to be told
RATIOS = ("months", "indicators", "since")
USUAL = ("ar", "random walk")  # noises that a lookup takes cells of; the others are there to put the methods to the test
SEASON_WORDS = {"none": "no season", "own": "a season of its own", "smooth": "a shared smooth season", "rough": "a rough season"}


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the table.

    Attributes
    ----------
    question, source
        One of ``QUESTIONS``; "invented" (worlds whose truth is known) or "real" (series that cannot be related).
    trial, months, noise, memory, trend, season, indicators, kind, lead, strength
        The cell: what was tried, and the world (``simulation.worlds.World``). ``months``: of history. ``lead`` and ``memory`` are None
        where they mean nothing.
    named
        Whether the true lag was named in advance.
    months_known
        Of the year whose total is projected, or None.
    since
        Months since the start of what is measured, or None.
    replicates, counted, rate, standard_error
        Accounts tried; those of them where the question arises; the fraction of these; its standard error.
    seed, code
        Of the table; the first figures of the hash of the code that was measured.
    """

    question: str
    source: str
    trial: str
    months: int
    noise: str
    memory: float | None
    trend: bool
    season: str
    indicators: int
    kind: str
    lead: int | None
    strength: float | None
    named: bool
    months_known: int | None
    since: int | None
    replicates: int
    counted: int
    rate: float
    standard_error: float
    seed: int
    code: str

    @property
    def hits(self) -> int:
        return round(self.rate * self.counted)

    @property
    def persistence(self) -> float | None:
        """``memory``, with 1 for a random walk."""
        return 1.0 if self.noise == "random walk" else self.memory


def wilson(hits: int, counted: int, level: float = LEVEL) -> tuple[float, float, float]:
    """(rate, low, high) of a share, by Wilson's score interval: it keeps its level where the share is near 0 or 1.

    Wilson (1927), JASA 22: 209–212; Brown, Cai & DasGupta (2001), Statistical Science 16: 101–133.

    Examples
    --------
    >>> [round(v, 3) for v in wilson(5, 100)]
    [0.05, 0.022, 0.112]
    """
    if not 0 <= hits <= counted or counted < 1:
        raise AnalysisError(f"hits={hits}, counted={counted}: at least one counted, and no more hits than that")
    z = float(special.ndtri((1 + level) / 2))
    rate, shrink = hits / counted, 1 + z**2 / counted
    centre = (rate + z**2 / (2 * counted)) / shrink
    half = z * np.sqrt(rate * (1 - rate) / counted + z**2 / (4 * counted**2)) / shrink
    return rate, float(max(min(centre - half, rate), 0.0)), float(min(max(centre + half, rate), 1.0))


@lru_cache
def table() -> tuple[Row, ...]:
    """Every row of the committed table; () where there is none."""
    return tuple(row_of(raw) for raw in assets.calibration())


def row_of(raw: dict[str, str]) -> Row:
    """One row from its texts."""

    def number(name: str, kind: type) -> int | float | None:
        return kind(raw[name]) if raw[name] else None

    return Row(
        raw["question"], raw["source"], raw["trial"], int(raw["months"]), raw["noise"], number("memory", float), raw["trend"] == "yes", raw["season"],
        int(raw["indicators"]), raw["kind"], number("lead", int), number("strength", float), raw["named"] == "yes", number("months_known", int),
        number("since", int), int(raw["replicates"]), int(raw["counted"]), float(raw["rate"]), float(raw["standard_error"]), int(raw["seed"]), raw["code"])


def nearest(question: str, *, months: int, indicators: int | None = None, memory: float | None = None, season: str | None = None,
            lead: int | None = None, named: bool | None = None, months_known: int | None = None, since: int | None = None,
            source: str = "invented", key: str = "", rows: tuple[Row, ...] | None = None) -> Estimate | None:
    """How often the answer to ``question`` was so, in the cells of the table that are nearest to this customer.

    Not a property of this customer's data: of accounts that were invented like it, or of real series of the same length. For the
    customer's own memory, season and gaps there is ``valuelab calibrate CUSTOMER``.

    Parameters
    ----------
    question
        One of ``QUESTIONS``.
    months, indicators, memory, season, lead, named, months_known, since
        What is known of the customer, in the terms of ``Row``; None is not compared. Season: none, own, smooth or rough.
    source
        "invented" or "real".
    key
        Of the estimate.
    rows
        The table to look in, by default the committed one.

    Returns
    -------
    Estimate or None
        A fraction with its Wilson interval, pooled over the three nearest cells or as many as are equally far; ``n`` counts accounts, ``convention`` names the cells.
        None where the table has no such question.

    Examples
    --------
    >>> cell = dict(trial="unrelated", noise="ar", trend=True, season="own", kind="same", lead=None, strength=None, named=False,
    ...             months_known=None, since=None, replicates=400, counted=400, standard_error=0.01, seed=1, code="")
    >>> rows = tuple(Row(question=FALSE_ALARM, source="invented", months=n, memory=0.6, indicators=3, rate=0.05, **cell) for n in (24, 36, 48))
    >>> found = nearest(FALSE_ALARM, months=38, indicators=3, memory=0.5, season="own", rows=rows)
    >>> print(found, "|", found.convention)
    5 % (95 %: 3.7 to 6.7) | measured on 800 invented accounts: 36 and 48 months, 3 indicators, memory 0.6, own trend and season
    """
    if question not in QUESTIONS:
        raise AnalysisError(f"question={question!r}: one of {', '.join(map(repr, QUESTIONS))}")
    asked = {"months": months, "indicators": indicators, "memory": memory, "lead": lead, "months_known": months_known, "since": since}
    cells = [r for r in (table() if rows is None else rows)
             if r.question == question and r.source == source and (r.noise in USUAL or source == "real") and (named is None or r.named == named)]
    if not cells:
        return None
    distances = np.array([_distance(row, asked, season) for row in cells])
    order = np.argsort(distances, kind="stable")
    limit = min(max(distances[order[:POOLED]]), distances[order[0]] + FARTHER)  # cells that are equally far are pooled together
    chosen = [cells[i] for i in order if distances[i] <= limit + 1e-9]
    counted = sum(row.counted for row in chosen)
    if not counted:
        return None
    return Estimate(*wilson(sum(row.hits for row in chosen), counted), level=LEVEL, n=counted, unit="fraction",
                    convention=_named(chosen, counted), key=key)


def _distance(row: Row, asked: dict[str, float | None], season: str | None) -> float:
    total = 0.0
    for name, value in asked.items():
        at = row.persistence if name == "memory" else getattr(row, name)
        if value is not None and at is not None:
            gap = np.log(value / at) / np.log(STEP[name]) if name in RATIOS else (value - at) / STEP[name]
            total += abs(float(gap))
    total += season is not None and season != row.season
    return total + (row.kind != "same") + (not row.trend)


def _named(rows: list[Row], counted: int) -> str:
    """The cells in plain words."""
    if rows[0].source == "real":
        return f"measured on {format_number(counted)} {rows[0].kind}: {_listed([r.months for r in rows])} months"
    parts = [f"{_listed([r.months for r in rows])} months"]
    if rows[0].trial not in ("slope", "projection", "effect"):
        many = [r.indicators for r in rows]
        parts.append(f"{_listed(many)} indicator{'' if set(many) == {1} else 's'}")
    if any(r.lead is not None for r in rows) and rows[0].trial in ("leading", "slope"):
        parts.append(f"a true lag of {_listed([r.lead for r in rows if r.lead is not None])} months")
    memories = sorted({r.memory for r in rows if r.noise == "ar" and r.memory is not None})
    persists = [f"memory {_listed(memories)}"] if memories else []
    persists += ["a random walk"] if any(r.noise == "random walk" for r in rows) else []
    parts.append(" or ".join(persists))
    parts.append(_dress(rows))
    if any(r.months_known for r in rows):
        parts.append(f"{_listed([r.months_known for r in rows])} months of the year known")
    if any(r.since for r in rows):
        parts.append(f"{_listed([r.since for r in rows])} months since the start")
    return f"measured on {format_number(counted)} invented accounts: {', '.join(p for p in parts if p)}"


def _dress(rows: list[Row]) -> str:
    if all(r.trend and r.season == "own" for r in rows):
        return "own trend and season"
    trend = "" if not any(r.trend for r in rows) else "a trend and "
    return trend + " or ".join(dict.fromkeys(SEASON_WORDS[r.season] for r in rows))


def _listed(values: list) -> str:
    texts = [format_number(v) for v in sorted(set(values))]
    return texts[0] if len(texts) == 1 else f"{', '.join(texts[:-1])} and {texts[-1]}"


def character(outcome: Measure | pd.Series) -> tuple[float, str]:
    """(memory, season) of a monthly series in the terms of the table: 0 … 1, and "own" or "rough".

    Memory is the correlation of neighbouring months once trend and season are out, averaged over its likelihood; 0 where it
    cannot be told.
    """
    series = as_series(outcome)
    values = np.log(series.to_numpy()) if len(series) and all_positive(series) else series.to_numpy()
    recent = values[-(ALWAYS_ROUGH_FROM - 1):]  # from there on months are always taken out one by one, rough or not
    season = "rough" if len(recent) and season_harmonics(recent) == ROUGH_SEASON else "own"
    times = np.flatnonzero(np.isfinite(values))
    design = trend_and_season(len(values), ROUGH_SEASON if season == "rough" else SMOOTH_SEASON)[times]
    known = values[times]
    if len(known) < design.shape[1] + FEWEST_SPARE or np.ptp(known) == 0 or np.linalg.matrix_rank(design) < design.shape[1]:
        return 0.0, season
    fit = regress((known - known.mean()) / known.std(), design, times)
    return float(np.clip(fit.weight @ RHO, 0, 1)), season
