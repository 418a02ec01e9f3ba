"""One indicator's verdict: from the arithmetic of the scan to a lag, a direction, a strength, and what could have been seen."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from valuelab.analysis.lag_tests import COPY, Finding
from valuelab.analysis.lead_power import Sight
from valuelab.analysis.whitening import standardised
from valuelab.provenance import Derivation
from valuelab.types import Estimate, Result

STRENGTH_WIDER = 1.2  # memory estimated on the same months weakens correlations a little: seen in simulations
ALMOST_COPY = 0.9  # squared correlation of surprises from which the months themselves are looked at
LIKELIHOOD_DISTANCE = 1.92  # log likelihood: half the 95 % point of chi-squared with one degree of freedom


@dataclass(frozen=True, slots=True)
class LeadVerdict(Result):
    """One indicator's verdict.

    Attributes
    ----------
    verdict
        leads | moves together | lags | not shown | not enough data.
    lag_months
        Months by which the indicator moves first; negative where it lags, None where nothing is shown.
    lag_low, lag_high
        Shortest and longest lag that explain the data about as well (within 1.92 of log likelihood).
    direction
        "same" (more goes with more) or "opposite" (more goes with less); "" where nothing is shown.
    strength
        Fraction of the outcome's month-to-month surprise that goes with the indicator at that lag (squared correlation of the
        surprises), with a Fisher-z interval. Read high where the lag was searched for.
    p_value
        Adjusted over all verdicts of the scan: 0.05 means five wrong scans in a hundred.
    n
        Paired months used, or (not enough data) there so far.
    enough_from
        Not enough data: the month from which there are enough to be tested, if none is missed. Else None.
    expected_lag
        The lag named in advance and tested alone, or None where lags were searched.
    reason
        Why there is not enough data, or what else must be said of this verdict.
    sight
        Not shown and not enough data: how weak a lead could be and still be seen, now and later. Else None.
    raw_correlation
        Correlation of the two lines as they were reported, same months, trend and season left in: what a spreadsheet shows. It says
        nothing about a link; it stands beside the verdict so that nobody needs to find it elsewhere. None without enough data.
    same_figure
        True where practically all changes from month to month (99 %) are the indicator's own: it is the outcome in other units or months,
        not an indicator of it.
    """

    indicator: str
    verdict: str
    lag_months: int | None
    lag_low: int | None
    lag_high: int | None
    direction: str
    strength: Estimate | None
    p_value: float | None
    n: int
    enough_from: pd.Period | None = None
    expected_lag: int | None = None
    reason: str = ""
    sight: Sight | None = None
    raw_correlation: Estimate | None = None
    same_figure: bool = False


def verdict_of(key: str, finding: Finding, *, lines: tuple[np.ndarray, np.ndarray], outcome: str, expected: int | None,
               sight: Sight | None) -> LeadVerdict:
    """A finding in the terms of the report; ``lines`` are the outcome and the indicator as compared, ``sight`` is where nothing is shown."""
    n, raw = int(np.isfinite(lines[1]).sum()), raw_correlation(*lines, key)
    lags = np.arange(len(finding.correlation)) - len(finding.correlation) // 2
    reason = _named_reason(finding, lags, expected)
    if finding.lag is None:
        return LeadVerdict(key, finding.verdict, None, None, None, "", None, finding.p_value, n, None, expected, reason, sight, raw)
    at = int(np.flatnonzero(lags == finding.lag)[0])
    low, high = _lag_interval(finding, lags, at)
    r, sd = float(finding.correlation[at]), float(finding.null_sd[at])
    ends = np.tanh(np.arctanh(min(abs(r), 0.999999)) + 1.96 * STRENGTH_WIDER * sd * np.array([-1, 1]))
    strength = Estimate(
        r**2, min(max(float(ends[0]), 0.0) ** 2, r**2), max(float(ends[1]) ** 2, r**2), level=0.95, n=int(finding.pairs[at]), unit="fraction",
        convention=f"of the month-to-month surprise of {outcome}", key=f"leads.{key}.strength", derivation=Derivation(
            method="The squared correlation of both sides' surprises at the lag that was called", record=("leads.false_alarm_rate", "leads.false_alarms_real")))
    same_figure = r**2 > ALMOST_COPY and _moves_alike(*lines, finding.lag) > COPY
    if same_figure:
        reason = "; ".join(part for part in (_copy_reason(finding.lag, outcome), reason) if part)
    return LeadVerdict(key, finding.verdict, finding.lag, low, high, "same" if r > 0 else "opposite", strength, finding.p_value, n, None, expected,
                       reason, None, raw, same_figure)


def raw_correlation(outcome: np.ndarray, indicator: np.ndarray, key: str) -> Estimate | None:
    """The correlation of two lines as reported, over the months where both are known; None where one of them does not move."""
    both = np.isfinite(outcome) & np.isfinite(indicator)
    pairs = np.stack([outcome[both], indicator[both]])
    pairs = (pairs - pairs.mean(axis=1, keepdims=True)) / np.maximum(np.ptp(pairs, axis=1, keepdims=True), np.finfo(float).tiny)
    squares = (pairs**2).sum(axis=1)
    if both.sum() < 3 or not (squares > 0).all():
        return None
    value = float(np.clip(pairs[0] @ pairs[1] / np.sqrt(squares.prod()), -1, 1))
    return Estimate(value, n=int(both.sum()), kind="actual", convention="correlation of the lines as reported", key=f"leads.{key}.raw_correlation")


def _moves_alike(outcome: np.ndarray, indicator: np.ndarray, lag: int) -> float:
    """Squared correlation of the changes from month to month, the indicator's ``lag`` months before."""
    moved = np.full(len(outcome), np.nan)
    moved[max(lag, 0) : len(outcome) + min(lag, 0)] = indicator[max(-lag, 0) : len(outcome) - max(lag, 0)]
    both = np.isfinite(moved) & np.isfinite(outcome)
    first, second = (np.diff(standardised(values[both])) for values in (outcome, moved))
    return float((first @ second) ** 2 / max((first @ first) * (second @ second), np.finfo(float).tiny))


def profile_of(key: str, finding: Finding) -> dict[str, np.ndarray]:
    """Columns of the scan's profile: the tested lags, the correlation of surprises, and the band."""
    lags = np.arange(len(finding.correlation)) - len(finding.correlation) // 2
    shown = np.isfinite(finding.critical)
    return {"indicator": np.repeat(np.array([key], object), shown.sum()), "lag_months": lags[shown],
            "statistic": finding.correlation[shown], "null_95": finding.critical[shown]}


def _lag_interval(finding: Finding, lags: np.ndarray, at: int) -> tuple[int, int]:
    """Shortest and longest tested lag of the same direction that are about as likely as the one reported."""
    likelihood = -finding.pairs / 2 * np.log1p(-np.minimum(finding.correlation**2, 1 - 1e-12))
    side = lags >= 0 if lags[at] > 0 else lags <= 0 if lags[at] < 0 else np.ones(len(lags), bool)
    same = np.sign(finding.correlation) == np.sign(finding.correlation[at])
    close = lags[np.isfinite(finding.critical) & side & same & (likelihood >= likelihood[at] - LIKELIHOOD_DISTANCE)]
    return int(close.min()), int(close.max())


def _named_reason(finding: Finding, lags: np.ndarray, expected: int | None) -> str:
    if expected is None:
        return ""
    told = f"only the lag named in advance, {expected} months, was tested"
    ahead = (lags > 0) & (lags != expected) & np.isfinite(finding.critical)
    outside = np.where(ahead, np.abs(finding.correlation) - np.nan_to_num(finding.critical), -np.inf)
    if finding.lag is None and outside.max() > 0:
        told += f"; the link at {lags[outside.argmax()]} months stands out, but was not named, so it counts for nothing yet"
    return told


def _copy_reason(lag: int, outcome: str) -> str:
    if lag == 0:
        return f"it is the same figure as {outcome} in other units, so it tells nothing that {outcome} does not"
    return (f"it is the same figure as {outcome} in other units, dated {abs(lag)} month{'' if abs(lag) == 1 else 's'} "
            f"{'earlier' if lag > 0 else 'later'}: check how its months are assigned")
