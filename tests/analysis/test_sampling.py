from __future__ import annotations

import numpy as np
import pytest

from valuelab.analysis.sampling import draw, interval_level, summarise
from valuelab.errors import AnalysisError
from valuelab.types import Estimate

SIZE = 20_000


def generator(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def test_bare_numbers_do_not_vary():
    for bare in (0.05, Estimate(0.05), Estimate(0.05, 0.05, 0.05)):
        assert (draw(bare, SIZE, generator()) == 0.05).all()


@pytest.mark.parametrize(("level", "ends"), [(None, (0.1, 0.9)), (0.8, (0.1, 0.9)), (0.95, (0.025, 0.975)), (0.5, (0.25, 0.75))])
def test_the_stated_range_is_the_range_of_the_draws(level, ends):
    draws = draw(Estimate(5, 3, 9, level=level), SIZE, generator())
    low, middle, high = np.quantile(draws, [ends[0], 0.5, ends[1]])
    assert (low, middle, high) == pytest.approx((3, 5, 9), abs=0.02)


def test_each_side_is_half_a_normal():
    draws = draw(Estimate(0, -1, 3, level=0.8), SIZE, generator())
    assert np.quantile(draws, 0.025) == pytest.approx(-1.96 / 1.2816, abs=0.02)
    assert np.quantile(draws, 0.975) == pytest.approx(3 * 1.96 / 1.2816, abs=0.05)


def test_a_range_of_everything_is_a_triangle():
    draws = draw(Estimate(5, 3, 9, level=1.0), SIZE, generator())
    assert draws.min() >= 3 and draws.max() <= 9
    assert draws.mean() == pytest.approx((3 + 5 + 9) / 3, abs=0.01)
    assert (draws < 5).mean() == pytest.approx(1 / 3, abs=0.01)
    for edge in (3, 9):  # the value may stand at an end
        assert np.isfinite(draw(Estimate(edge, 3, 9, level=1.0), SIZE, generator())).all()


def test_the_seed_decides():
    uncertain = Estimate(5, 3, 9)
    assert (draw(uncertain, 100, generator(1)) == draw(uncertain, 100, generator(1))).all()
    assert (draw(uncertain, 100, generator(1)) != draw(uncertain, 100, generator(2))).any()


def test_draws_of_two_numbers_are_unrelated():
    rng = generator()
    first, second = (draw(Estimate(5, 3, 9), SIZE, rng) for _ in range(2))
    assert abs(np.corrcoef(first, second)[0, 1]) < 0.03


def test_one_draw_is_a_draw():
    assert len({float(draw(Estimate(5, 3, 9), 1, generator(seed))[0]) for seed in range(5)}) == 5


@pytest.mark.parametrize("call", [
    lambda: draw(Estimate(10, 3, 9), 10, generator()),
    lambda: draw(Estimate(5, 3, 9, level=80), 10, generator()),
    lambda: draw(Estimate(5, 3, 9, level=0), 10, generator()),
    lambda: draw(5, 0, generator()),
])
def test_wrong_arguments_are_named(call):
    with pytest.raises(AnalysisError):
        call()


def test_the_level_of_a_combined_figure():
    agreed, measured, everything = Estimate(5, 3, 9), Estimate(5, 3, 9, level=0.95), Estimate(5, 3, 9, level=1.0)
    assert interval_level(1.0, None, Estimate(2)) is None
    assert interval_level(agreed, 3) == 0.8
    assert interval_level(agreed, measured) == 0.95
    assert interval_level(measured, measured) == 0.95
    assert interval_level(everything) == 0.95


def test_an_interval_holds_its_value():
    assert summarise(5.0, np.linspace(6.0, 7.0, 1001), level=0.8) == (5.0, 5.0, pytest.approx(6.9, abs=1e-3))
    assert summarise(5.0, np.array([6.0, 7.0]), level=None) == (5.0, None, None)


def test_where_one_figure_varies_its_interval_is_exact():
    agreed = Estimate(5.0, 3.0, 9.0, level=0.8)
    assert summarise(5.0, draw(agreed, 20_000, generator()), level=0.8) == (5.0, pytest.approx(3.0, rel=1e-6), pytest.approx(9.0, rel=1e-6))
    assert summarise(50.0, 10 * draw(agreed, 20_000, generator(7)), level=0.8)[1:] == (pytest.approx(30.0, rel=1e-6), pytest.approx(90.0, rel=1e-6))
