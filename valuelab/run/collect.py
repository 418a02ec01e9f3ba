"""What the notebooks displayed, as data: results.json, from which the index and later pages are made."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

RESULT_MIME = "application/vnd.valuelab.result+json"
_FIGURE = {"value", "low", "high", "unit", "kind", "key"}


class PagesDisagree(Exception):
    """Two pages would show different numbers under one name."""


def bundles(notebook: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The results that a notebook displayed, in order."""
    return [output["data"][RESULT_MIME] for cell in notebook["cells"] for output in cell.get("outputs", ())
            if RESULT_MIME in (output.get("data") or {})]


def assemble(customer: str, as_of: str, *, name: str, pages: Mapping[str, Mapping[str, Any]], not_run: Mapping[str, str]) -> dict[str, Any]:
    """One document for all workbooks of a customer and date.

    ``pages``: workbook → {title, results}. ``not_run``: workbook → why it does not apply. ``figures`` lists every keyed
    figure once.

    Raises
    ------
    PagesDisagree
        Where one key stands for two different numbers.
    """
    figures: dict[str, dict[str, Any]] = {}
    for stem, page in pages.items():
        for figure in _figures([b["data"] for b in page["results"]]):
            before = figures.setdefault(figure["key"], figure)
            if any(before[k] != figure[k] for k in ("value", "low", "high")):
                raise PagesDisagree(f'{stem} and another page disagree on {figure["key"]}: {figure["value"]} and {before["value"]}')
    account = next((b["data"] for page in pages.values() for b in page["results"] if b["role"] == "account"), {})
    return {"schema": 1, "customer": customer, "name": name, "as_of": as_of, "account": account, "notebooks": dict(pages),
            "not_run": dict(not_run), "figures": figures}


def _figures(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        if value.get("key") and value.keys() >= _FIGURE:
            yield value
        for inner in value.values():
            yield from _figures(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _figures(inner)


def headline(results: Mapping[str, Any], notebook: str) -> dict[str, Any]:
    """The headline of one notebook: {status, sentence}; empty texts where it showed none."""
    shown = results["notebooks"].get(notebook, {}).get("results", [])
    return next(({"status": b["status"], "sentence": b["sentence"]} for b in shown if b["role"] == "headline"), {"status": "", "sentence": ""})


def to_json(document: Mapping[str, Any]) -> str:
    """Sorted keys, one trailing newline: the same results are the same bytes."""
    return json.dumps(document, ensure_ascii=False, sort_keys=True, indent=1, allow_nan=False) + "\n"
