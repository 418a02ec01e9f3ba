"""Cash flows line by line: categories, one-off and recurring, in any order; the sums are those of the plain table."""

from __future__ import annotations

import numpy as np
import pytest

from valuelab.analysis.value_case import value_case
from valuelab.errors import InputError
from valuelab.inputs import load_customer

HEADER = "period,category,recurrence,expenditure_est,expenditure_act,revenue_est,revenue_act"
LINES = [
    "0,Subscription,recurring,400,400,,",
    "1,Subscription,recurring,400,400,,",
    "2,Subscription,recurring,400,TBA,,",
    "0,Workshop,one-off,600,650,,",
    "1,Fewer returns,recurring,,,900,700",
    "2,Fewer returns,recurring,,,900,TBA",
    "1,Refund,one-off,,,,50",
]


@pytest.fixture
def load(tmp_path):
    for folder in ("params", "data"):
        (tmp_path / folder).mkdir()
    params = tmp_path / "params" / "acme.yaml"
    params.write_text("customer: Acme\ncurrency: USD\ncash_flow: {data: ../data/flow.csv, basis: revenue, "
                      "periods: {length: month, first: 2025-01}}\n", encoding="utf-8")

    def run(lines, header=HEADER):
        (tmp_path / "data" / "flow.csv").write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")
        return load_customer(params)

    return run


@pytest.mark.parametrize("order", [LINES, LINES[::-1], LINES[3:] + LINES[:3]], ids=["written", "backwards", "turned"])
def test_lines_add_up_to_the_plain_table_in_any_order(load, order):
    flows = load(order).cash_flow
    table = flows.table
    assert [str(p) for p in table.index] == ["2025-01", "2025-02", "2025-03"] and str(flows.as_of) == "2025-02"
    assert table["expenditure_est"].tolist() == [1000, 400, 400] and table["revenue_est"].tolist() == [0, 900, 900]
    assert table["expenditure_act"].tolist()[:2] == [1050, 400] and np.isnan(table["expenditure_act"].iloc[2])
    assert table["revenue_act"].tolist()[:2] == [0, 750] and np.isnan(table["revenue_act"].iloc[2])
    assert len(flows.origin("2025-01").rows) >= 1


def test_categories_are_told_apart_and_foot(load):
    case = value_case(load(LINES).cash_flow)
    parts = case.parts.set_index(["category", "side", "recurrence"])
    assert parts["estimated"].to_dict() == {("Subscription", "cost", "recurring"): 1200, ("Workshop", "cost", "one-off"): 600,
                                            ("Fewer returns", "benefit", "recurring"): 1800, ("Refund", "benefit", "one-off"): 0}
    costs = parts.xs("cost", level="side")
    assert costs["estimated"].sum() == case.estimated.expenditure.value
    assert costs["to_date_act"].sum() == case.to_date[1].expenditure.value
    assert case.supplier_price_known  # a subscription is the supplier's price


def test_one_line_of_a_period_that_is_to_be_announced_makes_its_sum_unknown(load):
    table = load([*LINES[:3], "0,Workshop,one-off,600,TBA,,", *LINES[4:]]).cash_flow.table
    assert np.isnan(table["expenditure_act"].iloc[0]) and table["expenditure_act"].iloc[1] == 400


def test_what_was_not_planned_is_counted(load):
    notes = [n for n in load(LINES).quality if "not planned" in n.what]
    assert len(notes) == 1 and notes[0].count == 1


@pytest.mark.parametrize(("lines", "said"), [
    ([*LINES, "1,Subscription,recurring,400,400,,"], "twice in one period"),
    ([*LINES, "1,,recurring,400,400,,"], "no category"),
    ([*LINES, "1,Rent,sometimes,400,400,,"], "neither one-off nor recurring"),
    ([*LINES, "1,Rent,recurring,,,,"], "no amount"),
    ([*LINES, "5,Rent,recurring,1,,,"], "do not follow one another"),
    ([*LINES, "1,Rent,recurring,€4,,,"], "is in €"),
    ([*LINES, "1,Rent,recurring,lots,,,"], "lots"),
])
def test_lines_that_cannot_be_read_are_refused(load, lines, said):
    with pytest.raises(InputError) as refused:
        load(lines)
    assert said in str(refused.value)


def test_days_and_names_of_columns(load):
    header = HEADER.replace("period", "month").replace("category", "Item").replace("recurrence", "One-off or recurring")
    dated = [line.replace(line[0], f"2025-0{int(line[0]) + 1}", 1) for line in LINES]
    load_dated = load(dated, header).cash_flow
    assert load_dated.table["revenue_est"].tolist() == [0, 900, 900]
    assert set(load_dated.parts["recurrence"]) == {"one-off", "recurring"}
