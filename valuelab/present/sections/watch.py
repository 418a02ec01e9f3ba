"""Sections of notebook 05 on red flags and on outcomes."""

from __future__ import annotations

from valuelab.analysis.outcome_quality import Outcomes
from valuelab.analysis.red_flags import RedFlags
from valuelab.analysis.reviews.health import HealthReview
from valuelab.present.blocks import Block, Table, cell, table
from valuelab.present.wording import watch as words


def flags_of(review: HealthReview) -> Block | None:
    return review.flags and red_flags(review.flags)


def red_flags(found: RedFlags) -> Block:
    return Block("health.flags", "RedFlags", found.to_dict(), title="Red flags", sentences=words.flags(found), tables=(_flags(found),), warnings=found.warnings,
                 notes=("Data that raise a flag are not overruled by an opinion that it is clear: an investigation ends when somebody clears it or accepts the risk, by name and date.",))


def _flags(found: RedFlags) -> Table:
    rows = [(cell(f.flag), cell(words.SHAPES[f.state]), cell(f.data or "–"), cell(words.opinion(f)), cell(words.ended(f)), cell(f.ask or "–")) for f in found.flags]
    return table("Nine red flags, those to investigate first", ("flag", "state", "by the data", "by the register", "how it ended", "what to ask"), rows)


def outcomes_of(review: HealthReview) -> Block | None:
    return review.outcomes and outcomes(review.outcomes)


def outcomes(found: Outcomes) -> Block:
    return Block("health.outcomes", "Outcomes", found.to_dict(), title="Outcomes: well defined, and held", sentences=words.outcomes(found), tables=(_definitions(found), _qualifiers(found), _next(found)),
                 warnings=found.warnings, notes=("The risk is a rule and no probability: nothing missing of the six is low, one or two some, more (or an outcome that nobody can name) high.",))


def _definitions(found: Outcomes) -> Table:
    names = [part.name for part in found.outcomes[0].definition]
    rows = [(cell(x.name), *(cell(words.part(part)) for part in x.definition)) for x in found.outcomes]
    return table("Is each outcome well defined?", ("outcome", *names), rows, note="● there, ■ missing, ○ not known. What is no opinion comes from the params or the data.")


def _qualifiers(found: Outcomes) -> Table:
    names = [part.name for part in found.outcomes[0].qualifiers]
    rows = [(cell(x.name), *(cell(words.part(part, origin=False)) for part in x.qualifiers)) for x in found.outcomes]
    return table("Would it carry a renewal?", ("outcome", *names), rows, note="All but “quantified” are an opinion; whose and when stands in the next table.")


def _next(found: Outcomes) -> Table:
    rows = [(cell(x.name), cell(words.RISKS[x.risk]), cell(x.ask or "–"), cell(words.whose(x))) for x in found.outcomes]
    return table("What to ask next", ("outcome", "risk for a renewal", "ask next", "whose opinion"), rows)
