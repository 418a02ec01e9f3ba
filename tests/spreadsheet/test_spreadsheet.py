"""The spreadsheet beside a report: its bytes, its texts, its formulas as LibreOffice works them out, and what follows when somebody changes a cell."""

from __future__ import annotations

import json
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook

import valuelab as vl
from tests.analysis.scenarios import campaign
from tests.conftest import SAMPLE_RUNS
from tests.office import recalculate
from tests.spreadsheet.made import HOSTILE, cash_customer, price_customer, results_of
from tests.test_any_customer import write_customer
from valuelab.analysis.finance import payback
from valuelab.analysis.value_case import value_case
from valuelab.spreadsheet import make_spreadsheet
from valuelab.spreadsheet.make import build

CASES = {
    "cents": (["100.55,90,20,30.15", "0,0,40.05,39.95", "0,TBA,80.25,TBA", "0,TBA,300,TBA"], {"as_of": "2025-02", "cash_flow": {"discount_rate": "8%"}}),
    "a hole": (["500,500,0,0", "0,0,100,TBA", "0,0,100,120", "0,TBA,400,TBA"], {"as_of": "2025-03", "cash_flow": {"discount_rate": "8%", "revenue_accuracy": "15%"}}),
    "not begun": (["500,TBA,0,TBA", "0,TBA,900,TBA"], {"as_of": "2024-12", "currency": "JPY"}),
    "end of period": (["900,900,0,0", "0,0,700,710", "0,0,700,650"], {"as_of": "2025-12", "cash_flow": {"discount_rate": "12%", "timing": "end"}, "length": "quarter"}),
    "by dates": (["900,900,0,0", "0,0,700,710", "0,0,700,650"], {"as_of": "2025-12", "cash_flow": {"discount_rate": "12%", "timing": "dates"}}),
    "never back": (["900,950,0,0", "0,0,300,310"], {"as_of": "2025-12", "basis": "profit", "currency": "GBP"}),
    "costs nothing": (["0,0,10,12", "0,0,300,310"], {"as_of": "2025-12", "currency": "CHF", "cash_flow": {"discount_rate": "5%"}}),
    "stated beside": (["1000,1000,0,0", "1000,1500,900,700", "1000,TBA,1800,TBA", "0,TBA,2700,TBA"], {
        "as_of": "2025-02", "cash_flow": {"discount_rate": "8%"}, "costs": {
            "Licence": {"role": "supplier price", "amount": "€400 a month"}, "Set-up": "€600", "=cmd|' /C calc'!A0": "€40 a quarter",
            "Own staff": {"role": "staff time", "hours": {"value": "10 a month", "low": "5 a month", "high": "20 a month"}, "rate": "€45"}}}),
    "two years": ([f"{2000 if i == 0 else 10},{2100 if i == 0 else 12},{150 if i else 0},{140 + i if i else 0}" for i in range(24)],
                  {"as_of": "2026-12", "cash_flow": {"discount_rate": "9%"}, "roi_convention": "gross"}),
}

COSTS = {
    "unit_value": {"value": "40", "low": "30", "high": "55", "basis": "revenue", "margin": {"value": "30%", "low": "25%", "high": "34%"}}, "cost_horizon": "18 months",
    "costs": {"Licence": {"role": "supplier price", "amount": {"value": "€900 a month", "low": "€800 a month", "high": "€1,100 a month"}}, "Set-up": "€600",
              "Audit": "€700 a year", "Calls": "€30 a week", "=cmd|' /C calc'!A0": "€40 a quarter",
              "Own staff": {"role": "staff time", "hours": {"value": "6 a month", "low": "3 a month", "high": "9 a month"}, "rate": "€45"}},
}


def opened(content: bytes, **options) -> Workbook:
    return load_workbook(BytesIO(content), **options)


def formulas(book: Workbook) -> list[tuple[str, str]]:
    return [(sheet.title, cell.coordinate) for sheet in book for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]


def same(one: object, other: object) -> bool:
    if isinstance(one, (int, float)) and isinstance(other, (int, float)):
        return abs(one - other) <= 1e-9 * max(1.0, abs(one))
    return one == other


@pytest.fixture(scope="module")
def everything(samples, tmp_path_factory) -> dict[str, tuple[dict, bytes, Workbook]]:
    """results.json, the spreadsheet, and the same recalculated: of every sample report, and of customers that nobody has seen."""
    folder = tmp_path_factory.mktemp("sheets")
    made = {f"{customer} {as_of}": json.loads((samples / customer / as_of / "results.json").read_text(encoding="utf-8"))
            for customer, dates in SAMPLE_RUNS for as_of in dates}
    made |= {kind: results_of(cash_customer(folder / kind, rows, **more)) for kind, (rows, more) in CASES.items()}
    made["hostile"] = results_of(price_customer(folder / "prices", name=HOSTILE[0], options={
        text.strip(): {"price": f"+{n + 1}%", "volume": f"-{n}%"} for n, text in enumerate(HOSTILE[:4])}))
    made["lower is better"] = results_of(vl.load_customer(write_customer(folder / "low", better="lower", effect=-0.06, extra={
        "unit_value": {"value": "40", "low": "30", "high": "55", "basis": "revenue", "margin": "30%"}, "conversion": {
            "Score": {"effect": "6% per point", "reading": "compound", "source": "review"}}})))
    for reading in ("additive", "compound"):
        made[f"costs, {reading}"] = results_of(vl.load_customer(write_customer(folder / reading, extra=COSTS | {
            "conversion": {"Score": {"effect": "6% per point", "low": "3%", "high": "8%", "reading": reading, "source": "review"}}})))
    sheets = {name: spreadsheet[1] for name, results in made.items() if (spreadsheet := make_spreadsheet(results)) is not None}
    files = []
    for number, content in enumerate(sheets.values()):
        files.append(folder / f"{number}.xlsx")
        files[-1].write_bytes(content)
    again = recalculate(files, folder)
    return {name: (made[name], content, book) for (name, content), book in zip(sheets.items(), again, strict=True)}


def test_every_formula_comes_to_the_value_that_the_file_brings(everything):
    """A viewer that does not recalculate shows the stored values; one that does shows its own. They are the same."""
    wrong, seen = [], 0
    for name, (_, content, again) in everything.items():
        stored = opened(content, data_only=True)
        for sheet, place in formulas(opened(content)):
            seen += 1
            if not same(stored[sheet][place].value, again[sheet][place].value):
                wrong.append((name, sheet, place, stored[sheet][place].value, again[sheet][place].value))
    assert wrong == []
    assert seen > 2000


def test_recalculated_figures_are_those_of_results_json_to_the_cent(everything):
    money = 0
    for name, (results, _, again) in everything.items():
        places, figures = build(results)[1].places, results["figures"]
        wanted = {key for key in figures if key.startswith(("value_case.", "money.", "direct_benefit.", "cost_room.", "benefits."))}
        if "outlook.roi_net" in figures and figures.keys() & {"outlook.units", "outlook.points"}:  # a value chain with a cost
            wanted |= {key for key in figures if key.startswith("outlook.") and not key.endswith(("moved_low", "moved_high", "swing", "as_assumed"))}  # as assumed: the net
        # of the interval alone: its ends stand in two cells of their own
        missing = wanted - set(places) - {"value_case.profit_range"}
        assert not {key for key in missing if not key.endswith(".attainment")}, (name, missing)
        for key, (sheet, place) in places.items():
            if key in figures:
                assert again[sheet][place].value == pytest.approx(figures[key]["value"], abs=0.004, rel=1e-12), (name, key)
                money += 1
    assert money > 350


def test_the_same_results_give_the_same_bytes_and_a_date_of_the_report(everything):
    for results, content, _ in everything.values():
        assert make_spreadsheet(results) == ("04_roi", content)
        assert opened(content).properties.created.isoformat().startswith(results["as_of"][:7])


def test_without_money_there_is_no_spreadsheet(samples, everything):
    for results, *_ in everything.values():
        pages = {name: page for name, page in results["notebooks"].items() if name != "04_roi"}
        assert make_spreadsheet(results | {"notebooks": pages}) is None
    for path in samples.glob("*/*"):
        if path.is_dir():
            there = {p.name for p in path.glob("*.xlsx")}
            page = path / "04_roi.html"
            link = 'href="04_roi.xlsx"'
            assert there == ({"04_roi.xlsx"} if page.exists() else set())
            assert [p.name for p in path.glob("*.html") if link in p.read_text(encoding="utf-8")] == (["04_roi.html"] if there else [])
            manifest = json.loads((path / "manifest.json").read_text(encoding="utf-8"))
            assert there <= set(manifest["files"])
            if there:
                results = json.loads((path / "results.json").read_text(encoding="utf-8"))
                assert make_spreadsheet(results)[1] == (path / "04_roi.xlsx").read_bytes()


def test_a_changed_cost_changes_what_is_left(everything, tmp_path):
    """Half the margin, twice the licence, another horizon: the net, ROI and the turning points follow as the report would say them."""
    results, content, _ = everything["costs, additive"]
    outlook = next(p for p in results["notebooks"]["04_roi"]["results"] if p["key"] == "value.review")["data"]["outlook"]
    places, names = build(results)[1].places, {i["name"]: i["value"] for i in outlook["as_assumed"]["derivation"]["inputs"]}
    book = opened(content)

    def cell(key):
        sheet, place = places[key]
        return book[sheet][place]

    cell("assumptions.unit_value.margin").value = 0.15
    cell("assumptions.costs.Licence").value = 1800
    cell("outlook.horizon_months").value = 24
    book.save(tmp_path / "changed.xlsx")
    again = recalculate([tmp_path / "changed.xlsx"], tmp_path)[0]

    def value(key):
        sheet, place = places[key]
        return again[sheet][place].value

    benefit = names["base"] * names["effect of one point"] * names["points"] * 40 * 0.15 * (24 - names["lag"]) / 12
    cost = 1800 * 24 + 600 + 700 * 2 + 30 * 24 * 52 / 12 + 40 * 8 + 6 * 24 * 45
    assert value("outlook.net_return") == pytest.approx(benefit - cost, rel=2e-3)  # a year of 52 or of 52.18 weeks
    spent = value("outlook.cost")
    assert value("outlook.roi_net") == pytest.approx(benefit / spent - 1)
    assert value("outlook.driver.margin.turns_at") == pytest.approx(0.15 * spent / benefit)
    assert value("outlook.driver.unit_value.turns_at") == pytest.approx(40 * spent / benefit)


def test_what_is_to_be_announced_is_never_zero(everything):
    book = everything["brightlane-campaign 2025-03-30"][2]
    flow = book["Cash flow"]
    header = [cell.value for cell in flow[5]]
    for title in ("Expenditure, act.", "Revenue, act.", "Net cash flow, act.", "Cumulative, act."):
        column = header.index(title) + 1
        assert [flow.cell(row, column).value for row in range(14, 19)] == ["TBA"] * 5
        assert all(isinstance(flow.cell(row, column).value, (int, float)) for row in range(6, 14))
    assert flow.cell(19, header.index("Revenue, act.") + 1).value == 122_276
    assert {book["Results"].cell(row, 7).value for row in range(6, 16)} == {"TBA"}


def test_sheets_stay_in_sight_print_and_are_open_to_change(everything):
    for name, (results, content, _) in everything.items():
        book = opened(content)
        assert "Assumptions" in book.sheetnames, name
        for sheet in book:
            assert sheet.freeze_panes == "B6" and sheet.print_title_rows == "$5:$5", (name, sheet.title)
            assert sheet.sheet_properties.pageSetUpPr.fitToPage and sheet.page_setup.orientation == "landscape"
            assert not sheet.protection.sheet and sheet.sheet_state == "visible"
            assert str(results["as_of"]) in sheet["A2"].value
        assert not book.security or not book.security.lockStructure


def test_currencies_are_written_as_they_are(everything):
    formats = {name: {cell.number_format for row in opened(content)["Results"].iter_rows() for cell in row}
               for name, (_, content, _) in everything.items() if name in CASES}
    assert any('"€"#,##0.00' in f for f in formats["cents"])
    assert any('"¥"#,##0;' in f for f in formats["not begun"])  # a yen has no cents
    assert any('"£"' in f for f in formats["never back"])
    assert any('"CHF\u00a0"' in f for f in formats["costs nothing"])


def test_no_text_from_data_is_ever_live(everything):
    results, content, again = everything["hostile"]
    live = opened(content)
    seen = set()
    for sheet in live:
        for row in sheet.iter_rows():
            for cell in row:
                if isinstance(cell.value, str) and cell.data_type != "f":
                    # a cell of text stays one when somebody edits it; a dash or TBA may become a number
                    assert cell.number_format == "@" or cell.value in ("–", "TBA", "no margin agreed"), (sheet.title, cell.coordinate)
                    assert cell.hyperlink is None
                    if cell.value in HOSTILE:
                        seen.add(cell.value)
                        assert again[sheet.title][cell.coordinate].value == cell.value
    assert {HOSTILE[0], HOSTILE[3]} <= seen
    written = {f for sheet, place in formulas(live) for f in [live[sheet][place].value]}
    assert not [f for f in written if any(word in f for word in ("cmd", "HYPERLINK", "http", "calc'", "WEBSERVICE", "DDE"))]
    assert results["name"] == HOSTILE[0]


# -- somebody changes a cell ------------------------------------------------------------------------------------


def changed(results: dict, folder: Path, cells: dict[str, object]) -> tuple[Workbook, dict[str, tuple[str, str]]]:
    """The spreadsheet after cells were changed, by the name of the cell or by sheet and place; recalculated."""
    _, content = make_spreadsheet(results)
    places = build(results)[1].places
    book = opened(content)
    for key, value in cells.items():
        sheet, place = places[key] if key in places else key.split("!")
        book[sheet][place] = value
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "changed.xlsx"
    book.save(path)
    return recalculate([path], folder)[0], places


def test_a_changed_cash_flow_gives_what_the_analysis_gives(samples, tmp_path):
    results = json.loads((samples / "brightlane-campaign" / "2025-03-30" / "results.json").read_text(encoding="utf-8"))
    # another rate, all revenue estimates a tenth lower, an actual of week 8 that came in, a correction of a week that is over
    book, places = changed(results, tmp_path, {
        "assumptions.cash_flow.discount_rate": 0.25, "what_if.change_in_revenue": -0.1, "Amounts!D14": 0, "Amounts!F14": 31_000, "Amounts!F11": 20_000})
    flows = campaign(8)
    table = flows.table.copy()
    table["revenue_est"] *= 0.9
    table.iloc[8, table.columns.get_loc("revenue_act")] = 31_000.0
    table.iloc[8, table.columns.get_loc("expenditure_act")] = 0.0
    table.iloc[5, table.columns.get_loc("revenue_act")] = 20_000.0
    case = value_case(replace(flows, table=table, discount_rate_per_year=0.25))
    seen = 0
    for side, name in ((case.estimated, "estimated"), (case.to_date[0], "to_date_est"), (case.to_date[1], "to_date_act"), (case.at_completion, "at_completion")):
        for field in ("expenditure", "revenue", "net_return", "roi_net", "benefit_cost_ratio", "npv", "payback", "deepest"):
            sheet, place = places.get(f"value_case.{name}.{field}", ("", ""))
            wanted = getattr(side, field)
            if place and wanted is not None:
                assert book[sheet][place].value == pytest.approx(wanted.value, rel=1e-9), (name, field)
                seen += 1
    assert seen >= 29
    assert book[places["value_case.difference"][0]][places["value_case.difference"][1]].value == pytest.approx(case.difference.value)
    assert payback(case.table["ncf_est"].to_numpy()) == pytest.approx(book["Results"]["B13"].value)


def test_typing_every_actual_settles_the_actual_side(samples, tmp_path):
    results = json.loads((samples / "brightlane-campaign" / "2025-03-30" / "results.json").read_text(encoding="utf-8"))
    last = campaign(12).table
    cells = {f"Amounts!{letter}{row + 6}": float(last[name].iloc[row]) for row in range(8, 13) for letter, name in (("D", "expenditure_act"), ("F", "revenue_act"))}
    book, _ = changed(results, tmp_path, cells)
    assert book["Results"]["G8"].value == 59_673
    assert book["Results"]["G9"].value == pytest.approx(219_673 / 160_000)
    assert book["Results"]["G11"].value == pytest.approx(57_856.09, abs=0.005)


def test_a_changed_value_margin_base_and_goal_give_what_the_analysis_gives(everything, tmp_path):
    results = everything["harbour-care 2025-03"][0]
    book, places = changed(results, tmp_path, {
        "assumptions.unit_value.value": 400.0, "assumptions.unit_value.margin": 0.25, "assumptions.outcome.baseline": 21_000.0,
        "assumptions.conversion.Engagement.effect": 0.03, "goal.target.2026-03.value": 30_000.0})

    def figure(key: str) -> float:
        return book[places[key][0]][places[key][1]].value

    assert figure("money.base.revenue") == pytest.approx(21_000 * 400)
    assert figure("money.target.2026-03.reach.revenue") == pytest.approx(9_000 * 400)
    assert figure("money.target.2026-03.reach.profit") == pytest.approx(9_000 * 100)
    chain = vl.value_chain(1, effect_per_point=0.03, reading="additive", current_units=21_000, unit_value=400, basis="revenue", margin=0.25)
    assert figure("worth.Engagement.agreed.profit") == pytest.approx(chain.profit.value)
    assert figure("cost_room.break_even_cost") == pytest.approx(2_400 * 100 / 2)


def test_a_changed_price_gives_what_the_analysis_gives(samples, tmp_path):
    results = json.loads((samples / "stonebrook-tools" / "2025-06" / "results.json").read_text(encoding="utf-8"))
    stem = "direct_benefit.Raise by 20 %"
    book, places = changed(results, tmp_path, {"assumptions.direct_benefit.profit_per_unit": 12.0, f"{stem}.volume_change": -0.4})
    option = vl.direct_benefit(price=100, volume=100_000, profit_per_unit=12, price_change=0.2, volume_change=-0.4)
    for field in ("gained", "lost", "net", "break_even_volume_loss"):
        sheet, place = places[f"{stem}.{field}"]
        assert book[sheet][place].value == pytest.approx(getattr(option, field).value), field


def test_a_changed_share_gives_what_the_analysis_gives(samples, tmp_path):
    results = json.loads((samples / "northline" / "2025-06" / "results.json").read_text(encoding="utf-8"))
    stem = "benefits.Calls moved to chat"
    book, places = changed(results, tmp_path, {f"assumptions.{stem}.share_moved": 0.05, f"assumptions.{stem}.cost_per_year": 500_000.0})

    def figure(name: str) -> float:
        sheet, place = places[f"{stem}.{name}"]
        return book[sheet][place].value

    assert figure("per_year") == pytest.approx(20e6 * 0.05 * 5)
    assert figure("cost") == pytest.approx(9e6 + 3 * 500_000)
    assert figure("net") == pytest.approx(20e6 * 0.05 * 5 * 2.5 - 10.5e6)


def test_a_stated_cost_beside_a_cash_flow_is_changed_on_the_sheet_of_assumptions(everything, tmp_path):
    results, content, before = everything["stated beside"]
    places, book = build(results)[1].places, opened(content)
    sheet, place = places["assumptions.costs.Licence"]
    book[sheet][place].value = 900
    book.save(tmp_path / "changed.xlsx")
    again = recalculate([tmp_path / "changed.xlsx"], tmp_path)[0]

    def moved(key):
        sheet, place = places[key]
        return again[sheet][place].value - before[sheet][place].value

    for side in ("estimated", "at_completion", "at_completion_scaled"):
        assert moved(f"value_case.{side}.expenditure") == pytest.approx(3 * 500), side  # three months in which spending is planned
        assert moved(f"value_case.{side}.net_return") == pytest.approx(-3 * 500), side
    assert moved("value_case.to_date_act.expenditure") == pytest.approx(2 * 500)
