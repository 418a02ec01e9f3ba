"""Is an outcome well defined, and would it carry a renewal? Five parts of a definition, six qualifiers, and the question to ask next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from valuelab.analysis.kpi_check import YEAR, Kpi, Part, aim, check_kpi
from valuelab.formatting import format_value
from valuelab.registers import OutcomeLine
from valuelab.types import Customer, Measure, Promise, Result

DRIVERS = ("make money", "save money", "reduce risk", "drive strategy")
ASK_PART = {"quality": "What is to become better, in their words?", "quantity": "How much of it would be enough?", "deadline": "By when does it have to be there?",
            "baseline": "Where did it start, and who agreed that?", "milestones": "What should be seen on the way, and when?"}
ASK_QUALIFIER = {"connected": "What does it do for the organisation: make money, save money, reduce risk, or drive strategy?",
                 "identified": "Would they say in their own words what they want from it?", "quantified": "How much is it, from where to where?",
                 "strategic": "Who above this team would miss it?", "socialised": "With whom, and how often, is it spoken of?", "aligned": "Do those who decide on the renewal agree on it?"}
Risk = Literal["low", "some", "high"]


@dataclass(frozen=True, slots=True)
class OutcomeQuality(Result):
    """An outcome, part by part. ``measured``: the params have a measure of that name. ``risk``: of a renewal that rests on it, by what is missing of the six
    qualifiers: none is low, one or two some, more or an outcome that nobody can name high. A rule, not a probability."""

    name: str
    measured: bool
    definition: tuple[Part, ...]
    qualifiers: tuple[Part, ...]
    drivers: tuple[str, ...]
    risk: Risk
    ask: str
    by: str = ""
    on: str = ""

    @property
    def well_defined(self) -> bool:
        return all(part.state for part in self.definition)

    @property
    def missing(self) -> tuple[str, ...]:
        return tuple(part.name for part in (*self.definition, *self.qualifiers) if not part.state)


@dataclass(frozen=True, slots=True)
class Outcomes(Result):
    """The outcomes of an account. ``disconnected``: names of those with no value driver; ``unserved``: drivers that no outcome serves; ``kpis``: measures of the
    params that an outcome names or that have a goal."""

    outcomes: tuple[OutcomeQuality, ...]
    disconnected: tuple[str, ...]
    unserved: tuple[str, ...]
    kpis: tuple[Kpi, ...] = ()
    warnings: tuple[str, ...] = ()


def review_outcomes(customer: Customer) -> Outcomes | None:
    """How well each outcome of the register is defined and held; None where the register has none.

    What the params measure is taken from there: target, deadline, baseline and plan. Everything else is what somebody wrote, with whose and when.
    Not a forecast of the renewal: it names what is missing, and what to ask.
    """
    lines = customer.questions.outcomes
    if not lines:
        return None
    found = tuple(_quality_of(line, customer) for line in lines)
    served = {driver for x in found for driver in x.drivers}
    return Outcomes(found, tuple(x.name for x in found if not x.drivers), tuple(d for d in DRIVERS if d not in served), _kpis(found, customer))


def _quality_of(line: OutcomeLine, customer: Customer) -> OutcomeQuality:
    measure = _measure(line.name, customer)
    definition = define(measure, line, promises=customer.promises, as_of=customer.as_of)
    stated = () if measure is None or not measure.driver else (measure.driver,)
    drivers = line.drivers or stated
    known = {part.name: part.state for part in definition}
    states = {
        "connected": (bool(drivers), ", ".join(drivers)),
        "identified": (None if line.identified is None else line.identified == "explicit", line.identified or ""),
        "quantified": (bool(known["quantity"] and known["baseline"]), "quantity and baseline are there" if known["quantity"] and known["baseline"] else ""),
        "strategic": (None if line.level is None else line.level == "strategic", line.level or ""),
        "socialised": (None if line.socialised is None else line.socialised == "regularly", line.socialised or ""),
        "aligned": (line.aligned, "" if line.aligned is None else "those who decide agree" if line.aligned else "those who decide do not agree"),
    }
    qualifiers = tuple(Part(name, state, text, ("params" if name == "quantified" or (name == "connected" and not line.drivers) else "opinion") if text else "", "" if state else ASK_QUALIFIER[name])
                       for name, (state, text) in states.items())
    lacking = [part for part in qualifiers if not part.state]
    risk: Risk = "low" if not lacking else "high" if len(lacking) > 2 or line.identified == "unknown" else "some"
    ask = next((part.ask for part in (*qualifiers, *definition) if not part.state), "")
    return OutcomeQuality(line.name, measure is not None, definition, qualifiers, drivers, risk, ask, line.by, line.on)


def define(measure: Measure | None, line: OutcomeLine | None = None, *, promises: Sequence[Promise] = (), as_of: pd.Period | None = None) -> tuple[Part, ...]:
    """Quality, quantity, deadline, baseline and milestones of an outcome: of its measure where there is one, else in words.

    Quantity and deadline are those of the next announced target, else of the next promise, as seen from ``as_of`` (from the last figure without it). A baseline that is not declared can be taken from a year of data.

    Examples
    --------
    >>> [(part.name, part.state) for part in define(None, OutcomeLine("Faster handover", quantity="a day less"))]
    [('quality', False), ('quantity', True), ('deadline', False), ('baseline', False), ('milestones', False)]
    """
    taken = dict.fromkeys(ASK_PART, ("", ""))
    if measure is not None:
        taken |= _from_params(measure, promises, as_of if as_of is not None else measure.series.index[-1])
    parts = []
    for name, (text, origin) in taken.items():
        words = "" if line is None else getattr(line, name)
        parts.append(Part(name, bool(text or words), text or words, origin or ("opinion" if words else ""), "" if text or words else ASK_PART[name]))
    return tuple(parts)


def _from_params(measure: Measure, promises: Sequence[Promise], as_of: pd.Period) -> dict[str, tuple[str, str]]:
    found = {"quality": (f"{measure.name}{f', in {measure.unit}' if measure.unit else ''}, {measure.better} is better", "params")}
    goal = aim(measure, promises, as_of)
    if goal is not None:
        found |= {"quantity": (format_value(goal[0], measure.unit), "params"), "deadline": (str(goal[1]), "params")}
    if measure.baseline is not None:
        found["baseline"] = (format_value(measure.baseline.estimate.value, measure.unit), "params")
    elif int(measure.series.notna().sum()) >= YEAR:
        found["baseline"] = ("a year of data", "data")
    if "baseline" in found and "quantity" in found:
        found["milestones"] = (f"a {measure.plan.shape} plan" if measure.plan.shape != "milestones" else "milestones by month", "params")
    return found


def _measure(name: str, customer: Customer) -> Measure | None:
    measures = [m for m in (customer.outcome, *customer.indicators.values()) if m is not None]
    return next((m for m in measures if m.name.casefold() == name.casefold()), None)


def _kpis(found: Sequence[OutcomeQuality], customer: Customer) -> tuple[Kpi, ...]:
    """Measures that an outcome of the register names, and all others with a goal; the outcome of the params first."""
    named = {x.name.casefold(): x.drivers for x in found}
    measures = [m for m in (customer.outcome, *customer.indicators.values()) if m is not None]
    return tuple(check_kpi(m, promises=customer.promises, drivers=named.get(m.name.casefold(), ()), as_of=customer.as_of)
                 for m in measures if m.name.casefold() in named or aim(m, customer.promises, customer.as_of) is not None)
