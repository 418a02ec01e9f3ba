from __future__ import annotations

import json
import re
import time

import pandas as pd
import pytest
from pyarrow import parquet

from tests.run.small import HEADLINE, write_workbook
from tests.run.thousand import AS_OF, figure, forecast, promise, results_of, write_report, write_thousand
from valuelab.run import publish
from valuelab.run.cards import card_of
from valuelab.run.index import write_index
from valuelab.run.portfolio import COLUMNS
from valuelab.run.project import Project
from valuelab.run.publish import Failure


def shown(project) -> str:
    """What the index says, without its marks."""
    return re.sub(r"<[^>]+>", "", (project.outputs / "index.html").read_text(encoding="utf-8"))



@pytest.fixture
def project(tmp_path) -> Project:
    write_workbook(tmp_path, "01_baseline", HEADLINE)
    (tmp_path / "params").mkdir()
    return Project(tmp_path / "params", tmp_path / "notebooks", tmp_path / "outputs")


def table(project: Project) -> pd.DataFrame:
    write_index(project)
    return pd.read_parquet(project.outputs / "portfolio.parquet").set_index("customer")


def score(project: Project) -> dict:
    return json.loads(parquet.read_schema(project.outputs / "portfolio.parquet").metadata[b"valuelab.score"])


def test_a_row_says_status_figures_promises_and_how_fresh_the_data_are(project):
    figures = (figure("baseline.headline", 110.0, "orders", "total of 2025-04 to 2026-03", low=100.0, high=120.0),
               figure("baseline.difference", -0.12, "fraction", "projected − target, of target", low=-0.2, high=-0.04),
               figure("value.headline", 5e5, "EUR", "profit a year, revenue × margin"),
               figure("money.at_risk", 9e4, "EUR", "contract value × probability that the promise is not kept"),
               figure("promise.promised.Orders.2026-03.value", 120.0, "orders"))
    record = (promise(forecasts=(forecast("2025-06", 0.5), forecast(AS_OF, 0.25))), promise(value=150, kind="expected", forecasts=(forecast(AS_OF, 0.01),)),
              promise("Returns", by="2025-06", kept=True, actual=130.0, forecasts=(forecast("2025-03", 0.9),)), promise("Rates", by="2025-06", kept=False, actual=1.0))
    write_report(project, results_of("acme", name="Acme", statuses=("behind", "ahead"), figures=figures, record=record, last=19, currency="EUR"))
    write_report(project, results_of("later", as_of="2025-12"))
    row = table(project).loc["acme"]
    assert (row["status"], row["reason"], row["as_of"], row["currency"], row["initiative"]) == ("behind", "", "2025-09", "EUR", "New rota")
    assert (row["landing"], row["landing_low"], row["landing_unit"], row["landing_basis"]) == (110.0, 100.0, "orders", "total of 2025-04 to 2026-03")
    assert (row["difference"], row["difference_unit"]) == (-0.12, "fraction")
    assert (row["worth"], row["worth_unit"], row["worth_basis"]) == (5e5, "EUR", "profit a year, revenue × margin")
    assert (row["at_risk"], row["at_risk_basis"]) == (9e4, "contract value × probability that the promise is not kept")
    assert (row["promises_open"], row["promises_kept"], row["promises_missed"], row["forecasts_scored"]) == (2, 1, 1, 1)
    assert row["lowest_chance"] == 0.25, "what was only expected is no promise"
    assert (row["chance_before"], row["chance_before_as_of"]) == (0.5, "2025-06"), "of the same promise, in the report before"
    assert "50 % as of 2025-06 · " in shown(project)
    assert [(p["measure"], p["chance"], p["kept"], p["unit"]) for p in row["promises"]][:3] == [
        ("Orders", 0.25, None, "orders"), ("Orders", 0.01, None, ""), ("Returns", None, True, "")]
    assert (str(row["data_to"]), row["data_series"], row["data_months_behind"], row["months_behind_newest"]) == ("2025-07-31", "Orders", 2, 3)
    assert [a["status"] for a in row["answers"]] == ["behind", "ahead"]
    assert list(parquet.read_schema(project.outputs / "portfolio.parquet").names) == list(COLUMNS)


def test_money_at_risk_without_report_04_follows_the_same_rule(project):
    figures = (figure("assumptions.renewal.contract_value", 200_000.0, "USD"), figure("goal.promised.2026-03.chance", 0.25),
               figure("goal.promised.2026-06.chance", 0.75), figure("goal.target.2026-03.chance", 0.01))
    write_report(project, results_of("acme", figures=figures))
    write_report(project, results_of("none", figures=figures[:1]))
    found = table(project)
    assert found.loc["acme", "at_risk"] == 150_000
    assert found.loc["acme", "at_risk_basis"] == "contract value × probability that the promise is not kept"
    assert pd.isna(found.loc["none", "at_risk"])


def test_the_rule_is_that_of_the_report(samples):
    """Money at risk in report 04 and the rule for customers without one give the same."""
    results = json.loads((samples / "harbour-care" / "2025-09" / "results.json").read_text(encoding="utf-8"))
    card = card_of(results)
    assert card["figures"]["at_risk"]["value"] == results["figures"]["money.at_risk"]["value"]
    del results["figures"]["money.at_risk"]
    assert card_of(results)["figures"]["at_risk"]["value"] == pytest.approx(card["figures"]["at_risk"]["value"], rel=1e-12)
    assert json.loads((samples / "harbour-care" / "2025-09" / "card.json").read_text(encoding="utf-8")) == card
    found = pd.read_parquet(samples / "portfolio.parquet").set_index("customer")
    assert found.loc["harbour-care", "landing"] == results["figures"]["baseline.headline"]["value"]
    assert found.loc["harbour-care", "data_months_behind"] == 0
    assert set(found.index) == {"harbour-care", "brightlane-campaign", "parcelway", "stonebrook-tools", "northline"}


def test_no_personal_name_reaches_the_portfolio(project):
    write_report(project, results_of("acme", figures=(figure("baseline.headline", 1.0), figure("money.at_risk", 1.0)), record=(promise(),)))
    write_index(project)
    for name in ("portfolio.parquet", "index.html", "acme/2025-09/card.json"):
        written = (project.outputs / name).read_bytes()
        assert b"Muster" not in written and b"J. Doe" not in written, name


def test_earlier_probabilities_are_scored_over_all_customers(project):
    for n in range(12):
        settled = promise(kept=n % 2 == 0, actual=110.0 if n < 11 else 130.0, forecasts=(forecast("2025-03", 0.5),))
        write_report(project, results_of(f"c{n:02d}", record=(settled,)))
    write_index(project)
    found = score(project)
    assert (found["promises"], found["forecasts"], found["brier"], found["covered"], found["intervals"]) == (12, 12, 0.25, 11, 12)
    assert "over 12 settled promises with 12 earlier forecasts: Brier score 0.250" in shown(project)
    assert "Of 12 earlier 95 % intervals 11 held what happened: 91.7 % by promise" in shown(project)


def test_a_score_of_few_is_not_shown_as_one(project):
    write_report(project, results_of("acme", record=(promise(kept=True, actual=1.0, forecasts=(forecast("2025-03", 0.9),)),)))
    write_index(project)
    assert score(project)["brier"] is None
    assert "1 settled promise with 1 earlier forecast; a score needs 10." in (project.outputs / "index.html").read_text(encoding="utf-8")


def test_damaged_results_and_none_leave_a_row(project):
    write_report(project, {**results_of("acme"), "figures": {"baseline.headline": {"value": "x"}, "money.at_risk": 7}, "promises": [1], "data": {"values": {
        "a": 7, "b": {"first": "x", "freq": "M", "values": [1]}, "c": {"first": "2025-01", "freq": "?", "values": [1]}}}}, card=False)
    folder = write_report(project, results_of("half"), card=False)
    (folder / AS_OF / "results.json").write_text('{"half')
    publish.add_failure(project.outputs / "never", Failure("", "", "why"))
    found = table(project)
    assert set(found.index) == {"acme", "half", "never"}
    assert pd.isna(found.loc["acme", "landing"]) and pd.isna(found.loc["acme", "at_risk"])
    assert (found.loc["never", "status"], found.loc["never", "reason"], found.loc["never", "reports"]) == ("failed", "why", 0)


def test_the_same_customers_give_the_same_bytes_with_or_without_cards(project):
    for n in range(20):
        write_report(project, results_of(f"c{n:02d}", record=(promise(forecasts=(forecast(AS_OF, n / 20),)),)), card=n % 2 == 0)
    write_index(project)
    written = [(project.outputs / name).read_bytes() for name in ("portfolio.parquet", "index.html")]
    for card in project.outputs.glob("*/*/card.json"):
        card.unlink()
    (project.outputs / "portfolio.parquet").unlink()
    write_index(project)
    assert [(project.outputs / name).read_bytes() for name in ("portfolio.parquet", "index.html")] == written
    assert not re.search(rb"20\d\d-\d\d-\d\dT", written[0]), "no clock"


def test_what_would_say_the_same_is_left_alone(project):
    write_report(project, results_of("acme"))
    write_index(project, "software")
    before = {name: (project.outputs / name).stat().st_mtime_ns for name in ("portfolio.parquet", "index.html")}
    write_index(project, "software")
    assert {name: (project.outputs / name).stat().st_mtime_ns for name in before} == before
    write_index(project, "another")
    assert {name: (project.outputs / name).stat().st_mtime_ns for name in before} != before


def test_a_thousand_customers(project):
    write_thousand(project)
    clock = time.perf_counter()
    write_index(project, "software")
    took = time.perf_counter() - clock
    found = table(project)
    assert len(found) == 1005
    assert list(found["status"][:25]) == ["failed"] * 5 + ["stale"] * 20
    assert found["status"].iloc[25] == "behind"
    behind = found[found["status"] == "behind"]["lowest_chance"].fillna(1.0)
    assert behind.is_monotonic_increasing, "the least likely promise first"
    html = (project.outputs / "index.html").read_text(encoding="utf-8")
    assert html.count("<tr ") == 1005
    assert len(html) < 6_000_000
    assert took < 20


def with_renewal(customer: str, score: float, renewed: bool) -> dict:
    results = results_of(customer)
    payload = {"key": "health.score", "type": "HealthScore", "role": "section", "status": "", "sentence": "", "data": {"renewed": renewed, "at_renewal": {"value": score}}}
    results["notebooks"]["05_health"] = {"title": "Who uses it?", "results": [payload]}
    results["figures"]["health.score"] = figure("health.score", 0.5, "fraction", "weighted mean")
    return results


def test_the_portfolio_holds_scores_against_renewals_of_all_customers(project):
    for i in range(7):
        write_report(project, with_renewal(f"kept-{i}", 0.6 + 0.05 * i, True))
    for i in range(4):
        write_report(project, with_renewal(f"lost-{i}", 0.2 + 0.05 * i, False))
    write_report(project, results_of("open"))
    write_index(project)
    assert "Too few renewals to say whether the health score tells who renews: 11 decided renewals, 4 of them not renewed" in shown(project)
    write_report(project, with_renewal("lost-9", 0.1, False))
    rows = table(project)
    assert (rows.loc["lost-9", "renewed"], rows.loc["lost-9", "health_before_renewal"], rows.loc["lost-9", "health"]) == (False, 0.1, 0.5)
    assert rows.loc["open", ["renewed", "health_before_renewal", "health"]].isna().all()
    assert "The health score told who renews, better than chance: over 12 decided renewals, 5 of them not renewed, it put 100 % of pairs in the right order" in shown(project)
