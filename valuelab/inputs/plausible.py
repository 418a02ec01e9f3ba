"""Figures held against their neighbours: 18,000 for 1,800 is refused unless it is confirmed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from valuelab.errors import Problem
from valuelab.formatting import format_number
from valuelab.types import TotalBy

TOO_FAR = 5.0
CONFIRM = "Correct it; if it is right, write it as {value: …, confirmed: true}."


@dataclass(frozen=True, slots=True)
class Stated:
    """A figure of the params: ``year`` is its size over 12 months of a sum, or the level."""

    where: str
    text: str
    year: float
    confirmed: bool


def times_off(one: float, other: float) -> float:
    """How many times the larger is the smaller; 1 where the signs make that meaningless."""
    return max(one / other, other / one) if one > 0 and other > 0 else 1.0


def check_plausible(
    *, baseline: Stated | None, targets: list[Stated], series: pd.Series, total_by: TotalBy
) -> list[Problem]:
    """Problems where baseline, targets and data are more than five times apart.

    Levels may move far, so of them only the baseline is held against the data.
    """
    recent = _last_year(series, total_by)
    problems = []
    blamed = set()
    if total_by == "sum" and recent is not None:
        for target in targets:
            if not target.confirmed and times_off(target.year, recent) > TOO_FAR:
                blamed.add(target)
                problems.append(
                    _refusal(
                        target,
                        f"{_compared(target.year, recent)} the last 12 months of data ({format_number(recent)})",
                        total_by,
                    )
                )
    if baseline is None or baseline.confirmed:
        return problems
    against = []
    if total_by == "sum":
        against += [
            f"{_compared(baseline.year, t.year)} the target {format_number(t.year)} ({t.text})"
            for t in targets
            if t not in blamed and not t.confirmed and times_off(baseline.year, t.year) > TOO_FAR
        ]
    off, nearest = _off_data(baseline.year, series, total_by)
    if off:
        against.append(
            f"{_compared(baseline.year, nearest)} {'any 12 months' if total_by == 'sum' else 'any month'} of the data "
            f"({format_number(nearest)})"
        )
    if against:
        problems.append(_refusal(baseline, " and ".join(against[:3]), total_by))
    return problems


def _refusal(stated: Stated, against: str, total_by: TotalBy) -> Problem:
    year = f", {format_number(stated.year)} over 12 months," if total_by == "sum" else ""
    return Problem(stated.where, f'"{stated.text}"{year} is implausible: {against}', fix=CONFIRM)


def _compared(value: float, other: float) -> str:
    times = times_off(value, other)
    return f"{times:.1f} times" if value >= other else f"only 1/{times:.1f} of"


def _last_year(series: pd.Series, total_by: TotalBy) -> float | None:
    known = series.iloc[-12:].dropna()
    if len(known) < 3:
        return None
    return float(known.mean()) * (12 if total_by == "sum" else 1)


def _off_data(year: float, series: pd.Series, total_by: TotalBy) -> tuple[bool, float]:
    """Whether a baseline is far from everything in the data, and the nearest of it."""
    known = series.dropna()
    if len(known) < 3:
        return False, 0.0
    if total_by == "sum":
        known = known.rolling(min(12, len(known))).mean().dropna() * 12
    nearest = min((float(value) for value in known), key=lambda value: abs(value - year))
    return times_off(year, nearest) > TOO_FAR, nearest


def scale_change(series: pd.Series) -> tuple[pd.Period, int, bool] | None:
    """(month, factor, larger?) where the values move ten-, hundred- or thousandfold for good, as when a scale changes."""
    known = series.dropna()
    if len(known) < 8 or (known <= 0).any():
        return None
    values = known.to_numpy(float)
    low_before, high_before = np.minimum.accumulate(values), np.maximum.accumulate(values)
    low_after, high_after = np.minimum.accumulate(values[::-1])[::-1], np.maximum.accumulate(values[::-1])[::-1]
    for at in range(3, len(values) - 2):
        if max(low_after[at] / high_before[at - 1], low_before[at - 1] / high_after[at]) <= 3:
            continue  # they overlap, or nearly
        before, after = float(np.median(values[:at])), float(np.median(values[at:]))
        ratio = times_off(after, before)
        if factor := next((f for f in (10, 100, 1000) if 0.75 * f <= ratio <= 1.33 * f), None):
            return known.index[at], factor, after > before
    return None
