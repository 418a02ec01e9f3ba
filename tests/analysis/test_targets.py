from __future__ import annotations

import json
import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.analysis.scenarios import S3_PROGRESS, order_to_ship
from valuelab.analysis.targets import gap_reading, judge_status, measure_progress, planned_progress, rag, shortfall
from valuelab.errors import AnalysisError
from valuelab.types import CannotSay, Estimate, Measure, Plan

amounts = st.floats(1, 1e7)


# Shortfall

def test_shortfall_names_its_bases():
    projected = Estimate(21_400, unit="clients", kind="estimated")
    short = shortfall(projected, target=26_000, key="baseline.shortfall")
    assert (short.units.value, short.units.unit, short.units.convention) == (4_600, "clients", "target − projected")
    assert short.of_target.convention == "of target" and short.uplift_needed.convention == "of projected"
    assert short.of_target.key == "baseline.shortfall.of_target"
    assert shortfall(Estimate(21_400, kind="actual"), target=25_000).uplift_needed.convention == "of actual"


def test_intervals_turn_with_the_sign():
    short = shortfall(Estimate(21_400, 20_000, 27_000, level=0.95), target=26_000)
    assert (short.units.low, short.units.high) == (-1_000, 6_000)
    assert (short.attainment.low, short.attainment.high) == pytest.approx((20 / 26, 27 / 26))
    assert (short.uplift_needed.low, short.uplift_needed.high) == pytest.approx((26 / 27 - 1, 0.3))
    assert short.of_target.level == 0.95


def test_a_measure_that_should_fall_is_short_when_it_is_above():
    short = shortfall(Estimate(20, 18, 24, level=0.8), target=15, better="lower")
    assert (short.units.value, short.units.low, short.units.high) == (5, 3, 9)
    assert short.uplift_needed.value == 0.25 and short.attainment.value == 0.75
    assert short.attainment.low == pytest.approx(15 / 24)
    assert "lower is better" in short.attainment.convention


@settings(deadline=None)
@given(amounts, amounts, st.sampled_from(["higher", "lower"]))
def test_shortfall_foots(projected, target, better):
    short = shortfall(projected, target=target, better=better)
    sign = 1 if better == "higher" else -1
    assert projected + sign * short.units.value == pytest.approx(target)
    assert projected * (1 + sign * short.uplift_needed.value) == pytest.approx(target)
    assert short.of_target.value * target == pytest.approx(short.units.value)
    assert (short.attainment.value >= 1) == (short.units.value <= 0)


@pytest.mark.parametrize(("projected", "target"), [(100, 0), (100, -5), (0, 100), (-3, 100)])
def test_a_share_of_nothing_is_not_said(projected, target):
    answer = shortfall(projected, target=target)
    assert isinstance(answer, CannotSay) and "zero or below" in answer.reason


def test_a_range_that_holds_zero_gives_no_interval():
    assert shortfall(Estimate(10, -5, 25, level=0.95), target=20).of_target.bare


@pytest.mark.parametrize("target", [math.nan, math.inf, None])
def test_a_target_to_be_announced_is_no_number(target):
    with pytest.raises(AnalysisError, match="target="):
        shortfall(10, target=target)


# Gap

def test_gap_reading_works_downwards():
    reading = gap_reading(24, current=30, target=15)
    assert reading.closes.value == pytest.approx(0.4)
    assert reading.half.value == 22.5


def test_no_gap():
    assert isinstance(gap_reading(10, current=10, target=10), CannotSay)
    assert isinstance(gap_reading(10, current=10, target=0), CannotSay)
    with pytest.raises(AnalysisError):
        gap_reading(math.nan, current=1, target=2)


# Plans

@pytest.mark.parametrize("shape", ["linear", "saturating", "ramp"])
def test_plans_run_from_0_to_1_without_turning_back(shape):
    planned = planned_progress(shape, np.arange(-2, 13), 10)
    assert planned[2] == 0 and planned[-3] == pytest.approx(1) and (planned[[0, 1]] == 0).all() and planned[-1] == pytest.approx(1)
    assert (np.diff(planned) >= 0).all()


def test_the_shape_says_where_the_gains_are():
    assert planned_progress("saturating", 5, 10) == pytest.approx((1 - math.exp(-1.5)) / (1 - math.exp(-3)))
    assert planned_progress("ramp", 5, 10) == pytest.approx((math.exp(1.5) - 1) / (math.exp(3) - 1))
    assert planned_progress("ramp", 5, 10) < 0.5 < planned_progress("saturating", 5, 10)


def test_milestones_are_joined_by_straight_lines():
    start = pd.Period("2025-01", "M")
    plan = Plan("milestones", ((start + 6, 0.4), (start + 2, 0.3)))
    assert planned_progress(plan, [0, 1, 2, 4, 6, 8, 10], 10, start=start) == pytest.approx([0, 0.15, 0.3, 0.35, 0.4, 0.7, 1])


@pytest.mark.parametrize(("plan", "start"), [
    ("steep", None),
    (Plan("milestones"), pd.Period("2025-01", "M")),
    (Plan("milestones", ((pd.Period("2025-03", "M"), 0.5),)), None),
    (Plan("milestones", ((pd.Period("2024-12", "M"), 0.5),)), pd.Period("2025-01", "M")),
    (Plan("milestones", ((pd.Period("2026-12", "M"), 0.5),)), pd.Period("2025-01", "M")),
    (Plan("milestones", ((pd.Period("2025-11", "M"), 0.5),)), pd.Period("2025-01", "M")),
])
def test_plans_that_make_no_sense(plan, start):
    with pytest.raises(AnalysisError):
        planned_progress(plan, 3, 10, start=start)


# Progress

def ship(series: pd.Series | None = None, **changes):
    settings_ = {"baseline": 30, "target": 15, "start": "2025-01", "deadline": "2025-11"} | changes
    return measure_progress(order_to_ship() if series is None else series, **settings_)


def test_progress_is_ahead_at_month_six():
    result = ship()
    assert result.status == "ahead" and "12 %" in result.reason
    assert result.at == pd.Period("2025-07", "M")
    assert result.ahead_by.value == pytest.approx(0.12)
    assert result.crossing_period == pd.Period("2025-05", "M")  # the fourth month after the start
    assert list(result.table.columns) == ["elapsed", "value", "progress", "planned", "ahead_by"]
    assert len(result.table) == 11 and result.table["value"].isna().sum() == 4
    assert result.progress.key == "progress.progress"
    json.dumps(result.to_dict(), allow_nan=False)


@pytest.mark.parametrize("months", [1, 2, 3])
def test_too_early_under_three_elapsed_periods(months):
    assert ship(order_to_ship(S3_PROGRESS[:months])).status == "too early"


def test_after_three_periods_there_is_an_answer():
    result = ship(order_to_ship(S3_PROGRESS[:4]))
    assert result.status == "behind" and result.crossing is None and result.crossing_period is None


def test_reaching_the_plan_exactly_is_crossing_it():
    result = ship(order_to_ship([0.0, 0.05, 0.1, 0.2, 0.4, 0.5]))
    assert result.crossing == pytest.approx(4) and str(result.crossing_period) == "2025-05"
    assert result.status == "on track" and result.reason.startswith("Exactly as wanted")


def test_the_last_crossing_counts():
    result = ship(order_to_ship([0.0, 0.05, 0.25, 0.25, 0.45]))
    assert result.crossing == pytest.approx(3.5)


def test_missing_months_stay_missing():
    series = order_to_ship()
    series.iloc[4] = np.nan
    result = ship(series)
    assert np.isnan(result.table["progress"].iloc[4])
    assert result.crossing == pytest.approx(3 + 2 * 0.10 / 0.18)  # bridged from month 3 (−10 points) to month 5 (+8)
    assert any("2025-05" in warning for warning in result.warnings)


def test_no_figures_yet():
    result = ship(order_to_ship() * np.nan)
    assert result.status == "too early" and result.progress is None and result.at is None


def test_figures_before_the_start_and_after_the_deadline_do_not_count():
    series = pd.Series(np.linspace(40, 5, 36), pd.period_range("2024-01", periods=36, freq="M"))
    result = ship(series)
    assert str(result.at) == "2025-11" and len(result.table) == 11


def test_the_measure_brings_its_plan_and_unit():
    measure = Measure("Order to ship", order_to_ship(), unit="days", better="lower", plan=Plan("ramp"))
    result = ship(measure)
    assert result.name == "Order to ship" and result.value.unit == "days"
    assert result.planned.value == pytest.approx(math.expm1(1.8) / math.expm1(3))
    assert not result.warnings
    assert ship(measure, plan="linear").planned.value == pytest.approx(0.6)


def test_a_target_on_the_wrong_side_is_pointed_out():
    measure = Measure("Order to ship", order_to_ship(), better="higher")
    assert "higher is better" in ship(measure).warnings[0]


def test_weeks_against_a_deadline_in_months():
    weeks = pd.Series(np.linspace(30, 20, 9), pd.period_range("2025-03-03", periods=9, freq="W-SUN"))
    result = measure_progress(weeks, baseline=30, target=15, start="2025-03", deadline="2025-07")
    assert result.start.start_time <= pd.Timestamp("2025-03-01") and result.deadline.end_time >= pd.Timestamp("2025-07-31")


def test_where_progress_has_no_meaning():
    assert isinstance(ship(target=30), CannotSay)
    for changes in ({"deadline": "2025-01"}, {"deadline": "2024-12"}, {"baseline": math.nan}, {"plan": "steep"}):
        with pytest.raises(AnalysisError):
            ship(**changes)
    with pytest.raises(AnalysisError, match="PeriodIndex"):
        ship(pd.Series([1.0, 2.0]))


@settings(deadline=None, max_examples=50)
@given(st.lists(st.floats(-0.5, 1.5), min_size=4, max_size=11), st.floats(-100, 100), st.floats(-100, 100))
def test_progress_does_not_know_direction_or_unit(progress, baseline, target):
    assume(abs(baseline - target) > 1)
    index = pd.period_range("2025-01", periods=len(progress), freq="M")
    way = np.array(progress)
    results = [measure_progress(pd.Series(b + (t - b) * way, index), baseline=b, target=t, start="2025-01", deadline="2025-11")
               for b, t in ((baseline, target), (target, baseline), (1_000 * baseline, 1_000 * target))]
    for result in results:
        assert result.progress.value == pytest.approx(progress[-1], abs=1e-9)


# Status

@pytest.mark.parametrize(("difference", "elapsed", "expected"), [
    (0.0, 3, "on track"), (0.05, 3, "on track"), (-0.05, 3, "on track"), (0.0501, 3, "ahead"), (-0.0501, 3, "behind"),
    (0.5, 2, "too early"), (0.5, 0, "too early"), (1_276 / 121_000, 8, "on track"), (0.12, 6, "ahead"),
    (Estimate(0.2, 0.1, 0.3, level=0.95), 6, "ahead"),
    (Estimate(-0.2, -0.3, -0.1, level=0.95), 6, "behind"),
    (Estimate(0.2, -0.1, 0.5, level=0.95), 6, "too early"),
    (Estimate(-0.2, -0.5, 0.0, level=0.95), 6, "too early"),
    (Estimate(0.02, -0.1, 0.2, level=0.95), 6, "on track"),
    (Estimate(0.04, 0.03, 0.05, level=0.95), 6, "on track"),
    (Estimate(0.2), 6, "ahead"),
])
def test_status(difference, elapsed, expected):
    status, reason = judge_status(difference, elapsed=elapsed)
    assert status == expected and reason.endswith(".")


def test_status_band_is_a_setting():
    assert judge_status(0.08, elapsed=5, within=0.1)[0] == "on track"
    assert judge_status(0.01, elapsed=5, within=0.0)[0] == "ahead"
    for within in (-0.1, math.nan):
        with pytest.raises(AnalysisError):
            judge_status(0.1, elapsed=5, within=within)
    with pytest.raises(AnalysisError):
        judge_status(math.nan, elapsed=5)


# Red, amber, green

def test_thresholds_belong_to_the_better_side():
    assert [rag(v, green=55, amber=48) for v in (55, 54.9, 48, 47.9)] == ["green", "amber", "amber", "red"]
    assert [rag(v, green=2, amber=5, better="lower") for v in (2, 2.1, 5, 5.1)] == ["green", "amber", "amber", "red"]


@pytest.mark.parametrize("arguments", [
    {"value": math.nan, "green": 55, "amber": 48},
    {"value": 50, "green": 48, "amber": 55},
    {"value": 50, "green": 55, "amber": 48, "better": "lower"},
    {"value": 50, "green": 55, "amber": 48, "better": "up"},
])
def test_thresholds_that_make_no_sense(arguments):
    with pytest.raises(AnalysisError):
        rag(arguments.pop("value"), **arguments)
