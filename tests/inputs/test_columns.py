"""Columns of dates and numbers: decided from the whole column, or refused with both readings."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from valuelab.inputs.date_column import looks_like_date, read_dates, usual_step
from valuelab.inputs.number_column import read_numbers
from valuelab.inputs.quality import Findings
from valuelab.inputs.sheets import Percent


def dates(cells, fiscal=None):
    findings = Findings()
    read = read_dates(
        cells, list(range(2, len(cells) + 2)), where="kpis.csv", findings=findings, fiscal_year_starts=fiscal
    )
    return [when.day if when else None for when in read], findings


def numbers(cells, **named):
    findings = Findings()
    return read_numbers(cells, list(range(2, len(cells) + 2)), where="kpis.csv", findings=findings, **named), findings


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("2025-04", date(2025, 4, 1)),
        ("2025-04-03", date(2025, 4, 3)),
        ("2025/04/03", date(2025, 4, 3)),
        ("2025-04-03T00:00:00", date(2025, 4, 3)),
        ("2025-04-03 00:00:00", date(2025, 4, 3)),
        ("202504", date(2025, 4, 1)),
        ("20250403", date(2025, 4, 3)),
        ("Apr-25", date(2025, 4, 1)),
        ("Apr 2025", date(2025, 4, 1)),
        ("April 2025", date(2025, 4, 1)),
        ("Sept-25", date(2025, 9, 1)),
        ("3 Apr 2025", date(2025, 4, 3)),
        ("Apr 3, 2025", date(2025, 4, 3)),
        ("03.04.2025", date(2025, 4, 3)),
        ("04/2025", date(2025, 4, 1)),
        ("45750", date(2025, 4, 3)),
        (45750.0, date(2025, 4, 3)),
        (45750.5, date(2025, 4, 3)),
        (datetime(2025, 4, 3, 12), date(2025, 4, 3)),
        (date(2025, 4, 3), date(2025, 4, 3)),
        ("25/04/2025", date(2025, 4, 25)),
        ("04/25/2025", date(2025, 4, 25)),
        ("04/04/2025", date(2025, 4, 4)),
    ],
)
def test_dates_as_they_arrive(cell, day):
    read, findings = dates([cell])
    assert read == [day]
    assert not findings.problems


def test_one_clear_date_decides_the_column():
    assert dates(["03/04/2025", "13/04/2025"])[0] == [date(2025, 4, 3), date(2025, 4, 13)]
    read, findings = dates(["03/04/2025", "04/13/2025"])
    assert read == [date(2025, 3, 4), date(2025, 4, 13)]
    assert findings.notes[0].what.endswith("read with the month first")


def test_firsts_of_months_over_two_years_are_not_januaries():
    cells = [f"01/{month:02}/{year}" for year in (2024, 2025) for month in range(1, 13)]
    assert dates(cells)[0] == [date(year, month, 1) for year in (2024, 2025) for month in range(1, 13)]


def test_ambiguous_dates_are_refused_with_both_readings():
    read, findings = dates(["03/04/2025", "05/04/2025"])
    assert read == [None, None]
    assert "3 April or 4 March 2025" in str(findings.problems[0])
    assert findings.problems[0].rows == (2, 3)


def test_both_orders_in_one_column_are_refused():
    _, findings = dates(["25/04/2025", "04/26/2025"])
    assert "day first" in str(findings.problems[0])


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("2025", "is a year"),
        ("2025-13", "no month 13"),
        ("2025-02-30", "no day 30"),
        ("Q1 2025", "is a quarter"),
        ("soon", "is not a date"),
        ("13/13/2025", "neither number"),
        ("", "is not a date"),
        (12.0, "is not a date"),
    ],
)
def test_what_is_no_date(cell, said):
    read, findings = dates([cell])
    assert read == [None]
    assert said in str(findings.problems[0])


def test_fiscal_periods_need_the_fiscal_year():
    read, findings = dates(["FY25 P1", "FY25 P10"], fiscal=4)
    assert read == [date(2024, 4, 1), date(2025, 1, 1)]
    assert "FY25 P1 read as 2024-04" in findings.notes[0].what
    assert dates(["FY2025-P01"], fiscal=1)[0] == [date(2025, 1, 1)]
    assert "fiscal_year_starts" in str(dates(["FY25 P1"])[1].problems[0])
    assert "1 to 12" in str(dates(["FY25 P13"], fiscal=4)[1].problems[0])


def test_usual_step():
    assert usual_step([date(2025, 1, 1), date(2025, 1, 8), date(2025, 1, 15), date(2025, 1, 29)]) == 7
    assert usual_step([date(2025, 1, 1)]) == 0


@given(
    st.lists(
        st.one_of(st.text(max_size=14), st.text(alphabet="0123456789/-.: ", max_size=12), st.floats(), st.none()),
        max_size=8,
    )
)
def test_any_cells_are_dates_or_problems(cells):
    read, findings = dates(cells)
    assert len(read) == len(cells)
    assert all(read) or findings.problems
    for cell in cells:
        looks_like_date(cell)


@given(st.dates(date(1970, 1, 1), date(2099, 12, 31)))
def test_iso_days_and_serials_come_back(day):
    serial = (day - date(1899, 12, 30)).days
    assert dates([day.isoformat()])[0] == dates([float(serial)])[0] == dates([f"{day:%d.%m.%Y}"])[0] == [day]


@pytest.mark.parametrize(
    ("cells", "values"),
    [
        (["1,234", "$5"], (1234, 5)),
        (["1.234,56 €", "12,5"], (1234.56, 12.5)),
        (["1.234", "12,5"], (1234, 12.5)),
        (["26.125", "26.5"], (26.125, 26.5)),
        (["(500)", "500-", "−500", "-500"], (-500,) * 4),
        (["-", "", "TBA", "n/a", "N/A", "NaN", None], (None,) * 7),
        (["0.125"], (0.125,)),
        ([5.0, 0.25], (5, 0.25)),
        (["1 234", "1'234"], (1234, 1234)),
        (["1e3", "1E+03"], (1000, 1000)),
        (["5k"], (5000,)),
    ],
)
def test_numbers_as_they_arrive(cells, values):
    read, findings = numbers(cells)
    assert not findings.problems
    assert read.values == pytest.approx(values)


def test_missing_cells_are_counted_with_their_rows():
    assert numbers(["1", "TBA", "", "2"])[0].missing == (3, 4)


def test_percent_signs():
    read, _ = numbers(["12%", "50 %"])
    assert (read.percent, read.values) == (True, (0.12, 0.5))
    read, _ = numbers([Percent(0.12), Percent(0.5)])
    assert (read.percent, read.values) == (True, (0.12, 0.5))
    _, findings = numbers(["12%", "13%", "0.5"])
    assert "percent sign" in str(findings.problems[0])
    assert findings.problems[0].rows == (4,)
    assert not numbers(["12%", "0"])[1].problems


@pytest.mark.parametrize(
    ("cells", "named", "said"),
    [
        (["26.000", "27.000"], {}, "may be 26.000 or 26000"),
        (["1,234"], {"delimiter": ";"}, "may be 1.234 or 1234"),
        (["1,5", "1.5"], {}, "some numbers have decimal commas"),
        (["abc"], {}, '"abc" is not a number'),
        (["12 clients"], {}, "is not a number"),
        (["€5"], {"currency": "USD"}, "is in €, but `currency` is USD"),
        ([1e300], {}, "too large"),
        ([date(2025, 1, 1)], {}, "is not a number"),
        (["#REF!"], {}, "is not a number"),
    ],
)
def test_numbers_that_are_refused(cells, named, said):
    read, findings = numbers(cells, **named)
    assert said in str(findings.problems[0])
    assert findings.problems[0].rows
    assert None in read.values


def test_the_rest_of_the_file_tells_the_decimal_sign():
    assert numbers(["1.234"], decimal=",")[0].values == (1234,)
    assert numbers(["1.234"], decimal=".")[0].values == (1.234,)


@given(
    st.lists(
        st.one_of(
            st.text(max_size=12), st.text(alphabet="0123456789.,-$%() ", max_size=10), st.floats(allow_infinity=True)
        ),
        max_size=6,
    )
)
def test_any_cells_are_numbers_missing_or_problems(cells):
    read, findings = numbers(cells)
    lost = [
        value
        for value, row in zip(read.values, range(2, len(cells) + 2), strict=True)
        if value is None and row not in read.missing
    ]
    assert not lost or findings.problems
