"""load_customer on folders on disk: what an analyst notices."""

from __future__ import annotations

import hashlib
import io
import json
import os
from datetime import datetime
from pathlib import Path

import pandas as pd
import pytest
from openpyxl import Workbook

from tests.inputs.conftest import OUTCOME, months, notes
from valuelab.errors import InputError
from valuelab.inputs import load_customer
from valuelab.types import Estimate

HEAD = "date,metric,value\n"


def workbook(rows, *, sheet="Data", before=(), formats=None) -> bytes:
    book = Workbook()
    for name in before:
        book.create_sheet(name)
    page = book.active
    page.title = sheet
    for row in rows:
        page.append(row)
    for address, style in (formats or {}).items():
        page[address].number_format = style
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def values(customer, name="Clients") -> dict[str, float]:
    series = customer.measure(name).series
    return {str(month): value for month, value in series.items()}


# --- as of ----------------------------------------------------------------------------------------------------


def test_as_of_is_the_last_month_of_the_data_never_the_clock(load):
    customer = load(kpis=HEAD + months(14))
    assert str(customer.as_of) == "2024-02"
    assert len(customer.outcome.series) == 14
    assert customer.outcome.series.index.freqstr == "M"


def test_any_past_month_can_be_run_again_and_later_rows_are_counted(load):
    customer = load(kpis=HEAD + months(14), as_of="2023-06")
    assert str(customer.as_of) == "2023-06"
    assert len(customer.outcome.series) == 6
    assert notes(customer)["rows after as_of left out"] == 8


def test_as_of_in_params_and_as_an_argument(load):
    params = OUTCOME + "as_of: 2023-06\n"
    assert str(load(params, HEAD + months(14)).as_of) == "2023-06"
    assert str(load(params, HEAD + months(14), as_of="2023-09").as_of) == "2023-09"
    assert str(load(params, HEAD + months(14), as_of="").as_of) == "2023-06"


def test_a_day_means_the_last_month_that_is_over(load):
    customer = load(kpis=HEAD + months(14), as_of="2023-09-15")
    assert str(customer.as_of) == "2023-08"
    assert customer.outcome.partial == (pd.Period("2023-09", "M"), 108.0)
    assert str(customer.outcome.series.index[-1]) == "2023-08"
    assert str(load(kpis=HEAD + months(14), as_of="2023-09-30").as_of) == "2023-09"


def test_as_of_before_the_data_and_nonsense(problems):
    assert "has no value on or before 2020-01" in problems(kpis=HEAD + months(14), as_of="2020-01")
    assert "is not a month or day" in problems(kpis=HEAD + months(14), as_of="yesterday")


def test_as_of_after_the_data_is_noted(load):
    assert notes(load(kpis=HEAD + months(14), as_of="2024-05"))["Clients ends in 2024-02"] == 3


def test_an_indicator_not_yet_measured_is_empty_then(load):
    customer = load(
        OUTCOME + "indicators: [Score]\n", HEAD + months(14) + months(3, "2024-01", "Score", 5), as_of="2023-06"
    )
    assert len(customer.indicators["Score"].series) == 0
    assert notes(customer)["Score has no value yet as of 2023-06"] == 1


def test_an_indicator_that_runs_ahead_of_the_outcome_is_cut(load):
    customer = load(OUTCOME + "indicators: [Score]\n", HEAD + months(12) + months(15, metric="Score"))
    assert str(customer.as_of) == "2023-12"
    assert len(customer.indicators["Score"].series) == 12
    assert notes(customer)["months after as_of left out"] == 3


# --- layouts --------------------------------------------------------------------------------------------------


def test_long_wide_and_months_across_give_the_same(load):
    params = OUTCOME + "indicators: [Score]\n"
    long = load(
        params,
        HEAD
        + "2024-01,Clients,100\n2024-02,Clients,110\n2024-03,Clients,120\n2024-01,Score,5\n2024-02,Score,6\n2024-03,Score,7\n",
    )
    wide = load(params, "Month;Score;Clients\nJan-24;5;100\nFeb-24;6;110\nMar-24;7;120\n")
    across = load(
        params, "KPI,2024-01,2024-02,2024-03,Total\nClients,100,110,120,330\nScore,5,6,7,18\nNote: all fine,,,,\n"
    )
    for customer in (wide, across):
        for name in ("Clients", "Score"):
            pd.testing.assert_series_equal(customer.measure(name).series, long.measure(name).series)
    assert notes(across) == {"columns that are no month left out: Total": 1, "note rows left out": 1}


def test_a_workbook_with_titles_totals_and_notes(load):
    content = workbook(
        [
            ["Acme: monthly report"],
            [],
            ["Prepared by finance"],
            ["Date", "Metric", "Value"],
            [datetime(2024, 1, 1), "Clients", 100],
            [datetime(2024, 2, 1), "Clients", "110"],
            [45352, "Clients", 120.0],
            ["Total", None, 330],
            ["* preliminary"],
        ],
        before=("Second",),
    )
    customer = load(OUTCOME.replace("kpis.csv", "kpis.xlsx"), files={"kpis.xlsx": content})
    assert list(values(customer).values()) == [100, 110, 120]
    assert notes(customer) == {
        "title rows above the header left out": 2,
        "total rows left out": 1,
        "note rows left out": 1,
        "serial numbers of a spreadsheet read as dates": 1,
    }


def test_percent_cells_of_a_workbook(load):
    content = workbook(
        [["Month", "Clients"], ["2024-01", 0.12], ["2024-02", 0.5], ["2024-03", 0.6]],
        formats={"B2": "0%", "B3": "0.0%", "B4": "0%"},
    )
    customer = load(OUTCOME.replace("sum", "mean").replace("kpis.csv", "kpis.xlsx"), files={"kpis.xlsx": content})
    assert list(values(customer).values()) == [0.12, 0.5, 0.6]
    assert customer.outcome.unit == "fraction"


@pytest.mark.parametrize(
    "encode",
    [
        lambda t: t.encode("utf-8-sig"),
        lambda t: t.encode("cp1252"),
        lambda t: t.encode("utf-16"),
        lambda t: t.replace("\n", "\r\n").encode(),
        lambda t: t.replace(",", ";").encode(),
        lambda t: t.replace(",", "\t").encode(),
        lambda t: b"sep=,\r\n" + t.encode(),
    ],
)
def test_encodings_and_delimiters(load, encode):
    params = OUTCOME.replace("Clients", "Über-Kunden")
    customer = load(params, encode("Date,METRIC,Value\n2024-01,Über-Kunden,100\n2024-02,Über-Kunden,110\n"))
    assert list(values(customer, "Über-Kunden").values()) == [100, 110]


def test_names_match_without_case_and_blanks(load):
    assert list(values(load(kpis=HEAD + "2024-01, clients ,100\n2024-02,CLIENTS,110\n")).values()) == [100, 110]


def test_quoted_thousands_and_european_decimals(load):
    assert list(values(load(kpis=HEAD + '2024-01,Clients,"1,800"\n2024-02,Clients,"$1,900"\n')).values()) == [
        1800,
        1900,
    ]
    assert list(
        values(load(kpis="date;metric;value\n2024-01;Clients;1.800,5\n2024-02;Clients;1.900,0\n")).values()
    ) == [1800.5, 1900]


def test_a_measure_with_a_file_of_its_own(load):
    params = OUTCOME + "indicators:\n  Score: {data: ../data/acme/pulse.csv}\n"
    customer = load(params, HEAD + months(3), files={"pulse.csv": "date,value\n2023-01,5\n2023-02,6\n2023-03,7\n"})
    assert list(values(customer, "Score").values()) == [5, 6, 7]
    assert [file.name for file in customer.files] == ["../data/acme/kpis.csv", "../data/acme/pulse.csv"]
    assert customer.indicators["Score"].source == "../data/acme/pulse.csv"


def test_files_carry_their_hash(load, tmp_path):
    customer = load(kpis=HEAD + months(3))
    content = (tmp_path / "project/data/acme/kpis.csv").read_bytes()
    assert customer.files[0].sha256 == hashlib.sha256(content).hexdigest()
    assert customer.files[0].rows == 3


def test_other_metrics_are_ignored_and_counted(load):
    customer = load(kpis=HEAD + months(3) + "2023-01,Noise,abc\n2023-01,More,1\n")
    assert notes(customer) == {"metrics that the params do not name: Noise, More": 2}


# --- what is refused ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kpis", "said"),
    [
        ("", "the file is empty"),
        ("   \n\n", "the file is empty"),
        (HEAD, "a header and nothing below it"),
        ("date,metric,amout\n2024-01,Clients,5\n", 'the column value is missing; there are "date", "metric", "amout"'),
        ("1,2,3\n4,5,6\n", "no header is understood"),
        (HEAD + "2024-01,Cleints,5\n2024-02,Cleints,6\n", 'there is no metric "Clients". It has "Cleints"'),
        (HEAD + "2024-01,Clients,many\n2024-02,Clients,6\n", 'kpis.csv, Clients, row 2: "many" is not a number'),
        (HEAD + "2024-01,Clients,5\nsoon,Clients,6\n", 'row 3: "soon" is not a date'),
        (HEAD + "2024-01,Clients,5\n,Clients,6\n", "row 3: the date is missing"),
        (HEAD + "2024-01,Clients,1,800\n", "row 2: more cells than the header has"),
        (
            HEAD + "2024-01,Clients,5\n2024-01,Clients,6\n",
            "rows 2, 3: different values for the same month: January 2024",
        ),
        (HEAD + "2024-01,,5\n", "the name of the metric is missing"),
        (HEAD + "03/04/2024,Clients,5\n04/05/2024,Clients,5\n", "may be 3 April or 4 March 2024"),
        (HEAD + "Q1 2024,Clients,5\n", "is a quarter"),
        (HEAD + "2024-01,Clients,TBA\n", "no period in the data has a value"),
        (HEAD + '2024-01,Clients,"5\n2024-02,Clients,6\n', "is not a number"),
        ("date,Clients,clients\n2024-01,5,6\n", 'the column "clients" is here twice'),
        ("date,Clients,\n2024-01,5,6\n", "a column with values has no name"),
        (b"date,metric,value\n2024-01,Clients,\x00\n", "control character"),
        (HEAD + f"2024-01,Clients,{'9' * 30}\n", "too large"),
        (HEAD + "2024-01,Clients,€5\n", "is in €, but `currency` is USD"),
        (HEAD + "2024-01,Clients,5%\n2024-02,Clients,0.06\n", "percent sign"),
        ("date,metric,value,n\n2024-01,Clients,5,-3\n", "a number of answers is below zero"),
        ("date,metric,value,n\n2024-01,Clients,5,7.5\n", "a number of answers is not whole"),
    ],
)
def test_one_clear_message_for_each_broken_table(problems, kpis, said):
    message = problems(kpis=kpis)
    assert said in message
    assert message.startswith("acme: ")


def test_broken_workbooks(problems):
    params = OUTCOME.replace("kpis.csv", "kpis.xlsx")
    assert "is not a workbook that can be read" in problems(params, files={"kpis.xlsx": b"PK\x03\x04 not really"})
    assert "is not a workbook that can be read" in problems(params, files={"kpis.xlsx": "date,metric,value\n"})
    assert "has no filled sheet" in problems(params, files={"kpis.xlsx": workbook([])})
    assert "older or another spreadsheet" in problems(
        params, files={"kpis.xlsx": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1rest"}
    )
    assert 'end in ".pdf"' in problems(OUTCOME.replace("kpis.csv", "kpis.pdf"), files={"kpis.pdf": "x"})


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ("../data/acme/kpi.csv", "Did you mean kpis.csv?"),
        ("../data/nowhere/kpis.csv", "There is no folder nowhere"),
        ("../data/acme", "is a folder, not a file"),
        ("/etc/passwd", "is not a path relative"),
        ("../../../../../../etc/passwd", "is not in the project folder"),
        ("..\\data\\kpis.csv", "is not a path relative"),
        ("x" * 280, "cannot be opened"),
        ("x" * 4000, "longer than 300 characters"),
    ],
)
def test_paths_that_lead_nowhere_or_out(problems, data, said):
    message = problems(OUTCOME.replace("../data/acme/kpis.csv", data), HEAD + months(3))
    assert "acme.yaml, line 3 (data)" in message
    assert said in message
    assert "root:" not in message


def test_a_link_out_of_the_project_is_refused(write, tmp_path):
    path = write(kpis=HEAD + months(3))
    secret = tmp_path / "other" / "kpis.csv"
    secret.parent.mkdir()
    secret.write_text(HEAD + months(3))
    target = tmp_path / "project/data/acme/kpis.csv"
    target.unlink()
    target.symlink_to(secret)
    with pytest.raises(InputError, match="a link leads out of it"):
        load_customer(path)


def test_links_in_a_loop(write, tmp_path):
    path = write()
    (tmp_path / "project/data/acme/kpis.csv").symlink_to("kpis.csv")
    with pytest.raises(InputError, match=r"kpis\.csv"):
        load_customer(path)


def test_a_pipe_does_not_hang(write, tmp_path):
    path = write()
    os.mkfifo(tmp_path / "project/data/acme/kpis.csv")
    with pytest.raises(InputError, match="is not a regular file"):
        load_customer(path)


def test_problems_of_params_and_data_are_told_together(problems):
    message = problems(OUTCOME.replace("sum", "summ") + "foo: 1\n", HEAD + "2024-01,Clients,many\nsoon,Clients,4\n")
    for said in ('"summ" is not one of', "`foo` is not a key", '"many" is not a number', '"soon" is not a date'):
        assert said in message


def test_all_problems_of_several_files_at_once(problems):
    params = (
        OUTCOME
        + "indicators:\n  Score: {data: ../data/acme/pulse.csv}\ncash_flow: {data: ../data/acme/gone.csv, basis: revenue}\n"
    )
    message = problems(params, HEAD + "2024-01,Clients,x\n", files={"pulse.csv": "date,value\n2024-01,y\n"})
    for said in ('"x" is not a number', '"y" is not a number', 'no file "../data/acme/gone.csv"'):
        assert said in message


# --- repairs are counted --------------------------------------------------------------------------------------


def test_missing_months_stay_gaps(load):
    customer = load(
        kpis=HEAD
        + "2024-01,Clients,100\n2024-02,Clients,TBA\n2024-04,Clients,0\n2024-05,Clients,-5\n2024-06,Clients,\n"
    )
    series = customer.outcome.series
    assert [str(month) for month in series.index] == ["2024-01", "2024-02", "2024-03", "2024-04", "2024-05"]
    assert series.isna().tolist() == [False, True, True, False, False]
    assert notes(customer)["missing months: 2024-02, 2024-03"] == 2
    assert notes(customer)["values not known (empty, TBA, N/A, -)"] == 2
    assert str(customer.as_of) == "2024-05"


def test_a_mistyped_year_is_refused_and_not_a_gap_of_decades(problems):
    message = problems(kpis=HEAD + months(3, "2025-04") + "2052-07,Clients,103\n")
    assert "row 5: nothing is known between 2025-06 and 2052-07. Is a year mistyped?" in message


def test_identical_rows_are_dropped_and_counted(load):
    customer = load(kpis=HEAD + months(3) + "2023-01,Clients,100\n")
    assert len(customer.outcome.series) == 3
    assert notes(customer) == {"identical rows dropped": 1}


def test_one_row_and_all_zero_are_said(load):
    assert notes(load(kpis=HEAD + "2024-01,Clients,5\n"))["Clients has one month only"] == 1
    assert notes(load(kpis=HEAD + "2024-01,Clients,0\n2024-02,Clients,0\n"))["every value of Clients is zero"] == 2


def test_a_scale_that_changes_half_way_is_refused_with_the_choice(load, problems):
    rows = [f"2024-{month:02},Score,{7 + month % 2 if month <= 6 else 70 + month}" for month in range(1, 13)]
    kpis = HEAD + months(12, "2024-01") + "\n".join(rows)
    message = problems(OUTCOME + "indicators: [Score]\n", kpis)
    assert "from 2024-07 on the values are about 10 times larger: has its scale or unit changed" in message
    assert "`scale_change: {2024-07: 10}`" in message
    assert "`confirmed: true`" in message
    declared = load(OUTCOME + "indicators: {Score: {scale_change: {2024-07: 10}}}\n", kpis)
    assert values(declared, "Score")["2024-01"] == 80
    assert values(declared, "Score")["2024-12"] == 82
    assert values(load(OUTCOME + "indicators: {Score: {confirmed: true}}\n", kpis), "Score")["2024-01"] == 8


def test_values_off_the_declared_scale_are_refused(problems):
    message = problems(
        OUTCOME + "indicators:\n  Score: {scale: 0-10}\n", HEAD + months(2) + "2023-01,Score,7\n2023-02,Score,70\n"
    )
    assert "row 5: 70 is outside the scale 0-10" in message


# --- percentages ----------------------------------------------------------------------------------------------


def test_a_measure_in_percent(load):
    params = OUTCOME.replace(
        "total_by: sum",
        "total_by: mean, unit: '%', scale: 0-100, baseline: 40, targets: [60% by 2024-06, 55 by 2024-03]",
    )
    customer = load(params, HEAD + "2024-01,Clients,40\n2024-02,Clients,45\n2024-03,Clients,50\n")
    outcome = customer.outcome
    assert (outcome.unit, outcome.scale) == ("fraction", (0.0, 1.0))
    assert list(outcome.series) == pytest.approx([0.4, 0.45, 0.5])
    assert outcome.baseline.estimate.value == pytest.approx(0.4)
    assert [target.value for target in outcome.targets] == pytest.approx([0.55, 0.6])


def test_percentages_where_the_unit_is_another(problems):
    assert "the values carry percent signs, but the unit is clients" in problems(
        OUTCOME.replace("sum", "mean, unit: clients"), HEAD + "2024-01,Clients,4%\n"
    )
    assert "is a percentage, but the unit is clients" in problems(
        OUTCOME.replace("sum", "sum, unit: clients, targets: [90% by 2024-12]"), HEAD + months(3)
    )
    assert "has no percent sign" in problems(
        OUTCOME.replace("sum", "mean, baseline: 55"), HEAD + "2024-01,Clients,4%\n"
    )


# --- figures against their neighbours -------------------------------------------------------------------------

YEAR = HEAD + "".join(f"{2024 + (m > 9)}-{(m + 2) % 12 + 1:02},Clients,1783\n" for m in range(1, 13))


def test_f16_a_monthly_baseline_ten_times_too_large_is_refused(problems, load):
    params = OUTCOME.replace("sum}", "sum, baseline: {value: BASE, over: 2025-03}, targets: ['26,000 by 2026-03']}")
    message = problems(params.replace("BASE", "18000"), YEAR)
    assert '"18000", 216,000 over 12 months, is implausible: 8.3 times the target 26,000 (26,000 by 2026-03)' in message
    assert "confirmed: true" in message
    assert (
        problems(params.replace("BASE", "18000 a month").replace(", over: 2025-03", ""), YEAR).count("implausible") == 1
    )
    assert load(params.replace("BASE", "1800"), YEAR).outcome.baseline.estimate.value == 1800
    assert load(params.replace("BASE", "18000, confirmed: true"), YEAR).outcome.baseline.estimate.value == 18000


def test_f16_a_target_far_from_the_data(problems, load):
    params = OUTCOME.replace("sum}", "sum, targets: [LINE]}")
    message = problems(params.replace("LINE", "260000 by 2026-03"), YEAR)
    assert "12.2 times the last 12 months of data (21,396)" in message
    assert "only 1/10.7 of the last 12 months" in problems(params.replace("LINE", "2000 by 2026-03"), YEAR)
    assert (
        load(params.replace("LINE", "{value: 260000, by: 2026-03, confirmed: true}"), YEAR).outcome.targets[0].value
        == 260000
    )
    assert load(params.replace("LINE", "2200 a month by 2026-03"), YEAR).outcome.targets[0].value == 26400


def test_a_promise_is_held_against_the_data_too(problems):
    assert "implausible" in problems(OUTCOME.replace("sum}", "sum, promised: [234000 by 2026-03]}"), YEAR)


def test_a_level_may_move_far_but_its_baseline_may_not(load, problems):
    table = HEAD + months(12, metric="Clients", value=30)
    params = OUTCOME.replace("sum}", "mean, better: lower, baseline: BASE, targets: [3 by 2025-11]}")
    assert load(params.replace("BASE", "30"), table).outcome.targets[0].value == 3
    assert "any month of the data" in problems(params.replace("BASE", "300"), table)


def test_a_target_off_the_scale(problems):
    assert "lies outside the scale 0-10" in problems(
        OUTCOME.replace("sum", "mean, scale: 0-10, targets: [12 by 2026-01]"), HEAD + months(3, value=5)
    )


def test_relative_targets_are_worked_out_from_the_baseline(load, problems):
    params = OUTCOME.replace(
        "sum}", "sum, baseline: {value: 10700, over: 2024-04..2024-09}, targets: [+20% by 2027-12]}"
    )
    target = load(params, YEAR).outcome.targets[0]
    assert (target.value, target.relative, target.text) == (pytest.approx(21400 * 1.2), 0.2, "+20% by 2027-12")
    assert "no baseline is declared" in problems(OUTCOME.replace("sum}", "sum, targets: [+20% by 2027-12]}"), YEAR)


def test_an_effect_that_more_than_doubles_the_outcome(problems):
    params = OUTCOME + "indicators: [Score]\nconversion: {Score: {effect: 500%, reading: additive}}\n"
    assert "more than doubles" in problems(params, HEAD + months(3) + months(3, metric="Score"))


# --- assumptions ----------------------------------------------------------------------------------------------


def test_every_agreed_figure_is_an_assumption_with_its_text(load):
    params = (
        OUTCOME
        + """\
indicators:
  Score: {expected_lag: 6 months}
conversion:
  Score: {effect: 5% per point, reading: compound, low: 2%, high: 8%, source: records, agreed_by: COO, agreed_on: 2025-03-14}
unit_value: {value: $375, basis: revenue, margin: 40%, low: $300, high: $400, range: min-max}
renewal: {date: 2026-06-30, contract_value: "$180,000 a year"}
"""
    )
    customer = load(params, HEAD + months(12) + months(12, metric="Score", value=5))
    effect = customer.conversions[0].effect
    assert (effect.value, effect.low, effect.high, effect.level, effect.kind) == (0.05, 0.02, 0.08, 0.8, "agreed")
    assert effect.key == "assumptions.conversion.Score.effect"
    assert (customer.unit_value.value.level, customer.unit_value.value.unit) == (1.0, "USD")
    assert (customer.unit_value.margin.kind, customer.unit_value.margin.bare) == ("assumed", True)
    assert (customer.renewal.contract_value, customer.renewal.per) == (180000, "a year")
    lines = {line.name: line for line in customer.assumptions}
    assert lines["Score: effect of one point on Clients"].text == "5% per point (2% to 8%)"
    assert "80 % range" in lines["Score: effect of one point on Clients"].note
    assert "no source is named" in lines["Margin: profit of revenue"].note
    assert "triangle" in lines["Money per unit of Clients"].note
    assert "Score: moves before the outcome by" in lines
    assert all(isinstance(line.estimate, Estimate) or line.estimate is None for line in customer.assumptions)


def test_the_source_of_a_section_stands_for_its_figures(load):
    customer = load(
        OUTCOME + "unit_value: {value: $375, basis: revenue, margin: 40%, source: finance}\n", HEAD + months(3)
    )
    assert customer.unit_value.margin.source == "finance"
    assert customer.unit_value.margin.kind == "agreed"


def test_the_fiscal_year_follows_from_the_first_target(load):
    params = OUTCOME.replace("sum}", "sum, targets: [1300 by 2024-03, TBA by 2025-03]}")
    assert load(params, HEAD + months(14)).fiscal_year_starts == 4
    assert load(params + "fiscal_year_starts: July\n", HEAD + months(14)).fiscal_year_starts == 7
    assert load(kpis=HEAD + months(14)).fiscal_year_starts == 1


def test_promises_keep_their_origin(load):
    params = OUTCOME.replace(
        "sum}",
        "sum, expected: 1500 by 2024-03, promised: [{value: 1400, by: 2024-03, agreed_by: COO, agreed_on: 2023-01-05, decides: phase two}]}",
    )
    promised, expected = load(params, HEAD + months(14)).promises
    assert (promised.kind, promised.value, promised.decides, str(promised.by)) == (
        "promised",
        1400,
        "phase two",
        "2024-03",
    )
    assert expected.kind == "expected"


# --- which customer -------------------------------------------------------------------------------------------


def test_an_id_is_looked_up_here_and_above(write, monkeypatch, tmp_path):
    write(kpis=HEAD + months(3))
    below = tmp_path / "project" / "notebooks" / "deep"
    below.mkdir(parents=True)
    monkeypatch.chdir(below)
    assert load_customer("acme").name == "Acme"
    monkeypatch.chdir(tmp_path / "project")
    assert load_customer("params/acme.yaml").id == "acme"
    with pytest.raises(InputError, match="Known: acme"):
        load_customer("acne")


@pytest.mark.parametrize(
    "name",
    [
        "../acme",
        "ACME",
        "",
        "acme/../x",
        "a b",
        "ä",
        "x" * 200,
        "acme\n",
        "./acme.yaml/",
        "Acme.yaml",
        "nosuch.yaml",
        "params.yaml",
    ],
)
def test_names_that_are_no_customer(name, tmp_path, monkeypatch):
    (tmp_path / "params.yaml").mkdir()
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError):
        load_customer(name)


def test_previous_results(write, tmp_path):
    path = write(kpis=HEAD + months(3))
    results = tmp_path / "results.json"
    results.write_text(json.dumps({"as_of": "2023-01"}))
    assert load_customer(path, previous=str(results)).previous == {"as_of": "2023-01"}
    assert load_customer(path, previous="").previous is None
    for content in ("[1]", "{", "\udcff".encode("utf-8", "surrogateescape")):
        results.write_bytes(content if isinstance(content, bytes) else content.encode())
        with pytest.raises(InputError, match=r"is no results\.json"):
            load_customer(path, previous=str(results))
    with pytest.raises(InputError, match="cannot be opened"):
        load_customer(path, previous=str(tmp_path / "none.json"))


def test_the_same_files_give_the_same_customer(write):
    path = write(kpis=HEAD + months(14))
    assert json.dumps(load_customer(path).to_dict()) == json.dumps(load_customer(path).to_dict())


@pytest.mark.parametrize("name", ["<script>alert(1)</script>", 'O\'Neil "&" Sons', "مرحبا", "x" * 200])
def test_hostile_metric_names_pass_as_text(load, name):
    quoted, cell = name.replace("'", "''"), '"' + name.replace('"', '""') + '"'
    customer = load(OUTCOME.replace("Clients", f"'{quoted}'"), HEAD + f"2024-01,{cell},5\n2024-02,{cell},6\n")
    assert customer.outcome.name == customer.outcome.series.name == name
    assert Path(customer.files[0].name).name == "kpis.csv"


@pytest.mark.parametrize(("declared", "said"), [
    ("{value: 1266, over: 2023-01..2023-12}", False), ("{value: 1250, over: 2023-01..2023-12}", False), ("{value: 1500, over: 2023-01..2023-12}", True),
    ("{value: 1500, over: 2023-01..2023-12, confirmed: true}", False), ("1500", False), ("{value: 1500, over: 2022-01..2022-12}", False),
])
def test_a_declared_baseline_is_held_against_the_same_months_of_the_data(load, declared, said):
    customer = load(OUTCOME.replace("total_by: sum", f"total_by: sum, baseline: {declared}"), kpis="date,metric,value\n" + months(24))
    found = [note for note in customer.quality if "declared baseline" in note.what]
    assert bool(found) is said
    if said:
        assert "is 1,500; the data give 1,266 for the same months" in found[0].what and found[0].kind == "to check"
