"""The table of what is usually done beside the projection."""

from __future__ import annotations

from valuelab.analysis.usual import PROJECTION, RUN_RATE, YEAR_AGO, Comparison
from valuelab.present.blocks import Table, cell, number, table
from valuelab.present.figures import period_text

_NAMES = {PROJECTION: "projection", RUN_RATE: "run rate carried on", YEAR_AGO: "last year once more"}


def usual_ways(result: Comparison) -> Table:
    """One row a way: how it is made, what it comes to, how far such totals were off."""
    rows = [(cell(_NAMES[way.name]), cell("average of models of level, growth and season" if way.name == PROJECTION else way.total.convention),
             cell(way.total, interval=True, unit=False), number("–") if way.miss is None else cell(way.miss)) for way in result.ways]
    span = period_text(result.first) if result.first == result.last else f"{period_text(result.first)} to {period_text(result.last)}"
    return table(f"For comparison, what is usually done: {result.name}, {span}", ("way", "how", "comes to", "usually off by"), rows,
                 note="Usually off by: the median miss on year totals of real series, as a share of the true total." if any(w.miss for w in result.ways) else "")
