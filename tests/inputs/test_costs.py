"""Costs as the params state them: once or by period, hours times a rate, never counted twice."""

from __future__ import annotations

import pytest

from valuelab.analysis.cash_table import stated_amounts
from valuelab.analysis.value_case import value_case
from valuelab.errors import InputError
from valuelab.inputs import load_customer

HEAD = "customer: Acme\ncurrency: USD\n"
FLOWS = "cash_flow: {data: ../data/flow.csv, basis: revenue, periods: {length: month, first: 2025-01}%s}\n"
TABLE = "period,expenditure_est,expenditure_act,revenue_est,revenue_act\n" + "".join(
    f"{i},{1000 if i < 4 else 0},{1000 if i < 3 else 'TBA'},{900 * i},{900 * i if i < 3 else 'TBA'}\n" for i in range(6))
COSTS = """costs:
  Subscription: {role: supplier price, amount: "$400 a month", source: order form, agreed_by: CFO, agreed_on: 2025-01-10}
  Workshop: $600
  Own staff: {role: staff time, hours: {value: 10 a month, low: 5 a month, high: 20 a month}, rate: $45, source: HR}
"""


@pytest.fixture
def load(tmp_path):
    params = tmp_path / "params" / "acme.yaml"
    for folder in ("params", "data"):
        (tmp_path / folder).mkdir()
    (tmp_path / "data" / "flow.csv").write_text(TABLE, encoding="utf-8")

    def run(text: str):
        params.write_text(HEAD + text, encoding="utf-8")
        return load_customer(params)

    return run


def test_costs_are_read_with_their_range_and_origin(load):
    customer = load(FLOWS % "" + COSTS)
    subscription, workshop, staff = customer.costs
    assert (subscription.role, subscription.per, subscription.amount.value, subscription.amount.source) == ("supplier price", "month", 400.0, "order form")
    assert (workshop.role, workshop.per, workshop.amount.value, workshop.amount.kind) == ("other", "", 600.0, "assumed")
    assert (staff.amount.value, staff.amount.low, staff.amount.high, staff.amount.level) == (450.0, 225.0, 900.0, 0.8)
    assert customer.cash_flow.costs == customer.costs
    named = {line.name: line for line in customer.assumptions}
    assert named["Cost: Subscription"].agreed_by == "CFO" and "no source is named" in named["Cost: Workshop"].note
    assert {"Cost: Own staff, hours", "Cost: Own staff, an hour"} <= named.keys()


def test_repeated_costs_fall_into_the_periods_in_which_money_is_spent(load):
    flows = load(FLOWS % "" + COSTS).cash_flow
    amounts = {cost.name: stated_amounts(cost, flows.table, flows.table.index).tolist() for cost in flows.costs}
    assert amounts == {"Subscription": [400.0] * 4 + [0.0] * 2, "Workshop": [600.0] + [0.0] * 5, "Own staff": [450.0] * 4 + [0.0] * 2}


def test_costs_beside_the_file_are_in_every_total(load):
    without, with_costs = (load(FLOWS % "" + costs).cash_flow for costs in ("", COSTS))
    plain, case = value_case(without), value_case(with_costs)
    assert case.estimated.expenditure.value == plain.estimated.expenditure.value + 4 * 400 + 600 + 4 * 450
    assert case.estimated.net_return.value == case.estimated.revenue.value - case.estimated.expenditure.value
    assert case.supplier_price_known and case.staff_time_known
    assert not plain.supplier_price_known and not plain.staff_time_known


def test_what_the_file_includes_is_known(load):
    case = value_case(load(FLOWS % ", includes: [supplier price, staff time]").cash_flow)
    assert case.supplier_price_known and case.staff_time_known


@pytest.mark.parametrize(("text", "said"), [
    (FLOWS % ", includes: [staff time]" + COSTS, "counted twice"),
    (FLOWS % ", includes: [rent]", "includes"),
    (FLOWS % "" + "costs: {A: -$5}\n", "below zero"),
    (FLOWS % "" + "costs: {A: 5%}\n", "5%"),
    (FLOWS % "" + "costs: {A: {amount: $5, hours: 3}}\n", "needs one of `amount`"),
    (FLOWS % "" + "costs: {A: {hours: 3 a month}}\n", "`hours` alone"),
    (FLOWS % "" + "costs: {A: {role: staff time}}\n", "needs one of `amount`"),
    (FLOWS % "" + "costs: {A: {amount: $5 a fortnight}}\n", "week, month, quarter or year"),
    (FLOWS % "" + "costs: {A: {amount: €5}}\n", "currency"),
    (FLOWS % "" + "costs: {A: {hours: {value: 3, low: 2, high: 4}, rate: {value: $5, low: $4, high: $6}}}\n", "a range for hours"),
    (FLOWS % "" + "cost_horizon: 0\n", "cost_horizon"),
    (FLOWS % "" + "cost_horizon: 11 years\n", "120 at most"),
    ("direct_benefit: {price: $10, volume: 100, profit_per_unit: $3}\nas_of: 2025-06\ncosts: {A: $5}\n", "no benefit in money"),
])
def test_what_cannot_be_a_cost_is_refused(load, text, said):
    with pytest.raises(InputError) as refused:
        load(text)
    assert said in str(refused.value)


def test_a_stated_cost_is_never_an_actual(load):
    case = value_case(load(FLOWS % "" + COSTS).cash_flow)
    planned, so_far = case.to_date
    assert so_far.revenue.kind == "actual"
    assert {so_far.expenditure.kind, so_far.net_return.kind, so_far.roi_net.kind} == {"estimated"}
    assert "stated costs as stated, not observed" in so_far.expenditure.convention
    assert so_far.expenditure.value == 3 * 1000 + 3 * 400 + 600 + 3 * 450  # what the file has, and what is stated
    stated = case.parts[case.parts["category"].isin(["Subscription", "Workshop", "Own staff"])]
    assert len(stated) == 3 and stated["to_date_act"].isna().all() and stated["to_date_est"].tolist() == [1200, 600, 1350]
    assert case.expenditure_record.periods == 3 and case.stated == ("Subscription", "Workshop", "Own staff")
    plain = value_case(load(FLOWS % "").cash_flow)
    assert plain.to_date[1].expenditure.kind == "actual" and plain.stated == ()


def test_what_is_stated_is_not_scaled_by_the_performance_of_the_file(load, tmp_path):
    (tmp_path / "data" / "flow.csv").write_text(TABLE.replace("1000,1000", "1000,1500"), encoding="utf-8")
    with_costs, plain = (value_case(load(FLOWS % "" + costs).cash_flow) for costs in (COSTS, ""))
    stated = 4 * 400 + 600 + 4 * 450  # to the last period in which spending is planned
    assert with_costs.at_completion_scaled.expenditure.value == pytest.approx(plain.at_completion_scaled.expenditure.value + stated)
