"""Large CSV and Parquet files: DuckDB keeps the rows that the params ask for and adds segments up, in bounded memory."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from valuelab.inputs import embedded
from valuelab.inputs.embedded import quoted
from valuelab.inputs.layouts import (
    COUNT_NAMES,
    DATE_NAMES,
    METRIC_NAMES,
    RESTATED_NAMES,
    SEGMENT_NAMES,
    SPREAD_NAMES,
    VALUE_NAMES,
    value_column,
)
from valuelab.inputs.periods import Unreadable
from valuelab.inputs.rows_text import as_csv
from valuelab.inputs.text_table import DELIMITERS

MOST_ROWS = 150_000  # that go on as they are
MOST_TEXT = 64 * 1024 * 1024
_KINDS = {
    "date": DATE_NAMES, "metric": METRIC_NAMES, "value": VALUE_NAMES, "segment": SEGMENT_NAMES, "n": COUNT_NAMES,
    "spread": SPREAD_NAMES, "restated": RESTATED_NAMES,
}  # fmt: skip
_WHOLE = ("", "all", "total", "overall", "whole", "company")
# no three decimals: they may be thousands, which the whole column decides
_PLAIN = r"-?\d{1,15}(\.\d{1,2}|\.\d{4,6})?"
Note = tuple[str, str, int, str]


@dataclass(slots=True)
class _Large:
    """A large file as a view ``t``: ``line`` and the columns of the file; ``at``: which column is which."""

    database: Any
    path: Path
    names: list[str]
    at: dict[str, str]
    delimiter: str

    def rows(self, sql: str, *values: Any) -> list[tuple]:
        return self.database.execute(sql, list(values)).fetchall()


def reduce(path: Path, totals: Mapping[str, str], *, last_day: date | None, most: int = MOST_ROWS) -> tuple[bytes, list[Note]]:
    """The text of a smaller table that reads like the whole file, and what is to be noted of what was added up.

    Rows of metrics that no measure names are left out but for the first of each metric and date, so that what is said of them stays.
    Where more than ``most`` rows are left, a table whose every segment has one plain value a day is added up over its segments.

    Raises
    ------
    Unreadable
        Where neither makes the file small enough: a query can.
    """
    import duckdb

    with tempfile.TemporaryDirectory(prefix="valuelab-") as spill:
        database = embedded.connect([path], spill=spill)
        try:
            file = _opened(database, path)
            if not {"date", "metric", "value"} <= file.at.keys():
                return _whole(file, most), []
            return _long(file, totals, last_day, most)
        except duckdb.Error as error:
            if path.suffix.lower() != ".parquet" and path.stat().st_size <= MOST_TEXT:
                return path.read_bytes(), []  # another encoding, lines of many widths: the reader of small files knows what to say
            raise embedded.said(error) from None
        finally:
            database.close()


def _opened(database: Any, path: Path) -> _Large:
    read = "read_parquet" if path.suffix.lower() == ".parquet" else "read_csv"
    delimiter = "," if read == "read_parquet" else _delimiter(path)
    options = "" if read == "read_parquet" else f", all_varchar := true, header := true, null_padding := true, skip := 0, quote := '\"', escape := '\"', delim := {quoted(delimiter)}"
    database.execute(f"CREATE TEMP VIEW t AS SELECT row_number() OVER () + 1 AS line, * FROM {read}({quoted(str(path))}{options})")
    names = [row[0] for row in database.execute("DESCRIBE t").fetchall()][1:]
    at = {}
    for name in names:
        kind = next((kind for kind, known in _KINDS.items() if " ".join(name.split()).lower() in known and kind not in at), None)
        if kind:
            at[kind] = _quoted_name(name)
    value = value_column([" ".join(name.split()).lower() for name in names])
    if "value" not in at and value is not None:
        at["value"] = _quoted_name(names[value])
    return _Large(database, path, names, at, delimiter)


def _delimiter(path: Path) -> str:
    """The one that the first line has most of."""
    with path.open("rb") as file:
        first = file.readline(100_000).decode("utf-8", errors="replace")
    return max(DELIMITERS, key=first.count)


def _quoted_name(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _whole(file: _Large, most: int) -> bytes:
    """A table that is large in bytes alone."""
    count = file.rows("SELECT count(*) FROM t")[0][0]
    if count > most or file.path.stat().st_size > MOST_TEXT:
        raise _too_large(count)
    if file.path.suffix.lower() != ".parquet":
        return file.path.read_bytes()
    return as_csv(*embedded.read_parquet(file.path, most=most))[0]


def _too_large(count: int) -> Unreadable:
    return Unreadable(
        f"has {count:,} rows that cannot be added up by themselves",
        "Say how in a query in place of `data`: `query: ../queries/kpis.sql`, with SELECT … sum(value) … FROM 'the file' GROUP BY the month.",
    )


def _long(file: _Large, totals: Mapping[str, str], last_day: date | None, most: int) -> tuple[bytes, list[Note]]:
    day, metric = file.at["date"], file.at["metric"]
    texts = [row[0] for row in file.rows(f"SELECT DISTINCT {metric} FROM t LIMIT 10001")]
    keys = {text: " ".join(str(text).split()).casefold() for text in texts}
    wanted = [text for text in texts if keys[text] in totals or len(set(keys.values())) == 1]
    count = file.rows(f"SELECT count(*) FROM t WHERE {metric} IN (SELECT unnest(?))", wanted)[0][0]
    if count > most:
        return _added_up(file, totals, {text: keys[text] for text in wanted}, last_day, count)
    columns = ", ".join(_quoted_name(name) for name in file.names)
    first = f"SELECT min(line) FROM t GROUP BY {metric} UNION SELECT min(line) FROM t GROUP BY {day}"
    kept = file.rows(f"SELECT line, {columns} FROM t WHERE {metric} IN (SELECT unnest(?)) OR line IN ({first}) ORDER BY line", wanted)
    return as_csv(file.names, [row[1:] for row in kept], lines=[row[0] for row in kept], delimiter=file.delimiter)[0], []


def _added_up(file: _Large, totals: Mapping[str, str], wanted: dict[str, str], last_day: date | None, count: int) -> tuple[bytes, list[Note]]:
    """The segments of each day together, where every segment has one plain value on every day."""
    at = file.at
    if "segment" not in at or {"spread", "restated"} & at.keys() or len(set(wanted.values())) < len(wanted):
        raise _too_large(count)
    answers = f"count({at['n']})" if "n" in at else "0"
    whole = ", ".join(map(quoted, _WHOLE))
    late = f"coalesce(TRY_CAST({at['date']} AS DATE) > {quoted(last_day.isoformat())}::DATE, false)" if last_day else "false"
    plain = f"regexp_full_match({at['value']}::VARCHAR, {quoted(_PLAIN)})"
    grid = file.rows(
        f"""SELECT m, sum(k), count(DISTINCT d), count(DISTINCT s), count(*), bool_and(fine), sum(ns), sum(after), bool_and(whole_day)
        FROM (SELECT {at['metric']} AS m, {at['date']} AS d, coalesce(trim({at['segment']}::VARCHAR), '') AS s, count(*) AS k,
                     bool_and(coalesce({plain}, false)) AND lower(any_value(coalesce(trim({at['segment']}::VARCHAR), ''))) NOT IN ({whole}) AS fine,
                     {answers} AS ns, sum({late}::INT) AS after, bool_and(TRY_CAST({at['date']} AS DATE) IS NOT NULL) AS whole_day
              FROM t WHERE {at['metric']} IN (SELECT unnest(?)) GROUP BY ALL) GROUP BY m ORDER BY m""",
        list(wanted),
    )
    notes: list[Note] = []
    for name, rows, days, segments, pairs, fine, ns, after, whole_day in grid:
        if not (rows == pairs == days * segments and segments > 1 and fine and not ns and whole_day):
            raise _too_large(count)
        where = f"{file.path.name}, {' '.join(name.split())[:80]}"
        mean = totals.get(wanted[name], "mean") == "mean"
        if after:
            notes.append(("rows after as_of left out", where, after, "only what was known by then counts"))
        how = "averaged, each counting alike (there is no n)" if mean else "summed"
        notes.append((f"rows of {segments} segments {how}", where, rows - after, "the analysis is of the whole"))
    means = [name for name in wanted if totals.get(wanted[name], "mean") == "mean"]
    exact = f"{at['value']}::DECIMAL(30, 6)"
    added = file.rows(
        f"""SELECT line, d, m, CASE WHEN m IN (SELECT unnest(?)) THEN total::DOUBLE / k ELSE total END FROM
        (SELECT min(line) AS line, {at['date']} AS d, {at['metric']} AS m, sum({exact}) AS total, count(*) AS k
         FROM t WHERE {at['metric']} IN (SELECT unnest(?)) AND NOT {late} GROUP BY ALL) ORDER BY line""",
        means, list(wanted),
    )  # fmt: skip
    others = {text for (text,) in file.rows(f"SELECT DISTINCT {at['metric']} FROM t")} - set(wanted)
    first = file.rows(f"SELECT min(line), arg_min({at['date']}, line), {at['metric']}, NULL FROM t WHERE {at['metric']} IN (SELECT unnest(?)) GROUP BY ALL", list(others)) if others else []
    kept = sorted([*added, *first])
    return as_csv(["date", "metric", "value"], [row[1:] for row in kept], lines=[row[0] for row in kept])[0], notes
