"""Sentences about the record of a method: how often it was wrong where the truth is known."""

from __future__ import annotations

from markupsafe import Markup

from valuelab.analysis.conversion import Conversion
from valuelab.analysis.effect import Effect
from valuelab.analysis.leads import LeadScan
from valuelab.analysis.projection import Projection
from valuelab.present.figures import fig, full, say


def scan(result: LeadScan) -> tuple[Markup, ...]:
    """How often a scan like this cries wolf."""
    rate = result.false_alarm_rate
    if rate.bare:
        lines = [say("The scan is built to call something in {} of cases where nothing is there, counted over all verdicts together.", fig(rate))]
    else:
        lines = [say("Where nothing was linked to anything, a scan like this one still called something in {} of cases, counted over all verdicts "
                     "together ({}).", full(rate), rate.convention)]
    return (*lines, *(say("In real series that cannot have anything to do with each other it did so in {} of cases ({}).", full(r), r.convention)
                      for r in result.record))


def projection(result: Projection) -> tuple[Markup, ...]:
    return tuple(say("Of year totals that were projected like this one, {} came to lie inside their 95 % interval ({}).", full(r), r.convention)
                 for r in result.record)


def effect(result: Effect) -> tuple[Markup, ...]:
    return tuple(say("Where nothing had changed, an effect was called in {} of cases ({}).", full(r), r.convention) for r in result.record)


def conversion(result: Conversion) -> tuple[Markup, ...]:
    how = "at a lag that was found on the same data" if result.lag_selected else "at a lag that was fixed in advance"
    return tuple(say("{}: of 95 % intervals like this one, {}, {} held the true effect ({}).", result.indicator, how, full(r), r.convention)
                 for r in result.record)
