"""What a page shows of a figure, read back: does the text agree with the exact value beside it, within its own rounding?

Examples
--------
>>> agrees("$1.65 m", 1_650_400.0, "USD"), agrees("$1.65 m", 1_660_000.0, "USD"), agrees("17.7 %", 0.1769, "fraction")
(True, False, True)
"""

from __future__ import annotations

import re

from babel.numbers import get_currency_symbol, get_decimal_symbol, get_group_symbol

_SCALES = {"m": 1e6, "bn": 1e9, "trn": 1e12, "k": 1e3, "Mio.": 1e6, "Mrd.": 1e9, "Bio.": 1e12}  # English and German, as pages are written
_UNITS = {"days": "Tag", "months": "Monat", "weeks": "Woche", "quarters": "Quartal", "years": "Jahr", "periods": "Periode", "points": "Punkt", "point": "Punkt", "month": "Monat",
          "week": "Woche", "quarter": "Quartal", "year": "Jahr", "day": "Tag", "period": "Periode", "people": "Person", "licences": "Lizenz", "renewals": "Verlängerung", "times": "Mal",
          "answers": "Antwort"}
_DIGITS = re.compile(r"\d[\d.,'’\u00a0\u202f ]*(?<=\d)|\d")
_EXPONENT = re.compile(r"^e([+-]?\d+)")


def agrees(text: str, value: float, unit: str = "", *, magnitude: bool = False, locale: str = "en_US", rounded: bool = False) -> bool:
    """Whether a text shows this value in this unit.

    Parameters
    ----------
    text
        As the page has it: ``−$37,724``, ``+3.1 %``, ``23,400 clients``.
    value, unit
        The exact figure; a fraction is shown as percent, a difference of two ("fraction points") as points.
    magnitude
        The sentence around says the direction, so the sign is left out.
    locale
        Of the page: which sign stands before decimals.
    rounded
        Rounded to two digits ("about").
    """
    text = text.strip()
    match = _DIGITS.search(text)
    if match is None:
        return False
    point, group = get_decimal_symbol(locale), get_group_symbol(locale)
    digits = match[0].replace(group, "").replace("\u00a0", "").replace("\u202f", "").replace(" ", "").replace(point, ".")
    try:
        shown = float(digits)
    except ValueError:
        return False
    step = 10.0 ** -len(digits.partition(".")[2])
    before, after = text[:match.start()], text[match.end():].strip()
    if exponent := _EXPONENT.match(after):
        power = 10.0 ** int(exponent[1])
        shown, step, after = shown * power, step * power, after[exponent.end():].strip()
    for words, beyond in ((("under", "unter"), value < shown / 100), (("over", "über"), value > shown / 100)):
        if before.strip() in words:
            return unit == "fraction" and after.startswith("%") and beyond
    negative = bool(re.search(r"[−-]", before))
    if unit == "fraction":
        if not after.startswith("%") and after:
            return False
        shown, step = shown / 100, step / 100
    elif unit == "fraction points":
        if not after.startswith(("point", "Punkt")) and after:
            return False
        shown, step = shown / 100, step / 100
    elif len(unit) == 3 and unit.isupper():
        symbol = get_currency_symbol(unit, locale)
        if symbol not in text and unit not in text:
            return False
        word = after.replace(symbol, "").strip()
        scale = _SCALES.get(word, 1.0)
        shown, step = shown * scale, step * scale
    elif after and unit and not after.startswith((unit, _UNITS.get(unit, unit))):
        return False
    if negative and (value >= 0 or magnitude) and shown:
        return False
    if value < 0 and not negative and not magnitude and shown:
        return False
    if "." not in digits and rounded:
        step = max(step, 10.0 ** (len(str(int(abs(value)))) - 2))
    # trailing zeros are dropped, so what is shown may be finer than it looks, never coarser
    return abs(abs(value) - shown) <= step / 2 * (1 + 1e-6) + 1e-12
