"""How well projections do on real series: coverage, error and width of year totals, beside statsmodels' ETS and what is usually done.

    python -m calibration.judge_projection --half judge --origins 100

Every series gives at most one origin for each length of history, so that no series outweighs the others. ETS is the better by AICc
of an additive and (above zero) a multiplicative model with damped trend and season.
"""

from __future__ import annotations

import argparse
import hashlib
import warnings
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from calibration.corpus import real_series
from valuelab.analysis.projection import project

LENGTHS = (24, 36, 48, 60, 72, 120)
KNOWN = (0, 3, 6, 9)
AHEAD = 12
SIMULATED = 1000


@dataclass(frozen=True, slots=True, eq=False)
class Origin:
    """``past`` (n + known months are known) and ``future``: the rest of the year whose total is asked for."""

    name: str
    place: str
    past: pd.Series
    future: np.ndarray


def origins(half: str, length: int, count: int, ahead: int = AHEAD, seed: int = 0) -> list[Origin]:
    """At most one origin a series, ``count`` in all, spread over places; same arguments, same origins."""
    rng = np.random.default_rng([seed, length, ahead])
    found = []
    for real in real_series(half):
        spare = len(real.values) - length - ahead
        if spare >= 0:
            at = int(rng.integers(spare + 1))
            window = real.values.iloc[at : at + length + ahead]
            if window.iloc[:length].nunique() > 5:
                found.append(Origin(real.name, real.place, window.iloc[:length], window.iloc[length:].to_numpy()))
    return [found[i] for i in sorted(rng.permutation(len(found))[:count])]


def seasonal_scale(past: np.ndarray) -> float:
    """Mean absolute change from the same month a year before: the scale of MASE."""
    return float(np.abs(past[12:] - past[:-12]).mean()) or 1.0


def ets(past: pd.Series, ahead: int) -> tuple[np.ndarray, np.ndarray]:
    """(mean path, simulated totals) of statsmodels' ETS."""
    from statsmodels.tsa.exponential_smoothing.ets import ETSModel

    kinds = [("add", "add")] + ([("mul", "mul")] if (past > 0).all() else [])
    best = None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for error, season in kinds:
            try:
                fit = ETSModel(past.reset_index(drop=True), error=error, trend="add", damped_trend=True, seasonal=season, seasonal_periods=12,
                               initialization_method="heuristic" if len(past) < 36 else "estimated").fit(disp=False, maxiter=200)
            except Exception:
                continue
            if np.isfinite(fit.aicc if np.isfinite(fit.aicc) else fit.aic) and (best is None or fit.aic < best.aic):
                best = fit
        if best is None:
            raise ValueError("no ETS model fits")
        paths = best.simulate(ahead, anchor="end", repetitions=SIMULATED, rng=np.random.default_rng(0)).to_numpy()
        return np.asarray(best.forecast(ahead)), paths.sum(axis=0)


def _ets_row(origin: Origin) -> tuple[np.ndarray, np.ndarray] | None:
    try:
        path, totals = ets(origin.past, len(origin.future))
        return path, np.quantile(totals, [0.025, 0.1, 0.9, 0.975])
    except ValueError:
        return None


def ets_rows(found: list[Origin], keep: Path | None) -> list[tuple[np.ndarray, np.ndarray] | None]:
    """ETS for every origin; kept in a folder, as it takes long and does not change with our methods."""
    key = hashlib.sha256("".join(f"{o.name}{o.past.index[0]}{len(o.past)}{len(o.future)}" for o in found).encode()).hexdigest()[:16]
    path = keep / f"ets-{key}.pkl" if keep else None
    if path and path.exists():
        return pd.read_pickle(path)
    with ProcessPoolExecutor(2) as pool:
        rows = list(pool.map(_ets_row, found, chunksize=4))
    if path:
        keep.mkdir(parents=True, exist_ok=True)
        pd.to_pickle(rows, path)
    return rows


def judge(half: str, length: int, count: int, ahead: int = AHEAD, with_ets: bool = True, keep: Path | None = None) -> dict[str, float]:
    """One row of the table: coverage of totals (%), MASE of months and width of totals against ETS."""
    found = origins(half, length, count, ahead)
    rivals = ets_rows(found, keep) if with_ets else [None] * len(found)
    rows = []
    for origin, rival in zip(found, rivals, strict=True):
        past, future = origin.past.to_numpy(), origin.future
        end = origin.past.index[-1]
        wanted = pd.period_range(end + 1, end + ahead, freq="M")
        projection = project(origin.past, through=wanted[-1])
        ours, narrow = projection.total(wanted), projection.total(wanted, level=0.8)
        total, scale = future.sum(), seasonal_scale(past)
        row = {
            "in95": ours.low <= total <= ours.high, "in80": narrow.low <= total <= narrow.high,
            "mase": np.abs(projection.path["value"].to_numpy()[-ahead:] - future).mean() / scale,
            "total_error": abs(ours.value - total) / scale / ahead, "width": (ours.high - ours.low) / scale / ahead,
            "run_rate": np.abs(past[-3:].mean() * ahead - total) / scale / ahead,
            "naive": np.abs(np.resize(past[-12:], ahead) - future).mean() / scale,
        }
        if rival is not None:
            path, (low, low80, high80, high) = rival
            row |= {"ets_in95": low <= total <= high, "ets_in80": low80 <= total <= high80, "ets_mase": np.abs(path - future).mean() / scale,
                    "ets_total_error": abs(path.sum() - total) / scale / ahead, "ets_width": (high - low) / scale / ahead}
        rows.append(row)
    table = pd.DataFrame(rows)
    both = table.dropna().astype(float) if with_ets else table.astype(float)
    result = {"months": length, "origins": len(table), "in95": 100 * table["in95"].mean(), "in80": 100 * table["in80"].mean(),
              "mase": table["mase"].mean(), "naive": table["naive"].mean()}
    if with_ets:
        result |= {"mase_to_ets": both["mase"].mean() / both["ets_mase"].mean(), "median_to_ets": float((both["mase"] / both["ets_mase"]).median()),
                   "total_to_ets": both["total_error"].mean() / both["ets_total_error"].mean(), "width_to_ets": float((both["width"] / both["ets_width"]).median()),
                   "ets95": 100 * both["ets_in95"].mean(), "ets80": 100 * both["ets_in80"].mean()}
    return result


def judge_known(half: str, length: int, known: int, count: int) -> dict[str, float]:
    """Coverage of a year's total with some of its months known."""
    rows = []
    for origin in origins(half, length, count):
        series = pd.concat([origin.past, pd.Series(origin.future[:known], pd.period_range(origin.past.index[-1] + 1, periods=known, freq="M"))])
        year = pd.period_range(origin.past.index[-1] + 1, periods=AHEAD, freq="M")
        projection = project(series.iloc[known:], through=year[-1])
        total = origin.future.sum()
        wide, narrow = projection.total(year), projection.total(year, level=0.8)
        rows.append((wide.low <= total <= wide.high, narrow.low <= total <= narrow.high))
    in95, in80 = 100 * np.mean(rows, axis=0)
    return {"months": length, "known": known, "origins": len(rows), "in95": in95, "in80": in80}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--half", default="judge", choices=["choose", "judge"])
    parser.add_argument("--origins", type=int, default=100)
    parser.add_argument("--lengths", type=int, nargs="*", default=LENGTHS)
    parser.add_argument("--known", type=int, nargs="*", default=KNOWN)
    parser.add_argument("--ahead", type=int, default=AHEAD)
    parser.add_argument("--no-ets", action="store_true")
    parser.add_argument("--keep", type=Path, help="folder where ETS' forecasts are kept between runs")
    given = parser.parse_args()
    rows = [judge(given.half, n, given.origins, given.ahead, not given.no_ets, given.keep) for n in given.lengths]
    print(pd.DataFrame(rows).round(2).to_string(index=False))
    known = [judge_known(given.half, n, k, given.origins) for n in given.lengths if n <= 60 for k in given.known]
    if known:
        print(pd.DataFrame(known).round(1).to_string(index=False))


if __name__ == "__main__":
    main()
