"""How often methods are wrong, in the reports: every figure from the result, nothing where nothing was measured."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.present import examples
from valuelab.present.figures import plain
from valuelab.present.show import Nothing, show
from valuelab.types import CannotSay, Estimate


def rate(value: float, key: str, where: str = "measured on 1,200 invented accounts: 36 months") -> Estimate:
    return Estimate(value, value - 0.02, value + 0.02, level=0.95, n=1200, unit="fraction", convention=where, key=key)


def text(block) -> str:
    return plain(block.html())


def test_the_scan_says_how_often_it_cries_wolf():
    review = examples.indicator_review()
    real = rate(0.03, "leads.false_alarms_real", "measured on 400 pairs of real series that cannot be related: 36 months")
    scan = replace(review.scan, false_alarm_rate=rate(0.047, "leads.false_alarm_rate"), record=(real,))
    block = show(replace(review, scan=scan), "record")
    assert "called something in 4.7 % (95 %: 2.7 to 6.7) of cases" in text(block)
    assert "400 pairs of real series that cannot be related" in text(block) and "3 % (95 %: 1 to 5)" in text(block)
    assert [e["key"] for e in block.data] == ["leads.false_alarm_rate", "leads.false_alarms_real"]
    assert "in accounts like this one calls something in 4.7 %" in text(show(scan))


def test_a_rate_that_was_not_measured_is_what_the_scan_is_built_for():
    block = show(examples.indicator_review(), "record")
    assert "built to call something in 5 % of cases" in text(block)


def test_projection_effect_and_slope_say_how_often_their_intervals_held():
    review = examples.baseline_review()
    review = replace(review, projection=replace(review.projection, record=(rate(0.94, "projection.record"), rate(0.93, "projection.record_real", "measured on 200 real series: 36 months"))),
                     effect=replace(review.effect, record=(rate(0.051, "effect.record"),)))
    told = text(show(review, "record"))
    for said in ("94 % (95 %: 92 to 96) came to lie inside", "93 %", "200 real series", "an effect was called in 5.1 %"):
        assert said in told
    review = examples.conversion_review()
    (item,) = review.items
    measured = replace(item.measured, record=(rate(0.95, "conversion.Logins.record"),))
    told = text(show(replace(review, items=(replace(item, measured=measured),)), "record"))
    assert "Logins: of 95 % intervals like this one, at a lag that was fixed in advance, 95 %" in told


@pytest.mark.parametrize("review", [examples.baseline_review(), examples.conversion_review(), replace(examples.indicator_review(), scan=CannotSay("no months", ""))])
def test_nothing_measured_nothing_shown(review):
    assert isinstance(show(review, "record"), Nothing)
