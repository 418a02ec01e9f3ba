"""Customers in money, from params and a table, as ``run`` would hand them to the spreadsheet; without workbooks, so that they are quick."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import yaml

import valuelab as vl
from valuelab.present.show import PARTS, Nothing
from valuelab.run.collect import assemble, to_json
from valuelab.types import CannotSay

HOSTILE = ("=cmd|' /C calc'!A0", "+1+cmd|x", "-2+3", "@SUM(A1:A9)", "\t=1+1", "\r=1", "<b>&\"'", "=HYPERLINK(\"http://x\")")


def results_of(account: vl.Customer) -> dict[str, Any]:
    """What results.json would say of notebook 04, read back as ``run`` reads it."""
    review = vl.review_value(account)
    blocks = [vl.show(account, part) for part in PARTS[type(account)]] + [vl.show(review, part) for part in PARTS[type(review)]]
    payloads = [block.payload() for block in blocks if not isinstance(block, Nothing)]
    assert not isinstance(review, CannotSay) or len(payloads)
    return json.loads(to_json(assemble(account.id, str(account.as_of), name=account.name, not_run={},
                                       pages={"04_roi": {"title": "Does it pay?", "results": payloads}})))


def cash_customer(folder: Path, rows: list[str], *, name: str = "Acme", first: str = "2025-01-01", length: str = "month", currency: str = "EUR",
                  basis: str = "revenue", header: str = "period,expenditure_est,expenditure_act,revenue_est,revenue_act", **more: Any) -> vl.Customer:
    """A customer with a cash flow: one text a period, its four amounts separated by commas."""
    home = folder / "params"
    home.mkdir(parents=True, exist_ok=True)
    (folder / "data").mkdir(exist_ok=True)
    (folder / "data" / "flow.csv").write_text("\n".join([header, *(f"{i},{row}" for i, row in enumerate(rows))]) + "\n", encoding="utf-8")
    params = {"customer": name, "currency": currency,
              "cash_flow": {"data": "../data/flow.csv", "basis": basis, "periods": {"length": length, "first": first}, **more.pop("cash_flow", {})}, **more}
    path = home / "acme.yaml"
    path.write_text(yaml.safe_dump(params, allow_unicode=True, sort_keys=False), encoding="utf-8")
    return vl.load_customer(path, as_of=more.get("as_of"))


def price_customer(folder: Path, *, name: str = "Acme", options: dict[str, dict[str, str]], currency: str = "USD", **more: Any) -> vl.Customer:
    """A customer with price options alone."""
    (folder / "params").mkdir(parents=True, exist_ok=True)
    params = {"customer": name, "currency": currency, "as_of": "2025-06",
              "direct_benefit": {"price": "80", "volume": "12000 units a year", "profit_per_unit": {"value": "22.50", "source": HOSTILE[0]}, "options": options}, **more}
    path = folder / "params" / "acme.yaml"
    path.write_text(yaml.safe_dump(params, allow_unicode=True, sort_keys=False), encoding="utf-8")
    return vl.load_customer(path)
