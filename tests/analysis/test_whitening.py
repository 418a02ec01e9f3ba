"""Whitening: known answers, an independent GLS, and properties that a wrong filter breaks."""

from __future__ import annotations

import numpy as np
import pytest
from statsmodels.regression.linear_model import GLS

from tests.analysis.worlds import calendar, memory
from valuelab.analysis import whitening as w
from valuelab.analysis.burg import averaged, burg, order_weights, simulate_autoregression


def test_dummies_and_six_harmonics_span_the_same_space():
    dummies = np.eye(12)[np.arange(36) % 12]
    together = np.column_stack([w.trend_and_season(36, 6), dummies])
    assert np.linalg.matrix_rank(together) == 13 == w.trend_and_season(36, 6).shape[1]


def test_residuals_do_not_depend_on_the_calendar_month_that_comes_first():
    row = np.random.default_rng(1).normal(size=(1, 41))
    january = w.residuals(row, w.trend_and_season(48, 2)[:41])
    june = w.residuals(row, w.trend_and_season(48, 2)[5:46])
    assert january == pytest.approx(june)


@pytest.mark.parametrize("months", [24, 36, 60, 120])
def test_surprises_have_no_memory_left(months):
    rng = np.random.default_rng(months)
    rows = np.stack([memory(0.7, months, rng) + calendar(months, rng) for _ in range(60)])
    out = w.whiten(rows, w.trend_and_season(months, 2), w.longest_memory(months)).innovations
    lag_one = [np.corrcoef(r[1:], r[:-1])[0, 1] for r in out]
    raw = [np.corrcoef(r[1:], r[:-1])[0, 1] for r in rows]
    assert abs(np.mean(lag_one)) < 0.1 < np.mean(raw)


def test_whitening_forgets_trend_season_and_size():
    rng = np.random.default_rng(8)
    base = memory(0.5, 48, rng)
    time = np.arange(48)
    dressed = 3 * base + 5 + 0.7 * time + 2 * np.cos(2 * np.pi * time / 12)
    design = w.trend_and_season(48, 2)
    plain, other = w.whiten(np.stack([base, dressed]), design, 3).innovations
    assert other == pytest.approx(3 * plain, abs=1e-5)


def test_an_outlier_is_pulled_in():
    rng = np.random.default_rng(5)
    row = memory(0.3, 60, rng)
    row[30] += 20
    design = w.trend_and_season(60, 2)
    free = w.whiten(row[None], design, 3, winsorise_at=0).innovations[0]
    held = w.whiten(row[None], design, 3).innovations[0]
    assert abs(free[30]) > 10 > 6 > abs(held[30])


def test_a_drifting_season_is_taken_out_only_where_there_is_one():
    rng = np.random.default_rng(6)
    drifting = np.repeat(rng.normal(size=(1, 12)), 12, axis=0) + np.cumsum(0.5 * rng.normal(size=(12, 12)), axis=0)
    rows = np.stack([drifting.ravel(), rng.normal(size=144)])
    design = w.trend_and_season(144, 6)
    with_memory = w.whiten(rows, design, 4, seasonal_memory=True).innovations
    without = w.whiten(rows, design, 4).innovations
    assert with_memory[0].std() < 0.95 * without[0].std()
    assert with_memory[1] == pytest.approx(without[1], abs=0.2)


def test_a_rough_calendar_asks_for_every_month_and_a_smooth_one_does_not():
    rng = np.random.default_rng(7)
    rough = np.tile([0, 0, 5, 0, 0, -4, 0, 0, 0, 6, 0, 0], 3)
    assert w.season_harmonics(rough + rng.normal(size=36)) == w.ROUGH_SEASON
    asked = [w.season_harmonics(calendar(36, rng) + rng.normal(size=36)) for _ in range(200)]
    assert 0.05 < np.mean(np.array(asked) == w.ROUGH_SEASON) < 0.28  # the F-test's own 15 %
    assert w.season_harmonics(rng.normal(size=60)) == w.ROUGH_SEASON


def test_a_calendar_month_that_was_never_seen_keeps_the_season_smooth():
    values = np.random.default_rng(0).normal(size=60)
    values[3::12] = np.nan
    assert w.season_harmonics(values) == w.SMOOTH_SEASON


@pytest.mark.parametrize("months", [24, 47, 48, 59, 60, 95, 96, 143, 144, 239, 240, 600])
def test_longest_memory_follows_the_published_steps(months):
    steps = [(48, 2), (60, 3), (96, 4), (144, 6), (240, 8), (10**6, 12)]
    assert w.longest_memory(months) == next(order for below, order in steps if months < below)


def test_null_paths_make_good_for_memory_that_short_fits_lose():
    months, phi = 36, 0.8
    design = w.trend_and_season(months, 2)
    rng = np.random.default_rng(3)
    fitted, corrected, naive = [], [], []
    for _ in range(30):
        fit = w.whiten(memory(phi, months, rng)[None], design, 2).coefficients
        fitted.append(fit.sum())
        for paths, kept in ((w.null_paths(fit, design, 2, draws=40, rng=rng), corrected),
                            (simulate_autoregression(np.repeat(fit, 40, axis=0), months, rng), naive)):
            kept.append(w.whiten(paths, design, 2, refit=False).coefficients.sum(axis=1).mean())
    # fitted to what was simulated, the memory should be what was fitted to the outcome itself
    assert np.mean(naive) < np.mean(corrected) - 0.05 < np.mean(fitted) < phi


def test_same_seed_same_paths():
    design = w.trend_and_season(30, 2)
    one, two = (w.null_paths(np.array([[0.5, 0.1]]), design, 2, draws=20, rng=np.random.default_rng(9)) for _ in range(2))
    assert (one == two).all()


@pytest.mark.parametrize(("months", "harmonics", "order"), [(30, 2, 2), (72, 6, 4)])
def test_the_design_is_taken_out_by_generalised_least_squares(months, harmonics, order):
    rng = np.random.default_rng(10)
    rows = np.stack([memory(0.7, months, rng) for _ in range(3)])
    design = w.trend_and_season(months, harmonics)
    coefficients, variances = burg(rows, order)
    weights = order_weights(variances, months)
    mine = w._without_design(rows, design, coefficients, variances, weights)
    for row, left, average, weight, variance in zip(rows, mine, averaged(coefficients, weights), weights.T, variances.T, strict=True):
        filtering = np.eye(months)
        filtering[:order] *= np.sqrt(weight @ variance / variance[0])
        for lag in range(1, order + 1):
            filtering[np.arange(order, months), np.arange(order, months) - lag] = -average[lag - 1]
        theirs = GLS(row, design, sigma=np.linalg.inv(filtering.T @ filtering)).fit().params
        assert row - left == pytest.approx(design @ theirs, abs=1e-6)
