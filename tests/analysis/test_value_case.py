from __future__ import annotations

import json
from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.analysis.scenarios import S2_EARNED, S2_PLANNED, S2_WEEKS, campaign
from valuelab.analysis.cash_table import last_over
from valuelab.analysis.finance import npv, rate_per_period, xnpv
from valuelab.analysis.value_case import value_case
from valuelab.errors import AnalysisError
from valuelab.types import CannotSay, CashFlow

money = st.floats(0, 1e6).map(lambda x: round(x, 2))


def plan(expenditure, revenue, *, start="2025-01", freq="M", **actual) -> pd.DataFrame:
    table = pd.DataFrame({"expenditure_est": expenditure, "revenue_est": revenue, **actual},
                         index=pd.period_range(start, periods=len(expenditure), freq=freq))
    return table.astype(float)


@st.composite
def tables(draw) -> pd.DataFrame:
    count = draw(st.integers(1, 18))
    columns = {name: draw(st.lists(money, min_size=count, max_size=count))
               for name in ("expenditure_est", "revenue_est", "expenditure_act", "revenue_act")}
    return pd.DataFrame(columns, index=pd.period_range("2025-01", periods=count, freq="M"))


def numbers(case) -> dict:
    """Every number of a case, by key, without the labels."""
    found = {}

    def walk(part, path):
        if isinstance(part, dict):
            for name, value in part.items():
                walk(value, f"{path}.{name}")
        elif isinstance(part, list):
            for i, value in enumerate(part):
                walk(value, f"{path}[{i}]")
        elif isinstance(part, float):
            found[path] = part

    walk(case.to_dict(), "")
    return found


# What is compared with what

def test_at_the_end_of_week_seven():
    case = value_case(campaign(7))
    assert not case.complete and case.actual is None
    assert case.status == "on track" and "1.1 % above the income estimated to date" in case.reason
    planned, actual = case.to_date
    assert planned.periods == actual.periods == 8
    assert planned.revenue.kind == "estimated" and actual.revenue.kind == "actual"
    assert case.at_completion.revenue.kind == "estimated"
    assert "actuals to week 7 + remaining estimates" in case.at_completion.net_return.convention
    assert case.table["revenue_act"].iloc[8:].isna().all() and case.table["cum_act"].iloc[8:].isna().all()
    assert case.warnings == ()


def test_when_all_is_in_completion_equals_the_actual_side():
    case = value_case(campaign(12))
    assert case.complete and case.at_completion.net_return.value == case.actual.net_return.value
    assert case.at_completion.net_return.kind == "actual"
    assert "remaining" not in case.at_completion.net_return.convention


def test_keys_and_conventions_are_on_the_figures():
    case = value_case(campaign(7))
    for side, name in ((case.estimated, "estimated"), (case.at_completion, "at_completion"), (case.to_date[0], "to_date_est"),
                       (case.to_date[1], "to_date_act")):
        for field in ("expenditure", "revenue", "net_return", "roi_net", "benefit_cost_ratio", "npv", "deepest"):
            assert getattr(side, field).key == f"value_case.{name}.{field}"
    assert case.estimated.roi_net.convention == "net: (revenue − expenditure) / expenditure"
    assert case.estimated.benefit_cost_ratio.convention == "gross: revenue / expenditure"
    assert case.estimated.npv.convention == "10 % a year, (1 + rate)^(1/52) − 1 a week, week 0 undiscounted"
    json.dumps(case.to_dict(), allow_nan=False)


def test_profit_is_a_word_for_profit():
    assert value_case(campaign()).estimated.net_return.convention.startswith("profit")
    assert value_case(campaign(basis="revenue")).estimated.net_return.convention.startswith("net return")


def test_an_elapsed_period_to_be_announced_is_left_out_on_both_sides():
    flows = campaign(7)
    flows.table.loc[S2_WEEKS[5], "revenue_act"] = np.nan
    case = value_case(flows)
    planned, actual = case.to_date
    assert planned.periods == actual.periods == 7
    assert planned.revenue.value == 121_000 - 22_000
    assert actual.revenue.value == 122_276 - 28_400
    assert planned.expenditure.value == actual.expenditure.value == 140_000
    assert case.at_completion.revenue.value == 213_276 - 28_400 + 22_000
    assert any(str(S2_WEEKS[5]) in warning and "to be announced" in warning for warning in case.warnings)
    assert case.table["cum_act"].iloc[5:].isna().all() and case.table["cum_act"].iloc[:5].notna().all()
    assert np.isnan(case.table["ncf_act"].iloc[5]) and case.table["ncf_act"].iloc[6] == 24_030 - 20_000


def test_a_left_out_period_keeps_its_place_in_time():
    flows = campaign(12)
    flows.table.loc[S2_WEEKS[1], "revenue_act"] = np.nan
    actual = value_case(flows).to_date[1]
    ncf = np.array(S2_EARNED) - np.array([20_000.0] * 8 + [0.0] * 5)
    ncf[1] = 0.0
    assert actual.npv.value == pytest.approx(npv(rate_per_period(0.1, 52), ncf))


def test_actuals_after_as_of_do_not_count():
    late = value_case(campaign(12), as_of=S2_WEEKS[7])
    assert numbers(late) == numbers(value_case(campaign(7)))
    assert "5 periods after" in late.warnings[0]


def test_before_anything_is_known():
    case = value_case(campaign(-1))
    assert case.to_date is None and case.difference is None and case.status == "too early"
    assert case.at_completion.net_return.value == case.estimated.net_return.value == 52_000
    assert "estimates alone" in case.at_completion.net_return.convention


@pytest.mark.parametrize(("week", "status"), [(1, "too early"), (2, "too early"), (3, "too early"), (7, "on track"), (12, "on track")])
def test_status_by_week(week, status):
    assert value_case(campaign(week)).status == status


def test_a_table_with_only_estimates_needs_no_actual_columns():
    case = value_case(plan([600, 0, 0], [0, 400, 500]), basis="revenue")
    assert case.to_date is None and case.estimated.net_return.value == 300
    assert case.table["revenue_act"].isna().all() and not case.complete


def test_as_of_of_a_table_is_its_last_actual():
    table = plan([1, 1, 1, 1], [2, 2, 2, 2], expenditure_act=[1, 1, np.nan, np.nan], revenue_act=[2, 3, np.nan, np.nan])
    case = value_case(table, basis="profit")
    assert str(case.as_of) == "2025-02" and case.to_date[1].revenue.value == 5


@pytest.mark.parametrize(("value", "freq", "expected"), [
    ("2025-03", "M", "2025-03"), ("2025-03-31", "M", "2025-03"), ("2025-03-30", "M", "2025-02"),
    ("2025-05", "Q", "2025Q1"), ("2025-06", "Q", "2025Q2"), ("2025-06", "Y", "2024"),
])
def test_only_whole_periods_are_over(value, freq, expected):
    assert str(last_over(value, pd.period_range("2024", periods=8, freq=freq))) == expected


def test_a_month_ends_inside_a_week():
    weeks = pd.period_range("2025-03-03", periods=9, freq="W-SUN")
    assert last_over("2025-03", weeks).end_time <= pd.Timestamp("2025-03-31 23:59:59.999999999")


# Ratios and rates

def test_no_expenditure_no_roi():
    case = value_case(plan([0, 0, 0], [5, 5, 5]), basis="profit")
    assert case.estimated.roi_net is None and case.estimated.benefit_cost_ratio is None
    assert any("ROI cannot be said" in warning for warning in case.warnings)


def test_timing():
    start, end, dates = (value_case(campaign(timing=timing)).estimated.npv for timing in ("start", "end", "dates"))
    assert end.value == pytest.approx(start.value / 1.1 ** (1 / 52))
    assert "end of its week" in end.convention and "XNPV" in dates.convention
    assert dates.value == value_case(campaign()).npv_by_dates[0].value
    own = tuple(period.end_time.date() for period in S2_WEEKS)
    late = value_case(campaign(timing="dates", dates=own))
    ncf = late.table["ncf_est"].to_numpy()
    assert late.estimated.npv.value == pytest.approx(xnpv(0.1, ncf, own))


def test_no_rate_no_npv():
    case = value_case(campaign(discount_rate_per_year=None))
    assert case.estimated.npv is None and case.npv_by_dates == ()
    assert value_case(campaign(), discount_rate=0.0).estimated.npv.value == pytest.approx(52_000)


def test_npv_by_dates_of_the_actual_side_only_when_it_is_all_in():
    assert [e.key for e in value_case(campaign(7)).npv_by_dates] == ["value_case.estimated.npv_by_dates"]
    assert [e.kind for e in value_case(campaign(12)).npv_by_dates] == ["estimated", "actual"]


def test_rate_of_return_is_not_said_under_a_year():
    side = value_case(campaign()).estimated
    assert side.irr_per_year is None and "under a year" in side.irr_reason


def test_twelve_months_are_a_year():
    for months, said in ((12, True), (11, False)):
        flows = plan([1_000] + [0] * (months - 1), [0] * (months - 1) + [1_100])
        assert (value_case(flows, basis="profit").estimated.irr_per_year is not None) == said


def test_rate_of_return_over_a_year_or_more():
    year = plan([1_000] + [0] * 12, [0] * 12 + [1_100])
    side = value_case(year, basis="profit").estimated
    assert side.irr_per_year.value == pytest.approx(0.1) and side.irr_reason == ""
    quarters = plan([1_000, 0, 0, 0, 0], [0, 0, 0, 0, 1_210], freq="Q")
    assert value_case(quarters, basis="profit").estimated.irr_per_year.value == pytest.approx(0.21)
    years = plan([1_000, 0, 0], [0, 0, 1_210], freq="Y")
    assert value_case(years, basis="profit").estimated.irr_per_year.value == pytest.approx(0.1)
    by_dates = value_case(years, basis="profit", timing="dates", discount_rate=0.1,
                          dates=[date(2025, 1, 1), date(2026, 1, 1), date(2027, 1, 1)])
    assert by_dates.estimated.irr_per_year.value == pytest.approx(0.1)
    assert by_dates.estimated.npv.value == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize(("expenditure", "revenue", "words"), [
    ([100, 0, 132], [0, 230, 0], "not well defined"),
    ([100, 100, 100], [0, 0, 0], "never changes sign"),
    ([0, 50, 50], [120, 0, 0], "begins with income"),
])
def test_rate_of_return_that_is_not_defined(expenditure, revenue, words):
    side = value_case(plan(expenditure, revenue, freq="Y"), basis="profit").estimated
    assert side.irr_per_year is None and words in side.irr_reason


def test_rate_of_return_to_date_is_not_said():
    table = plan([1_000, 0, 0], [0, 600, 700], freq="Y", expenditure_act=[1_000, 0, np.nan], revenue_act=[0, 1_200, np.nan])
    side = value_case(table, basis="profit").to_date[1]
    assert side.irr_per_year is None and "still to come" in side.irr_reason


def test_never_paid_back():
    side = value_case(plan([100, 0], [0, 50]), basis="profit").estimated
    assert side.payback is None and side.deepest.value == -100 and str(side.deepest_period) == "2025-01"


def test_accuracy():
    case = value_case(campaign(7))
    assert case.weeks_within == (2, 6)
    assert value_case(campaign(revenue_accuracy=None)).weeks_within is None
    assert value_case(campaign(revenue_accuracy=None)).profit_range is None


# Tables as they come

def test_credit_notes_are_pointed_out_and_count_the_other_way():
    case = value_case(plan([100, -20, 0], [0, 50, 60]), basis="profit")
    assert case.estimated.expenditure.value == 80 and case.estimated.net_return.value == 30
    assert "Negative estimated expenditure in 2025-02" in case.warnings[0]


def test_a_missing_estimate_is_announced():
    case = value_case(plan([100, np.nan, 0], [0, 50, 60]), basis="profit")
    assert "No estimated expenditure for 2025-02" in case.warnings[0]
    assert case.estimated.net_return.value == 10


def test_holes_and_disorder_in_the_calendar():
    table = plan([100, 0, 0, 0], [0, 50, 60, 70])
    shuffled = table.iloc[[3, 0, 1]]
    case = value_case(shuffled, basis="profit")
    assert [str(p) for p in case.table.index] == ["2025-01", "2025-02", "2025-03", "2025-04"]
    assert case.estimated.payback.value == pytest.approx(2 + 50 / 70)
    assert any("2025-03" in warning for warning in case.warnings)


@pytest.mark.parametrize("table", [
    plan([np.nan] * 3, [np.nan] * 3),
    plan([np.nan] * 3, [1, 2, 3]),
    plan([1, 2, 3], [np.nan] * 3),
    plan([1, 2, 3], [1, 2, 3]).drop(columns="revenue_est"),
    plan([1], [1]).iloc[:0],
    pd.DataFrame(),
])
def test_no_plan_no_case(table):
    answer = value_case(table, basis="profit")
    assert isinstance(answer, CannotSay) and answer.fix


@pytest.mark.parametrize("call", [
    lambda: value_case(plan([1], [1])),
    lambda: value_case(plan([1], [1]), basis="sales"),
    lambda: value_case(campaign(), basis="revenue"),
    lambda: value_case(campaign(), timing="middle"),
    lambda: value_case(campaign(), discount_rate=10),
    lambda: value_case(campaign(), discount_rate=-0.1),
    lambda: value_case(campaign(), discount_rate=float("nan")),
    lambda: value_case(campaign(), revenue_accuracy=-0.1),
    lambda: value_case(campaign(), dates=[date(2025, 1, 1)]),
    lambda: value_case(campaign(), as_of="soon"),
    lambda: value_case(plan([1], [1]).reset_index(drop=True), basis="profit"),
    lambda: value_case(plan([1, 2], [1, float("inf")]), basis="profit"),
    lambda: value_case(pd.concat([plan([1], [1])] * 2), basis="profit"),
    lambda: value_case(plan([1, 2], [1, 2], freq="D"), basis="profit"),
])
def test_wrong_arguments_are_named(call):
    with pytest.raises(AnalysisError):
        call()


def test_the_given_table_is_not_touched():
    flows = campaign(12)
    before = flows.table.copy()
    value_case(flows, as_of=S2_WEEKS[3])
    pd.testing.assert_frame_equal(flows.table, before)


# Properties

@settings(deadline=None, max_examples=40)
@given(tables())
def test_net_cash_flows_foot(table):
    case = value_case(table, basis="profit", discount_rate=0.0)
    for side, short in ((case.estimated, "est"), (case.actual, "act")):
        total = side.net_return.value
        scale = side.revenue.value + side.expenditure.value + 1
        assert case.table[f"ncf_{short}"].sum() == pytest.approx(total, abs=1e-9 * scale)
        assert case.table[f"cum_{short}"].iloc[-1] == pytest.approx(total, abs=1e-9 * scale)
        assert side.npv.value == pytest.approx(total, abs=1e-9 * scale)
        assert side.deepest.value == pytest.approx(case.table[f"cum_{short}"].min(), abs=1e-9 * scale)
        if side.roi_net is not None:
            assert side.benefit_cost_ratio.value == pytest.approx(1 + side.roi_net.value)


@settings(deadline=None, max_examples=40)
@given(tables(), st.integers(-1, 18))
def test_a_past_month_can_be_run_again(table, month):
    """What was not known then changes nothing now."""
    as_of = table.index[0] + month
    then = table.copy()
    then.loc[then.index > as_of, ["expenditure_act", "revenue_act"]] = np.nan
    now, past = (value_case(CashFlow(t, basis="profit", as_of=as_of)) for t in (table, then))
    assert numbers(now) == numbers(past)
    assert now.status == past.status


@settings(deadline=None, max_examples=40)
@given(tables())
def test_scaling_scales_money_and_leaves_ratios(table):
    one, thousand = (value_case(t, basis="profit", discount_rate=0.1) for t in (table, table * 1_000))
    for small, large in ((one.estimated, thousand.estimated), (one.actual, thousand.actual)):
        for field in ("expenditure", "revenue", "net_return", "npv", "deepest"):
            assert getattr(large, field).value == pytest.approx(1_000 * getattr(small, field).value, rel=1e-9, abs=1e-3)
        for field in ("roi_net", "benefit_cost_ratio"):
            assert (getattr(large, field) is None) == (getattr(small, field) is None)
            if getattr(small, field) is not None:
                assert getattr(large, field).value == pytest.approx(getattr(small, field).value)


@settings(deadline=None, max_examples=40)
@given(tables())
def test_actual_as_estimated_is_no_difference(table):
    table = table.assign(expenditure_act=table["expenditure_est"], revenue_act=table["revenue_est"])
    case = value_case(table, basis="profit")
    assert case.difference is None or case.difference.value == 0
    assert case.status in ("on track", "too early")
    assert case.actual.net_return.value == case.estimated.net_return.value == case.at_completion.net_return.value


@settings(deadline=None, max_examples=20)
@given(tables())
def test_the_currency_is_a_label(table):
    dollars, yen = (value_case(table, basis="profit", discount_rate=0.1, currency=code) for code in ("USD", "JPY"))
    assert numbers(dollars) == numbers(yen)
    assert yen.estimated.net_return.unit == "JPY"


@settings(deadline=None, max_examples=30)
@given(tables(), st.floats(0, 0.5), st.floats(0.01, 0.4))
def test_npv_falls_with_the_rate_where_money_is_spent_first(table, rate, step):
    table = table.assign(revenue_est=table["revenue_est"].where(table.index != table.index[0], 0.0),
                         expenditure_est=table["expenditure_est"].where(table.index == table.index[0], 0.0))
    low, high = (value_case(table, basis="profit", discount_rate=r).estimated.npv.value for r in (rate, rate + step))
    assert low >= high - 1e-6


def test_the_plan_in_the_scenario_is_unsigned():
    assert sum(S2_PLANNED) == 212_000 and sum(S2_EARNED) == 219_673


def test_a_case_brings_what_a_spreadsheet_needs_to_recompute_it():
    case = value_case(campaign(7)).to_dict()
    assert (case["periods_per_year"], case["period_word"], case["revenue_accuracy"]) == (52.0, "week", 0.1)
    assert case["dates"][:2] == ["2025-02-03", "2025-02-10"] and len(case["dates"]) == len(case["table"])
