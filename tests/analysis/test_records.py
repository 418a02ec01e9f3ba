"""What results say of their method's record: from the table, or nominal and nothing where the table is silent."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.analysis.test_calibrated import USUAL
from valuelab.analysis import calibrated as c
from valuelab.analysis import records
from valuelab.simulation.worlds import World

REAL = replace(USUAL, source="real", noise="", memory=None, trend=False, season="", kind="real series")
PAIRS = replace(REAL, kind="pairs of real series that cannot be related", rate=0.03)
ROWS = (
    USUAL, replace(USUAL, named=True, rate=0.04), PAIRS,
    replace(USUAL, question=c.SLOPE, trial="slope", indicators=1, lead=3, rate=0.95), replace(USUAL, question=c.SLOPE_FOUND, lead=3, rate=0.9),
    replace(USUAL, question=c.TOTAL_95, trial="projection", months_known=0, rate=0.94), replace(REAL, question=c.TOTAL_95, months_known=0, rate=0.93),
    replace(USUAL, question=c.NO_EFFECT, trial="effect", since=12, rate=0.06),
)


@pytest.fixture
def outcome():
    return World(36).draw(np.random.default_rng(1))[0]


@pytest.fixture
def table(monkeypatch):
    monkeypatch.setattr(c, "table", lambda: ROWS)


def test_the_scan_quotes_accounts_like_this_one(table, outcome):
    found = records.false_alarm_rate(outcome, indicators=3, named=False, alpha=0.05)
    assert (found.value, found.kind, found.key) == (0.05, "measured", "leads.false_alarm_rate")
    assert found.low < 0.05 < found.high and "400 invented accounts" in found.convention
    assert records.false_alarm_rate(outcome, indicators=3, named=True, alpha=0.05).value == 0.04
    (real,) = records.scan_record(36)
    assert real.value == 0.03 and "cannot be related" in real.convention


def test_what_was_not_measured_is_nominal(table, outcome):
    for told in (records.false_alarm_rate(outcome, indicators=3, named=False, alpha=0.1),
                 records.false_alarm_rate(outcome, indicators=0, named=False, alpha=0.05)):
        assert told.kind == "assumed" and told.bare and told.convention == "over all verdicts, nominal"


def test_intervals_quote_how_often_they_held(table):
    (known,) = records.slope_record(36, indicator="mood", lag_selected=False)
    (found,) = records.slope_record(36, indicator="mood", lag_selected=True)
    assert (known.value, found.value, known.key) == (0.95, 0.9, "conversion.mood.record")
    invented, real = records.projection_record(40)
    assert (invented.value, real.value) == (0.94, 0.93) and real.convention == "measured on 400 real series: 36 months"
    assert [e.value for e in records.effect_record(36, 10)] == [0.06]


def test_without_a_table_there_is_no_record(monkeypatch, outcome):
    monkeypatch.setattr(c, "table", lambda: ())
    assert records.false_alarm_rate(outcome, indicators=3, named=False, alpha=0.05).kind == "assumed"
    assert records.scan_record(36) == records.projection_record(36) == records.effect_record(36, 12) == ()
    assert records.slope_record(36, indicator="x", lag_selected=False) == ()
    assert records.scan_record(0) == records.effect_record(0, 3) == ()
