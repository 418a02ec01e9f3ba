"""The layouts that tables of KPIs arrive in, all turned into one long list of entries.

Long: ``date, metric, value[, segment, n, sd, restated on]``. Wide: a date and one column a metric, or one row a metric and
months as columns. Total rows and notes are left out and counted.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from valuelab.inputs.cells import Cell, Sheet
from valuelab.inputs.date_column import looks_like_date
from valuelab.inputs.quality import Findings

DATE_NAMES = frozenset(
    {"date", "month", "period", "day", "week", "year-month", "month ending", "week ending", "week of"}
)
METRIC_NAMES = frozenset({"metric", "measure", "kpi", "indicator", "metric name", "measure name"})
VALUE_NAMES = frozenset({"value", "amount", "figure", "result"})
OTHER_VALUE_NAMES = frozenset({"score", "rating", "actual", "mean", "average", "avg"})  # where no column has a name of VALUE_NAMES
SEGMENT_NAMES = frozenset({"segment", "group"})
COUNT_NAMES = frozenset({"n", "answers", "responses", "respondents", "number of answers"})
IF_RECORDS = "If there is a line for each order, ticket or answer, add `count: rows` or `value: COLUMN` to the measure."
SPREAD_NAMES = frozenset({"sd", "std", "stdev", "st. dev.", "standard deviation", "spread"})
RESTATED_NAMES = frozenset({"restated on", "restated", "revised on", "reported on", "report date", "as reported on", "stated on"})
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
    spread: Cell = None
    stated_on: Cell = None


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
    return unicodedata.normalize("NFC", plain(name)).casefold()


def layout_of(cells: tuple[Cell, ...], below: tuple[int, tuple[Cell, ...]] | None) -> Callable[..., Table] | None:
    """What reads the table under a header; None where the cells are no header."""
    names = [plain(cell).lower() for cell in cells]
    if set(names) & METRIC_NAMES and value_column(names) is not None and set(names) & DATE_NAMES:
        return read_long
    if len(cells) < 2 or looks_like_date(cells[0]):
        return None
    rest = [cell for cell in cells[1:] if plain(cell)]
    dated = [at for at, cell in enumerate(cells) if at and plain(cell) and looks_like_date(cell)]
    if len(dated) >= 2 and len(dated) >= 0.5 * len(rest):
        under = below[1] if below is not None else ()
        return None if any(_is_written_date(under[at]) for at in dated if at < len(under)) else read_months_across
    texts = [cell for cell in rest if isinstance(cell, str) and not re.fullmatch(r"[\d.,\s%$€£+-]+", cell)]
    if not rest or len(texts) < len(rest) or set(names[1:]) & DATE_NAMES and names[0] not in DATE_NAMES:
        return None
    if set(names) & METRIC_NAMES:
        return None
    if names[0] in DATE_NAMES or (below is not None and below[1] and looks_like_date(below[1][0])):
        return read_wide
    return None


def _is_written_date(cell: Cell) -> bool:
    """A date that is no bare number: under a month it shows that the row above is no header, but a line with two dates."""
    return looks_like_date(cell) and not isinstance(cell, float) and not re.fullmatch(r"\d+", plain(cell))


def _find(names: Sequence[str], known: frozenset[str]) -> int | None:
    return next((i for i, name in enumerate(names) if name in known), None)


def value_column(names: Sequence[str]) -> int | None:
    """Which column of a long table holds the values; None where none does, or two do equally well.

    Examples
    --------
    >>> value_column(["date", "metric", "value", "average"]), value_column(["month", "kpi", "score", "answers"])
    (2, 2)
    >>> value_column(["month", "kpi", "score", "average"]) is None
    True
    """
    found = _find(names, VALUE_NAMES)
    if found is not None:
        return found
    others = [i for i, name in enumerate(names) if name in OTHER_VALUE_NAMES]
    return others[0] if len(others) == 1 else None


def read_long(sheet: Sheet, header_row: int, header: tuple[Cell, ...], body: Sequence, findings: Findings) -> Table:
    """A row for each date and metric."""
    names = [plain(cell).lower() for cell in header]
    at = {
        kind: _find(names, known)
        for kind, known in (
            ("date", DATE_NAMES),
            ("metric", METRIC_NAMES),
            ("segment", SEGMENT_NAMES),
            ("n", COUNT_NAMES),
            ("spread", SPREAD_NAMES),
            ("stated_on", RESTATED_NAMES),
        )
    }
    at["value"] = value_column(names)
    others = [plain(header[i]) for i in range(len(header)) if i not in at.values() and names[i]]
    findings.note(
        f"columns not used: {', '.join(others[:6])}",
        where=sheet.label,
        count=len(others),
        why="only date, metric, value, segment, n, sd and restated on are read",
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
        n, spread, stated_on = (cells[at[kind]] if at[kind] is not None else None for kind in ("n", "spread", "stated_on"))
        entries.append(Entry(row, column, row, metric, cells[at["value"]], segment, n, spread, stated_on))
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


def read_wide(sheet: Sheet, header_row: int, header: tuple[Cell, ...], body: Sequence, findings: Findings) -> Table:
    """A row for each date, a column for each metric."""
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


def read_months_across(
    sheet: Sheet, header_row: int, header: tuple[Cell, ...], body: Sequence, findings: Findings
) -> Table:
    """A row for each metric, a column for each month."""
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


def data_rows(
    sheet: Sheet,
    body: Sequence[tuple[int, tuple[Cell, ...]]],
    date_at: int,
    width: int,
    findings: Findings,
    is_date: Callable[[Cell], bool] = looks_like_date,
) -> list[tuple[int, tuple[Cell, ...]]]:
    """The rows that are data, as wide as the header; totals and notes are counted, what is neither is refused."""
    kept, totals, notes, too_wide, undated, short, odd = [], [], [], [], [], [], []
    first_odd = ""
    for row, cells in body:
        filled = [cell for cell in cells if plain(cell)]
        date_cell = cells[date_at] if date_at < len(cells) else None
        text = plain(date_cell)
        if is_date(date_cell):
            if any(plain(cell) for cell in cells[width:]):
                too_wide.append(row)
            else:
                kept.append((row, (*cells, *([None] * width))[:width]))
                if len(cells) < width and sheet.delimiter:
                    short.append(row)
        elif any(_TOTAL.match(plain(cell)) for cell in filled[:1]):
            totals.append(row)
        elif len(filled) == 1 and isinstance(filled[0], str) or (text and _NOTE.match(text)):
            notes.append(row)
        elif not text:
            undated.append(row)
        else:
            odd.append(row)
            first_odd = first_odd or text
    findings.note("total rows left out", where=sheet.label, rows=totals, why="they would be counted twice")
    findings.note("note rows left out", where=sheet.label, rows=notes, why="they are not data")
    findings.note("rows shorter than the header", where=sheet.label, rows=short, why="the cells that they lack count as not known")
    if too_wide:
        findings.refuse(
            sheet.label,
            "more cells than the header has; a comma inside a figure splits it in two",
            rows=too_wide,
            fix='Put the figure in quotes ("1,800"), or write it without the comma.',
        )
    if undated:
        findings.refuse(sheet.label, "the date is missing", rows=undated, fix="Write it in every row.")
    if odd:
        others = f" (nor are {len(odd) - 1} more)" if len(odd) > 1 else ""
        findings.refuse(
            sheet.label, f'"{first_odd[:60]}" is not a date{others}', rows=odd, fix="Write dates as 2025-04 or 2025-04-01."
        )
    return kept
