"""From executed workbooks to results.json: the bundles that ``show`` emitted, and every figure by its key."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from typing import Any

RESULT_MIME = "application/vnd.valuelab.result+json"
SCHEMA = 1
LINE_A_VALUE = (",\n", ": ")
PROMISES = "promises"  # the ledger; its record, which each report carries forward, stands at the top
DATA_USED = "account.data"  # the same on every page, so results.json has it once, as "data"
FIGURE_KEYS = frozenset({"key", "value", "low", "high", "unit", "kind"})


class PagesDisagree(Exception):
    """Two pages of one customer state one figure differently: neither may be published."""


def is_result(output: Mapping[str, Any]) -> bool:
    """True for an output that is one of our display bundles."""
    return output.get("output_type") in ("display_data", "execute_result") and RESULT_MIME in output.get("data", {})


def bundles(notebook: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The payloads of an executed workbook, in their order."""
    return [output["data"][RESULT_MIME] for cell in notebook["cells"] if cell["cell_type"] == "code"
            for output in cell["outputs"] if is_result(output)]


def assemble(customer: str, as_of: str, *, name: str, pages: Mapping[str, Mapping[str, Any]], not_run: Mapping[str, Any]) -> dict[str, Any]:
    """Everything that results.json says.

    Parameters
    ----------
    pages
        For each workbook that ran ``{"title": …, "results": [payload, …]}``.
    not_run
        For each workbook that does not apply ``{"title": …, "add": what to add to the params}``.

    Raises
    ------
    PagesDisagree
        Where two payloads state one figure differently.
    """
    account = next((p["data"] for page in pages.values() for p in page["results"] if p.get("role") == "account"), {})
    data = next((p["data"] for page in pages.values() for p in page["results"] if p.get("key") == DATA_USED), {})
    ledger = next((p["data"] for page in pages.values() for p in page["results"] if p.get("key") == PROMISES), {})
    promises = {"record": ledger.get("record", []), "score": ledger.get("score")}
    pages = {stem: {**page, "results": [{**p, "data": {}} if p.get("key") == DATA_USED else p for p in page["results"]]} for stem, page in pages.items()}
    return {"schema": SCHEMA, "customer": customer, "name": name, "as_of": as_of, "account": account, "data": data,
            "notebooks": {stem: dict(page) for stem, page in pages.items()}, "not_run": dict(not_run), "promises": promises, "figures": _figures(pages)}


def to_json(value: Mapping[str, Any]) -> str:
    """JSON that is the same for the same content, with a line a value; indented lines would take three times as long."""
    return json.dumps(value, separators=LINE_A_VALUE, sort_keys=True, ensure_ascii=False, allow_nan=False) + "\n"


def _figures(pages: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    figures: dict[str, Any] = {}
    first_on: dict[str, str] = {}
    for stem, page in pages.items():
        for figure in (figure for payload in page["results"] for figure in _walk(payload["data"])):
            key = figure["key"]
            known = figures.setdefault(key, figure)
            if not known.get("derivation") and figure.get("derivation"):
                figures[key] = figure
            first_on.setdefault(key, stem)
            if wrong := next((end for end in ("value", "low", "high") if not _same(known[end], figure[end])), ""):
                raise PagesDisagree(f"pages disagree on {key}: its {wrong} is {known[wrong]} in {first_on[key]} and {figure[wrong]} in {stem}")
    return figures


def _walk(value: Any) -> Iterator[dict[str, Any]]:
    """Every figure with a key, however deep it lies."""
    if isinstance(value, Mapping):
        if value.get("key") and value.keys() >= FIGURE_KEYS:
            yield dict(value)
        value = value.values()
    elif not isinstance(value, list):
        return
    for part in value:
        yield from _walk(part)


def _same(one: float | None, other: float | None) -> bool:
    """Equal but for the last bits, which the order of additions may change."""
    if one is None or other is None:
        return one is other
    return math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-12)
