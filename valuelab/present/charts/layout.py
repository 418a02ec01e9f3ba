"""Room around panels: each row and column of a chart gets the margins that its labels need; what is left is the panels'.

They are measured once, and again only where labels stand at line ends.

matplotlib's constrained layout measures everything twice and solves equations; it took a quarter of a chart's time. Our charts are plain grids.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure

PAD = 4.2  # pixels between a label and the edge, and on either side of a margin between panels
BESIDE = 24.0  # pixels on the right that only labels at line ends need
LEAST = 12.0  # pixels that a panel needs: where labels leave less, the picture stays as it was


def lay_out(figure: Figure, renderer: Any, *, row_pad: float = PAD) -> None:
    """Place the panels of a grid, in its own ratios of widths and heights. ``row_pad``: pixels above and below each row with its labels."""
    panels = [axes for axes in figure.axes if axes.get_subplotspec() is not None]
    if panels and _place(figure, panels, renderer, row_pad) > BESIDE:
        _place(figure, panels, renderer, row_pad)  # labels at line ends stand further out where the panel became narrower


def _place(figure: Figure, panels: Sequence[Axes], renderer: Any, row_pad: float) -> float:
    """Measure and place once; the widest margin on the right."""
    grid = panels[0].get_gridspec()
    over = {axes: _over(axes, renderer) for axes in panels if axes.get_visible()}
    at = {axes: (axes.get_subplotspec().colspan.start, axes.get_subplotspec().rowspan.start) for axes in panels}

    def most(place: int, number: int, side: int) -> float:
        return (row_pad if place else PAD) + max((found[side] for axes, found in over.items() if at[axes][place] == number), default=0.0)

    across = [(most(0, n, 0), most(0, n, 2)) for n in range(grid.ncols)]
    up = [(most(1, n, 3), most(1, n, 1)) for n in range(grid.nrows)]  # from the top down
    wide = _shared(figure.bbox.width, across, grid.get_width_ratios() or [1] * grid.ncols)
    high = _shared(figure.bbox.height, up, grid.get_height_ratios() or [1] * grid.nrows)
    if min(size for _, size in (*wide, *high)) < LEAST:
        return 0.0
    for axes in panels:
        (left, width), (top, height) = wide[at[axes][0]], high[at[axes][1]]
        axes.set_position((left / figure.bbox.width, 1 - (top + height) / figure.bbox.height, width / figure.bbox.width, height / figure.bbox.height))
    return max(after for _, after in across)


def _over(axes: Axes, renderer: Any) -> tuple[float, float, float, float]:
    """Pixels by which labels stand out of a panel: left, below, right, above."""
    box, inner = axes.get_tightbbox(renderer, for_layout_only=True), axes.bbox
    return max(0.0, inner.x0 - box.x0), max(0.0, inner.y0 - box.y0), max(0.0, box.x1 - inner.x1), max(0.0, box.y1 - inner.y1)


def _shared(length: float, margins: Sequence[tuple[float, float]], ratios: Sequence[float]) -> list[tuple[float, float]]:
    """Start and size of each panel along a length: margins before and after it, and its share of what is left.

    Examples
    --------
    >>> _shared(100.0, [(10.0, 5.0), (5.0, 0.0)], [3, 1])
    [(10.0, 60.0), (80.0, 20.0)]
    """
    free = length - sum(before + after for before, after in margins)
    found, at = [], 0.0
    for (before, after), ratio in zip(margins, ratios, strict=True):
        size = free * ratio / sum(ratios)
        found.append((at + before, size))
        at += before + size + after
    return found
