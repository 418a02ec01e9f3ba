"""What if: the arithmetic of the sliders is that of the report, wherever they stand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.analysis.scenarios import S2_WEEKS, campaign
from valuelab.analysis.value_case import value_case
from valuelab.analysis.value_outlook import case_outlook, chain_outlook
from valuelab.analysis.what_if import WhatIf, case_what_if, chain_what_if
from valuelab.types import CashFlow, Estimate, StatedCost

STAFF = StatedCost("Staff time", "staff time", Estimate(1_000.0, 500.0, 2_000.0, level=0.8, unit="USD", kind="agreed"), "week")
PRICE = StatedCost("Supplier's price", "supplier price", Estimate(100_000.0, 90_000.0, 120_000.0, level=0.8, unit="USD", kind="agreed"))
CHAIN = dict(points=Estimate(2.0, unit="points", kind="agreed"), base=Estimate(20_000.0), basis="revenue", lag_months=6, horizon_months=12, reading="compound",
             effect=Estimate(0.05, 0.02, 0.08, level=0.8, unit="fraction", kind="agreed"), unit_value=Estimate(375.0, unit="USD", kind="agreed"),
             margin=Estimate(0.4, unit="fraction", kind="agreed"))


def of_case(flows: CashFlow) -> WhatIf | None:
    case = value_case(flows)
    return case_what_if(flows, case, case_outlook(flows, case))


def of_chain(costs=(PRICE,), **changes) -> WhatIf | None:
    settings = CHAIN | changes
    outlook = chain_outlook(**settings, costs=costs)
    per_year = Estimate(outlook.benefit.value * 12 / (settings["horizon_months"] - settings["lag_months"]), unit="USD")
    return chain_what_if(outlook, reading=settings["reading"], lag_months=settings["lag_months"], per_year=per_year)


def moved_case(flows: CashFlow, *, revenue: float = 1.0, expenditure: float = 1.0, delay: int = 0, rate: float | None = None, cost_0: float = 1.0) -> dict[str, float | None]:
    """What ``value_case`` says of the cash flow with its remaining estimates changed."""
    table = flows.table.copy()
    if delay:
        longer = pd.period_range(table.index[0], table.index[-1] + delay)
        table = table.reindex(longer).fillna({"revenue_est": 0.0, "expenditure_est": 0.0})
    still = table["revenue_act"].isna()
    estimates = table["revenue_est"].where(still, 0.0) * revenue
    table["revenue_est"] = table["revenue_est"].where(~still, 0.0) + estimates.shift(delay, fill_value=0.0)
    still = table["expenditure_act"].isna()
    table["expenditure_est"] = table["expenditure_est"].where(~still, table["expenditure_est"] * expenditure)
    costs = tuple(replace(c, amount=replace(c.amount, value=c.amount.value * cost_0, low=None, high=None, level=None)) for c in flows.costs)
    dates = () if not flows.dates else flows.dates
    side = value_case(replace(flows, table=table, costs=costs, dates=dates, discount_rate_per_year=flows.discount_rate_per_year if rate is None else rate)).at_completion
    return {name: None if (e := getattr(side, name)) is None else e.value for name in ("net_return", "roi_net", "benefit_cost_ratio", "payback", "npv")}


def same(found: dict, wanted: dict) -> None:
    for name, value in found.items():
        assert (value is None) == (wanted[name] is None), name
        assert value is None or value == pytest.approx(wanted[name], rel=1e-9, abs=1e-7), name


@pytest.mark.parametrize("timing", ["start", "end"])
@settings(max_examples=15, deadline=None)
@given(revenue=st.floats(0, 3), delay=st.integers(0, 26), rate=st.floats(0, 0.9))
def test_a_moved_cash_flow_is_the_case_of_the_moved_estimates(timing, revenue, delay, rate):
    flows = campaign(7, timing=timing)
    same(of_case(flows).figures_at(revenue=revenue, delay=delay, rate=rate), moved_case(flows, revenue=revenue, delay=delay, rate=rate))


@pytest.mark.parametrize(("week", "value"), [(4, 0.5), (4, 1.3), (6, 2.0)])
def test_expenditure_still_to_come_and_stated_costs_move_alone(week, value):
    flows = replace(campaign(week), costs=(STAFF,))
    result = of_case(flows)
    assert {lever.slug for lever in result.levers} >= {"revenue", "cost_0"}
    same(result.figures_at(expenditure=value), moved_case(flows, expenditure=value))
    same(result.figures_at(cost_0=value), moved_case(flows, cost_0=value))


def test_by_dates_the_rate_moves_and_no_delay_is_offered():
    flows = campaign(7, timing="dates", dates=tuple(p.start_time.date() for p in S2_WEEKS))
    result = of_case(flows)
    assert [lever.slug for lever in result.levers] == ["revenue", "rate"]
    same(result.figures_at(revenue=0.8, rate=0.2), moved_case(flows, revenue=0.8, rate=0.2))


def test_sliders_begin_at_the_forecast_and_follow_what_matters_most():
    flows = replace(campaign(7), costs=(STAFF,))
    result, case = of_case(flows), value_case(flows)
    assert result.figures["net_return"] == case.at_completion.net_return
    same(result.figures_at(), {k: v.value for k, v in result.figures.items()})
    drivers = case_outlook(flows, case).drivers
    assert [lever.slug for lever in result.levers][:2] == [d.slug for d in drivers if d.varies]
    revenue = result.levers[0]
    turns = next(d for d in drivers if d.slug == "revenue").turns_at.value
    assert revenue.low * revenue.of <= turns  # the value at which the return turns negative is within reach


@pytest.mark.parametrize("reading", ["additive", "compound"])
@pytest.mark.parametrize(("slug", "value"), [("effect", 0.01), ("effect", 0.0), ("effect", 0.11), ("unit_value", 100.0), ("margin", 0.9), ("cost_0", 250_000.0)])
def test_a_moved_chain_is_the_chain_of_the_moved_figure(reading, slug, value):
    result = of_chain(reading=reading)
    bare = dict(value=value, low=None, high=None, level=None)
    changes = {"reading": reading} | ({} if slug == "cost_0" else {slug: replace(CHAIN[slug], **bare)})
    outlook = chain_outlook(**(CHAIN | changes), costs=[replace(PRICE, amount=replace(PRICE.amount, **bare))] if slug == "cost_0" else [PRICE])
    found = result.figures_at(**{slug: value})
    assert found.pop("per_year") == pytest.approx(2 * outlook.benefit.value)
    same(found, {name: None if (e := getattr(outlook, name)) is None else e.value for name in found})


def test_without_a_cost_there_is_what_it_may_cost_and_without_doubt_there_is_nothing():
    outlook = chain_outlook(**CHAIN)
    per_year = Estimate(outlook.benefit.value * 2)
    result = chain_what_if(outlook, reading="compound", lag_months=6, per_year=per_year, room=outlook.benefit)
    assert set(result.figures) == {"per_year", "room"}
    assert [lever.slug for lever in result.levers] == ["effect", "unit_value", "margin"]
    sure = chain_outlook(**(CHAIN | {"effect": Estimate(0.05, unit="fraction")}))
    assert chain_what_if(sure, reading="compound", lag_months=6, per_year=per_year) is None
    assert chain_what_if(None, reading="compound", lag_months=6, per_year=per_year) is None
    assert of_case(campaign(12)) is None
    assert of_case(campaign(-1, revenue_accuracy=None)) is None


def test_sliders_that_would_begin_elsewhere_than_the_report_are_left_out():
    outlook = chain_outlook(**CHAIN)
    assert chain_what_if(outlook, reading="compound", lag_months=6, per_year=Estimate(outlook.benefit.value)) is None


@settings(max_examples=60, deadline=None)
@given(size=st.sampled_from([1e-6, 1e-3, 1.0, 1e3, 1e9, 1e12]), low=st.floats(0.1, 0.99), margin=st.floats(0.01, 0.99), lag=st.integers(0, 11))
def test_levers_stand_in_order_and_reach_both_ends(size, low, margin, lag):
    unit_value = Estimate(size, size * low, size * 1.7, level=0.8, unit="USD", kind="agreed")
    result = of_chain(costs=(), unit_value=unit_value, margin=Estimate(margin, unit="fraction", kind="agreed"), lag_months=lag)
    assert 1 <= len(result.levers) <= 3
    for lever in result.levers:
        assert lever.low <= lever.start <= lever.high and lever.low < lever.high
        down, up = lever.steps
        assert 1 <= down + up <= 400
        assert lever.value_at(0) == lever.start
        assert (lever.value_at(-down), lever.value_at(up)) == pytest.approx((lever.low, lever.high))
        assert np.all(np.diff([lever.value_at(i) for i in range(-down, up + 1)]) > 0)
