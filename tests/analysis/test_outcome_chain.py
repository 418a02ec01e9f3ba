"""The chain: which verdict of the scan makes a link hold, break, or stay untested."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from valuelab.analysis.reviews.outcome_chain import review_chain, stages
from valuelab.types import Customer, Measure

MONTHS = pd.period_range("2019-07", "2025-06", freq="M")


def customer(*, sign: float = 1.0, better: str = "higher", reverse: bool = False, months: int = 72, linked: bool = True) -> Customer:
    """First moves two months before Second by ``sign``; Third has nothing to do with either."""
    rng = np.random.default_rng(3)
    push = rng.standard_normal(len(MONTHS) + 2)
    lead, follow = push[2:], sign * push[:-2] + 0.3 * rng.standard_normal(len(MONTHS))
    if not linked:
        follow = rng.standard_normal(len(MONTHS))
    if reverse:
        lead, follow = follow, lead
    values = {"First": 20 + lead, "Second": 50 + follow, "Third": 900 + 9 * rng.standard_normal(len(MONTHS))}
    made = {n: Measure(n, pd.Series(v, MONTHS, name=n).iloc[-months:], total_by="mean", better=better if n == "First" else "higher") for n, v in values.items()}
    return Customer("acme", "Acme", MONTHS[-1], "USD", started=pd.Period("2025-01", "M"), outcome=made.pop("Third"), indicators=made, chain=("First", "Second", "Third"))


@pytest.mark.parametrize(("world", "state"), [
    (dict(), "holds"), (dict(sign=-1.0), "broken"), (dict(sign=-1.0, better="lower"), "holds"), (dict(better="lower"), "broken"), (dict(reverse=True), "broken"),
    (dict(months=20), "untested"), (dict(linked=False), "not shown"),
])
def test_a_link_holds_where_the_cause_moves_first_and_to_the_better(world, state):
    found = review_chain(customer(**world))
    assert found.links[0].state == state, found.links[0]
    assert bool(found.links[0].test) == (state != "holds")


def test_a_link_with_too_few_months_says_from_when_it_can_be_tested():
    found = review_chain(customer(months=20)).links[0]
    assert str(found.from_period) == "2025-10"
    assert "expected_lag" in found.test


def test_each_step_has_its_own_baseline_and_its_own_better():
    account = customer(better="lower")
    found = review_chain(account)
    first = found.steps[0]
    series = account.indicators["First"].series
    assert [s.stage for s in found.steps] == ["initial", "secondary", "tertiary"]
    assert first.baseline.value == pytest.approx(series["2024-01":"2024-12"].mean())
    assert first.now.value == pytest.approx(series.iloc[-3:].mean())
    assert first.wanted == (first.change.value < 0)
    assert stages(4) == ("initial", "secondary", "secondary", "tertiary")


def test_no_chain_no_answer():
    account = customer()
    assert review_chain(Customer("acme", "Acme", MONTHS[-1], "USD", outcome=account.outcome, indicators=account.indicators)) is None
