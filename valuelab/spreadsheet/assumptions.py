"""The sheet of assumptions: each a named cell with its unit, range, basis, who agreed and when. Change one and every sheet follows."""

from __future__ import annotations

from typing import Any

from valuelab.formatting import is_money
from valuelab.spreadsheet.book import FIRST, Book, Sheet, lines_of, number_style

NAME = "Assumptions"
RATE, ACCURACY = "assumptions.cash_flow.discount_rate", "assumptions.cash_flow.revenue_accuracy"
TIMING, PER_YEAR = "case.timing", "case.periods_per_year"
MORE_REVENUE, MORE_EXPENDITURE = "what_if.change_in_revenue", "what_if.change_in_expenditure"
TITLES = ("Assumption", "Value", "Unit", "Low", "High", "How it is meant", "Kind", "Source", "Agreed by", "Agreed on", "Note", "Name of the cell")
WIDTHS = (36, 15, 10, 11, 11, 26, 10, 22, 20, 11, 44, 30)
HINT = "Change a yellow cell and every sheet follows. Formulas elsewhere use the names in the last column."
_RANGES = {1.0: "low and high are extremes"}


def fill(sheet: Sheet, assumptions: list[dict[str, Any]], case: dict[str, Any] | None) -> None:
    """Write every assumption of the report, then what a cash flow needs besides."""
    sheet.header(TITLES, texts=(2, *range(5, len(TITLES))))
    row = FIRST
    for line in assumptions:
        _line(sheet, row, line)
        row += 1
    if case is not None:
        row = _of_case(sheet, row, case)


def style_of(estimate: dict[str, Any]) -> str:
    """The style of a number in its unit."""
    unit = estimate["unit"]
    return "fraction" if unit == "fraction" else "exact" if is_money(unit) else number_style(estimate["value"])


def _line(sheet: Sheet, row: int, line: dict[str, Any]) -> None:
    estimate = line.get("estimate")
    sheet.text(row, 0, line["name"], "stub_wrap")
    if estimate is None:
        sheet.text(row, 1, line["text"], "label_wrap")
    else:
        style = style_of(estimate)
        sheet.number(row, 1, estimate["value"], f"{style}_input", key=estimate["key"])
        sheet.text(row, 2, "percent" if estimate["unit"] == "fraction" else estimate["unit"])
        sheet.number(row, 3, estimate["low"], style)
        sheet.number(row, 4, estimate["high"], style)
        sheet.text(row, 5, _meant(estimate), "text_wrap")
        sheet.text(row, 6, estimate["kind"])
        sheet.text(row, 11, sheet.book.names[estimate["key"]])
    told = {7: line["source"], 8: line["agreed_by"], 9: line["agreed_on"], 10: line["note"]}
    for column, text in told.items():
        sheet.text(row, column, text or "", "text_wrap")
    told |= {0: line["name"], 1: "" if estimate else line["text"], 5: _meant(estimate) if estimate else ""}
    sheet.worksheet.set_row(row, 15 * max(lines_of(text or "", WIDTHS[column] - 2) for column, text in told.items()))


def _meant(estimate: dict[str, Any]) -> str:
    level = estimate["level"]
    spread = "" if estimate["low"] is None else _RANGES.get(level, f"low to high is an {level:.0%} range" if level else "")
    return "; ".join(part for part in (estimate["convention"], spread) if part)


def _of_case(sheet: Sheet, row: int, case: dict[str, Any]) -> int:
    """What a cash flow is reckoned with, besides what was agreed: its timing, and two changes to try out."""
    book = sheet.book
    for key, name, note in ((RATE, "Discount rate a year", "not agreed: type a rate to see net present values"),
                            (ACCURACY, "Revenue estimates hold to within", "not agreed: type a fraction to see the range")):
        if key not in book.names:
            row = _added(sheet, row, key, name, None, "fraction", "percent", note)
    row = _added(sheet, row, PER_YEAR, f"Periods in a year ({case['period_word']}s)", case["periods_per_year"], "units", "", "turns the yearly rate into one a period")
    row = _added(sheet, row, TIMING, "When the flows of a period come", case["timing"], "label", "",
                 "start: the first is not discounted; end: each once more; dates: by days, 365 to a year")
    sheet.worksheet.data_validation(row - 1, 1, row - 1, 1, {"validate": "list", "source": ["start", "end", "dates"]})
    row = _added(sheet, row, MORE_REVENUE, "What if: all revenue estimates change by", 0.0, "fraction", "percent",
                 "0 % is the report; −10 % lowers every revenue estimate by a tenth. Actuals stay")
    return _added(sheet, row, MORE_EXPENDITURE, "What if: all expenditure estimates change by", 0.0, "fraction", "percent",
                  "0 % is the report. Actuals stay")


def _added(sheet: Sheet, row: int, key: str, name: str, value: float | str | None, style: str, unit: str, note: str) -> int:
    sheet.text(row, 0, name, "stub_wrap")
    if isinstance(value, str):
        sheet.text(row, 1, value, f"{style}_input")
        sheet.book.define(key, sheet, row, 1)
    else:
        sheet.number(row, 1, value, f"{style}_input", key=key)
    sheet.text(row, 2, unit)
    sheet.text(row, 6, "what if" if key.startswith("what_if") else "")
    sheet.text(row, 10, note, "text_wrap")
    sheet.text(row, 11, sheet.book.names[key])
    sheet.worksheet.set_row(row, 15 * max(lines_of(note, WIDTHS[10] - 2), lines_of(name, WIDTHS[0] - 2)))
    return row + 1


def add(book: Book) -> Sheet:
    """The empty sheet."""
    return book.sheet(NAME, "What was agreed or assumed", WIDTHS, hint=HINT)
