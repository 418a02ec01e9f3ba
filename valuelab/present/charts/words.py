"""Text cut and folded to fit on a chart."""

from __future__ import annotations

from textwrap import shorten, wrap


def short(text: str, width: int) -> str:
    """Text cut at a word to fit a label.

    Examples
    --------
    >>> short("Requests for urgent quotations", 20), short("Auftragsbestätigungen", 10)
    ('Requests for urgent…', 'Auftragsb…')
    """
    text = " ".join(text.split())
    cut = shorten(text, width, placeholder="…")
    return cut if len(cut) > 1 else text[: width - 1] + "…"


def folded(text: str, width: int, lines: int = 2) -> str:
    """Text on at most ``lines`` lines of ``width`` letters."""
    rows = wrap(" ".join(text.split()), width, break_long_words=True)
    if len(rows) > lines:
        rows = [*rows[: lines - 1], short(" ".join(rows[lines - 1 :]), width)]
    return "\n".join(rows)
