"""The language of a report's words: English templates, translated by the gettext catalogues in ``assets/locale``.

Every sentence is one whole template with named places, and is its own key; a text that a catalogue lacks stands in English and says so
(``lang="en"``). The language is, like the locale, one of the whole process: a report has one customer, and ``load_customer`` sets it.

Examples
--------
>>> with in_language("de"):
...     phrase("Spreadsheet"), phrases("{count} month", "{count} months", 3, count=3), str(English("to be done").__html__())
('Tabellenblatt', '3 Monate', '<span lang="en">to be done</span>')
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from gettext import GNUTranslations, NullTranslations
from importlib.resources import files
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from markupsafe import Markup

ENGLISH = "en"
FOLDER = Path(str(files("valuelab"))) / "assets" / "locale"
DOMAIN = "valuelab"
SAID = "said by an analysis"  # context of texts that are made where no language is known, and found again by their template
AS_THEY_ARE = ("name", "amount")  # places of such texts that hold no words of ours
TELLING = 20  # letters of such a text's own, from which it is looked for before a formula is taken apart
PLACE = re.compile(r"\{(\w*)\}")
_REMARKS = re.compile(r"(; )")
_SPAN = re.compile(r"(\d{4}-[\dQ-]+) to (\d{4}-[\dQ-]+)")
_QUARTER = re.compile(r"\d{4}-?Q\d")
_LISTED = re.compile(r"(, )")
_SENTENCES = re.compile(r"(?<=[.”])( )(?=[A-Z“])")
_FORMULA = re.compile(r"( [×−+/^] |[()])")
_TAG = re.compile(r"<[^>]*>")
_in_use = [ENGLISH]


class English(str):
    """A text that the catalogue of the language in use lacks: on a page it is marked as English."""

    __slots__ = ()

    def __html__(self) -> Markup:
        return Markup('<span lang="en">{}</span>').format("".join(self))


class _Missing(NullTranslations):
    """What is said where a catalogue has nothing."""

    def gettext(self, message: str) -> str:
        return English(message)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return English(msgid1 if n == 1 else msgid2)

    def pgettext(self, context: str, message: str) -> str:
        return English(message)


def languages() -> tuple[str, ...]:
    """The languages that reports can be written in.

    Examples
    --------
    >>> languages()
    ('de', 'en')
    """
    return tuple(sorted({ENGLISH, *(path.parts[-3] for path in FOLDER.glob(f"*/LC_MESSAGES/{DOMAIN}.po"))}))


def use_language(code: str) -> None:
    """Write words in this language from now on."""
    _in_use[0] = code


def language_in_use() -> str:
    """The language that words are written in: ``en``, ``de``."""
    return _in_use[0]


@contextmanager
def in_language(code: str) -> Iterator[None]:
    """Another language for a while."""
    before = language_in_use()
    use_language(code)
    try:
        yield
    finally:
        use_language(before)


@lru_cache
def _catalogue(code: str) -> GNUTranslations:
    """A catalogue, compiled in memory; entries that are fuzzy or empty are not in it."""
    compiled = io.BytesIO()
    with (FOLDER / code / "LC_MESSAGES" / f"{DOMAIN}.po").open("rb") as source:
        write_mo(compiled, read_po(source, locale=code, abort_invalid=True))
    compiled.seek(0)
    found = GNUTranslations(compiled)
    found.add_fallback(_Missing())
    return found


def say(template: str, /, *parts: object, **named: object) -> Markup:
    """A sentence from a template, in the language in use; everything that is not Markup is escaped.

    Examples
    --------
    >>> say("{who} is short by {gap}.", who="<b>", gap="x")
    Markup('&lt;b&gt; is short by x.')
    """
    return _escaped(translated(template), *parts, **named)


def say_of(one: str, many: str, number: float, /, **named: object) -> Markup:
    """A sentence that depends on a number; the number itself is among the named places, written as it shall stand."""
    return _escaped(plural(one, many, number), **named)


def _escaped(template: str, *parts: object, **named: object) -> Markup:
    text = Markup("".join(template)).format(*parts, **named)
    return Markup('<span lang="en">{}</span>').format(text) if isinstance(template, English) else text


def untranslated(text: str) -> str:
    """A text that is there in English alone, marked as that on a page of another language."""
    return text if language_in_use() == ENGLISH else English(text)


def like(text: str, made: str) -> str:
    """What was made of a text is in its language."""
    return English(made) if isinstance(text, English) else made


def in_words(text: str) -> bool:
    """True where a template has letters or quotation marks beside its places: only then there is something to translate.

    Examples
    --------
    >>> in_words("{count} months"), in_words("{a}: {b} %")
    (True, False)
    """
    return re.search(r"[^\W\d_]|[“”]", _TAG.sub("", PLACE.sub("", text))) is not None


def translated(text: str, context: str = "") -> str:
    """A template in the language in use; ``English`` where its catalogue lacks it."""
    code = language_in_use()
    if code == ENGLISH or not in_words(text):
        return text
    return _catalogue(code).pgettext(context, text) if context else _catalogue(code).gettext(text)


def _filled(template: str, named: dict[str, object]) -> str:
    if not named:
        return template
    text = "".join(template).format(**named)
    return English(text) if isinstance(template, English) else text


def phrase(text: str, /, **named: object) -> str:
    """A plain text from a template with named places."""
    return _filled(translated(text), named)


def phrase_as(context: str, text: str, /, **named: object) -> str:
    """The same for a word that means different things in different places.

    Examples
    --------
    >>> with in_language("de"):
    ...     phrase_as("scale of amounts", "m")
    'Mio.'
    """
    return _filled(translated(text, context), named)


def phrases(one: str, many: str, number: float, /, **named: object) -> str:
    """A plain text that depends on a number; the number itself is among the named places, written as it shall stand."""
    return _filled(plural(one, many, number), named)


def plural(one: str, many: str, number: float) -> str:
    """The template for a number of things."""
    code = language_in_use()
    whole = int(number) if number == int(number) else 2  # 1.5 months
    if code == ENGLISH:
        return one if whole == 1 else many
    return _catalogue(code).ngettext(one, many, whole)


def both(one: str, many: str) -> tuple[str, str]:
    """Two templates of a number, to be translated later by ``phrases``."""
    return one, many


def later(text: str) -> str:
    """A template that is translated later, where it is used."""
    return text


def agreed_text(by: str, on: str) -> str:
    """Who agreed a figure, and when.

    Examples
    --------
    >>> agreed_text("the board", "2025-02-20"), agreed_text("", "2025-02-20"), agreed_text("", "")
    ('agreed by the board on 2025-02-20', 'agreed on 2025-02-20', '')
    """
    if by and on:
        return phrase("agreed by {who} on {date}", who=by, date=on)
    return phrase("agreed by {who}", who=by) if by else phrase("agreed on {date}", date=on) if on else ""


@lru_cache
def _templates(code: str) -> tuple[tuple[re.Pattern[str], str], ...]:
    """What analyses may have said: a pattern for each template, the most telling first."""
    source = FOLDER / code / "LC_MESSAGES" / f"{DOMAIN}.po"
    with source.open("rb") as lines:
        known = [m.id for m in read_po(lines, locale=code) if m.context == SAID and m.string and not m.fuzzy and PLACE.search(m.id)]
    known.sort(key=lambda text: (-len(PLACE.sub("", text)), any(place.startswith(AS_THEY_ARE) for place in PLACE.findall(text)), text))
    return tuple((re.compile("".join(f"(?P<{part}>.+?)" if n % 2 else re.escape(part) for n, part in enumerate(PLACE.split(text))), re.DOTALL), text) for text in known)


def said(text: str) -> str:
    """A text that an analysis made, in the language in use: by its template, with what stands in its places: a ``name…`` or an ``amount…`` as it
    is, the rest known as well. A text that is known in part only stays English.

    Analyses know no language, and results.json is the same in all of them.

    Examples
    --------
    >>> with in_language("de"):
    ...     said("total of 2025-04 to 2026-03"), said("no such text")
    ('Summe von 2025-04 bis 2026-03', 'no such text')
    """
    code = language_in_use()
    return text if code == ENGLISH or not in_words(text) else _said(code, "".join(text))


def said_or_own(text: str) -> str:
    """The same for what may be a customer's own words: those are in no language of ours."""
    return "".join(said(text))


@lru_cache(maxsize=4096)
def _said(code: str, text: str) -> str:
    whole = _catalogue(code).pgettext(SAID, text)
    if not isinstance(whole, English) or not in_words(text) or _QUARTER.fullmatch(text):
        return "".join(whole)
    if span := _SPAN.fullmatch(text):
        return phrase("{low} to {high}", low=span[1], high=span[2])
    return _in_parts(code, text, _REMARKS) or _by_template(code, text, least=TELLING) or _in_parts(code, text, _FORMULA) or _by_template(code, text) or _in_parts(code, text, _SENTENCES) or _in_parts(code, text, _LISTED) or _of_a_name(code, text) or English(text)


def _by_template(code: str, text: str, least: int = 0) -> str:
    for pattern, template in _templates(code):
        if len(PLACE.sub("", template)) < least:
            return ""  # the rest tells less
        if match := pattern.fullmatch(text):
            places = {place: part if place.startswith(AS_THEY_ARE) else _said(code, part) for place, part in match.groupdict().items()}
            if not any(isinstance(part, English) and in_words(part) for part in places.values()):
                return _catalogue(code).pgettext(SAID, template).format(**{place: "".join(part) for place, part in places.items()})
    return ""


def _in_parts(code: str, text: str, between: re.Pattern[str]) -> str:
    """Remarks or sentences one after the other, or the terms of a formula, each by itself; "" where one of them is not known."""
    parts = between.split(text)
    if len(parts) < 3:
        return ""
    parts[::2] = [_said(code, part) for part in parts[::2]]
    return "" if any(isinstance(part, English) for part in parts) else "".join(parts)


def _of_a_name(code: str, text: str) -> str:
    """``Price up: volume``: what is said of something with a name of the customer's."""
    name, colon, what = text.rpartition(": ")
    said_of_it = _said(code, what) if colon else English()
    return "" if isinstance(said_of_it, English) else f"{name}: {said_of_it}"
