"""The surprises of a series, and of what might have been instead: by small models when short, by a fitted autoregression when long."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from valuelab.analysis.short_series import ShortFit, fit_short
from valuelab.analysis.whitening import (
    ALWAYS_ROUGH_FROM,
    SEASONAL_MEMORY_FROM,
    Whitened,
    longest_memory,
    null_paths,
    residuals,
    season_harmonics,
    standardised,
    trend_and_season,
    whiten,
)

SHORT_BELOW = ALWAYS_ROUGH_FROM  # months; above, months enough to fit every calendar month and several lags of memory


@dataclass(frozen=True, slots=True, eq=False)
class LongFit:
    """One series and its surprises: ``values``, ``surprise`` (months,); ``design`` (months, columns) of its trend and season;
    ``memory`` (order,): the coefficients of its autoregression.
    """

    values: np.ndarray
    design: np.ndarray
    surprise: np.ndarray
    memory: np.ndarray

    def invented(self, draws: int, rng: np.random.Generator) -> np.ndarray:
        """Surprises (draws, months) of series that might have been instead: simulated, and sent through the same steps."""
        paths = null_paths(self.memory[None], self.design, longest_memory(len(self.values)), draws=draws, rng=rng)
        return _whitened(paths, self.design).innovations


def fit_surprises(series: Sequence[np.ndarray]) -> list[ShortFit | LongFit]:
    """Each series (months,), without gaps, in any unit, with its surprises. Those that are alike are worked on together.

    Examples
    --------
    >>> orders = 100 + np.random.default_rng(0).normal(size=36)
    >>> fit_surprises([orders])[0].surprise.shape
    (36,)
    """
    own = [standardised(np.asarray(values, float)) for values in series]
    groups: dict[tuple[int, int], list[int]] = {}
    for j, values in enumerate(own):
        groups.setdefault((len(values), 0 if len(values) < SHORT_BELOW else season_harmonics(values)), []).append(j)
    fits: dict[int, ShortFit | LongFit] = {}
    for (months, harmonics), alike in groups.items():
        rows = [own[j] for j in alike]
        found = fit_short(rows) if months < SHORT_BELOW else _fit_long(rows, trend_and_season(months, harmonics))
        fits |= dict(zip(alike, found, strict=True))
    return [fits[j] for j in range(len(own))]


def fit_beside(values: np.ndarray, present: np.ndarray) -> ShortFit | LongFit:
    """The surprises of standardised ``values`` once ``present`` (months,), of the same months, is in the regression."""
    if len(values) < SHORT_BELOW:
        return fit_short([values], present)[0]
    design = trend_and_season(len(values), season_harmonics(values))
    column = residuals(present[None], design)[0]
    return _fit_long([values], np.column_stack([design, column / column.std()]))[0]


def _fit_long(rows: Sequence[np.ndarray], design: np.ndarray) -> list[LongFit]:
    fit = _whitened(np.stack(rows), design)
    return [LongFit(row, design, *found) for row, *found in zip(rows, fit.innovations, fit.coefficients, strict=True)]


def _whitened(rows: np.ndarray, design: np.ndarray) -> Whitened:
    months = rows.shape[1]
    return whiten(rows, design, longest_memory(months), seasonal_memory=months >= SEASONAL_MEMORY_FROM)
