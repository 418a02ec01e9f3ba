"""Surprises of a short series: an average over small models of its memory and its season.

Under sixty months, a fitted autoregression and a season of eleven columns eat the very surprises that are looked for, and a fit
remembers too little. So nothing is fitted: each model of a small family says how a series with such a memory and such a season
scatters, which gives its surprises by one matrix, and the models are weighed by how well they explain the months
(restricted likelihood, which makes good for what trend and season took). A season that is hardly there is hardly taken out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from valuelab.analysis.burg import TINY
from valuelab.analysis.whitening import MONTHS, ROUGH_SEASON, trend_and_season, winsorised

# First and second partial autocorrelation of each model of memory, and its prior weight
FIRST = np.array([-0.3, 0, 0.2, 0.4, 0.55, 0.7, 0.82, 0.92, 0.98])
NEGATIVE_PRIOR = 0.35  # business series seldom swing from month to month
CYCLES = tuple((r, s) for s, firsts in ((-0.35, (0.0, 0.4, 0.7, 0.9)), (-0.6, (0.4, 0.7, 0.9)), (-0.8, (0.4, 0.7, 0.9))) for r in firsts)
CYCLES_PRIOR = 0.3
NOISY_LEVELS = ((0.2, 0.25), (0.45, 0.25), (0.7, 0.25))  # memory that fades slowly under noise of single months
NOISY_LEVELS_PRIOR = 0.05
# Variance of the coefficients of each harmonic of the year, in units of the noise, and prior weight
SEASONS = (
    ((0.0,) * 6, 0.25),  # none
    ((1.0, 0.25, 0.0, 0.0, 0.0, 0.0), 0.3),  # a smooth year about as large as the noise
    ((100.0, 100.0, 0.0, 0.0, 0.0, 0.0), 0.15),  # a smooth year of up to hundreds of times the noise
    ((0.5,) * 6, 0.15),  # every month its own, about as large as the noise
    ((100.0,) * 6, 0.15),  # every month its own, likewise
)
SELDOM = 0.02  # seasons that weigh less are left out, of the series and of what is invented like it
ROWS_AT_ONCE = 64  # so that a block of work stays in the processor's cache


@dataclass(frozen=True, slots=True, eq=False)
class _Models:
    """All models of memory with one kind of season, for series of so many months.

    ``filters`` (models, months + harmonics, months): a row times a filter is its surprises (months, variance 1 where the noise has
    variance 1), then what completes their squares to the model's own sum of squares. ``score`` (models,): log of prior and
    determinants. ``paths`` (models, months, months + harmonics): standard normal numbers to a series without trend.
    """

    filters: np.ndarray
    score: np.ndarray
    paths: np.ndarray


@dataclass(frozen=True, slots=True, eq=False)
class ShortFit:
    """One series and its surprises.

    ``values``: (months,) standardised; ``present``: (months,) a column that joins the trend in the regression, or None; ``surprise``:
    (months,); ``weights``: kind of season → weight of each model of memory.
    """

    values: np.ndarray
    present: np.ndarray | None
    surprise: np.ndarray
    weights: dict[int, np.ndarray]

    def invented(self, draws: int, rng: np.random.Generator) -> np.ndarray:
        """Surprises (draws, months) of series that might have been instead: drawn from the models, sent through the same steps."""
        months = len(self.values)
        rows = np.empty((draws, months))
        kinds, weights = list(self.weights), np.concatenate(list(self.weights.values()))
        drawn = rng.choice(len(weights), size=draws, p=weights / weights.sum())
        normal = rng.standard_normal((draws, months + MONTHS - 1))
        for model in np.unique(drawn):
            chosen = drawn == model
            kind, memory = divmod(int(model), len(weights) // len(kinds))
            paths = _models(months, kinds[kind]).paths[memory]
            rows[chosen] = normal[chosen, : paths.shape[1]] @ paths.T
        return _surprises(rows, self.present, kinds)[0]


def fit_short(rows: Sequence[np.ndarray], present: np.ndarray | None = None) -> list[ShortFit]:
    """Each of the standardised ``rows`` (months,), all equally long, with its surprises."""
    everything = list(range(len(SEASONS)))
    weights = _surprises(np.stack(rows), present, everything)[1]
    fits = []
    for row, weight in zip(rows, weights, strict=True):
        kinds = [k for k in everything if weight[k].sum() >= SELDOM]
        surprises, again = _surprises(row[None], present, kinds)
        fits.append(ShortFit(row, present, surprises[0], dict(zip(kinds, again[0], strict=True))))
    return fits


def _surprises(rows: np.ndarray, present: np.ndarray | None, kinds: list[int]) -> tuple[np.ndarray, np.ndarray]:
    """Surprises (rows, months) and weights (rows, kinds of season, models of memory)."""
    parts = [_some_surprises(rows[i : i + ROWS_AT_ONCE], present, kinds) for i in range(0, len(rows), ROWS_AT_ONCE)]
    return winsorised(np.concatenate([s for s, _ in parts])), np.concatenate([w for _, w in parts])


def _some_surprises(rows: np.ndarray, present: np.ndarray | None, kinds: list[int]) -> tuple[np.ndarray, np.ndarray]:
    count, months = rows.shape
    filtered, scores = [], []
    freedom = months - 2 - (present is not None)
    for kind in kinds:
        models = _models(months, kind)
        left, score = (rows @ models.filters.reshape(-1, months).T).reshape(count, *models.filters.shape[:2]), models.score
        if present is not None:
            column = models.filters @ present
            information = (column**2).sum(axis=1) + TINY
            left = left - (np.einsum("rmt,mt->rm", left, column) / information)[:, :, None] * column
            score = score - 0.5 * np.log(information)
        filtered.append(left[:, :, :months])
        scores.append(score - 0.5 * freedom * np.log(np.einsum("rmt,rmt->rm", left, left) + TINY))
    score = np.stack(scores, axis=1)
    weights = np.exp(score - score.max(axis=(1, 2), keepdims=True))
    weights /= weights.sum(axis=(1, 2), keepdims=True)
    surprises = sum((weights[:, k, None] @ left)[:, 0] for k, left in enumerate(filtered))
    return surprises, weights


@lru_cache(maxsize=128)
def _models(months: int, kind: int) -> _Models:
    """Notes: for y ~ trend, variance V = R + ZSZ', P = V⁻¹ − V⁻¹X(X'V⁻¹X)⁻¹X'V⁻¹ the noise is foretold as R P y, its surprises are
    L⁻¹ R P y = L' P y with R = L L', and y' P y = |L' P y|² + |√S Z' P y|². Harville (1977), JASA 72: 320–338.
    """
    variances, prior = SEASONS[kind]
    trend, year = trend_and_season(months, 0), trend_and_season(months, ROUGH_SEASON)[:, 2:]
    spread = np.sqrt(np.repeat(variances, 2)[: MONTHS - 1])
    season = (year * spread)[:, spread > 0]
    filters, scores, paths = [], [], []
    for first, second, weight in _memories():
        root = np.linalg.cholesky(_correlations(first, second, months))
        variance = root @ root.T + season @ season.T
        inverse = np.linalg.inv(variance)
        information = trend.T @ inverse @ trend
        without_trend = inverse - inverse @ trend @ np.linalg.solve(information, trend.T @ inverse)
        filters.append(np.concatenate([root.T @ without_trend, season.T @ without_trend]))
        scores.append(np.log(prior * weight) - 0.5 * (np.linalg.slogdet(variance)[1] + np.linalg.slogdet(information)[1]))
        paths.append(np.concatenate([root, season], axis=1))
    return _Models(np.stack(filters), np.array(scores), np.stack(paths))


def _memories() -> list[tuple[float, float, float]]:
    """(first, second partial autocorrelation, prior weight) of every model of memory."""
    plain = np.gradient(FIRST) * np.where(FIRST < 0, NEGATIVE_PRIOR, 1.0) / np.gradient(FIRST).sum()
    plain *= 1 - CYCLES_PRIOR - NOISY_LEVELS_PRIOR
    return ([(float(r), 0.0, float(w)) for r, w in zip(FIRST, plain, strict=True)]
            + [(*pair, CYCLES_PRIOR / len(CYCLES)) for pair in CYCLES]
            + [(*pair, NOISY_LEVELS_PRIOR / len(NOISY_LEVELS)) for pair in NOISY_LEVELS])


def _correlations(first: float, second: float, months: int) -> np.ndarray:
    """(months, months) of an AR(2) with these partial autocorrelations."""
    along = np.empty(months)
    along[:2] = 1.0, first
    for lag in range(2, months):
        along[lag] = first * (1 - second) * along[lag - 1] + second * along[lag - 2]
    return along[np.abs(np.subtract.outer(np.arange(months), np.arange(months)))]
