"""What to measure next: naming a lag and asking more people shorten the wait by as much as is said."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.signal import lfilter

from tests.analysis.worlds import memory, months, world
from valuelab.analysis.before_after import surprises
from valuelab.analysis.leads import scan_leading_indicators
from valuelab.analysis.next_measures import _error_for, measure_next, visible_share
from valuelab.errors import AnalysisError
from valuelab.types import CannotSay, Measure


def survey(values: np.ndarray, answers: float, rng: np.random.Generator, *, told: bool = True) -> Measure:
    """A 0–10 survey whose answers have a standard deviation of 2."""
    index = months(len(values))
    seen = 7 + values + 2 / np.sqrt(answers) * rng.normal(size=len(values))
    return Measure("mood", pd.Series(seen, index), answers=pd.Series(answers, index) if told else None, scale=(0, 10))


def outcome(count: int, seed: int = 0) -> pd.Series:
    return world(count, np.random.default_rng([seed, count]))[0]


# months

def test_naming_the_lag_saves_months():
    y, xs = world(30, np.random.default_rng(2))
    plan = measure_next(y, xs)
    for item in plan.items:
        assert 24 <= item.months_named < item.months_searched <= 60
        assert item.searched_from == y.index[-1] + (item.months_searched - 30)
        assert item.fresh_from == y.index[-1] + item.months_named
        assert item.strength == 0.5 and item.answers_now is None and item.reason == ""
    assert plan.power == 0.8 and plan.outcome == "clients"


def test_a_weaker_lead_needs_longer_and_what_is_there_already_has_no_date():
    y, xs = world(60, np.random.default_rng(3))
    half, fifth = (measure_next(y, xs, strength=s).items[1] for s in (0.5, 0.2))
    assert half.months_searched <= 60 and half.searched_from is None
    assert fifth.months_searched > half.months_searched and fifth.searched_from > y.index[-1]


def test_months_agree_with_what_the_scan_says_of_itself():
    y, xs = world(36, np.random.default_rng(4))
    scan = scan_leading_indicators(y, xs)
    for verdict, item in zip(scan.verdicts, measure_next(y, xs, scan=scan).items, strict=True):
        if verdict.sight is not None:
            assert item.months_searched == verdict.sight.months_for_half


def test_a_lead_that_is_shown_is_confirmed_on_new_months():
    y, xs = world(60, np.random.default_rng(4), lead=3)
    item = measure_next(y, xs).items[0]
    assert item.verdict == "leads" and item.lag_months == 3 and item.months_searched is None
    assert item.strength > 0.3 and item.fresh_from == y.index[-1] + item.months_named


def test_an_indicator_that_is_not_there_yet_is_planned_from_the_outcome_alone():
    y, xs = world(48, np.random.default_rng(5))
    young = xs["x0"].iloc[-6:]
    item = measure_next(y, {"young": young}).items[0]
    assert item.months_now == 6 and 24 <= item.months_named < item.months_searched
    assert item.searched_from == y.index[-1] + (item.months_searched - 6)


def test_lags_to_plan_for_can_be_given():
    y, xs = world(30, np.random.default_rng(6))
    near, far = (measure_next(y, xs, lags={"x0": lag}).items[0] for lag in (1, 12))
    assert (near.lag_months, far.lag_months) == (1, 12) and near.months_named < far.months_named


# answers

@given(st.floats(0.05, 0.95), st.floats(0.01, 100), st.floats(0, 0.95))
def test_the_error_that_a_share_allows_is_the_inverse(share, variance, phi):
    assert visible_share(variance, phi, _error_for(share, variance, phi)) == pytest.approx(share, rel=1e-6)


@pytest.mark.parametrize("phi", [0.0, 0.6])
@pytest.mark.parametrize("error", [0.2, 1.0])
def test_the_visible_share_is_what_whitening_leaves_of_a_link(phi, error):
    rng = np.random.default_rng(7)
    news = rng.normal(size=6000)
    other = news + rng.normal(size=6000)
    seen = lfilter([1], [1, -phi], np.sqrt(1 - phi**2) * news) + np.sqrt(error) * rng.normal(size=6000) - 100
    clean, left = (np.corrcoef(s, other)[0, 1] ** 2 for s in (news, surprises(seen)))
    assert left / clean == pytest.approx(visible_share(1.0, phi, error), abs=0.04)


def test_few_answers_hide_a_link_and_the_number_that_would_do_is_about_right():
    shares, needed, held = [], [], []
    for k in range(60):
        rng = np.random.default_rng([8, k])
        item = measure_next(outcome(48), {"mood": survey(0.4 * memory(0.0, 48, rng), 25.0, rng)}).items[0]
        shares.append(item.visible.value)
        held.append(item.visible.low <= 0.5 <= item.visible.high)  # 0.4² and 2² / 25 are equal
        needed.append(item.answers_needed or np.inf)
        assert item.answers_now == 25
    assert np.median(shares) == pytest.approx(0.5, abs=0.1) and np.mean(held) > 0.85
    assert 150 < np.median(needed) < 330  # 2² / (0.4² / 9) = 225


def test_more_answers_are_told_in_months():
    rng = np.random.default_rng(9)
    item = measure_next(outcome(48), {"mood": survey(0.5 * memory(0.5, 48, rng), 20.0, rng)}).items[0]
    assert item.strength == pytest.approx(0.5 * item.visible.value)
    assert item.months_searched_then < (item.months_searched or 999) and item.months_named_then < (item.months_named or 999)


def test_answers_enough_need_no_more():
    rng = np.random.default_rng(10)
    item = measure_next(outcome(48), {"mood": survey(memory(0.0, 48, rng), 400.0, rng)}).items[0]
    assert item.visible.value > 0.9 and item.answers_needed <= 400 and item.months_searched_then is None


def test_a_survey_that_moves_no_more_than_its_error_says_so():
    rng = np.random.default_rng(11)
    still = Measure("mood", 7 + (survey(np.zeros(48), 100.0, rng).series - 7) * 0.5, answers=pd.Series(100.0, months(48)), scale=(0, 10))
    plan = measure_next(outcome(48), {"mood": still})
    item = plan.items[0]
    assert item.visible.value == 0 and item.answers_needed is None and "no more than the sampling error" in item.reason
    assert item.months_searched is None and any("fifth of its scale" in w for w in plan.warnings)


def test_a_survey_without_its_number_of_answers_is_told():
    rng = np.random.default_rng(12)
    item = measure_next(outcome(48), {"mood": survey(memory(0.0, 48, rng), 50.0, rng, told=False)}).items[0]
    assert item.visible is None and "how many answers" in item.reason and item.months_named is not None


# what cannot be planned, and the shape

def test_what_cannot_be_tested_says_why():
    y, xs = world(40, np.random.default_rng(13))
    plan = measure_next(y, {"flat": xs["x0"] * 0, "copy": 2 * y, "fine": xs["x1"]})
    flat, copy, fine = plan.items
    assert flat.strength is None and "never changes" in flat.reason
    assert copy.strength is None and "same figure" in copy.reason and fine.months_named is not None
    assert isinstance(measure_next(y * 0, xs), CannotSay)


def test_frame_and_dictionary():
    rng = np.random.default_rng(14)
    y, xs = world(40, rng)
    plan = measure_next(y, {**xs, "mood": survey(memory(0.0, 40, rng), 30.0, rng), "flat": xs["x0"] * 0})
    frame = plan.to_frame()
    assert frame["indicator"].tolist() == ["x0", "x1", "x2", "mood", "flat"] and str(frame["months_named"].dtype) == "Int64"
    assert np.isnan(frame["visible"].iloc[0]) and 0 < frame["visible"].iloc[3] < 1
    json.dumps(plan.to_dict(), allow_nan=False)


@pytest.mark.parametrize(("options", "message"), [
    ({"strength": 0.0}, "strength=0"), ({"strength": 2}, "strength=2"), ({"lags": {"nobody": 3}}, "lags='nobody'"), ({"lags": {"x0": 0}}, r"lags\['x0'\]=0"),
])
def test_wrong_arguments_are_named(options, message):
    with pytest.raises(AnalysisError, match=message):
        measure_next(*world(36, np.random.default_rng(15)), **options)
