"""The lookup: Wilson's interval, which cells are nearest, how they are named, and what a customer's series is like."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from statsmodels.stats.proportion import proportion_confint

from valuelab.analysis import calibrated as c
from valuelab.errors import AnalysisError
from valuelab.simulation.worlds import World

USUAL = c.Row(c.FALSE_ALARM, "invented", "unrelated", 36, "ar", 0.6, True, "own", 3, "same", None, None, False, None, None, 400, 400, 0.05, 0.011, 1, "")


@pytest.mark.parametrize(("hits", "counted"), [(0, 12), (1, 12), (5, 100), (97, 100), (400, 400), (3, 7)])
def test_wilson_is_that_of_statsmodels(hits, counted):
    low, high = proportion_confint(hits, counted, method="wilson")
    assert c.wilson(hits, counted) == pytest.approx((hits / counted, low, high), abs=1e-12)


@pytest.mark.parametrize(("hits", "counted"), [(1, 0), (-1, 5), (6, 5), (0, 0)])
def test_counts_that_cannot_be_are_refused(hits, counted):
    with pytest.raises(AnalysisError, match="hits="):
        c.wilson(hits, counted)


def test_the_nearest_cells_are_pooled_and_named():
    rows = tuple(replace(USUAL, months=n, memory=m, rate=n / 1000) for n in (24, 36, 48, 60) for m in (0.3, 0.6, 0.9))
    found = c.nearest(c.FALSE_ALARM, months=36, memory=0.45, indicators=3, season="own", rows=rows)
    assert found.value == pytest.approx(0.036, abs=0.003)
    assert found.n == 800 and found.level == 0.95 and found.low < found.value < found.high
    assert found.convention == "measured on 800 invented accounts: 36 months, 3 indicators, memory 0.3 and 0.6, own trend and season"
    assert c.nearest(c.FALSE_ALARM, months=500, memory=0.6, rows=rows).value == pytest.approx(0.06)
    assert "60 months" in c.nearest(c.FALSE_ALARM, months=500, rows=rows).convention, "what was measured is named, not what was asked"


def test_an_account_that_hardly_differs_is_nearest():
    rough, walk = replace(USUAL, season="rough", rate=0.07), replace(USUAL, noise="random walk", memory=None, rate=0.03)
    many = replace(USUAL, indicators=7, rate=0.06)
    rows = (USUAL, rough, walk, many)
    ask = dict(months=36, indicators=3, memory=0.6, season="own", rows=rows)
    assert c.nearest(c.FALSE_ALARM, **ask).value == 0.05
    assert c.nearest(c.FALSE_ALARM, **ask | {"season": "rough"}).value == 0.07
    assert c.nearest(c.FALSE_ALARM, **ask | {"indicators": 6}).value == 0.06
    found = c.nearest(c.FALSE_ALARM, **ask | {"memory": 0.99})
    assert found.value == 0.03 and "a random walk" in found.convention


def test_worlds_that_put_methods_to_the_test_are_not_looked_up():
    assert c.nearest(c.FALSE_ALARM, months=36, rows=(replace(USUAL, noise="cycle"),)) is None
    assert c.nearest(c.FALSE_ALARM, months=36, rows=()) is None
    assert c.nearest(c.SLOPE, months=36, rows=(USUAL,)) is None
    assert c.nearest(c.FALSE_ALARM, months=36, named=True, rows=(USUAL,)) is None
    assert c.nearest(c.FALSE_ALARM, months=36, rows=(replace(USUAL, counted=0, rate=0.0),)) is None


def test_real_series_are_asked_for_by_name():
    real = replace(USUAL, source="real", kind="pairs of real series that cannot be related", noise="", memory=None, trend=False, season="", rate=0.04)
    found = c.nearest(c.FALSE_ALARM, months=40, memory=0.6, source="real", rows=(USUAL, real))
    assert found.value == 0.04 and found.convention == "measured on 400 pairs of real series that cannot be related: 36 months"


def test_an_unknown_question_is_named():
    with pytest.raises(AnalysisError, match="question='anything'"):
        c.nearest("anything", months=36)


def test_a_row_comes_back_from_its_texts():
    raw = dict(question=c.FOUND, source="invented", trial="leading", months="24", noise="ar", memory="0.4", trend="yes", season="own", indicators="3",
               kind="same", lead="0", strength="0.5", named="no", months_known="", since="", replicates="200", counted="200", rate="0.335",
               standard_error="0.03", seed="7", code="abc")
    row = c.row_of(raw)
    assert (row.lead, row.months_known, row.named, row.trend, row.hits) == (0, None, False, True, 67)


# what a series is like

def outcome(seed: int, **world) -> pd.Series:
    return World(**{"months": 60, "indicators": 1} | world).draw(np.random.default_rng(seed))[0]


@pytest.mark.parametrize(("memory", "low", "high"), [(0.0, 0.0, 0.25), (0.6, 0.35, 0.75), (0.9, 0.6, 0.97)])
def test_memory_is_about_what_was_put_in(memory, low, high):
    told = [c.character(outcome(k, memory=memory))[0] for k in range(20)]
    assert low <= np.median(told) <= high


def test_a_rough_season_is_told_from_a_smooth_one_also_in_long_series():
    rough = [c.character(outcome(k, months=72, season="rough", memory=0.0))[1] for k in range(12)]
    smooth = [c.character(outcome(k, months=72, memory=0.0))[1] for k in range(12)]
    assert rough.count("rough") >= 9 and smooth.count("rough") <= 5


@pytest.mark.parametrize("values", [[5.0] * 40, [1.0, 2.0, 3.0], [np.nan] * 30, list(range(40)), [1e12, 1e-12] * 15, [0.0, 1.0] * 5 + [np.nan] * 30])
def test_a_series_that_says_nothing_has_a_character_and_no_warning(values):
    memory, season = c.character(pd.Series(values, pd.period_range("2021-01", periods=len(values), freq="M"), dtype=float))
    assert 0 <= memory <= 1 and season in ("own", "rough")
