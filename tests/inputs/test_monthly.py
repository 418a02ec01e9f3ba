"""Weeks, days, segments and survey groups to months."""

from __future__ import annotations

from datetime import date, timedelta

import pandas as pd
import pytest

from tests.inputs.conftest import OUTCOME, notes

MEAN = OUTCOME.replace("total_by: sum", "total_by: mean")
LAST = OUTCOME.replace("total_by: sum", "total_by: last")


def every(days: int, first: str, last: str, value=1, skip=(), weekends=True) -> str:
    day, end, rows = date.fromisoformat(first), date.fromisoformat(last), []
    while day <= end:
        if day.isoformat() not in skip and (weekends or day.weekday() < 5):
            rows.append(f"{day},Clients,{value}")
        day += timedelta(days=days)
    return "date,metric,value\n" + "\n".join(rows) + "\n"


def table(customer) -> dict[str, float]:
    return {str(month): value for month, value in customer.outcome.series.items()}


def test_daily_rows_are_summed_and_counted(load):
    customer = load(kpis=every(1, "2024-01-01", "2024-03-31"))
    assert table(customer) == {"2024-01": 31, "2024-02": 29, "2024-03": 31}
    assert notes(customer) == {"daily rows summed by month": 91}
    assert customer.outcome.partial is None


def test_a_last_month_that_is_not_over_is_drawn_apart(load):
    customer = load(kpis=every(1, "2024-01-01", "2024-04-10"))
    assert str(customer.as_of) == "2024-03"
    assert list(table(customer)) == ["2024-01", "2024-02", "2024-03"]
    assert customer.outcome.partial == (pd.Period("2024-04", "M"), 10.0)
    assert notes(customer)["month 2024-04 is not over"] == 1


def test_data_that_end_within_the_declared_month(load):
    customer = load(kpis=every(1, "2024-01-01", "2024-04-10"), as_of="2024-04")
    assert str(customer.as_of) == "2024-04"
    assert list(table(customer)) == ["2024-01", "2024-02", "2024-03"]
    assert customer.outcome.partial == (pd.Period("2024-04", "M"), 10.0)


def test_daily_rows_up_to_a_day(load):
    customer = load(kpis=every(1, "2024-01-01", "2024-04-30"), as_of="2024-04-10")
    assert str(customer.as_of) == "2024-03"
    assert customer.outcome.partial == (pd.Period("2024-04", "M"), 10.0)
    assert notes(customer)["rows after as_of left out"] == 20


def test_business_days_end_on_a_friday(load):
    customer = load(kpis=every(1, "2024-01-01", "2024-05-31", weekends=False))
    assert table(customer)["2024-05"] == 23
    assert (
        load(kpis=every(1, "2024-01-01", "2024-08-30", weekends=False)).outcome.partial is None
    )  # 31 August is a Saturday


def test_weekly_rows(load):
    customer = load(kpis=every(7, "2024-01-01", "2024-03-25", value=10))
    assert table(customer) == {"2024-01": 50, "2024-02": 40, "2024-03": 40}
    sawtooth = "a week counts in the month in which it begins: some months have 4 weeks, others 5"
    assert notes(customer) == {"weekly rows summed by month": 13, sawtooth: 1}
    assert table(load(MEAN, every(7, "2024-01-01", "2024-03-25", value=10)))["2024-02"] == 10


def test_a_missing_week_makes_the_sum_unknown_but_not_the_mean(load):
    kpis = every(7, "2024-01-01", "2024-03-25", value=10, skip=("2024-02-12",))
    customer = load(kpis=kpis)
    assert pd.isna(table(customer)["2024-02"])
    assert notes(customer)["months with missing weeks or days set to missing"] == 1
    assert table(load(MEAN, kpis))["2024-02"] == 10


def test_a_few_missing_days_are_counted(load):
    customer = load(kpis=every(1, "2024-01-01", "2024-03-31", skip=("2024-02-10", "2024-02-11")))
    assert table(customer)["2024-02"] == 27
    assert notes(customer)["days without a row"] == 2


def test_a_first_month_that_begins_late_is_left_out_of_sums(load):
    kpis = every(1, "2024-01-20", "2024-03-31")
    assert list(table(load(kpis=kpis))) == ["2024-02", "2024-03"]
    assert list(table(load(MEAN, kpis))) == ["2024-01", "2024-02", "2024-03"]


def test_last_takes_the_last_day(load):
    rows = "date,metric,value\n" + "".join(f"{date(2024, 1, 1) + timedelta(days=i)},Clients,{i}\n" for i in range(60))
    assert table(load(LAST, rows)) == {"2024-01": 30, "2024-02": 59}


def test_two_days_in_one_month_of_monthly_rows_are_a_conflict(problems):
    rows = "date,metric,value\n2024-01-31,Clients,1\n2024-02-29,Clients,2\n2024-03-01,Clients,3\n2024-03-31,Clients,4\n2024-04-30,Clients,5\n"
    assert "rows 4, 5: different values for the same month: March 2024" in problems(kpis=rows)


HEAD = "date,metric,segment,value,n\n"


def test_segments_add_up_for_a_sum(load):
    customer = load(
        kpis=HEAD
        + "2024-01,Clients,North,10,\n2024-01,Clients,South,5,\n2024-02,Clients,North,11,\n2024-02,Clients,South,6,\n"
    )
    assert table(customer) == {"2024-01": 15, "2024-02": 17}
    assert notes(customer) == {"rows of 2 segments summed": 4}


def test_segments_are_weighted_by_answers_for_a_mean(load):
    customer = load(
        MEAN,
        HEAD
        + "2024-01,Clients,North,8,30\n2024-01,Clients,South,4,10\n2024-02,Clients,North,8,10\n2024-02,Clients,South,4,10\n",
    )
    assert table(customer) == {"2024-01": 7, "2024-02": 6}
    assert customer.outcome.answers.tolist() == [40, 20]
    assert notes(customer) == {"rows of 2 segments averaged, weighted by n": 4}


def test_segments_without_answers_count_alike_and_it_is_said(load):
    customer = load(MEAN, HEAD + "2024-01,Clients,North,8,\n2024-01,Clients,South,4,\n")
    assert table(customer) == {"2024-01": 6}
    assert notes(customer)["rows of 2 segments averaged, each counting alike (there is no n)"] == 2


def test_a_missing_segment_makes_the_sum_unknown(load):
    rows = "".join(
        f"2024-{m:02},Clients,{s},10,\n" for m in range(1, 7) for s in ("North", "South") if (m, s) != (3, "South")
    )
    customer = load(kpis=HEAD + rows)
    assert pd.isna(table(customer)["2024-03"])
    assert notes(customer)["months or days in which a segment is missing"] == 1


def test_a_segment_that_is_late_does_not_look_like_a_collapse(load):
    rows = "".join(
        f"2024-{m:02},Clients,{s},10,\n" for m in range(1, 7) for s in ("North", "South") if (m, s) != (6, "South")
    )
    assert str(load(kpis=HEAD + rows).as_of) == "2024-05"


def test_a_segment_closed_long_ago_and_one_opened_late(load):
    rows = "".join(
        f"2024-{m:02},Clients,{s},10,\n"
        for m in range(1, 9)
        for s, months in (("A", range(1, 9)), ("B", range(1, 4)), ("C", range(6, 9)))
        if m in months
    )
    assert list(table(load(kpis=HEAD + rows)).values()) == [20, 20, 20, 10, 10, 20, 20, 20]


def test_the_whole_beside_its_segments_is_taken(load):
    customer = load(
        kpis=HEAD
        + "2024-01,Clients,All,20,\n2024-01,Clients,North,8,\n2024-02,Clients,,21,\n2024-02,Clients,North,9,\n"
    )
    assert table(customer) == {"2024-01": 20, "2024-02": 21}
    assert notes(customer) == {"rows of single segments not used": 2}


def test_small_groups_are_not_shown(load):
    customer = load(MEAN, HEAD + "2024-01,Clients,,7,40\n2024-02,Clients,,2,4\n2024-03,Clients,,6,5\n")
    assert pd.isna(table(customer)["2024-02"])
    assert pd.isna(customer.outcome.answers["2024-02"])
    assert notes(customer)["survey results of fewer than 5 answers left out"] == 1


def test_small_segments_are_left_out_of_the_whole(load):
    customer = load(
        MEAN,
        HEAD
        + "2024-01,Clients,North,8,30\n2024-01,Clients,South,1,3\n2024-02,Clients,North,8,30\n2024-02,Clients,South,4,30\n",
    )
    assert table(customer) == {"2024-01": 8, "2024-02": 6}


@pytest.mark.parametrize("params", [OUTCOME, MEAN, LAST])
def test_identical_days_are_dropped_for_any_total(load, params):
    kpis = every(1, "2024-01-01", "2024-02-29")
    again = kpis + "2024-01-05,Clients,1\n"
    assert table(load(params, kpis)) == table(load(params, again))
