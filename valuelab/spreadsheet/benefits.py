"""The sheet of direct benefits: what each brings a year and over its years, by formulas from its agreed figures."""

from __future__ import annotations

from typing import Any

from valuelab.spreadsheet.assumptions import style_of
from valuelab.spreadsheet.book import FIRST, NONE, Book, Figure, Sheet

NAME = "Direct benefits"
TITLES = ("Benefit", "Kind", "Profit a year", "Years", "Months before it starts", "Over its years", "Cost", "Net", "ROI (net)", "Customers who stay, a year")
# as the params name the figures; profit a year of each kind
YEARLY = {
    "unit cost": "{volume}*({cost_now}-{cost_then})",
    "energy and material": "{quantity}*{price}*{reduction}",
    "cheaper channel": "{contacts}*{share_moved}*({cost_now}-{cost_then})",
    "retention": "{customers}*({lost_now}-{lost_then})*{profit_per_customer}",
}
KEPT = "{customers}*({lost_now}-{lost_then})"
OTHER = {"cost now": "cost then", "cost then": "cost now", "lost now": "lost then", "lost then": "lost now"}  # the two ends of a difference


def add(book: Book) -> Sheet:
    """The empty sheet."""
    return book.sheet(NAME, "Direct benefits: what each brings in profit", (38, 22, 17, 9, 12, 17, 17, 17, 12, 17),
                      hint="Change the yellow cells, or the figures on the sheet Assumptions. A cost that is saved counts in full as profit.")


def fill(sheet: Sheet, review: dict[str, Any], *, sentence: str) -> None:
    """Write every benefit of the review, in its order."""
    sheet.header(TITLES, height=34, texts=(1,))
    for row, effect in enumerate(review["benefits"], FIRST):
        _benefit(sheet, row, effect)
    row = _break_evens(sheet, FIRST + len(review["benefits"]) + 1, review["benefits"])
    sheet.text(row, 0, "In the report", "stub_bold")
    sheet.text(row, 1, sentence, "note")


def _benefit(sheet: Sheet, row: int, effect: dict[str, Any]) -> None:
    named = _Named(sheet.book.names, f"assumptions.benefits.{effect['name']}.")
    sheet.text(row, 0, effect["name"], "stub_wrap")
    sheet.text(row, 1, effect["kind"], "text_wrap")
    if effect["kept"] is not None:
        sheet.formula(row, 9, KEPT.format_map(named), Figure.of(effect["kept"]), "units")
    sheet.formula(row, 2, YEARLY[effect["kind"]].format_map(named), Figure.of(effect["per_year"]), "exact")
    sheet.number(row, 3, effect["years"], "units_input")
    sheet.number(row, 4, effect["starts_after_months"], "units_input")
    years, months = sheet.at(row, 3), sheet.at(row, 4)
    total = sheet.formula(row, 5, f"{sheet.at(row, 2)}*MAX(0,{years}-{months}/12)", Figure.of(effect["total"]), "exact")
    if effect["cost"] is None:
        for column in (6, 7, 8):
            sheet.text(row, column, NONE, "fraction")
        return
    once, yearly = (sheet.book.names.get(named.stem + key, "0") for key in ("cost", "cost_per_year"))
    cost = sheet.formula(row, 6, f"{once}+{yearly}*{years}", Figure.of(effect["cost"]), "exact")
    net = sheet.formula(row, 7, f"{total}-{cost}", Figure.of(effect["net"]), "exact_bold")
    sheet.formula(row, 8, f'IF({cost}>0,{net}/{cost},"{NONE}")', Figure.of(effect["roi_net"]), "fraction")


def _break_evens(sheet: Sheet, row: int, effects: list[dict[str, Any]]) -> int:
    """Where each figure alone would make a benefit only pay its cost; returns the row after the table."""
    found = [(at, effect, item) for at, effect in enumerate(effects, FIRST) for item in effect["break_even"]]
    if not found:
        return row + 1
    for column, title in enumerate(("Benefit", "Figure", "Only pays its cost at")):
        sheet.text(row, column, title, "stub_bold")
    for at, effect, item in found:
        row += 1
        named = _Named(sheet.book.names, f"assumptions.benefits.{effect['name']}.")
        name, share = item["name"], f"{sheet.at(at, 6)}/{sheet.at(at, 5)}"  # of the benefit that the cost takes
        sheet.text(row, 0, effect["name"], "stub_wrap")
        sheet.text(row, 1, name, "text_wrap")
        here, there = (named[n.replace(" ", "_")] for n in (name, OTHER.get(name, name)))
        formula = f"{there}+({here}-{there})*{share}" if name in OTHER else f"{here}*{share}"
        if item["at"] is None:
            sheet.text(row, 2, "at no value")
        else:
            sheet.formula(row, 2, f'IF({sheet.at(at, 5)}=0,"{NONE}",{formula})', Figure.of(item["at"]), style_of(item["at"]))
    return row + 2


class _Named(dict):
    """Names of the cells of one benefit's figures, by their keys in the params."""

    def __init__(self, names: dict[str, str], stem: str):
        self.stem = stem
        super().__init__({key.removeprefix(stem): name for key, name in names.items() if key.startswith(stem)})
