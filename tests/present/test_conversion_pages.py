"""Notebook 03 for outcomes that are not read in percent, for searched lags and for surveys: words, pictures and tables agree."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from valuelab.analysis.reviews import review_conversion, review_value
from valuelab.present.figures import plain
from valuelab.present.show import PARTS, Nothing, show
from valuelab.types import ConversionAgreement, Customer, Estimate, Measure, Target

MONTHS = pd.period_range("2021-01", periods=48, freq="M")


def outcome(level: float) -> tuple[pd.Series, pd.Series]:
    """A score around ``level``, four points more for each point of the indicator three months before."""
    rng = np.random.default_rng(5)
    mood = 6 + 0.8 * rng.normal(size=51)
    return pd.Series(level + 4 * (mood[:48] - 6) + 1.5 * rng.normal(size=48), MONTHS), pd.Series(mood[3:], MONTHS)


def customer(level: float = 20.0, *, share: bool = False, agreed: float | None = None, better: str = "higher", target: float | None = None,
             answers: float | None = None) -> Customer:
    y, x = outcome(level)
    size = 0.01 if share else 1.0
    goal = Target(MONTHS[-1] + 6, (level + 8 if target is None else target) * size)
    made = Measure("NPS", (y * size).rename("NPS"), total_by="mean", unit="fraction" if share else "points", scale=None if share else (-100.0, 100.0),
                   targets=(goal,), better=better)
    survey = None if answers is None else pd.Series(answers, MONTHS)
    indicator = Measure("Mood", x.rename("Mood"), scale=(0.0, 10.0), expected_lag=3, answers=survey)
    effect = () if agreed is None else (ConversionAgreement("Mood", Estimate(agreed, unit="fraction", kind="agreed", key="assumptions.mood"), "additive"),)
    return Customer("x", "Example", MONTHS[-1], "USD", outcome=made, indicators={"Mood": indicator}, conversions=effect)


def pages(account: Customer) -> dict[str, str]:
    review = review_conversion(account)
    blocks = {part: show(review, part) for part in PARTS[type(review)]}
    told = {part: plain(b.html()) for part, b in blocks.items() if not isinstance(b, Nothing)}
    for b in blocks.values():
        if not isinstance(b, Nothing):
            json.dumps(b.payload(), allow_nan=False)
    assert not any(re.search(r"\bnan\b|\bNone\b|\binf\b", text) for text in told.values())
    return told


def test_a_score_is_told_in_its_own_points():
    told = pages(customer())
    assert re.search(r"One more point of Mood goes with \d[\d.]* points \(95 %: .*\) more NPS three months later", told[""])
    assert "compound" not in told[""] and "NPS is a score" in told["effect"]
    assert "measured, additive" in told["points"] and "measured, compound" not in told["points"]


def test_agreed_in_percent_stands_beside_measured_in_points_and_percent_of_the_base():
    told = pages(customer(agreed=0.05))
    assert re.search(r"You agreed 5 % more NPS for each point of Mood; the data say [\d.]+ points \(95 %: .*\), [\d.]+ % of the base, three months later", told[""])
    assert "agreed, compound" in told["points"] and "measured, compound" not in told["points"]


@pytest.mark.parametrize("agreed", [None, 0.05])
def test_a_score_around_nought_has_no_percent_and_says_so(agreed):
    account = customer(level=0.5, agreed=agreed)
    item = review_conversion(account).items[0]
    assert item.measured_effect is None and item.worth_measured is None and item.agreement == ""
    told = pages(account)
    assert ("no base well above 0" in told[""]) == (agreed is None)
    review_value(account)


def test_a_share_is_told_in_percentage_points_and_its_goal_in_percent():
    told = pages(customer(level=50, share=True))
    assert "percentage points" in told[""] and "58 %" in told[""] and "58 %" in told["points"]


def test_points_lead_back_to_the_goal():
    account = customer()
    item = review_conversion(account).items[0]
    needed = item.needed[0].needed.additive.points.value
    base = review_conversion(account).base.value
    assert base + needed * item.measured.added.value == pytest.approx(28.0)


def test_a_goal_that_lies_below_is_not_called_reached():
    """Complaints should fall; more of the indicator goes with more of them."""
    told = pages(customer(level=60, share=True, better="lower", target=50))
    assert "must fall by" in told[""] and "already reached" not in told[""]


def test_every_row_of_points_is_marked():
    told = pages(customer(agreed=0.05, target=90))
    assert "off the scale" in told["points"] and "Level of Mood" not in told[""]
    reached = pages(customer(agreed=0.05, target=21))
    assert "within what was seen" in reached["points"]


def test_what_was_corrected_is_told_with_the_figure_before():
    told = pages(customer(answers=40.0))
    assert "carries sampling error" in told["effect"] and "Before correction one point of Mood went with" in told["effect"]
    assert "not corrected" not in told["effect"]


@pytest.mark.parametrize(("agreed", "better", "indicator_better", "warned"), [
    (0.05, "higher", "higher", False), (-0.05, "higher", "higher", True), (0.05, "higher", "lower", True), (-0.05, "higher", "lower", False),
    (0.05, "lower", "lower", False), (0.05, "lower", "higher", True),
])
def test_an_agreed_effect_that_goes_the_wrong_way_is_pointed_out(agreed, better, indicator_better, warned):
    account = customer(agreed=agreed, better=better)
    account = replace(account, indicators={"Mood": replace(account.indicators["Mood"], better=indicator_better)})
    said = " ".join(review_conversion(account).warnings)
    assert ("as written, the better it gets the worse" in said) is warned
    if warned:
        assert f"write {'−' if agreed > 0 else ''}5 % per point" in said
