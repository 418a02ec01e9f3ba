"""From which column of the cash flow each amount of a side was taken, and the formulas that lead from there to its figures."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import groupby

import numpy as np
import pandas as pd

from valuelab.formatting import format_number
from valuelab.provenance import Derivation, Span, derived
from valuelab.types import Estimate

FLOWS = "cash flow: "
NET = "(revenue − expenditure)"
RATE = "assumptions.cash_flow.discount_rate"


def column_spans(name: str, columns: pd.Series) -> tuple[Span, ...]:
    """Unbroken runs of periods that are taken from one column; ``columns``: period → column, "" where nothing is taken.

    Examples
    --------
    >>> taken = pd.Series(["revenue_act", "revenue_est", "revenue_est"], pd.period_range("2025-01", periods=3, freq="M"))
    >>> [(s.series, s.first, s.last) for s in column_spans("revenue", taken)]
    [('cash flow: revenue_act', '2025-01', '2025-01'), ('cash flow: revenue_est', '2025-02', '2025-03')]
    """
    found = []
    for column, run in groupby(columns.items(), key=lambda item: item[1]):
        periods = [period for period, _ in run]
        if column:
            found.append(Span(name, FLOWS + column, str(periods[0]), str(periods[-1])))
    return tuple(found)


def compared_spans(name: str, index: pd.PeriodIndex, compared: np.ndarray) -> tuple[Span, ...]:
    """The compared periods of one column's estimates and actuals, named "estimated" and "actual"."""
    return tuple(span for word, short in (("estimated", "est"), ("actual", "act"))
                 for span in column_spans(word, pd.Series(np.where(compared, f"{name}_{short}", ""), index=index)))


class Origins:
    """The derivations of one side; without known columns there are none.

    Parameters
    ----------
    columns
        For expenditure and revenue which column each period is taken from; None where amounts are no column's.
    rate, per_year, timing, days
        How flows are discounted; ``days`` since the first flow, for the timing "dates".
    """

    def __init__(self, columns: Mapping[str, pd.Series] | None, *, rate: float | None, per_year: float, timing: str, days: np.ndarray):
        self.spans = {name: column_spans(name, taken) for name, taken in (columns or {}).items()}
        whole = columns is not None and all((taken != "").all() for taken in columns.values())
        self.rate = None if rate is None or not whole else rate
        step = np.diff(days)
        even = len(step) > 0 and bool((step == step[0]).all())
        self.years = {"start": f"(period number / {format_number(per_year)})", "end": f"((period number + 1) / {format_number(per_year)})",
                      "dates": f"({int(step[0])} × period number / 365)" if even else ""}
        self.timing = timing

    def sum_of(self, name: str) -> Derivation | None:
        return Derivation(f"sum of {name}", spans=self.spans[name]) if self.spans.get(name) else None

    def of_net(self, words: str) -> Derivation | None:
        """Something of the net cash flow, period by period: ``payback of``, ``lowest of running sum of``."""
        both = [self.spans.get(name) for name in ("revenue", "expenditure")]
        return Derivation(f"{words} {NET}", spans=(*both[0], *both[1])) if all(both) else None

    def npv(self, timing: str = "") -> Derivation | None:
        """Net present value at the agreed rate, spelled out."""
        years, found = self.years[timing or self.timing], self.of_net("")
        if self.rate is None or not years or found is None:
            return None
        rate = derived("", {"rate": Estimate(self.rate, unit="fraction", kind="agreed", key=RATE)}).inputs
        return Derivation(f"sum of ({NET} / (1 + rate) ^ {years})", rate, found.spans)
