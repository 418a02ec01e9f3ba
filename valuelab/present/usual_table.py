"""The table of what is usually done beside the projection."""

from __future__ import annotations

from valuelab.analysis.usual import PROJECTION, RUN_RATE, YEAR_AGO, Comparison
from valuelab.present.blocks import Cell, Table, cell, number, table
from valuelab.present.figures import full, period_text

_NAMES = {PROJECTION: "projection", RUN_RATE: "run rate carried on", YEAR_AGO: "last year once more"}


def usual_ways(result: Comparison) -> Table:
    """One row a way: what it comes to, how far such totals were off; the note says how each is made."""
    measured = any(way.miss for way in result.ways)
    rows = []
    for way in result.ways:
        miss = (number("–") if way.miss is None else cell(way.miss),) if measured else ()
        rows.append((cell(_NAMES[way.name]), Cell(full(way.total)), *miss))
    span = period_text(result.first) if result.first == result.last else f"{period_text(result.first)} to {period_text(result.last)}"
    notes = [f"{_NAMES[way.name].capitalize()}: {way.total.convention}." for way in result.ways if way.name != PROJECTION]
    if measured:
        notes.append("Usually off by: the median miss on year totals of real series, as a share of the true total.")
    return table(f"For comparison, what is usually done: {result.name}, {span}", ("way", "comes to", *(("usually off by",) if measured else ())), rows,
                 note=" ".join(notes))
