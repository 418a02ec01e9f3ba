"""Notebook 02 in words, tables and pictures: what a reader is told of a scan."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from tests.analysis.worlds import memory, months, world
from tests.present import examples
from tests.present.shapes import progress
from valuelab.analysis.before_after import before_and_after
from valuelab.analysis.leads import scan_leading_indicators
from valuelab.analysis.next_measures import measure_next
from valuelab.present.figures import plain
from valuelab.present.lead_tables import p_text
from valuelab.present.show import show
from valuelab.present.wording import evidence
from valuelab.present.wording import indicators as indicator_words
from valuelab.types import Measure


def review(outcome: pd.Series, indicators: dict, **options):
    """A review as the notebook has it, of these series."""
    scan = scan_leading_indicators(outcome, indicators, **options)
    blank = replace(examples.indicator_review(), outcome=scan.outcome, progress=(), scan=scan, warnings=scan.warnings)
    return replace(blank, pictured=before_and_after(scan), next=measure_next(outcome, indicators, scan=scan))


def tickets(sign: int = -1, count: int = 60) -> tuple[pd.Series, pd.Series]:
    """Clients that tickets move, plainly, four months later."""
    rng = np.random.default_rng(1)
    source = memory(0.3, count + 12, rng)
    clients = np.exp(7 + 0.08 * sign * np.roll(source, 4) + 0.02 * rng.normal(size=count + 12))
    return pd.Series(clients[12:], months(count), name="Clients"), pd.Series(200 + 20 * source[12:], months(count))


def words(block) -> str:
    return " ".join([plain(block.lead), *map(plain, block.sentences)])


def cells(block) -> list[list[str]]:
    return [[plain(c.html) for c in row] for row in block.tables[0].rows]


def test_the_opposite_direction_is_said_in_plain_words_everywhere():
    result = review(tickets()[0], {"Tickets": tickets()[1]})
    told = words(show(result))
    assert "Tickets moves four months before Clients, in the opposite direction: higher Tickets, lower Clients four months later" in told
    assert cells(show(result, "scan"))[0][1] == "leads, opposite direction"
    assert "leads by 4 months, in the opposite direction" in show(result, "scan").charts[0].alt
    same = review(tickets(1)[0], {"Tickets": tickets(1)[1]})
    assert "higher Tickets, higher Clients four months later" in words(show(same)) and "opposite" not in words(show(same))


@pytest.mark.parametrize(("value", "text"), [(None, "–"), (1e-7, "< .001"), (0.000999, "< .001"), (0.001, ".001"), (0.0136, ".014"), (0.9996, "1"), (1.0, "1")])
def test_a_small_p_is_not_claimed_to_the_last_digit(value, text):
    assert p_text(value) == text


def test_the_lag_interval_and_the_share_are_shown():
    result = review(*world(60, np.random.default_rng(4), lead=3))
    verdict = result.scan.verdicts[0]
    result = replace(result, scan=replace(result.scan, verdicts=(replace(verdict, lag_low=2, lag_high=4), *result.scan.verdicts[1:])))
    assert cells(show(result, "scan"))[0][2] == "3 (2 to 4)"
    assert "(plausible lags: 2 to 4)" in words(show(result)) and "trend, season and momentum do not explain" in words(show(result))


def test_not_shown_comes_with_what_could_have_been_seen():
    result = review(*world(48, np.random.default_rng(6)))
    told = words(show(result))
    sight = result.scan.verdicts[0].sight
    assert f"x0: with 48 months, a lead that goes with {sight.detectable.value * 100:.0f} % or more of the unexplained movement" in told
    assert cells(show(result, "scan"))[0][4] == f"{sight.detectable.value * 100:.0f} %"


def test_too_few_months_say_two_dates():
    y, xs = world(40, np.random.default_rng(7))
    result = review(y, {"young": xs["x0"].iloc[-10:], "old": xs["x1"]})
    told = words(show(result))
    assert "young (can be tested from" in told and "would be found in four of five cases from" in told


def test_a_copy_cannot_warn():
    y, xs = world(40, np.random.default_rng(8))
    told = words(show(review(y, {"Invoices": 3 * y, "x1": xs["x1"]})))
    assert "Invoices cannot warn of anything: it is the same figure as clients in other units" in told
    earlier = review(y, {"Invoices": y.set_axis(y.index - 2)})
    assert "Invoices moves" not in words(show(earlier)) and "2 months earlier" in words(show(earlier))
    assert cells(show(earlier, "scan"))[0][1].endswith("(the same figure)")


def test_lines_before_and_after_have_both_correlations_and_both_pictures():
    rng = np.random.default_rng(9)
    rising = [pd.Series(100 + 2 * np.arange(48) + 5 * rng.normal(size=48), months(48), name="Orders") for _ in range(8)]
    reviews = (review(one, {"Staff": other}) for one, other in zip(rising[::2], rising[1::2], strict=True))
    result = next(r for r in reviews if r.pictured.verdict == "not shown")
    block = show(result, "before and after")
    raw, left = result.pictured.raw_correlation.value, result.pictured.surprise_correlation.value
    assert raw > 0.9 and f"have a correlation of {raw:.2f}" in words(block) and "no more than chance gives" in words(block)
    assert f"{abs(left):.2f}" in words(block)
    assert block.charts[0].source != block.charts[0].narrow_source and f"{raw:.2f}" in block.charts[0].alt
    assert cells(show(result, "scan"))[0][6] == f"{raw:.2f}"


def test_a_line_that_only_looks_linked_is_named_beside_the_lead():
    y, x = tickets(1)
    trend = np.linspace(0, 6, len(y))
    rising = pd.Series(50 + 3 * trend + np.random.default_rng(3).normal(size=len(y)), y.index)
    result = review((y * np.exp(trend)).rename("Clients"), {"Tickets": x, "Staff": rising})
    assert result.pictured.indicator == "Tickets"
    assert "Staff looks linked as well" in words(show(result, "before and after"))


def test_one_sentence_an_indicator_says_what_to_do():
    y, xs = world(30, np.random.default_rng(2))
    result = review(y, xs)
    item = result.next.items[0]
    told = [plain(s) for s in show(result, "next").sentences]
    assert len(told) == 4 and "counts on new months only" in told[3]
    assert told[0].startswith(f"x0: name the lag now: {item.months_named} months")
    assert f"are enough instead of {item.months_searched}" in told[0]
    row = cells(show(result, "next"))[0]
    assert row[2:5] == ["30", str(item.months_searched), str(item.months_named)]


def test_answers_are_told_in_words_and_columns():
    rng = np.random.default_rng(3)
    index = months(40)
    mood = Measure("mood", pd.Series(7 + 0.4 * rng.normal(size=40) + 0.4 * rng.normal(size=40), index), answers=pd.Series(25.0, index), scale=(0, 10))
    blind = Measure("blind", pd.Series(7 + rng.normal(size=40), index), scale=(0, 10))
    result = review(world(40, rng)[0], {"mood": mood, "blind": blind})
    told = [plain(s) for s in show(result, "next").sentences]
    assert "With 25 answers a wave only about" in told[0] and "would let nine tenths through" in told[0]
    assert "how many answers a wave has is not in the data" in told[1]
    assert len(show(result, "next").tables[0].header) == 10
    assert any("fifth of its scale" in w for w in show(result, "next").warnings)


def test_results_of_their_own_can_be_shown():
    y, xs = world(36, np.random.default_rng(5))
    scan = scan_leading_indicators(y, xs)
    assert show(scan).charts and show(before_and_after(scan)).charts and show(measure_next(y, xs, scan=scan)).tables
    assert evidence.share_word(0.5) == "half" and evidence.share_word(0.4) == "40 %"


def test_points_behind_plan_are_said_without_their_sign_and_marked_so():
    """"7 points behind" stands for −0.07: whoever reads the figure's value is told that the sign is in the words."""
    behind, ahead = (str(indicator_words.progress(progress("", way))) for way in (0.3, 1.2))
    assert "points behind plan" in behind and 'data-shown="size"' in behind
    assert "points ahead of plan" in ahead and 'data-shown="size"' not in ahead
