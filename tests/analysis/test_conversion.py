"""The slope of the outcome on an indicator: known answers, coverage, the two corrections, and what it refuses."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from tests.analysis.worlds import memory, months
from valuelab.analysis import conversion as c
from valuelab.errors import AnalysisError
from valuelab.types import CannotSay, Measure

TRUTH = 0.05


def linked(count: int = 48, lag: int = 3, seed: int = 0, noise: float = 0.03, phi: float = 0.6,
           error: float = 0.0, phi_x: float = 0.5) -> tuple[pd.Series, pd.Series]:
    rng = np.random.default_rng([seed, count])
    whole = count + lag
    mood = 6 + 0.5 * memory(phi_x, whole, rng)
    time = np.arange(whole)
    logs = 7 + 0.004 * time + 0.08 * np.cos(2 * np.pi * time / 12) + noise * memory(phi, whole, rng)
    logs[lag:] += TRUTH * mood[: whole - lag]
    index = months(count)
    seen = mood + error * rng.normal(size=whole)
    return pd.Series(np.exp(logs[lag:]), index, name="clients"), pd.Series(seen[lag:], index, name="mood")


def test_an_exact_relation_is_found_exactly():
    y, x = linked(noise=0.0)
    found = c.fit_conversion(y, x, lag_months=3)
    assert found.slope.value == pytest.approx(TRUTH, abs=1e-6)
    assert found.effect.value == pytest.approx(np.expm1(TRUTH), abs=1e-6)
    assert (found.slope.key, found.effect.key) == ("conversion.mood.slope", "conversion.mood.effect")
    assert found.effect.unit == "fraction" and found.effect.convention == "of the outcome per point, compound"
    assert found.n == 45 and found.range_seen == (x.iloc[:-3].min(), x.iloc[:-3].max())


def test_gaps_are_left_out_and_told():
    y, x = linked(48)
    whole = c.fit_conversion(y, x, lag_months=3)
    y.iloc[20], x.iloc[30] = np.nan, np.nan
    found = c.fit_conversion(y, x, lag_months=3)
    assert found.n == whole.n - 2 and any("2 months lie" in w and "not filled" in w for w in found.warnings)
    assert y.index[20] not in set(found.points["period"]) and y.index[33] not in set(found.points["period"])
    assert found.slope.value == pytest.approx(whole.slope.value, abs=0.01)


def test_intervals_cover_the_truth():
    inside, naive = [], []
    for k in range(150):
        y, x = linked([24, 36, 48][k % 3], seed=k, phi=[0.3, 0.6, 0.9][k // 3 % 3])
        found = c.fit_conversion(y, x, lag_months=3)
        inside.append(found.slope.low <= TRUTH <= found.slope.high)
        fit = stats.linregress(x.to_numpy()[:-3], np.log(y.to_numpy()[3:]))
        naive.append(abs(fit.slope - TRUTH) <= 1.96 * fit.stderr)
    assert np.mean(inside) >= 0.90
    assert np.mean(naive) < 0.90  # a straight line through the raw points fails the same check


def test_a_higher_level_is_wider_and_the_effect_is_the_slope_read_as_a_fraction():
    y, x = linked(36)
    narrow, wide = (c.fit_conversion(y, x, lag_months=3, level=level) for level in (0.8, 0.95))
    assert wide.slope.low < narrow.slope.low < narrow.slope.high < wide.slope.high
    assert [wide.effect.low, wide.effect.high] == pytest.approx(np.expm1([wide.slope.low, wide.slope.high]))


def test_draws_have_the_mean_and_the_interval_that_are_shown():
    found = c.fit_conversion(*linked(30), lag_months=2)
    draws = found.draws(40_000, seed=1)
    assert draws.shape == (40_000,)
    assert np.mean(draws) == pytest.approx(found.slope.value, abs=0.001)
    assert np.quantile(draws, [0.025, 0.975]) == pytest.approx([found.slope.low, found.slope.high], abs=0.002)
    assert (found.draws(5, seed=2) == found.draws(5, seed=2)).all()
    with pytest.raises(AnalysisError, match="size=0"):
        found.draws(0)


def test_points_of_the_picture_lie_around_the_slope():
    y, x = linked(60, noise=0.01)
    found = c.fit_conversion(y, x, lag_months=3)
    points = found.points
    assert list(points.columns) == ["period", "indicator", "outcome"] and len(points) == found.n
    assert abs(points["indicator"].mean()) < 1e-9 and points["period"].iloc[0] == y.index[3]
    line = np.polyfit(points["indicator"], np.log1p(points["outcome"]), 1)
    assert line[0] == pytest.approx(found.slope.value, abs=0.015)
    assert np.corrcoef(np.arange(len(points)), points["outcome"])[0, 1] == pytest.approx(0, abs=0.3)


@pytest.mark.parametrize(("count", "words"), [(24, "12 % too high"), (36, "4 % too high"), (60, "1 % too high")])
def test_a_lag_that_was_searched_for_is_corrected_and_told(count, words):
    y, x = linked(count)
    fixed, found = (c.fit_conversion(y, x, lag_months=3, lag_selected=selected) for selected in (False, True))
    assert any(words in text for text in found.corrections) and not fixed.corrections
    assert fixed.uncorrected is None and found.uncorrected.value == pytest.approx(fixed.effect.value)
    assert found.uncorrected.key == "conversion.mood.uncorrected"
    assert 0 < found.effect.value < fixed.effect.value
    assert found.effect.high - found.effect.low >= fixed.effect.high - fixed.effect.low
    assert not fixed.warnings


def test_a_slope_that_stands_out_far_needs_no_correction():
    y, x = linked(48, noise=0.002)
    fixed, found = (c.fit_conversion(y, x, lag_months=3, lag_selected=selected) for selected in (False, True))
    assert found.slope.value == pytest.approx(fixed.slope.value, rel=1e-3)


def test_what_is_called_reads_high_and_is_corrected():
    """Among slopes that the threshold let through, the corrected ones are nearer to the truth and their intervals cover."""
    raw, corrected, inside = [], [], []
    for k in range(120):
        y, x = linked(24, seed=k, noise=0.04)
        plain = c.fit_conversion(y, x, lag_months=3)
        if abs(plain.slope.value) < 4 * (plain.slope.high - plain.slope.low) / 4.4:
            continue
        found = c.fit_conversion(y, x, lag_months=3, lag_selected=True)
        raw.append(plain.slope.value)
        corrected.append(found.slope.value)
        inside.append(found.slope.low <= TRUTH <= found.slope.high)
    assert len(raw) > 10 and np.mean(raw) > 1.1 * TRUTH
    assert abs(np.mean(corrected) - TRUTH) < np.mean(raw) - TRUTH
    assert np.mean(inside) >= 0.8


def survey(seed: int, months_: int = 48, spread: float = 2.0, answers: int = 60) -> tuple[pd.Series, pd.Series]:
    return linked(months_, seed=seed, error=spread / np.sqrt(answers), phi_x=0.6)


def test_sampling_error_given_is_corrected():
    raw, corrected, inside = [], [], []
    for k in range(60):
        y, x = survey(k)
        found = c.fit_conversion(y, x, lag_months=3, standard_error=2 / np.sqrt(60))
        raw.append(c.fit_conversion(y, x, lag_months=3).slope.value)
        corrected.append(found.slope.value)
        inside.append(found.slope.low <= TRUTH <= found.slope.high)
    assert any("as given" in text for text in found.corrections)
    assert np.mean(raw) < 0.8 * TRUTH and 0.85 * TRUTH < np.mean(corrected) < 1.2 * TRUTH
    assert np.mean(inside) >= 0.85


def test_sampling_error_that_drowns_the_indicator_is_told_not_corrected():
    y, x = linked(48, error=0.3)
    plain, drowned = c.fit_conversion(y, x, lag_months=3), c.fit_conversion(y, x, lag_months=3, standard_error=0.6)
    assert drowned.slope == plain.slope and any("too much to be corrected" in w for w in drowned.warnings) and not drowned.corrections


def test_number_of_answers_corrects_by_an_assumed_spread_and_the_interval_carries_it():
    y, x = survey(4)
    answered = Measure("mood", x, answers=pd.Series(60.0, x.index), scale=(0, 10))
    plain, given, assumed = (c.fit_conversion(y, m, lag_months=3, standard_error=e) for m, e in ((x, None), (x, 2 / np.sqrt(60)), (answered, None)))
    assert plain.slope.value < given.slope.value and plain.slope.value < assumed.slope.value
    assert assumed.uncorrected.value == pytest.approx(plain.effect.value)
    assert any("if answers spread by a fifth of the scale" in text for text in assumed.corrections)
    assert assumed.slope.high - assumed.slope.low > given.slope.high - given.slope.low


def test_a_share_of_answers_knows_its_own_sampling_error():
    y, x = linked(48)
    share = ((x - 6) / 10 + 0.5).rename("happy")
    found = c.fit_conversion(y, Measure("happy", share * 100, answers=pd.Series(900.0, x.index), unit="percentage points"), lag_months=3)
    assert any("(by its number of answers)" in text for text in found.corrections)


def test_units_of_outcome_and_indicator():
    y, x = linked(36)
    plain = c.fit_conversion(y, x, lag_months=3)
    scaled = c.fit_conversion(1000 * y, 100 * x + 7, lag_months=3)
    assert 100 * scaled.slope.value == pytest.approx(plain.slope.value) and 100 * scaled.slope.high == pytest.approx(plain.slope.high)


def test_calendar_and_unknown_edges_do_not_matter():
    y, x = linked(36)
    plain = c.fit_conversion(y, x, lag_months=3)
    later = c.fit_conversion(y.set_axis(y.index + 17), x.set_axis(x.index + 17), lag_months=3)
    assert later.slope.value == pytest.approx(plain.slope.value) and later.slope.low == pytest.approx(plain.slope.low)
    history = pd.concat([pd.Series([100.0] * 3, pd.period_range("2015-01", periods=3, freq="M")), y])
    assert c.fit_conversion(history.rename("clients"), x, lag_months=3).slope.value == pytest.approx(plain.slope.value)


def test_too_few_pairs_say_from_when():
    y, x = linked(22)
    said = c.fit_conversion(y, x, lag_months=3)
    assert isinstance(said, CannotSay) and "19 pairs" in said.reason and "2022-12" in said.fix
    assert not isinstance(c.fit_conversion(*linked(24), lag_months=3), CannotSay)


@pytest.mark.parametrize("make", [
    lambda i: pd.Series(5.0, i), lambda i: pd.Series(np.arange(len(i), dtype=float), i), lambda i: pd.Series(np.nan, i),
    lambda i: pd.Series(np.cos(2 * np.pi * np.arange(len(i)) / 12), i),
    lambda i: pd.Series([1.0, 2.0], pd.period_range("2021Q1", periods=2, freq="Q")), lambda i: pd.Series(np.where(np.arange(len(i)) == 9, 7.0, 5.0), i),
    lambda i: pd.Series(np.resize([3.0, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8], len(i)), i),
])
def test_an_indicator_that_teaches_nothing_is_a_sentence(make):
    y, _ = linked(36)
    said = c.fit_conversion(y, make(y.index), lag_months=0)
    assert isinstance(said, CannotSay) and said.reason


def test_no_common_month():
    y, x = linked(36)
    assert isinstance(c.fit_conversion(y, x.set_axis(x.index + 500), lag_months=0), CannotSay)


def test_one_unit_that_was_never_seen():
    y, x = linked(36)
    assert any("beyond what was seen" in w for w in c.fit_conversion(y, x / 100, lag_months=3).warnings)
    said = c.fit_conversion(y, x / 1e6, lag_months=3)
    assert isinstance(said, CannotSay) and "smaller units" in said.fix


@pytest.mark.parametrize(("options", "message"), [
    ({"lag_months": -1}, "lag_months=-1"), ({"lag_months": 2.5}, "whole months"), ({"lag_months": 3, "level": 1.5}, "level=1.5"),
    ({"lag_months": 3, "standard_error": -0.1}, "standard_error=-0.1"),
])
def test_wrong_arguments_are_named(options, message):
    with pytest.raises(AnalysisError, match=message):
        c.fit_conversion(*linked(36), **options)


def test_the_dictionary_is_plain_and_without_the_belief():
    found = c.fit_conversion(*linked(36), lag_months=3).to_dict()
    json.dumps(found, allow_nan=False)
    assert "belief" not in found and found["points"][0]["period"] == "2021-04"


def test_the_outcome_itself_is_no_indicator():
    y, x = linked(36)
    for copy in (y, 2 * y + 5, y**2):
        said = c.fit_conversion(y, copy.rename("copy"), lag_months=0)
        assert isinstance(said, CannotSay) and "in other units" in said.reason


def test_an_outcome_that_never_moves():
    y, x = linked(36)
    said = c.fit_conversion(y * 0 + 1800, x, lag_months=3)
    assert isinstance(said, CannotSay) and "clients stays at 1,800" in said.reason


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 9), st.floats(-3, 3), st.integers(-200, 200), st.floats(-50, 50), st.floats(-3, 3))
def test_units_calendar_and_an_added_constant_change_nothing(seed, size, later, constant, outcome_size):
    y, x = linked(36, seed=seed)
    plain = c.fit_conversion(y, x, lag_months=3).slope
    moved = c.fit_conversion((10**outcome_size * y).set_axis(y.index + later), (10**size * x + constant).set_axis(x.index + later), lag_months=3)
    if isinstance(moved, CannotSay):
        assert "smaller units" in moved.fix and size < -2
        return
    assert [10**size * e for e in (moved.slope.value, moved.slope.low, moved.slope.high)] == pytest.approx([plain.value, plain.low, plain.high], rel=1e-3, abs=1e-5)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 40), st.sampled_from([1e-12, 1.0, 1e12]), st.sampled_from([1e-12, 1.0, 1e12]), st.floats(0, 1), st.integers(0, 1000),
       st.sampled_from(["plain", "rounded", "stuck", "zeros", "negative"]), st.booleans())
def test_whatever_comes_there_is_a_verdict_and_never_nan(count, outcome_unit, indicator_unit, known, seed, kind, selected):
    rng = np.random.default_rng(seed)
    index = months(count)
    y, x = 5 + rng.normal(size=count), 5 + rng.normal(size=count)
    y = {"plain": np.exp(y / 5), "rounded": np.round(np.abs(y)) + 1, "stuck": np.where(rng.random(count) < 0.9, 3.0, np.abs(y) + 1),
         "zeros": np.maximum(np.round(y - 4), 0), "negative": y - 5}[kind]
    hole = rng.random(count) > 0.3 + known
    said = c.fit_conversion(pd.Series(np.where(hole, np.nan, y * outcome_unit), index, name="y"), pd.Series(x * indicator_unit, index, name="x"),
                            lag_months=2, lag_selected=selected)
    json.dumps(said.to_dict(), allow_nan=False)
    if isinstance(said, CannotSay):
        assert said.reason
    else:
        assert said.slope.low <= said.slope.value <= said.slope.high and "NaN" not in str(said.to_dict()) and np.isfinite(said.points["outcome"]).all()


def test_infinite_values_are_an_error_that_names_the_month():
    y, x = linked(36)
    x.iloc[4] = np.inf
    with pytest.raises(AnalysisError, match="2021-05"):
        c.fit_conversion(y, x, lag_months=3)


def scored(count: int = 48, seed: int = 0, per_point: float = 4.0, noise: float = 3.0, level: float = 20.0) -> tuple[pd.Series, pd.Series]:
    """A score around ``level`` that may be negative: ``per_point`` more for each point of the indicator three months before."""
    rng = np.random.default_rng([seed, count, 2])
    mood, time = 6 + 0.8 * memory(0.5, count + 3, rng), np.arange(count)
    nps = level + per_point * (mood[:count] - 6) + 3 * np.cos(2 * np.pi * time / 12) + noise * memory(0.5, count, rng)
    return pd.Series(nps, months(count), name="NPS"), pd.Series(mood[3:], months(count), name="mood")


def test_a_score_is_read_in_its_own_points():
    y, x = scored(level=20)
    found = c.fit_conversion(Measure("NPS", y, unit="points", scale=(-100, 100)), x, lag_months=3)
    assert found.model == "linear" and "score" in found.model_reason
    assert found.added.low < 4.0 < found.added.high and found.shown is found.added
    assert (found.added.unit, found.added.key) == ("points", "conversion.mood.added")
    assert found.effect.value == pytest.approx(found.added.value / y.iloc[3:].mean()) and "additive" in found.effect.convention
    assert found.points["outcome"].abs().max() > 1  # points, not fractions


@pytest.mark.parametrize("level", [0.0, -40.0])
def test_an_outcome_around_nought_has_no_effect_in_percent(level):
    y, x = scored(level=level)
    found = c.fit_conversion(y, x, lag_months=3)
    assert found.model == "linear" and "no meaning" in found.model_reason
    assert found.effect is None and found.added.low < 4.0 < found.added.high
    json.dumps(found.to_dict(), allow_nan=False)


def test_a_share_is_read_in_percentage_points():
    y, x = scored(level=60)
    found = c.fit_conversion(Measure("Happy", y / 100, unit="fraction"), x, lag_months=3)
    whole = c.fit_conversion(Measure("Happy", y, unit="%"), x, lag_months=3)
    assert found.model == "linear" and found.added.unit == whole.added.unit == "percentage points"
    assert found.added.value == pytest.approx(whole.added.value) and found.effect.value == pytest.approx(whole.effect.value)
    near = c.fit_conversion(Measure("Happy", (y / 100 + 0.36).clip(upper=1), unit="fraction"), x, lag_months=3)
    assert any("end of its scale" in w for w in near.warnings) and not found.warnings


def test_counts_with_a_few_noughts_are_read_in_counts_and_covered():
    inside = []
    for k in range(80):
        rng = np.random.default_rng([k, 8])
        mood = 6 + 0.8 * memory(0.5, 51, rng)
        sold = rng.poisson(np.maximum(3 + 1.0 * (mood[:48] - 6), 0.2)).astype(float)
        found = c.fit_conversion(pd.Series(sold, months(48), name="deals"), pd.Series(mood[3:], months(48), name="mood"), lag_months=3)
        if sold[3:].min() > 0:
            continue
        assert found.model == "linear"
        inside.append(found.added.low <= 1.0 <= found.added.high)
    assert len(inside) > 50 and np.mean(inside) >= 0.87
