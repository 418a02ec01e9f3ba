"""Any bytes at all under any name: a table or a clear message, in bounded time; never a stack of calls."""

from __future__ import annotations

import io
import time
import zipfile

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.odd_files.cases import CASES
from tests.odd_files.make import answers, book, long, orders, rows_of, wide
from valuelab.errors import InputError
from valuelab.inputs import load_customer

MEASURES = (
    "{name: Clients, total_by: sum}",
    "{name: Clients, total_by: mean, unit: '%'}",
    "{name: Clients, total_by: sum, count: rows}",
    "{name: Clients, total_by: sum, count: order_id}",
    "{name: Clients, total_by: mean, value: value}",
    "{name: Clients, total_by: last, value: Clients, scale: 0-10}",
)
GOOD = [
    long().encode(),
    wide({"Clients": {"2024-01": 5, "2024-02": 6}}).encode(),
    orders({"2024-01": 3, "2024-02": 4}).encode(),
    answers({"2024-01": [7, 8, 9, 6, 7]}).encode(),
]
BOOK = book({"Data": rows_of()})
LIMIT = 20.0  # seconds; most take hundredths, and other work may be going on
CALM = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
CELLS = st.sampled_from(
    [
        "",
        "date",
        "Month",
        "metric",
        "value",
        "n",
        "sd",
        "restated on",
        "segment",
        "Clients",
        "order_id",
        "2024-01",
        "2024-02-29",
        "03/04/2024",
        "13/04/2024",
        "FY25 P1",
        "Q1 2024",
        "2024-W09",
        "45350",
        "Jan",
        "Feb",
        "2024",
        "1,800",
        "1.803",
        "1.803,5",
        "12%",
        "(5)",
        "TBA",
        "1,8OO",
        "€5",
        "#",
        "# x",
        "#N/A",
        "Total",
        "Note",
        "=1+1",
        "\u202eabc",
        "9" * 40,
        "1e308",
        "-",
        "0",
    ]
)
GRIDS = st.lists(st.lists(CELLS | st.text(max_size=6), max_size=7), max_size=9)


@pytest.fixture
def outcome(tmp_path):
    """What loading comes to: the customer, or the message."""
    params, folder = tmp_path / "project" / "params" / "acme.yaml", tmp_path / "project" / "data"
    params.parent.mkdir(parents=True)
    folder.mkdir()

    def run(content: bytes, suffix: str, measure: str) -> str:
        (folder / f"kpis{suffix}").write_bytes(content)
        params.write_text(f"customer: Acme\ncurrency: USD\ndata: ../data/kpis{suffix}\noutcome: {measure}\n", encoding="utf-8")
        start = time.perf_counter()
        try:
            customer = load_customer(params)
        except InputError as error:
            assert error.problems
            assert "Traceback" not in str(error)
            assert all(problem.what and problem.fix for problem in error.problems), str(error)
            said = "refused"
        else:
            known = customer.outcome.series.dropna()
            assert len(known) > 0
            assert known.abs().max() < 1e18
            said = "read"
        assert time.perf_counter() - start < LIMIT
        return said

    return run


@CALM
@given(
    content=st.binary(min_size=1, max_size=400),
    suffix=st.sampled_from([".csv", ".xlsx", ".tsv", ".xls"]),
    measure=st.sampled_from(MEASURES),
)
def test_any_bytes(outcome, content, suffix, measure):
    outcome(content, suffix, measure)


@CALM
@given(text=st.text(max_size=300), measure=st.sampled_from(MEASURES))
def test_any_text(outcome, text, measure):
    outcome(text.encode("utf-8", "surrogatepass"), ".csv", measure)


@CALM
@given(rows=GRIDS, delimiter=st.sampled_from(",;\t|"), measure=st.sampled_from(MEASURES))
def test_any_grid_of_likely_cells(outcome, rows, delimiter, measure):
    outcome("\n".join(delimiter.join(row) for row in rows).encode("utf-8", "replace") or b"x", ".csv", measure)


@CALM
@given(data=st.data(), measure=st.sampled_from(MEASURES))
def test_good_files_with_bytes_changed(outcome, data, measure):
    content = bytearray(data.draw(st.sampled_from(GOOD)))
    for at, byte in data.draw(st.lists(st.tuples(st.integers(0, len(content) - 1), st.integers(0, 255)), max_size=5)):
        content[at] = byte
    outcome(bytes(content[: data.draw(st.integers(1, len(content)))]), ".csv", measure)


@CALM
@given(changes=st.lists(st.tuples(st.integers(0, len(BOOK) - 1), st.integers(0, 255)), max_size=4), end=st.integers(1, len(BOOK)))
def test_workbooks_with_bytes_changed(outcome, changes, end):
    content = bytearray(BOOK)
    for at, byte in changes:
        content[at] = byte
    outcome(bytes(content[:end]) if end < len(BOOK) / 4 else bytes(content), ".xlsx", MEASURES[0])


@settings(CALM, max_examples=30)
@given(
    xml=st.binary(max_size=80),
    tag=st.sampled_from([b"", b'<mergeCell ref="A2:A9999999"/>', b'<mergeCell ref="B2:B3"/>', b'<c r="B3"><f>1</f></c>']),
)
def test_workbooks_with_a_sheet_changed(outcome, xml, tag):
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(BOOK)) as old, zipfile.ZipFile(stream, "w") as new:
        for item in old.infolist():
            content = old.read(item)
            if item.filename.endswith("sheet1.xml"):
                content = content.replace(b"</sheetData>", xml + b"</sheetData>" + tag)
            new.writestr(item.filename, content)
    outcome(stream.getvalue(), ".xlsx", MEASURES[0])


@settings(CALM, max_examples=30)
@given(rows=GRIDS, measure=st.sampled_from(MEASURES))
def test_any_sheet_of_likely_cells(outcome, rows, measure):
    plain = [[cell for cell in row if cell.isprintable() and not cell.startswith("=")] for row in rows]
    outcome(book({"Data": plain}), ".xlsx", measure)


@pytest.mark.parametrize("measure", MEASURES[2:])
def test_the_corpus_read_line_by_line(outcome, measure):
    """Every small file of the corpus, read as if it had a line for each order or answer."""
    said = {outcome(case.bytes(), case.suffix, measure) for case in CASES if not callable(case.content)}
    assert "refused" in said
