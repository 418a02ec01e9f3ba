from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from tests.inputs.conftest import OUTCOME, months, notes
from valuelab.inputs.flow_calendar import period_index

PARAMS = """\
customer: Acme
currency: USD
cash_flow: {data: ../data/acme/cash-flow.csv, basis: revenue, periods: {length: week, first: 2025-02-03}, discount_rate: 10%}
"""
HEAD = "period,expenditure_est,expenditure_act,revenue_est,revenue_act\n"
WEEKS = HEAD + "0,100,110,0,0\n1,100,90,50,40\n2,0,0,90,TBA\n3,0,,100,\n"


@pytest.fixture
def flow(load):
    return lambda table=WEEKS, params=PARAMS, **named: load(params, files={"cash-flow.csv": table}, **named)


@pytest.fixture
def refused(problems):
    return lambda table, params=PARAMS: problems(params, files={"cash-flow.csv": table})


def test_weeks_begin_on_the_first_day(flow):
    customer = flow(as_of="2025-02-16")
    assert (str(customer.as_of), str(customer.cash_flow.as_of)) == ("2025-02-16", "2025-02-10/2025-02-16")
    table = customer.cash_flow.table
    assert table.index[0].start_time.date() == date(2025, 2, 3)
    assert len(table) == 4
    assert table["revenue_act"].isna().tolist() == [False, False, True, True]
    assert customer.cash_flow.discount_rate_per_year == 0.1
    assert customer.cash_flow.basis == "revenue"


def test_default_is_the_end_of_the_last_period_with_an_actual(flow):
    customer = flow()
    assert str(customer.as_of) == "2025-02-23"  # expenditure of week 2 is in
    assert notes(customer)["actuals not known up to as_of"] == 1


def test_actuals_after_as_of_are_left_out_and_counted(flow):
    customer = flow(as_of="2025-02-12")
    assert str(customer.cash_flow.as_of) == "2025-02-03/2025-02-09"
    assert notes(customer)["actuals after as_of left out"] == 3
    assert customer.cash_flow.table["expenditure_act"].notna().sum() == 1


def test_a_month_for_weekly_flows_means_its_last_day(flow):
    assert str(flow(as_of="2025-02").as_of) == "2025-02-28"


def test_before_anything_is_over(flow):
    customer = flow(as_of="2025-02-05")
    assert customer.cash_flow.as_of < customer.cash_flow.table.index[0]
    assert not customer.cash_flow.table["revenue_act"].notna().any()


def test_monthly_flows_are_monthly(flow):
    params = PARAMS.replace("length: week, first: 2025-02-03", "length: month, first: 2025-02")
    customer = flow(WEEKS, params)
    assert (str(customer.as_of), customer.cash_flow.table.index.freqstr) == ("2025-04", "M")
    assert str(flow(WEEKS, params, as_of="2025-03-30").as_of) == "2025-02"


def test_beside_monthly_measures_the_outcome_decides(load):
    params = OUTCOME + PARAMS.split("\n", 2)[2]
    customer = load(params, "date,metric,value\n" + months(2, "2025-01"), files={"cash-flow.csv": WEEKS})
    assert (str(customer.as_of), str(customer.cash_flow.as_of)) == ("2025-02", "2025-02-17/2025-02-23")


@pytest.mark.parametrize(
    ("cells", "freq"),
    [
        (["2025-02-03", "2025-02-10", "2025-02-17", "2025-02-24"], "W-SUN"),
        (["2025-01", "2025-02", "2025-03", "2025-04"], "M"),
        (["Jan-25", "Feb-25", "Mar-25", "Apr-25"], "M"),
        (["2025-01-31", "2025-02-28", "2025-03-31", "2025-04-30"], "M"),
        (["2025-01", "2025-04", "2025-07", "2025-10"], "Q-DEC"),
        (["2025-02", "2025-05", "2025-08", "2025-11"], "Q-JAN"),
    ],
)
def test_periods_as_dates(flow, cells, freq):
    rows = WEEKS.splitlines()[1:]
    table = HEAD + "\n".join(cell + row[1:] for cell, row in zip(cells, rows, strict=True)) + "\n"
    assert (
        flow(table, PARAMS.replace("periods: {length: week, first: 2025-02-03}, ", "")).cash_flow.table.index.freqstr
        == freq
    )


def test_payments_on_single_days(flow):
    params = PARAMS.replace("periods: {length: week, first: 2025-02-03}", "timing: dates")
    table = HEAD + "2025-01-15,100,100,0,0\n2025-02-20,0,0,50,50\n2025-02-28,0,0,80,80\n"
    customer = flow(table, params)
    assert customer.cash_flow.dates == (date(2025, 1, 15), date(2025, 2, 20), date(2025, 2, 28))
    assert str(customer.as_of) == "2025-02-28"


def test_other_names_totals_and_signs(flow):
    table = (
        "Campaign 2025;;;;\nWeek;Est. Expenditure;Actual expenditure;Revenue (estimated);Revenue act.\n"
        "Week 0;-100;(110);0;0\nWeek 1;-100;-90;50;40\nTotal;-200;-200;50;40\n"
    )
    customer = flow(table)
    assert customer.cash_flow.table["expenditure_act"].tolist() == [110, 90]
    assert notes(customer)["total rows left out"] == 1
    assert notes(customer)["title rows above the header left out"] == 1
    assert notes(customer)["expenditure written with a minus read as spent"] == 2


def test_a_refund_keeps_its_sign_and_is_said(flow):
    customer = flow(WEEKS.replace("1,100,90", "1,100,-90"))
    assert customer.cash_flow.table["expenditure_act"].iloc[1] == -90
    assert notes(customer)["negative amounts kept as they are"] == 1


def test_a_plan_alone_needs_an_as_of(flow, refused):
    table = "period,expenditure_est,revenue_est\n0,100,0\n1,0,150\n"
    assert "`as_of` is not given" in refused(table)
    assert flow(table, as_of="2025-02-09").cash_flow.table["revenue_act"].isna().all()


def test_all_zero_is_said(flow):
    assert notes(flow(HEAD + "0,0,0,0,0\n1,0,0,0,0\n"))["every amount is zero"] == 2


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ("", "the file is empty"),
        (HEAD, "no row of data below it"),
        ("a,b\n1,2\n", "no header of a cash flow table"),
        (WEEKS.replace("revenue_act", "income"), "the column revenue_act is missing"),
        (HEAD + "0,100,100,,0\n", "an estimate is missing"),
        (HEAD + "0,100,100,0,0\n2,100,100,0,0\n", "do not follow one another"),
        (HEAD + "0,1,1,1,1\n0,1,1,1,1\n", "do not follow one another"),
        (HEAD + "5,1,1,1,1\n", "the first period is 5"),
        (HEAD + "0,1,1,1,many\n", '"many" is not a number'),
        (HEAD + "0,1,1,1,5%\n", "percentages stand where amounts"),
        (HEAD + "0,1,1,1,€5\n", "is in €"),
        (HEAD + "0,1,1,1,1e16\n", "not plausible as money"),
        (HEAD + "0,1,1,1,1\n2025-02-10,1,1,1,1\n", "some periods are numbers, others dates"),
        (HEAD + "2025-02-03,1,1,1,1\n2025-02-17,1,1,1,1\n", "the week of 2025-02-10 is missing"),
        (HEAD + "2025-02-10,1,1,1,1\n2025-02-03,1,1,1,1\n", "not in order"),
        (HEAD + "0,1,1,1,1\nx y,1,1,1,1\n", '"x y" is not a date'),
        (HEAD + "0,1,800,1,1,1\n", "more cells than the header"),
        (HEAD.replace("revenue_act", "revenue_est") + "0,1,1,1,1\n", "is missing"),
    ],
)
def test_one_clear_message_each(refused, table, said):
    assert said in refused(table)


def test_numbered_periods_need_their_first_day(refused):
    assert "do not say what period 0 is" in refused(
        WEEKS, PARAMS.replace("periods: {length: week, first: 2025-02-03}, ", "")
    )


@pytest.mark.parametrize("first", [date(2025, 2, day) for day in range(3, 10)])
def test_a_week_begins_on_any_weekday(first):
    index = period_index("week", first, 3)
    assert index[0].start_time.date() == first
    assert len(index) == 3


def test_quarters_begin_with_the_first_month():
    for month in range(1, 13):
        assert period_index("quarter", date(2025, month, 15), 2)[0].start_time == pd.Timestamp(2025, month, 1)


@pytest.mark.parametrize(("labels", "freq", "first", "as_of"), [
    (["2024-Q1", "2024-Q2", "2024-Q3"], "Q-DEC", "2024-01-01", "2024-06"), (["Q3 2024", "Q4 2024", "Q1 2025"], "Q-DEC", "2024-07-01", "2024-12"),
    (["2022", "2023", "2024"], "Y-DEC", "2022-01-01", "2023-12"),
])
def test_quarters_and_years_are_periods_as_they_are_written(flow, labels, freq, first, as_of):
    rows = zip(labels, ("900,950,0,0", "50,40,400,380", "50,TBA,700,TBA"), strict=True)
    customer = flow(HEAD + "".join(f"{label},{row}\n" for label, row in rows), PARAMS.replace(", periods: {length: week, first: 2025-02-03}", ""))
    table = customer.cash_flow.table
    assert (table.index.freqstr, table.index[0].start_time) == (freq, pd.Timestamp(first))
    assert str(customer.as_of) == as_of
    assert table["revenue_est"].tolist() == [0, 400, 700] and table["revenue_act"].isna().tolist() == [False, False, True]


def test_a_year_that_is_missing_and_numbers_that_are_no_years_are_refused(refused):
    plain = PARAMS.replace(", periods: {length: week, first: 2025-02-03}", "")
    assert "the year of 2023-01-01 is missing" in refused(HEAD + "2022,1,1,0,0\n2024,1,1,5,5\n2025,1,1,5,5\n2026,1,1,5,5\n", plain)
    assert "the periods are numbers" in refused(HEAD + "3000,1,1,0,0\n3001,1,1,5,5\n", plain)
