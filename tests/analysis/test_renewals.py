"""Renewals: the order of pairs and its interval, calibration by light, and how many are needed where there are too few."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from valuelab import show
from valuelab.analysis.renewals import review_renewals
from valuelab.audit.formula import work_out
from valuelab.errors import AnalysisError
from valuelab.present.figures import plain
from valuelab.registers import Decided, RenewalRegister
from valuelab.renewal_order import order_interval, renewals_needed

SCORES = st.lists(st.integers(0, 20).map(lambda v: v / 20), min_size=1, max_size=12)


def register(kept: list[float], lost: list[float], **more) -> RenewalRegister:
    return RenewalRegister(tuple(Decided(f"2025-01-{i % 28 + 1:02d}", renewed, s) for i, (renewed, s) in enumerate([(True, s) for s in kept] + [(False, s) for s in lost])), scored_before=True, **more)


def test_known_orders():
    assert order_interval([0.9] * 5, [0.1] * 5)[0] == 1
    assert order_interval([0.5] * 5, [0.5] * 5)[0] == 0.5  # ties count half
    chance, low, high = order_interval([0.9, 0.8, 0.7], [0.6, 0.75])
    assert chance == pytest.approx(5 / 6)
    assert 0 < low < chance < high <= 1
    with pytest.raises(AnalysisError):
        order_interval([], [0.5])


@given(SCORES, SCORES)
def test_the_interval_mirrors_holds_the_order_and_is_never_empty(kept, lost):
    chance, low, high = order_interval(kept, lost)
    assert 0 <= low <= chance + 1e-12
    assert chance - 1e-12 <= high <= 1
    assert high > low
    assert order_interval(lost, kept) == pytest.approx((1 - chance, 1 - high, 1 - low), abs=1e-9)


def test_the_interval_covers_where_few_and_well_parted_scores_break_others():
    rng = np.random.default_rng(20)
    for truth, distance, m, n in ((0.5, 0.0, 10, 10), (0.85, 1.4657, 20, 5), (0.95, 2.3262, 10, 10)):
        held = 0
        for _ in range(400):
            _, low, high = order_interval(rng.normal(distance, 1, m).tolist(), rng.normal(0, 1, n).tolist())
            held += low <= truth <= high
        assert held / 400 >= 0.925  # 0.95 less 2.3 standard errors


def test_a_score_that_tells_them_apart_and_one_that_misleads():
    kept, lost = [0.9, 0.85, 0.8, 0.8, 0.75, 0.7, 0.9], [0.3, 0.4, 0.45, 0.5, 0.6]
    good, bad = review_renewals(register(kept, lost)), review_renewals(register(lost, kept))
    assert (good.verdict, bad.verdict) == ("tells them apart", "the wrong way round")
    assert (good.needed, good.lost) == (None, 5)
    assert work_out(good.order.derivation.formula, {i.name: i.value for i in good.order.derivation.inputs}) == pytest.approx(good.order.value)
    assert work_out(good.off.derivation.formula, {i.name: i.value for i in good.off.derivation.inputs}) == pytest.approx(good.off.value)


def test_too_few_say_how_many_are_needed():
    found = review_renewals(register([0.9, 0.8, 0.7], [0.3, 0.2, 0.1, 0.4]))
    assert (found.verdict, found.order, found.off) == ("too few", None, None)
    assert found.needed.value >= 10
    text = plain(str(show(found).html()))
    assert "Too few renewals to say" in text
    assert "renewals would be needed" in text
    only = review_renewals(register([0.9] * 30, []))
    assert (only.verdict, only.needed.value > 100) == ("too few", True)  # hardly any are lost, so many renewals are needed


def test_one_that_cannot_be_said_says_so():
    rng = np.random.default_rng(4)
    found = review_renewals(register(rng.uniform(0, 1, 12).tolist(), rng.uniform(0, 1, 8).tolist()))
    assert found.verdict == "cannot say"
    assert "cannot be said" in plain(str(show(found).html()))
    many = review_renewals(register(rng.uniform(0, 1, 60).tolist(), rng.uniform(0, 1, 60).tolist()))
    if many.verdict == "cannot say":
        assert "would have shown four times in five" in plain(str(show(many).html()))


def test_how_many_are_needed_is_right_by_simulation():
    assert [renewals_needed(s) for s in (0.5, 0.8)] == [40, 63]
    rng, seen = np.random.default_rng(9), 0
    for _ in range(400):  # scores of normal people that order three pairs of four
        seen += order_interval(rng.normal(0.9539, 1, 50).tolist(), rng.normal(0, 1, 13).tolist())[1] > 0.5
    assert 0.72 <= seen / 400 <= 0.9


def test_bands_are_held_against_the_score_read_as_a_chance():
    found = review_renewals(register([0.8] * 4 + [0.6] * 3, [0.8] * 16 + [0.6] * 3 + [0.2] * 2))
    by_light = {b.light: b for b in found.bands}
    assert (by_light["green"].fit, by_light["amber"].fit, by_light["red"].fit) == ("fewer renew than it says", "fits", "fits")
    assert found.off.value < 0
    assert "too high" in plain(str(show(found).html()))
    empty = review_renewals(register([0.9] * 6, [0.8] * 6))
    assert [b.renewed is None for b in empty.bands] == [False, True, True]
    assert show(empty).html()


def test_repeated_accounts_and_unknown_dates_of_scores_are_said():
    rows = tuple(Decided("2025-01-01", i % 2 == 0, 0.5, account=i // 2) for i in range(12))
    warnings = review_renewals(RenewalRegister(rows)).warnings
    assert any("after the decision proves nothing" in w for w in warnings)
    assert any("stand there more than once" in w for w in warnings)
