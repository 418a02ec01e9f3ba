"""Against what was wanted: shortfall, uplift, attainment, progress on a plan, status."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import pandas as pd

from valuelab.analysis.status import STATUSES, finite, judge_status, known_word, rag
from valuelab.errors import AnalysisError
from valuelab.formatting import format_fraction, format_number
from valuelab.provenance import Derivation, Span, derived
from valuelab.types import CannotSay, Estimate, Measure, Plan, Result

__all__ = ["STATUSES", "GapReading", "Progress", "Shortfall", "gap_reading", "judge_status", "measure_progress",
           "planned_progress", "rag", "shortfall"]

BOTH_ENDS = "Both ends of the interval by the same formula"
SHAPES = ("linear", "saturating", "ramp", "milestones")
_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class Shortfall(Result):
    """Target minus projected. Every part carries an interval where ``projected`` does (ends swapped where signs turn).

    ``units``: target − projected, positive = short. ``of_target``: the same / target. ``uplift_needed``: the same / projected.
    ``attainment``: projected / target. For a measure that should fall, "short" means above target: ``units`` is
    projected − target, ``uplift_needed`` is the fall that is needed, and ``attainment`` is target / projected.
    """

    target: float
    projected: Estimate
    units: Estimate          # convention "target − projected"
    of_target: Estimate      # unit fraction, convention "of target"
    uplift_needed: Estimate  # unit fraction, convention "of projected" ("of actual" where projected.kind is actual)
    attainment: Estimate     # unit fraction, convention "of target"


def shortfall(projected: float | Estimate, *, target: float | Estimate, better: Literal["higher", "lower"] = "higher", unit: str = "",
              key: str = "shortfall") -> Shortfall | CannotSay:
    """How far from the target this lands: in units, as a share of the target, and as the uplift still needed.

    Not for promised or expected values (they are rows of the ledger), and not for a target yet to be announced.

    Parameters
    ----------
    projected
        Where it lands, in the units of the target. A bare number is a forecast; with ``kind="actual"`` the words
        become "of actual".
    target
        The target, in the same units, above 0. An Estimate leads back to who agreed to it.
    better
        ``"lower"`` for a measure that should fall.
    unit
        Unit of ``projected`` and ``target``; by default the unit of ``projected``.
    key
        Stem of the keys: ``{key}.units``, ``{key}.of_target``, ``{key}.uplift_needed``, ``{key}.attainment``.

    Returns
    -------
    Shortfall or CannotSay
        Fractions. CannotSay where target or projection is zero or below: a share of that means nothing.

    Raises
    ------
    AnalysisError
        A target that is not a finite number; an unknown ``better``.

    Examples
    --------
    >>> short = shortfall(21_400, target=26_000, unit="clients")
    >>> print(short.units, "|", short.of_target, short.of_target.convention)
    4,600 clients | 17.7 % of target
    >>> print(short.uplift_needed, short.uplift_needed.convention)
    21.5 % of projected
    """
    agreed, target = target, getattr(target, "value", target)
    finite("target", target)
    known_word("better", better, ("higher", "lower"))
    if not isinstance(projected, Estimate):
        projected = Estimate(finite("projected", projected), unit=unit, kind="estimated")
    lowest = projected.value if projected.bare else projected.low
    if target <= 0 or projected.value <= 0:
        named = "target" if target <= 0 else "projection"
        return CannotSay(f"The {named} is zero or below, so a share of it means nothing.",
                         "Compare the two numbers as they are.")
    if lowest <= 0:  # a ratio to a range that holds zero has no ends
        projected = replace(projected, low=None, high=None, level=None)
    sign = 1 if better == "higher" else -1
    base = "of actual" if projected.kind == "actual" else "of projected"
    word = base.removeprefix("of ")

    def part(name: str, formula, *, part_unit: str, convention: str, words: str) -> Estimate:
        ends = (None, None) if projected.bare else sorted(formula(end) for end in (projected.low, projected.high))
        return Estimate(formula(projected.value), *ends, level=projected.level, n=projected.n, unit=part_unit,
                        kind=projected.kind, convention=convention, source=projected.source, key=f"{key}.{name}",
                        derivation=derived(words, {"target": agreed, word: projected}, method=BOTH_ENDS if ends[0] is not None else ""))

    order = f"target − {word}" if sign > 0 else f"{word} − target"
    return Shortfall(
        target=float(target),
        projected=projected,
        units=part("units", lambda p: sign * (target - p), part_unit=unit or projected.unit, convention=order, words=order),
        of_target=part("of_target", lambda p: sign * (target - p) / target, part_unit="fraction", convention="of target",
                       words=f"({order}) / target"),
        uplift_needed=part("uplift_needed", lambda p: sign * (target - p) / p, part_unit="fraction", convention=base, words=f"({order}) / {word}"),
        attainment=part("attainment", lambda p: p / target if sign > 0 else target / p, part_unit="fraction",
                        convention="of target" if sign > 0 else f"target / {word} (lower is better)",
                        words=f"{word} / target" if sign > 0 else f"target / {word}"),
    )


@dataclass(frozen=True, slots=True)
class GapReading(Result):
    """A goal that stops short of the target, in both readings that people confuse.

    ``closes``: share of the gap from current to target that the goal closes. ``half``: the level that closes half the gap.
    ``difference``: half − goal, in units; a caller multiplies by the value of a unit.
    """

    goal: float
    current: float
    target: float
    closes: Estimate          # fraction, convention "of the gap"
    half: Estimate            # units, convention "half the gap closed"
    half_of_target: Estimate  # fraction, convention "of target"
    goal_of_target: Estimate  # fraction, convention "of target"
    difference: Estimate      # units, convention "half the gap − goal"


def gap_reading(goal: float | Estimate, *, current: float | Estimate, target: float | Estimate, unit: str = "", key: str = "gap") -> GapReading | CannotSay:
    """How much of the gap a goal closes, and how it differs from "half the gap".

    Parameters
    ----------
    goal, current, target
        Levels in the same units; works for a measure that should rise and for one that should fall.
    unit
        Unit of the three levels.
    key
        Stem of the keys of the parts.

    Returns
    -------
    GapReading or CannotSay
        CannotSay where there is no gap, or where the target is 0.

    Examples
    --------
    >>> reading = gap_reading(23_400, current=21_400, target=26_000, unit="clients")
    >>> print(reading.closes, "|", reading.half, "|", reading.difference)
    43.5 % | 23,700 clients | 300 clients
    """
    named = {"goal": goal, "current": current, "target": target}
    goal, current, target = (finite(name, getattr(number, "value", number)) for name, number in named.items())
    if current == target:
        return CannotSay("The target is already reached: there is no gap to close.", "Agree on a new target.")
    if target == 0:
        return CannotSay("A share of a target of zero means nothing.", "Compare the numbers as they are.")
    half = (current + target) / 2

    def part(name: str, value: float, part_unit: str, convention: str, formula: str) -> Estimate:
        return Estimate(value, unit=part_unit, kind="estimated", convention=convention, key=f"{key}.{name}", derivation=derived(formula, named))

    return GapReading(
        goal=float(goal), current=float(current), target=float(target),
        closes=part("closes", (goal - current) / (target - current), "fraction", "of the gap", "(goal − current) / (target − current)"),
        half=part("half", half, unit, "half the gap closed", "(current + target) / 2"),
        half_of_target=part("half_of_target", half / target, "fraction", "of target", "(current + target) / 2 / target"),
        goal_of_target=part("goal_of_target", goal / target, "fraction", "of target", "goal / target"),
        difference=part("difference", half - goal, unit, "half the gap − goal", "(current + target) / 2 − goal"),
    )


@dataclass(frozen=True, slots=True, eq=False)
class Progress(Result):
    """How far on the way from baseline (0 %) to target (100 %), against the plan.

    ``table``: PeriodIndex from start to deadline; columns elapsed (periods since start), value, progress, planned
    (fractions; value and progress NaN where unknown), ahead_by (progress − planned). ``progress``, ``planned``, ``ahead_by``:
    at the last known period ``at``. ``crossing``: where actual last crosses from below to at-or-above plan, in periods since start,
    linear interpolation (F8: 3.77), None where it does not; ``crossing_period``: the period it falls in
    (3.77 → the fourth after start).
    """

    name: str
    unit: str
    baseline: float
    target: float
    start: pd.Period
    deadline: pd.Period
    at: pd.Period | None
    table: pd.DataFrame
    value: Estimate | None
    progress: Estimate | None
    planned: Estimate | None
    ahead_by: Estimate | None
    status: str
    reason: str
    crossing: float | None = None
    crossing_period: pd.Period | None = None
    warnings: tuple[str, ...] = ()

    def to_frame(self) -> pd.DataFrame:
        """The table, one row a period."""
        return self.table.copy()


def planned_progress(plan: Plan | str, elapsed, whole: float, *, start: pd.Period | None = None):
    """The fraction of the way that was planned after ``elapsed`` of ``whole`` periods.

    Parameters
    ----------
    plan
        ``"linear"``; ``"saturating"`` (early gains are easy): (1 − e^(−3u)) / (1 − e^(−3)); ``"ramp"`` (slow start):
        (e^(3u) − 1) / (e^3 − 1), with u = elapsed / whole; or a ``Plan`` with milestones, between which it is linear,
        from 0 at the start to 1 at the deadline.
    elapsed
        Periods since the start: a number, or an array of any shape. Before the start 0, after the deadline 1.
    whole
        Periods from start to deadline, above 0.
    start
        The first period; needed for milestones, which are periods.

    Returns
    -------
    float or numpy.ndarray
        Fractions in the shape of ``elapsed``.

    Raises
    ------
    AnalysisError
        An unknown shape; ``whole`` not above 0; milestones without a start, or outside start … deadline.

    Examples
    --------
    >>> planned_progress("linear", 4, 10), round(planned_progress("ramp", 5, 10), 3)
    (0.4, 0.182)
    """
    plan = Plan(plan) if isinstance(plan, str) else plan
    known_word("plan", plan.shape, SHAPES)
    if not (math.isfinite(whole) and whole > 0):
        raise AnalysisError(f"whole={whole}: the plan needs at least one period")
    share = np.clip(np.asarray(elapsed, dtype=float) / whole, 0.0, 1.0)
    if plan.shape == "linear":
        planned = share
    elif plan.shape == "saturating":
        planned = np.expm1(-3 * share) / np.expm1(-3)
    elif plan.shape == "ramp":
        planned = np.expm1(3 * share) / np.expm1(3)
    else:
        planned = np.interp(share * whole, *_milestone_points(plan, whole, start))
    return planned if np.ndim(elapsed) else float(planned)


def _milestone_points(plan: Plan, whole: float, start: pd.Period | None) -> tuple[list[float], list[float]]:
    if not plan.milestones:
        raise AnalysisError("plan.milestones=(): a plan of milestones needs at least one")
    if start is None:
        raise AnalysisError("start=None: milestones are periods, so the first period is needed")
    points = {0.0: 0.0, float(whole): 1.0}
    for period, fraction in plan.milestones:
        after = (period.asfreq(start.freqstr, how="end") - start).n
        if not 0 < after <= whole:
            raise AnalysisError(f"milestone {period}: must come after the start, {start}, and not after the deadline")
        if after == whole and fraction != 1:
            raise AnalysisError(f"milestone {period}: {format_fraction(fraction)} at the deadline, which is 100 % by definition")
        points[float(after)] = finite(f"milestone {period}", fraction)
    return sorted(points), [points[at] for at in sorted(points)]


def measure_progress(actual: Measure | pd.Series, *, baseline: float, target: float, start: pd.Period | str,
                     deadline: pd.Period | str, plan: Plan | str | None = None, within: float = 0.05,
                     key: str = "progress") -> Progress | CannotSay:
    """How far on the way from baseline to target we are, and whether that is ahead of the plan.

    Progress is (baseline − actual) / (baseline − target): 0 % at the baseline, 100 % at the target, negative when moving
    away, for measures that should rise and that should fall alike. It is not "% improvement", and not for flows whose
    target is a sum over twelve months (give the moving sum).

    Parameters
    ----------
    actual
        The measure, or a Series with a PeriodIndex; NaN where unknown, which stays unknown.
    baseline, target
        Levels at the start and wanted at the deadline, in the unit of ``actual``.
    start, deadline
        First period (progress 0 is planned) and the period in which the target is due; text is read in the
        frequency of ``actual``.
    plan
        As for ``planned_progress``; by default the plan of the measure, else linear.
    within
        Half-width of "on track", as a fraction.
    key
        Stem of the keys of the parts.

    Returns
    -------
    Progress or CannotSay
        Fractions of the way. CannotSay where baseline and target are equal.

    Raises
    ------
    AnalysisError
        A deadline not after the start; a baseline or target that is not finite; a Series without a PeriodIndex.

    Examples
    --------
    >>> days = pd.Series([30.0, 27.0, 25.0, 19.0], pd.period_range("2025-01", periods=4, freq="M"), name="Days")
    >>> result = measure_progress(days, baseline=30, target=15, start="2025-01", deadline="2025-11")
    >>> print(result.progress, "of the way,", result.status)
    73.3 % of the way, ahead
    """
    finite("baseline", baseline)
    finite("target", target)
    series, unit, warnings = actual, "", []
    if isinstance(actual, Measure):
        series, unit = actual.series, actual.unit
        if (target > baseline) != (actual.better == "higher") and target != baseline:
            direction = "above" if target > baseline else "below"
            warnings.append(f"The target is {direction} the baseline, although {actual.better} is better.")
    plan = plan or (actual.plan if isinstance(actual, Measure) else "linear")
    if not isinstance(series.index, pd.PeriodIndex):
        raise AnalysisError(f"actual.index is a {type(series.index).__name__}: a PeriodIndex is needed")
    start, deadline = _period(start, series.index, how="start"), _period(deadline, series.index, how="end")
    if deadline <= start:
        raise AnalysisError(f"deadline={deadline}: must come after the start, {start}")
    name = str(getattr(actual, "name", "") or "")
    if baseline == target:
        return CannotSay(f"{name or 'The measure'} starts at its target, so there is no way to measure progress on.",
                         "Correct the baseline or the target.")

    index = pd.period_range(start, deadline, freq=series.index.freq)
    elapsed = np.arange(len(index), dtype=float)
    value = series.reindex(index).astype(float).to_numpy()
    progress = (baseline - value) / (baseline - target) + 0.0
    planned = planned_progress(plan, elapsed, len(index) - 1, start=start)
    ahead_by = np.where(np.abs(progress - planned) < _ROUNDING, 0.0, progress - planned)
    table = pd.DataFrame({"elapsed": elapsed.astype(int), "value": value, "progress": progress, "planned": planned,
                          "ahead_by": ahead_by}, index=index)
    known = np.flatnonzero(np.isfinite(value))
    common = {"name": name, "unit": unit, "baseline": float(baseline), "target": float(target), "start": start,
              "deadline": deadline, "table": table}
    if known.size == 0:
        return Progress(**common, at=None, value=None, progress=None, planned=None, ahead_by=None, status="too early",
                        reason=f"There are no figures from {start} on yet.", warnings=tuple(warnings))
    last = int(known[-1])
    missing = [str(index[i]) for i in range(1, last) if not np.isfinite(value[i])]
    if missing:
        warnings.append(f"No figure for {_few(missing)}; nothing was filled in.")
    status, reason = judge_status(float(ahead_by[last]), elapsed=last, within=within)
    crossing = _last_crossing(ahead_by, known)

    def part(field: str, number: float, part_unit: str, convention: str, origin: Derivation | None, kind: str = "actual") -> Estimate:
        return Estimate(float(number), unit=part_unit, kind=kind, convention=convention, key=f"{key}.{field}", derivation=origin)

    at, way = str(index[last]), "of the way from baseline to target"
    known_value = part("value", value[last], unit, "", Derivation(f"last of {name}", spans=(Span(name, name, at, at),)) if name else None)
    done = part("progress", progress[last], "fraction", way, derived("(baseline − actual) / (baseline − target)", {
        "baseline": baseline, "actual": known_value, "target": target}))
    due = part("planned", planned[last], "fraction", way, derived("elapsed / whole", {"elapsed": last, "whole": len(index) - 1})
               if plan in ("linear", Plan()) else None, "agreed")
    return Progress(
        **common, at=index[last], value=known_value, progress=done, planned=due,
        ahead_by=part("ahead_by", ahead_by[last], "fraction", "progress − plan", derived("progress − planned", {"progress": done, "planned": due})),
        status=status, reason=reason, crossing=crossing,
        crossing_period=None if crossing is None else index[math.ceil(crossing - _ROUNDING)], warnings=tuple(warnings),
    )


def _last_crossing(ahead_by: np.ndarray, known: np.ndarray) -> float | None:
    """Between neighbouring known periods, so that a gap is bridged by a straight line."""
    for before, after in reversed(list(zip(known, known[1:], strict=False))):
        below, above = ahead_by[before], ahead_by[after]
        if below < 0 <= above:
            return float(before + (after - before) * below / (below - above))
    return None


def _period(value: pd.Period | str, index: pd.PeriodIndex, *, how: str) -> pd.Period:
    """In the frequency of the series; a month stands for its first week as a start, for its last as a deadline."""
    value = value if isinstance(value, pd.Period) else pd.Period(value)
    return value if value.freqstr == index.freqstr else value.asfreq(index.freqstr, how=how)


def _few(names: list[str]) -> str:
    return ", ".join(names[:4]) + (f" and {format_number(len(names) - 4)} more" if len(names) > 4 else "")
