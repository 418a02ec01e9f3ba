"""Sentences on the outcome chain and on the people behind an account."""

from __future__ import annotations

from markupsafe import Markup

from valuelab.analysis.relationships import Relationships
from valuelab.analysis.reviews.outcome_chain import LinkState, OutcomeChain
from valuelab.present.figures import count, full, joined, period_text, say
from valuelab.present.wording.common import months, sentence_case, small
from valuelab.types import Person


def chain(found: OutcomeChain) -> Markup:
    """How many links hold, and where it breaks first."""
    holds, links = found.in_state("holds"), found.links
    if len(holds) == len(links):
        return say("Every link of the chain holds: each step moves before the next, the way that is wanted.")
    if not holds:
        text = Markup("No link of the chain has been shown to hold")
    else:
        text = say("{} of {} links {}", sentence_case(small(len(holds))), small(len(links)), "holds" if len(holds) == 1 else "hold")
    parts = [say("{} {}", word, joined([f"{x.cause} to {x.effect}" for x in found.in_state(*states)])) for word, states in (
        ("broken:", ("broken",)), ("not shown, although it could have been seen:", ("not shown",)), ("without warning time:", ("same month",)), ("not tested yet:", ("untested",)))
        if found.in_state(*states)]
    return Markup("; ").join([text, *parts]) + Markup(".")


def link(found: LinkState) -> Markup:
    text = say("{} → {}: {}", found.cause, found.effect, found.state)
    if found.state == "holds" and found.lag_months:
        text += say(", {} before", months(found.lag_months))
    text += say(". {}.", sentence_case(found.reason.rstrip(".")))
    if found.test:
        text += say(" {}", found.test)
    if found.from_period is not None:
        text += say(" There are enough months from {}.", period_text(found.from_period))
    return text


def alt_chain(found: OutcomeChain) -> str:
    steps = "; ".join(f"{s.stage} {s.name} {s.now if s.now is not None else 'not known'}" for s in found.steps)
    return f"Outcome chain: {steps}. Links: {'; '.join(f'{x.cause} to {x.effect} {x.state}' + (f', {x.lag_months} months' if x.state == 'holds' else '') for x in found.links)}."


def people(found: Relationships) -> tuple[Markup, ...]:
    """What is missing first, then what most think."""
    lines = [say("{}: {}. Ask: {}", sentence_case(gap.role), gap.what, gap.ask) for gap in found.gaps]
    if found.promoters is not None:
        lines.append(say("{} of {} with a known opinion are promoters. This is what people of the account team think, not a survey.", full(found.promoters),
                         count(found.known, "person", "people")))
    return tuple(lines)


def opinion(person: Person) -> Markup:
    """What stands behind an opinion: words, whose, when."""
    parts = [Markup.escape(p) for p in (person.note, f"says {person.by}" if person.by else "whose opinion is not said", person.on) if p]
    return Markup(", ").join(parts)


def alt_people(found: Relationships) -> str:
    counts: dict[tuple[str, str], int] = {}
    for p in found.people:
        counts[p.role, p.quality] = counts.get((p.role, p.quality), 0) + 1
    parts = [f"{n} {role} {quality}" for (role, quality), n in counts.items()]
    empty = [gap.role for gap in found.gaps if gap.kind == "nobody"]
    return f"People by role and opinion: {'; '.join(parts)}.{' Nobody as ' + ', '.join(empty) + '.' if empty else ''}"
