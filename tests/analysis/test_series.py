"""Shared preparation: nothing is invented, nothing is lost, and spans tile the calendar."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from valuelab.analysis.series import (
    add_up,
    all_positive,
    as_series,
    check_level,
    how_it_adds,
    missing_periods,
    name_and_unit,
    one_period,
    period_word,
    season_labels,
    season_length,
    season_position,
    span,
)
from valuelab.errors import AnalysisError
from valuelab.types import Measure

MONTHS = pd.period_range("2024-01", periods=4, freq="M")


def test_unknown_periods_stay_unknown_and_ends_are_trimmed():
    series = as_series(pd.Series([np.nan, 2, np.nan, 4], MONTHS))
    assert series.index[0] == pd.Period("2024-02", "M")
    assert series.isna().tolist() == [False, True, False]
    assert missing_periods(series) == (pd.Period("2024-03", "M"),)


def test_holes_in_the_index_become_unknown_and_order_does_not_matter():
    index = pd.PeriodIndex(["2024-04", "2024-01"], freq="M")
    series = as_series(pd.Series([4, 1], index))
    assert list(series.index) == list(MONTHS)
    assert series.isna().tolist() == [False, True, True, False]


def test_a_measure_and_its_series_are_read_alike_and_left_alone():
    values = pd.Series([1, 2, 3, 4], MONTHS)
    pd.testing.assert_series_equal(as_series(Measure("clients", values)), as_series(values))
    copy = as_series(values)
    copy.iloc[0] = 99
    assert values.iloc[0] == 1


def test_nothing_known_gives_an_empty_series():
    assert as_series(pd.Series([np.nan] * 4, MONTHS)).empty
    assert as_series(pd.Series([], pd.PeriodIndex([], freq="M"), dtype=float)).empty


@pytest.mark.parametrize(("bad", "told"), [
    ([1, 2], "a Measure or a pandas Series"),
    (pd.Series([1.0, 2.0]), "PeriodIndex"),
    (pd.Series([1.0], pd.DatetimeIndex(["2024-01-01"])), "PeriodIndex"),
    (pd.Series([1.0, np.inf, 2, 3], MONTHS), "2024-02 is infinite"),
    (pd.Series(["a", 1, 2, 3], MONTHS), "not all numbers"),
    (pd.Series([1.0, 2.0], pd.PeriodIndex(["2024-01", "2024-01"], freq="M")), "2024-01 occurs twice"),
    (pd.Series([1.0, 2.0], pd.PeriodIndex(["2024-01", None], freq="M")), "NaT"),
    (pd.Series([1.0], pd.period_range("2024-01-01", periods=1, freq="D")), "'D'"),
    (pd.Series([1.0], pd.period_range("2024", periods=1, freq="Y")), "weeks"),
    (pd.Series([1.0], pd.period_range("2024", periods=1, freq="2M")), "2M"),
])
def test_what_cannot_be_used_is_refused_by_name(bad, told):
    with pytest.raises(AnalysisError, match=told):
        as_series(bad)


@pytest.mark.parametrize(("freq", "length", "word"), [("M", 12, "month"), ("Q-DEC", 4, "quarter"), ("Q-MAR", 4, "quarter"),
                                                      ("W-SUN", 52, "week"), ("W-FRI", 52, "week")])
def test_frequency_decides_season(freq, length, word):
    index = pd.period_range("2020-01-01", periods=300, freq=freq)
    assert season_length(index) == length
    assert period_word(index) == word
    assert len(season_labels(index)) == length
    assert set(season_position(index)) == set(range(length))


@pytest.mark.parametrize(("text", "freq", "first", "last", "count"), [
    ("2025-04..2026-03", "M", "2025-04", "2026-03", 12),
    ("2025-04", "M", "2025-04", "2025-04", 1),
    (" 2025-04 .. 2025-05 ", "M", "2025-04", "2025-05", 2),
    ("2025", "M", "2025-01", "2025-12", 12),
    ("2025Q2..2025Q3", "M", "2025-04", "2025-09", 6),
    ("2025-04..2026-03", "Q-DEC", "2025Q2", "2026Q1", 4),
    (("2025-04", pd.Period("2025-06", "M")), "M", "2025-04", "2025-06", 3),
    (pd.Period("2025Q1"), "M", "2025-01", "2025-03", 3),
    (pd.period_range("2025-01", "2025-03", freq="M"), "M", "2025-01", "2025-03", 3),
])
def test_spans_as_people_write_them(text, freq, first, last, count):
    periods = span(text, freq)
    assert (str(periods[0]), str(periods[-1]), len(periods)) == (first, last, count)
    assert periods.freqstr == freq


@pytest.mark.parametrize("bad", ["", "..", "soon", "2025-06..2025-01", "2025-13", 5, None, ["2025-01"], pd.NaT,
                                 pd.PeriodIndex([], freq="M"), pd.PeriodIndex(["2025-01", "2025-03"], freq="M"), ("2025-01", 3)])
def test_spans_that_mean_nothing_are_refused(bad):
    with pytest.raises(AnalysisError, match="periods"):
        span(bad, "M")


def test_a_month_is_no_quarter():
    with pytest.raises(AnalysisError, match="no whole period"):
        span("2025-04", "Q-DEC")


@given(st.integers(2000, 2040), st.integers(1, 12), st.integers(1, 30), st.sampled_from(["W-SUN", "W-WED", "M", "Q-DEC"]))
def test_months_and_quarters_tile_the_weeks(year, month, length, freq):
    """Consecutive spans share no period of the data and skip none."""
    start = pd.Period(year=year, month=month, freq="M")
    if freq == "Q-DEC":
        start = start.asfreq("Q").asfreq("M", "start")
        length *= 3
    left, right = span((start, start + length - 1), freq), span((start + length, start + 2 * length - 1), freq)
    assert left[-1] + 1 == right[0]
    assert len(left) + len(right) == len(span((start, start + 2 * length - 1), freq))


def test_one_period_of_a_longer_one():
    index = pd.period_range("2025-01", periods=3, freq="M")
    assert one_period("2026", index) == pd.Period("2026-12", "M")
    assert one_period("2026", index, how="start") == pd.Period("2026-01", "M")
    assert one_period("2025-05", "Q-DEC") == pd.Period("2025Q2", "Q-DEC")
    with pytest.raises(AnalysisError, match="through=12"):
        one_period(12, index, name="through")


def test_totals_add_up_as_the_measure_says():
    values = np.array([[1.0, 2.0, 6.0]])
    assert [float(add_up(values, how)[0]) for how in ("sum", "mean", "last")] == [9, 3, 6]
    level = Measure("staff", pd.Series([1.0], MONTHS[:1]), total_by="last", unit="people")
    assert how_it_adds(level, None) == "last"
    assert how_it_adds(level, "mean") == "mean"
    assert how_it_adds(level.series, None) == "sum"
    assert name_and_unit(level) == ("staff", "people")
    assert name_and_unit(level.series) == ("outcome", "")
    with pytest.raises(AnalysisError, match="total_by='median'"):
        how_it_adds(level, "median")


def test_small_checks():
    assert all_positive(pd.Series([1.0, np.nan]))
    assert not all_positive(pd.Series([1.0, 0.0]))
    assert check_level(0.8) == 0.8
    for level in (95, 0, 1, -0.5, float("nan")):
        with pytest.raises(AnalysisError, match="level"):
            check_level(level)
