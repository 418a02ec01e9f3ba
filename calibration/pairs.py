"""Pairs of real series that cannot be related: other families, other years, the same calendar months.

The indicator's window ends at least two years before the outcome's begins, or begins two years after it ends, so that no
lag of the scan can join them. What they may still share is what fools a scan: calendars, momentum, booms, noisy months.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from calibration.corpus import Real, real_series

YEARS_APART = 2
TRIES = 100_000
KINDS = ("employment", "housing", "births", "price")  # of families; all others are one more kind


@dataclass(frozen=True, slots=True, eq=False)
class Pair:
    """``outcome`` and ``indicator`` on the outcome's months; ``names``: what they are and when each window begins."""

    outcome: pd.Series
    indicator: pd.Series
    names: tuple[str, str]


def unrelated_pairs(half: str, months: int, count: int, seed: int = 0) -> Iterator[Pair]:
    """``count`` pairs of windows of ``months`` months from one half of the corpus.

    Kinds are drawn evenly (employment, housing, births, prices, all others), so that the largest source does not speak for all.
    """
    rng = np.random.default_rng([seed, months])
    kinds = _by_kind([real for real in real_series(half) if len(real.values) >= months])
    made = tried = 0
    while made < count:
        tried += 1
        if tried > TRIES:
            raise RuntimeError(f"only {made} of {count} pairs of {months} months found")
        outcome, indicator = (_one(kinds, rng) for _ in range(2))
        if (outcome.place, outcome.family) == (indicator.place, indicator.family):
            continue
        first = int(rng.integers(len(outcome.values) - months + 1))
        starts = _starts(outcome.values.index[first], indicator.values.index, months)
        if not len(starts):
            continue
        second = int(rng.choice(starts))
        y, x = outcome.values.iloc[first : first + months], indicator.values.iloc[second : second + months]
        if min(_spread(y), _spread(x)) == 0:
            continue
        made += 1
        yield Pair(y.rename("outcome"), pd.Series(x.to_numpy(), y.index, name="indicator"),
                   (f"{outcome.name} from {y.index[0]}", f"{indicator.name} from {x.index[0]}"))


def _by_kind(series: list[Real]) -> list[list[Real]]:
    kinds: dict[str, list[Real]] = {}
    for real in series:
        word = real.family.split(" ")[0]
        kinds.setdefault(word if word in KINDS else "other", []).append(real)
    return list(kinds.values())


def _one(kinds: list[list[Real]], rng: np.random.Generator) -> Real:
    kind = kinds[rng.integers(len(kinds))]
    return kind[rng.integers(len(kind))]


def _starts(begin: pd.Period, index: pd.PeriodIndex, months: int) -> np.ndarray:
    """Places of the index in the calendar month of ``begin`` from which a window lies wholly in other years."""
    places = np.arange(len(index) - months + 1)
    apart = index.asi8[places] - begin.ordinal
    return places[(apart % 12 == 0) & (np.abs(apart) >= months + 12 * YEARS_APART)]


def _spread(values: pd.Series) -> float:
    """Half of the months differ from one another: no window that stands still."""
    return float(values.nunique() > len(values) / 2)
