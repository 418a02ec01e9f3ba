"""The scan on data that nobody hopes for: a verdict or a sentence, never a crash, a warning of a library or a NaN."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from tests.analysis.worlds import months
from valuelab.analysis.before_after import before_and_after
from valuelab.analysis.leads import VERDICTS, scan_leading_indicators
from valuelab.analysis.next_measures import measure_next
from valuelab.errors import AnalysisError
from valuelab.types import CannotSay

RNG = np.random.default_rng(0)
Y = pd.Series(1000 + 50 * RNG.normal(size=48), months(48), name="orders")
X = pd.Series(50 + RNG.normal(size=48), months(48))


def without(series: pd.Series, start: int, stop: int) -> pd.Series:
    series = series.copy()
    series.iloc[start:stop] = np.nan
    return series


def everything(outcome: pd.Series, indicator: pd.Series):
    """The verdict, after all that is made of it was made and is JSON."""
    scan = scan_leading_indicators(outcome, {"x": indicator})
    for result in (scan, measure_next(outcome, {"x": indicator}, scan=scan), before_and_after(scan)):
        json.dumps(result.to_dict(), allow_nan=False)
        assert repr(result)
    scan.to_frame()
    return scan.verdicts[0]


@pytest.mark.parametrize(("indicator", "reason"), [
    (X * 0 + 5, "never changes"), (X * 0, "never changes"), (X * np.nan, "no values"), (X.iloc[:0], "no values"),
    (without(X, 20, 26), "22 paired months without a gap"), (X.iloc[:5], "5 paired months"), (X.iloc[24:].set_axis(months(24, "2031-01")), "0 paired months"),
])
def test_an_indicator_that_cannot_be_tested_says_why(indicator, reason):
    verdict = everything(Y, indicator)
    assert verdict.verdict == "not enough data" and reason in verdict.reason
    assert verdict.raw_correlation is None and verdict.p_value is None


@pytest.mark.parametrize("outcome", [Y * 0, Y * 0 + 7, Y * np.nan, Y.iloc[:0], Y.iloc[:1]])
def test_an_outcome_that_never_moves_is_a_sentence(outcome):
    assert isinstance(scan_leading_indicators(outcome, {"x": X}), CannotSay)
    assert isinstance(measure_next(outcome, {"x": X}), CannotSay)


def test_five_months_and_a_gap_say_from_when():
    short = everything(Y.iloc[:5], X.iloc[:5])
    assert short.n == 5 and short.enough_from == Y.index[4] + 19
    assert short.sight.half_seen_from > short.enough_from and short.sight.power_at_half is None
    gap = everything(without(Y, 20, 26), X)
    assert gap.enough_from == Y.index[-1] + 2 and gap.sight.half_seen_from > gap.enough_from


@pytest.mark.parametrize("copy", [Y, 3 * Y, -Y, np.log(Y), (Y / 1000).round(3), Y * 1e9 + 4e12])
def test_a_copy_is_told_to_be_the_same_figure(copy):
    verdict = everything(Y, copy)
    assert (verdict.verdict, verdict.lag_months, verdict.same_figure) == ("moves together", 0, True)
    assert "same figure as orders in other units" in verdict.reason
    assert abs(verdict.raw_correlation.value) > 0.99
    assert verdict.direction == ("opposite" if copy.iloc[0] < 0 else "same")


@pytest.mark.parametrize(("shift", "verdict", "word"), [(2, "leads", "2 months earlier"), (-1, "lags", "1 month later")])
def test_a_copy_with_moved_months_is_told_too(shift, verdict, word):
    found = everything(Y, Y.set_axis(Y.index - shift))
    assert (found.verdict, found.lag_months, found.same_figure) == (verdict, shift, True) and word in found.reason


def test_what_only_resembles_the_outcome_is_not_called_a_copy():
    verdict = everything(Y, Y + 20 * np.random.default_rng(1).normal(size=48))
    assert verdict.verdict == "moves together" and not verdict.same_figure


@pytest.mark.parametrize("unit", [1e12, 1e-12, 1e300, 1e-300])
def test_units_however_large_or_small_change_nothing(unit):
    plain, scaled = everything(Y, X), everything(Y * unit, X * unit)
    assert scaled.verdict == plain.verdict and scaled.p_value == pytest.approx(plain.p_value, abs=0.2)
    assert scaled.raw_correlation.value == pytest.approx(plain.raw_correlation.value, abs=1e-9)
    if plain.sight is not None:
        assert scaled.sight.detectable.value == pytest.approx(plain.sight.detectable.value, abs=0.02)


@pytest.mark.parametrize("indicator", [
    pd.Series(np.where(np.arange(48) == 20, 6.0, 5.0), months(48)), pd.Series(np.where(np.arange(48) % 3 == 0, 6.0, 5.0), months(48)),
    pd.Series(np.r_[np.full(30, 5.0), X.to_numpy()[30:]], months(48)), X - 50, X.round().astype(int), without(X, 20, 21),
])
def test_one_value_repeated_jumps_and_signs_are_tested(indicator):
    verdict = everything(Y, indicator)
    assert verdict.verdict in VERDICTS and (verdict.p_value is None or 0 <= verdict.p_value <= 1)


@pytest.mark.parametrize("bad", [np.inf, -np.inf])
def test_an_infinite_value_is_refused_with_its_month(bad):
    wrong = X.copy()
    wrong.iloc[10] = bad
    with pytest.raises(AnalysisError, match="2021-11 is infinite"):
        scan_leading_indicators(Y, {"x": wrong})
    with pytest.raises(AnalysisError, match="2021-11 is infinite"):
        scan_leading_indicators(wrong, {"x": X})
