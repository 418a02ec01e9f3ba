"""Common months, single gaps and sampling error."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from tests.analysis.worlds import months
from valuelab.analysis import pairing as p
from valuelab.errors import AnalysisError
from valuelab.types import Measure


def pattern(text: str) -> np.ndarray:
    return np.array([c == "x" for c in text], bool)


@pytest.mark.parametrize(("text", "expected"), [
    ("xxxx", (0, 4)), ("..xx.", (2, 4)), ("", (0, 0)), ("...", (0, 0)), ("xx.xx..x", (0, 5)), ("xx..xxx.x", (4, 9)),
])
def test_longest_stretch_bridges_one_month_only(text, expected):
    found = p.longest_stretch(pattern(text))
    assert (found.start, found.stop) == expected


def test_a_single_month_beyond_a_hole_is_not_worth_an_invented_one():
    assert p.longest_stretch(pattern("x." + "x" * 30)) == slice(2, 32)
    assert p.longest_stretch(pattern("x" * 30 + ".x")) == slice(0, 30)
    assert p.longest_stretch(pattern("x" * 15 + "." + "x" * 15)) == slice(0, 31)


@pytest.mark.parametrize(("text", "count"), [("xxx", 3), ("xx.xx", 5), ("xx..xx", 2), ("x.x.xx", 4), ("xx...", 2), ("...", 0)])
def test_months_at_the_end(text, count):
    assert p.months_at_the_end(pattern(text)) == count


def test_a_filled_month_follows_the_season_not_the_straight_line():
    index = months(36)
    december = 100 + 40 * (index.month == 12)
    series = pd.Series(december.astype(float), index)
    series.iloc[23] = np.nan
    assert p.with_month_filled(series).iloc[23] == pytest.approx(140, rel=0.02)
    with pytest.raises(AnalysisError, match="2 unknown months"):
        p.with_month_filled(series.where(index != index[5]))


def test_sampling_error_of_a_survey():
    index = months(3)
    survey = Measure("mood", pd.Series([7.0, 7, 7], index), answers=pd.Series([100.0, 100, 100], index), scale=(0, 10))
    assert p.sampling_error(survey, None, name="mood") == (pytest.approx(0.2), True)
    assert p.sampling_error(survey, 0.39, name="mood") == (0.39, False)
    assert p.sampling_error(survey.series, None, name="mood") == (None, False)
    with pytest.raises(AnalysisError, match=r"standard_error=-1.*mood"):
        p.sampling_error(survey, -1, name="mood")
