"""A report in another language: its words, what stays English and says so, its catalogue, and nothing that leaks to the next customer."""

from __future__ import annotations

import importlib.util
import json
import re
from html.parser import HTMLParser

import pytest
import yaml
from babel.messages.pofile import read_po

from tests.conftest import ROOT, copy_project, valuelab
from tests.test_reports import Page
from valuelab.analysis.reviews import review_health
from valuelab.audit.audit import audit
from valuelab.audit.page import Page as Read
from valuelab.inputs import load_customer
from valuelab.language import (
    ENGLISH,
    FOLDER,
    PLACE,
    SAID,
    English,
    in_language,
    language_in_use,
    languages,
    phrase,
    phrases,
    said,
    say,
)
from valuelab.present.blocks import Block
from valuelab.present.show import PARTS, show

_SPEC = importlib.util.spec_from_file_location("make_catalogue", ROOT / "tools" / "make_catalogue.py")
tool = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(tool)

TITLES = ("Principles of Corporate Finance",)
ENGLISH_WORDS = re.compile(r"\b(the|and|of|is|are|not|with|from|which|where|what|by|than|every|this|that|its|has|have)\b")


def html_of(project, notebook: str, customer: str = "harbour-care", as_of: str = "2025-09") -> str:
    return (project / "outputs" / customer / as_of / f"{notebook}.html").read_text(encoding="utf-8")


class Marked(HTMLParser):
    """The texts of a page, each with the language that it is marked as; alternative texts and labels among them."""

    def __init__(self, html: str):
        super().__init__()
        self.open: list[tuple[str, str]] = []
        self.texts: list[tuple[str, str]] = []
        self.feed(re.sub(r'<span class="n">([^<]*)</span>', r'\1', html))  # what is kept together at a line's end is one text

    def handle_starttag(self, tag, attrs):
        attributes = dict(attrs)
        language = attributes.get("lang") or (self.open[-1][1] if self.open else "")
        self.texts += [(language, attributes[name]) for name in ("alt", "aria-label") if attributes.get(name)]
        if tag not in ("meta", "img", "source", "br", "hr", "input", "link"):
            self.open.append((tag, language))

    def handle_endtag(self, tag):
        while self.open and self.open.pop()[0] != tag:
            pass

    def handle_data(self, data):
        if self.open and data.strip() and self.open[-1][0] not in ("style", "script", "code"):
            self.texts.append((self.open[-1][1], " ".join(data.split())))


def own_words(path) -> list[str]:
    """What the customer wrote itself, which is in no language of ours."""
    def texts(value):
        if isinstance(value, dict):
            yield from (text for pair in value.items() for part in pair for text in texts(part))
        elif isinstance(value, list):
            yield from (text for part in value for text in texts(part))
        else:
            yield str(value)
    return sorted({*texts(yaml.safe_load(path.read_text(encoding="utf-8")))}, key=len, reverse=True)


def test_the_words_of_a_report_are_german(german):
    html = html_of(german, "01_baseline")
    text = Page(html).text.replace("\u00a0", " ")
    wanted = ["Wo stehen wir, und wo landen wir, wenn sich nichts ändert?", "Kurz gefasst", "Im Rückstand", "18,9 % unter dem Ziel, außerhalb von ±5 %.", "Annahmen",
              "Wenn sich nichts ändert, kommt „Clients serviced“ in den 12 Monaten bis März 2026 auf 21.080 clients (95 %: 20.197 bis 22.070) und verfehlt das Ziel von 26.000 clients um "
              "18,9 %.", "Zusage (Muss)", "Hochrechnung.", "Lesehilfe", "Herkunft der Zahlen", "Stand 2025-09. Erstellt mit valuelab."]
    assert [w for w in wanted if w not in text] == []
    assert Page(html).all("html")[0] == {"lang": "de", "data-locale": "de_DE"}


def test_conversion_and_how_sure_are_german(german):
    wanted = {
        "03_conversion": ["Vereinbart haben Sie je Punkt „Engagement“ 5 % mehr „Clients serviced“; die Daten sagen", "6 Monate später.",
                          "Die vereinbarte Wirkung liegt im gemessenen Intervall; die Daten lassen sie also zu.", "Das Ziel von 26.000 braucht additiv",
                          "Additiv gelesen ist ein Stand von 10,30 nötig, außerhalb der Skala, die bei 10 endet; multiplikativ gelesen sind es 9,99"],
        "04_roi": ["Wie sicher ist das, und was würde es drehen?", "Am meisten macht „Wirkung eines Punkts“ aus:", "vereinbarte Spanne, 80 %", "Was wäre, wenn? Andere Annahmen ausprobieren"]}
    for notebook, texts in wanted.items():
        text = Page(html_of(german, notebook)).text.replace("\u00a0", " ")
        assert [w for w in texts if w not in text] == []
        assert [text for language, text in Marked(html_of(german, notebook)).texts if language == "en"] == []


def test_a_value_review_is_german_but_for_what_is_marked(german):
    html = html_of(german, "00_value_review")
    text = Page(html).text.replace("\u00a0", " ")
    wanted = ["Nutzenbericht", "Was für wen darin steht", "Wo wir stehen", "Was es wert ist", "Was zugesagt war", "Was zu entscheiden ist", "Entwurf",
              "Grundlage ist die Zusage (Muss) von 23.400 clients bis März 2026; die Chance dafür, wenn sich nichts ändert, beträgt unter 1 %."]
    assert [w for w in wanted if w not in text] == []


@pytest.mark.parametrize("notebook", ["00_value_review", "01_baseline", "02_leading_indicators", "03_conversion", "04_roi", "05_health"])
def test_what_stands_in_english_says_so(german, notebook):
    own = own_words(german / "params" / "harbour-care.yaml")
    unmarked = []
    for language, text in Marked(html_of(german, notebook)).texts:
        for word in own:
            text = re.sub(re.escape(word), "", text, flags=re.IGNORECASE) if len(word) > 3 else text
        if language == "de" and ENGLISH_WORDS.search(text) and text not in TITLES:
            unmarked.append(text)
    assert unmarked == []


def test_the_next_customer_of_the_same_process_is_english_to_the_byte(german, samples):
    here = (german / "outputs" / "stonebrook-tools" / "2025-06" / "04_roi.html").read_bytes()
    assert here == (samples / "stonebrook-tools" / "2025-06" / "04_roi.html").read_bytes()


def test_two_customers_in_one_process(german, monkeypatch):
    monkeypatch.chdir(german)
    try:
        load_customer("harbour-care")
        assert (language_in_use(), phrase("Assumptions")) == ("de", "Annahmen")
        load_customer("stonebrook-tools")
        assert (language_in_use(), phrase("Assumptions")) == (ENGLISH, "Assumptions")
    finally:
        load_customer(str(ROOT / "params" / "harbour-care.yaml"))


def test_results_are_the_same_in_every_language(german, samples):
    home = json.loads((samples / "harbour-care" / "2025-09" / "results.json").read_text(encoding="utf-8"))
    there = json.loads((german / "outputs" / "harbour-care" / "2025-09" / "results.json").read_text(encoding="utf-8"))
    assert there["account"]["language"] == "de"
    assert home["account"]["language"] == "en"
    assert {k: f["value"] for k, f in home["figures"].items()} == {k: f["value"] for k, f in there["figures"].items()}
    assert [page["title"] for page in there["notebooks"].values()] == [page["title"] for page in home["notebooks"].values()]
    statuses = [[p["status"] for p in page["results"]] for page in there["notebooks"].values()]
    assert statuses == [[p["status"] for p in page["results"]] for page in home["notebooks"].values()]


@pytest.fixture(scope="module")
def everything_of_05(tmp_path_factory):
    """Every section of report 05 of a customer that has all of them, in German; and what the customer wrote itself."""
    project = copy_project(tmp_path_factory.mktemp("german_05"), "parcelway")
    path = project / "params" / "parcelway.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("currency: USD", "currency: USD\nlocale: de_DE\nlanguage: de"), encoding="utf-8")
    try:
        review = review_health(load_customer(str(path)))
        html = "".join(str(block.html()) for block in (show(review, part) for part in PARTS[type(review)]) if isinstance(block, Block))
    finally:
        load_customer(str(ROOT / "params" / "harbour-care.yaml"))
    return html, own_words(path)


def test_every_section_of_report_05_is_german(everything_of_05):
    html, own = everything_of_05
    unmarked, english = [], []
    for language, text in Marked(f'<html lang="de">{html}</html>').texts:
        rest = text
        for word in own:
            rest = re.sub(re.escape(word), "", rest, flags=re.IGNORECASE) if len(word) > 3 else rest
        if language == "en":
            english.append(text)
        elif ENGLISH_WORDS.search(rest):
            unmarked.append(text)
    assert (unmarked, english) == ([], [])


@pytest.mark.parametrize("wanted", [
    "63,7 % (95 %: 50,6 bis 75) der 56 Lizenzen werden in einer üblichen Woche im Juli 2025 genutzt: das braucht ein Gespräch.",
    "der Anteil liegt um 100 Punkte niedriger als drei Monate zuvor. Das Muster legt nahe: das Produkt ansehen",
    "Die Gesundheit steht auf Rot: Die Note beträgt 43,8 %, aus 5 Indikatoren.", "Rot: Genutzte Lizenzen.",
    "Die Scorecard hat 10 Zahlen in allen vier Sichten.", "aus 70 Antworten in Q2 2025", "nannten es im Juni 2025 leicht",
    "56 von 72 Verträgen, über die entschieden wurde (2. Feb. 2023 bis 6. Juni 2025), wurden verlängert: 77,8 %", "| 24. Juli 2025 | 31. Juli 2025 |",
    "1 von 2 Gliedern hält; nicht gezeigt, obwohl es zu sehen gewesen wäre: CSAT zu Repeat revenue.",
    "4 von 9 Warnzeichen sind zu untersuchen: Produkt passt nicht gut, Einführung stockt, Wechsel von Personen und geringe Nutzung.",
    "binnen 12 Monaten gegangen, nach dem Verzeichnis: technischer Entscheider (2025-04)", "Gesundheit: Genutzte Lizenzen",
    "Fällig: Arbeitstreffen, Geschäftstreffen und Strategietreffen.", "2 Bedarfe sind offen; am weitesten ist „Returns desk of the second site“, auf der Stufe „Qualifizierung“.",
    "bester Monat bisher: 19,2 Tage", "Order board | Nutzen", "Für das Kundenteam: Was hier steht, ist nicht für den Kunden bestimmt."])
def test_sentences_of_report_05_in_german(everything_of_05, wanted):
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", re.sub(r"</t[hd]><td[^>]*>", " | ", everything_of_05[0]))).replace("\u00a0", " ")
    assert wanted in text


@pytest.mark.parametrize("notebook", ["00_value_review", "01_baseline", "04_roi", "05_health"])
def test_audit_reads_a_german_page(german, notebook):
    html, params = html_of(german, notebook), german / "params" / "harbour-care.yaml"
    held = audit(Read(html), params=params, fresh=Read(html))
    assert held.passed, held
    planted = html.replace("unter 1 %", "unter 9 %", 1) if notebook == "01_baseline" else re.sub(r"(>[1-9])(\d\d\.\d{3}\u00a0€</data>)", lambda m: m[1] + "9" + m[2], html, count=1)
    assert planted != html
    if notebook != "01_baseline":
        assert not audit(Read(planted), params=params, fresh=Read(html)).passed


def test_approval_is_in_the_language_of_the_page(german):
    assert valuelab("approve", "harbour-care", "2025-03", "--by", "Erika Muster", cwd=german).returncode == 0
    text = Page(html_of(german, "01_baseline", as_of="2025-03")).text
    assert "Freigegeben von Erika Muster." in text
    assert "Entwurf" not in text
    pieces = Read(html_of(german, "01_baseline", as_of="2025-03")).pieces
    assert not any("Freigegeben" in piece or "Erika" in piece for piece in pieces)


def test_an_unknown_language_is_one_clear_message(tmp_path):
    project = copy_project(tmp_path, "northline")
    path = project / "params" / "northline.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("currency: USD", "currency: USD\nlanguage: klingon"), encoding="utf-8")
    done = valuelab("check", "northline", cwd=project)
    said_of_it = re.sub(r"\s+", " ", done.stdout + done.stderr)
    assert "is not a language that reports are written in. Write one of de, en." in said_of_it


def test_a_missing_text_is_english_and_says_so():
    with in_language("de"):
        assert say("No <em>such</em> text of {name}.", name="<b>") == '<span lang="en">No <em>such</em> text of &lt;b&gt;.</span>'
        assert isinstance(phrase("No such text"), English)
        assert isinstance(said("No such text"), English)
        assert (phrases("{count} month", "{count} months", 1, count=1), phrases("{count} month", "{count} months", 0, count=0)) == ("1 Monat", "0 Monate")
    assert say("No such text of {name}.", name="x") == "No such text of x."
    assert not isinstance(phrase("No such text"), English)


@pytest.mark.parametrize(("english", "german_text"), [
    ("units × value of a unit × margin", "Einheiten × Wert je Einheit × Marge"),
    ("gross: revenue / expenditure; actuals to week 7 + remaining estimates", "brutto: Umsatz / Ausgaben; Ist bis Woche 7 + verbleibende Schätzungen"),
    ("The middle of 4.000 possible futures of Clients, known periods kept; the interval holds 95 % of them",
     "Die Mitte von 4.000 möglichen Zukünften von Clients, bekannte Periode festgehalten; das Intervall enthält 95 % davon".replace("Periode ", "Perioden ")),
    ("11,6 % short of the target, but the interval holds zero: it may be chance.", "11,6 % unter dem Ziel, aber das Intervall enthält die Null: Es kann Zufall sein."),
    ("Only 20 months are known, fewer than two years: season and trend cannot be told apart.", "Nur 20 Monate sind bekannt, weniger als zwei Jahre: Saison und Trend lassen sich nicht unterscheiden."),
    ("left within 12 months, by the register: technical buyer (2025-04), champion (2025-05)", "binnen 12 Monaten gegangen, nach dem Verzeichnis: technischer Entscheider (2025-04), Champion (2025-05)"),
    ("fell since the round before, beyond chance: Would recommend; after it was cleared", "seit der Runde davor über den Zufall hinaus gefallen: Would recommend; nachdem Entwarnung gegeben war"),
    ("numbers like 1.234,5 read with a decimal comma", "Zahlen wie 1.234,5 mit Dezimalkomma gelesen"),
    ("the target of 5,76 Mio. € is reached", "das Ziel von 5,76 Mio. € erreicht wird"),
    ("No assumption has a range, so nothing varies. They are taken as they are.", "Keine Annahme hat eine Spanne, daher schwankt nichts. Sie gelten, wie sie sind."),
    ("Price up: price", "Price up: Preis"), ("profit a year", "Gewinn im Jahr"), ("2025-04 to 2026-03", "2025-04 bis 2026-03"),
])
def test_what_analyses_say_is_found_again(english, german_text):
    with in_language("de"):
        assert said(english) == german_text
    assert said(english) == english


@pytest.mark.parametrize("code", [c for c in languages() if c != ENGLISH])
class TestCatalogue:
    def messages(self, code):
        with (FOLDER / code / "LC_MESSAGES" / "valuelab.po").open("rb") as lines:
            return [m for m in read_po(lines, locale=code) if m.id]

    def test_everything_is_translated(self, code):
        known = {(m.context, m.id) for m in self.messages(code) if (m.string if isinstance(m.string, str) else all(m.string))}
        left = {m.id: {name for name, _ in m.locations} for m in tool.extracted() if m.id and (m.context, m.id) not in known}
        assert left == {}, "translate these; python tools/make_catalogue.py puts them into the catalogue"

    def test_translations_have_the_places_of_their_text(self, code):
        for m in self.messages(code):
            texts, strings = (m.id,) if isinstance(m.id, str) else m.id, (m.string,) if isinstance(m.string, str) else m.string
            for string in filter(None, strings):
                if m.context != tool.PATTERN:
                    assert sorted(PLACE.findall(string)) == sorted(PLACE.findall(texts[-1])), m.id
                assert sorted(re.findall(r"</?\w+", string)) == sorted(re.findall(r"</?\w+", texts[-1])), m.id
                assert string.strip() == string or texts[-1].strip() != texts[-1], m.id

    def test_nothing_is_fuzzy_and_patterns_are_patterns(self, code):
        assert [m.id for m in self.messages(code) if m.fuzzy] == []
        for m in self.messages(code):
            if m.context == tool.PATTERN:
                re.compile(m.string)

    def test_the_code_still_says_what_is_translated(self, code):
        there = tool.templates_said()
        assert [m.id for m in self.messages(code) if m.context == SAID and not tool.where_said(m.id, there)] == []
