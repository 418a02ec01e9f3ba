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

from valuelab.analysis.burg import TINY, averaged, burg, order_weights, simulate_autoregression, stationary

MONTHS = 12
ROUGH_SEASON = 6  # harmonics; all six are equal to a dummy for every month
SMOOTH_SEASON = 2
ALWAYS_ROUGH_FROM = 60  # months: enough for the seven further columns to cost little
SEASONAL_MEMORY_FROM = 96  # months: enough to see a season that drifts from year to year
ORDER_LIMITS = ((48, 2), (60, 3), (96, 4), (144, 6), (240, 8))  # below so many months, at most so many lags
LONGEST_ORDER = 12
WINSORISE_AT = 3.0
RIDGE = 1e-9  # keeps regressions solvable whose columns are nearly one another
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
    if known.all():
        if months <= MONTHS:
            return SMOOTH_SEASON
        smooth, rough = _season_bases(months)
    else:
        designs = [trend_and_season(months, k)[known] for k in (SMOOTH_SEASON, ROUGH_SEASON)]
        if np.linalg.matrix_rank(designs[1]) < designs[1].shape[1]:  # a calendar month that was never seen
            return SMOOTH_SEASON
        smooth, rough = (np.linalg.qr(design)[0] for design in designs)
    if months >= ALWAYS_ROUGH_FROM:
        return ROUGH_SEASON
    left, wide = len(rough) - rough.shape[1], rough.shape[1] - smooth.shape[1]
    if left < MONTHS - 1:
        return SMOOTH_SEASON
    squares = [float(((values[known] - q @ (q.T @ values[known])) ** 2).sum()) for q in (smooth, rough)]
    ratio = (squares[0] - squares[1]) / wide / max(squares[1] / left, TINY)
    return ROUGH_SEASON if special.fdtrc(wide, left, ratio) < p_below else SMOOTH_SEASON


@lru_cache(maxsize=256)
def _season_bases(months: int) -> tuple[np.ndarray, np.ndarray]:
    """Orthonormal columns of the smooth and of the rough design, over months without a gap."""
    smooth, rough = (np.linalg.qr(trend_and_season(months, k))[0] for k in (SMOOTH_SEASON, ROUGH_SEASON))
    return smooth, rough


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


def whiten(rows: np.ndarray, design: np.ndarray, max_order: int, *, winsorise_at: float = WINSORISE_AT,
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
        innovations = winsorised(innovations, winsorise_at)
    return Whitened(innovations, averaged(coefficients, weights))


def _without_design(rows: np.ndarray, design: np.ndarray, coefficients: np.ndarray, variances: np.ndarray,
                    weights: np.ndarray) -> np.ndarray:
    """Rows less their design by GLS: rows and design are filtered alike, the first months keep their (smaller) weight.

    A filtered design is a sum of the design at each lag, so its products come from the products of the lagged designs, made
    once for all rows.
    """
    average = averaged(coefficients, weights)
    (count, order), (months, columns) = average.shape, design.shape
    # an early month varies as the series does, a filtered one as its innovation does
    early_weight = (weights * variances).sum(axis=0) / variances[0]
    lagged = np.concatenate([design[order - lag : months - lag] for lag in range(order + 1)], axis=1)
    products = (lagged.T @ lagged).reshape(order + 1, columns, order + 1, columns).transpose(0, 2, 1, 3)
    filters = np.concatenate([np.ones((count, 1)), -average], axis=1)
    pairs = (filters[:, :, None] * filters[:, None, :]).reshape(count, -1)
    normal = pairs @ products.reshape((order + 1) ** 2, columns**2)
    normal += early_weight[:, None] * (design[:order].T @ design[:order]).ravel() + RIDGE * np.eye(columns).ravel()
    late = (_late_errors(rows, average) @ lagged).reshape(count, order + 1, columns)
    right = np.einsum("rl,rlc->rc", filters, late) + early_weight[:, None] * (rows[:, :order] @ design[:order])
    fit = np.linalg.solve(normal.reshape(count, columns, columns), right[:, :, None])[:, :, 0]
    return rows - fit @ design.T


def _late_errors(rows: np.ndarray, average: np.ndarray) -> np.ndarray:
    """(rows, months − order): one-step errors of the months with a whole past."""
    order, months = average.shape[1], rows.shape[1]
    errors = rows[:, order:].copy()
    foretold = np.empty_like(errors)
    for lag in range(1, order + 1):
        errors -= np.multiply(average[:, lag - 1, None], rows[:, order - lag : months - lag], out=foretold)
    return errors


def _filtered(rows: np.ndarray, coefficients: np.ndarray, variances: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """One-step errors. The first months have a shorter past: they use the shorter predictors, scaled to equal variance."""
    average = averaged(coefficients, weights)
    order = average.shape[1]
    errors = np.empty_like(rows)
    errors[:, order:] = _late_errors(rows, average)
    variance = (weights * variances).sum(axis=0)
    for month in range(order):
        # orders that reach back too far fall to the longest that fits
        usable = np.concatenate([weights[:month], weights[month:].sum(axis=0, keepdims=True)])
        shorter = averaged(coefficients[: month + 1], usable)
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


def winsorised(rows: np.ndarray, at: float = WINSORISE_AT) -> np.ndarray:
    """Rows whose values beyond so many robust standard deviations are pulled in to there."""
    robust = np.median(np.abs(rows), axis=1, keepdims=True) / ROBUST_TO_STANDARD
    limit = np.where(robust > 0, at * robust, np.inf)
    return np.clip(rows, -limit, limit)


def null_paths(coefficients: np.ndarray, design: np.ndarray, max_order: int, *, draws: int, rng: np.random.Generator) -> np.ndarray:
    """Outcomes as they might have been with no link to anything: (draws, months).

    Autoregressions fitted to short series remember too little, and are themselves uncertain. So a pilot is simulated
    from the fit and fitted again; twice the fit less the pilot's fit removes the bias and draws the parameters at once.
    """
    months = len(design)
    pilot = simulate_autoregression(np.repeat(stationary(coefficients), draws, axis=0), months, rng)
    fits, variances = burg(residuals(pilot, design), max_order)
    refitted = averaged(fits, order_weights(variances, months - design.shape[1]))
    return simulate_autoregression(stationary(2 * coefficients - refitted), months, rng)
