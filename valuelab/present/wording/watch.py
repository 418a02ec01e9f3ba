"""Sentences on red flags, on how well outcomes are defined and held, on meetings and on what more the customer may need."""

from __future__ import annotations

from markupsafe import Markup

from valuelab.analysis.outcome_quality import OutcomeQuality, Outcomes, Part
from valuelab.analysis.red_flags import RedFlag, RedFlags
from valuelab.analysis.rhythm import Expansion, MeetingDue, Rhythm
from valuelab.formatting import day_as_here, format_number
from valuelab.language import later, phrase, phrase_as, said, said_or_own
from valuelab.present.figures import joined, say, say_of
from valuelab.registers import ExpansionLine

SHAPES = {"investigate": later("■ to investigate"), "accepted as a risk": later("▲ accepted as a risk"), "not asked": later("○ not asked"), "cleared": later("● cleared"),
          "clear": later("● clear")}
RISKS = {"low": later("● low"), "some": later("▲ some"), "high": later("■ high")}
HELD = {"held": later("● held"), "due": later("▲ due"), "never held": later("○ not held yet")}


def flags(found: RedFlags) -> tuple[Markup, ...]:
    """How many are open and which; what was never asked is no good sign."""
    raised = [said(f.flag) for f in found.flags if f.state == "investigate"]
    accepted = [said(f.flag) for f in found.flags if f.state == "accepted as a risk"]
    lines = [say_of("{count} of {all} red flags is to investigate: {flags}.", "{count} of {all} red flags are to investigate: {flags}.", len(raised), count=len(raised),
                    all=len(found.flags), flags=joined(raised)) if raised else say("No red flag is open.")]
    if accepted:
        lines.append(say("Accepted as a risk: {flags}.", flags=joined(accepted)))
    if found.not_asked:
        lines.append(say("{count} of them nobody has asked about: that is not the same as clear.", count=found.not_asked))
    return tuple(lines)


def opinion(flag: RedFlag) -> Markup:
    """What the register says, whose opinion it is and when."""
    return say("{opinion} (opinion of {who}, {date})", opinion=said_or_own(flag.opinion), who=flag.by, date=day_as_here(flag.on)) if flag.opinion else Markup("–")


def ended(flag: RedFlag) -> Markup:
    if not flag.closed_by or flag.state not in ("cleared", "accepted as a risk"):
        return Markup("–")
    return say("cleared by {who}, {date}", who=flag.closed_by, date=day_as_here(flag.closed_on)) if flag.state == "cleared" else \
        say("accepted as a risk by {who}, {date}", who=flag.closed_by, date=day_as_here(flag.closed_on))


def outcomes(found: Outcomes) -> tuple[Markup, ...]:
    """How many are well defined, which are connected to no value, and which driver nobody serves."""
    good, known = sum(x.well_defined for x in found.outcomes), len(found.outcomes)
    lines = [say_of("{good} of {count} outcome well defined: a quality, a quantity, a deadline, a baseline and milestones.",
                    "{good} of {count} outcomes well defined: a quality, a quantity, a deadline, a baseline and milestones.", known, good=good, count=format_number(known))]
    if found.disconnected:
        lines.append(say("Connected to no value driver: {names}.", names=joined(list(found.disconnected))))
    if weak := [x.name for x in found.kpis if not x.fit]:
        lines.append(say("Not every part of these measures is there or known: {names}.", names=joined(weak)))
    risky = [x.name for x in found.outcomes if x.risk == "high"]
    if risky:
        lines.append(say("A renewal that rests on {names} is at high risk by this rule.", names=joined(risky)))
    return tuple(lines)


def part(found: Part, *, origin: bool = True) -> Markup:
    """What is there, with where it comes from; a cross where it is missing, a question mark where nobody knows."""
    text = said_or_own(found.text)
    if found.state is None:
        return say("○ not known: {text}", text=text) if text else say("○ not known")
    shape, text = ("●", text or phrase("yes")) if found.state else ("■", text or phrase("missing"))
    return say("{shape} {text} (opinion)", shape=shape, text=text) if origin and found.origin == "opinion" else say("{shape} {text}", shape=shape, text=text)


def whose(found: OutcomeQuality | ExpansionLine) -> Markup:
    return say("opinion of {who}, {date}", who=found.by, date=day_as_here(found.on)) if found.by else Markup("–")


def meeting(kind: str) -> str:
    """What a kind of meeting is called."""
    return {"operational": phrase_as("a meeting", "operational"), "business": phrase_as("a meeting", "business"), "strategic": phrase_as("a meeting", "strategic")}[kind]


def state(found: MeetingDue) -> str:
    return phrase(HELD[found.state])


def spoken_of(found: MeetingDue) -> str:
    """Whether outcomes were spoken of; a dash where nobody wrote it down."""
    return "–" if found.outcomes is None else phrase("yes") if found.outcomes else phrase_as("an answer", "no")


def rhythm(found: Rhythm) -> tuple[Markup, ...]:
    """Which meetings are due, and how long the outcomes were not spoken of."""
    due = [meeting(m.kind) for m in found.meetings if m.state == "due"]
    never = [meeting(m.kind) for m in found.meetings if m.state == "never held"]
    lines = [say("Due: the {meetings} meeting.", meetings=joined(due)) if due else say("No meeting is due.")]
    if never:
        lines.append(say("Not held yet, as far as is written down: the {meetings} meeting.", meetings=joined(never)))
    if found.silent:
        lines.append(say_of("The outcomes were not spoken of in the last {count} business review.", "The outcomes were not spoken of in the last {count} business reviews.", found.silent,
                            count=format_number(found.silent)))
    elif found.silent is None:
        lines.append(say("Whether outcomes were spoken of in business reviews is not written down."))
    return tuple(lines)


def expansion(found: Expansion) -> tuple[Markup, ...]:
    """How much is open, and what rests on no gap."""
    lines = [say_of("{count} need open; the furthest is “{name}”, at the stage of {stage}.", "{count} needs open; the furthest is “{name}”, at the stage of {stage}.", found.open,
                    count=format_number(found.open), name=found.lines[0].name, stage=said(found.lines[0].stage)) if found.open else say("Nothing more is open.")]
    if found.without_gap:
        lines.append(say("Without a gap that it rests on: {names}. What is it today, and what should it be?", names=joined(list(found.without_gap))))
    return tuple(lines)


def not_recorded(flags: RedFlags | None, outcomes: Outcomes | None) -> tuple[Markup, ...]:
    """What to ask where a register is empty."""
    lines = []
    if flags is None:
        lines.append(say("No red flag was asked about. Ask first what they do beside the product, which requests are open, and who has left: `flags` in the params keeps the answers."))
    if outcomes is None:
        lines.append(say("No outcome is written down. Ask what they want from it, how much, by when and for what: `outcomes` in the params keeps the answers."))
    return tuple(lines)
