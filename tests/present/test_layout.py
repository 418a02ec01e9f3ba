"""Panels get the room that their labels leave: none over another, nothing off the picture, and as wide as can be."""

from __future__ import annotations

import pytest

from valuelab.present.charts import style
from valuelab.present.charts.layout import PAD
from valuelab.present.charts.settle import Sheet, settle


def grid_of(rows: int, columns: int, *, label: str = "$1,000", **options) -> Sheet:
    with style._look():
        sheet = Sheet(width=9, height=2.2 * rows)
        for n, axes in enumerate(sheet.subplots(rows, columns, squeeze=False, **options).ravel()):
            axes.set_yticks([0, 1], ["0", label if n == 0 else "1"])
            axes.set_xticks([0, 1], ["first", "last"])
            axes.set_title("a title", pad=8)
            axes.set_xlabel("what it is of")
        settle(sheet)
    return sheet


@pytest.mark.parametrize(("rows", "columns"), [(1, 1), (3, 1), (2, 2), (4, 3)])
def test_panels_with_their_labels_stand_apart_inside_the_picture(rows, columns):
    sheet = grid_of(rows, columns)
    with style._look():
        boxes = [axes.get_tightbbox(sheet.canvas.get_renderer()) for axes in sheet.axes]
    assert all(box.x0 >= PAD - 0.5 and box.y0 >= PAD - 0.5 and box.x1 <= sheet.bbox.x1 - PAD + 0.5 and box.y1 <= sheet.bbox.y1 - PAD + 0.5 for box in boxes)
    assert not any(one.overlaps(other) for i, one in enumerate(boxes) for other in boxes[i + 1:])
    assert len({round(axes.bbox.width, 3) for axes in sheet.axes}) == len({round(axes.bbox.height, 3) for axes in sheet.axes}) == 1
    left, right = min(box.x0 for box in boxes), max(box.x1 for box in boxes)
    assert left <= PAD + 0.5 and right >= sheet.bbox.x1 - PAD - 0.5  # no room is lost


def test_heights_are_in_the_ratios_of_the_grid():
    upper, lower = grid_of(2, 1, height_ratios=[3, 1]).axes
    assert upper.bbox.height == pytest.approx(3 * lower.bbox.height) and upper.bbox.y0 > lower.bbox.y1


def test_a_panel_without_room_stays_where_it_was():
    before = Sheet(width=9, height=2.2)
    assert before.subplots().get_position().bounds == grid_of(1, 1, label="x" * 400).axes[0].get_position().bounds


def test_labels_at_line_ends_stay_on_the_picture_of_a_phone():
    with style._look():
        sheet = Sheet(width=4.1, height=3)
        axes = sheet.subplots()
        axes.plot(range(4), range(4))
        style.end_labels(axes, [(3.0, "estimated $1,500,000", style.BLUE)], 3)
        settle(sheet)
        assert sheet.ends[0][0].get_window_extent().x1 <= sheet.bbox.x1
