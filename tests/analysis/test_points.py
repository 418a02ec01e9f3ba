"""Points needed for a target: the published figures, both readings, and what cannot be said."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from valuelab.analysis.conversion import points_needed
from valuelab.errors import AnalysisError
from valuelab.types import CannotSay, Estimate

AGREED = dict(current=21_400, effect_per_point=0.05, level_now=6, scale=(0, 10))


def test_f6_ninety_percent_of_target():
    needed = points_needed(23_400, **AGREED)
    assert needed.additive.points.value == pytest.approx(1.87, abs=0.005)
    assert needed.compound.points.value == pytest.approx(1.83, abs=0.005)
    assert needed.reachable == "yes" and needed.additive.reachable and needed.compound.reachable


def test_f6_the_whole_target_is_off_the_scale_in_one_reading():
    needed = points_needed(26_000, **AGREED)
    assert [round(r.points.value, 2) for r in (needed.additive, needed.compound)] == [4.30, 3.99]
    assert [round(r.level.value, 2) for r in (needed.additive, needed.compound)] == [10.30, 9.99]
    assert needed.reachable == "depends on the reading"
    assert not needed.additive.reachable and needed.compound.reachable
    assert "10.3" in needed.reason and "off the scale" in needed.reason and "everybody" in needed.reason and "not a promise" in needed.reason


def test_past_the_scale_in_both_readings():
    needed = points_needed(40_000, **AGREED)
    assert needed.reachable == "no" and "past the end" in needed.reason


def test_a_target_already_reached_needs_nothing():
    needed = points_needed(21_400, **AGREED)
    assert needed.additive.points.value == needed.compound.points.value == 0
    assert needed.reachable == "yes" and "already reached" in needed.reason
    assert points_needed(20_000, current=21_400, effect_per_point=-0.01, level_now=6).reachable == "yes"


@pytest.mark.parametrize("effect", [0.0, -0.05, Estimate(-0.02, -0.05, 0.01, level=0.95)])
def test_an_effect_that_leads_away_cannot_say(effect):
    said = points_needed(26_000, **AGREED | {"effect_per_point": effect})
    assert isinstance(said, CannotSay) and "21.5 %" in said.reason


def test_an_interval_of_the_effect_becomes_one_of_the_points():
    effect = Estimate(0.05, 0.02, 0.08, level=0.8, unit="fraction", kind="agreed", source="review")
    needed = points_needed(23_400, **AGREED | {"effect_per_point": effect}, key="points.Engagement")
    points = needed.additive.points
    gap = 23_400 / 21_400 - 1
    assert (points.low, points.high) == (pytest.approx(gap / 0.08), pytest.approx(gap / 0.02))
    assert points.level == 0.8 and points.source == "review" and points.key == "points.Engagement.additive.points"
    assert needed.compound.level.key == "points.Engagement.compound.level"
    assert needed.additive.level.high == pytest.approx(6 + points.high)


def test_an_effect_that_may_be_nothing_has_no_upper_end():
    needed = points_needed(23_400, **AGREED | {"effect_per_point": Estimate(0.03, -0.01, 0.07, level=0.95)})
    assert needed.additive.points.bare and needed.compound.level.bare and needed.additive.points.level is None
    assert any("no upper limit" in w for w in needed.warnings)


def test_levels_never_seen_are_warned_of():
    assert any("never seen" in w for w in points_needed(23_400, **AGREED, range_seen=(5, 7)).warnings)
    assert not points_needed(23_400, **AGREED, range_seen=(5, 8)).warnings
    assert not points_needed(21_000, **AGREED, range_seen=(4, 5)).warnings


def test_without_a_scale_its_end_is_not_checked_and_that_is_said():
    needed = points_needed(90_000, **AGREED | {"scale": None})
    assert needed.reachable == "yes" and "no stated scale" in needed.reason


@pytest.mark.parametrize("change", [{"level_now": 11.0}, {"current": 0.0}, {"current": -5.0}])
def test_figures_that_make_no_sense_together_are_a_sentence(change):
    assert isinstance(points_needed(26_000, **AGREED | change), CannotSay)


@pytest.mark.parametrize(("change", "message"), [
    ({"current": math.nan}, "current=nan"), ({"effect_per_point": math.inf}, "effect_per_point=inf"), ({"effect_per_point": -1.0}, "above -1"),
    ({"scale": (10, 0)}, "scale="), ({"range_seen": (math.nan, 3)}, "range_seen="),
])
def test_wrong_arguments_are_named(change, message):
    with pytest.raises(AnalysisError, match=message):
        points_needed(26_000, **AGREED | change)


@given(st.floats(1.001, 5), st.floats(0.001, 0.9))
def test_readings_lead_back_to_the_target(ratio, effect):
    needed = points_needed(1000 * ratio, current=1000, effect_per_point=effect, level_now=0)
    assert 1 + effect * needed.additive.points.value == pytest.approx(ratio)
    assert (1 + effect) ** needed.compound.points.value == pytest.approx(ratio)
    # within the first point compounding is slower, from there on faster
    more_than_one = needed.additive.points.value > 1
    assert (needed.compound.points.value <= needed.additive.points.value + 1e-9) == more_than_one or needed.additive.points.value == pytest.approx(1)
