"""What was wanted of a measure, as dated goals over the periods that they are about."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import pandas as pd

from valuelab.analysis.series import season_length
from valuelab.provenance import Derivation, span_of
from valuelab.types import Customer, Estimate, Measure

NAMES = {"target": "target", "promised": "promised (must have)", "expected": "expected (nice to have)"}


@dataclass(frozen=True, slots=True)
class Goal:
    """A target, promise or expectation of one measure.

    ``value`` is None while it is to be announced. ``start`` … ``end``: the periods whose total (or level) is meant: of
    a measure that adds up the 12 months that end in the goal's month, of a level that month alone.
    """

    kind: Literal["target", "promised", "expected"]
    value: float | None
    start: pd.Period
    end: pd.Period
    text: str = ""
    source: str = ""
    agreed_by: str = ""
    agreed_on: str = ""
    decides: str = ""

    @property
    def key(self) -> str:
        """``target.2026-03``: stable, and the same in every notebook."""
        return f"{self.kind}.{self.end}"

    def periods(self) -> pd.PeriodIndex:
        return pd.period_range(self.start, self.end)


def goals_of(customer: Customer, measure: Measure) -> tuple[Goal, ...]:
    """Every goal of a measure, by date; targets before promises of the same date."""
    rows = [("target", t.value, t.by, t.text, "", "", "", "") for t in measure.targets]
    rows += [
        (p.kind, p.value, p.by, "", p.source, p.agreed_by, p.agreed_on, p.decides)
        for p in customer.promises if p.measure == measure.name
    ]
    order = list(NAMES)
    goals = []
    for kind, value, by, text, source, agreed_by, agreed_on, decides in rows:
        end = by.asfreq(measure.series.index.freq, how="end")
        length = season_length(measure.series.index) if measure.total_by == "sum" else 1
        goals.append(Goal(kind, value, end - (length - 1), end, text, source, agreed_by, agreed_on, decides))
    return tuple(sorted(goals, key=lambda g: (g.end.ordinal, order.index(g.kind))))


def leading_goal(goals: tuple[Goal, ...], as_of: pd.Period) -> Goal | None:
    """The goal that the headline is about: the next announced target, else the last one that has passed."""
    targets = [g for g in goals if g.kind == "target" and g.value is not None] or [g for g in goals if g.value is not None]
    ahead = [g for g in targets if g.end.end_time > as_of.end_time]
    return ahead[0] if ahead else targets[-1] if targets else None


def starting_level(customer: Customer, measure: Measure, last_year: Estimate | None) -> tuple[Estimate | None, str]:
    """(base, in words): the agreed baseline; else the 12 months before the start; else the last complete year.

    Every "from X" in the reports is from this one figure.
    """
    if measure.baseline is not None:
        start, end = measure.baseline.start, measure.baseline.end
        over = f" ({start} to {end})" if start is not None else ""
        return measure.baseline.estimate, f"the agreed baseline{over}"
    if customer.started is not None:
        first = customer.started.asfreq(measure.series.index.freq, how="start")
        before = measure.series[measure.series.index < first]
        length = season_length(before.index) if len(before) else 12
        for end in range(len(before), length - 1, -1):  # the latest year before the start without a gap
            year = before.iloc[end - length : end]
            if year.notna().all():
                value = {"sum": year.sum(), "mean": year.mean(), "last": year.iloc[-1]}[measure.total_by]
                words = f"the year before the start without a gap, {year.index[0]} to {year.index[-1]}" if end < len(before) else \
                    f"the {length} periods before the start, {year.index[0]} to {year.index[-1]}"
                return Estimate(float(value), kind="actual", unit=measure.unit, convention=words,
                                derivation=Derivation(f"{measure.total_by} of {measure.name}", spans=(span_of(year, known_as=measure.name),))), words
        return None, ""  # a year after the start is no base
    if last_year is not None:
        return last_year, last_year.convention or "the last complete year"
    return None, ""
