"""What a chart's alternative text says is what the result says: every number in it is a field of the result beside which the chart stands."""

from __future__ import annotations

import json
import re
from html import unescape
from pathlib import Path

import pytest

from tests.test_reports import reports
from valuelab.run.review_page import STEM

SCALES = {"": 1.0, " %": 0.01, " m": 1e6, " bn": 1e9, " trn": 1e12}
MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sep|Oct|Nov|Dec"
DATES = re.compile(rf"\b(\d{{1,2}} )?({MONTHS}) \d{{4}}|\b\d{{4}}-\d\d(-\d\d)?\b|\bas of \d{{4}}\b|\b\d{{4}}(?=: )|\b\d\d %: |\b(?:under|unter) 1 %|\b(?:over|über) 99 %")
NUMBER = re.compile(r"(?<![\w.])([−-]?)[$€£¥]?(\d(?:[\d,]*\d)?(?:\.\d+)?)( (?:%|m\b|bn\b|trn\b))?")
# charts that also show what another result of their page has
ALSO = {"baseline.goals": ("baseline.history",), "baseline.projection": ("baseline.goals",), "conversion.points": ("conversion.review",),
        "conversion.worth": ("conversion.review",), "value.case": ("value.outlook",), "value.goals": ("value.review",)}


def charts_of(html: str) -> list[list[str]]:
    """The alternative texts of each section that ``show`` made, in the page's order."""
    parts = re.split(r'<section class="vl"(?: lang="en")?>', html.split('id="evidence"', 1)[0])[1:]
    return [[unescape(alt) for alt in re.findall(r'<img [^>]*alt="([^"]*)"', part)] for part in parts]


def numbers_in(data: object) -> list[float]:
    """Every number of a result, and how long its lists are."""
    if isinstance(data, bool) or data is None:
        return []
    if isinstance(data, (int, float)):
        return [float(data)]
    if isinstance(data, str):
        return [float(x.replace(",", "")) for x in re.findall(r"\d[\d,]*(?:\.\d+)?", data) if x.strip(",")]
    inside = list(data.values()) if isinstance(data, dict) else list(data)
    return [x for part in inside for x in numbers_in(part)] + [float(len(inside))]


def said_in(alt: str) -> list[tuple[str, float, float]]:
    """The numbers of a text: as written, as a value, and half a unit of its last digit."""
    found = []
    for sign, digits, scale in NUMBER.findall(DATES.sub(" ", alt)):
        size = SCALES[scale]
        half = 0.5 * 10.0 ** -len(digits.partition(".")[2]) * size
        value = float(digits.replace(",", "")) * size
        found.append((f"{sign}{digits}{scale}", -value if sign else value, half))
    return found


def is_there(text: str, value: float, half: float, known: list[float]) -> bool:
    """Is one of the numbers what was said, within its rounding? The ends of an interval in percent have no sign of their own."""
    return any(abs(abs(value) - abs(x) * size) <= half * 1.0001 + 1e-9 * abs(x) * size for size in ((1,) if " " in text else (1, 100)) for x in known)


GERMAN_MONTHS = re.compile(r"\b(?:\d{1,2}\. )?(Jan|Feb|März?|Apr|Mai|Juni?|Juli?|Aug|Sept?|Okt|Nov|Dez)[a-z]*\.? (?=\d{4})")


def as_at_home(alt: str, locale: str) -> str:
    """An alternative text with the signs of numbers, the scales and the names of months as in an English one.

    >>> as_at_home("Bis März 2026: 1,201 Mio.\xa0€ (95 %: 690.000\xa0€ bis 1,5 Mio.\xa0€), 0,83", "de_DE")
    'Bis Mar 2026: 1.201 m€ (95 %: 690,000€ bis 1.5 m€), 0.83'
    >>> as_at_home("by 2026年3月: ￥690,000", "ja_JP")
    'by Mar 2026: ¥690,000'
    """
    if locale == "ja_JP":
        return re.sub(r"\d{4}年\d{1,2}月(\d{1,2}日)?", "Mar 2026", alt.replace("￥", "¥"))
    signs = {".": ",", ",": "."}
    alt = re.sub(r"(?<=\d)[.,](?=\d)", lambda m: signs[m[0]], GERMAN_MONTHS.sub("Mar ", alt))
    for german, english in (("Mio.", "m"), ("Mrd.", "bn"), ("Bio.", "trn")):
        alt = alt.replace(german, english)
    return alt.replace("\u00a0", "")


def test_every_number_of_an_alternative_text_is_one_of_its_result(samples):
    held(reports(samples), "en_US", enough=300)


@pytest.mark.parametrize(("customer", "locale"), [("harbour-care", "de_DE"), ("harbour-japan", "ja_JP")])
def test_so_is_every_number_of_a_text_that_is_written_in_another_way(german, customer, locale):
    held([path for path in reports(german / "outputs") if path.parts[-3:-1] == (customer, "2025-09")], locale, enough=200)


def held(paths: list[Path], locale: str, *, enough: int) -> None:
    """Every number of every picture's text on the pages is one of its result."""
    wrong, counted = [], 0
    for path in paths:
        if path.stem == STEM:  # its charts are those of the reports
            others = {alt for p in path.parent.glob("*.html") if p.stem != STEM for alts in charts_of(p.read_text(encoding="utf-8")) for alt in alts}
            assert {alt for alts in charts_of(path.read_text(encoding="utf-8")) for alt in alts} <= others
            continue
        kept = json.loads((path.parent / "results.json").read_text(encoding="utf-8"))
        results = kept["notebooks"][path.stem]["results"]
        by_key = {r["key"]: numbers_in(r["data"]) for r in results}
        sections = charts_of(path.read_text(encoding="utf-8"))
        assert len(sections) == len(results), path
        for alts, result in zip(sections, results, strict=True):
            known = [x for key in (result["key"], *ALSO.get(result["key"], ())) for x in by_key.get(key, ())]
            if result["key"] == "indicators.measures":  # the values themselves
                known += numbers_in(kept["data"]["values"])
            for alt in alts:
                said = said_in(alt if locale == "en_US" else as_at_home(alt, locale))
                counted += len(said)
                if len(said) < 2:
                    wrong.append((path.parts[-3:], alt, "says nothing in numbers"))
                wrong += [(path.parts[-3:], result["key"], text, alt[:120]) for text, value, half in said if not is_there(text, value, half, known)]
    assert wrong == []
    assert counted > enough


def test_a_number_that_is_not_the_results_is_found():
    known = numbers_in({"value": 21080.4, "share": 0.1769, "rows": [1.725e6]})
    for text, right in (("21,080", True), ("21,081", False), ("17.7 %", True), ("17.8 %", False), ("$1.725 m", True), ("$1.726 m", False)):
        (said,) = said_in(text)
        assert is_there(*said, known) is right, text
