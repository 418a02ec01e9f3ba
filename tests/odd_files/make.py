"""Bytes of broken and odd files, as exports, spreadsheets and people make them.

``python -m tests.odd_files.make FOLDER`` writes the whole corpus there, to be opened in an editor or a spreadsheet.
"""

from __future__ import annotations

import io
import sys
import zipfile
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from openpyxl import Workbook

HALF_YEAR = {"2024-01": 1800, "2024-02": 1850, "2024-03": 1900, "2024-04": 1825, "2024-05": 1875, "2024-06": 1925}
HEAD = "date,metric,value\n"


def long(values: Mapping[str, Any] = HALF_YEAR, *, sep: str = ",", name: str = "Clients", head: bool = True) -> str:
    """``date,metric,value``: a line for each value."""
    lines = [sep.join(("date", "metric", "value"))] if head else []
    return "\n".join(lines + [sep.join((when, name, str(value))) for when, value in values.items()]) + "\n"


def wide(columns: Mapping[str, Mapping[str, Any]], *, sep: str = ",", first: str = "Month") -> str:
    """A date and a column for each metric."""
    dates = list(dict.fromkeys(when for values in columns.values() for when in values))
    lines = [sep.join((first, *columns))]
    lines += [sep.join((when, *(str(values.get(when, "")) for values in columns.values()))) for when in dates]
    return "\n".join(lines) + "\n"


def spelled(write: Mapping[str, Any] | list[Any]) -> dict[str, Any]:
    """The six months with other spellings of their values."""
    return dict(zip(HALF_YEAR, write, strict=True))


def book(
    sheets: Mapping[str, Iterable[Iterable[Any]]],
    *,
    merged: Iterable[str] = (),
    formats: Mapping[str, str] | None = None,
    hidden: Iterable[str] = (),
) -> bytes:
    """A workbook; ``merged`` ranges and ``formats`` by cell are of its first sheet."""
    made = Workbook()
    made.remove(made.active)
    for title, rows in sheets.items():
        page = made.create_sheet(title)
        for row in rows:
            page.append(list(row))
        if title in hidden:
            page.sheet_state = "hidden"
    page = made.worksheets[0]
    for span in merged:
        page.merge_cells(span)
    for address, style in (formats or {}).items():
        page[address].number_format = style
    stream = io.BytesIO()
    made.save(stream)
    return stream.getvalue()


def rows_of(values: Mapping[str, Any] = HALF_YEAR, name: str = "Clients") -> list[list[Any]]:
    """Header and rows of a long sheet."""
    return [["date", "metric", "value"], *([when, name, value] for when, value in values.items())]


def every(step: int, first: date, last: date, value: float = 10) -> dict[str, float]:
    """The same value every so many days."""
    return {(first + timedelta(days=i)).isoformat(): value for i in range(0, (last - first).days + 1, step)}


def orders(counts: Mapping[str, int], *, amount: float = 20, twice: bool = False) -> str:
    """A line an order: ``order_id,order_date,status,amount``, spread over the days 1 to 28 of each month."""
    lines, number = ["order_id,order_date,status,amount"], 1000
    for month, count in counts.items():
        for i in range(count):
            number += 1
            day = 1 + (27 * i) // max(count - 1, 1)
            line = f"A-{number},{month}-{day:02},shipped,{amount}"
            lines += [line, line.replace("shipped", "part")] if twice and i == 0 else [line]
    return "\n".join(lines) + "\n"


def answers(by_month: Mapping[str, list[float]]) -> str:
    """A line an answer: ``answered_on,respondent,Score``."""
    lines, who = ["answered_on,respondent,Score"], 0
    for month, scores in by_month.items():
        for i, score in enumerate(scores):
            who += 1
            lines.append(f"{month}-{1 + (27 * i) // max(len(scores) - 1, 1):02},r{who},{score}")
    return "\n".join(lines) + "\n"


@lru_cache
def bomb() -> bytes:
    """A workbook of some kilobytes whose one sheet unpacks to 400 MiB."""
    plain = book({"Data": rows_of()})
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(plain)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as new:
        for item in old.infolist():
            if item.filename != "xl/worksheets/sheet1.xml":
                new.writestr(item.filename, old.read(item))
        with new.open("xl/worksheets/sheet1.xml", "w") as sheet:
            for _ in range(400):
                sheet.write(b" " * 2**20)
    return stream.getvalue()


def lying_bomb() -> bytes:
    """The same, but the archive says that the sheet has a thousand bytes."""
    packed = bytearray(bomb())
    size = (400 * 2**20).to_bytes(4, "little")
    while (at := packed.find(size)) >= 0:
        packed[at : at + 4] = (1000).to_bytes(4, "little")
    return bytes(packed)


def merged_over() -> bytes:
    """A workbook of a thousand rows that are merged ten thousand times over each other."""
    plain = book({"Data": [["date", "metric", "value"], *(["2024-01", "Clients", 1800 + i] for i in range(1000))]})
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(plain)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for item in old.infolist():
            content = old.read(item)
            if item.filename == "xl/worksheets/sheet1.xml":
                content = content.replace(b"</sheetData>", b"</sheetData>" + b'<mergeCell ref="A2:A1048576"/>' * 10_000)
            new.writestr(item.filename, content)
    return stream.getvalue()


def zipped(files: Mapping[str, bytes]) -> bytes:
    """An archive that is no workbook."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return stream.getvalue()


def write_all(folder: Path) -> int:
    """Write every file of the corpus into a folder; returns how many."""
    from tests.odd_files.cases import CASES

    folder.mkdir(parents=True, exist_ok=True)
    for case in CASES:
        (folder / f"{case.name}{case.suffix}").write_bytes(case.bytes())
    return len(CASES)


if __name__ == "__main__":
    print(write_all(Path(sys.argv[1])))
