"""A look at a data file of a customer-to-be: which measures it has, how they may add up, how its dates are written, how far it goes."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date

from valuelab.errors import Problem
from valuelab.inputs.cells import Cell, Sheet
from valuelab.inputs.date_column import FISCAL_LABEL, usual_step
from valuelab.inputs.inspect_records import see_records
from valuelab.inputs.quality import Findings
from valuelab.inputs.seen_measures import (
    Seen,
    SeenMeasure,
    are_words,
    currency_of,
    date_text,
    likely_outcome,
    see_measure,
)
from valuelab.inputs.sheets import read_sheets
from valuelab.inputs.sources import Source
from valuelab.inputs.tables import matching, plain, read_kpi_table
from valuelab.inputs.tidy import tidy

_TOTAL = re.compile(r"(?i)((grand |sub-?)?totals?|sum|ytd|average)( \d{4})?")
_STEPS = {1: "daily", 7: "weekly"}


@dataclass(frozen=True, slots=True)
class Look:
    """What a file has; ``problems`` are what must be mended before it can be used.

    ``remarks``: what was seen and is not taken up: columns of words, totals, the same measure in another sheet.
    ``fiscal``: a label like FY25 P1 where the month in which fiscal years start must be told.
    """

    measures: tuple[SeenMeasure, ...]
    outcome: str
    as_of: str
    frequency: str
    example_date: str
    currency: str
    problems: tuple[Problem, ...]
    sheet: str = ""
    remarks: tuple[str, ...] = ()
    fiscal: str = ""


def look_at(source: Source) -> Look:
    """What can be seen of a file without a params file; with no measure where no table was found (see ``problems``)."""
    findings = Findings()
    sheets = read_sheets(source, findings)
    seen = [found for found in map(_table_of, sheets) if found] or [found for found in (see_records(s, source.label) for s in sheets) if found]
    if not seen:
        read_kpi_table(sheets, findings, source=source.name)  # it says why there is none
        return Look((), "", "", "", "", "", tuple(findings.problems))
    main = max(seen, key=lambda one: max(likely_outcome(m) for m in one.measures))
    outcome = max(main.measures, key=likely_outcome)
    measures, remarks, used = list(main.measures), list(main.remarks), [main]
    for other in (one for one in seen if one is not main):
        names = {matching(m.name) for m in measures}
        again = [m.name for m in other.measures if matching(m.name) in names]
        remarks += [f'sheet "{other.title}" has {", ".join(again[:4])} too: it is not read'] if again else []
        fresh = [replace(m, sheet=other.title) for m in other.measures if matching(m.name) not in names]
        if fresh:
            used.append(other)
            measures += fresh
            remarks += other.remarks
    fiscal = next((text for one in used for text in one.dates if FISCAL_LABEL.fullmatch(text)), "")
    return Look(
        tuple(measures), outcome.name, "" if fiscal else outcome.last, _frequency(main.days), main.dates[0] if main.dates else "",
        next((one.currency for one in used if one.currency), ""),
        tuple(dict.fromkeys([*findings.problems, *(p for one in used for p in one.problems)])),
        sheet=main.title if len(seen) > 1 else "", remarks=tuple(remarks), fiscal=fiscal,
    )


def _table_of(sheet: Sheet) -> Seen | None:
    """The measures of a sheet by month, week or day; None where it has no such table."""
    findings = Findings()
    table = read_kpi_table([sheet], findings)
    if table is None or not table.metrics:
        return None
    cells: dict[str, list[Cell]] = {}
    for entry in table.entries:
        cells.setdefault(matching(entry.metric), []).append(entry.value)
    names = {key: next(plain(m) for m in table.metrics if matching(m) == key) for key in cells}
    words = [name for key, name in names.items() if are_words(cells[key])]
    totals = [name for key, name in names.items() if name not in words and _TOTAL.fullmatch(name)]
    left = {matching(name) for name in words + totals}
    kept = [key for key in names if key not in left] or [key for key in names if names[key] not in words]
    if not kept:
        return None
    rows = tidy(table, kept, findings=findings, currency="", fiscal_year_starts=1)  # any start shows how far the values go
    seen = [m for m in (see_measure(r) for r in rows.values()) if m is not None]
    if not seen:  # its names are known all the same
        seen = [SeenMeasure(names[key], 0, "", "", "sum", "nothing could be read of it", False, False, 0.0, 0.0) for key in kept]
    remarks = [f"columns of words, not read: {', '.join(words[:6])}"] * bool(words)
    remarks += [f"totals, not read: {', '.join(totals[:6])}"] * bool(len(kept) + len(words) < len(names))
    return Seen(
        sheet.title, tuple(seen), tuple(d.date() for r in rows.values() for d in r.frame["day"].dropna().iloc[:2000]),
        tuple(date_text(cell) for cell in table.dates.values() if plain(cell)), currency_of(e.value for e in table.entries[:5000]),
        tuple(findings.problems), tuple(remarks),
    )


def _frequency(days: tuple[date, ...]) -> str:
    ordered = sorted(set(days))
    return _STEPS.get(usual_step(ordered), "monthly") if len(ordered) > 2 else "monthly"
