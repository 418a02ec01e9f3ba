"""The outlook is held to the analyses themselves: what it says can be said is said, and what it says cannot is not."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from valuelab.analysis.conversion import Conversion, fit_conversion
from valuelab.analysis.effect import Effect, measure_effect
from valuelab.analysis.leads import scan_leading_indicators
from valuelab.analysis.outlook import Prospect, outlook
from valuelab.analysis.projection import Projection, project
from valuelab.types import ConversionAgreement, Customer, Estimate, Measure, Target, UnitValue


def noisy(count: int, level: float, seed: int, first: str = "2022-01") -> pd.Series:
    return pd.Series(level + np.random.default_rng(seed).normal(0, level / 20, count), pd.period_range(first, periods=count, freq="M"))


def account(months: int, *, started: str | None = None, lag: int | None = None, gap: bool = False, **more) -> Customer:
    clients, mood = noisy(months, 1000, 1), noisy(months, 7, 2)
    if gap and months > 8:
        mood.iloc[[months // 2, months // 2 + 1]] = np.nan
    outcome = Measure("Clients", clients.rename("Clients"), total_by="sum")
    indicator = Measure("Mood", mood.rename("Mood"), expected_lag=lag)
    return Customer("acme", "Acme", clients.index[-1], "USD", started=pd.Period(started, "M") if started else None, outcome=outcome,
                    indicators={"Mood": indicator}, conversions=(ConversionAgreement("Mood", Estimate(0.05), "additive"),), **more)


def of(customer: Customer, notebook: str, subject: str) -> Prospect:
    return next(p for p in outlook(customer) if (p.notebook, p.subject) == (notebook, subject))


@pytest.mark.parametrize("months", [1, 2, 12, 13, 14, 40])
def test_the_projection_is_foretold(months):
    customer = account(months)
    said = of(customer, "01_baseline", "where we land")
    made = project(customer.outcome, through=customer.as_of + 3)
    assert (said.answer == "yes") == isinstance(made, Projection)
    if said.from_period is not None:
        longer = account(months + (said.from_period - customer.as_of).n)
        assert isinstance(project(longer.outcome, through=longer.as_of + 3), Projection)


@pytest.mark.parametrize("months", [13, 16, 20])
@pytest.mark.parametrize("started", ["2022-06", "2023-02", "2023-05", "2024-12"])
def test_the_effect_is_foretold(months, started):
    customer = account(months, started=started)
    said = of(customer, "01_baseline", "what the initiative changed")
    made = measure_effect(customer.outcome, started=started)
    measured = isinstance(made, Effect) and made.verdict != "too early"
    assert (said.answer == "yes") == measured, (said, made)


@pytest.mark.parametrize("months", [5, 23, 24, 29, 31, 40])
@pytest.mark.parametrize("lag", [None, 3, 12])
@pytest.mark.parametrize("gap", [False, True])
def test_the_scan_is_foretold_and_from_when(months, lag, gap):
    customer = account(months, lag=lag, gap=gap)
    said = of(customer, "02_leading_indicators", "Mood")
    scan = scan_leading_indicators(customer.outcome, customer.indicators, expected_lags={"Mood": lag} if lag is not None else None)
    (verdict,) = scan.verdicts
    assert (said.answer == "no") == (verdict.verdict == "not enough data")
    if said.answer == "no" and lag != 12:
        assert said.from_period == verdict.enough_from
    elif said.answer == "no":  # so many for the named lag, where the scan first asks for what every indicator needs
        assert said.from_period >= verdict.enough_from


@pytest.mark.parametrize("months", [10, 24, 30])
@pytest.mark.parametrize("lag", [0, 3, 9])
def test_the_conversion_is_foretold(months, lag):
    customer = account(months, lag=lag)
    said = of(customer, "03_conversion", "Mood")
    made = fit_conversion(customer.outcome, customer.indicators["Mood"], lag_months=lag)
    assert (said.answer == "yes") == isinstance(made, Conversion)
    if said.from_period is not None:
        assert f"from {said.from_period}" in str(said)
        assert str(said.from_period) in made.fix


def test_what_is_not_agreed_is_named():
    said = [str(p) for p in outlook(account(30))]
    assert "is it enough: no target is declared. Add `targets` to the outcome: how much, by when." in said
    assert any("Add `unit_value` with its `basis`" in s for s in said)
    assert any("add `unit_value`, `cash_flow`, `direct_benefit` or `benefits`" in s.lower() for s in said)
    customer = account(30, unit_value=UnitValue(Estimate(375.0, unit="USD"), "revenue"))
    assert "profit: the value of a unit is revenue, and no margin is known. Add `margin` to `unit_value`." in map(str, outlook(customer))


def test_no_outcome_no_values_and_a_target_to_be_announced():
    assert [p.answer for p in outlook(Customer("a", "A", pd.Period("2025-01", "M"), "USD"))] == ["no"] * 5
    empty = pd.Series([], index=pd.PeriodIndex([], freq="M"), dtype=float)
    customer = Customer("a", "A", pd.Period("2025-01", "M"), "USD", outcome=Measure("Clients", noisy(30, 9, 1), targets=(Target(pd.Period("2026-01", "M"), None),)),
                        indicators={"Mood": Measure("Mood", empty)})
    assert of(customer, "02_leading_indicators", "Mood").reason == "Mood has no value yet"
    assert of(customer, "01_baseline", "is it enough").reason == "every target is to be announced"
