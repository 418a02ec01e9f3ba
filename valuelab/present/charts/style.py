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

import matplotlib as mpl
import numpy as np
import pandas as pd
import seaborn as sns
from markupsafe import Markup
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, MaxNLocator

from valuelab.formatting import format_short, is_money
from valuelab.present.blocks import Chart
from valuelab.present.charts.measured import texts_measured_once
from valuelab.present.charts.settle import Sheet, note, settle
from valuelab.present.charts.words import short
from valuelab.present.figures import short_period

INK, SOFT, GRID, SHADE = "#14202b", "#4a5866", "#dbe2e8", "#e9eff4"  # the page's own
BLUE, ORANGE, GREEN = "#0a6aa6", "#b84d00", "#00704f"  # told apart by colour-blind readers, and dark enough for text on white
PALE_BLUE, PALE = "#9fc4dd", "#b3bec8"
READY_SHEETS = 14  # as many as a notebook of seven charts draws, each for page and phone
MOST_BYTES, BITMAP_DPI = 180_000, 192  # a larger picture is a bitmap, two dots a pixel
FONTS = "system-ui, 'Segoe UI', Roboto, 'Noto Sans', 'Liberation Sans', 'DejaVu Sans', sans-serif"

_STYLE = {
    **sns.axes_style("white"),
    "svg.fonttype": "none", "svg.hashsalt": "valuelab", "text.parse_math": False, "font.family": ["DejaVu Sans"],
    "font.size": 10, "axes.titlesize": 10, "axes.titleweight": "bold", "axes.titlelocation": "left", "axes.labelsize": 9.5,
    "xtick.labelsize": 9.5, "ytick.labelsize": 9.5, "axes.edgecolor": SOFT, "axes.linewidth": 0.8, "text.color": INK,
    "axes.labelcolor": SOFT, "xtick.color": SOFT, "ytick.color": SOFT, "axes.spines.top": False, "axes.spines.right": False,
    "axes.spines.left": False, "axes.grid": True, "axes.grid.axis": "y", "grid.color": GRID, "grid.linewidth": 0.7,
    "text.hinting": "none", "axes.axisbelow": True, "lines.linewidth": 1.8, "xtick.bottom": True, "xtick.major.size": 3, "axes.unicode_minus": True,
    "figure.autolayout": False, "figure.constrained_layout.use": False,
    "axes.titley": 1.0,  # no ticks stand at the top, and looking whether they do measures every label again
}


@dataclass(frozen=True, slots=True)
class Size:
    """How wide a chart is drawn, in inches; ``narrow`` for phones, where labels must be fewer."""

    width: float
    narrow: bool

    def height(self, wide: float, narrow: float | None = None) -> float:
        return (narrow or wide) if self.narrow else wide


PAGE, PHONE = Size(9.4, False), Size(4.1, True)
Draw = Callable[[Sheet, Size], None]


class _Ready:
    """Empty sheets, made in the process from which notebooks are forked, so that each notebook finds them; others are made as they are needed."""

    def __init__(self) -> None:
        self._sheets: list[Sheet] = []
        self._settings: dict[str, object] = {}

    def fill(self, number: int) -> None:
        with _look():
            self._settings = dict(mpl.rcParams)
            self._sheets = [Sheet(width=1, height=1) for _ in range(number)]
            for sheet in self._sheets:
                sheet.make_panel()

    def take(self, width: float, height: float) -> Sheet:
        """A sheet of this size in inches, within the look of charts; what was made under other settings of matplotlib is not used."""
        if not self._sheets or dict(mpl.rcParams) != self._settings:
            return Sheet(width=width, height=height)
        sheet = self._sheets.pop()
        sheet.set_size_inches(width, height)
        return sheet


_ready = _Ready()


@contextmanager
def _look() -> Iterator[None]:
    with mpl.rc_context(_STYLE), texts_measured_once(), warnings.catch_warnings():
        # names in scripts that the measuring font lacks are drawn by the reader's browser
        warnings.filterwarnings("ignore", message=".*[Gg]lyph.*")
        yield


def drawn(draw: Draw, size: Size, height: float) -> Sheet:
    """The finished figure: drawn, laid out, every label in its place."""
    sheet = _ready.take(size.width, height)
    draw(sheet, size)
    settle(sheet)
    return sheet


def _address(draw: Draw, size: Size, height: float) -> str:
    """The picture as a data address: vector, or a bitmap for dense screens where the vector would be large."""
    with _look():
        sheet, buffer = drawn(draw, size, height), io.BytesIO()
        sheet.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
        if buffer.tell() > MOST_BYTES:
            buffer = io.BytesIO()
            sheet.savefig(buffer, format="png", dpi=BITMAP_DPI, metadata={"Software": None})
            return "data:image/png;base64," + base64.b64encode(buffer.getvalue()).decode()
    text = buffer.getvalue().decode().replace("'DejaVu Sans'", FONTS)
    return "data:image/svg+xml;base64," + base64.b64encode(text.encode()).decode()


def chart(draw: Draw, *, alt: str, caption: Markup | str, height: float = 3.4, narrow_height: float | None = None) -> Chart:
    """Draw for the page and for the phone. ``draw(figure, size)`` puts everything on the given figure."""
    narrow = narrow_height or min(height, 3.2)
    return Chart(source=_address(draw, PAGE, height), narrow_source=_address(draw, PHONE, narrow), alt=alt, caption=caption,
                 width=round(PAGE.width * 96), height=round(height * 96))


def draw_empty() -> None:
    """A chart of nothing, so that fonts are found and parts imported, and empty sheets: once for all processes that are forked from this one."""
    def draw(sheet: Sheet, _: Size) -> None:
        axes = sheet.subplots()
        axes.plot([0, 1], [0, 1])
        axes.set_title("0")
        note(axes, "0", (0, 0), places=("N",), colour=INK, bold=True)
        unit_axis(axes, "EUR")  # reads the list of currencies

    chart(draw, alt="", caption="")
    _ready.fill(READY_SHEETS)


def unit_axis(axes: Axes, unit: str, *, axis: str = "y", label: str | None = None, bins: int = 5) -> None:
    """Ticks in the measure's unit: percent, money, thousands; the unit as the axis label where it is a word."""
    def text(value: float, _: int) -> str:
        return format_short(round(value, 12), unit)

    which = axes.yaxis if axis == "y" else axes.xaxis
    which.set_major_locator(MaxNLocator(bins, steps=[1, 2, 2.5, 5, 10]))
    which.set_major_formatter(FuncFormatter(text))
    words = label if label is not None else ("" if unit == "fraction" or is_money(unit) else unit)
    if axis == "y":
        if words:
            axes.set_title(short(words, 90), fontsize=9.5, fontweight="normal", color=SOFT, pad=8)
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


def end_labels(axes: Axes, labels: Sequence[tuple[float, str, str]], x: float) -> None:
    """Labels (y, text, colour) at the right end of lines, moved apart where they would touch."""
    group = [axes.annotate(text, (x, y), xytext=(6, 0), textcoords="offset points", va="center", ha="left", color=colour, fontsize=9.5,
                           annotation_clip=False, linespacing=1.1) for y, text, colour in sorted(labels)]
    axes.figure.ends.append(group)


def interval(axes: Axes, at: float, low: float, high: float, colour: str, *, across: bool = False) -> None:
    """An interval of one figure, always drawn alike: a line with two ends, upright or across."""
    span, level = [low, high], [at, at]
    axes.plot(*((span, level) if across else (level, span)), color=colour, lw=1.7, solid_capstyle="butt", marker="|" if across else "_", ms=9, mew=1.7, zorder=2.4)


def band(axes: Axes, x: np.ndarray, low: np.ndarray, high: np.ndarray, colour: str, *, inner: bool = False) -> None:
    """An interval of a line: a band, darker for the inner of two."""
    axes.fill_between(x, low, high, color=colour, alpha=0.26 if inner else 0.15, lw=0)


def mark_today(axes: Axes, x: float, text: str) -> None:
    """A thin line where the known part ends."""
    axes.axvline(x, color=SOFT, lw=0.9, ls=(0, (2, 2)))
    note(axes, text, (x, 1), coords=("data", "axes fraction"), places=("SW", "SE"), colour=SOFT, size=9, needed=False)
