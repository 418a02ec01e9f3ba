"""Which indicators move before the outcome: a scan whose false alarms are controlled over all verdicts.

The arithmetic is in ``lag_tests``; here months are brought together, gaps are told, and verdicts are put in words.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from valuelab.analysis.lag_tests import Finding, judge
from valuelab.analysis.pairing import (
    MONTHS_NEEDED,
    longest_stretch,
    monthly,
    months_at_the_end,
    named_indicators,
    sampling_error,
    with_month_filled,
)
from valuelab.analysis.series import name_and_unit
from valuelab.analysis.whitening import residuals, season_harmonics, standardised, trend_and_season
from valuelab.errors import AnalysisError
from valuelab.formatting import format_fraction, format_number
from valuelab.types import CannotSay, Estimate, Measure, Result

VERDICTS = ("leads", "moves together", "lags", "not shown", "not enough data")
LONGEST_LAG = ((36, 6), (48, 9))  # below so many paired months, at most so many lags
LONGEST_LAG_EVER = 12
WEAK_BELOW = 36  # months under which "not shown" is weak evidence
PAIRS_AT_NAMED_LAG = 18
STRENGTH_WIDER = 1.2  # memory estimated on the same months weakens correlations a little: seen in simulations
LIKELIHOOD_DISTANCE = 1.92  # log likelihood: half the 95 % point of chi-squared with one degree of freedom
NOTHING_LEFT = 1e-10  # of the variance: what rounding leaves of a pure trend or a pure calendar
NOISY_FROM = 0.1  # share of sampling error in an indicator's surprises that is worth a warning


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
        "same" (more goes with more) or "opposite"; "" where nothing is shown.
    strength
        Fraction of the outcome's month-to-month surprise that goes with the indicator at that lag (squared correlation of the
        surprises), with a Fisher-z interval. Read high where the lag was searched for.
    p_value
        Adjusted over all verdicts of the scan: 0.05 means five wrong scans in a hundred.
    n
        Paired months used, or (not enough data) there so far.
    enough_from
        Not enough data: the month from which there are enough, if none is missed. Else None.
    expected_lag
        The lag named in advance and tested alone, or None where lags were searched.
    reason
        Why there is not enough data, or what else must be said of this verdict.
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


@dataclass(frozen=True, slots=True, eq=False)
class LeadScan(Result):
    """What ``scan_leading_indicators`` finds.

    Attributes
    ----------
    verdicts
        One per indicator, in the order given.
    profile
        Columns indicator, lag_months, statistic (correlation of surprises), null_95 (half-width of the band that chance alone
        leaves in 1 − alpha of scans like this one). The band holds for all lags, indicators and verdicts together, so that a
        lag outside it is one that was called; only a lead beside a link in the same month is judged by a further test. No rows
        for an indicator without enough data.
    false_alarm_rate
        Chance of any wrong verdict, nominal.
    months_used, max_lag_months
        The most paired months, and the longest lag searched, of any indicator.
    """

    outcome: str
    verdicts: tuple[LeadVerdict, ...]
    profile: pd.DataFrame
    false_alarm_rate: Estimate
    months_used: int
    max_lag_months: int
    alpha: float = 0.05
    warnings: tuple[str, ...] = ()
    status: str = "ok"

    def to_frame(self) -> pd.DataFrame:
        """One row per indicator: indicator verdict lag_months lag_low lag_high direction strength p_value n enough_from."""
        columns = ("indicator", "verdict", "lag_months", "lag_low", "lag_high", "direction", "strength", "p_value", "n", "enough_from")
        frame = pd.DataFrame([[getattr(v, c) for c in columns] for v in self.verdicts], columns=list(columns))
        frame["strength"] = [v.strength.value if v.strength else np.nan for v in self.verdicts]
        return frame.astype({"lag_months": "Int64", "lag_low": "Int64", "lag_high": "Int64", "p_value": float})


def scan_leading_indicators(outcome: Measure | pd.Series, indicators: Mapping[str, Measure | pd.Series], *,
                            expected_lags: Mapping[str, int] | None = None,
                            standard_errors: Mapping[str, float] | None = None, max_lag_months: int | None = None,
                            alpha: float = 0.05, seed: int = 0) -> LeadScan | CannotSay:
    """Which indicators move before the outcome, by how many months, and how sure is that?

    Trend, season and each series' own memory are taken out; the remaining month-to-month surprises are correlated at every
    lag, and judged against simulated outcomes that have no link to anything. The chance of *any* wrong verdict is ``alpha``.

    Not for proof that one causes the other; not for levels that move together over years (that is the trend, and it is taken
    out); not for choosing the best of many indicators made up after looking at the outcome.

    Parameters
    ----------
    outcome
        Monthly Measure or Series.
    indicators
        Name → monthly Measure or Series.
    expected_lags
        Name → lag in months (≥ 0) named **in advance**. It is tested alone, which sees weaker links and needs less data.
    standard_errors
        Name → sampling error (one standard error, in the indicator's unit) of a month's value. Told, not corrected.
    max_lag_months
        Search no further than this. At most 6 under 36 paired months, 9 under 48, 12 from there.
    alpha
        Chance of any wrong verdict over the whole scan. Leads get .66 of it, moves together .12, lags .10, the rest is a
        margin. Named lags get .82 where all are named (together .04, lags .02), or .44 beside .26 for searched ones
        (together .10, lags .08); see ``lag_tests.SHARES``.
    seed
        Of the simulation: same data, same seed, same result.

    Returns
    -------
    LeadScan or CannotSay
        An indicator with under 24 paired months gets "not enough data" and the month from which there will be enough.
        CannotSay where the outcome itself cannot be used.

    Raises
    ------
    AnalysisError
        No indicators; names in ``expected_lags`` or ``standard_errors`` that are not indicators; lags or alpha out of range.

    Notes
    -----
    Haugh (1976), JASA 71: 378–385 (whiten both series); Westfall & Young (1993) (step-down maxima). Per month of a gap
    nothing is filled, save a single missing month in a series, which is told in ``warnings``.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> months = pd.period_range("2022-01", periods=48, freq="M")
    >>> mood = rng.normal(size=51)
    >>> clients = pd.Series(1800 + 60 * mood[:48] + 20 * rng.normal(size=48), months, name="clients")
    >>> scan = scan_leading_indicators(clients, {"mood": pd.Series(7 + mood[3:], months)})
    >>> scan.verdicts[0].verdict, scan.verdicts[0].lag_months, scan.verdicts[0].direction
    ('leads', 3, 'same')
    """
    indicators = named_indicators(indicators)
    expected, errors = _options(indicators, expected_lags, standard_errors, max_lag_months, alpha)
    name, _ = name_and_unit(outcome)
    series = monthly(outcome, name="outcome")
    if series is None:
        return CannotSay(f"{name} is not monthly, and leads are counted in months", "Give the outcome by month.")
    if series.empty or (series.dropna() == series.dropna().iloc[0]).all():
        return CannotSay(f"{name} has no values that change", "Add months of the outcome.")

    monthly_indicators = {key: monthly(measure, name=key) for key, measure in indicators.items()}
    window, warnings = _outcome_window(series, name, [s for s in monthly_indicators.values() if s is not None])
    usable: dict[str, pd.Series] = {}
    verdicts: dict[str, LeadVerdict] = {}
    for key, indicator in monthly_indicators.items():
        paired, verdict, notes = _pair(key, indicator, window, series, expected.get(key))
        warnings += notes
        if verdict is None:
            usable[key] = paired
        else:
            verdicts[key] = verdict
    if usable and _variance_left(window.to_numpy()) < NOTHING_LEFT:
        return CannotSay(f"{name} is exactly its trend and season, so no month of it surprises", "Check that the outcome is counted, not planned.")

    profiles: list[dict] = []
    longest = {key: _longest_lag(int(s.notna().sum()), max_lag_months) for key, s in usable.items()}
    if usable:
        findings = judge(window.to_numpy(), [s.to_numpy() for s in usable.values()], longest=list(longest.values()),
                         named=[expected.get(key) for key in usable], alpha=alpha, seed=seed)
        for (key, paired), finding in zip(usable.items(), findings, strict=True):
            verdicts[key] = _verdict(key, finding, expected.get(key), int(paired.notna().sum()), name)
            profiles.append(_profile(key, finding))
            warnings += _noise_warning(indicators[key], paired, key, errors.get(key))
    warnings += _doubts([verdicts[key] for key in usable], max_lag_months, longest)
    columns = ("indicator", "lag_months", "statistic", "null_95")
    return LeadScan(
        outcome=name, verdicts=tuple(verdicts[key] for key in indicators),
        profile=pd.DataFrame({c: np.concatenate([p[c] for p in profiles]) if profiles else [] for c in columns}),
        false_alarm_rate=Estimate(alpha, unit="fraction", kind="assumed", convention="over all verdicts, nominal", key="leads.false_alarm_rate"),
        months_used=max((v.n for v in verdicts.values()), default=0), max_lag_months=max(longest.values(), default=0), alpha=alpha,
        warnings=tuple(dict.fromkeys(warnings)), status="ok" if usable else "not enough data",
    )


def _options(indicators: Mapping, expected_lags: Mapping[str, int] | None, standard_errors: Mapping[str, float] | None,
             max_lag_months: int | None, alpha: float) -> tuple[dict[str, int], dict[str, float]]:
    for argument, given in (("expected_lags", expected_lags), ("standard_errors", standard_errors)):
        unknown = [key for key in given or {} if key not in indicators]
        if unknown:
            raise AnalysisError(f"{argument}={unknown[0]!r}: no such indicator; there are {', '.join(indicators)}")
    for key, lag in (expected_lags or {}).items():
        if isinstance(lag, bool) or lag != int(lag) or not 0 <= lag <= LONGEST_LAG_EVER:
            raise AnalysisError(f"expected_lags[{key!r}]={lag}: whole months from 0 to {LONGEST_LAG_EVER}")
    if max_lag_months is not None and (max_lag_months != int(max_lag_months) or not 1 <= max_lag_months <= LONGEST_LAG_EVER):
        raise AnalysisError(f"max_lag_months={max_lag_months}: whole months from 1 to {LONGEST_LAG_EVER}")
    if not 0.001 <= alpha <= 0.2:
        raise AnalysisError(f"alpha={alpha}: a fraction between 0.001 and 0.2, such as 0.05")
    return {key: int(lag) for key, lag in (expected_lags or {}).items()}, dict(standard_errors or {})


def _outcome_window(series: pd.Series, name: str, indicators: list[pd.Series]) -> tuple[pd.Series, list[str]]:
    """The outcome's months that count: the longest stretch where it and some indicator are known, one missing month filled."""
    covered = np.zeros(len(series), bool)
    for indicator in indicators:
        covered |= indicator.reindex(series.index).notna().to_numpy()
    return _without_gaps(series, covered & series.notna().to_numpy(), name)


def _without_gaps(series: pd.Series, known: np.ndarray, name: str) -> tuple[pd.Series, list[str]]:
    if len(known) and known.all():
        return series, []
    stretch = series.iloc[longest_stretch(known)]
    warnings = []
    if stretch.notna().sum() < known.sum():
        warnings.append(f"{name} has gaps: only {stretch.index[0]} to {stretch.index[-1]} is used, the longest stretch without one.")
    hole = stretch.index[stretch.isna()]
    if len(hole) and len(stretch) >= MONTHS_NEEDED:
        warnings.append(f"{name} misses {hole[0]}: that one month was filled from its neighbours and its season, so that the months on both "
                        "sides can be used together.")
        stretch = with_month_filled(stretch)
    return stretch, warnings


def _pair(key: str, indicator: pd.Series | None, window: pd.Series, outcome: pd.Series,
          expected: int | None) -> tuple[pd.Series, LeadVerdict | None, list[str]]:
    """The indicator on the outcome's months (NaN outside its own stretch), or the verdict that says what is missing."""

    def scarce(reason: str, n: int = 0, needed: int = 0):
        enough_from = _enough_from(outcome, indicator, needed) if needed else None
        verdict = LeadVerdict(key, "not enough data", None, None, None, "", None, None, n, enough_from, expected, reason)
        return window * np.nan, verdict, []

    if indicator is None:
        return scarce("its periods are not months")
    if indicator.empty:
        return scarce("it has no values")
    common = indicator.reindex(window.index).where(window.notna())
    paired, warnings = _without_gaps(common, common.notna().to_numpy(), key)
    n = len(paired)
    if n < MONTHS_NEEDED:
        return scarce(f"{n} paired months without a gap, {MONTHS_NEEDED} are needed", n, MONTHS_NEEDED)
    if expected is not None and n - expected < PAIRS_AT_NAMED_LAG:
        return scarce(f"{n} paired months leave {n - expected} pairs {expected} months apart, {PAIRS_AT_NAMED_LAG} are needed", n,
                      expected + PAIRS_AT_NAMED_LAG)
    if paired.nunique() < 2:
        return scarce("its value never changes", n)
    if _variance_left(paired.to_numpy()) < NOTHING_LEFT:
        return scarce("nothing is left of it once its trend and season are taken out", n)
    return paired.reindex(window.index), None, warnings


def _enough_from(outcome: pd.Series, indicator: pd.Series, needed: int) -> pd.Period:
    """When so many paired months will be there, if from now on none is missed."""
    months = outcome.index.union(indicator.index)
    known = (outcome.reindex(months).notna() & indicator.reindex(months).notna()).to_numpy()
    last = months[known][-1] if known.any() else months[-1]
    return last + max(needed - months_at_the_end(known), 1)


def _variance_left(values: np.ndarray) -> float:
    """Fraction of the variance that trend and season do not explain."""
    own = standardised(values)
    return float(residuals(own[None], trend_and_season(len(own), season_harmonics(own))).var())


def _longest_lag(months: int, asked: int | None) -> int:
    rule = next((lag for below, lag in LONGEST_LAG if months < below), LONGEST_LAG_EVER)
    return min(rule, asked or rule)


def _verdict(key: str, finding: Finding, expected: int | None, n: int, outcome: str) -> LeadVerdict:
    lags = np.arange(len(finding.correlation)) - len(finding.correlation) // 2
    if finding.lag is None:
        return LeadVerdict(key, finding.verdict, None, None, None, "", None, finding.p_value, n, None, expected, _named_reason(finding, lags, expected))
    at = int(np.flatnonzero(lags == finding.lag)[0])
    low, high = _lag_interval(finding, lags, at)
    r, sd = float(finding.correlation[at]), float(finding.null_sd[at])
    ends = np.tanh(np.arctanh(min(abs(r), 0.999999)) + 1.96 * STRENGTH_WIDER * sd * np.array([-1, 1]))
    strength = Estimate(
        r**2, min(max(float(ends[0]), 0.0) ** 2, r**2), max(float(ends[1]) ** 2, r**2), level=0.95, n=int(finding.pairs[at]), unit="fraction",
        convention=f"of the month-to-month surprise of {outcome}", key=f"leads.{key}.strength")
    return LeadVerdict(key, finding.verdict, finding.lag, low, high, "same" if r > 0 else "opposite", strength, finding.p_value, n, None, expected,
                       _named_reason(finding, lags, expected))


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


def _profile(key: str, finding: Finding) -> dict[str, np.ndarray]:
    lags = np.arange(len(finding.correlation)) - len(finding.correlation) // 2
    shown = np.isfinite(finding.critical)
    return {"indicator": np.repeat(np.array([key], object), shown.sum()), "lag_months": lags[shown],
            "statistic": finding.correlation[shown], "null_95": finding.critical[shown]}


def _noise_warning(measure: Measure | pd.Series, paired: pd.Series, key: str, given: float | None) -> list[str]:
    """Where a survey's sampling error is a good part of what moves from month to month, a link is easily missed."""
    error, assumed = sampling_error(measure, given, name=key)
    if not error:
        return []
    values = paired.dropna().to_numpy()
    left = residuals(values[None], trend_and_season(len(values), season_harmonics(values)))[0]
    share = min(error**2 / left.var(), 1.0)
    if share < NOISY_FROM:
        return []
    source = "judged by its number of answers" if assumed else "by the standard error given"
    return [f"About {format_fraction(share, 0)} of what moves in {key} around its trend and season is sampling error ({source}, "
            f"±{format_number(error)}): links look weaker than they are, and \"not shown\" says less."]


def _doubts(verdicts: list[LeadVerdict], asked: int | None, longest: Mapping[str, int]) -> list[str]:
    doubts = []
    weak = [v for v in verdicts if v.n < WEAK_BELOW]
    if weak:
        doubts.append(f"With under {WEAK_BELOW} paired months (here {min(v.n for v in weak)}) a real lead is found in only 15 to 30 of 100 cases: "
                      "“not shown” is weak evidence. A lag named in advance is found far more often.")
    capped = [n for n in longest.values() if asked is not None and n < asked]
    if capped:
        doubts.append(f"Lags of up to {asked} months were asked for; with this many months only {min(capped)} can be tested.")
    if any(v.verdict == "leads" and v.expected_lag is None for v in verdicts):
        doubts.append("The strength of a lead that was found by searching over lags reads high, because the highest was chosen.")
    return doubts
