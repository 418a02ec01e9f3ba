"""The table of what is usually done beside the projection."""

from __future__ import annotations

from valuelab.analysis.usual import PROJECTION, RUN_RATE, YEAR_AGO, Comparison
from valuelab.formatting import from_to
from valuelab.language import later, phrase, said
from valuelab.present.blocks import Cell, Table, cell, number, table
from valuelab.present.figures import full, period_text
from valuelab.present.wording.common import sentence_case

_NAMES = {PROJECTION: later("projection"), RUN_RATE: later("run rate carried on"), YEAR_AGO: later("last year once more")}


def usual_ways(result: Comparison) -> Table:
    """One row a way: what it comes to, how far such totals were off; the note says how each is made."""
    measured = any(way.miss for way in result.ways)
    rows = []
    for way in result.ways:
        miss = (number("–") if way.miss is None else cell(way.miss),) if measured else ()
        rows.append((cell(phrase(_NAMES[way.name])), Cell(full(way.total)), *miss))
    span = period_text(result.first) if result.first == result.last else from_to(period_text(result.first), period_text(result.last))
    notes = [f"{sentence_case(phrase(_NAMES[way.name]))}: {said(way.total.convention)}." for way in result.ways if way.name != PROJECTION]
    if measured:
        notes.append(phrase("Usually off by: the median miss on year totals of real series, as a share of the true total."))
    return table(phrase("For comparison, what is usually done: {name}, {span}", name=result.name, span=span),
                 (phrase("way"), phrase("comes to"), *((phrase("usually off by"),) if measured else ())), rows,
                 note=" ".join(notes))
