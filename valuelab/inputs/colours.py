"""Colours of a brand: read as #rrggbb, and held to the contrast that people need to read them on white."""

from __future__ import annotations

import re

from valuelab.inputs.periods import Unreadable, shorten

TEXT_CONTRAST, SHAPE_CONTRAST = 4.5, 3.0  # WCAG 2.2, 1.4.3 and 1.4.11
BEHIND = ("#ffffff", "#f3f6f9")  # what a brand's colours stand on: the page, its shaded parts


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours, 1 to 21 (WCAG 2.2, relative luminance of sRGB).

    Examples
    --------
    >>> contrast("#000000", "#ffffff"), round(contrast("#767676", "#ffffff"), 2)
    (21.0, 4.54)
    """
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def parse_text_colour(text: str) -> str:
    """A colour that text may have: ``#0b4f7d``."""
    return _readable(text, TEXT_CONTRAST)


def parse_shape_colour(text: str) -> str:
    """A colour for lines and bands, which need less contrast than text."""
    return _readable(text, SHAPE_CONTRAST)


def _readable(text: str, least: float) -> str:
    found = re.fullmatch(r"#([0-9a-f]{3}|[0-9a-f]{6})", text.strip().lower())
    if not found:
        raise Unreadable(f"{shorten(text)} is not a colour", 'Write it in quotes, as "#0b4f7d".')
    colour = "#" + (found[1] if len(found[1]) == 6 else "".join(2 * digit for digit in found[1]))
    reached = min(contrast(colour, behind) for behind in BEHIND)
    if reached < least:
        raise Unreadable(f"{shorten(text)} has a contrast of {reached:.1f} on the page; {least:.1f} is needed to be seen by everybody",
                         f'The nearest of its kind that has it is "{_darker(colour, least)}".')
    return colour


def _darker(colour: str, least: float) -> str:
    """The same hue, as little darker as it takes."""
    for step in range(1, 256):
        dimmed = "#" + "".join(f"{round(part * (1 - step / 255)):02x}" for part in _parts(colour))
        if min(contrast(dimmed, behind) for behind in BEHIND) >= least:
            return dimmed
    return "#000000"


def _luminance(colour: str) -> float:
    parts = [part / 255 for part in _parts(colour)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _parts(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
