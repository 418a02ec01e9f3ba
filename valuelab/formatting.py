"""Numbers to text, in one place: thousands, percent, money, intervals. The minus is a real minus (−).

Examples
--------
>>> format_number(23400), format_number(1.8691), format_number(-0.5), format_number(30.0)
('23,400', '1.87', '−0.5', '30')
>>> format_fraction(0.17692), format_fraction(-0.2), format_fraction(0.0627, digits=2)
('17.7 %', '−20 %', '6.27 %')
>>> format_money(1_650_000, "USD"), format_money(405_000, "USD"), format_money(-37_724, "EUR")
('$1.65 m', '$405,000', '−€37,724')
"""

from __future__ import annotations

import math
import re
from functools import lru_cache
from typing import TYPE_CHECKING

from babel.numbers import get_currency_symbol, is_currency

if TYPE_CHECKING:
    from valuelab.types import Estimate

MINUS = "−"
LOCALE = "en_US"
_SCALES = ((1e12, "trn"), (1e9, "bn"), (1e6, "m"))


def decimals_for(value: float, *, significant: int = 3) -> int:
    """How many decimals show ``significant`` digits of a number, none from 100 on."""
    size = abs(value)
    if not math.isfinite(size) or size == 0 or size >= 100:
        return 0
    return max(0, significant - 1 - math.floor(math.log10(size)))


def format_number(value: float, decimals: int | None = None) -> str:
    """A plain number: thousands separated, about three significant digits, no trailing zeros.

    With ``decimals`` exactly that many are shown.
    """
    if not math.isfinite(value):
        return "–"
    size = abs(value)
    if decimals is None and size and (size < 1e-4 or size >= 1e15):
        text = f"{size:.3g}"
    else:
        text = f"{size:,.{decimals_for(size) if decimals is None else decimals}f}"
        if decimals is None and "." in text:
            text = text.rstrip("0").rstrip(".")
    return MINUS + text if value < 0 and text.strip("0.,") else text


def format_fraction(value: float, digits: int = 1, *, unit: bool = True) -> str:
    """A fraction as percent, with ``digits`` decimals, none where they are zero or from 1,000 % on."""
    percent = value * 100
    text = f"{abs(percent):,.{0 if abs(percent) >= 1000 else digits}f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    sign = MINUS if percent < 0 and text.strip("0.,") else ""
    return f"{sign}{text} %" if unit else f"{sign}{text}"


@lru_cache
def is_money(unit: str) -> bool:
    """True where the unit is an ISO 4217 currency code."""
    return len(unit) == 3 and unit.isupper() and is_currency(unit, LOCALE)


@lru_cache
def currency_sign(currency: str) -> str:
    """``$`` for USD, ``CHF`` and a no-break space where the currency has no sign of its own."""
    sign = get_currency_symbol(currency, LOCALE)
    return f"{sign}\u00a0" if sign.isalpha() else sign


def format_money(value: float, currency: str, *, exact: bool = False) -> str:
    """An amount: ``$1.65 m`` from a million on (``exact``: ``$1,650,000``), whole units from 100 on, else cents."""
    if not math.isfinite(value):
        return "–"
    size, suffix = abs(value), ""
    scale = None if exact else next(((s, name) for s, name in _SCALES if size >= s * 0.9995), None)
    if scale:
        scaled = size / scale[0]
        text = f"{scaled:,.{3 if scaled < 10 else 2 if scaled < 100 else 1}f}".rstrip("0").rstrip(".")
        suffix = f" {scale[1]}"
    elif size >= 100 or size == round(size):
        text = f"{size:,.0f}"
    else:
        text = f"{size:,.2f}"
    sign = MINUS if value < 0 and text.strip("0.,") else ""
    return f"{sign}{currency_sign(currency)}{text}{suffix}"


def format_value(value: float, unit: str = "", *, exact: bool = False) -> str:
    """A number in its unit: percent for ``"fraction"``, money for a currency code, else the number and the unit."""
    if unit == "fraction":
        return format_fraction(value)
    if is_money(unit):
        return format_money(value, unit, exact=exact)
    text = format_number(value)
    return f"{text} {unit}" if unit else text


def format_short(value: float, unit: str = "") -> str:
    """A number where space is scarce, on an axis or at a bar: millions and more in short, the unit only where it is percent or money.

    Examples
    --------
    >>> format_short(12_500_000), format_short(0.0025), format_short(0.125, "fraction"), format_short(1e9, "USD")
    ('12.5 m', '0.0025', '12.5 %', '$1 bn')
    """
    size = abs(value)
    if is_money(unit) and 0 < size < 0.1:  # cents would all look alike
        return f"{MINUS if value < 0 else ''}{currency_sign(unit)}{format_number(size)}"
    if unit == "fraction" or is_money(unit):
        return format_value(value, unit)
    scale = next(((s, name) for s, name in _SCALES if size >= s * 0.9995), None)
    return f"{format_number(float(f'{value / scale[0]:.4g}'))} {scale[1]}" if scale and size < 1e15 else format_number(value)


def format_interval(estimate: Estimate, *, exact: bool = False) -> str:
    """The interval alone, ``0.4 to 5.9``; empty for a bare number. Percent signs are left to the value; ``exact``: money in full."""
    if estimate.low is None:
        return ""
    if estimate.unit == "fraction":
        return f"{format_fraction(estimate.low, unit=False)} to {format_fraction(estimate.high, unit=False)}"
    if is_money(estimate.unit):
        return f"{format_money(estimate.low, estimate.unit, exact=exact)} to {format_money(estimate.high, estimate.unit, exact=exact)}"
    places = decimals_for(max(abs(estimate.low), abs(estimate.high)))
    return f"{format_number(estimate.low, places)} to {format_number(estimate.high, places)}"


def format_estimate(estimate: Estimate) -> str:
    """Value, then level and interval in brackets: ``3.1 % (95 %: 0.4 to 5.9)``."""
    text = format_value(estimate.value, estimate.unit)
    if estimate.low is None:
        return text
    level = f"{format_fraction(estimate.level, 0)}: " if estimate.level else ""
    return f"{text} ({level}{format_interval(estimate)})"


_LIVE = re.compile(r"[=@\t\r]|[+\-−](?!\s*[$€£]?\s*[\d.,\s'’]*\s*(%|[A-Za-z]{0,3}|[$€£])\s*$)")


def spreadsheet_text(text: str) -> str:
    """A text as it may be written to a .csv or spreadsheet: what a spreadsheet would run as a formula gets an apostrophe before it.

    Figures with a sign stay as they are.

    Examples
    --------
    >>> [spreadsheet_text(t) for t in ("=cmd|' /C calc'!A0", "@SUM(A1)", "+1+cmd|x", "-5 %", "-", "+20%", "-1,234.50", "Acme")]
    ["'=cmd|' /C calc'!A0", "'@SUM(A1)", "'+1+cmd|x", '-5 %', '-', '+20%', '-1,234.50', 'Acme']
    """
    return f"'{text}" if _LIVE.match(text.lstrip(" \u00a0\ufeff")) or text[:1] in "\t\r\n" and text else text
