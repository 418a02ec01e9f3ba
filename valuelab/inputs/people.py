"""The register of people in the params: roles and opinions; names go further only where the params ask for it."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import pandas as pd
from pydantic import field_validator, model_validator

from valuelab.inputs.figures import Figure, parse_number
from valuelab.inputs.periods import Unreadable, parse_period, shorten
from valuelab.inputs.quality import Findings
from valuelab.inputs.sections import Choice, DayText, Note, Section, one_text
from valuelab.types import PeopleRegister, Person


class PersonText(Section):
    """A person or a role at the customer, as somebody sees them. The name is optional."""

    SHORT = "role"
    role: Annotated[Literal["executive sponsor", "economic buyer", "technical buyer", "user buyer", "champion", "influencer", "user", "unknown"], Choice] = "unknown"
    quality: Annotated[Literal["promoter", "passive", "detractor", "unknown"], Choice] = "unknown"
    score: Figure | None = None
    name: Note = ""
    team: Note = ""
    note: Note = ""
    by: Note = ""
    on: DayText = ""
    left: DayText = ""

    @field_validator("score", mode="before")
    @classmethod
    def _from_0_to_10(cls, value: Any) -> Figure:
        figure = parse_number(one_text(value), "")
        if not 0 <= figure.value <= 10 or figure.percent:
            raise Unreadable(f"{shorten(figure.text)} is not a score from 0 to 10", "Write for example 9.")
        return figure

    @model_validator(mode="after")
    def _one_opinion(self) -> PersonText:
        if self.score is not None and self.quality != "unknown":
            raise Unreadable("has both `quality` and `score`", "Keep one: 9 and 10 are promoters, 7 and 8 passive, lower ones detractors.")
        return self


def people_of(lines: list[PersonText], *, show_names: bool, as_of: pd.Period, findings: Findings) -> PeopleRegister | None:
    """The people as they were seen by the date of a report; None where there are none. Later opinions are counted and left out."""
    later = [line for line in lines if line.on and parse_period(line.on).start_time > as_of.end_time]
    findings.note("opinions on people from after the date of the report left out", where="people", why="they were not known then", count=len(later))
    known = [line for line in lines if line not in later]
    people = tuple(Person(line.role, line.quality if line.score is None else _quality(line.score.value), line.name if show_names else "", line.team,
                          None if line.score is None else line.score.value, line.note, line.by, line.on,
                          line.left if _gone(line, as_of) else "") for line in known)
    there, left = (tuple(p for p in people if bool(p.left) is gone) for gone in (False, True))
    return PeopleRegister(there, 0 if show_names else sum(bool(line.name) for line in known), left) if people else None


def _gone(line: PersonText, as_of: pd.Period) -> bool:
    """True where the person had left by the date of the report."""
    return bool(line.left) and parse_period(line.left).start_time <= as_of.end_time


def _quality(score: float) -> str:
    """9 and 10 are promoters, 7 and 8 passive, lower ones detractors."""
    return "promoter" if score >= 9 else "passive" if score >= 7 else "detractor"
