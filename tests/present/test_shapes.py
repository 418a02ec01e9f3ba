"""No text of a chart leaves the picture, and no two texts touch, whatever the data look like."""

from __future__ import annotations

import re

import pytest

from tests.conftest import ROOT
from tests.present.shapes import all_charts, kept_sheets
from valuelab.present.charts.settle import texts_of

CASES = list(all_charts())


def faults(sheet) -> list[str]:
    """What a reader would stumble over: texts outside the picture, texts on each other."""
    sheet.draw_without_rendering()  # it was saved at another resolution meanwhile
    texts = [(t.get_text(), t.get_window_extent()) for t in texts_of(sheet)]
    found = [f"outside: {text!r}" for text, box in texts if box.x0 < -1 or box.y0 < -1 or box.x1 > sheet.bbox.x1 + 1 or box.y1 > sheet.bbox.y1 + 1]
    for i, (text, box) in enumerate(texts):
        for other, there in texts[i + 1 :]:
            if min(box.x1, there.x1) - max(box.x0, there.x0) > 1 and min(box.y1, there.y1) - max(box.y0, there.y0) > 1.5:
                found.append(f"{text!r} on {other!r}")
    return found


# where names, numbers or the number of rows change the layout both sizes are drawn; elsewhere charts take turns
BOTH = ("plain", "long names", "a billion", "seven indicators")


@pytest.mark.parametrize("shape", sorted({shape for shape, _, _ in CASES}))
def test_labels_stay_inside_and_apart(shape):
    wrong = []
    for i, (_, name, draw) in enumerate(c for c in CASES if c[0] == shape):
        wanted = ("page", "phone") if shape in BOTH else (("page", "phone")[i % 2],)
        with kept_sheets(*wanted) as sheets:
            draw()
        assert len(sheets) == len(wanted)
        wrong += [(name, where, fault) for where, sheet in sheets for fault in faults(sheet)]
    assert wrong == []


def test_every_chart_there_is_stands_among_the_shapes():
    drawn = (ROOT / "tests" / "present" / "shapes.py").read_text(encoding="utf-8")
    charts = [f"{path.stem}.{made}(" for path in sorted((ROOT / "valuelab" / "present" / "charts").glob("*.py"))
              for made in re.findall(r"^def ([a-z]\w*)\((?=[^)]*\balt: str)", path.read_text(encoding="utf-8"), re.MULTILINE) if path.stem != "style"]
    assert len(charts) > 25
    assert [chart for chart in charts if chart not in drawn] == []


def test_the_check_finds_what_it_looks_for():
    _, _, draw = next(c for c in CASES if c[:2] == ("plain", "projection"))
    with kept_sheets("page") as sheets:
        draw()
    sheet = sheets[0][1]
    sheet.text(0.97, 0.5, "a label that leaves the picture")
    sheet.text(0.3, 0.5, "one")
    sheet.text(0.3, 0.5, "two")
    assert [f.split(":")[0] for f in faults(sheet)] == ["outside", "'one' on 'two'"]


def overlap_of_bars(sheet, words: set[str]) -> list[str]:
    """Labels that lie on a bar."""
    sheet.draw_without_rendering()
    return [t.get_text() for axes in sheet.axes for t in axes.texts if t.get_text() in words
            for bar in axes.patches if t.get_window_extent().padded(-1).overlaps(bar.get_window_extent())]


@pytest.mark.parametrize("case", [c for c in CASES if c[1].startswith("revenue")], ids=lambda c: f"{c[0]}: {c[1]}")
def test_the_names_of_bars_lie_on_none(case):
    with kept_sheets("page", "phone") as sheets:
        case[2]()
    assert [overlap_of_bars(sheet, {"estimated", "actual"}) for _, sheet in sheets] == [[], []]


@pytest.mark.parametrize("case", [c for c in CASES if c[1] == "prices"], ids=lambda c: c[0])
def test_labels_of_prices_stay_clear_of_the_axis(case):
    with kept_sheets("page", "phone") as sheets:
        case[2]()
    for _, sheet in sheets:
        sheet.draw_without_rendering()
        axes = sheet.axes[0]
        assert all(axes.bbox.y0 + 2 <= t.get_window_extent().y0 and t.get_window_extent().y1 <= axes.bbox.y1 + 2 for t in axes.texts)
