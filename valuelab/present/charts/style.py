"""One look for every chart: colours, type, axes, labels at the lines, and SVG that is the same bytes every time.

Charts are drawn twice, for a page and for a phone; text stays text in the SVG, so that the reader's own fonts show
names in any script, and nothing in a name is read as mathematics.
"""

from __future__ import annotations

import base64
import io
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from textwrap import shorten, wrap

import matplotlib as mpl
import pandas as pd
import seaborn as sns
from markupsafe import Markup
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from valuelab.formatting import format_fraction, format_money, format_number, is_money
from valuelab.present.blocks import Chart
from valuelab.present.figures import short_period

INK, SOFT, GRID, SHADE = "#17212b", "#4a5866", "#d5dce3", "#e9eef2"
_PALETTE = sns.color_palette("colorblind").as_hex()
BLUE, ORANGE, GREEN = _PALETTE[0], _PALETTE[3], _PALETTE[2]
FONTS = "system-ui, 'Segoe UI', Roboto, 'Noto Sans', 'Liberation Sans', 'DejaVu Sans', sans-serif"

_STYLE = {
    **sns.axes_style("white"),
    "svg.fonttype": "none", "svg.hashsalt": "valuelab", "text.parse_math": False, "font.family": ["DejaVu Sans"],
    "font.size": 9.5, "axes.titlesize": 10, "axes.titleweight": "bold", "axes.titlelocation": "left", "axes.labelsize": 9,
    "xtick.labelsize": 9, "ytick.labelsize": 9, "axes.edgecolor": SOFT, "axes.linewidth": 0.8, "text.color": INK,
    "axes.labelcolor": SOFT, "xtick.color": SOFT, "ytick.color": SOFT, "axes.spines.top": False, "axes.spines.right": False,
    "axes.spines.left": False, "axes.grid": True, "axes.grid.axis": "y", "grid.color": GRID, "grid.linewidth": 0.7,
    "axes.axisbelow": True, "lines.linewidth": 1.8, "xtick.bottom": True, "xtick.major.size": 3, "axes.unicode_minus": True,
}


@dataclass(frozen=True, slots=True)
class Size:
    """How wide a chart is drawn, in inches; ``narrow`` for phones, where labels must be fewer."""

    width: float
    narrow: bool

    def height(self, wide: float, narrow: float | None = None) -> float:
        return (narrow or wide) if self.narrow else wide


PAGE, PHONE = Size(7.6, False), Size(4.1, True)
Draw = Callable[[Figure, Size], None]


@contextmanager
def _look() -> Iterator[None]:
    with mpl.rc_context(_STYLE), warnings.catch_warnings():
        # names in scripts that the measuring font lacks are drawn by the reader's browser
        warnings.filterwarnings("ignore", message=".*[Gg]lyph.*")
        warnings.filterwarnings("ignore", message=".*constrained_layout not applied.*")
        yield


def _svg(draw: Draw, size: Size, height: float) -> str:
    with _look():
        figure = Figure(figsize=(size.width, height), layout="constrained")
        draw(figure, size)
        buffer = io.BytesIO()
        figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
    text = buffer.getvalue().decode().replace("'DejaVu Sans'", FONTS)
    return "data:image/svg+xml;base64," + base64.b64encode(text.encode()).decode()


def chart(draw: Draw, *, alt: str, caption: Markup | str, height: float = 3.4, narrow_height: float | None = None) -> Chart:
    """Draw for the page and for the phone. ``draw(figure, size)`` puts everything on the given figure."""
    narrow = narrow_height or min(height, 3.2)
    return Chart(source=_svg(draw, PAGE, height), narrow_source=_svg(draw, PHONE, narrow), alt=alt, caption=caption,
                 width=round(PAGE.width * 96), height=round(height * 96))


def unit_axis(axes: Axes, unit: str, *, axis: str = "y", label: str | None = None, bins: int = 5) -> None:
    """Ticks in the measure's unit: percent, money, thousands; the unit as the axis label where it is a word."""
    def text(value: float, _: int) -> str:
        if unit == "fraction":
            return format_fraction(value)
        if is_money(unit):
            return format_money(value, unit)
        return format_number(round(value, 12))

    which = axes.yaxis if axis == "y" else axes.xaxis
    which.set_major_locator(MaxNLocator(bins, steps=[1, 2, 2.5, 5, 10]))
    which.set_major_formatter(FuncFormatter(text))
    words = label if label is not None else ("" if unit == "fraction" or is_money(unit) else unit)
    if axis == "y":
        if words:
            axes.set_title(short(words, 60), fontsize=9, fontweight="normal", color=SOFT, pad=6)
    else:
        axes.set_xlabel(words)


def period_axis(axes: Axes, index: pd.PeriodIndex, *, most: int = 7) -> None:
    """Positions 0 … n−1 stand for the periods of ``index``; years are ticked at their first month where that fits."""
    n = len(index)
    freq = index.freqstr
    januaries = [i for i, p in enumerate(index) if freq.startswith("M") and p.month == 1]
    if 2 <= len(januaries) <= most and n > 20:
        axes.set_xticks(januaries, [str(index[i].year) for i in januaries])
    else:
        step = max(1, -(-n // most))
        if len(januaries) > most:
            januaries = januaries[:: -(-len(januaries) // most)]
            axes.set_xticks(januaries, [str(index[i].year) for i in januaries])
        else:
            ticks = list(range(0, n, step))
            axes.set_xticks(ticks, [short_period(index[i]) for i in ticks])
    axes.set_xlim(-0.6, n - 0.4)


def short(text: str, width: int) -> str:
    """Text cut at a word to fit a label."""
    text = " ".join(text.split())
    cut = shorten(text, width, placeholder="…")
    return cut if len(cut) > 1 else text[: width - 1] + "…"


def folded(text: str, width: int, lines: int = 2) -> str:
    """Text on at most ``lines`` lines of ``width`` letters."""
    rows = wrap(" ".join(text.split()), width, break_long_words=True)
    if len(rows) > lines:
        rows = [*rows[: lines - 1], short(" ".join(rows[lines - 1 :]), width)]
    return "\n".join(rows)


def end_labels(axes: Axes, labels: Sequence[tuple[float, str, str]], x: float, *, gap: float = 0.085) -> None:
    """Labels (y, text, colour) at the right end of lines, moved apart where they would touch."""
    low, high = axes.get_ylim()
    step = gap * (high - low)
    placed: list[float] = []
    for y, _, _ in sorted(labels):
        at = max(y, placed[-1] + step) if placed else y
        placed.append(at)
    overflow = max(0.0, placed[-1] - (high - step / 2)) if placed else 0
    for at, (_, text, colour) in zip(placed, sorted(labels), strict=True):
        axes.annotate(text, (x, at - overflow), xytext=(5, 0), textcoords="offset points", va="center", ha="left", color=colour,
                      fontsize=9, annotation_clip=False)


def mark_today(axes: Axes, x: float, text: str) -> None:
    """A thin line where the known part ends."""
    axes.axvline(x, color=SOFT, lw=0.9, ls=(0, (2, 2)))
    axes.annotate(text, (x, 1), xycoords=("data", "axes fraction"), xytext=(-4, -2), textcoords="offset points", ha="right", va="top",
                  color=SOFT, fontsize=8.5)
