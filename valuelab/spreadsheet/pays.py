"""The sheet of a value chain with stated costs: benefit and cost over the horizon, what is left, and where each assumption turns it."""

from __future__ import annotations

from typing import Any

from valuelab.formatting import format_fraction
from valuelab.spreadsheet.assumptions import style_of
from valuelab.spreadsheet.book import FIRST, NONE, Book, Figure, Sheet, excel

NAME = "Does it pay"
TITLES = ("Assumption", "As assumed", "Low end", "High end", "Net at the low end", "Net at the high end", "Turns at", "A change of", "Its range rests on",
          "Net, were it double")
BENT = ("points", "effect of one point")  # of a compound reading: no straight line, so no formula for where it turns
RESULTS = (("benefit", "Benefit over the horizon", "exact"), ("cost", "Cost over the horizon", "exact"), ("net_return", "Net", "exact_bold"),
           ("roi_net", "ROI (net): net over cost", "fraction"), ("benefit_cost_ratio", "Benefit–cost ratio (gross): benefit over cost", "fraction"),
           ("payback", "Paid back after, in months", "number"), ("beyond", "Net, counted from what the projection brings anyway", "exact"))


def applies(review: dict[str, Any]) -> bool:
    """Where a value chain is set against stated costs; a cash flow has sheets of its own."""
    outlook = review["outlook"]
    return outlook is not None and outlook["about"] == "value chain" and outlook["net_return"] is not None


def add(book: Book) -> Sheet:
    """The empty sheet."""
    return book.sheet(NAME, "Does it pay, if the goal is reached?", (40, 17, 15, 15, 17, 17, 17, 13, 30, 17),
                      hint="Change yellow cells here or on the sheet Assumptions. The intervals and the chance are the report's: they do not follow.")


def fill(sheet: Sheet, review: dict[str, Any], *, sentence: str) -> None:
    """Results first, then the assumptions that they rest on, each moved alone."""
    outlook, convention = review["outlook"] | {"beyond": review["beyond"]}, review["roi_convention"]
    inputs = {i["name"]: i for i in outlook["as_assumed"]["derivation"]["inputs"]}
    results = [r for r in RESULTS if outlook[r[0]] is not None]
    if convention == "gross":
        results.sort(key=lambda r: (r[0] in ("payback", "beyond"), r[0] == "roi_net"))
    level = outlook["net_return"]["level"]
    ends = f", {format_fraction(level, 0)}" if level else ""
    sheet.header(("If the goal is reached", "", f"Low end{ends}", f"High end{ends}"))
    table = FIRST + len(results) + 4  # the header of the assumptions
    horizon = _horizon(sheet, FIRST + len(results), outlook["horizon_months"])
    cells = {"horizon": horizon} | _assumptions(sheet, table + 1, outlook, review["costs"], horizon, inputs)
    slugs = sorted(int(slug.removeprefix("cost_")) for slug in outlook["running"])
    cells["running"] = "(" + ("+".join(cells[f"cost {i + 1}"] for i in slugs) or "0") + ")"
    places = {name: sheet.at(row, 1) for row, (name, *_) in enumerate(results, FIRST)}
    _moved(sheet, table, outlook, cells, places["net_return"])
    for row, (name, words, style) in enumerate(results, FIRST):
        estimate = outlook[name]
        sheet.text(row, 0, words, "stub_bold" if name == "net_return" else "stub")
        known = cells | places | {i["name"]: sheet.book.names[i["key"]] for i in estimate["derivation"]["inputs"] if i["name"] == "missing a year"}
        written = excel(estimate["derivation"]["formula"], known)
        if name in ("roi_net", "benefit_cost_ratio"):
            written = f'IF({known["cost"]}>0,{written},"{NONE}")'
        elif name == "payback":
            written = f'IFERROR(IF({known["benefit"]}/({horizon}-{known["lag"]})>{known["running"]}/{horizon},{written},"{NONE}"),"{NONE}")'
        sheet.formula(row, 1, written, Figure.of(estimate), style)
        for column, end in ((2, "low"), (3, "high")):
            sheet.number(row, column, estimate[end], style.removesuffix("_bold"), missing=NONE)
    chance = outlook["chance_of_return"]
    sheet.text(FIRST + len(results) + 1, 0, "Chance that it returns more than it costs", "stub")
    sheet.number(FIRST + len(results) + 1, 1, chance and chance["value"], "fraction", missing=NONE, key=chance["key"] if chance else "")
    last = table + len(outlook["drivers"]) + 2
    sheet.text(last, 0, "In the report", "stub_bold")
    sheet.text(last, 1, sentence, "note")


def _horizon(sheet: Sheet, row: int, months: int) -> str:
    sheet.text(row, 0, "Horizon, in months from the spending", "stub")
    sheet.number(row, 1, months, "units_input", key="outlook.horizon_months")
    return sheet.at(row, 1)


def _assumptions(sheet: Sheet, first: int, outlook: dict[str, Any], costs: list[dict[str, Any]], horizon: str, inputs: dict[str, Any]) -> dict[str, str]:
    """Each assumption's value, following the sheet that it stands on; name in the formulas → cell."""
    by_key = {i["key"]: name for name, i in inputs.items()}
    cells = {}
    for row, driver in enumerate(outlook["drivers"], first):
        value, name = driver["value"], by_key[driver["value"]["key"]]
        sheet.text(row, 0, driver["name"], "stub_wrap")
        if name.startswith("cost "):
            written = _cost(sheet.book, costs[int(name.removeprefix("cost ")) - 1], value, horizon, outlook["horizon_months"])
        else:
            written = sheet.book.cell_of(value)
        if written is None:
            sheet.number(row, 1, value["value"], f"{style_of(value)}_input", key=value["key"])
        else:
            sheet.formula(row, 1, written, Figure(value["value"], "" if value["key"] in sheet.book.names else value["key"]), style_of(value))
        cells[name] = sheet.at(row, 1)
    return cells


def _cost(book: Book, cost: dict[str, Any], value: dict[str, Any], horizon: str, months: int) -> str | None:
    """A stated cost over the horizon: once, or its amount a period so many times."""
    amount = book.cell_of(cost["amount"])
    if amount is None or not cost["per"]:
        return amount
    times = next(i["value"] for i in value["derivation"]["inputs"] if i["name"] == "times")
    return f"{amount}*{horizon}" if times == months else f"{amount}*{horizon}*{times / months!r}"


def _moved(sheet: Sheet, header: int, outlook: dict[str, Any], cells: dict[str, str], net: str) -> None:
    """The net with each assumption at either end of its range, and the value at which it turns."""
    sheet.header(TITLES, row=header, freeze=False, texts=(8,))
    formula = outlook["as_assumed"]["derivation"]["formula"]
    names = {cell: name for name, cell in cells.items()}
    for row, driver in enumerate(outlook["drivers"], header + 1):
        here = sheet.at(row, 1)
        name, style = names[here], style_of(driver["value"])
        varies = driver["moved_low"]["value"] != driver["moved_high"]["value"]
        for column, end in ((2, "low"), (3, "high")):
            if varies:
                sheet.number(row, column, driver[f"moved_{end}"]["value"], f"{style}_input")
            else:
                sheet.text(row, column, NONE, style)
            moved = sheet.at(row, column) if varies else here
            sheet.formula(row, column + 2, excel(formula, cells | {name: moved}), Figure.of(driver[f"result_{end}"]), "exact")
        turns, exact = driver["turns_at"], "number" if style == "units" else style
        straight = name not in BENT or "^" not in formula
        if turns is None:
            sheet.text(row, 6, driver["turns_text"] or NONE, style)
        elif straight:
            value = driver["value"]["value"]
            step = f"IF({here}=0,1,{here})"
            double = sheet.formula(row, 9, excel(formula, cells | {name: f"({here}+{step})"}), _doubled(outlook, value, turns["value"]), "exact")
            sheet.formula(row, 6, f'IF({net}={double},"{NONE}",{here}+{step}*{net}/({net}-{double}))', Figure.of(turns), exact)
        else:
            sheet.number(row, 6, turns["value"], exact, key=turns["key"])
        left = driver["margin_left"]
        if left is None:
            sheet.text(row, 7, NONE, "fraction")
        else:
            sheet.formula(row, 7, f"{sheet.at(row, 6)}/{here}-1", Figure.of(left), "fraction")
        sheet.text(row, 8, driver["basis"], "text_wrap")


def _doubled(outlook: dict[str, Any], value: float, turns: float) -> float:
    """The net with an assumption doubled (or 1 where it is 0), on the straight line through its value and its turning point."""
    net = outlook["as_assumed"]["value"]
    return net + (value or 1.0) * net / (value - turns) if value != turns else 0.0
