"""The sheet of price options: what each adds to annual profit, by formulas from price, volume and profit a unit."""

from __future__ import annotations

from typing import Any

from valuelab.spreadsheet.book import FIRST, NONE, Book, Figure, Sheet

NAME = "Price options"
TODAY = ("assumptions.direct_benefit.price", "assumptions.direct_benefit.volume", "assumptions.direct_benefit.profit_per_unit")
TITLES = ("Option", "Price changes by", "Volume changes by", "Gained a year", "Lost a year", "Net a year", "Volume may fall by, against doing nothing",
          "Against the option", "Volume may fall by, against that option", "Revenue changes by, a year")


def add(book: Book) -> Sheet:
    """The empty sheet."""
    return book.sheet(NAME, "Price options: what each adds to annual profit", (38, 14, 14, 17, 17, 17, 22, 38, 22, 20),
                      hint="Change the yellow cells, or price, volume and profit a unit on the sheet Assumptions. Against doing nothing, unit cost unchanged.")


def fill(sheet: Sheet, review: dict[str, Any], *, sentence: str) -> None:
    """Write every option of the review, in its order."""
    options = review["prices"]
    names = [option["name"] for option in options]
    sheet.header(TITLES, height=48, texts=(7,))
    for row, option in enumerate(options, FIRST):
        _option(sheet, row, option, names)
    row = FIRST + len(options) + 1
    if review["best_over"] is not None and review["best_price"] is not None:
        best = names.index(review["best_price"]["name"])
        others = ",".join(sheet.at(FIRST + number, 5) for number in range(len(options)) if number != best)
        sheet.text(row, 0, "The leading option brings more than the next by", "stub_wrap")
        sheet.formula(row, 5, f"{sheet.at(FIRST + best, 5)}-MAX({others})", Figure.of(review["best_over"][1]), "exact")
        row += 1
    sheet.text(row + 1, 0, "In the report", "stub_bold")
    sheet.text(row + 1, 1, sentence, "note")


def _option(sheet: Sheet, row: int, option: dict[str, Any], names: list[str]) -> None:
    price, volume, profit = (sheet.book.names[key] for key in TODAY)
    stem = option["net"]["key"].removesuffix(".net")
    sheet.text(row, 0, option["name"], "stub_wrap")
    sheet.number(row, 1, option["price_change"], "fraction_input", key=f"{stem}.price_change")
    sheet.number(row, 2, option["volume_change"], "fraction_input", key=f"{stem}.volume_change")
    dearer, more = sheet.at(row, 1), sheet.at(row, 2)
    on_price, on_volume = f"{price}*{dearer}*{volume}*(1+{more})", f"{profit}*{volume}*{more}"
    sheet.formula(row, 3, f"MAX({on_price},0)+MAX({on_volume},0)", Figure.of(option["gained"]), "exact")
    sheet.formula(row, 4, f"MAX(-{on_price},0)+MAX(-{on_volume},0)", Figure.of(option["lost"]), "exact")
    sheet.formula(row, 5, f"{sheet.at(row, 3)}-{sheet.at(row, 4)}", Figure.of(option["net"]), "exact_bold")
    here = f"({profit}+{price}*{dearer})"
    sheet.formula(row, 6, f'IF({here}>0,{price}*{dearer}/{here},"{NONE}")', Figure.of(option["break_even_volume_loss"]), "fraction")
    against = option["break_even_against"]
    if against is None:
        sheet.text(row, 7, NONE)
        sheet.text(row, 8, NONE, "fraction")
    else:
        other = FIRST + names.index(against[0])
        there = f"({profit}+{price}*{sheet.at(other, 1)})*(1+{sheet.at(other, 2)})"
        sheet.text(row, 7, against[0], "text_wrap")
        sheet.formula(row, 8, f'IF({here}>0,({here}-{there})/{here},"{NONE}")', Figure.of(against[1]), "fraction")
    sheet.formula(row, 9, f"{price}*{volume}*((1+{dearer})*(1+{more})-1)", Figure.of(option["revenue_change"]), "exact")
