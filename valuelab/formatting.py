"""Numbers and dates to text, in one place: thousands, percent, money, intervals, periods. The minus is a real minus (−).

They are written as in the customer's locale, which is one of the whole process: a report has one customer, and ``load_customer`` sets it.
The few words among them (millions, from … to) are those of ``language``.

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
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from babel import Locale
from babel.dates import format_skeleton
from babel.numbers import get_currency_precision, get_currency_symbol, get_decimal_symbol, get_group_symbol, is_currency

from valuelab.language import ENGLISH, language_in_use, like, phrase, phrase_as, phrases, said

if TYPE_CHECKING:
    from valuelab.types import Estimate

MINUS = "−"
LOCALE = "en_US"
_in_use = [LOCALE]
FRACTION_POINTS = "fraction points"  # the unit of a difference of two fractions: 0.125 is 12.5 points
_DAY = re.compile(r"(\d{4})-(\d\d)(?:-(\d\d))?")
_DECIMALS = re.compile(r"(?<![\d.,])0\.(\d+)(?![\d.,]\d)")
_SCALES = ((1e12, "trn"), (1e9, "bn"), (1e6, "m"))


def use_locale(code: str) -> None:
    """Write numbers, money and dates as in this locale from now on."""
    _in_use[0] = code


def locale_in_use() -> str:
    """The locale that numbers are written in: ``en_US``, ``de_DE``."""
    return _in_use[0]


@contextmanager
def in_locale(code: str) -> Iterator[None]:
    """Another locale for a while.

    Examples
    --------
    >>> with in_locale("de_DE"):
    ...     format_number(-1234.5), format_fraction(0.177), format_money(1_650_000, "EUR"), format_date(date(2025, 3, 1), "yMMMM")
    ('−1.234', '17,7 %', '1,65 m\xa0€', 'März 2025')
    >>> with in_locale("ja_JP"):
    ...     format_money(-405_000, "JPY"), format_date(date(2025, 3, 24), "yMMMMd")
    ('−￥405,000', '2025年3月24日')
    """
    before = locale_in_use()
    use_locale(code)
    try:
        yield
    finally:
        use_locale(before)


@lru_cache
def _signs(code: str) -> tuple[str, str, int, int]:
    """The sign before decimals, the sign between thousands, and how many digits stand in the last group and in those before it."""
    return (get_decimal_symbol(code), get_group_symbol(code), *Locale.parse(code).decimal_formats[None].grouping)


def _signed_as_here(text: str) -> str:
    """``1,234.5`` with the signs of the locale."""
    code = locale_in_use()
    if code == LOCALE:
        return text
    point, group, last, others = _signs(code)
    if "e" in text:
        return text.replace(".", point)
    whole, dot, rest = text.partition(".")
    digits = whole.replace(",", "")
    groups = [digits[-last:]]
    digits = digits[:-last]
    while digits:
        groups.insert(0, digits[-others:])
        digits = digits[:-others]
    return group.join(groups) + (point + rest if dot else "")


@lru_cache
def _around(code: str, currency: str) -> tuple[str, str]:
    """What stands before and after an amount: its sign, with the space that the locale leaves."""
    sign = currency_sign(currency, code)
    if code == LOCALE:
        return sign, ""
    pattern = Locale.parse(code).currency_formats["standard"].pattern.partition(";")[0]
    at, number = pattern.index("¤"), re.search(r"[#0]", pattern).start()
    if at < number:
        return sign + ("\u00a0" if pattern[at + 1].isspace() and not sign.endswith("\u00a0") else ""), ""
    return "", f"\u00a0{sign.strip()}" if pattern[at - 1].isspace() or sign.strip().isalpha() else sign


_ENGLISH_DATES = {"yMMMM": "{day:%B %Y}", "yMMM": "{day:%b %Y}", "yMMMMd": "{day.day} {day:%B %Y}", "yMMMd": "{day.day} {day:%b %Y}", "MMM": "{day:%b}"}


def format_date(day: date, parts: str) -> str:
    """A day as in the locale; ``parts`` says what of it: yMMMM a month and year, yMMM the month short, yMMMMd and yMMMd the day too, MMM the month alone."""
    if locale_in_use() == LOCALE:
        return _ENGLISH_DATES[parts].format(day=day)
    return format_skeleton(parts, day, locale=locale_in_use())


def day_as_here(text: str) -> str:
    """A day or month that somebody wrote as 2025-02-20 or 2025-02, as in the locale; anything else, and everything in English, as it is.

    Examples
    --------
    >>> with in_locale("de_DE"):
    ...     day_as_here("2025-02-20"), day_as_here("2025-02"), day_as_here("spring")
    ('20. Feb. 2025', 'Februar 2025', 'spring')
    >>> day_as_here("2025-02-20")
    '2025-02-20'
    """
    found = None if locale_in_use() == LOCALE else _DAY.fullmatch(text)
    try:
        return format_date(date(int(found[1]), int(found[2]), int(found[3] or 1)), "yMMMMd" if found[3] else "yMMMM") if found else text
    except ValueError:  # 2025-13
        return text


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
    return (MINUS if value < 0 and text.strip("0.,") else "") + _signed_as_here(text)


def format_fraction(value: float, digits: int = 1, *, unit: bool = True) -> str:
    """A fraction as percent, with ``digits`` decimals, none where they are zero or from 1,000 % on."""
    percent = value * 100
    text = f"{abs(percent):,.{0 if abs(percent) >= 1000 else digits}f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    sign = MINUS if percent < 0 and text.strip("0.,") else ""
    text = f"{sign}{_signed_as_here(text)}"
    return f"{text} %" if unit else text


def unit_of_difference(unit: str) -> str:
    """The unit of a difference of two figures in this unit: shares differ by points, all else by the same unit."""
    return FRACTION_POINTS if unit == "fraction" else unit


def format_points(value: float, digits: int = 1) -> str:
    """A difference of two fractions in points of a hundred, never in percent: what went from 60 % to 50 % lost 10 points, and a sixth.

    Examples
    --------
    >>> format_points(-0.125), format_points(0.01), format_points(0.0)
    ('−12.5 points', '1 point', '0 points')
    """
    text = format_fraction(value, digits, unit=False)
    return phrases("{count} point", "{count} points", 1 if text.lstrip(MINUS) == "1" else 2, count=text)


@lru_cache
def is_money(unit: str) -> bool:
    """True where the unit is an ISO 4217 currency code."""
    return len(unit) == 3 and unit.isupper() and is_currency(unit, LOCALE)


@lru_cache
def currency_sign(currency: str, code: str = LOCALE) -> str:
    """``$`` for USD, ``CHF`` and a no-break space where the currency has no sign of its own."""
    sign = get_currency_symbol(currency, code)
    return f"{sign}\u00a0" if sign.isalpha() else sign


def format_money(value: float, currency: str, *, exact: bool = False) -> str:
    """An amount: ``$1.65 m`` from a million on (``exact``: ``$1,650,000``), whole units from 100 on, else cents, where the currency has them."""
    if not math.isfinite(value):
        return "–"
    size, suffix = abs(value), ""
    scale = None if exact else next(((s, name) for s, name in _SCALES if size >= s * 0.9995), None)
    if scale:
        scaled = size / scale[0]
        text = f"{scaled:,.{3 if scaled < 10 else 2 if scaled < 100 else 1}f}".rstrip("0").rstrip(".")
        suffix = f" {_scale_name(scale[1])}"
    elif size >= 100 or size == round(size):
        text = f"{size:,.0f}"
    else:
        text = f"{size:,.{get_currency_precision(currency) or decimals_for(size)}f}"
    before, after = _around(locale_in_use(), currency)
    return f"{MINUS if value < 0 and text.strip('0.,') else ''}{before}{_signed_as_here(text)}{suffix}{after}"


def signs_of_numbers(currency: str) -> dict[str, Any]:
    """How numbers and amounts are written, for a script that writes them as ``format_number``, ``format_fraction`` and ``format_money`` do.

    Examples
    --------
    >>> signs = signs_of_numbers("USD")
    >>> signs["before"], signs["group"], signs["scales"][-1]
    ('$', ',', (1000000.0, 'm'))
    """
    code = locale_in_use()
    point, group, last, others = (".", ",", 3, 3) if code == LOCALE else _signs(code)
    before, after = _around(code, currency)
    return {"point": point, "group": group, "last": last, "others": others, "minus": MINUS, "before": before, "after": after,
            "cents": get_currency_precision(currency), "scales": tuple((size, _scale_name(name)) for size, name in _SCALES)}


def format_value(value: float, unit: str = "", *, exact: bool = False) -> str:
    """A number in its unit: percent for ``"fraction"``, points for a difference of two, money for a currency code, else the number and the unit."""
    if unit == "fraction":
        return format_fraction(value)
    if unit == FRACTION_POINTS:
        return format_points(value)
    if is_money(unit):
        return format_money(value, unit, exact=exact)
    text = format_number(value)
    return f"{text} {unit_text(unit)}" if unit else text


def unit_text(unit: str) -> str:
    """A unit as it is read: those of time and of scales are words of the language, others are the customer's own."""
    ours = {"months": phrase("months"), "weeks": phrase("weeks"), "quarters": phrase("quarters"), "years": phrase("years"), "periods": phrase("periods"),
            "days": phrase("days"), "points": phrase("points"), "point": phrase("point"), "month": phrase("month"), "week": phrase("week"), "quarter": phrase("quarter"),
            "year": phrase("year"), "day": phrase("day"), "period": phrase("period"), "people": phrase("people"), "licences": phrase("licences"), "renewals": phrase("renewals"),
            "times": phrase("times"), "answers": phrase("answers")}
    return ours.get(unit, unit) if language_in_use() != ENGLISH else unit


def format_short(value: float, unit: str = "") -> str:
    """A number where space is scarce, on an axis or at a bar: millions and more in short, the unit only where it is percent or money.

    Examples
    --------
    >>> format_short(12_500_000), format_short(0.0025), format_short(0.125, "fraction"), format_short(1e9, "USD")
    ('12.5 m', '0.0025', '12.5 %', '$1 bn')
    """
    size = abs(value)
    if is_money(unit) and 0 < size < 0.1:  # cents would all look alike
        before, after = _around(locale_in_use(), unit)
        return f"{MINUS if value < 0 else ''}{before}{format_number(size)}{after}"
    if unit in ("fraction", FRACTION_POINTS) or is_money(unit):
        return format_value(value, unit)
    scale = next(((s, name) for s, name in _SCALES if size >= s * 0.9995), None)
    return f"{format_number(float(f'{value / scale[0]:.4g}'))} {_scale_name(scale[1])}" if scale and size < 1e15 else format_number(value)


def format_interval(estimate: Estimate, *, exact: bool = False) -> str:
    """The interval alone, ``0.4 to 5.9``; empty for a bare number. Percent signs are left to the value; ``exact``: money in full."""
    if estimate.low is None:
        return ""
    if estimate.unit in ("fraction", FRACTION_POINTS):
        return from_to(format_fraction(estimate.low, unit=False), format_fraction(estimate.high, unit=False))
    if is_money(estimate.unit):
        return from_to(format_money(estimate.low, estimate.unit, exact=exact), format_money(estimate.high, estimate.unit, exact=exact))
    places = decimals_for(max(abs(estimate.low), abs(estimate.high)))
    return from_to(format_number(estimate.low, places), format_number(estimate.high, places))


def from_to(low: str, high: str) -> str:
    """Two ends: ``0.4 to 5.9``."""
    return phrase("{low} to {high}", low=low, high=high)


def said_here(text: str) -> str:
    """What an analysis said, in the language in use, its decimals as in the locale; what it counted is in the locale already.

    Examples
    --------
    >>> with in_locale("de_DE"):
    ...     said_here("memory 0.6 and 0.9, 1.200 accounts")
    'memory 0,6 and 0,9, 1.200 accounts'
    """
    told = said(text)
    return told if locale_in_use() == LOCALE else like(told, _DECIMALS.sub(rf"0{_signs(locale_in_use())[0]}\1", "".join(told)))


def scale_names() -> tuple[str, ...]:
    """What stands behind an amount in millions and more, in the language in use.

    Examples
    --------
    >>> scale_names()
    ('trn', 'bn', 'm')
    """
    return tuple(_scale_name(name) for _, name in _SCALES)


def _scale_name(name: str) -> str:
    """``m`` for millions, as it stands behind an amount."""
    names = {"m": phrase_as("scale of amounts", "m"), "bn": phrase_as("scale of amounts", "bn"), "trn": phrase_as("scale of amounts", "trn")}
    return "".join(names[name])


def format_estimate(estimate: Estimate) -> str:
    """Value, then level and interval in brackets: ``3.1 % (95 %: 0.4 to 5.9)``."""
    text = format_value(estimate.value, estimate.unit)
    if estimate.low is None:
        return text
    level = f"{format_fraction(estimate.level, 0)}: " if estimate.level else ""
    return f"{text} ({level}{format_interval(estimate)})"


_LIVE = re.compile(r"[=@\t\r＝＠＋－]|[+\-−](?!\s*[$€£]?\s*[\d.,\s'’]*\s*(%|[A-Za-z]{0,3}|[$€£])\s*$)")


def spreadsheet_text(text: str) -> str:
    """A text as it may be written to a .csv or spreadsheet: what a spreadsheet would run as a formula gets an apostrophe before it.

    Figures with a sign stay as they are.

    Examples
    --------
    >>> [spreadsheet_text(t) for t in ("=cmd|' /C calc'!A0", "＝1+1", "@SUM(A1)", "+1+cmd|x", "-5 %", "-", "+20%", "-1,234.50", "Acme")]
    ["'=cmd|' /C calc'!A0", "'＝1+1", "'@SUM(A1)", "'+1+cmd|x", '-5 %', '-', '+20%', '-1,234.50', 'Acme']
    """
    return f"'{text}" if _LIVE.match(text.lstrip(" \u00a0\ufeff")) or text[:1] in "\t\r\n" and text else text
