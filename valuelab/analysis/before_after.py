"""Two lines before and after trend and season are taken out: why lines that rise together prove nothing."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from valuelab.analysis.leads import LeadScan
from valuelab.analysis.surprises import fit_surprises
from valuelab.errors import AnalysisError
from valuelab.types import CannotSay, Estimate, Result


@dataclass(frozen=True, slots=True, eq=False)
class BeforeAfter(Result):
    """An outcome and one indicator, as reported and as surprises.

    Attributes
    ----------
    outcome, indicator, verdict
        Names, and what the scan says of the indicator.
    lag_months
        At which the surprises are laid on each other: the lag that was called, or else where the link comes nearest to the edge of
        its band.
    table
        Columns period, outcome, indicator (as reported, in standard deviations around their own mean), outcome_surprise and
        indicator_surprise (what is left once trend, season and momentum are out, in standard deviations; the indicator's is the one
        of ``lag_months`` before). NaN where a month has no such value.
    raw_correlation
        Of the lines as reported, same month.
    surprise_correlation
        Of the surprises at that lag: the same number as in the scan's profile.
    """

    outcome: str
    indicator: str
    verdict: str
    lag_months: int
    table: pd.DataFrame
    raw_correlation: Estimate
    surprise_correlation: Estimate


def before_and_after(scan: LeadScan, indicator: str = "") -> BeforeAfter | CannotSay:
    """Two lines that seem to belong together: what is left of that once trend, season and momentum are out of both?

    Parameters
    ----------
    scan
        As ``scan_leading_indicators`` returned it.
    indicator
        Which one; by default the strongest that leads, or else the one whose link comes nearest to the edge of its band.

    Returns
    -------
    BeforeAfter or CannotSay
        CannotSay where the indicator could not be tested.

    Raises
    ------
    AnalysisError
        No indicator of that name in the scan.

    Examples
    --------
    >>> from valuelab.analysis.leads import scan_leading_indicators
    >>> rng, months = np.random.default_rng(1), pd.period_range("2022-01", periods=48, freq="M")
    >>> rising = [pd.Series(100 + 2 * np.arange(48) + 5 * rng.normal(size=48), months) for _ in range(2)]
    >>> both = before_and_after(scan_leading_indicators(rising[0], {"orders": rising[1]}))
    >>> both.raw_correlation.value > 0.9, both.verdict
    (True, 'not shown')
    """
    known = {v.indicator: v for v in scan.verdicts if v.raw_correlation is not None}
    if indicator and indicator not in [v.indicator for v in scan.verdicts]:
        raise AnalysisError(f"indicator={indicator!r}: no such indicator; there are {', '.join(v.indicator for v in scan.verdicts)}")
    if not known or indicator and indicator not in known:
        return CannotSay(f"{indicator or 'no indicator'} has not enough data to be compared with {scan.outcome}", "Add months of the indicator.")
    verdict = known[indicator or _strongest(scan, list(known))]
    profile = scan.profile[scan.profile["indicator"] == verdict.indicator]
    lag, outcome, line = _lag(profile, verdict.lag_months), scan.used[0], scan.used[1][verdict.indicator]
    table = pd.DataFrame({
        "period": outcome.index, "outcome": _in_deviations(outcome.to_numpy()), "indicator": _in_deviations(line.to_numpy()),
        "outcome_surprise": surprises(outcome.to_numpy()),
        "indicator_surprise": pd.Series(surprises(line.to_numpy())).shift(lag).to_numpy(),
    })
    link = float(profile.loc[profile["lag_months"] == lag, "statistic"].iloc[0])
    pairs = int((table["outcome_surprise"].notna() & table["indicator_surprise"].notna()).sum())
    shown = Estimate(link, n=pairs, convention=f"correlation of the surprises, {lag} months apart", key=f"leads.{verdict.indicator}.surprise_correlation")
    return BeforeAfter(scan.outcome, verdict.indicator, verdict.verdict, lag, table, verdict.raw_correlation, shown)


def surprises(values: np.ndarray) -> np.ndarray:
    """A series' surprises in standard deviations, as the scan takes them; NaN where it is unknown."""
    known = np.isfinite(values)
    left = fit_surprises([values[known]])[0].surprise
    result = np.full(len(values), np.nan)
    result[known] = left / np.sqrt(np.mean(left**2))
    return result


def _strongest(scan: LeadScan, names: list[str]) -> str:
    leading = [v for v in scan.verdicts if v.verdict == "leads" and v.indicator in names]
    if leading:
        return max(leading, key=lambda v: v.strength.value).indicator
    at_the_edge = scan.profile["statistic"].abs() / scan.profile["null_95"]
    return str(scan.profile.loc[at_the_edge[scan.profile["indicator"].isin(names)].idxmax(), "indicator"])


def _lag(profile: pd.DataFrame, called: int | None) -> int:
    if called is not None:
        return called
    return int(profile.loc[(profile["statistic"].abs() / profile["null_95"]).idxmax(), "lag_months"])


def _in_deviations(values: np.ndarray) -> np.ndarray:
    known = values[np.isfinite(values)]
    scale = np.ptp(known)  # first, so that squares of very large or small units stay finite
    return (values - known.mean()) / (scale * np.std(known / scale))
