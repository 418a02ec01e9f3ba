"""From a monthly series to its surprises: trend and season out, then the memory of an autoregression out.

Two unrelated series with momentum and a season of their own correlate easily; their month-to-month surprises
("innovations") do not. Everything here works on many rows at once, because the null distribution of a test is
simulated by sending a few hundred invented outcomes through the very same steps.

Shapes: a *row* is one series in time order, arrays of rows are (rows, months). Coefficients are (rows, order), the
nearest month first.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from scipy import special
from scipy.signal import lfilter

MONTHS = 12
ROUGH_SEASON = 6  # harmonics; all six are equal to a dummy for every month
SMOOTH_SEASON = 2
ALWAYS_ROUGH_FROM = 60  # months: enough for the seven further columns to cost little
SEASONAL_MEMORY_FROM = 96  # months: enough to see a season that drifts from year to year
ORDER_LIMITS = ((48, 2), (60, 3), (96, 4), (144, 6), (240, 8))  # below so many months, at most so many lags
LONGEST_ORDER = 12
WARM_UP = 60  # months simulated and thrown away, so that paths start anywhere
LARGEST_ROOT = 0.995
TINY = 1e-300
ROBUST_TO_STANDARD = float(special.ndtri(0.75))  # median absolute deviation of a standard normal


@dataclass(frozen=True, slots=True, eq=False)
class Whitened:
    """Innovations (rows, months) and the averaged autoregression (rows, order) that made them."""

    innovations: np.ndarray
    coefficients: np.ndarray


@lru_cache(maxsize=256)
def trend_and_season(months: int, harmonics: int) -> np.ndarray:
    """Columns of a regression: constant, straight trend, and ``harmonics`` of the year (6 equal month dummies).

    Returns
    -------
    numpy.ndarray
        (months, 2 + 2·harmonics), one column less with all six; read-only. The columns span the same space whichever calendar
        month comes first.

    Examples
    --------
    >>> trend_and_season(36, 2).shape, trend_and_season(36, 6).shape
    ((36, 6), (36, 13))
    """
    time = np.arange(months)
    columns = [np.ones(months), (time - (months - 1) / 2) / months]
    for k in range(1, harmonics + 1):
        angle = 2 * np.pi * k * time / MONTHS
        columns.append(np.cos(angle))
        if 2 * k < MONTHS:  # the sine of the sixth is 0 in every month
            columns.append(np.sin(angle))
    design = np.stack(columns, axis=1)
    design.setflags(write=False)
    return design


def season_harmonics(values: np.ndarray, *, p_below: float = 0.15) -> int:
    """How rough a season the months ask for: 6 harmonics (every month its own), or 2 (a smooth year).

    Under 60 months the seven further columns are paid for only where their F-test has p < ``p_below``: with a smooth
    year alone, a rough calendar that two series share passes as a link between them. NaN are left out.
    """
    months = len(values)
    known = np.isfinite(values)
    smooth, rough = (trend_and_season(months, k)[known] for k in (SMOOTH_SEASON, ROUGH_SEASON))
    if np.linalg.matrix_rank(rough) < rough.shape[1]:  # a calendar month that was never seen
        return SMOOTH_SEASON
    if months >= ALWAYS_ROUGH_FROM:
        return ROUGH_SEASON
    left, wide = known.sum() - rough.shape[1], rough.shape[1] - smooth.shape[1]
    if left < MONTHS - 1:
        return SMOOTH_SEASON
    squares = [float((residuals(values[known][None], d) ** 2).sum()) for d in (smooth, rough)]
    ratio = (squares[0] - squares[1]) / wide / max(squares[1] / left, TINY)
    return ROUGH_SEASON if special.fdtrc(wide, left, ratio) < p_below else SMOOTH_SEASON


def standardised(values: np.ndarray) -> np.ndarray:
    """Logarithms where every value is positive, then mean 0 and standard deviation 1: units drop out."""
    values = np.log(values) if (values > 0).all() else np.asarray(values, float)
    return (values - values.mean()) / values.std()


def residuals(rows: np.ndarray, design: np.ndarray) -> np.ndarray:
    """Rows without what the design explains, by ordinary least squares."""
    q, _ = np.linalg.qr(design)
    return rows - (rows @ q) @ q.T


def longest_memory(months: int) -> int:
    """The highest autoregressive order that so many months can carry."""
    return next((order for below, order in ORDER_LIMITS if months < below), LONGEST_ORDER)


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
    """
    count, months = rows.shape
    coefficients = np.zeros((max_order + 1, count, max_order))
    variances = np.empty((max_order + 1, count))
    variances[0] = (rows**2).mean(axis=1)
    forward, backward = rows[:, 1:], rows[:, : months - 1]
    for order in range(1, max_order + 1):
        reflection = 2 * (forward * backward).sum(1) / ((forward**2).sum(1) + (backward**2).sum(1) + TINY)
        coefficients[order] = coefficients[order - 1]
        coefficients[order, :, order - 1] = reflection
        if order > 1:
            before = coefficients[order - 1, :, : order - 1]
            coefficients[order, :, : order - 1] = before - reflection[:, None] * before[:, ::-1]
        forward, backward = forward - reflection[:, None] * backward, backward - reflection[:, None] * forward
        forward, backward = forward[:, 1:], backward[:, :-1]
        variances[order] = variances[order - 1] * (1 - reflection**2)
    return coefficients, variances


def order_weights(variances: np.ndarray, observations: int) -> np.ndarray:
    """AICc weights of orders 1, 2, … (orders, rows); order 0 gets none, as monthly business series always have memory."""
    parameters = np.arange(len(variances))[:, None]
    penalty = 2 * (parameters + 1) * observations / np.maximum(observations - parameters - 2, 1)
    criterion = observations * np.log(variances + TINY) + penalty
    criterion[0] = np.inf
    weights = np.exp(-0.5 * (criterion - criterion.min(axis=0)))
    return weights / weights.sum(axis=0)


def whiten(rows: np.ndarray, design: np.ndarray, max_order: int, *, winsorise_at: float = 3.0,
           seasonal_memory: bool = False, refit: bool = True) -> Whitened:
    """Month-to-month surprises of each row: what neither trend, season nor its own past foretold.

    Parameters
    ----------
    rows
        (rows, months), no gaps.
    design
        (months, columns): what is taken out first, as from ``trend_and_season``.
    max_order
        Orders 1 … max_order are averaged by AICc.
    winsorise_at
        Surprises beyond so many robust standard deviations are pulled in to there; 0 leaves them.
    seasonal_memory
        Also take out what the surprise of the same month a year ago foretells, shrunk.
    refit
        Estimate the design once more, given the autoregression (generalised least squares).
    """
    remaining = residuals(rows, design)
    spare = rows.shape[1] - design.shape[1]
    if refit:
        coefficients, variances = burg(remaining, max_order)
        remaining = _without_design(remaining, design, coefficients, variances, order_weights(variances, spare))
    coefficients, variances = burg(remaining, max_order)
    weights = order_weights(variances, spare)
    innovations = _filtered(remaining, coefficients, variances, weights)
    if seasonal_memory:
        innovations = _without_last_year(innovations)
    if winsorise_at:
        innovations = _winsorised(innovations, winsorise_at)
    return Whitened(innovations, _averaged(coefficients, weights))


def _averaged(coefficients: np.ndarray, weights: np.ndarray) -> np.ndarray:
    return (weights[:, :, None] * coefficients).sum(axis=0)


def _without_design(rows: np.ndarray, design: np.ndarray, coefficients: np.ndarray, variances: np.ndarray,
                    weights: np.ndarray) -> np.ndarray:
    """Rows less their design by GLS: rows and design are filtered alike, the first months keep their (smaller) weight."""
    average = _averaged(coefficients, weights)
    order, months, columns = average.shape[1], rows.shape[1], design.shape[1]
    design_late = np.repeat(design[None, order:], len(rows), axis=0)
    rows_late = rows[:, order:].copy()
    for lag in range(1, order + 1):
        past = slice(order - lag, months - lag)
        design_late -= average[:, lag - 1, None, None] * design[None, past]
        rows_late -= average[:, lag - 1, None] * rows[:, past]
    # an early month varies as the series does, a filtered one as its innovation does
    early_weight = np.sqrt((weights * variances).sum(axis=0) / variances[0])[:, None]
    filtered_design = np.concatenate([early_weight[:, :, None] * design[None, :order], design_late], axis=1)
    filtered_rows = np.concatenate([early_weight * rows[:, :order], rows_late], axis=1)
    transposed = filtered_design.transpose(0, 2, 1)
    ridge = 1e-9 * np.eye(columns)
    fit = np.linalg.solve(transposed @ filtered_design + ridge, transposed @ filtered_rows[..., None])[..., 0]
    return rows - fit @ design.T


def _filtered(rows: np.ndarray, coefficients: np.ndarray, variances: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """One-step errors. The first months have a shorter past: they use the shorter predictors, scaled to equal variance."""
    average = _averaged(coefficients, weights)
    order, months = average.shape[1], rows.shape[1]
    errors = rows.copy()
    for lag in range(1, order + 1):
        errors[:, order:] -= average[:, lag - 1, None] * rows[:, order - lag : months - lag]
    variance = (weights * variances).sum(axis=0)
    for month in range(order):
        # orders that reach back too far fall to the longest that fits
        usable = np.concatenate([weights[:month], weights[month:].sum(axis=0, keepdims=True)])
        shorter = _averaged(coefficients[: month + 1], usable)
        error = rows[:, month].copy()
        for lag in range(1, month + 1):
            error -= shorter[:, lag - 1] * rows[:, month - lag]
        errors[:, month] = error * np.sqrt(variance / (usable * variances[: month + 1]).sum(axis=0))
    return errors


def _without_last_year(rows: np.ndarray) -> np.ndarray:
    """Less the part that the same month a year ago foretells, shrunk by the odds that there is such a part."""
    now, year_ago = rows[:, MONTHS:], rows[:, :-MONTHS]
    correlation = (now * year_ago).sum(1) / np.sqrt((now**2).sum(1) * (year_ago**2).sum(1) + TINY)
    correlation = np.clip(correlation, 0, 0.9)
    evidence = now.shape[1] * np.log(1 - correlation**2) + 2.2  # AICc with less it, the price of one parameter
    correlation = correlation / (1 + np.exp(0.5 * evidence))
    result = rows.copy()
    result[:, MONTHS:] = now - correlation[:, None] * year_ago
    return result


def _winsorised(rows: np.ndarray, at: float) -> np.ndarray:
    robust = np.median(np.abs(rows), axis=1, keepdims=True) / ROBUST_TO_STANDARD
    limit = np.where(robust > 0, at * robust, np.inf)
    return np.clip(rows, -limit, limit)


def simulate_autoregression(coefficients: np.ndarray, months: int, rng: np.random.Generator) -> np.ndarray:
    """One Gaussian path with unit innovations for each row of coefficients: (rows, months)."""
    count, order = coefficients.shape
    shocks = rng.standard_normal((count, months + WARM_UP))
    if (coefficients == coefficients[:1]).all():
        return lfilter([1.0], np.r_[1.0, -coefficients[0]], shocks, axis=1)[:, WARM_UP:]
    path = np.zeros((order + months + WARM_UP, count))  # months first: each step then reads one block of memory
    shocks = shocks.T
    oldest_first = np.ascontiguousarray(coefficients[:, ::-1].T)
    for t in range(months + WARM_UP):
        path[t + order] = shocks[t] + (oldest_first * path[t : t + order]).sum(axis=0)
    return path[WARM_UP + order :].T


def stationary(coefficients: np.ndarray) -> np.ndarray:
    """Coefficients whose roots lie inside the unit circle, scaled back where they do not."""
    count, order = coefficients.shape
    companion = np.zeros((count, order, order))
    companion[:, 0] = coefficients
    below = np.arange(order - 1)
    companion[:, below + 1, below] = 1.0
    largest = np.abs(np.linalg.eigvals(companion)).max(axis=1)
    scale = np.where(largest > LARGEST_ROOT, LARGEST_ROOT / np.maximum(largest, 1e-9), 1.0)
    return coefficients * scale[:, None] ** np.arange(1, order + 1)


def null_paths(coefficients: np.ndarray, design: np.ndarray, max_order: int, *, draws: int,
               rng: np.random.Generator, winsorise_at: float = 3.0) -> np.ndarray:
    """Outcomes as they might have been with no link to anything: (draws, months).

    Autoregressions fitted to short series remember too little, and are themselves uncertain. So a pilot is simulated
    from the fit and fitted again; twice the fit less the pilot's fit removes the bias and draws the parameters at once.
    """
    months = len(design)
    pilot = simulate_autoregression(np.repeat(stationary(coefficients), draws, axis=0), months, rng)
    refitted = whiten(pilot, design, max_order, winsorise_at=winsorise_at, refit=False).coefficients
    return simulate_autoregression(stationary(2 * coefficients - refitted), months, rng)
