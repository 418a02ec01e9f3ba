"""Panels whose scales are light: a scale draws all its grid lines as one line, all its tick marks as another, and a text for each label.

matplotlib's own axes make five artists for every tick, most of which a chart of ours does not show; they were half of a chart's time.
What charts say of their ticks they say as always (``set_xticks``, ``tick_params``, ``grid``, locators and formatters).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.artist import allow_rasterization
from matplotlib.axes import Axes
from matplotlib.axis import XAxis, YAxis
from matplotlib.lines import Line2D
from matplotlib.markers import TICKDOWN, TICKLEFT
from matplotlib.text import Text
from matplotlib.transforms import Bbox

NEAR = 1e-10  # of the length of a scale: a tick this far outside of it still belongs to it


def around(boxes: Sequence[Bbox]) -> Bbox:
    """The box around boxes."""
    corners = [box.extents.tolist() for box in boxes]
    return Bbox([[min(c[0] for c in corners), min(c[1] for c in corners)], [max(c[2] for c in corners), max(c[3] for c in corners)]])


class _Light:
    """What an axis of matplotlib does with ticks, without ticks. ``axes``, ``major``, … are the axis's own."""

    majorTicks: tuple[()] = ()  # type: ignore[assignment]
    minorTicks: tuple[()] = ()  # type: ignore[assignment]
    _known: tuple[Any, ...] | None = None

    def get_major_ticks(self, numticks: int | None = None) -> list[Any]:
        """None: ticks are not objects here."""
        return []

    get_minor_ticks = get_major_ticks

    def labels(self) -> list[Text]:
        """A text for each tick that lies on the scale, where labels are shown; found again only where something of it changed."""
        self._look()
        return self._texts

    def _look(self) -> None:
        room = self.axes.bbox.bounds if getattr(self.major.locator, "_nbins", 0) == "auto" else ()  # matplotlib's own choice of ticks goes by the room for them
        now = (*self.get_view_interval(), *room, self.major.locator, self.major.formatter, *self._major_tick_kw.items())
        if now == self._known:
            return
        places = np.asarray(self.get_majorticklocs(), dtype=float)
        words = self.major.formatter.format_ticks(places)
        low, high = sorted(self.get_view_interval())
        spare = NEAR * (high - low)
        shown = (places >= low - spare) & (places <= high + spare)
        self._places = places[shown]
        self._texts = [self._text_at(place, word) for place, word, on in zip(places, words, shown, strict=True) if on and word] if self._said("label1On", True) else []
        self._known = now

    def _said(self, name: str, otherwise: object) -> Any:
        """What was said of ticks, by the names that matplotlib keeps it under."""
        return self._major_tick_kw.get(name, otherwise)

    def _usual(self, name: str) -> Any:
        return mpl.rcParams[f"{self.axis_name}tick.{name}"]

    def _length(self) -> float:
        return self._said("size", self._usual("major.size"))

    def _text_at(self, place: float, word: str) -> Text:
        across = self.axis_name == "x"
        find = self.axes.get_xaxis_text1_transform if across else self.axes.get_yaxis_text1_transform
        transform, vertical, horizontal = find(self._said("pad", self._usual("major.pad")) + self._length())
        usual = self._usual("labelcolor")
        made = Text(place if across else 0, 0 if across else place, word, transform=transform, va=vertical, ha=horizontal,
                    color=self._said("labelcolor", self._usual("color") if usual == "inherit" else usual), fontsize=self._said("labelsize", self._usual("labelsize")))
        made.set_figure(self.axes.get_figure(root=False))
        return made

    def _get_ticklabel_bboxes(self, ticks: object, renderer: Any) -> tuple[list[Bbox], list[Bbox]]:
        return [text.get_window_extent(renderer) for text in self.labels() if text.get_visible()], []

    def _update_ticks(self) -> list[Any]:
        return []

    def place_name(self, renderer: Any) -> None:
        """Put the name of the scale where its labels end."""
        self._update_label_position(renderer)

    def _update_label_position(self, renderer: Any) -> None:
        if self.label.get_text():
            super()._update_label_position(renderer)  # type: ignore[misc]

    def get_tightbbox(self, renderer: Any = None, *, for_layout_only: bool = False) -> Bbox | None:
        """The box around labels and the name of the scale, whose length a layout does not mind."""
        if not self.get_visible() or (for_layout_only and not self.get_in_layout()):
            return None
        boxes, _ = self._get_ticklabel_bboxes((), renderer)
        if self._has_factor(boxes):
            boxes.append(self.offsetText.get_window_extent(renderer))
        if self.label.get_text() and self.label.get_visible():
            self._update_label_position(renderer)
            named = self.label.get_window_extent(renderer)
            if for_layout_only:
                middle_x, middle_y = (named.x0 + named.x1) / 2, (named.y0 + named.y1) / 2
                named = Bbox([[middle_x, named.y0], [middle_x, named.y1]] if self.axis_name == "x" else [[named.x0, middle_y], [named.x1, middle_y]])
            boxes.append(named)
        return around(boxes) if boxes else None

    def _has_factor(self, boxes: list[Bbox]) -> bool:
        """Whether matplotlib's own words of ticks leave out a factor (1e9) or a sum, which then stands at the end of the scale."""
        left_out = self.major.formatter.get_offset()
        if left_out:
            self.offsetText.set_text(left_out)
            self._update_offset_text_position(boxes, [])
        return bool(left_out)

    def _line(self, places: np.ndarray, *, marker: Any = None, **look: Any) -> Line2D:
        across = self.axis_name == "x"
        if marker is None:
            ends = np.tile([0.0, 1.0, np.nan], len(places))
            drawn = (np.repeat(places, 3), ends) if across else (ends, np.repeat(places, 3))
        else:
            drawn = (places, np.zeros(len(places))) if across else (np.zeros(len(places)), places)
        which = "grid" if marker is None else "tick1"
        transform = (self.axes.get_xaxis_transform if across else self.axes.get_yaxis_transform)(which=which)
        line = Line2D(*drawn, marker=marker, transform=transform, **look)
        line.set_figure(self.axes.get_figure(root=False))
        line.axes = self.axes
        return line

    @allow_rasterization
    def draw(self, renderer: Any) -> None:
        """Grid lines, tick marks, labels, and what the scale is of."""
        if not self.get_visible():
            return
        texts = self.labels()
        if len(self._places):
            if self._said("gridOn", False):
                width, dashes = self._said("grid_linewidth", mpl.rcParams["grid.linewidth"]), self._said("grid_linestyle", mpl.rcParams["grid.linestyle"])
                grid = self._line(self._places, color=self._said("grid_color", mpl.rcParams["grid.color"]), lw=width, ls=dashes, solid_capstyle="butt")
                grid.set_clip_path(self.axes.patch)
                grid.draw(renderer)
            if self._length() and self._said("tick1On", self._usual("bottom" if self.axis_name == "x" else "left")):
                width = self._said("width", self._usual("major.width"))
                self._line(self._places, marker=TICKDOWN if self.axis_name == "x" else TICKLEFT, ls="none", color=self._said("color", self._usual("color")),
                           ms=self._length(), mew=width).draw(renderer)
        for text in texts:
            text.draw(renderer)
        if self._has_factor(self._get_ticklabel_bboxes((), renderer)[0]):
            self.offsetText.draw(renderer)
        self._update_label_position(renderer)
        self.label.draw(renderer)
        self.stale = False


class _LightX(_Light, XAxis):
    pass


class _LightY(_Light, YAxis):
    pass


class Panel(Axes):
    """Axes with light scales."""

    def _init_axis(self) -> None:
        self.xaxis, self.yaxis = _LightX(self, clear=False), _LightY(self, clear=False)
        for axis, sides in ((self.xaxis, ("bottom", "top")), (self.yaxis, ("left", "right"))):
            for side in sides:
                self.spines[side].register_axis(axis)

    def clear(self) -> None:
        """Empty it."""
        super().clear()
        for spine in self.spines.values():
            spine.get_spine_transform()  # makes it stand where it belongs, which else the first tick does
