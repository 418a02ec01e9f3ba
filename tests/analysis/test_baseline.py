"""Baselines: fiscal years that foot, seasons and trends with intervals that hold, breaks that do not cry wolf."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.analysis.test_projection import monthly, simulated
from valuelab.analysis.autoregression import regress, surprise_of_added
from valuelab.analysis.baseline import fit_baseline
from valuelab.errors import AnalysisError
from valuelab.types import CannotSay, Measure


@pytest.fixture(scope="module")
def four_years() -> pd.Series:
    return monthly(simulated(1, 48), "2021-04")


def test_fiscal_years_foot_with_the_months(four_years):
    fit = fit_baseline(four_years, fiscal_year_starts=4)
    years = fit.year_totals
    assert years["year"].tolist() == ["2021-22", "2022-23", "2023-24", "2024-25"]
    assert years["complete"].all()
    assert years["total"].sum() == pytest.approx(four_years.sum())
    assert [str(p) for p in fit.last_year_periods] == ["2024-04", "2025-03"]
    assert fit.last_year.value == pytest.approx(four_years.iloc[-12:].sum())
    assert (fit.last_year.kind, fit.last_year.key, fit.last_year.n) == ("actual", "baseline.last_year", 12)
    assert fit.last_year.convention == "total of 2024-04 to 2025-03"
    assert np.isnan(years["change"].iloc[0])
    assert years["change"].iloc[1] == pytest.approx(years["total"].iloc[1] / years["total"].iloc[0] - 1)


def test_calendar_years_that_are_not_complete_have_no_total(four_years):
    fit = fit_baseline(four_years)
    years = fit.year_totals
    assert years["year"].tolist() == ["2021", "2022", "2023", "2024", "2025"]
    assert years["complete"].tolist() == [False, True, True, True, False]
    assert years["months_known"].tolist() == [9, 12, 12, 12, 3]
    assert np.isnan(years["total"].iloc[[0, 4]]).all()
    assert np.isnan(years["change"].iloc[1])
    assert fit.last_year_periods[1] == pd.Period("2024-12", "M")


def test_run_rate_is_the_mean_of_what_is_known_of_the_last_year(four_years):
    rate = fit_baseline(four_years).run_rate
    assert rate.value == pytest.approx(four_years.iloc[-12:].mean())
    assert (rate.bare, rate.kind, rate.convention, rate.key) == (True, "actual", "mean of the last 12 months", "baseline.run_rate")
    holes = four_years.copy()
    holes.iloc[-3] = np.nan
    fit = fit_baseline(holes, fiscal_year_starts=4)
    assert fit.run_rate.convention == "mean of the 11 known of the last 12 months"
    assert fit.run_rate.value == pytest.approx(holes.iloc[-12:].dropna().mean())
    assert fit.missing == (pd.Period("2025-01", "M"),)
    assert any("2025-01" in w for w in fit.warnings)
    assert fit.last_year_periods[1] == pd.Period("2024-03", "M")
    assert fit.months_used == 47


def test_levels_are_averaged_or_taken_last(four_years):
    measure = Measure("staff", four_years, total_by="last", unit="people")
    fit = fit_baseline(measure, fiscal_year_starts=4)
    assert (fit.name, fit.unit, fit.last_year.value) == ("staff", "people", four_years.iloc[-1])
    mean = fit_baseline(measure, fiscal_year_starts=4, total_by="mean")
    assert mean.last_year.value == pytest.approx(four_years.iloc[-12:].mean())


def test_season_and_trend_are_found():
    values = monthly(simulated(0, 48, rho=0.0, noise=0.01, trend=0.1, season=0.2))
    fit = fit_baseline(values)
    season = fit.season
    assert season["label"].tolist()[:2] == ["Jan", "Feb"] and season["position"].tolist() == list(range(1, 13))
    true = np.exp(0.2 * np.cos(2 * np.pi * np.arange(12) / 12))
    np.testing.assert_allclose(season["factor"], true / true.mean() - 1, atol=0.02)
    assert ((season["low"] < season["factor"]) & (season["factor"] < season["high"])).all()
    assert season["factor"].mean() == pytest.approx(0, abs=1e-9)
    trend = fit.trend_per_year
    assert trend.low < np.expm1(0.1) < trend.high and trend.high - trend.low < 0.05
    assert (trend.unit, trend.level, trend.key) == ("fraction", 0.95, "baseline.trend_per_year")


def test_the_trend_agrees_with_statsmodels_where_nothing_is_autocorrelated():
    values = simulated(2, 60, rho=0.0, noise=0.02)
    t = np.arange(60)
    design = np.column_stack([np.ones(60), t / 12, np.cos(2 * np.pi * t / 12), np.sin(2 * np.pi * t / 12)])
    ours = regress(np.log(values), design, t)
    reference = sm.GLSAR(np.log(values), design, rho=1).iterative_fit(8)
    value, low, high = (float(v[0]) for v in ours.intervals(np.array([[0.0, 1, 0, 0]]), 0.95))
    assert value == pytest.approx(reference.params[1], abs=0.2 * reference.bse[1])
    assert (high - low) == pytest.approx(3.92 * reference.bse[1], rel=0.4)


def test_holes_cost_precision_and_bias_nothing():
    values = simulated(4, 60, rho=0.5)
    t = np.arange(60)
    keep = np.ones(60, bool)
    keep[[5, 6, 20, 33]] = False
    design = np.column_stack([np.ones(60), t / 12])
    contrast = np.array([[0.0, 1]])
    whole, holed = (regress(np.log(values)[k], design[k], t[k]).intervals(contrast, 0.95) for k in (slice(None), keep))
    assert holed[0][0] == pytest.approx(whole[0][0], abs=whole[2][0] - whole[1][0])


def test_adding_a_column_by_surprise_or_by_regression_is_the_same_test():
    values = np.log(simulated(6, 48))
    t = np.arange(48)
    design = np.column_stack([np.ones(48), t / 12])
    step = (t >= 24).astype(float)
    p = float(surprise_of_added(values, design, t, step[:, None])[0])
    fit = regress(values, np.column_stack([design, step]), t)
    for level in (0.3, 0.6, 0.9):
        _, low, high = fit.intervals(np.array([[0.0, 0, 1]]), level)
        assert (not low[0] <= 0 <= high[0]) == (p < 1 - level)


@pytest.mark.parametrize(("n", "season", "trend"), [(2, None, None), (14, False, False), (23, False, False), (24, True, True)])
def test_what_short_histories_allow(n, season, trend):
    fit = fit_baseline(monthly(simulated(7, n)))
    if season is None:
        assert isinstance(fit, CannotSay) and "at least 3" in fit.reason
        return
    assert (len(fit.season) > 0) == season
    assert (fit.trend_per_year is not None) == trend
    assert any("two years" in w for w in fit.warnings) != season


def test_quarters_and_weeks():
    quarters = fit_baseline(monthly(simulated(8, 20, year=4), "2020Q2", "Q-DEC"), fiscal_year_starts=4)
    assert quarters.season["label"].tolist() == ["Q1", "Q2", "Q3", "Q4"]
    assert quarters.year_totals["year"].iloc[0] == "2020-21" and quarters.year_totals["complete"].all()
    assert quarters.run_rate.convention == "mean of the last 4 quarters"
    weeks = fit_baseline(monthly(simulated(9, 130, year=52, rho=0.3), "2022-01-03", "W-SUN"))
    assert len(weeks.season) == 52 and any("smooth" in w for w in weeks.warnings)
    assert weeks.year_totals["months_known"].sum() == 130
    assert weeks.trend_per_year is not None


def test_a_clear_change_of_level_is_found_and_sized():
    values = simulated(10, 48, rho=0.3, noise=0.02)
    values[30:] *= 1.4
    fit = fit_baseline(monthly(values))
    assert [str(b.period) for b in fit.breaks] == ["2022-07"]
    change = fit.breaks[0].change
    assert change.low < 0.4 < change.high and change.low > 0.2
    assert fit.trend_per_year.low < np.expm1(0.06) < fit.trend_per_year.high
    assert any("2022-07" in w for w in fit.warnings)


def test_breaks_and_intervals_on_many_series_without_a_break():
    """At most 5 in 100 are flagged, and 95 % intervals hold about that often."""
    flagged, trend_held, season_held = [], [], []
    true = np.exp(0.1 * np.cos(2 * np.pi * np.arange(12) / 12))
    true = true / true.mean() - 1
    for seed in range(120):
        fit = fit_baseline(monthly(simulated(seed, 48, rho=0.6)))
        flagged.append(len(fit.breaks) > 0)
        trend_held.append(fit.trend_per_year.low < np.expm1(0.06) < fit.trend_per_year.high)
        season_held.append(((fit.season["low"] < true) & (true < fit.season["high"])).mean())
    assert np.mean(flagged) <= 0.05
    assert np.mean(trend_held) >= 0.9
    assert 0.88 <= np.mean(season_held) <= 0.99


def test_values_around_zero_have_no_fractions():
    fit = fit_baseline(monthly(np.random.default_rng(0).normal(0, 10, 36)))
    assert fit.trend_per_year is None and fit.season.empty
    assert any("around zero" in w for w in fit.warnings)
    losses = fit_baseline(monthly(-simulated(11, 36)))
    assert losses.trend_per_year.value < 0  # losses grow: the value falls, as a fraction of its size


def test_a_constant_series():
    fit = fit_baseline(monthly([7.0] * 30))
    assert fit.run_rate.value == 7 and fit.trend_per_year.value == 0 and fit.breaks == ()
    assert any("same value" in w for w in fit.warnings)


@pytest.mark.parametrize(("wrong", "told"), [({"fiscal_year_starts": 13}, "fiscal_year_starts=13"), ({"fiscal_year_starts": 0}, "1 to 12"),
                                             ({"level": 95}, "level"), ({"total_by": "max"}, "total_by")])
def test_wrong_arguments(four_years, wrong, told):
    with pytest.raises(AnalysisError, match=told):
        fit_baseline(four_years, **wrong)


def test_a_result_can_be_written(four_years):
    plain = fit_baseline(four_years).to_dict()
    json.dumps(plain, allow_nan=False)
    assert plain["year_totals"][0]["total"] is None


@settings(max_examples=25, deadline=None)
@given(st.lists(st.one_of(st.none(), st.floats(-1e6, 1e6)), min_size=3, max_size=60), st.integers(1, 12))
def test_whatever_the_values_years_foot(values, starts):
    series = monthly([np.nan if v is None else v for v in values])
    fit = fit_baseline(series, fiscal_year_starts=starts)
    if series.notna().sum() < 3:
        assert isinstance(fit, CannotSay)
        return
    assert fit.year_totals["months_known"].sum() == series.notna().sum()
    for row in fit.year_totals[fit.year_totals["complete"]].itertuples():
        assert row.total == pytest.approx(series[row.start : row.end].sum())
    if fit.trend_per_year is not None and not fit.trend_per_year.bare:
        assert fit.trend_per_year.low <= fit.trend_per_year.value <= fit.trend_per_year.high


DEGENERATE = {
    "one value repeated": np.where(np.arange(48) % 5 == 0, simulated(1, 48), 1000.0), "one month differs": np.r_[np.full(30, 10.0), 11, np.full(17, 10.0)],
    "all unknown": np.full(48, np.nan), "a year unknown": np.where((np.arange(48) >= 12) & (np.arange(48) < 24), np.nan, simulated(1, 48)),
    "five months": simulated(1, 5), "huge": simulated(1, 48) * 1e12, "tiny": simulated(1, 48) * 1e-12, "zeros": np.zeros(48),
    "zeros first": np.r_[np.zeros(24), simulated(1, 24)], "negative": -simulated(1, 48), "a jump and nothing else": np.r_[np.full(24, 10.0), np.full(24, 20.0)],
    "a season and nothing else": np.resize(np.arange(5.0, 17), 48), "explosive": np.exp(np.arange(48) / 2), "counting": np.arange(48.0),
}


@pytest.mark.parametrize("values", DEGENERATE.values(), ids=DEGENERATE)
def test_whatever_the_values_there_is_a_baseline_or_a_reason(values):
    """Never NaN where a number is promised, and never a warning of a library (they are errors here)."""
    fit = fit_baseline(monthly(values))
    json.dumps(fit.to_dict(), allow_nan=False)
    if isinstance(fit, CannotSay):
        assert fit.reason and fit.fix
        return
    assert np.isfinite(fit.season[["factor", "low", "high"]].to_numpy(float)).all()
    assert ((fit.season["low"] <= fit.season["factor"] + 1e-12) & (fit.season["factor"] <= fit.season["high"] + 1e-12)).all()


def test_infinite_values_are_named():
    with pytest.raises(AnalysisError, match="2020-04 is infinite"):
        fit_baseline(monthly(np.where(np.arange(40) == 3, np.inf, 5.0)))


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from([1e6, 1e-6, 3.7]), st.integers(-8, 8), st.booleans())
def test_units_and_the_year_on_the_calendar_change_nothing(seed, factor, years, jump):
    values = simulated(seed, 60, rho=0.4)
    values[30:] *= 1.5 if jump else 1
    fit, scaled, moved = (fit_baseline(monthly(v, start)) for v, start in (
        (values, "2020-01"), (values * factor, "2020-01"), (values, f"{2020 + years}-01")))
    for other in (scaled, moved):
        np.testing.assert_allclose(other.season[["factor", "low", "high"]].to_numpy(float), fit.season[["factor", "low", "high"]].to_numpy(float),
                                   rtol=1e-6, atol=1e-9)
        assert other.trend_per_year.high == pytest.approx(fit.trend_per_year.high, rel=1e-6, abs=1e-9)
        assert len(other.breaks) == len(fit.breaks)
    assert [b.period - 12 * years for b in moved.breaks] == [b.period for b in fit.breaks] == [b.period for b in scaled.breaks]
    assert scaled.run_rate.value == pytest.approx(fit.run_rate.value * factor)


@pytest.mark.parametrize(("year", "freq", "start", "season"), [(12, "M", "2018-01", 0.1), (4, "Q-DEC", "2008Q1", 0.15)])
def test_the_season_is_that_of_stl_where_it_is_stable(year, freq, start, season):
    values = simulated(3, 8 * year, year=year, rho=0.3, noise=0.01, season=season)
    fit = fit_baseline(monthly(values, start, freq))
    theirs = sm.tsa.STL(np.log(values), period=year, seasonal=35).fit().seasonal.reshape(-1, year).mean(0)
    theirs = np.exp(theirs) / np.exp(theirs).mean() - 1
    np.testing.assert_allclose(fit.season["factor"], theirs, atol=0.01)
    assert ((fit.season["low"] < theirs) & (theirs < fit.season["high"])).mean() > 0.7


@pytest.mark.parametrize(("n", "freq", "start", "known"), [(7, "Q-DEC", "2020Q1", False), (8, "Q-DEC", "2020Q1", True),
                                                           (103, "W-SUN", "2022-01-03", False), (104, "W-SUN", "2022-01-03", True)])
def test_two_years_are_two_years_in_every_calendar(n, freq, start, known):
    fit = fit_baseline(monthly(simulated(4, n, year=4 if freq[0] == "Q" else 52, rho=0.3), start, freq))
    assert (fit.trend_per_year is not None) == known == (len(fit.season) > 0)
    assert any("fewer than two years" in w for w in fit.warnings) != known


def test_one_wild_month_is_no_change_of_level():
    """A shock that the errors' memory carries on for a while looks like a step; it is not named as one."""
    rng = np.random.default_rng(0)
    named = 0
    for _ in range(40):
        shocks = rng.standard_t(3, size=132) / np.sqrt(3)
        errors = np.zeros(132)
        for t in range(1, 132):
            errors[t] = 0.6 * errors[t - 1] + 0.8 * shocks[t]
        named += len(fit_baseline(monthly(np.exp(7 + 0.05 * errors[60:]))).breaks) > 0
    assert named <= 6


@pytest.mark.parametrize(("year", "freq", "start", "n"), [(4, "Q-DEC", "2012Q1", 40), (52, "W-SUN", "2022-01-03", 150)])
def test_changes_of_level_in_quarters_and_weeks(year, freq, start, n):
    values = simulated(6, n, year=year, rho=0.3, noise=0.02)
    series = monthly(values, start, freq)
    assert fit_baseline(series).breaks == ()
    values[n // 2:] *= 1.4
    found = fit_baseline(monthly(values, start, freq)).breaks
    assert [b.period for b in found] == [series.index[n // 2]] and found[0].change.low < 0.4 < found[0].change.high
