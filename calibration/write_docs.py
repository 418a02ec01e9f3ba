"""Fill the tables in docs/*.md from the calibration table, so that no measured figure is typed by hand.

    python -m calibration.write_docs [--check]

A table stands between ``<!-- calibration: NAME -->`` and ``<!-- /calibration -->``; the names are in ``TABLES``.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

from valuelab.analysis import calibrated as c
from valuelab.analysis.calibrated import Row, wilson

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"
PLACE = re.compile(r"(<!-- calibration: ([a-z0-9 ]+) -->\n).*?(<!-- /calibration -->)", re.DOTALL)
NOISES = {"random walk": "random walks", "student": "shocks with fat tails (t, 3 degrees)", "garch": "noise in bursts (GARCH)",
          "break": "a jump of two standard deviations", "local level": "a level that drifts, and noise on it", "cycle": "a cycle of 15 months (AR(2))",
          "moving average": "moving average"}
SEASONS = {"none": "no season", "smooth": "one smooth season shared by all", "rough": "one rough calendar shared by all"}
KINDS = {"score": "indicators are rounded scores", "random walk": "indicators are random walks", "related": "indicators go together (0.7)"}


def world_of(row: Row) -> str:
    """What is special about a row's world; "usual" is memory 0.6 with a trend and a season of each series' own."""
    parts = []
    if row.noise in NOISES:
        parts.append(NOISES[row.noise])
    elif row.memory != 0.6:
        parts.append("no memory" if row.memory == 0 else f"memory {row.memory:g}")
    parts += [text for text in (SEASONS.get(row.season), KINDS.get(row.kind)) if text]
    parts += [] if row.trend else ["no trend"]
    if row.trial == "unrelated" and row.indicators != 3:
        parts.append(f"{row.indicators} indicator{'' if row.indicators == 1 else 's'}")
    if row.named:
        parts.append("one lag named in advance")
    return ", ".join(parts) or "usual"


def rate_text(rows: Iterable[Row]) -> str:
    """A rate in percent and its 95 % interval, pooled over rows; – where nothing was counted."""
    rows = list(rows)
    counted = sum(r.counted for r in rows)
    if not counted:
        return "–"
    value, low, high = wilson(sum(r.hits for r in rows), counted)
    return f"{100 * value:.1f} ({100 * low:.1f}–{100 * high:.1f})"


def grid(rows: list[Row], line: Callable[[Row], str], column: Callable[[Row], str], head: str) -> str:
    """A markdown table of rates: lines and columns in the order in which they come."""
    lines, columns = (list(dict.fromkeys(f(r) for r in rows)) for f in (line, column))
    text = [f"| {head} | {' | '.join(columns)} |", f"| --- |{' ---: |' * len(columns)}"]
    for name in lines:
        cells = [rate_text(r for r in rows if line(r) == name and column(r) == at) for at in columns]
        text.append(f"| {name} | {' | '.join(cells)} |")
    return "\n".join(text)


def months(row: Row) -> str:
    return f"{row.months} months"


def rows_for(*questions: str, source: str = "invented") -> list[Row]:
    return [r for question in questions for r in c.table() if (r.question, r.source) == (question, source)]


def how_named(row: Row) -> str:
    if not row.named:
        return "lags searched"
    return "lag named in advance, alone" if row.indicators == 1 else "lag named in advance, others searched beside it"


def known_of(row: Row) -> str:
    return f"{row.months_known} months known"


def since_of(row: Row) -> str:
    return f"{row.months} months, {row.since} since"


def effect_of(row: Row) -> str:
    return {c.NO_EFFECT: "nothing changed: an effect is called", c.EFFECT: "the interval of the effect holds the truth",
            c.DETECTABLE: "an effect of the visible size is seen"}[row.question]


EFFECTS = (c.NO_EFFECT, c.EFFECT, c.DETECTABLE)
TABLES: dict[str, Callable[[], str]] = {
    "false alarms": lambda: grid(rows_for(c.FALSE_ALARM), world_of, months, "nothing is linked; accounts in which something is called, %"),
    "false alarms on real pairs": lambda: grid(rows_for(c.FALSE_ALARM, source="real"), lambda r: r.kind, months, "called, %"),
    "power": lambda: grid(rows_for(c.FOUND), lambda r: f"lead of {r.lead}, {how_named(r)}", months, "half of the surprise is the indicator's; leads found, %"),
    "lags": lambda: grid(rows_for(c.LAG_NEAR, c.LAG_HELD, c.SAME_MONTH, c.STRENGTH_HELD), lambda r: r.question, months, "%"),
    "slopes": lambda: grid(rows_for(c.SLOPE), world_of, months, "95 % intervals of the slope that hold the truth, %"),
    "slopes at found lags": lambda: grid(rows_for(c.SLOPE_FOUND), lambda r: f"lead of {r.lead}", months, "95 % intervals that hold the truth, %"),
    "totals": lambda: grid([r for r in rows_for(c.TOTAL_95, c.TOTAL_80) if r.months_known == 0],
                           lambda r: f"{world_of(r)}: {'95' if r.question == c.TOTAL_95 else '80'} %", months, "year totals inside their interval, %"),
    "totals by months known": lambda: grid(rows_for(c.TOTAL_95, c.TOTAL_80), lambda r: f"{known_of(r)}: {'95' if r.question == c.TOTAL_95 else '80'} %",
                                           months, "year totals inside their interval, %"),
    "totals of real series": lambda: grid(rows_for(c.TOTAL_95, c.TOTAL_80, source="real"),
                                          lambda r: f"{known_of(r)}: {'95' if r.question == c.TOTAL_95 else '80'} %", months,
                                          "year totals inside their interval, %"),
    "effects": lambda: grid(rows_for(*EFFECTS), lambda r: f"{effect_of(r)}; {world_of(r)}", since_of, "%"),
    "effects on real series": lambda: grid(rows_for(c.NO_EFFECT, source="real"), effect_of, since_of, "%"),
}


def filled(text: str) -> str:
    """The text with every table made anew.

    Raises
    ------
    KeyError
        For a marker whose table is unknown.
    """
    return PLACE.sub(lambda m: f"{m[1]}{TABLES[m[2]]()}\n{m[3]}", text)


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 where a table is not what was measured")
    check = parser.parse_args(arguments).check
    stale = []
    for path in sorted(DOCS.glob("*.md")):
        text = path.read_text(encoding="utf-8")
        if filled(text) != text:
            stale.append(path.name)
            if not check:
                path.write_text(filled(text), encoding="utf-8")
    if stale:
        print(f"{'to be filled again' if check else 'filled'}: {', '.join(stale)}")
    sys.exit(1 if check and stale else 0)


if __name__ == "__main__":
    main()
