"""Surveys and the net promoter score: intervals that hold with few answers, a change only where it can be said."""

from __future__ import annotations

from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st

from valuelab.analysis.promoter_score import change_interval, nps_interval
from valuelab.analysis.proportions import wilson
from valuelab.analysis.surveys import review_survey
from valuelab.audit.formula import work_out
from valuelab.errors import AnalysisError
from valuelab.registers import Survey, SurveyRound


def covered(n: int, up: float, down: float) -> float:
    """How often the interval holds the truth, over every answer that n people can give: no draws."""
    total, truth = 0.0, up - down
    for a in range(n + 1):
        for b in range(n + 1 - a):
            _, low, high = nps_interval(a, b, n)
            if low - 1e-9 <= truth <= high + 1e-9:
                total += comb(n, a) * comb(n - a, b) * up**a * down**b * (1 - up - down) ** (n - a - b)
    return total


@pytest.mark.parametrize(("n", "up", "down"), [(5, 0.5, 0.2), (8, 0.3, 0.3), (8, 0.8, 0.2), (10, 0.6, 0.2), (10, 0.9, 0.05), (15, 0.95, 0.02), (15, 0.5, 0.45), (20, 0.2, 0.1), (20, 0.1, 0.8)])
def test_the_interval_of_a_net_promoter_score_holds_at_small_n(n, up, down):
    assert 0.93 <= covered(n, up, down) <= 1.0


def test_without_passives_it_is_the_interval_of_one_share():
    for a, n in ((8, 10), (3, 30), (0, 7)):
        low, high = wilson(a, n)
        assert nps_interval(a, n - a, n)[1:] == pytest.approx((2 * low - 1, 2 * high - 1), abs=1e-9)


@given(st.integers(0, 60), st.integers(0, 60), st.integers(0, 60), st.sampled_from([0.8, 0.95, 0.99]))
def test_it_never_leaves_the_scale_mirrors_and_is_never_empty(up, middle, down, level):
    n = up + middle + down
    if not n:
        return
    score, low, high = nps_interval(up, down, n, level=level)
    assert -1 <= low <= score + 1e-12
    assert score - 1e-12 <= high <= 1
    assert high - low > 0
    assert nps_interval(down, up, n, level=level) == pytest.approx((-score, -high, -low), abs=1e-9)


@pytest.mark.parametrize("counts", [(0, 0, 0), (5, 6, 10), (-1, 0, 5), (1, 1, float("nan"))])
def test_counts_that_do_not_fit_are_refused(counts):
    with pytest.raises(AnalysisError):
        nps_interval(*counts)


def test_a_change_between_rounds_is_said_only_where_its_interval_excludes_zero():
    quiet = review_survey(Survey("Us", "recommend", (SurveyRound("2025-01", 20, 8, 6), SurveyRound("2025-06", 20, 11, 4))))
    assert quiet.change.value == pytest.approx(25.0)
    assert (quiet.verdict, quiet.change.low < 0 < quiet.change.high) == ("cannot say", True)
    loud = review_survey(Survey("Us", "recommend", (SurveyRound("2025-01", 200, 80, 60), SurveyRound("2025-06", 200, 110, 40))))
    assert loud.verdict == "better"
    assert loud.change.unit == "points"
    down = review_survey(Survey("Easy", "effort", (SurveyRound("2025-01", 90, 70), SurveyRound("2025-06", 95, 30))))
    assert (down.verdict, down.change.unit) == ("worse", "fraction points")
    assert down.last.figure.value == pytest.approx(30 / 95)


def test_formulas_can_be_done_again_and_the_difference_mirrors():
    found = review_survey(Survey("Us", "recommend", (SurveyRound("2025-01", 40, 20, 8), SurveyRound("2025-06", 44, 30, 3))))
    for figure in (found.last.figure, found.change):
        assert work_out(figure.derivation.formula, {i.name: i.value for i in figure.derivation.inputs}) == pytest.approx(figure.value)
    one, other = nps_interval(30, 3, 44), nps_interval(20, 8, 40)
    there, back = change_interval(one, other), change_interval(other, one)
    assert there == pytest.approx((-back[0], -back[2], -back[1]))


def test_one_round_says_nothing_of_a_change():
    found = review_survey(Survey("Us", "recommend", (SurveyRound("2025-01", 20, 8, 6),)))
    assert (found.change, found.verdict) == (None, None)
