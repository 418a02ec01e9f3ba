"""Projections: intervals hold what they promise, known periods stay as they are, unknown ones are never zero."""

from __future__ import annotations

import json
import time

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st

from valuelab.analysis.projection import Projection, project
from valuelab.errors import AnalysisError
from valuelab.types import CannotSay, Measure


def simulated(seed: int, n: int, *, rho: float = 0.6, trend: float = 0.06, season: float = 0.1, noise: float = 0.04,
              year: int = 12) -> np.ndarray:
    """Trend, season and AR(1) noise on the log scale."""
    generator = np.random.default_rng(seed)
    shocks = generator.normal(0, noise, n + 60)
    errors = np.zeros(n + 60)
    for t in range(1, n + 60):
        errors[t] = rho * errors[t - 1] + shocks[t]
    t = np.arange(n)
    return 1000 * np.exp(errors[60:] + trend * t / year + season * np.cos(2 * np.pi * t / year))


def monthly(values, start="2020-01", freq="M", name=None) -> pd.Series:
    return pd.Series(np.asarray(values, float), pd.period_range(start, periods=len(values), freq=freq), name=name)


@pytest.fixture(scope="module")
def three_years() -> pd.Series:
    return monthly(simulated(3, 36), "2022-04", name="clients")


@pytest.fixture(scope="module")
def projection(three_years) -> Projection:
    return project(three_years, through="2026-03")


def test_path_begins_after_the_last_known_month(projection):
    assert [str(p) for p in projection.path.index[[0, -1]]] == ["2025-04", "2026-03"]
    assert projection.paths.shape == (4000, 12)
    path = projection.path
    assert list(path.columns) == ["value", "low_80", "high_80", "low_95", "high_95"]
    ordered = path[["low_95", "low_80", "value", "high_80", "high_95"]].to_numpy()
    assert (np.diff(ordered, axis=1) > 0).all()


def test_known_periods_are_kept_as_they_are(projection, three_years):
    known = projection.total("2024-04..2025-03")
    assert (known.kind, known.bare, known.key) == ("actual", True, "")
    assert known.value == pytest.approx(three_years["2024-04":"2025-03"].sum())
    mixed = projection.total("2025-03..2025-04")
    assert mixed.kind == "estimated"
    only = projection.total("2025-04")
    assert mixed.high - mixed.low == pytest.approx(only.high - only.low)
    assert mixed.value - only.value == pytest.approx(three_years.iloc[-1])


def test_levels_nest_and_totals_name_their_level(projection):
    wide, narrow = projection.total("2025-04..2026-03"), projection.total("2025-04..2026-03", level=0.8)
    assert wide.low < narrow.low < narrow.value < narrow.high < wide.high
    assert (wide.level, narrow.level) == (0.95, 0.8)
    assert wide.value == narrow.value


def test_chances_are_never_certain_until_everything_is_known(projection, three_years):
    year = "2025-04..2026-03"
    assert 0 < projection.probability(year, at_least=1e9) < 0.001
    assert 0.999 < projection.probability(year, at_least=0) < 1
    middle = projection.total(year).value
    assert projection.probability(year, at_least=middle) == pytest.approx(0.5, abs=0.01)
    assert projection.probability(year, at_least=middle) + projection.probability(year, at_most=middle) == pytest.approx(1, abs=0.01)
    known = three_years["2024-04":"2025-03"].sum()
    assert projection.probability("2024-04..2025-03", at_least=known - 1) == 1
    assert projection.probability("2024-04..2025-03", at_most=known - 1) == 0
    for wrong in ({}, {"at_least": 1, "at_most": 2}):
        with pytest.raises(AnalysisError, match="exactly one"):
            projection.probability(year, **wrong)


def test_draws_of_two_spans_belong_to_the_same_futures(projection):
    halves = projection.draws("2025-04..2025-09") + projection.draws("2025-10..2026-03")
    np.testing.assert_allclose(halves, projection.draws("2025-04..2026-03"))
    assert projection.draws("2025-04", size=7).shape == (7,)
    for size in (0, 4001):
        with pytest.raises(AnalysisError, match="size"):
            projection.draws("2025-04", size=size)


def test_same_seed_same_numbers(three_years, projection):
    again = project(three_years, through="2026-03")
    np.testing.assert_array_equal(again.paths, projection.paths)
    other = project(three_years, through="2026-03", seed=1).total("2025-04..2026-03")
    first = projection.total("2025-04..2026-03")
    assert other.value != first.value
    assert other.value == pytest.approx(first.value, rel=0.02)
    assert other.high - other.low == pytest.approx(first.high - first.low, rel=0.2)


def test_results_are_written_without_the_draws(projection):
    plain = projection.to_dict()
    assert "paths" not in plain and "gap_paths" not in plain
    assert len(json.dumps(plain)) < 10_000
    assert "paths" not in repr(projection) and len(repr(projection)) < 300


def test_a_known_end_gives_an_empty_path(three_years):
    result = project(three_years, through="2024-12")
    assert len(result.path) == 0
    assert result.paths.shape == (4000, 0)
    assert result.total("2024-04..2025-03").kind == "actual"
    with pytest.raises(AnalysisError, match="project through 2025-04"):
        result.total("2025-03..2025-04")


def test_spans_outside_are_refused(projection):
    with pytest.raises(AnalysisError, match="begin in 2022-04"):
        projection.total("2022-03..2022-05")
    with pytest.raises(AnalysisError, match="project through 2026-04"):
        projection.total("2026-04")


@pytest.mark.parametrize(("wrong", "told"), [({"through": "soon"}, "through"), ({"through": "2126-03"}, "10 years"),
                                             ({"level": 95}, "level"), ({"draws": 10}, "draws=10"), ({"total_by": "max"}, "total_by")])
def test_wrong_arguments(three_years, wrong, told):
    with pytest.raises(AnalysisError, match=told):
        project(three_years, **{"through": "2026-03", **wrong})


def test_too_few_months_are_refused_with_the_month_from_which_it_works(three_years):
    result = project(three_years.iloc[:12], through="2024-03")
    assert isinstance(result, CannotSay)
    assert "12 known months" in result.reason and "2023-04" in result.fix
    assert isinstance(project(three_years * np.nan, through="2024-03"), CannotSay)
    enough = project(three_years.iloc[:13], through="2024-03")
    assert isinstance(enough, Projection)
    assert any("season" in w for w in enough.warnings)
    assert not any("season" in w for w in project(three_years.iloc[:24], through="2024-12").warnings)


def test_missing_months_are_drawn_and_reported(three_years):
    holes = three_years.copy()
    holes.iloc[[28, 29]] = np.nan
    result = project(holes, through="2025-06")
    assert [str(p) for p in result.gaps] == ["2024-08", "2024-09"]
    assert result.months_used == 34
    year = result.total("2024-04..2025-03")
    assert year.kind == "estimated"
    truth = three_years["2024-04":"2025-03"].sum()
    assert year.low < truth < year.high
    assert year.high - year.low < 0.5 * truth
    assert any("2024-08" in w for w in result.warnings)
    assert result.total("2023-04..2024-03").kind == "actual"


def test_a_gross_outlier_is_set_aside_but_still_counted(three_years):
    typo = three_years.copy()
    typo.iloc[14] *= 10
    result = project(typo, through="2026-03")
    assert [str(p) for p in result.set_aside] == ["2023-06"]
    assert any("2023-06" in w and "set aside" in w for w in result.warnings)
    clean = project(three_years, through="2026-03").total("2025-04..2026-03")
    assert result.total("2025-04..2026-03").value == pytest.approx(clean.value, rel=0.05)
    assert result.total("2023-06").value == pytest.approx(typo.iloc[14])
    assert project(three_years, through="2026-03").set_aside == ()


def test_units_do_not_matter(three_years, projection):
    cents = project(three_years * 100, through="2026-03")
    np.testing.assert_allclose(cents.path, projection.path * 100, rtol=1e-9)


def test_levels_are_not_summed(three_years):
    measure = Measure("staff", three_years, total_by="last", unit="people")
    result = project(measure, through="2026-03")
    assert (result.name, result.unit) == ("staff", "people")
    assert result.total("2025-04..2026-03").value == pytest.approx(result.path["value"].iloc[-1])
    assert result.total("2025-03..2025-03").value == pytest.approx(three_years.iloc[-1])
    mean = project(measure, through="2026-03", total_by="mean").total("2025-04..2026-03")
    assert mean.value == pytest.approx(result.path["value"].mean(), rel=0.02)


def test_a_scale_is_never_left():
    scores = monthly(9.6 + 0.2 * np.random.default_rng(0).normal(size=30))
    result = project(Measure("score", scores, scale=(0, 10)), through="2023-12")
    assert result.paths.max() <= 10


def test_counts_with_zeros_stay_at_or_above_zero_and_negative_values_are_possible():
    generator = np.random.default_rng(1)
    counts = project(monthly(generator.poisson(1.5, 40)), through="2024-04")
    assert counts.paths.min() == 0
    flows = project(monthly(generator.normal(0, 10, 40)), through="2024-04")
    assert flows.paths.min() < 0 < flows.paths.max()


@pytest.mark.parametrize("value", [0.0, 5.0, -3.0, 1e-9, 1e12])
def test_a_constant_series_says_nothing_of_its_own_noise(value):
    result = project(monthly([value] * 30), through="2023-06")
    assert isinstance(result, CannotSay)
    assert "same value" in result.reason


@pytest.mark.parametrize(("freq", "n", "year"), [("Q-DEC", 14, 4), ("W-SUN", 60, 52), ("W-MON", 14, 52)])
def test_quarters_and_weeks(freq, n, year):
    values = simulated(5, n + year, rho=0.3, year=year, noise=0.03)
    series = monthly(values[:n], "2021-01-04", freq)
    result = project(series, through=series.index[-1] + year, draws=1000)
    total = result.total((series.index[-1] + 1, series.index[-1] + year))
    assert total.low < values[n:].sum() < total.high
    assert total.high - total.low < 2 * total.value


def test_the_season_is_carried_on():
    values = 1000 + 300 * (np.arange(36) % 12 == 11) + np.random.default_rng(0).normal(0, 10, 36)
    path = project(monthly(values), through="2023-12").path["value"]
    assert path.iloc[11] - path.iloc[:11].mean() > 200


def test_controls_narrow_the_interval():
    shared = np.cumsum(np.random.default_rng(2).normal(0, 0.03, 48))
    own = np.random.default_rng(3).normal(0, 0.01, (2, 48))
    series, control = monthly(np.exp(7 + shared + own[0])), monthly(np.exp(3 + shared + own[1]), name="region")
    alone = project(series.iloc[:40], through="2023-12", draws=1000)
    helped = project(series.iloc[:40], through="2023-12", draws=1000, controls=control.to_frame())
    width = [(t.high - t.low) / t.value for t in (alone.total("2023-05..2023-12"), helped.total("2023-05..2023-12"))]
    assert width[1] < 0.6 * width[0]
    total = helped.total("2023-05..2023-12")
    assert total.low < series["2023-05":].sum() < total.high
    with pytest.raises(AnalysisError, match="every period from 2020-01 to 2023-12"):
        project(series.iloc[:40], through="2023-12", controls=control.iloc[:45].to_frame())


@settings(max_examples=25, deadline=None)
@given(st.lists(st.floats(-1e6, 1e6), min_size=13, max_size=40), st.integers(1, 18))
def test_whatever_the_values_results_are_finite_and_ordered(values, ahead):
    series = monthly(values)
    result = project(series, through=series.index[-1] + ahead, draws=400)
    if isinstance(result, CannotSay):
        assert min(values) == max(values)
        return
    path = result.path.to_numpy()
    assert np.isfinite(result.paths).all()
    assert (path[:, 3] <= path[:, 1]).all() and (path[:, 1] <= path[:, 2]).all() and (path[:, 2] <= path[:, 4]).all()
    total = result.total((series.index[-1] + 1, series.index[-1] + ahead))
    assert total.low <= total.value <= total.high


def covered(windows, ahead: int = 12) -> tuple[float, float]:
    """How often the 95 % and 80 % intervals of the next year's total hold what came."""
    hits = []
    for values in windows:
        series = monthly(values[:-ahead])
        result = project(series, through=series.index[-1] + ahead, draws=800)
        truth = values[-ahead:].sum()
        for level in (0.95, 0.8):
            total = result.total((series.index[-1] + 1, series.index[-1] + ahead), level=level)
            hits.append(total.low <= truth <= total.high)
    pairs = np.reshape(hits, (-1, 2)).mean(0)
    return float(pairs[0]), float(pairs[1])


@pytest.mark.parametrize(("rho", "n"), [(0.0, 24), (0.6, 36), (0.95, 48)])
def test_coverage_on_simulated_series(rho, n):
    at_95, at_80 = covered(simulated(seed, n + 12, rho=rho) for seed in range(80))
    assert at_95 >= 0.88
    assert 0.66 <= at_80 <= 0.98


def test_coverage_on_real_series():
    """Monthly carbon dioxide and sea surface temperature: nobody simulated them."""
    carbon = sm.datasets.co2.load_pandas().data["co2"].resample("MS").mean().dropna().to_numpy()
    sea = sm.datasets.elnino.load_pandas().data.iloc[:, 1:].to_numpy().ravel()
    windows = [series[at : at + 48] for series in (carbon, sea) for at in range(0, len(series) - 48, 13)]
    at_95, at_80 = covered(windows)
    assert len(windows) > 70
    assert at_95 >= 0.86
    assert 0.65 <= at_80 <= 0.97


def test_fast_once_the_matrices_are_there(three_years):
    project(three_years, through="2026-03")
    times = []
    for seed in range(5):
        start = time.perf_counter()
        project(three_years, through="2026-03", seed=seed)
        times.append(time.perf_counter() - start)
    assert min(times) < 0.2  # 15 ms on an idle core; wide, because test machines are shared
