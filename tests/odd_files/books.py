"""Workbooks: titles, totals, several sheets, merged cells, months across, serial dates."""

from __future__ import annotations

from datetime import date, datetime

from tests.odd_files.case import Case
from tests.odd_files.make import HALF_YEAR, book, lying_bomb, merged_over, rows_of

XLSX = ".xlsx"
ACROSS = [["KPI", *HALF_YEAR], ["Clients", *HALF_YEAR.values()], ["Score", 5, 6, 7, 8, 9, 9]]
OTHER = {"metrics that the params do not name": 1}
SERIALS = [[(date(2024, m, 1) - date(1899, 12, 30)).days, v] for m, v in enumerate(HALF_YEAR.values(), 1)]
REPORT = [
    ["Harbour Care: KPIs"],
    ["Exported by the CRM"],
    [],
    ["Month", "Clients"],
    *([m, v] for m, v in HALF_YEAR.items()),
    [],
    ["Grand Total", 11175],
    ["Note: June is provisional"],
    ["* unaudited"],
]
TWO_METRICS = [["date", "metric", "value"], *(row for m, v in HALF_YEAR.items() for row in ([m, "Clients", v], [None, "Score", 5]))]
DATES_MERGED = [f"A{2 + 2 * i}:A{3 + 2 * i}" for i in range(6)]
YEARS_OVER_MONTHS = [
    ["KPI", 2023, None, 2024, None, None, None],
    [None, "Nov", "Dec", "Jan", "Feb", "Mar", "Apr"],
    ["Clients", *HALF_YEAR.values()],
]
LATE_YEAR = dict(zip(("2023-11", "2023-12", "2024-01", "2024-02", "2024-03", "2024-04"), HALF_YEAR.values(), strict=True))
TITLE_MERGED = [["Harbour Care, first half of 2024", None, None], ["Month", "Clients", "Score"], *([m, v, 5] for m, v in HALF_YEAR.items())]

BOOKS = (
    Case("workbook", book({"Data": rows_of()}), XLSX),
    Case("workbook-like-a-report", book({"KPIs": REPORT}), XLSX, notes={"title rows": 2, "total rows": 1, "note rows": 2}),
    Case(
        "several-sheets-one-with-the-metric",
        book({"Cover": [["Harbour Care"]], "Lists": [["Month", "Weather"], ["2024-01", 5]], "Data": rows_of()}),
        XLSX,
        notes={'other sheets not read: "Cover", "Lists"': 2},
    ),
    Case(
        "several-sheets-with-the-metric",
        book({"Actual": rows_of(), "Plan": rows_of(dict.fromkeys(HALF_YEAR, 2000))}),
        XLSX,
        error=('"Actual", "Plan"', "sheet:"),
    ),
    Case(
        "sheet-chosen",
        book({"Actual": rows_of(), "Plan": rows_of(dict.fromkeys(HALF_YEAR, 2000))}),
        XLSX,
        params="sheet: actual\n",
        notes={'other sheets not read: "Plan"': 1},
    ),
    Case("sheet-that-is-not-there", book({"Actual": rows_of()}), XLSX, params="sheet: Actuals\n", error=('no sheet "Actuals"', '"Actual"')),
    Case("sheet-of-a-csv", "date,metric,value\n2024-01,Clients,5\n", params="sheet: Data\n", error="has no sheets"),
    Case(
        "hidden-sheet",
        book({"Data": rows_of(), "Old": rows_of(dict.fromkeys(HALF_YEAR, 1))}, hidden=["Old"]),
        XLSX,
        notes={'hidden sheets not read: "Old"': 1},
    ),
    Case(
        "only-hidden-sheets", book({"Note": [["see the other sheet"]], "Old": rows_of()}, hidden=["Old"]), XLSX, error=("hidden", '"Old"')
    ),
    Case("merged-title", book({"Data": TITLE_MERGED}, merged=["A1:C1"]), XLSX, notes={"title rows": 1, **OTHER}),
    Case("merged-dates", book({"Data": TWO_METRICS}, merged=DATES_MERGED), XLSX, notes={"merged cells": 6, **OTHER}),
    Case(
        "years-merged-over-months",
        book({"Data": YEARS_OVER_MONTHS}, merged=["B1:C1", "D1:G1"]),
        XLSX,
        months=LATE_YEAR,
        notes={"header of two rows": 6},
    ),
    Case("years-over-months-not-merged", book({"Data": YEARS_OVER_MONTHS}), XLSX, months=LATE_YEAR, notes={"header of two rows": 6}),
    Case(
        "merged-values",
        book({"Data": [["Month", "Clients"], ["2024-01", 1800], ["2024-02", None], ["2024-03", 1900]]}, merged=["B2:B3"]),
        XLSX,
        error=("row 3", "one value is merged over several months"),
    ),
    Case("merged-over-each-other", merged_over, XLSX, error="merged over each other", problems=2),
    Case("months-across", book({"Data": ACROSS}), XLSX, notes=OTHER),
    Case(
        "months-across-by-name",
        book({"Data": [["KPI", "Jan-24", "Feb-24", "Mar-24", "Apr-24", "May-24", "Jun-24", "Total"], [*ACROSS[1], 11175]]}),
        XLSX,
        notes={"columns that are no month left out: Total": 1},
    ),
    Case("months-across-as-dates", book({"Data": [["KPI", *(datetime(2024, m, 1) for m in range(1, 7))], ACROSS[1]]}), XLSX),
    Case(
        "months-across-with-totals-and-notes",
        book({"Data": [["Report"], *ACROSS, ["Total", 1805, 1856, 1907, 1833, 1884, 1934], ["Source: CRM"]]}),
        XLSX,
        notes={"title rows": 1, "note rows": 1, "metrics that the params do not name: Score, Total": 2},
    ),
    Case("serial-dates", book({"Data": [["Month", "Clients"], *SERIALS]}), XLSX, notes={"serial numbers": 6}),
    Case("dates-as-text", book({"Data": [["Month", "Clients"], *([f"{m}-01", v] for m, v in HALF_YEAR.items())]}), XLSX),
    Case(
        "dates-as-dates-and-text",
        book({"Data": [["Month", "Clients"], *([datetime(2024, int(m[5:]), 1) if m < "2024-04" else m, v] for m, v in HALF_YEAR.items())]}),
        XLSX,
    ),
    Case(
        "dates-turned-by-the-spreadsheet",  # 03/01/2024 … typed day first where the spreadsheet wants the month first
        book(
            {
                "Data": [
                    ["date", "Clients"],
                    *([datetime(2024, d, 1), 10] for d in range(1, 13)),
                    *([f"{d}/01/2024", 10] for d in range(13, 32)),
                ]
            }
        ),
        XLSX,
        error="some dates are dates and others are text that only fits with the day first",
    ),
    Case("figures-as-text", book({"Data": [["Month", "Clients"], *([m, f"{v:,}"] for m, v in HALF_YEAR.items())]}), XLSX, notes={"comma between thousands": 6}),
    Case("figures-as-words", book({"Data": [["Month", "Clients"], ["2024-01", True], ["2024-02", 5]]}), XLSX, error="is not a number"),
    Case(
        "percent-cells",
        book(
            {"Data": [["Month", "Clients"], ["2024-01", 0.12], ["2024-02", 0.13], ["2024-03", 0.14]]},
            formats={"B2": "0%", "B3": "0.0%", "B4": "0%"},
        ),
        XLSX,
        outcome="{name: Clients, total_by: mean}",
        months={"2024-01": 0.12, "2024-02": 0.13, "2024-03": 0.14},
    ),
    Case(
        "error-cells",
        book({"Data": [["Month", "Clients"], ["2024-01", 1800], ["2024-02", "#N/A"], ["2024-03", 1900]]}),
        XLSX,
        months={"2024-01": 1800, "2024-02": None, "2024-03": 1900},
        notes={"values not known": 1, "missing months": 1},
    ),
    Case(
        "division-by-nought",
        book({"Data": [["Month", "Clients"], ["2024-01", 1800], ["2024-02", "#DIV/0!"]]}),
        XLSX,
        error=("row 3", "#DIV/0!"),
    ),
    Case(
        "formulas-never-calculated",
        book({"Data": [["Month", "Clients"], ["2024-01", 1800], ["2024-02", "=B2*1.1"], ["2024-03", 1900]]}),
        XLSX,
        error=("row 3", "a formula without its result"),
    ),
    Case(
        "empty-rows-and-columns-first",
        book({"Data": [[], [], [None, None, "Month", "Clients"], *([None, None, m, v] for m, v in HALF_YEAR.items())]}),
        XLSX,
    ),
    Case(
        "two-tables-in-one-sheet",
        book({"Data": [["Month", "Clients"], ["2024-01", 1800], ["2024-02", 1850], [], ["Region", "Manager"], ["North", "Kim"]]}),
        XLSX,
        error=("rows 5, 6", "is not a date"),
    ),
    Case("workbook-without-cells", book({"Data": []}), XLSX, error="has no filled sheet"),
    Case("workbook-cut-off", book({"Data": rows_of()})[:-400], XLSX, error="is not a workbook that can be read"),
    Case("zip-bomb-that-lies", lying_bomb, XLSX, error="is not a workbook that can be read"),
)
