"""A workbook with a few safe ways to write: text that is never live, numbers, formulas with the report's value, named cells.

Whatever comes from data is text or a number. Formulas are written by this package alone, and each carries the value that the
report shows: a viewer that does not recalculate shows the right figures.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO
from typing import Any

from babel.numbers import get_currency_precision
from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from valuelab.formatting import currency_sign, is_money

TBA = "TBA"
NONE = "–"
TITLE, HEADER, FIRST = 0, 4, 5  # rows: title and what to know, the header, the first line under it
OPERATORS = {"×": "*", "−": "-"}
_LONGEST_TEXT = 32_000  # a cell holds 32,767 characters
_INK, _INPUT, _RULE = "#1a2733", "#fff6cc", "#c9d2da"


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure of results.json as the spreadsheet needs it: its value, or why there is none, and its key."""

    value: float | str
    key: str = ""

    @classmethod
    def of(cls, data: dict | None, otherwise: str = NONE) -> Figure:
        """An Estimate's plain form; ``otherwise`` is what the cell says where there is none."""
        return cls(otherwise) if data is None else cls(float(data["value"]), data.get("key", ""))


class Book:
    """A workbook that has the same bytes for the same content.

    ``names``: key of results.json → name of the cell. ``places``: key → (sheet, cell).
    """

    def __init__(self, *, customer: str, as_of: str, currency: str, whole: bool):
        self.buffer = BytesIO()
        self.workbook = Workbook(self.buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False,
                                               "strings_to_numbers": False})
        year, month, *day = (int(part) for part in as_of.split("-"))
        self.workbook.set_properties({"title": "What is it worth, and does it pay?", "author": "valuelab", "created": datetime(year, month, *day or (1,))})
        self.workbook.set_calc_mode("auto")
        self.customer, self.as_of, self.currency = customer, as_of, currency
        self.styles = _Styles(self.workbook, currency, whole)
        self.names: dict[str, str] = {}
        self.places: dict[str, tuple[str, str]] = {}
        self._taken: set[str] = set()

    def sheet(self, name: str, subject: str, widths: tuple[float, ...], *, hint: str = "") -> Sheet:
        """A new sheet: what it is about, whose, in which currency; ready for print on whole pages."""
        worksheet = self.workbook.add_worksheet(name)
        sheet = Sheet(self, worksheet, name)
        for column, width in enumerate(widths):
            worksheet.set_column(column, column, width)
        worksheet.set_row(TITLE, 22)
        sheet.text(TITLE, 0, subject, "title")
        sheet.text(1, 0, f"{self.customer}, as of {self.as_of}. All amounts in {self.currency}.", "note")
        if hint:
            sheet.text(2, 0, hint, "note")
        worksheet.hide_gridlines(2)
        worksheet.set_landscape()
        worksheet.set_paper(9)
        worksheet.fit_to_pages(1, 0)
        worksheet.set_footer(f"&L{self.customer[:80].replace('&', '&&')}, as of {self.as_of}&C{name}&RPage &P of &N")
        return sheet

    def define(self, key: str, sheet: Sheet, row: int, column: int) -> str:
        """Give a cell a name that follows from a key; a name that is taken gets a number."""
        stem = re.sub(r"[^A-Za-z0-9]+", "_", key.removeprefix("assumptions.")).strip("_")[:180] or "figure"
        stem = stem if "_" in stem and stem[0].isalpha() else f"figure_{stem}"  # never one that reads as a cell
        name, number = stem, 1
        while name.lower() in self._taken:
            number += 1
            name = f"{stem}_{number}"
        self._taken.add(name.lower())
        self.workbook.define_name(name, f"='{sheet.name}'!{xl_rowcol_to_cell(row, column, True, True)}")
        if key not in self.names:
            self.names[key] = name
            self.places[key] = (sheet.name, xl_rowcol_to_cell(row, column))
        return name

    def cell_of(self, figure: Mapping[str, Any]) -> str | None:
        """The cell of a figure of results.json, else its own formula where every figure in it has a cell; None otherwise."""
        derivation = figure["derivation"]
        if figure["key"] in self.names:
            return self.names[figure["key"]]
        if not derivation or not derivation["formula"] or not all(i["key"] in self.names for i in derivation["inputs"]):
            return None
        return f"({excel(derivation['formula'], {i['name']: self.names[i['key']] for i in derivation['inputs']})})"

    def close(self) -> bytes:
        self.workbook.close()
        return self.buffer.getvalue()


@dataclass(slots=True)
class Sheet:
    """A sheet and the ways to write on it. Rows and columns count from 0."""

    book: Book
    worksheet: Worksheet
    name: str

    def text(self, row: int, column: int, value: str, style: str = "text") -> None:
        """Text, never live: it is stored as a string in a cell that stays text when somebody edits it."""
        self.worksheet.write_string(row, column, _storable(value), self.book.styles[style])

    def number(self, row: int, column: int, value: float | None, style: str, *, missing: str = "", key: str = "") -> None:
        """A number, or what stands where there is none."""
        if value is None:
            if missing:
                self.worksheet.write_string(row, column, missing, self.book.styles[style])
            else:
                self.worksheet.write_blank(row, column, None, self.book.styles[style])
        else:
            self.worksheet.write_number(row, column, value, self.book.styles[style])
        if key:
            self.book.define(key, self, row, column)

    def date(self, row: int, column: int, value: date, style: str = "date") -> None:
        self.worksheet.write_datetime(row, column, datetime(value.year, value.month, value.day), self.book.styles[style])

    def formula(self, row: int, column: int, formula: str, value: Figure | float | str, style: str) -> str:
        """A formula with the value that the report shows; a figure's cell is named after its key. Returns the cell, with its sheet."""
        figure = value if isinstance(value, Figure) else Figure(value)
        self.worksheet.write_formula(row, column, f"={formula}", self.book.styles[style], figure.value)
        if figure.key:
            self.book.define(figure.key, self, row, column)
        return self.at(row, column)

    def at(self, row: int, column: int) -> str:
        """A cell as a formula on any sheet names it."""
        return f"'{self.name}'!{xl_rowcol_to_cell(row, column, True, True)}"

    def column(self, first: int, last: int, column: int) -> str:
        """A stretch of a column as a formula on any sheet names it."""
        return f"'{self.name}'!{xl_rowcol_to_cell(first, column, True, True)}:{xl_rowcol_to_cell(last, column, True, True)}"

    def header(self, titles: tuple[str, ...], *, row: int = HEADER, freeze: bool = True, height: int = 32, texts: tuple[int, ...] = ()) -> None:
        """A header that stays in sight and stands on every printed page. ``texts``: columns of text."""
        for column, title in enumerate(titles):
            actual = bool(re.search(r"\bact\.|[Aa]ctual", title))
            style = "header_left" if column == 0 else "header_inset" if column in texts else "header_actual" if actual else "header"
            self.text(row, column, title, style)
        self.worksheet.set_row(row, height)
        if freeze:
            self.worksheet.freeze_panes(row + 1, 1)
            self.worksheet.repeat_rows(row)


class _Styles:
    """Formats by name, each made once: base words joined by ``_``, such as ``money_input`` or ``total_money``."""

    def __init__(self, workbook: Workbook, currency: str, whole: bool):
        self.workbook, self.made = workbook, {}
        sign = currency_sign(currency) if is_money(currency) else f"{currency}\u00a0"
        places = get_currency_precision(currency) if is_money(currency) else 2
        exact, short = (f'"{sign}"#,##0{"." + "0" * n if n else ""}' for n in (places, 0 if whole else places))
        number = {"exact": f"{exact};-{exact};{exact}", "money": f"{short};-{short};{short}", "fraction": "0.0#%;-0.0#%;0%", "number": "#,##0.00;-#,##0.00;0.00",
                  "units": "#,##0;-#,##0;0", "fine": "0.0000;-0.0000;0", "date": "d mmm yyyy", "factor": "0.000000", "text": "@"}
        self.parts: dict[str, dict] = {name: {"num_format": text, "align": "right"} for name, text in number.items()}
        self.parts["text"] |= {"align": "left", "indent": 1}
        self.parts |= {
            "title": {"num_format": "@", "bold": True, "font_size": 14, "text_wrap": False},
            "note": {"num_format": "@", "font_color": "#44525e", "align": "left"}, "label": {"num_format": "@", "align": "right"},
            "header": {"num_format": "@", "bold": True, "align": "right", "valign": "bottom", "text_wrap": True, "bg_color": "#e4e9ed", "bottom": 1},
            "actual": {"bg_color": "#d6e6f5"}, "left": {"align": "left"}, "inset": {"align": "left", "indent": 1},
            "stub": {"num_format": "@", "align": "left"}, "total": {"bold": True, "top": 1, "bottom": 0},
            "input": {"bg_color": _INPUT, "border": 1, "border_color": _RULE}, "wrap": {"text_wrap": True, "valign": "top"}, "bold": {"bold": True},
        }

    def __getitem__(self, name: str) -> Format:
        if name not in self.made:
            style = {"font_name": "Calibri", "font_size": 11, "font_color": _INK, "valign": "top"}
            for part in name.split("_"):
                style |= self.parts[part]
            self.made[name] = self.workbook.add_format(style)
        return self.made[name]


def excel(formula: str, cells: Mapping[str, str]) -> str:
    """A formula in words with its names as cells and its signs as a spreadsheet writes them.

    Examples
    --------
    >>> excel("units × margin − cost 1", {"units": "B1", "margin": "B2", "cost 1": "B3"})
    'B1*B2-B3'
    """
    names = "|".join(re.escape(name) for name in sorted(cells, key=len, reverse=True))
    return re.sub(rf"\s*({names}|[×−])\s*|\s+", lambda m: OPERATORS.get(m[1], cells.get(m[1], "")) if m[1] else "", formula)


def number_style(value: float) -> str:
    """The style of a number without a unit that reads well: no decimals for whole and large ones, four for small ones.

    Examples
    --------
    >>> [number_style(v) for v in (26_000, 21_077.5, 4.25, 0.0312)]
    ['units', 'units', 'number', 'fine']
    """
    size = abs(value)
    return "units" if value == round(value) or size >= 1000 else "number" if size >= 1 else "fine"


def lines_of(text: str, width: float) -> int:
    """How many lines a wrapped text takes in a column of that width, in characters."""
    return max(1, sum(-(-max(len(line), 1) // max(int(width), 1)) for line in text.split("\n")))


def _storable(text: str) -> str:
    """What a cell can hold: not too long, and no half of a character pair."""
    return text.encode("utf-8", "replace").decode("utf-8")[:_LONGEST_TEXT]
