"""How long one account's statistics take, beside what statsmodels takes for the usual answers.

    python benchmarks/bench_statistics.py [--months 36] [--indicators 5] [--rounds 15]

Every round times every part once, in changing order, on one core: read the ratios. Parts that usual tools have, too, stand beside them:
Granger tests of every indicator (statsmodels' grangercausalitytests, as many lags as the scan) and an ETS forecast with simulated intervals.
"""

from __future__ import annotations

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # one core, as a worker of `valuelab run` has

import argparse
import statistics
import time
import warnings
from collections.abc import Callable

import numpy as np
import pandas as pd
from statsmodels.tsa.exponential_smoothing.ets import ETSModel
from statsmodels.tsa.stattools import grangercausalitytests

from valuelab.analysis.baseline import fit_baseline
from valuelab.analysis.conversion import fit_conversion
from valuelab.analysis.effect import measure_effect
from valuelab.analysis.leads import scan_leading_indicators
from valuelab.analysis.projection import project
from valuelab.simulation.worlds import World

Account = tuple[pd.Series, dict[str, pd.Series]]
LEAD = 3
GRANGER_LAGS = 9


def granger(account: Account) -> None:
    outcome, indicators = account
    lags = min(GRANGER_LAGS, len(outcome) // 4 - 2)
    for indicator in indicators.values():
        grangercausalitytests(np.column_stack([outcome, indicator]), maxlag=lags)


def ets(account: Account) -> None:
    outcome = account[0].reset_index(drop=True)
    start = "heuristic" if len(outcome) < 36 else "estimated"
    model = ETSModel(outcome, error="add", trend="add", damped_trend=True, seasonal="add", seasonal_periods=12, initialization_method=start)
    model.fit(disp=False).simulate(12, anchor="end", repetitions=1000, rng=np.random.default_rng(0))


PARTS: dict[str, Callable[[Account], object]] = {
    "scan (leading indicators)": lambda a: scan_leading_indicators(*a),
    "conversion": lambda a: fit_conversion(a[0], a[1]["x0"], lag_months=LEAD),
    "projection of a year": lambda a: project(a[0], through=a[0].index[-1] + 12),
    "baseline": lambda a: fit_baseline(a[0]),
    "effect with fake starts": lambda a: measure_effect(a[0], started=a[0].index[-6]),
    "Granger tests (statsmodels)": granger,
    "ETS (statsmodels)": ets,
}
OURS = tuple(name for name in PARTS if "statsmodels" not in name)
BESIDE = {"scan (leading indicators)": "Granger tests (statsmodels)", "projection of a year": "ETS (statsmodels)"}


def measure(months: int, indicators: int, rounds: int) -> pd.DataFrame:
    """Milliseconds of processor time, (rounds, parts)."""
    rows = []
    for k in range(rounds + 1):
        account = World(months, indicators=indicators, lead=LEAD).draw(np.random.default_rng([months, k]))
        row = {}
        names = list(PARTS)
        for name in names if k % 2 else reversed(names):
            begin = time.process_time()
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # statsmodels' own
                PARTS[name](account)
            row[name] = 1000 * (time.process_time() - begin)
        rows.append(row)
    return pd.DataFrame(rows[1:], columns=list(PARTS))  # the first round fills caches


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--months", type=int, default=36)
    parser.add_argument("--indicators", type=int, default=5)
    parser.add_argument("--rounds", type=int, default=15)
    given = parser.parse_args()
    times = measure(given.months, given.indicators, given.rounds)
    print(f"{given.months} months, {given.indicators} indicators; processor milliseconds over {given.rounds} rounds")
    for name in PARTS:
        beside = BESIDE.get(name)
        ratio = "" if beside is None else f"   {statistics.median(times[beside] / times[name]):6.1f} × as fast as {beside}"
        print(f"  {name:30} best {times[name].min():8.1f}   median {times[name].median():8.1f}{ratio}")
    account = times[list(OURS)].sum(axis=1)
    print(f"  all of ours, one account: median {account.median():.0f} ms, so 1,000 accounts take {account.median() / 60:.1f} minutes on one core")


if __name__ == "__main__":
    main()
