"""Direct benefits: known answers, break-evens that give zero, the order of strategies, and what cannot be one."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from valuelab.analysis.direct_benefits import FIGURES, SHARES, benefit_effect, rank_benefits
from valuelab.errors import AnalysisError
from valuelab.present.figures import plain
from valuelab.present.wording import benefits as words
from valuelab.types import BenefitPlan, Estimate

CHAT = BenefitPlan("Chat", "cheaper channel", {
    "contacts": Estimate(20e6, unit="calls"), "share moved": Estimate(0.3, 0.2, 0.35, level=0.8, unit="fraction"),
    "cost now": Estimate(6.5, unit="USD"), "cost then": Estimate(1.5, unit="USD")}, years=3, starts_after_months=6)
STAY = BenefitPlan("Stay", "retention", {
    "customers": Estimate(1500, unit="customers"), "lost now": Estimate(0.14), "lost then": Estimate(0.11), "profit per customer": Estimate(900)})


def test_a_third_of_the_calls_by_chat_saves_75_million_in_three_years():
    effect = benefit_effect(CHAT)
    assert effect.per_year.value == pytest.approx(30e6) and effect.total.value == pytest.approx(75e6)
    assert effect.total.low == pytest.approx(50e6, rel=2e-3) and effect.total.high == pytest.approx(87.5e6, rel=2e-3) and effect.total.level == 0.8
    assert effect.cost is None and effect.net is None and effect.roi_net is None and effect.break_even == ()


@pytest.mark.parametrize(("kind", "figures", "a_year"), [
    ("unit cost", {"volume": 40_000, "cost now": 12.5, "cost then": 11.0}, 60_000),
    ("energy and material", {"quantity": 1_200_000, "price": 0.18, "reduction": 0.12}, 25_920),
    ("retention", {"customers": 1500, "lost now": 0.14, "lost then": 0.11, "profit per customer": 900}, 40_500),
])
def test_a_year_of_each_kind(kind, figures, a_year):
    effect = benefit_effect(BenefitPlan("x", kind, {name: Estimate(value) for name, value in figures.items()}))
    assert effect.per_year.value == pytest.approx(a_year) and effect.total.value == pytest.approx(a_year)


def test_customers_who_stay_are_counted():
    assert benefit_effect(STAY).kept.value == pytest.approx(45) and benefit_effect(STAY).kept.unit == "customers"


def test_cost_once_and_by_year_over_all_years():
    effect = benefit_effect(replace(CHAT, cost=Estimate(9e6, unit="USD"), cost_per_year=Estimate(1.2e6, unit="USD")))
    assert effect.cost.value == pytest.approx(12.6e6) and effect.net.value == pytest.approx(62.4e6)
    assert effect.roi_net.value == pytest.approx(62.4 / 12.6)
    assert {b.name: round(b.at.value, 4) for b in effect.break_even} == {"contacts": 3_360_000, "share moved": 0.0504, "cost now": 2.34, "cost then": 5.66}


amount = st.floats(1, 1e6)


@given(st.sampled_from(sorted(FIGURES)), st.data(), amount)
def test_at_its_break_even_a_benefit_only_pays_its_cost(kind, data, cost):
    figures = {name: Estimate(data.draw(st.floats(0.01, 0.9) if name in SHARES else amount)) for name in FIGURES[kind]}
    plan = BenefitPlan("x", kind, figures, years=2, starts_after_months=3, cost=Estimate(cost))
    for item in benefit_effect(plan).break_even:
        if item.at is not None:
            there = benefit_effect(replace(plan, figures={**figures, item.name: Estimate(item.at.value)}))
            scale = max(abs(there.total.value), cost, *(abs(f.value) for f in figures.values()))
            assert there.net.value == pytest.approx(0, abs=1e-6 * scale * max(1.0, scale))


def test_growth_reads_customers_first_and_profit_the_larger_worth():
    effects = [benefit_effect(CHAT), benefit_effect(STAY)]
    assert [e.name for e in rank_benefits(effects, "profit")] == ["Chat", "Stay"]
    assert [e.name for e in rank_benefits(effects, "growth")] == ["Stay", "Chat"]


def test_a_dearer_channel_is_said_to_be_no_benefit():
    effect = benefit_effect(replace(CHAT, figures=CHAT.figures | {"cost then": Estimate(7.0)}))
    assert effect.per_year.value < 0 and effect.warnings


def test_a_benefit_that_starts_after_its_years_is_nothing():
    late = benefit_effect(replace(CHAT, years=1, starts_after_months=18))
    assert late.total.value == 0 and "nothing of it is counted" in " ".join(late.warnings)


def test_more_customers_lost_than_now_is_a_loss_in_words_too():
    effect = benefit_effect(replace(STAY, figures=STAY.figures | {"lost then": Estimate(0.2, unit="fraction"), "lost now": Estimate(0.1, unit="fraction")}))
    assert effect.kept.value < 0 and "No fewer customers" in effect.warnings[0]
    told = " ".join(plain(line) for line in (words.headline(effect), *words.support(effect)))
    assert "costs $" in told and "no benefit" in told and "leave and would have stayed" in told
    assert "saves" not in told and "it pays up to" not in told and "−" not in plain(words.headline(effect))


@pytest.mark.parametrize(("change", "said"), [
    ({"figures": {k: v for k, v in CHAT.figures.items() if k != "cost now"}}, "cost now is missing"),
    ({"figures": CHAT.figures | {"price": Estimate(1)}}, "price is no figure"),
    ({"figures": CHAT.figures | {"share moved": Estimate(30)}}, "up to 1"),
    ({"figures": CHAT.figures | {"contacts": Estimate(-1)}}, "0 or above"),
    ({"years": 0}, "above 0"),
])
def test_what_cannot_be_a_benefit(change, said):
    with pytest.raises(AnalysisError, match=said):
        benefit_effect(replace(CHAT, **change))
