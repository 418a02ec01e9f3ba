"""Notebook 02: what tells us early that it is working?"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

import pandas as pd

from valuelab.analysis.before_after import BeforeAfter, before_and_after
from valuelab.analysis.leads import LeadScan, LeadVerdict, scan_leading_indicators
from valuelab.analysis.next_measures import MeasureNext, measure_next
from valuelab.analysis.targets import STATUSES, Progress, measure_progress
from valuelab.formatting import unit_of_difference
from valuelab.provenance import Derivation, derived, span_of
from valuelab.types import CannotSay, Customer, Estimate, Measure, Result

RECENT = 3  # periods averaged as "now"


@dataclass(frozen=True, slots=True)
class IndicatorNow(Result):
    """Where one measure stands: the mean of its last three periods, a year before, and the change."""

    name: str
    unit: str
    better: str
    now: Estimate | None
    year_before: Estimate | None
    change: Estimate | None  # in the measure's unit
    baseline: Estimate | None = None  # as declared


@dataclass(frozen=True, slots=True)
class ChainLink(Result):
    """One link of the declared chain, tested by itself: does ``cause`` move before ``effect``?"""

    cause: str
    effect: str
    verdict: LeadVerdict | None
    reason: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class IndicatorReview(Result):
    """What notebook 02 says.

    ``measures``: those with any data. ``status`` is the worst of the indicators that have a plan, "" where none has one.
    ``pictured``: one indicator before and after trend and season are taken out. ``next``: what each indicator needs for a lead of
    half the outcome's surprise, or of a quarter where half would have been seen of all of them.
    """

    LEAVE_OUT: ClassVar[tuple[str, ...]] = ("scan", "progress", "measures", "pictured", "next")
    customer: str
    outcome: str
    as_of: pd.Period
    scan: LeadScan | CannotSay
    links: tuple[ChainLink, ...]
    progress: tuple[Progress, ...]
    now: tuple[IndicatorNow, ...]
    measures: tuple[Measure, ...]
    status: str
    reason: str
    warnings: tuple[str, ...] = ()
    pictured: BeforeAfter | CannotSay | None = None
    next: MeasureNext | CannotSay | None = None

    def verdicts(self, *words: str) -> tuple[LeadVerdict, ...]:
        """The verdicts of the scan that read one of ``words``; () where there is no scan."""
        found = () if isinstance(self.scan, CannotSay) else self.scan.verdicts
        return tuple(v for v in found if not words or v.verdict in words)


def review_leading_indicators(customer: Customer) -> IndicatorReview | CannotSay:
    """Which indicators move before the outcome, link by link where a chain is declared, and who is on plan."""
    if customer.outcome is None:
        return CannotSay("this customer has no outcome", "Add an `outcome` with `data` to the params.")
    if not customer.indicators:
        return CannotSay("this customer has no indicators", "Add `indicators` to the params.")
    outcome = customer.outcome
    expected = {n: m.expected_lag for n, m in customer.indicators.items() if m.expected_lag is not None}
    scan = scan_leading_indicators(outcome, customer.indicators, expected_lags=expected or None)
    progress = _progress(customer)
    judged = [p.status for p in progress if p.status in STATUSES]
    worst = next((s for s in ("behind", "too early", "on track", "ahead") if s in judged), "")
    reason = next((f"{p.name}: {p.reason}" for p in progress if p.status == worst), "")
    return IndicatorReview(
        customer=customer.name, outcome=outcome.name, as_of=outcome.series.index[-1], scan=scan, links=chain_links(customer),
        progress=progress, now=tuple(standing_of(m) for m in (outcome, *customer.indicators.values())),
        measures=tuple(m for m in (outcome, *customer.indicators.values()) if m.series.notna().any()), status=worst, reason=reason,
        warnings=getattr(scan, "warnings", ()), pictured=scan if isinstance(scan, CannotSay) else before_and_after(scan),
        next=measure_next(outcome, customer.indicators, scan=scan, strength=_strength_to_plan_for(scan)),
    )


def _strength_to_plan_for(scan: LeadScan | CannotSay) -> float:
    """The weaker of two leads only where the stronger would have been seen everywhere."""
    silent = () if isinstance(scan, CannotSay) else [v.sight for v in scan.verdicts if v.sight is not None]
    return 0.25 if silent and all(s.detectable is not None and s.detectable.value <= 0.5 for s in silent) else 0.5


def chain_links(customer: Customer) -> tuple[ChainLink, ...]:
    """Each link against its own baseline; the last link of a chain that ends in the outcome is tested like the others."""
    links = []
    for cause, effect in zip(customer.chain, customer.chain[1:], strict=False):
        first, second = customer.measure(cause), customer.measure(effect)
        lags = {cause: first.expected_lag} if first.expected_lag is not None else None
        scan = scan_leading_indicators(second, {cause: first}, expected_lags=lags)
        if isinstance(scan, CannotSay):
            links.append(ChainLink(cause, effect, None, scan.reason))
        else:
            links.append(ChainLink(cause, effect, _as_link(scan.verdicts[0], effect), scan.verdicts[0].reason))
    return tuple(links)


def _as_link(verdict: LeadVerdict, effect: str) -> LeadVerdict:
    """The verdict with keys of its own: the scan of all indicators has other figures for the same names."""
    def keyed(figure: Estimate | None, name: str) -> Estimate | None:
        return figure and figure.keyed(f"link.{verdict.indicator}.{effect}.{name}")

    sight = verdict.sight and replace(verdict.sight, detectable=keyed(verdict.sight.detectable, "detectable"),
                                      power_at_half=keyed(verdict.sight.power_at_half, "power_at_half"))
    return replace(verdict, strength=keyed(verdict.strength, "strength"), raw_correlation=keyed(verdict.raw_correlation, "raw_correlation"),
                   sight=sight)


def _progress(customer: Customer) -> tuple[Progress, ...]:
    """Every indicator with a baseline and an announced target, from the start of the initiative to the target's date."""
    found = []
    for measure in customer.indicators.values():
        targets = [t for t in measure.targets if t.value is not None]
        if measure.baseline is None or not targets or customer.started is None or not len(measure.series):
            continue
        target = next((t for t in targets if t.by.end_time > measure.series.index[-1].end_time), targets[-1])
        progress = measure_progress(
            measure, baseline=measure.baseline.estimate.value, target=target.value, start=customer.started,
            deadline=target.by, plan=measure.plan, within=customer.on_track_within, key=f"progress.{measure.name}")
        if isinstance(progress, Progress):
            found.append(progress)
    return tuple(found)


POINTS = "percentage points"  # of a measure that is a fraction in the data: counted a hundredfold


def _mean(series: pd.Series, key: str, unit: str) -> Estimate | None:
    known = series.dropna()
    if not len(series) or len(known) < len(series):
        return None
    words = f"mean of {series.index[0]} to {series.index[-1]}"
    return Estimate(float(known.mean()), kind="actual", unit=unit, n=len(known), convention=words, key=key,
                    derivation=None if unit == POINTS else Derivation(f"mean of {series.name}", spans=(span_of(series),)))


def standing_of(measure: Measure) -> IndicatorNow:
    """The last three periods, the same a year before, and the declared level."""
    series = measure.series
    now = _mean(series.iloc[-RECENT:], f"now.{measure.name}", measure.unit)
    before = None
    if len(series) >= 12 + RECENT and now is not None:
        year = series.iloc[-12 - RECENT : -12]
        before = _mean(year, f"now.{measure.name}.year_before", measure.unit)
    change = None
    if now is not None and before is not None:
        change = Estimate(now.value - before.value, kind="actual", unit=unit_of_difference(measure.unit), convention="on the same months a year before",
                          key=f"now.{measure.name}.change", derivation=derived("now − a year before", {"now": now, "a year before": before}))
    declared = measure.baseline.estimate if measure.baseline is not None and measure.total_by != "sum" else None
    return IndicatorNow(measure.name, measure.unit, measure.better, now, before, change, declared)


def level_now(measure: Measure) -> Estimate | None:
    """The mean of the last three periods: what "now" means for an indicator everywhere."""
    return standing_of(measure).now
