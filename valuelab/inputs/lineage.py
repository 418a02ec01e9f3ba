"""Which rows of which file stand behind each period, and which values an earlier report had otherwise."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from valuelab.formatting import format_number
from valuelab.inputs.quality import Findings
from valuelab.provenance import Lineage, QualityNote, Restated
from valuelab.types import CashFlow, Measure

SAME = 1e-9  # relative; the order of additions may change the last bits
FLOWS = "cash flow: "


@dataclass(frozen=True, slots=True)
class Home:
    """The table that a measure was read from; ``column`` is "" where each period has a column of its own."""

    file: str
    sheet: str
    column: str
    sha256: str


def sheet_of(label: str) -> str:
    """The sheet in a table's label.

    Examples
    --------
    >>> sheet_of("kpis.xlsx, sheet Data"), sheet_of("kpis.csv")
    ('Data', '')
    """
    return label.partition(", sheet ")[2]


def measure_lineage(frame: pd.DataFrame, measure: Measure, home: Home, notes: Iterable[QualityNote]) -> Lineage | None:
    """The rows behind each month of a measure.

    ``frame``: its rows as read (``row``, ``day``, ``value``). ``notes``: those made while its months were made; rows that they
    leave out stand behind nothing.
    """
    known = list(measure.series.index[measure.series.notna()])
    if measure.partial is not None:
        known.append(measure.partial[0])
    if not known:
        return None
    left_out = {row for note in notes if note.kind == "left out" for row in note.rows}
    rows = frame[frame["day"].notna() & frame["value"].notna()]
    rows = rows[~rows["row"].isin(left_out)]
    periods = pd.PeriodIndex(rows["day"], freq=measure.series.index.freq)
    inside = periods.isin(pd.PeriodIndex(known, freq=measure.series.index.freq))
    return Lineage.of(periods[inside], rows["row"].to_numpy()[inside], file=home.file, sheet=home.sheet, column=home.column, sha256=home.sha256)


def kept_series(outcome: Measure | None, indicators: Iterable[Measure], flows: CashFlow | None) -> dict[str, pd.Series]:
    """Every series of a customer by the name under which results.json keeps it."""
    found = {m.name: m.series for m in (outcome, *indicators) if m is not None}
    if flows is not None:
        found |= {FLOWS + str(column): flows.table[column] for column in flows.table}
    return found


def restated(previous: Mapping[str, Any] | None, series: Mapping[str, pd.Series], findings: Findings) -> tuple[Restated, ...]:
    """Values of periods that the earlier report knew and that are others now; each series with any gets a note.

    A value that was not known then and is now is restated too, where it lies before the last one that was known.
    """
    data = previous.get("data") if previous else None
    kept, since = (data.get("values") if isinstance(data, Mapping) else None), str((previous or {}).get("as_of", ""))
    changed: list[Restated] = []
    for name, now in series.items():
        before = read_kept(kept.get(name), now.index.freqstr) if isinstance(kept, Mapping) else None
        found = _differences(name, before, now, since) if before is not None else []
        findings.note(_in_words(name, found, since), where=name, count=len(found), kind="restated",
                      why="earlier reports used the other values; say why before anyone asks")
        changed += found
    return tuple(changed)


def read_kept(kept: Any, freq: str) -> pd.Series | None:
    """A series as an earlier report kept it; None where it is of another frequency, or damaged."""
    try:
        if kept["freq"] != freq or not kept["values"]:
            return None
        values = [np.nan if v is None else float(v) for v in kept["values"]]
        return pd.Series(values, pd.period_range(pd.Period(kept["first"], freq=freq), periods=len(values)))
    except (KeyError, TypeError, ValueError):
        return None


def _differences(name: str, before: pd.Series, now: pd.Series, since: str) -> list[Restated]:
    known = before.index[before.notna()]
    if not len(known):
        return []
    last = known[-1] if not name.startswith(FLOWS) or name.endswith("_act") else before.index[-1]
    found = []
    for period in before.index[before.index <= last]:
        old, new = float(before[period]), float(now.get(period, np.nan))
        if np.isnan(old) and np.isnan(new) or abs(new - old) <= SAME * max(abs(old), abs(new)):
            continue
        found.append(Restated(name, period, None if np.isnan(old) else old, None if np.isnan(new) else new, since))
    return found


def _in_words(name: str, found: list[Restated], since: str) -> str:
    parts = [f"{r.period} was {_value(r.before)}, is {_value(r.now)}{_by(r)}" for r in found[:4]]
    more = f"; and {len(found) - 4} more" if len(found) > 4 else ""
    return f"{name.removeprefix(FLOWS)} is no longer what the report as of {since} had: {'; '.join(parts)}{more}"


def _value(value: float | None) -> str:
    return "not known" if value is None else format_number(value)


def _by(r: Restated) -> str:
    if r.before is None or r.now is None:
        return ""
    difference = r.now - r.before
    return f" ({'+' if difference > 0 else ''}{format_number(difference)})"


