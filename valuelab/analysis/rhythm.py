"""Which meeting is due, what its agenda is from what the data show, and what more the customer may need with the gap that it rests on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, get_args

import pandas as pd

from valuelab.analysis.adoption import Adoption
from valuelab.analysis.health_score import HealthScore
from valuelab.analysis.outcome_quality import Outcomes
from valuelab.analysis.red_flags import RedFlags, overdue
from valuelab.analysis.relationships import Relationships
from valuelab.registers import ExpansionLine, Meeting, Stage
from valuelab.types import Customer, Result

MEETINGS: tuple[Meeting, ...] = get_args(Meeting)
STAGES: tuple[Stage, ...] = get_args(Stage)
PACE: dict[Meeting, tuple[str, pd.DateOffset]] = {"operational": ("monthly", pd.DateOffset(months=1)), "business": ("monthly", pd.DateOffset(months=1)),
                                                  "strategic": ("quarterly", pd.DateOffset(months=3))}
WEEKLY = ("weekly", pd.DateOffset(weeks=1))
AHEAD = pd.DateOffset(months=6)  # a date that is nearer than this belongs on the agenda


@dataclass(frozen=True, slots=True)
class MeetingDue(Result):
    """One kind of meeting. ``last``: when it was held, "" where never; ``due``: the day from which the next one is due; ``state``: as of the report."""

    kind: Meeting
    pace: str
    last: str
    due: str
    state: Literal["held", "due", "never held"]
    outcomes: bool | None = None


@dataclass(frozen=True, slots=True)
class AgendaItem(Result):
    """Something to speak of: for which meeting, what, and where in the report it comes from ("data" or "opinion")."""

    meeting: Meeting
    what: str
    why: str
    origin: Literal["data", "opinion", "params"]


@dataclass(frozen=True, slots=True)
class Rhythm(Result):
    """Meetings by kind, and the agenda that follows from the report. ``silent``: how many business reviews since the outcomes were last spoken of, None where nobody
    wrote that down."""

    meetings: tuple[MeetingDue, ...]
    agenda: tuple[AgendaItem, ...]
    silent: int | None
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Expansion(Result):
    """What more the customer may need. ``lines``: the furthest first, ended ones last; ``without_gap``: names of those that rest on no gap."""

    lines: tuple[ExpansionLine, ...]
    open: int
    without_gap: tuple[str, ...]
    warnings: tuple[str, ...] = ()


def review_rhythm(customer: Customer, *, adoption: Adoption | None = None, score: HealthScore | None = None, flags: RedFlags | None = None,
                  outcomes: Outcomes | None = None, people: Relationships | None = None) -> Rhythm | None:
    """Meetings that are due as of the report and the perpetual agenda; None where no meeting is written down.

    A meeting is due from one interval after the last one: operational ones weekly or monthly, business ones monthly, strategic ones quarterly. A date written as a
    month counts from its last day.
    """
    held = customer.questions.meetings
    if not held:
        return None
    today, meetings = customer.as_of.end_time, []
    for kind in MEETINGS:
        pace, step = WEEKLY if kind == "operational" and customer.questions.operational_every == "week" else PACE[kind]
        last = next((m for m in reversed(held) if m.kind == kind), None)
        if last is None:
            meetings.append(MeetingDue(kind, pace, "", "", "never held"))
            continue
        due = pd.Period(last.on).end_time.normalize() + step
        meetings.append(MeetingDue(kind, pace, last.on, f"{due:%Y-%m-%d}", "due" if due <= today else "held", last.outcomes))
    business = [m.outcomes for m in held if m.kind == "business"]
    silent = None if not business or all(spoken is None for spoken in business) else next((n for n, spoken in enumerate(reversed(business)) if spoken), len(business))
    return Rhythm(tuple(meetings), tuple(_agenda(customer, adoption, score, flags, outcomes, people)), silent)


def _agenda(customer: Customer, adoption: Adoption | None, score: HealthScore | None, flags: RedFlags | None, outcomes: Outcomes | None,
            people: Relationships | None) -> Iterator[AgendaItem]:
    today = customer.as_of.end_time
    for milestone in overdue(customer.questions.milestones, customer.as_of):
        yield AgendaItem("operational", f"Milestone: {milestone.name}", f"overdue since {milestone.due}", "params")
    if adoption is not None:
        for team in adoption.teams:
            if team.status in ("needs a conversation", "inactive"):
                yield AgendaItem("operational", f"Use in {team.name}", team.status, "data")
    if score is not None:
        for x in score.indicators:
            if x.light == "red":
                yield AgendaItem("business", f"Health: {x.line.name}", "red", "opinion" if x.line.kind == "subjective" else "data")
    if flags is not None:
        for flag in flags.flags:
            if flag.state == "investigate":
                yield AgendaItem("business", f"Red flag: {flag.flag}", flag.ask, "data" if "data" in flag.raised_by else "opinion")
    for promise in sorted((p for p in customer.promises if today < p.by.end_time <= today + AHEAD), key=lambda p: p.by):
        yield AgendaItem("business", f"The {promise.kind} value of {promise.measure}", f"due by {promise.by}", "params")
    if outcomes is not None:
        for outcome in outcomes.outcomes:
            if outcome.ask:
                yield AgendaItem("strategic", f"Outcome: {outcome.name}", outcome.ask, "opinion")
    if people is not None:
        for gap in people.gaps:
            yield AgendaItem("strategic", f"People: {gap.role}", gap.ask, "opinion")
    if customer.renewal is not None and today < pd.Timestamp(customer.renewal.date) <= today + AHEAD:
        yield AgendaItem("strategic", "The renewal", f"on {customer.renewal.date}", "params")


def review_expansion(customer: Customer) -> Expansion | None:
    """What more the customer may need, by how far it is; None where nothing is written down. Opinions: no amount and no chance is worked out from a stage."""
    lines = customer.questions.expansion
    if not lines:
        return None
    ended = [line for line in lines if line.stage.startswith("closed")]
    ahead = sorted((line for line in lines if line not in ended), key=lambda line: -STAGES.index(line.stage))
    return Expansion((*ahead, *ended), len(ahead), tuple(line.name for line in ahead if not (line.now and line.wanted)))
