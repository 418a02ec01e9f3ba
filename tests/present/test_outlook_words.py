"""How sure the return is, as it is said: intervals, chances, turning points, and what the spread rests on."""

from __future__ import annotations

import re
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from tests.analysis.scenarios import campaign
from tests.present import examples
from valuelab.analysis.value_case import value_case
from valuelab.analysis.value_outlook import case_outlook, chain_outlook
from valuelab.audit.formula import work_out
from valuelab.present.blocks import cell
from valuelab.present.figures import plain
from valuelab.present.show import show
from valuelab.present.wording import outlook as words
from valuelab.present.wording import value as value_words
from valuelab.types import Estimate, StatedCost

COST = StatedCost("Supplier's price", "supplier price", Estimate(100_000.0, 80_000.0, 150_000.0, level=0.8, unit="USD", kind="agreed", key="cost"))
CHAIN = dict(points=Estimate(2.0, unit="points", key="p"), base=Estimate(20_000.0, key="b"), basis="revenue", lag_months=6, horizon_months=12,
             effect=Estimate(0.05, 0.02, 0.08, level=0.8, unit="fraction", key="e"), unit_value=Estimate(375.0, unit="USD", key="u"),
             margin=Estimate(0.4, 0.3, 0.5, level=0.8, unit="fraction", key="m"), scenario="engagement rises")


def outlook(week: int = 7, **changes):
    flows = campaign(week, **changes)
    return case_outlook(flows, value_case(flows))


def chain(**changes):
    return chain_outlook(**(CHAIN | changes))


@pytest.mark.parametrize("result", [outlook(), outlook(-1), chain(costs=[COST]), chain(), chain(reading="compound", costs=[COST, COST]), chain(lag_months=12)],
                         ids=["to date", "plan", "chain", "no cost", "compound", "too late"])
def test_every_formula_gives_its_figure(result):
    checked = 0
    figures = [getattr(result, name) for name in ("as_assumed", "benefit", "cost", "net_return", "roi_net", "benefit_cost_ratio", "payback")]
    for d in result.drivers:
        figures += [d.result_low, d.result_high, d.swing, d.margin_left]
    for figure in figures:
        if figure is None:
            continue
        assert figure.derivation is not None, figure.key
        if figure.derivation.formula and not figure.derivation.spans:
            assert work_out(figure.derivation.formula, {i.name: i.value for i in figure.derivation.inputs}) == pytest.approx(figure.value, rel=1e-9, abs=1e-6)
            checked += 1
    assert checked >= 3


def test_every_figure_that_is_shown_has_a_key():
    for result in (outlook(), chain(costs=[COST]), chain()):
        html = str(show(result).html())
        assert html.count("<data ") == html.count("data-key=") > 10


@pytest.mark.parametrize(("cost", "convention", "told"), [
    (COST, "net", "the net over 30 months is +$300,000 (80 %: "), (replace(COST, amount=Estimate(500_000.0, unit="USD", kind="agreed", key="cost")), "net", "the net over 30 months is −$100,000 (80 %: −$"),
    (COST, "gross", "benefit–cost ratio (gross) 400 %"),
])
def test_a_stated_cost_leads_the_report_with_what_is_left_and_how_likely_the_goal_is(cost, convention, told):
    likely = Estimate(0.02, unit="fraction", key="chance")
    found = chain(costs=[cost], horizon_months=12 + 12 + 6, lag_months=6, margin=None, basis="profit", unit_value=Estimate(100.0, unit="USD", key="u"))
    review = SimpleNamespace(outlook=found, roi_convention=convention, main_chance=likely)
    assert words.pays(review) is found
    text = plain(words.headline(found, review))
    assert told in text and "(chance if nothing changes: 2 %)" in text and "against a cost of" in text
    assert "only if engagement rises; the chance of that, if nothing changes, is 2 %" in plain(words.chance(found, likely))
    assert words.pays(SimpleNamespace(outlook=chain())) is None


def test_no_value_turns_what_cannot_turn():
    lost = chain(costs=[replace(COST, amount=Estimate(1e9, unit="USD", key="cost"))])
    margin = next(d for d in lost.drivers if d.slug == "margin")
    assert margin.turns_at is None and margin.margin_left is None
    assert "at no value" in plain(show(lost).html())
    assert any(t.caption == "Where the profit turns positive" for t in show(lost).tables)


def test_without_a_cost_nothing_turns_negative_and_there_is_no_table_of_it():
    block = show(chain())
    assert "Without a cost nothing can turn negative" in plain(block.html())
    assert not any("turns" in t.caption for t in block.tables)
    assert "net return" not in plain(block.html())


def test_what_the_spread_rests_on_is_said():
    assert "own record: over six weeks" in plain(words.rests_on(outlook().records[0], "week"))
    assert "stated accuracy" in plain(words.rests_on(outlook(-1, revenue_accuracy=0.1).records[0], "week"))
    silent = outlook(-1, revenue_accuracy=None)
    assert "cannot be said" in plain(words.lead(silent)) and "taken as they are" in plain(words.lead(silent))
    assert words.coverage_note(silent) is None and "too narrow" in plain(words.coverage_note(outlook()))


def test_an_elapsed_period_to_be_announced_is_not_inside_the_span():
    flows = campaign(7)
    table = flows.table.copy()
    table.loc[table.index[4], "revenue_act"] = np.nan
    assert value_words.elapsed(value_case(flows)) == "week 0 to 7"
    assert value_words.elapsed(value_case(replace(flows, table=table))) == "week 0 to 7 without week 4, to be announced"
    table.loc[table.index[5], "revenue_act"] = np.nan
    assert value_words.elapsed(value_case(replace(flows, table=table))) == "week 0 to 7 without weeks 4 and 5, to be announced"


def test_what_comes_in_is_not_called_profit():
    case = value_case(campaign(7, basis="profit"))
    assert value_words.income_word(case) == "income" and value_words.return_word(case) == "profit"
    html = plain(show(case).html())
    assert not re.search(r"profit (est|act)\.", html) and "income est." in html and "revenue est." not in html
    assert outlook(basis="profit").drivers[0].name == "Remaining income"
    assert "revenue est." in plain(show(value_case(campaign(7, basis="revenue"))).html())


def test_a_table_has_the_exact_amount_with_its_interval():
    text = plain(cell(Estimate(1_845_925.0, 1_504_119.0, 2_148_953.0, level=0.95, unit="USD", key="k"), interval=True).html)
    assert text == "$1,845,925 (95 %: $1,504,119 to $2,148,953)"


def test_several_rates_are_not_well_defined():
    from valuelab.present.tables import rate_missing

    index = pd.period_range("2022-01", periods=3, freq="Y")
    flows = pd.DataFrame({"expenditure_est": [100.0, 0.0, 132.0], "revenue_est": [0.0, 230.0, 0.0]}, index=index)  # −100, +230, −132: 10 % and 20 %
    case = value_case(flows, basis="revenue", discount_rate=0.1)
    assert rate_missing(case.estimated) == "not well defined"
    assert case.estimated.mirr_per_year is not None


def test_arrows_show_agreed_beside_measured_with_their_basis():
    block = show(replace(examples.conversion_review(), unit_value=None), "worth")
    text = plain(block.html())
    assert "arrow by arrow" in text and "one point → orders a year" in text and "→ profit a year" in text
    assert block.charts
