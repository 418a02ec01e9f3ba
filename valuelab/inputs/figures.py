"""Figures as people write them: ``5% per point``, ``$4.8 m``, ``26,000 by 2026-03``. Read here and nowhere else.

Whatever can be read in two ways is refused with both readings. Any text gives a figure or ``Unreadable``.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from functools import lru_cache

import pandas as pd
from babel.numbers import get_currency_symbol, is_currency

from valuelab.formatting import LOCALE
from valuelab.inputs.periods import Unreadable, parse_month, shorten

TO_BE_ANNOUNCED = frozenset({"tba", "tbd", "tbc", "to be announced", "to be decided", "not yet known"})
_SCALES = {
    "k": 1e3,
    "thousand": 1e3,
    "m": 1e6,
    "mn": 1e6,
    "mio": 1e6,
    "million": 1e6,
    "b": 1e9,
    "bn": 1e9,
    "billion": 1e9,
}
_TIMES = {
    "year": "year",
    "yr": "year",
    "annum": "year",
    "month": "month",
    "quarter": "quarter",
    "week": "week",
    "day": "day",
}
_SIGNS = {
    "$": "$",
    "€": "EUR",
    "£": "GBP",
    "¥": "¥",
    "₹": "INR",
    "₩": "KRW",
    "₪": "ILS",
    "₺": "TRY",
    "₫": "VND",
    "₽": "RUB",
    "₦": "NGN",
    "฿": "THB",
    "₱": "PHP",
    "kr": "kr",
    "zł": "PLN",
    "fr.": "CHF",
    "us$": "USD",
    "a$": "AUD",
    "c$": "CAD",
    "ca$": "CAD",
    "nz$": "NZD",
    "s$": "SGD",
    "hk$": "HKD",
    "r$": "BRL",
    "mx$": "MXN",
}
_SHARED = {"¥": frozenset({"JPY", "CNY"}), "kr": frozenset({"SEK", "NOK", "DKK", "ISK"})}
_CURRENCY = r"(?:(?i:us|ca|nz|hk|mx|[acsr])?\$|[€£¥₹₩₪₺₫₽₦฿₱]|(?:kr|zł)(?![a-zA-Z])|fr\.|[A-Z]{3}(?![a-zA-Z]))"
_NUMBER = r"(?:\d{1,3}(?:[ '’]\d{3})+(?:[.,]\d+)?(?!\d)|\d[\d.,]*(?:[eE][+-]?\d{1,2}(?!\d))?|\.\d+)"
_FIGURE = re.compile(
    rf"(?P<sign>[+-])?\s*(?P<before>{_CURRENCY})?\s*(?P<sign2>[+-])?\s*(?P<number>{_NUMBER})"
    r"\s*(?P<scale>(?i:thousand|million|billion|mio|mn|bn|k|m|b)(?!\w))?\s*(?P<percent>%|(?i:percent|per cent)(?!\w))?"
    rf"\s*(?P<after>{_CURRENCY})?\s*(?P<rest>.*)",
    re.ASCII,
)
_WORDS = r"[^\W\d_](?:[^\W\d_]|[ %./-])*"
_REST = re.compile(
    rf"(?P<unit>{_WORDS}?)??\s*(?:(?:(?<!\S)(?:per|an?|each)\s+|/\s*)(?P<per>{_WORDS})|(?P<annual>p\.?\s?a\.?))?", re.IGNORECASE
)
MAX_LENGTH = 80
MAX_SIZE = 1e18


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure as written. ``value``: percent as a fraction; ``signed``: an explicit + or − stands before it."""

    value: float
    text: str
    percent: bool = False
    signed: bool = False
    currency: str = ""  # the sign or code as written
    per: str = ""  # "year", "point", …
    unit: str = ""


@dataclass(frozen=True, slots=True)
class TargetText:
    """A target as written: an absolute ``figure``, a ``relative`` change, or neither (to be announced)."""

    by: pd.Period
    text: str
    figure: Figure | None = None
    relative: float | None = None


@dataclass(frozen=True, slots=True)
class Parts:
    """A figure taken apart, its digits not yet read."""

    digits: str
    negative: bool
    signed: bool
    currency: str
    factor: float
    percent: bool
    words: str


def take_apart(text: str) -> Parts:
    """Sign, currency, digits, scale, percent sign and the words after them; refuses what is no figure."""
    plain = _plain(text)
    if len(plain) > MAX_LENGTH:
        raise Unreadable(f"{shorten(text)} is too long for a figure", "Write the figure alone.")
    brackets = plain.startswith("(") and plain.endswith(")")
    match = _FIGURE.fullmatch(plain[1:-1].strip() if brackets else plain)
    if match is None or (match["sign"] and match["sign2"]) or (match["before"] and match["after"]):
        raise Unreadable(f"{shorten(text)} is not a figure", "Write a number, for example 26,000, 5% or $375.")
    sign = match["sign"] or match["sign2"] or ""
    if brackets and sign:
        raise Unreadable(f"{shorten(text)} has both a sign and brackets", "Write −500 or (500).")
    currency, words = match["before"] or match["after"] or "", match["rest"].strip()
    if currency.isalpha() and currency.isupper() and not is_currency(currency, LOCALE):
        if match["before"]:
            raise Unreadable(
                f"{shorten(text)}: {currency} is not a currency", "Write a number, for example 26,000, 5% or $375."
            )
        currency, words = "", f"{currency} {words}".strip()  # a unit such as FTE
    factor = _SCALES[match["scale"].lower()] if match["scale"] else 1.0
    return Parts(match["number"], sign == "-" or brackets, bool(sign), currency, factor, bool(match["percent"]), words)


def parse_figure(text: str) -> Figure:
    """Read one figure.

    Raises
    ------
    Unreadable
        With what is wrong and what to write instead.

    Examples
    --------
    >>> parse_figure("$4.8 m").value, parse_figure("5% per point").value, parse_figure("(26,000)").value
    (4800000.0, 0.05, -26000.0)
    >>> figure = parse_figure("100000 units a year"); figure.value, figure.unit, figure.per
    (100000.0, 'units', 'year')
    >>> parse_figure("26.000")
    Traceback (most recent call last):
    ...
    valuelab.inputs.periods.Unreadable: "26.000" may be 26 or 26,000
    """
    parts = take_apart(text)
    rest = _REST.fullmatch(parts.words)
    if rest is None:
        raise Unreadable(
            f"{shorten(text)}: {shorten(parts.words)} after the figure is not understood",
            "Write one figure and at most its unit, for example 5% per point.",
        )
    value = finish(parts, parse_digits(parts.digits, decimal_dot=parts.factor != 1 or parts.percent))
    per = "year" if rest["annual"] else (rest["per"] or "").strip().lower()
    return Figure(
        value,
        text.strip(),
        percent=parts.percent,
        signed=parts.signed,
        currency=parts.currency,
        per=_TIMES.get(per, per),
        unit=(rest["unit"] or "").strip(),
    )


def finish(parts: Parts, size: float) -> float:
    """The value from the size of its digits: scale, percent as a fraction, sign."""
    value = size * parts.factor
    if parts.percent:
        value /= 100
    if not math.isfinite(value) or abs(value) > MAX_SIZE:
        raise Unreadable(f"{shorten(parts.digits)} is too large", "Write a smaller figure.")
    return -value if parts.negative else value


def _plain(text: str) -> str:
    """Blanks of all kinds as one blank, minus signs of all kinds as a hyphen."""
    return re.sub(r"[‐‑–—−]", "-", " ".join(text.split()))


def parse_digits(text: str, *, decimal_dot: bool = False, decimal: str = "") -> float:
    """A number without sign and unit.

    ``decimal``: "." or "," where the whole column has told which one it is. ``decimal_dot``: a dot before three
    digits is a decimal point, because a scale or percent sign follows (``$4.825 m``).

    Examples
    --------
    >>> [parse_digits(t) for t in ("26,000", "1.234,56", "26 000", "0.125", "1.234.567")]
    [26000.0, 1234.56, 26000.0, 0.125, 1234567.0]
    """
    digits = re.sub(r"[ '’]", "", text)
    mantissa, exponent = (re.split("[eE]", digits) + [""])[:2]
    if exponent:
        if "," in mantissa or mantissa.count(".") > 1:
            raise Unreadable(f"{shorten(text)} is not a number", "Write it out, for example 26,000.")
        return float(digits)
    dots, commas = mantissa.count("."), mantissa.count(",")
    if not dots and not commas:
        return float(mantissa)
    if decimal:
        return _grouped(mantissa, decimal, text)
    if dots and commas:
        return _grouped(mantissa, max(".,", key=mantissa.rfind), text)
    if dots > 1 or commas > 1:
        return _grouped(mantissa, "," if dots else ".", text)
    before, after = re.split("[.,]", mantissa)
    thousands = len(after) == 3 and 1 <= len(before) <= 3 and not before.startswith("0")
    if dots:
        if thousands and not decimal_dot:
            small, large = f"{float(mantissa):g}", f"{before},{after}"
            fix = f"Write {small} or {large}." if after.endswith("0") else f"Write {mantissa}0 or {large}."
            raise Unreadable(f"{shorten(text)} may be {small} or {large}", fix)
        return _grouped(mantissa, ".", text)
    if thousands:
        return float(before + after)
    small, large = f"{before}.{after}", f"{before}{after}".lstrip("0") or "0"
    raise Unreadable(
        f"{shorten(text)}: the comma does not part thousands, so it may be {small} or {large}",
        f"Write {small} or {large}.",
    )


def _grouped(mantissa: str, decimal: str, text: str) -> float:
    """Read with a known decimal sign; the other sign must part groups of three."""
    other = "," if decimal == "." else "."
    group = re.escape(other)
    if not re.fullmatch(
        rf"(?:\d*|\d{{1,3}}(?:{group}\d{{3}})+)(?:{re.escape(decimal)}\d*)?", mantissa, re.ASCII
    ) or not re.search(r"\d", mantissa):
        raise Unreadable(
            f"{shorten(text)} is not a number: its commas and dots do not part thousands", "Write it like 1,234,567.8."
        )
    return float(mantissa.replace(other, "").replace(decimal, "."))


@lru_cache
def currency_fits(written: str, currency: str) -> bool:
    """True where a sign or code may stand for the currency: ``$`` for USD, AUD, …; ``EUR`` and ``€`` for EUR alone."""
    sign = _SIGNS.get(written.lower(), written.upper())
    if sign == "$":
        return get_currency_symbol(currency, LOCALE).endswith("$")
    return currency in _SHARED.get(sign, frozenset({sign}))


def check_currency(figure: Figure, currency: str) -> Figure:
    """Refuse a sign that contradicts the customer's currency."""
    if figure.currency and currency and not currency_fits(figure.currency, currency):
        raise Unreadable(
            f"{shorten(figure.text)} is in {figure.currency}, but `currency` is {currency}",
            "Correct one of the two; amounts are never converted.",
        )
    return figure


def parse_money(text: str, currency: str) -> Figure:
    """An amount of money, with or without its sign."""
    figure = check_currency(parse_figure(text), currency)
    if figure.percent:
        raise Unreadable(
            f"{shorten(text)} is a percentage where an amount of money is wanted", "Write for example $375."
        )
    return figure


def parse_fraction(text: str) -> Figure:
    """A share: ``40%``, ``5% per point`` or ``0.4``; ``40`` is refused.

    Examples
    --------
    >>> parse_fraction("40%").value, parse_fraction("0.4").value
    (0.4, 0.4)
    """
    figure = parse_figure(text)
    if figure.currency:
        raise Unreadable(f"{shorten(text)} is money where a percentage is wanted", "Write for example 5%.")
    if not figure.percent and abs(figure.value) >= 1:
        percent = f"{figure.value:g}"
        raise Unreadable(
            f"{shorten(text)} may be {percent} % or {100 * figure.value:g} %", f"Write {percent}% if that is meant."
        )
    return figure


def parse_change(text: str) -> Figure:
    """A change in percent: ``+10%``, ``-10%``, ``0%``."""
    figure = parse_fraction(text)
    if figure.value < -1:
        raise Unreadable(f"{shorten(text)} takes away more than there is", "Write a change of −100% or more.")
    return figure


def parse_number(text: str, currency: str = "") -> Figure:
    """A number in the measure's own unit; whether a percentage fits is for the measure to say."""
    return check_currency(parse_figure(text), currency)


def split_target(text: str) -> tuple[str, str]:
    """The figure and the month of a target, both as written."""
    parts = re.split(r"(?i)\s+by\s+(?=\S+(?: \S+)?$)", text.strip())
    if len(parts) != 2 or not parts[0]:
        raise Unreadable(f"{shorten(text)} is not a target", "Write the figure and its month: 26,000 by 2026-03.")
    return parts[0], parts[1]


def parse_target(text: str, currency: str = "") -> TargetText:
    """``26,000 by 2026-03``, ``+20% by 2027-12`` or ``TBA by 2027-03``.

    Examples
    --------
    >>> target = parse_target("+20% by 2027-12"); target.relative, str(target.by)
    (0.2, '2027-12')
    """
    value, by = split_target(text)
    text = text.strip()
    month = parse_month(by)
    if value.strip().lower() in TO_BE_ANNOUNCED:
        return TargetText(month, text)
    figure = parse_number(value, currency)
    if figure.signed and figure.percent:
        if figure.value < -1:
            raise Unreadable(f"{shorten(text)} takes away more than there is", "Write a change of −100% or more.")
        return TargetText(month, text, relative=figure.value)
    if figure.text.startswith("+"):
        raise Unreadable(
            f"{shorten(text)}: a plus is for percentages (+20%)", "Write the level to reach, without the plus."
        )
    return TargetText(month, text, figure=figure)
