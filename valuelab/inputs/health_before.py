"""The health score as the last report had it: its date, the score, and each indicator's light and weight, read back from its results.json."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, get_args

import pandas as pd

from valuelab.registers import Light
from valuelab.types import Customer

LIGHTS = get_args(Light)


@dataclass(frozen=True, slots=True)
class ReportedHealth:
    """What a report published. ``lights``: light and weight by the name of the indicator, of those that were known then."""

    since: str
    score: float
    lights: Mapping[str, tuple[Light, float]]


def reported_health(customer: Customer) -> ReportedHealth | None:
    """What the previous report said of health; None where there is none, it had no score, or what it kept of it cannot be read."""
    found = next((r for r in _results(customer.previous) if r.get("key") == "health.score"), None)
    try:
        score = float(found["data"]["score"]["value"])
        lights = {str(x["line"]["name"]): (x["light"], float(x["line"]["weight"])) for x in found["data"]["indicators"] if x["light"] is not None}
    except (KeyError, TypeError, ValueError):
        return None
    if not (lights and 0 <= score <= 1 and all(light in LIGHTS and math.isfinite(weight) and weight > 0 for light, weight in lights.values())):
        return None
    return ReportedHealth(str(customer.previous.get("as_of", "")), score, lights)


def score_at_renewal(customer: Customer) -> float | None:
    """The score in the last report before the contract came up; reports since carry it on. None where there is none, or it is not decided yet."""
    if customer.renewal is None or customer.renewal.decided_by(customer.as_of) is None or not customer.previous:
        return None
    figures = customer.previous.get("figures")
    carried = _score_of(figures, renewal_key(customer.renewal.date))
    if carried is not None:
        return carried
    try:
        before = pd.Period(str(customer.previous["as_of"])).end_time.date() < customer.renewal.date
    except (KeyError, ValueError):
        return None
    return _score_of(figures, "health.score") if before else None


def renewal_key(day: date) -> str:
    """Under which the score before a renewal is carried from report to report."""
    return f"health.before_renewal.{day.isoformat()}"


def _score_of(figures: Any, key: str) -> float | None:
    found = figures.get(key) if isinstance(figures, Mapping) else None
    value = found.get("value") if isinstance(found, Mapping) else None
    return float(value) if isinstance(value, (int, float)) and 0 <= value <= 1 else None


def _results(previous: Mapping[str, Any] | None) -> Iterator[Mapping[str, Any]]:
    """Every result of every page, whatever else stands there."""
    pages = previous.get("notebooks") if previous else None
    for page in pages.values() if isinstance(pages, Mapping) else ():
        results = page.get("results") if isinstance(page, Mapping) else None
        yield from (r for r in (results if isinstance(results, list) else ()) if isinstance(r, Mapping))
