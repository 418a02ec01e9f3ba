"""The machinery behind projections: an average of small Gaussian covariance models, and draws of unknown periods.

One model of a series, on the log or on the level scale, all variances relative to the level's step:

    value = mean + level (AR(1) or random walk) + growth momentum + straight slope + season that drifts + noise

Only the mean is free, everything else is shrunk by its covariance, so a season or a slope costs no degrees of freedom
and 13 periods are enough to compute with. A model's weight is its prior times its restricted likelihood, tempered a
little on long series, where every model is wrong in some way that the likelihood takes too seriously.

The grid below is declared by hand: each factor has a few values and their prior weights, and the prior of a
combination is the product. Values are for months; `_declared_models` carries them over to weeks and quarters, so that
they mean the same in a year.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from itertools import product

import numpy as np
from scipy.linalg.lapack import dtrtri

# (persistence from month to month, noise as a multiple of the level's step, prior weight)
LEVELS = (
    (0.3, 0.0, 0.16),
    (0.85, 0.0, 0.16),
    (0.95, 0.0, 0.18),
    (0.97, 4.0, 0.15),
    (1.0, 0.0, 0.15),
    (1.0, 2.5, 0.20),
)
# (standard deviation of a month's change of growth, how much of the growth is left a month later, prior weight)
GROWTH = (
    (0.0, 0.0, 0.50),
    (0.1, 0.97, 0.15),
    (0.6, 0.8, 0.20),
    (0.5, 0.97, 0.15),
)
# (standard deviation of a straight slope per month, prior weight)
SLOPES = ((0.03, 0.6), (0.3, 0.4))
# (standard deviation of the season, drift a year as a fraction of it, prior weight)
SEASONS = (
    (0.0, 0.0, 0.20),
    (1.2, 0.25, 0.30),
    (4.0, 0.15, 0.35),
    (12.0, 0.15, 0.15),
)
SEASON_ROUGHNESS = 1.5  # the k-th harmonic's variance falls as k to this power, negative
HARMONICS = 6

# A control: half of the prior says that it tells nothing, half that its coefficient has this standard deviation, in
# level steps for one typical change of the control from period to period.
CONTROL_SIZE = 2.0

TEMPER_FROM = 36  # known periods from which the likelihood is tempered ...
TEMPER_POWER = 0.3  # ... to this power
HALF_LIFE_YEARS = 3.0  # the interval's scale follows recent one-step errors ...
CLIP = 2.0  # ... each counted as at most this many standard deviations
LATER_PER_YEAR = 0.1  # intervals widen by this much a year beyond the first: no model knows about what never happened yet
GROSS = 8.0  # standard deviations off its neighbours' forecast: a period this far off is set aside
JITTER = 1e-6

MOST_PERIODS = {12: 132, 4: 80, 52: 156}  # older history is left out
_STEP = 48  # matrices are made in sizes that are multiples of this, so that they can be used again


@dataclass(frozen=True, slots=True)
class Models:
    """The declared models for one season length; arrays of shape (models,)."""

    persistence: np.ndarray
    noise: np.ndarray
    momentum: np.ndarray
    damping: np.ndarray
    slope: np.ndarray
    season: np.ndarray
    drift: np.ndarray
    prior: np.ndarray


@lru_cache
def _declared_models(season: int) -> Models:
    """The grid as declared, in periods of which ``season`` make a year."""
    monthly = 12 / season
    rows = []
    for (rho, noise, a), (momentum, damping, b), (slope, c), (amplitude, drift, d) in product(LEVELS, GROWTH, SLOPES, SEASONS):
        rows.append((
            rho**monthly,
            noise / math.sqrt(monthly),
            momentum * monthly,
            damping**monthly,
            slope * math.sqrt(monthly),
            amplitude / math.sqrt(monthly),
            drift,
            a * b * c * d,
        ))
    columns = np.array(rows).T
    columns[-1] /= columns[-1].sum()
    return Models(*columns)


def _prior(season: int, controls: bool) -> np.ndarray:
    """(models,) prior weights; with controls every model is there twice, without them and with them."""
    prior = _declared_models(season).prior
    return np.concatenate([prior, prior]) / 2 if controls else prior


@lru_cache(maxsize=2)
def _covariances(season: int, size: int, controls: bytes) -> np.ndarray:
    """(models, size, size): every model's covariance, up to its free mean. A smaller size is the leading block of a larger."""
    models = _declared_models(season)
    t = np.arange(size)
    lag = np.abs(t[:, None] - t)
    both = np.minimum(t[:, None], t).astype(float)
    year = 365.25 / 7 if season == 52 else float(season)

    @lru_cache(None)
    def level(rho: float) -> np.ndarray:
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

    result = np.empty((len(models.prior), size, size))
    for i in range(len(models.prior)):
        result[i] = models.noise[i] ** 2 * np.eye(size) + level(models.persistence[i])
        result[i] += models.slope[i] ** 2 * np.outer(t, t)
        if models.momentum[i]:
            result[i] += models.momentum[i] ** 2 * growth(models.damping[i])
        if models.season[i]:
            result[i] += models.season[i] ** 2 * shape * (1 + models.drift[i] ** 2 * both / season)
    result[:, t, t] += JITTER * (1 + result[:, t, t])
    if not controls:
        return result
    columns = np.frombuffer(controls).reshape(size, -1)
    return np.concatenate([result, result + CONTROL_SIZE**2 * columns @ columns.T])


@dataclass(frozen=True, slots=True)
class _Factors:
    """Cholesky factors of all models, first the n known periods and then the k unknown ones that are wanted.

    ``whitener`` (models, n, n) turns known values into one-step errors; ``carry`` (models, k, n) turns those errors into
    expected values; ``spread`` (models, k, k) is the root of what stays unknown.
    """

    whitener: np.ndarray
    carry: np.ndarray
    spread: np.ndarray
    log_determinant: np.ndarray


def _factors(covariances: np.ndarray, n: int) -> _Factors:
    roots = np.linalg.cholesky(covariances)
    whitener = np.stack([dtrtri(root[:n, :n].T, lower=0)[0].T for root in roots])
    diagonal = np.diagonal(roots, axis1=1, axis2=2)
    return _Factors(whitener, roots[:, n:, :n], roots[:, n:, n:], 2 * np.log(diagonal[:, :n]).sum(1))


@lru_cache(maxsize=3)
def _complete_factors(season: int, size: int, controls: bytes) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    roots = np.linalg.cholesky(_covariances(season, size, controls))
    whitener = np.stack([dtrtri(root.T, lower=0)[0].T for root in roots])
    return roots, whitener, 2 * np.cumsum(np.log(np.diagonal(roots, axis1=1, axis2=2)), axis=1)


@lru_cache(maxsize=8)
def _factors_with_holes(season: int, used: bytes, wanted: bytes, size: int, controls: bytes) -> _Factors:
    known, unknown = np.flatnonzero(np.frombuffer(used, bool)), np.flatnonzero(np.frombuffer(wanted, bool))
    order = np.concatenate([known, unknown])
    return _factors(_covariances(season, size, controls)[:, order[:, None], order], len(known))


def _factors_for(season: int, used: np.ndarray, wanted: np.ndarray, controls: np.ndarray | None) -> _Factors:
    """Factors for one pattern of known and wanted periods; without holes they are blocks of one matrix for all."""
    n, size = int(used.sum()), len(used)
    key = b"" if controls is None else controls.tobytes()
    complete = -(-size // _STEP) * _STEP if controls is None else len(controls)
    if used[:n].all() and wanted[n:].all():
        roots, whitener, log_determinant = _complete_factors(season, complete, key)
        return _Factors(whitener[:, :n, :n], roots[:, n:size, :n], roots[:, n:size, n:size], log_determinant[:, n - 1])
    return _factors_with_holes(season, used.tobytes(), wanted.tobytes(), complete, key)


@dataclass(frozen=True, slots=True)
class Futures:
    """Draws of unknown periods: ``draws`` (size, wanted), in the order of time; ``set_aside``: positions of gross outliers."""

    draws: np.ndarray
    set_aside: tuple[int, ...]


def draw_unknown(values: np.ndarray, wanted: np.ndarray, *, season: int, draws: int, seed: int,
                 controls: np.ndarray | None = None) -> Futures:
    """Possible values of unknown periods, given the known ones.

    Parameters
    ----------
    values
        (size,) known values, NaN where unknown; the first is known.
    wanted
        (size,) True where draws are wanted; never where a value is known.
    season
        Periods in a year: 12, 4 or 52.
    draws, seed
        Size and seed of the sample.
    controls
        (at least size, k) other series that are known throughout, each with changes of about 1 from period to period.

    Returns
    -------
    Futures
        On the scale of ``values``; never below zero where no known value is.
    """
    used = np.isfinite(values)
    aside: list[int] = []
    while True:
        fit = _Fit.of(values, used, wanted, season, controls)
        worst = fit.worst() if used.sum() >= 2 * season and len(aside) < used.sum() // 12 else None
        if worst is None:
            return Futures(fit.sample(draws, seed), tuple(sorted(aside)))
        aside.append(worst)
        used = used.copy()
        used[worst] = False


@dataclass(frozen=True, slots=True)
class _Fit:
    """All models on all scales, given the known values. Arrays are (scales, models, …)."""

    factors: _Factors
    known: np.ndarray  # positions
    wanted: np.ndarray  # positions
    unit: float
    logs: tuple[bool, ...]
    floor: float
    season: int
    errors: np.ndarray  # one-step errors
    mean: np.ndarray
    mean_variance: np.ndarray  # (models,), relative
    pull: np.ndarray  # (models, wanted): how much of the mean's error is left in a wanted period
    weight: np.ndarray

    @classmethod
    def of(cls, values: np.ndarray, used: np.ndarray, wanted: np.ndarray, season: int, controls: np.ndarray | None) -> _Fit:
        factors = _factors_for(season, used, wanted, controls)
        known = values[used]
        n = len(known)
        positive = bool((known > 0).all())
        # the geometric mean as unit: then the likelihoods of both scales can be compared as they are
        unit = float(np.exp(np.log(known).mean())) if positive else float(np.abs(known).mean()) or 1.0
        scales = [known / unit - 1, np.log(known / unit)] if positive else [known / unit]
        logs = (False, True) if positive else (False,)
        white = factors.whitener @ np.stack(scales, axis=1)  # (models, n, scales)
        one = factors.whitener.sum(2)
        information = (one * one).sum(1)
        mean = np.einsum("mn,mns->sm", one, white) / information
        errors = white.transpose(2, 0, 1) - mean[:, :, None] * one
        squares = np.maximum((errors**2).sum(2), 1e-18 * n)
        likelihood = -0.5 * (factors.log_determinant + np.log(information) + (n - 1) * np.log(squares))
        temper = min(1.0, (TEMPER_FROM / n) ** TEMPER_POWER)
        score = np.log(_prior(season, controls is not None)) + temper * likelihood
        weight = np.exp(score - score.max())
        return cls(
            factors, np.flatnonzero(used), np.flatnonzero(wanted), unit, logs, 0.0 if (known >= 0).all() else -np.inf, season,
            errors, mean, 1 / information, 1 - np.einsum("mkn,mn->mk", factors.carry, one), weight / weight.sum(),
        )

    def worst(self) -> int | None:
        """The position of the known period that the others foretell worst, where it is grossly off; never the last three."""
        scale, model = np.unravel_index(self.weight.argmax(), self.weight.shape)
        whitener, errors = self.factors.whitener[model], self.errors[scale, model]
        left_out = whitener.T @ errors
        one = whitener.T @ whitener.sum(1)
        precision = (whitener**2).sum(0) - one**2 * self.mean_variance[model]
        rest = np.maximum((errors @ errors - left_out**2 / precision) / (len(errors) - 2), 1e-12)
        off = np.abs(left_out) / np.sqrt(precision * rest)
        off[-3:] = 0
        return int(self.known[off.argmax()]) if off.max() > GROSS else None

    def sample(self, draws: int, seed: int) -> np.ndarray:
        """(draws, wanted) in units: models drawn by weight, scale by its posterior, errors in mirrored pairs."""
        n = len(self.known)
        age = (self.known[-1] - self.known) / (self.season * HALF_LIFE_YEARS)
        recent = 0.5**age
        freedom = recent.sum() ** 2 / (recent @ recent) - 1
        squares = self.errors**2
        clipped = np.minimum(squares, CLIP**2 * squares.sum(2, keepdims=True) / (n - 1))
        variance = np.maximum(clipped @ recent / recent.sum() * n / (n - 1), 1e-18)

        generator = np.random.default_rng(seed)
        half = -(-draws // 2)
        picks = np.searchsorted(self.weight.ravel().cumsum(), (np.arange(half) + 0.5) / half)
        picks, counts = np.unique(np.minimum(picks, self.weight.size - 1), return_counts=True)
        ahead = np.maximum(self.wanted - self.known[-1], 0)
        wider = 1 + LATER_PER_YEAR * np.maximum(ahead / self.season - 1, 0)
        parts = []
        for pick, count in zip(picks, counts, strict=True):
            scale, model = divmod(int(pick), self.weight.shape[1])
            middle = self.mean[scale, model] + self.factors.carry[model] @ self.errors[scale, model]
            size = np.sqrt(variance[scale, model] * freedom / generator.chisquare(freedom, count))
            normal = generator.standard_normal((count, len(self.wanted) + 1))
            error = normal[:, 1:] @ self.factors.spread[model].T
            error += normal[:, :1] * self.pull[model] * math.sqrt(self.mean_variance[model])
            error *= size[:, None] * wider
            both = middle + np.stack([error, -error])
            part = np.exp(np.clip(both, -30, 30)) if self.logs[scale] else both + (len(self.logs) == 2)
            parts.append(part)
        paths = np.concatenate(parts, axis=1).reshape(2 * half, len(self.wanted))
        return np.maximum(self.unit * paths[generator.permutation(2 * half)[:draws]], self.floor)
