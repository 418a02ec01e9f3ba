"""Light scales show what matplotlib's own axes show: the same labels, marks and grid lines in the same places."""

from __future__ import annotations

import io

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL import Image

from valuelab.present.charts import style
from valuelab.present.charts.scales import Panel, around

MONTHS = np.arange(30.0)


def numbers(axes: Axes) -> None:
    axes.plot(MONTHS, MONTHS**2 - 200)
    axes.set_xlabel("months")


def money(axes: Axes) -> None:
    axes.plot(MONTHS, MONTHS * 1e8)
    style.unit_axis(axes, "EUR", bins=3)


def shares(axes: Axes) -> None:
    axes.barh(range(3), [0.1, 0.5, 0.9])
    axes.set_yticks(range(3), ["one", "two\nlines", "three"])
    axes.invert_yaxis()
    axes.tick_params(axis="y", length=0, labelcolor=style.ORANGE)
    axes.grid(False)
    style.unit_axis(axes, "fraction", axis="x", label="share")


def outside(axes: Axes) -> None:
    axes.plot([0, 1], [0, 1])
    axes.set_xticks([-0.2, 0, 0.5, 1, 1.2], ["left of it", "zero", "", "one", "right of it"])
    axes.set_xlim(0, 1)
    axes.set_yticks([])
    axes.grid(axis="y", color=style.PALE, lw=0.5)


def flat(axes: Axes) -> None:
    axes.plot([3, 3], [5, 5])


def huge(axes: Axes) -> None:
    axes.plot(MONTHS * 1e9, MONTHS * 1e-7 + 1)


SHOWN = [huge, numbers, money, shares, outside, flat]


def figure_of(kind: type[Axes], show, size: tuple[float, float]) -> tuple[Figure, Axes]:
    figure = Figure(figsize=size)
    FigureCanvasAgg(figure)
    axes = figure.add_axes((0.2, 0.2, 0.7, 0.7), axes_class=kind)
    show(axes)
    return figure, axes


def labels_of(axes: Axes) -> list[tuple[str, list[float]]]:
    """Words and boxes of all tick labels that are on the picture."""
    if isinstance(axes, Panel):
        texts = [text for axis in (axes.xaxis, axes.yaxis) for text in axis.labels()]
    else:
        texts = [tick.label1 for axis in (axes.xaxis, axes.yaxis) for tick in axis._update_ticks() if tick.label1.get_text() and tick.label1.get_visible()]
    return [(text.get_text(), text.get_window_extent().extents.round(3).tolist()) for text in texts]


@pytest.mark.parametrize("size", [(9.4, 3.4), (4.1, 2.0)])
@pytest.mark.parametrize("show", SHOWN)
def test_labels_are_matplotlib_s_own(show, size):
    with style._look():
        (_, light), (_, own) = (figure_of(kind, show, size) for kind in (Panel, Axes))
        assert labels_of(light) == labels_of(own)
        assert labels_of(light) or show is outside


@pytest.mark.parametrize("show", SHOWN)
def test_pictures_are_matplotlib_s_own(show):
    pictures = []
    for kind in (Panel, Axes):
        with style._look():
            figure, _ = figure_of(kind, show, (6, 3))
            buffer = io.BytesIO()
            figure.savefig(buffer, format="png", dpi=100)
        pictures.append(np.asarray(Image.open(buffer).convert("RGB"), dtype=int))
    assert np.abs(pictures[0] - pictures[1]).max() <= 16  # of 255: a grid line is 36 from white, its ends may be smoothed another way


@pytest.mark.parametrize("show", SHOWN)
def test_a_layout_leaves_as_much_room(show):
    with style._look():
        boxes = []
        for kind in (Panel, Axes):
            figure, axes = figure_of(kind, show, (6, 3))
            boxes.append(axes.get_tightbbox(figure.canvas.get_renderer(), for_layout_only=True).extents)
    assert np.abs(boxes[0] - boxes[1]).max() <= 4.2  # marks where no label stands below them


def test_labels_follow_limits_words_and_looks():
    with style._look():
        _, axes = figure_of(Panel, numbers, (6, 3))
        before = labels_of(axes)
        axes.set_xlim(0, 3)
        narrowed = labels_of(axes)
        axes.set_xticks([1, 2], ["a", "b"])
        named = labels_of(axes)
        axes.tick_params(axis="x", labelsize=20)
        larger = labels_of(axes)
        axes.tick_params(axis="both", labelbottom=False, labelleft=False)
        assert before != narrowed != named != larger
        assert [word for word, _ in named][:2] == ["a", "b"] and labels_of(axes) == []


def test_the_box_around_boxes():
    assert around([axes.bbox for axes in (figure_of(Panel, flat, (6, 3))[1],)]).extents.tolist() == [120, 60, 540, 270]
