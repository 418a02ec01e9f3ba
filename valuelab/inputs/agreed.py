"""Figures from the params as Estimates, each a line of the assumptions log: nothing agreed or assumed stays unsaid."""

from __future__ import annotations

from dataclasses import dataclass, field

from valuelab.inputs.figures import Figure
from valuelab.inputs.periods import Unreadable, shorten
from valuelab.inputs.sections import FigureText
from valuelab.provenance import Derivation, Input
from valuelab.types import Assumption, Estimate, TotalBy

AGREED_LEVEL = 0.8  # an agreed low to high is read as this interval of a two-piece normal
PER_YEAR = {"": 1, "year": 1, "quarter": 4, "month": 12}
PERCENT_UNITS = frozenset({"%", "percent", "per cent"})


@dataclass(slots=True)
class AssumptionsLog:
    """Collects the assumptions in the order in which they are made."""

    lines: list[Assumption] = field(default_factory=list)

    def estimate(
        self,
        figure: FigureText,
        *,
        path: str,
        name: str,
        unit: str = "",
        factor: float = 1.0,
        convention: str = "",
        note: str = "",
    ) -> Estimate:
        """The figure times ``factor`` as an Estimate under ``assumptions.<path>``, and its line in the log."""
        source = figure.source or figure.agreed_by
        bare = figure.low is None
        kind = "agreed" if source or not bare else "assumed"
        level = None if bare else 1.0 if figure.range else AGREED_LEVEL
        low, high = (None, None) if bare else sorted((figure.low.value * factor, figure.high.value * factor))
        estimate = Estimate(
            figure.value.value * factor,
            low,
            high,
            level=level,
            unit=unit,
            kind=kind,
            convention=convention,
            source=source,
            key=f"assumptions.{path}",
            derivation=Derivation(
                "what is written × factor" if factor != 1 else "",
                (Input("what is written", figure.value.value), Input("factor", factor)) if factor != 1 else (),
                written=path,
                text=figure.value.text,
                agreed_by=figure.agreed_by,
                agreed_on=figure.agreed_on,
            ),
        )
        notes = [note] if note else []
        if not source:
            notes.append("no source is named")
        if bare:
            notes.append("one figure without a range: it does not vary")
        elif figure.range:
            notes.append("low and high are read as the extremes of a triangle")
        else:
            notes.append("low to high is read as an 80 % range, with a spread of its own on each side")
        if figure.confirmed:
            notes.append("confirmed although it is far from its neighbours")
        text = figure.value.text + ("" if bare else f" ({figure.low.text} to {figure.high.text})")
        self.lines.append(
            Assumption(
                name,
                text,
                source=figure.source,
                agreed_by=figure.agreed_by,
                agreed_on=figure.agreed_on,
                note="; ".join(notes),
                estimate=estimate,
            )
        )
        return estimate

    def say(self, name: str, text: str, *, note: str = "no source is named") -> None:
        """An assumption that is no Estimate, such as a lag named in advance."""
        self.lines.append(Assumption(name, text, note=note))


@dataclass(frozen=True, slots=True)
class MeasureUnit:
    """How figures in the params relate to a measure's data. ``declared``: the unit as the params write it."""

    declared: str
    unit: str  # "fraction" where the data are percentages
    total_by: TotalBy

    @property
    def is_fraction(self) -> bool:
        return self.unit == "fraction"

    def factor(self, figure: Figure, *, months: int = 12) -> float:
        """What a figure is multiplied with to be in the data's unit, for ``months`` months of a sum.

        Raises ``Unreadable`` where the figure cannot be in that unit.
        """
        if figure.percent and not self.is_fraction:
            what = f"the unit is {self.declared}" if self.declared else "the data are no percentages"
            raise Unreadable(
                f"{shorten(figure.text)} is a percentage, but {what}",
                "Write the level itself; a target relative to the baseline has a sign: +20%.",
            )
        if figure.currency and self.unit and not (len(self.unit) == 3 and self.unit.isupper()):
            raise Unreadable(
                f"{shorten(figure.text)} is money, but the unit is {self.declared}",
                "Leave the currency sign out, or correct `unit`.",
            )
        if figure.unit and self.unit and not self.is_fraction and not _same_unit(figure.unit, self.declared):
            raise Unreadable(
                f"{shorten(figure.text)} is in {figure.unit}, but the unit is {self.declared}",
                "Write the figure in the measure's unit.",
            )
        if (
            self.is_fraction
            and not figure.percent
            and self.declared.lower() not in PERCENT_UNITS
            and abs(figure.value) >= 1
        ):
            raise Unreadable(
                f"{shorten(figure.text)} has no percent sign, but the data are percentages",
                "Write it with its percent sign.",
            )
        scale = 0.01 if self.declared.lower() in PERCENT_UNITS and not figure.percent else 1.0
        if self.total_by != "sum" or not figure.per:
            return scale
        if figure.per not in PER_YEAR:
            raise Unreadable(
                f"{shorten(figure.text)}: amounts per {figure.per} are not read here", "Write it a month or a year."
            )
        return scale * PER_YEAR[figure.per] * months / 12


def _same_unit(one: str, other: str) -> bool:
    return one.casefold().rstrip("s") == other.casefold().rstrip("s")
