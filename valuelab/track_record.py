"""What earlier reports said of promises, and how it turned out: a record that each report carries forward, and its scores.

The record lies in results.json under ``promises.record``: append-only, one entry a promise with the forecasts that were made of it
and, once its deadline has passed, what became of it. ``score`` needs nothing else, so it works for one customer and for many.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

FEWEST_PROMISES = 10  # settled promises, below which a score would be an anecdote
ALWAYS_HALF = 0.25  # the Brier score of saying 50 % to everything
RESAMPLES = 4000


@dataclass(frozen=True, slots=True)
class Forecast:
    """What one report said of one promise: the chance of keeping it, and where the measure was projected to land.

    ``as_of``: date of the report. ``chance``: a fraction. ``low`` … ``high``: the interval at ``level``. ``software``: what computed it.
    """

    as_of: str
    chance: float
    value: float
    low: float | None = None
    high: float | None = None
    level: float | None = None
    software: str = ""


@dataclass(frozen=True, slots=True)
class PromiseRecord:
    """One promise, the forecasts made of it, oldest first, and what became of it (None while it is open).

    ``first_seen``: date of the first report that had the promise. ``gone_since``: date of the first report whose params no longer had it.
    """

    kind: str
    measure: str
    value: float
    by: str
    better: str = "higher"
    first_seen: str = ""
    gone_since: str = ""
    forecasts: tuple[Forecast, ...] = ()
    kept: bool | None = None
    actual: float | None = None

    @property
    def identity(self) -> tuple[str, str, str, float]:
        """What makes it this promise: a promise with another value is another promise."""
        return self.kind, self.measure, self.by, self.value


@dataclass(frozen=True, slots=True)
class Score:
    """How earlier probabilities and intervals turned out.

    ``promises``: settled promises with at least one earlier forecast; ``forecasts``: how many there were of them; ``kept``: how many
    were kept. ``brier``: mean over promises of the mean squared difference between the chance given and what happened (0 perfect, 0.25
    as good as always saying 50 %). ``skill``: 1 − brier / 0.25, with a 95 % interval from resampling whole promises (``skill_low`` …
    ``skill_high``; None where all resamples agree). ``covered`` of ``intervals``: earlier intervals that held what happened, with the
    95 % Wilson interval of their share at the number of promises. All None below ``FEWEST_PROMISES``: too few to say.
    """

    promises: int
    forecasts: int
    kept: int
    brier: float | None = None
    skill: float | None = None
    skill_low: float | None = None
    skill_high: float | None = None
    covered: int = 0
    intervals: int = 0
    coverage: float | None = None
    coverage_low: float | None = None
    coverage_high: float | None = None
    level: float | None = None
    enough_from: int = FEWEST_PROMISES

    @property
    def enough(self) -> bool:
        return self.brier is not None


def score(records: Iterable[PromiseRecord]) -> Score:
    """Brier score and coverage over settled promises, of one customer or of a portfolio.

    Forecasts of one promise share its fate, so each promise counts once, by the mean over its forecasts, and what is uncertain is
    measured by resampling promises. Not proof of skill below ``FEWEST_PROMISES`` promises: nothing is said then.

    Examples
    --------
    >>> half = PromiseRecord("promised", "Orders", 100, "2025-03", forecasts=(Forecast("2024-12", 0.5, 99),), kept=True)
    >>> sure = PromiseRecord("promised", "Orders", 90, "2025-03", forecasts=(Forecast("2024-12", 0.9, 99),), kept=True)
    >>> score([half] * 5 + [sure] * 5).brier  # (0.25 + 0.01) / 2
    0.13
    >>> score([half]).enough
    False

    References
    ----------
    Brier (1950), Verification of forecasts expressed in terms of probability, Monthly Weather Review 78: 1–3; Wilson (1927), Journal of
    the American Statistical Association 22: 209–212.
    """
    settled = [r for r in records if r.kept is not None and r.forecasts]
    held = [_held(r) for r in settled]
    held = [h for h in held if h]
    covered, intervals = sum(map(sum, held)), sum(map(len, held))
    levels = {f.level for r in settled for f in r.forecasts if f.level is not None}
    counted = Score(len(settled), sum(len(r.forecasts) for r in settled), sum(bool(r.kept) for r in settled), covered=covered, intervals=intervals,
                    level=levels.pop() if len(levels) == 1 else None)
    if len(settled) < FEWEST_PROMISES:
        return counted
    import numpy as np  # neither reading a record nor a look at too few needs it

    losses = np.array([np.mean([(f.chance - r.kept) ** 2 for f in r.forecasts]) for r in settled])
    brier = float(losses.mean())
    chosen = np.random.default_rng(0).integers(0, len(losses), (RESAMPLES, len(losses)))
    low, high = (float(q) for q in np.quantile(1 - losses[chosen].mean(axis=1) / ALWAYS_HALF, [0.025, 0.975]))
    scored = replace(counted, brier=round(brier, 12), skill=1 - brier / ALWAYS_HALF, skill_low=low if low < high else None,
                     skill_high=high if low < high else None)
    if len(held) < FEWEST_PROMISES:
        return scored
    share = float(np.mean([np.mean(h) for h in held]))
    ends = _wilson(share, len(held))
    return replace(scored, coverage=share, coverage_low=ends[0], coverage_high=ends[1])


def _held(record: PromiseRecord) -> list[bool]:
    """Of each earlier interval, whether what happened lies in it."""
    if record.actual is None:
        return []
    return [f.low <= record.actual <= f.high for f in record.forecasts if f.low is not None and f.high is not None]


def _wilson(share: float, n: int, z: float = 1.959964) -> tuple[float, float]:
    """The 95 % interval of a share of n."""
    middle = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    return max(0.0, middle - half), min(1.0, middle + half)


def records_of(results: Mapping[str, Any] | None) -> tuple[PromiseRecord, ...]:
    """The record in a results.json; what is damaged in it is left out, and an older file without one has none.

    Examples
    --------
    >>> records_of({"promises": {"record": [{"kind": "promised", "measure": "Orders", "value": 9, "by": "2025-03"}, {"kind": 7}]}})[0].by
    '2025-03'
    >>> records_of({"schema": 1}), records_of(None)
    ((), ())
    """
    held = results.get("promises") if isinstance(results, Mapping) else None
    rows = held.get("record") if isinstance(held, Mapping) else None
    found = (_record(row) for row in rows) if isinstance(rows, list) else ()
    return tuple(r for r in found if r is not None)


def _record(row: Any) -> PromiseRecord | None:
    if not isinstance(row, Mapping) or not (_is_text(row, "kind", "measure", "by") and _is_number(row.get("value"))):
        return None
    if row["kind"] not in ("promised", "expected", "planned"):
        return None
    forecasts = row.get("forecasts")
    read = [_forecast(f) for f in forecasts] if isinstance(forecasts, list) else []
    kept, actual = row.get("kept"), row.get("actual")
    return PromiseRecord(
        row["kind"], row["measure"], float(row["value"]), row["by"], better="lower" if row.get("better") == "lower" else "higher",
        first_seen=_text(row.get("first_seen")), gone_since=_text(row.get("gone_since")), forecasts=tuple(f for f in read if f is not None),
        kept=kept if isinstance(kept, bool) else None, actual=float(actual) if _is_number(actual) else None)


def _forecast(row: Any) -> Forecast | None:
    if not isinstance(row, Mapping) or not _is_text(row, "as_of") or not (_is_number(row.get("chance")) and _is_number(row.get("value"))):
        return None
    if not 0 <= row["chance"] <= 1:
        return None
    low, high = row.get("low"), row.get("high")
    ends = (float(low), float(high)) if _is_number(low) and _is_number(high) and low <= high else (None, None)
    level = row.get("level")
    return Forecast(row["as_of"], float(row["chance"]), float(row["value"]), *ends, level=float(level) if _is_number(level) else None,
                    software=_text(row.get("software")))


def _is_text(row: Mapping[str, Any], *names: str) -> bool:
    return all(isinstance(row.get(name), str) and row[name] for name in names)


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
