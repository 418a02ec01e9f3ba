"""Where each promised value lands, as a share of what was promised, with its interval and its chance."""

from __future__ import annotations

from markupsafe import Markup

from valuelab.analysis.reviews.ledger import LedgerRow
from valuelab.language import phrase
from valuelab.present.blocks import Chart
from valuelab.present.charts.settle import Sheet, note
from valuelab.present.charts.style import BLUE, GREEN, INK, ORANGE, SOFT, Size, chart, interval, unit_axis
from valuelab.present.charts.words import folded
from valuelab.present.figures import short_period
from valuelab.present.wording.ledger import ratio_text, said_name


def promises(rows: tuple[LedgerRow, ...], *, alt: str, caption: Markup | str) -> Chart:
    """A dot and its interval a promise; 100 % is the promise itself. Filled where it is settled."""

    def draw(figure: Sheet, size: Size) -> None:
        axes = figure.subplots()
        axes.axvline(1, color=GREEN, lw=1.6)
        low, high = 1.0, 1.0
        for i, row in enumerate(rows):
            settled = row.verdict != "open"
            at = row.lands.value / row.value.value
            colour = ORANGE if row.verdict == "missed" else BLUE
            low, high = min(low, at), max(high, at)
            if not row.lands.bare:
                ends = sorted((row.lands.low / row.value.value, row.lands.high / row.value.value))
                interval(axes, i, *ends, colour, across=True)
                low, high = min(low, ends[0]), max(high, ends[1])
            axes.plot([at], [i], marker="o", ms=8, mfc=colour if settled else "white", mec=colour, mew=1.8, ls="none")
            note(axes, ratio_text(row), (at, i), places=("N", "NW", "NE"), colour=INK)
        room = high - low or 0.1
        left, right = (0.6, 0.4) if size.narrow else (0.25, 0.25)  # for what is said of the outermost
        axes.set_xlim(low - left * room, high + right * room)
        width = 20 if size.narrow else 34
        axes.set_yticks(range(len(rows)), [folded(_what(r), width, 3) for r in rows])
        axes.set_ylim(len(rows) - 0.5, -0.7)
        note(axes, phrase("kept"), (1, 0), coords=("data", "axes fraction"), places=("NE", "NW") if rows[0].better == "higher" else ("NW", "NE"), colour=GREEN, size=9)
        axes.tick_params(axis="y", length=0, labelcolor=SOFT)
        axes.grid(False)
        unit_axis(axes, "fraction", axis="x", label=folded(phrase("of what was promised, expected or planned"), 30 if size.narrow else 80), bins=4 if size.narrow else 6)

    return chart(draw, alt=alt, caption=caption, height=1.1 + 0.55 * len(rows), narrow_height=1.3 + 0.65 * len(rows))


def _what(row: LedgerRow) -> str:
    """A promise in a line: its kind, its date, its measure."""
    date, measure = short_period(row.by), said_name(row)
    return {"promised": phrase("promise by {date}: {measure}", date=date, measure=measure), "expected": phrase("expectation by {date}: {measure}", date=date, measure=measure),
            "planned": phrase("plan by {date}: {measure}", date=date, measure=measure)}[row.kind]
