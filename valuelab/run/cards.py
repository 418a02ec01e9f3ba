"""A card is what the index and the portfolio need of one report: a small extract of its results.json, kept beside it.

A results.json has hundreds of kilobytes; a thousand of them would make every run wait. A card is made from results.json alone, when the
report is published; where there is none, it is made again from there.
"""

from __future__ import annotations

import calendar
import math
import re
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from valuelab.run import publish
from valuelab.track_record import PromiseRecord, records_of

SCHEMA = 3
HEADLINES = {"landing": "baseline.headline", "difference": "baseline.difference", "worth": "value.headline", "at_risk": "money.at_risk", "health": "health.score"}
PARTS = ("value", "low", "high", "level", "unit", "kind", "convention")
ACTUALS = re.compile(r"cash flow: \w+_act")  # estimates of a cash flow reach beyond what is known


def card_of(results: Mapping[str, Any]) -> dict[str, Any]:
    """The card of a report; of damaged results what can be read.

    ``answers`` are the leading result of each workbook, ``figures`` the leading figures (fractions as fractions), ``promises`` each
    promise with its chance as of this report or what became of it, ``known_to`` the last day with a value of each series.

    Examples
    --------
    >>> card = card_of({"name": "Acme", "as_of": "2025-03", "figures": {"money.at_risk": {"value": 9.0, "unit": "USD", "kind": "estimated"}}})
    >>> card["name"], card["figures"]["at_risk"]["value"], card["promises"]
    ('Acme', 9.0, [])
    """
    figures, account, data = (_mapping(results.get(part)) for part in ("figures", "account", "data"))
    held = _mapping(results.get("promises")).get("record")
    return {
        "schema": SCHEMA, "name": _text(results.get("name")), "as_of": _text(results.get("as_of")), "currency": _text(account.get("currency")),
        "language": _text(account.get("language")),
        "initiative": _text(account.get("initiative")), "segment": _text(account.get("segment")), "answers": _answers(_mapping(results.get("notebooks"))),
        "not_run": {stem: {"title": _text(_mapping(page).get("title")), "add": _text(_mapping(page).get("add"))}
                    for stem, page in sorted(_mapping(results.get("not_run")).items())},
        "figures": {name: {part: figure.get(part) for part in PARTS} for name, figure in _headlines(figures).items()},
        "promises": [_promise(r, figures, _text(results.get("as_of")), _text(account.get("currency"))) for r in records_of(results)],
        "renewal": _renewal(results),
        "record": held if isinstance(held, list) else [],
        "known_to": {name: day.isoformat() for name, kept in sorted(_mapping(data.get("values")).items())
                     if (day := last_known(_mapping(kept))) and (ACTUALS.fullmatch(name) or not name.startswith("cash flow: "))},
    }


def read_card(report: Path) -> dict[str, Any]:
    """The card of a published report, from its file or, where that is missing or of another layout, from its results.json."""
    card = publish.read_json(report / publish.CARD)
    return card if card.get("schema") == SCHEMA else card_of(publish.read_json(report / publish.RESULTS))


def last_known(kept: Mapping[str, Any]) -> date | None:
    """The last day of the last period with a value, of a series as results.json keeps it; None where there is none.

    Examples
    --------
    >>> last_known({"first": "2024-12", "freq": "M", "values": [1.0, 2.0, 3.0, None]})
    datetime.date(2025, 2, 28)
    >>> last_known({"first": "2025-03-31", "freq": "W-SUN", "values": [1.0, 2.0]})
    datetime.date(2025, 4, 13)
    """
    values, frequency, first = kept.get("values"), _text(kept.get("freq")), _text(kept.get("first"))
    known = [n for n, value in enumerate(values if isinstance(values, list) else ()) if value is not None]
    if not known:
        return None
    try:
        if frequency.startswith(("W", "D")):
            return date.fromisoformat(first) + timedelta(days=(7 if frequency[0] == "W" else 1) * (known[-1] + 1) - 1)
        if quarter := re.fullmatch(r"(\d{4})Q([1-4])", first):
            months, each = int(quarter[1]) * 12 + int(quarter[2]) * 3 - 3, 3
        else:
            year, month = map(int, first.split("-")[:2])
            months, each = year * 12 + month - 1, {"M": 1, "Q": 3}[frequency[:1]]
        year, month = divmod(months + each * (known[-1] + 1) - 1, 12)
        return date(year, month + 1, calendar.monthrange(year, month + 1)[1])
    except (ValueError, KeyError, OverflowError):
        return None


def _renewal(results: Mapping[str, Any]) -> dict[str, Any]:
    """Whether the contract was renewed, and the health score in the last report before; empty where one of the two is not known."""
    for page in _mapping(results.get("notebooks")).values():
        payloads = _mapping(page).get("results")
        for payload in payloads if isinstance(payloads, list) else ():
            data = _mapping(_mapping(payload).get("data")) if _mapping(payload).get("key") == "health.score" else {}
            score, renewed = _mapping(data.get("at_renewal")).get("value"), data.get("renewed")
            if _is_number(score) and isinstance(renewed, bool):
                return {"renewed": renewed, "score": score}
    return {}


def _answers(notebooks: Mapping[str, Any]) -> list[dict[str, str]]:
    found = []
    for stem, page in sorted(notebooks.items()):
        page = _mapping(page)
        payloads = page.get("results")
        headline = next((p for p in payloads if _mapping(p).get("role") == "headline"), {}) if isinstance(payloads, list) else {}
        found.append({"workbook": stem, "title": _text(page.get("title")) or stem, "status": _text(headline.get("status")),
                      "sentence": _text(headline.get("sentence"))})
    return found


def _headlines(figures: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """The leading figures that a report has."""
    found = {name: _mapping(figures.get(key)) for name, key in HEADLINES.items()}
    if not found["at_risk"]:
        found["at_risk"] = _contract_at_risk(figures)
    return {name: figure for name, figure in found.items() if _is_number(figure.get("value"))}


def _contract_at_risk(figures: Mapping[str, Any]) -> dict[str, Any]:
    """The same rule as in report 04, for a customer without one: contract value × probability that its least likely promise is not kept."""
    contract = _mapping(figures.get("assumptions.renewal.contract_value"))
    chances = [f["value"] for key, f in figures.items() if re.fullmatch(r"goal\.promised\..*\.chance", key) and _is_number(_mapping(f).get("value"))]
    if not chances or not _is_number(contract.get("value")):
        return {}
    times = {"a week": 52, "a month": 12, "a quarter": 4}.get(_text(contract.get("convention")), 1)
    return {"value": contract["value"] * times * (1 - min(chances)), "unit": contract.get("unit"), "kind": "estimated",
            "convention": "contract value × probability that the promise is not kept"}


def _promise(record: PromiseRecord, figures: Mapping[str, Any], as_of: str, currency: str) -> dict[str, Any]:
    """A promise, its unit, and its chance as of this report; no chance where it is settled, gone, or nothing could be said."""
    stated = _mapping(figures.get(f"promise.{record.kind}.{record.measure}.{record.by}.value"))
    now = [f.chance for f in record.forecasts if f.as_of == as_of] if record.kept is None and not record.gone_since else []
    return {"kind": record.kind, "measure": record.measure, "value": record.value, "by": record.by,
            "unit": currency if record.kind == "planned" else _text(stated.get("unit")), "chance": now[-1] if now else None, "kept": record.kept, "actual": record.actual, "gone_since": record.gone_since}


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)
