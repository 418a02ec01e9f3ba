"""How far projections, run rates and last year's repeat are off on real series: writes the record that notebook 01 quotes.

    python -m calibration.judge_usual
"""

from __future__ import annotations

import csv

import numpy as np
import pandas as pd

from calibration.corpus import JUDGE
from calibration.judge_projection import origins
from valuelab.analysis.projection import Projection, project
from valuelab.analysis.usual import PROJECTION, usual_totals
from valuelab.assets import FOLDER, USUAL

LENGTHS = (24, 36, 48, 72, 108)
KNOWN = (0, 3, 6, 9)
COUNT = 250
COLUMNS = ["months", "known", "way", "totals", "median_miss"]


def misses(length: int) -> dict[tuple[int, str], list[float]]:
    """(months known of the year, way) → how far it was off, as fractions of the year's true total."""
    found: dict[tuple[int, str], list[float]] = {}
    for origin in origins(JUDGE, length, COUNT):
        whole = np.append(origin.past.to_numpy(), origin.future)
        index = pd.period_range(origin.past.index[0], periods=len(whole))
        projected = project(origin.past, through=index[-1], draws=1000)
        if not isinstance(projected, Projection) or origin.past.min() < 0:
            continue
        for known in KNOWN:
            year = slice(length - known, length - known + 12)
            truth = float(whole[year].sum())
            totals = {PROJECTION: projected.total(index[year])} | usual_totals(origin.past, index[year])
            for way, total in totals.items():
                if truth > 0:
                    found.setdefault((known, way), []).append(abs(total.value / truth - 1))
    return found


def main() -> None:
    rows = []
    for length in LENGTHS:
        for (known, way), off in misses(length).items():
            rows.append([length, known, way, len(off), f"{np.median(off):.4f}"])
            print(*rows[-1], flush=True)
    with (FOLDER / USUAL).open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerows([COLUMNS, *rows])


if __name__ == "__main__":
    main()
