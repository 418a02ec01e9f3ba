"""Possible futures of a series: draws of its unknown periods from the average of all covariance models.

A model's weight is its prior times its restricted likelihood, tempered a little on long series, where every model is
wrong in some way that the likelihood takes too seriously.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from valuelab.analysis.covariance_models import Factors, factors_for, prior_of

TEMPER_FROM = 36  # known periods from which the likelihood is tempered ...
TEMPER_POWER = 0.3  # ... to this power
HALF_LIFE_YEARS = 3.0  # the interval's scale follows recent one-step errors ...
CLIP = 2.0  # ... each counted as at most this many standard deviations
LATER_PER_YEAR = 0.1  # intervals widen by this much a year beyond the first: no model knows about what never happened yet
NEAR = 0.2  # intervals of the next periods are wider by so much at two years of history (season and memory rest on the same few periods), ...
NEAR_YEARS = 2  # ... less with more, by the root; a year ahead not at all
GROSS = 8.0  # standard deviations off its neighbours' forecast: a period this far off is set aside


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
        fit = Fit.of(values, used, wanted, season, controls)
        worst = fit.worst() if used.sum() >= 2 * season and len(aside) < used.sum() // 12 else None
        if worst is None:
            return Futures(fit.sample(draws, seed), tuple(sorted(aside)))
        aside.append(worst)
        used = used.copy()
        used[worst] = False


@dataclass(frozen=True, slots=True)
class Fit:
    """All models on all scales, given the known values. Arrays are (scales, models, …)."""

    factors: Factors
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
    def of(cls, values: np.ndarray, used: np.ndarray, wanted: np.ndarray, season: int, controls: np.ndarray | None) -> Fit:
        factors = factors_for(season, used, wanted, controls)
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
        score = np.log(prior_of(season, controls is not None)[: len(logs)]) + temper * likelihood
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

    def recent_variance(self) -> tuple[np.ndarray, float]:
        """(scales, models) variance of the one-step errors, the recent ones counting more, and its degrees of freedom."""
        n = len(self.known)
        age = (self.known[-1] - self.known) / (self.season * HALF_LIFE_YEARS)
        recent = 0.5**age
        squares = self.errors**2
        clipped = np.minimum(squares, CLIP**2 * squares.sum(2, keepdims=True) / (n - 1))
        variance = np.maximum(clipped @ recent / recent.sum() * n / (n - 1), 1e-18)
        return variance, float(recent.sum() ** 2 / (recent @ recent) - 1)

    def sample(self, draws: int, seed: int) -> np.ndarray:
        """(draws, wanted) in units: models drawn by weight, scale by its posterior, errors in mirrored pairs."""
        variance, freedom = self.recent_variance()
        generator = np.random.default_rng(seed)
        half = -(-draws // 2)
        picks = np.searchsorted(self.weight.ravel().cumsum(), (np.arange(half) + 0.5) / half)
        picks, starts, of = np.unique(np.minimum(picks, self.weight.size - 1), return_index=True, return_inverse=True)
        scale, model = np.divmod(picks, self.weight.shape[1])
        middle = self.mean[scale, model][:, None] + np.einsum("pkn,pn->pk", self.factors.carry[model], self.errors[scale, model])
        size = np.sqrt(variance[scale, model][of] * freedom / generator.chisquare(freedom, half))
        normal = generator.standard_normal((half, len(self.wanted) + 1))
        error = normal[:, :1] * (self.pull[model] * np.sqrt(self.mean_variance[model])[:, None])[of]
        for which, start, end in zip(model, starts, [*starts[1:], half], strict=True):
            error[start:end] += normal[start:end, 1:] @ self.factors.spread[which].T
        ahead = np.maximum(self.wanted - self.known[-1], 0)
        years = ahead / self.season
        near = NEAR * np.sqrt(NEAR_YEARS * self.season / len(self.known)) * np.maximum(1 - years, 0) * (ahead > 0)
        error *= size[:, None] * (1 + near + LATER_PER_YEAR * np.maximum(years - 1, 0))
        paths = middle[of] + np.stack([error, -error])
        if len(self.logs) == 2:
            logs = scale[of].astype(bool)
            paths[:, logs] = np.exp(np.clip(paths[:, logs], -30, 30))
            paths[:, ~logs] += 1
        paths = paths.reshape(2 * half, len(self.wanted))
        return np.maximum(self.unit * paths[generator.permutation(2 * half)[:draws]], self.floor)
