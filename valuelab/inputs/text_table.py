"""Rows of cells from a text file: its encoding, its delimiter, its comment lines."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter

from valuelab.inputs.cells import INVISIBLE, MAX_ROWS, Cell, Remark, Sheet, clean
from valuelab.inputs.date_column import looks_like_date
from valuelab.inputs.quality import Findings
from valuelab.inputs.sources import Source

DELIMITERS = (",", ";", "\t", "|")
SAVE_AS_CSV = "Save it again as .csv from the spreadsheet."
_ERROR_CELL = re.compile(r"#(N/A|REF!|DIV/0!|NAME\?|VALUE!|NUM!|NULL!)", re.IGNORECASE)
_HIDDEN = re.compile(f"[{''.join(map(chr, INVISIBLE))}]")


def read_text(source: Source, findings: Findings) -> Sheet | None:
    """The table of a text file; None after saying what is wrong."""
    text = None if _is_something_else(source, findings) else _decode(source, findings)
    if text is None:
        return None
    first, _, rest = text.partition("\n")
    offset, delimiter = 0, ""
    if match := re.fullmatch(r"sep=([^\w\s\"']|\t)\s*", first):
        text, offset, delimiter = rest, 1, match[1]  # written by Excel for itself
    rows = _rows(text, delimiter or _sniff(text), offset, source, findings)
    if rows is None:
        return None
    rows, remarks = _without_comments(rows)
    if hidden := [row for row, cells in rows if any(_HIDDEN.search(cell) for cell in cells)]:
        remarks.append(Remark("invisible characters removed", tuple(hidden), why="two names could look the same and differ"))
        rows = [(row, tuple(clean(cell) for cell in cells)) for row, cells in rows]
        rows = [(row, cells) for row, cells in rows if any(cells)]
    if not rows:
        findings.refuse(source.label, "the file has no filled line", fix="It needs a header and at least one row.")
        return None
    return Sheet(source.label, tuple(rows), delimiter or _sniff(text), remarks=tuple(remarks))


def _is_something_else(source: Source, findings: Findings) -> bool:
    """Say so where the file is of another kind than its name says."""
    head = source.content[:2000].lstrip(b"\xef\xbb\xbf \t\r\n")
    if head.startswith(b"%PDF"):
        findings.refuse(source.label, "is a PDF, whatever its name says", fix="Ask for the table as .xlsx or .csv.")
    elif re.match(rb"(?i)<(!doctype|html|head|body|table|\?xml)", head):
        findings.refuse(source.label, "is a web page or XML, whatever its name says", fix="Open it in a spreadsheet and save it as .xlsx or .csv.")
    elif re.match(rb'[\[{]\s*["{\[]', head):
        findings.refuse(source.label, "is JSON, whatever its name says", fix="Export it as .csv, with a line `date,metric,value` first.")
    else:
        return False
    return True


def _decode(source: Source, findings: Findings) -> str | None:
    content = source.content
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        text = content.decode("utf-16", errors="replace")
    elif half := _half_of_nuls(content):
        text = content.decode(half, errors="replace")
        findings.note("letters read as UTF-16", where=source.label, count=1, why="the file does not say its encoding; check names with accents")
    else:
        text = _decode_bytes(content, source, findings)
    if match := re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]", text):
        findings.refuse(
            source.label,
            f"has the control character U+{ord(match[0]):04X}: it is not a plain table",
            rows=(text.count("\n", 0, match.start()) + 1,),
            fix=SAVE_AS_CSV,
        )
        return None
    return text


def _half_of_nuls(content: bytes) -> str:
    """The UTF-16 that a file without a mark is in: nearly every second byte of plain Latin text is zero then."""
    sample = content[:2000]
    if len(sample) < 8:
        return ""
    high, low = sample[0::2].count(0) / len(sample[0::2]), sample[1::2].count(0) / len(sample[1::2])
    if low > 0.6 and high < 0.05:
        return "utf-16-le"
    return "utf-16-be" if high > 0.6 and low < 0.05 else ""


def _decode_bytes(content: bytes, source: Source, findings: Findings) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        findings.note(
            "letters read as Windows-1252 (latin-1)",
            where=source.label,
            count=1,
            rows=(content[: error.start].count(b"\n") + 1,),
            why="the file is not UTF-8; check names with accents",
        )
        return content.decode("cp1252", errors="replace")


def _rows(
    text: str, delimiter: str, offset: int, source: Source, findings: Findings
) -> list[tuple[int, tuple[str, ...]]] | None:
    rows: list[tuple[int, tuple[str, ...]]] = []
    line = 1 + offset
    try:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        for cells in reader:
            if any(cell.strip() for cell in cells):
                rows.append((line, tuple(cell.strip() for cell in cells)))
            line = reader.line_num + 1 + offset
            if len(rows) > MAX_ROWS:
                findings.refuse(source.label, f"has more than {MAX_ROWS:,} rows", fix="Aggregate it to months first.")
                return None
    except csv.Error as error:
        if "limit" in str(error):
            findings.refuse(
                source.label,
                f"a cell that begins here is longer than {csv.field_size_limit():,} characters",
                rows=(line,),
                fix="Is a quote opened and never closed? Otherwise leave the text out.",
            )
        else:
            findings.refuse(source.label, f"cannot be read as a table ({error})", rows=(line,), fix="Is a quote opened and never closed?")
        return None
    return rows


def _without_comments(
    rows: list[tuple[int, tuple[str, ...]]],
) -> tuple[list[tuple[int, tuple[str, ...]]], list[Remark]]:
    """Lines that begin with # and stand apart: of another width, of one cell, or a dated row that was switched off."""
    usual = Counter(len(cells) for _, cells in rows).most_common(1)[0][0] if rows else 0

    def is_comment(cells: tuple[str, ...]) -> bool:
        if not cells[0].startswith("#") or _ERROR_CELL.match(cells[0]):
            return False
        return len(cells) != usual or sum(map(bool, cells)) == 1 or looks_like_date(cells[0].lstrip("# "))

    comments = tuple(row for row, cells in rows if is_comment(cells))
    if not comments:
        return rows, []
    remark = Remark("comment lines left out", comments, why="they begin with #")
    return [(row, cells) for row, cells in rows if row not in set(comments)], [remark]


def _sniff(text: str) -> str:
    """The delimiter that gives most rows the same number of cells, more than one; of equals the one that shows dates."""
    sample = "\n".join(text[:200_000].splitlines()[:60])

    def score(delimiter: str) -> tuple[int, int, int]:
        rows: list[list[Cell]] = [row for row in csv.reader(io.StringIO(sample), delimiter=delimiter) if len(row) > 1]
        if not rows:
            return 0, 0, 0
        width, count = Counter(map(len, rows)).most_common(1)[0]
        return count, sum(any(looks_like_date(cell.strip()) for cell in row[:20]) for row in rows), width

    def quietly(delimiter: str) -> tuple[int, int, int]:
        try:
            return score(delimiter)
        except csv.Error:  # said, with its line, when the table is read
            return 0, 0, 0

    return max(DELIMITERS, key=quietly)
