"""What is measured once, and sheets that are there already, leave every picture as it is."""

from __future__ import annotations

from contextlib import nullcontext

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.figure import Figure
from matplotlib.text import Text

from valuelab.present.charts import style
from valuelab.present.charts.measured import texts_measured_once
from valuelab.present.charts.settle import Sheet, note

MONTHS = np.arange(30.0)


def one_panel(sheet: Sheet, size: style.Size) -> None:
    axes = sheet.subplots()
    axes.plot(MONTHS, MONTHS**1.3 * 1000)
    axes.set_xlabel("months since the start")
    axes.set_title("0")
    note(axes, "two lines\nof a label", (20, 30_000), places=("N", "S"), colour=style.INK, bold=True)
    style.end_labels(axes, [(60_000, "first", style.BLUE), (61_000, "second", style.ORANGE)], 29)
    style.unit_axis(axes, "EUR")
    axes.tick_params(axis="y", length=0)
    axes.set_xticks(range(0, 30, 3), [str(n) for n in range(2000, 2030, 3)])


def two_panels(sheet: Sheet, _: style.Size) -> None:
    for axes, power in zip(sheet.subplots(2, 1, sharex=True), (1, 2), strict=True):
        axes.plot(MONTHS, MONTHS**power)
        style.unit_axis(axes, "fraction")


@pytest.fixture
def ready():
    """Sheets as a process has them that was forked from a warm one."""
    style._ready.fill(4)
    yield style._ready
    style._ready.fill(0)


@pytest.mark.parametrize("draw", [one_panel, two_panels])
@pytest.mark.parametrize("size", [style.PAGE, style.PHONE])
def test_a_picture_has_the_bytes_that_it_has_when_nothing_is_ready_or_remembered(monkeypatch, ready, draw, size):
    quick = [style._address(draw, size, 3.4) for _ in range(2)]
    assert len(ready._sheets) == 2
    ready.fill(0)
    with monkeypatch.context() as alone:
        alone.setattr(style, "texts_measured_once", nullcontext)
        plain = style._address(draw, size, 3.4)
    assert quick == [plain, plain]


def test_texts_that_differ_in_anything_are_measured_apart():
    figure = Figure()
    texts = [Text(0, 0, words, figure=figure, **look) for words in ("Ag", "Ag\nlonger", "long words", "−12.5 %") for look in (
        {}, {"fontsize": 14}, {"fontweight": "bold"}, {"rotation": 30}, {"rotation": 30, "rotation_mode": "anchor"}, {"ha": "center"}, {"va": "top"},
        {"linespacing": 2.0}, {"multialignment": "right"}, {"family": "DejaVu Sans Mono"}, {"style": "italic"})]
    for text in texts:
        text.set_figure(figure)
    own = [text.get_window_extent().bounds for text in texts]
    with texts_measured_once():
        once = [text.get_window_extent().bounds for text in texts]
        again = [text.get_window_extent().bounds for text in texts]
        figure.set_dpi(200)
        twice_as_fine = [text.get_window_extent().bounds for text in texts]
    assert once == again == own
    assert twice_as_fine == [text.get_window_extent().bounds for text in texts] != own


def test_outside_of_charts_matplotlib_is_as_it_was():
    before = Text._get_layout
    style.chart(one_panel, alt="", caption="")
    assert Text._get_layout is before


def test_a_sheet_made_under_other_settings_is_not_used(ready):
    with mpl.rc_context({"xtick.major.width": 3.0}):
        style._address(one_panel, style.PAGE, 3.4)
    assert len(ready._sheets) == 4


def test_a_chart_is_drawn_once_for_the_page_and_once_for_the_phone(monkeypatch):
    drawn: list[Figure] = []
    monkeypatch.setattr(Sheet, "draw", lambda sheet, renderer: (drawn.append(sheet), Figure.draw(sheet, renderer))[0])
    style.chart(one_panel, alt="", caption="")
    assert len(drawn) == 2
