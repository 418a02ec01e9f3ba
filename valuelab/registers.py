"""What people write of an account in short registers, and what they answered: who stands behind it, its health, surveys,
figures of the scorecard, red flags, milestones, outcomes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Light = Literal["green", "amber", "red"]


@dataclass(frozen=True, slots=True)
class Person:
    """A person at the customer by role, as somebody sees them: an opinion, with whose and when. ``score``: the 0 to 10 answer behind the quality."""

    role: str
    quality: str
    name: str = ""
    team: str = ""
    score: float | None = None
    note: str = ""
    by: str = ""
    on: str = ""
    left: str = ""  # when the person left, "" for those who are there


@dataclass(frozen=True, slots=True)
class PeopleRegister:
    """The people of the params; names are there only where they are to be shown. ``left``: those who are there no more."""

    people: tuple[Person, ...]
    names_left_out: int = 0
    left: tuple[Person, ...] = ()


@dataclass(frozen=True, slots=True)
class HealthLine:
    """An indicator of health as the params have it, by value or by judgement.

    ``value`` and ``before`` in the indicator's own unit; ``green`` is where green begins, ``red`` where red begins beyond it (below it where more is
    better). With neither value nor ``light`` the figure comes from the customer's data. ``by``, ``on``: whose opinion, and when.
    """

    name: str
    kind: Literal["objective", "subjective"]
    weight: float = 1.0
    value: float | None = None
    before: float | None = None
    green: float | None = None
    red: float | None = None
    light: Light | None = None
    light_before: Light | None = None
    note: str = ""
    by: str = ""
    on: str = ""


Question = Literal["recommend", "satisfaction", "effort"]
View = Literal["business value", "experience", "performance", "outcomes"]


@dataclass(frozen=True, slots=True)
class SurveyRound:
    """One round of a survey: ``asked`` as a period (2025-06, 2025Q2, 2025), how many answered, how many of them were favourable.

    To "would you recommend us" favourable are promoters (9, 10) and ``unfavourable`` detractors (0 to 6); the rest is passive. For the other questions
    ``unfavourable`` is None.
    """

    asked: str
    answers: int
    favourable: int
    unfavourable: int | None = None


@dataclass(frozen=True, slots=True)
class Survey:
    """A question that customers were asked, by round, the oldest first. ``source``: the file, or who says so."""

    name: str
    question: Question
    rounds: tuple[SurveyRound, ...]
    source: str = ""


@dataclass(frozen=True, slots=True)
class StatedFigure:
    """A figure of the scorecard that no file has, in its own ``unit``; fractions as fractions. Subjective ones are opinions, with whose and when."""

    name: str
    view: View
    value: float
    before: float | None = None
    unit: str = ""
    better: Literal["higher", "lower"] = "higher"
    kind: Literal["objective", "subjective"] = "objective"
    note: str = ""
    by: str = ""
    on: str = ""


@dataclass(frozen=True, slots=True)
class ScorecardPlan:
    """Which measures of the params stand in which view, and figures that no file has."""

    experience: tuple[str, ...] = ()
    performance: tuple[str, ...] = ()
    outcomes: tuple[str, ...] = ()
    stated: tuple[StatedFigure, ...] = ()


@dataclass(frozen=True, slots=True)
class Decided:
    """One contract that came up for renewal: when, whether it was renewed, and the score (a fraction) that it had before. ``account`` tells accounts apart, without a name."""

    on: str
    renewed: bool
    score: float
    account: int = -1


@dataclass(frozen=True, slots=True)
class RenewalRegister:
    """Renewals whose outcome is known. ``scored_before``: each score is known to be older than its decision."""

    rows: tuple[Decided, ...]
    source: str = ""
    scored_before: bool = False


Flag = Literal["outcome unclear", "product not a good fit", "stalled implementation", "change of people", "low usage or adoption", "many unfulfilled product requests",
               "customer changes strategic direction", "poor performance or product experience", "relationship problems"]
Driver = Literal["make money", "save money", "reduce risk", "drive strategy"]


@dataclass(frozen=True, slots=True)
class FlagLine:
    """What was found when a red flag was asked about: an opinion, with whose and when; ``closed``: how an investigation ended, by whom and when."""

    flag: Flag
    answer: Literal["clear", "investigate"]
    note: str = ""
    by: str = ""
    on: str = ""
    closed: Literal["cleared", "accepted as a risk"] | None = None
    closed_by: str = ""
    closed_on: str = ""


@dataclass(frozen=True, slots=True)
class Milestone:
    """A step of the implementation: when it is due, and when it was done ("" while it is open)."""

    name: str
    due: str
    done: str = ""


@dataclass(frozen=True, slots=True)
class OutcomeLine:
    """An outcome as the customer has it, in words; what is "" or None is not known. Qualifiers are an opinion, with whose and when."""

    name: str
    quality: str = ""
    quantity: str = ""
    deadline: str = ""
    baseline: str = ""
    milestones: str = ""
    drivers: tuple[Driver, ...] = ()
    identified: Literal["unknown", "tacit", "explicit"] | None = None
    level: Literal["operational", "strategic"] | None = None
    socialised: Literal["never", "infrequently", "regularly"] | None = None
    aligned: bool | None = None
    by: str = ""
    on: str = ""


Meeting = Literal["operational", "business", "strategic"]
Stage = Literal["need", "awareness", "qualification", "investigation", "commercial", "closed, implemented", "closed, down"]


@dataclass(frozen=True, slots=True)
class MeetingHeld:
    """A meeting that was held; ``outcomes``: whether the outcomes were spoken of, None where nobody wrote it down."""

    kind: Meeting
    on: str
    outcomes: bool | None = None


@dataclass(frozen=True, slots=True)
class ExpansionLine:
    """Something more that the customer may need: how far it is, the gap that it rests on (now, wanted), and the next step. An opinion, with whose and when."""

    name: str
    stage: Stage
    now: str = ""
    wanted: str = ""
    next_step: str = ""
    by: str = ""
    on: str = ""


@dataclass(frozen=True, slots=True)
class AccountRegister:
    """What people write of an account beside its data: red flags that were asked about, steps of the implementation, outcomes, meetings held and their pace
    (``operational_every``), and what more the customer may need."""

    flags: tuple[FlagLine, ...] = ()
    milestones: tuple[Milestone, ...] = ()
    outcomes: tuple[OutcomeLine, ...] = ()
    meetings: tuple[MeetingHeld, ...] = ()
    expansion: tuple[ExpansionLine, ...] = ()
    operational_every: Literal["week", "month"] = "month"
