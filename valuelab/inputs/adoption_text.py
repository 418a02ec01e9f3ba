"""What a params file may say of adoption: where use is recorded, which teams hold licences, what each feature is."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, field_validator, model_validator

from valuelab.inputs.figures import Figure
from valuelab.inputs.periods import Unreadable, shorten
from valuelab.inputs.sections import AsksForData, Choice, FigureText, Name, Share, VariableName


class TeamText(FigureText):
    """A team: its licences, and how often its people are expected to use the product."""

    SHORT = "licences"
    value: Figure = Field(alias="licences")
    cadence: Annotated[Literal["daily", "weekly", "monthly"], Choice] = "monthly"

    @model_validator(mode="after")
    def _whole_licences(self) -> TeamText:
        figure = self.value
        if figure.percent or figure.value < 1 or figure.value != round(figure.value) or figure.per:
            raise Unreadable(f"{shorten(figure.text)} is not a number of licences", "Write a whole number, for example 120.")
        if self.low is not None:
            raise Unreadable("licences have no range", "Leave `low` and `high` out.")
        return self


class AdoptionText(AsksForData):
    """Use of the product by team."""

    data: Name | None = None
    query: Name | None = None
    connection: VariableName | None = None
    sheet: Name | None = None
    date: Name | None = None
    teams: dict[Name, TeamText]
    features: dict[Name, Annotated[Literal["value", "differentiated", "new"], Choice]] = {}
    good: Share = Figure(0.9, "90%")
    needs_conversation: Share = Figure(0.7, "70%")

    @model_validator(mode="after")
    def _has_a_source(self) -> AdoptionText:
        if self.data is None:
            raise Unreadable("`data` is missing", "Add `data:` with the path of the usage file, or `query:` with that of a .sql file.")
        if not 0 < self.needs_conversation.value < self.good.value <= 1:
            raise Unreadable(f"`needs_conversation` ({shorten(self.needs_conversation.text)}) does not lie below `good` ({shorten(self.good.text)})",
                             "Write for example good: 90% and needs_conversation: 70%.")
        return self

    @field_validator("teams")
    @classmethod
    def _some_teams(cls, teams: dict[str, TeamText]) -> dict[str, TeamText]:
        if not teams:
            raise Unreadable("names no team", "Write for example {Sales: 120}: a team and its licences.")
        return teams
