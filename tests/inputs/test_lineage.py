"""Lineage: a figure is followed back to its cell; and what an earlier report had otherwise is told."""

from __future__ import annotations

import csv
import hashlib
import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.inputs.conftest import OUTCOME, months
from valuelab.inputs import load_customer
from valuelab.present.show import show
from valuelab.provenance import Lineage, ranges_text, row_ranges
from valuelab.types import to_plain

ROOT = Path(__file__).resolve().parents[2]
HEAD = "date,metric,value\n"


def test_a_figure_of_a_sample_customer_is_followed_back_to_its_cell():
    customer = load_customer(ROOT / "params" / "harbour-care.yaml")
    for measure in (customer.outcome, *customer.indicators.values()):
        for period, value in measure.series.dropna().items():
            origin = measure.origin(period)
            path = ROOT / "params" / origin.file
            assert hashlib.sha256(path.read_bytes()).hexdigest() == origin.sha256
            ((first, last),) = origin.rows
            assert first == last
            with path.open(newline="", encoding="utf-8") as file:
                lines = list(csv.reader(file))
            row = dict(zip(lines[0], lines[first - 1], strict=True))
            assert (row["metric"], float(row[origin.column]), row["date"][:7]) == (measure.name, value, str(period))


def test_a_wide_table_names_the_column_and_a_cash_flow_its_row():
    parcelway = load_customer(ROOT / "params" / "parcelway.yaml")
    assert parcelway.outcome.origin("2025-01").column == "Repeat revenue"
    brightlane = load_customer(ROOT / "params" / "brightlane-campaign.yaml")
    flows = brightlane.cash_flow
    assert flows.origin(flows.table.index[7]).rows == ((9, 9),)
    assert str(flows.origin(flows.table.index[7])).startswith("../data/brightlane-campaign/cash-flow.csv, row 9, sha256 ")
    assert flows.origin(flows.table.index[-1] + 5) is None


def test_days_are_ranges_and_rows_left_out_stand_behind_nothing(load):
    days = pd.date_range("2024-01-01", "2024-03-31")
    rows = "".join(f"{d:%Y-%m-%d},Clients,1\n" for d in days)
    customer = load(kpis=HEAD + rows + "2024-03-31,Clients,1\n")
    assert customer.outcome.origin("2024-02").rows == ((33, 61),)
    assert customer.outcome.origin("2024-03").rows == ((62, 92),), "the identical row 93 was dropped"
    assert customer.outcome.origin("2024-04") is None
    plain = to_plain(customer.outcome.lineage)
    assert plain["first"] == "2024-01"
    assert plain["rows"] == ["2-32", "33-61", "62-92"]


def test_a_gap_has_no_origin_and_a_small_group_none_either(load):
    customer = load(OUTCOME.replace("sum", "mean"), "date,metric,value,n\n2024-01,Clients,5,9\n2024-02,Clients,6,3\n2024-04,Clients,7,9\n")
    assert [customer.outcome.origin(f"2024-0{m}") is None for m in (1, 2, 3, 4)] == [False, True, True, False]


@given(st.lists(st.integers(1, 500), max_size=60))
def test_ranges_hold_exactly_the_rows(rows):
    ranges = row_ranges(rows)
    assert sorted({r for a, b in ranges for r in range(a, b + 1)}) == sorted(set(rows))
    assert all(b + 1 < c for (_, b), (c, _) in zip(ranges, ranges[1:], strict=False))
    assert ranges_text(rows).count(",") == max(0, len(ranges) - 1)


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(2, 10_000)), min_size=1, max_size=80, unique_by=lambda t: t[1]))
def test_every_row_stands_behind_its_period_and_no_other(pairs):
    periods = pd.PeriodIndex([pd.Period("2020-01", "M") + p for p, _ in pairs])
    lineage = Lineage.of(periods, np.array([r for _, r in pairs]), file="f", sheet="", column="", sha256="x")
    for month in {p for p, _ in pairs}:
        assert lineage.rows_of(pd.Period("2020-01", "M") + month).tolist() == sorted(r for p, r in pairs if p == month)


# --- restated history -----------------------------------------------------------------------------------------


@pytest.fixture
def earlier(write, tmp_path):
    """``earlier(params, kpis, as_of)`` keeps a results.json as of then; returns its path relative to nothing."""

    def keep(params, kpis, as_of, **more):
        customer = load_customer(write(params, kpis, **more), as_of=as_of)
        data = show(customer, "data").payload()["data"]
        path = tmp_path / "results.json"
        path.write_text(json.dumps({"as_of": as_of, "data": data}), encoding="utf-8")
        return str(path)

    return keep


def test_restated_months_are_told_with_what_they_were(write, earlier):
    before = earlier(OUTCOME, HEAD + months(14), "2023-12")
    restated = (HEAD + months(14)).replace("2023-03,Clients,102", "2023-03,Clients,98").replace("2023-05,Clients,104\n", "")
    customer = load_customer(write(OUTCOME, restated), as_of="2024-02", previous=before)
    assert [(str(r.period), r.before, r.now, r.since) for r in customer.restated] == [("2023-03", 102, 98, "2023-12"), ("2023-05", 104, None, "2023-12")]
    (note,) = [q for q in customer.quality if q.kind == "restated"]
    assert note.count == 2
    assert note.what == "Clients is no longer what the report as of 2023-12 had: 2023-03 was 102, is 98 (−4); 2023-05 was 104, is not known"
    shown = show(customer, "data")
    assert "Restated since the report as of 2023-12" in shown.html()
    assert shown.payload()["data"]["restated"][0] == {"series": "Clients", "period": "2023-03", "before": 102.0, "now": 98.0, "since": "2023-12"}


def test_new_months_and_the_same_history_are_not_restated(write, earlier):
    before = earlier(OUTCOME, HEAD + months(14), "2023-12")
    customer = load_customer(write(OUTCOME, HEAD + months(14)), as_of="2024-02", previous=before)
    assert customer.restated == ()


@pytest.mark.parametrize("kept", [None, {}, [], {"values": 3}, {"values": {"Clients": 7}}, {"values": {"Clients": {"freq": "M", "first": "x", "values": [1]}}},
                                  {"values": {"Clients": {"freq": "W-SUN", "first": "2023-01-01", "values": [1]}}}])
def test_an_older_or_damaged_results_json_restates_nothing(write, tmp_path, kept):
    path = tmp_path / "results.json"
    path.write_text(json.dumps({"as_of": "2023-12", "data": kept}), encoding="utf-8")
    assert load_customer(write(OUTCOME, HEAD + months(14)), previous=str(path)).restated == ()


def test_a_plan_that_was_changed_afterwards_is_told(write, earlier):
    params = "customer: A\ncurrency: USD\ncash_flow: {data: ../data/acme/flow.csv, basis: revenue}\n"
    flow = "period,expenditure_est,expenditure_act,revenue_est,revenue_act\n2025-01,10,10,0,0\n2025-02,0,0,20,15\n2025-03,0,TBA,30,TBA\n"
    before = earlier(params, None, "2025-02", files={"flow.csv": flow})
    customer = load_customer(write(params, None, {"flow.csv": flow.replace("0,TBA,30,TBA", "0,0,25,9")}), as_of="2025-03", previous=before)
    assert [(r.series, str(r.period), r.before, r.now) for r in customer.restated] == [("cash flow: revenue_est", "2025-03", 30, 25)]
