"""Shares of people with intervals that hold at small numbers: Wilson for one share, Newcombe for the difference of two."""

from __future__ import annotations

import math
from statistics import NormalDist

from valuelab.errors import AnalysisError
from valuelab.provenance import derived
from valuelab.types import Estimate

WILSON = "Wilson’s interval (1927)"
NEWCOMBE = "Newcombe’s interval for two shares (1998, method 10)"


def wilson(count: float, of: float, *, level: float = 0.95) -> tuple[float, float]:
    """The interval of a share, as fractions; it never leaves 0 to 1 and is not empty at 0 or at all.

    Not for shares of a weighted sample. ``count`` may be a mean of counts and so need not be whole.

    Raises
    ------
    AnalysisError
        Where ``of`` is not above zero, or ``count`` does not lie between 0 and ``of``.

    References
    ----------
    Wilson (1927), JASA 22, 209-212; Newcombe (1998), Statistics in Medicine 17, 857-872, method 3: 81 of 263 gives 0.2553 to 0.3662.

    Examples
    --------
    >>> [round(end, 4) for end in wilson(81, 263)]
    [0.2553, 0.3662]
    >>> [round(end, 4) for end in wilson(0, 20)]
    [0.0, 0.1611]
    """
    if not (math.isfinite(of) and of > 0 and 0 <= count <= of):
        raise AnalysisError(f"count={count} of {of}: a share needs a count from 0 to a number of people above 0")
    if not 0 < level < 1:
        raise AnalysisError(f"level={level}: between 0 and 1")
    z = NormalDist().inv_cdf(0.5 + level / 2)
    middle, half = 2 * count + z * z, z * math.sqrt(z * z + 4 * count * (1 - count / of))
    low, high = (middle - half) / (2 * (of + z * z)), (middle + half) / (2 * (of + z * z))
    return (0.0 if count == 0 else max(0.0, low)), (1.0 if count == of else min(1.0, high))


def newcombe(count: float, of: float, other: float, of_other: float, *, level: float = 0.95) -> tuple[float, float, float]:
    """First share less second, with its interval: ``(difference, low, high)`` as fractions.

    The two groups are taken as different people. Where they are the same people the interval is rather too wide.

    References
    ----------
    Newcombe (1998), Statistics in Medicine 17, 873-890, method 10: 56 of 70 less 48 of 80 gives 0.2000, 0.0524 to 0.3339.

    Examples
    --------
    >>> [round(part, 4) for part in newcombe(56, 70, 48, 80)]
    [0.2, 0.0524, 0.3339]
    """
    first, second = count / of, other / of_other
    low, high = wilson(count, of, level=level)
    low_other, high_other = wilson(other, of_other, level=level)
    difference = first - second
    return (difference, difference - math.hypot(first - low, high_other - second), difference + math.hypot(high - first, second - low_other))


def share_of(count: Estimate, of: Estimate | float, *, key: str, names: tuple[str, str], convention: str, level: float = 0.95) -> Estimate:
    """A share as an Estimate that says how it came about; ``names``: what is divided and by what, as the formula has them.

    Examples
    --------
    >>> active = Estimate(700, unit="people", kind="actual", key="active")
    >>> print(share_of(active, 1000.0, key="share", names=("active", "licences"), convention="of licences"))
    70 % (95 %: 67.1 to 72.8)
    """
    total = of.value if isinstance(of, Estimate) else of
    low, high = wilson(count.value, total, level=level)
    value = count.value / total
    return Estimate(value, min(low, value), max(high, value), level=level, unit="fraction", kind="measured", n=round(total), key=key, convention=convention,
                    derivation=derived(f"{names[0]} / {names[1]}", {names[0]: count, names[1]: of}, method=WILSON))
