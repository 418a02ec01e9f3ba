"""Figures in sentences: each is a ``<data>`` element with its exact value and its key, so that pages can be held to results.json.

Examples
--------
>>> from valuelab.types import Estimate
>>> fig(Estimate(0.1769, unit="fraction", key="baseline.shortfall.of_target"))
Markup('<data class="n" value="0.1769" data-key="baseline.shortfall.of_target">17.7 %</data>')
"""

from __future__ import annotations

import math
import re
from html import unescape

import pandas as pd
from markupsafe import Markup

from valuelab.formatting import (
    FRACTION_POINTS,
    decimals_for,
    format_date,
    format_fraction,
    format_interval,
    format_money,
    format_number,
    format_points,
    format_value,
    is_money,
)
from valuelab.language import both, phrase, phrases, untranslated
from valuelab.language import say as say
from valuelab.language import say_of as say_of
from valuelab.types import Estimate

NOUNS = {
    "month": both("{count} month", "{count} months"), "week": both("{count} week", "{count} weeks"), "quarter": both("{count} quarter", "{count} quarters"),
    "day": both("{count} day", "{count} days"), "year": both("{count} year", "{count} years"), "period": both("{count} period", "{count} periods"), "row": both("{count} row", "{count} rows"),
    "indicator": both("{count} indicator", "{count} indicators"), "person": both("{count} person", "{count} people"),
    "figure": both("{count} figure", "{count} figures"), "answer": both("{count} answer", "{count} answers"),
    "earlier forecast": both("{count} earlier forecast", "{count} earlier forecasts"),
}


def fig(estimate: Estimate, *, unit: bool = True, exact: bool = False, sign: bool = False, magnitude: bool = False,
        digits: int = 1) -> Markup:
    """The value alone. ``unit``: with its unit; ``exact``: money in full; ``sign``: with a plus; ``magnitude``: without its sign;
    ``digits``: decimals of a percentage."""
    value = abs(estimate.value) if magnitude else estimate.value
    if estimate.unit in ("fraction", FRACTION_POINTS):
        text = (format_fraction if estimate.unit == "fraction" else format_points)(value, digits)
    else:
        text = format_value(value, estimate.unit if unit or is_money(estimate.unit) else "", exact=exact)
    if sign and value > 0:
        text = f"+{text}"
    key = Markup(' data-key="{}"').format(estimate.key) if estimate.key else ""
    short = "n" if len(text) < 24 else ""
    shown = Markup(' data-shown="size"') if magnitude else ""
    return Markup('<data class="{}" value="{}"{}{}>{}</data>').format(short, repr(float(estimate.value)), key, shown, text)


def about(estimate: Estimate) -> Markup:
    """A figure that deserves two digits: $180,000 for 179,933; the element keeps the exact value."""
    size = abs(estimate.value)
    rounded = round(estimate.value, 1 - math.floor(math.log10(size))) if size else 0.0
    return Markup('<data class="n" value="{}" data-key="{}" data-shown="about">{}</data>').format(repr(float(estimate.value)), estimate.key, format_value(rounded, estimate.unit))


def interval(estimate: Estimate, *, magnitude: bool = False, exact: bool = False) -> Markup:
    """`` (95 %: 19,400 to 22,300)`` with a space before; empty for a bare number."""
    if estimate.bare or estimate.low == estimate.value == estimate.high:  # of no width: every draw says the same
        return Markup("")
    if magnitude and estimate.high <= 0:
        estimate = Estimate(-estimate.value, -estimate.high, -estimate.low, level=estimate.level, unit=estimate.unit)
    level = f"{format_fraction(estimate.level, 0)}: " if estimate.level else ""
    return Markup(' <span class="interval">({}{})</span>').format(level, format_interval(estimate, exact=exact))


def full(estimate: Estimate, *, unit: bool = True, exact: bool = False, sign: bool = False, magnitude: bool = False) -> Markup:
    """Value, then its interval where it has one."""
    return fig(estimate, unit=unit, exact=exact, sign=sign, magnitude=magnitude) + interval(estimate, magnitude=magnitude, exact=exact)


def plain(markup: Markup | str) -> str:
    """The text of a piece of HTML on one line."""
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", "", str(markup)))).strip()


def period_text(period: pd.Period) -> str:
    """A period as people write it: March 2025; week of 24 March 2025; Q1 2025; 2025."""
    freq = period.freqstr
    if freq.startswith("M"):
        return format_date(period.start_time, "yMMMM")
    if freq.startswith("W"):
        return phrase("week of {date}", date=format_date(period.start_time, "yMMMMd"))
    if freq.startswith("D"):
        return format_date(period.start_time, "yMMMMd")
    if freq.startswith("Q"):
        return f"Q{period.quarter} {period.qyear}"
    return str(period)


def short_period(period: pd.Period) -> str:
    """A period on an axis or in a table: Mar 2025."""
    freq = period.freqstr
    if freq.startswith("M"):
        return format_date(period.start_time, "yMMM")
    if freq.startswith(("W", "D")):
        return format_date(period.start_time, "yMMMd")
    return period_text(period)


def count(number: int, noun: str, several: str = "") -> str:
    """``1 month``, ``3 months``."""
    if noun in NOUNS:
        return phrases(*NOUNS[noun], number, count=format_number(number))
    return untranslated(f"{format_number(number)} {noun if number == 1 else several or noun + 's'}")


def joined(parts: list[str | Markup]) -> Markup:
    """``a``, ``a and b``, ``a, b and c``; each part escaped."""
    parts = [Markup.escape(p) for p in parts]
    if len(parts) < 2:
        return Markup("").join(parts)
    return say("{these} and {that}", these=Markup(", ").join(parts[:-1]), that=parts[-1])


def amount(value: float, unit: str = "", *, reference: float | None = None) -> str:
    """A number in a table column: decimals chosen by ``reference`` so that a column agrees with itself."""
    if is_money(unit):
        return format_money(value, unit, exact=True)
    if unit == "fraction":
        return format_fraction(value)
    return format_number(value, decimals_for(reference if reference is not None else value))
