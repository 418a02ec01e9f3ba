"""The sheet of results: what a cash flow comes to on each side, every figure a formula beside what the report says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

from valuelab.spreadsheet import assumptions
from valuelab.spreadsheet.book import FIRST, NONE, TBA, Book, Figure, Sheet
from valuelab.spreadsheet.flows import (
    EXPENSE_ACT,
    EXPENSE_END,
    EXPENSE_EST,
    EXPENSE_SCALED,
    FACTOR,
    FACTOR_BY_DATES,
    KNOWN,
    PERIOD,
    REVENUE_ACT,
    REVENUE_END,
    REVENUE_EST,
    REVENUE_SCALED,
    SIDES,
    WITHIN,
    Flows,
    drawn,
)

NAME = "Results"
NO_RATE, NOT_BACK, NO_COST = "no rate agreed", "not paid back", "no expenditure"
TITLES = ("Figure", "Estimated, whole plan", "To date, estimated", "To date, actual", "At completion", "At completion, scaled by performance to date", "Actual, all in", "In the report, at completion", "Change", "How it is reckoned")
COLUMNS = {"estimated": 1, "to_date_est": 2, "to_date_act": 3, "at_completion": 4, "at_completion_scaled": 5, "actual": 6}
REPORT, CHANGE, CONVENTION = 7, 8, 9
SPENT = {"estimated": EXPENSE_EST, "to_date_est": EXPENSE_EST, "to_date_act": EXPENSE_ACT, "at_completion": EXPENSE_END, "at_completion_scaled": EXPENSE_SCALED}
EARNED = {"estimated": REVENUE_EST, "to_date_est": REVENUE_EST, "to_date_act": REVENUE_ACT, "at_completion": REVENUE_END, "at_completion_scaled": REVENUE_SCALED}


def add(book: Book) -> Sheet:
    """The empty sheet."""
    return book.sheet(NAME, "What is it worth, and does it pay?", (34, *[17] * 8, 70),
                      hint=f"Every figure is a formula. Change yellow cells on the sheets {assumptions.NAME} and Amounts; the last columns show what moved since the report.")


@dataclass(frozen=True, slots=True)
class _Line:
    """One figure on every side: its field in results.json, its name, its style, and the formula of a side."""

    field: str
    name: str
    style: str
    formula: Callable[[str], str]


@dataclass(slots=True)
class _Case:
    """The sheets and numbers that the formulas of a case are made of."""

    sheet: Sheet
    flow: Sheet
    workings: Sheet
    flows: Flows

    @property
    def data(self) -> dict[str, Any]:
        return self.flows.case

    def side(self, name: str) -> dict[str, Any] | None:
        """The side of the report, None where it has none."""
        if name in ("estimated", "at_completion", "at_completion_scaled", "actual"):
            return self.data.get(name)
        both = self.data["to_date"]
        return both and both[0 if name == "to_date_est" else 1]

    def of(self, sheet: Sheet, column: int) -> str:
        return sheet.column(FIRST, self.flows.last, column)

    def name(self, key: str) -> str:
        return self.sheet.book.names[key]

    def total(self, columns: dict[str, int]) -> Callable[[str], str]:
        """A sum over all periods, or over those that are compared."""
        known = self.of(self.workings, KNOWN)
        return lambda side: (f"SUMIF({known},1,{self.of(self.flow, columns[side])})" if side.startswith("to_date")
                             else f"SUM({self.of(self.workings if side == 'at_completion_scaled' else self.flow, columns[side])})")

    def net(self, side: str) -> str:
        return self.of(self.workings, SIDES[side])

    def running(self, side: str) -> str:
        return self.of(self.workings, SIDES[side] + 1)

    def payback(self, side: str) -> str:
        """The last period whose running sum is below zero, then linear inside the one that follows."""
        count, below = len(self.data["table"]), f"({self.running(side)}<-1E-12*SUMPRODUCT(ABS({self.net(side)})))"
        last = f"SUMPRODUCT(MAX({below}*({self.of(self.workings, 1)}+1)))"
        there = f"INDEX({self.running(side)},{last})"
        inside = f"{last}-1-{there}/INDEX({self.net(side)},{last}+1)"
        return f'IF({last}=0,0,IF({last}={count},"{NOT_BACK}",{inside}))'

    def deepest_period(self, side: str) -> str:
        return f"INDEX({self.of(self.flow, PERIOD)},MATCH(MIN({self.running(side)}),{self.running(side)},0))"

    def worth(self, factor: int) -> Callable[[str], str]:
        rate = self.name(assumptions.RATE)
        return lambda side: f'IF(ISNUMBER({rate}),SUMPRODUCT({self.net(side)},{self.of(self.workings, factor)}),"{NO_RATE}")'


def fill(sheet: Sheet, flow: Sheet, workings: Sheet, flows: Flows, *, gross_first: bool, sentence: str) -> None:
    """Write the results of a cash flow, what follows from them, and a chart."""
    case = _Case(sheet, flow, workings, flows)
    sheet.header(TITLES, height=48, texts=(CONVENTION,))
    if case.side("at_completion_scaled") is None:
        sheet.worksheet.set_column(COLUMNS["at_completion_scaled"], COLUMNS["at_completion_scaled"], 17, None, {"hidden": True})
    row = FIRST
    for line in _lines(case, gross_first):
        _write(case, row, line)
        row += 1
    row = _more(case, row + 1)
    sheet.text(row + 1, 0, "In the report", "stub_bold")
    sheet.text(row + 1, 1, sentence, "note")
    if case.data["status"]:
        sheet.text(row + 2, 0, "Status in the report", "stub")
        sheet.text(row + 2, 1, f"{case.data['status']}: {case.data['reason']}", "note")
    sheet.worksheet.insert_chart(row + 4, 0, drawn(flow, workings, flows), {"description": "Cumulative net cash flow by period: estimated dashed, actual solid; drawn from the sheet Cash flow"})


def _lines(case: _Case, gross_first: bool) -> list[_Line]:
    profit = case.data["basis"] == "profit"
    at = {name: {side: case.sheet.at(FIRST + row, column) for side, column in COLUMNS.items()} for row, name in enumerate(("spent", "earned", "net"))}

    def ratio(over: str) -> Callable[[str], str]:
        return lambda side: f'IF({at["spent"][side]}>0,{at[over][side]}/{at["spent"][side]},"{NO_COST}")'

    ratios = [_Line("roi_net", "ROI (net)", "fraction", ratio("net")), _Line("benefit_cost_ratio", "Benefit–cost ratio (gross)", "fraction", ratio("earned"))]
    lines = [
        _Line("expenditure", "Expenditure", "exact", case.total(SPENT)), _Line("revenue", "Profit before expenditure" if profit else "Revenue", "exact", case.total(EARNED)),
        _Line("net_return", "Profit" if profit else "Net return", "exact_bold", lambda side: f"{at['earned'][side]}-{at['spent'][side]}"),
        *(reversed(ratios) if gross_first else ratios),
        _Line("npv", "Net present value (NPV)", "exact", case.worth(FACTOR)), _Line("npv_by_dates", "NPV by dates (XNPV)", "exact", case.worth(FACTOR_BY_DATES)),
        _Line("payback", f"Payback, {case.data['period_word']}s", "number", case.payback),
        _Line("deepest", "Deepest point", "exact", lambda side: f"MIN({case.running(side)})"), _Line("deepest_period", "Deepest point in", "label", case.deepest_period),
    ]
    if any((case.side(side) or {}).get("irr_per_year") for side in COLUMNS):
        lines.append(_Line("irr_per_year", "Rate of return a year (IRR)", "fraction", lambda side: _rate_of_return(case, side)))
    if any((case.side(side) or {}).get("mirr_per_year") for side in COLUMNS):
        lines.append(_Line("mirr_per_year", "Modified rate of return a year (MIRR)", "fraction", lambda side: _modified_rate(case, side)))
    return lines


def _modified_rate(case: _Case, side: str) -> str:
    """Outlays financed and income reinvested at the discount rate."""
    if (case.side(side) or {}).get("mirr_per_year") is None:
        return f'"{NONE}"'
    rate, per_year = case.name(assumptions.RATE), case.name(assumptions.PER_YEAR)
    a_period = f"(1+{rate})^(1/{per_year})-1"
    return f'IFERROR((1+MIRR({case.net(side)},{a_period},{a_period}))^{per_year}-1,"not defined")'


def _rate_of_return(case: _Case, side: str) -> str:
    """The spreadsheet's own search for the rate, begun at the report's."""
    guess = (case.side(side) or {}).get("irr_per_year")
    if guess is None:
        return f'"{NONE}"'
    rate, per_year = guess["value"], case.data["periods_per_year"]
    if case.data["timing"] == "dates":
        days = f"'Amounts'!$B${FIRST + 1}:$B${case.flows.last + 1}"
        return f'IFERROR(XIRR({case.net(side)},{days},{rate!r}),"not defined")'
    return f'IFERROR((1+IRR({case.net(side)},{(1 + rate) ** (1 / per_year) - 1!r}))^{case.name(assumptions.PER_YEAR)}-1,"not defined")'


def _write(case: _Case, row: int, line: _Line) -> None:
    sheet, known, count = case.sheet, case.of(case.workings, KNOWN), len(case.data["table"])
    sheet.text(row, 0, line.name, "stub_bold" if line.style.endswith("bold") else "stub")
    convention = ""
    for side, column in COLUMNS.items():
        report = case.side(side)
        figure = _figure(case, side, line.field)
        if report is not None and not convention and isinstance(report.get(line.field), dict):
            convention = report[line.field]["convention"].split("; ")[0]
        if side == "at_completion_scaled" and report is None:
            sheet.text(row, column, NONE, line.style)
        elif line.field == "npv_by_dates" and side not in ("estimated", "actual"):
            sheet.text(row, column, "", line.style)
        elif side == "actual":
            every = f"COUNT({case.of(case.flow, EXPENSE_ACT)},{case.of(case.flow, REVENUE_ACT)})={2 * count}"
            end = case.worth(FACTOR_BY_DATES)("at_completion") if line.field == "npv_by_dates" else sheet.at(row, COLUMNS["at_completion"])
            sheet.formula(row, column, f'IF({every},{end},"{TBA}")', figure, line.style)
        elif side.startswith("to_date"):
            formula = line.formula(side)
            sheet.formula(row, column, f'IF(SUM({known})=0,"{TBA}",{formula})', figure, line.style)
        else:
            sheet.formula(row, column, line.formula(side), figure, line.style)
    if line.field != "npv_by_dates":
        _against_the_report(sheet, row, _figure(case, "at_completion", line.field), line.style)
    else:
        convention = next((e["convention"] for e in case.data["npv_by_dates"]), "")
    sheet.text(row, CONVENTION, convention, "text_wrap")


def _against_the_report(sheet: Sheet, row: int, figure: Figure, style: str) -> None:
    now, then = sheet.at(row, COLUMNS["at_completion"]), sheet.at(row, REPORT)
    if isinstance(figure.value, str):
        sheet.text(row, REPORT, figure.value, style)
    else:
        sheet.number(row, REPORT, figure.value, style)
    if style != "label":
        both = not isinstance(figure.value, str)
        sheet.formula(row, CHANGE, f'IF(COUNT({now},{then})=2,{now}-{then},"{NONE}")', 0.0 if both else NONE, style)


def _figure(case: _Case, side: str, field: str) -> Figure:
    """The report's figure, or the words in its place, as the formula has them."""
    report = case.side(side)
    if field == "npv_by_dates":
        found = next((e for e in case.data[field] if e["key"] == f"value_case.{side}.{field}"), None)
        return Figure.of(found, TBA if side == "actual" and report is None else NO_RATE)
    if report is None:
        return Figure(TBA)
    if field == "deepest_period":
        place = [row["period"] for row in case.data["table"]].index(report[field])
        net = list(accumulate(case.flows.net("at_completion" if side == "actual" else side)))
        return Figure(case.flows.labels[net.index(min(net)) if net else place])
    otherwise = {"npv": NO_RATE, "payback": NOT_BACK, "roi_net": NO_COST, "benefit_cost_ratio": NO_COST}.get(field, NONE)
    return Figure.of(report.get(field), otherwise)


def _more(case: _Case, row: int) -> int:
    """What follows from the results: against the estimate to date, the range, the break-even."""
    sheet, data = case.sheet, case.data
    planned, earned = sheet.at(FIRST + 1, COLUMNS["to_date_est"]), sheet.at(FIRST + 1, COLUMNS["to_date_act"])
    whole, net, accuracy = sheet.at(FIRST + 1, 1), sheet.at(FIRST + 2, 1), case.name(assumptions.ACCURACY)
    within, spread = case.of(case.workings, WITHIN), data["profit_range"]
    no_accuracy = "no accuracy agreed"
    hits, compared = data["weeks_within"] or (no_accuracy, no_accuracy)
    low, high = (Figure(spread["low"]), Figure(spread["high"])) if spread else (Figure(no_accuracy), Figure(no_accuracy))
    rows = [
        ("Revenue to date, actual against estimated", f'IF(COUNT({planned},{earned})=2,IF({planned}>0,({earned}-{planned})/{planned},"{NONE}"),"{TBA}")',
         Figure.of(data["difference"], NONE if data["to_date"] else TBA), "fraction", "(actual − estimated revenue to date) / estimated to date"),
        (f"{data['period_word'].capitalize()}s with revenue within its accuracy", f'IF(ISNUMBER({accuracy}),SUM({within}),"{no_accuracy}")', Figure(hits), "units", "of those that are compared"),
        (f"{data['period_word'].capitalize()}s compared", f'IF(ISNUMBER({accuracy}),COUNT({within}),"{no_accuracy}")', Figure(compared), "units", "with an estimate above nothing"),
        ("Planned result, all revenue low", f'IF(ISNUMBER({accuracy}),{net}-ABS({whole})*{accuracy},"{no_accuracy}")', low, "exact", "all revenue as far below its estimate as its accuracy allows"),
        ("Planned result, all revenue high", f'IF(ISNUMBER({accuracy}),{net}+ABS({whole})*{accuracy},"{no_accuracy}")', high, "exact", "all revenue as far above its estimate"),
        ("Revenue may fall short by", f'IF({whole}>0,{net}/{whole},"{NONE}")', Figure.of(data["break_even_revenue"]), "fraction", "until nothing is earned; of estimated revenue"),
    ]
    for name, formula, figure, style, convention in rows:
        sheet.text(row, 0, name, "stub")
        sheet.formula(row, 1, formula, figure, style)
        sheet.text(row, 2, convention, "note_inset")
        row += 1
    return row
