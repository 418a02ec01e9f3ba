"""Lines before and after: the same numbers as the scan's, and none where nothing could be tested."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from tests.analysis.worlds import months, world
from valuelab.analysis.before_after import before_and_after
from valuelab.analysis.leads import scan_leading_indicators
from valuelab.errors import AnalysisError
from valuelab.types import CannotSay


def rising(count: int = 48, seed: int = 0) -> tuple[pd.Series, pd.Series]:
    """Two unrelated lines that both rise."""
    rng = np.random.default_rng(seed)
    first, second = (pd.Series(100 + 2 * np.arange(count) + 6 * rng.normal(size=count), months(count)) for _ in range(2))
    return first.rename("orders"), second


@pytest.mark.parametrize("count", [30, 60, 110])
def test_the_picture_has_the_numbers_of_the_scan(count):
    for lead in (None, 2, -2, 0):
        scan = scan_leading_indicators(*world(count, np.random.default_rng([count, 9]), lead=lead))
        for verdict in scan.verdicts:
            picture = before_and_after(scan, verdict.indicator)
            row = scan.profile[(scan.profile["indicator"] == verdict.indicator) & (scan.profile["lag_months"] == picture.lag_months)]
            assert picture.surprise_correlation.value == row["statistic"].iloc[0]
            known = picture.table.dropna()
            by_hand = known["outcome_surprise"] @ known["indicator_surprise"] / np.sqrt(
                (known["outcome_surprise"] ** 2).sum() * (known["indicator_surprise"] ** 2).sum())
            if picture.lag_months % 12:  # where calendars lie on each other the scan also takes out what is usual in each month
                assert by_hand == pytest.approx(picture.surprise_correlation.value, abs=1e-6)
            assert np.corrcoef(picture.table["outcome"], picture.table["indicator"])[0, 1] == pytest.approx(picture.raw_correlation.value)
            assert picture.raw_correlation == verdict.raw_correlation


def test_lines_that_rise_together_are_told_apart():
    pictures = [before_and_after(scan_leading_indicators(y, {"staff": x})) for y, x in (rising(seed=k) for k in range(10))]
    assert all(p.raw_correlation.value > 0.9 for p in pictures)
    assert sum(p.verdict == "not shown" for p in pictures) >= 7


def test_the_strongest_lead_is_pictured_or_the_one_nearest_to_the_edge():
    scan = scan_leading_indicators(*world(60, np.random.default_rng(4), lead=3))
    assert before_and_after(scan).indicator == "x0" and before_and_after(scan).lag_months == 3
    quiet = scan_leading_indicators(*world(60, np.random.default_rng(6)))
    edge = (quiet.profile["statistic"].abs() / quiet.profile["null_95"]).idxmax()
    assert before_and_after(quiet).indicator == quiet.profile.loc[edge, "indicator"]


def test_a_shorter_indicator_leaves_months_open_and_the_result_is_json():
    y, x = rising(60)
    picture = before_and_after(scan_leading_indicators(y, {"long": x + 0.1 * y.mean(), "short": x.iloc[20:50]}), "short")
    assert len(picture.table) == 60 and picture.table["indicator"].notna().sum() == 30
    assert json.loads(json.dumps(picture.to_dict(), allow_nan=False))["table"][0]["indicator"] is None


def test_what_could_not_be_tested_has_no_picture():
    y, x = rising()
    scan = scan_leading_indicators(y, {"young": x.iloc[-10:], "flat": x * 0})
    assert isinstance(before_and_after(scan), CannotSay) and isinstance(before_and_after(scan, "flat"), CannotSay)
    with pytest.raises(AnalysisError, match="indicator='nobody'"):
        before_and_after(scan, "nobody")
