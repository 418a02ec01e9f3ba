"""Net present value, rates of return, payback: sign and time conventions named in each docstring.

One sign convention throughout: **money paid out is negative, money received is positive**. Rates are fractions
(0.1 is 10 %). Flows are a plain sequence of shape ``(n,)``, in time order, without gaps: write 0 where nothing
moved. A missing flow (NaN) is refused, because a flow that is to be announced is not zero.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date

import numpy as np
import pyxirr
from scipy.optimize import brentq

from valuelab.errors import AnalysisError

DAYS_PER_YEAR = 365.0
_ROUNDING = 1e-12  # of the money moved: a sum this small is zero


def npv(rate: float, flows: Sequence[float]) -> float:
    """What the flows are worth at the time of the first one, at a discount rate per period.

    Not for flows at uneven times (``xnpv``), and not with a rate per year on monthly flows (``rate_per_period``).

    Parameters
    ----------
    rate
        Discount rate **per period** as a fraction, above −1.
    flows
        Shape ``(n,)``, n ≥ 1. Sign: paid out negative. Time: flow ``i`` is at the time ``i``, so **the first flow
        is not discounted**. (Excel's NPV discounts the first one, too: it is ``npv(rate, [0, *flows])``.)

    Returns
    -------
    float
        ``sum(flows[i] / (1 + rate)**i)``, in the currency of the flows.

    Raises
    ------
    AnalysisError
        A rate of −1 or below; a flow that is missing or infinite; no flows.

    References
    ----------
    Brealey, Myers, Allen: Principles of Corporate Finance, chapter 2 ("How to calculate present values").

    Examples
    --------
    A building for 370,000 now, sold for 420,000 in a year, at 5 %:

    >>> round(npv(0.05, [-370_000, 420_000]))
    30000
    """
    amounts = _amounts(flows)
    return float(pyxirr.npv(_rate("rate", rate), amounts.tolist()))


def xnpv(rate: float, flows: Sequence[float], dates: Sequence[date]) -> float:
    """What flows on given days are worth on the first day, at a discount rate per year.

    Parameters
    ----------
    rate
        Discount rate **per year** as a fraction, above −1.
    flows, dates
        Both of shape ``(n,)``, n ≥ 1. Sign: paid out negative. Time: years are days / 365 since ``dates[0]``, whose
        flow is not discounted; no date is before it.

    Returns
    -------
    float
        ``sum(flows[i] / (1 + rate)**((dates[i] − dates[0]).days / 365))``.

    Raises
    ------
    AnalysisError
        As ``npv``; unequal lengths; a date before the first.

    References
    ----------
    Microsoft Excel documentation, function XNPV (its example is in the tests).

    Examples
    --------
    >>> round(xnpv(0.1, [-100, 110], [date(2025, 1, 1), date(2026, 1, 1)]), 6)
    0.0
    """
    amounts = _amounts(flows)
    _years(dates, amounts)  # checks the dates
    return float(pyxirr.xnpv(_rate("rate", rate), list(dates), amounts.tolist()))


def irr(flows: Sequence[float]) -> float | None:
    """The rate per period at which the flows are worth nothing now; None where no one rate is.

    Not for ranking plans of unequal size, and not to be annualised for a plan shorter than a year.

    Parameters
    ----------
    flows
        Shape ``(n,)``. Sign: paid out negative. Time: flow ``i`` is at the time ``i``.

    Returns
    -------
    float or None
        The only rate above −1 with ``npv(rate, flows) == 0``. None where the flows never change sign (no rate), or
        where several rates fit, or where NPV touches zero without crossing it: then a rate of return is not well
        defined. Flows that begin with income have a rate too, but it is one paid, not one earned.

    Raises
    ------
    AnalysisError
        A flow that is missing or infinite; no flows.

    References
    ----------
    Brealey, Myers, Allen: Principles of Corporate Finance, chapter 5 ("The internal rate of return rule"; pitfall 2
    is "multiple rates of return"). Roots are counted by Descartes' rule of signs.

    Examples
    --------
    >>> round(irr([-4_000, 2_000, 4_000]), 4)
    0.2808
    >>> irr([-1_000, 2_300, -1_320]) is None  # 10 % and 20 % both fit
    True
    """
    amounts = _amounts(flows)
    return _only_rate(amounts, np.arange(amounts.size, dtype=float))


def xirr(flows: Sequence[float], dates: Sequence[date]) -> float | None:
    """The rate per year at which flows on given days are worth nothing on the first; None where no one rate is.

    Parameters
    ----------
    flows, dates
        As for ``xnpv``: paid out negative, years of 365 days since ``dates[0]``.

    Returns
    -------
    float or None
        As for ``irr``, per year.

    Raises
    ------
    AnalysisError
        As for ``xnpv``.

    References
    ----------
    Microsoft Excel documentation, function XIRR (its example is in the tests).

    Examples
    --------
    >>> round(xirr([-100, 110], [date(2025, 1, 1), date(2026, 1, 1)]), 6)
    0.1
    """
    amounts = _amounts(flows)
    years = _years(dates, amounts)
    times, place = np.unique(years, return_inverse=True)  # flows of one day are one flow
    return _only_rate(np.bincount(place, weights=amounts), times)


def mirr(flows: Sequence[float], *, finance_rate: float, reinvest_rate: float) -> float | None:
    """The rate per period when outlays are financed, and income reinvested, at rates that are given.

    Always a single number, so a way out where ``irr`` is not well defined; it depends on the two rates, so name them.

    Parameters
    ----------
    flows
        Shape ``(n,)``. Sign: paid out negative. Time: flow ``i`` is at the time ``i``.
    finance_rate, reinvest_rate
        Per period, fractions above −1.

    Returns
    -------
    float or None
        ``(future value of income / −present value of outlays)**(1 / (n − 1)) − 1``; None without both outlay and income.

    Raises
    ------
    AnalysisError
        As for ``npv``.

    References
    ----------
    Microsoft Excel documentation, function MIRR (its example is in the tests).

    Examples
    --------
    >>> round(mirr([-1_000, 500, 400, 300, 100], finance_rate=0.1, reinvest_rate=0.12), 4)
    0.1317
    """
    amounts = _amounts(flows)
    _rate("finance_rate", finance_rate)
    _rate("reinvest_rate", reinvest_rate)
    if not ((amounts < 0).any() and (amounts > 0).any()):
        return None
    return float(pyxirr.mirr(amounts.tolist(), finance_rate, reinvest_rate))


def payback(flows: Sequence[float]) -> float | None:
    """When the money is back for good: the last time at which the running sum turns from negative to zero or above.

    Time value is left out, and so is everything after the answer: read it beside NPV, never alone.

    Parameters
    ----------
    flows
        Shape ``(n,)``. Sign: paid out negative. Time: the running sum through flow ``i`` stands at index ``i``.

    Returns
    -------
    float or None
        The index of the period, linear inside it: 8.64 is 64 % of the way from period 8 to period 9, both counted
        from 0. 0.0 where the running sum never is negative. None where it ends below zero.

    Raises
    ------
    AnalysisError
        A flow that is missing or infinite; no flows.

    References
    ----------
    Brealey, Myers, Allen: Principles of Corporate Finance, chapter 5 ("Payback").

    Examples
    --------
    >>> payback([-2_000, 500, 500, 5_000])
    2.2
    >>> payback([-2_000, 500]) is None
    True
    """
    amounts = _amounts(flows)
    running = np.cumsum(amounts)
    running[np.abs(running) <= _ROUNDING * np.abs(amounts).sum()] = 0.0
    below = np.flatnonzero(running < 0)
    if below.size == 0:
        return 0.0
    last = int(below[-1])
    if last == running.size - 1:
        return None
    return float(last + running[last] / (running[last] - running[last + 1]))


def rate_per_period(rate_per_year: float, periods_per_year: float) -> float:
    """The rate per period that compounds to a rate per year.

    Parameters
    ----------
    rate_per_year
        Fraction, above −1 (an effective rate, not a nominal one that is divided by twelve).
    periods_per_year
        52 weeks, 12 months, 4 quarters, 1 year; above 0.

    Returns
    -------
    float
        ``(1 + rate_per_year)**(1 / periods_per_year) − 1``.

    Raises
    ------
    AnalysisError
        A rate of −1 or below; periods of zero or below.

    Examples
    --------
    >>> round(rate_per_period(0.1, 12), 6)
    0.007974
    """
    _rate("rate_per_year", rate_per_year)
    if not (math.isfinite(periods_per_year) and periods_per_year > 0):
        raise AnalysisError(f"periods_per_year={periods_per_year}: must be above 0")
    return (1 + rate_per_year) ** (1 / periods_per_year) - 1


def growth_per_year(change: float, *, years: float) -> float:
    """The change per year that compounds to a change over several years.

    Parameters
    ----------
    change
        Over the whole time, as a fraction (+20 % is 0.2), above −1.
    years
        Above 0.

    Returns
    -------
    float
        ``(1 + change)**(1 / years) − 1``, known as the compound annual growth rate.

    Examples
    --------
    >>> round(growth_per_year(0.2, years=3), 4)
    0.0627
    """
    _rate("change", change)
    if not (math.isfinite(years) and years > 0):
        raise AnalysisError(f"years={years}: must be above 0")
    return (1 + change) ** (1 / years) - 1


def _amounts(flows: Sequence[float]) -> np.ndarray:
    amounts = np.asarray(flows, dtype=float)
    if amounts.ndim != 1 or amounts.size == 0:
        raise AnalysisError(f"flows of shape {amounts.shape}: a sequence with at least one amount is needed")
    bad = np.flatnonzero(~np.isfinite(amounts))
    if bad.size:
        raise AnalysisError(f"flows[{bad[0]}]={amounts[bad[0]]}: every flow is a finite amount; a missing one is not zero")
    return amounts


def _rate(name: str, rate: float) -> float:
    if not (math.isfinite(rate) and rate > -1):
        raise AnalysisError(f"{name}={rate}: a fraction above −1 (10 % is 0.1)")
    return rate


def _years(dates: Sequence[date], amounts: np.ndarray) -> np.ndarray:
    if len(dates) != amounts.size:
        raise AnalysisError(f"{len(dates)} dates for {amounts.size} flows: each flow has its date")
    days = np.array([(day - dates[0]).days for day in dates], dtype=float)
    if (days < 0).any():
        raise AnalysisError(f"dates: {dates[int(days.argmin())]} is before the first, {dates[0]}")
    return days / DAYS_PER_YEAR


def _only_rate(amounts: np.ndarray, times: np.ndarray) -> float | None:
    moved = amounts != 0
    amounts, times = amounts[moved], times[moved]
    changes = np.count_nonzero(np.diff(np.sign(amounts)))
    if changes == 0:
        return None
    # The library returns one root of several without saying so: we count them.
    roots, touches = _zero_rates(amounts, times)
    return math.expm1(roots[0]) if len(roots) == 1 and not touches else None


def _zero_rates(amounts: np.ndarray, times: np.ndarray) -> tuple[list[float], bool]:
    """Every s = log(1 + rate) at which NPV crosses zero, and whether it touches zero elsewhere.

    The proof of Descartes' rule, run as a program: seen from a moment inside a change of sign, NPV has a derivative in
    s whose coefficients have one change of sign less. Its zeros split the line into stretches on which NPV is monotone,
    and each stretch holds one crossing or none. No starting guess, no root missed.
    """
    change = np.flatnonzero(np.diff(np.sign(amounts)))
    if change.size == 0:
        return [], False
    moment = (times[change[0]] + times[change[0] + 1]) / 2
    exponents = moment - times

    def worth(s: float) -> float:  # as a share of all that moves, so that nothing overflows and zero has a scale
        powers = s * exponents
        parts = amounts * np.exp(powers - powers.max())
        return float(parts.sum() / np.abs(parts).sum())

    turning, _ = _zero_rates(amounts * exponents, times)
    # Beyond these ends the first (above) or the last flow (below) outweighs all others together.
    sizes = np.abs(amounts)
    highest = math.log(sizes.sum() / sizes[0]) / (times[1] - times[0]) + 1.0
    lowest = -math.log(sizes.sum() / sizes[-1]) / (times[-1] - times[-2]) - 1.0
    ends = [min([lowest, *turning]) - 1.0, *turning, max([highest, *turning]) + 1.0]
    heights = [worth(s) for s in ends]
    touches = any(abs(h) <= _ROUNDING for h in heights[1:-1])
    roots = [
        brentq(worth, a, b, xtol=1e-14, rtol=1e-14)
        for a, b, at_a, at_b in zip(ends, ends[1:], heights, heights[1:], strict=False)
        if at_a * at_b < 0
    ]
    return roots, touches
