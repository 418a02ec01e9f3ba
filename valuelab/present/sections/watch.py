"""Sections of notebook 05 on red flags, outcomes, meetings and expansion."""

from __future__ import annotations

from valuelab.analysis.outcome_quality import Outcomes
from valuelab.analysis.red_flags import RedFlags
from valuelab.analysis.reviews.health import HealthReview
from valuelab.analysis.rhythm import Expansion, Rhythm
from valuelab.present.blocks import Block, Table, cell, table
from valuelab.present.wording import watch as words

INTERNAL = "For the account team: what stands here is not meant for the customer. Take its register out of the params before this report is sent."


def flags_of(review: HealthReview) -> Block | None:
    return review.flags and red_flags(review.flags)


def red_flags(found: RedFlags) -> Block:
    return Block("health.flags", "RedFlags", found.to_dict(), title="Red flags", sentences=words.flags(found), tables=(_flags(found),), warnings=found.warnings,
                 notes=(INTERNAL, "Data that raise a flag are not overruled by an opinion that it is clear: an investigation ends when somebody clears it or accepts the risk, by name and date.",))


def _flags(found: RedFlags) -> Table:
    rows = [(cell(f.flag), cell(words.SHAPES[f.state]), cell(f.data or "–"), cell(words.opinion(f)), cell(words.ended(f)), cell(f.ask or "–")) for f in found.flags]
    return table("Nine red flags, those to investigate first", ("flag", "state", "by the data", "by the register", "how it ended", "what to ask"), rows)


def outcomes_of(review: HealthReview) -> Block | None:
    return review.outcomes and outcomes(review.outcomes)


def outcomes(found: Outcomes) -> Block:
    return Block("health.outcomes", "Outcomes", found.to_dict(), title="Outcomes: well defined, and held", sentences=words.outcomes(found), tables=(_definitions(found), _qualifiers(found), _next(found), *_kpis(found)),
                 warnings=found.warnings, notes=(INTERNAL, "The risk is a rule and no probability: nothing missing of the six is low, one or two some, more (or an outcome that nobody can name) high.",))


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


def _kpis(found: Outcomes) -> tuple[Table, ...]:
    if not found.kpis:
        return ()
    rows = [(cell(x.name), *(cell(words.part(part)) for part in x.parts), cell(x.ask or "–")) for x in found.kpis]
    return (table("Are the measures fit to steer by?", ("measure", *(part.name for part in found.kpis[0].parts), "ask next"), rows,
                  note="● yes, ■ no, ○ not known. Attainable: it has been there before; a goal off the scale is not, and whether one beyond the best so far is, nobody can know from data."),)


def rhythm_of(review: HealthReview) -> Block | None:
    return review.rhythm and rhythm(review.rhythm)


def rhythm(found: Rhythm) -> Block:
    tables = (_meetings(found), *((_agenda(found),) if found.agenda else ()))
    return Block("health.rhythm", "Rhythm", found.to_dict(), title="Meetings, and what to speak of", sentences=words.rhythm(found), tables=tables, notes=(INTERNAL,), warnings=found.warnings)


def _meetings(found: Rhythm) -> Table:
    states = {"held": "● held", "due": "▲ due", "never held": "○ not held yet"}
    spoken = {True: "yes", False: "no", None: "–"}
    rows = [(cell(m.kind), cell(m.pace), cell(m.last or "–"), cell(m.due or "–"), cell(states[m.state]), cell(spoken[m.outcomes])) for m in found.meetings]
    return table("Which meeting is due", ("meeting", "pace", "last held", "due from", "state", "outcomes spoken of"), rows)


def _agenda(found: Rhythm) -> Table:
    rows = [(cell(item.meeting), cell(item.what), cell(item.why), cell(item.origin)) for item in found.agenda]
    return table("The agenda, from what this report shows", ("meeting", "what", "why", "rests on"), rows)


def expansion_of(review: HealthReview) -> Block | None:
    return review.expansion and expansion(review.expansion)


def expansion(found: Expansion) -> Block:
    rows = [(cell(x.name), cell(x.stage), cell(x.now or "–"), cell(x.wanted or "–"), cell(x.next_step or "–"), cell(f"opinion of {x.by}, {x.on}")) for x in found.lines]
    shown = table("What more is needed, the furthest first", ("need", "stage", "today", "wanted", "next step", "whose opinion"), rows,
                  note="Stages: need, awareness, qualification, investigation, commercial; closed, implemented or closed, down.")
    return Block("health.expansion", "Expansion", found.to_dict(), title="What more the customer may need (opinion)", sentences=words.expansion(found), tables=(shown,), notes=(INTERNAL,), warnings=found.warnings)
