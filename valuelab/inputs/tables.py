"""The layouts that tables of KPIs arrive in, all turned into one long list of entries.

Long: ``date, metric, value[, segment, n]``. Wide: a date and one column a metric, or one row a metric and months
as columns. Title rows before the header, total rows and notes are left out and counted.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from valuelab.inputs.date_column import looks_like_date
from valuelab.inputs.quality import Findings
from valuelab.inputs.read_params import nearest
from valuelab.inputs.sheets import Cell, Sheet

DATE_NAMES = frozenset(
    {"date", "month", "period", "day", "week", "year-month", "month ending", "week ending", "week of"}
)
METRIC_NAMES = frozenset({"metric", "measure", "kpi", "indicator", "metric name", "measure name"})
VALUE_NAMES = frozenset({"value", "amount", "figure", "result"})
SEGMENT_NAMES = frozenset({"segment", "group"})
COUNT_NAMES = frozenset({"n", "answers", "responses", "respondents", "number of answers"})
HEADER_WITHIN = 40
_TOTAL = re.compile(r"(?i)\W*(grand |sub-?|year |annual )?(total|sum|average|mean|ytd)\b")
_NOTE = re.compile(
    r"(?i)\W*(notes?|source|remarks?|comments?|prepared|confidential|disclaimer|"
    r"footnote|as of|printed|exported|generated|page)\b"
    r"|\*|†"
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One cell of a KPI table. ``date_key``: the row or column of its date; ``column``: where the value stands."""

    row: int
    column: str
    date_key: int
    metric: str
    value: Cell
    segment: str = ""
    n: Cell = None


@dataclass(frozen=True, slots=True)
class Table:
    """A KPI table as entries; ``dates``: date cell by date key; ``date_rows``: the line of each."""

    label: str
    entries: tuple[Entry, ...]
    dates: dict[int, Cell]
    date_rows: dict[int, int]
    date_column: str
    delimiter: str
    source: str = ""

    @property
    def metrics(self) -> list[str]:
        """Names of the metrics, in the order of the file."""
        return list(dict.fromkeys(entry.metric for entry in self.entries))


def plain(cell: Cell) -> str:
    """A cell as a name: blanks collapsed."""
    return " ".join(str(cell).split()) if cell is not None else ""


def matching(name: str) -> str:
    """What two spellings of a metric have in common."""
    return plain(name).casefold()


def read_kpi_table(sheets: Sequence[Sheet], findings: Findings, *, source: str = "") -> Table | None:
    """The first sheet that has a header, as entries; None after saying what is wrong."""
    for sheet in sheets:
        for index, (row, cells) in enumerate(sheet.rows[:HEADER_WITHIN]):
            reader = _layout(cells, sheet.rows[index + 1] if index + 1 < len(sheet.rows) else None)
            if reader is None:
                continue
            note_skipped(sheet, index, sheets, findings)
            body = sheet.rows[index + 1 :]
            if not body:
                findings.refuse(
                    sheet.label, "there is a header and nothing below it", rows=[row], fix="Add a row for each month."
                )
                return None
            table = reader(sheet, row, cells, body, findings)
            return Table(
                table.label, table.entries, table.dates, table.date_rows, table.date_column, sheet.delimiter, source
            )
    if sheets:
        _explain_header(sheets[0], findings)
    return None


def note_skipped(sheet: Sheet, index: int, sheets: Sequence[Sheet], findings: Findings) -> None:
    """Count the title rows above the header, and the sheets that are not read."""
    findings.note(
        "title rows above the header left out",
        where=sheet.label,
        rows=[row for row, _ in sheet.rows[:index]],
        why="they are not data",
    )
    others = [other.label.rpartition(", sheet ")[2] for other in sheets if other is not sheet]
    findings.note(
        f"other sheets not read: {', '.join(others[:6])}",
        where=sheet.label,
        count=len(others),
        why="the first sheet with a header is taken",
    )


def _layout(cells: tuple[Cell, ...], below: tuple[int, tuple[Cell, ...]] | None) -> Callable[..., Table] | None:
    names = [plain(cell).lower() for cell in cells]
    if set(names) & METRIC_NAMES and set(names) & VALUE_NAMES and set(names) & DATE_NAMES:
        return _read_long
    if len(cells) < 2 or looks_like_date(cells[0]):
        return None
    rest = [cell for cell in cells[1:] if plain(cell)]
    dated = [cell for cell in rest if looks_like_date(cell)]
    if len(dated) >= 2 and len(dated) >= 0.5 * len(rest):
        return _read_months_across
    texts = [cell for cell in rest if isinstance(cell, str) and not re.fullmatch(r"[\d.,\s%$€£+-]+", cell)]
    if not rest or len(texts) < len(rest) or set(names[1:]) & DATE_NAMES and names[0] not in DATE_NAMES:
        return None
    if set(names) & METRIC_NAMES:
        return None
    if names[0] in DATE_NAMES or (below is not None and below[1] and looks_like_date(below[1][0])):
        return _read_wide
    return None


def _explain_header(sheet: Sheet, findings: Findings) -> None:
    row, cells = next(((r, c) for r, c in sheet.rows if len([x for x in c if plain(x)]) > 1), sheet.rows[0])
    names = [plain(cell) for cell in cells if plain(cell)]
    lower = {name.lower() for name in names}
    lacks = [
        wanted
        for wanted, known in (("date", DATE_NAMES), ("metric", METRIC_NAMES), ("value", VALUE_NAMES))
        if not lower & known
    ]
    has = ", ".join(f'"{name[:40]}"' for name in names[:8])
    if 0 < len(lacks) < 3:
        like = nearest(lacks[0], names)[0]
        findings.refuse(
            sheet.label,
            f"the column {lacks[0]} is missing; there are {has}",
            rows=[row],
            fix=f'Rename "{like[:40]}" if that is it. Wanted: date, metric, value.',
        )
    else:
        findings.refuse(
            sheet.label,
            f"no header is understood; the first line has {has}",
            rows=[row],
            fix="Begin with a line `date,metric,value`, or with a date and one column a metric.",
        )


def _find(names: Sequence[str], known: frozenset[str]) -> int | None:
    return next((i for i, name in enumerate(names) if name in known), None)


def _read_long(sheet: Sheet, header_row: int, header: tuple[Cell, ...], body: Sequence, findings: Findings) -> Table:
    names = [plain(cell).lower() for cell in header]
    at = {
        kind: _find(names, known)
        for kind, known in (
            ("date", DATE_NAMES),
            ("metric", METRIC_NAMES),
            ("value", VALUE_NAMES),
            ("segment", SEGMENT_NAMES),
            ("n", COUNT_NAMES),
        )
    }
    refuse_twice(sheet, header_row, header, findings)
    others = [plain(header[i]) for i in range(len(header)) if i not in at.values() and names[i]]
    findings.note(
        f"columns not used: {', '.join(others[:6])}",
        where=sheet.label,
        count=len(others),
        why="only date, metric, value, segment and n are read",
    )
    body = data_rows(sheet, body, at["date"], len(header), findings)
    entries, dates, no_metric = [], {}, []
    column = plain(header[at["value"]])
    for row, cells in body:
        metric = plain(cells[at["metric"]])
        if not metric:
            no_metric.append(row)
            continue
        dates[row] = cells[at["date"]]
        segment = plain(cells[at["segment"]]) if at["segment"] is not None else ""
        entries.append(
            Entry(
                row, column, row, metric, cells[at["value"]], segment, cells[at["n"]] if at["n"] is not None else None
            )
        )
    if no_metric:
        findings.refuse(
            f'{sheet.label}, column "{plain(header[at["metric"]])}"',
            "the name of the metric is missing",
            rows=no_metric,
            fix="Write it.",
        )
    return Table(
        sheet.label, tuple(entries), dates, {row: row for row in dates}, plain(header[at["date"]]), sheet.delimiter
    )


def _read_wide(sheet: Sheet, header_row: int, header: tuple[Cell, ...], body: Sequence, findings: Findings) -> Table:
    refuse_twice(sheet, header_row, header, findings)
    body = data_rows(sheet, body, 0, len(header), findings)
    entries, dates = [], {}
    nameless = []
    for row, cells in body:
        dates[row] = cells[0]
        for name, cell in zip(header[1:], cells[1:], strict=True):
            if plain(name):
                entries.append(Entry(row, plain(name), row, plain(name), cell))
            elif plain(cell):
                nameless.append(row)
    if nameless:
        findings.refuse(
            sheet.label,
            "a column with values has no name",
            rows=[header_row],
            fix="Name it in the header, or delete it.",
        )
    return Table(
        sheet.label, tuple(entries), dates, {row: row for row in dates}, plain(header[0]) or "date", sheet.delimiter
    )


def _read_months_across(
    sheet: Sheet, header_row: int, header: tuple[Cell, ...], body: Sequence, findings: Findings
) -> Table:
    dates = {i: cell for i, cell in enumerate(header) if i and plain(cell) and looks_like_date(cell)}
    others = [plain(cell) for i, cell in enumerate(header) if i and i not in dates and plain(cell)]
    findings.note(
        f"columns that are no month left out: {', '.join(others[:6])}",
        where=sheet.label,
        count=len(others),
        why="totals and notes are not data",
    )
    entries, notes = [], []
    for row, cells in body:
        metric = plain(cells[0])
        values = [cells[i] if i < len(cells) else None for i in dates]
        if not metric or not any(plain(value) for value in values):
            notes.append(row)
            continue
        entries += [Entry(row, plain(header[i]), i, metric, value) for i, value in zip(dates, values, strict=True)]
    findings.note("note rows left out", where=sheet.label, rows=notes, why="they have no value under any month")
    return Table(sheet.label, tuple(entries), dates, dict.fromkeys(dates, header_row), "header", sheet.delimiter)


def refuse_twice(sheet: Sheet, row: int, header: Sequence[Cell], findings: Findings) -> None:
    """Two columns of one name."""
    names = [plain(cell).lower() for cell in header if plain(cell)]
    for name in dict.fromkeys(n for n in names if names.count(n) > 1):
        findings.refuse(
            sheet.label, f'the column "{name[:60]}" is here twice', rows=[row], fix="Rename or delete one of them."
        )


def data_rows(
    sheet: Sheet,
    body: Sequence[tuple[int, tuple[Cell, ...]]],
    date_at: int,
    width: int,
    findings: Findings,
    is_date: Callable[[Cell], bool] = looks_like_date,
) -> list[tuple[int, tuple[Cell, ...]]]:
    """The rows that are data, as wide as the header; totals and notes are counted, what is neither is refused."""
    kept, totals, notes, too_wide, undated = [], [], [], [], []
    odd: dict[str, list[int]] = {}
    for row, cells in body:
        filled = [cell for cell in cells if plain(cell)]
        date_cell = cells[date_at] if date_at < len(cells) else None
        text = plain(date_cell)
        if is_date(date_cell):
            if any(plain(cell) for cell in cells[width:]):
                too_wide.append(row)
            else:
                kept.append((row, (*cells, *([None] * width))[:width]))
        elif any(_TOTAL.match(plain(cell)) for cell in filled[:1]):
            totals.append(row)
        elif len(filled) == 1 and isinstance(filled[0], str) or (text and _NOTE.match(text)):
            notes.append(row)
        elif not text:
            undated.append(row)
        else:
            odd.setdefault(text, []).append(row)
    findings.note("total rows left out", where=sheet.label, rows=totals, why="they would be counted twice")
    findings.note("note rows left out", where=sheet.label, rows=notes, why="they are not data")
    if too_wide:
        findings.refuse(
            sheet.label,
            "more cells than the header has; a comma inside a figure splits it in two",
            rows=too_wide,
            fix='Put the figure in quotes ("1,800"), or write it without the comma.',
        )
    if undated:
        findings.refuse(sheet.label, "the date is missing", rows=undated, fix="Write it in every row.")
    for text, rows in list(odd.items())[:5]:
        findings.refuse(
            sheet.label, f'"{text[:60]}" is not a date', rows=rows, fix="Write dates as 2025-04 or 2025-04-01."
        )
    return kept
