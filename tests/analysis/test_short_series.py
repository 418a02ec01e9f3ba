"""Surprises of short series: the oracle for one model, weights that follow the evidence, what must not matter."""

from __future__ import annotations

import numpy as np
import pytest
from statsmodels.regression.linear_model import GLS

from tests.analysis.worlds import calendar, memory
from valuelab.analysis import short_series as s
from valuelab.analysis.surprises import SHORT_BELOW, LongFit, fit_beside, fit_surprises
from valuelab.analysis.whitening import trend_and_season


@pytest.mark.parametrize("kind", range(len(s.SEASONS)))
def test_one_model_is_generalised_least_squares(kind):
    months, model = 30, 6
    first, second, _ = s._memories()[model]
    noise = s._correlations(first, second, months)
    spread = np.sqrt(np.repeat(s.SEASONS[kind][0], 2)[:11])
    year = trend_and_season(months, 6)[:, 2:] * spread
    row = memory(0.6, months, np.random.default_rng(0)) + 0.3 * np.arange(months)
    theirs = GLS(row, trend_and_season(months, 0), sigma=noise + year @ year.T).fit()
    filtered = s._models(months, kind).filters[model] @ row
    assert filtered @ filtered == pytest.approx(theirs.ssr)
    without_season = noise @ np.linalg.inv(noise + year @ year.T) @ theirs.resid
    assert filtered[:months] == pytest.approx(np.linalg.solve(np.linalg.cholesky(noise), without_season))


@pytest.mark.parametrize(("first", "second"), [(0.7, 0.0), (0.9, -0.8), (0.45, 0.25)])
def test_correlations_are_those_of_the_autoregression(first, second):
    along = s._correlations(first, second, 8)[0]
    one, two = first * (1 - second), second
    assert along[1:3] == pytest.approx([one / (1 - two), one * along[1] + two])
    assert np.linalg.eigvalsh(s._correlations(first, second, 24)).min() > 0


def test_prior_weights_add_up_to_about_one():
    assert sum(w for *_, w in s._memories()) == pytest.approx(1, abs=0.15)  # swinging memories count for less
    assert sum(p for _, p in s.SEASONS) == pytest.approx(1)


def test_weights_follow_the_evidence():
    rng = np.random.default_rng(1)
    index = np.arange(48)
    wave, rough = 20 * np.cos(2 * np.pi * index / 12), np.resize(20 * rng.normal(size=12), 48)
    plain, smooth, bumpy, slow = fit_surprises([rng.normal(size=48), wave + rng.normal(size=48), rough + rng.normal(size=48), np.cumsum(rng.normal(size=48))])
    assert sum(smooth.weights[k].sum() for k in (0, 3) if k in smooth.weights) < 0.05
    assert set(bumpy.weights) == {4}
    expected = [sum(w @ [first for first, *_ in s._memories()] for w in fit.weights.values()) for fit in (plain, slow)]
    assert expected[0] < 0.4 < 0.7 < expected[1]


@pytest.mark.parametrize("months", [24, 36, 59])
def test_surprises_have_no_memory_left_and_neither_have_invented_ones(months):
    rng = np.random.default_rng(months)
    fits = fit_surprises([memory(0.7, months, rng) + calendar(months, rng) for _ in range(60)])
    for rows in (np.stack([f.surprise for f in fits]), fits[0].invented(300, rng)):
        assert -6 / months < np.mean([np.corrcoef(r[1:], r[:-1])[0, 1] for r in rows]) < 0.1  # a little below 0: trend and season are out


def test_trend_units_and_a_large_season_do_not_matter():
    rng = np.random.default_rng(3)
    noise, index = memory(0.5, 40, rng), np.arange(40)
    other = 1e6 * (noise + 30 * np.sin(2 * np.pi * index / 12) + 5 * index - 90)
    large = noise + 300 * np.sin(2 * np.pi * index / 12)
    one, two, three = (f.surprise / f.surprise.std() for f in fit_surprises([noise, other, large]))
    assert np.corrcoef(one, two)[0, 1] > 0.9 and np.corrcoef(two, three)[0, 1] > 0.8


def test_alone_or_together_with_others_is_the_same():
    rng = np.random.default_rng(4)
    rows = [rng.normal(size=n) for n in (30, 30, 59, 60, 130, 60)]
    together = fit_surprises(rows)
    for row, fit in zip(rows, together, strict=True):
        assert fit.surprise == pytest.approx(fit_surprises([row])[0].surprise, abs=1e-9)
    assert [isinstance(f, LongFit) for f in together] == [len(r) >= SHORT_BELOW for r in rows]


@pytest.mark.parametrize("months", [36, 72])
def test_what_goes_with_the_present_leaves_the_surprise(months):
    rng = np.random.default_rng(5)
    x = memory(0.5, months, rng)
    y = 2 * x + rng.normal(size=months)
    y = (y - y.mean()) / y.std()
    alone, = fit_surprises([y])
    beside, of_x = fit_beside(y, x), fit_surprises([x])[0].surprise
    assert np.corrcoef(alone.surprise, of_x)[0, 1] > 0.75
    assert abs(np.corrcoef(beside.surprise, of_x)[0, 1]) < 0.2
    assert beside.invented(20, rng).shape == (20, months)


def test_same_generator_same_bytes_and_hostile_rows_stay_finite():
    fit, = fit_surprises([np.random.default_rng(6).normal(size=33)])
    one, two = (fit.invented(10, np.random.default_rng(7)) for _ in range(2))
    assert (one == two).all()
    spike, switch, few = (np.arange(40) == 20).astype(float), (np.arange(40) > 20).astype(float), np.arange(40) % 2.0
    for found in fit_surprises([spike, switch, few, np.exp(np.arange(40.0))]):
        assert np.isfinite(found.surprise).all() and np.isfinite(found.invented(20, np.random.default_rng(0))).all()
