"""Tables of notebook 04 on how sure the return is, and of both notebooks on the arrows of the value chain."""

from __future__ import annotations

from valuelab.analysis.reviews import GoalChance, IndicatorConversion
from valuelab.analysis.value_outlook import ValueOutlook
from valuelab.formatting import is_money
from valuelab.present.blocks import Cell, Table, cell, number, table
from valuelab.present.figures import short_period
from valuelab.present.wording import outlook as words
from valuelab.present.wording.common import GOAL_WORDS, chance_of
from valuelab.types import Estimate, UnitValue


def drivers(outlook: ValueOutlook) -> Table:
    """Each assumption alone, the one that moves the result most first."""
    noun = words.word(outlook)
    rows = [(cell(d.name), cell(d.value), *((cell(d.moved_low), cell(d.moved_high)) if d.varies else (number("–"), number("–"))), cell(d.result_low),
             cell(d.result_high), cell(d.basis)) for d in outlook.drivers]
    return table("What each assumption alone moves", ("assumption", "assumed", "from", "to", f"{noun} from", f"{noun} to", "its range rests on"), rows,
                 note=f"One assumption is moved, all others stay as assumed. Result: {outlook.drivers[0].result_low.convention}.")


def challenge(outlook: ValueOutlook) -> Table | None:
    """For each assumption the value at which the return turns; nothing without a cost."""
    if outlook.net_return is None:
        return None
    rows = [(cell(d.name), cell(d.value), cell(d.turns_at) if d.turns_at is not None else Cell(cell(d.turns_text).html), cell(d.margin_left, sign=True), cell(d.basis))
            for d in outlook.drivers]
    side = "negative" if outlook.as_assumed.value > 0 else "positive"
    return table(f"Where the {words.word(outlook)} turns {side}", ("assumption", "assumed", "turns at", "a change of", "its range rests on"), rows,
                 note="Everything else as assumed. At no value: no possible value of it does that alone.")


def chances(items: tuple[GoalChance, ...]) -> Table:
    rows = []
    for c in items:
        chance = Cell(cell("reached" if c.reached else "missed").html) if c.settled else number("–") if c.chance is None else number(chance_of(c.chance))
        rows.append((cell(f"{GOAL_WORDS[c.kind]}, {short_period(c.end)}"), cell(c.value), chance, cell(c.decides or "–")))
    return table("The chance of each dated goal", ("goal", "value", "chance if nothing changes", "decides"), rows)


def arrows(item: IndicatorConversion, unit_value: UnitValue | None, unit: str, outcome: str) -> Table:
    """Agreed beside measured, arrow by arrow: points → units → revenue → profit."""
    agreed, measured = item.worth_agreed, item.worth_measured
    money = is_money(unit)  # an outcome in money is called by its name
    what = outcome if money else unit or "units"
    rows = [(cell(f"one point → {what}, in %"), cell(item.agreed.effect if item.agreed else None, interval=True), cell(item.measured_effect, interval=True),
             cell(_basis(item)))]
    rows.append((cell(f"one point → {what} a year"), cell(agreed and agreed.units, interval=True, unit=False), cell(measured and measured.units, interval=True, unit=False),
                 cell("the effect on the base")))
    if unit_value is not None:
        rows.append((cell(f"{outcome} → {unit_value.basis}" if money else f"one of the {unit} → {unit_value.basis}" if unit else f"one unit → {unit_value.basis}"), cell(unit_value.value, interval=True), cell("not measured"), cell(_origin(unit_value.value))))
        if unit_value.margin is not None:
            rows.append((cell("revenue → profit (margin)"), cell(unit_value.margin, interval=True), cell("not measured"), cell(_origin(unit_value.margin))))
    for word in ("revenue", "profit"):
        pair = [getattr(chain, word, None) for chain in (agreed, measured)]
        if any(pair):
            rows.append((cell(f"one point → {word} a year"), *(cell(v, interval=True) for v in pair), cell("all arrows together")))
    return table(f"{item.indicator}: agreed beside measured, arrow by arrow", ("arrow", "agreed", "measured", "basis"), [tuple(_right(c) for c in r[:-1]) + r[-1:] for r in rows],
                 note="Brackets: the range as agreed, or the interval as measured, and its level. A dash: not agreed or not measurable yet.")


def _right(c: Cell) -> Cell:
    return Cell(c.html)


def _basis(item: IndicatorConversion) -> str:
    parts = [f"agreed: {_origin(item.agreed.effect)}"] if item.agreed else []
    if item.measured_effect is not None:
        parts.append(f"measured: {item.measured.n} months, the effect {item.lag_months} months later" if item.lag_months else f"measured: {item.measured.n} months")
    return "; ".join(parts) or "neither agreed nor measured"


def _origin(estimate: Estimate) -> str:
    return estimate.source or "not sourced"
