"""Figures in sentences keep their exact value and key; hostile text stays text."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from valuelab.formatting import format_fraction, format_money, format_number
from valuelab.present.figures import fig, full, interval, joined, period_text, plain, say
from valuelab.types import Estimate


def test_a_figure_carries_its_exact_value_and_key():
    html = fig(Estimate(0.176923, unit="fraction", key="baseline.shortfall.of_target"))
    assert 'value="0.176923"' in html and 'data-key="baseline.shortfall.of_target"' in html
    assert plain(html) == "17.7 %"


def test_an_interval_is_shown_with_its_level():
    assert plain(full(Estimate(20818, 17966, 24150, level=0.95, unit="clients"))) == "20,818 clients (95 %: 17,966 to 24,150)"
    assert interval(Estimate(1.0)) == Markup("")


def test_a_negative_estimate_shown_as_magnitude_turns_its_interval():
    shown = plain(full(Estimate(-0.05, -0.08, -0.02, level=0.95, unit="fraction"), magnitude=True))
    assert shown == "5 % (95 %: 2 to 8)"


@pytest.mark.parametrize("name", ["<script>alert(1)</script>", 'a "b" & c', "$x$ | *y*", "مرحبا"])
def test_names_are_text(name):
    html = say("{} moves first.", name)
    assert "<script" not in html
    assert plain(html) == f"{name} moves first."
    assert plain(joined([name, "b"])) == f"{name} and b"


@given(st.floats(min_value=-1e14, max_value=1e14))
def test_every_number_can_be_read_back_from_its_text(value):
    text = format_number(value).replace(",", "").replace("−", "-")
    assert float(text) == pytest.approx(value, rel=0.006, abs=1e-6)


@given(st.floats(min_value=-1e13, max_value=1e13))
def test_money_has_one_sign_in_front(value):
    text = format_money(value, "USD")
    assert text.count("−") <= 1
    assert text.lstrip("−").startswith("$")
    assert not (value >= 0 and "−" in text)


@given(st.floats(min_value=-50, max_value=50))
def test_percent_never_shows_minus_zero(value):
    assert format_fraction(value) != "−0 %"


def test_periods_are_words():
    assert period_text(pd.Period("2025-03", "M")) == "March 2025"
    assert period_text(pd.Period("2025-03-30", "D")) == "30 March 2025"
    assert period_text(pd.Period("2025Q1", "Q-DEC")) == "Q1 2025"
