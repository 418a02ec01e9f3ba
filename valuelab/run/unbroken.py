"""Figures stay whole at a line's end: 95 and its percent sign, an amount and its scale, a minus and its currency sign, the parts of a date.

The characters stay as they are, so that copying, searching and ``audit`` find plain spaces; an element around such a figure keeps it together.
"""

from __future__ import annotations

import re
from functools import lru_cache

from markupsafe import Markup

from valuelab.formatting import scale_names

# tags, and whole elements whose text cannot part or is no text: figures, plain cells, code; an interval's level, which the stylesheet keeps with what follows
_LEFT = re.compile(r'(<data\b.*?</data>|<code\b.*?</code>|<style\b.*?</style>|<script\b.*?</script>|<title\b.*?</title>|<option\b.*?</option>|<span class="interval">\([^<:]*:|<td>[^<]*</td>|<[^>]*>)', re.DOTALL)
_DIGIT = re.compile(r"\d")


def unbroken(html: str) -> Markup:
    """A page's body in which no figure parts.

    Examples
    --------
    >>> unbroken("<p>An 80 % range, ±5 %, and −$3 of $1.2 m.</p>")
    Markup('<p>An <span class="n">80 %</span> range, <span class="n">±5 %</span>, and <span class="n">−$3</span> of <span class="n">$1.2 m</span>.</p>')
    """
    pieces = _LEFT.split(str(html))
    figures = _figures(scale_names())
    for at in range(0, len(pieces), 2):  # between them stands what is left as it is
        if len(pieces[at]) > 2 and _DIGIT.search(pieces[at]):
            pieces[at] = figures.sub(_kept, pieces[at])
    return Markup("".join(pieces))


def _kept(figure: re.Match[str]) -> str:
    return f'<span class="n">{figure[0]}</span>'


@lru_cache
def _figures(scales: tuple[str, ...]) -> re.Pattern[str]:
    """Figures with a place at which a browser may part them: before a percent sign or a scale, between a sign and that of a currency, at a date's hyphens."""
    currency = r"[$€£¥￥]"
    number = r"\d(?:[\d.,’'\u00a0\u202f]*\d)?"
    behind = rf" (?:%|(?:{'|'.join(map(re.escape, scales))})(?!\w))(?:\u00a0{currency})?"
    return re.compile(rf"[−+±]?{currency}?{number}{behind}|[−+±]{currency}{number}|\b\d{{4}}-\d\d(?:-\d\d)?\b")
