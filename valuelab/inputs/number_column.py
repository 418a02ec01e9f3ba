"""A column of numbers: the whole column decides what a dot or comma means, or both readings are named."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from valuelab.inputs.cells import Percent
from valuelab.inputs.figures import Parts, currency_fits, finish, parse_digits, take_apart
from valuelab.inputs.periods import Unreadable, shorten
from valuelab.inputs.quality import Findings

MISSING = frozenset(
    {
        "",
        "-",
        "–",
        "—",
        ".",
        "..",
        "n/a",
        "#n/a",
        "na",
        "n.a.",
        "nan",
        "none",
        "null",
        "tba",
        "tbd",
        "tbc",
        "to be announced",
        "missing",
        "not available",
        "not yet known",
    }
)
_BOTH = "both"


@dataclass(frozen=True, slots=True)
class NumberColumn:
    """``values``: None where missing or refused. ``percent``: all carry a percent sign and are fractions now."""

    values: tuple[float | None, ...]
    percent: bool
    missing: tuple[int, ...]  # rows


def is_missing(cell: Any) -> bool:
    """True for blanks and for the words that stand for "not known": never read as zero."""
    return cell is None or (isinstance(cell, str) and " ".join(cell.split()).lower() in MISSING) or cell != cell


def decimal_sign(cells: Sequence[Any]) -> str:
    """``.`` or ``,`` where the cells show which one parts decimals, "" where none does, else ``both``."""
    signs = set()
    for cell in cells:
        if isinstance(cell, str) and not is_missing(cell):
            try:
                signs.add(_shows(take_apart(_minus_first(cell)).digits))
            except Unreadable:
                continue
    signs &= {".", ","}
    return _BOTH if len(signs) == 2 else next(iter(signs), "")


def read_numbers(
    cells: Sequence[Any],
    rows: Sequence[int],
    *,
    where: str,
    findings: Findings,
    currency: str = "",
    decimal: str = "",
    delimiter: str = "",
) -> NumberColumn:
    """Numbers of one metric or column.

    ``decimal``: what the rest of the file shows, used where these cells don't. ``delimiter``: of the file; after a
    semicolon ``1,234`` may well be a decimal, and is refused where nothing tells.
    """
    parts: list[Parts | float | None] = []
    refused: dict[str, list[tuple[int, str]]] = {}
    missing = []
    for cell, row in zip(cells, rows, strict=True):
        part: Parts | float | None = None
        if is_missing(cell):
            missing.append(row)
        elif isinstance(cell, float):
            part = cell
        else:
            try:
                part = _parts(cell)
                if part.currency and currency and not currency_fits(part.currency, currency):
                    refused.setdefault(f"is in {part.currency}, but `currency` is {currency}", []).append(
                        (row, str(cell))
                    )
                    part = None
            except Unreadable:
                refused.setdefault(_why_not(str(cell)), []).append((row, str(cell)))
        parts.append(part)
    for what, found in refused.items():
        quoted = ", ".join(dict.fromkeys(shorten(text) for _, text in found[:3]))
        findings.refuse(
            where,
            f"{quoted} {what}",
            rows=[row for row, _ in found],
            fix="Correct it; amounts are never converted."
            if "currency" in what
            else "Correct it, or leave the cell empty where the value is not known.",
        )
    own = decimal_sign(cells)
    if own == _BOTH:
        findings.refuse(
            where, "some numbers have decimal commas, others decimal points", rows=rows, fix="Write them all one way."
        )
        return NumberColumn((None,) * len(parts), False, tuple(missing))
    settled = own or (decimal if decimal != _BOTH else "")
    values = _values(parts, rows, where, findings, settled, delimiter)
    _note_readings(cells, parts, values, rows, settled, where, findings)
    return NumberColumn(tuple(values), _percent(parts, rows, where, findings), tuple(missing))


def _parts(cell: Any) -> Parts:
    if isinstance(cell, date):
        raise Unreadable("a date")
    part = take_apart(_minus_first(str(cell)))
    if part.words:
        raise Unreadable("words after the number")
    return part


def _why_not(text: str) -> str:
    """What is wrong with a text that is no number; a letter typed for a digit is named."""
    plain = text.strip(" $€£()%")
    if re.fullmatch(r"[\d.,OoIl' -]+", plain) and re.search(r"\d", plain):
        letter = re.search(r"[OoIl]", plain)
        if letter is not None:
            return f"is not a number: it has the letter {letter[0]} where {'0' if letter[0] in 'Oo' else '1'} is meant"
    return "is not a number"


def _minus_first(text: str) -> str:
    """Accounting systems write 500- for −500."""
    return re.sub(r"^([\d.,]+)\s*-$", r"-\1", text.strip())


def _shows(digits: str) -> str:
    """Which sign the digits show to part decimals; ``?`` where it may be either, "" where there is none."""
    plain = re.sub(r"[ '’]|[eE].*", "", digits)
    dots, commas = plain.count("."), plain.count(",")
    if not dots and not commas:
        return ""
    if dots and commas:
        return max(".,", key=plain.rfind)
    sign = "." if dots else ","
    if dots + commas > 1:
        return "," if dots else "."
    before, after = plain.split(sign)
    return "?" if len(after) == 3 and 1 <= len(before) <= 3 and not before.startswith("0") else sign


def _values(
    parts: Sequence[Parts | float | None],
    rows: Sequence[int],
    where: str,
    findings: Findings,
    decimal: str,
    delimiter: str,
) -> list[float | None]:
    values: list[float | None] = []
    unclear: list[tuple[int, str]] = []
    wrong: list[tuple[int, str]] = []
    for part, row in zip(parts, rows, strict=True):
        value: float | None = None
        if isinstance(part, float):
            value = float(part) if abs(part) < 1e18 else None
            if value is None:
                wrong.append((row, str(part)))
        elif part is not None:
            shown = _shows(part.digits)
            if shown == "?" and not decimal and ("." in part.digits or delimiter == ";"):
                unclear.append((row, part.digits))
            else:
                try:
                    value = finish(part, parse_digits(part.digits, decimal=decimal or ("." if shown == "?" else "")))
                except Unreadable:
                    wrong.append((row, part.digits))
        values.append(value)
    if unclear:
        text = unclear[0][1]
        before, after = re.split("[.,]", text)
        findings.refuse(
            where,
            f"{shorten(text)} may be {before}.{after} or {before}{after}, and nothing in the column tells which",
            rows=[row for row, _ in unclear],
            fix=f"Write {before}.{after}0 or {before}{after} in at least one row.",
        )
    if wrong:
        findings.refuse(
            where,
            f"{shorten(wrong[0][1])} is not a number: its commas and dots do not fit the column, or it is too large",
            rows=[row for row, _ in wrong],
            fix="Correct it.",
        )
    return values


def _note_readings(
    cells: Sequence[Any], parts: Sequence[Parts | float | None], values: Sequence[float | None], rows: Sequence[int], decimal: str, where: str,
    findings: Findings,
) -> None:
    """Count what could have been read otherwise: commas and dots, brackets for minus, letters for thousands."""
    read = [(row, str(cell), part) for row, cell, part, value in zip(rows, cells, parts, values, strict=True) if isinstance(part, Parts) and value is not None]
    commas = [(row, text) for row, text, part in read if decimal == "," and re.search(r"[.,]", part.digits)]
    thousands = [(row, text) for row, text, part in read if not decimal and "," in part.digits and _shows(part.digits) == "?"]
    minus = [(row, text) for row, text, part in read if part.negative and re.search(r"\(|-\s*$", text)]
    letters = [(row, text) for row, text, part in read if part.factor != 1]
    for found, how, why in (
        (commas, "read with a decimal comma", "the whole column decides what a comma means"),
        (thousands, "read with the comma between thousands", "nothing in the column says that it parts decimals"),
        (minus, "read as less than zero", "brackets, or a hyphen behind, are how accountants write a minus"),
        (letters, "written out", "k, m and bn stand for thousands, millions and billions"),
    ):
        if found:
            findings.note(f"numbers like {shorten(found[0][1]).strip(chr(34))} {how}", where=where, rows=[row for row, _ in found], count=len(found), why=why, kind="repaired")


def _percent(parts: Sequence[Parts | float | None], rows: Sequence[int], where: str, findings: Findings) -> bool:
    with_sign, without = [], []
    for part, row in zip(parts, rows, strict=True):
        if part is None or part == 0 or (isinstance(part, Parts) and not part.digits.strip("0.,")):
            continue
        carries = isinstance(part, Percent) or (isinstance(part, Parts) and part.percent)
        (with_sign if carries else without).append(row)
    if with_sign and without:
        fewer = min(with_sign, without, key=len)
        findings.refuse(
            where,
            "some values carry a percent sign and others do not",
            rows=fewer,
            fix="Write them all one way: 12% or 0.12 or 12.",
        )
    return bool(with_sign)
