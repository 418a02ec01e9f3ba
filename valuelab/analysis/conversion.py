"""What one point of an indicator is worth in outcome units, as measured. ``points`` turns it into points for a target."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd

from valuelab.analysis.pairing import MONTHS_NEEDED, monthly
from valuelab.analysis.points import PointsNeeded, PointsReading, points_needed
from valuelab.analysis.records import slope_record
from valuelab.analysis.series import check_level, name_and_unit
from valuelab.analysis.slope_belief import (
    SHARE_UNITS,
    WORTH_CORRECTING,
    Components,
    SlopeBelief,
    SurveyError,
    believe,
    reliability,
    survey_error,
    without_survey_noise,
)
from valuelab.analysis.slope_models import SlopeModels, calendar_columns, fit_slopes
from valuelab.errors import AnalysisError
from valuelab.formatting import format_fraction, format_number
from valuelab.provenance import Derivation
from valuelab.types import CannotSay, Estimate, Measure, Result

__all__ = ["Conversion", "PointsNeeded", "PointsReading", "fit_conversion", "points_needed"]

FEWEST_PAIRS = 18
LONGEST_LAG = 24
NOTHING_LEFT = 1e-10  # of the variance: what rounding leaves of a pure trend, a pure calendar, a copy
TINY = 1e-100  # and its inverse: sizes at which squares are still finite
STUCK = 0.75  # share of the months in one and the same value from which there are too few moves to learn from
STEEPEST = 20.0  # log points: beyond, "one unit" is no sensible step for this indicator
NEAR_AN_END = 0.05  # of the outcome's scale
# below so many months: bias of a slope called by the scan and how often its 95 % interval holds the truth, before and after correction;
# simulated where half of the outcome's movement is the indicator's
SELECTED = ((30, 0.12, 0.91, -0.02, 0.94), (42, 0.04, 0.95, -0.01, 0.95), (10**9, 0.01, 0.94, -0.03, 0.93))


@dataclass(frozen=True, slots=True, eq=False)
class Conversion(Result):
    """What ``fit_conversion`` finds.

    Attributes
    ----------
    model
        "log": each unit of the indicator multiplies the outcome. "linear": each unit adds to it; ``model_reason`` says why.
    slope
        Log points of the outcome per unit of the indicator, or (linear) ``added``; key ``conversion.<indicator>.slope``.
    effect
        Fraction of the outcome per unit: exp(slope) − 1, compound by nature; linear: of the outcome's mean over the months
        used, additive by nature. None where that mean is no fair base (not well above 0). Key ``conversion.<indicator>.effect``.
    added
        Linear: outcome units per unit of the indicator (percentage points where the outcome is a share); key
        ``conversion.<indicator>.added``. None where the model is "log".
    uncorrected
        ``effect`` (linear: ``added``) before any correction, key ``….uncorrected``; None where nothing was corrected.
    corrections
        What was corrected and why, a sentence each.
    range_seen
        Lowest and highest indicator value behind the slope. Beyond it is extrapolation.
    points
        For the picture, one row a month: period (of the outcome), indicator (of ``lag_months`` before) and outcome (a fraction;
        linear: in the unit of ``added``), both without trend and season and around 0.
    n
        Pairs of months used.
    record
        How often intervals like that of ``slope`` held the truth in invented accounts; () where that was not measured.
    belief
        What ``draws`` draws from.
    """

    LEAVE_OUT: ClassVar[tuple[str, ...]] = ("belief",)
    outcome: str
    indicator: str
    lag_months: int
    lag_selected: bool
    slope: Estimate
    effect: Estimate | None
    range_seen: tuple[float, float]
    points: pd.DataFrame
    n: int
    warnings: tuple[str, ...] = ()
    status: str = "ok"
    model: str = "log"
    model_reason: str = ""
    added: Estimate | None = None
    uncorrected: Estimate | None = None
    corrections: tuple[str, ...] = ()
    belief: SlopeBelief | None = None
    record: tuple[Estimate, ...] = ()

    @property
    def shown(self) -> Estimate:
        """The effect of one point as it is measured: a fraction, or what is added."""
        return self.effect if self.added is None else self.added

    def draws(self, size: int, seed: int = 0) -> np.ndarray:
        """(size,) draws of the slope, in its unit; where the model is "log" ``np.expm1`` of them are effects. Same seed, same draws."""
        if size < 1:
            raise AnalysisError(f"size={size}: at least one draw")
        if self.belief is None:
            raise AnalysisError("belief=None: a Conversion that was not fitted has no draws")
        return self.belief.draws(int(size), np.random.default_rng(seed))


@dataclass(frozen=True, slots=True, eq=False)
class _Pairs:
    """Both series over the months from the first pair to the last: (months,) values, ``used`` where both are known."""

    months: pd.PeriodIndex
    outcome: np.ndarray
    indicator: np.ndarray
    used: np.ndarray

    @property
    def count(self) -> int:
        return int(self.used.sum())

    @property
    def seen(self) -> tuple[float, float]:
        return float(self.indicator[self.used].min()), float(self.indicator[self.used].max())


def fit_conversion(outcome: Measure | pd.Series, indicator: Measure | pd.Series, *, lag_months: int, lag_selected: bool = False,
                   standard_error: float | None = None, level: float = 0.95) -> Conversion | CannotSay:
    """By what fraction is the outcome higher, ``lag_months`` after the indicator was one point higher?

    log(outcome) is regressed on trend, season and the indicator, with errors that persist from month to month. Neither how they
    persist nor how rough the season is can be known from a short series, so the slope is averaged over both; the interval holds
    the truth about 95 times in 100 where the usual ones (least squares, Newey–West) do so 63–92 times. An outcome that reaches
    0, or that is a score or a share, is not read in percent: there the model is linear, so many units a point.

    An association, not proof of a cause. Not for several points read as one (5 % a point, compound, is not 25 % for five), not
    beyond ``range_seen``, and not to be added up over indicators.

    Parameters
    ----------
    outcome, indicator
        Monthly Measures or Series. A Measure with a scale, or in percent, is read as a score or a share.
    lag_months
        Months by which the indicator moves first, 0 to 24. Fixed in advance, or else ``lag_selected=True``.
    lag_selected
        True where the lag was found by a search on the same data: such a slope reads high, and is corrected for it.
    standard_error
        Sampling error of one month's value of the indicator, in its unit. It pulls the slope towards 0, which is corrected.
        Without it a survey's number of answers is used: exactly for shares, by an assumed spread of answers for scores.
    level
        Of the intervals.

    Returns
    -------
    Conversion or CannotSay
        CannotSay under 24 paired months (18 pairs once the lag is taken off), where outcome or indicator hardly ever moves, where
        one is the other in other units, and where the indicator does not move apart from its trend and season.

    Raises
    ------
    AnalysisError
        A lag, level or standard error out of range; a Series without a PeriodIndex; infinite values.

    Notes
    -----
    Generalised least squares (Aitken 1935) with restricted likelihood, Harville (1977), JASA 72: 320–338; averaging over models,
    Hoeting and others (1999), Statistical Science 14: 382–417. Missing months are left out, their neighbours keep their distance.
    For the two corrections see ``slope_belief``.

    Examples
    --------
    >>> rng = np.random.default_rng(3)
    >>> months = pd.period_range("2022-01", periods=48, freq="M")
    >>> engagement = pd.Series(6 + 0.5 * rng.normal(size=48), months, name="engagement")
    >>> clients = 1800 * np.exp(0.05 * engagement.shift(2).fillna(6) + 0.01 * rng.normal(size=48)).rename("clients")
    >>> found = fit_conversion(clients, engagement, lag_months=2)
    >>> print(found.effect)
    5.3 % (95 %: 4.6 to 6.1)
    """
    if isinstance(lag_months, bool) or lag_months != int(lag_months) or not 0 <= lag_months <= LONGEST_LAG:
        raise AnalysisError(f"lag_months={lag_months}: whole months from 0 to {LONGEST_LAG}")
    lag, level = int(lag_months), check_level(level)
    name, unit = name_and_unit(outcome)
    other = name_and_unit(indicator)[0] if isinstance(indicator, Measure) or getattr(indicator, "name", None) else "indicator"
    error = survey_error(indicator, standard_error, name=other)
    response, cause = monthly(outcome, name="outcome"), monthly(indicator, name="indicator")
    if response is None or cause is None:
        return CannotSay(f"{name if response is None else other} is not monthly, and lags are counted in months", "Give both by month.")
    pairs = _pairs(response, cause, lag, name, other)
    if isinstance(pairs, CannotSay):
        return pairs
    model, reason = _model(outcome, response, name)
    told = _nothing_to_learn(pairs, name, other, lag)
    if told is not None:
        return told

    size = 100.0 if model == "linear" and unit == "fraction" else 1.0
    models = fit_slopes(np.log(pairs.outcome, where=pairs.used, out=np.zeros(len(pairs.used))) if model == "log" else pairs.outcome * size,
                        pairs.indicator, pairs.used, with_noise=error is not None)
    plain = Components.of(models)
    parts, noise_words, doubts = _for_survey_noise(models, plain, error, other)
    belief = believe(parts, selected=lag_selected, standard_error=plain.spread * (parts.mean / plain.mean if plain.mean else 1.0))
    corrections = [*noise_words, *_selected_words(lag_selected, pairs.count + lag)]
    shown = _Shown(model, level, pairs, lag, f"conversion.{other}", "percentage points" if unit in SHARE_UNITS else unit)
    slope = shown.slope(belief)
    if model == "log" and max(abs(slope.low), abs(slope.high), abs(slope.value)) > STEEPEST:
        return CannotSay(f"one whole unit of {other} is far more than it ever moved ({_from_to(pairs.seen)})",
                         "Give the indicator in smaller units, such as percent instead of fractions.")
    uncorrected = None
    if corrections:
        before = shown.slope(believe(plain))
        uncorrected = (shown.effect(before) if model == "log" else before).keyed(
            f"conversion.{other}.uncorrected", derivation=Derivation(method="The same regression before any correction"))
    return Conversion(
        outcome=name, indicator=other, lag_months=lag, lag_selected=bool(lag_selected), slope=slope, effect=shown.effect(slope, size),
        range_seen=pairs.seen, points=_points(pairs, models, model), n=pairs.count, model=model, model_reason=reason,
        added=slope.keyed(f"conversion.{other}.added") if model == "linear" else None, uncorrected=uncorrected, corrections=tuple(corrections), belief=belief,
        record=slope_record(len(response), indicator=other, lag_selected=bool(lag_selected)),
        warnings=(*_gap_warning(pairs, name, other), *doubts, *_near_the_end(outcome, pairs, name), *_unit_warning(pairs, other)),
    )


def _pairs(response: pd.Series, cause: pd.Series, lag: int, name: str, other: str) -> _Pairs | CannotSay:
    """The months where the outcome is known, and the indicator ``lag`` months before."""
    earlier = pd.Series(cause.to_numpy(), cause.index + lag)  # the indicator's value stands at the month it speaks of
    known = response.index[response.notna() & earlier.reindex(response.index).notna()]
    needed = max(FEWEST_PAIRS, MONTHS_NEEDED - lag)
    if len(known) < needed:
        last = known[-1] if len(known) else max((s.index[-1] for s in (response, earlier) if len(s)), default=None)
        fix = "" if last is None else f"Enough from {last + needed - len(known)}, if no month is missed."
        return CannotSay(f"{len(known)} pairs of months of {other} and {name}, {lag} months apart; {needed} are needed "
                         f"({MONTHS_NEEDED} months of both)", fix)
    months = pd.period_range(known[0], known[-1], freq="M")
    values = [s.reindex(months).to_numpy(float) for s in (response, earlier)]
    used = np.isfinite(values[0]) & np.isfinite(values[1])
    return _Pairs(months, *(np.where(used, v, 0.0) for v in values), used)


def _model(outcome: Measure | pd.Series, response: pd.Series, name: str) -> tuple[str, str]:
    """("log" or "linear", why)."""
    lowest = float(response.min())
    if lowest <= 0:
        return "linear", (f"{name} reaches {format_number(lowest)}, where a change in percent has no meaning: the effect is in its own units, "
                          "so many for each point.")
    if isinstance(outcome, Measure) and outcome.unit in SHARE_UNITS:
        return "linear", f"{name} is a share, so the effect is in percentage points for each point."
    if isinstance(outcome, Measure) and outcome.scale is not None:
        return "linear", f"{name} is a score on a scale with ends, so the effect is in its own points for each point."
    return "log", ""


def _nothing_to_learn(pairs: _Pairs, name: str, other: str, lag: int) -> CannotSay | None:
    y, x = pairs.outcome[pairs.used], pairs.indicator[pairs.used]
    for values, whose in ((y, name), (x, other)):
        common, counts = np.unique(values, return_counts=True)
        if counts.max() > STUCK * len(values) or np.ptp(values) <= 1e-12 * np.abs(values).max():
            return CannotSay(f"{whose} stays at {format_number(float(common[counts.argmax()]))} in {counts.max()} of {len(values)} months: there are too "
                             "few moves to learn from", "Wait until it has moved, or choose another measure.")
    for values, whose in ((y, name), (x, other)):
        if not TINY < np.abs(values).max() < 1 / TINY:
            return CannotSay(f"{whose} has values of {np.abs(values).max():.0e}: no arithmetic holds there", "Choose another unit.")
    tied = [np.corrcoef(x / np.abs(x).max(), y / np.abs(y).max())[0, 1] ** 2] + ([np.corrcoef(np.log(x), np.log(y))[0, 1] ** 2] if min(x.min(), y.min()) > 0 else [])
    if lag == 0 and max(tied) > 1 - NOTHING_LEFT:
        return CannotSay(f"{other} is {name} in other units, month by month", "Choose an indicator that is measured by itself.")
    smooth, rough = (c[pairs.used] for c in calendar_columns(len(pairs.used)))
    whole = np.column_stack([smooth, rough])
    centred = (x - x.mean()) / x.std()
    design = whole if np.linalg.matrix_rank(whole) == whole.shape[1] < len(x) - 2 else smooth
    left = centred - design @ np.linalg.lstsq(design, centred, rcond=None)[0]
    if left.var() < NOTHING_LEFT:
        return CannotSay(f"{other} does not move apart from its trend and season, so nothing can be learnt from its moves",
                         "Wait until it has moved, or choose another indicator.")
    return None


@dataclass(frozen=True, slots=True)
class _Shown:
    """How a slope becomes Estimates: the same words, keys and level for all of one result."""

    model: str
    level: float
    pairs: _Pairs
    lag: int
    key: str
    unit: str

    def slope(self, belief: SlopeBelief) -> Estimate:
        low, high = (belief.quantile((1 + side * self.level) / 2) for side in (-1, 1))
        unit = "log points per unit" if self.model == "log" else self.unit
        words = f"{self.lag} months later" if self.model == "log" else f"added to the outcome per point, {self.lag} months later"
        value = min(max(belief.mean, low), high)
        return Estimate(value, low, high, level=self.level, n=self.pairs.count, unit=unit, convention=words, key=f"{self.key}.slope", derivation=Derivation(
            method="Regression on trend, season and the indicator some months before, averaged over models", record=(f"{self.key}.record",)))

    def effect(self, slope: Estimate, size: float = 1.0) -> Estimate | None:
        """As a fraction: of the outcome, or (linear) of its mean where that is well above 0."""
        shared = dict(level=self.level, n=self.pairs.count, unit="fraction", key=f"{self.key}.effect", derivation=slope.derivation)
        ends = np.array([slope.value, slope.low, slope.high])
        if self.model == "log":
            return Estimate(*np.expm1(ends).tolist(), convention="of the outcome per point, compound", **shared)
        values = self.pairs.outcome[self.pairs.used] * size
        if values.mean() <= values.std() or values.mean() <= 0:
            return None
        return Estimate(*(ends / values.mean()).tolist(), convention=f"of the outcome's mean of {format_number(float(values.mean()))}, per point, additive", **shared)


def _points(pairs: _Pairs, models: SlopeModels, model: str) -> pd.DataFrame:
    """Both sides of the regression without trend and season, as the likeliest model sees them."""
    indicator, outcome = (v[pairs.used] - v[pairs.used].mean() for v in (models.indicator_left, models.outcome_left))
    return pd.DataFrame({"period": pairs.months[pairs.used], "indicator": indicator, "outcome": np.expm1(outcome) if model == "log" else outcome})


def _for_survey_noise(models: SlopeModels, plain: Components, error: SurveyError | None, name: str) -> tuple[Components, list[str], list[str]]:
    """(slopes, what was corrected, what could not be)."""
    if error is None:
        return plain, [], []
    pull = 1 - float(models.weights @ reliability(models, error.value))
    if pull < WORTH_CORRECTING:
        return plain, [], []
    share = f"about {format_fraction(min(pull, 1.0), 0)}"
    corrected = without_survey_noise(models, error)
    if corrected is None:
        return plain, [], [f"Sampling error of ±{format_number(error.value)} a month is most of what moves in {name}: the effect is pulled towards 0 by {share}, "
                           "too much to be corrected."]
    basis = {"given": "as given", "share of answers": "by its number of answers",
             "assumed spread": "by its number of answers, if answers spread by a fifth of the scale; 0.6 to 1.4 times that is allowed for in the interval"}
    return corrected, [f"{name} carries sampling error of ±{format_number(error.value)} a month ({basis[error.basis]}), which pulls an effect towards 0, here by "
                       f"{share}: corrected, and the interval is wider for it."], []


def _selected_words(lag_selected: bool, months: int) -> list[str]:
    if not lag_selected:
        return []
    _, bias, covered, bias_left, covered_then = next(row for row in SELECTED if months < row[0])
    return ["The lag was found by a search on the same data, and the clearest of many links reads high. Simulated with about this many months, such an effect "
            f"is {format_fraction(bias, 0)} too high and its interval holds the truth in {covered * 100:.0f} of 100 cases. Corrected here by how seldom a weaker "
            f"effect would have been found: {format_fraction(abs(bias_left), 0)} too low, {covered_then * 100:.0f} of 100."]


def _gap_warning(pairs: _Pairs, name: str, other: str) -> list[str]:
    left_out = len(pairs.used) - pairs.count
    if not left_out:
        return []
    months = "1 month lies" if left_out == 1 else f"{left_out} months lie"
    return [f"{months} between {pairs.months[0]} and {pairs.months[-1]} where {name} or {other} is unknown: left out, not filled; the months around keep "
            "their distance in time."]


def _near_the_end(outcome: Measure | pd.Series, pairs: _Pairs, name: str) -> list[str]:
    """A straight line does not stop at the end of a scale."""
    if not isinstance(outcome, Measure):
        return []
    ends = outcome.scale or ((0.0, 1.0) if outcome.unit == "fraction" else None)
    if ends is None or not ends[0] < ends[1]:
        return []
    values, near = pairs.outcome[pairs.used], NEAR_AN_END * (ends[1] - ends[0])
    if values.min() > ends[0] + near and values.max() < ends[1] - near:
        return []
    return [f"{name} came close to an end of its scale ({_from_to(ends)}): there, one more point can no longer add as much."]


def _unit_warning(pairs: _Pairs, name: str) -> list[str]:
    if np.ptp(pairs.indicator[pairs.used]) >= 1:
        return []
    return [f"{name} moved only from {_from_to(pairs.seen)}: the effect of one whole unit goes beyond what was seen."]


def _from_to(ends: tuple[float, float]) -> str:
    return f"{format_number(ends[0])} to {format_number(ends[1])}"
