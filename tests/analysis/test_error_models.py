"""Errors of several kinds: each model is generalised least squares, and the average is honest where the level wanders."""

from __future__ import annotations

import numpy as np
import pytest
import statsmodels.api as sm

from valuelab.analysis import error_models
from valuelab.analysis.error_models import regress, steps


def line(n: int) -> tuple[np.ndarray, np.ndarray]:
    t = np.arange(n)
    return t, np.column_stack([np.ones(n), t / 12, np.cos(2 * np.pi * t / 12), np.sin(2 * np.pi * t / 12)])


@pytest.mark.parametrize("hole", [False, True])
def test_each_model_is_generalised_least_squares(hole):
    t, design = line(40)
    if hole:
        keep = np.delete(np.arange(40), [3, 4, 21])
        t, design = t[keep], design[keep]
    values = np.random.default_rng(0).normal(size=len(t)).cumsum()
    fit = regress(values, design, t, season=12)
    whitener, _ = error_models._whiteners(12, t.astype(np.int64).tobytes())
    for model in (1, 4, 9, 12, 25):
        root = np.linalg.inv(whitener[model])
        reference = sm.GLS(values, design, sigma=root @ root.T).fit()
        np.testing.assert_allclose(fit.coefficients[model], reference.params, rtol=1e-6)
        np.testing.assert_allclose(np.sqrt(np.diag(fit.covariances[model])), reference.bse, rtol=1e-6)


def test_a_step_is_the_regression_with_that_step_and_lasting_leaves_its_first_period_out(monkeypatch):
    t, design = line(60)
    values = np.random.default_rng(1).normal(size=60).cumsum()
    whitener, _ = error_models._whiteners(12, t.astype(np.int64).tobytes())
    prior, models = error_models._declared(12)
    for model in (1, 4, 8):
        only = np.full(len(prior), -1e9)
        only[model] = 0
        monkeypatch.setattr(error_models, "_declared", lambda season, only=only: (only, models))
        p, lasting = steps(values, design, t, np.array([20, 33]), season=12)
        for at, whole, rest in zip((20, 33), p, lasting, strict=True):
            columns = whitener[model] @ np.column_stack([design, t >= at])
            response = whitener[model] @ values
            assert whole == pytest.approx(sm.OLS(response, columns).fit().pvalues[4], rel=1e-6)
            pulse = np.column_stack([columns, np.eye(60)[at]])
            assert rest == pytest.approx(sm.OLS(response, pulse).fit().pvalues[4], rel=1e-5)


@pytest.mark.parametrize("season", [4, 12, 52])
def test_every_model_of_every_calendar_has_a_covariance(season):
    prior, models = error_models._declared(season)
    assert np.exp(prior).sum() == pytest.approx(1) and len(prior) == len(models)
    t, design = line(3 * season)
    fit = regress(np.random.default_rng(2).normal(size=len(t)), design, t, season=season)
    assert np.isfinite(fit.coefficients).all() and fit.weight.sum() == pytest.approx(1)


def test_the_trend_of_a_wandering_level_is_held():
    """With AR(1) errors alone 95 % intervals hold 77 to 87 of 100."""
    t, design = line(48)
    trend = np.array([[0.0, 1, 0, 0]])
    held = []
    for seed in range(150):
        values = np.random.default_rng(seed).normal(size=48).cumsum()
        _, low, high = regress(values, design, t, season=12).intervals(trend, 0.95)
        held.append(low[0] < 0 < high[0])
    assert np.mean(held) >= 0.85
