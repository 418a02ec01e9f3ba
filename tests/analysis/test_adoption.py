"""Active against licensed people: known answers, what is not known, small teams, patterns, and a feature that leads."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from valuelab.analysis.adoption import TOGETHER, review_adoption
from valuelab.analysis.adoption_responses import response_of_feature
from valuelab.types import CannotSay, Estimate, Team, Usage

MONTH = pd.Period("2025-06", "M")


def team(name: str = "Sales", licences: int = 100, cadence: str = "monthly", named: bool = True) -> Team:
    return Team(name, Estimate(licences, unit="licences", kind="agreed", key=f"assumptions.adoption.teams.{name}.licences"), cadence, named)


def counts(rows: list[tuple], teams: tuple[Team, ...], **other) -> Usage:
    frame = pd.DataFrame(rows, columns=["day", "team", "feature", "active"]).assign(day=lambda f: pd.to_datetime(f["day"]), active=lambda f: f["active"].astype(float))
    return Usage(frame, "counts", "monthly", teams, MONTH, **other)


def events(rows: list[tuple], teams: tuple[Team, ...], **other) -> Usage:
    frame = pd.DataFrame(rows, columns=["day", "team", "feature", "user"]).assign(day=lambda f: pd.to_datetime(f["day"]))
    return Usage(frame, "events", "daily", teams, MONTH, **other)


@pytest.mark.parametrize(("active", "status"), [(1000, "good"), (950, "good"), (900, "good"), (800, "watch"), (700, "needs a conversation"), (0, "inactive")])
def test_of_a_thousand_licences(active, status):  # F17
    found = review_adoption(counts([("2025-06-01", "Sales", "", active)], (team(licences=1000),)))
    assert found.status == status
    assert found.total.share.value == active / 1000


def test_thresholds_are_settings():
    usage = counts([("2025-06-01", "Sales", "", 700)], (team(licences=1000),))
    assert review_adoption(replace(usage, good=0.65, talk=0.4)).status == "good"


def test_missing_is_not_zero():
    two = (team("A"), team("B"))
    for rows in ([("2025-06-01", "A", "", 80)], [("2025-06-01", "A", "", 80), ("2025-06-01", "B", "", np.nan)]):
        found = review_adoption(counts(rows, two))
        assert found.total.share is None
        assert found.total.status == "not known"
        assert {t.name: t.status for t in found.teams} == {"A": "watch", "B": "not known"}


def test_a_team_that_no_row_names_is_not_known_to_be_idle():
    found = review_adoption(events([("2025-06-02", "A", "", u) for u in range(90)], (team("A"), team("B", named=False))))
    assert {t.name: t.status for t in found.teams} == {"A": "good", "B": "not known"}
    assert "spelled otherwise" in found.teams[1].reason


def test_each_pace_counts_people_once_a_period():
    rows = [(day, "A", "", user) for day in pd.bdate_range("2025-06-01", "2025-06-30") for user in range(10) for _ in range(3) if user < 5 or day.weekday() == 0]
    share = {pace: review_adoption(events(rows, (team("A", 10, pace),))).total.share.value for pace in ("daily", "weekly", "monthly")}
    assert share == {"daily": pytest.approx((5 * 16 + 10 * 5) / 21 / 10), "weekly": 1.0, "monthly": 1.0}


def test_use_that_gathers_at_the_month_end_is_found():
    days = pd.bdate_range("2025-03-01", "2025-06-30")
    last = {d for _, month in pd.Series(days, days).groupby(days.to_period("M")) for d in month.index[-3:]}
    steady = review_adoption(events([(d, "A", "", u) for d in days for u in range(6)], (team("A", 10, "daily"),))).teams[0]
    spiky = review_adoption(events([(d, "A", "", u) for d in days for u in range(9 if d in last else 1)], (team("A", 10, "daily"),))).teams[0]
    assert steady.month_end.value == pytest.approx(1)
    assert spiky.month_end.value > 4
    assert (spiky.response, steady.response) == ("training", "awareness")


def test_teams_under_five_are_shown_together_or_not_at_all():
    rows = [("2025-06-01", name, "", active) for name, active in (("Big", 90), ("Tiny", 3), ("Small", 2))]
    found = review_adoption(counts(rows, (team("Big"), team("Tiny", 4), team("Small", 4))))
    assert [t.name for t in found.teams] == ["Big", TOGETHER]
    assert (found.teams[1].active.value, found.total.active.value) == (5, 95)
    alone = review_adoption(counts(rows, (team("Big"), team("Tiny", 4))))
    assert [t.name for t in alone.teams] == ["Big"]
    assert alone.total.active.value == 90  # else the difference would tell
    assert alone.left_out == 1
    assert "Tiny" not in str(alone.to_dict())
    assert isinstance(review_adoption(counts(rows, (team("Tiny", 4),))), CannotSay)


def test_more_people_than_licences_are_pointed_out():
    found = review_adoption(counts([("2025-06-01", "A", "", 120)], (team("A", 100),)))
    assert found.teams[0].share is None
    assert any("licences" in w for w in found.warnings)


def test_a_fall_that_chance_does_not_give_asks_for_a_look_at_the_product():
    fell = review_adoption(counts([("2025-03-01", "A", "", 80), ("2025-06-01", "A", "", 50)], (team("A", 100),))).teams[0]
    assert fell.change.value == pytest.approx(-0.3)
    assert (fell.response, fell.status) == ("product", "needs a conversation")
    little = review_adoption(counts([("2025-03-01", "A", "", 52), ("2025-06-01", "A", "", 50)], (team("A", 100),))).teams[0]
    assert little.response == "promotion"


@pytest.mark.parametrize(("kind", "response"), [("new", "awareness"), ("differentiated", "promotion"), ("value", "training"), (None, "")])
def test_what_a_little_used_feature_asks_for_depends_on_its_class(kind, response):
    assert response_of_feature(kind, Estimate(0.1, 0.05, 0.2), None)[0] == response
    assert response_of_feature(kind, Estimate(0.4, 0.3, 0.6), None)[0] == ""  # may as well be half
    assert response_of_feature(kind, Estimate(0.1, 0.05, 0.2), Estimate(0.1, 0.0, 0.3))[0] == "product"


def test_features_are_shares_of_active_people():
    rows = [("2025-06-02", "A", "Board", u) for u in range(8)] + [("2025-06-03", "A", "Chat", u) for u in range(6, 10)]
    found = review_adoption(events(rows, (team("A", 10),), features={"Board": "value", "Chat": "value", "Unused": "new"}))
    assert {f.name: f.share.value for f in found.features} == {"Board": 0.8, "Chat": 0.4, "Unused": 0.0}
    assert {f.name: f.share.value for f in found.classes} == {"value": 1.0}


def worlds(lead: int, seed: int) -> Usage:
    rng = np.random.default_rng(seed)
    months = pd.period_range("2021-07", MONTH, freq="M")
    push = 0.08 * rng.standard_normal(len(months))
    later = np.r_[np.zeros(lead), push[: len(push) - lead]] if lead else 0.08 * rng.standard_normal(len(months))
    active = np.round(1000 * (0.6 + 0.8 * later + 0.01 * rng.standard_normal(len(months))))
    used = np.round(active * (0.5 + push))
    rows = [(m.to_timestamp(), "A", f, n) for m, a, u in zip(months, active, used, strict=True) for f, n in (("", a), ("Board", u))]
    return counts(rows, (team("A", 1000),), features={"Board": "value"})


def test_a_feature_that_leads_activity_is_found_and_one_that_does_not_is_left_alone():
    found = review_adoption(worlds(2, 1)).leads[0]
    assert (found.verdict, found.lag_months, found.direction) == ("leads", 2, "same")
    assert review_adoption(worlds(0, 2)).leads[0].verdict == "not shown"
