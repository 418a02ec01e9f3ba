"""Notebook 03: what is one point of an indicator worth in outcome units and money?"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

import pandas as pd

from valuelab.analysis.baseline import BaselineFit, fit_baseline
from valuelab.analysis.conversion import Conversion, PointsNeeded, fit_conversion, points_needed
from valuelab.analysis.leads import LeadScan, scan_leading_indicators
from valuelab.analysis.reviews.goals import Goal, goals_of, starting_level
from valuelab.analysis.reviews.indicators import level_now
from valuelab.analysis.value_chain import ValueChain, value_chain
from valuelab.formatting import format_fraction
from valuelab.inputs.handed import remembered
from valuelab.types import CannotSay, ConversionAgreement, Customer, Estimate, Measure, Result, UnitValue


@dataclass(frozen=True, slots=True)
class PointsFor(Result):
    """The points of an indicator that one goal needs, from the base.

    ``needed``: at the agreed effect where there is one, else at the measured. ``needed_measured``: at the measured effect beside an
    agreed one, None where there are not both. ``acts_from``: the first period that points gained from now on can touch, one lag
    later. ``too_late``: that is after the goal.
    """

    goal: Goal
    needed: PointsNeeded | CannotSay
    acts_from: pd.Period
    too_late: bool
    needed_measured: PointsNeeded | CannotSay | None = None


@dataclass(frozen=True, slots=True, eq=False)
class IndicatorConversion(Result):
    """One indicator: agreed beside measured, what one point is worth, and the points that the goals need.

    ``lag_source`` says in words where the lag is from. ``measured_effect``: the measured effect as a fraction that money and points
    can use: of the outcome, or of the base where the outcome is a score or a share; None where neither can be said.
    ``effect_used`` is the agreed effect where there is one, else the measured: the figure behind ``needed``. ``worth_agreed`` and
    ``worth_measured``: one more point, on the base. ``range_seen``: lowest and highest level of the indicator ever seen.
    ``wrong_way``: a sentence where the agreed effect has a better indicator make the outcome worse, else "".
    """

    LEAVE_OUT: ClassVar[tuple[str, ...]] = ("measured",)  # shown by itself
    indicator: str
    lag_months: int
    lag_source: str
    measured: Conversion | CannotSay
    agreed: ConversionAgreement | None
    effect_used: Estimate | None
    level: Estimate | None      # when the base was made: where the points are counted from
    level_now: Estimate | None
    scale: tuple[float, float] | None
    needed: tuple[PointsFor, ...]
    worth_agreed: ValueChain | None
    worth_measured: ValueChain | None
    agreement: str  # "inside" | "above" | "below" the measured interval, "" where one is missing
    measured_effect: Estimate | None = None
    range_seen: tuple[float, float] | None = None
    wrong_way: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class ConversionReview(Result):
    """What notebook 03 says; ``items`` is empty, with ``reason``, where no indicator earns a conversion."""

    customer: str
    outcome: str
    unit: str
    currency: str
    base: Estimate | None
    base_text: str
    items: tuple[IndicatorConversion, ...]
    has_unit_value: bool
    status: str
    reason: str
    warnings: tuple[str, ...] = ()
    unit_value: UnitValue | None = None


@remembered
def review_conversion(customer: Customer) -> ConversionReview | CannotSay:
    """The measured effect of each indicator that was agreed on or found to lead, and what it means for the goals.

    An indicator earns a conversion where one is agreed in the params, or where the scan says that it leads. The lag is the
    one expected in advance, else the one that the scan found (then the slope is marked as selected on the same data).
    """
    if customer.outcome is None or not customer.indicators:
        return CannotSay("a conversion needs an outcome and an indicator", "Add `outcome` and `indicators` to the params.")
    outcome = customer.outcome
    baseline = fit_baseline(outcome, total_by=outcome.total_by, fiscal_year_starts=customer.fiscal_year_starts)
    last_year = baseline.last_year if isinstance(baseline, BaselineFit) else None
    base, base_text = starting_level(customer, outcome, last_year)
    expected = {n: m.expected_lag for n, m in customer.indicators.items() if m.expected_lag is not None}
    scan = scan_leading_indicators(outcome, customer.indicators, expected_lags=expected or None)
    agreed = {c.indicator: c for c in customer.conversions}
    items = []
    for name, indicator in customer.indicators.items():
        lag = _lag(name, indicator, scan, name in agreed)
        if lag is not None:
            item = _item(customer, outcome, indicator, agreed.get(name), lag, base)
            if item is not None:
                items.append(item)
    reason = "" if items else "no conversion is agreed, and no indicator was shown to lead the outcome"
    warnings = [w for item in items for w in getattr(item.measured, "warnings", ())]
    warnings += [item.wrong_way for item in items if item.wrong_way]
    if len(items) > 1:
        warnings.append("The effects of several indicators overlap and must not be added up: they were measured one at a time.")
    return ConversionReview(
        customer=customer.name, outcome=outcome.name, unit=outcome.unit, currency=customer.currency,
        base=base and base.keyed("conversion.base"), base_text=base_text, items=tuple(items),
        has_unit_value=customer.unit_value is not None, unit_value=customer.unit_value, status="" if items else "cannot say", reason=reason,
        warnings=tuple(dict.fromkeys(warnings)),
    )


def _wrong_way(agreed: ConversionAgreement | None, indicator: Measure, outcome: Measure) -> str:
    """A sentence where an agreed effect says that a better indicator makes the outcome worse; a slip of the sign, as a rule."""
    if agreed is None:
        return ""
    helps = (agreed.effect.value > 0) == (outcome.better == "higher")
    if agreed.effect.value == 0 or helps == (indicator.better == "higher"):
        return ""
    other = format_fraction(-agreed.effect.value)
    return (f"The agreed effect is of one point more of {agreed.indicator}, of which {indicator.better} is better: as written, the better it gets the worse "
            f"{outcome.name} becomes. If an improvement was meant, write {other} per point.")


def _lag(name: str, indicator: Measure, scan: LeadScan | CannotSay, agreed: bool) -> tuple[int, str, bool] | None:
    """(months, where it is from, chosen on the same data?) or None where this indicator earns no conversion."""
    verdict = None if isinstance(scan, CannotSay) else next((v for v in scan.verdicts if v.indicator == name), None)
    leads = verdict is not None and verdict.verdict == "leads" and verdict.lag_months is not None
    if indicator.expected_lag is not None and (agreed or leads):
        return indicator.expected_lag, "named in advance", False
    if leads:
        return verdict.lag_months, "found by the scan on the same data", True
    return (0, "no lag was named or found, so the same month", False) if agreed else None


def in_points(indicator: Measure) -> Measure:
    """A share of 0 to 1 in percentage points: one point of an adoption rate is one percent, not the whole scale."""
    if indicator.unit != "fraction":
        return indicator
    scale = indicator.scale and (indicator.scale[0] * 100, indicator.scale[1] * 100)
    return replace(indicator, series=indicator.series * 100, scale=scale, unit="percentage points")


def _level_of_base(outcome: Measure, indicator: Measure) -> Estimate | None:
    """The indicator's level when the declared base ended: points on that base are counted from there, whatever came later."""
    if outcome.baseline is None or outcome.baseline.end is None:
        return None
    known = indicator.series[indicator.series.index <= outcome.baseline.end.asfreq(indicator.series.index.freq, how="end")]
    return level_now(replace(indicator, series=known)) if len(known) else None


def _item(customer: Customer, outcome: Measure, indicator: Measure, agreed: ConversionAgreement | None,
          lag: tuple[int, str, bool], base: Estimate | None) -> IndicatorConversion | None:
    months, source, selected = lag
    indicator = in_points(indicator)
    measured = fit_conversion(outcome, indicator, lag_months=months, lag_selected=selected)
    if agreed is None and isinstance(measured, CannotSay):
        return None
    fraction = _fraction(measured, outcome, base) if isinstance(measured, Conversion) else None
    linear = isinstance(measured, Conversion) and measured.model == "linear"
    current = level_now(indicator)
    level = _level_of_base(outcome, indicator) or current
    seen = (float(indicator.series.min()), float(indicator.series.max())) if indicator.series.notna().any() else None
    needed = _needed(customer, outcome, indicator, agreed.effect if agreed else fraction, fraction if agreed else None, months, base, level, seen)
    chains = _worth(customer, outcome, indicator.name, agreed, fraction, "additive" if linear else "compound", base)
    agreement = ""
    if agreed is not None and fraction is not None:
        agreement = "above" if agreed.effect.value > fraction.high else "below" if agreed.effect.value < fraction.low else "inside"
    return IndicatorConversion(
        indicator=indicator.name, lag_months=months, lag_source=source, measured=measured, agreed=agreed, effect_used=agreed.effect if agreed else fraction,
        level=level and level.keyed(f"level.{indicator.name}"), level_now=current and current.keyed(f"level.{indicator.name}.now"),
        scale=indicator.scale, needed=needed, worth_agreed=chains["agreed"], worth_measured=chains["measured"], agreement=agreement,
        measured_effect=fraction, range_seen=seen, wrong_way=_wrong_way(agreed, indicator, outcome),
    )


def _fraction(measured: Conversion, outcome: Measure, base: Estimate | None) -> Estimate | None:
    """The measured effect as a fraction that the base can be multiplied by; None where the base is no fair one."""
    if measured.model == "log":
        return measured.effect
    if base is None or base.value <= 0 or measured.effect is None:
        return None
    periods = 12 if outcome.total_by == "sum" else 1
    size = base.value * (100.0 if outcome.unit == "fraction" else 1.0)
    value, low, high = (periods * e / size for e in (measured.added.value, measured.added.low, measured.added.high))
    if low <= -1:
        return None
    return Estimate(value, low, high, level=measured.added.level, n=measured.n, unit="fraction", convention="of the base, per point, additive",
                    key=f"conversion.{measured.indicator}.of_base")


def _needed(customer: Customer, outcome: Measure, indicator: Measure, effect: Estimate | None, beside: Estimate | None, lag_months: int,
            base: Estimate | None, level: Estimate | None, seen: tuple[float, float] | None) -> tuple[PointsFor, ...]:
    """The points for each goal that lies ahead, at most two years; ``beside``: the measured effect beside an agreed one."""
    if base is None or level is None or effect is None:
        return ()
    last, needed = outcome.series.index[-1], []
    for goal in goals_of(customer, outcome):
        if goal.value is None or not last < goal.end <= last + 24:
            continue
        shared = dict(current=base.value, level_now=level.value, scale=indicator.scale, range_seen=seen, better=outcome.better)
        key = f"points.{indicator.name}.{goal.key}"
        first = points_needed(goal.value, effect_per_point=effect, key=key, **shared)
        second = None if beside is None else points_needed(goal.value, effect_per_point=beside, key=f"{key}.measured", **shared)
        acts_from = last + 1 + lag_months
        needed.append(PointsFor(goal, first, acts_from, acts_from > goal.end, second))
    return tuple(needed)


def _worth(customer: Customer, outcome: Measure, name: str, agreed: ConversionAgreement | None, fraction: Estimate | None, natural: str,
           base: Estimate | None) -> dict[str, ValueChain | None]:
    """One more point in units and money, at the agreed effect and at the measured one (read as agreed, else as it was measured)."""
    chains: dict[str, ValueChain | None] = {"agreed": None, "measured": None}
    unit = customer.unit_value
    if base is None or unit is None or outcome.total_by != "sum":
        return chains
    pairs = [("agreed", agreed.effect, agreed.reading)] if agreed else []
    if fraction is not None:
        pairs.append(("measured", fraction, agreed.reading if agreed else natural))
    for word, effect, reading in pairs:
        chains[word] = value_chain(
            1.0, effect_per_point=effect, reading=reading, current_units=base.keyed("conversion.base"), unit_value=unit.value, basis=unit.basis,
            margin=unit.margin, currency=customer.currency, unit=outcome.unit, key=f"worth.{name}.{word}")
    return chains
