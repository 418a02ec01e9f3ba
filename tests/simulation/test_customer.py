"""Accounts like one customer: what is kept of its series, and what is said of the scan."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from valuelab.simulation.customer import CustomerCalibration, accounts_of, calibrate_customer
from valuelab.simulation.likeness import WARM_UP, Likeness, likeness
from valuelab.simulation.worlds import World
from valuelab.types import CannotSay, Customer, Measure


def series(seed: int = 0, months: int = 40, **world) -> tuple[pd.Series, dict[str, pd.Series]]:
    return World(months, **world).draw(np.random.default_rng(seed))


def alike(measure: Measure) -> Likeness:
    found = likeness(measure, np.random.default_rng(0))
    assert isinstance(found, Likeness), found
    return found


def made(like: Likeness, seed: int) -> pd.Series:
    return like.made(np.random.default_rng(seed).standard_normal(WARM_UP + len(like.index)))


def test_length_gaps_rounding_and_scale_are_kept():
    score = series(kind="score")[1]["x0"]
    score.iloc[[7]] = np.nan
    like = alike(Measure("mood", score, scale=(0, 10)))
    for k in range(5):
        one = made(like, k)
        assert list(one.index) == list(score.index) and one.isna().equals(score.isna())
        assert one.dropna().between(0, 10).all() and np.allclose(one.dropna() * 10, np.round(one.dropna() * 10))
    assert like.decimals == 1


def test_whole_numbers_stay_whole_and_above_zero():
    clients = series()[0].round()
    one = made(alike(Measure("clients", clients)), 1)
    assert (one > 0).all() and (one == one.round()).all()
    assert one.mean() == pytest.approx(clients.mean(), rel=0.2)


@pytest.mark.parametrize("memory", [0.0, 0.6, 0.9])
def test_memory_and_size_of_the_noise_are_about_those_of_the_series(memory):
    first, spread = [], []
    for k in range(30):
        noise = alike(Measure("x", series(k, 60, memory=memory, season="none", trend=False, indicators=1)[0])).made(
            np.random.default_rng(k).standard_normal(WARM_UP + 60))
        left = np.log(noise) - np.log(noise).mean()
        first.append(np.corrcoef(left[1:], left[:-1])[0, 1])
        spread.append(left.std())
    assert np.median(first) == pytest.approx(memory, abs=0.2)
    assert np.median(spread) == pytest.approx(0.05, rel=0.4)


@pytest.mark.parametrize(("values", "why"), [
    (pd.Series(5.0, pd.period_range("2021-01", periods=40, freq="M")), "nothing is left"),
    (pd.Series(np.arange(10.0), pd.period_range("2021-01", periods=10, freq="M")), "10 months"),
    (pd.Series(np.nan, pd.period_range("2021-01", periods=40, freq="M")), "0 months"),
    (pd.Series(np.random.default_rng(0).normal(size=60), pd.period_range("2022-01-03", periods=60, freq="W")), "not months"),
])
def test_what_cannot_be_imitated_says_why(values, why):
    assert why in likeness(Measure("x", values), np.random.default_rng(0))


def customer(**changes) -> Customer:
    outcome, indicators = series(1, 36, indicators=2)
    measures = {"x0": Measure("x0", indicators["x0"], expected_lag=3), "x1": Measure("x1", indicators["x1"])}
    given = {"outcome": Measure("clients", outcome, total_by="sum"), "indicators": measures} | changes
    return Customer("acme", "Acme", outcome.index[-1], "USD", **given)


def test_a_customer_is_calibrated():
    ticks = []
    found = calibrate_customer(customer(), replicates=20, tick=lambda: ticks.append(1))
    assert isinstance(found, CustomerCalibration)
    assert (found.months, found.indicators, found.replicates) == (36, ("x0", "x1"), 20)
    assert found.false_alarm.value <= 0.3 and found.false_alarm.n == 20
    assert "20 accounts invented like Acme" in found.false_alarm.convention
    assert [(p.indicator, p.lag_months) for p in found.power] == [("x0", 3), ("", 1), ("", 3), ("", 6)]
    assert found.power[0].found.value >= 0.6, "a lag named in advance, at half of the surprise"
    assert len(ticks) == accounts_of(customer(), 20)
    json.dumps(found.to_dict(), allow_nan=False)
    assert calibrate_customer(customer(), replicates=20) == found


def test_an_indicator_that_cannot_be_imitated_is_left_out_and_told():
    young = Measure("young", series(2, 12)[0])
    found = calibrate_customer(customer(indicators=customer().indicators | {"young": young}), replicates=20)
    assert found.indicators == ("x0", "x1") and found.warnings == ("young was left out: 12 months without a gap, 24 are needed.",)


@pytest.mark.parametrize(("changes", "why"), [
    ({"outcome": None}, "nothing to scan"), ({"indicators": {}}, "nothing to scan"),
    ({"outcome": Measure("clients", series(1, 12)[0])}, "clients cannot be imitated"),
    ({"indicators": {"young": Measure("young", series(1, 12)[0])}}, "no indicator can be imitated"),
])
def test_who_cannot_be_calibrated_is_told_why(changes, why):
    found = calibrate_customer(customer(**changes), replicates=20)
    assert isinstance(found, CannotSay) and why in found.reason and found.fix
