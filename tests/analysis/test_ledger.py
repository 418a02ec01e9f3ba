"""Promises: judged by what came, forecast where that can be said, and carried from report to report."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
import yaml

import valuelab as vl
from tests.earlier import keep, read, results_of
from tests.test_any_customer import write_customer
from valuelab.analysis.reviews.ledger import review_promises
from valuelab.present.figures import plain
from valuelab.present.show import Nothing, show
from valuelab.types import Customer

HOSTILE = '<script>alert(1)</script> & "Sons" $x$ |*| مرحبا'


def promising(*promises: dict, expected: tuple[dict, ...] = (), **outcome) -> dict:
    about = {"name": "Orders", "total_by": "sum", "unit": "orders", "promised": list(promises), "expected": list(expected), **outcome}
    return {"extra": {"outcome": {k: v for k, v in about.items() if v}}}


DUE = {"value": "6300", "by": "2024-11", "source": "proposal", "agreed_by": "director", "agreed_on": "2023-12-01", "decides": "phase two"}
OPEN = {"value": "6500", "by": "2025-06"}


@pytest.fixture
def reports(tmp_path):
    """``reports(customer, *dates)``: the account at the last date, each date held against the one before it."""

    def run(customers: dict | list[dict], *dates: str) -> Customer:
        customers = customers if isinstance(customers, list) else [customers] * len(dates)
        before = ""
        for about, date in zip(customers, dates, strict=True):
            account = vl.load_customer(write_customer(tmp_path, **about), as_of=date, previous=before)
            before = keep(account, tmp_path / f"{date}.json")
        return account

    return run


def test_a_promise_is_open_until_its_last_period_and_then_kept_or_missed(reports):
    account = reports(promising(DUE, OPEN), "2024-08")
    due, later = review_promises(account).rows
    assert (due.verdict, later.verdict) == ("open", "open")
    assert 0 < due.chance.value < 1
    assert due.lands.kind == "estimated"
    known = account.outcome.series["2023-12":"2024-08"]
    assert (due.so_far.value, due.so_far.kind, due.so_far.convention) == (pytest.approx(known.sum()), "actual", "9 of 12 periods known")
    assert (later.so_far.convention, due.source, due.agreed_by, due.decides) == ("2 of 12 periods known", "proposal", "director", "phase two")
    account = reports(promising(DUE), "2024-12")
    (settled,) = review_promises(account).rows
    total = account.outcome.series["2023-12":"2024-11"].sum()
    assert settled.verdict == ("kept" if total >= 6300 else "missed")
    assert settled.lands.kind == "actual"
    assert settled.lands.value == pytest.approx(total)
    assert settled.chance is None


@pytest.mark.parametrize(("value", "verdict"), [("3000", "kept"), ("20000", "missed")])
def test_a_missed_promise_is_named_in_short(reports, value, verdict):
    review = vl.review_value(reports(promising(DUE | {"value": value}), "2024-12"))
    assert [r.verdict for r in review.ledger.rows] == [verdict]
    text = plain(show(review).html())
    assert ("Missed — Orders: the promise (must have) of" in text) == (verdict == "missed")
    told = plain(show(review, "promises").html())
    assert ("It decides: phase two" in told) == (verdict == "missed")
    assert "proposal" in told and "director, 2023-12-01" in told


def test_what_is_realised_is_the_measured_effect_in_units_and_money(reports):
    account = reports({**promising(OPEN), "start": "2024-06"}, "2024-12")
    (row,) = review_promises(account).rows
    effect = vl.measure_effect(account.outcome, started="2024-06")
    assert (row.realised.value, row.realised.low, row.realised.high) == (effect.total.value, effect.total.low, effect.total.high)
    assert row.realised_worth.value == pytest.approx(40 * effect.total.value)
    assert row.realised_worth.low < row.realised_worth.value < row.realised_worth.high
    assert "a year" not in row.realised_worth.convention


def test_what_cannot_be_said_yet_says_from_when(reports):
    (row,) = review_promises(reports({**promising(OPEN), "months": 8}, "2024-12")).rows
    assert row.chance is None
    assert "at least 13" in row.reason
    assert "2025-05 is known" in row.from_when
    html = plain(show(review_promises(reports({**promising(OPEN), "months": 8}, "2024-12"))).html())
    assert "cannot say yet" in html and "2025-05 is known" in html
    far = {**OPEN, "by": "2031-06"}
    (row,) = review_promises(reports(promising(far), "2024-12")).rows
    assert row.from_when == "It can be said from 2026-06 on."


def test_promises_of_indicators_are_in_it_too(tmp_path):
    about = {"extra": {"indicators": {"Score": {"scale": "0-10", "promised": [{"value": "7", "by": "2025-06"}]}}}}
    account = vl.load_customer(write_customer(tmp_path, **about))
    (row,) = review_promises(account).rows
    assert (row.measure, row.worth, row.verdict) == ("Score", None, "open")
    assert row.so_far.value == account.indicators["Score"].series.iloc[-1]


def test_forecasts_are_carried_and_scored(reports):
    account = reports(promising(DUE), "2024-06", "2024-09", "2024-12")
    ledger = vl.review_value(account).ledger
    (record,) = ledger.record
    assert [f.as_of for f in record.forecasts] == ["2024-06", "2024-09"], "each report adds its own; a settled promise is not forecast"
    assert record.first_seen == "2024-06"
    assert record.kept == (ledger.rows[0].verdict == "kept")
    assert record.actual == ledger.rows[0].lands.value
    assert (ledger.score.promises, ledger.score.forecasts, ledger.score.brier) == (1, 2, None)
    text = plain(show(vl.review_value(account), "promises").html())
    assert "Earlier reports gave it" in text and "(as of 2024-06)" in text
    assert "too early to say: one settled promise with 2 earlier forecasts; a score needs 10" in text


def test_the_record_only_ever_grows(reports, tmp_path):
    reports(promising(DUE, OPEN), "2024-06", "2024-09", "2024-12")
    records = [read(tmp_path / f"{d}.json")["promises"]["record"] for d in ("2024-06", "2024-09", "2024-12")]
    for before, after in zip(records, records[1:], strict=False):
        for old, new in zip(before, after, strict=False):
            assert new["forecasts"][: len(old["forecasts"])] == old["forecasts"]
            assert (new["measure"], new["value"], new["first_seen"]) == (old["measure"], old["value"], old["first_seen"])


def test_a_promise_that_was_lowered_is_judged_as_it_was(reports):
    account = reports([promising(DUE | {"value": "20000"}), promising(DUE | {"value": "3000"})], "2024-09", "2024-12")
    ledger = vl.review_value(account).ledger
    assert {(r.value.value, r.verdict, r.gone_since) for r in ledger.rows} == {(3000.0, "kept", ""), (20_000.0, "missed", "2024-12")}
    assert "no longer in the params since the report as of 2024-12" in plain(show(ledger).html())
    keys = [e.key for r in ledger.rows for e in (r.value, r.lands, r.so_far)]
    assert len(keys) == len(set(keys))


def test_promises_without_money_are_in_notebook_01_and_nowhere_twice(tmp_path):
    path = write_customer(tmp_path, **promising(OPEN))
    params = yaml.safe_load(path.read_text(encoding="utf-8"))
    del params["unit_value"]
    path.write_text(yaml.safe_dump(params), encoding="utf-8")
    account = vl.load_customer(path)
    review = vl.review_baseline(account)
    assert len(review.ledger.rows) == 1
    assert results_of(account)["promises"]["record"][0]["measure"] == "Orders"
    with_money = vl.load_customer(write_customer(tmp_path, **promising(OPEN)))
    assert isinstance(show(vl.review_baseline(with_money), "promises"), Nothing)
    assert len(vl.review_value(with_money).ledger.rows) == 1


def test_a_cash_flow_is_held_against_its_plan():
    path = Path(__file__).resolve().parents[2] / "params" / "brightlane-campaign.yaml"
    first = vl.review_value(vl.load_customer(path, as_of="2025-03-30")).ledger.rows[0]
    assert (first.value.value, first.so_far.value, first.lands.value, first.verdict) == (52_000, -37_724, 53_276, "open")
    last = vl.review_value(vl.load_customer(path, as_of="2025-05-04")).ledger.rows[0]
    assert (last.lands.value, last.lands.kind, last.verdict) == (59_673, "actual", "kept")


@pytest.mark.parametrize("record", [None, 7, [7], [{"kind": "promised"}], [{"kind": "promised", "measure": "X", "value": 5, "by": "?", "forecasts": 3}],
                                    [{"kind": "promised", "measure": "Orders", "value": 5, "by": "x/y"}]])
def test_a_damaged_record_stops_nothing(tmp_path, record):
    path = write_customer(tmp_path, **promising(OPEN))
    results = results_of(vl.load_customer(path, as_of="2024-09"))
    results["promises"] = {"record": record}
    (tmp_path / "results.json").write_text(json.dumps(results), encoding="utf-8")
    account = vl.load_customer(path, as_of="2024-12", previous=str(tmp_path / "results.json"))
    review = vl.review_value(account)
    assert "Orders" in {r.measure for r in review.ledger.rows}
    assert show(review, "promises").html()


def test_hostile_names_stay_text_and_bytes_are_the_same(reports):
    hostile = promising({**OPEN, "source": HOSTILE, "decides": HOSTILE, "agreed_by": HOSTILE}, name=HOSTILE[:50])
    review = vl.review_value(reports({**hostile, "outcome": HOSTILE[:50]}, "2024-12"))
    html = str(show(review, "promises").html())
    assert "<script" not in html
    assert "&lt;script&gt;" in html
    assert html == str(show(review, "promises").html())


# --- one benefit through two chains ----------------------------------------------------------------------------------


def claiming(**more) -> dict:
    conversion = {"Score": {"effect": "5% per point", "reading": "additive"}, "Noise": {"effect": "2% per point", "reading": "additive"}}
    extra = {**promising(OPEN, baseline={"value": 6000, "over": "2024-01..2024-12"})["extra"], "conversion": conversion, **more}
    return {"extra": extra}


def test_points_and_the_promise_end_in_the_same_orders(tmp_path):
    review = vl.review_value(vl.load_customer(write_customer(tmp_path, **claiming())))
    claims = review.claims
    assert [(c.chain, c.claimed.value, c.counted.value) for c in claims.rows] == [
        (("Orders",), 500 * 40, 500 * 40), (("Score", "Orders"), pytest.approx(0.05 * 6000 * 40), 0), (("Noise", "Orders"), pytest.approx(0.02 * 6000 * 40), 0)]
    assert claims.together.value == pytest.approx(20_000 + 12_000 + 4_800)
    assert claims.once.value == 20_000
    text = plain(show(review, "claims").html())
    assert "counted once it is €20,000" in text
    assert "inside “Orders: the promise by 2025-06”" in text


def test_without_a_promise_the_largest_of_two_indicators_is_counted(tmp_path):
    about = claiming()
    del about["extra"]["outcome"]["promised"]
    claims = vl.review_value(vl.load_customer(write_customer(tmp_path, **about))).claims
    assert [(c.chain[0], c.inside) for c in claims.rows] == [("Score", ""), ("Noise", "Score: one point more")]
    assert claims.once.value == pytest.approx(12_000)


def test_a_cash_flow_that_is_the_value_chains_revenue_is_counted_once(tmp_path):
    path = write_customer(tmp_path, **claiming(cash_flow={"data": "../data/acme/flow.csv", "basis": "revenue"}))
    (tmp_path / "data" / "acme" / "flow.csv").write_text(
        "period,expenditure_est,expenditure_act,revenue_est,revenue_act\n2024-11,900,900,15000,14000\n2024-12,0,0,9000,9500\n", encoding="utf-8")
    claims = vl.review_value(vl.load_customer(path)).claims
    assert claims.rows[0].name == "Cash flow, as planned"
    assert claims.once.value == 24_000
    assert {c.inside for c in claims.rows[1:]} == {"Cash flow, as planned"}


def test_one_chain_alone_is_nothing_to_net(tmp_path):
    about = claiming()
    del about["extra"]["conversion"]
    review = vl.review_value(vl.load_customer(write_customer(tmp_path, **about)))
    assert review.claims is None
    assert isinstance(show(review, "claims"), Nothing)


def test_a_measure_that_is_gone_keeps_its_row(reports):
    before = reports(promising(OPEN), "2024-09")
    results = results_of(before)
    results["promises"]["record"][0]["measure"] = "Something else"
    account = replace(before, previous=results, as_of=pd.Period("2024-12", "M"))
    gone = next(r for r in review_promises(account).rows if r.measure == "Something else")
    assert (gone.verdict, gone.reason, gone.gone_since) == ("open", "its measure is no longer there", "2024-12")
