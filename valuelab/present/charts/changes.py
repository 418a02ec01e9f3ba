"""The waterfall from a figure of the last report to that of now."""

from __future__ import annotations

from markupsafe import Markup

from valuelab.analysis.reviews.changes import Changes
from valuelab.formatting import FRACTION_POINTS, format_fraction, format_points, format_value, is_money
from valuelab.language import phrase
from valuelab.present.blocks import Chart
from valuelab.present.charts.settle import Sheet, note
from valuelab.present.charts.style import BLUE, INK, ORANGE, SOFT, Size, chart, unit_axis
from valuelab.present.charts.words import folded
from valuelab.present.wording.changes import CAUSES, start, what
from valuelab.types import Estimate

LONG = 9  # letters of a figure beyond which it finds no room beside its dot on a phone


def waterfall(changes: Changes, *, alt: str, caption: Markup | str) -> Chart:
    """The two figures as dots, and between them one bar a cause from where the last one ended; the axis need not begin at zero."""
    steps = changes.steps

    def draw(figure: Sheet, size: Size) -> None:
        axes = figure.subplots()
        unit = changes.now.unit
        shown = unit if is_money(unit) or unit == "fraction" else ""  # other units stand at the axis
        ends = [changes.then.value, *(s.after.value for s in steps)]
        rows = len(steps) + 2
        for i, step in enumerate(steps, 1):
            colour = BLUE if step.change.value > 0 else ORANGE
            axes.barh([i], [step.change.value], left=ends[i - 1], height=0.55, color=colour, alpha=0.85)
            text = ("+" if step.change.value > 0 else "") + _by(step.change, shown, size)
            beside = ((max(ends[i - 1], ends[i]), "E"), (min(ends[i - 1], ends[i]), "W"))
            at, place = beside[0] if _room_right(beside[0][0], ends) else beside[1]
            note(axes, text, (at, i), places=(place,), colour=INK, clear=False)
        for i in range(rows - 1):
            level = ends[min(i, len(steps))]
            axes.plot([level, level], [i - (0.0 if i == 0 else 0.27), i + 1 + (0.0 if i == rows - 2 else 0.27)], color=SOFT, lw=0.8)
        long = size.narrow and max(len(format_value(value.value, shown)) for value in (changes.then, changes.now)) > LONG
        for at, value, clear_of_bars in ((0, changes.then, "N"), (rows - 1, changes.now, "S")):
            axes.plot([value.value], [at], marker="o", ms=8, color=INK, ls="none")
            place = clear_of_bars if long else "E" if _room_right(value.value, ends) else "W"
            note(axes, format_value(value.value, shown), (value.value, at), places=(place,), colour=INK, bold=True, clear=False)
        low, high = min([*ends, changes.now.value]), max([*ends, changes.now.value])
        room = high - low or abs(high) or 1.0
        beyond = (0.95 if size.narrow else 0.25) * room  # for the labels
        left = any(not _room_right(v, ends) for v in (changes.then.value, changes.now.value, *(max(a, b) for a, b in zip(ends, ends[1:], strict=False))))
        axes.set_xlim(low - (beyond if left else 0.08 * room), high + beyond)
        width = 22 if size.narrow else 40
        names = [folded(": ".join(w for w in (phrase(CAUSES[s.cause]), what(s)) if w), width, 3 if size.narrow else 2) for s in steps]
        axes.set_yticks(range(rows), [folded(start(changes), width), *names, phrase("now")])
        axes.set_ylim(rows - (0.1 if long else 0.4), -0.9 if long else -0.6)
        axes.grid(False)
        unit_axis(axes, unit, axis="x", bins=3 if size.narrow else 5)

    height = 1.2 + 0.5 * len(steps)
    return chart(draw, alt=alt, caption=caption, height=height, narrow_height=1.3 + 0.62 * len(steps))


def _by(change: Estimate, shown: str, size: Size) -> str:
    """How far a step moved: points of a share by name where there is room for the word."""
    if change.unit == FRACTION_POINTS and shown:
        return format_fraction(change.value, unit=False) if size.narrow else format_points(change.value)
    return format_value(change.value, shown)


def _room_right(at: float, ends: list[float]) -> bool:
    """Labels stand to the right of what lies in the right half, to the left of the rest: outside of the bars."""
    return at >= (min(ends) + max(ends)) / 2
