"""The register of health in the params: indicators with weights and limits, or judged by somebody, with whose opinion it is and when."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any, Literal

import pandas as pd
from pydantic import field_validator, model_validator

from valuelab.inputs.figures import Figure, parse_number
from valuelab.inputs.layouts import matching
from valuelab.inputs.periods import Unreadable, parse_period, shorten
from valuelab.inputs.quality import Findings
from valuelab.inputs.sections import Choice, DayText, Name, Note, Section, one_text
from valuelab.registers import HealthLine

LICENCES_IN_USE = "Licences in use"  # the one indicator that comes from `adoption`
Judged = Annotated[Literal["green", "amber", "red"], Choice]


class HealthText(Section):
    """One indicator of health."""

    indicator: Name
    kind: Annotated[Literal["objective", "subjective"], Choice]
    weight: Figure = Figure(1.0, "1")
    value: Figure | None = None
    before: Figure | None = None
    green: Figure | None = None
    red: Figure | None = None
    status: Judged | None = None
    status_before: Judged | None = None
    note: Note = ""
    by: Note = ""
    on: DayText = ""

    @field_validator("value", "before", "green", "red", "weight", mode="before")
    @classmethod
    def _a_number(cls, value: Any) -> Figure:
        return parse_number(one_text(value), "")

    @model_validator(mode="after")
    def _can_be_read(self) -> HealthText:
        name = shorten(self.indicator)
        if self.weight.value <= 0 or self.weight.percent:
            raise Unreadable(f"{name}: the weight {shorten(self.weight.text)} is not above zero", "Write for example 2; weights are shares of their sum.")
        if self.kind == "subjective" and not (self.by and self.on):
            raise Unreadable(f"{name} is an opinion without whose and when", "Add `by` and `on`, for example by: account manager, on: 2025-06.")
        if self.value is not None and self.status is not None:
            raise Unreadable(f"{name} has both `value` and `status`", "Keep one of them.")
        if (self.before is not None and self.value is None) or (self.status_before is not None and self.status is None):
            raise Unreadable(f"{name} says what was before, and not what is now", "Add `value` beside `before`, or `status` beside `status_before`.")
        if self.status is None and matching(self.indicator) != matching(LICENCES_IN_USE) and (self.green is None or self.red is None):
            raise Unreadable(f"{name} has no limits", "Add where green begins and where red begins, for example green: 55 and red: 48.")
        if (self.green is None) != (self.red is None) or (self.green is not None and self.green.value == self.red.value):
            raise Unreadable(f"{name}: `green` and `red` are not two limits", "Add where green begins and where red begins, for example green: 55 and red: 48.")
        return self


def health_of(lines: list[HealthText], *, measures: Iterable[str], has_usage: bool, as_of: pd.Period, findings: Findings) -> tuple[HealthLine, ...]:
    """The indicators as they were known at the date of a report. Later lines are counted and left out; one without a figure must have data."""
    known = {matching(name): name for name in measures} | ({matching(LICENCES_IN_USE): LICENCES_IN_USE} if has_usage else {})
    seen: set[str] = set()
    for line in lines:
        if matching(line.indicator) in seen:
            findings.refuse("health", f"{shorten(line.indicator)} stands there twice", fix="Keep one line of each indicator.")
        seen.add(matching(line.indicator))
        if line.value is None and line.status is None and matching(line.indicator) not in known:
            findings.refuse("health", f"{shorten(line.indicator)} has no figure, and no data are of that name",
                            fix=f"Add `value` or `status`, or name one of {', '.join(shorten(n) for n in known.values()) or 'the measures and surveys of the params'}.")
    later = [line for line in lines if line.on and parse_period(line.on).start_time > as_of.end_time]
    findings.note("indicators of health from after the date of the report left out", where="health", why="they were not known then", count=len(later))
    return tuple(HealthLine(known.get(matching(x.indicator), x.indicator) if x.value is None and x.status is None else x.indicator, x.kind, x.weight.value, _number(x.value),
                            _number(x.before), _number(x.green), _number(x.red), x.status, x.status_before, x.note, x.by, x.on) for x in lines if x not in later)


def _number(figure: Figure | None) -> float | None:
    return None if figure is None else figure.value
