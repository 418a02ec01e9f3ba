"""A thousand customers as a run leaves them: folders with results.json and a status, all of them invented."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

from valuelab.run import publish
from valuelab.run.cards import card_of
from valuelab.run.project import Project
from valuelab.run.publish import Failure, Status

STATUSES = ("behind", "too early", "on track", "ahead", "cannot say", "")
AS_OF = "2025-09"
TITLES = {"01_baseline": "Where are we?", "02_leading_indicators": "What tells us early?", "03_conversion": "What is one point worth?", "04_roi": "Does it pay?"}


def figure(key: str, value: float, unit: str = "", convention: str = "", *, low: float | None = None, high: float | None = None) -> dict[str, Any]:
    return {"key": key, "value": value, "low": low, "high": high, "level": None if low is None else 0.95, "n": None, "unit": unit, "kind": "estimated",
            "convention": convention, "source": "J. Doe, finance", "derivation": {"agreed_by": "Maria Muster", "agreed_on": "2025-01-07"}}


def forecast(as_of: str, chance: float) -> dict[str, Any]:
    return {"as_of": as_of, "chance": chance, "value": 110.0, "low": 100.0, "high": 120.0, "level": 0.95, "software": "0"}


def promise(measure: str = "Orders", value: float = 120.0, by: str = "2026-03", *, kind: str = "promised", kept: bool | None = None,
            actual: float | None = None, forecasts: tuple[dict[str, Any], ...] = ()) -> dict[str, Any]:
    return {"kind": kind, "measure": measure, "value": value, "by": by, "better": "higher", "first_seen": "2025-03", "gone_since": "", "kept": kept,
            "actual": actual, "forecasts": list(forecasts)}


def results_of(customer: str, *, name: str = "", as_of: str = AS_OF, statuses: tuple[str, ...] = ("behind",), figures: tuple[dict[str, Any], ...] = (),
               record: tuple[dict[str, Any], ...] = (), last: int = 21, currency: str = "USD") -> dict[str, Any]:
    """A results.json with an answer a workbook; ``last`` counts months from 2024-01 on."""
    notebooks = {stem: {"title": TITLES[stem], "results": [
        {"key": "c", "type": "Comment", "role": "section", "status": "", "sentence": "Ask Maria Muster.", "data": {"by": "Maria Muster"}},
        {"key": "h", "type": "T", "role": "headline", "status": status, "sentence": f"{name or customer} stands {status or 'somewhere'}, says {stem}.", "data": {}}]}
        for stem, status in zip(TITLES, statuses, strict=False)}
    return {"schema": 1, "customer": customer, "name": name or customer.title(), "as_of": as_of,
            "account": {"id": customer, "name": name, "as_of": as_of, "currency": currency, "initiative": "New rota"},
            "data": {"values": {"Orders": {"first": "2024-01", "freq": "M", "values": [1.0] * last},
                                "cash flow: revenue_est": {"first": "2023-01", "freq": "M", "values": [1.0]}}},
            "notebooks": notebooks, "not_run": {}, "promises": {"record": list(record), "score": None}, "figures": {f["key"]: f for f in figures}}


def write_report(project: Project, results: dict[str, Any], *, card: bool = True, failures: tuple[Failure, ...] = ()) -> Path:
    folder = project.outputs / results["customer"]
    report = folder / results["as_of"]
    report.mkdir(parents=True)
    (report / "results.json").write_text(json.dumps(results), encoding="utf-8")
    if card:
        publish.write_json(report / publish.CARD, card_of(results))
    for stem in results["notebooks"]:
        (report / f"{stem}.html").write_text("")
    publish.write_status(folder, Status(results["customer"], results["name"], failures))
    return folder


def write_thousand(project: Project, number: int = 1000) -> None:
    """Customers of every status, with and without promises and money; some stale, some failed."""
    rng = random.Random(7)
    for n in range(number):
        customer, chance = f"customer-{n:04d}", rng.random()
        figures = (figure("baseline.headline", rng.uniform(1e3, 1e6), "orders", "total of 2025-04 to 2026-03", low=900.0, high=2e6),
                   figure("money.at_risk", rng.uniform(1e3, 1e6), "USD", "contract value × probability that the promise is not kept")) if n % 3 else ()
        record = (promise(forecasts=(forecast(AS_OF, chance),)),
                  promise("Returns", by="2025-06", kept=rng.random() < 0.7, actual=105.0, forecasts=(forecast("2025-03", 0.7),))) if n % 3 else ()
        results = results_of(customer, name=f"Customer {n} of Lower Saxony", statuses=tuple(rng.choice(STATUSES) for _ in TITLES), figures=figures, record=record,
                             last=21 - n % 5 // 4)
        write_report(project, results, failures=(Failure("", "", "kpis.csv, row 7: no number"),) if n % 50 == 0 else ())
    for n in range(5):
        publish.add_failure(project.outputs / f"broken-{n}", Failure("", "", "kpis.csv: there is no such file"))
