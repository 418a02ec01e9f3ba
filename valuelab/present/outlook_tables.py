"""Tables of notebook 04 on how sure the return is, and of both notebooks on the arrows of the value chain."""

from __future__ import annotations

from valuelab.analysis.reviews import GoalChance, IndicatorConversion
from valuelab.analysis.value_outlook import ValueOutlook
from valuelab.formatting import is_money
from valuelab.language import phrase, phrase_as, said, said_or_own
from valuelab.present.blocks import Cell, Table, cell, number, table
from valuelab.present.figures import short_period
from valuelab.present.wording import outlook as words
from valuelab.present.wording.common import chance_of, goal_word
from valuelab.types import Estimate, UnitValue


def drivers(outlook: ValueOutlook) -> Table:
    """Each assumption alone, the one that moves the result most first."""
    noun = words.word(outlook)
    rows = [(cell(said_or_own(d.name)), cell(d.value), *((cell(d.moved_low), cell(d.moved_high)) if d.varies else (number("–"), number("–"))), cell(d.result_low),
             cell(d.result_high), cell(said(d.basis))) for d in outlook.drivers]
    return table(phrase("What each assumption alone moves"), (phrase("assumption"), phrase("assumed"), phrase_as("ends of a range", "from"), phrase_as("ends of a range", "to"), phrase("{net_return} from", net_return=noun),
                                                              phrase("{net_return} to", net_return=noun), phrase("its range rests on")), rows,
                 note=phrase("One assumption is moved, all others stay as assumed. Result: {what}.", what=said(outlook.drivers[0].result_low.convention)))


def challenge(outlook: ValueOutlook) -> Table | None:
    """For each assumption the value at which the return turns; nothing without a cost."""
    if outlook.net_return is None:
        return None
    rows = [(cell(said_or_own(d.name)), cell(d.value), cell(d.turns_at) if d.turns_at is not None else Cell(cell(said(d.turns_text)).html), cell(d.margin_left, sign=True),
             cell(said(d.basis))) for d in outlook.drivers]
    noun = words.word(outlook)
    caption = phrase("Where the {net_return} turns negative", net_return=noun) if outlook.as_assumed.value > 0 else phrase("Where the {net_return} turns positive", net_return=noun)
    return table(caption, (phrase("assumption"), phrase("assumed"), phrase("turns at"), phrase("a change of"), phrase("its range rests on")), rows,
                 note=phrase("Everything else as assumed. At no value: no possible value of it does that alone."))


def chances(items: tuple[GoalChance, ...]) -> Table:
    rows = []
    for c in items:
        chance = Cell(cell(phrase("reached") if c.reached else phrase("missed")).html) if c.settled else number("–") if c.chance is None else number(chance_of(c.chance))
        rows.append((cell(f"{goal_word(c.kind)}, {short_period(c.end)}"), cell(c.value), chance, cell(c.decides or "–")))
    return table(phrase("The chance of each dated goal"), (phrase("goal"), phrase("value"), phrase("chance if nothing changes"), phrase("decides")), rows)


def arrows(item: IndicatorConversion, unit_value: UnitValue | None, unit: str, outcome: str) -> Table:
    """Agreed beside measured, arrow by arrow: points → units → revenue → profit."""
    agreed, measured = item.worth_agreed, item.worth_measured
    money = is_money(unit)  # an outcome in money is called by its name
    what = outcome if money else unit or phrase("units")
    rows = [(cell(phrase("one point → {what}, in %", what=what)), cell(item.agreed.effect if item.agreed else None, interval=True), cell(item.measured_effect, interval=True),
             cell(_basis(item)))]
    rows.append((cell(phrase("one point → {what} a year", what=what)), cell(agreed and agreed.units, interval=True, unit=False),
                 cell(measured and measured.units, interval=True, unit=False), cell(phrase("the effect on the base"))))
    if unit_value is not None:
        value = phrase("revenue") if unit_value.basis == "revenue" else phrase("profit")
        first = f"{outcome} → {value}" if money else phrase("one of the {unit} → {value}", unit=unit, value=value) if unit else phrase("one unit → {value}", value=value)
        rows.append((cell(first), cell(unit_value.value, interval=True), cell(phrase("not measured")), cell(_origin(unit_value.value))))
        if unit_value.margin is not None:
            rows.append((cell(phrase("revenue → profit (margin)")), cell(unit_value.margin, interval=True), cell(phrase("not measured")), cell(_origin(unit_value.margin))))
    for word, told in (("revenue", phrase("one point → revenue a year")), ("profit", phrase("one point → profit a year"))):
        pair = [getattr(chain, word, None) for chain in (agreed, measured)]
        if any(pair):
            rows.append((cell(told), *(cell(v, interval=True) for v in pair), cell(phrase("all arrows together"))))
    return table(phrase("{name}: agreed beside measured, arrow by arrow", name=item.indicator), (phrase("arrow"), phrase("agreed"), phrase("measured"), phrase("basis")),
                 [tuple(_right(c) for c in r[:-1]) + r[-1:] for r in rows],
                 note=phrase("Brackets: the range as agreed, or the interval as measured, and its level. A dash: not agreed or not measurable yet."))


def _right(c: Cell) -> Cell:
    return Cell(c.html)


def _basis(item: IndicatorConversion) -> str:
    parts = [phrase("agreed: {source}", source=_origin(item.agreed.effect))] if item.agreed else []
    if item.measured_effect is not None:
        parts.append(phrase("measured: {count} months, the effect {lag} months later", count=item.measured.n, lag=item.lag_months) if item.lag_months else
                     phrase("measured: {count} months", count=item.measured.n))
    return "; ".join(parts) or phrase("neither agreed nor measured")


def _origin(estimate: Estimate) -> str:
    return estimate.source or phrase("not sourced")
