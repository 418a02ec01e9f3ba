"""The slope of the outcome on an indicator: known answers, statsmodels as oracle, coverage, and what it refuses."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from statsmodels.regression.linear_model import GLS

from tests.analysis.worlds import memory, months
from valuelab.analysis import conversion as c
from valuelab.analysis.autoregression import RHO, regress
from valuelab.analysis.whitening import trend_and_season
from valuelab.errors import AnalysisError
from valuelab.types import CannotSay, Measure

TRUTH = 0.05


def linked(count: int = 48, lag: int = 3, seed: int = 0, noise: float = 0.03, phi: float = 0.6,
           error: float = 0.0) -> tuple[pd.Series, pd.Series]:
    rng = np.random.default_rng([seed, count])
    whole = count + lag
    mood = 6 + 0.5 * memory(0.5, whole, rng)
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


def test_every_fit_of_the_average_is_the_gls_of_statsmodels():
    y, x = linked(40)
    design = np.column_stack([trend_and_season(40, 2), x])
    fit = regress(np.log(y.to_numpy()), design, np.arange(40))
    for k in (2, 10, 18):
        sigma = RHO[k] ** np.abs(np.subtract.outer(np.arange(40), np.arange(40)))
        oracle = GLS(np.log(y.to_numpy()), design, sigma=sigma).fit()
        assert fit.coefficients[k, -1] == pytest.approx(oracle.params[-1])
        assert np.sqrt(fit.covariances[k, -1, -1]) == pytest.approx(oracle.bse[-1])


def test_missing_months_keep_their_distance_in_time():
    y, x = linked(40)
    kept = np.delete(np.arange(40), [7, 8, 20])
    design = np.column_stack([trend_and_season(40, 2), x])[kept]
    fit = regress(np.log(y.to_numpy())[kept], design, kept)
    sigma = RHO[14] ** np.abs(np.subtract.outer(kept, kept))
    assert fit.coefficients[14, -1] == pytest.approx(GLS(np.log(y.to_numpy())[kept], design, sigma=sigma).fit().params[-1])


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


@pytest.mark.parametrize(("count", "words"), [(24, "about 15 %"), (36, "about 9 %"), (60, "about 3 %")])
def test_a_lag_that_was_searched_for_is_told_with_its_inflation(count, words):
    y, x = linked(count)
    assert any(words in w for w in c.fit_conversion(y, x, lag_months=3, lag_selected=True).warnings)
    assert not c.fit_conversion(y, x, lag_months=3).warnings


def test_sampling_error_given_is_corrected():
    raw, corrected = [], []
    for k in range(60):
        y, x = linked(48, seed=k, error=0.3)
        raw.append(c.fit_conversion(y, x, lag_months=3).slope.value)
        found = c.fit_conversion(y, x, lag_months=3, standard_error=0.3)
        corrected.append(found.slope.value)
    assert any("corrected for it" in w for w in found.warnings)
    assert np.mean(raw) < 0.041 < 0.043 < np.mean(corrected) < 0.06


def test_sampling_error_that_drowns_the_indicator_is_told_not_corrected():
    y, x = linked(48, error=0.3)
    plain, drowned = c.fit_conversion(y, x, lag_months=3), c.fit_conversion(y, x, lag_months=3, standard_error=0.6)
    assert drowned.slope == plain.slope and any("too much to be corrected" in w for w in drowned.warnings)


def test_number_of_answers_is_told_not_corrected():
    y, x = linked(48)
    survey = Measure("mood", x, answers=pd.Series(100.0, x.index), scale=(0, 10))
    found = c.fit_conversion(y, survey, lag_months=3)
    assert found.slope == c.fit_conversion(y, x, lag_months=3).slope
    assert any("number of answers" in w and "not corrected" in w for w in found.warnings)


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


@pytest.mark.parametrize("value", [0.0, -3.0])
def test_an_outcome_that_reaches_nought_cannot_be_read_in_percent(value):
    y, x = linked(36)
    y.iloc[10] = value
    said = c.fit_conversion(y, x, lag_months=3)
    assert isinstance(said, CannotSay) and "2021-11" in said.reason and "above 0" in said.reason


@pytest.mark.parametrize("make", [
    lambda i: pd.Series(5.0, i), lambda i: pd.Series(np.arange(len(i), dtype=float), i), lambda i: pd.Series(np.nan, i),
    lambda i: pd.Series(np.cos(2 * np.pi * np.arange(len(i)) / 12), i),
    lambda i: pd.Series([1.0, 2.0], pd.period_range("2021Q1", periods=2, freq="Q")),
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


def test_the_dictionary_is_plain_and_without_the_mixture():
    found = c.fit_conversion(*linked(36), lag_months=3).to_dict()
    json.dumps(found, allow_nan=False)
    assert "mixture" not in found and found["points"][0]["period"] == "2021-04"
