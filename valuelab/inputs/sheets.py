"""Rows of cells from .csv and .xlsx bytes, with the line numbers that an editor or spreadsheet shows."""

from __future__ import annotations

import csv
import io
import re
import warnings
import zipfile
from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Any

from valuelab.inputs.quality import Findings
from valuelab.inputs.sources import Source

Cell = Any  # str | float | date | Percent | None
DELIMITERS = (",", ";", "\t", "|")
MAX_ROWS, MAX_COLUMNS = 200_000, 500
MAX_UNPACKED = 300 * 1024 * 1024


class Percent(float):
    """A spreadsheet cell that is shown as percent: 0.12 under the format ``0%``."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table as it stands: ``rows`` of (line number, cells); blank rows are left out."""

    label: str
    rows: tuple[tuple[int, tuple[Cell, ...]], ...]
    delimiter: str = ""


def read_sheets(source: Source, findings: Findings) -> list[Sheet]:
    """All sheets of a file that have cells; an empty list after saying what is wrong."""
    content = source.content
    is_zip, is_old_excel = content[:4] == b"PK\x03\x04", content[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    if is_old_excel or source.suffix in (".xls", ".ods", ".numbers", ".xlsb"):
        findings.refuse(
            source.label,
            "is no .xlsx file: an older or another spreadsheet format, or protected by a password",
            fix="Save it as .xlsx (without a password) or .csv.",
        )
        return []
    if is_zip or source.suffix in (".xlsx", ".xlsm"):
        return _read_workbook(source, findings)
    if source.suffix in (".csv", ".tsv", ".txt"):
        sheet = _read_csv(source, findings)
        return [sheet] if sheet else []
    findings.refuse(source.label, f'files that end in "{source.suffix}" are not read', fix="Save it as .csv or .xlsx.")
    return []


def _read_csv(source: Source, findings: Findings) -> Sheet | None:
    text = _decode(source, findings)
    if text is None:
        return None
    first, _, rest = text.partition("\n")
    offset, delimiter = 0, ""
    if match := re.fullmatch(r"sep=(.)\s*", first):
        text, offset, delimiter = rest, 1, match[1]  # written by Excel for itself
    rows: list[tuple[int, tuple[Cell, ...]]] = []
    try:
        delimiter = delimiter or _sniff(text)
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        line = 1 + offset
        for cells in reader:
            if any(cell.strip() for cell in cells):
                rows.append((line, tuple(cell.strip() for cell in cells)))
            line = reader.line_num + 1 + offset
            if len(rows) > MAX_ROWS:
                findings.refuse(source.label, f"has more than {MAX_ROWS:,} rows", fix="Aggregate it to months first.")
                return None
    except csv.Error as error:
        findings.refuse(source.label, f"cannot be read as a table ({error})", fix="Is a quote opened and never closed?")
        return None
    return Sheet(source.label, tuple(rows), delimiter)


def _decode(source: Source, findings: Findings) -> str | None:
    content = source.content
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        text = content.decode("utf-16", errors="replace")
    else:
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            text = content.decode("cp1252", errors="replace")
            line = content[: error.start].count(b"\n") + 1
            findings.note(
                "letters read as Windows-1252 (latin-1)",
                where=source.label,
                count=1,
                rows=(line,),
                why="the file is not UTF-8; check names with accents",
            )
    if match := re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]", text):
        findings.refuse(
            source.label,
            f"has the control character U+{ord(match[0]):04X}: it is not a plain table",
            rows=(text.count("\n", 0, match.start()) + 1,),
            fix="Save it again as .csv from the spreadsheet.",
        )
        return None
    return text


def _sniff(text: str) -> str:
    """The delimiter that gives most rows the same number of cells, more than one."""
    sample = "\n".join(text.splitlines()[:60])

    def score(delimiter: str) -> tuple[int, int]:
        widths = Counter(len(row) for row in csv.reader(io.StringIO(sample), delimiter=delimiter) if len(row) > 1)
        if not widths:
            return 0, 0
        width, count = widths.most_common(1)[0]
        return count, width

    return max(DELIMITERS, key=score)


def _read_workbook(source: Source, findings: Findings) -> list[Sheet]:
    from openpyxl import load_workbook  # takes a fifth of a second: only where a workbook is read

    try:
        with zipfile.ZipFile(io.BytesIO(source.content)) as archive:
            unpacked = sum(item.file_size for item in archive.infolist())
        if unpacked > MAX_UNPACKED:
            findings.refuse(
                source.label,
                f"unpacks to more than {MAX_UNPACKED // 2**20} MiB",
                fix="Keep only the sheet that is needed.",
            )
            return []
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl warns of styles and validations that carry no figures
            book = load_workbook(io.BytesIO(source.content), read_only=True, data_only=True)
            sheets = [
                _read_worksheet(sheet, source.label) for sheet in book.worksheets if sheet.sheet_state == "visible"
            ]
            book.close()
    except Exception as error:  # a damaged workbook raises whatever its damage leads to
        findings.refuse(
            source.label,
            f"is not a workbook that can be read ({type(error).__name__})",
            fix="Open it in a spreadsheet and save it again as .xlsx.",
        )
        return []
    filled = [sheet for sheet in sheets if sheet.rows]
    if not filled:
        findings.refuse(source.label, "the workbook has no filled sheet", fix="It needs a header and at least one row.")
    if any(len(sheet.rows) > MAX_ROWS for sheet in filled):
        findings.refuse(source.label, f"has more than {MAX_ROWS:,} rows", fix="Aggregate it to months first.")
        return []
    return filled


def _read_worksheet(worksheet: Any, label: str) -> Sheet:
    worksheet.reset_dimensions()  # a sheet may claim a million columns
    rows = []
    for number, cells in enumerate(worksheet.iter_rows(max_col=MAX_COLUMNS), 1):
        values = tuple(_cell(cell) for cell in cells)
        while values and values[-1] in (None, ""):
            values = values[:-1]
        if values:
            rows.append((number, values))
        if number > 5 * MAX_ROWS or len(rows) > MAX_ROWS:
            break
    return Sheet(f'{label}, sheet "{worksheet.title}"', tuple(rows))


def _cell(cell: Any) -> Cell:
    value = cell.value
    if isinstance(value, str):
        return re.sub(r"[\x00-\x1f\x7f]+", " ", value).strip()
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, (int, float)):
        return Percent(value) if "%" in str(cell.number_format or "") else float(value)
    if isinstance(value, date):  # a datetime is a date, too
        return value
    return None if value is None else str(value)
