"""Levels that swing: the covariance is that of an AR(2), and a cycle that is no season is held by the intervals of a year's total."""

from __future__ import annotations

import numpy as np
import pytest
from statsmodels.tsa.arima_process import ArmaProcess

from valuelab.analysis import calibrated as c
from valuelab.analysis import futures
from valuelab.analysis.covariance_models import Models, covariances, shipped_models
from valuelab.analysis.futures import draw_unknown
from valuelab.simulation.cells import Rate, chance_outside, run_cell
from valuelab.simulation.trials import Cell
from valuelab.simulation.worlds import World


@pytest.mark.parametrize(("period", "fading"), [(10.0, 0.87), (15.0, 0.95), (23.0, 0.87)])
def test_a_swinging_level_is_an_autoregression_of_order_two(period, fading):
    table = np.array([[fading, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, period]])
    found = covariances(Models.of_months(table, np.ones((2, 1))), 12, 30)[0][0]
    process = ArmaProcess([1.0, -2 * fading * np.cos(2 * np.pi / period), fading**2])
    assert found[1:] == pytest.approx(process.acovf(30)[1:], rel=1e-6)
    assert found[0] == pytest.approx(process.acovf(1)[0], rel=1e-5)  # the diagonal has a little noise


@pytest.mark.parametrize("season", [4, 12, 52])
def test_swings_take_as_many_months_in_weeks_and_quarters(season):
    models = shipped_models(season)
    assert set(np.unique(models.cycle * 12 / season).round(6)) == {0.0, 10.0, 15.0, 23.0}
    assert models.prior[:, models.cycle > 0].sum() == pytest.approx(0.03, abs=1e-3)


def test_totals_of_a_cycle_that_is_no_season_are_held():
    found = run_cell(Cell("projection", World(36, noise="cycle", indicators=1)), 80, seed=5)
    for known in (0, 6):
        assert chance_outside(found[c.TOTAL_80, known], 0.76, 1.0) > 1e-4
        assert chance_outside(found[c.TOTAL_95, known], 0.92, 1.0) > 1e-4
    narrow = Rate(50, 80, 80)  # as many as were inside without swinging levels
    assert chance_outside(narrow, 0.76, 1.0) < 1e-2


@pytest.mark.parametrize(("months", "first"), [(24, 1.183), (60, 1.116)])
def test_coming_months_are_wider_the_shorter_the_history(monkeypatch, months, first):
    known = np.append(np.random.default_rng(1).normal(0, 20, months), np.full(12, np.nan))

    def width() -> np.ndarray:
        return draw_unknown(known, np.isnan(known), season=12, draws=4000, seed=0).draws.std(axis=0)

    with_it = width()
    monkeypatch.setattr(futures, "NEAR", 0.0)
    ratio = with_it / width()
    assert ratio[0] == pytest.approx(first, abs=0.03) and ratio[-1] == pytest.approx(1.0)
    assert (np.diff(ratio) < 0.01).all()
