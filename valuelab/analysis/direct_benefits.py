"""Direct benefits other than a price: a lower unit cost, less energy or material, a cheaper channel, customers who stay."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from valuelab.analysis.sampling import draw, interval_level
from valuelab.analysis.value_chain import DRAWS, by_draws, summed_up
from valuelab.errors import AnalysisError
from valuelab.provenance import derived
from valuelab.types import BenefitKind, BenefitPlan, Estimate, Result

# kind → names of its figures, and what is gained a year as a product of them; "a − b" is a difference of two figures
FIGURES: Mapping[BenefitKind, tuple[str, ...]] = {
    "unit cost": ("volume", "cost now", "cost then"),
    "energy and material": ("quantity", "price", "reduction"),
    "cheaper channel": ("contacts", "share moved", "cost now", "cost then"),
    "retention": ("customers", "lost now", "lost then", "profit per customer"),
}
FORMULA: Mapping[BenefitKind, str] = {
    "unit cost": "volume × (cost now − cost then)",
    "energy and material": "quantity × price × reduction",
    "cheaper channel": "contacts × share moved × (cost now − cost then)",
    "retention": "customers × (lost now − lost then) × profit per customer",
}
WORSE: Mapping[BenefitKind, str] = {
    "unit cost": "What a unit will cost then is no less than now: there is no benefit.",
    "energy and material": "Nothing is reduced: there is no benefit.",
    "cheaper channel": "The channel is no cheaper, or nothing moves to it: there is no benefit.",
    "retention": "No fewer customers will be lost than now: there is no benefit.",
}
CONVENTION = "annual profit"
SHARES = frozenset({"share moved", "reduction", "lost now", "lost then"})  # fractions, 1 at most


@dataclass(frozen=True, slots=True)
class BreakEven:
    """One figure of a plan: as declared, and the value at which benefit and cost are equal over the years (None: at no value)."""

    name: str
    declared: Estimate
    at: Estimate | None


@dataclass(frozen=True, slots=True)
class BenefitEffect(Result):
    """What one plan brings. ``per_year``: profit a year once it runs; ``total``: over ``years``, without the months before it starts.

    ``cost``: once plus by year, over the same years; ``net`` = total − cost and ``roi_net`` = net / cost, both None without a stated cost.
    ``kept``: of a retention plan the customers a year who stay and would have left. ``break_even``: of each figure, where a cost is stated.
    """

    name: str
    kind: BenefitKind
    years: float
    starts_after_months: int
    per_year: Estimate
    total: Estimate
    cost: Estimate | None = None
    net: Estimate | None = None
    roi_net: Estimate | None = None
    kept: Estimate | None = None
    break_even: tuple[BreakEven, ...] = ()
    warnings: tuple[str, ...] = ()

    @property
    def worth(self) -> Estimate:
        """Net where the cost is known, else the total before cost."""
        return self.net or self.total


def benefit_effect(plan: BenefitPlan, *, currency: str = "USD", seed: int = 0) -> BenefitEffect:
    """What a direct benefit brings a year and over its years, what it costs, and how wrong each figure may be before it does not pay.

    Not for benefits that need a conversion first (``value_chain``). The figures are declared, not measured: whether the change causes
    them is for the baseline of each to show.

    Parameters
    ----------
    plan
        Its figures by name as in ``FIGURES``: money a unit, units a year, fractions. Of *retention*, ``lost now`` and ``lost then`` are
        the fractions of customers lost a year; each customer kept counts with one year's profit, and not again in later years.
    currency, seed
        Label; seed of the draws where figures have low and high.

    Returns
    -------
    BenefitEffect
        Money is profit: a cost saved counts in full. ``total`` = per_year × (years − starts_after_months / 12), at least 0 months.

    Raises
    ------
    AnalysisError
        A figure that is missing, unknown or below 0; a share or rate above 1; years not above 0.

    References
    ----------
    Brealey, Myers, Allen: Principles of Corporate Finance, chapter 10 ("break-even analysis").

    Examples
    --------
    >>> figures = {"contacts": Estimate(20e6), "share moved": Estimate(0.3, unit="fraction"), "cost now": Estimate(6.5), "cost then": Estimate(1.5)}
    >>> effect = benefit_effect(BenefitPlan("Chat", "cheaper channel", figures, years=3, starts_after_months=6))
    >>> print(effect.per_year, effect.total, sep=" | ")
    $30 m | $75 m
    """
    values = _checked(plan)
    rng = np.random.default_rng(seed)
    drawn = {name: np.concatenate([[value.value], draw(value, DRAWS, rng)]) for name, value in values.items()}
    share = max(0.0, plan.years - plan.starts_after_months / 12)
    parts = [plan.cost, plan.cost_per_year]
    once, yearly = (np.zeros(DRAWS + 1) if p is None else np.concatenate([[p.value], draw(p, DRAWS, rng)]) for p in parts)
    gain, outlay = _gain(plan.kind, drawn), once + yearly * plan.years
    level, with_cost = interval_level(*values.values()), interval_level(*values.values(), *parts)
    key = f"benefits.{plan.name}"

    def money(numbers: np.ndarray, name: str, convention: str, formula: str, at: float | None, inputs: Mapping[str, float | Estimate], unit: str = currency) -> Estimate:
        return summed_up(numbers[0], numbers[1:], at, unit=unit, convention=convention, key=f"{key}.{name}", derivation=derived(formula, inputs, method=by_draws(at)))

    over = f"profit over {plan.years:g} year{'s' if plan.years != 1 else ''}"
    per_year = money(gain, "per_year", CONVENTION, FORMULA[plan.kind], level, values)
    total = money(gain * share, "total", f"{over}, before cost", "a year × (years − months before it starts / 12)", level,
                  {"a year": per_year, "years": plan.years, "months before it starts": float(plan.starts_after_months)})
    kept = None
    if plan.kind == "retention":
        stay = drawn["customers"] * (drawn["lost now"] - drawn["lost then"])
        kept = money(stay, "kept", "a year, who would have left", "customers × (lost now − lost then)", interval_level(*list(values.values())[:3]),
                     {name: values[name] for name in FIGURES["retention"][:3]}, values["customers"].unit or "customers")
    warnings = (WORSE[plan.kind],) if per_year.value <= 0 else ()
    if share == 0:
        warnings += (f"It starts after {plan.starts_after_months} months and is counted for {plan.years * 12:g}: nothing of it is counted.",)
    if plan.cost is None and plan.cost_per_year is None:
        return BenefitEffect(plan.name, plan.kind, plan.years, plan.starts_after_months, per_year, total, kept=kept, warnings=warnings)
    cost = money(outlay, "cost", f"over {plan.years:g} years", "once + a year × years", interval_level(*parts),
                 {"once": plan.cost or 0.0, "a year": plan.cost_per_year or 0.0, "years": plan.years})
    net = money(gain * share - outlay, "net", f"{over}, benefit − cost", "benefit − cost", with_cost, {"benefit": total, "cost": cost})
    roi = None
    if (outlay > 0).all():
        roi = money((gain * share - outlay) / outlay, "roi_net", "net: (benefit − cost) / cost", "(benefit − cost) / cost", with_cost,
                    {"benefit": total, "cost": cost}, "fraction")
    return BenefitEffect(plan.name, plan.kind, plan.years, plan.starts_after_months, per_year, total, cost, net, roi, kept,
                         tuple(_break_even(name, values, plan.kind, share, cost, key) for name in values), warnings)


def rank_benefits(effects: Sequence[BenefitEffect], strategy: Literal["profit", "growth"]) -> tuple[BenefitEffect, ...]:
    """The effects in the order in which a customer with this strategy reads them: growth puts customers who stay first, profit the largest worth."""
    return tuple(sorted(effects, key=lambda e: (strategy == "growth" and e.kept is None, -e.worth.value)))


def _checked(plan: BenefitPlan) -> dict[str, Estimate]:
    wanted = FIGURES[plan.kind]
    for name in wanted:
        if name not in plan.figures:
            raise AnalysisError(f"{plan.name}: {name} is missing; {plan.kind} needs {', '.join(wanted)}")
    unknown = sorted(set(plan.figures) - set(wanted))
    if unknown:
        raise AnalysisError(f"{plan.name}: {unknown[0]} is no figure of {plan.kind}; it has {', '.join(wanted)}")
    for name in wanted:
        value = plan.figures[name].value
        if not (np.isfinite(value) and value >= 0):
            raise AnalysisError(f"{plan.name}: {name}={value}: must be 0 or above")
        if name in SHARES and value > 1:
            raise AnalysisError(f"{plan.name}: {name}={value}: a fraction up to 1 (30 % is 0.3)")
    if not (np.isfinite(plan.years) and plan.years > 0):
        raise AnalysisError(f"{plan.name}: years={plan.years}: must be above 0")
    return {name: plan.figures[name] for name in wanted}


def _gain(kind: BenefitKind, v: Mapping[str, np.ndarray]) -> np.ndarray:
    match kind:
        case "unit cost":
            return v["volume"] * (v["cost now"] - v["cost then"])
        case "energy and material":
            return v["quantity"] * v["price"] * v["reduction"]
        case "cheaper channel":
            return v["contacts"] * v["share moved"] * (v["cost now"] - v["cost then"])
        case "retention":
            return v["customers"] * (v["lost now"] - v["lost then"]) * v["profit per customer"]


def _break_even(name: str, values: Mapping[str, Estimate], kind: BenefitKind, share: float, cost: Estimate, key: str) -> BreakEven:
    """The benefit is a straight line in each figure, so two points of it say where it meets the cost."""
    middle = {n: np.array([v.value]) for n, v in values.items()}

    def benefit(value: float) -> float:
        return float(_gain(kind, middle | {name: np.array([value])})[0]) * share

    start, slope = benefit(0.0), benefit(1.0) - benefit(0.0)
    at = None if slope == 0 else (cost.value - start) / slope
    declared = values[name]
    if at is None or at < 0 or (name in SHARES and at > 1):
        return BreakEven(name, declared, None)
    return BreakEven(name, declared, Estimate(
        at, unit=declared.unit, kind="estimated", convention="where benefit and cost are equal", key=f"{key}.break_even.{name}",
        derivation=derived("(cost − benefit at 0) / benefit of one more", {"cost": cost, "benefit at 0": start, "benefit of one more": slope})))
