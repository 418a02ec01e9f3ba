from __future__ import annotations

import json
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from valuelab.analysis.prices import compare_prices, direct_benefit
from valuelab.analysis.value_chain import cost_room, value_chain, value_of_units
from valuelab.errors import AnalysisError
from valuelab.types import CannotSay, DirectBenefit, Estimate, PriceOption

AGREED = Estimate(0.05, 0.03, 0.08, unit="fraction", kind="agreed")


def chain(points=1, **changes):
    arguments = {"effect_per_point": 0.05, "reading": "additive", "current_units": 21_600, "unit_value": 375, "basis": "revenue",
                 "margin": 0.4, "unit": "clients"} | changes
    return value_chain(points, **arguments)


# Points to money

def test_readings_agree_at_one_point_and_part_from_there():
    additive, compound = (chain(3, reading=reading) for reading in ("additive", "compound"))
    assert chain(1).units.value == pytest.approx(chain(1, reading="compound").units.value)
    assert additive.units.value == pytest.approx(21_600 * 0.15)
    assert compound.units.value == pytest.approx(21_600 * (1.05**3 - 1))
    assert "additive: 3 points on 21,600" in additive.units.convention


def test_a_fall_loses():
    assert chain(-2).revenue.value == -2 * 21_600 * 0.05 * 375
    assert chain(-2, reading="compound").units.value == pytest.approx(21_600 * (1.05**-2 - 1))


def test_revenue_is_never_called_profit():
    bare = chain(margin=None)
    assert bare.revenue.convention == "revenue a year" and bare.profit is None
    assert any("No margin" in warning for warning in bare.warnings)
    profit = chain(basis="profit", margin=None)
    assert profit.revenue is None and profit.profit.value == 405_000 and not profit.warnings
    twice = chain(basis="profit", margin=0.4)
    assert twice.profit.value == 405_000 and "not applied" in twice.warnings[0]


def test_bare_parts_give_bare_results():
    assert all(e.bare and e.level is None for e in (chain().units, chain().revenue, chain().profit))


def test_one_uncertain_part_carries_its_own_range():
    result = chain(effect_per_point=AGREED)
    assert result.units.level == result.revenue.level == 0.8
    assert (result.units.low, result.units.high) == pytest.approx((648, 1_728), rel=1e-3)
    assert (result.profit.low, result.profit.high) == pytest.approx((648 * 150, 1_728 * 150), rel=1e-3)
    assert result.units.value == pytest.approx(1_080)
    compound = chain(3, effect_per_point=AGREED, reading="compound")
    assert compound.units.high == pytest.approx(21_600 * (1.08**3 - 1), rel=1e-3)


def test_several_uncertain_parts_widen_less_than_all_ends_at_once():
    value = Estimate(375, 300, 450, level=0.8)
    result = chain(effect_per_point=AGREED, unit_value=value)
    alone = chain(effect_per_point=AGREED).revenue
    assert result.revenue.low < alone.low and result.revenue.high > alone.high
    assert result.revenue.low > 648 * 300 and result.revenue.high < 1_728 * 450


def test_normal_parts_multiply_as_theory_says():
    """Of independent normals, Var(XY) = (μx σy)² + (μy σx)² + (σx σy)²."""
    effect, value = (Estimate(v, v - 1.96 * s, v + 1.96 * s, level=0.95) for v, s in ((0.05, 0.004), (375, 20)))
    revenue = chain(effect_per_point=effect, unit_value=value).revenue
    sd = 21_600 * math.sqrt((0.05 * 20) ** 2 + (375 * 0.004) ** 2 + (0.004 * 20) ** 2)
    assert revenue.level == 0.95
    assert (revenue.high - revenue.low) / 2 == pytest.approx(1.96 * sd, rel=0.03)


def test_same_seed_same_figures():
    assert chain(effect_per_point=AGREED).to_dict() == chain(effect_per_point=AGREED).to_dict()
    margin = Estimate(0.4, 0.3, 0.5, level=0.8)
    assert chain(effect_per_point=AGREED, margin=margin, seed=1).profit.low != chain(effect_per_point=AGREED, margin=margin, seed=2).profit.low
    assert chain(effect_per_point=AGREED, seed=1).units.low == pytest.approx(chain(effect_per_point=AGREED, seed=2).units.low)  # one figure varies: exact


def test_a_drawn_margin_stays_a_share():
    result = chain(margin=Estimate(0.6, 0.1, 1.0, level=0.5))
    assert result.profit.low >= 0 and result.profit.high <= result.revenue.value
    wide = chain(margin=Estimate(0.5, 0.0, 1.0, level=0.5), effect_per_point=Estimate(0.05, 0.04999, 0.05001, level=0.95))
    assert wide.profit.level == 0.95 and wide.profit.low >= 0 and wide.profit.high <= wide.revenue.high


def test_a_json_safe_result_with_keys():
    result = chain(effect_per_point=AGREED, key="conversion.Engagement.chain")
    assert result.profit.key == "conversion.Engagement.chain.profit"
    json.dumps(result.to_dict(), allow_nan=False)


@pytest.mark.parametrize("changes", [
    {"margin": 1.2}, {"margin": -0.1}, {"margin": 40}, {"margin": Estimate(0.4, 0.2, 1.1)}, {"margin": math.nan},
    {"reading": "linear"}, {"basis": "sales"}, {"current_units": 0}, {"current_units": math.nan}, {"effect_per_point": -1},
    {"effect_per_point": math.nan}, {"unit_value": math.inf}, {"points": math.nan},
])
def test_wrong_arguments_are_named(changes):
    with pytest.raises(AnalysisError):
        chain(**{"points": 1} | changes)


@settings(deadline=None, max_examples=40)
@given(st.floats(-5, 5), st.floats(0, 0.3), st.floats(1, 1e6), st.floats(0, 1e4), st.floats(0, 1), st.sampled_from(["additive", "compound"]))
def test_money_follows_units(points, effect, units, value, margin, reading):
    result = chain(points, effect_per_point=effect, current_units=units, unit_value=value, margin=margin, reading=reading)
    assert result.revenue.value == pytest.approx(result.units.value * value)
    assert result.profit.value == pytest.approx(result.revenue.value * margin)
    thousand = chain(points, effect_per_point=effect, current_units=units, unit_value=value * 1_000, margin=margin, reading=reading, currency="JPY")
    assert thousand.revenue.value == pytest.approx(1_000 * result.revenue.value)
    assert thousand.units.value == result.units.value


def test_units_with_a_range_in_money():
    gap = Estimate(4_600, 3_000, 6_000, level=0.95, unit="clients", kind="estimated", key="gap")
    worth = value_of_units(gap, unit_value=375, basis="revenue", margin=0.4)
    assert worth.units is gap and worth.revenue.level == 0.95
    assert (worth.revenue.low, worth.revenue.high) == pytest.approx((1_125_000, 2_250_000), rel=1e-3)


# Room for cost

def test_room_for_cost_after_a_lag():
    benefit = Estimate(162_000, 97_200, 259_200, level=0.8, unit="USD")
    room = cost_room(benefit, lag_months=6)
    assert room.break_even_cost.value == 81_000
    assert (room.break_even_cost.low, room.break_even_cost.high, room.break_even_cost.level) == (48_600, 129_600, 0.8)
    table = room.to_frame().set_index("share_of_benefit")
    assert table.loc[0.5, "payback_months"] == 12 and table.loc[1.0, "payback_months"] == 18
    assert table.loc[0.5, "cost"] == 81_000


@settings(deadline=None, max_examples=40)
@given(st.floats(1, 1e9), st.integers(0, 11), st.integers(12, 60))
def test_break_even_cost_is_paid_back_at_the_horizon(benefit, lag, horizon):
    room = cost_room(Estimate(benefit), lag_months=lag, horizon_months=horizon)
    table = room.table
    at_break_even = table[np.isclose(table["cost"], room.break_even_cost.value)]
    assert at_break_even["payback_months"].iloc[0] == pytest.approx(horizon)
    assert table["cost"].is_monotonic_increasing


def test_no_benefit_no_room():
    assert isinstance(cost_room(Estimate(0)), CannotSay)
    assert isinstance(cost_room(Estimate(-5)), CannotSay)
    assert isinstance(cost_room(Estimate(5), lag_months=12), CannotSay)
    doubtful = cost_room(Estimate(100, -50, 250, level=0.95))
    assert doubtful.warnings and doubtful.break_even_cost.low == 0
    for changes in ({"lag_months": -1}, {"horizon_months": 0}):
        with pytest.raises(AnalysisError):
            cost_room(Estimate(5), **changes)


# Prices

def price(**changes):
    arguments = {"price": 100, "volume": 100_000, "profit_per_unit": 30, "price_change": 0.2, "volume_change": -0.1} | changes
    return direct_benefit(**arguments)


def test_a_price_cut_gains_volume_and_loses_margin():
    option = price(price_change=-0.1, volume_change=0.2)
    assert option.gained.value == 600_000 and option.lost.value == pytest.approx(1_200_000)
    assert option.net.value == pytest.approx(20 * 120_000 - 30 * 100_000)
    assert option.break_even_volume_loss.value == pytest.approx(-0.5)  # volume must grow by half


def test_revenue_change_is_no_profit():
    option = price()
    assert option.revenue_change.value == pytest.approx(120 * 90_000 - 100 * 100_000)
    assert option.revenue_change.convention == "annual revenue" and option.net.convention.startswith("annual profit")


@settings(deadline=None, max_examples=40)
@given(st.floats(1, 1e4), st.floats(1, 1e6), st.floats(0.05, 0.9), st.floats(-0.04, 1), st.floats(-1, 1))
def test_net_is_the_difference_of_two_years(unit_price, volume, margin, price_change, volume_change):
    profit = unit_price * margin
    option = price(price=unit_price, volume=volume, profit_per_unit=profit, price_change=price_change, volume_change=volume_change)
    after = (profit + unit_price * price_change) * volume * (1 + volume_change)
    assert option.net.value == pytest.approx(after - profit * volume, rel=1e-9, abs=1e-9 * profit * volume)
    assert option.gained.value >= 0 and option.lost.value >= 0
    assert option.gained.value - option.lost.value == pytest.approx(option.net.value, rel=1e-9, abs=1e-6)
    at_break_even = price(price=unit_price, volume=volume, profit_per_unit=profit, price_change=price_change,
                          volume_change=max(-1.0, -option.break_even_volume_loss.value))
    assert at_break_even.net.value == pytest.approx(0, abs=1e-9 * profit * volume + 1e-6)


def test_ranges_carry_through():
    option = price(volume=Estimate(100_000, 90_000, 110_000, level=0.8))
    assert (option.net.low, option.net.high, option.net.level) == pytest.approx((1_350_000, 1_650_000, 0.8), rel=1e-3)
    assert option.break_even_volume_loss.low == pytest.approx(0.4)


def test_options_are_held_against_the_best_smaller_change():
    offer = DirectBenefit(Estimate(100), Estimate(100_000), Estimate(30), (
        PriceOption("up 20", 0.2, -0.1), PriceOption("up 5", 0.05, 0.0), PriceOption("up 10", 0.1, 0.0)))
    large, small, middle = compare_prices(offer)
    assert small.break_even_against is None
    assert middle.break_even_against[0] == "up 5" and middle.break_even_against[1].value == pytest.approx(1 - 35 / 40)
    assert large.break_even_against[0] == "up 10" and large.break_even_against[1].value == pytest.approx(0.2)
    assert large.net.key == "direct_benefit.up 20.net"
    assert compare_prices(DirectBenefit(Estimate(1), Estimate(1), Estimate(1))) == ()


@pytest.mark.parametrize("changes", [
    {"price": 0}, {"volume": -1}, {"profit_per_unit": 0}, {"price_change": -1}, {"volume_change": -1.1}, {"price_change": math.nan},
    {"price_change": -0.3},  # takes the whole profit of a unit
])
def test_prices_that_make_no_sense(changes):
    with pytest.raises(AnalysisError):
        price(**changes)
