"""Sentences on red flags, on how well outcomes are defined and held, on meetings and on what more the customer may need."""

from __future__ import annotations

from markupsafe import Markup

from valuelab.analysis.outcome_quality import OutcomeQuality, Outcomes, Part
from valuelab.analysis.red_flags import RedFlag, RedFlags
from valuelab.analysis.rhythm import Expansion, Rhythm
from valuelab.present.figures import count, joined, say

SHAPES = {"investigate": "■ to investigate", "accepted as a risk": "▲ accepted as a risk", "not asked": "○ not asked", "cleared": "● cleared", "clear": "● clear"}
RISKS = {"low": "● low", "some": "▲ some", "high": "■ high"}


def flags(found: RedFlags) -> tuple[Markup, ...]:
    """How many are open and which; what was never asked is no good sign."""
    raised = [f.flag for f in found.flags if f.state == "investigate"]
    accepted = [f.flag for f in found.flags if f.state == "accepted as a risk"]
    lines = [say("{} of {} red flags {} to investigate: {}.", len(raised), len(found.flags), "is" if len(raised) == 1 else "are", joined(raised)) if raised else
             Markup("No red flag is open.")]
    if accepted:
        lines.append(say("Accepted as a risk: {}.", joined(accepted)))
    if found.not_asked:
        lines.append(say("{} of them nobody has asked about: that is not the same as clear.", found.not_asked))
    return tuple(lines)


def opinion(flag: RedFlag) -> Markup:
    """What the register says, whose opinion it is and when."""
    return say("{} (opinion of {}, {})", flag.opinion, flag.by, flag.on) if flag.opinion else Markup("–")


def ended(flag: RedFlag) -> Markup:
    return say("{} by {}, {}", flag.state, flag.closed_by, flag.closed_on) if flag.closed_by and flag.state in ("cleared", "accepted as a risk") else Markup("–")


def outcomes(found: Outcomes) -> tuple[Markup, ...]:
    """How many are well defined, which are connected to no value, and which driver nobody serves."""
    good = sum(x.well_defined for x in found.outcomes)
    lines = [say("{} of {} well defined: a quality, a quantity, a deadline, a baseline and milestones.", good, count(len(found.outcomes), "outcome"))]
    if found.disconnected:
        lines.append(say("Connected to no value driver: {}.", joined(list(found.disconnected))))
    if weak := [x.name for x in found.kpis if not x.fit]:
        lines.append(say("Not every part of these measures is there or known: {}.", joined(weak)))
    risky = [x.name for x in found.outcomes if x.risk == "high"]
    if risky:
        lines.append(say("A renewal that rests on {} is at high risk by this rule.", joined(risky)))
    return tuple(lines)


def part(found: Part, *, origin: bool = True) -> Markup:
    """What is there, with where it comes from; a cross where it is missing, a question mark where nobody knows."""
    if found.state is None:
        return say("○ not known{}", f": {found.text}" if found.text else "")
    shape = "●" if found.state else "■"
    text = found.text or ("yes" if found.state else "missing")
    return say("{} {}{}", shape, text, " (opinion)" if origin and found.origin == "opinion" else "")


def whose(found: OutcomeQuality) -> Markup:
    return say("opinion of {}, {}", found.by, found.on) if found.by else Markup("–")


def rhythm(found: Rhythm) -> tuple[Markup, ...]:
    """Which meetings are due, and how long the outcomes were not spoken of."""
    due = [m.kind for m in found.meetings if m.state == "due"]
    never = [m.kind for m in found.meetings if m.state == "never held"]
    lines = [say("Due: the {} meeting.", joined(due)) if due else Markup("No meeting is due.")]
    if never:
        lines.append(say("Not held yet, as far as is written down: the {} meeting.", joined(never)))
    if found.silent:
        lines.append(say("The outcomes were not spoken of in the last {}.", count(found.silent, "business review")))
    elif found.silent is None:
        lines.append(Markup("Whether outcomes were spoken of in business reviews is not written down."))
    return tuple(lines)


def expansion(found: Expansion) -> tuple[Markup, ...]:
    """How much is open, and what rests on no gap."""
    lines = [say("{} open; the furthest is “{}”, at the stage of {}.", count(found.open, "need"), found.lines[0].name, found.lines[0].stage) if found.open else
             Markup("Nothing more is open.")]
    if found.without_gap:
        lines.append(say("Without a gap that it rests on: {}. What is it today, and what should it be?", joined(list(found.without_gap))))
    return tuple(lines)


def not_recorded(flags: RedFlags | None, outcomes: Outcomes | None) -> tuple[Markup, ...]:
    """What to ask where a register is empty."""
    lines = []
    if flags is None:
        lines.append(Markup("No red flag was asked about. Ask first what they do beside the product, which requests are open, and who has left: `flags` in the params keeps the answers."))
    if outcomes is None:
        lines.append(Markup("No outcome is written down. Ask what they want from it, how much, by when and for what: `outcomes` in the params keeps the answers."))
    return tuple(lines)
