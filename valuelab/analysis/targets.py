"""Against what was wanted: shortfall, uplift, attainment, progress on a plan, status."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from valuelab.types import CannotSay, Estimate, Measure, Plan, Result

STATUSES = ("ahead", "on track", "behind", "too early")


@dataclass(frozen=True, slots=True)
class Shortfall(Result):
    """Target minus projected. Every part carries an interval where ``projected`` does (ends swapped where signs turn).

    ``units``: target − projected, positive = short. ``of_target``: the same / target. ``uplift_needed``: the same / projected.
    ``attainment``: projected / target. For a measure that should fall, "short" means above target.
    """

    target: float
    projected: Estimate
    units: Estimate          # convention "target − projected"
    of_target: Estimate      # unit fraction, convention "of target"
    uplift_needed: Estimate  # unit fraction, convention "of projected" ("of actual" where projected.kind is actual)
    attainment: Estimate     # unit fraction, convention "of target"


def shortfall(projected: float | Estimate, *, target: float, better: str = "higher", unit: str = "",
              key: str = "shortfall") -> Shortfall:
    """keys of the parts: f"{key}.units", f"{key}.of_target", f"{key}.uplift_needed", f"{key}.attainment"."""
    raise NotImplementedError


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


def planned_progress(plan: Plan | str, elapsed, whole: float):
    """The fraction planned after ``elapsed`` of ``whole`` periods: linear, saturating, ramp (contract) or milestones."""
    raise NotImplementedError


def measure_progress(actual: Measure | pd.Series, *, baseline: float, target: float, start, deadline,
                     plan: Plan | str = "linear", within: float = 0.05, key: str = "progress") -> Progress | CannotSay:
    raise NotImplementedError


def judge_status(difference: float | Estimate, *, elapsed: int, within: float = 0.05) -> tuple[str, str]:
    """(status, reason) by the contract's rule. ``difference``: to plan, as a fraction of the target, positive = better."""
    raise NotImplementedError
