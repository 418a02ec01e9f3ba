"""Sentences on the outcome chain and on the people behind an account."""

from __future__ import annotations

from markupsafe import Markup

from valuelab.analysis.relationships import Relationships
from valuelab.analysis.reviews.outcome_chain import LinkState, OutcomeChain
from valuelab.formatting import day_as_here
from valuelab.language import later, like, phrase, said
from valuelab.present.figures import count, full, joined, period_text, say, say_of
from valuelab.present.wording.common import months, sentence_case, small
from valuelab.types import Person

STATES = {"holds": later("holds"), "same month": later("same month"), "broken": later("broken"), "not shown": later("not shown"), "untested": later("untested")}
WEAK = {"broken": later("broken: {links}"), "not shown": later("not shown, although it could have been seen: {links}"), "same month": later("without warning time: {links}"),
        "untested": later("not tested yet: {links}")}
STAGES = {"initial": later("initial"), "secondary": later("secondary"), "tertiary": later("tertiary")}
QUALITIES = {"promoter": later("promoter"), "passive": later("passive"), "detractor": later("detractor"), "unknown": later("unknown")}


def chain(found: OutcomeChain) -> Markup:
    """How many links hold, and where it breaks first."""
    holds, links = found.in_state("holds"), found.links
    if len(holds) == len(links):
        return say("Every link of the chain holds: each step moves before the next, the way that is wanted.")
    first = say_of("{count} of {all} links holds", "{count} of {all} links hold", len(holds), count=sentence_case(small(len(holds))), all=small(len(links))) if holds else \
        say("No link of the chain has been shown to hold")
    parts = [say(text, links=joined([phrase("{cause} to {effect}", cause=x.cause, effect=x.effect) for x in found.in_state(state)])) for state, text in WEAK.items()
             if found.in_state(state)]
    return Markup("; ").join([first, *parts]) + Markup(".")


def link(found: LinkState) -> Markup:
    state, reason = phrase(STATES[found.state]), said(found.reason.rstrip("."))
    text = say("{cause} → {effect}: {state}", cause=found.cause, effect=found.effect, state=state)
    if found.state == "holds" and found.lag_months:
        text = say("{cause} → {effect}: {state}, {lag} before", cause=found.cause, effect=found.effect, state=state, lag=months(found.lag_months))
    sentences = [say("{what}.", what=text), say("{what}.", what=sentence_case(reason))]
    if found.test:
        sentences.append(Markup.escape(said(found.test)))
    if found.from_period is not None:
        sentences.append(say("There are enough months from {period}.", period=period_text(found.from_period)))
    return Markup(" ").join(sentences)


def alt_chain(found: OutcomeChain) -> str:
    steps = "; ".join(f"{phrase(STAGES[s.stage])} {s.name} {s.now if s.now is not None else phrase('not known')}" for s in found.steps)
    return phrase("Outcome chain: {steps}. Links: {links}.", steps=steps, links="; ".join(map(_alt_link, found.links)))


def _alt_link(found: LinkState) -> str:
    state = phrase(STATES[found.state])
    if found.state == "holds":
        return phrase("{cause} to {effect} {state}, {count} months", cause=found.cause, effect=found.effect, state=state, count=found.lag_months)
    return phrase("{cause} to {effect} {state}", cause=found.cause, effect=found.effect, state=state)


def people(found: Relationships) -> tuple[Markup, ...]:
    """What is missing first, then what most think."""
    lines = [say("{role}: {what}. Ask: {question}", role=sentence_case(said(gap.role)), what=said(gap.what), question=said(gap.ask)) for gap in found.gaps]
    if found.promoters is not None:
        lines.append(say("{share} of {people} with a known opinion are promoters. This is what people of the account team think, not a survey.", share=full(found.promoters),
                         people=count(found.known, "person")))
    return tuple(lines)


def opinion(person: Person) -> Markup:
    """What stands behind an opinion: words, whose, when."""
    parts = [Markup.escape(p) for p in (person.note, phrase("says {who}", who=person.by) if person.by else phrase("whose opinion is not said"), day_as_here(person.on)) if p]
    return Markup(", ").join(parts)


def alt_people(found: Relationships) -> str:
    counts: dict[tuple[str, str], int] = {}
    for p in found.people:
        counts[p.role, p.quality] = counts.get((p.role, p.quality), 0) + 1
    parts = "; ".join(f"{n} {said(role)} {phrase(QUALITIES[quality])}" for (role, quality), n in counts.items())
    empty = [said(gap.role) for gap in found.gaps if gap.kind == "nobody"]
    text = phrase("People by role and opinion: {parts}.", parts=parts)
    return like(text, f"{text} {phrase('Nobody as {roles}.', roles=', '.join(empty))}") if empty else text
