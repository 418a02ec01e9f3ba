from __future__ import annotations

import math
from datetime import date, timedelta

import numpy as np
import pytest
import pyxirr
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from valuelab.analysis.finance import growth_per_year, irr, mirr, npv, payback, rate_per_period, xirr, xnpv
from valuelab.errors import AnalysisError

EXCEL_DATES = [date(2008, 1, 1), date(2008, 3, 1), date(2008, 10, 30), date(2009, 2, 15), date(2009, 4, 1)]
EXCEL_DATED = [-10_000, 2_750, 4_250, 3_250, 2_750]
EXCEL_IRR = [-70_000, 12_000, 15_000, 18_000, 21_000, 26_000]
EXCEL_MIRR = [-120_000, 39_000, 30_000, 21_000, 37_000, 46_000]
EXCEL_SHOP = [-40_000, 8_000, 9_200, 10_000, 12_000, 14_500]
MINE = [-3.0, *[1.0] * 9, -6.5]  # Brealey, Myers, Allen, chapter 5: a strip mine that must be cleaned up, A$ billion
PLANT = [-40_000, 5_000, 8_000, 12_000, 30_000]

amounts = st.floats(1, 1e6).map(lambda x: round(x, 2))
conventional = st.tuples(st.lists(amounts, min_size=1, max_size=10), st.lists(amounts, min_size=1, max_size=20)).map(
    lambda parts: [-x for x in parts[0]] + parts[1])
any_flows = st.lists(st.floats(-1e6, 1e6).map(lambda x: round(x, 2)), min_size=1, max_size=12)


# Published worked examples: Microsoft Excel documentation (functions NPV, XNPV, IRR, XIRR, MIRR), LibreOffice Help
# (NPV, MIRR), numpy-financial 1.0 documentation, and Brealey, Myers, Allen: Principles of Corporate Finance.
@pytest.mark.parametrize(("rate", "flows", "published", "digits"), [
    (0.10, [0, -10_000, 3_000, 4_200, 6_800], 1_188.44, 2),  # Excel discounts the first flow, too
    (0.08, EXCEL_SHOP, 1_922.06, 2),
    (0.08, [*EXCEL_SHOP, -9_000], -3_749.47, 2),
    (0.0875, [0, 10, 20, 30], 49.43, 2),  # LibreOffice
    (0.08, PLANT, 3_065.22267, 5),  # numpy-financial
    (0.05, [-370_000, 420_000], 30_000, 0),  # Brealey, Myers, Allen, chapter 2
    (0.10, [-2_000, 500, 500, 5_000], 2_624, 0),  # chapter 5, projects A, B and C
    (0.10, [-2_000, 500, 1_800, 0], -58, 0),
    (0.10, [-2_000, 1_800, 500, 0], 50, 0),
    (0.10, MINE, 0.253, 3),
])
def test_npv_published(rate, flows, published, digits):
    assert round(npv(rate, flows), digits) == published


@pytest.mark.parametrize(("flows", "published", "digits"), [
    (EXCEL_IRR[:5], -0.021, 3),
    (EXCEL_IRR, 0.087, 3),
    (EXCEL_IRR[:3], -0.444, 3),
    ([-100, 39, 59, 55, 20], 0.28095, 5),  # numpy-financial
    ([-100, 0, 0, 74], -0.0955, 4),
    ([-100, 100, 0, 7], 0.06206, 5),
    ([-4_000, 2_000, 4_000], 0.28078, 5),  # Brealey, Myers, Allen, chapter 5
])
def test_irr_published(flows, published, digits):
    assert round(irr(flows), digits) == published


def test_dated_flows_published():
    assert xnpv(0.09, EXCEL_DATED, EXCEL_DATES) == pytest.approx(2_086.647602, abs=1e-6)
    assert xirr(EXCEL_DATED, EXCEL_DATES) == pytest.approx(0.373362535, abs=1e-8)


@pytest.mark.parametrize(("flows", "finance", "reinvest", "published"), [
    (EXCEL_MIRR, 0.10, 0.12, 0.1261),
    (EXCEL_MIRR[:4], 0.10, 0.12, -0.0480),
    (EXCEL_MIRR, 0.10, 0.14, 0.1348),
    ([-5, 10, 15, 8], 0.5, 0.1, 0.9416),  # LibreOffice, 94.16 %
])
def test_mirr_published(flows, finance, reinvest, published):
    assert mirr(flows, finance_rate=finance, reinvest_rate=reinvest) == pytest.approx(published, abs=1e-4)


@pytest.mark.parametrize("flows", [
    MINE,  # 3.50 % and 19.54 % both fit
    [1_000, -3_000, 2_500],  # Brealey, Myers, Allen: no rate fits
    [-100, 230, -132],
    [-1_000, 3_600, -4_310, 1_716],  # 10, 20 and 30 %
    [-100, 220, -121],  # touches zero at 10 %, never above: it does not pay at any rate
    [-5, 10.5, 1, -8, 1],
    [100, 200], [-100, -200], [0, 0], [0], [-5],
])
def test_irr_is_not_said_where_it_is_not_defined(flows):
    assert irr(flows) is None


def test_both_rates_of_the_mine_make_npv_zero():
    assert npv(0.0350, MINE) == pytest.approx(0, abs=2e-3)
    assert npv(0.1954, MINE) == pytest.approx(0, abs=2e-3)


def test_irr_with_several_sign_changes_but_one_rate_is_said():
    flows = [-100, 60, -10, 90]
    assert npv(irr(flows), flows) == pytest.approx(0, abs=1e-9)


def test_irr_survives_deep_losses_and_long_plans():
    assert irr([-1_000, 1]) == pytest.approx(-0.999)
    assert npv(irr([-100.0] + [0.0] * 500 + [150.0]), [-100.0] + [0.0] * 500 + [150.0]) == pytest.approx(0, abs=1e-6)
    assert irr([-50.0] * 34 + [32.7]) < -0.3


@settings(deadline=None)
@given(conventional)
def test_npv_at_irr_is_zero(flows):
    rate = irr(flows)
    assume(rate > -0.9)
    assert abs(npv(rate, flows)) <= 1e-7 * sum(abs(x) / (1 + rate) ** i for i, x in enumerate(flows))


@settings(deadline=None)
@given(conventional)
def test_irr_agrees_with_the_library_on_conventional_flows(flows):
    published = pyxirr.irr(flows)
    assume(published is not None)
    assert irr(flows) == pytest.approx(published, rel=1e-6, abs=1e-8)


@settings(deadline=None)
@given(any_flows)
def test_a_rate_is_said_only_where_it_is_the_only_one(flows):
    """Held against all roots of the polynomial, where these are well apart and away from the edge."""
    flows = np.trim_zeros(np.array(flows, dtype=float))
    assume(flows.size >= 2 and np.abs(flows[flows != 0]).min() > 1)
    roots = np.roots(flows[::-1])
    angles = np.abs(roots.imag) / np.maximum(np.abs(roots), 1e-300)
    assume(not ((angles > 1e-9) & (angles < 1e-2)).any())
    real = np.sort(roots.real[(angles <= 1e-9) & (roots.real > 0)])
    assume(real.size < 2 or (np.diff(real) / real[1:]).min() > 1e-2)
    assert (irr(flows) is not None) == (real.size == 1)
    if real.size == 1:
        assert 1 / (1 + irr(flows)) == pytest.approx(real[0], rel=1e-6)


@settings(deadline=None)
@given(conventional, st.floats(0.001, 1), st.floats(0.001, 1))
def test_npv_falls_with_the_rate_for_an_investment(flows, first, second):
    """Below its own rate of return; far beyond, what is spent later shrinks faster than what is earned."""
    own = 1 + irr(flows)
    lower, higher = own * math.exp(-first - second) - 1, own * math.exp(-first) - 1
    assert npv(lower, flows) > npv(higher, flows) > 0


@settings(deadline=None)
@given(conventional, st.floats(1e-3, 1e3))
def test_rates_and_payback_know_no_currency(flows, factor):
    scaled = [x * factor for x in flows]
    assert npv(0.1, scaled) == pytest.approx(factor * npv(0.1, flows), rel=1e-9, abs=1e-9 * factor * sum(map(abs, flows)))
    assert irr(scaled) == pytest.approx(irr(flows), rel=1e-6, abs=1e-9)


@settings(deadline=None)
@given(any_flows, st.floats(0.01, 0.5))
def test_xnpv_by_whole_years_of_365_days_is_npv(flows, rate):
    dates = [date(2025, 1, 1) + timedelta(days=365 * i) for i in range(len(flows))]
    assert xnpv(rate, flows, dates) == pytest.approx(npv(rate, flows), rel=1e-9, abs=1e-6)


@settings(deadline=None)
@given(conventional)
def test_xirr_by_whole_years_is_irr(flows):
    dates = [date(2025, 1, 1) + timedelta(days=365 * i) for i in range(len(flows))]
    assert xirr(flows, dates) == pytest.approx(irr(flows), rel=1e-7, abs=1e-9)


def test_xirr_of_one_day_is_not_said_and_order_within_a_day_is_none():
    one = date(2025, 1, 1)
    assert xirr([-100, 110], [one, one]) is None
    year = [one, date(2026, 1, 1), date(2026, 1, 1)]
    assert xirr([-100, -10, 120], year) == xirr([-100, 120, -10], year) == pytest.approx(0.1)


@pytest.mark.parametrize(("flows", "expected"), [
    ([-2_000, 500, 500, 5_000], 2.2),
    ([-2_000, 1_800, 500, 0], 1.4),
    ([-100, 100], 1.0),
    ([-100, 50], None),
    ([100, -50], 0.0),  # never below zero: nothing to pay back
    ([0, 0], 0.0),
    ([-100, 150, -100, 100], 2.5),  # the first return is not for good
    ([0, -100, 0, 200], 2.5),
    ([-0.3, 0.1, 0.1, 0.1], 3.0),  # sums to −5.6e-17 in floating point
])
def test_payback(flows, expected):
    assert payback(flows) == (None if expected is None else pytest.approx(expected))


@settings(deadline=None)
@given(any_flows)
def test_payback_is_said_exactly_where_the_sum_ends_at_zero_or_above(flows):
    total, moved = math.fsum(flows), sum(map(abs, flows))
    assume(abs(total) > 1e-6 * moved or moved == 0)
    answer = payback(flows)
    assert (answer is not None) == (total >= 0)
    if answer:
        after = np.cumsum(flows)[math.ceil(answer):]
        assert (after >= -1e-9 * moved).all()


def test_rates():
    assert (1 + rate_per_period(0.1, 52)) ** 52 == pytest.approx(1.1)
    assert rate_per_period(0.1, 1) == pytest.approx(0.1)
    assert growth_per_year(0.2, years=3) == pytest.approx(0.0627, abs=5e-5)


@pytest.mark.parametrize("call", [
    lambda: npv(0.1, []),
    lambda: npv(0.1, [[1.0, 2.0]]),
    lambda: npv(-1, [1.0]),
    lambda: npv(math.nan, [1.0]),
    lambda: npv(0.1, [1.0, math.nan]),
    lambda: irr([1.0, math.inf]),
    lambda: payback([math.nan]),
    lambda: mirr([-1, 1], finance_rate=-1, reinvest_rate=0.1),
    lambda: xnpv(0.1, [1.0], []),
    lambda: xnpv(0.1, [1.0, 2.0], [date(2025, 2, 1), date(2025, 1, 1)]),
    lambda: rate_per_period(0.1, 0),
    lambda: growth_per_year(-1, years=3),
    lambda: growth_per_year(0.1, years=0),
])
def test_wrong_arguments_are_named(call):
    with pytest.raises(AnalysisError):
        call()


def test_a_missing_flow_is_refused_by_name():
    with pytest.raises(AnalysisError, match=r"flows\[1\]=nan.*not zero"):
        npv(0.1, [1.0, math.nan])


def test_mirr_needs_outlay_and_income():
    assert mirr([100, 10], finance_rate=0.1, reinvest_rate=0.1) is None
