"""What every result of an analysis has, on ordinary series and on sizes that no business has."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from valuelab.analysis.baseline import fit_baseline
from valuelab.analysis.conversion import fit_conversion
from valuelab.analysis.effect import measure_effect
from valuelab.analysis.leads import scan_leading_indicators
from valuelab.analysis.projection import project
from valuelab.simulation.worlds import World
from valuelab.types import CannotSay

MONTHS = 36


def series(size: float = 1.0) -> tuple[pd.Series, pd.Series]:
    outcome, indicators = World(MONTHS, lead=3).draw(np.random.default_rng(4))
    return outcome * size, indicators["x0"] * size


ANALYSES = {
    "scan": lambda y, x: scan_leading_indicators(y, {"x": x}),
    "conversion": lambda y, x: fit_conversion(y, x, lag_months=3),
    "conversion, turned round": lambda y, x: fit_conversion(x, y, lag_months=3),
    "baseline": lambda y, x: fit_baseline(y),
    "projection": lambda y, x: project(y, through=y.index[-1] + 6, draws=1000),
    "effect": lambda y, x: measure_effect(y, started=str(y.index[-6])),
    "cannot say": lambda y, x: project(y.iloc[:5], through=y.index[10]),
}


@pytest.mark.parametrize("size", [1.0, 1e12, 1e-12, 1e280, 1e-280])
@pytest.mark.parametrize("analysis", ANALYSES)
def test_a_frame_a_dictionary_warnings_a_status_and_one_line(analysis, size):
    result = ANALYSES[analysis](*series(size))
    json.dumps(result.to_dict(), allow_nan=False)
    frame = result.to_frame()
    assert isinstance(frame, pd.DataFrame) and len(frame)
    assert isinstance(result.warnings, tuple) and result.status
    assert len(repr(result)) < 300 and "\n" not in repr(result)
    if isinstance(result, CannotSay):
        assert result.reason


def test_figures_of_a_result_stand_in_its_frame():
    result = ANALYSES["effect"](*series())
    frame = result.to_frame().set_index("figure")
    assert tuple(frame.loc["effect", ["value", "low", "high"]]) == (result.effect.value, result.effect.low, result.effect.high)
    assert {"total", "detectable", "verdict"} <= set(frame.index)


def test_the_frame_of_a_projection_is_its_path():
    projected = ANALYSES["projection"](*series())
    pd.testing.assert_frame_equal(projected.to_frame(), projected.path)
    assert list(projected.to_frame().columns) == ["value", "low_80", "high_80", "low_95", "high_95"]


def test_sizes_at_which_squares_overflow_are_told():
    told = fit_conversion(*series(1e300), lag_months=3)
    assert isinstance(told, CannotSay) and "unit" in told.fix
