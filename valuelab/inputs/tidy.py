"""From entries as written to a typed, validated table: day, metric, value, segment, n."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import pandas as pd

from valuelab.inputs.date_column import When, read_dates
from valuelab.inputs.layouts import Entry, Table, matching
from valuelab.inputs.number_column import decimal_sign, is_missing, read_numbers
from valuelab.inputs.periods import MONTHS, shorten
from valuelab.inputs.quality import Findings
from valuelab.inputs.retail_calendar import RetailCalendar

SMALLEST_GROUP = 5  # survey groups below this are not shown


@dataclass(frozen=True, slots=True, eq=False)
class MetricRows:
    """The rows of one metric, in the order of the file.

    ``frame``: row, day, month_only, value (NaN where missing), segment, n and spread (NaN where not
    given), stated_on (NaT where not given).
    ``percent``: the values carried a percent sign and are fractions.
    """

    name: str
    where: str
    frame: pd.DataFrame
    percent: bool
    records: str = ""  # "rows", "key" or "value" where each row is one order, ticket or answer
    column: str = ""  # that is counted or summed then
    calendar: RetailCalendar | None = None
    week_ends: bool = False  # the dates of weekly rows are the last days of their weeks


def tidy(
    table: Table, wanted: Iterable[str], *, findings: Findings, currency: str, fiscal_year_starts: int | None
) -> dict[str, MetricRows]:
    """The wanted metrics of a table by their matching name; other metrics are counted as ignored."""
    wanted = {matching(name) for name in wanted}
    entries = [entry for entry in table.entries if matching(entry.metric) in wanted]
    ignored = [name for name in table.metrics if matching(name) not in wanted]
    findings.note(
        f"metrics that the params do not name: {', '.join(name[:60] for name in ignored[:8])}",
        where=table.label,
        count=len(ignored),
        why="they are not read",
    )
    whens = _dates(table, findings, fiscal_year_starts)
    hint = decimal_sign([entry.value for entry in entries])
    found = {}
    for key in dict.fromkeys(matching(entry.metric) for entry in entries):
        found[key] = _one_metric(
            table, [e for e in entries if matching(e.metric) == key], whens, findings, currency, hint
        )
    _validate(found, table, findings)
    return found


def _dates(table: Table, findings: Findings, fiscal_year_starts: int | None) -> dict[int, When | None]:
    keys = list(table.dates)
    read = read_dates(
        [table.dates[key] for key in keys],
        [table.date_rows[key] for key in keys],
        where=f'{table.label}, column "{table.date_column}"'
        if table.date_column != "header"
        else f"{table.label}, header",
        findings=findings,
        fiscal_year_starts=fiscal_year_starts,
    )
    return dict(zip(keys, read, strict=True))


def _one_metric(
    table: Table, entries: list[Entry], whens: dict[int, When | None], findings: Findings, currency: str, hint: str
) -> MetricRows:
    name = entries[0].metric
    rows = [entry.row for entry in entries]
    where = f'{table.label}, column "{entries[0].column}"'
    if matching(entries[0].column) != matching(name):
        where = f"{table.label}, {name[:80]}"
    numbers = read_numbers(
        [e.value for e in entries],
        rows,
        where=where,
        findings=findings,
        currency=currency,
        decimal=hint,
        delimiter=table.delimiter,
    )
    counts = read_numbers(
        [e.n for e in entries], rows, where=f'{table.label}, column "n"', findings=findings, delimiter=table.delimiter
    )
    spreads = read_numbers(
        [e.spread for e in entries], rows, where=f'{table.label}, column "sd"', findings=findings, decimal=hint, delimiter=table.delimiter
    )
    findings.note(
        "values not known (empty, TBA, N/A, -)",
        where=where,
        count=len(numbers.missing),
        rows=numbers.missing,
        why="they stay missing and are never read as zero",
    )
    spellings = sorted({entry.metric for entry in entries})
    findings.note(
        f"spellings of one metric taken together: {', '.join(s[:60] for s in spellings)}",
        where=where,
        count=len(spellings) if len(spellings) > 1 else 0,
        why="case and blanks do not count in names",
    )
    days = [when.day if when else None for when in (whens[e.date_key] for e in entries)]
    frame = pd.DataFrame(
        {
            "row": pd.Series(rows, dtype="int64"),
            "metric": pd.Series([name] * len(rows), dtype="object"),
            "day": pd.to_datetime(pd.Series(days, dtype="object")),
            "month_only": pd.Series(
                [bool(whens[e.date_key] and whens[e.date_key].month_only) for e in entries], dtype="bool"
            ),
            "value": pd.Series(numbers.values, dtype="float64"),
            "segment": pd.Series([e.segment for e in entries], dtype="object"),
            "n": pd.Series(counts.values, dtype="float64"),
            "spread": pd.Series(spreads.values, dtype="float64"),
            "stated_on": pd.to_datetime(pd.Series(_stated_on(table, entries, findings), dtype="object")),
        }
    )
    week_ends = "ending" in matching(table.date_column)
    return MetricRows(name, where, frame, numbers.percent, week_ends=week_ends)


def _stated_on(table: Table, entries: list[Entry], findings: Findings) -> list[date | None]:
    """When each value was stated; None where the column is empty or not there."""
    cells = {entry.row: entry.stated_on for entry in entries if not is_missing(entry.stated_on)}
    where = f'{table.label}, column "restated on"'
    read = read_dates(list(cells.values()), list(cells), where=where, findings=findings)
    days = {row: when.day if when else None for row, when in zip(cells, read, strict=True)}
    return [days.get(entry.row) for entry in entries]


def _validate(found: dict[str, MetricRows], table: Table, findings: Findings) -> None:
    """Hold the typed rows against the schema; each failure is a sentence with its rows."""
    if not found:
        return
    from valuelab.inputs.table_checks import SchemaErrors, row_schema  # half a second: only where data are read

    frame = pd.concat([rows.frame for rows in found.values()], ignore_index=True)
    # Rows without a date were refused while dates were read: a sentence for each is there.
    try:
        row_schema().validate(frame, lazy=True)
    except SchemaErrors as failure:
        cases = failure.failure_cases
        for (column, check), group in cases.groupby(["column", "check"], sort=False):
            rows = frame.loc[[int(i) for i in group["index"].dropna()], "row"].tolist()
            example = shorten(group["failure_case"].iloc[0])
            findings.refuse(f'{table.label}, column "{column}"', f"{check} ({example})", rows=rows, fix="Correct it.")


def month_text(day: date) -> str:
    """April 2025"""
    return f"{MONTHS[day.month - 1].title()} {day.year}"
