"""Sentences about the record of a method: how often it was wrong where the truth is known."""

from __future__ import annotations

from markupsafe import Markup

from valuelab.analysis.conversion import Conversion
from valuelab.analysis.effect import Effect
from valuelab.analysis.leads import LeadScan
from valuelab.analysis.projection import Projection
from valuelab.formatting import said_here
from valuelab.present.figures import fig, full, say


def scan(result: LeadScan) -> tuple[Markup, ...]:
    """How often a scan like this cries wolf."""
    rate = result.false_alarm_rate
    if rate.bare:
        lines = [say("The scan is built to call something in {rate} of cases where nothing is there, counted over all verdicts together.", rate=fig(rate))]
    else:
        lines = [say("Where nothing was linked to anything, a scan like this one still called something in {rate} of cases, counted over all verdicts "
                     "together ({measured}).", rate=full(rate), measured=said_here(rate.convention))]
    return (*lines, *(say("In real series that cannot have anything to do with each other it did so in {rate} of cases ({measured}).", rate=full(r), measured=said_here(r.convention))
                      for r in result.record))


def projection(result: Projection) -> tuple[Markup, ...]:
    return tuple(say("Of year totals that were projected like this one, {rate} came to lie inside their 95 % interval ({measured}).", rate=full(r), measured=said_here(r.convention))
                 for r in result.record)


def effect(result: Effect) -> tuple[Markup, ...]:
    return tuple(say("Where nothing had changed, an effect was called in {rate} of cases ({measured}).", rate=full(r), measured=said_here(r.convention)) for r in result.record)


def conversion(result: Conversion) -> tuple[Markup, ...]:
    return tuple(
        say("{name}: of 95 % intervals like this one, at a lag that was found on the same data, {rate} held the true effect ({measured}).",
            name=result.indicator, rate=full(r), measured=said_here(r.convention)) if result.lag_selected else
        say("{name}: of 95 % intervals like this one, at a lag that was fixed in advance, {rate} held the true effect ({measured}).",
            name=result.indicator, rate=full(r), measured=said_here(r.convention))
        for r in result.record)
