"""The calibration table as a file: rows of a cell, written and read, and the cell behind a row."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterable
from dataclasses import fields
from pathlib import Path

from valuelab.analysis.calibrated import Row, row_of
from valuelab.simulation.cells import Rate
from valuelab.simulation.trials import Cell
from valuelab.simulation.worlds import World

COLUMNS = tuple(f.name for f in fields(Row))
OF_A_CELL = ("source", "trial", "months", "noise", "memory", "trend", "season", "indicators", "kind", "lead", "strength", "named", "since")
PERSISTING = ("ar", "student", "garch", "break", "moving average")  # noises that have a memory of their own

Counted = dict[tuple[str, int | None], Rate]


def rows_of(cell: Cell, counted: Counted, *, seed: int, code: str) -> list[Row]:
    """The rows that a cell of invented accounts has in the table, one a question."""
    w = cell.world
    return [Row(
        question=question, source="invented", trial=cell.trial, months=w.months, noise=w.noise, memory=w.memory if w.noise in PERSISTING else None,
        trend=w.trend, season=w.season, indicators=w.indicators, kind=w.kind, lead=w.lead, strength=None if w.lead is None else w.strength,
        named=cell.named, months_known=known, since=cell.since, replicates=rate.replicates, counted=rate.counted, rate=round(rate.value, 6),
        standard_error=round(rate.standard_error, 6), seed=seed, code=code) for (question, known), rate in counted.items()]


def cell_of(row: Row) -> Cell:
    """The invented cell behind a row."""
    unusual = {name: getattr(row, name) for name in ("memory", "strength") if getattr(row, name) is not None}
    world = World(row.months, noise=row.noise, trend=row.trend, season=row.season, indicators=row.indicators, kind=row.kind, lead=row.lead, **unusual)
    return Cell(row.trial, world, row.named, row.since)


def key_of(row: Row) -> tuple:
    """What the rows of one cell have in common, and those of no other."""
    return tuple(getattr(row, name) for name in OF_A_CELL)


def count_of(row: Row) -> Rate:
    """The counts behind a row."""
    return Rate(row.hits, row.counted, row.replicates)


def read_rows(path: Path) -> list[Row]:
    """Rows of a table; [] where there is no file."""
    if not path.is_file():
        return []
    with path.open(encoding="utf-8", newline="") as lines:
        return [row_of(raw) for raw in csv.DictReader(lines)]


def write_rows(rows: Iterable[Row], path: Path) -> None:
    """A table, replaced in one step."""
    beside = path.with_suffix(".new")
    with beside.open("w", encoding="utf-8", newline="") as lines:
        writer = csv.writer(lines, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows([_text(getattr(row, name)) for name in COLUMNS] for row in rows)
    os.replace(beside, path)


def _text(value: object) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case float():
            return f"{value:g}"
    return str(value)
