"""``valuelab new --from FILE``: the params that it writes load, ask for what is missing, and bring no formula along."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import datetime
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from tests.odd_files.make import book
from valuelab.analysis.outlook import outlook
from valuelab.errors import InputError
from valuelab.formatting import spreadsheet_text
from valuelab.inputs import load_customer, new_customer
from valuelab.inputs.params_schema import params_schema
from valuelab.inputs.start_from import without_formulas
from valuelab.inputs.yaml_text import read_yaml_text

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def start(tmp_path):
    """``start(content)`` writes a file outside of the project and starts a customer from it."""

    def run(content: str | bytes, name: str = "export.csv", customer: str = "acme"):
        file = tmp_path / "downloads" / name
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(content.encode() if isinstance(content, str) else content)
        project = tmp_path / "project"
        return new_customer(customer, params_dir=project / "params", data_dir=project / "data", from_file=file)

    return run


def rows(*names: str, months: int = 30, values: str = "100") -> str:
    lines = [f"{2023 + m // 12}-{m % 12 + 1:02},{name},{values}" for name in names for m in range(months)]
    return "date,metric,value\n" + "\n".join(lines) + "\n"


def test_a_sample_file_gives_its_customer(start):
    started = start((ROOT / "data" / "harbour-care" / "kpis.csv").read_bytes())
    assert started.problems == ()
    params, data = started.written
    assert data.read_bytes() == (ROOT / "data" / "harbour-care" / "kpis.csv").read_bytes()
    customer = load_customer(params)
    assert (customer.outcome.name, customer.outcome.total_by, str(customer.as_of)) == ("Clients serviced", "sum", "2025-09")
    assert {n: m.total_by for n, m in customer.indicators.items()} == {
        "Engagement": "mean", "Manager rating": "mean", "Overtime hours": "sum", "Website visits": "sum"}
    text = params.read_text(encoding="utf-8")
    for asked in ("(quality)", "(quantity)", "(deadline)", "baseline", "basis", "margin", "agreed_by", "scale: 0-10?", "2021-04 to 2025-09", "dates as 2021-04"):
        assert asked in text
    missing = " ".join(map(str, outlook(customer)))
    for said in ("Add `targets`", "Add `started`", "Add `unit_value`", "Add `conversion`"):
        assert said in missing
    assert list(jsonschema.Draft202012Validator(params_schema()).iter_errors(read_yaml_text(params).values)) == []


def test_a_wide_file_with_percent_and_money(start):
    body = "".join(f"01.{m:02}.2024;{m}%;€ 1.{m:02}0,50;{50 + m}\n" for m in range(1, 13))
    started = start("Monat;Conversion rate;Umsatz;Active users\n".replace("Monat", "Month") + body, "Übersicht 2024 (neu).csv")
    customer = load_customer(started.written[0])
    assert started.written[1].name == "bersicht-2024-neu.csv"
    assert customer.currency == "EUR"
    assert customer.outcome.name == "Umsatz"
    assert {n: (m.total_by, m.unit) for n, m in customer.indicators.items()} == {"Conversion rate": ("mean", "fraction"), "Active users": ("last", "")}


def test_a_workbook(start):
    book = Workbook()
    for row in [["Month", "Orders", "NPS"], *[[f"2024-{m:02}", 100 + m, 30.5] for m in range(1, 13)]]:
        book.active.append(row)
    stream = io.BytesIO()
    book.save(stream)
    customer = load_customer(start(stream.getvalue(), "kpis.xlsx").written[0])
    assert (customer.outcome.name, list(customer.indicators)) == ("Orders", ["NPS"])


def test_a_workbook_of_several_sheets_loads_at_once(start):
    months = [(f"{2023 + i // 12}-{i % 12 + 1:02}", i) for i in range(24)]
    started = start(book({
        "Read me": [["KPI pack"], ["by", "Ana"]],
        "Survey": [["Month", "Metric", "Score", "Answers"], *([m, "Driver engagement", 6.5 + i / 10, 3 if i == 4 else 24] for m, i in months)],
        "Operations": [["Operations"], ["Period", "Parcels shipped", "On-time", "Comment"],
                       *([datetime(int(m[:4]), int(m[5:]), 1), 4000 + i, "91%", "strike" if i == 3 else None] for m, i in months), ["Total", 96276]],
        "Budget": [["KPI", "2025-01", "2025-02"], ["Parcels shipped", 4500, 4600]],
    }), "KPI pack v3 FINAL.xlsx")
    assert started.problems == ()
    text = started.written[0].read_text(encoding="utf-8")
    for said in ("# columns of words, not read: Comment", 'sheet "Budget" has Parcels shipped too', "dates as 2023-01-01\n"):
        assert said in text
    customer = load_customer(started.written[0])
    assert (customer.outcome.name, len(customer.outcome.series)) == ("Parcels shipped", 24)
    assert {n: (m.total_by, m.unit, m.series.notna().sum()) for n, m in customer.indicators.items()} == {
        "On-time": ("mean", "fraction", 24), "Driver engagement": ("mean", "", 23)}


def test_lines_of_orders_are_counted_and_added_up(start):
    lines = [f"B{i};{1 + i % 28:02}.{1 + i // 28 % 12:02}.{2023 + i // 336};groß;{1000 + i},50 €" for i in range(600)]
    started = start("\n".join(["Bestellnr;Bestelldatum;Größe;Betrag", *lines]).encode("cp1252"), "Bestellungen.csv")
    customer = load_customer(started.written[0])
    assert (customer.outcome.name, customer.outcome.total_by, set(customer.outcome.series.iloc[:-1]), customer.currency) == ("Bestellungen", "sum", {28.0}, "EUR")
    assert customer.indicators["Betrag"].series.iloc[0] == 28 * 1013.5 + 28 * 0.5
    assert "# columns of words, not read: Bestellnr, Größe" in started.written[0].read_text(encoding="utf-8")


def test_lines_of_orders_with_parts_and_two_dates(start):
    lines = [f"A{i // 2},2024-{1 + i // 20:02}-{1 + i % 20:02},2024-{1 + i // 20:02}-{2 + i % 20:02},{i % 90 + 20}" for i in range(200)]
    started = start("\n".join(["order_id,ordered_on,shipped_on,amount", *lines]), "orders.csv")
    text = started.written[0].read_text(encoding="utf-8")
    assert 'count: "order_id"' in text
    assert "# other columns with dates: shipped_on" in text
    assert set(load_customer(started.written[0]).outcome.series.iloc[:-1]) == {10.0}


def test_lines_of_answers_are_averaged_and_not_counted(start):
    lines = [f"{i},2024-{1 + i // 20:02}-{1 + i % 20:02}T10:00:00Z,{4 + i % 5},Team {'AB'[i % 2]}" for i in range(200)]
    customer = load_customer(start("\n".join(["response_id,submitted_at,Engagement,Team", *lines]), "answers.csv").written[0])
    assert (customer.outcome.name, customer.outcome.total_by, customer.indicators) == ("Engagement", "mean", {})
    assert customer.outcome.answers.iloc[0] == 20


def test_the_start_of_fiscal_years_is_asked_and_never_guessed(start):
    started = start("Period,Clients\n" + "".join(f"FY{y} P{p},{1700 + p}\n" for y in (24, 25) for p in range(1, 13)))
    text = started.written[0].read_text(encoding="utf-8")
    with pytest.raises(InputError, match="fiscal_year_starts: 4"):
        load_customer(started.written[0])
    assert "FY24 P1 cannot be read without it" in text
    started.written[0].write_text(text.replace("# fiscal_year_starts: 4", "fiscal_year_starts: 4"), encoding="utf-8")
    assert str(load_customer(started.written[0]).outcome.series.index[0]) == "2023-04"


@pytest.mark.parametrize("content", ["date,note,who\n2024-01,first,Ana\n2024-02,second,Bo\n", "Month,Total\n2024-01,5\n2024-02,6\n2024-03,7\n"])
def test_what_looks_like_words_or_totals_alone_is_taken_or_refused_in_words(start, content):
    try:
        assert load_customer(start(content).written[0]).outcome is not None
    except InputError as error:
        assert all(problem.fix for problem in error.problems)


def test_a_file_inside_the_project_is_referred_to(tmp_path):
    file = tmp_path / "data" / "shared" / "kpis.csv"
    file.parent.mkdir(parents=True)
    file.write_text(rows("Clients"))
    started = new_customer("acme", params_dir=tmp_path / "params", data_dir=tmp_path / "data", from_file=file)
    assert started.written == (tmp_path / "params" / "acme.yaml",)
    assert load_customer(started.written[0]).files[0].name == "../data/shared/kpis.csv"


@pytest.mark.parametrize("name", ["A: b", 'Sa"y', "#1", "{x}", "- dash", "null", "012", "a\\b", "<script>alert(1)</script>", "عملاء", "顧客", "it's", "*star", "yes"])
def test_any_name_can_be_written(start, name):
    stream = io.StringIO()
    csv.writer(stream).writerows([["date", "metric", "value"], *[[f"2024-{m:02}", n, 100 + m] for n in (name, "Clients") for m in range(1, 13)]])
    customer = load_customer(start(stream.getvalue()).written[0])
    assert {customer.outcome.name, *customer.indicators} == {spreadsheet_text(name), "Clients"}


def test_what_must_be_mended_is_told_and_the_params_are_written(start):
    started = start("date,metric,value\n03/04/2025,Clients,5\n04/05/2025,Clients,6\n")
    assert "may be 3 April or 4 March 2025" in str(started.problems[0])
    assert "Clients" in started.written[0].read_text()


@pytest.mark.parametrize(("content", "said"), [("", "empty"), ("hello\n", "no header"), (b"\x00\x01\x02", "export.csv"), ("date,metric,value\n", "nothing below it"),
                                              (b"PK\x03\x04broken", "export.csv")])
def test_what_is_no_table_is_refused_and_nothing_stays(start, tmp_path, content, said):
    with pytest.raises(InputError, match=said):
        start(content)
    assert [p for p in (tmp_path / "project").rglob("*") if p.is_file()] == []


def test_nothing_is_written_over(start, tmp_path):
    start(rows("Clients"))
    with pytest.raises(InputError, match="exists already"):
        start(rows("Clients"))
    with pytest.raises(InputError, match="in the customer's data folder already"):
        (tmp_path / "project" / "params" / "acme.yaml").unlink()
        start(rows("Clients"))


# --- formulas -------------------------------------------------------------------------------------------------

LIVE = ["=cmd|' /C calc'!A0", "@SUM(A1:A9)", "+cmd|'/C calc'!A0", "-2+3+cmd|' /C calc'!A0", "=HYPERLINK(\"http://x\",\"y\")", "\t=1+1", "  =1", "\r=1", "+A1", "-A1+2"]
DEAD = ["Acme", "-5", "+5", "-5 %", "+20%", "−5", "-1,234.50", "-1.234,50 €", "-$5", "-", "", "2025-04", "(500)", "a=b", "-12 USD"]


@pytest.mark.parametrize("text", LIVE)
def test_a_formula_is_never_written_live(text):
    assert spreadsheet_text(text) == f"'{text}"


@pytest.mark.parametrize("text", DEAD)
def test_what_is_no_formula_stays_as_it_is(text):
    assert spreadsheet_text(text) == text


@given(st.text(max_size=30))
def test_whatever_is_written_does_not_begin_like_a_formula(text):
    written = spreadsheet_text(text).lstrip()
    assert not written.startswith(("=", "@"))
    assert spreadsheet_text(spreadsheet_text(text)) == spreadsheet_text(text)


@given(st.lists(st.lists(st.sampled_from([*LIVE, *DEAD, 'a"b', "a,b", "a\nb"]), min_size=2, max_size=4), min_size=1, max_size=6))
def test_a_copied_table_is_the_same_but_for_formulas(table):
    stream = io.StringIO(newline="")
    csv.writer(stream).writerows([["a", "b", "c", "d"], *table])
    copied = list(csv.reader(io.StringIO(without_formulas(stream.getvalue().encode()).decode(), newline="")))
    assert copied == [["a", "b", "c", "d"], *[[spreadsheet_text(c) for c in row] for row in table]]


def test_a_copied_csv_has_no_live_formula_and_still_loads(start):
    started = start(rows("Clients", "=cmd|' /C calc'!A0"))
    assert "\n2023-01,'=cmd|" not in rows("=cmd|' /C calc'!A0")
    assert ",=cmd" not in started.written[1].read_text()
    assert set(load_customer(started.written[0]).indicators) == {"'=cmd|' /C calc'!A0"}


def test_a_workbook_that_reaches_outside_is_not_copied(start, tmp_path):
    book = Workbook()
    book.active.append(["Month", "Orders"])
    book.active.append(["2024-01", "=cmd|'/C calc'!A0"])
    stream = io.BytesIO()
    book.save(stream)
    with pytest.raises(InputError, match="formulas that reach outside"):
        start(stream.getvalue(), "kpis.xlsx")
    with zipfile.ZipFile(stream, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"x")
    with pytest.raises(InputError, match="macros"):
        start(stream.getvalue(), "kpis.xlsm")
    assert not (tmp_path / "project" / "data").exists()


