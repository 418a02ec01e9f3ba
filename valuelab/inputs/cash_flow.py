"""The cash flow table: expenditure and revenue, estimated beside actual, by week, month, quarter or year."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from valuelab.inputs.cash_lines import add_up, read_words
from valuelab.inputs.date_column import looks_like_date
from valuelab.inputs.flow_calendar import QUARTER, read_calendar
from valuelab.inputs.number_column import decimal_sign, read_numbers
from valuelab.inputs.quality import Findings
from valuelab.inputs.read_params import nearest
from valuelab.inputs.schema import CashFlowText
from valuelab.inputs.sheets import Cell, Sheet
from valuelab.inputs.tables import DATE_NAMES, HEADER_WITHIN, data_rows, note_skipped, plain, refuse_twice

COLUMNS = ("expenditure_est", "expenditure_act", "revenue_est", "revenue_act")
_WORDS = {
    "estimated": "est",
    "estimate": "est",
    "actual": "act",
    "expenditures": "expenditure",
    "cost": "expenditure",
    "costs": "expenditure",
    "revenues": "revenue",
}


@dataclass(frozen=True, slots=True, eq=False)
class FlowTable:
    """``table`` by period, actuals not yet cut at as_of; ``dates``: the first day of each period; ``rows``: lines of the file, of the periods ``row_periods``.

    ``parts``: the lines of a file with categories, as ``CashFlow.parts``.
    """

    table: pd.DataFrame
    dates: tuple[date, ...]
    where: str
    rows: tuple[int, ...] = ()
    row_periods: pd.PeriodIndex | None = None
    parts: pd.DataFrame | None = None

    def parts_as_known(self, as_of: pd.Period) -> pd.DataFrame | None:
        """The lines with actuals after ``as_of`` to be announced."""
        return None if self.parts is None else self.parts.assign(act=self.parts["act"].where(self.parts["period"] <= as_of))

    def last_actual(self) -> pd.Period | None:
        """The last period with an actual."""
        known = self.table[["expenditure_act", "revenue_act"]].notna().any(axis=1)
        return self.table.index[known.to_numpy()][-1] if known.any() else None

    def last_over(self, last_day: date) -> pd.Period:
        """The last period that is over by the end of a day; the one before the first where none is."""
        over = [period for period in self.table.index if period.end_time.date() <= last_day]
        return over[-1] if over else self.table.index[0] - 1

    def as_known(self, as_of: pd.Period, findings: Findings) -> pd.DataFrame:
        """The table with actuals after ``as_of`` to be announced, and counted."""
        table = self.table.copy()
        actual = ["expenditure_act", "revenue_act"]
        later = table.index > as_of
        findings.note(
            "actuals after as_of left out",
            where=self.where,
            count=int(table.loc[later, actual].notna().to_numpy().sum()),
            why="only what was known by then counts",
        )
        table.loc[later, actual] = np.nan
        gaps = int(table.loc[~later, actual].isna().to_numpy().sum())
        findings.note(
            "actuals not known up to as_of",
            where=self.where,
            count=gaps,
            why="they are to be announced and never read as zero",
        )
        return table


def read_cash_flow(
    sheets: Sequence[Sheet], params: CashFlowText, *, findings: Findings, currency: str
) -> FlowTable | None:
    """The cash flow table of a file, or None after saying what is wrong."""
    before = len(findings.problems)
    for sheet in sheets:
        for index, (row, cells) in enumerate(sheet.rows[:HEADER_WITHIN]):
            names = [_column_name(cell) for cell in cells]
            if not (set(names) & set(COLUMNS) and any(plain(cell).lower() in DATE_NAMES for cell in cells)):
                continue
            note_skipped(sheet, index, sheets, findings)
            return _read(sheet, row, cells, names, sheet.rows[index + 1 :], params, findings, currency)
    if sheets and len(findings.problems) == before:
        row, cells = sheets[0].rows[0]
        has = ", ".join(f'"{plain(cell)[:40]}"' for cell in cells[:8] if plain(cell))
        findings.refuse(
            sheets[0].label,
            f"no header of a cash flow table; the first line has {has}",
            rows=[row],
            fix=f"Begin with a line period,{','.join(COLUMNS)}.",
        )
    return None


def _column_name(cell: Cell) -> str:
    words = re.sub(r"[^a-z]+", " ", plain(cell).lower()).split()
    return "_".join(sorted((_WORDS.get(word, word) for word in words), key=lambda w: w in ("est", "act")))


def _is_period(cell: Cell) -> bool:
    text = plain(cell)
    if isinstance(cell, float):
        return cell.is_integer() and abs(cell) < 1e6
    return looks_like_date(cell) or bool(QUARTER.fullmatch(text)) or bool(
        re.fullmatch(r"(?i)(?:week|month|quarter|w|m|q)?\s*\d{1,4}(?:\.0)?", text, re.ASCII)
    )


def _read(
    sheet: Sheet,
    header_row: int,
    header: Sequence[Cell],
    names: list[str],
    body: Sequence,
    params: CashFlowText,
    findings: Findings,
    currency: str,
) -> FlowTable | None:
    before = len(findings.problems)
    refuse_twice(sheet, header_row, header, findings)
    period_at = next(i for i, cell in enumerate(header) if plain(cell).lower() in DATE_NAMES)
    lacking = [column for column in COLUMNS if column not in names]
    if lacking and lacking != ["expenditure_act", "revenue_act"]:
        other = [plain(cell) for cell, name in zip(header, names, strict=True) if name not in COLUMNS and plain(cell)]
        near = f'; rename "{nearest(lacking[0], other)[0][:40]}" if that is it' if len(other) > 1 else ""
        findings.refuse(
            sheet.label, f"the column {' and '.join(lacking)} is missing", rows=[header_row], fix=f"Add it{near}."
        )
        return None
    rows = data_rows(sheet, body, period_at, len(header), findings, is_date=_is_period)
    if not rows:
        findings.refuse(
            sheet.label,
            "there is a header and no row of data below it",
            rows=[header_row],
            fix="Add a row for each period.",
        )
        return None
    lines = [row for row, _ in rows]
    words = read_words(header, rows, label=sheet.label, findings=findings)
    table = {column: _column(sheet, header, names, column, rows, findings, currency, by_line=words is not None) for column in COLUMNS}
    found = read_calendar(
        [cells[period_at] for _, cells in rows],
        lines,
        f'{sheet.label}, column "{plain(header[period_at])}"',
        params,
        findings,
        by_line=words is not None,
    )
    if found is None or len(findings.problems) > before:
        return None
    frame = pd.DataFrame(table, dtype="float64")
    _validate(frame.assign(row=lines), sheet.label, findings, by_line=words is not None)
    if len(findings.problems) > before:
        return None
    parts = None
    if words is not None:
        added = add_up(frame, words, found.positions, found.index, lines, label=sheet.label, findings=findings)
        if added is None:
            return None
        frame, parts = added
    frame.index = found.index
    return FlowTable(frame, found.dates, sheet.label, tuple(lines), found.index[found.positions], parts)


def _column(
    sheet: Sheet,
    header: Sequence[Cell],
    names: list[str],
    column: str,
    rows: Sequence,
    findings: Findings,
    currency: str,
    *,
    by_line: bool,
) -> list[float]:
    if column not in names:
        return [np.nan] * len(rows)
    at = names.index(column)
    where = f'{sheet.label}, column "{plain(header[at])}"'
    every_cell = [cell for _, cells in rows for cell, name in zip(cells, names, strict=True) if name in COLUMNS]
    numbers = read_numbers(
        [cells[at] for _, cells in rows],
        [row for row, _ in rows],
        where=where,
        findings=findings,
        currency=currency,
        decimal=decimal_sign(every_cell),
        delimiter=sheet.delimiter,
    )
    if numbers.percent:
        findings.refuse(where, "percentages stand where amounts of money are wanted", fix="Write amounts.")
    if column.endswith("_est") and numbers.missing and not by_line:
        findings.refuse(
            where,
            "an estimate is missing",
            rows=numbers.missing,
            fix="Write it, or 0 where none is planned; TBA is for actuals.",
        )
    values = [np.nan if value is None else value for value in numbers.values]
    negative = [row for value, (row, _) in zip(values, rows, strict=True) if value < 0]
    if column.startswith("expenditure") and negative and not any(value > 0 for value in values):
        findings.note(
            "expenditure written with a minus read as spent",
            where=where,
            rows=negative,
            why="the columns hold amounts; the net is computed",
        )
        return [-value if value else value for value in values]
    findings.note(
        "negative amounts kept as they are", where=where, rows=negative, why="a refund or a correction; check them"
    )
    return values


def _validate(frame: pd.DataFrame, label: str, findings: Findings, *, by_line: bool) -> None:
    from valuelab.inputs.table_checks import SchemaErrors, flow_schema  # half a second: only where data are read

    try:
        flow_schema(by_line).validate(frame, lazy=True)
    except SchemaErrors as failure:
        for (column, check), group in failure.failure_cases.groupby(["column", "check"], sort=False):
            findings.refuse(
                f'{label}, column "{column}"',
                str(check),
                rows=frame.loc[[int(i) for i in group["index"]], "row"],
                fix="Correct it.",
            )
    if not frame[list(COLUMNS)].fillna(0.0).to_numpy().any():
        findings.note(
            "every amount is zero",
            where=label,
            count=len(frame),
            why="there is nothing to analyse; is it the right file?",
        )
