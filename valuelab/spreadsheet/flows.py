"""The sheets of a cash flow: the amounts as given, the cash flow as formulas, and the workings behind its results.

A period has the same row on all three. What is to be announced is the text TBA: sums pass over it, and whatever needs it says TBA.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import accumulate
from typing import Any

from valuelab.spreadsheet import assumptions
from valuelab.spreadsheet.book import FIRST, NONE, TBA, Book, Sheet

AMOUNTS, FLOW, WORKINGS = "Amounts", "Cash flow", "Workings"
COLUMNS = ("expenditure_est", "expenditure_act", "revenue_est", "revenue_act")
STATED = 6  # column of the amounts from which stated costs stand
# columns of the cash flow sheet
PERIOD, NUMBER, EXPENSE_EST, EXPENSE_ACT, REVENUE_EST, REVENUE_ACT, NET_EST, NET_ACT, SUM_EST, SUM_ACT, EXPENSE_END, REVENUE_END, NET_END, SUM_END = range(14)
# columns of the workings; each side has its net cash flow and, beside it, the running sum
KNOWN, FACTOR, FACTOR_BY_DATES = 2, 3, 4
SIDES = {"estimated": 5, "to_date_est": 7, "to_date_act": 9, "at_completion": 11, "at_completion_scaled": 17}
WITHIN, DRAWN, EXPENSE_SCALED, REVENUE_SCALED = 13, 14, 15, 16
Amount = float | None


@dataclass(frozen=True, slots=True)
class Flows:
    """The numbers of a cash flow, as results.json has them, period by period; None where something is not known."""

    case: dict[str, Any]
    costs: tuple[dict[str, Any], ...] = ()  # that the params state beside the file, as ``case["stated_amounts"]`` has them by period

    @property
    def stated(self) -> list[float]:
        """What is stated beside the file, all of it, period by period."""
        return [sum(amounts) for amounts in zip(*self.case["stated_amounts"], strict=True)] or [0.0] * len(self.case["table"])

    def given(self, name: str) -> list[Amount]:
        """A column as the file has it, without what is stated beside it; where only a cost is stated the file's estimate is 0."""
        amounts = self.column(name)
        if not name.startswith("expenditure") or not self.costs:
            return amounts
        return [None if amount is None else amount - stated for amount, stated in zip(amounts, self.stated, strict=True)]

    def column(self, name: str) -> list[Amount]:
        return [row[name] for row in self.case["table"]]

    @property
    def dates(self) -> list[date]:
        return [date.fromisoformat(day) for day in self.case["dates"]]

    @property
    def labels(self) -> list[str]:
        return [period_label(row["period"]) for row in self.case["table"]]

    @property
    def last(self) -> int:
        """The row of the last period."""
        return FIRST + len(self.case["table"]) - 1

    @property
    def known(self) -> list[bool]:
        """Periods whose four amounts are known: only these are compared."""
        return [all(row[name] is not None for name in COLUMNS) for row in self.case["table"]]

    def net(self, side: str) -> list[float]:
        """The net cash flow of a side; where nothing is known, nothing moves."""
        rows = list(zip(self.case["table"], self.known, strict=True))
        estimated = [(row["revenue_est"] or 0.0) - (row["expenditure_est"] or 0.0) for row, _ in rows]
        if side == "estimated":
            return estimated
        if side == "to_date_est":
            return [net if known else 0.0 for net, (_, known) in zip(estimated, rows, strict=True)]
        if side == "to_date_act":
            return [row["revenue_act"] - row["expenditure_act"] if known else 0.0 for row, known in rows]
        if side == "at_completion_scaled":
            return [revenue - expenditure for revenue, expenditure in zip(self.scaled("revenue"), self.scaled("expenditure"), strict=True)]
        return [_first(row["revenue_act"], row["revenue_est"]) - _first(row["expenditure_act"], row["expenditure_est"]) for row, _ in rows]

    def performance(self, name: str) -> float:
        """Actual / estimate over the periods that are compared; 1 where nothing was planned in them."""
        planned, actual = (sum(amount for amount, known in zip(self.given(f"{name}_{kind}"), self.known, strict=True) if known) for kind in ("est", "act"))
        return actual / planned if planned > 0 else 1.0

    def scaled(self, name: str) -> list[float]:
        """Actuals, and what is still estimated times the performance to date; what is stated is not scaled."""
        stated = self.stated if name == "expenditure" else [0.0] * len(self.case["table"])
        return [_first(actual, (given or 0.0) * self.performance(name) + more)
                for actual, given, more in zip(self.column(f"{name}_act"), self.given(f"{name}_est"), stated, strict=True)]

    def factors(self, timing: str) -> list[float]:
        """What one unit of money in each period is worth today; 0 where no rate is agreed."""
        rate, per_year = self.case["discount_rate_per_year"], self.case["periods_per_year"]
        if rate is None:
            return [0.0] * len(self.dates)
        if timing == "dates":
            return [(1 + rate) ** (-(day - self.dates[0]).days / 365) for day in self.dates]
        later = 1 if timing == "end" else 0
        return [(1 + rate) ** (-(number + later) / per_year) for number in range(len(self.dates))]


def period_label(text: str) -> str:
    """A period as the report's tables write it: ``3 Feb 2025`` for a week, ``Feb 2025`` for a month, ``Q1 2025``.

    Examples
    --------
    >>> [period_label(p) for p in ("2025-02-03/2025-02-09", "2025-02", "2025Q1", "2025")]
    ['3 Feb 2025', 'Feb 2025', 'Q1 2025', '2025']
    """
    if "/" in text:
        day = date.fromisoformat(text.split("/")[0])
        return f"{day.day} {day:%b %Y}"
    if len(text) == 7 and text[4] == "-":
        return f"{date.fromisoformat(f'{text}-01'):%b %Y}"
    return f"{text[4:]} {text[:4]}" if "Q" in text else text


def add(book: Book) -> tuple[Sheet, Sheet, Sheet]:
    """The three empty sheets: cash flow, amounts, workings."""
    return (book.sheet(FLOW, "Cash flow, estimated beside actual", (14, 9, *[15] * 12),
                       hint="All formulas. Net cash flow is revenue − expenditure, so money paid out is negative. TBA is to be announced: never zero."),
            book.sheet(AMOUNTS, "Amounts as they were given", (14, 14, 18, 18, 18, 18),
                       hint="Yellow cells may be changed: type an actual over TBA when it is known, correct an estimate. Stated costs follow the sheet Assumptions."),
            book.sheet(WORKINGS, "Workings behind the results", (14, 9, 10, 12, 12, *[15] * 14),
                       hint="Nothing to change here. To date: only periods whose four amounts are known. Factors: what one unit of money is worth today."))


def fill(flow: Sheet, amounts: Sheet, workings: Sheet, flows: Flows) -> None:
    """Write the amounts, the cash flow and the workings."""
    _amounts(amounts, flows)
    _flow(flow, amounts, flows)
    _workings(workings, flow, amounts, flows)


def _amounts(sheet: Sheet, flows: Flows) -> None:
    stated = (*(f"Stated: {cost['name']}" for cost in flows.costs), "Stated, all") if flows.costs else ()
    sheet.header(("Period", "Day of the flow", "Expenditure, est.", "Expenditure, act.", "Revenue, est.", "Revenue, act.", *stated))
    for number, (label, day) in enumerate(zip(flows.labels, flows.dates, strict=True)):
        sheet.text(FIRST + number, 0, label, "stub")
        sheet.date(FIRST + number, 1, day, "date_input")
        for column, name in enumerate(COLUMNS, 2):
            sheet.number(FIRST + number, column, flows.given(name)[number], "money_input", missing=TBA if name.endswith("act") else "")
    _stated(sheet, flows)


def _stated(sheet: Sheet, flows: Flows) -> None:
    """Costs that are stated beside the file: each from its cell on the sheet of assumptions, and their sum by period."""
    if not flows.costs:
        return
    last = STATED + len(flows.costs)
    sheet.worksheet.set_column(STATED, last, 18)
    for place, (cost, amounts) in enumerate(zip(flows.costs, flows.case["stated_amounts"], strict=True), STATED):
        cell, value = sheet.book.cell_of(cost["amount"]), cost["amount"]["value"]
        for line, amount in enumerate(amounts, FIRST):
            if cell is None or not value:
                sheet.number(line, place, amount, "money_input")
            else:
                sheet.formula(line, place, f"{cell}*{amount / value!r}", amount, "money")
    for line, amount in enumerate(flows.stated, FIRST):
        sheet.formula(line, last, f"SUM({sheet.at(line, STATED)}:{sheet.at(line, last - 1)})", amount, "money")


def _beside(amounts: Sheet, flows: Flows, line: int, before: str) -> str:
    """What is added to an expenditure of the file: nothing, or the stated costs of the period."""
    return f"{before}{amounts.at(line, STATED + len(flows.costs))}" if flows.costs else ""


def _flow(sheet: Sheet, amounts: Sheet, flows: Flows) -> None:
    sheet.header(("Period", flows.case["period_word"].capitalize(), "Expenditure, est.", "Expenditure, act.", "Revenue, est.", "Revenue, act.",
                  "Net cash flow, est.", "Net cash flow, act.", "Cumulative, est.", "Cumulative, act.",
                  "Expenditure, at completion", "Revenue, at completion", "Net, at completion", "Cumulative, at completion"))
    more = {"expenditure": sheet.book.names[assumptions.MORE_EXPENDITURE], "revenue": sheet.book.names[assumptions.MORE_REVENUE]}
    ends = list(accumulate(flows.net("at_completion")))
    for number, row in enumerate(flows.case["table"]):
        line = FIRST + number
        sheet.formula(line, PERIOD, amounts.at(line, 0), flows.labels[number], "stub")
        sheet.number(line, NUMBER, number, "units")
        for column, name in ((EXPENSE_EST, "expenditure"), (REVENUE_EST, "revenue")):
            given = amounts.at(line, column)
            stated = _beside(amounts, flows, line, "+") if name == "expenditure" else ""
            otherwise = stated.removeprefix("+") or f'"{NONE}"'
            sheet.formula(line, column, f'IF(ISNUMBER({given}),{given}*(1+{more[name]}){stated},{otherwise})', _shown(row[f"{name}_est"], NONE), "money")
        for column, name in ((EXPENSE_ACT, "expenditure"), (REVENUE_ACT, "revenue")):
            given = amounts.at(line, column)
            stated = _beside(amounts, flows, line, "+") if name == "expenditure" else ""
            sheet.formula(line, column, f'IF(ISNUMBER({given}),{given}{stated},"{TBA}")', _shown(row[f"{name}_act"], TBA), "money")
        at = {column: sheet.at(line, column) for column in range(14)}
        pair = f"{at[EXPENSE_EST]},{at[REVENUE_EST]}"
        sheet.formula(line, NET_EST, f'IF(COUNT({pair})=0,"{NONE}",SUM({at[REVENUE_EST]})-SUM({at[EXPENSE_EST]}))', _shown(row["ncf_est"], NONE), "money")
        sheet.formula(line, NET_ACT, f'IF(COUNT({at[EXPENSE_ACT]},{at[REVENUE_ACT]})=2,{at[REVENUE_ACT]}-{at[EXPENSE_ACT]},"{TBA}")',
                      _shown(row["ncf_act"], TBA), "money")
        sheet.formula(line, SUM_EST, f'IF(ISNUMBER({at[NET_EST]}),SUM({sheet.column(FIRST, line, NET_EST)}),"{NONE}")', _shown(row["cum_est"], NONE), "money")
        so_far = sheet.column(FIRST, line, NET_ACT)
        sheet.formula(line, SUM_ACT, f'IF(COUNT({so_far})={number + 1},SUM({so_far}),"{TBA}")', _shown(row["cum_act"], TBA), "money")
        for column, act, est, name in ((EXPENSE_END, EXPENSE_ACT, EXPENSE_EST, "expenditure"), (REVENUE_END, REVENUE_ACT, REVENUE_EST, "revenue")):
            forecast = row[f"{name}_act"] if row[f"{name}_act"] is not None else row[f"{name}_est"]
            sheet.formula(line, column, f"IF(ISNUMBER({at[act]}),{at[act]},{at[est]})", _shown(forecast, NONE), "money")
        sheet.formula(line, NET_END, f"SUM({at[REVENUE_END]})-SUM({at[EXPENSE_END]})", flows.net("at_completion")[number], "money")
        sheet.formula(line, SUM_END, f"SUM({sheet.column(FIRST, line, NET_END)})", ends[number], "money")
    total = flows.last + 1
    sheet.text(total, PERIOD, "Total", "stub_total")
    sheet.text(total, NUMBER, "", "stub_total")
    totals = {EXPENSE_EST: "expenditure_est", EXPENSE_ACT: "expenditure_act", REVENUE_EST: "revenue_est", REVENUE_ACT: "revenue_act",
              NET_EST: "ncf_est", NET_ACT: "ncf_act"}
    for column in range(EXPENSE_EST, SUM_END + 1):
        rows = sheet.column(FIRST, flows.last, column)
        if column in totals:
            known = [v for v in flows.column(totals[column]) if v is not None]
            sheet.formula(total, column, f'IF(COUNT({rows})=0,"{TBA}",SUM({rows}))', sum(known) if known else TBA, "money_total")
        elif column in (EXPENSE_END, REVENUE_END, NET_END):
            name = {EXPENSE_END: "expenditure", REVENUE_END: "revenue", NET_END: "net_return"}[column]
            sheet.formula(total, column, f"SUM({rows})", flows.case["at_completion"][name]["value"], "money_total")
        else:
            sheet.text(total, column, "", "stub_total")
    sheet.text(total + 1, PERIOD, "Totals of actuals are of what is known so far. At completion: actuals where they are known, estimates where not.", "note")


def _workings(sheet: Sheet, flow: Sheet, amounts: Sheet, flows: Flows) -> None:
    sheet.header(("Period", "Number", "Compared", "Factor", "Factor by dates", "Net, est.", "Sum, est.", "Net to date, est.", "Sum to date, est.",
                  "Net to date, act.", "Sum to date, act.", "Net at completion", "Sum at completion", "Within accuracy", "Drawn, act.", "Expenditure, scaled",
                  "Revenue, scaled", "Net, scaled", "Sum, scaled"))
    names = sheet.book.names
    rate, timing, per_year, accuracy = (names[key] for key in (assumptions.RATE, assumptions.TIMING, assumptions.PER_YEAR, assumptions.ACCURACY))
    first_day = amounts.at(FIRST, 1)
    by_timing, by_dates = flows.factors(flows.case["timing"]), flows.factors("dates")
    sums = {side: list(accumulate(flows.net(side))) for side in SIDES}
    for number, known in enumerate(flows.known):
        line = FIRST + number
        sheet.formula(line, 0, amounts.at(line, 0), flows.labels[number], "stub")
        sheet.number(line, 1, number, "units")
        four = ",".join(flow.at(line, column) for column in (EXPENSE_EST, EXPENSE_ACT, REVENUE_EST, REVENUE_ACT))
        sheet.formula(line, KNOWN, f"IF(COUNT({four})=4,1,0)", int(known), "units")
        count, years = sheet.at(line, 1), f"({amounts.at(line, 1)}-{first_day})/365"
        factor = f'IF({timing}="dates",(1+{rate})^(-{years}),(1+{rate})^(-({count}+IF({timing}="end",1,0))/{per_year}))'
        sheet.formula(line, FACTOR, f"IF(ISNUMBER({rate}),{factor},0)", by_timing[number], "factor")
        sheet.formula(line, FACTOR_BY_DATES, f"IF(ISNUMBER({rate}),(1+{rate})^(-{years}),0)", by_dates[number], "factor")
        for column, act, est, name in ((EXPENSE_SCALED, EXPENSE_ACT, EXPENSE_EST, "expenditure"), (REVENUE_SCALED, REVENUE_ACT, REVENUE_EST, "revenue")):
            actual = flow.at(line, act)
            stated = _beside(amounts, flows, line, "") if name == "expenditure" else ""
            scaled = f"(SUM({flow.at(line, est)})-{stated})*{sheet.at(flows.last + 2, column)}+{stated}" if stated else f"SUM({flow.at(line, est)})*{sheet.at(flows.last + 2, column)}"
            sheet.formula(line, column, f"IF(ISNUMBER({actual}),{actual},{scaled})",
                          flows.scaled(name)[number], "money")
        net = {"at_completion_scaled": f"{sheet.at(line, REVENUE_SCALED)}-{sheet.at(line, EXPENSE_SCALED)}", "estimated": f"SUM({flow.at(line, NET_EST)})", "at_completion": flow.at(line, NET_END),
               "to_date_est": f"IF({sheet.at(line, KNOWN)}=1,{flow.at(line, NET_EST)},0)",
               "to_date_act": f"IF({sheet.at(line, KNOWN)}=1,{flow.at(line, NET_ACT)},0)"}
        for side, column in SIDES.items():
            sheet.formula(line, column, net[side], flows.net(side)[number], "money")
            sheet.formula(line, column + 1, f"SUM({sheet.column(FIRST, line, column)})", sums[side][number], "money")
        _within(sheet, flow, line, accuracy, flows, number)
        drawn = flow.at(line, SUM_ACT)  # a line of a chart draws text as zero, and a gap where there is an error
        value = flows.column("cum_act")[number]
        sheet.formula(line, DRAWN, f"IF(ISNUMBER({drawn}),{drawn},NA())", "#N/A" if value is None else value, "money")
    sheet.text(flows.last + 2, 0, "Actual / estimate to date, with which what is still to come is scaled", "note")
    compared = sheet.column(FIRST, flows.last, KNOWN)
    for column, act, est, name in ((EXPENSE_SCALED, EXPENSE_ACT, EXPENSE_EST, "expenditure"), (REVENUE_SCALED, REVENUE_ACT, REVENUE_EST, "revenue")):
        planned, actual = (f"SUMIF({compared},1,{flow.column(FIRST, flows.last, place)})" for place in (est, act))
        if flows.costs and name == "expenditure":  # performance is of the file: what is stated has no actual
            stated = f"SUMIF({compared},1,{amounts.column(FIRST, flows.last, STATED + len(flows.costs))})"
            planned, actual = f"({planned}-{stated})", f"({actual}-{stated})"
        sheet.formula(flows.last + 2, column, f"IF({planned}>0,{actual}/{planned},1)", flows.performance(name), "factor")


def _within(sheet: Sheet, flow: Sheet, line: int, accuracy: str, flows: Flows, number: int) -> None:
    """1 where the actual revenue of a period is within the accuracy of its estimate, 0 where not, a dash where nothing is compared."""
    planned, actual, known = flow.at(line, REVENUE_EST), flow.at(line, REVENUE_ACT), sheet.at(line, KNOWN)
    row, limit = flows.case["table"][number], flows.case["revenue_accuracy"]
    value: float | str = NONE
    if limit is not None and flows.known[number] and row["revenue_est"]:
        value = int(abs(row["revenue_act"] - row["revenue_est"]) <= limit * abs(row["revenue_est"]) * (1 + 1e-12))
    test = f"IF(ABS({actual}-{planned})<={accuracy}*ABS({planned})*(1+1E-12),1,0)"
    sheet.formula(line, WITHIN, f'IF(AND({known}=1,ISNUMBER({accuracy})),IF({planned}=0,"{NONE}",{test}),"{NONE}")', value, "units")


def _shown(value: Amount, otherwise: str) -> float | str:
    return otherwise if value is None else value


def _first(one: Amount, other: Amount) -> float:
    return one if one is not None else other or 0.0


def drawn(flow: Sheet, workings: Sheet, flows: Flows) -> Any:
    """A chart of the cumulative net cash flow, estimated and actual, drawn from the cells."""
    chart = flow.book.workbook.add_chart({"type": "line"})
    periods = f"={flow.column(FIRST, flows.last, PERIOD)}"
    for title, sheet, column, colour, dash in (("Estimated", flow, SUM_EST, "#5b6770", "dash"), ("Actual", workings, DRAWN, "#0b5cad", "solid")):
        chart.add_series({"name": title, "categories": periods, "values": f"={sheet.column(FIRST, flows.last, column)}",
                          "line": {"color": colour, "width": 2.25, "dash_type": dash}})
    chart.set_title({"name": "Cumulative net cash flow", "name_font": {"size": 12}})
    chart.set_legend({"position": "bottom"})
    chart.set_x_axis({"label_position": "low", "num_font": {"rotation": -45}})
    chart.set_y_axis({"num_format": flow.book.styles.parts["money"]["num_format"], "major_gridlines": {"visible": True, "line": {"color": "#dde3e8"}}})
    chart.show_blanks_as("span")  # what is to be announced ends the line; left out of the file, some programs draw zero
    chart.set_size({"width": 900, "height": 340})
    return chart

