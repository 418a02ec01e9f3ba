"""Which sheet of a file holds its table, and under which header."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from valuelab.inputs.cells import Cell, Sheet
from valuelab.inputs.date_column import looks_like_date
from valuelab.inputs.headers import leading_blanks, years_over_months
from valuelab.inputs.layouts import (
    DATE_NAMES,
    IF_RECORDS,
    METRIC_NAMES,
    VALUE_NAMES,
    Table,
    data_rows,
    layout_of,
    matching,
    plain,
    read_months_across,
)
from valuelab.inputs.quality import Findings
from valuelab.inputs.read_params import nearest

__all__ = ["DATE_NAMES", "HEADER_WITHIN", "Table", "data_rows", "matching", "note_skipped", "plain", "read_kpi_table", "refuse_twice"]
HEADER_WITHIN = 40


@dataclass(frozen=True, slots=True)
class _Header:
    """Where a table begins: the sheet without what stands before its columns, ``index`` of the first row under the header."""

    sheet: Sheet
    row: int
    cells: tuple[Cell, ...]
    titles: int
    index: int
    read: Callable[..., Table]


def read_kpi_table(
    sheets: Sequence[Sheet], findings: Findings, *, source: str = "", wanted: Iterable[str] = (), title: str = ""
) -> Table | None:
    """A sheet with a header, as entries; None after saying what is wrong.

    ``title``: the sheet that the params name. Without it the one that has a ``wanted`` metric is taken; two are refused.
    """
    before = len(findings.problems)
    header = choose_sheet(sheets, {matching(name) for name in wanted}, title, findings)
    if header is None:
        return None
    note_skipped(header.sheet, header.titles, sheets, findings)
    table = _parse(header, findings)
    if table is None or (not table.entries and len(findings.problems) > before):
        return None
    return replace(table, source=source)


def choose_sheet(sheets: Sequence[Sheet], wanted: set[str], title: str, findings: Findings) -> _Header | None:
    """The header of the sheet to read; None after saying why there is none, or why not one only."""
    if title:
        sheets = named_sheets(sheets, title, findings)
    headed = [header for header in map(_header_of, sheets) if header is not None]
    if not headed:
        if sheets:
            _explain_header(sheets[0], findings)
        return None
    if len(headed) == 1 or not wanted:
        return headed[0]
    having = [(header, table) for header in headed if (table := _parse(header, Findings())) and wanted & set(map(matching, table.metrics))]
    if len(having) > 1:
        titles = ", ".join(f'"{header.sheet.title}"' for header, _ in having[:6])
        metric = next(name for name in having[0][1].metrics if matching(name) in wanted)
        findings.refuse(
            having[0][0].sheet.label.partition(", sheet ")[0],
            f'the sheets {titles} all have metrics that are wanted ("{metric[:60]}" in the first)',
            fix=f"Add `sheet: {having[0][0].sheet.title}` to the params, or to a measure, to say which.",
        )
        return None
    return having[0][0] if having else headed[0]


def named_sheets(sheets: Sequence[Sheet], title: str, findings: Findings) -> list[Sheet]:
    """The sheet of that title, or none after saying so."""
    found = [sheet for sheet in sheets if sheet.title and matching(sheet.title) == matching(title)]
    if sheets and not found:
        titles = ", ".join(f'"{sheet.title}"' for sheet in sheets[:12] if sheet.title)
        findings.refuse(
            sheets[0].label.partition(", sheet ")[0],
            f'there is no sheet "{title[:60]}"' if titles else f'a text file has no sheets, and the params name one ("{title[:60]}")',
            fix=f"It has {titles}." if titles else "Leave `sheet` out.",
        )
    return found


def _header_of(sheet: Sheet) -> _Header | None:
    for index, (row, cells) in enumerate(sheet.rows[:HEADER_WITHIN]):
        following = sheet.rows[index + 1 :]
        if following and (joined := years_over_months(cells, following[0][1])) is not None:
            return _Header(sheet, following[0][0], joined, index, index + 2, read_months_across)
        lead = leading_blanks(cells, following)
        if lead:
            cells, following = cells[lead:], [(n, c[lead:]) for n, c in following[:1]]
        read = layout_of(cells, following[0] if following else None)
        if read is read_months_across and index and not following:
            continue  # the last line of a table may have two dates
        if read is not None:
            cut = replace(sheet, rows=tuple((n, c[lead:]) for n, c in sheet.rows)) if lead else sheet
            return _Header(cut, row, cells, index, index + 1, read)
    return None


def _parse(header: _Header, findings: Findings) -> Table | None:
    sheet, body = header.sheet, header.sheet.rows[header.index :]
    if not body:
        findings.refuse(
            sheet.label, "there is a header and nothing below it", rows=[header.row], fix="Add a row for each month."
        )
        return None
    names = [plain(cell).casefold() for cell in header.cells]
    again = [row for row, cells in body if [plain(cell).casefold() for cell in cells] == names]
    findings.note("header repeated further down left out", where=sheet.label, rows=again, why="it is not data")
    findings.note(
        "header of two rows, years over months, read as one",
        where=sheet.label,
        count=sum(map(looks_like_date, header.cells[1:])) if header.index - header.titles == 2 else 0,
        why="a year stands for all months up to the next year",
    )
    before = len(findings.problems)
    if header.read is not read_months_across:
        refuse_twice(sheet, header.row, header.cells, findings)
    if len(findings.problems) > before:
        return None
    return header.read(sheet, header.row, header.cells, [pair for pair in body if pair[0] not in set(again)], findings)


def note_skipped(sheet: Sheet, index: int, sheets: Sequence[Sheet], findings: Findings) -> None:
    """Count the title rows above the header and the sheets that are not read; say what was found while the sheet was opened."""
    findings.note(
        "title rows above the header left out",
        where=sheet.label,
        rows=[row for row, _ in sheet.rows[:index]],
        why="they are not data",
    )
    others = [other.label.rpartition(", sheet ")[2] for other in sheets if other.label != sheet.label]
    findings.note(
        f"other sheets not read: {', '.join(others[:6])}",
        where=sheet.label,
        count=len(others),
        why="one sheet is read: the one that the params name, or that has their metrics",
    )
    hidden = ", ".join(f'"{title}"' for title in sheet.hidden[:6])
    findings.note(f"hidden sheets not read: {hidden}", where=sheet.label, count=len(sheet.hidden), why="nobody sees what is in them")
    for remark in sheet.remarks:
        if remark.fix:
            findings.refuse(sheet.label, remark.what, rows=remark.rows, fix=remark.fix)
        else:
            findings.note(remark.what, where=sheet.label, rows=remark.rows, count=remark.count, why=remark.why)


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
            fix=f'Rename "{like[:40]}" if that is it. Wanted: date, metric, value. {IF_RECORDS}',
        )
    else:
        findings.refuse(
            sheet.label,
            f"no header is understood; the first line has {has}",
            rows=[row],
            fix=f"Begin with a line `date,metric,value`, or with a date and one column a metric. {IF_RECORDS}"
            + (f" Hidden sheets are not read: {', '.join(map(repr, sheet.hidden[:6]))}.".replace("'", '"') if sheet.hidden else ""),
        )


def refuse_twice(sheet: Sheet, row: int, header: Sequence[Cell], findings: Findings) -> None:
    """Two columns of one name."""
    names = [plain(cell).lower() for cell in header if plain(cell)]
    for name in dict.fromkeys(n for n in names if names.count(n) > 1):
        findings.refuse(
            sheet.label, f'the column "{name[:60]}" is here twice', rows=[row], fix="Rename or delete one of them."
        )
