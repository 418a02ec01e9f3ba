"""Covariance models against statsmodels where it has the same model, and the table that is shipped."""

from __future__ import annotations

import numpy as np
import pytest
from statsmodels.tsa.statespace.structural import UnobservedComponents

from valuelab.analysis import covariance_models
from valuelab.analysis.covariance_models import covariances, prior_of, shipped_models
from valuelab.analysis.futures import Fit, draw_unknown

LOCAL_LEVEL = (1.0, 2.0, 0.0, 0.0, 1e-6, 0.0, 0.0, 0.0)  # a random walk and noise of twice its step


@pytest.fixture
def one_model(monkeypatch):
    """The table is one local level."""
    names = ("persistence", "noise", "momentum", "damping", "slope", "season", "drift", "cycle", "prior_level", "prior_log")
    rows = ({name: str(value) for name, value in zip(names, (*LOCAL_LEVEL, 1.0, 1e-12), strict=True)},)
    cached = (shipped_models, covariance_models._covariances, covariance_models._complete_factors, covariance_models._factors_with_holes)
    for function in cached:
        function.cache_clear()
    monkeypatch.setattr(covariance_models, "projection_models", lambda: rows)
    yield
    for function in cached:
        function.cache_clear()


def walk(count: int = 40, seed: int = 0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return 500 + np.cumsum(rng.normal(0, 3, count)) + rng.normal(0, 6, count)


def fit(values: np.ndarray, ahead: int = 4) -> Fit:
    padded = np.append(values, np.full(ahead, np.nan))
    return Fit.of(padded, np.isfinite(padded), np.arange(len(padded)) >= len(values), 12, None)


def kalman(values: np.ndarray):
    model = UnobservedComponents(values, "local level")
    return model.smooth([4.0, 1.0])  # variances of noise and level, in steps of the level


@pytest.mark.parametrize("hole", [None, 11])
def test_forecasts_of_a_local_level_are_those_of_the_kalman_filter(one_model, hole):
    values = walk()
    if hole is not None:
        values[hole] = np.nan
    found = fit(values)
    middle = found.unit * (1 + found.mean[0, 0] + found.factors.carry[0] @ found.errors[0, 0])
    assert middle == pytest.approx(kalman(values).forecast(4), rel=1e-6)


def test_spread_of_a_local_level_is_that_of_the_kalman_filter(one_model):
    values = walk()
    found = fit(values)
    spread = found.factors.spread[0] @ found.factors.spread[0].T + np.outer(found.pull[0], found.pull[0]) * found.mean_variance[0]
    assert np.diag(spread) == pytest.approx(kalman(values).get_forecast(4).var_pred_mean, rel=1e-3)


def test_the_shipped_table_is_sound():
    models = shipped_models(12)
    assert 50 <= len(models) <= 256
    assert prior_of(12, False).sum() == pytest.approx(1) and (models.prior > 0).all()
    assert prior_of(12, True).shape == (2, 2 * len(models)) and prior_of(12, True).sum() == pytest.approx(1)
    assert ((models.persistence > 0) & (models.persistence <= 1)).all() and (models.damping < 1).all()
    rows = np.stack([models.persistence, models.noise, models.momentum, models.damping, models.slope, models.season, models.drift, models.cycle], axis=1)
    assert len(np.unique(rows, axis=0)) == len(rows)


@pytest.mark.parametrize("season", [4, 12, 52])
def test_covariances_are_positive_and_a_smaller_one_is_the_block_of_a_larger(season):
    models = shipped_models(season)
    large, small = covariances(models, season, 60), covariances(models, season, 24)
    assert np.linalg.eigvalsh(large).min() > 0
    assert large[:, :24, :24] == pytest.approx(small)


def test_a_table_for_quarters_means_the_same_in_a_year():
    months, quarters = (covariances(shipped_models(season), season, size) for season, size in ((12, 25), (4, 9)))
    smooth = np.flatnonzero(shipped_models(12).noise == 0)
    a_year_on = [c[smooth, year, year] - c[smooth, 0, 0] for c, year in ((months, 12), (quarters, 4))]
    ratio = (a_year_on[0] + 1) / (3 * a_year_on[1] + 1)  # variances in units of a month's step: a quarter has three
    assert 0.3 < np.median(ratio) < 3


def test_draws_do_not_depend_on_the_unit_and_know_their_floor():
    values = np.abs(walk(36)) + 50
    padded = np.append(values, np.full(6, np.nan))
    plain, scaled = (draw_unknown(padded * unit, np.isnan(padded), season=12, draws=500, seed=1).draws for unit in (1, 1e6))
    assert scaled == pytest.approx(plain * 1e6, rel=1e-9)
    counts = np.append(np.random.default_rng(2).poisson(0.7, 36).astype(float), np.full(12, np.nan))
    assert draw_unknown(counts, np.isnan(counts), season=12, draws=500, seed=1).draws.min() >= 0


def test_new_draws_agree_with_themselves_and_other_seeds_in_the_third_digit():
    padded = np.append(walk(48) + 1000, np.full(12, np.nan))
    totals = [draw_unknown(padded, np.isnan(padded), season=12, draws=4000, seed=seed).draws.sum(1) for seed in (1, 1, 2)]
    assert (totals[0] == totals[1]).all()
    quantiles = np.quantile(totals, [0.025, 0.5, 0.975], axis=1)
    assert quantiles[:, 0] == pytest.approx(quantiles[:, 2], rel=0.01)
