"""Where figures come from: files, sheets, rows and hashes, what was repaired on the way, and what was restated since.

Lineage is kept compactly: of a measure one array of row numbers, cut by period; in JSON, ranges as text.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal, get_args

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from valuelab.types import Estimate

QualityKind = Literal["repaired", "left out", "missing", "restated", "to check"]
QUALITY_KINDS: tuple[str, ...] = get_args(QualityKind)
AGREED = "assumptions."  # what the keys of figures from the params begin with
MOST_RANGES = 400  # in JSON; beyond, how many rows there are says enough


def row_ranges(rows: Iterable[int]) -> tuple[tuple[int, int], ...]:
    """Row numbers as (first, last) of each unbroken run.

    Examples
    --------
    >>> row_ranges([4, 2, 3, 9])
    ((2, 4), (9, 9))
    """
    rows = list(rows)
    if len(rows) == 1:  # most periods
        return ((rows[0], rows[0]),)
    ordered = np.unique(np.array(rows, dtype="int64"))
    if not len(ordered):
        return ()
    cuts = np.flatnonzero(np.diff(ordered) > 1)
    firsts, lasts = ordered[np.r_[0, cuts + 1]], ordered[np.r_[cuts, len(ordered) - 1]]
    return tuple((int(a), int(b)) for a, b in zip(firsts, lasts, strict=True))


def ranges_text(rows: Iterable[int], *, most: int = MOST_RANGES) -> str:
    """Rows in short: ``2-4, 9``; ``…`` where there are more runs than ``most``.

    Examples
    --------
    >>> ranges_text([4, 2, 3, 9]), ranges_text([1, 3, 5], most=2), ranges_text([])
    ('2-4, 9', '1, 3, …', '')
    """
    ranges = row_ranges(rows)
    parts = [str(a) if a == b else f"{a}-{b}" for a, b in ranges[:most]]
    return ", ".join([*parts, *(["…"] if len(ranges) > most else [])])


def rows_named(rows: Iterable[int], *, most: int = MOST_RANGES) -> str:
    """Rows in short with the word before them; "" of none.

    Examples
    --------
    >>> rows_named([46]), rows_named([4, 2, 3, 9]), rows_named([])
    ('row 46', 'rows 2-4, 9', '')
    """
    numbers = set(rows)
    return f"{'row' if len(numbers) == 1 else 'rows'} {ranges_text(numbers, most=most)}" if numbers else ""


@dataclass(frozen=True, slots=True)
class QualityNote:
    """One repair or gap: what, where, how many, why it matters, and the rows. Nothing is repaired silently.

    ``kind``: repaired (read in a way that had to be chosen) | left out (rows or cells that do not count) | missing (not known,
    never filled) | restated (another value than in an earlier report) | to check (counted as it is, but doubtful).
    """

    what: str
    where: str
    count: int
    why: str
    rows: tuple[int, ...] = ()
    kind: QualityKind = "repaired"

    def to_dict(self) -> dict[str, Any]:
        """As results.json has it; ``rows`` as text, ``2-4, 9``."""
        return {"kind": self.kind, "what": self.what, "where": self.where, "count": self.count, "why": self.why, "rows": ranges_text(self.rows)}


@dataclass(frozen=True, slots=True)
class DataFile:
    """A file that was read: its name as the params give it, sha256 of its bytes, rows read."""

    name: str
    sha256: str
    rows: int


def each_file_once(read: Iterable[DataFile]) -> tuple[DataFile, ...]:
    """Every file once, in the order of reading, with the rows of all its tables that were read.

    Examples
    --------
    >>> each_file_once([DataFile("kpis.xlsx", "ab12", 12), DataFile("kpis.xlsx", "ab12", 3), DataFile("flow.csv", "cd34", 5)])
    (DataFile(name='kpis.xlsx', sha256='ab12', rows=15), DataFile(name='flow.csv', sha256='cd34', rows=5))
    """
    rows: dict[tuple[str, str], int] = {}
    for file in read:
        rows[file.name, file.sha256] = rows.get((file.name, file.sha256), 0) + file.rows
    return tuple(DataFile(name, sha256, count) for (name, sha256), count in rows.items())


@dataclass(frozen=True, slots=True)
class Origin:
    """Where one value was read: file as the params name it, sheet ("" of a text file), column, rows, and the file's sha256.

    ``rows`` are line numbers as an editor or spreadsheet shows them, as (first, last) of each run; several where a value is made
    of several rows. ``column`` is "" where each period has a column of its own: it is the one headed by the period.
    """

    file: str
    sheet: str
    column: str
    rows: tuple[tuple[int, int], ...]
    sha256: str

    def __str__(self) -> str:
        rows = ", ".join(str(a) if a == b else f"{a}–{b}" for a, b in self.rows)
        parts = [self.file, f"sheet {self.sheet}" if self.sheet else "", f'column "{self.column}"' if self.column else "",
                 f"{'row' if len(self.rows) == 1 and self.rows[0][0] == self.rows[0][1] else 'rows'} {rows}", f"sha256 {self.sha256[:12]}…"]
        return ", ".join(p for p in parts if p)


@dataclass(frozen=True, slots=True, eq=False)
class Lineage:
    """The rows of a file behind each period of a series: ``rows[ends[i - 1]:ends[i]]`` are those of ``first + i``.

    Examples
    --------
    >>> lineage = Lineage("kpis.csv", "", "value", "ab12", pd.Period("2025-01", "M"), np.array([2, 3, 9]), np.array([2, 2, 3]))
    >>> lineage.origin("2025-01").rows, lineage.origin("2025-02"), lineage.origin("2025-03").rows
    (((2, 3),), None, ((9, 9),))
    """

    file: str
    sheet: str
    column: str
    sha256: str
    first: pd.Period
    rows: np.ndarray
    ends: np.ndarray

    @classmethod
    def of(cls, periods: pd.PeriodIndex, rows: np.ndarray, *, file: str, sheet: str, column: str, sha256: str) -> Lineage | None:
        """From the period and row number of each value that counted, in any order; None of none."""
        if not len(periods):
            return None
        at = np.asarray(periods.asi8 if hasattr(periods, "asi8") else [p.ordinal for p in periods])
        rows = np.asarray(rows)
        order = np.lexsort((rows, at))
        first = at[order[0]]
        counts = np.bincount(at - first)
        kind = np.int32 if len(rows) == 0 or rows.max() < 2**31 else np.int64
        return cls(file, sheet, column, sha256, pd.Period(ordinal=int(first), freq=periods.freq), rows[order].astype(kind), np.cumsum(counts))

    def rows_of(self, period: str | pd.Period) -> np.ndarray:
        """The rows behind a period; none where nothing is known."""
        at = pd.Period(period, self.first.freq).ordinal - self.first.ordinal
        if not 0 <= at < len(self.ends):
            return self.rows[:0]
        return self.rows[self.ends[at - 1] if at else 0:self.ends[at]]

    def origin(self, period: str | pd.Period) -> Origin | None:
        """Where the value of a period was read; None where none was."""
        rows = self.rows_of(period)
        return Origin(self.file, self.sheet, self.column, row_ranges(rows.tolist()), self.sha256) if len(rows) else None

    def to_dict(self) -> dict[str, Any]:
        """As results.json has it: the first period, and for it and each that follows the rows as text, "" where nothing is known."""
        ends = self.ends.tolist()
        return {"file": self.file, "sheet": self.sheet, "column": self.column, "sha256": self.sha256, "first": str(self.first),
                "rows": [ranges_text(self.rows[a:b].tolist()) for a, b in zip([0, *ends], ends, strict=False)]}


@dataclass(frozen=True, slots=True)
class Restated:
    """One value that an earlier report had otherwise. ``before`` or ``now`` is None where it was, or is, not known."""

    series: str
    period: pd.Period
    before: float | None
    now: float | None
    since: str  # the date of the earlier report


def values_kept(series: pd.Series) -> dict[str, Any]:
    """A series as results.json keeps it, so that the next report can tell what was restated.

    Examples
    --------
    >>> values_kept(pd.Series([1.0, np.nan], pd.period_range("2025-01", periods=2, freq="M")))
    {'first': '2025-01', 'freq': 'M', 'values': [1.0, None]}
    """
    first = series.index[0] if len(series) else None
    values = [float(v) if np.isfinite(v) else None for v in series.to_numpy(float)]
    return {"first": "" if first is None else f"{first.start_time:%Y-%m-%d}" if first.freqstr[0] in "WD" else str(first),
            "freq": series.index.freqstr, "values": values}


@dataclass(frozen=True, slots=True)
class Input:
    """A number that a formula names: its value and unit, and its key where it is a figure of its own ("" of a constant)."""

    name: str
    value: float
    unit: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a series that a formula names: the series as results.json has it, its first and last period as text."""

    name: str
    series: str
    first: str
    last: str


@dataclass(frozen=True, slots=True)
class Derivation:
    """How a figure came about, so that a reader can do it again with the data in hand.

    ``formula``: arithmetic in words over the names of ``inputs`` and ``spans`` (the grammar is that of ``valuelab.audit.formula``); "" where
    the figure was written down, or is statistics. ``method``: how value and interval came about beyond that. ``record``: keys of the
    figures that say how often this method was right. ``written``: the key of the params that holds the figure, ``text`` what
    stands there.
    """

    formula: str = ""
    inputs: tuple[Input, ...] = ()
    spans: tuple[Span, ...] = ()
    method: str = ""
    record: tuple[str, ...] = ()
    written: str = ""
    text: str = ""
    agreed_by: str = ""
    agreed_on: str = ""

    def by(self, method: str, *record: str) -> Derivation:
        """The same with words for how the interval came about."""
        return replace(self, method=method, record=record)


def derived(formula: str, inputs: Mapping[str, float | Estimate], *spans: Span, method: str = "") -> Derivation:
    """A derivation from what a formula names; a number that is no Estimate is a constant.

    Examples
    --------
    >>> derived("(target − projected) / target", {"target": 26_000, "projected": 21_400}).inputs[0]
    Input(name='target', value=26000.0, unit='', key='')
    """
    named = (Input(name, float(getattr(v, "value", v)), getattr(v, "unit", ""), getattr(v, "key", "")) for name, v in inputs.items())
    return Derivation(formula, tuple(named), spans, method)


def the_same(figure: Estimate, key: str) -> Derivation | None:
    """What leads from another key to an agreed figure; None for others, whose first key may be another figure's by now."""
    agreed = figure.key.startswith(AGREED) and figure.key != key
    return derived("the first figure", {"the first figure": figure}) if agreed else None


def span_of(series: pd.Series, name: str = "", *, known_as: str = "") -> Span | None:
    """The whole of a series by its first and last period; None of an empty one. ``known_as``: its name in results.json."""
    if not len(series):
        return None
    known_as = known_as or str(series.name or "")
    return Span(name or known_as, known_as, str(series.index[0]), str(series.index[-1]))
