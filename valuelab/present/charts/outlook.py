"""Pictures of how sure the return is: what each assumption alone moves, and figures beside each other with their intervals."""

from __future__ import annotations

from collections.abc import Sequence

from valuelab.analysis.value_outlook import ValueOutlook
from valuelab.formatting import format_short
from valuelab.language import phrase, said, said_or_own
from valuelab.present.blocks import Chart
from valuelab.present.charts.settle import Sheet, note
from valuelab.present.charts.style import BLUE, INK, ORANGE, SOFT, Size, chart, interval, unit_axis
from valuelab.present.charts.words import folded
from valuelab.types import Estimate

MOST = 8  # bars; the table has the rest
Row = tuple[str, Estimate, str]  # label, figure, colour


def tornado(outlook: ValueOutlook, *, alt: str, caption: str) -> Chart:
    """A bar an assumption, from the result at the low end of its range to that at the high end; the longest on top."""
    drivers = [d for d in outlook.drivers if d.varies][:MOST]
    middle = outlook.as_assumed.value

    def draw(figure: Sheet, size: Size) -> None:
        axes = figure.subplots()
        low, high = middle, middle
        for i, d in enumerate(drivers):
            for at, end in ((d.moved_low, d.result_low), (d.moved_high, d.result_high)):
                worse = end.value < middle
                axes.barh([i], [end.value - middle], left=middle, height=0.5, color=ORANGE if worse else BLUE, alpha=0.85, lw=0)
                note(axes, format_short(at.value, at.unit), (end.value, i), places=("W", "N", "S") if worse else ("E", "N", "S"), colour=INK, size=9, clear=False)
                low, high = min(low, end.value), max(high, end.value)
        room = high - low or abs(middle) or 1.0
        if outlook.net_return is not None and low - 0.6 * room < 0 < high + 0.6 * room:
            axes.axvline(0, color=SOFT, lw=1)
            low, high = min(low, 0.0), max(high, 0.0)
        axes.axvline(middle, color=INK, lw=1.2)
        note(axes, phrase("as assumed {value}", value=format_short(middle, outlook.currency)), (middle, 1), coords=("data", "axes fraction"), places=("SE", "SW"), colour=INK, size=9)
        wide = (0.5 if size.narrow else 0.16) * (high - low or room)
        axes.set_xlim(low - wide, high + wide)
        axes.set_yticks(range(len(drivers)), [folded(said_or_own(d.name), 18 if size.narrow else 30, 3) for d in drivers])
        axes.set_ylim(len(drivers) - 0.5, -1.0)
        axes.tick_params(axis="y", length=0)
        axes.grid(False)
        unit_axis(axes, outlook.currency, axis="x", label=folded(said(outlook.drivers[0].result_low.convention), 40 if size.narrow else 90), bins=3 if size.narrow else 6)

    return chart(draw, alt=alt, caption=caption, height=1.4 + 0.5 * len(drivers), narrow_height=1.6 + 0.6 * len(drivers))


def beside(rows: Sequence[Row], unit: str, *, label: str, alt: str, caption: str) -> Chart:
    """Figures of one unit under each other, each a dot with its interval, on an axis that has 0."""

    def draw(figure: Sheet, size: Size) -> None:
        axes = figure.subplots()
        axes.axvline(0, color=SOFT, lw=1)
        ends = [0.0, *(end for _, figure_of, _ in rows for end in (figure_of.value, figure_of.low, figure_of.high) if end is not None)]
        room = max(ends) - min(ends) or 1.0
        for i, (_, figure_of, colour) in enumerate(rows):
            if not figure_of.bare:
                interval(axes, i, figure_of.low, figure_of.high, colour, across=True)
            # a figure near 0 has its label on its own side of the line
            near = abs(figure_of.value) < (0.24 if size.narrow else 0.1) * room
            places = ("N", "NE", "NW") if not near else ("NE", "N", "NW") if figure_of.value >= 0 else ("NW", "N", "NE")
            axes.plot([figure_of.value], [i], marker="o", ms=7.5, color=colour, ls="none", zorder=3)
            note(axes, format_short(figure_of.value, figure_of.unit), (figure_of.value, i), places=places, colour=colour, bold=True, clear=False)
        axes.set_xlim(min(ends) - 0.1 * room, max(ends) + 0.12 * room)
        axes.set_yticks(range(len(rows)), [folded(name, 19 if size.narrow else 30, 4) for name, _, _ in rows])
        axes.set_ylim(len(rows) - 0.5, -0.75)
        axes.tick_params(axis="y", length=0)
        axes.grid(False)
        unit_axis(axes, unit, axis="x", label=label, bins=3 if size.narrow else 6)

    return chart(draw, alt=alt, caption=caption, height=1.1 + 0.5 * len(rows), narrow_height=1.3 + 0.62 * len(rows))
