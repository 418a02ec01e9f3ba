"""Nine red flags of an account: by data where data can answer, by a question in the register where not; how each investigation ended."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, get_args

import pandas as pd

from valuelab.analysis.adoption import Adoption
from valuelab.analysis.outcome_quality import define
from valuelab.analysis.relationships import WEIGHTY
from valuelab.analysis.surveys import SurveyFound
from valuelab.registers import Flag, FlagLine, Milestone
from valuelab.types import Customer, Result

FLAGS: tuple[Flag, ...] = get_args(Flag)
ASK: dict[Flag, str] = {
    "outcome unclear": "What do they want from it, how much of it, and by when?",
    "product not a good fit": "What do they do beside the product because it cannot?",
    "stalled implementation": "Which step is next, and what holds it?",
    "change of people": "Who has left or come since the last review, and who speaks for it now?",
    "low usage or adoption": "Who holds a licence and does not use it, and why?",
    "many unfulfilled product requests": "Which requests are open, and which of them decide?",
    "customer changes strategic direction": "What is this year's first aim, and does the outcome still serve it?",
    "poor performance or product experience": "What failed or annoyed last, and is it mended?",
    "relationship problems": "Who avoids us, and since when?",
}
State = Literal["not asked", "clear", "investigate", "cleared", "accepted as a risk"]
Found = tuple[bool, str, str]  # raised, what the data say, and since when ("" where it is a state and no event)
BY_OPINION: tuple[Flag, ...] = ("relationship problems",)  # answered from the register of people, which is what somebody thinks
MONTHS_OF_CHANGE = 12


@dataclass(frozen=True, slots=True)
class RedFlag(Result):
    """One flag. ``data``: what the data say, "" where they cannot; ``opinion``: what the register says, with whose and when.

    Data that raise a flag are not overruled by an opinion that it is clear; only a closing ends it, and not for what happened after that.
    """

    flag: Flag
    state: State
    data: str = ""
    raised_by: str = ""  # "data", "opinion", "data and opinion", ""
    opinion: str = ""
    by: str = ""
    on: str = ""
    closed_by: str = ""
    closed_on: str = ""
    ask: str = ""


@dataclass(frozen=True, slots=True)
class RedFlags(Result):
    """All nine, those to investigate first. ``open``, ``accepted``, ``not_asked``: how many."""

    flags: tuple[RedFlag, ...]
    open: int
    accepted: int
    not_asked: int
    warnings: tuple[str, ...] = ()


def review_red_flags(customer: Customer, adoption: Adoption | None, surveys: tuple[SurveyFound, ...] = ()) -> RedFlags | None:
    """The nine flags as of the report; None where nobody has asked about any of them and no milestone is written.

    Not a score: one flag can end an account. What data cannot answer and nobody asked is "not asked", never clear.
    """
    register = customer.questions
    if not register.flags and not register.milestones:
        return None
    asked = {line.flag: line for line in register.flags}
    answers: dict[Flag, Callable[[], Found | None]] = {
        "outcome unclear": lambda: _outcome(customer), "stalled implementation": lambda: _stalled(register.milestones, customer.as_of),
        "change of people": lambda: _people(customer), "low usage or adoption": lambda: _usage(adoption),
        "poor performance or product experience": lambda: _experience(surveys), "relationship problems": lambda: _relationships(customer),
    }
    flags = [_flag(flag, answers[flag]() if flag in answers else None, asked.get(flag)) for flag in FLAGS]
    order = ("investigate", "accepted as a risk", "not asked", "cleared", "clear")
    return RedFlags(tuple(sorted(flags, key=lambda f: order.index(f.state))), *(sum(f.state == state for f in flags) for state in ("investigate", "accepted as a risk", "not asked")))


def _flag(flag: Flag, data: Found | None, line: FlagLine | None) -> RedFlag:
    raised_data, told, since = data or (False, "", "")
    raised_opinion = line is not None and line.answer == "investigate"
    raised = raised_data or raised_opinion
    state: State
    if raised:
        state = line.closed if line is not None and line.closed else "investigate"
        if line is not None and line.closed and raised_data and since and pd.Period(since).start_time > pd.Period(line.closed_on).end_time:
            state, told = "investigate", f"{told}; after it was {line.closed}"
    else:
        state = "clear" if data is not None or line is not None else "not asked"
    from_data = raised_data and flag not in BY_OPINION
    origin = " and ".join(name for name, yes in (("data", from_data), ("opinion", raised_opinion or (raised_data and not from_data))) if yes)
    said = {} if line is None else dict(opinion=f"{line.answer}{f': {line.note}' if line.note else ''}", by=line.by, on=line.on, closed_by=line.closed_by, closed_on=line.closed_on)
    return RedFlag(flag, state, told, origin, **said, ask=ASK[flag] if state in ("investigate", "not asked") else "")


def _outcome(customer: Customer) -> Found | None:
    if customer.outcome is None:
        return None
    missing = [part.name for part in define(customer.outcome, promises=customer.promises, as_of=customer.as_of) if part.name in ("quantity", "deadline") and not part.state]
    if missing:
        return True, f"{customer.outcome.name} has no {' and no '.join(missing)}", ""
    return False, f"{customer.outcome.name} has a quantity and a deadline", ""


def overdue(milestones: tuple[Milestone, ...], as_of: pd.Period) -> tuple[Milestone, ...]:
    """Steps whose day or month is over at the date of the report and that are not done."""
    return tuple(m for m in milestones if not m.done and pd.Period(m.due).end_time <= as_of.end_time)


def _stalled(milestones: tuple[Milestone, ...], as_of: pd.Period) -> Found | None:
    if not milestones:
        return None
    if late := overdue(milestones, as_of):
        first = min(late, key=lambda m: pd.Period(m.due).end_time)
        return True, f"{len(late)} of {len(milestones)} milestones {'is' if len(late) == 1 else 'are'} overdue, the oldest since {first.due}: {first.name}", max(late, key=lambda m: pd.Period(m.due).end_time).due
    return False, f"none of {len(milestones)} milestones is overdue", ""


def _people(customer: Customer) -> Found | None:
    if customer.register is None:
        return None
    since = customer.as_of.end_time - pd.DateOffset(months=MONTHS_OF_CHANGE)
    left = [p for p in customer.register.left if pd.Period(p.left).end_time >= since]
    if left:
        return True, f"left within {MONTHS_OF_CHANGE} months, by the register: {', '.join(f'{p.role} ({p.left})' for p in left)}", max(left, key=lambda p: pd.Period(p.left).end_time).left
    return False, f"nobody of the register left within {MONTHS_OF_CHANGE} months", ""


def _usage(adoption: Adoption | None) -> Found | None:
    if adoption is None or adoption.total.status not in ("good", "watch", "needs a conversation", "inactive"):
        return None
    return adoption.total.status in ("needs a conversation", "inactive"), f"licences in use: {adoption.total.status}", ""


def _experience(surveys: tuple[SurveyFound, ...]) -> Found | None:
    moved = [s for s in surveys if s.change is not None]
    if not moved:
        return None
    worse = [s for s in moved if s.verdict == "worse"]
    if worse:
        return True, f"fell since the round before, beyond chance: {', '.join(s.name for s in worse)}", max((s.last.asked for s in worse), key=lambda asked: pd.Period(asked).start_time)
    return False, f"no survey fell beyond chance ({', '.join(s.name for s in moved)})", ""


def _relationships(customer: Customer) -> Found | None:
    """By the register of people, which is opinion: a detractor among those who decide."""
    if customer.register is None:
        return None
    against = [p.role for p in customer.register.people if p.quality == "detractor" and p.role in WEIGHTY]
    return (True, f"opinion, by the register of people: a detractor as {', '.join(against)}", "") if against else None
