"""What matplotlib measures again for every pass of a layout and for drawing is measured once: how large a text is.

Only while our charts are drawn, and only what is remembered is other than matplotlib's; what is found is the same (a test holds it to matplotlib's own).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from matplotlib.text import Text

MOST = 5_000  # layouts that are remembered; a notebook has some hundreds
_measure = Text._get_layout
_layouts: dict[tuple[Any, ...], Any] = {}


@contextmanager
def texts_measured_once() -> Iterator[None]:
    """While this lasts the layout of a text is worked out once for all texts that are alike."""
    before, Text._get_layout = Text._get_layout, _layout
    try:
        yield
    finally:
        Text._get_layout = before


def _layout(text: Text, renderer: Any) -> Any:
    """``Text._get_layout``: lines and box of a text around its own point; nothing that depends on where that is."""
    if text._wrap or text._transform_rotates_text or text.get_usetex():
        return _measure(text, renderer)
    font = text._fontproperties
    key = (type(renderer), text.get_figure(root=True).dpi, text._text, text._parse_math, text._linespacing, text._multialignment, text._horizontalalignment,
           text._verticalalignment, text._rotation, text._rotation_mode, *font.get_family(), font.get_size_in_points(), font.get_weight(), font.get_style(),
           font.get_variant(), font.get_stretch(), font.get_file())
    found = _layouts.get(key)
    if found is None:
        if len(_layouts) >= MOST:
            _layouts.clear()
        found = _layouts[key] = _measure(text, renderer)
    return found
