"""Meetings that are due by the calendar, an agenda that follows from what the report shows, and needs that rest on a gap."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from valuelab.analysis.outcome_quality import review_outcomes
from valuelab.analysis.red_flags import review_red_flags
from valuelab.analysis.relationships import review_relationships
from valuelab.analysis.rhythm import review_expansion, review_rhythm
from valuelab.present.figures import plain
from valuelab.present.show import show
from valuelab.registers import AccountRegister, ExpansionLine, FlagLine, MeetingHeld, Milestone, OutcomeLine, Person
from valuelab.types import Customer, Promise, Renewal


def account(*meetings: MeetingHeld, as_of: str = "2025-06", every: str = "month", expansion=(), **more) -> Customer:
    register = AccountRegister((FlagLine("product not a good fit", "investigate", "", "lead", "2025-05"),), (Milestone("Live", "2025-05"), Milestone("Next", "2025-09")),
                               (OutcomeLine("Calm", by="lead", on="2025-05"),), meetings, tuple(expansion), every)
    return Customer("acme", "Acme", pd.Period(as_of, freq="M"), "USD", questions=register, **more)


@pytest.mark.parametrize(("kind", "every", "on", "due", "state"), [
    ("operational", "month", "2025-05-30", "2025-06-30", "due"), ("operational", "month", "2025-05-31", "2025-06-30", "due"), ("operational", "month", "2025-06-01", "2025-07-01", "held"),
    ("operational", "week", "2025-06-23", "2025-06-30", "due"), ("operational", "week", "2025-06-24", "2025-07-01", "held"),
    ("business", "week", "2025-05", "2025-06-30", "due"), ("strategic", "month", "2025-03-30", "2025-06-30", "due"), ("strategic", "month", "2025-04", "2025-07-30", "held"),
])
def test_a_meeting_is_due_one_interval_after_the_last(kind, every, on, due, state):
    found = next(m for m in review_rhythm(account(MeetingHeld(kind, on), every=every)).meetings if m.kind == kind)
    assert (found.due, found.state) == (due, state)


def test_what_was_never_held_is_not_called_due():
    found = review_rhythm(account(MeetingHeld("business", "2025-06-10")))
    assert {m.kind: m.state for m in found.meetings} == {"operational": "never held", "business": "held", "strategic": "never held"}
    assert review_rhythm(account()) is None


@pytest.mark.parametrize(("spoken", "silent", "said"), [
    ((True, False, False), 2, "last 2 business reviews"), ((False, True), 0, ""), ((False,), 1, "last 1 business review"), ((None, None), None, "is not written down"), ((), None, "is not written down"),
])
def test_outcomes_belong_in_each_business_review(spoken, silent, said):
    held = [MeetingHeld("business", f"2025-0{i + 1}-10", x) for i, x in enumerate(spoken)] or [MeetingHeld("strategic", "2025-06-01")]
    found = review_rhythm(account(*held))
    assert found.silent == silent and said in plain(show(found).html())


def test_the_agenda_follows_from_the_report():
    customer = account(MeetingHeld("business", "2025-06-10"), renewal=Renewal(date(2025, 9, 30)), promises=(
        Promise("promised", "Clients", 10.0, pd.Period("2025-10", "M")), Promise("expected", "Clients", 12.0, pd.Period("2026-06", "M"))))
    found = review_rhythm(customer, flags=review_red_flags(customer, None), outcomes=review_outcomes(customer), people=review_relationships((Person("user", "promoter"),)))
    told = [(item.meeting, item.what) for item in found.agenda]
    assert ("operational", "Milestone: Live") in told and ("business", "Red flag: product not a good fit") in told and ("strategic", "Outcome: Calm") in told
    assert ("business", "The promised value of Clients") in told and ("strategic", "The renewal") in told and ("strategic", "People: champion") in told
    assert not any("Next" in what or "expected" in what for _, what in told)
    assert all(item.origin in ("data", "opinion", "params") for item in found.agenda)


def test_needs_stand_by_how_far_they_are_and_those_without_a_gap_are_named():
    lines = [ExpansionLine("A", "closed, down", by="x", on="2025-05"), ExpansionLine("B <b>", "need", by="x", on="2025-05"),
             ExpansionLine("C", "commercial", "paper", "one plan", by="x", on="2025-05")]
    found = review_expansion(account(expansion=lines))
    assert [x.name for x in found.lines] == ["C", "B <b>", "A"] and found.open == 2 and found.without_gap == ("B <b>",)
    assert "B &lt;b&gt;" in str(show(found).html()) and review_expansion(account()) is None
