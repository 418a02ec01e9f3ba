"""Red flags: what data raise no opinion clears, what nobody asked is not clear; outcomes: what makes one well defined, and what carries a renewal."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from valuelab.analysis.kpi_check import check_kpi
from valuelab.analysis.outcome_quality import ASK_QUALIFIER, review_outcomes
from valuelab.analysis.red_flags import ASK, FLAGS, review_red_flags
from valuelab.analysis.surveys import review_survey
from valuelab.present.figures import plain
from valuelab.present.show import show
from valuelab.registers import (
    AccountRegister,
    FlagLine,
    Milestone,
    OutcomeLine,
    PeopleRegister,
    Person,
    Survey,
    SurveyRound,
)
from valuelab.types import Customer, DeclaredBaseline, Estimate, Measure, Promise, Target

MONTHS = pd.period_range("2024-01", "2025-06", freq="M")
CLIENTS = Measure("Clients", pd.Series(100.0, MONTHS), total_by="sum", unit="clients", targets=(Target(pd.Period("2025-12", "M"), 1500.0, "1,500"),),
                  baseline=DeclaredBaseline(Estimate(1200.0, unit="clients")))
FIT = FlagLine("product not a good fit", "investigate", "<b>forms</b>", "account manager", "2025-05")


def account(*flags: FlagLine, milestones=(), outcomes=(), people=(), left=(), outcome=CLIENTS, promises=()) -> Customer:
    register = PeopleRegister(tuple(people), 0, tuple(left)) if people or left else None
    return Customer("acme", "Acme", MONTHS[-1], "USD", outcome=outcome, register=register, promises=promises, questions=AccountRegister(flags, tuple(milestones), tuple(outcomes)))


def states(customer: Customer, **more) -> dict[str, str]:
    return {f.flag: f.state for f in review_red_flags(customer, None, **more).flags}


def test_there_are_nine_and_what_nobody_asked_is_not_clear():
    found = review_red_flags(account(FIT), None)
    assert len(FLAGS) == 9 == len(found.flags) and set(ASK) == set(FLAGS)
    assert (found.open, found.accepted, found.not_asked) == (1, 0, 7)
    assert found.flags[0].flag == "product not a good fit" and found.flags[0].ask
    assert states(account(FIT))["outcome unclear"] == "clear"


def test_an_empty_register_turns_the_section_off():
    assert review_red_flags(account(), None) is None and review_outcomes(account()) is None


@pytest.mark.parametrize(("closed", "state"), [(None, "investigate"), ("cleared", "cleared"), ("accepted as a risk", "accepted as a risk")])
def test_an_investigation_ends_by_name_and_date(closed, state):
    line = replace(FIT, closed=closed, closed_by="product lead" if closed else "", closed_on="2025-06" if closed else "")
    found = review_red_flags(account(line), None)
    assert next(f.state for f in found.flags if f.flag == FIT.flag) == state
    assert ("product lead, 2025-06" in plain(show(found).html())) == bool(closed)


@pytest.mark.parametrize(("steps", "state"), [
    ([Milestone("Live", "2025-05")], "investigate"), ([Milestone("Live", "2025-05", "2025-06")], "clear"), ([Milestone("Live", "2025-06")], "investigate"),
    ([Milestone("Live", "2025-07")], "clear"), ([Milestone("Live", "2025-06-30")], "investigate"), ([], "not asked"),
])
def test_a_milestone_is_overdue_when_its_day_or_month_is_over(steps, state):
    assert states(account(FIT, milestones=steps))["stalled implementation"] == state


def test_an_opinion_does_not_clear_what_data_raise():
    line = FlagLine("stalled implementation", "clear", "all is well", "account manager", "2025-06")
    late = [Milestone("Live", "2025-03")]
    flag = next(f for f in review_red_flags(account(line, milestones=late), None).flags if f.flag == line.flag)
    assert (flag.state, flag.raised_by) == ("investigate", "data") and "overdue" in flag.data and "all is well" in flag.opinion
    closed = replace(line, answer="investigate", closed="cleared", closed_by="project lead", closed_on="2025-06")
    assert states(account(closed, milestones=late))[line.flag] == "cleared"


def test_who_left_within_a_year_is_a_change_of_people():
    there = [Person("user", "promoter")]
    assert states(account(FIT, people=there))["change of people"] == "clear"
    assert states(account(FIT, people=there, left=[Person("champion", "promoter", left="2024-08")]))["change of people"] == "investigate"
    assert states(account(FIT, people=there, left=[Person("champion", "promoter", left="2024-03")]))["change of people"] == "clear"
    assert states(account(FIT))["change of people"] == "not asked"


def test_a_detractor_who_decides_is_a_relationship_problem():
    assert states(account(FIT, people=[Person("economic buyer", "detractor")]))["relationship problems"] == "investigate"
    assert states(account(FIT, people=[Person("user", "detractor")]))["relationship problems"] == "not asked"
    flag = next(f for f in review_red_flags(account(FIT, people=[Person("economic buyer", "detractor")]), None).flags if f.flag == "relationship problems")
    assert flag.raised_by == "opinion" and flag.data.startswith("opinion"), "what somebody thinks of a person is no data"


@pytest.mark.parametrize(("then", "state"), [(20, "investigate"), (68, "clear"), (90, "clear")])
def test_a_survey_that_fell_beyond_chance_is_a_poor_experience(then, state):
    survey = review_survey(Survey("Satisfied", "satisfaction", (SurveyRound("2024-12", 100, 70), SurveyRound("2025-06", 100, then))))
    assert states(account(FIT), surveys=(survey,))["poor performance or product experience"] == state


def test_a_goal_without_a_date_or_a_figure_is_unclear():
    bare = replace(CLIENTS, targets=(Target(pd.Period("2025-12", "M"), None, "TBA"),))
    assert states(account(FIT, outcome=bare))["outcome unclear"] == "investigate"
    promise = Promise("promised", "Clients", 1400.0, pd.Period("2025-12", "M"))
    assert states(account(FIT, outcome=bare, promises=(promise,)))["outcome unclear"] == "clear"
    assert states(account(FIT, outcome=None))["outcome unclear"] == "not asked"


GOOD = OutcomeLine("clients", drivers=("make money",), identified="explicit", level="strategic", socialised="regularly", aligned=True, by="account manager", on="2025-06")


def test_an_outcome_of_the_params_takes_its_definition_from_there():
    found = review_outcomes(account(outcomes=[GOOD])).outcomes[0]
    assert found.well_defined and found.measured and found.risk == "low" and found.ask == "" and found.missing == ()
    assert {p.name: p.text for p in found.definition}["baseline"] == "1,200 clients"


@pytest.mark.parametrize(("line", "risk", "asks"), [
    (replace(GOOD, aligned=None), "some", "aligned"), (replace(GOOD, level="operational", socialised="never"), "some", "strategic"),
    (replace(GOOD, drivers=()), "some", "connected"), (replace(GOOD, identified="unknown"), "high", "identified"),
    (OutcomeLine("Calm", by="x", on="2025-06"), "high", "connected"),
])
def test_what_is_missing_makes_the_risk_and_the_next_question(line, risk, asks):
    found = review_outcomes(account(outcomes=[line])).outcomes[0]
    assert (found.risk, found.ask) == (risk, ASK_QUALIFIER[asks])


def test_disconnected_outcomes_and_unserved_drivers_are_named():
    found = review_outcomes(account(outcomes=[GOOD, OutcomeLine("Calm <i>x</i>", quantity="a day less")]))
    assert found.disconnected == ("Calm <i>x</i>",) and found.unserved == ("save money", "reduce risk", "drive strategy")
    html = str(show(found).html())
    assert "Calm &lt;i&gt;x&lt;/i&gt;" in html and "<i>x" not in html
    assert "&lt;b&gt;forms" in str(show(review_red_flags(account(FIT), None)).html())


def test_what_happened_after_a_flag_was_closed_opens_it_again():
    line = FlagLine("stalled implementation", "investigate", "", "account manager", "2025-02", "accepted as a risk", "project lead", "2025-03")
    assert states(account(line, milestones=[Milestone("Live", "2025-03")]))[line.flag] == "accepted as a risk"
    flag = next(f for f in review_red_flags(account(line, milestones=[Milestone("Live", "2025-03"), Milestone("Reports", "2025-05")]), None).flags if f.flag == line.flag)
    assert flag.state == "investigate" and "after it was accepted as a risk" in flag.data and flag.ask
    gone = replace(line, flag="change of people")
    assert states(account(gone, left=[Person("champion", "promoter", left="2025-05")]))["change of people"] == "investigate"
    assert states(account(gone, left=[Person("champion", "promoter", left="2025-01")]))["change of people"] == "accepted as a risk"
    survey = review_survey(Survey("Satisfied", "satisfaction", (SurveyRound("2024-12", 100, 70), SurveyRound("2025Q2", 100, 20))))
    assert states(account(replace(line, flag="poor performance or product experience")), surveys=(survey,))["poor performance or product experience"] == "investigate"


def parts(measure: Measure, **more) -> dict[str, bool | None]:
    return {part.name: part.state for part in check_kpi(measure, as_of=MONTHS[-1], **more).parts}


def test_a_kpi_is_held_to_five_parts():
    reached = replace(CLIENTS, targets=(Target(pd.Period("2025-12", "M"), 1200.0),), driver="make money")
    assert set(parts(reached).values()) == {True} and check_kpi(reached, as_of=MONTHS[-1]).ask == ""
    assert parts(CLIENTS)["attainable"] is None and parts(CLIENTS)["relevant"] is False
    assert parts(CLIENTS, drivers=("reduce risk",))["relevant"] is True
    off = Measure("Rating", pd.Series(7.0, MONTHS), scale=(0.0, 10.0), targets=(Target(pd.Period("2025-12", "M"), 11.0),))
    assert parts(off)["attainable"] is False
    falling = Measure("Days", pd.Series([30.0, 14.0] + [20.0] * 16, MONTHS), better="lower", unit="days", targets=(Target(pd.Period("2025-12", "M"), 15.0),))
    assert parts(falling)["attainable"] is True
    assert parts(replace(falling, unit=""))["specific"] is False
    assert parts(replace(falling, series=falling.series[:6]))["measurable"] is False
    assert parts(replace(falling, targets=(Target(pd.Period("2024-12", "M"), 15.0),)))["timely"] is False
    assert parts(replace(falling, targets=()), promises=(Promise("promised", "Days", 15.0, pd.Period("2025-12", "M")),))["timely"] is True


def test_the_goal_of_an_outcome_is_the_one_that_comes():
    two = replace(CLIENTS, targets=(Target(pd.Period("2025-03", "M"), 1100.0), Target(pd.Period("2026-03", "M"), 1500.0)))
    found = review_outcomes(account(outcomes=[GOOD], outcome=two))
    texts = {p.name: p.text for p in found.outcomes[0].definition}
    assert (texts["quantity"], texts["deadline"]) == ("1,500 clients", "2026-03")
    assert [k.name for k in found.kpis] == ["Clients"] and "fit to steer by" in plain(show(found).html())
