"""What a params file may say of surveys, the scorecard and renewals: rounds by their counts or a file of answers, measures by view, what was decided."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import pandas as pd
from pydantic import field_validator, model_validator

from valuelab.inputs.figures import Figure, parse_figure
from valuelab.inputs.periods import Unreadable, shorten
from valuelab.inputs.sections import (
    AsksForData,
    Choice,
    DayText,
    Flag,
    Month,
    MonthOrDay,
    Name,
    Names,
    Note,
    Section,
    VariableName,
    one_text,
)

COUNTS = {"recommend": ("promoters", "passives", "detractors"), "satisfaction": ("favourable", "of"), "effort": ("favourable", "of")}


class RoundText(Section):
    """One round by its counts."""

    asked: Month
    promoters: Figure | None = None
    passives: Figure | None = None
    detractors: Figure | None = None
    favourable: Figure | None = None
    of: Figure | None = None

    @field_validator("promoters", "passives", "detractors", "favourable", "of", mode="before")
    @classmethod
    def _people(cls, value: Any) -> Figure:
        figure = parse_figure(one_text(value))
        if figure.percent or figure.value < 0 or figure.value != round(figure.value) or figure.per or figure.currency:
            raise Unreadable(f"{shorten(figure.text)} is not a number of people", "Write how many gave that answer, not a share.")
        return figure

    @property
    def written(self) -> tuple[str, ...]:
        return tuple(key for key in ("promoters", "passives", "detractors", "favourable", "of") if getattr(self, key) is not None)


class SurveyText(AsksForData):
    """A question that customers were asked."""

    question: Annotated[Literal["recommend", "satisfaction", "effort"], Choice]
    data: Name | None = None
    query: Name | None = None
    connection: VariableName | None = None
    sheet: Name | None = None
    date: Name | None = None
    answer: Name | None = None
    every: Annotated[Literal["month", "quarter", "year"], Choice] = "month"
    favourable_from: Figure | None = None
    rounds: list[RoundText] = []
    source: Note = ""

    @field_validator("favourable_from", mode="before")
    @classmethod
    def _an_answer(cls, value: Any) -> Figure:
        figure = parse_figure(one_text(value))
        if figure.percent:
            raise Unreadable(f"{shorten(figure.text)} is not an answer", "Write the lowest answer that counts as favourable, for example 4 of 1 to 5.")
        return figure

    @model_validator(mode="after")
    def _can_be_counted(self) -> SurveyText:
        if (self.data is None) == (not self.rounds):
            raise Unreadable("needs one of `data` and `rounds`", "Name a file with a line for each answer, or write rounds such as {asked: 2025-06, promoters: 40, passives: 31, detractors: 12}.")
        wanted = COUNTS[self.question]
        months = [line.asked for line in self.rounds]
        for line in self.rounds:
            if line.written != wanted:
                raise Unreadable(f"the round of {line.asked} does not have exactly {', '.join(f'`{key}`' for key in wanted)}",
                                 f"A question of kind {self.question} needs them, as numbers of people.")
            if line.of is not None and line.favourable.value > line.of.value:
                raise Unreadable(f"the round of {line.asked} has more favourable answers than answers", "Correct one of the two.")
        if twice := next((month for month in months if months.count(month) > 1), None):
            raise Unreadable(f"has two rounds of {twice}", "Keep one of them.")
        if self.question == "recommend" and self.favourable_from is not None:
            raise Unreadable("`favourable_from` does not go with recommend", "There 9 and 10 are promoters, 7 and 8 passive, 0 to 6 detractors. Leave it out.")
        if self.question != "recommend" and self.data is not None and self.favourable_from is None:
            raise Unreadable("`favourable_from` is missing", "Add the lowest answer that counts as favourable, for example favourable_from: 4 of 1 to 5.")
        return self

    def counts(self) -> list[tuple[pd.Period, int, int, int | None]]:
        """Month, answers, favourable, unfavourable of the rounds that are written."""
        found = []
        for line in sorted(self.rounds, key=lambda r: r.asked):
            if self.question == "recommend":
                up, middle, down = (int(getattr(line, key).value) for key in COUNTS["recommend"])
                found.append((line.asked, up + middle + down, up, down))
            else:
                found.append((line.asked, int(line.of.value), int(line.favourable.value), None))
        return found


class StatedText(Section):
    """A figure of the scorecard that no file has."""

    name: Name
    view: Annotated[Literal["business value", "experience", "performance", "outcomes"], Choice]
    value: Figure
    before: Figure | None = None
    unit: Note = ""
    better: Annotated[Literal["higher", "lower"], Choice] = "higher"
    kind: Annotated[Literal["objective", "subjective"], Choice] = "objective"
    note: Note = ""
    by: Note = ""
    on: DayText = ""

    @field_validator("value", "before", mode="before")
    @classmethod
    def _a_figure(cls, value: Any) -> Figure:
        return parse_figure(one_text(value))

    @model_validator(mode="after")
    def _whose(self) -> StatedText:
        if self.kind == "subjective" and not (self.by and self.on):
            raise Unreadable(f"{shorten(self.name)} is an opinion without whose and when", "Add `by` and `on`, for example by: account manager, on: 2025-06.")
        units = {(f.percent, bool(f.currency)) for f in (self.value, self.before) if f is not None}
        if len(units) > 1:
            raise Unreadable(f"{shorten(self.name)}: `value` and `before` are not in the same unit", "Write both in percent, both as money, or both as plain numbers.")
        return self


class ScorecardText(Section):
    """Which measures stand in which view, and figures that no file has."""

    experience: Names = []
    performance: Names = []
    outcomes: Names = []
    stated: list[StatedText] = []


class DecidedText(Section):
    """One renewal that is decided."""

    date: MonthOrDay
    renewed: Flag
    score: Figure
    account: Note = ""

    @field_validator("score", mode="before")
    @classmethod
    def _a_score(cls, value: Any) -> Figure:
        figure = parse_figure(one_text(value))
        if not 0 <= figure.value <= (1 if figure.percent else 100):
            raise Unreadable(f"{shorten(figure.text)} is not a score from 0 to 100", "Write for example 72 or 72%.")
        return figure


class RenewalsText(AsksForData):
    """Renewals whose outcome is known."""

    data: Name | None = None
    query: Name | None = None
    connection: VariableName | None = None
    sheet: Name | None = None
    date: Name | None = None
    decided: list[DecidedText] = []
    source: Note = ""

    @model_validator(mode="after")
    def _one_of_both(self) -> RenewalsText:
        if (self.data is None) == (not self.decided):
            raise Unreadable("needs one of `data` and `decided`", "Name a file with account, date, renewed and score, or write {date: 2025-03, renewed: true, score: 72%} lines.")
        return self
