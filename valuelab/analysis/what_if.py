"""What if: the assumptions that matter most, how far each may be moved, and the arithmetic that leads from them to the return.

``WhatIf.figures_at`` is that arithmetic in Python; a page's sliders do the same in ``assets/sliders.js``, from ``WhatIf.numbers``.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from valuelab.analysis.case_side import Clock
from valuelab.analysis.cash_table import stated_amounts
from valuelab.analysis.drivers import Driver
from valuelab.analysis.finance import payback
from valuelab.analysis.value_case import ValueCase
from valuelab.analysis.value_outlook import ValueOutlook
from valuelab.types import CashFlow, Estimate, Result

LEVERS = 3
STEPS = 100  # about so many from end to end
WIDEST_SHARE = 3.0  # of what is planned
IN_DOUBT_FIRST = ("effect", "cost", "unit_value", "margin", "lag", "units")  # of assumptions without a range, those that people ask about first
LEAST = {"effect": -0.99, "unit_value": -math.inf, "units": -math.inf, "points": -math.inf}
MOST = {"margin": 1.0}
LeverKind = Literal["share", "fraction", "money", "number", "periods"]


@dataclass(frozen=True, slots=True)
class Lever(Result):
    """One assumption that may be moved: from ``start``, which is the report's, in steps of ``step`` between ``low`` and ``high``.

    ``kind``: "share" of what is planned (1 is as planned; ``of`` is the whole, in money), "fraction", "money", "number" or "periods"
    (whole ones); ``unit``: of a number or of periods. ``decimals``: of a percentage, as many as a step needs.
    """

    slug: str
    name: str
    kind: LeverKind
    start: float
    low: float
    high: float
    step: float
    unit: str = ""
    of: float | None = None
    decimals: int = 1

    def value_at(self, steps: int) -> float:
        """The assumption so many steps from where it starts, held between its ends."""
        return min(max(self.start + steps * self.step, self.low), self.high)

    @property
    def steps(self) -> tuple[int, int]:
        """How many steps there are down and up."""
        return tuple(math.ceil(round(abs(end - self.start) / self.step, 6)) for end in (self.low, self.high))


@dataclass(frozen=True, slots=True, eq=False)
class WhatIf(Result):
    """Up to three assumptions that may be moved, and what follows.

    ``about``: "cash flow" or "value chain"; ``scenario``: what is assumed of all else, in words. ``figures``: the report's own, by
    name: net_return, roi_net, benefit_cost_ratio, payback, npv; of a chain per_year and room too. A name whose value is None is a
    figure that does not exist at the report's assumptions. ``word``: what the money is ("profit", "net return", "revenue").
    ``numbers``: all that the arithmetic needs. Of a cash flow, by period: fixed (known net, signed), revenue, expenditure and costs
    still to come (unsigned, as estimated), years (of discounting), when (in ``period`` words), rate a year. Of a chain: values by
    slug, reading, horizon_months, costs and of them the running ones (slugs).
    """

    about: str
    scenario: str
    currency: str
    word: str
    levers: tuple[Lever, ...]
    figures: dict[str, Estimate | None]
    numbers: dict[str, Any]

    def figures_at(self, **values: float) -> dict[str, float | None]:
        """The figures with some assumptions moved, by slug; the others stay as they are. None where a figure does not exist."""
        moved = {lever.slug: lever.start for lever in self.levers} | values
        found = _flow(self.numbers, moved) if self.about == "cash flow" else _chain(self.numbers, moved)
        return {name: found[name] for name in self.figures}


def case_what_if(flows: CashFlow, case: ValueCase, outlook: ValueOutlook | None) -> WhatIf | None:
    """What the forecast at completion would be if what is still to come were more, less or later.

    Actuals stay. None where everything is known, or where nothing is in doubt.

    Parameters
    ----------
    flows, case, outlook
        The cash flow, its case, and which of its assumptions matter most.
    """
    if outlook is None or not outlook.varies:
        return None
    clock, table = Clock(flows, case.table.index), case.table
    schedules = {f"cost_{i}": stated_amounts(cost, flows.table, table.index).to_numpy() for i, cost in enumerate(flows.costs)}
    base = {name: table[f"{name}_act"].fillna(table[f"{name}_est"]).fillna(0.0).to_numpy() for name in ("revenue", "expenditure")}
    base["expenditure"] = base["expenditure"] - sum(schedules.values())
    still = {name: table[f"{name}_act"].isna().to_numpy() for name in base}
    to_come = {name: np.where(still[name], base[name], 0.0) for name in base}
    fixed = (base["revenue"] - to_come["revenue"]) - (base["expenditure"] - to_come["expenditure"])

    parts = to_come | schedules
    levers = [_share_lever(d, float(parts[d.slug].sum())) for d in _first(outlook.drivers) if d.slug in parts and parts[d.slug].sum() > 0]
    later = 0
    if len(levers) < LEVERS and clock.timing != "dates" and to_come["revenue"].any():
        remaining = next(d.name for d in outlook.drivers if d.slug == "revenue")
        later = max(2, math.ceil(clock.per_year / 2))
        levers.append(Lever("delay", f"Delay of {remaining[:1].lower()}{remaining[1:]}", "periods", 0.0, 0.0, float(later), 1.0, unit=clock.word))
    rate = clock.rate_per_year
    if len(levers) < LEVERS and rate is not None:
        levers.append(Lever("rate", "Discount rate a year", "fraction", rate, 0.0, min(0.99, max(0.25, 2 * rate)), 0.005))
    periods = len(table) + later
    years = clock.days / 365 if clock.timing == "dates" else (np.arange(periods) + (clock.timing == "end")) / clock.per_year
    when = clock.days if clock.word == "day" else np.arange(periods)

    def padded(amounts: np.ndarray) -> tuple[float, ...]:
        return tuple(np.concatenate([amounts, np.zeros(later)]).tolist())

    side = case.at_completion
    figures = {"net_return": side.net_return, "roi_net": side.roi_net, "benefit_cost_ratio": side.benefit_cost_ratio, "payback": side.payback}
    if rate is not None:
        figures["npv"] = side.npv
    return WhatIf("cash flow", outlook.scenario, case.currency, "profit" if case.basis == "profit" else "net return", tuple(levers), figures, {
        "fixed": padded(fixed), "spent": float((base["expenditure"] - to_come["expenditure"]).sum()), "years": tuple(map(float, years)),
        "when": tuple(map(float, when)), "rate": rate, "period": clock.word,
        "revenue": padded(to_come["revenue"]), "expenditure": padded(to_come["expenditure"]), "costs": {slug: padded(a) for slug, a in schedules.items()}})


def chain_what_if(outlook: ValueOutlook | None, *, reading: str, lag_months: int, per_year: Estimate | None, room: Estimate | None = None) -> WhatIf | None:
    """What a value chain would bring if its agreed figures were others.

    None where nothing is in doubt, or where the benefit does not begin within the horizon.

    Parameters
    ----------
    outlook, reading, lag_months
        As ``chain_outlook`` has them.
    per_year
        Money a year as the report says it; None where it does not.
    room
        What the initiative may cost, where no cost is stated.
    """
    if outlook is None or not outlook.varies or lag_months >= outlook.horizon_months:
        return None
    values = {d.slug: d.value.value for d in outlook.drivers}
    costs = tuple(sorted(slug for slug in values if slug.startswith("cost_")))
    margin = "margin" in values
    word = "profit" if outlook.basis == "profit" or margin else "revenue"
    levers = tuple(_chain_lever(d, outlook) for d in _first([d for d in outlook.drivers if d.varies or d.value.value or d.slug == "lag"]))
    numbers = {"values": values, "reading": reading, "horizon_months": outlook.horizon_months, "costs": costs, "running": outlook.running}
    figures: dict[str, Estimate | None] = {"per_year": per_year}
    if costs:
        figures |= {"net_return": outlook.net_return, "roi_net": outlook.roi_net, "benefit_cost_ratio": outlook.benefit_cost_ratio, "payback": outlook.payback}
    elif room is not None:
        figures["room"] = room
    result = WhatIf("value chain", outlook.scenario, outlook.currency, word, levers, figures, numbers)
    # sliders that begin elsewhere than the report would contradict it
    same = all(math.isclose(f.value, at, rel_tol=1e-6) if f is not None and at is not None else f is at
               for f, at in zip(figures.values(), result.figures_at().values(), strict=True))
    return result if same and levers else None


def _first(drivers: Sequence[Driver]) -> list[Driver]:
    """The levers, in their order: what moves the result most; then, of what has no range, what people ask about first."""
    sure = {d.slug: d for d in drivers if not d.varies}
    asked = [d for name in IN_DOUBT_FIRST for slug, d in sure.items() if slug == name or slug.startswith(f"{name}_")]
    asked += [d for slug, d in sure.items() if slug in ("revenue", "expenditure")]
    return [*(d for d in drivers if d.varies), *asked][:LEVERS]


def _share_lever(driver: Driver, whole: float) -> Lever:
    """A sum still to come, as a share of what is planned."""
    turns = driver.turns_at.value / whole if driver.turns_at is not None else 1.0
    ends = [0.5, 1.5, *([driver.value.low / whole, driver.value.high / whole] if not driver.value.bare else []), *([turns] if 0 <= turns <= 2 else [])]
    low, high = max(0.0, math.floor(min(ends) * 10) / 10), min(WIDEST_SHARE, math.ceil(max(ends) * 10) / 10)
    return Lever(driver.slug, driver.name, "share", 1.0, low, high, 0.01, of=whole)


def _chain_lever(driver: Driver, outlook: ValueOutlook) -> Lever:
    value, name = driver.value, driver.name
    if driver.slug == "lag":
        return Lever(driver.slug, name, "periods", value.value, 0.0, float(outlook.horizon_months), 1.0, unit="month")
    low, high = (value.value, value.value) if value.bare else (value.low, value.high)
    reach = max(high - low, 0.5 * abs(value.value))
    ends = [min(low, value.value - reach), max(high, value.value + reach)]
    if driver.turns_at is not None and abs(driver.turns_at.value - value.value) <= 1.5 * reach:
        ends.append(driver.turns_at.value)
    least, most = LEAST.get(driver.slug, 0.0), MOST.get(driver.slug, math.inf)
    if min(value.value, low) >= 0:
        least = max(least, 0.0)
    low, high = max(least, min(ends)), min(most, max(ends))
    kind: LeverKind = "fraction" if value.unit == "fraction" else "money" if driver.slug == "unit_value" or driver.slug.startswith("cost_") else "number"
    step = round_step((high - low) / STEPS)
    if kind == "money" and high >= 1:
        step = max(step, 0.01)
    return Lever(driver.slug, name, kind, value.value, low, high, step, unit="" if kind != "number" else value.unit,
                 decimals=max(1, -math.floor(math.log10(step * 100) + 1e-9)) if kind == "fraction" else 1)


def round_step(size: float) -> float:
    """The step of 1, 2 or 5 times a power of ten that is nearest above.

    Examples
    --------
    >>> round_step(0.0013), round_step(3.75), round_step(0.5)
    (0.002, 5.0, 0.5)
    """
    power = math.floor(math.log10(size) + 1e-9)
    first = next(one for one in (1, 2, 5, 10) if one * 10.0**power >= size * (1 - 1e-9))
    return float(f"{first}e{power}")


def _flow(numbers: Mapping[str, Any], values: Mapping[str, float]) -> dict[str, float | None]:
    revenue = np.array(numbers["revenue"]) * values.get("revenue", 1.0)
    delay = int(values.get("delay", 0))
    revenue = np.concatenate([np.zeros(delay), revenue[: len(revenue) - delay]])
    spending = np.array(numbers["expenditure"]) * values.get("expenditure", 1.0)
    for slug, amounts in numbers["costs"].items():
        spending = spending + np.array(amounts) * values.get(slug, 1.0)
    flows = np.array(numbers["fixed"]) + revenue - spending
    spent, net = numbers["spent"] + float(spending.sum()), float(flows.sum())
    rate, back = values.get("rate", numbers["rate"]), payback(flows)
    return {"net_return": net, "roi_net": net / spent if spent > 0 else None, "benefit_cost_ratio": net / spent + 1 if spent > 0 else None,
            "payback": None if back is None else float(np.interp(back, np.arange(len(flows)), numbers["when"])),
            "npv": None if rate is None else float((flows * (1 + rate) ** -np.array(numbers["years"])).sum())}


def _chain(numbers: Mapping[str, Any], values: Mapping[str, float]) -> dict[str, float | None]:
    v = {**numbers["values"], **values}
    units = v["units"] if "units" in v else v["base"] * (
        v["effect"] * v["points"] if numbers["reading"] == "additive" else (1 + v["effect"]) ** v["points"] - 1)
    per_year = units * v["unit_value"] * v.get("margin", 1.0)
    share = max(numbers["horizon_months"] - v.get("lag", 0.0), 0.0) / 12
    cost = sum(v[slug] for slug in numbers["costs"])
    gain = per_year * share
    running, a_month, lag = sum(v[slug] for slug in numbers["running"]), per_year / 12, v.get("lag", 0.0)
    faster = a_month - running / numbers["horizon_months"]  # what comes in a month, less what is paid
    back = (cost - running + a_month * lag) / faster if share > 0 and faster > 0 else None
    return {"per_year": per_year, "net_return": gain - cost, "roi_net": (gain - cost) / cost if cost > 0 else None,
            "benefit_cost_ratio": gain / cost if cost > 0 else None, "payback": back, "room": max(gain, 0.0)}
