from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from valuelab.audit.displayed import agrees
from valuelab.audit.formula import Unreadable, work_out
from valuelab.audit.raw import Cells, number, params_text
from valuelab.formatting import format_fraction, format_money, format_number


@pytest.mark.parametrize(("formula", "named", "wanted"), [
    ("a − b × c", {"a": 10, "b": 2, "c": 3}, 4), ("(a − b) × c", {"a": 10, "b": 2, "c": 3}, 24), ("a − b − c", {"a": 9, "b": 2, "c": 3}, 4),
    ("base × ((1 + effect) ^ points − 1)", {"base": 100, "effect": 0.1, "points": 2}, 21), ("sum of Net sales / 2", {"Net sales": [1, 2, 3]}, 3),
    ("value × value of a unit", {"value": 2, "value of a unit": 10}, 20), ("payback of flow", {"flow": [-10, 4, 12]}, 1.5),
    ("larger of 0 and (a − b) + larger of 0 and (b − a)", {"a": 3, "b": 5}, 2), ("sum of (flow / (1 + r) ^ period number)", {"flow": [1, 2], "r": 1}, 2),
    ("last of 2024 sales", {"2024 sales": [1, 7]}, 7), ("running sum of flow", {"flow": [1, 2]}, None), ("a / b", {"a": 1, "b": 0}, None), ("a + ", {"a": 1}, None),
    ("__import__('os')", {}, None), ("(a", {"a": 1}, None), ("payback of flow", {"flow": [-1, 0.5]}, None), ("a + b", {"a": [1, 2], "b": [1]}, None),
])
def test_formulas(formula, named, wanted):
    if wanted is None:
        with pytest.raises(Unreadable):
            work_out(formula, named)
    else:
        assert work_out(formula, named) == pytest.approx(wanted)


@given(st.floats(-1e13, 1e13).filter(lambda v: abs(v) > 1e-3))
def test_what_formatting_writes_is_read_back(value):
    assert agrees(format_money(value, "USD"), value, "USD")
    assert agrees(format_money(value, "EUR", exact=True), value, "EUR")
    assert agrees(format_number(value) + " clients", value, "clients")
    assert agrees(format_fraction(value / 1e6), value / 1e6, "fraction")


@pytest.mark.parametrize(("text", "value", "unit"), [("$1.65 m", 1_656_000, "USD"), ("€1.65 m", 1_650_000, "USD"), ("17.7", 0.18, "fraction"), ("$37,724", -37_724, "USD"),
                                                     ("−5 %", 0.05, "fraction"), ("21,400 units", 21_400, "clients"), ("TBA", 0.0, "USD"), ("$1.65", 1_650_000, "USD")])
def test_what_does_not_agree(text, value, unit):
    assert not agrees(text, value, unit)


def test_a_page_in_another_language():
    assert agrees("1.234,5", 1234.5, "", locale="de_DE")
    assert not agrees("1.234,5", 1.2345, "", locale="de_DE")


def test_cells_by_column_and_row(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text('﻿Title\nmonth;"Net\nsales";note\n2025-01;$1,200;x\n2025-02;(50);y\n2025-03;TBA;z\n', encoding="utf-8")
    cells = Cells(path)
    assert cells.column("net sales", [4, 5]) == [1200.0, -50.0]
    assert cells.column("net sales", [6]) is None  # to be announced is no number
    assert cells.column("gross sales", [4]) is None
    book = Workbook()
    book.active.title = "Data"
    for row in (["period", "value"], ["2025-01", 3.5], ["2025-02", "4"]):
        book.active.append(row)
    book.save(tmp_path / "a.xlsx")
    assert Cells(tmp_path / "a.xlsx", "Data").column("value", [2, 3]) == [3.5, 4.0]


def test_keys_of_the_params(tmp_path):
    path = tmp_path / "acme.yaml"
    path.write_text("unit_value: {value: $375, margin: 40%}\nconversion:\n  A.B: {effect: 5% per point}\noutcome: {name: Clients, targets: [26000 by 2026-03, TBA by 2027-03]}\n"
                    "cash_flow: {discount_rate: 10%}\n", encoding="utf-8")
    assert params_text(path, "unit_value.margin") == ["40%"]
    assert params_text(path, "conversion.A.B.effect") == ["5% per point"]
    assert params_text(path, "Clients: targets") == ["26000 by 2026-03", "TBA by 2027-03"]
    assert params_text(path, "cash_flow.discount_rate") == ["10%"]
    assert params_text(path, "cash_flow.nothing") is None
    assert number("10%") == 0.1
