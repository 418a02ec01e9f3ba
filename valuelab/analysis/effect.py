"""What the initiative changed, against what would have happened: counterfactual, placebos, detectable effect."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from valuelab.analysis.baseline import BaselineFit, fit_baseline
from valuelab.analysis.projection import Projection, project
from valuelab.analysis.records import effect_record
from valuelab.analysis.series import (
    all_positive,
    as_series,
    how_it_adds,
    name_and_unit,
    one_period,
    period_word,
    season_length,
    season_position,
)
from valuelab.errors import AnalysisError
from valuelab.formatting import format_fraction
from valuelab.provenance import Derivation, span_of
from valuelab.types import CannotSay, Estimate, Measure, Result, TotalBy

LEVEL = 0.95
POWER = 0.8
FEWEST_SINCE = 3  # known periods; the contract's "too early"
MOST_PLACEBOS = 12
YEARS_BEFORE_PLACEBO = 2
DRAWS = 20_000  # so many that another seed moves third digits only
PLACEBO_DRAWS = 1000
PLACEBO_COLUMNS = ["start", "effect", "low", "high", "flagged"]


@dataclass(frozen=True, slots=True, eq=False)
class Effect(Result):
    """What ``measure_effect`` finds.

    ``effect``: (actual − counterfactual) / counterfactual over the known periods since the start. ``total``: the same in
    units, summed for a measure that adds up, per period for a level. ``detectable``: smallest fraction that would be seen
    with 80 % power; ``detectable_in_a_year``: the same once a whole year since the start is known, None where it is.
    ``before``: the last two years before the start. ``path``: PeriodIndex; actual, counterfactual, low_95, high_95 since the
    start. ``placebos``: start, effect (fraction), low, high, flagged (the interval excludes 0) of fake starts in the history;
    ``placebos_flagged``: the fraction of them that were flagged, None without any; ``placebos_as_large``: how many differ by as
    much as the real start.

    ``split``: part, value; values are fractions of the mean level of the year before the start and add up to ``change``, the
    whole change of the mean since then. ``trend``: what the counterfactual adds besides the season. ``season``: that other months
    are in the window than in a whole year (0 where the season cannot be known from the history). The remaining difference
    between actual and counterfactual is ``initiative`` where the interval excludes 0, and ``unexplained`` where it does not.

    ``verdict``: up | down | inconclusive | too early. ``reason``: why; ``settled_by``: what would settle it, "" where it is.
    ``controls_used``: names of the series that the counterfactual leans on. ``record``: how often an effect was called where
    nothing had changed.
    """

    name: str
    unit: str
    started: pd.Period
    periods_since: int
    effect: Estimate
    total: Estimate
    detectable: Estimate
    detectable_in_a_year: Estimate | None
    before: pd.Series
    path: pd.DataFrame
    placebos: pd.DataFrame
    placebos_flagged: Estimate | None
    placebos_as_large: Estimate | None
    change: Estimate
    split: pd.DataFrame
    verdict: str
    reason: str
    settled_by: str = ""
    warnings: tuple[str, ...] = ()
    status: str = "ok"
    controls_used: tuple[str, ...] = ()
    record: tuple[Estimate, ...] = ()


def measure_effect(outcome: Measure | pd.Series, *, started: str | pd.Period,
                   controls: Mapping[str, Measure | pd.Series] | None = None, total_by: TotalBy | None = None,
                   seed: int = 0) -> Effect | CannotSay:
    """How far the outcome is from where its own history would have led it since the initiative started.

    Not proof of a cause: whatever else changed at the same time is in the difference. Not for a start that was chosen
    because the series moved there.

    Parameters
    ----------
    outcome
        Weeks, months or quarters, from well before the start. Periods since then that are unknown are left out on both
        sides.
    started
        The first period with the initiative, ``"2025-04"`` or a Period.
    controls
        Series by name that move with the outcome but that the initiative does not touch, such as a region without it.
        Those that are not known throughout are left out, with a warning.
    total_by
        How periods add up; the Measure's own where not given, "sum" for a Series.
    seed
        The same seed gives the same numbers.

    Returns
    -------
    Effect or CannotSay
        CannotSay where the start lies after the data or has too little history before it (see ``project``), or where the
        counterfactual may be zero or below, so that there is no base for a fraction. A positive effect is more than
        expected, whether or not more is better. Intervals are 95 %.

    Raises
    ------
    AnalysisError
        Wrong kind of series, period or controls.

    Notes
    -----
    The counterfactual is ``project`` from the periods before the start. The detectable effect is the distance from the
    counterfactual's lower fifth to the upper end of its interval: an effect of that size leaves the interval four times in
    five. Fake starts ("placebos") run the same pipeline on windows of the same length that end before the real start, with
    at least two years before each. Brodersen et al. (2015), Inferring causal impact using Bayesian structural time-series
    models, Annals of Applied Statistics 9; Abadie, Diamond, Hainmueller (2010), Synthetic control methods, Journal of the
    American Statistical Association 105, for placebos.

    Examples
    --------
    >>> months = pd.period_range("2021-04", "2025-09", freq="M")
    >>> noise = np.random.default_rng(1).normal(0, 20, len(months))
    >>> clients = pd.Series(1800 + 150 * np.cos(2 * np.pi * (months.month - 1) / 12) + noise, months)
    >>> clients["2025-04":] *= 1.15
    >>> result = measure_effect(clients, started="2025-04")
    >>> result.verdict, result.effect.low < 0.15 < result.effect.high
    ('up', True)
    """
    series = as_series(outcome)
    name, unit = name_and_unit(outcome)
    total_by = how_it_adds(outcome, total_by)
    first = one_period(started, series.index, how="start", name="started")
    word = period_word(series.index)
    if not len(series):
        return CannotSay(f"{name} has no known {word}", f"Add {word}s from before the initiative.")
    last = series.index[-1]
    season = season_length(series.index)
    if first > last:
        return _not_started(outcome, name, first, last, season, total_by, word, seed)
    before, since = series[: first - 1], series[first:]
    known = since.notna()
    frame, warnings = _usable_controls(controls, series)
    base = _Pipeline(outcome, frame, total_by)
    year_on = max(last, first + season - 1)
    projection = base.project(before, last if frame is not None else year_on, seed)
    if isinstance(projection, CannotSay):
        return CannotSay(f"before {first}, {projection.reason}", projection.fix)
    warnings = [*projection.warnings, *warnings]
    if not known.all():
        several = (~known).sum() > 1
        warnings.append(f"{(~known).sum()} {word}{'s' if several else ''} since the start {'are' if several else 'is'} unknown and left "
                        "out on both sides.")
    window = known.index[known]
    found = _Difference.of(series, projection, window)
    if found is None:
        return CannotSay(f"what {name} would have been without the initiative may be zero or below, so there is no base for a fraction",
                         "Choose a measure that is clearly above zero.")
    placebos = _placebos(base, before, len(since), season, seed)
    periods = len(window)
    span_text = f"{window[0]} to {window[-1]}"
    origin = Derivation(spans=(span_of(series, known_as=name),), record=("effect.record", "effect.record_real"),
                        method="What happened less what the history before the start led to expect, by the projection of that history")
    effect = Estimate(*found.effect, level=LEVEL, n=periods, unit="fraction", kind="estimated",
                      convention=f"of the counterfactual, {span_text}", key="effect.effect", derivation=origin)
    per = "" if total_by == "sum" else ", a period"
    total = Estimate(*found.total, level=LEVEL, n=periods, unit=unit, kind="estimated",
                     convention=f"actual − counterfactual, {span_text}{per}", key="effect.total", derivation=origin)
    detectable = _visible(found.detectable, periods, word, "effect.detectable")
    later = None
    if periods < season and projection.path.index[-1] >= first + season - 1:
        year = _Difference.detectable_over(projection, pd.period_range(first, first + season - 1), found.scale)
        later = _visible(year, season, word, "effect.detectable_in_a_year")
    verdict = "too early" if periods < FEWEST_SINCE else "inconclusive"
    if periods >= FEWEST_SINCE and effect.excludes(0):
        verdict = "up" if effect.value > 0 else "down"
    flagged = as_large = None
    if len(placebos):
        flagged = Estimate(float(placebos["flagged"].mean()), n=len(placebos), unit="fraction",
                           convention="of fake starts whose 95 % interval excludes 0", key="effect.placebos_flagged")
        as_large = Estimate(float((placebos["effect"].abs() >= abs(effect.value)).sum()), n=len(placebos),
                            convention=f"of {len(placebos)} fake starts", key="effect.placebos_as_large")
        if flagged.value > 0.25 and len(placebos) >= 4:
            warnings.append(f"{int(placebos['flagged'].sum())} of {len(placebos)} fake starts were flagged, too: this history holds "
                            "changes that the method takes for effects, so do not lean on this one.")
    path = projection.path.loc[first:last, ["value", "low_95", "high_95"]].rename(columns={"value": "counterfactual"})
    path.insert(0, "actual", since)
    change, split = _split(before, window, found, verdict, season)
    return Effect(
        name=name, unit=unit, started=first, periods_since=periods, effect=effect, total=total, detectable=detectable,
        detectable_in_a_year=later, before=before.iloc[-2 * season:], path=path, placebos=placebos, placebos_flagged=flagged,
        placebos_as_large=as_large, change=change, split=split, verdict=verdict, reason=_reason(verdict, as_large, word, periods),
        settled_by=_settled_by(verdict, effect, detectable, later, word, frame is not None), warnings=tuple(warnings),
        controls_used=() if frame is None else tuple(frame.columns),
        record=effect_record(len(before), periods) if season == 12 else (),
    )


def _visible(fraction: float, periods: int, word: str, key: str) -> Estimate:
    return Estimate(fraction, n=periods, unit="fraction", kind="estimated",
                    convention=f"seen with 80 % power over {periods} {word}{'' if periods == 1 else 's'}", key=key)


@dataclass(frozen=True, slots=True)
class _Pipeline:
    """One way from a history to its counterfactual, for the real start and for the fake ones."""

    outcome: Measure | pd.Series
    controls: pd.DataFrame | None
    total_by: TotalBy

    def project(self, before: pd.Series, through: pd.Period, seed: int, draws: int = DRAWS) -> Projection | CannotSay:
        if isinstance(self.outcome, Measure):
            history = Measure(self.outcome.name, before, total_by=self.total_by, unit=self.outcome.unit, scale=self.outcome.scale)
        else:
            history = before.rename(self.outcome.name)
        return project(history, through=through, total_by=self.total_by, seed=seed, draws=draws, controls=self.controls)


@dataclass(frozen=True, slots=True)
class _Difference:
    """Actual against counterfactual over a window. Triples are (value, low, high); ``scale``: level a period that
    fractions are of, None where they are of each draw."""

    effect: tuple[float, float, float]
    total: tuple[float, float, float]
    detectable: float
    mean_actual: float
    mean_expected: float
    scale: float | None

    @classmethod
    def of(cls, series: pd.Series, projection: Projection, window: pd.PeriodIndex) -> _Difference | None:
        actual = series[window].to_numpy()
        expected = projection.paths[:, projection.path.index.get_indexer(window)]
        drawn = expected.sum(1)
        ends = np.quantile(drawn, [0.5, (1 + LEVEL) / 2, (1 - LEVEL) / 2])
        scale = None
        if np.quantile(drawn, 0.005) <= 0:
            # near zero a ratio of draws explodes: the level of the year before is the base, if it is clear of the noise
            year = projection.history.iloc[-season_length(series.index):].dropna()
            scale = abs(float(year.mean()))
            if scale * len(window) < 0.5 * (ends[1] - ends[2]):
                return None
        effect = (actual.sum() - ends) / (ends if scale is None else scale * len(window))
        total = (actual.sum() - ends) / (1 if projection.total_by == "sum" else len(window))
        return cls(tuple(map(float, effect)), tuple(map(float, total)), cls.detectable_over(projection, window, scale),
                   float(actual.mean()), float(ends[0] / len(window)), scale)

    @staticmethod
    def detectable_over(projection: Projection, window: pd.PeriodIndex, scale: float | None = None) -> float:
        """The smallest effect that leaves the interval with the wanted power, as a fraction."""
        drawn = projection.paths[:, projection.path.index.get_indexer(window)].sum(1)
        low, middle, high = np.quantile(drawn, [1 - POWER, 0.5, (1 + LEVEL) / 2])
        return float((high - low) / (middle if scale is None else scale * len(window)))


def _placebos(pipeline: _Pipeline, before: pd.Series, length: int, season: int, seed: int) -> pd.DataFrame:
    """The same pipeline at starts when nothing started: windows of the same length, all of them before the real start."""
    before = as_series(before)
    earliest, latest = YEARS_BEFORE_PLACEBO * season, len(before) - length
    rows = []
    if latest >= earliest:
        count = min(MOST_PLACEBOS, latest - earliest + 1)
        for at in np.unique(np.linspace(earliest, latest, count).round().astype(int)):
            start = before.index[at]
            history = before.iloc[:at]
            projection = pipeline.project(history, before.index[at + length - 1], seed, PLACEBO_DRAWS)
            values = before.iloc[at : at + length].dropna()
            if isinstance(projection, CannotSay) or not len(values):
                continue
            found = _Difference.of(before, projection, values.index)
            if found is not None:
                value, low, high = found.effect
                rows.append((start, value, low, high, not low <= 0 <= high))
    return pd.DataFrame(rows, columns=PLACEBO_COLUMNS)


def _split(before: pd.Series, window: pd.PeriodIndex, found: _Difference, verdict: str, season: int) -> tuple[Estimate, pd.DataFrame]:
    """The change of the mean since the year before, as a fraction of that year's mean level, and its parts."""
    level = float(before.dropna().iloc[-season:].mean())
    base = abs(level) or 1.0
    fit = fit_baseline(before)
    seasonal = 0.0
    if isinstance(fit, BaselineFit) and len(fit.season):
        factor = fit.season["factor"].to_numpy()
        year = before.dropna().index[-season:]
        seasonal = float(factor[season_position(window)].mean() - factor[season_position(year)].mean())
    expected = (found.mean_expected - level) / base
    difference = (found.mean_actual - found.mean_expected) / base
    seen = verdict in ("up", "down")
    change = Estimate((found.mean_actual - level) / base, n=len(window), unit="fraction", kind="actual",
                      convention=f"mean of {window[0]} to {window[-1]} against the mean of the year before", key="effect.change")
    return change, pd.DataFrame({
        "part": ["trend", "season", "initiative", "unexplained"],
        "value": [expected - seasonal, seasonal, difference if seen else 0.0, 0.0 if seen else difference],
    })


def _reason(verdict: str, as_large: Estimate | None, word: str, periods: int) -> str:
    """Why the verdict is what it is."""
    if verdict == "too early":
        return f"{periods} {word}{' is' if periods == 1 else 's are'} known since the start; at least {FEWEST_SINCE} are needed"
    fakes = "the history is too short for fake starts to compare with"
    if as_large is not None:
        fakes = f"{int(as_large.value)} of {as_large.n} fake starts in the history looked as large"
    if verdict in ("up", "down"):
        return f"the 95 % interval excludes no effect; {fakes}"
    return f"no effect at all lies inside the 95 % interval, too; {fakes}"


def _settled_by(verdict: str, effect: Estimate, detectable: Estimate, later: Estimate | None, word: str, controlled: bool) -> str:
    """What would settle an open question."""
    if verdict != "inconclusive":
        return ""
    told = f"an effect of {format_fraction(detectable.value)} or more would be seen four times in five over {detectable.n} {word}s"
    if later is not None and later.value < abs(effect.value):
        told += f"; a whole year would show {format_fraction(later.value)} or more, so a difference of this size, kept up, would be settled then"
    elif later is not None:
        told += f", and over a whole year one of {format_fraction(later.value)} or more"
    return told if controlled else told + "; a comparable series that the initiative does not touch, named as control, would narrow it"


def _usable_controls(controls: Mapping[str, Measure | pd.Series] | None, series: pd.Series) -> tuple[pd.DataFrame | None, list[str]]:
    """The controls that are known throughout, and a warning for each of the others."""
    usable, warnings = {}, []
    for name, control in (controls or {}).items():
        values = as_series(control, name=f"controls[{name!r}]")
        if values.index.freq != series.index.freq:
            raise AnalysisError(f"controls[{name!r}]: its frequency is {values.index.freqstr}, that of the outcome {series.index.freqstr}")
        values = values.reindex(series.index)
        if values.isna().any():
            missing = int(values.isna().sum())
            warnings.append(f"{name} was not used as a control: it is unknown in {missing} of {len(values)} {period_word(series.index)}s.")
        elif values.nunique() == 1:
            warnings.append(f"{name} was not used as a control: it never changes.")
        else:
            usable[name] = values
    if not usable:
        return None, warnings
    warnings.append(f"The comparison leans on {', '.join(usable)}: it is right only if the initiative did not touch "
                    f"{'it' if len(usable) == 1 else 'them'}.")
    return pd.DataFrame(usable), warnings


def _not_started(outcome: Measure | pd.Series, name: str, first: pd.Period, last: pd.Period, season: int, total_by: TotalBy,
                 word: str, seed: int) -> CannotSay:
    """Before the start nothing can be measured, but what could be seen afterwards can be said."""
    reason = f"the initiative starts in {first}, after {last}, the last known {word} of {name}"
    wait = f"Ask again when {first + FEWEST_SINCE - 1} is known."
    projection = project(outcome, through=last + season, total_by=total_by, seed=seed)
    series = as_series(outcome)
    if isinstance(projection, CannotSay) or not all_positive(series):
        return CannotSay(reason, wait)
    half, whole = (_Difference.detectable_over(projection, projection.path.index[:k]) for k in (season // 2, season))
    return CannotSay(reason, f"{wait} With this history, an effect of {format_fraction(half)} or more would be seen four times in five "
                             f"after half a year, one of {format_fraction(whole)} or more after a year.")
