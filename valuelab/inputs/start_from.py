"""A new customer's params from a file that is there: what can be seen is written, what cannot is asked in comments."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import zipfile
from pathlib import Path

from valuelab.errors import InputError, Problem
from valuelab.formatting import spreadsheet_text
from valuelab.inputs.inspect_file import Look, SeenMeasure, look_at
from valuelab.inputs.quality import Findings
from valuelab.inputs.sources import Sources

MOST_INDICATORS = 9
MAX_COPIED = 64 * 1024 * 1024
_TEXTS = (".csv", ".tsv", ".txt")
_OUTSIDE = re.compile(rb"<f[^>]*>[^<]*(\||WEBSERVICE|HYPERLINK|\bCALL\(|\bEXEC\(|REGISTER)", re.IGNORECASE)
_LARGEST_PART = 300 * 1024 * 1024


def params_from_file(customer_id: str, name: str, file: Path, *, params_dir: Path, folder: Path) -> tuple[str, list[Path], tuple[Problem, ...]]:
    """The text of a params file, the files that were written, and what must be mended in the data.

    A file inside the project is referred to where it is; another is copied into ``folder``, without what a spreadsheet would run.

    Raises
    ------
    InputError
        Where the file cannot be opened, or has no table.
    """
    if not file.is_file():
        raise InputError(customer_id, [Problem(file.name, "there is no such file", fix="Check the path; it is relative to the working folder.")])
    params_dir.mkdir(parents=True, exist_ok=True)
    inside = file.resolve().is_relative_to(params_dir.resolve().parent)
    written = [] if inside else [_copy(customer_id, file, folder)]
    place = file.resolve() if inside else written[0].resolve()
    relative = Path(os.path.relpath(place, params_dir.resolve())).as_posix()
    findings = Findings()
    source = Sources(params_dir / f"{customer_id}.yaml", findings).open(relative, where=file.name)
    look = look_at(source) if source is not None else Look((), "", "", "", "", "", tuple(findings.problems))
    if not look.measures:
        for path in written:
            path.unlink()
        raise InputError(customer_id, look.problems or [Problem(file.name, "has no table of measures", fix="Begin with a line `date,metric,value`.")])
    return _text(customer_id, name, relative, look), written, look.problems


def _copy(customer_id: str, file: Path, folder: Path) -> Path:
    """A copy of the file in the project; formulas that a spreadsheet would run do not come along."""
    suffix = file.suffix.lower()
    stem = re.sub(r"[^A-Za-z0-9._-]+", "-", file.stem).strip(".-") or "data"
    target = folder / f"{stem}{suffix}"
    if target.exists() or target.is_symlink():
        raise InputError(customer_id, [Problem(target.name, "is in the customer's data folder already, and is left as it is", fix="Name that file, or remove it.")])
    if file.stat().st_size > MAX_COPIED:
        raise InputError(customer_id, [Problem(file.name, f"is larger than {MAX_COPIED // 2**20} MiB, and is not copied", fix="Move it into the project's data folder and name it there.")])
    content = file.read_bytes()
    if content[:4] == b"PK\x03\x04" and _runs_something(content):
        raise InputError(customer_id, [Problem(file.name, "has macros, links or formulas that reach outside of the workbook, and is not copied",
                                               fix="Save its values alone, as .xlsx or .csv.")])
    folder.mkdir(parents=True, exist_ok=True)
    with target.open("xb") as out:
        out.write(without_formulas(content) if suffix in _TEXTS and content[:4] != b"PK\x03\x04" else content)
    return target


def _runs_something(content: bytes) -> bool:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as book:
            parts = book.infolist()
            if any("vbaproject" in p.filename.lower() or "externallinks" in p.filename.lower() for p in parts):
                return True
            sheets = [p for p in parts if p.filename.startswith("xl/worksheets/") and p.filename.endswith(".xml")]
            if sum(p.file_size for p in sheets) > _LARGEST_PART:
                return True
            return any(_OUTSIDE.search(book.read(p)) for p in sheets)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, ValueError):
        return False  # no workbook: reading it says so


def without_formulas(content: bytes) -> bytes:
    """The same table; a cell that a spreadsheet would run as a formula gets an apostrophe before it. As it is where there is none.

    Examples
    --------
    >>> without_formulas(b"date,metric,value\\n2025-01,=cmd|'/C calc'!A0,-5\\n")
    b"date,metric,value\\r\\n2025-01,'=cmd|'/C calc'!A0,-5\\r\\n"
    """
    text = _decoded(content)
    first = text.splitlines()[0] if text.splitlines() else ""
    delimiter = max(",;\t|", key=first.count)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error:
        return content
    safe = [[spreadsheet_text(cell) for cell in row] for row in rows]
    if safe == rows:
        return content
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter).writerows(safe)  # \r\n between rows, so that a cell with either is quoted
    return out.getvalue().encode("utf-8")


def _decoded(content: bytes) -> str:
    for encoding in ("utf-16",) if content[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "cp1252"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return content.decode("latin-1")


def _text(customer_id: str, name: str, data: str, look: Look) -> str:
    outcome = next(m for m in look.measures if m.name == look.outcome)
    others = [m for m in look.measures if m is not outcome]
    many = [m.name for m in others[MOST_INDICATORS:]]
    lines = [
        "# yaml-language-server: $schema=../schema/params.schema.json",
        f"# Written from {_comment(Path(data).name)}. Each line with a question mark is a guess, or is missing: answer it, then `valuelab check {customer_id}`.",
        "# Write figures as people do: 5%, $375, 26,000. Inside { } and [ ] put a figure with a comma in quotes: \"26,000\".", "",
        f"customer: {_quoted(name)}                # ? the name that reports show",
        f"currency: {look.currency or 'USD':<30} # ? {'a sign in the data' if look.currency else 'nothing in the file tells it'}; three letters",
        "# started: 2025-04                       # ? first month of the initiative; the months before it are the baseline",
        f"data: {_quoted(data)}   # {'lines of single orders or answers' if outcome.reading else f'{look.frequency} rows'}; dates as {_comment(look.example_date)}",
        *([f"sheet: {_quoted(look.sheet)}   # ? of several sheets the one with the likeliest outcome"] if look.sheet else []),
        *(f"# {_comment(remark)}" for remark in look.remarks),
        *([f"# fiscal_year_starts: 4                  # ? the number of the month in which years begin: {_comment(look.fiscal)} cannot be read without it"] if look.fiscal else []),
        f"# as_of: {look.as_of or '2025-09'}                         # the last complete month in the data; without this line it moves on with the data",
        "strategy: profit                         # ? profit | growth: which headline leads", "",
        "outcome:                                 # ? what the customer wants in the end (quality): is it this one?",
        f"  name: {_quoted(outcome.name)}   # {_span(outcome)}",
        *(f"  {key}: {_quoted(column)}" for key, column in outcome.reading),
        f"  total_by: {outcome.total_by:<28} # ? sum (a year adds up), mean or last (a level); {outcome.because}",
        *(["  unit: fraction"] if outcome.percent else ["  # unit: clients                        # ? what it is counted in"]),
        *([f"  # scale: {outcome.scale}                          # ? the least and the most that can be answered"] if outcome.scale else []),
        "  # better: lower                        # ? if less is good",
        "  # baseline: {value: 24000, over: 2024-04..2025-03, source: who says so}   # ? where it started",
        "  # targets:                             # ? how much (quantity), by when (deadline)",
        "  #   - 26,000 by 2026-03",
        "  # promised:                            # ? said in the sale, owed in full; agreed with whom, when",
        "  #   - {value: 23400, by: 2026-03, source: proposal, agreed_by: name or role, agreed_on: 2025-02-20}",
    ]
    if others:
        lines += ["", "indicators:                              # ? what may tell early: delete what may not"]
        for m in others[:MOST_INDICATORS]:
            keys = ([("sheet", m.sheet)] if m.sheet else []) + list(m.reading)
            lines.append(f"  {_quoted(m.name)}: {{total_by: {m.total_by}{', unit: fraction' if m.percent else ''}"
                         + "".join(f", {key}: {_quoted(column)}" for key, column in keys) + f"}}   # ? {m.because}; {_span(m)}"
                         + (f"; scale: {m.scale}?" if m.scale else "") + "; expected_lag, if one was named in advance?")
    if many:
        lines.append(f"# the file also has: {_comment(', '.join(many))}")
    example = _quoted(others[0].name) if others else "Engagement"
    lines += [
        "", "# conversion:                            # ? what one point of an indicator is agreed to do; additive or compound; agreed by whom, when",
        f"#   {example}: {{effect: 5% per point, reading: additive, low: 2%, high: 8%, source: who says so, agreed_by: name or role, agreed_on: 2025-03-14}}",
        "# unit_value: {value: $375, basis: revenue, margin: 40%, source: who says so}   # ? basis: revenue or profit; margin turns one into the other",
        "# cash_flow: {data: ../data/acme/cash-flow.csv, basis: revenue}   # ? what it costs and brings, planned and actual",
        '# costs: {Subscription: {role: supplier price, amount: "$4,000 a month"}, Own staff: {role: staff time, hours: 60 a month, rate: $45}}   # ? who said so',
    ]
    return "\n".join(lines) + "\n"


def _span(m: SeenMeasure) -> str:
    return f"{m.months} months, {m.first} to {m.last}" if m.months else "no value could be read"


def _quoted(text: str) -> str:
    """A text as YAML, whatever stands in it."""
    return json.dumps(" ".join(text.split()), ensure_ascii=False)


def _comment(text: str) -> str:
    """A text that cannot end its comment."""
    return " ".join(text.split())[:120]
