"""A few charts look as they did when somebody last looked at them; after a wanted change ``python -m tests.present.shapes`` keeps the new ones."""

from __future__ import annotations

import io

import matplotlib.image as image
import numpy as np

from tests.present.shapes import key_pictures

SEEN = 0.12  # a difference of grey that an eye sees
MOST_PIXELS = 0.004  # share of pixels that may differ: another font engine moves edges, not lines


def differing(png: bytes, kept: bytes) -> float:
    """Share of pixels that differ visibly after a slight blur; 1 where the sizes differ."""
    now, then = (_blurred(image.imread(io.BytesIO(b))[..., :3].mean(axis=2)) for b in (png, kept))
    return 1.0 if now.shape != then.shape else float((np.abs(now - then) > SEEN).mean())


def _blurred(grey: np.ndarray) -> np.ndarray:
    padded = np.pad(grey, 1, mode="edge")
    return sum(padded[i : i + grey.shape[0], j : j + grey.shape[1]] for i in range(3) for j in range(3)) / 9


def test_key_charts_look_as_they_did():
    changed, size = {}, 0
    for path, png in key_pictures():
        kept = path.read_bytes()
        size += len(kept)
        if (share := differing(png, kept)) > MOST_PIXELS:
            changed[path.name] = round(share, 4)
    assert changed == {}, "look at them; where the change is wanted: python -m tests.present.shapes"
    assert size < 400_000


def test_the_comparison_sees_a_line_that_moved():
    from matplotlib.figure import Figure

    def line(y: float) -> bytes:
        figure, buffer = Figure(figsize=(6, 3)), io.BytesIO()
        figure.subplots().plot([0, 1], [y, y], lw=2)
        figure.axes[0].set_ylim(0, 1)
        figure.savefig(buffer, format="png", dpi=55)
        return buffer.getvalue()

    assert differing(line(0.5), line(0.5)) == 0
    assert differing(line(0.5), line(0.55)) > MOST_PIXELS


def test_a_picture_is_drawn_once(monkeypatch):
    """Drawing is most of what a report costs; matplotlib draws twice where a layout is left on the figure."""
    from matplotlib.figure import Figure

    from valuelab.present.charts.style import draw_empty

    drawings = []
    draw = Figure.draw
    monkeypatch.setattr(Figure, "draw", lambda figure, renderer: drawings.append(figure) or draw(figure, renderer))
    draw_empty()
    assert len(drawings) == len(set(map(id, drawings))) == 2  # the page's and the phone's
