"""Sections of notebook 05 on red flags, outcomes, meetings and expansion."""

from __future__ import annotations

from valuelab.analysis.outcome_quality import Outcomes
from valuelab.analysis.red_flags import RedFlags
from valuelab.analysis.reviews.health import HealthReview
from valuelab.analysis.rhythm import Expansion, Rhythm
from valuelab.formatting import day_as_here
from valuelab.language import later, phrase, said
from valuelab.present.blocks import Block, Table, cell, table
from valuelab.present.wording import watch as words

INTERNAL = later("For the account team: what stands here is not meant for the customer. Take its register out of the params before this report is sent.")


def flags_of(review: HealthReview) -> Block | None:
    return review.flags and red_flags(review.flags)


def red_flags(found: RedFlags) -> Block:
    return Block("health.flags", "RedFlags", found.to_dict(), title=phrase("Red flags"), sentences=words.flags(found), tables=(_flags(found),), warnings=tuple(map(said, found.warnings)),
                 notes=(phrase(INTERNAL), phrase("Data that raise a flag are not overruled by an opinion that it is clear: an investigation ends when somebody clears it or accepts the "
                                                 "risk, by name and date.")))


def _flags(found: RedFlags) -> Table:
    rows = [(cell(said(f.flag)), cell(phrase(words.SHAPES[f.state])), cell(said(f.data) if f.data else "–"), cell(words.opinion(f)), cell(words.ended(f)), cell(said(f.ask) if f.ask else "–"))
            for f in found.flags]
    header = (phrase("flag"), phrase("state"), phrase("by the data"), phrase("by the register"), phrase("how it ended"), phrase("what to ask"))
    return table(phrase("Nine red flags, those to investigate first"), header, rows)


def outcomes_of(review: HealthReview) -> Block | None:
    return review.outcomes and outcomes(review.outcomes)


def outcomes(found: Outcomes) -> Block:
    return Block("health.outcomes", "Outcomes", found.to_dict(), title=phrase("Outcomes: well defined, and held"), sentences=words.outcomes(found),
                 tables=(_definitions(found), _qualifiers(found), _next(found), *_kpis(found)), warnings=tuple(map(said, found.warnings)),
                 notes=(phrase(INTERNAL), phrase("The risk is a rule and no probability: nothing missing of the six is low, one or two some, more (or an outcome that nobody can name) high.")))


def _definitions(found: Outcomes) -> Table:
    header = (phrase("outcome"), *(said(part.name) for part in found.outcomes[0].definition))
    rows = [(cell(x.name), *(cell(words.part(part)) for part in x.definition)) for x in found.outcomes]
    return table(phrase("Is each outcome well defined?"), header, rows, note=phrase("● there, ■ missing, ○ not known. What is no opinion comes from the params or the data."))


def _qualifiers(found: Outcomes) -> Table:
    header = (phrase("outcome"), *(said(part.name) for part in found.outcomes[0].qualifiers))
    rows = [(cell(x.name), *(cell(words.part(part, origin=False)) for part in x.qualifiers)) for x in found.outcomes]
    return table(phrase("Would it carry a renewal?"), header, rows, note=phrase("All but “quantified” are an opinion; whose and when stands in the next table."))


def _next(found: Outcomes) -> Table:
    rows = [(cell(x.name), cell(phrase(words.RISKS[x.risk])), cell(said(x.ask) if x.ask else "–"), cell(words.whose(x))) for x in found.outcomes]
    return table(phrase("What to ask next"), (phrase("outcome"), phrase("risk for a renewal"), phrase("ask next"), phrase("whose opinion")), rows)


def _kpis(found: Outcomes) -> tuple[Table, ...]:
    if not found.kpis:
        return ()
    header = (phrase("measure"), *(said(part.name) for part in found.kpis[0].parts), phrase("ask next"))
    rows = [(cell(x.name), *(cell(words.part(part)) for part in x.parts), cell(said(x.ask) if x.ask else "–")) for x in found.kpis]
    return (table(phrase("Are the measures fit to steer by?"), header, rows, note=phrase(
        "● yes, ■ no, ○ not known. Attainable: it has been there before; a goal off the scale is not, and whether one beyond the best so far is, nobody can know from data.")),)


def rhythm_of(review: HealthReview) -> Block | None:
    return review.rhythm and rhythm(review.rhythm)


def rhythm(found: Rhythm) -> Block:
    tables = (_meetings(found), *((_agenda(found),) if found.agenda else ()))
    return Block("health.rhythm", "Rhythm", found.to_dict(), title=phrase("Meetings, and what to speak of"), sentences=words.rhythm(found), tables=tables, notes=(phrase(INTERNAL),),
                 warnings=tuple(map(said, found.warnings)))


def _meetings(found: Rhythm) -> Table:
    rows = [(cell(words.meeting(m.kind)), cell(said(m.pace)), cell(day_as_here(m.last) or "–"), cell(day_as_here(m.due) or "–"), cell(words.state(m)), cell(words.spoken_of(m))) for m in found.meetings]
    header = (phrase("meeting"), phrase("pace"), phrase("last held"), phrase("due from"), phrase("state"), phrase("outcomes spoken of"))
    return table(phrase("Which meeting is due"), header, rows)


def _agenda(found: Rhythm) -> Table:
    rows = [(cell(words.meeting(item.meeting)), cell(said(item.what)), cell(said(item.why)), cell(said(item.origin))) for item in found.agenda]
    return table(phrase("The agenda, from what this report shows"), (phrase("meeting"), phrase("what"), phrase("why"), phrase("rests on")), rows)


def expansion_of(review: HealthReview) -> Block | None:
    return review.expansion and expansion(review.expansion)


def expansion(found: Expansion) -> Block:
    rows = [(cell(x.name), cell(said(x.stage)), cell(x.now or "–"), cell(x.wanted or "–"), cell(x.next_step or "–"), cell(words.whose(x))) for x in found.lines]
    header = (phrase("need"), phrase("stage"), phrase("today"), phrase("wanted"), phrase("next step"), phrase("whose opinion"))
    shown = table(phrase("What more is needed, the furthest first"), header, rows, note=phrase("Stages: need, awareness, qualification, investigation, commercial; closed, implemented or closed, down."))
    return Block("health.expansion", "Expansion", found.to_dict(), title=phrase("What more the customer may need (opinion)"), sentences=words.expansion(found), tables=(shown,),
                 notes=(phrase(INTERNAL),), warnings=tuple(map(said, found.warnings)))
