"""Burg's autoregressions: an independent Burg, known answers, and paths that stay where they should."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.regression.linear_model import burg as statsmodels_burg

from tests.analysis.worlds import memory
from valuelab.analysis import burg as b


def test_burg_agrees_with_statsmodels():
    rows = np.stack([memory(0.7, 60, np.random.default_rng(k)) for k in range(3)])
    coefficients, variances = b.burg(rows, 4)
    for row, mine, variance in zip(rows, coefficients[4], variances[4], strict=True):
        theirs, sigma2 = statsmodels_burg(row, 4, demean=False)
        assert mine == pytest.approx(theirs)
        assert variance == pytest.approx(sigma2, rel=0.05)  # theirs weighs the ends otherwise


def test_burg_finds_a_second_order_cycle():
    rng = np.random.default_rng(2)
    path = b.simulate_autoregression(np.array([[1.2, -0.5]]), 4000, rng)
    assert b.burg(path, 2)[0][2, 0] == pytest.approx([1.2, -0.5], abs=0.05)


def test_order_weights_follow_the_evidence_and_never_use_order_zero():
    rng = np.random.default_rng(4)
    path = b.simulate_autoregression(np.array([[0.1, 0.7, 0.0]]), 200, rng)
    weights = b.order_weights(b.burg(path, 3)[1], 190)[:, 0]
    assert weights[0] == 0 and weights.sum() == pytest.approx(1)
    assert weights[1] < 0.01


@settings(max_examples=50, deadline=None)
@given(st.lists(st.floats(-3, 3), min_size=2, max_size=4))
def test_stationary_brings_every_root_inside(coefficients):
    given_row = np.array([coefficients])
    scaled = b.stationary(given_row)[0]
    roots = np.roots(np.r_[1, -scaled])
    assert np.abs(roots).max() <= b.LARGEST_ROOT + 1e-6
    if np.abs(np.roots(np.r_[1, -given_row[0]])).max() < b.LARGEST_ROOT - 1e-6:
        assert scaled == pytest.approx(given_row[0])


def test_simulated_paths_are_alike_however_they_are_made():
    rows = np.array([[0.6, 0.2]] * 400)
    fast = b.simulate_autoregression(rows, 80, np.random.default_rng(0))
    rows[0, 0] += 1e-12  # rows that differ go the slow way
    slow = b.simulate_autoregression(rows, 80, np.random.default_rng(0))
    assert slow == pytest.approx(fast)
    assert stats.kstest(fast[:, -1] / fast[:, -1].std(), "norm").pvalue > 0.001


def test_rows_that_their_past_foretells_exactly_stay_finite():
    time = np.arange(40.0)
    rows = np.stack([np.cos(time), np.zeros(40), (time == 20).astype(float), 1e9 * np.cos(time / 3), (-1.0) ** time])
    coefficients, variances = b.burg(rows, 6)
    assert np.isfinite(coefficients).all() and (variances >= 0).all()
    assert (np.diff(variances, axis=0) <= 0).all()
