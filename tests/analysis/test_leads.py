"""The scan: right verdicts in worlds whose truth is known, honest about scarce data, blind to units and calendar."""

from __future__ import annotations

import json
import time

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.analysis.worlds import memory, months, world
from valuelab.analysis.leads import LeadScan, LeadVerdict, scan_leading_indicators
from valuelab.errors import AnalysisError
from valuelab.types import CannotSay, Measure

SHOWN = {"leads", "moves together", "lags"}


def one(scan: LeadScan, name: str = "x0") -> LeadVerdict:
    return next(v for v in scan.verdicts if v.indicator == name)


def linked(count: int = 48, lead: int = 3, seed: int = 0, sign: int = 1) -> tuple[pd.Series, pd.Series]:
    """An outcome that the indicator moves, plainly, ``lead`` months later."""
    rng = np.random.default_rng(seed)
    source = memory(0.4, count + 12, rng)
    outcome = np.exp(7 + 0.08 * sign * np.roll(source, lead) + 0.02 * rng.normal(size=count + 12))
    index = months(count)
    return pd.Series(outcome[12:], index, name="clients"), pd.Series(50 + 3 * source[12:], index, name="x0")


# error, power, and a check that the check can fail

def naive_scan_flags(outcome: pd.Series, indicators: dict[str, pd.Series]) -> bool:
    """What a spreadsheet does: the highest of the raw correlations over 0 … 12 months against ±1.96 / √n."""
    limit = 1.96 / np.sqrt(len(outcome))
    return any(abs(np.corrcoef(outcome[lag:], x[: len(x) - lag])[0, 1]) > limit for x in indicators.values() for lag in range(13))


@pytest.fixture(scope="module")
def unrelated():
    return [world(36, np.random.default_rng([36, k])) for k in range(120)]


def test_unrelated_series_are_seldom_linked(unrelated):
    flagged = [any(v.verdict in SHOWN for v in scan_leading_indicators(y, xs, seed=k).verdicts) for k, (y, xs) in enumerate(unrelated)]
    assert np.mean(flagged) <= 0.12


def test_a_naive_scan_would_fail_the_same_check(unrelated):
    assert np.mean([naive_scan_flags(y, xs) for y, xs in unrelated]) > 0.8


def test_lags_named_in_advance_keep_the_same_error():
    lags = {"x0": 6, "x1": 2}
    flagged = []
    for k in range(60):
        scan = scan_leading_indicators(*world(24, np.random.default_rng([24, k, 1])), expected_lags=lags, seed=k)
        flagged.append(any(v.verdict in SHOWN for v in scan.verdicts))
    assert np.mean(flagged) <= 0.13


def test_a_true_lead_is_found_at_its_lag():
    found, near, inside = [], [], []
    for k in range(60):
        verdict = one(scan_leading_indicators(*world(36, np.random.default_rng([3, k]), lead=3), seed=k))
        found.append(verdict.verdict == "leads")
        if found[-1]:
            near.append(abs(verdict.lag_months - 3) <= 1)
            inside.append(verdict.lag_low <= 3 <= verdict.lag_high)
            assert verdict.direction == "same"
    assert np.mean(found) >= 0.45
    assert np.mean(near) >= 0.9 and np.mean(inside) >= 0.85


def test_a_lag_named_in_advance_is_found_more_often():
    searched, named = [], []
    for k in range(50):
        y, xs = world(24, np.random.default_rng([24, k, 3]), lead=3)
        searched.append(one(scan_leading_indicators(y, xs, seed=k)).verdict == "leads")
        named.append(one(scan_leading_indicators(y, xs, expected_lags={"x0": 3}, seed=k)).verdict == "leads")
    assert np.mean(named) >= max(0.4, np.mean(searched) + 0.1)


def test_what_moves_in_the_same_month_is_not_called_leading():
    called = [one(scan_leading_indicators(*world(36, np.random.default_rng([5, k]), lead=0), seed=k)).verdict for k in range(50)]
    assert called.count("leads") <= 5 and called.count("moves together") >= 25


# known answers

@pytest.mark.parametrize(("lead", "verdict"), [(4, "leads"), (0, "moves together"), (-3, "lags")])
def test_a_plain_link_gets_its_verdict_and_lag(lead, verdict):
    y, x = linked(lead=lead)
    found = one(scan_leading_indicators(y, {"x0": x}))
    assert (found.verdict, found.lag_months) == (verdict, lead)
    assert found.lag_low <= lead <= found.lag_high
    assert found.p_value < 0.001 and found.n == 48
    assert found.strength.low < found.strength.value < found.strength.high and found.strength.key == "leads.x0.strength"


def test_opposite_direction():
    y, x = linked(sign=-1)
    assert one(scan_leading_indicators(y, {"x0": x})).direction == "opposite"


def test_an_exact_copy_moves_together():
    y, _ = linked()
    scan = scan_leading_indicators(y, {"copy": y, "scaled": 3 * y, "shifted": y.shift(-2).ffill()})
    assert [v.verdict for v in scan.verdicts] == ["moves together", "moves together", "leads"]
    assert one(scan, "copy").strength.value == pytest.approx(1)


def test_strength_is_about_what_was_put_in():
    values = [one(scan_leading_indicators(*world(60, np.random.default_rng([6, k]), indicators=1, lead=3), expected_lags={"x0": 3}, seed=k)).strength
              for k in range(25)]
    values = [s for s in values if s is not None]
    assert 0.3 < np.mean([s.value for s in values]) < 0.6  # truth: a half, a little lost to the filters
    assert np.mean([s.low <= 0.5 <= s.high for s in values]) >= 0.8


def test_the_band_agrees_with_the_verdict():
    for k in range(12):
        scan = scan_leading_indicators(*world(36, np.random.default_rng([7, k]), lead=[None, 2, -2][k % 3]), seed=k)
        for v in scan.verdicts:
            rows = scan.profile[scan.profile["indicator"] == v.indicator]
            outside = rows["lag_months"][rows["statistic"].abs() > rows["null_95"]].tolist()
            assert bool(outside) == (v.verdict in SHOWN)
            if v.verdict in SHOWN:
                assert v.lag_months in outside


# how much data

@pytest.mark.parametrize(("count", "longest"), [(24, 6), (35, 6), (36, 9), (47, 9), (48, 12), (60, 12)])
def test_longest_lag_grows_with_the_data(count, longest):
    scan = scan_leading_indicators(*world(count, np.random.default_rng(count)))
    assert scan.max_lag_months == longest and scan.months_used == count
    assert sorted(set(scan.profile["lag_months"])) == list(range(-longest, longest + 1))
    assert any("weak evidence" in w for w in scan.warnings) == (count < 36)


def test_too_few_months_say_from_when_there_are_enough():
    y, x = linked(48)
    scan = scan_leading_indicators(y, {"x0": x, "young": x.iloc[-20:]})
    young = one(scan, "young")
    assert (young.verdict, young.n, young.enough_from) == ("not enough data", 20, y.index[-1] + 4)
    assert young.lag_months is None and young.p_value is None and young.strength is None
    assert set(scan.profile["indicator"]) == {"x0"}
    assert one(scan).verdict == "leads"


def test_nothing_but_too_few_months_is_still_a_scan():
    y, x = linked(20)
    scan = scan_leading_indicators(y, {"x0": x})
    assert isinstance(scan, LeadScan) and scan.status == "not enough data" and scan.profile.empty
    assert one(scan).enough_from == pd.Period("2022-12", "M")
    assert list(scan.profile.columns) == ["indicator", "lag_months", "statistic", "null_95"]


def test_enough_from_counts_from_the_last_gap_on():
    y, x = linked(40)
    x.iloc[[18, 19, 20, 28, 29]] = np.nan
    assert one(scan_leading_indicators(y, {"x0": x})).enough_from == x.index[-1] + (24 - 10)


def test_a_named_lag_needs_pairs_that_far_apart():
    y, x = linked(24)
    scan = scan_leading_indicators(y, {"x0": x}, expected_lags={"x0": 10})
    assert one(scan).verdict == "not enough data" and one(scan).enough_from == y.index[-1] + 4
    assert "10 months apart" in one(scan).reason


def test_indicators_of_different_length_are_tested_together():
    y, x = linked(60, lead=2)
    scan = scan_leading_indicators(y, {"x0": x, "short": x.iloc[-30:], "early": x.iloc[:40]})
    assert [(v.verdict, v.lag_months, v.n) for v in scan.verdicts] == [("leads", 2, 60), ("leads", 2, 30), ("leads", 2, 40)]


def test_one_missing_month_is_filled_and_told_and_more_are_not():
    y, x = linked(48)
    x.iloc[20] = np.nan
    scan = scan_leading_indicators(y, {"x0": x})
    assert one(scan).verdict == "leads" and one(scan).n == 48
    assert any("2022-09" in w and "filled" in w for w in scan.warnings)
    x.iloc[21] = np.nan
    scan = scan_leading_indicators(y, {"x0": x})
    assert one(scan).n == 26 and any("2022-11 to 2024-12" in w for w in scan.warnings)


def test_gaps_of_the_outcome_are_told():
    y, x = linked(48)
    y.iloc[[10, 11]] = np.nan
    scan = scan_leading_indicators(y, {"x0": x})
    assert one(scan).n == 36 and any(w.startswith("clients has gaps") for w in scan.warnings)


@pytest.mark.parametrize(("make", "reason"), [
    (lambda i: pd.Series(5.0, i), "never changes"),
    (lambda i: pd.Series(np.arange(len(i)) - 10.0, i), "trend and season"),
    (lambda i: pd.Series((i.month == 12).astype(float), i), "trend and season"),
    (lambda i: pd.Series(np.nan, i), "no values"),
    (lambda i: pd.Series(np.random.default_rng(0).normal(size=16), pd.period_range("2021Q1", periods=16, freq="Q")), "not months"),
])
def test_an_indicator_that_says_nothing_gets_a_reason(make, reason):
    y, x = linked(48)
    found = one(scan_leading_indicators(y, {"x0": make(y.index), "good": x}))
    assert found.verdict == "not enough data" and reason in found.reason and found.enough_from is None


@pytest.mark.parametrize("outcome", [
    pd.Series(7.0, months(40)), pd.Series(np.nan, months(40)), pd.Series(np.arange(40.0) - 5, months(40)),
    pd.Series(np.random.default_rng(0).normal(size=120), pd.period_range("2022-01-03", periods=120, freq="W")),
])
def test_an_outcome_that_cannot_be_used_is_a_plain_sentence(outcome):
    said = scan_leading_indicators(outcome, {"x0": linked(40)[1]})
    assert isinstance(said, CannotSay) and said.reason and said.fix


# named in advance

def test_a_named_lag_is_tested_alone_and_keeps_its_profile():
    y, x = linked(48, lead=3)
    scan = scan_leading_indicators(y, {"x0": x}, expected_lags={"x0": 3})
    found = one(scan)
    assert (found.verdict, found.lag_months, found.expected_lag) == ("leads", 3, 3)
    assert len(scan.profile) == 25 and "named in advance" in found.reason
    wrong = one(scan_leading_indicators(y, {"x0": x}, expected_lags={"x0": 7}))
    assert wrong.verdict == "not shown" and "3 months stands out" in wrong.reason


def test_a_named_lag_of_nought_can_only_move_together():
    y, x = linked(48, lead=0)
    assert one(scan_leading_indicators(y, {"x0": x}, expected_lags={"x0": 0})).verdict == "moves together"


def test_a_named_lag_of_a_coincident_indicator_is_no_lead():
    called = []
    for k in range(40):
        y, xs = world(48, np.random.default_rng([8, k]), indicators=1, lead=0)
        called.append(one(scan_leading_indicators(y, xs, expected_lags={"x0": 1}, seed=k)).verdict)
    assert called.count("leads") <= 5


# what must not matter

@settings(max_examples=8, deadline=None)
@given(st.floats(1e-6, 1e6), st.floats(1e-3, 1e3), st.integers(-300, 300))
def test_units_and_calendar_do_not_matter(outcome_unit, indicator_unit, shift):
    y, xs = world(36, np.random.default_rng(11), lead=2)
    plain = scan_leading_indicators(y, xs)
    moved = scan_leading_indicators(
        pd.Series(y.to_numpy() * outcome_unit, y.index + shift, name="clients"),
        {k: pd.Series(x.to_numpy() * indicator_unit, x.index + shift) for k, x in xs.items()})
    later = [scan.to_frame().pop("half_seen_from") for scan in (plain, moved)]
    assert [a and a + shift for a in later[0]] == later[1].tolist()
    frames = [scan.to_frame().drop(columns="half_seen_from") for scan in (plain, moved)]
    pd.testing.assert_frame_equal(*frames, rtol=1e-4, atol=1e-6)
    pd.testing.assert_frame_equal(plain.profile, moved.profile, rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("constant", [-1000.0, -70.0, 3.0])
def test_a_constant_added_to_what_cannot_be_logged_does_not_matter(constant):
    y, x = linked(36)
    balance = x - 50
    first, second = (one(scan_leading_indicators(y, {"x0": b})) for b in (balance, balance + min(constant, 3.0) - 3.0))
    assert (first.verdict, first.lag_months) == (second.verdict, second.lag_months)
    assert first.strength.value == pytest.approx(second.strength.value, rel=1e-6)


def test_same_seed_same_bytes_and_order_of_indicators_is_kept():
    y, xs = world(36, np.random.default_rng(12), lead=2)
    one_way, again = (json.dumps(scan_leading_indicators(y, xs, seed=5).to_dict()) for _ in range(2))
    assert one_way == again
    backwards = scan_leading_indicators(y, dict(reversed(xs.items())), seed=5)
    assert [v.indicator for v in backwards.verdicts] == list(reversed(xs))
    assert one(backwards).lag_months == one(scan_leading_indicators(y, xs, seed=5)).lag_months


def test_results_are_not_changed_by_what_else_is_in_the_index():
    y, x = linked(36)
    padded = pd.concat([pd.Series([np.nan] * 5, pd.period_range("2020-08", periods=5, freq="M")), x]).sample(frac=1, random_state=0)
    assert one(scan_leading_indicators(y, {"x0": padded})).strength == one(scan_leading_indicators(y, {"x0": x})).strength


# shape, wording, refusals

def test_frame_and_rate():
    scan = scan_leading_indicators(*world(36, np.random.default_rng(1)))
    assert list(scan.to_frame().columns) == ["indicator", "verdict", "lag_months", "lag_low", "lag_high", "direction", "strength", "p_value", "n", "enough_from",
                                             "raw_correlation", "detectable", "half_seen_from"]
    assert scan.false_alarm_rate.key == "leads.false_alarm_rate"
    assert scan_leading_indicators(*world(36, np.random.default_rng(1)), alpha=0.1).false_alarm_rate.convention == "over all verdicts, nominal"


def test_a_noisy_survey_is_told():
    y, x = linked(36)
    survey = Measure("mood", (x - 50) / 10 + 5, answers=pd.Series(20.0, x.index), scale=(0, 10))
    assert any("sampling error" in w for w in scan_leading_indicators(y, {"mood": survey}).warnings)
    assert any("standard error given" in w for w in scan_leading_indicators(y, {"x0": x}, standard_errors={"x0": 2.0}).warnings)
    assert not any("sampling error" in w for w in scan_leading_indicators(y, {"x0": x}, standard_errors={"x0": 0.1}).warnings)


def test_a_longer_search_than_the_data_carry_is_told():
    y, xs = world(36, np.random.default_rng(2))
    scan = scan_leading_indicators(y, xs, max_lag_months=12)
    assert scan.max_lag_months == 9 and any("only 9" in w for w in scan.warnings)
    assert scan_leading_indicators(y, xs, max_lag_months=4).max_lag_months == 4


@pytest.mark.parametrize(("options", "message"), [
    ({"expected_lags": {"nobody": 3}}, "expected_lags='nobody'"), ({"expected_lags": {"x0": -2}}, r"expected_lags\['x0'\]=-2"),
    ({"expected_lags": {"x0": 2.5}}, "whole months"), ({"standard_errors": {"nobody": 1.0}}, "standard_errors='nobody'"),
    ({"standard_errors": {"x0": -1.0}}, "standard_error=-1"), ({"max_lag_months": 0}, "max_lag_months=0"), ({"alpha": 0.9}, "alpha=0.9"),
])
def test_wrong_arguments_are_named(options, message):
    y, x = linked(36)
    with pytest.raises(AnalysisError, match=message):
        scan_leading_indicators(y, {"x0": x}, **options)


@pytest.mark.parametrize("indicators", [{}, [pd.Series([1.0])]])
def test_indicators_must_be_named(indicators):
    with pytest.raises(AnalysisError, match="indicators="):
        scan_leading_indicators(linked(36)[0], indicators)


def test_hostile_series_get_a_verdict_and_no_warning():
    index = months(60)
    rng = np.random.default_rng(0)
    spiky = pd.Series(np.where(np.arange(60) == 30, 1e9, 1.0), index)
    switch = pd.Series((np.arange(60) >= 30).astype(float), index)
    rare = pd.Series((rng.random(60) < 0.05).astype(float), index)
    tiny = pd.Series(1e-12 * rng.random(60), index)
    scan = scan_leading_indicators(pd.Series(rng.integers(0, 3, 60).astype(float), index),
                                   {"spiky": spiky, "switch": switch, "rare": rare, "tiny": tiny, "<script>": 1e6 * tiny})
    assert {v.verdict for v in scan.verdicts} <= SHOWN | {"not shown"}
    json.dumps(scan.to_dict(), allow_nan=False)


def test_five_indicators_take_little_time():
    y, xs = world(36, np.random.default_rng(1), indicators=5)
    scan_leading_indicators(y, xs)
    times = []
    for _ in range(5):
        begun = time.process_time()
        scan_leading_indicators(y, xs)
        times.append(time.process_time() - begun)
    assert min(times) < 0.5  # about 0.04 when nothing else runs
