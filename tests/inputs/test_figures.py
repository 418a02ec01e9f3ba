from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from valuelab.inputs.figures import (
    currency_fits,
    parse_change,
    parse_digits,
    parse_figure,
    parse_fraction,
    parse_money,
    parse_target,
)
from valuelab.inputs.periods import (
    Unreadable,
    parse_day,
    parse_fiscal_start,
    parse_lag,
    parse_month_range,
    parse_period,
    parse_scale,
)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("5%", 0.05),
        ("5 %", 0.05),
        ("40 percent", 0.4),
        ("5% per point", 0.05),
        ("+20%", 0.2),
        ("−10%", -0.1),
        ("$375", 375),
        ("$4.8 m", 4.8e6),
        ("$4.825 m", 4.825e6),
        ("26,000", 26000),
        ("1,234,567.8", 1234567.8),
        ("26 000", 26000),
        ("26\u00a0000", 26000),
        ("26'000", 26000),
        ("1.234,56 €", 1234.56),
        ("1.234.567", 1234567),
        ("0.125", 0.125),
        ("6.125%", 0.06125),
        ("($500)", -500),
        ("-$500", -500),
        ("$-500", -500),
        ("100000 units a year", 100000),
        ("$180,000 a year", 180000),
        ("6 months", 6),
        ("5k", 5000),
        ("2 bn", 2e9),
        ("1e6", 1e6),
        ("USD 20", 20),
        ("20 EUR", 20),
        ("US$20", 20),
        ("20 FTE", 20),
        ("20 kWh a month", 20),
        ("0", 0),
        (".5", 0.5),
        ("12345.678", 12345.678),
    ],
)
def test_figures_as_people_write_them(text, value):
    assert parse_figure(text).value == pytest.approx(value)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("26.000", "may be 26 or 26,000"),
        ("1.125", "may be 1.125 or 1,125"),
        ("1,5", "may be 1.5 or 15"),
        ("0,125", "may be 0.125 or 125"),
        ("1,00,000", "do not part thousands"),
        ("1.2.3", "do not part thousands"),
        ("", "is not a figure"),
        ("about 5", "is not a figure"),
        ("5 to 10", "not understood"),
        ("5% per 10 points", "not understood"),
        ("5-10", "not understood"),
        ("25%%", "not understood"),
        ("NaN", "not a figure"),
        ("inf", "not a figure"),
        ("٣", "not a figure"),
        ("1e99", "too large"),
        ("-(5)", "not a figure"),
        ("ABC 20", "not a currency"),
        ("5" * 100, "too long"),
        ("<b>5</b>", "not a figure"),
        ("=1+1", "not a figure"),
        ("26,000 2027", "not understood"),
    ],
)
def test_what_may_mean_two_things_is_refused(text, said):
    with pytest.raises(Unreadable) as caught:
        parse_figure(text)
    assert said in caught.value.what
    assert caught.value.fix


def test_the_words_after_a_figure():
    volume, salary, unit_value = (
        parse_figure("100,000 units a year"),
        parse_figure("$180,000 p.a."),
        parse_figure("$375 per client visit"),
    )
    assert (volume.unit, volume.per) == ("units", "year")
    assert (salary.per, unit_value.per) == ("year", "client visit")


@pytest.mark.parametrize(
    ("written", "currency", "fits"),
    [
        ("$", "USD", True),
        ("$", "AUD", True),
        ("$", "EUR", False),
        ("€", "EUR", True),
        ("€", "USD", False),
        ("USD", "USD", True),
        ("USD", "AUD", False),
        ("kr", "SEK", True),
        ("kr", "EUR", False),
        ("US$", "USD", True),
        ("us$", "CAD", False),
        ("£", "GBP", True),
        ("¥", "JPY", True),
        ("¥", "USD", False),
    ],
)
def test_signs_and_currencies(written, currency, fits):
    assert currency_fits(written, currency) is fits


def test_money_in_another_currency_is_refused():
    with pytest.raises(Unreadable, match="`currency` is EUR"):
        parse_money("$375", "EUR")
    with pytest.raises(Unreadable, match="percentage"):
        parse_money("5%", "EUR")


def test_a_share_without_its_sign():
    assert parse_fraction("0.4").value == 0.4
    for text in ("40", "1", "-2"):
        with pytest.raises(Unreadable, match="may be"):
            parse_fraction(text)
    with pytest.raises(Unreadable, match="money"):
        parse_fraction("$5")
    with pytest.raises(Unreadable, match="takes away more"):
        parse_change("-150%")


def test_targets():
    absolute, relative, later = (
        parse_target("26,000 by 2026-03"),
        parse_target("+20% by 2027-12"),
        parse_target("tba by March 2027"),
    )
    assert (absolute.figure.value, str(absolute.by), absolute.text) == (26000, "2026-03", "26,000 by 2026-03")
    assert (relative.relative, relative.figure) == (0.2, None)
    assert (later.relative, later.figure, str(later.by)) == (None, None, "2027-03")
    assert parse_target("90% by 2026-03-31").figure.value == 0.9


@pytest.mark.parametrize(
    "text",
    [
        "26000",
        "by 2026-03",
        "26000 by",
        "26000 by soon",
        "26000 by 2026-13",
        "+500 by 2026-03",
        "-120% by 2026-03",
        "x by 2026-03",
    ],
)
def test_what_is_no_target(text):
    with pytest.raises(Unreadable):
        parse_target(text)


@given(st.text(max_size=60))
def test_any_text_is_a_figure_or_refused_with_a_fix(text):
    for parse in (
        parse_figure,
        parse_fraction,
        parse_target,
        parse_period,
        parse_month_range,
        parse_lag,
        parse_scale,
        parse_fiscal_start,
    ):
        try:
            parse(text)
        except Unreadable as reason:
            assert reason.what and reason.fix


@given(st.text(alphabet="0123456789.,-+%$€()eEkm ’'by年", max_size=25))
def test_any_figure_like_text_is_finite_or_refused(text):
    try:
        figure = parse_figure(text)
    except Unreadable as reason:
        assert reason.what and reason.fix
    else:
        assert math.isfinite(figure.value)


@given(st.integers(0, 10**12))
def test_whole_numbers_with_thousands_come_back(number):
    assert parse_figure(f"{number:,}").value == number
    assert parse_figure(f"${number:,}").value == number
    assert parse_figure(f"({number:,})").value == -number


@given(st.floats(0, 1e9, allow_nan=False).map(lambda x: round(x, 2)))
def test_decimals_come_back_in_both_styles(number):
    english = f"{number:,.2f}"
    german = english.translate(str.maketrans(",.", ".,"))
    assert parse_digits(english, decimal=".") == pytest.approx(number)
    assert parse_digits(german, decimal=",") == pytest.approx(number)


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("2026-03", "2026-03"),
        ("2026/3", "2026-03"),
        ("March 2026", "2026-03"),
        ("Sept 2026", "2026-09"),
        ("2024-02-29", "2024-02-29"),
    ],
)
def test_periods(text, period):
    assert str(parse_period(text)) == period


@pytest.mark.parametrize(
    "text",
    [
        "2026",
        "26-03",
        "2026-13",
        "2026-00",
        "2025-02-29",
        "03/2026",
        "0001-01",
        "9999-01",
        "FY25",
        "Smarch 2026",
        "2026-3-",
    ],
)
def test_what_is_no_period(text):
    with pytest.raises(Unreadable):
        parse_period(text)


def test_other_small_forms():
    assert [str(m) for m in parse_month_range("2024-04..2025-03")] == ["2024-04", "2025-03"]
    assert [str(m) for m in parse_month_range("2025-03")] == ["2025-03", "2025-03"]
    assert (parse_lag("6 months"), parse_lag("2 quarters"), parse_lag("1 year"), parse_lag("3")) == (6, 6, 12, 3)
    assert parse_scale("0–10") == (0, 10)
    assert (parse_fiscal_start("April"), parse_fiscal_start("4")) == (4, 4)
    assert str(parse_day("2026-02")) == "2026-02-28"
    for parse, text in (
        (parse_month_range, "2025-03..2024-04"),
        (parse_lag, "26 weeks"),
        (parse_scale, "10-0"),
        (parse_fiscal_start, "13"),
    ):
        with pytest.raises(Unreadable):
            parse(text)
