"""Autoregressions of many rows at once: fitted by Burg's method, averaged over orders, kept stationary, simulated.

Shapes: a *row* is one series in time order, arrays of rows are (rows, months). Coefficients are (rows, order), the
nearest month first.
"""

from __future__ import annotations

import numpy as np
from scipy.signal import lfilter

WARM_UP = 60  # months simulated and thrown away, so that paths start anywhere
LARGEST_ROOT = 0.995
TINY = 1e-300
ROUNDING = 1e-13  # of a row's squares: what is left of a row that its past foretells exactly


def burg(rows: np.ndarray, max_order: int) -> tuple[np.ndarray, np.ndarray]:
    """Autoregressions of every order up to ``max_order`` by Burg's method, for all rows at once.

    Returns
    -------
    coefficients, variances
        (max_order + 1, rows, max_order), zero beyond each order; (max_order + 1, rows) of innovation variances.

    Notes
    -----
    Burg (1975): reflection coefficients that minimise forward and backward errors together; always stationary, and
    less biased in short series than Yule–Walker. Brockwell & Davis, *Time Series: Theory and Methods*, 2nd ed., §8.2.
    Sums of products of errors are quadratic forms in the sums of products of lagged values, so that a long row is read once
    for each lag (Vos 2013, *A fast implementation of Burg's method*); only the first months need their errors one by one.
    """
    count, months = rows.shape
    products = _lagged_products(rows, max_order)
    coefficients = np.zeros((max_order + 1, count, max_order))
    variances = np.empty((max_order + 1, count))
    squares = np.einsum("rt,rt->r", rows, rows)
    variances[0] = squares / months
    predictor = np.zeros((count, max_order + 2))  # 1, −a₁, −a₂ …
    predictor[:, 0] = 1.0
    forward, backward = rows[:, 1:max_order], rows[:, : max_order - 1]
    for order in range(1, max_order + 1):
        ahead = predictor[:, : order + 1]
        back = ahead[:, ::-1]
        both = np.stack([ahead, back], axis=2)
        seen = products[:, : order + 1, : order + 1] @ both
        together = np.einsum("ri,ri->r", back, seen[:, :, 0]) + np.einsum("rt,rt->r", forward, backward)
        alone = np.einsum("ric,ric->r", both, seen) + (forward**2).sum(1) + (backward**2).sum(1)
        known = alone > ROUNDING * squares
        reflection = np.where(known, 2 * together / np.where(known, alone, 1.0), 0.0).clip(-1.0, 1.0)
        predictor[:, : order + 1] = ahead - reflection[:, None] * back
        coefficients[order, :, :order] = -predictor[:, 1 : order + 1]
        forward, backward = forward - reflection[:, None] * backward, backward - reflection[:, None] * forward
        forward, backward = forward[:, 1:], backward[:, :-1]
        variances[order] = variances[order - 1] * (1 - reflection**2)
    return coefficients, variances


def _lagged_products(rows: np.ndarray, max_order: int) -> np.ndarray:
    """(rows, i, j): sums over the months from ``max_order`` on of the values i and j months before."""
    months = rows.shape[1]
    result = np.empty((len(rows), max_order + 1, max_order + 1))
    for lag in range(max_order + 1):
        result[:, 0, lag] = np.einsum("rt,rt->r", rows[:, max_order:], rows[:, max_order - lag : months - lag])
    first, last = rows[:, max_order - 1 :: -1], rows[:, : months - max_order - 1 : -1]  # nearest to the edge first
    for i in range(1, max_order + 1):
        result[:, i, i:] = result[:, i - 1, i - 1 : -1] + first[:, i - 1, None] * first[:, i - 1 :] - last[:, i - 1, None] * last[:, i - 1 :]
    lower = np.tril_indices(max_order + 1, -1)
    result[:, *lower] = result.transpose(0, 2, 1)[:, *lower]
    return result


def order_weights(variances: np.ndarray, observations: int) -> np.ndarray:
    """AICc weights of orders 1, 2, … (orders, rows); order 0 gets none, as monthly business series always have memory."""
    parameters = np.arange(len(variances))[:, None]
    penalty = 2 * (parameters + 1) * observations / np.maximum(observations - parameters - 2, 1)
    criterion = observations * np.log(variances + TINY) + penalty
    criterion[0] = np.inf
    weights = np.exp(-0.5 * (criterion - criterion.min(axis=0)))
    return weights / weights.sum(axis=0)


def averaged(coefficients: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """(rows, order): coefficients of every order (orders, rows, order), weighted (orders, rows)."""
    return np.einsum("or,orl->rl", weights, coefficients)


def simulate_autoregression(coefficients: np.ndarray, months: int, rng: np.random.Generator) -> np.ndarray:
    """One Gaussian path with unit innovations for each row of coefficients: (rows, months)."""
    count, order = coefficients.shape
    shocks = rng.standard_normal((count, months + WARM_UP))
    if (coefficients == coefficients[:1]).all():
        return lfilter([1.0], np.r_[1.0, -coefficients[0]], shocks, axis=1)[:, WARM_UP:]
    path = np.zeros((order + months + WARM_UP, count))  # months first: each step then reads one block of memory
    path[order:] = shocks.T
    oldest_first = np.ascontiguousarray(coefficients[:, ::-1].T)
    for t in range(months + WARM_UP):
        path[t + order] += np.einsum("lr,lr->r", oldest_first, path[t : t + order])
    return np.ascontiguousarray(path[WARM_UP + order :].T)


def stationary(coefficients: np.ndarray) -> np.ndarray:
    """Coefficients whose roots lie inside the unit circle, scaled back where they do not."""
    order = coefficients.shape[1]
    powers = np.arange(1, order + 1)
    outside = ~_inside(coefficients / LARGEST_ROOT**powers)
    if not outside.any():
        return coefficients
    wild = coefficients[outside]
    companion = np.zeros((len(wild), order, order))
    companion[:, 0] = wild
    companion[:, powers[:-1], powers[:-1] - 1] = 1.0
    largest = np.abs(np.linalg.eigvals(companion)).max(axis=1)
    result = coefficients.copy()
    result[outside] = wild * np.minimum(LARGEST_ROOT / largest, 1.0)[:, None] ** powers
    return result


def _inside(coefficients: np.ndarray) -> np.ndarray:
    """(rows,): whether every root lies inside the unit circle: every reflection coefficient does (Schur–Cohn step-down)."""
    inside = np.ones(len(coefficients), bool)
    left = coefficients
    while left.shape[1]:
        reflection, rest = left[:, -1:], left[:, :-1]
        inside &= np.abs(reflection[:, 0]) < 1 - 1e-9
        left = (rest + reflection * rest[:, ::-1]) / np.where(inside[:, None], 1 - reflection**2, 1.0)
    return inside
