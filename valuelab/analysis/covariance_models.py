"""Small Gaussian covariance models of a series, and their factors for any pattern of known and wanted periods.

One model of a series, on the log or on the level scale, all variances relative to the level's step:

    value = mean + level (AR(1), random walk or a cycle that is no season) + growth momentum + straight slope + season that drifts + noise

Only the mean is free, everything else is shrunk by its covariance, so a season or a slope costs no degrees of freedom
and 13 periods are enough to compute with. Which models there are, and how much each is believed before any data are
seen, is a table that ``calibration/fit_prior.py`` fits to real series; it is kept for months, and `shipped_models`
carries it over to weeks and quarters, so that it means the same in a year.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from scipy.linalg.lapack import dtrtri

from valuelab.assets import projection_models

SEASON_ROUGHNESS = 1.5  # the k-th harmonic's variance falls as k to this power, negative
HARMONICS = 6

# A control: half of the prior says that it tells nothing, half that its coefficient has this standard deviation, in
# typical changes of the series (level step and noise) for one typical change of the control from period to period.
CONTROL_SIZE = 2.0

JITTER = 1e-6
MOST_PERIODS = {12: 132, 4: 80, 52: 156}  # older history is left out
_STEP = 48  # matrices are made in sizes that are multiples of this, so that they can be used again


@dataclass(frozen=True, slots=True, eq=False)
class Models:
    """Models for one season length; arrays of shape (models,).

    Attributes
    ----------
    persistence, noise
        Of the level: what is left of a step a period later (1: random walk), and the standard deviation of noise.
    momentum, damping
        Standard deviation of a period's change of growth, and how much of the growth is left a period later.
    slope
        Standard deviation of a straight slope, per period.
    season, drift
        Standard deviation of the season, and its drift a year as a fraction of that.
    cycle
        Periods of a swing of the level, which then is an AR(2) whose swings fade by the persistence; 0: no swing.
    prior
        (2, models): what is believed of each on the level scale and on the log scale; sums to 1.
    """

    persistence: np.ndarray
    noise: np.ndarray
    momentum: np.ndarray
    damping: np.ndarray
    slope: np.ndarray
    season: np.ndarray
    drift: np.ndarray
    cycle: np.ndarray
    prior: np.ndarray

    def __len__(self) -> int:
        return len(self.persistence)

    @classmethod
    def of_months(cls, table: np.ndarray, prior: np.ndarray, season: int = 12) -> Models:
        """From (models, 8) columns for months, in the order above, in periods of which ``season`` make a year."""
        monthly = 12 / season
        rho, noise, momentum, damping, slope, amplitude, drift, cycle = np.asarray(table, float).T
        return cls(rho**monthly, noise / math.sqrt(monthly), momentum * monthly, damping**monthly, slope * math.sqrt(monthly),
                   amplitude / math.sqrt(monthly), drift, cycle / monthly, prior / prior.sum())


@lru_cache
def shipped_models(season: int) -> Models:
    """The fitted table, in periods of which ``season`` make a year."""
    rows = np.array([[float(value) for value in row.values()] for row in projection_models()])
    return Models.of_months(rows[:, :8], rows[:, 8:].T, season)


def prior_of(season: int, controls: bool) -> np.ndarray:
    """(2, models) prior weights on the level and the log scale; with controls every model is there twice, without and with them."""
    prior = shipped_models(season).prior
    return np.concatenate([prior, prior], axis=1) / 2 if controls else prior


def covariances(models: Models, season: int, size: int) -> np.ndarray:
    """(models, size, size): every model's covariance, up to its free mean. A smaller size is the leading block of a larger."""
    t = np.arange(size)
    lag = np.abs(t[:, None] - t)
    both = np.minimum(t[:, None], t).astype(float)
    year = 365.25 / 7 if season == 52 else float(season)

    @lru_cache(None)
    def level(rho: float, cycle: float) -> np.ndarray:
        if cycle:
            turn = 2 * math.pi / cycle
            variance = (1 + rho**2) / ((1 - rho**2) * (1 + rho**4 - 2 * rho**2 * math.cos(2 * turn)))
            return variance * rho**lag * (np.cos(turn * lag) + (1 - rho**2) / (1 + rho**2) / math.tan(turn) * np.sin(turn * lag))
        return both if rho == 1 else rho**lag / (1 - rho * rho)

    @lru_cache(None)
    def growth(damping: float) -> np.ndarray:
        paths = np.cumsum(np.tril(damping ** np.maximum(t[:, None] - t, 0)), axis=0)
        return paths @ paths.T

    harmonic = np.arange(1, min(HARMONICS, season // 2) + 1.0)
    power = harmonic**-SEASON_ROUGHNESS
    if 2 * harmonic[-1] == season:
        power[-1] /= 2  # the fastest harmonic has a cosine only
    shape = np.tensordot(power / power.sum(), np.cos(2 * np.pi * harmonic[:, None, None] * lag / year), axes=1)

    result = np.empty((len(models), size, size))
    for i in range(len(models)):
        result[i] = models.noise[i] ** 2 * np.eye(size) + level(models.persistence[i], models.cycle[i])
        result[i] += models.slope[i] ** 2 * np.outer(t, t)
        if models.momentum[i]:
            result[i] += models.momentum[i] ** 2 * growth(models.damping[i])
        if models.season[i]:
            result[i] += models.season[i] ** 2 * shape * (1 + models.drift[i] ** 2 * both / season)
    result[:, t, t] += JITTER * (1 + result[:, t, t])
    return result


@lru_cache(maxsize=2)
def _covariances(season: int, size: int, controls: bytes) -> np.ndarray:
    models = shipped_models(season)
    result = covariances(models, season, size)
    if not controls:
        return result
    columns = np.frombuffer(controls).reshape(size, -1)
    typical = CONTROL_SIZE**2 * (1 + models.noise**2)
    return np.concatenate([result, result + typical[:, None, None] * (columns @ columns.T)])


@dataclass(frozen=True, slots=True)
class Factors:
    """Cholesky factors of all models, first the n known periods and then the k unknown ones that are wanted.

    ``whitener`` (models, n, n) turns known values into one-step errors; ``carry`` (models, k, n) turns those errors into
    expected values; ``spread`` (models, k, k) is the root of what stays unknown.
    """

    whitener: np.ndarray
    carry: np.ndarray
    spread: np.ndarray
    log_determinant: np.ndarray


def _factors(covariances: np.ndarray, n: int) -> Factors:
    roots = np.linalg.cholesky(covariances)
    whitener = np.stack([dtrtri(root[:n, :n].T, lower=0)[0].T for root in roots])
    diagonal = np.diagonal(roots, axis1=1, axis2=2)
    return Factors(whitener, roots[:, n:, :n], roots[:, n:, n:], 2 * np.log(diagonal[:, :n]).sum(1))


@lru_cache(maxsize=3)
def _complete_factors(season: int, size: int, controls: bytes) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    roots = np.linalg.cholesky(_covariances(season, size, controls))
    whitener = np.stack([dtrtri(root.T, lower=0)[0].T for root in roots])
    return roots, whitener, 2 * np.cumsum(np.log(np.diagonal(roots, axis1=1, axis2=2)), axis=1)


@lru_cache(maxsize=8)
def _factors_with_holes(season: int, used: bytes, wanted: bytes, size: int, controls: bytes) -> Factors:
    known, unknown = np.flatnonzero(np.frombuffer(used, bool)), np.flatnonzero(np.frombuffer(wanted, bool))
    order = np.concatenate([known, unknown])
    return _factors(_covariances(season, size, controls)[:, order[:, None], order], len(known))


def factors_for(season: int, used: np.ndarray, wanted: np.ndarray, controls: np.ndarray | None) -> Factors:
    """Factors for one pattern of known and wanted periods; without holes they are blocks of one matrix for all."""
    n, size = int(used.sum()), len(used)
    key = b"" if controls is None else controls.tobytes()
    complete = -(-size // _STEP) * _STEP if controls is None else len(controls)
    if used[:n].all() and wanted[n:].all():
        roots, whitener, log_determinant = _complete_factors(season, complete, key)
        return Factors(whitener[:, :n, :n], roots[:, n:size, :n], roots[:, n:size, n:size], log_determinant[:, n - 1])
    return _factors_with_holes(season, used.tobytes(), wanted.tobytes(), complete, key)
