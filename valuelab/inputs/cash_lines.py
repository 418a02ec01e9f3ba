"""A cash flow line by line: several rows a period, each of a category, once or recurring; added up to one row a period."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from valuelab.inputs.cells import Cell
from valuelab.inputs.number_column import is_missing
from valuelab.inputs.quality import Findings
from valuelab.inputs.tables import plain

CATEGORY_NAMES = frozenset({"category", "line", "item", "cost category", "budget line"})
RECURRENCE_NAMES = frozenset({"recurrence", "recurring", "one-off or recurring", "one-off/recurring", "frequency"})
_RECURRENCE = {"": "", "one-off": "one-off", "one off": "one-off", "once": "one-off", "no": "one-off", "recurring": "recurring", "repeated": "recurring",
               "yes": "recurring"}
SIDES = {"cost": "expenditure", "benefit": "revenue"}
PARTS = ("period", "category", "side", "recurrence", "est", "act")


def place_of(header: Sequence[Cell], names: frozenset[str]) -> int | None:
    """Where a column of one of these names stands; None where there is none."""
    return next((i for i, cell in enumerate(header) if " ".join(plain(cell).lower().split()) in names), None)


def read_words(header: Sequence[Cell], rows: Sequence[tuple[int, Sequence[Cell]]], *, label: str, findings: Findings) -> pd.DataFrame | None:
    """Columns category and recurrence, one row a line of the file; None where the table has no categories."""
    at, how = place_of(header, CATEGORY_NAMES), place_of(header, RECURRENCE_NAMES)
    if at is None:
        return None
    nameless = [row for row, cells in rows if is_missing(cells[at])]
    if nameless:
        findings.refuse(f'{label}, column "{plain(header[at])}"', "a line has no category", rows=nameless, fix="Name it.")
    written = ["" if how is None or is_missing(cells[how]) else " ".join(plain(cells[how]).lower().split()) for _, cells in rows]
    odd = [row for (row, _), word in zip(rows, written, strict=True) if word not in _RECURRENCE]
    if odd:
        findings.refuse(f'{label}, column "{plain(header[how])}"', "a line is neither one-off nor recurring", rows=odd, fix="Write one-off or recurring.")
    return pd.DataFrame({"category": [" ".join(plain(cells[at]).split()) for _, cells in rows], "recurrence": [_RECURRENCE.get(word, "") for word in written]})


def add_up(amounts: pd.DataFrame, words: pd.DataFrame, positions: np.ndarray, index: pd.PeriodIndex, rows: Sequence[int], *, label: str,
           findings: Findings) -> tuple[pd.DataFrame, pd.DataFrame] | None:
    """(table, parts): the lines added up by period, and the lines themselves (columns ``PARTS``).

    A side of a line counts where one of its two amounts is written; an actual without an estimate was not planned: 0. A period
    without a line of one side has none of it, up to the last period with an actual; an actual that is to be announced makes the
    period's sum unknown. Nothing is said twice: the same category, side and period in two rows is refused.
    """
    found = []
    for side, name in SIDES.items():
        est, act = amounts[f"{name}_est"].to_numpy(), amounts[f"{name}_act"].to_numpy()
        chosen = np.flatnonzero(~np.isnan(est) | ~np.isnan(act))
        unplanned = [rows[i] for i in chosen if np.isnan(est[i])]
        findings.note("actuals without an estimate: not planned, read as 0", where=f"{label}, {name}", rows=unplanned, why="the plan then holds none of it")
        found.append(pd.DataFrame({"at": positions[chosen], "category": words["category"].to_numpy()[chosen], "side": side,
                                   "recurrence": words["recurrence"].to_numpy()[chosen], "est": np.nan_to_num(est[chosen]), "act": act[chosen],
                                   "row": np.asarray(rows)[chosen]}))
    lines = pd.concat(found, ignore_index=True)
    empty = sorted(set(rows) - set(lines["row"]))
    if empty:
        findings.refuse(label, "a line has no amount", rows=empty, fix="Write its estimate, or 0 where none is planned.")
    twice = lines[lines.duplicated(["at", "category", "side"], keep=False)]
    if len(twice):
        findings.refuse(label, "a category stands twice in one period", rows=sorted(set(twice["row"])), fix="Add the two up, or give them names of their own.")
    if empty or len(twice):
        return None
    table = pd.DataFrame(0.0, range(len(index)), [f"{name}_{kind}" for kind in ("est", "act") for name in SIDES.values()])
    known = lines.loc[lines["act"].notna(), "at"]
    later = np.arange(len(index)) > (known.max() if len(known) else -1)
    for side, name in SIDES.items():
        mine = lines[lines["side"] == side].groupby("at")
        table[f"{name}_est"] = mine["est"].sum().reindex(table.index, fill_value=0.0)
        actual = mine["act"].agg(lambda s: s.sum(skipna=False)).reindex(table.index)
        without = ~table.index.isin(lines.loc[lines["side"] == side, "at"])
        table[f"{name}_act"] = actual.where(~without, np.where(later, np.nan, 0.0))
    parts = lines.assign(period=index[lines["at"]])[list(PARTS)]
    return table, parts
