"""Draws from an agreed or measured number, for carrying its uncertainty into money."""

from __future__ import annotations

import numpy as np
from scipy.special import ndtri

from valuelab.errors import AnalysisError
from valuelab.types import Estimate

AGREED_LEVEL = 0.8  # an agreed low–high without a level is read as an 80 % range
MANY = 1000


def draw(estimate: float | Estimate, size: int, rng: np.random.Generator) -> np.ndarray:
    """Plausible values of one uncertain number, in the proportions that its interval states.

    A bare number is the same in every draw. A low–high at a level below 1 is a two-piece normal: the value is the
    median, ``low`` and ``high`` are the ends of the central interval at that level (an agreed range without a level
    counts as 80 %, so a tenth of the draws lies beyond either end). A range at level 1 is a triangle from ``low``
    over the value to ``high``, with nothing beyond.

    Not for numbers that move together: two calls give independent draws.

    Parameters
    ----------
    estimate
        The number; its unit is the unit of the draws.
    size
        How many draws, ≥ 1.
    rng
        A seeded generator. The draws are stratified (of 1,000 or more the middle of each of ``size`` equally likely slices, in random order),
        which takes most of the noise out of quantiles.

    Returns
    -------
    numpy.ndarray
        Shape ``(size,)``.

    Raises
    ------
    AnalysisError
        A value outside its own low–high; a level outside 0..1; a size below 1.

    References
    ----------
    McKay, Beckman, Conover (1979), Technometrics 21: 239–245 (stratified, "Latin hypercube", draws).

    Examples
    --------
    >>> draws = draw(Estimate(0.05, 0.03, 0.08, level=0.8), 10_000, np.random.default_rng(0))
    >>> [round(float(q), 3) for q in np.quantile(draws, [0.1, 0.5, 0.9])]
    [0.03, 0.05, 0.08]
    """
    if size < 1:
        raise AnalysisError(f"size={size}: at least one draw")
    if not isinstance(estimate, Estimate) or estimate.bare:
        return np.full(size, float(getattr(estimate, "value", estimate)))
    value, low, high = estimate.value, estimate.low, estimate.high
    level = AGREED_LEVEL if estimate.level is None else estimate.level
    if not low <= value <= high:
        raise AnalysisError(f"value={value} is outside its own range {low} to {high}")
    if not 0 < level <= 1:
        raise AnalysisError(f"level={level}: a fraction above 0, up to 1")
    if low == high:
        return np.full(size, float(value))
    within = 0.5 if size >= MANY else rng.random(size)  # middles make a quantile exact; of few draws they would leave out the tails
    probabilities = (rng.permutation(size) + within) / size
    if level == 1:
        return _triangle(probabilities, low, value, high)
    scores = ndtri(np.clip(probabilities, 1e-12, 1 - 1e-12)) / ndtri((1 + level) / 2)
    return value + np.where(scores < 0, (value - low) * scores, (high - value) * scores)


def interval_level(*estimates: float | Estimate | None, default: float = 0.95) -> float | None:
    """The level to state a combined figure at: the one its uncertain parts share, else ``default``; None if all are bare.

    Examples
    --------
    >>> interval_level(Estimate(0.05, 0.03, 0.08), 375)
    0.8
    """
    levels = set()
    for estimate in estimates:
        if isinstance(estimate, Estimate) and not estimate.bare:
            level = AGREED_LEVEL if estimate.level is None else estimate.level
            levels.add(default if level == 1 else level)
    if not levels:
        return None
    return levels.pop() if len(levels) == 1 else default


def summarise(value: float, draws: np.ndarray, *, level: float | None) -> tuple[float, float | None, float | None]:
    """(value, low, high): the central interval of the draws at ``level``, widened to hold the value; bare without a level."""
    if level is None:
        return float(value), None, None
    low, high = np.quantile(draws, [(1 - level) / 2, (1 + level) / 2], method="hazen")  # of slices' middles: exact where one figure varies
    return float(value), float(min(low, value)), float(max(high, value))


def _triangle(probabilities: np.ndarray, low: float, top: float, high: float) -> np.ndarray:
    width, share_below = high - low, (top - low) / (high - low)
    rising = low + np.sqrt(probabilities * width * (top - low))
    falling = high - np.sqrt((1 - probabilities) * width * (high - top))
    return np.where(probabilities < share_below, rising, falling)
