"""What to measure next: how many more months, and answers a wave, each indicator needs before a lead of a given strength shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy import special

from valuelab.analysis.lead_power import POWER, USUAL_LAG, LinkNoise, Search, months_needed, roughness
from valuelab.analysis.lead_verdicts import LeadVerdict
from valuelab.analysis.leads import LeadScan, scan_leading_indicators
from valuelab.analysis.pairing import (
    ANSWERS_SPREAD,
    LONGEST_LAG_EVER,
    enough_from,
    longest_stretch,
    monthly,
    named_indicators,
    recent_answers,
    sampling_error,
)
from valuelab.analysis.whitening import residuals, season_harmonics, trend_and_season
from valuelab.errors import AnalysisError
from valuelab.types import CannotSay, Estimate, Measure, Result

CLOSE_ENOUGH = 0.9  # of the link should be visible through a survey's sampling error
FEWEST_MONTHS = 18  # to tell how much of a survey's movement is more than sampling error
MOST_ANSWERS = 1_000_000
STRONGEST = 0.999  # a copy of the outcome has no finite scatter


@dataclass(frozen=True, slots=True)
class NextMeasure(Result):
    """What one indicator needs.

    Attributes
    ----------
    indicator, verdict
        Name, and what the scan says of it today.
    lag_months
        Of the lead that the months are stated for: named in advance, or found, or else three.
    months_now
        Paired months there are.
    strength
        Of the link that the months below are for: as strong as it was found, or else the lead that is looked for, less what a survey's
        sampling error hides of it.
    months_searched, searched_from
        Paired months from which on the lead is found in four of five cases where lags are searched, and the month in which there will
        be so many. The month is None where there are enough already; both are None beyond twenty years, and where the lead is found.
    months_named, named_from
        The same where this one lag is named in advance, which tests one thing instead of many.
    fresh_from
        When there will be ``months_named`` months after today: a lag that was chosen by looking at today's months counts on
        later ones only.
    answers_now
        Survey answers a wave, lately (median of a year); None where the indicator is no survey or their number is not known.
    visible
        Fraction of the link that a survey of so many answers lets through (its sampling error hides the rest), with a 95 % interval.
        None where not known.
    answers_needed
        Answers a wave that let nine tenths of the link through; None where not known.
    months_searched_then, months_named_then
        Months needed with that many answers; None where not known, or where the answers there are do.
    reason
        Why something cannot be said; "" where nothing is missing.
    """

    indicator: str
    verdict: str
    lag_months: int
    months_now: int
    strength: float | None = None
    months_searched: int | None = None
    searched_from: pd.Period | None = None
    months_named: int | None = None
    named_from: pd.Period | None = None
    fresh_from: pd.Period | None = None
    answers_now: int | None = None
    visible: Estimate | None = None
    answers_needed: int | None = None
    months_searched_then: int | None = None
    months_named_then: int | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class MeasureNext(Result):
    """What ``measure_next`` says: one item per indicator, in the order given; ``strength`` (fraction of the outcome's surprise) of the
    lead that all months are stated for, and the chance of finding it by then (``power``)."""

    outcome: str
    strength: float
    power: float
    items: tuple[NextMeasure, ...]
    warnings: tuple[str, ...] = ()
    status: str = "ok"

    def to_frame(self) -> pd.DataFrame:
        """One row per indicator; the columns are the fields of ``NextMeasure``, ``visible`` as a plain fraction."""
        rows = [[getattr(item, name) for name in NextMeasure.__dataclass_fields__] for item in self.items]
        frame = pd.DataFrame(rows, columns=list(NextMeasure.__dataclass_fields__))
        frame["visible"] = [item.visible.value if item.visible else np.nan for item in self.items]
        whole = [c for c in frame if c.startswith(("months_", "answers_"))]
        return frame.astype(dict.fromkeys(whole, "Int64"))


def measure_next(outcome: Measure | pd.Series, indicators: Mapping[str, Measure | pd.Series], *, scan: LeadScan | CannotSay | None = None,
                 strength: float = 0.5, lags: Mapping[str, int] | None = None,
                 expected_lags: Mapping[str, int] | None = None) -> MeasureNext | CannotSay:
    """How long must each indicator be measured until a lead of a given strength shows, and would naming its lag or asking more people help?

    From this outcome's own noise, season and number of indicators; no lead needs to exist. Not for choosing a lag: one chosen by
    looking at the months there are is not named in advance (``fresh_from`` says from when it counts).

    Parameters
    ----------
    outcome, indicators
        As for ``scan_leading_indicators``.
    scan
        What the scan said of them, if it was run; else it is run here, with ``expected_lags``.
    strength
        Of the lead: fraction of the outcome's month-to-month surprise that goes with what the indicator really does, 0.05 … 0.95.
    lags
        Name → months of the lead to be planned for; by default the lag named in advance, or found, or else three months.
    expected_lags
        Name → lag named in advance.

    Returns
    -------
    MeasureNext or CannotSay
        CannotSay where the outcome itself cannot be used.

    Raises
    ------
    AnalysisError
        A strength or lag out of range; names in ``lags`` that are not indicators.

    Notes
    -----
    A survey of n answers has a sampling error of SD / √n; SD is taken as a fifth of the scale. An indicator x seen with that error has
    surprises that are partly error: the link that is left is var(surprise of x) / var(surprise as seen), from the steady state of the
    Kalman filter of an AR(1) seen with noise (Harvey 1989, section 4.3). Without memory this is the reliability (Spearman 1904).

    Examples
    --------
    >>> rng, months = np.random.default_rng(1), pd.period_range("2023-01", periods=30, freq="M")
    >>> clients, mood = (pd.Series(level + rng.normal(size=30), months) for level in (500, 50))
    >>> item = measure_next(clients, {"mood": mood}).items[0]
    >>> item.months_now, item.months_named < item.months_searched
    (30, True)
    """
    indicators = named_indicators(indicators)
    if not 0.05 <= strength <= 0.95:
        raise AnalysisError(f"strength={strength}: a fraction of the outcome's surprise between 0.05 and 0.95, such as 0.5 for half")
    for key, lag in (lags or {}).items():
        if key not in indicators:
            raise AnalysisError(f"lags={key!r}: no such indicator; there are {', '.join(indicators)}")
        if isinstance(lag, bool) or lag != int(lag) or not 1 <= lag <= LONGEST_LAG_EVER:
            raise AnalysisError(f"lags[{key!r}]={lag}: whole months from 1 to {LONGEST_LAG_EVER}")
    scan = scan or scan_leading_indicators(outcome, indicators, expected_lags=expected_lags)
    if isinstance(scan, CannotSay):
        return scan
    series = monthly(outcome, name="outcome")
    plan = _Plan(scan, series, strength, roughness(scan.used[0] if scan.used and scan.used[1] else series))
    items = tuple(plan.item(v, indicators[v.indicator], (lags or {}).get(v.indicator)) for v in scan.verdicts if v.indicator in indicators)
    surveys = any(item.visible is not None for item in items)
    told = ("How far answers to a survey spread is taken as a fifth of its scale (SD 2 on 0–10); what they really do can differ.",) if surveys else ()
    return MeasureNext(scan.outcome, float(strength), POWER, items, told)


@dataclass(frozen=True, slots=True)
class _Plan:
    """One outcome's plan: ``strength`` is of the lead that is looked for."""

    scan: LeadScan
    outcome: pd.Series
    strength: float
    harmonics: int

    def item(self, verdict: LeadVerdict, measure: Measure | pd.Series, lag: int | None) -> NextMeasure:
        key = verdict.indicator
        found = verdict.verdict == "leads"
        lag = lag or verdict.expected_lag or (verdict.lag_months if found else 0) or USUAL_LAG
        if verdict.same_figure or (verdict.verdict == "not enough data" and verdict.sight is None):
            return NextMeasure(key, verdict.verdict, lag, verdict.n, reason=verdict.reason)
        indicator = monthly(measure, name=key)
        survey = _survey(measure, indicator, key)
        seen = verdict.strength.value if found else self.strength * (survey.visible.value if survey and survey.visible else 1.0)
        searched, named = (None if found and not named else self._months(verdict, lag, seen, named=named) for named in (False, True))
        when = {n: enough_from(self.outcome, indicator, n) for n in (searched, named) if n is not None and n > verdict.n}
        fresh = None if named is None else self.outcome.dropna().index[-1] + named
        item = NextMeasure(key, verdict.verdict, lag, verdict.n, seen, searched, when.get(searched), named, when.get(named), fresh)
        return item if survey is None else self._with_answers(item, verdict, survey)

    def _months(self, verdict: LeadVerdict, lag: int, strength: float, *, named: bool) -> int | None:
        others = [v for v in self.scan.verdicts if v.indicator != verdict.indicator and (v.sight or v.p_value is not None)]
        already = sum(v.expected_lag is not None for v in others)
        search = Search.of(searched=len(others) - already + (not named), named=already + named, alpha=self.scan.alpha, lag_named=lag if named else None)
        noise = LinkNoise.expected(self.harmonics, search)
        if verdict.sight:  # the hurdle was measured for the search that was made, and only for that
            measured = verdict.sight.noise
            noise = replace(noise, months_lost=measured.months_lost, hurdle=measured.hurdle if verdict.sight.search.named == named else noise.hurdle)
        return months_needed(float(np.clip(strength, 1e-6, STRONGEST)), search=search, noise=noise)

    def _with_answers(self, item: NextMeasure, verdict: LeadVerdict, survey: _Survey) -> NextMeasure:
        then = (None, None)
        if survey.answers_needed is not None and survey.visible.value < CLOSE_ENOUGH and verdict.verdict != "leads":
            then = tuple(self._months(verdict, item.lag_months, self.strength * CLOSE_ENOUGH, named=named) for named in (False, True))
        return replace(item, answers_now=survey.answers_now, visible=survey.visible, answers_needed=survey.answers_needed,
                       months_searched_then=then[0], months_named_then=then[1], reason=survey.reason)


@dataclass(frozen=True, slots=True)
class _Survey:
    answers_now: int | None
    visible: Estimate | None
    answers_needed: int | None
    reason: str = ""


def _survey(measure: Measure | pd.Series, series: pd.Series, key: str) -> _Survey | None:
    """How much of the link the number of answers lets through; None where the indicator is no survey."""
    if not isinstance(measure, Measure) or measure.scale is None:
        return None
    answers = recent_answers(measure)
    if answers is None:
        return _Survey(None, None, None, "how many answers a wave has is not in the data, so it cannot be said how much of a link they let through")
    error, _ = sampling_error(measure, None, name=key)
    values = series.iloc[longest_stretch(series.notna().to_numpy())].interpolate().to_numpy()
    if len(values) < FEWEST_MONTHS:
        return _Survey(answers, None, None, f"{FEWEST_MONTHS} months are needed to tell sampling error from movement")
    design = trend_and_season(len(values), season_harmonics(values))
    left, spare = residuals(values[None], design)[0], len(values) - design.shape[1]
    variance, next_month = float(left @ left) / spare, float(left[1:] @ left[:-1]) / spare
    if variance <= error**2:
        return _Survey(answers, Estimate(0.0, 0.0, *_shares([variance * _widest(spare)[1]], next_month, error), level=0.95, unit="fraction",
                                         kind="estimated", convention="of the link visible", key=f"next.{key}.visible"), None,
                       f"what moves in it from month to month is no more than the sampling error of {answers} answers a wave")
    low, value, high = _shares([variance * factor for factor in (_widest(spare)[0], 1.0, _widest(spare)[1])], next_month, error)
    visible = Estimate(value, min(low, value), max(high, value), level=0.95, n=len(values), unit="fraction", kind="estimated",
                       convention="of the link visible", key=f"next.{key}.visible")
    spread = ANSWERS_SPREAD * (measure.scale[1] - measure.scale[0])
    latent = variance - error**2
    needed = spread**2 / _error_for(CLOSE_ENOUGH, latent, _memory(next_month, latent))
    return _Survey(answers, visible, int(np.ceil(needed)) if needed <= MOST_ANSWERS else None)


def _widest(spare: int) -> tuple[float, float]:
    """A variance from so many spare months, times these, is its 95 % interval (chi-squared)."""
    return spare / float(special.chdtri(spare, 0.025)), spare / float(special.chdtri(spare, 0.975))


def _memory(next_month: float, variance: float) -> float:
    return float(np.clip(next_month / variance, 0.0, 0.95))


def _shares(variances: list[float], next_month: float, error: float) -> list[float]:
    latent = [max(v - error**2, 0.0) for v in variances]
    return [visible_share(v, _memory(next_month, v), error**2) if v > 0 else 0.0 for v in latent]


def visible_share(variance: float, memory: float, error: float) -> float:
    """Fraction of a squared correlation of surprises that is left when an AR(1) is seen with independent errors.

    Parameters
    ----------
    variance, memory
        Of what is meant to be seen, around its trend and season: variance, and correlation of neighbouring months (0 … 0.95).
    error
        Variance of the error of one month.

    Examples
    --------
    >>> round(visible_share(1.0, 0.0, 0.25), 3), round(visible_share(1.0, 0.8, 0.25), 3)
    (0.8, 0.504)
    """
    news = variance * (1 - memory**2)
    half = (error * (1 - memory**2) - news) / 2
    foretold = -half + np.sqrt(half**2 + news * error)  # variance of the state given the past, in the steady state
    return float(news / (foretold + error))


def _error_for(share: float, variance: float, memory: float) -> float:
    """The error variance that leaves ``share`` visible: the inverse of ``visible_share``."""
    seen = variance * (1 - memory**2) / share
    return 2 * (1 - share) * seen / (1 + memory**2 + np.sqrt((1 + memory**2) ** 2 - 4 * memory**2 * (1 - share)))
