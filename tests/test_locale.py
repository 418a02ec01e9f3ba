"""A customer with another locale and currency: whole reports, in its numbers, money and dates, held to their data like any other."""

from __future__ import annotations

import json
import re

import pytest

from tests.conftest import copy_project, moved, valuelab
from tests.test_reports import Page
from valuelab.audit.audit import audit
from valuelab.audit.page import Page as Read
from valuelab.formatting import (
    LOCALE,
    format_date,
    format_fraction,
    format_money,
    format_number,
    format_short,
    in_locale,
    locale_in_use,
)
from valuelab.inputs import load_customer

ABROAD = {"harbour-care": ("2025-09", "EUR", "de_DE", "€"), "brightlane-campaign": ("2025-05-04", "JPY", "ja_JP", "¥"), "stonebrook-tools": ("2025-06", "JPY", "ja_JP", "¥")}


@pytest.fixture(scope="module")
def abroad(tmp_path_factory):
    """Three sample customers, moved to Germany and Japan."""
    project = copy_project(tmp_path_factory.mktemp("abroad"), *ABROAD)
    for customer, (_, currency, locale, sign) in ABROAD.items():
        moved(project, customer, customer, currency=currency, sign=sign, more=f"locale: {locale}")
    done = valuelab("run", cwd=project)
    assert done.returncode == 0, done.stdout + done.stderr
    return project


def page(project, customer: str, notebook: str) -> Page:
    return Page((project / "outputs" / customer / ABROAD[customer][0] / f"{notebook}.html").read_text(encoding="utf-8"))


GERMAN = [
    ("01_baseline", ["17,7 %", "21.400 clients", "26.000 clients", "März 2026", "82,3 %", "(95 %: "]),
    ("01_baseline", ["operations director, 14. März 2025", "agreed by operations director on 20. Feb. 2025", "Opinion (analyst, 2. Okt. 2025)"]),
    ("03_conversion", ["401.250 €", "160.500 €", "1.070 clients", "9,99"]),
    ("04_roi", ["750.000 €", "1,725 m €", "300.000 €", "690.000 €"]),
]


@pytest.mark.parametrize(("notebook", "shown"), GERMAN)
def test_a_german_report_is_right(abroad, notebook, shown):
    report = page(abroad, "harbour-care", notebook)
    text = report.text.replace("\u00a0", " ")
    assert [s for s in shown if s not in text] == []
    assert report.all("html")[0] == {"lang": "en", "data-locale": "de_DE"}  # the words are English; the figures are German
    assert "$" not in text
    assert "USD" not in text


def test_a_japanese_report_is_right(abroad):
    flows, prices = page(abroad, "brightlane-campaign", "04_roi").text, page(abroad, "stonebrook-tools", "04_roi").text
    assert [s for s in ("￥59,673", "￥219,673", "137.3 %", "−￥58,004", "2025年") if s not in flows] == []
    assert [s for s in ("￥1.5 m", "￥500,000") if s not in prices] == []
    assert "$" not in flows + prices
    assert not re.search(r"￥\d+\.\d\d(?! (m|bn))\b", flows + prices), "the yen has no hundredth"


def test_no_figure_is_written_the_english_way_in_a_german_report(abroad):
    """Every figure with a mark of thousands or of decimals has it as the locale does; so do charts' texts and axes."""
    wrong = []
    for path in sorted((abroad / "outputs" / "harbour-care").glob("*/*.html")):
        html = path.read_text(encoding="utf-8")
        report = Page(html)
        wrong += [(path.stem, shown) for _, _, shown in report.figures if re.search(r"\d,\d{3}(?!\d)(?!.*%)", shown) and not re.search(r"[1-9],\d{3} m|\b0,\d", shown)]
        for alt in (a["alt"] for a in report.all("img")):
            wrong += [(path.stem, alt[:90], x) for x in re.findall(r"\b\d{1,3},\d{3}\b(?! [mb])|\d\.\d{1,2}\b(?!\d)", alt)]
    assert wrong == []


def test_axes_follow_the_locale(abroad):
    import base64

    html = (abroad / "outputs" / "harbour-care" / "2025-09" / "01_baseline.html").read_text(encoding="utf-8")
    drawings = [base64.b64decode(x).decode() for x in re.findall(r"data:image/svg\+xml;base64,([A-Za-z0-9+/=]+)", html)]
    ticks = {t.strip() for svg in drawings for t in re.findall(r"<text[^>]*>([^<]*)</text>", svg)}
    assert {"10.000", "20.000"} <= ticks
    assert any("Mär 2026" in t or "März 2026" in t for t in ticks)
    assert not [t for t in ticks if re.fullmatch(r"[−+]?\d{1,3},\d{3}", t)]


@pytest.mark.parametrize(("customer", "notebook"), [("harbour-care", "01_baseline"), ("harbour-care", "04_roi"), ("brightlane-campaign", "04_roi"), ("stonebrook-tools", "04_roi")])
def test_audit_reads_the_displayed_figures_back(abroad, customer, notebook):
    html = (abroad / "outputs" / customer / ABROAD[customer][0] / f"{notebook}.html").read_text(encoding="utf-8")
    params = abroad / "params" / f"{customer}.yaml"
    held = audit(Read(html), params=params, fresh=Read(html))
    assert held.passed, held
    found = re.search(r'(<data class="n" value="[^"]*" data-key="[^"]*">[^<]*?)([1-8])([^<0-9]*</data>)', html)
    planted = html.replace(found[0], found[1] + str(int(found[2]) + 1) + found[3], 1)
    assert not audit(Read(planted), params=params, fresh=Read(html)).passed
    english = html.replace(f' data-locale="{ABROAD[customer][2]}"', "")  # the figures are read in the locale that the page names
    assert ABROAD[customer][2] != "de_DE" or not audit(Read(english), params=params).passed


def test_figures_are_the_same_numbers_as_at_home(abroad, samples):
    """Only how they are written differs."""
    home = json.loads((samples / "stonebrook-tools" / "2025-06" / "results.json").read_text(encoding="utf-8"))["figures"]
    there = json.loads((abroad / "outputs" / "stonebrook-tools" / "2025-06" / "results.json").read_text(encoding="utf-8"))
    assert there["account"]["locale"] == "ja_JP"
    assert {k: f["value"] for k, f in home.items()} == {k: f["value"] for k, f in there["figures"].items()}


def test_the_same_bytes_again(abroad):
    path = abroad / "outputs" / "stonebrook-tools" / "2025-06" / "04_roi.html"
    before = path.read_bytes()
    assert valuelab("run", "stonebrook-tools", "--as-of", "2025-06", "--force", cwd=abroad).returncode == 0
    assert path.read_bytes() == before


def test_the_next_customer_is_written_in_its_own_locale(abroad, monkeypatch):
    from tests.conftest import ROOT

    monkeypatch.chdir(abroad)
    try:
        load_customer("harbour-care")
        assert locale_in_use() == "de_DE"
        load_customer(str(ROOT / "params" / "harbour-care.yaml"))
        assert locale_in_use() == LOCALE
    finally:
        load_customer(str(ROOT / "params" / "harbour-care.yaml"))


@pytest.mark.parametrize(("locale", "number", "money", "percent"), [
    ("en_US", "1,234,567.5", "$1.235 m", "−17.7 %"), ("de_DE", "1.234.567,5", "1,235 m $", "−17,7 %"), ("fr_FR", "1 234 567,5", "1,235 m $US", "−17,7 %"),
    ("en_IN", "12,34,567.5", "$1.235 m", "−17.7 %"), ("de_CH", "1’234’567.5", "$ 1.235 m", "−17.7 %"), ("sv_SE", "1 234 567,5", "1,235 m US$", "−17,7 %")])
def test_numbers_of_many_places(locale, number, money, percent):
    def spaces(text: str) -> str:
        return re.sub(r"[\u00a0\u202f]", " ", text)

    with in_locale(locale):
        assert spaces(format_number(1234567.5, 1)) == number
        assert spaces(format_money(1_234_567.5, "USD")) == money
        assert spaces(format_fraction(-0.177)) == percent
    assert locale_in_use() == LOCALE


def test_small_amounts_of_a_currency_without_hundredths_keep_their_digits():
    with in_locale("ja_JP"):
        assert format_money(37.46, "JPY") == "￥37.5"
        assert format_short(0.05, "JPY") == "￥0.05"


def test_a_locale_that_is_none_is_refused(tmp_path):
    project = copy_project(tmp_path / "p", "stonebrook-tools")
    path = project / "params" / "stonebrook-tools.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("currency: USD", "locale: bavarian\ncurrency: USD"), encoding="utf-8")
    done = valuelab("check", "stonebrook-tools", cwd=project)
    assert done.returncode != 0
    assert "is not a locale. Write language and country, for example de_DE or ja_JP." in re.sub(r"\s+", " ", done.stdout + done.stderr)


def test_english_dates_stay_as_they_were():
    from datetime import date

    day = date(2025, 3, 4)
    assert [format_date(day, p) for p in ("yMMMM", "yMMM", "yMMMMd", "yMMMd", "MMM")] == ["March 2025", "Mar 2025", "4 March 2025", "4 Mar 2025", "Mar"]
