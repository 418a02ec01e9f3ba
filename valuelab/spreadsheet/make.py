"""From results.json to the bytes of a spreadsheet: which sheets it has, in which order."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from valuelab.spreadsheet import assumptions, benefits, flows, goals, outcome, pays, prices
from valuelab.spreadsheet.book import Book

REVIEW, CASE, COST, ASSUMPTIONS = "value.review", "value.case", "value.cost", "account.assumptions"


def make_spreadsheet(results: Mapping[str, Any]) -> tuple[str, bytes] | None:
    """(stem of the workbook that it goes with, bytes), or None where the report has nothing in money.

    The same results give the same bytes.
    """
    made = build(results)
    return made and (made[0], made[1].close())


def build(results: Mapping[str, Any]) -> tuple[str, Book] | None:
    """The workbook before it is closed: it knows which cell holds which figure."""
    found = _page(results)
    if found is None:
        return None
    stem, page = found
    review, stated = page[REVIEW]["data"], page.get(ASSUMPTIONS, {}).get("data") or []
    case = _answered(page, CASE)
    room = _answered(page, COST)
    agreed = {line["estimate"]["key"]: line["estimate"] for line in stated if line.get("estimate")}
    with_goals = bool(review["reach"] or review["gaps"] or review["point"]) and review["unit_value"] is not None
    with_prices = bool(review["prices"]) and set(prices.TODAY) <= agreed.keys()
    with_benefits = bool(review["benefits"])
    if not (case or with_goals or with_prices or with_benefits):
        return None
    book = Book(customer=results["name"], as_of=results["as_of"], currency=review["currency"], whole=_whole(case))
    results_sheet = outcome.add(book) if case else None
    pays_sheet = pays.add(book) if with_goals and pays.applies(review) else None
    goals_sheet = goals.add(book) if with_goals else None
    prices_sheet = prices.add(book) if with_prices else None
    benefits_sheet = benefits.add(book) if with_benefits else None
    assumptions.fill(assumptions.add(book), stated, case)
    if case:
        cash = flows.Flows(case, tuple(review["costs"]))
        flow, amounts, workings = flows.add(book)
        flows.fill(flow, amounts, workings, cash)
        outcome.fill(results_sheet, flow, workings, cash, gross_first=review["roi_convention"] == "gross", sentence=page[REVIEW]["sentence"])
    if with_goals:
        goals.fill(goals_sheet, review, room, sentence=page[REVIEW]["sentence"])
    if pays_sheet is not None:
        pays.fill(pays_sheet, review, sentence=page[REVIEW]["sentence"])
    if with_prices:
        prices.fill(prices_sheet, review, sentence=page[REVIEW]["sentence"])
    if with_benefits:
        benefits.fill(benefits_sheet, review, sentence=page[REVIEW]["sentence"])
    return stem, book


def _page(results: Mapping[str, Any]) -> tuple[str, dict[str, Any]] | None:
    """The workbook that reviewed the value, and its results by key."""
    for stem, page in results["notebooks"].items():
        by_key = {payload["key"]: payload for payload in page["results"]}
        if by_key.get(REVIEW, {}).get("type") == "ValueReview":
            return stem, by_key
    return None


def _answered(page: Mapping[str, Any], key: str) -> dict[str, Any] | None:
    """The data of a result that could be said."""
    data = page.get(key, {}).get("data")
    return data if data and data.get("table") else None


def _whole(case: dict[str, Any] | None) -> bool:
    """True where no amount of a cash flow has cents, so that its tables need none."""
    amounts = [row[name] for row in case["table"] for name in flows.COLUMNS] if case else []
    return all(amount is None or amount == round(amount) for amount in amounts)
