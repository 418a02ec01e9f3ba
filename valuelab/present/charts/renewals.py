"""The picture of renewals: each one by its score, and the share that was renewed at each light."""

from __future__ import annotations

from collections import Counter

from markupsafe import Markup

from valuelab.analysis.health_score import GREEN_FROM, RED_BELOW
from valuelab.analysis.renewals import RenewalReview
from valuelab.formatting import format_fraction
from valuelab.language import phrase
from valuelab.present.blocks import Chart
from valuelab.present.charts.settle import Sheet, note
from valuelab.present.charts.style import BLUE, GREEN, INK, ORANGE, SOFT, Size, chart, interval, unit_axis
from valuelab.present.wording.renewals import light

COLOURS = {"green": GREEN, "amber": BLUE, "red": ORANGE}
MARKS = {"green": "o", "amber": "^", "red": "s"}
BIN = 0.02  # of the score: renewals of about the same score stand above each other


def renewals(found: RenewalReview, *, alt: str, caption: Markup | str) -> Chart:
    """Above: every renewal as a dot at its score, in two rows. Below: the share that was renewed by light, with its interval and (a stroke) the mean score."""

    def draw(figure: Sheet, size: Size) -> None:
        top, low = figure.subplots(2, 1, height_ratios=[1.15, 1])
        figure.row_pad = 10.0
        for row, renewed in enumerate((True, False)):
            scores = sorted(round(r.score / BIN) * BIN for r in found.rows if r.renewed == renewed)
            most = max(Counter(scores).values(), default=1)
            seen: Counter[float] = Counter()
            for score in scores:
                top.plot([score], [row - 0.34 * seen[score] / max(most - 1, 5)], marker="o" if renewed else "X", ms=5, color=BLUE if renewed else ORANGE, ls="none", alpha=0.8, mew=0)
                seen[score] += 1
        for limit in (RED_BELOW, GREEN_FROM):
            top.axvline(limit, color=SOFT, lw=0.9, ls=(0, (4, 3)))
        top.set_yticks([0, 1], [phrase("renewed"), phrase("not renewed")])
        top.set_ylim(1.3, -0.75)
        top.set_xlim(-0.03, 1.16 if size.narrow else 1.1)
        top.tick_params(axis="y", length=0)
        top.grid(False)
        unit_axis(top, "fraction", axis="x", label=phrase("score before the decision") if size.narrow else
                  phrase("score before the decision; lines: where red ends and green begins"))
        top.set_xticks([0, 0.25, 0.5, 0.75, 1])
        for i, band in enumerate(found.bands):
            if band.renewed is None:
                note(low, phrase("no renewal"), (0.0, i), places=("E",), colour=SOFT, size=9)
                continue
            colour = COLOURS[band.light]
            interval(low, i, band.renewed.low, band.renewed.high, colour, across=True)
            low.plot([band.renewed.value], [i], marker=MARKS[band.light], ms=7, color=colour, ls="none", zorder=3)
            low.plot([band.said.value] * 2, [i - 0.28, i + 0.28], color=INK, lw=1.6, zorder=2)
            end = band.renewed.high
            beyond = band.said.value if end <= band.said.value <= end + 0.2 else end  # not on the stroke
            note(low, format_fraction(band.renewed.value, 0), (beyond, i), places=("E", "N", "W"), colour=colour, size=9, bold=True)
        low.set_yticks(range(3), [f"{light(band)} ({band.count.value:.0f})" for band in found.bands])
        low.set_ylim(2.6, -0.6)
        low.set_xlim(-0.03, 1.16 if size.narrow else 1.1)
        low.tick_params(axis="y", length=0)
        low.grid(False)
        unit_axis(low, "fraction", axis="x", label=phrase("share renewed; stroke: mean score"))
        low.set_xticks([0, 0.25, 0.5, 0.75, 1])

    return chart(draw, alt=alt, caption=caption, height=4.6, narrow_height=4.8)
