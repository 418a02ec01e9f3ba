"""Regression on a calendar whose errors may remember in several ways: short memory, wandering level, cycle; averaged.

An error that returns quickly, a level that wanders for good under noise and a slow cycle look alike on 24 to 60 periods,
and a trend's interval is several times wider under the second than under the first. Here every declared kind of error
gives a generalised least squares fit, weighted by prior and restricted likelihood, as ``autoregression`` does for AR(1).
"""

from __future__ import annotations

import math
from functools import lru_cache
from itertools import product

import numpy as np
from scipy import special
from scipy.linalg.lapack import dtrtri

from valuelab.analysis.autoregression import AutoregressiveFit

# All for months; `_declared` carries them over to weeks and quarters. Prior weights are in proportion. A level that wanders for
# good (1.0) has the most: a short series shows less memory than it has, and a trend's interval without it is too narrow.
# how much of an error is left a month later (1: it stays for good), prior weight
MEMORIES = ((-0.3, 0.02), (0.0, 0.05), (0.2, 0.05), (0.4, 0.05), (0.6, 0.05), (0.75, 0.05), (0.85, 0.05), (0.92, 0.05), (0.97, 0.05), (1.0, 0.5))
# the same under noise: memory of the level, prior weight of each of the noises, which are multiples of the level's step
NOISY_MEMORIES = ((0.9, 0.015), (0.97, 0.015), (1.0, 0.06))
NOISES = (1.0, 2.0, 4.0, 8.0)
# how much of a swing is left a month later, its length in months; all have the same prior weight
CYCLES = tuple(product((0.85, 0.93), (10.0, 15.0, 22.0, 34.0)))
CYCLE_PRIOR = 0.01
_NO_STEP = [rho for rho, _ in MEMORIES].index(1.0)  # a level that wanders for good without noise is all steps: it cannot tell one


@lru_cache
def _declared(season: int) -> tuple[np.ndarray, tuple[tuple[str, float, float], ...]]:
    """Log prior weights, and (kind, first, second parameter) of each model, in periods of which ``season`` make a year."""
    months = 12 / season
    weighted = [(("memory", math.copysign(abs(rho) ** months, rho), 0.0), weight) for rho, weight in MEMORIES]
    for (rho, weight), noise in product(NOISY_MEMORIES, NOISES):
        weighted.append((("memory", rho**months, noise / math.sqrt(months)), weight))
    for left, length in CYCLES:
        if length > 2.5 * months:  # else a quarter is too long to show it
            weighted.append((("cycle", left**months, length / months), CYCLE_PRIOR))
    models, prior = zip(*weighted, strict=True)
    return np.log(np.array(prior) / sum(prior)), models


@lru_cache(maxsize=8)
def _whiteners(season: int, times: bytes) -> tuple[np.ndarray, np.ndarray]:
    """(models, n, n) that take the memory out of what is known at ``times``, and (models,) log determinants."""
    t = np.frombuffer(times, dtype=np.int64)
    lag = np.abs(t[:, None] - t).astype(float)
    covariances = []
    for kind, first, second in _declared(season)[1]:
        if kind == "cycle":
            angle = 2 * np.pi / second
            swing = (1 - first**2) / (1 + first**2) / math.tan(angle)
            covariance = first**lag * (np.cos(angle * lag) + swing * np.sin(angle * lag))
        elif first == 1:
            covariance = np.minimum(t[:, None], t) + 1.0 - t[0]
        else:
            covariance = np.sign(first) ** lag * np.abs(first) ** lag / (1 - first**2)
        covariances.append(covariance + (second**2 if kind == "memory" else 1e-3) * np.eye(len(t)))
    roots = np.linalg.cholesky(np.stack(covariances))
    return np.stack([dtrtri(root.T, lower=0)[0].T for root in roots]), 2 * np.log(np.diagonal(roots, axis1=1, axis2=2)).sum(1)


def regress(values: np.ndarray, design: np.ndarray, times: np.ndarray, *, season: int) -> AutoregressiveFit:
    """Fit ``values`` (n,) on the columns of ``design`` (n, columns; the first is 1), known at whole-numbered ``times`` (n,)."""
    n, columns = design.shape
    freedom = n - columns
    whitener, log_determinant = _whiteners(season, times.astype(np.int64).tobytes())
    white = whitener @ np.column_stack([design, values])
    q, r = np.linalg.qr(white[:, :, :-1])
    response = white[:, :, -1]
    inner = np.einsum("mnc,mn->mc", q, response)
    inverse = np.linalg.inv(r)
    rest = np.maximum((response**2).sum(1) - (inner**2).sum(1), 1e-24 * n)
    score = _declared(season)[0] - 0.5 * (log_determinant + freedom * np.log(rest)) - _log_size(r)
    weight = np.exp(score - score.max())
    return AutoregressiveFit(
        np.einsum("mij,mj->mi", inverse, inner), np.einsum("mij,mkj->mik", inverse, inverse) * (rest / freedom)[:, None, None],
        weight / weight.sum(), freedom,
    )


def steps(values: np.ndarray, design: np.ndarray, times: np.ndarray, starts: np.ndarray, *, season: int) -> tuple[np.ndarray, np.ndarray]:
    """Two-sided p values (m,) of a lasting step that begins at each of ``starts`` (m,), joined to the design one at a time.

    The second array is the same without the surprise of the step's own first period: one wild period, however large, and what
    the errors' memory makes of it, is no lasting change. A level that wanders for good without noise is not asked.
    """
    n, columns = design.shape
    freedom = n - columns - 1
    whitener, log_determinant = (np.delete(part, _NO_STEP, axis=0) for part in _whiteners(season, times.astype(np.int64).tobytes()))
    white = whitener @ np.column_stack([design, values])
    # a step is a sum of columns of the whitener
    added = np.cumsum(whitener[:, :, ::-1], axis=2)[:, :, ::-1][:, :, np.searchsorted(times, starts)]
    q, r = np.linalg.qr(white[:, :, :columns])
    response = white[:, :, columns:]
    response = response - q @ (q.transpose(0, 2, 1) @ response)
    added = added - q @ (q.transpose(0, 2, 1) @ added)
    at = np.searchsorted(times, starts)
    prior = np.delete(_declared(season)[0], _NO_STEP) - 0.5 * log_determinant - _log_size(r)
    pulse = np.take_along_axis(-(q @ np.take(q, at, axis=1).transpose(0, 2, 1)), at[None, None, :], axis=1)[:, 0] + 1.0
    whole = (response**2).sum(1), (response * added).sum(1), (added**2).sum(1)
    first, jump = response[:, at, 0], np.take_along_axis(added, at[None, None, :], axis=1)[:, 0]
    pulse = np.maximum(pulse, 1e-9)  # what is left of the first period's own column beside the design
    without = whole[0] - first**2 / pulse, whole[1] - first * jump / pulse, whole[2] - jump**2 / pulse
    return _p_values(*whole, prior, freedom), _p_values(*without, prior, freedom - 1)


def _p_values(squares: np.ndarray, product_: np.ndarray, information: np.ndarray, prior: np.ndarray, freedom: int) -> np.ndarray:
    information = np.maximum(information, 1e-9)
    rest = np.maximum(squares - product_**2 / information, 1e-24)
    t = product_ / np.sqrt(information * rest / freedom)
    score = prior[:, None] - 0.5 * freedom * np.log(rest) - 0.5 * np.log(information)
    weight = np.exp(score - score.max(0))
    upper = (weight / weight.sum(0) * special.stdtr(freedom, t)).sum(0)
    return 2 * np.minimum(upper, 1 - upper)


def _log_size(r: np.ndarray) -> np.ndarray:
    return np.log(np.abs(np.diagonal(r, axis1=1, axis2=2))).sum(1)
