"""Pictures for notebook 02: two lines before and after trend and season are taken out, and months needed with and without a named lag."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes

from valuelab.analysis.before_after import BeforeAfter
from valuelab.analysis.next_measures import MeasureNext
from valuelab.formatting import format_number
from valuelab.language import phrase, phrases
from valuelab.present.blocks import Chart
from valuelab.present.charts.settle import Sheet, note
from valuelab.present.charts.style import BLUE, INK, ORANGE, SOFT, Size, chart, period_axis
from valuelab.present.charts.words import short

MOST_ROWS = 9


def before_after(result: BeforeAfter, *, alt: str, caption: str) -> Chart:
    """Both lines as reported, and below them what is left of both, laid on each other at the lag."""
    table = result.table.reset_index(drop=True)
    index = result.table.set_index("period").index
    lag = abs(result.lag_months)
    moved = ("" if not lag else phrases("{name}, {count} month before", "{name}, {count} months before", lag, name="{name}", count=lag) if result.lag_months > 0
             else phrases("{name}, {count} month after", "{name}, {count} months after", lag, name="{name}", count=lag))
    reported = phrase("As reported")
    panels = ((reported, reported, "outcome", "indicator", result.raw_correlation.value, ""),
              (phrase("Without trend, season and momentum"), phrase("Surprises alone"), "outcome_surprise", "indicator_surprise", result.surprise_correlation.value, moved))

    def panel(axes: Axes, size: Size, title: str, brief: str, first: str, second: str, value: float, moved: str) -> None:
        axes.axhline(0, color=SOFT, lw=0.8)
        axes.plot(table.index, table[first], color=INK, lw=1.5)
        axes.plot(table.index, table[second], color=BLUE, lw=1.5)
        axes.set_title(phrase("{title}: correlation {value}", title=brief if size.narrow else title, value=format_number(value, 2)), fontsize=9.5)
        axes.set_yticks([])
        axes.grid(False)
        period_axis(axes, index, most=4 if size.narrow else 8)
        width = 24 if size.narrow else 40
        name = short(result.indicator, width)
        note(axes, short(result.outcome, width), (0, 1), coords="axes fraction", places=("SE",), colour=INK)
        note(axes, moved.replace("{name}", name) if moved else name, (0, 1), coords="axes fraction", places=("SE", "SE"), colour=BLUE)
        values = table[[first, second]].to_numpy(float)
        low, high = (np.nanmin(values), np.nanmax(values)) if np.isfinite(values).any() else (0.0, 1.0)
        axes.set_ylim(low - 0.1 * (high - low or 1), high + 0.45 * (high - low or 1))

    def draw(figure: Sheet, size: Size) -> None:
        for axes, what in zip(figure.subplots(2, 1, sharex=True), panels, strict=True):
            panel(axes, size, *what)

    return chart(draw, alt=alt, caption=caption, height=4.4, narrow_height=4.4)


def months_needed(result: MeasureNext, *, alt: str, caption: str) -> Chart | None:
    """For each indicator the months there are, those that a search needs, and those that a lag named in advance needs."""
    rows = [item for item in result.items if item.months_named is not None and item.months_searched is not None][:MOST_ROWS]
    if not rows:
        return None

    def draw(figure: Sheet, size: Size) -> None:
        axes = figure.subplots()
        for i, item in enumerate(rows):
            axes.plot([item.months_named, item.months_searched], [-i, -i], color=SOFT, lw=1.2, zorder=1)
            axes.plot([item.months_now, item.months_now], [-i - 0.28, -i + 0.28], color=INK, lw=2.2, zorder=2)
            for months, colour, below in ((item.months_named, ORANGE, False), (item.months_searched, BLUE, True)):
                axes.scatter([months], [-i], s=44, color=colour, zorder=3)
                note(axes, str(months), (months, -i), places=("S",) if below else ("N",), colour=colour, clear=False)
        axes.set_yticks([-i for i in range(len(rows))], [short(item.indicator, 16 if size.narrow else 34) for item in rows])
        axes.set_ylim(-len(rows) + 0.3, 0.7)
        axes.set_xlim(0, max(max(item.months_searched, item.months_now) for item in rows) * 1.08)
        axes.grid(False)
        axes.set_xlabel(phrase("paired months"))

    height = 0.9 + 0.55 * len(rows)
    return chart(draw, alt=alt, caption=caption, height=height, narrow_height=height)
