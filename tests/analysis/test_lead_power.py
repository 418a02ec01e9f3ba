"""What could have been seen: stated power holds in worlds whose truth is known, and grows where it must."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from tests.analysis.worlds import months, world
from valuelab.analysis.lead_power import LinkNoise, Search, _student_quantile, months_needed, power, sight_of
from valuelab.analysis.leads import scan_leading_indicators
from valuelab.analysis.pairing import enough_from

SMOOTH, ROUGH = LinkNoise(2, 5.0), LinkNoise(6, 7.5)
SEARCHED, NAMED = Search(3, 0.033), Search(1, 0.041, named=True)


def found(count: int, *, lead: int, trials: int, named: bool = False) -> float:
    """How often a lead of half the outcome's surprise is called."""
    lags = {"x0": lead} if named else None
    scans = (scan_leading_indicators(*world(count, np.random.default_rng([71, count, k]), lead=lead), expected_lags=lags, seed=k)
             for k in range(trials))
    return float(np.mean([scan.verdicts[0].verdict == "leads" for scan in scans]))


def stated(count: int, *, named: bool = False) -> list:
    """What scans of unlinked series say that they could have seen."""
    lags = {"x0": 3} if named else None
    scans = (scan_leading_indicators(*world(count, np.random.default_rng([72, count, k])), expected_lags=lags, seed=k) for k in range(12))
    return [v.sight for scan in scans for v in scan.verdicts[:1] if v.sight is not None]


@pytest.mark.parametrize(("count", "named"), [(30, False), (36, False), (27, True)])
def test_a_lead_is_found_as_often_as_is_said(count, named):
    said = np.median([s.power_at_half.value for s in stated(count, named=named)])
    assert abs(found(count, lead=3, trials=100, named=named) - said) < 0.2  # two standard errors of 100 trials, and 0.1


def test_after_the_months_that_are_said_to_be_needed_a_lead_is_found_four_times_in_five():
    needed = int(np.median([s.months_for_half for s in stated(30)]))
    assert 34 <= needed <= 50
    assert 0.66 <= found(needed, lead=3, trials=80) <= 0.96


@settings(max_examples=60, deadline=None)
@given(st.floats(0.05, 0.9), st.floats(0.02, 0.08), st.integers(24, 200), st.sampled_from([SMOOTH, ROUGH]), st.sampled_from([SEARCHED, NAMED]))
def test_more_is_seen_of_what_is_stronger_longer_or_less_rough(strength, more, count, noise, search):
    now = float(power(strength, count, search=search, noise=noise))
    assert 0 <= now <= 1
    assert float(power(min(strength + more, 0.99), count, search=search, noise=noise)) >= now - 1e-12
    assert float(power(strength, count, search=search, noise=ROUGH)) <= float(power(strength, count, search=search, noise=SMOOTH)) + 1e-12
    if now > 0.1 and search.tests(np.array(count)) == search.tests(np.array(count + 1)):
        assert float(power(strength, count + 1, search=search, noise=noise)) >= now - 1e-9


@given(st.floats(0.1, 0.95), st.sampled_from([SMOOTH, ROUGH]))
def test_a_lag_named_in_advance_needs_fewer_months(strength, noise):
    named, searched = (months_needed(strength, search=s, noise=noise) for s in (NAMED, SEARCHED))
    assert named is not None or searched is None
    assert searched is None or named <= searched


@pytest.mark.parametrize("search", [SEARCHED, NAMED, Search(1, 0.033, max_lag_months=3), Search(7, 0.013)])
def test_months_needed_are_the_first_that_are_enough_for_good(search):
    first = months_needed(0.4, search=search, noise=SMOOTH)
    later = np.arange(first, 241)
    assert (power(0.4, later, search=search, noise=SMOOTH) >= 0.8).all()
    assert first == search.fewest_months or float(power(0.4, first - 1, search=search, noise=SMOOTH)) < 0.8


def test_what_would_take_decades_is_not_promised():
    assert months_needed(0.01, search=SEARCHED, noise=SMOOTH) is None


def test_a_named_lag_needs_pairs_that_far_apart():
    far = Search(1, 0.041, lag_months=12, named=True)
    assert far.fewest_months == 30
    assert float(power(0.9, 29, search=far, noise=SMOOTH)) == 0


def test_the_quick_quantile_is_students():
    for freedom in (12.0, 20.0, 60.0):
        for p in (0.001, 0.02):
            assert _student_quantile(stats.norm.isf(p), freedom) == pytest.approx(stats.t.isf(p, freedom), rel=2e-3)


def test_shares_of_alpha_are_those_of_the_scan():
    assert Search.of(searched=3, named=0, alpha=0.05).level == pytest.approx(0.029)
    assert Search.of(searched=0, named=1, alpha=0.05, lag_named=3).level == pytest.approx(0.037)
    both = Search.of(searched=2, named=1, alpha=0.05, lag_named=3)
    assert both.level == pytest.approx(0.021) and both.named and both.indicators == 1


def test_sight_agrees_with_itself():
    last = months(36)[-1]

    def sight(count: int):
        return sight_of(count, reached=lambda needed: last + needed - count, search=SEARCHED, noise=SMOOTH, key="x0")

    now = sight(36)
    assert float(power(now.detectable.value, 36, search=SEARCHED, noise=SMOOTH)) == pytest.approx(0.8, abs=0.01)
    assert float(power(0.5, 36, search=SEARCHED, noise=SMOOTH)) == pytest.approx(now.power_at_half.value, abs=0.01)
    assert now.months_for_half == months_needed(0.5, search=SEARCHED, noise=SMOOTH)
    assert now.half_seen_from == last + now.months_for_half - 36
    assert now.months_for_quarter > now.months_for_half and now.quarter_seen_from > now.half_seen_from
    young = sight(10)
    assert young.detectable is None and young.power_at_half is None and young.half_seen_from == last + young.months_for_half - 10
    old = sight(200)
    assert old.half_seen_from is None and old.detectable.value < 0.2


@pytest.mark.parametrize("missing", [slice(0), slice(-1, None), slice(5, 7)])
def test_the_month_is_the_same_however_it_is_counted(missing):
    y, xs = world(40, np.random.default_rng(6))
    x = xs["x0"].copy()
    x.iloc[missing] = np.nan
    sight = scan_leading_indicators(y, {"x0": x}).verdicts[0].sight
    assert sight.quarter_seen_from == enough_from(y, x, sight.months_for_quarter)


def test_before_the_season_can_be_told_it_is_taken_as_rough():
    y, xs = world(18, np.random.default_rng(8))
    assert all(v.sight.noise.harmonics == 6 and v.sight.detectable is None for v in scan_leading_indicators(y, xs).verdicts)


def test_not_shown_says_what_could_have_been_seen_and_a_lead_does_not():
    scan = scan_leading_indicators(*world(72, np.random.default_rng(3), lead=3))
    first, *others = scan.verdicts
    assert first.verdict == "leads" and first.sight is None
    assert all(v.sight.detectable.key == f"leads.{v.indicator}.detectable" for v in others if v.verdict == "not shown")
    frame = scan.to_frame().set_index("indicator")
    assert np.isnan(frame.loc["x0", "detectable"]) and 0.1 < frame["detectable"].max() < 0.8


def test_weak_evidence_is_told_with_its_own_figure():
    scan = scan_leading_indicators(*world(26, np.random.default_rng(5)))
    told = next(w for w in scan.warnings if "weak evidence" in w)
    least = min(v.sight.power_at_half.value for v in scan.verdicts if v.sight is not None)
    assert f"about {max(round(100 * least), 1)} of 100 cases" in told
