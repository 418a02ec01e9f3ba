"""Every model of the average against statsmodels, gaps and all; and the average itself."""

from __future__ import annotations

import numpy as np
import pytest
from statsmodels.regression.linear_model import GLS
from statsmodels.tsa.arima_process import arma_acovf

from valuelab.analysis import slope_models as m

MONTHS = 36


def pair(seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    x = 0.3 * rng.normal(size=MONTHS).cumsum()
    return 7 + 0.1 * x + 0.05 * rng.normal(size=MONTHS), x


def covariance(model: int, rough: np.ndarray) -> np.ndarray:
    """Of the outcome's errors under one model, in units of the month-to-month error: an autoregression and the rough season."""
    error = model // len(m.ROUGHNESS)
    first, second = m.GRID.first[error], m.GRID.second[error]
    lags = arma_acovf([1, -first * (1 - second), -second], [1], len(rough))
    apart = np.abs(np.subtract.outer(np.arange(len(rough)), np.arange(len(rough))))
    return lags[apart] + m.ROUGHNESS[model % len(m.ROUGHNESS)] ** 2 * rough @ rough.T


@pytest.mark.parametrize("missing", [[], [7, 8, 20]])
@pytest.mark.parametrize("model", [0, 57, 150, 299])
def test_every_model_is_the_gls_of_statsmodels(model, missing):
    y, x = pair()
    used = ~np.isin(np.arange(MONTHS), missing)
    smooth, rough = m.calendar_columns(MONTHS)
    fixed = np.column_stack([smooth, np.eye(MONTHS)[:, ~used]])
    batch = m._Batch(fixed, rough, np.where(used, x, 0), np.where(used, y, 0), len(missing))
    slopes, errors, information, scores = batch.slopes()

    sigma = covariance(model, rough)[np.ix_(used, used)]
    design = np.column_stack([smooth, x])[used]
    oracle = GLS(y[used], design, sigma=sigma).fit()
    assert slopes[model] == pytest.approx(oracle.params[-1], rel=1e-9)
    assert errors[model] == pytest.approx(batch.wider()[model] * oracle.bse[-1], rel=1e-7)
    assert batch.freedom == oracle.df_resid

    inverse = np.linalg.inv(sigma)
    seen = inverse - inverse @ smooth[used] @ np.linalg.solve(smooth[used].T @ inverse @ smooth[used], smooth[used].T @ inverse)
    assert information[model] == pytest.approx(x[used] @ seen @ x[used])
    assert batch.noise(np.array([model]), rough, shrunk=True)[0] == pytest.approx(np.trace(seen))
    restricted = -0.5 * (np.linalg.slogdet(sigma)[1] + np.linalg.slogdet(design.T @ inverse @ design)[1] + batch.freedom * np.log((oracle.wresid**2).sum()))
    assert scores[model] == pytest.approx(restricted + m.GRID.prior.ravel()[model], abs=1e-6)


def test_an_indicator_with_a_calendar_of_its_own_gets_what_month_dummies_give():
    """The outcome follows the indicator's moves, not its calendar: the slope is that of a regression with twelve months."""
    rng = np.random.default_rng(2)
    moves, calendar = rng.normal(size=96), np.resize(3 * rng.normal(size=12), 96)
    y = 0.1 * moves + 0.05 * rng.normal(size=96)
    found = m.fit_slopes(y, moves + calendar, np.ones(96, bool))
    assert found.weights @ found.centres == pytest.approx(0.1, abs=0.02)
    smooth, _ = m.calendar_columns(96)
    plain = np.linalg.lstsq(np.column_stack([smooth, moves + calendar]), y, rcond=None)[0][-1]
    assert plain < 0.06  # a smooth year alone mixes the two up


def test_errors_widen_by_little_save_where_they_swing_in_a_short_series():
    x, y = pair()
    calm = np.repeat(m.GRID.second > m.SWINGS_UP_TO, len(m.ROUGHNESS))
    for count, usual, swinging in ((21, 1.0, 1.25), (36, 1.05, 1.175)):
        smooth, rough = m.calendar_columns(count)
        wider = m._Batch(smooth, rough, x[:count], y[:count], 0).wider()
        assert wider[calm] == pytest.approx(usual) and wider[~calm] == pytest.approx(swinging)


def test_weights_follow_the_errors():
    rng = np.random.default_rng(1)
    x, shocks = rng.normal(size=120), rng.normal(size=120)
    swing = np.zeros(120)
    for t in range(2, 120):
        swing[t] = 1.6 * swing[t - 1] - 0.77 * swing[t - 2] + shocks[t]
    smooth, rough = m.calendar_columns(120)
    for errors, low, high in ((shocks, -0.35, 0.35), (swing, -0.9, -0.55)):
        _, _, _, scores = m._Batch(smooth, rough, x, errors, 0).slopes()
        second = np.repeat(m.GRID.second, len(m.ROUGHNESS))[scores.argmax()]
        assert low <= second <= high


def test_what_is_left_has_neither_trend_nor_season():
    y, x = pair(3)
    time = np.arange(MONTHS)
    season = np.cos(2 * np.pi * time / 12)
    found, dressed = m.fit_slopes(y, x, np.ones(MONTHS, bool)), m.fit_slopes(y + 0.1 * time + season, x - 3 * time + 2 * season, np.ones(MONTHS, bool))
    assert dressed.indicator_left == pytest.approx(found.indicator_left, abs=1e-6)
    assert dressed.outcome_left == pytest.approx(found.outcome_left, abs=1e-6)
    assert dressed.centres == pytest.approx(found.centres, abs=1e-6)
