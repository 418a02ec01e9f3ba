"""Registers of an account in the params: red flags that were asked about, steps of the implementation, outcomes and their qualifiers, meetings, expansion."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

import pandas as pd
from pydantic import BeforeValidator, model_validator

from valuelab.inputs.periods import Unreadable, parse_period, shorten
from valuelab.inputs.quality import Findings
from valuelab.inputs.sections import Choice, DayText, Flag, Name, Note, Section, as_words
from valuelab.registers import AccountRegister, ExpansionLine, FlagLine, MeetingHeld, Milestone, OutcomeLine


class FlagText(Section):
    """A red flag that was asked about: what was found, whose opinion it is and when; and how an investigation ended."""

    flag: Annotated[Literal["outcome unclear", "product not a good fit", "stalled implementation", "change of people", "low usage or adoption",
                            "many unfulfilled product requests", "customer changes strategic direction", "poor performance or product experience",
                            "relationship problems"], Choice]
    answer: Annotated[Literal["clear", "investigate"], Choice]
    note: Note = ""
    by: Note = ""
    on: DayText = ""
    closed: Annotated[Literal["cleared", "accepted as a risk"], Choice] | None = None
    closed_by: Note = ""
    closed_on: DayText = ""

    @model_validator(mode="after")
    def _whose_and_when(self) -> FlagText:
        if not (self.by and self.on):
            raise Unreadable(f"{self.flag}: an answer without whose and when", "Add `by` and `on`, for example by: account manager, on: 2025-06.")
        if self.closed and not (self.closed_by and self.closed_on):
            raise Unreadable(f"{self.flag}: it is {self.closed}, and not said by whom and when", "Add `closed_by` and `closed_on`.")
        if not self.closed and (self.closed_by or self.closed_on):
            raise Unreadable(f"{self.flag}: `closed_by` or `closed_on` without `closed`", "Add closed: cleared, or closed: accepted as a risk.")
        if self.closed and parse_period(self.closed_on).end_time < parse_period(self.on).start_time:
            raise Unreadable(f"{self.flag}: closed on {self.closed_on}, before it was asked on {self.on}", "Correct one of the two dates.")
        return self


class MilestoneText(Section):
    """A step of the implementation."""

    name: Name
    due: DayText
    done: DayText = ""

    @model_validator(mode="after")
    def _is_due(self) -> MilestoneText:
        if not self.due:
            raise Unreadable(f"{shorten(self.name)} has no date", "Add `due`, for example due: 2025-06.")
        return self


class WantedText(Section):
    """An outcome as the customer says it, and how well it is held: what is left out is not known."""

    name: Name
    quality: Note = ""
    quantity: Note = ""
    deadline: DayText = ""
    baseline: Note = ""
    milestones: Note = ""
    drivers: Annotated[list[Annotated[Literal["make money", "save money", "reduce risk", "drive strategy"], Choice]], BeforeValidator(as_words)] = []
    identified: Annotated[Literal["unknown", "tacit", "explicit"], Choice] | None = None
    level: Annotated[Literal["operational", "strategic"], Choice] | None = None
    socialised: Annotated[Literal["never", "infrequently", "regularly"], Choice] | None = None
    aligned: Flag | None = None
    by: Note = ""
    on: DayText = ""

    @model_validator(mode="after")
    def _an_opinion(self) -> WantedText:
        if (self.identified or self.level or self.socialised or self.aligned is not None) and not (self.by and self.on):
            raise Unreadable(f"{shorten(self.name)}: how well it is held is an opinion without whose and when", "Add `by` and `on`, for example by: account manager, on: 2025-06.")
        return self


class MeetingText(Section):
    """A meeting that was held."""

    kind: Annotated[Literal["operational", "business", "strategic"], Choice]
    on: DayText
    outcomes: Flag | None = None

    @model_validator(mode="after")
    def _when(self) -> MeetingText:
        if not self.on:
            raise Unreadable(f"the {self.kind} meeting has no date", "Add `on`, for example on: 2025-06-12.")
        return self


class ExpansionText(Section):
    """Something more that the customer may need, and how far it is."""

    name: Name
    stage: Annotated[Literal["need", "awareness", "qualification", "investigation", "commercial", "closed, implemented", "closed, down"], Choice]
    now: Note = ""
    wanted: Note = ""
    next_step: Note = ""
    by: Note = ""
    on: DayText = ""

    @model_validator(mode="after")
    def _whose(self) -> ExpansionText:
        if not (self.by and self.on):
            raise Unreadable(f"{shorten(self.name)}: a stage without whose and when", "Add `by` and `on`, for example by: account manager, on: 2025-06.")
        return self


@dataclass(frozen=True, slots=True)
class RegistersText:
    """The registers as the params have them."""

    flags: list[FlagText]
    milestones: list[MilestoneText]
    outcomes: list[WantedText]
    meetings: list[MeetingText]
    expansion: list[ExpansionText]
    operational_every: Literal["week", "month"]


def register_of(written: RegistersText, *, as_of: pd.Period, findings: Findings) -> AccountRegister:
    """The registers as they stood at the date of a report: what was found or closed later is counted and left out. Nothing may stand there twice."""
    flags, milestones, outcomes = written.flags, written.milestones, written.outcomes
    for key, names in (("flags", [line.flag for line in flags]), ("milestones", [line.name for line in milestones]), ("outcomes", [line.name for line in outcomes]),
                       ("expansion", [line.name for line in written.expansion])):
        for name in dict.fromkeys(n for n in names if names.count(n) > 1):
            findings.refuse(key, f"{shorten(name)} stands there {names.count(name)} times", fix="Keep one line of each.")

    def known(day: str) -> bool:
        return not day or parse_period(day).start_time <= as_of.end_time

    for key, lines in (("flags", flags), ("outcomes", outcomes), ("expansion", written.expansion)):
        findings.note(f"opinions on {'red flags' if key == 'flags' else key} from after the date of the report left out", where=key, why="they were not known then",
                      count=sum(not known(line.on) for line in lines))
    asked = tuple(FlagLine(x.flag, x.answer, x.note, x.by, x.on, *((x.closed, x.closed_by, x.closed_on) if x.closed and known(x.closed_on) else (None, "", "")))
                  for x in flags if known(x.on))
    steps = tuple(Milestone(x.name, x.due, x.done if known(x.done) else "") for x in milestones)
    wanted = tuple(OutcomeLine(x.name, x.quality, x.quantity, x.deadline, x.baseline, x.milestones, tuple(x.drivers), x.identified, x.level, x.socialised, x.aligned, x.by, x.on)
                   for x in outcomes if known(x.on))
    held = tuple(sorted((MeetingHeld(x.kind, x.on, x.outcomes) for x in written.meetings if known(x.on)), key=lambda m: parse_period(m.on).start_time))
    more = tuple(ExpansionLine(x.name, x.stage, x.now, x.wanted, x.next_step, x.by, x.on) for x in written.expansion if known(x.on))
    return AccountRegister(asked, steps, wanted, held, more, written.operational_every)
