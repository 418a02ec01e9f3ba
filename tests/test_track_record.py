"""Scores of earlier probabilities: by hand, and nothing where there are too few."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from valuelab.track_record import ALWAYS_HALF, FEWEST_PROMISES, Forecast, PromiseRecord, records_of, score


def promise(number: int, kept: bool | None, *chances: float, actual: float | None = 100.0) -> PromiseRecord:
    forecasts = tuple(Forecast(f"2024-{m:02}", c, 100.0, 90.0, 110.0, 0.95) for m, c in enumerate(chances, 1))
    return PromiseRecord("promised", "Orders", float(number), "2025-03", forecasts=forecasts, kept=kept, actual=actual)


def test_the_brier_score_by_hand():
    """Five kept at 0.8 and five missed at 0.4: (5 × 0.04 + 5 × 0.16) / 10 = 0.10; skill 1 − 0.10 / 0.25 = 0.6."""
    result = score([promise(i, True, 0.8) for i in range(5)] + [promise(i, False, 0.4) for i in range(5, 10)])
    assert (result.promises, result.forecasts, result.kept) == (10, 10, 5)
    assert result.brier == pytest.approx(0.10)
    assert result.skill == pytest.approx(0.6)
    assert result.skill_low < 0.6 < result.skill_high


def test_a_promise_counts_once_however_often_it_was_forecast():
    """One promise forecast at 0.5 and at 1.0: (0.25 + 0) / 2 = 0.125; nine at 1.0: 0. Together 0.0125."""
    result = score([promise(0, True, 0.5, 1.0), *(promise(i, True, 1.0) for i in range(1, 10))])
    assert (result.promises, result.forecasts) == (10, 11)
    assert result.brier == pytest.approx(0.0125)


def test_coverage_counts_intervals_that_held_what_happened():
    result = score([promise(i, True, 0.9, actual=100.0 if i < 9 else 120.0) for i in range(10)])
    assert (result.covered, result.intervals, result.coverage) == (9, 10, pytest.approx(0.9))
    assert (result.coverage_low, result.coverage_high) == (pytest.approx(0.5958, abs=1e-3), pytest.approx(0.9821, abs=1e-3))  # Wilson, 9 of 10


def test_too_few_say_nothing():
    result = score([promise(i, True, 0.9) for i in range(FEWEST_PROMISES - 1)] + [promise(99, None, 0.5), promise(100, True)])
    assert (result.promises, result.enough, result.brier, result.skill, result.coverage) == (FEWEST_PROMISES - 1, False, None, None, None)
    assert score([]).promises == 0


def test_where_all_agree_the_skill_has_no_interval():
    result = score([promise(i, True, 1.0) for i in range(12)])
    assert (result.brier, result.skill, result.skill_low, result.skill_high) == (0, 1, None, None)


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=10, max_size=40))
def test_the_score_lies_between_perfect_and_wrong_for_sure(pairs):
    result = score([promise(i, kept, chance) for i, (chance, kept) in enumerate(pairs)])
    assert 0 <= result.brier <= 1
    assert result.brier == pytest.approx(sum((c - k) ** 2 for c, k in pairs) / len(pairs))
    assert result.skill == pytest.approx(1 - result.brier / ALWAYS_HALF)


def test_records_of_several_customers_are_one_portfolio():
    row = {"kind": "promised", "measure": "Orders", "value": 5, "by": "2025-03", "kept": True, "actual": 6,
           "forecasts": [{"as_of": "2024-12", "chance": 0.8, "value": 6, "low": 5, "high": 7, "level": 0.95}, {"as_of": "2025-01", "chance": 1.8, "value": 6}]}
    files = [{"customer": str(i), "promises": {"record": [row]}} for i in range(10)]
    result = score(r for results in files for r in records_of(results))
    assert (result.promises, result.forecasts) == (10, 10), "a chance above 1 is no forecast"
    assert result.brier == pytest.approx(0.04)
