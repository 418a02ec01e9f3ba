"""The portfolio by segment: what needs attention first, and money never added over currencies or rules."""

from __future__ import annotations

import re

import pandas as pd

from tests.run.small import HEADLINE, write_workbook
from tests.run.thousand import AS_OF, figure, forecast, promise, results_of, write_report
from valuelab.run.index import write_index
from valuelab.run.portfolio import accounts
from valuelab.run.project import Project
from valuelab.run.segments import NONE, by_segment

RULE = "contract value × probability that the promise is not kept"


def made(tmp_path, *customers: tuple[str, str, str, float, str]) -> Project:
    """Customers as (id, segment, status, money at risk, currency)."""
    write_workbook(tmp_path, "01_baseline", HEADLINE)
    (tmp_path / "params").mkdir()
    project = Project(tmp_path / "params", tmp_path / "notebooks", tmp_path / "outputs")
    project.outputs.mkdir()
    for number, (customer, segment, status, risk, currency) in enumerate(customers, 1):
        results = results_of(customer, statuses=(status,), figures=(figure("money.at_risk", risk, currency, RULE),), record=(promise(forecasts=(forecast(AS_OF, number / 10),)),))
        results["account"]["segment"] = segment
        write_report(project, results)
    return project


def test_segments_are_counted_and_money_is_added_only_within_a_currency(tmp_path):
    project = made(tmp_path, ("a", "enterprise", "on track", 100.0, "USD"), ("b", "enterprise", "behind", 200.0, "USD"), ("c", "enterprise", "ahead", 50.0, "EUR"),
                   ("d", "small", "behind", 1.0, "USD"), ("e", "", "ahead", 2.0, "USD"))
    found = {s.name: s for s in by_segment(accounts(project))}
    assert list(found) == ["small", "enterprise", NONE]
    assert (found["enterprise"].customers, found["enterprise"].attention, found["enterprise"].chance) == (3, 1, 0.1)
    assert found["enterprise"].at_risk == (f"$300: {RULE}", f"€50: {RULE}")
    write_index(project)
    page = (project.outputs / "index.html").read_text(encoding="utf-8")
    assert "By segment" in page and "$300" in page
    assert pd.read_parquet(project.outputs / "portfolio.parquet").set_index("customer")["segment"].to_dict() == {
        "a": "enterprise", "b": "enterprise", "c": "enterprise", "d": "small", "e": ""}


def test_without_segments_there_is_no_table_and_names_are_escaped(tmp_path):
    project = made(tmp_path, ("a", "", "ahead", 1.0, "USD"))
    write_index(project)
    assert by_segment(accounts(project)) == () and "By segment" not in (project.outputs / "index.html").read_text(encoding="utf-8")
    other = made(tmp_path / "other", ("b", "<i>x", "ahead", 1.0, "USD"))
    write_index(other)
    page = (other.outputs / "index.html").read_text(encoding="utf-8")
    assert "&lt;i&gt;x" in page and not re.search(r"<i>x", page)


def test_no_name_of_a_person_reaches_the_portfolio(tmp_path):
    project = made(tmp_path, ("a", "care", "ahead", 1.0, "USD"))
    write_index(project)
    assert b"Maria" not in (project.outputs / "portfolio.parquet").read_bytes()
    assert "Maria" not in (project.outputs / "index.html").read_text(encoding="utf-8")
