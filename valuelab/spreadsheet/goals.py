"""The sheet of goals in money: units over the base and units still missing, times the value of a unit, times the margin."""

from __future__ import annotations

import re
from typing import Any

from valuelab.spreadsheet import assumptions
from valuelab.spreadsheet.book import FIRST, NONE, Book, Figure, Sheet, number_style

NAME = "Goals in money"
TITLES = ("Which goal", "Goal", "Projected", "Over the base, units", "Over the base, revenue a year", "Over the base, profit a year",
          "Missing in the projection, units", "Missing, revenue a year", "Missing, profit a year", "Missing in money, low end", "Missing in money, high end")
BASE, VALUE, MARGIN, CONTRACT = "assumptions.outcome.baseline", "assumptions.unit_value.value", "assumptions.unit_value.margin", "assumptions.renewal.contract_value"
REVENUE, PROFIT = 4, 5
MISSING = 6


def add(book: Book) -> Sheet:
    """The empty sheet."""
    return book.sheet(NAME, "The goals in money", (44, 15, 15, 16, 17, 17, 17, 17, 17, 17, 17),
                      hint="Change yellow cells here or on the sheet Assumptions. Projections and intervals are the report's: they do not follow.")


def fill(sheet: Sheet, review: dict[str, Any], room: dict[str, Any] | None, *, sentence: str) -> None:
    """Write the base, the goals, one more point, what it may cost, and the money at risk."""
    sheet.header(TITLES, height=64)
    row = FIRST
    sheet.text(row, 0, f"Base: {review['base_text']}" if review["base_text"] else "Base", "stub_wrap")
    base = _from_assumption(sheet, row, 3, BASE, review["base"])
    if review["base_revenue"] is not None:
        sheet.formula(row, REVENUE, f"{base}*{sheet.book.names[VALUE]}", Figure.of(review["base_revenue"]), "exact")
    row += 1
    for name, reach, gap in _pairs(review):
        _goal(sheet, row, name, reach, gap, base, falls=_falls(reach or gap, review["base"]["value"]))
        row += 1
    row = _more(sheet, row + 1, review, base)
    if room is not None:
        row = _room(sheet, row + 1, review, room)
    sheet.text(row + 1, 0, "In the report", "stub_bold")
    sheet.text(row + 1, 1, sentence, "note")


def _pairs(review: dict[str, Any]) -> list[tuple[str, dict | None, dict | None]]:
    """Each goal once: what reaching it is worth, and what is missing."""
    pairs: dict[str, list[dict | None]] = {}
    for place, kind in enumerate(("reach", "gaps")):
        for goal in review[kind]:
            stem = goal["units"]["key"].rsplit(".", 2)[0]
            pairs.setdefault(stem, [None, None])[place] = goal
    return [((reach or gap)["name"], reach, gap) for reach, gap in pairs.values()]


def _falls(goal: dict[str, Any], base: float) -> bool:
    """True for an outcome that should fall: what is below the start counts as a gain."""
    start = goal["outlook"]["projected"]["value"] if goal["what"] == "gap" else base
    return (goal["outlook"]["value"]["value"] - start) * goal["units"]["value"] < 0


def _goal(sheet: Sheet, row: int, name: str, reach: dict | None, gap: dict | None, base: str, *, falls: bool) -> None:
    outlook = (reach or gap)["outlook"]
    sheet.text(row, 0, name, "stub_wrap")
    sheet.number(row, 1, outlook["value"]["value"], f"{number_style(outlook['value']['value'])}_input", key=outlook["value"]["key"])
    goal = sheet.at(row, 1)
    if outlook["projected"] is not None:
        sheet.number(row, 2, outlook["projected"]["value"], f"{number_style(outlook['projected']['value'])}_input", key=outlook["projected"]["key"])
    else:
        sheet.text(row, 2, NONE, "units")
    for part, start, column in ((reach, base, 3), (gap, sheet.at(row, 2), MISSING)):
        if part is None:
            for place in range(3):
                sheet.text(row, column + place, NONE, "units")
            continue
        sheet.formula(row, column, f"{start}-{goal}" if falls else f"{goal}-{start}", Figure.of(part["units"]), number_style(part["units"]["value"]))
        _in_money(sheet, row, column, part)
    money = gap and (gap["profit"] or gap["revenue"])
    for column, end in ((9, "low"), (10, "high")):
        value = money and money[end]
        sheet.number(row, column, value, "exact", missing=NONE)


def _in_money(sheet: Sheet, row: int, column: int, worth: dict[str, Any]) -> None:
    """Revenue and profit beside a cell of units."""
    units, value, margin = sheet.at(row, column), sheet.book.names[VALUE], sheet.book.names.get(MARGIN)
    if worth["revenue"] is None:
        sheet.text(row, column + 1, NONE, "exact")
        sheet.formula(row, column + 2, f"{units}*{value}", Figure.of(worth["profit"]), "exact")
        return
    sheet.formula(row, column + 1, f"{units}*{value}", Figure.of(worth["revenue"]), "exact")
    if worth["profit"] is None or margin is None:
        sheet.text(row, column + 2, "no margin agreed", "exact")
    else:
        sheet.formula(row, column + 2, f"{sheet.at(row, column + 1)}*{margin}", Figure.of(worth["profit"]), "exact")


def _from_assumption(sheet: Sheet, row: int, column: int, key: str, estimate: dict[str, Any] | None) -> str:
    """The cell of a figure: it follows the assumption where it is one, else it may be changed here."""
    named = sheet.book.names.get(key)
    if estimate is None:
        sheet.text(row, column, NONE, "units")
    elif named and estimate["kind"] == "agreed":
        sheet.formula(row, column, named, Figure.of(estimate), assumptions.style_of(estimate))
    else:
        sheet.number(row, column, estimate["value"], f"{assumptions.style_of(estimate)}_input", key=estimate["key"])
    return sheet.at(row, column)


def _more(sheet: Sheet, row: int, review: dict[str, Any], base: str) -> int:
    """Half of the gap, one more point of the indicator, the money at risk."""
    half, point, risk = review["half_gap_money"], review["point"], review["at_risk"]
    if half is not None:
        difference = next(g["outlook"]["gap"]["difference"] for g in review["reach"] if g["outlook"]["gap"] is not None)
        sheet.text(row, 0, "Half of the gap instead of the goal", "stub_wrap")
        sheet.number(row, 3, difference["value"], f"{number_style(difference['value'])}_input", key=difference["key"])
        column = PROFIT if "profit" in half["key"].rsplit(".", 1)[1] else REVENUE
        sheet.formula(row, column, f"{sheet.at(row, 3)}*{sheet.book.names[VALUE]}", Figure.of(half), "exact")
        row += 1
    if point is not None:
        row = _point(sheet, row, review["point_of"], point, base, review["base"])
    if risk is not None:
        sheet.text(row, 0, f"Money at risk: {risk['convention']}", "stub_wrap")
        chance = _worst_promise(review)
        if CONTRACT in sheet.book.names and chance is not None and risk["convention"].startswith("contract value"):
            sheet.number(row, 3, chance["value"], "fraction_input", key=chance["key"])
            times = re.search(r", (\d+) a year", risk["convention"])
            sheet.formula(row, REVENUE, f"{sheet.book.names[CONTRACT]}*{f'{times[1]}*' if times else ''}(1-{sheet.at(row, 3)})", Figure.of(risk), "exact")
        else:
            sheet.number(row, REVENUE, risk["value"], "exact", key=risk["key"])
        row += 1
    return row


def _worst_promise(review: dict[str, Any]) -> dict[str, Any] | None:
    chances = [g["outlook"]["chance"] for g in (*review["reach"], *review["gaps"])
               if g["outlook"]["goal"]["kind"] == "promised" and g["outlook"]["chance"] is not None]
    return min(chances, key=lambda chance: chance["value"], default=None)


def _point(sheet: Sheet, row: int, indicator: str, point: dict[str, Any], base: str, base_value: dict[str, Any] | None) -> int:
    """One more point of an indicator: effect × base, then money."""
    sheet.text(row, 0, f"{indicator}: points more ({point['reading']})", "stub_wrap")
    sheet.number(row, 1, point["points"], "units_input")
    effect = point["effect_per_point"]
    named = sheet.book.names.get(effect["key"])
    if named:
        sheet.formula(row, 2, named, effect["value"], "fraction")
    else:
        sheet.number(row, 2, effect["value"], "fraction_input", key=effect["key"])
    current = base if base_value is not None and base_value["value"] == point["current_units"] else repr(point["current_units"])
    points, size = sheet.at(row, 1), sheet.at(row, 2)
    units = f"{current}*{size}*{points}" if point["reading"] == "additive" else f"{current}*((1+{size})^{points}-1)"
    sheet.formula(row, 3, units, Figure.of(point["units"]), number_style(point["units"]["value"]))
    _in_money(sheet, row, 3, point)
    sheet.text(row, MISSING, "points, effect of one point, units, revenue and profit a year", "note_inset")
    return row + 1


def _room(sheet: Sheet, row: int, review: dict[str, Any], room: dict[str, Any]) -> int:
    """What the initiative may cost and still pay, and how long other costs take."""
    benefit = room["benefit_per_year"]
    sheet.text(row, 0, f"What it may cost and still pay: {review['room_for']}", "stub_bold")
    sheet.text(row + 1, 0, "Benefit a year", "stub")
    sheet.formula(row + 1, 1, sheet.book.names[benefit["key"]], benefit["value"], "exact")
    sheet.text(row + 2, 0, "Months until it starts", "stub")
    sheet.number(row + 2, 1, review["lag_months"], "units_input", key="cost_room.lag_months")
    sheet.text(row + 3, 0, "Months to be paid back within", "stub")
    sheet.number(row + 3, 1, room["horizon_months"], "units_input", key="cost_room.horizon_months")
    a_year, lag, horizon = (sheet.at(row + step, 1) for step in (1, 2, 3))
    sheet.text(row + 4, 0, "It may cost", "stub_bold")
    sheet.formula(row + 4, 1, f"MAX(0,{a_year}*({horizon}-{lag})/12)", Figure.of(room["break_even_cost"]), "exact_bold")
    sheet.header(("Share of a year's benefit", "Cost", "Months until paid back"), row=row + 6, freeze=False)
    for place, line in enumerate(room["table"], row + 7):
        sheet.number(place, 0, line["share_of_benefit"], "fraction_input")
        sheet.formula(place, 1, f"{sheet.at(place, 0)}*{a_year}", line["cost"], "exact")
        sheet.formula(place, 2, f"{lag}+12*{sheet.at(place, 0)}", line["payback_months"], "number")
    return row + 7 + len(room["table"])
