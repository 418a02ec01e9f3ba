"""What changed since the last report: every step has a cause, and the steps add up."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import valuelab as vl
from tests.earlier import keep, read, results_of
from tests.test_any_customer import write_customer
from valuelab.analysis.reviews.changes import money_changes, outcome_changes
from valuelab.analysis.reviews.headlines import money_headline, outcome_headline
from valuelab.errors import InputError
from valuelab.present.figures import plain
from valuelab.present.show import Nothing, show
from valuelab.types import CashFlow, Customer, Estimate, StatedCost

HOSTILE = '<script>alert(1)</script> & "Sons" $x$ |*| مرحبا'


def foots(changes) -> bool:
    return changes.then.value + sum(s.change.value for s in changes.steps) == pytest.approx(changes.now.value, rel=1e-12, abs=1e-9)


def money(account: Customer):
    return money_changes(account, money_headline(account))


def outcome(account: Customer):
    return outcome_changes(account, outcome_headline(account))


@pytest.fixture
def two_dates(tmp_path):
    """``two_dates(before, after)``: the account as of 2024-12 of the second params, with the results of the first as of 2024-09 before it."""

    def make(before: dict, after: dict, *, edit=None, as_of: str = "2024-12", **tampered) -> Customer:
        account = vl.load_customer(write_customer(tmp_path, **before), as_of="2024-09")
        results = keep(account, tmp_path / "results.json", **tampered)
        path = write_customer(tmp_path, **after)
        if edit is not None:
            data = tmp_path / "data" / "acme" / "kpis.csv"
            data.write_text(edit(data.read_text(encoding="utf-8")), encoding="utf-8")
        return vl.load_customer(path, as_of=as_of, previous=results)

    return make


def priced(value: str, **margin) -> dict:
    return {"extra": {"unit_value": {"value": value, "basis": "revenue", **margin}}}


def restate(text: str) -> str:
    """The history before 2022 doubled where a year's values are restated: of one month here."""
    frame = pd.read_csv(pd.io.common.StringIO(text))
    frame.loc[frame["date"] == "2024-08", "Orders"] *= 1.05
    return frame.to_csv(index=False)


def test_the_first_report_says_nothing(tmp_path):
    account = vl.load_customer(write_customer(tmp_path))
    for review in (vl.review_baseline, vl.review_value):
        result = review(account)
        assert result.changes is None
        assert result.headline is not None
        assert isinstance(show(result, "changes"), Nothing)
        assert "Since the report" not in plain(show(result).html())


def test_new_restated_and_assumed_each_have_their_step(two_dates):
    account = two_dates(priced("40"), priced("44", margin="50%"), edit=restate)
    changes = money(account)
    assert [s.cause for s in changes.steps] == ["restated data", "new data", "changed assumption", "changed assumption"]
    assert [s.what for s in changes.steps] == ["Orders", "Orders", "Money per unit of Orders", "Margin: profit of revenue"]
    assert foots(changes)
    before, worth, margin = (s.after.value for s in changes.steps[1:])
    assert worth / before == pytest.approx(44 / 40)  # known answers: the gap in units times what a unit is worth
    assert margin / worth == pytest.approx(0.5)
    assert (changes.steps[2].was, changes.steps[2].now) == ("€40", "€44")
    assert [str(p) for p in changes.steps[0].periods] == ["2024-08"]
    assert [str(p) for p in changes.steps[1].periods] == ["2024-10", "2024-11", "2024-12"]
    told = show(vl.review_value(account), "changes")
    text = plain(told.html())
    assert "restated data" in text and "new data" in text and "€40 → €44" in text
    assert told.html() == show(vl.review_value(account), "changes").html(), "the same bytes"
    assert "Since the report as of 2024-09" in plain(show(vl.review_value(account)).html())


def test_the_projection_moves_by_data_alone(two_dates):
    account = two_dates(priced("40"), priced("44"), edit=restate)
    changes = outcome(account)
    assert [s.cause for s in changes.steps] == ["restated data", "new data"]
    assert foots(changes)
    assert changes.unmoved == ("Money per unit of Orders",)
    assert changes.now.value == vl.review_baseline(account).lead.projected.value
    assert "Changed as well, without moving this figure: Money per unit of Orders" in plain(show(vl.review_baseline(account), "changes").html())


def test_a_target_that_was_lowered_is_an_assumption_that_changed(two_dates):
    account = two_dates({"target": 7000.0}, {"target": 6500.0})
    (step,) = [s for s in money(account).steps if s.cause == "changed assumption"]
    assert step.change.value == pytest.approx(-500 * 40)
    assert (step.what, step.was, step.now) == ("target by 2025-09", "7,000 orders", "6,500 orders")


def test_a_figure_about_another_year_says_so(tmp_path):
    def with_targets(*lines: str) -> dict:
        return {"extra": {"outcome": {"name": "Orders", "total_by": "sum", "targets": list(lines)}}}

    path = write_customer(tmp_path, **with_targets("6600 by 2024-12", "7000 by 2025-12"))
    before = keep(vl.load_customer(path, as_of="2024-11"), tmp_path / "results.json")
    changes = outcome(vl.load_customer(path, as_of="2024-12", previous=before))
    last = changes.steps[-1]
    assert (last.cause, last.was, last.now) == ("another date", "target, 2024-12", "target, 2025-12")
    assert foots(changes)
    assert changes.now.convention == "total of 2025-01 to 2025-12"


def test_where_nothing_changed_one_sentence_says_so(tmp_path):
    folder = tmp_path / "params"
    folder.mkdir()
    path = folder / "tools.yaml"
    path.write_text("customer: Tools\ncurrency: USD\nas_of: 2025-06\ndirect_benefit:\n  price: $10\n  volume: 1000 units a year\n  profit_per_unit: $3\n"
                    "  options: {Up: {price: +10%, volume: 0%}}\n", encoding="utf-8")
    before = keep(vl.load_customer(path), tmp_path / "results.json")
    review = vl.review_value(vl.load_customer(path, as_of="2025-07", previous=before))
    assert not review.changes.moved
    block = show(review, "changes")
    assert plain(block.lead).startswith("Nothing that this figure rests on has changed since the report as of 2025-06")
    assert block.charts == () and block.tables == () and block.sentences == ()
    assert "Since the report" not in plain(show(review).html())


@pytest.mark.parametrize(("software", "cause"), [("0.0.9 aaaabbbbcccc", "method"), (None, "not explained")])
def test_a_figure_that_the_same_inputs_no_longer_give_is_the_method_or_not_explained(tmp_path, software, cause):
    path = write_customer(tmp_path)
    results = results_of(vl.load_customer(path, as_of="2024-09"))
    results["figures"]["baseline.headline"]["value"] += 10.0
    if software:
        results["data"]["declared"]["software"] = software
    (tmp_path / "results.json").write_text(json.dumps(results), encoding="utf-8")
    account = vl.load_customer(path, as_of="2024-12", previous=str(tmp_path / "results.json"))
    changes = outcome(account)
    assert changes.steps[0].cause == cause
    assert changes.steps[0].change.value == pytest.approx(-10)
    assert foots(changes)
    text = plain(show(vl.review_baseline(account), "changes").html())
    assert ("0.0.9 aaaabbbbcccc" in text) if software else ("A part is not explained" in text)


def test_the_same_software_and_inputs_explain_everything(two_dates):
    changes = outcome(two_dates({"gaps": 3}, {"gaps": 3}))
    assert [s.cause for s in changes.steps] == ["new data"]


def test_an_older_results_json_still_tells_both_figures(two_dates):
    account = two_dates({}, {}, data={})
    changes = outcome(account)
    assert changes.steps == ()
    assert "did not keep" in changes.reason
    text = plain(show(vl.review_baseline(account), "changes").html())
    assert "cannot be told apart" in text


@pytest.mark.parametrize("damage", [
    {"declared": 7}, {"declared": {}}, {"declared": {"currency": "EUR"}}, {"declared": {"currency": "EUR", "outcome": 3}},
    {"declared": {"currency": "EUR", "outcome": {"name": "Orders"}}}, {"values": []},
    {"values": {"Orders": {"freq": "M", "first": "2020-13", "values": [1]}}}, {"values": {"Orders": {"freq": "Q-DEC", "first": "2020Q1", "values": [1]}}}])
def test_damaged_results_split_nothing_and_stop_nothing(tmp_path, damage):
    path = write_customer(tmp_path)
    results = results_of(vl.load_customer(path, as_of="2024-09"))
    results["data"] |= damage
    (tmp_path / "results.json").write_text(json.dumps(results), encoding="utf-8")
    account = vl.load_customer(path, as_of="2024-12", previous=str(tmp_path / "results.json"))
    for review in (vl.review_baseline, vl.review_value):
        result = review(account)
        assert result.changes.steps == ()
        assert result.changes.reason
        assert show(result, "changes").html()


@pytest.mark.parametrize("figures", [None, [], {}, {"baseline.headline": None}, {"baseline.headline": {"value": "7"}}, {"baseline.headline": {"value": None}}])
def test_without_an_earlier_figure_nothing_is_said(two_dates, figures):
    assert outcome(two_dates({}, {}, figures=figures)) is None


def test_results_of_another_customer_or_a_later_date_are_refused(tmp_path):
    path = write_customer(tmp_path)
    results = keep(vl.load_customer(path, as_of="2024-09"), tmp_path / "results.json")
    other = {**read(results), "customer": "somebody-else"}
    (tmp_path / "other.json").write_text(json.dumps(other), encoding="utf-8")
    with pytest.raises(InputError, match="is about another customer") as refused:
        vl.load_customer(path, as_of="2024-12", previous=str(tmp_path / "other.json"))
    assert "somebody-else" not in str(refused.value)
    for as_of in ("2024-09", "2024-06"):
        with pytest.raises(InputError, match="is as of 2024-09, which is not before"):
            vl.load_customer(path, as_of=as_of, previous=results)


def test_hostile_names_stay_text(two_dates):
    account = two_dates({"name": HOSTILE, "outcome": HOSTILE[:60]}, {"name": HOSTILE, "outcome": HOSTILE[:60]}, edit=None)
    html = str(show(vl.review_baseline(account), "changes").html())
    assert "<script" not in html
    assert "&lt;script&gt;" in html


# --- cash flows -------------------------------------------------------------------------------------------------

amounts = st.integers(0, 50_000)


def flows(rows: list[tuple[int, int, int, int]], known: int) -> CashFlow:
    index = pd.period_range("2025-01", periods=len(rows), freq="M")
    table = pd.DataFrame(rows, index, columns=["expenditure_est", "expenditure_act", "revenue_est", "revenue_act"]).astype(float)
    table.loc[index[known:], ["expenditure_act", "revenue_act"]] = np.nan
    return CashFlow(table, "revenue", index[0] + known - 1)


def campaign(flow: CashFlow, previous: dict | None = None) -> Customer:
    return Customer("acme", "Acme", flow.as_of, "USD", cash_flow=flow, previous=previous, software="1 a")


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_cash_flow_steps_always_foot(data):
    count = data.draw(st.integers(2, 8))
    rows = st.lists(st.tuples(amounts, amounts, amounts, amounts), min_size=count, max_size=count)
    first, second = data.draw(rows), data.draw(rows)
    changed = data.draw(st.lists(st.booleans(), min_size=count, max_size=count))
    second = [b if c else a for a, b, c in zip(first, second, changed, strict=True)]
    known = data.draw(st.integers(1, count - 1))
    later = data.draw(st.integers(known, count))
    longer = data.draw(st.lists(st.tuples(amounts, amounts, amounts, amounts), max_size=3))
    before = campaign(flows(first, known))
    now = campaign(flows([*second, *longer], later), previous=json.loads(json.dumps(results_of(before))))
    changes = money(now)
    assert changes.reason == ""
    assert foots(changes)
    table = now.cash_flow.table
    act, est = (table[f"revenue_{k}"] - table[f"expenditure_{k}"] for k in ("act", "est"))
    assert changes.now.value == pytest.approx(act.fillna(est).sum())
    assert {s.cause for s in changes.steps} <= {"restated data", "new data", "changed assumption"}
    if not any(changed) and not longer:
        assert {s.cause for s in changes.steps} <= {"new data"}


def test_a_stated_cost_is_an_assumption_that_changed():
    flow = flows([(1000, 900, 0, 0), (0, 0, 1500, 1600), (0, 0, 1500, 0)], 2)
    before = campaign(replace(flow, costs=(StatedCost("Licence", "supplier price", Estimate(200.0, unit="USD")),)))
    now = campaign(replace(flow, costs=(StatedCost("Licence", "supplier price", Estimate(250.0, unit="USD")),)), results_of(before))
    changes = money(now)
    assert [(s.cause, s.what, s.was, s.now, s.change.value) for s in changes.steps] == [
        ("changed assumption", "stated costs", "Licence $200", "Licence $250", -50)]
    assert foots(changes)


def test_a_campaign_moves_by_exactly_what_came_in():
    """S2: from the forecast after week 7 to the end, 53,276 + 6,397 = 59,673; a restated week and a higher plan beside it."""
    root = Path(__file__).resolve().parents[2]
    before = vl.load_customer(root / "params" / "brightlane-campaign.yaml", as_of="2025-03-30")
    after = vl.load_customer(root / "params" / "brightlane-campaign.yaml", as_of="2025-05-04")
    changes = money(replace(after, previous=results_of(before)))
    assert (changes.then.value, changes.now.value) == (53_276, 59_673)
    assert [(s.cause, s.change.value) for s in changes.steps] == [("new data", 6_397)]
    table = after.cash_flow.table.copy()
    table.iloc[7, list(table.columns).index("revenue_act")] += 100
    changes = money(replace(after, cash_flow=replace(after.cash_flow, table=table), previous=results_of(before)))
    assert [(s.cause, s.change.value) for s in changes.steps] == [("restated data", 100), ("new data", 6_397)]
