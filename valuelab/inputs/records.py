"""Tables with a line for each order, ticket or answer: found, dated, and brought to one value a month."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from valuelab.inputs.cells import Cell, Sheet
from valuelab.inputs.date_column import looks_like_date, read_dates
from valuelab.inputs.layouts import DATE_NAMES, METRIC_NAMES, data_rows, matching, plain, value_column
from valuelab.inputs.number_column import read_numbers
from valuelab.inputs.quality import Findings
from valuelab.inputs.read_params import nearest
from valuelab.inputs.table_keys import ReadingText
from valuelab.inputs.tables import HEADER_WITHIN, named_sheets, note_skipped
from valuelab.inputs.tidy import SMALLEST_GROUP, MetricRows
from valuelab.types import TotalBy

ALL_ROWS = "rows"
_SOUNDS_DATED = re.compile(r"(?i)(^|[ _-])(date|day|month|time|at|on)$|date|datum")
_SOUNDS_LIKE_A_KEY = re.compile(r"(?i)(^|[ _-])(id|no|nr|number|key|respondent|ticket|order|case)$|id$")


@dataclass(frozen=True, slots=True)
class Records:
    """The lines of a table under their header."""

    sheet: Sheet
    row: int
    header: tuple[str, ...]
    body: tuple[tuple[int, tuple[Cell, ...]], ...]


def open_records(sheets: Sequence[Sheet], findings: Findings, *, title: str = "") -> Records | None:
    """The first sheet, or the one named, that has a header of words over lines with dates; None after saying what is wrong."""
    if title:
        sheets = named_sheets(sheets, title, findings)
    for sheet in sheets:
        for index, (row, cells) in enumerate(sheet.rows[:HEADER_WITHIN]):
            names = tuple(plain(cell) for cell in cells)
            following = sheet.rows[index + 1 : index + 6]
            if not _is_header(cells) or not any(looks_like_date(cell) for _, below in following for cell in below):
                continue
            note_skipped(sheet, index, sheets, findings)
            return Records(sheet, row, names, sheet.rows[index + 1 :])
    if sheets:
        findings.refuse(
            sheets[0].label, "no header over lines with dates is found", fix="The first line wants the names of the columns, a date among them."
        )
    return None


def _is_header(cells: Sequence[Cell]) -> bool:
    words = [cell for cell in cells if isinstance(cell, str) and cell.strip() and not looks_like_date(cell) and re.search(r"[^\W\d_]", cell)]
    filled = [cell for cell in cells if plain(cell)]
    return len(words) >= 2 and len(words) == len(filled)


def read_records(
    records: Records, name: str, how: ReadingText, *, findings: Findings, currency: str, fiscal_year_starts: int | None
) -> MetricRows | None:
    """The lines of a measure, dated; None after saying what is wrong."""
    sheet, names = records.sheet, [matching(cell) for cell in records.header]
    if set(names) & METRIC_NAMES and value_column(names) is not None:
        findings.refuse(
            sheet.label, "has the columns metric and value: it is no table of single orders or answers", rows=[records.row],
            fix=f"Leave `count` and `value` of {name} out.",
        )
        return None
    key_at = _column(records, how.count, findings) if how.count and matching(how.count) != ALL_ROWS else None
    value_at = _column(records, how.value, findings) if how.value else None
    date_at = date_column_of(records, how.date, findings)
    if date_at is None or -1 in (key_at, value_at):
        return None
    problems = len(findings.problems)
    body = data_rows(sheet, records.body, date_at, len(records.header), findings)
    body = _without_twins(records, body, findings)
    if len(findings.problems) > problems:
        return None
    rows = [row for row, _ in body]
    where = f'{sheet.label}, column "{records.header[date_at]}"'
    whens = read_dates([cells[date_at] for _, cells in body], rows, where=where, findings=findings, fiscal_year_starts=fiscal_year_starts)
    values, percent = [1.0] * len(body), False
    where = f'{sheet.label}, column "{records.header[date_at if value_at is None else value_at]}"'
    if value_at is not None:
        read = read_numbers(
            [cells[value_at] for _, cells in body], rows, where=where, findings=findings, currency=currency, delimiter=sheet.delimiter
        )
        values, percent = list(read.values), read.percent
        findings.note(
            "values not known (empty, TBA, N/A, -)", where=where, rows=read.missing, why="they stay missing and are never read as zero"
        )
    keys = [matching(cells[key_at]) if key_at is not None else "" for _, cells in body]
    frame = pd.DataFrame(
        {
            "row": pd.Series(rows, dtype="int64"),
            "metric": pd.Series([name] * len(rows), dtype="object"),
            "day": pd.to_datetime(pd.Series([when.day if when else None for when in whens], dtype="object")),
            "month_only": pd.Series([bool(when and when.month_only) for when in whens], dtype="bool"),
            "value": pd.Series(values, dtype="float64"),
            "key": pd.Series(keys, dtype="object"),
        }
    )
    kind = "value" if value_at is not None else "key" if key_at is not None else ALL_ROWS
    return MetricRows(name, where, frame, percent, records=kind, column=how.value or how.count or "")


def _column(records: Records, wanted: str, findings: Findings) -> int:
    names = [matching(cell) for cell in records.header]
    if matching(wanted) in names:
        return names.index(matching(wanted))
    listed = ", ".join(f'"{cell[:60]}"' for cell in nearest(wanted, [cell for cell in records.header if cell])[:8])
    findings.refuse(records.sheet.label, f'there is no column "{wanted[:60]}"', rows=[records.row], fix=f"It has {listed}.")
    return -1


def date_column_of(records: Records, wanted: str | None, findings: Findings) -> int | None:
    """Which column dates the lines; None after saying why that is not plain."""
    if wanted:
        at = _column(records, wanted, findings)
        return None if at < 0 else at
    found = dated_columns(records)
    if len(found) == 1:
        return found[0]
    listed = ", ".join(f'"{records.header[at]}"' for at in found)
    first = records.header[found[0]] if found else "COLUMN"
    findings.refuse(
        records.sheet.label,
        f"several columns hold dates: {listed}" if found else "no column holds dates",
        rows=[records.row],
        fix=f"Add `date: {first}` beside `count` or `value`, to say which one counts.",
    )
    return None


def dated_columns(records: Records) -> list[int]:
    """The columns that nearly always hold dates."""
    return [at for at in range(len(records.header)) if _is_dated(records, at)]


def sounds_like_a_key(name: str) -> bool:
    """True for order_id, ticket, No: what tells lines apart."""
    return bool(_SOUNDS_LIKE_A_KEY.search(name))


def _is_dated(records: Records, at: int) -> bool:
    """True where nearly all cells are dates; bare numbers count as dates only under a name that sounds so."""
    if not records.header[at]:
        return False
    cells = [cells[at] for _, cells in records.body[:500] if at < len(cells) and plain(cells[at])]
    named = matching(records.header[at]) in DATE_NAMES or bool(_SOUNDS_DATED.search(records.header[at]))
    dated = [cell for cell in cells if looks_like_date(cell) and (named or not re.fullmatch(r"\d+(\.\d*)?", plain(cell)))]
    return bool(cells) and len(dated) >= 0.8 * len(cells)


def _without_twins(records: Records, body: list[tuple[int, tuple[Cell, ...]]], findings: Findings) -> list[tuple[int, tuple[Cell, ...]]]:
    """Lines that are there twice, cell by cell; only where a column tells lines apart, for two people may answer alike."""
    if not any(sounds_like_a_key(name) and len({plain(c[at]) for _, c in body}) > len(body) / 2 for at, name in enumerate(records.header)):
        return body
    seen: set[tuple[Cell, ...]] = set()
    kept, twins = [], []
    for row, cells in body:
        (twins if cells in seen else kept).append((row, cells))
        seen.add(cells)
    findings.note("identical rows dropped", where=records.sheet.label, rows=[row for row, _ in twins], why="the same line stood there twice")
    return kept


def records_to_months(
    frame: pd.DataFrame, rows: MetricRows, total_by: TotalBy, findings: Findings, *, goes_on: bool
) -> tuple[pd.DataFrame, list[pd.Period]]:
    """One value a month, and the last month where the lines end before it does. ``goes_on``: later lines were there."""
    groups = frame.groupby("month")
    first_rows = groups["row"].first()
    if rows.records == ALL_ROWS:
        value, said = groups["row"].nunique().astype("float64"), f"{len(frame):,} rows counted by month"
    elif rows.records == "key":
        value, said = groups["key"].nunique().astype("float64"), f'different "{rows.column}" counted by month'
        again = int(len(frame) - groups["key"].nunique().sum())
        findings.note(f'rows whose "{rows.column}" stands there more than once in its month', where=rows.where, count=again, why="each counts once")
    elif total_by == "mean":
        return _mean_of_answers(frame, rows, findings), _open_month(frame, goes_on)
    else:
        value, said = groups["value"].sum(min_count=1), f'"{rows.column}" summed by month'
        lacking = sorted(frame.loc[frame["value"].isna(), "month"].unique())
        value = value.mask(value.index.isin(lacking))
        named = ", ".join(map(str, lacking[:6]))
        findings.note(f"sum of {named} not known", where=rows.where, count=len(lacking), why="it has rows without a value")
    findings.note(said, where=rows.where, count=len(frame), why="the analyses are monthly")
    by_month = pd.DataFrame({"value": value, "n": np.nan, "spread": np.nan, "row": first_rows})
    return by_month, _open_month(frame, goes_on)


def _mean_of_answers(frame: pd.DataFrame, rows: MetricRows, findings: Findings) -> pd.DataFrame:
    known = frame[frame["value"].notna()]
    groups = known.groupby("month")["value"]
    by_month = pd.DataFrame({"value": groups.mean(), "n": groups.count().astype("float64"), "spread": groups.std(ddof=1)})
    by_month["row"] = known.groupby("month")["row"].first()
    findings.note("answers averaged by month", where=rows.where, count=len(known), why="the analyses are monthly; n and the spread are kept")
    small = by_month["n"] < SMALLEST_GROUP
    findings.note(
        f"survey results of fewer than {SMALLEST_GROUP} answers left out",
        where=rows.where,
        count=int(small.sum()),
        why="single people could be recognised",
    )
    by_month.loc[small, ["value", "n", "spread"]] = np.nan
    return by_month


def _open_month(frame: pd.DataFrame, goes_on: bool) -> list[pd.Period]:
    """The last month, where its lines end longer before its end than neighbours nearly ever lie apart."""
    days: list[date] = sorted({day.date() for day in frame.loc[~frame["month_only"], "day"]})
    if goes_on or len(days) < 2:
        return []
    end = pd.Period(days[-1], "M").end_time.date()
    usual = np.quantile([(after - before).days for before, after in zip(days[:-1], days[1:], strict=True)], 0.95)
    return [pd.Period(days[-1], "M")] if (end - days[-1]).days > max(3, usual) else []
