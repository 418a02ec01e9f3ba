"""The outcome chain: each step against its own baseline, each link tested by itself; where it holds, where it is broken, what would test the rest."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from valuelab.analysis.leads import LeadVerdict
from valuelab.analysis.reviews.indicators import ChainLink, chain_links, standing_of
from valuelab.provenance import Derivation, span_of
from valuelab.types import Customer, Estimate, Measure, Result

SEEN = 0.5  # a lead of so much of the effect's surprise should have shown before "not shown" says anything
LINK_STATES = ("holds", "same month", "broken", "not shown", "untested")


@dataclass(frozen=True, slots=True)
class ChainStep(Result):
    """One outcome of the chain: initial, secondary or tertiary (the end).

    ``baseline``: the declared level, or the mean of the twelve months before the start. ``now``: the mean of the last three periods;
    ``change``: against the same periods a year before. ``wanted``: whether that change is to the better; None where it is not known or zero.
    """

    name: str
    stage: str
    unit: str
    baseline: Estimate | None
    now: Estimate | None
    change: Estimate | None
    wanted: bool | None


@dataclass(frozen=True, slots=True)
class LinkState(Result):
    """One link: holds (the cause moves first, the way the chain wants it), same month, broken (the wrong way, or in the wrong order), not
    shown (although a lead of half would have been), untested. ``from_period``: when a test becomes possible, None where waiting is not what it needs.
    """

    cause: str
    effect: str
    state: str
    lag_months: int | None
    reason: str
    test: str
    from_period: pd.Period | None = None


@dataclass(frozen=True, slots=True, eq=False)
class OutcomeChain(Result):
    """Steps in their order and the links between them. ``early``: the first step that a holding link makes a leading indicator, "" where none does."""

    steps: tuple[ChainStep, ...]
    links: tuple[LinkState, ...]
    tested: tuple[ChainLink, ...]
    warnings: tuple[str, ...] = ()

    def in_state(self, *states: str) -> tuple[LinkState, ...]:
        return tuple(link for link in self.links if link.state in states)


def review_chain(customer: Customer) -> OutcomeChain | None:
    """The declared chain; None where there is none of two steps or more."""
    if len(customer.chain) < 2:
        return None
    measures = [customer.measure(name) for name in customer.chain]
    tested = chain_links(customer)
    return OutcomeChain(tuple(_step(m, stage, customer.started) for m, stage in zip(measures, stages(len(measures)), strict=True)),
                        tuple(judge_link(link, customer.measure(link.cause), customer.measure(link.effect)) for link in tested), tested)


def stages(count: int) -> tuple[str, ...]:
    """Initial, secondary, tertiary: the first, what lies between, the end.

    Examples
    --------
    >>> stages(3), stages(2)
    (('initial', 'secondary', 'tertiary'), ('initial', 'tertiary'))
    """
    return ("initial", *["secondary"] * (count - 2), "tertiary")


def judge_link(link: ChainLink, cause: Measure, effect: Measure) -> LinkState:
    """What the scan's verdict means for the chain: a cause that gets better should go with an effect that gets better."""
    v = link.verdict
    if v is None:
        return LinkState(link.cause, link.effect, "untested", None, link.reason, "Give data of both over the same months.")
    wanted = "same" if cause.better == effect.better else "opposite"
    if v.verdict in ("leads", "moves together") and v.direction not in ("", wanted):
        return LinkState(link.cause, link.effect, "broken", v.lag_months, f"{effect.name} moves the wrong way after {cause.name}",
                         "Ask what else moved, and whether the chain is drawn right.")
    if v.verdict == "leads":
        return LinkState(link.cause, link.effect, "holds", v.lag_months, f"{cause.name} moves first, the way that is wanted", "")
    if v.verdict == "moves together":
        return LinkState(link.cause, link.effect, "same month", v.lag_months, "both move in the same month: it gives no warning time", "Measure both by week.")
    if v.verdict == "lags":
        return LinkState(link.cause, link.effect, "broken", v.lag_months, f"{effect.name} moves before {cause.name}: the order is the other way round",
                         "Look for another cause, and test that.")
    return _silent(link, v, cause)


def _silent(link: ChainLink, v: LeadVerdict, cause: Measure) -> LinkState:
    sight = v.sight
    if v.verdict == "not shown" and sight is not None and sight.detectable is not None and sight.detectable.value <= SEEN:
        return LinkState(link.cause, link.effect, "not shown", None, "no lead was found, although one of half of the effect’s surprise would have shown",
                         "Look for another cause, or for what weakens this one.")
    when = v.enough_from or (sight and sight.half_seen_from)
    name = "" if cause.expected_lag is not None else f" Say in advance how many months {cause.name} should move before (expected_lag): one lag needs less evidence than a search."
    few = f"{v.n} months are too few" if v.verdict == "not enough data" else f"with {v.n} months only a lead stronger than half of the effect’s surprise would have shown"
    return LinkState(link.cause, link.effect, "untested", None, few, f"Keep measuring both every month.{name}", when)


def _step(measure: Measure, stage: str, started: pd.Period | None) -> ChainStep:
    standing = standing_of(measure)
    change = standing.change
    wanted = None if change is None or change.value == 0 else (change.value > 0) == (measure.better == "higher")
    return ChainStep(measure.name, stage, measure.unit, standing.baseline or _before(measure, started), standing.now, change, wanted)


def _before(measure: Measure, started: pd.Period | None) -> Estimate | None:
    if started is None:
        return None
    year = measure.series[measure.series.index < started].iloc[-12:]
    if len(year) < 12 or year.isna().any():
        return None
    return Estimate(float(year.mean()), unit=measure.unit, kind="actual", n=12, key=f"chain.{measure.name}.baseline", convention="mean of the 12 months before the start",
                    derivation=Derivation(f"mean of {measure.name}", spans=(span_of(year),)))
