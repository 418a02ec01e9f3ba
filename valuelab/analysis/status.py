"""A plain answer to "on track?", and red, amber, green against thresholds."""

from __future__ import annotations

import math
from typing import Literal

from valuelab.errors import AnalysisError
from valuelab.formatting import format_fraction
from valuelab.types import Estimate

STATUSES = ("ahead", "on track", "behind", "too early")
PERIODS_NEEDED = 3  # under three elapsed periods nobody can tell
_ROUNDING = 1e-9


def judge_status(difference: float | Estimate, *, elapsed: int, within: float = 0.05,
                 words: tuple[str, str] = ("of the target ahead of plan", "of the target behind plan")) -> tuple[str, str]:
    """Ahead, on track, behind or too early, with the reason in a sentence.

    The rule, in this order:

    1. under three elapsed periods: too early;
    2. within ±``within`` (the edges count as within): on track;
    3. outside, and an interval is known that holds 0: too early, because the difference may be chance;
    4. outside otherwise: ahead or behind.

    Parameters
    ----------
    difference
        To plan, as a fraction of the target (money: of the estimate to date); positive is better.
    elapsed
        Periods that are over.
    within
        Half-width of "on track", a fraction ≥ 0.
    words
        How the sentence goes on after the percentage: where it is better, where it is worse. They name what it is of.

    Returns
    -------
    tuple of str
        (status, reason), status one of ``STATUSES``.

    Examples
    --------
    >>> judge_status(0.12, elapsed=6)
    ('ahead', '12 % of the target ahead of plan, outside ±5 %.')
    >>> judge_status(Estimate(0.12, -0.01, 0.25, level=0.95), elapsed=6)[0]
    'too early'
    """
    if not (math.isfinite(within) and within >= 0):
        raise AnalysisError(f"within={within}: a fraction of 0 or above (5 points are 0.05)")
    value = difference.value if isinstance(difference, Estimate) else finite("difference", difference)
    band = f"±{format_fraction(within)}"
    if elapsed < PERIODS_NEEDED:
        return "too early", f"{elapsed} elapsed period{'' if elapsed == 1 else 's'}; a status needs at least {PERIODS_NEEDED}."
    size = format_fraction(abs(value))
    side = words[0] if value > 0 else words[1]
    if abs(value) <= within + _ROUNDING:
        gap = f"{size} {side}" if abs(value) > _ROUNDING else "Exactly as wanted"
        return "on track", f"{gap}, within {band}."
    if isinstance(difference, Estimate) and not difference.bare and not difference.excludes(0.0):
        return "too early", f"{size} {side}, but the interval holds zero: it may be chance."
    return ("ahead" if value > 0 else "behind"), f"{size} {side}, outside {band}."


def rag(value: float, *, green: float, amber: float,
        better: Literal["higher", "lower"] = "higher") -> Literal["green", "amber", "red"]:
    """Red, amber or green against two thresholds, both of which belong to the better side.

    With ``better="higher"``: green from ``green`` upwards, amber from ``amber`` up to there, red below ``amber``.
    With ``"lower"`` the same downwards. Never shown by colour alone.

    Raises
    ------
    AnalysisError
        A number that is not finite; thresholds in the wrong order.

    Examples
    --------
    >>> [rag(score, green=55, amber=48) for score in (56, 50, 47)]
    ['green', 'amber', 'red']
    """
    known_word("better", better, ("higher", "lower"))
    for name, number in (("value", value), ("green", green), ("amber", amber)):
        finite(name, number)
    sign = 1 if better == "higher" else -1
    if sign * (green - amber) < 0:
        raise AnalysisError(f"green={green}, amber={amber}: green must be the better one where {better} is better")
    if sign * (value - green) >= 0:
        return "green"
    return "amber" if sign * (value - amber) >= 0 else "red"


def finite(name: str, number: float) -> float:
    """The number, or an AnalysisError that names it."""
    if number is None or not math.isfinite(number):
        raise AnalysisError(f"{name}={number}: must be a finite number")
    return float(number)


def known_word(name: str, value: str, allowed: tuple[str, ...]) -> None:
    """An AnalysisError where the word is not one of those allowed."""
    if value not in allowed:
        raise AnalysisError(f"{name}={value!r}: one of {', '.join(allowed)}")
