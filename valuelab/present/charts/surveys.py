"""Pictures of surveys: what was answered in each round, with its interval."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
from markupsafe import Markup

from valuelab.analysis.surveys import SurveyFound
from valuelab.formatting import format_fraction, format_number
from valuelab.language import phrase
from valuelab.present.blocks import Chart
from valuelab.present.charts.settle import Sheet, note
from valuelab.present.charts.style import BLUE, INK, PALE, SOFT, Size, chart, interval, unit_axis
from valuelab.present.charts.words import folded, short
from valuelab.present.figures import short_period

MOST_ROUNDS, FEWER = 10, 5  # on a page, on a phone


def rounds(found: Sequence[SurveyFound], *, alt: str, caption: Markup | str) -> Chart:
    """A panel a question, each on its own scale: the last rounds as dots with intervals; of the net promoter score a line at zero."""

    def draw(figure: Sheet, size: Size) -> None:
        figure.row_pad = 12.0
        columns = 1 if size.narrow or len(found) == 1 else 2
        grid = figure.subplots(-(-len(found) // columns), columns, squeeze=False)
        for axes in grid.ravel()[len(found):]:
            axes.set_visible(False)
        for axes, survey in zip(grid.ravel(), found, strict=False):
            shown = survey.rounds[-(FEWER if size.narrow or columns > 1 else MOST_ROUNDS):]
            promoters = survey.question == "recommend"
            for i, one in enumerate(shown):
                e = one.figure
                interval(axes, i, e.low, e.high, BLUE)
                axes.plot([i], [e.value], marker="o", ms=6, color=BLUE, ls="none", zorder=3)
                note(axes, format_number(e.value, 0) if promoters else format_fraction(e.value, 0), (i, e.value), places=("E", "W"), colour=INK, size=9, bold=i == len(shown) - 1)
            if promoters:
                axes.axhline(0, color=SOFT, lw=0.9, ls=(0, (4, 3)))
            low, high = min(one.figure.low for one in shown), max(one.figure.high for one in shown)
            low, high = (min(low, 0), max(high, 0)) if promoters else (low, high)
            room = max(0.12 * (high - low), 0.5 * ((10 if promoters else 0.1) - (high - low)))  # ten points at least, or all ticks would say the same
            axes.set_ylim(low - room, high + room)
            axes.set_xlim(-0.6, len(shown) - 0.3)
            axes.set_xticks(range(len(shown)), [folded(short_period(pd.Period(one.asked)), 9) for one in shown])
            axes.tick_params(axis="x", length=0)
            axes.grid(visible=True, axis="y", color=PALE, lw=0.6)
            unit_axis(axes, "" if promoters else "fraction", bins=4, label=short(f"{survey.name} ({phrase('points')})" if promoters else survey.name, 40 if size.narrow else 34 if columns > 1 else 80))
            axes.title.set_color(INK)

    rows = len(found) if len(found) < 2 else -(-len(found) // 2)
    return chart(draw, alt=alt, caption=caption, height=0.5 + 2.2 * rows, narrow_height=0.5 + 2.2 * len(found))
