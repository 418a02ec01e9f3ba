"""Labels find their place: after the layout is known each loose label takes the first place where it meets no other text.

What is drawn first stays; labels at line ends move apart; ticks that would touch are thinned; titles that run off the picture are cut.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Annotation, Text
from matplotlib.transforms import Bbox

from valuelab.present.charts.layout import PAD, lay_out
from valuelab.present.charts.scales import Panel
from valuelab.present.charts.words import short

# where a label may stand at its point: offset in points, and which of its edges stands there
PLACES = {
    "N": (0, 6, "center", "bottom"), "S": (0, -6, "center", "top"), "E": (7, 0, "left", "center"), "W": (-7, 0, "right", "center"),
    "NE": (6, 5, "left", "bottom"), "NW": (-6, 5, "right", "bottom"), "SE": (6, -5, "left", "top"), "SW": (-6, -5, "right", "top"),
}
APART = 2.0  # pixels between two texts
EDGE = 4.0  # pixels that labels keep from the left and right of the picture: a reader's fonts are not the measured ones


@dataclass(slots=True)
class Loose:
    """A label that may stand in several places; one that is not needed goes where none is free."""

    text: Annotation
    places: tuple[tuple[float, float, str, str], ...]
    needed: bool


class Sheet(Figure):
    """A figure that knows which of its labels may still move."""

    def __init__(self, *, width: float, height: float) -> None:
        super().__init__(figsize=(width, height))
        FigureCanvasAgg(self)
        self.loose: list[Loose] = []
        self.ends: list[list[Annotation]] = []
        self.row_pad = PAD
        self._empty: Axes | None = None

    def subplots(self, *panels: int, **options: Any) -> Any:
        """As matplotlib's; the one panel that most charts have may be there already."""
        if panels or options or self._empty is None:
            if self._empty is not None:
                self._empty.remove()
                self._empty = None
            return super().subplots(*panels, subplot_kw={"axes_class": Panel}, **options)
        found, self._empty = self._empty, None
        return found

    def make_panel(self) -> None:
        """Have one empty panel ready."""
        self._empty = super().subplots(subplot_kw={"axes_class": Panel})


@dataclass(slots=True)
class _Room:
    """The texts that have their place, in pixels, and the canvas that none may leave."""

    canvas: Bbox
    taken: list[Bbox] = field(default_factory=list)

    def trouble(self, box: Bbox) -> float:
        """Pixels of overlap with other texts, and of what leaves the canvas; 0 is a free place."""
        out = max(0, self.canvas.x0 - box.x0) + max(0, box.x1 - self.canvas.x1) + max(0, self.canvas.y0 - box.y0) + max(0, box.y1 - self.canvas.y1)
        return 40 * out + sum(_overlap(box, other) for other in self.taken)


def _overlap(a: Bbox, b: Bbox) -> float:
    wide = min(a.x1, b.x1) - max(a.x0, b.x0) + APART
    high = min(a.y1, b.y1) - max(a.y0, b.y0) + APART
    return wide * high if wide > 0 and high > 0 else 0.0


def note(axes: Axes, text: str, xy: tuple[float, float], *, places: Sequence[str], colour: str, size: float = 9.5, needed: bool = True,
         coords: object = "data", clear: bool = True, bold: bool = False) -> None:
    """A label at a point, in the first of the named places that is free."""
    if not text:
        return
    first = PLACES[places[0]]
    drawn = axes.annotate(text, xy, xycoords=coords, xytext=first[:2], textcoords="offset points", ha=first[2], va=first[3], color=colour, fontsize=size,
                          fontweight="bold" if bold else "normal", linespacing=1.15, annotation_clip=False, zorder=6,
                          bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.8, "alpha": 0.85} if clear else None)
    drawn.set_in_layout(False)
    axes.figure.loose.append(Loose(drawn, tuple(PLACES[p] for p in places), needed))


def settle(sheet: Sheet) -> None:
    """Lay out, then place every label. Afterwards nothing moves any more."""
    renderer = sheet.canvas.get_renderer()
    lay_out(sheet, renderer, row_pad=sheet.row_pad)
    for axes in sheet.axes:
        axes.xaxis.place_name(renderer)
        axes.yaxis.place_name(renderer)
    for item in sheet.loose:
        item.text.get_window_extent(renderer)
    for axes in sheet.axes:
        _cut_titles(sheet, axes)
        _thin_ticks(sheet, axes)
    moving = {id(item.text) for item in sheet.loose} | {id(t) for group in sheet.ends for t in group}
    room = _Room(sheet.bbox.padded(-EDGE, 0.0), [t.get_window_extent() for t in texts_of(sheet) if id(t) not in moving])
    for group in sheet.ends:
        _spread(sheet, group, room)
    for item in sheet.loose:
        _place(sheet, item, room)


def texts_of(sheet: Figure) -> list[Text]:
    """Every text that will be seen: labels, titles, and those ticks that lie inside their axis."""
    found: list[Text] = [t for t in sheet.texts if t.get_visible() and t.get_text().strip()]
    for axes in sheet.axes:
        if not axes.get_visible():
            continue
        found += [t for t in (*axes.texts, axes.title, axes._left_title, axes._right_title, axes.xaxis.label, axes.yaxis.label)
                  if t.get_visible() and t.get_text().strip()]
        for axis in (axes.xaxis, axes.yaxis):
            if axis.get_visible():
                found += [label for label in axis.labels() if label.get_visible() and label.get_text().strip()]
    return found


def _cut_titles(sheet: Sheet, axes: Axes) -> None:
    """Titles and axis labels are cut at a word where they would leave the picture or run into the neighbouring panel."""
    right = min([sheet.bbox.x1, *(a.bbox.x0 - 8 for a in sheet.axes if a is not axes and a.bbox.x0 > axes.bbox.x0 + 5)])
    for text in (axes._left_title, axes.title):
        _shorten(text, lambda box: box.x1 > right)
    for text in (axes.xaxis.label,):
        _shorten(text, lambda box: box.x1 > sheet.bbox.x1 or box.x0 < sheet.bbox.x0 or box.width > axes.bbox.width + 60)


def _shorten(text: Text, too_long: object) -> None:
    for _ in range(60):
        words = text.get_text()
        if not words.strip() or not too_long(text.get_window_extent()) or len(words) < 6:
            return
        text.set_text(short(words, len(words) - 2))


def _thin_ticks(sheet: Sheet, axes: Axes) -> None:
    """Every second tick label goes, and again, until none touch."""
    for axis, side in ((axes.xaxis, "x"), (axes.yaxis, "y")):
        for _ in range(5):
            labels = [label for label in axis.labels() if label.get_visible() and label.get_text().strip()]
            boxes = [label.get_window_extent() for label in labels]
            low, high = (lambda b: b.x0, lambda b: b.x1) if side == "x" else (lambda b: b.y0, lambda b: b.y1)
            order = sorted(range(len(boxes)), key=lambda i: low(boxes[i]))
            gap = 5 if side == "x" else 1
            if all(low(boxes[b]) - high(boxes[a]) >= gap for a, b in zip(order, order[1:], strict=False)):
                break
            for i in order[1::2]:
                labels[i].set_visible(False)
    for label in (label for label in axes.xaxis.labels() if label.get_visible() and label.get_text().strip()):
        box = label.get_window_extent()
        if box.x1 > sheet.bbox.x1 or box.x0 < sheet.bbox.x0:
            label.set_visible(False)


def _spread(sheet: Sheet, group: list[Annotation], room: _Room) -> None:
    """Labels at line ends, moved apart up and down where they would touch, and kept on the picture."""
    order = sorted(group, key=lambda t: t.get_window_extent().y0)
    boxes = [t.get_window_extent() for t in order]
    bottoms: list[float] = []
    for box in boxes:
        bottoms.append(max([box.y0, *(bottoms[-1:] and [bottoms[-1] + boxes[len(bottoms) - 1].height + APART])]))
    top = sheet.bbox.y1 - 2
    for i in range(len(boxes) - 1, -1, -1):
        bottoms[i] = min(bottoms[i], top - boxes[i].height)
        top = bottoms[i] - APART
    for text, box, bottom in zip(order, boxes, bottoms, strict=True):
        x, y = text.xyann
        text.xyann = (x, y + (bottom - box.y0) * 72 / sheet.dpi)
        room.taken.append(text.get_window_extent())


def _place(sheet: Sheet, item: Loose, room: _Room) -> None:
    best: tuple[float, tuple[float, float, str, str]] | None = None
    # further away in the same directions where the near places are taken
    tries = [(dx * f, dy * f, ha, va) for f in (1, 2.6, 4.2) for dx, dy, ha, va in item.places]
    for dx, dy, ha, va in tries:
        item.text.xyann = (dx, dy)
        item.text.set(ha=ha, va=va)
        box = Text.get_window_extent(item.text)
        over = room.trouble(box)
        if best is None or over < best[0]:
            best = (over, (dx, dy, ha, va))
        if over == 0:
            break
    over, (dx, dy, ha, va) = best
    if over > 0 and not item.needed:
        item.text.set_visible(False)
        return
    item.text.xyann = (dx, dy)
    item.text.set(ha=ha, va=va)
    room.taken.append(Text.get_window_extent(item.text))
