"""Series like a given one: its length, gaps, trend, season, memory, noise and rounding, with surprises of their own."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.signal import lfilter

from valuelab.analysis.pairing import MONTHS_NEEDED, longest_stretch, monthly, with_month_filled
from valuelab.analysis.series import all_positive
from valuelab.analysis.whitening import (
    longest_memory,
    season_harmonics,
    simulate_autoregression,
    stationary,
    trend_and_season,
    whiten,
)
from valuelab.types import Measure

WARM_UP = 60  # months made and thrown away, so that paths start anywhere
PILOTS = 200
MOST_DECIMALS = 4


@dataclass(frozen=True, slots=True, eq=False)
class Likeness:
    """What an invented series has in common with the one that it is like.

    Attributes
    ----------
    name, index
        Of the series; every month from the first known to the last.
    known
        (months,) which of them are known: gaps stay gaps.
    usual
        (months,) its trend and season, as logarithms where ``logs``.
    memory
        (order,) autoregression of what is left, nearest month first, with the bias of short series taken out.
    surprise
        Standard deviation of a month's surprise.
    decimals
        Figures after the point, None where it is not rounded. ``scale``: ends that it cannot pass, or None.
    """

    name: str
    index: pd.PeriodIndex
    known: np.ndarray
    usual: np.ndarray
    logs: bool
    memory: np.ndarray
    surprise: float
    decimals: int | None
    scale: tuple[float, float] | None

    def made(self, surprises: np.ndarray) -> pd.Series:
        """The series that these surprises (warm-up and months, standard deviation 1) would have made."""
        path = lfilter([1.0], np.r_[1.0, -self.memory], surprises)[WARM_UP:]
        values = self.usual + self.surprise * path
        values = np.exp(np.minimum(values, 600.0)) if self.logs else values
        values = values if self.decimals is None else np.round(values, self.decimals)
        values = values if self.scale is None else np.clip(values, *self.scale)
        return pd.Series(np.where(self.known, values, np.nan), self.index, name=self.name)


def likeness(measure: Measure, rng: np.random.Generator) -> Likeness | str:
    """What to imitate of a measure, or in a few words why it cannot be imitated.

    The memory is fitted to the longest stretch that the scan itself could use (at most one missing month, filled). Fits to short series remember too little: what as many fits of series
    simulated from the first one lose on average is put back.
    """
    series = monthly(measure, name=measure.name)
    if series is None:
        return "its periods are not months"
    known = series.notna().to_numpy()
    stretch = series.iloc[longest_stretch(known)]
    longest = (with_month_filled(stretch) if stretch.isna().any() else stretch).to_numpy()
    if len(longest) < MONTHS_NEEDED:
        return f"{len(longest)} months without a gap, {MONTHS_NEEDED} are needed"
    logs = all_positive(series)
    values = np.log(series.to_numpy()) if logs else series.to_numpy()
    design = trend_and_season(len(values), season_harmonics(values))
    usual = design @ np.linalg.lstsq(design[known], values[known], rcond=None)[0]
    left = (values - usual)[np.flatnonzero(known)]
    if left.std() <= 1e-9 * max(float(np.abs(values[known]).max()), 1e-300):
        return "nothing is left of it once its trend and season are taken out"
    longest = (np.log(longest) if logs else longest)[None]
    own = trend_and_season(longest.shape[1], season_harmonics(longest[0]))
    order = longest_memory(longest.shape[1])
    fit = whiten(longest / left.std(), own, order, winsorise_at=0)
    pilots = simulate_autoregression(np.repeat(stationary(fit.coefficients), PILOTS, axis=0), longest.shape[1], rng)
    lost = whiten(pilots, own, order, winsorise_at=0, refit=False).coefficients.mean(axis=0)
    spare = longest.shape[1] - own.shape[1]
    surprise = left.std() * float(np.sqrt((fit.innovations**2).sum() / spare))
    return Likeness(measure.name, series.index, known, usual, logs, stationary(2 * fit.coefficients - lost[None])[0], surprise,
                    _decimals(series.dropna().to_numpy()), measure.scale)


def _decimals(values: np.ndarray) -> int | None:
    """Figures after the point that all values do with; None where they need more than a few."""
    return next((d for d in range(MOST_DECIMALS + 1) if np.allclose(values, np.round(values, d), rtol=0, atol=1e-9 * (1 + np.abs(values).max()))), None)
