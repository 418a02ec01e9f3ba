"""The arithmetic of the scan: shifts, scales, tails of maxima, step-down."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from valuelab.analysis import lag_tests as t


def test_shifted_puts_the_value_of_lag_months_before_beside_each_month():
    columns = t.shifted(np.array([[1.0, 2, 3, 4], [5, 6, 7, 8]]), 1)
    assert columns.T.tolist() == [[2, 3, 4, 0], [1, 2, 3, 4], [0, 1, 2, 3], [6, 7, 8, 0], [5, 6, 7, 8], [0, 5, 6, 7]]


def test_the_plain_scale_makes_an_ordinary_correlation():
    rng = np.random.default_rng(0)
    outcome, indicator = rng.normal(size=(2, 24))
    plain, robust = t.scales(outcome[None], indicator[:, None], np.ones((24, 1)), np.array([24]))
    uncentred = outcome @ indicator / np.sqrt((outcome @ outcome) * (indicator @ indicator))
    assert outcome @ indicator / plain[0, 0] == pytest.approx(uncentred)
    assert robust == pytest.approx(plain)


def test_noisy_months_that_coincide_weigh_less_in_a_long_series():
    rng = np.random.default_rng(0)
    loud = np.where(np.arange(120) % 20 < 3, 5, 1)
    outcome, indicator = rng.normal(size=(2, 120)) * loud
    plain, robust = t.scales(outcome[None], indicator[:, None], np.ones((120, 1)), np.array([120]))
    assert robust[0, 0] > 1.5 * plain[0, 0]


def test_tail_of_maxima_agrees_with_theory_for_independent_tests():
    maxima = np.abs(np.random.default_rng(1).normal(size=(4000, 9))).max(axis=1)
    chance = t.ChanceMaxima.of(maxima, 9)
    for statistic in (1.5, 2.5, 3.5):
        exact = 1 - (1 - 2 * stats.norm.sf(statistic)) ** 9
        assert chance.p_value(statistic) == pytest.approx(exact, rel=0.35)
    assert chance.p_value(6.0) < 1e-6


@pytest.mark.parametrize("p", [0.15, 0.05, 0.033, 0.001])
def test_critical_is_the_inverse_of_p_value(p):
    chance = t.ChanceMaxima.of(np.abs(np.random.default_rng(2).normal(size=(399, 6))).max(axis=1), 6)
    assert chance.p_value(chance.critical(p)) == pytest.approx(p, rel=1e-6)


def test_step_down_spares_the_second_the_full_price_and_stops_at_the_first_failure():
    rng = np.random.default_rng(3)
    simulated = np.abs(rng.normal(size=(999, 3)))
    tests = np.ones(3, int)
    p, critical = t.step_down(np.array([4.0, 2.3, 0.5]), simulated, tests, 0.05)
    alone = t.ChanceMaxima.of(simulated[:, 1:].max(axis=1), 2)
    assert p[1] == pytest.approx(alone.p_value(2.3)) and p[0] < p[1] < p[2]
    assert critical[0] > critical[1] == pytest.approx(alone.critical(0.05))
    p, critical = t.step_down(np.array([2.2, 2.1, 2.05]), simulated, tests, 0.05)
    assert (p > 0.05).all() and len(set(critical)) == 1 and (np.array([2.2, 2.1, 2.05]) < critical).all()


@pytest.mark.parametrize("shares", t.SHARES.values(), ids=t.SHARES)
def test_shares_of_alpha_leave_the_same_margin(shares):
    assert sum(shares.values()) == pytest.approx(0.80)
