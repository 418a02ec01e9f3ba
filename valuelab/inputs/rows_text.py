"""Rows of a database or Parquet file as the text of a table, so that everything after is read like any other file."""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from valuelab.inputs.periods import Unreadable

_CONTROL = re.compile(r"[\x00-\x1f\x7f]+")


def as_csv(names: Sequence[str], rows: Iterable[Sequence[Any]], *, lines: Sequence[int] = (), delimiter: str = ",") -> tuple[bytes, int]:
    """A comma-separated table with its header, and the number of rows.

    Dates are written as 2025-04-01; numbers so that no dot can be taken for thousands; what is not known is empty.
    ``lines``: the line on which each row stands, rising; blank lines fill up. ``delimiter``: after a semicolon a comma is read with more care. ``lines``: the line on which each row stands, rising; blank lines fill up.

    Raises
    ------
    Unreadable
        For a value that no table of figures can hold: a list, a structure, bytes.

    Examples
    --------
    >>> as_csv(["date", "value"], [(date(2025, 4, 1), 1.803), (date(2025, 5, 1), None)])
    (b'date,value\\r\\n2025-04-01,1.8030\\r\\n2025-05-01,\\r\\n', 2)
    """
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter)
    writer.writerow([_CONTROL.sub(" ", str(name)) for name in names])
    count, at = 0, 1
    for row in rows:
        if lines:
            out.write("\n" * (lines[count] - at - 1))
            at = lines[count]
        writer.writerow([_text(value, name) for value, name in zip(row, names, strict=True)])
        count += 1
    return out.getvalue().encode("utf-8"), count


def _text(value: Any, name: str) -> str:
    match value:
        case None:
            return ""
        case bool():
            return str(value).upper()
        case str():
            return _CONTROL.sub(" ", value)
        case int():
            return str(value)
        case float() | Decimal():
            return _number(value)
        case datetime():
            return value.date().isoformat() if value.time() == value.min.time() else value.replace(tzinfo=None).isoformat(" ", "seconds")
        case date():
            return value.isoformat()
    raise Unreadable(
        f'the column "{str(name)[:60]}" holds values of the type {type(value).__name__}, which are no text, number or date',
        "Select or write one column for each figure.",
    )


def _number(value: float | Decimal) -> str:
    if not math.isfinite(value):
        if math.isnan(value):
            return ""
        raise Unreadable("a value is infinite", "Leave it empty where it is not known; look for a division by zero.")
    text = format(value, "f") if isinstance(value, Decimal) else repr(value).removesuffix(".0")
    return text + "0" if re.fullmatch(r"-?\d+\.\d{3}", text) else text  # 1.803 might be 1803 to whoever reads a text
