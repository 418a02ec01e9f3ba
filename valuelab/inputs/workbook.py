"""Rows of cells from a workbook: merged cells, hidden sheets, formulas without results."""

from __future__ import annotations

import io
import re
import warnings
import zipfile
from bisect import bisect_right
from datetime import date
from typing import Any

from valuelab.inputs.cells import MAX_COLUMNS, MAX_ROWS, Cell, Percent, Remark, Sheet, clean
from valuelab.inputs.quality import Findings
from valuelab.inputs.sources import Source

MAX_UNPACKED = 300 * 1024 * 1024
_MERGED = re.compile(rb'<(?:\w+:)?mergeCell [^<>]*ref="([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})"')
_NO_RESULT = re.compile(rb'<c r="[A-Z]{1,3}(\d{1,7})"(?![^<>]*t="str")[^<>]*><f(?:[^<>]*/>|[^<>]*>[^<]*</f>)(?:<v ?/>|<v></v>)?</c>')


def read_workbook(source: Source, findings: Findings) -> list[Sheet]:
    """The visible sheets that have cells; an empty list after saying what is wrong."""
    from openpyxl import load_workbook  # takes a fifth of a second: only where a workbook is read

    try:
        with zipfile.ZipFile(io.BytesIO(source.content)) as archive:
            names, unpacked = archive.namelist(), sum(item.file_size for item in archive.infolist())
        if _is_another_archive(names, source, findings):
            return []
        if unpacked > MAX_UNPACKED:
            findings.refuse(
                source.label, f"unpacks to more than {MAX_UNPACKED // 2**20} MiB", fix="Keep only the sheet that is needed."
            )
            return []
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl warns of styles and validations that carry no figures
            book = load_workbook(io.BytesIO(source.content), read_only=True, data_only=True)
            hidden = tuple(sheet.title for sheet in book.worksheets if sheet.sheet_state != "visible")
            sheets = [_read_worksheet(sheet, source.label, hidden) for sheet in book.worksheets if sheet.title not in hidden]
            book.close()
    except Exception as error:  # a damaged workbook raises whatever its damage leads to
        is_zip = source.content[:2] == b"PK"
        findings.refuse(
            source.label,
            f"is not a workbook that can be read ({'it is damaged: ' if is_zip else ''}{type(error).__name__})",
            fix="Open it in a spreadsheet and save it again as .xlsx." + ("" if is_zip else " If it is a text file, rename it to .csv."),
        )
        return []
    filled = [sheet for sheet in sheets if sheet.rows]
    if not filled:
        findings.refuse(source.label, "the workbook has no filled sheet", fix="It needs a header and at least one row.")
    if any(len(sheet.rows) > MAX_ROWS for sheet in filled):
        findings.refuse(source.label, f"has more than {MAX_ROWS:,} rows", fix="Aggregate it to months first.")
        return []
    return filled


def _is_another_archive(names: list[str], source: Source, findings: Findings) -> bool:
    if "[Content_Types].xml" in names:
        return False
    if any(name.endswith(".iwa") or name == "Index.zip" for name in names):
        findings.refuse(source.label, "is an Apple Numbers file", fix="Export it from Numbers as .xlsx or .csv.")
    elif "mimetype" in names or "content.xml" in names:
        findings.refuse(source.label, "is an OpenDocument file", fix="Save it as .xlsx or .csv.")
    else:
        findings.refuse(source.label, "is a zip archive, not a workbook", fix="Unpack it and name the file in it.")
    return True


def _read_worksheet(worksheet: Any, label: str, hidden: tuple[str, ...]) -> Sheet:
    worksheet.reset_dimensions()  # a sheet may claim a million columns
    rows: dict[int, list[Cell]] = {}
    for number, cells in enumerate(worksheet.iter_rows(max_col=MAX_COLUMNS), 1):
        values = [_cell(cell) for cell in cells]
        while values and values[-1] in (None, ""):
            values.pop()
        if values:
            rows[number] = values
        if number > 5 * MAX_ROWS or len(rows) > MAX_ROWS:
            break
    with worksheet._get_source() as stream:  # openpyxl drops what is merged where it reads row by row
        xml = stream.read(MAX_UNPACKED)
    remarks = [*_fill_merged(rows, xml), *_formulas_without_result(xml)]
    title = f'{label}, sheet "{worksheet.title}"'
    return Sheet(title, tuple((n, tuple(v)) for n, v in sorted(rows.items())), "", worksheet.title, tuple(remarks), hidden)


def _fill_merged(rows: dict[int, list[Cell]], xml: bytes) -> list[Remark]:
    """Dates and names that are merged over several rows stand in each of them; a figure can stand for one month only."""
    filled, figures = [], []
    ordered, remarks = sorted(rows), []
    for first_column, first, last_column, last in _MERGED.findall(xml):
        column, top, bottom = _number(first_column), int(first), int(last)
        cell = rows.get(top, [])[column : column + 1]
        if top == bottom or first_column != last_column or not cell or cell[0] in (None, ""):
            continue
        below = ordered[bisect_right(ordered, top) : bisect_right(ordered, bottom)]
        if len(filled) + len(figures) + len(below) > 2 * MAX_ROWS:  # no spreadsheet merges cells that are merged: made to keep readers busy
            remarks.append(Remark("cells are merged over each other", (top,), fix="Unmerge them, and write each cell's own text."))
            break
        if isinstance(cell[0], float):
            figures += below
            continue
        for row in below:
            rows[row] += [None] * (column + 1 - len(rows[row]))
            rows[row][column] = cell[0]
            filled.append(row)
    if filled:
        remarks.append(Remark("merged cells read in each of their rows", tuple(filled), why="the spreadsheet holds them once", count=len(filled)))
    if figures:
        remarks.append(
            Remark("one value is merged over several months or rows", tuple(figures), fix="Unmerge the cells and write each month's own value.")
        )
    return remarks


def _number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number - 1


def _formulas_without_result(xml: bytes) -> list[Remark]:
    rows = tuple(int(row) for row in _NO_RESULT.findall(xml))
    if not rows:
        return []
    return [Remark("a formula without its result: the file was written by a program that does not calculate", rows,
                   fix="Open it in a spreadsheet and save it, so that the results are in it.")]


def _cell(cell: Any) -> Cell:
    value = cell.value
    if isinstance(value, str):
        return clean(re.sub(r"[\x00-\x1f\x7f]+", " ", value))
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, (int, float)):
        return Percent(value) if "%" in str(cell.number_format or "") else float(value)
    if isinstance(value, date):  # a datetime is a date, too
        return value
    return None if value is None else str(value)
