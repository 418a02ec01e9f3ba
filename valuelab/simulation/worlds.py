"""Invented monthly worlds: an outcome and indicators with memory, trend and season, linked by so much or not at all."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.signal import lfilter

NOISES = ("ar", "random walk", "student", "garch", "break", "local level", "cycle", "moving average")
SEASONS = ("none", "own", "smooth", "rough")
INDICATORS = ("same", "random walk", "score", "related")
WARM_UP = 60
OUTCOME_SIZE = 0.05  # log points of one standard deviation of the outcome's noise
INDICATOR_SIZE = 4.0  # units of one standard deviation of an indicator's noise, around 60
LONGEST_LEAD = 12


@dataclass(frozen=True, slots=True)
class World:
    """How a world is made; ``draw`` makes one.

    Attributes
    ----------
    months
        Length of every series.
    noise
        Of the outcome: "ar" (AR(1) with ``memory``), "random walk", "student" (AR(1) with t3 shocks), "garch" (AR(1) with
        bursts), "break" (AR(1) and a jump of two standard deviations somewhere in the middle half), "local level" (random
        walk and as much noise), "cycle" (AR(2), about 15 months) or "moving average" (coefficient ``memory``).
    memory
        Of the AR(1) parts; 0 is independent noise.
    trend
        Whether every series has a straight trend of its own.
    season
        "none"; "own" (each its own smooth wave); "smooth" (all share one wave); "rough" (all share one calendar of twelve
        unrelated months).
    indicators
        How many.
    kind
        Of the indicators: "same" (noise as the outcome's), "random walk", "score" (rounded to 0.1 on a 0–10 scale, one
        standard deviation 0.4) or "related" (correlated with each other by 0.7).
    lead
        Months by which the first indicator moves before the outcome, −12 to 12; None: nothing is linked.
    strength
        Fraction of the outcome's noise variance that is the first indicator's.
    """

    months: int
    noise: str = "ar"
    memory: float = 0.6
    trend: bool = True
    season: str = "own"
    indicators: int = 3
    kind: str = "same"
    lead: int | None = None
    strength: float = 0.5

    @property
    def slope(self) -> float:
        """Log points of the outcome per unit of the first indicator (before a score is rounded)."""
        size = 0.4 if self.kind == "score" else INDICATOR_SIZE
        return 0.0 if self.lead is None else OUTCOME_SIZE * np.sqrt(self.strength) / size

    def draw(self, rng: np.random.Generator, start: str = "2019-01") -> tuple[pd.Series, dict[str, pd.Series]]:
        """(outcome, name → indicator) with monthly PeriodIndex; the outcome is above 0."""
        whole = self.months + 2 * LONGEST_LEAD
        sources = self._sources(whole, rng)
        shocks = noise_path(self.noise, self.memory, whole, rng)
        if self.lead is not None:
            shocks = np.sqrt(self.strength) * np.roll(sources[0], self.lead) + np.sqrt(1 - self.strength) * shocks
        shared = calendar(self.season, whole, rng)
        kept = slice(LONGEST_LEAD, LONGEST_LEAD + self.months)
        index = pd.period_range(start, periods=self.months, freq="M")

        def dressed(values: np.ndarray) -> np.ndarray:
            wave = calendar("smooth", whole, rng) if self.season == "own" else shared
            slope = 0.04 * rng.normal() if self.trend else 0.0
            return (values + wave + slope * np.arange(whole))[kept]

        outcome = pd.Series(np.exp(7 + OUTCOME_SIZE * dressed(shocks)), index, name="outcome")
        return outcome, {f"x{j}": pd.Series(self._in_units(dressed(s)), index, name=f"x{j}") for j, s in enumerate(sources)}

    def _sources(self, whole: int, rng: np.random.Generator) -> list[np.ndarray]:
        noise = "random walk" if self.kind == "random walk" else self.noise
        sources = [noise_path(noise, self.memory, whole, rng) for _ in range(self.indicators)]
        if self.kind == "related":
            common = noise_path(noise, self.memory, whole, rng)
            sources = [np.sqrt(0.7) * common + np.sqrt(0.3) * s for s in sources]
        return sources

    def _in_units(self, values: np.ndarray) -> np.ndarray:
        return np.clip(np.round(6 + 0.4 * values, 1), 0, 10) if self.kind == "score" else 60 + INDICATOR_SIZE * values


def noise_path(noise: str, memory: float, count: int, rng: np.random.Generator) -> np.ndarray:
    """(count,) of one kind of noise (see ``World.noise``), with a standard deviation of about 1."""
    whole = count + WARM_UP
    shocks = rng.normal(size=whole)
    if noise == "random walk":
        return np.cumsum(shocks[WARM_UP:]) / np.sqrt(count / 6)  # about 1 around a straight line, over the whole length
    if noise == "local level":
        return (np.cumsum(shocks[WARM_UP:]) * 0.5 + rng.normal(size=count)) / 1.5
    if noise == "cycle":
        path = lfilter([1.0], [1.0, -1.6, 0.77], shocks)[WARM_UP:]
        return path / 3.54  # its standard deviation in the long run
    if noise == "moving average":
        return lfilter([1.0, memory], [1.0], shocks)[WARM_UP:] / np.sqrt(1 + memory**2)
    if noise == "student":
        shocks = rng.standard_t(3, size=whole) / np.sqrt(3)
    if noise == "garch":
        shocks = _bursts(shocks)
    path = np.sqrt(1 - memory**2) * lfilter([1.0], [1.0, -memory], shocks)[WARM_UP:]
    if noise == "break":
        at = rng.integers(count // 4, 3 * count // 4)
        path[at:] += 2.0 * rng.choice([-1, 1])
    elif noise not in ("ar", "student", "garch"):
        raise ValueError(f"noise={noise!r}: one of {', '.join(NOISES)}")
    return path


def _bursts(shocks: np.ndarray) -> np.ndarray:
    """GARCH(1, 1) with coefficients 0.3 and 0.6 and variance 1 in the long run."""
    variance, result = 1.0, np.empty_like(shocks)
    for t, shock in enumerate(shocks):
        result[t] = np.sqrt(variance) * shock
        variance = 0.1 + 0.3 * result[t] ** 2 + 0.6 * variance
    return result


def calendar(season: str, count: int, rng: np.random.Generator) -> np.ndarray:
    """(count,) of one kind of season (see ``World.season``); "own" is for the caller to draw anew for each series."""
    if season == "smooth":
        angle = 2 * np.pi * np.arange(count) / 12
        return rng.normal() * np.cos(angle) + rng.normal() * np.sin(angle)
    if season == "rough":
        return np.resize(rng.normal(size=12), count)
    return np.zeros(count)
