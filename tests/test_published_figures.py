"""The published figures F1 to F17, each against the public functions (F16, an implausible baseline, is refused on reading)."""

from __future__ import annotations

import numpy as np
import pytest

from tests.analysis.scenarios import campaign, order_to_ship
from valuelab.analysis.conversion import points_needed
from valuelab.analysis.finance import growth_per_year
from valuelab.analysis.prices import compare_prices
from valuelab.analysis.targets import gap_reading, measure_progress, rag, shortfall
from valuelab.analysis.value_case import value_case
from valuelab.analysis.value_chain import value_chain, value_of_units
from valuelab.types import DirectBenefit, Estimate, PriceOption

CLIENT = {"unit_value": 375, "basis": "revenue", "margin": 0.4}


def test_f1_price_options():
    offer = DirectBenefit(Estimate(100), Estimate(100_000), Estimate(30),
                          (PriceOption("+10 %", 0.1, 0.0), PriceOption("+20 %", 0.2, -0.1)))
    first, second = compare_prices(offer)
    assert first.net.value == pytest.approx(1_000_000)
    assert second.gained.value == pytest.approx(1_800_000)
    assert second.lost.value == pytest.approx(300_000)
    assert second.net.value == pytest.approx(1_500_000)
    assert second.net.value - first.net.value == pytest.approx(500_000)
    assert second.break_even_volume_loss.value == pytest.approx(0.40)
    name, fraction = second.break_even_against
    assert name == "+10 %" and fraction.value == pytest.approx(0.20)
    assert second.net.convention.startswith("annual profit")


def test_f2_shortfall_is_of_target_and_uplift_of_actual():
    last_year = shortfall(Estimate(21_400, kind="actual"), target=25_000)
    assert last_year.units.value == 3_600
    assert last_year.of_target.value == pytest.approx(0.144)
    this_year = shortfall(Estimate(21_400, kind="actual"), target=26_000)
    assert this_year.units.value == 4_600
    assert this_year.of_target.value == pytest.approx(0.1769, abs=5e-5)
    assert this_year.of_target.convention == "of target"
    assert this_year.uplift_needed.value == pytest.approx(0.215, abs=5e-4)
    assert this_year.uplift_needed.convention == "of actual"
    assert this_year.attainment.value == pytest.approx(0.823, abs=5e-4)
    assert shortfall(1_800 * 12, target=26_000).of_target.value == pytest.approx(0.169, abs=5e-4)


def test_f3_half_the_gap_is_not_a_tenth_short():
    reading = gap_reading(23_400, current=21_400, target=26_000)
    assert reading.closes.value == pytest.approx(0.4348, abs=5e-5) and reading.closes.convention == "of the gap"
    assert reading.half.value == 23_700
    assert reading.half_of_target.value == pytest.approx(0.912, abs=5e-4)
    assert reading.goal_of_target.value == pytest.approx(0.90)
    assert reading.difference.value == 300
    assert value_of_units(reading.difference, **CLIENT).revenue.value == 112_500


@pytest.mark.parametrize(("units", "revenue", "profit"), [
    (1_800, 675_000, None),
    (1_800 * 12, 8_100_000, None),
    (26_000, 9_750_000, None),
    (21_400, 8_025_000, None),
    (26_000 - 21_600, 1_650_000, 660_000),
    (26_000 - 21_400, 1_725_000, 690_000),
])
def test_f4_clients_in_money(units, revenue, profit):
    worth = value_of_units(units, **CLIENT)
    assert worth.revenue.value == revenue and worth.revenue.convention.startswith("revenue")
    if profit is not None:
        assert worth.profit.value == pytest.approx(profit) and worth.profit.convention.startswith("profit")


@pytest.mark.parametrize(("base", "clients", "revenue", "profit"), [
    (21_600, 1_080, 405_000, 162_000),
    (21_400, 1_070, 401_250, 160_500),
])
def test_f5_one_point_of_engagement(base, clients, revenue, profit):
    for reading in ("additive", "compound"):
        chain = value_chain(1, effect_per_point=0.05, reading=reading, current_units=base, **CLIENT)
        assert chain.units.value == pytest.approx(clients)
        assert chain.revenue.value == pytest.approx(revenue)
        assert chain.profit.value == pytest.approx(profit)
    additive, compound = (value_chain(2, effect_per_point=0.05, reading=reading, current_units=base, **CLIENT).units.value
                          for reading in ("additive", "compound"))
    assert compound - additive == pytest.approx(0.0025 * base)


def test_f6_points_needed_and_the_end_of_the_scale():
    near, far = (points_needed(target, current=21_400, effect_per_point=0.05, level_now=6.0, scale=(0.0, 10.0))
                 for target in (23_400, 26_000))
    assert near.additive.points.value == pytest.approx(1.87, abs=5e-3)
    assert near.compound.points.value == pytest.approx(1.83, abs=5e-3)
    assert near.reachable == "yes"
    assert far.additive.points.value == pytest.approx(4.30, abs=5e-3)
    assert far.compound.points.value == pytest.approx(3.99, abs=5e-3)
    assert far.additive.level.value == pytest.approx(10.30, abs=5e-3) and not far.additive.reachable
    assert far.compound.level.value == pytest.approx(9.99, abs=5e-3) and far.compound.reachable
    assert far.reachable == "depends on the reading"


@pytest.mark.parametrize(("days", "way"), [(30, 0.0), (22.5, 0.5), (15, 1.0), (33, -0.2)])
def test_f7_progress_is_of_the_way_to_the_target(days, way):
    series = order_to_ship([0.0, 0.0, 0.0, 0.0])
    series.iloc[-1] = days
    result = measure_progress(series, baseline=30, target=15, start="2025-01", deadline="2025-11")
    assert result.progress.value == pytest.approx(way)
    assert "of the way" in result.progress.convention


def test_f8_actual_crosses_the_plan_inside_the_fourth_month():
    result = measure_progress(order_to_ship(), baseline=30, target=15, start="2025-01", deadline="2025-11")
    assert result.table["planned"].tolist() == pytest.approx([i / 10 for i in range(11)])
    assert result.crossing == pytest.approx(3.77, abs=5e-3)
    assert (result.crossing_period - result.start).n == 4
    assert result.status == "ahead" and result.ahead_by.value == pytest.approx(0.12)


def test_f9_every_column_of_the_signed_table():
    table = value_case(campaign()).table
    columns = {
        "ncf_est": [-20_000, -20_000, -8_000, -6_000, -2_000, 2_000, 5_000, 10_000, 25_000, 22_000, 18_000, 14_000, 12_000],
        "cum_est": [-20_000, -40_000, -48_000, -54_000, -56_000, -54_000, -49_000, -39_000, -14_000, 8_000, 26_000, 40_000, 52_000],
        "ncf_act": [-20_000, -20_000, -10_344, -7_660, 200, 8_400, 4_030, 7_650, 29_900, 18_455, 15_777, 18_765, 14_500],
        "cum_act": [-20_000, -40_000, -50_344, -58_004, -57_804, -49_404, -45_374, -37_724, -7_824, 10_631, 26_408, 45_173, 59_673],
    }
    for name, values in columns.items():
        assert table[name].tolist() == values
    assert table[["expenditure_est", "expenditure_act", "revenue_est", "revenue_act"]].sum().tolist() == [160_000, 160_000, 212_000, 219_673]
    assert np.abs(table["ncf_est"]).sum() == 164_000  # what a spreadsheet without minus signs says


def test_f10_at_the_end_of_week_seven():
    case = value_case(campaign(7))
    planned, actual = case.to_date
    assert (planned.revenue.value, actual.revenue.value) == (121_000, 122_276)
    assert (planned.net_return.value, actual.net_return.value) == (-39_000, -37_724)
    assert case.at_completion.revenue.value == 213_276
    assert case.at_completion.net_return.value == 53_276
    assert case.status == "on track" and case.actual is None


def test_f11_both_conventions_of_roi():
    case = value_case(campaign())
    assert (case.estimated.net_return.value, case.actual.net_return.value) == (52_000, 59_673)
    assert case.estimated.roi_net.value == pytest.approx(0.325)
    assert case.actual.roi_net.value == pytest.approx(0.373, abs=5e-4)
    assert case.estimated.benefit_cost_ratio.value == pytest.approx(1.325)
    assert case.actual.benefit_cost_ratio.value == pytest.approx(1.373, abs=5e-4)
    assert case.estimated.roi_net.convention.startswith("net") and case.estimated.benefit_cost_ratio.convention.startswith("gross")


def test_f12_net_present_value_by_weeks_and_by_dates():
    case = value_case(campaign())
    assert (round(case.estimated.npv.value, 2), round(case.actual.npv.value, 2)) == (50_321.75, 57_856.09)
    assert [round(e.value, 2) for e in case.npv_by_dates] == [50_326.31, 57_861.03]
    assert case.estimated.irr_per_year is None and case.actual.irr_per_year is None


def test_f13_payback_and_the_deepest_point():
    case = value_case(campaign())
    assert case.estimated.payback.value == pytest.approx(8.64, abs=5e-3)
    assert case.actual.payback.value == pytest.approx(8.42, abs=5e-3)
    assert (case.estimated.deepest.value, case.actual.deepest.value) == (-56_000, -58_004)
    first = case.table.index[0]
    assert (case.estimated.deepest_period - first).n == 4 and (case.actual.deepest_period - first).n == 3


def test_f14_accuracy_of_a_total_is_not_accuracy_of_its_weeks():
    case = value_case(campaign())
    assert case.weeks_within == (2, 11)
    assert case.difference.value == pytest.approx(0.036, abs=5e-4)
    assert (case.profit_range.low, case.profit_range.high) == pytest.approx((30_800, 73_200))
    assert case.break_even_revenue.value == pytest.approx(0.245, abs=5e-4)


def test_f15_a_fifth_in_three_years():
    assert growth_per_year(0.2, years=3) == pytest.approx(0.0627, abs=5e-5)


def test_f17_thresholds_are_settings():
    assert [rag(score, green=55, amber=48) for score in (56, 50, 47)] == ["green", "amber", "red"]
    adoption = [rag(active / 1_000, green=0.9, amber=0.7) for active in (1_000, 950, 900, 700, 650)]
    assert adoption == ["green", "green", "green", "amber", "red"]
