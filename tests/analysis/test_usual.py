"""The usual ways: run rate and last year again, as people make them, beside the projection and with their record."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from tests.analysis.test_projection import monthly, simulated
from valuelab.analysis.projection import project
from valuelab.analysis.reviews import review_baseline
from valuelab.analysis.usual import PROJECTION, RUN_RATE, YEAR_AGO, compare_with_usual, usual_totals
from valuelab.inputs import load_customer
from valuelab.types import Measure


@pytest.fixture(scope="module")
def sales() -> pd.Series:
    return monthly(np.r_[np.arange(1, 13), np.arange(11, 23)] * 10.0, "2023-01", name="Sales")


def test_known_months_are_kept_and_the_rest_is_filled(sales):
    totals = usual_totals(sales, "2024-07..2025-06")
    half = sales["2024-07":].sum()
    assert totals[RUN_RATE].value == pytest.approx(half + 6 * sales["2024"].mean())
    assert totals[YEAR_AGO].value == pytest.approx(half + sales["2024-01":"2024-06"].sum())
    assert all(t.bare and t.kind == "estimated" and t.convention for t in totals.values())


def test_years_further_ahead_repeat_the_last_known_one(sales):
    assert usual_totals(sales, "2026")[YEAR_AGO].value == pytest.approx(sales["2024"].sum())
    assert usual_totals(sales, "2026")[RUN_RATE].value == pytest.approx(sales["2024"].sum())


def test_a_level_is_carried_on():
    staff = Measure("Staff", monthly([50.0, 52, 54, 51] * 4, "2023Q1", "Q-DEC"), total_by="last", unit="people")
    totals = usual_totals(staff, "2027Q2")
    assert totals[RUN_RATE].value == 51 and totals[YEAR_AGO].value == 52
    assert "last known quarter" in totals[RUN_RATE].convention and totals[RUN_RATE].unit == "people"


def test_what_is_not_known_is_not_repeated(sales):
    holed = sales.copy()
    holed["2024-03"] = np.nan
    totals = usual_totals(holed, "2025")
    assert YEAR_AGO not in totals and totals[RUN_RATE].value == pytest.approx(12 * holed["2024"].mean())
    assert YEAR_AGO not in usual_totals(sales.iloc[-6:], "2025")


def test_the_comparison_has_the_projection_first_and_the_nearest_record():
    projection = project(monthly(simulated(1, 54), "2021-04", name="Clients"), through="2026-09")
    result = compare_with_usual(projection, "2025-04..2026-03", key="usual")
    assert [w.name for w in result.ways] == [PROJECTION, RUN_RATE, YEAR_AGO]
    assert result.ways[0].total.value == projection.total("2025-04..2026-03").value and not result.ways[0].total.bare
    misses = [w.miss for w in result.ways]
    assert all(0 < m.value < 0.2 for m in misses) and misses[0].value < min(m.value for m in misses[1:])
    assert "48 months of history, 6 of them in the year" in misses[0].convention
    assert [w.total.key for w in result.ways] == ["usual.projection", "usual.run_rate", "usual.last_year_again"]
    json.dumps(result.to_dict(), allow_nan=False)
    assert [w.miss for w in compare_with_usual(projection, "2025-10..2026-03", key="usual").ways] == [None] * 3


def test_the_review_compares_for_the_leading_goal_and_names_the_running_year():
    harbour = review_baseline(load_customer("harbour-care", as_of="2025-09"))
    assert harbour.comparison.ways[0].total.value == harbour.lead.projected.value
    assert harbour.year_end.value == harbour.lead.projected.value and harbour.year_end.key == "baseline.year_end"
    parcelway = review_baseline(load_customer("parcelway"))
    known = parcelway.measure.series["2025-01":].sum()
    assert known < parcelway.year_end.low < parcelway.year_end.high
    assert parcelway.comparison.last == parcelway.lead.goal.end
