"""Which indicators move before the outcome: a scan whose false alarms are controlled over all verdicts.

The arithmetic is in ``lag_tests``; here months are brought together, gaps are told, and verdicts are put in words.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import ClassVar

import numpy as np
import pandas as pd

from valuelab.analysis.lag_tests import Finding, judge
from valuelab.analysis.lead_power import LinkNoise, Search, Sight, roughness, sight_of
from valuelab.analysis.lead_verdicts import LeadVerdict, profile_of, verdict_of
from valuelab.analysis.pairing import (
    LONGEST_LAG,
    LONGEST_LAG_EVER,
    MONTHS_NEEDED,
    PAIRS_AT_NAMED_LAG,
    enough_from,
    longest_stretch,
    monthly,
    named_indicators,
    sampling_error,
    with_month_filled,
)
from valuelab.analysis.records import false_alarm_rate, scan_record
from valuelab.analysis.series import name_and_unit
from valuelab.analysis.whitening import residuals, season_harmonics, standardised, trend_and_season
from valuelab.errors import AnalysisError
from valuelab.formatting import format_fraction, format_number
from valuelab.types import CannotSay, Estimate, Measure, Result

VERDICTS = ("leads", "moves together", "lags", "not shown", "not enough data")
WEAK_BELOW = 36  # months under which "not shown" is weak evidence
NOTHING_LEFT = 1e-10  # of the variance: what rounding leaves of a pure trend or a pure calendar
NOISY_FROM = 0.1  # share of sampling error in an indicator's surprises that is worth a warning


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
        Chance of any wrong verdict: as measured in accounts like this one (``convention`` names them), nominal where it was not.
    months_used, max_lag_months
        The most paired months, and the longest lag searched, of any indicator.
    used
        The series as they were compared: the outcome's months without a gap, and on the same months each indicator that could be
        tested (NaN before and after its own stretch). Not in results.json.
    record
        How often such a scan called something in pairs of real series that cannot be related; () where that was not measured.
    """

    LEAVE_OUT: ClassVar[tuple[str, ...]] = ("used",)

    outcome: str
    verdicts: tuple[LeadVerdict, ...]
    profile: pd.DataFrame
    false_alarm_rate: Estimate
    months_used: int
    max_lag_months: int
    alpha: float = 0.05
    warnings: tuple[str, ...] = ()
    status: str = "ok"
    used: tuple[pd.Series, Mapping[str, pd.Series]] | None = None
    record: tuple[Estimate, ...] = ()

    def to_frame(self) -> pd.DataFrame:
        """One row per indicator; ``detectable`` and ``half_seen_from`` are of its ``sight``, NaN and None where it has none."""
        columns = ("indicator", "verdict", "lag_months", "lag_low", "lag_high", "direction", "strength", "p_value", "n", "enough_from")
        frame = pd.DataFrame([[getattr(v, c) for c in columns] for v in self.verdicts], columns=list(columns))
        for name, found in (("strength", [v.strength for v in self.verdicts]), ("raw_correlation", [v.raw_correlation for v in self.verdicts]),
                            ("detectable", [v.sight and v.sight.detectable for v in self.verdicts])):
            frame[name] = [estimate.value if estimate else np.nan for estimate in found]
        frame["half_seen_from"] = [v.sight and v.sight.half_seen_from for v in self.verdicts]
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
        Chance of any wrong verdict over the whole scan. Leads get .58 of it, moves together .12, lags .10, the rest is a
        margin. Named lags get .74 where all are named (together .04, lags .02), or .42 beside .20 for searched ones
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

    tested = [*usable, *(key for key, verdict in verdicts.items() if verdict.enough_from is not None)]
    sights = _Sights(series, monthly_indicators, expected, tested, alpha, max_lag_months, roughness(window if usable else series))
    verdicts = {key: sights.of_scarce(verdict) for key, verdict in verdicts.items()}
    profiles: list[dict] = []
    longest = {key: _longest_lag(int(s.notna().sum()), max_lag_months) for key, s in usable.items()}
    if usable:
        findings = judge(window.to_numpy(), [s.to_numpy() for s in usable.values()], longest=list(longest.values()),
                         named=[expected.get(key) for key in usable], alpha=alpha, seed=seed)
        for (key, paired), finding in zip(usable.items(), findings, strict=True):
            sight = None if finding.lag is not None else sights.of(key, paired, finding, longest[key])
            verdicts[key] = verdict_of(key, finding, lines=(window.to_numpy(), paired.to_numpy()), outcome=name, expected=expected.get(key), sight=sight)
            profiles.append(profile_of(key, finding))
            warnings += _noise_warning(indicators[key], paired, key, errors.get(key))
    warnings += _doubts([verdicts[key] for key in usable], max_lag_months, longest)
    columns = ("indicator", "lag_months", "statistic", "null_95")
    profile = pd.DataFrame({c: np.concatenate([p[c] for p in profiles]) if profiles else [] for c in columns})
    return LeadScan(
        outcome=name, verdicts=tuple(verdicts[key] for key in indicators), profile=profile,
        false_alarm_rate=false_alarm_rate(window, indicators=len(usable), named=any(key in expected for key in usable), alpha=alpha),
        months_used=max((v.n for v in verdicts.values()), default=0), max_lag_months=max(longest.values(), default=0), alpha=alpha,
        warnings=tuple(dict.fromkeys(warnings)), status="ok" if usable else "not enough data",
        used=(window, usable), record=scan_record(len(window) if usable else 0),
    )


@dataclass(frozen=True, slots=True)
class _Sights:
    """What could be seen of each indicator that is, or with more months will be, tested."""

    outcome: pd.Series
    indicators: Mapping[str, pd.Series]
    expected: Mapping[str, int]
    tested: list[str]
    alpha: float
    max_lag_months: int | None
    harmonics: int

    def search(self, key: str) -> Search:
        named = sum(k in self.expected for k in self.tested)
        return Search.of(searched=len(self.tested) - named, named=named, alpha=self.alpha, lag_named=self.expected.get(key),
                         max_lag_months=self.max_lag_months)

    def of(self, key: str, paired: pd.Series, finding: Finding, longest: int) -> Sight:
        search, months = self.search(key), int(paired.notna().sum())
        last, indicator = paired.index[-1], self.indicators[key]
        up_to_date = last == self.outcome.index[-1] and indicator.index[-1] <= last and pd.notna(paired.iloc[-1])

        def reached(needed: int) -> pd.Period:
            return last + (needed - months) if up_to_date else enough_from(self.outcome, indicator, needed)

        return sight_of(months, reached=reached, search=search, noise=LinkNoise.measured(finding, longest, self.harmonics, search), key=key)

    def of_scarce(self, verdict: LeadVerdict) -> LeadVerdict:
        """Not enough months yet: from when is told by the outcome's season alone."""
        if verdict.enough_from is None:
            return verdict
        key, search = verdict.indicator, self.search(verdict.indicator)
        reached = partial(enough_from, self.outcome, self.indicators[key])
        return replace(verdict, sight=sight_of(verdict.n, reached=reached, search=search, noise=LinkNoise.expected(self.harmonics, search), key=key))


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
        aligned = indicator if indicator.index.equals(series.index) else indicator.reindex(series.index)
        covered |= aligned.notna().to_numpy()
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
        later = enough_from(outcome, indicator, needed) if needed else None
        verdict = LeadVerdict(key, "not enough data", None, None, None, "", None, None, n, later, expected, reason)
        return window * np.nan, verdict, []

    if indicator is None:
        return scarce("its periods are not months")
    if indicator.empty:
        return scarce("it has no values")
    same = indicator.index.equals(window.index) and not window.hasnans
    common = indicator if same else indicator.reindex(window.index).where(window.notna())
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
    return (paired if len(paired) == len(window) else paired.reindex(window.index)), None, warnings


def _variance_left(values: np.ndarray) -> float:
    """Fraction of the variance that trend and season do not explain."""
    own = standardised(values)
    return float(residuals(own[None], trend_and_season(len(own), season_harmonics(own))).var())


def _longest_lag(months: int, asked: int | None) -> int:
    rule = next((lag for below, lag in LONGEST_LAG if months < below), LONGEST_LAG_EVER)
    return min(rule, asked or rule)


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
    weak = [v for v in verdicts if v.n < WEAK_BELOW and v.sight is not None]
    if weak:
        least = min(weak, key=lambda v: v.sight.power_at_half.value)
        found = max(round(100 * least.sight.power_at_half.value), 1)
        doubts.append(f"With under {WEAK_BELOW} paired months (here {least.n}) a lead of half the outcome's surprise would be found in only about "
                      f"{found} of 100 cases: “not shown” is weak evidence." +
                      ("" if least.expected_lag is not None else " A lag named in advance is found far more often."))
    capped = [n for n in longest.values() if asked is not None and n < asked]
    if capped:
        doubts.append(f"Lags of up to {asked} months were asked for; with this many months only {min(capped)} can be tested.")
    if any(v.verdict == "leads" and v.expected_lag is None for v in verdicts):
        doubts.append("The strength of a lead that was found by searching over lags reads high, because the highest was chosen.")
    return doubts
