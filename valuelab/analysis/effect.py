"""What the initiative changed, against what would have happened: counterfactual, placebos, detectable effect."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from valuelab.types import CannotSay, Estimate, Measure, Result


@dataclass(frozen=True, slots=True, eq=False)
class Effect(Result):
    """What ``measure_effect`` finds.

    ``effect``: (actual − counterfactual) / counterfactual over the periods since the start. ``total``: the same in units.
    ``detectable``: smallest fraction that would be seen with 80 % power. ``path``: PeriodIndex; actual, counterfactual, low_95,
    high_95 since the start. ``placebos``: start, effect (fraction) of fake starts in the history. ``split``: part (trend, season,
    initiative, unexplained), value (fraction of the level before). ``verdict``: up | down | inconclusive | too early.
    """

    name: str
    unit: str
    started: pd.Period
    periods_since: int
    effect: Estimate
    total: Estimate
    detectable: Estimate
    path: pd.DataFrame
    placebos: pd.DataFrame
    placebos_flagged: Estimate | None
    split: pd.DataFrame
    verdict: str
    reason: str
    warnings: tuple[str, ...] = ()
    status: str = "ok"


def measure_effect(outcome: Measure | pd.Series, *, started, controls: Mapping[str, Measure | pd.Series] | None = None,
                   total_by="sum", seed: int = 0) -> Effect | CannotSay:
    raise NotImplementedError
