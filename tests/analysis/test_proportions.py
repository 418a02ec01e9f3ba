"""Shares with intervals, against published examples and properties."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from valuelab.analysis.proportions import newcombe, wilson
from valuelab.errors import AnalysisError

# Newcombe (1998), Statistics in Medicine 17, 857-872, table I, method 3
PUBLISHED = [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718), (29, 29, 0.8830, 1.0)]
# Newcombe (1998), Statistics in Medicine 17, 873-890, table II, method 10
DIFFERENCES = [(56, 70, 48, 80, 0.0524, 0.3339), (9, 10, 3, 10, 0.1705, 0.8090), (10, 10, 0, 20, 0.6791, 1.0)]


@pytest.mark.parametrize(("count", "of", "low", "high"), PUBLISHED)
def test_wilson_gives_the_published_intervals(count, of, low, high):
    assert wilson(count, of) == pytest.approx((low, high), abs=6e-5)


@pytest.mark.parametrize(("count", "of", "other", "of_other", "low", "high"), DIFFERENCES)
def test_newcombe_gives_the_published_intervals(count, of, other, of_other, low, high):
    assert newcombe(count, of, other, of_other)[1:] == pytest.approx((low, high), abs=6e-5)


@given(st.integers(1, 5000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_wilson_holds_the_share_and_stays_inside(case):
    count, of = case
    low, high = wilson(count, of)
    assert 0 <= low <= count / of <= high <= 1
    assert low < high
    mirrored = wilson(of - count, of)
    assert (1 - mirrored[1], 1 - mirrored[0]) == pytest.approx((low, high), abs=1e-9)


def test_what_is_no_share_is_refused():
    for count, of in ((3, 2), (-1, 5), (1, 0), (float("nan"), 5)):
        with pytest.raises(AnalysisError):
            wilson(count, of)
