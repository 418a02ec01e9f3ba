"""Regression on one indicator, averaged over how errors persist and how rough the season is.

Neither can be known from 24 to 60 months, and an interval that takes one answer for granted is too narrow. So a few hundred
models are fitted at once, each by generalised least squares, and weighted by restricted likelihood times prior:

- errors: an autoregression of order 2, on a grid of its two partial autocorrelations (order 1 among them; order 2 swings, as
  business cycles do);
- season of the outcome: a smooth year (two harmonics) is always taken out; what is rougher is shrunk, by a grid of sizes;
- season of the indicator: where the indicator's own calendar may be rough, the outcome may follow its moves but not its
  calendar, so its calendar gets a coefficient of its own (Mundlak 1978). How much this counts is the indicator's own evidence
  for a rough calendar, never the outcome's: choosing by the outcome pulls the slope towards 0.

All models share a handful of cross-products, so all are one batch of small Cholesky factors. A month that is unknown has a
column of its own, which leaves it out exactly and keeps its neighbours' distance in time.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from valuelab.analysis.whitening import MONTHS, ROUGH_SEASON, SMOOTH_SEASON, trend_and_season

FIRST = np.array([-0.6, -0.4, -0.2, 0.0, 0.15, 0.3, 0.45, 0.6, 0.7, 0.8, 0.87, 0.92, 0.96, 0.985, 0.995])
SECOND = np.array([-0.85, -0.6, -0.3, 0.0, 0.3])
SECOND_PRIOR = np.array([1.0, 1.0, 1.0, 3.0, 1.0])  # order 1 is the usual case
NEGATIVE_PRIOR = 0.35  # business series seldom swing from month to month
ROUGHNESS = np.array([0.1, 0.6, 2.0, 6.0])  # standard deviation of calendar months, in units of the month-to-month error
OWN_ROUGHNESS = np.array([0.05, 0.5, 1.0, 2.0, 5.0])  # of the indicator; the first stands for none
ROUGH_PRIOR = 0.3  # before the data: chance that an indicator's calendar is rough
# An order of 2 and a grid are not the whole truth: in simulations, intervals came out a twentieth too narrow once there were
# three years of pairs, and right at two, where the grid's own doubt is large.
WIDER, WIDER_FROM, WIDER_WITHIN = 0.05, 21, 15
# Errors that swing look calmer than they are when trend and season have taken part of the swing: most so at two years.
SWINGS_UP_TO, SWINGS_WIDER = -0.6, 0.25
NEGLIGIBLE = 1e-4  # of the largest weight: models under it are dropped
TINY = 1e-10


@dataclass(frozen=True, slots=True, eq=False)
class SlopeModels:
    """Every model's slope: (models,) of centres, standard errors, weights (sum 1) and degrees of freedom (of a t distribution).

    ``information``: squared length of the indicator as each model sees it, in squared units of the indicator per unit of error
    variance; ``noise``: expected squared length of white noise of variance 1 in its place (empty unless asked for). ``indicator_left``, ``outcome_left``:
    (months,) what the likeliest model leaves of both, NaN where a month is not used.
    """

    centres: np.ndarray
    errors: np.ndarray
    weights: np.ndarray
    freedom: np.ndarray
    information: np.ndarray
    noise: np.ndarray
    indicator_left: np.ndarray
    outcome_left: np.ndarray


@dataclass(frozen=True, slots=True, eq=False)
class Grid:
    """Models as (first, second) partial autocorrelations × roughness; ``prior``: log, (errors, roughness)."""

    first: np.ndarray
    second: np.ndarray
    roughness: np.ndarray
    prior: np.ndarray

    @classmethod
    def of(cls, first: np.ndarray, second: np.ndarray, second_prior: np.ndarray, roughness: np.ndarray) -> Grid:
        r1, r2 = (a.ravel() for a in np.meshgrid(first, second, indexing="ij"))
        # dense near 1, where a short series is most easily mistaken for one that returns quickly
        prior = np.log(np.gradient(first)) - np.log(1 - first**2) + np.where(first < 0, np.log(NEGATIVE_PRIOR), 0.0)
        prior = (prior[:, None] + np.log(second_prior)).ravel()
        return cls(r1, r2, roughness, np.repeat(prior[:, None], len(roughness), axis=1))

    @property
    def lags(self) -> tuple[np.ndarray, np.ndarray]:
        """Coefficients of the month before and of the one before that."""
        return self.first * (1 - self.second), self.second

    @property
    def first_months(self) -> tuple[np.ndarray, np.ndarray]:
        """One over the variance of the first month, and of the second given the first, where the error has variance 1."""
        return (1 - self.first**2) * (1 - self.second**2), 1 - self.second**2


GRID = Grid.of(FIRST, SECOND, SECOND_PRIOR, ROUGHNESS)
OWN_GRID = Grid.of(np.array([0.0, 0.3, 0.6, 0.8, 0.92, 0.98]), np.array([-0.6, -0.3, 0.0]), np.ones(3), OWN_ROUGHNESS)


@lru_cache(maxsize=64)
def calendar_columns(months: int) -> tuple[np.ndarray, np.ndarray]:
    """(constant, trend and smooth year, the rough rest): with the second, any twelve months; unit coefficients are unit months."""
    smooth, whole = trend_and_season(months, SMOOTH_SEASON), trend_and_season(months, ROUGH_SEASON)
    rough = whole[:, smooth.shape[1]:] * np.sqrt(2 / MONTHS)
    rough[:, -1] /= np.sqrt(2)  # the fastest wave has a cosine only, of twice the variance
    return smooth, rough


def fit_slopes(outcome: np.ndarray, indicator: np.ndarray, used: np.ndarray, *, with_noise: bool = False) -> SlopeModels:
    """The slope of ``outcome`` on ``indicator`` under every model of ``GRID``.

    Parameters
    ----------
    outcome, indicator
        (months,) consecutive months; what stands in months that are not used is ignored. Neither may be constant.
    used
        (months,) True where both are known; the first and the last are.
    with_noise
        Also work out ``noise``, which an indicator with sampling error needs.
    """
    smooth, rough = calendar_columns(len(outcome))
    gaps = np.eye(len(outcome))[:, ~used]
    level, size = indicator[used].mean(), indicator[used].std()
    x = np.where(used, (indicator - level) / size, 0.0)
    fixed = np.column_stack([smooth, gaps])
    start = np.linalg.lstsq(np.column_stack([fixed, x]), np.where(used, outcome, 0.0), rcond=None)[0]
    y = np.where(used, outcome, 0.0) - np.column_stack([fixed, x]) @ start  # small, so that nothing cancels below
    scale = max(float(np.sqrt((y**2).mean())), TINY * float(np.abs(outcome[used]).max()), 1e-300)
    rough_evidence = _evidence_of_rough_calendar(x, fixed, rough)
    calendar = rough @ np.linalg.lstsq(np.column_stack([fixed, rough]), x, rcond=None)[0][fixed.shape[1]:]
    batches = [_Batch(columns, rough, x, y / scale, gaps.shape[1]) for columns in (fixed, np.column_stack([fixed, calendar]))]
    slopes, errors, lengths, scores = (np.stack(a) for a in zip(*(b.slopes() for b in batches), strict=True))
    weights = _weights(scores) * np.array([1 - rough_evidence, rough_evidence])[:, None]
    freedom = np.repeat([[b.freedom] for b in batches], slopes.shape[1], axis=1)
    left = batches[int(weights.max(axis=1).argmax())].left(int(weights[weights.max(axis=1).argmax()].argmax()))
    kept = weights > NEGLIGIBLE * weights.max()
    noise = np.empty(0)
    if with_noise:
        noise = np.concatenate([batches[0].noise(np.flatnonzero(kept[0]), rough, shrunk=True),
                                batches[1].noise(np.flatnonzero(kept[1]), rough, shrunk=False)])
    return SlopeModels(
        centres=(start[-1] + slopes[kept] * scale) / size, errors=errors[kept] * scale / size, weights=weights[kept] / weights[kept].sum(),
        freedom=freedom[kept], information=lengths[kept] * size**2, noise=noise,
        indicator_left=np.where(used, left[:, 0] * size, np.nan), outcome_left=np.where(used, left[:, 1] * scale + start[-1] * left[:, 0], np.nan),
    )


def _weights(scores: np.ndarray) -> np.ndarray:
    """Log weights along the last axis to weights that sum to 1."""
    weights = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return weights / weights.sum(axis=-1, keepdims=True)


def _evidence_of_rough_calendar(x: np.ndarray, fixed: np.ndarray, rough: np.ndarray) -> float:
    """The chance, after the data, that the indicator has a rough calendar of its own."""
    factor, score = _factors(OWN_GRID, np.column_stack([fixed, rough, x]), fixed.shape[1], rough.shape[1])
    score = score - (len(x) - fixed.shape[1]) * np.log(factor[:, -1, -1])
    by_roughness = _weights(score).reshape(-1, len(OWN_ROUGHNESS)).sum(axis=0)
    odds = (1 - by_roughness[0]) / (len(OWN_ROUGHNESS) - 1) / max(by_roughness[0], 1e-300) * ROUGH_PRIOR / (1 - ROUGH_PRIOR)
    return float(odds / (1 + odds))


def _factors(grid: Grid, columns: np.ndarray, fixed: int, rough: int) -> tuple[np.ndarray, np.ndarray]:
    """Cholesky factors (models, c, c) of the columns' cross-products under each model, and all of the restricted likelihood
    and prior that the last column has no part in. The ``rough`` columns after the ``fixed`` ones are shrunk.
    """
    lag1, lag2 = grid.lags
    w0, w1 = grid.first_months
    now, before, earlier = columns[2:], columns[1:-1], columns[:-2]

    def both(a: np.ndarray, b: np.ndarray) -> np.ndarray:
        return a.T @ b + b.T @ a

    first, second = columns[:1], columns[1:2]
    base = np.stack([first.T @ first, second.T @ second, both(first, second), now.T @ now, before.T @ before, earlier.T @ earlier,
                     both(now, before), both(now, earlier), both(before, earlier)])
    parts = np.stack([w0 + w1 * grid.first**2, w1, -w1 * grid.first, np.ones(len(w0)), lag1**2, lag2**2, -lag1, -lag2, lag1 * lag2], axis=1)
    count = columns.shape[1]
    products = np.repeat((parts @ base.reshape(len(base), -1)).reshape(-1, count, count), len(grid.roughness), axis=0)
    shrunk = np.arange(fixed, fixed + rough)
    products[:, shrunk, shrunk] += np.tile(grid.roughness**-2.0, len(w0))[:, None]
    products[:, -1, -1] += TINY
    factor = np.linalg.cholesky(products)
    score = (grid.prior + 0.5 * np.log(w0 * w1)[:, None] - rough * np.log(grid.roughness)).ravel()
    return factor, score - np.log(np.diagonal(factor, axis1=1, axis2=2)[:, :-1]).sum(axis=1)


class _Batch:
    """All models of ``GRID`` with one set of columns."""

    def __init__(self, fixed: np.ndarray, rough: np.ndarray, x: np.ndarray, y: np.ndarray, gaps: int):
        self.fixed, self.columns = fixed, np.column_stack([fixed, rough, x, y])
        self.shrunk = slice(fixed.shape[1], fixed.shape[1] + rough.shape[1])
        self.freedom = len(x) - fixed.shape[1] - 1
        self.pairs = len(x) - gaps
        self.factor, self.score = _factors(GRID, self.columns, fixed.shape[1], rough.shape[1])

    def slopes(self) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        """(slopes, standard errors, information, log weights), each (models,)."""
        length, rest = self.factor[:, -2, -2], self.factor[:, -1, -1]
        return self.factor[:, -1, -2] / length, self.wider() * rest / np.sqrt(self.freedom) / length, length**2, self.score - self.freedom * np.log(rest)

    def wider(self) -> np.ndarray:
        """(models,) what standard errors are multiplied by, as simulations ask for."""
        part = np.clip((self.pairs - WIDER_FROM) / WIDER_WITHIN, 0, 1)
        swings = np.repeat(GRID.second <= SWINGS_UP_TO, len(ROUGHNESS))
        return 1 + WIDER * part + SWINGS_WIDER * (1 - part / 2) * swings

    def left(self, model: int) -> np.ndarray:
        """(months, 2): indicator and outcome less trend and season, as one model sees them."""
        factor = self.factor[model]
        coefficients = np.linalg.solve(factor[:-2, :-2].T, factor[-2:, :-2].T)
        return self.columns[:, -2:] - self.columns[:, :-2] @ coefficients

    def noise(self, models: np.ndarray, rough: np.ndarray, *, shrunk: bool) -> np.ndarray:
        """Expected squared length of white noise in the indicator's place; where the calendar is the indicator's own, noise in
        its twelve months is lost as well (not ``shrunk``)."""
        design = self.columns[:, :-2] if shrunk else np.column_stack([self.fixed[:, :-1], rough])
        error = models // len(ROUGHNESS)
        lag1, lag2 = (a[error, None, None] for a in GRID.lags)
        w0, w1 = (a[error] for a in GRID.first_months)
        r1 = GRID.first[error, None]
        white = np.repeat(design[None], len(models), axis=0)
        white[:, 2:] -= lag1 * design[1:-1] + lag2 * design[:-2]
        white[:, 1] = np.sqrt(w1)[:, None] * (design[1] - r1 * design[0])
        white[:, 0] *= np.sqrt(w0)[:, None]
        products = white.transpose(0, 2, 1) @ white
        if shrunk:
            place = np.arange(self.shrunk.start, self.shrunk.stop)
            products[:, place, place] += ROUGHNESS[models % len(ROUGHNESS), None] ** -2.0
        back = white.copy()  # what an inverse covariance makes of the design: the whitening, transposed, applied once more
        back[:, 0] *= np.sqrt(w0)[:, None]
        back[:, 0] -= np.sqrt(w1)[:, None] * r1 * white[:, 1]
        back[:, 1] *= np.sqrt(w1)[:, None]
        back[:, 1:-1] -= lag1 * white[:, 2:]
        back[:, :-2] -= lag2 * white[:, 2:]
        trace = w0 + w1 * (1 + r1[:, 0] ** 2) + (len(design) - 2) * (1 + lag1[:, 0, 0] ** 2 + lag2[:, 0, 0] ** 2)
        return trace - np.trace(np.linalg.solve(products, back.transpose(0, 2, 1) @ back), axis1=1, axis2=2)
