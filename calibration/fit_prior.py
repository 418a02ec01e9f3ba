"""Fits the prior over covariance models to real series and writes valuelab/assets/projection_models.csv.

    python -m calibration.fit_prior [--rows 192] [--write]

Candidates are a grid of factors (level, growth, slope, season, scale). A prior of one weight for each value of each factor is
fitted by empirical Bayes: it maximises the (tempered) restricted likelihood of windows of the "choose" half, with a ridge towards
equal weights. How strong a ridge is chosen by what counts: in two folds of families, the predictive density of the next 3 and 12
months' totals of windows that were not fitted. Rows that hardly ever matter are dropped. A small share is kept
for cycles that are no season. The "judge" half is not touched.
"""

from __future__ import annotations

import argparse
import hashlib
from collections import Counter
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from unittest import mock

import numpy as np
from scipy import optimize, stats

from calibration.corpus import CHOOSE, real_series
from valuelab.analysis import covariance_models
from valuelab.analysis.futures import Fit
from valuelab.assets import FOLDER

LEVELS = ((0.3, 0.0), (0.85, 0.0), (0.95, 0.0), (0.97, 5.0), (0.97, 15.0), (1.0, 0.0), (1.0, 2.5))  # persistence, noise
GROWTH = ((0.0, 0.0), (0.1, 0.97), (0.5, 0.97), (0.6, 0.8), (1.0, 0.97))  # momentum, damping
SLOPES = (0.03, 0.3, 1.0)
SEASONS = ((0.0, 0.0), (1.2, 0.25), (4.0, 0.15), (12.0, 0.15), (12.0, 0.05))  # season, drift
CYCLES = tuple(product((10.0, 15.0, 23.0), (0.87, 0.95), SEASONS[:1] + ((4.0, 0.15),)))  # periods, persistence, season and drift
CYCLIC = 0.03  # of the prior: cycles are rare in real series, so these rows are not fitted
CYCLE_SLOPE = 0.3
GROWING_FROM = 0.9  # persistence: a level that forgets within months has no growth to speak of
COLUMNS = ("persistence", "noise", "momentum", "damping", "slope", "season", "drift", "cycle", "prior_level", "prior_log")
LENGTHS = (24, 36, 48, 72, 120)
AHEAD = (3, 12)
PER_SERIES = 4
RIDGES = (0.01, 0.03, 0.1, 0.3, 1.0)
PREDICTED = 60.0  # log densities are kept within so much of 0
TABLE = FOLDER / "projection_models.csv"


@dataclass(frozen=True, slots=True, eq=False)
class Windows:
    """Windows of one length. ``evidence`` (windows, scales × models): tempered likelihood, largest 1; ``density``: of the next total, by span."""

    length: int
    names: tuple[str, ...]
    evidence: np.ndarray
    density: dict[int, np.ndarray]

    @property
    def weight(self) -> np.ndarray:
        """Windows of one series share one vote, and series of a large source less than one each."""
        windows = Counter(self.names)
        source = Counter(name.split("/")[0] for name in windows)
        weight = np.array([1 / windows[n] / np.sqrt(source[n.split("/")[0]]) for n in self.names])
        return weight / weight.sum()


def candidates() -> np.ndarray:
    """(models, 8) in the order of ``COLUMNS``; none of them is cyclic."""
    return np.array([(*level, *growth, slope, *season, 0.0) for level, growth, slope, season in product(LEVELS, GROWTH, SLOPES, SEASONS)
                     if level[0] >= GROWING_FROM or not growth[0]])


def with_cycles(models: np.ndarray, prior: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Models and their (2, models) prior, with a fixed small share for levels that swing in a time of their own."""
    cyclic = np.array([(fading, 0.0, 0.0, 0.0, CYCLE_SLOPE, *season, period) for period, fading, season in CYCLES])
    each = CYCLIC * prior.sum(1, keepdims=True) / len(cyclic)
    return np.concatenate([models, cyclic]), np.concatenate([prior * (1 - CYCLIC), np.repeat(each, len(cyclic), axis=1)], axis=1)


def windows(models: np.ndarray, length: int, seed: int = 7) -> Windows:
    """All models' evidence and predictive densities on windows of the choosing half."""
    rows = [dict(zip(COLUMNS, map(str, (*row, 0.5 / len(models), 0.5 / len(models))), strict=True)) for row in models]
    rng = np.random.default_rng([seed, length])
    longest = max(AHEAD)
    names, evidence, density = [], [], {h: [] for h in AHEAD}
    with mock.patch.object(covariance_models, "projection_models", lambda: tuple(rows)):
        _forget()
        for real in real_series(CHOOSE):
            spare = len(real.values) - length - longest
            for at in sorted(set(rng.integers(spare + 1, size=PER_SERIES).tolist())) if spare >= 0 else []:
                values = real.values.to_numpy()[at : at + length + longest]
                if (values > 0).all() and len(np.unique(values[:length])) > 5:
                    fit = _fit(values[:length], longest)
                    names.append(real.name)
                    evidence.append((fit.weight / fit.weight.max()).ravel())
                    for h in AHEAD:
                        density[h].append(_density(fit, values[length : length + h]).ravel())
    _forget()
    return Windows(length, tuple(names), np.array(evidence), {h: np.array(d) for h, d in density.items()})


def _forget() -> None:
    for cached in (covariance_models.shipped_models, covariance_models._covariances, covariance_models._complete_factors):
        cached.cache_clear()


def _fit(past: np.ndarray, ahead: int) -> Fit:
    values = np.append(past, np.full(ahead, np.nan))
    return Fit.of(values, np.isfinite(values), np.isnan(values), 12, None)


def _density(fit: Fit, future: np.ndarray) -> np.ndarray:
    """(2, models) density of the logarithm of the future's total, by every model on both scales (moments of a sum of lognormals)."""
    h = len(future)
    variance, freedom = fit.recent_variance()
    middle = fit.mean[:, :, None] + np.einsum("mkn,smn->smk", fit.factors.carry[:, :h], fit.errors)
    spread = np.einsum("mij,mkj->mik", fit.factors.spread[:, :h], fit.factors.spread[:, :h])
    spread = spread + fit.pull[:, :h, None] * fit.pull[:, None, :h] * fit.mean_variance[:, None, None]
    total = future.sum() / fit.unit
    level_sd = np.sqrt(spread.sum((1, 2)) * variance[0])
    level = stats.t.logpdf((total - h - middle[0].sum(1)) / level_sd, freedom) - np.log(level_sd) + np.log(total)
    paths = np.exp(np.clip(middle[1], -30, 30))
    share = paths / paths.sum(1, keepdims=True)
    log_sd = np.sqrt(np.einsum("mi,mij,mj->m", share, spread, share) * variance[1])
    log = stats.t.logpdf((np.log(total) - np.log(paths.sum(1))) / log_sd, freedom) - np.log(log_sd)
    return np.exp(np.clip([level, log], -PREDICTED, PREDICTED))


def indicator_columns(models: np.ndarray) -> np.ndarray:
    """(2 × models, values of all factors): 1 where a row has that value."""
    factors = [models[:, :2], models[:, 2:4], models[:, 4:5], models[:, 5:7]]
    codes = [np.tile(np.unique(f, axis=0, return_inverse=True)[1].ravel(), 2) for f in factors] + [np.repeat([0, 1], len(models))]
    return np.concatenate([np.eye(code.max() + 1)[code] for code in codes], axis=1)


def fitted(found: list[Windows], who: list[np.ndarray], columns: np.ndarray, ridge: float) -> np.ndarray:
    """(2 × models,) prior that maximises the weighted log evidence of the windows in ``who``, less a ridge on the factors' log weights."""
    data = [(w.evidence[keep], w.weight[keep] / w.weight[keep].sum()) for w, keep in zip(found, who, strict=True)]

    def loss(theta: np.ndarray) -> tuple[float, np.ndarray]:
        prior = _softmax(columns @ theta)
        value, gradient = ridge * len(data) * (theta @ theta) / 2, np.zeros(len(prior))
        for evidence, weight in data:
            part = evidence * prior
            whole = part.sum(1)
            value -= weight @ np.log(whole)
            gradient -= (weight / whole) @ part - prior
        return value, columns.T @ gradient + ridge * len(data) * theta

    return _softmax(columns @ optimize.minimize(loss, np.zeros(columns.shape[1]), jac=True, method="L-BFGS-B").x)


def _softmax(score: np.ndarray) -> np.ndarray:
    weight = np.exp(score - score.max())
    return weight / weight.sum()


def predictive(found: list[Windows], who: list[np.ndarray], prior: np.ndarray) -> float:
    """Mean log density of totals, over lengths and spans."""
    scores = []
    for w, keep in zip(found, who, strict=True):
        part = w.evidence[keep] * prior
        weight = w.weight[keep] / w.weight[keep].sum()
        scores += [weight @ np.log((part * w.density[h][keep]).sum(1) / part.sum(1)) for h in AHEAD]
    return float(np.mean(scores))


def folds(found: list[Windows]) -> tuple[list[np.ndarray], list[np.ndarray]]:
    """Two halves of the windows, families undivided."""
    def side(name: str) -> bool:
        family = "/".join(name.split("/")[:2]).split(":")[0]
        return bool(hashlib.sha256(family.encode()).digest()[1] % 2)

    first = [np.array([side(n) for n in w.names]) for w in found]
    return first, [~f for f in first]


def importance(found: list[Windows], prior: np.ndarray) -> np.ndarray:
    """(models,) the mean weight that a model gets in the windows where it matters most: of each length, its highest tenth."""
    models = len(prior) // 2
    shares = []
    for w in found:
        part = w.evidence * prior
        share = part / part.sum(1, keepdims=True)
        both = share[:, :models] + share[:, models:]
        shares.append(np.sort(both, axis=0)[-len(both) // 10 :].mean(0))
    return np.mean(shares, axis=0)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=192, help="models that are kept")
    parser.add_argument("--write", action="store_true", help=f"write {TABLE.name}")
    given = parser.parse_args()
    models = candidates()
    columns = indicator_columns(models)
    found = [windows(models, n) for n in LENGTHS]
    print(f"{len(models)} candidates, {sum(len(w.names) for w in found)} windows of {len(set().union(*(w.names for w in found)))} series")
    first, second = folds(found)
    every = [np.ones(len(w.names), bool) for w in found]
    equal = np.full(2 * len(models), 0.5 / len(models))
    print(f"equal weights: {(predictive(found, first, equal) + predictive(found, second, equal)) / 2:.4f}")
    scores = {}
    for ridge in RIDGES:
        scores[ridge] = (predictive(found, second, fitted(found, first, columns, ridge)) + predictive(found, first, fitted(found, second, columns, ridge))) / 2
        print(f"ridge {ridge}: {scores[ridge]:.4f} on windows that were not fitted")
    prior = fitted(found, every, columns, max(scores, key=scores.get))
    kept = np.sort(np.argsort(-importance(found, prior))[: given.rows])
    small = prior.reshape(2, -1)[:, kept]
    small = small / small.sum()
    full = np.zeros_like(prior).reshape(2, -1)
    full[:, kept] = small
    print(f"all rows {predictive(found, every, prior):.4f}, the {len(kept)} kept {predictive(found, every, full.ravel()):.4f} (in sample)")
    if given.write:
        write(TABLE, *with_cycles(models[kept], small))


def write(path: Path, models: np.ndarray, prior: np.ndarray) -> None:
    lines = [",".join(COLUMNS)]
    lines += [",".join(f"{value:.6g}" for value in (*row, *weights)) for row, weights in zip(models, prior.T, strict=True)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
