"""The sample reports, read as their readers read them."""

from __future__ import annotations

import json
import re
from html import unescape
from html.parser import HTMLParser
from pathlib import Path

import pytest

from tests.conftest import SAMPLE_RUNS, copy_project, valuelab

NAMES = {"harbour-care": "Harbour Care", "brightlane-campaign": "Brightlane", "parcelway": "Parcelway", "stonebrook-tools": "Stonebrook Tools", "northline": "Northline"}


class Page(HTMLParser):
    """The parts of a page that the tests ask about."""

    def __init__(self, html: str):
        super().__init__()
        self.figures: list[tuple[str, float, str]] = []
        self.tags: list[tuple[str, dict]] = []
        self._figure: list | None = None
        self.words: list[str] = []
        self._silent = 0
        self.feed(html)
        self.text = re.sub(r"\s+", " ", "".join(self.words))

    def handle_starttag(self, tag, attrs):
        attributes = dict(attrs)
        self.tags.append((tag, attributes))
        if tag in ("style", "title", "script"):
            self._silent += 1
        if tag == "data":
            self._figure = [attributes.get("data-key", ""), float(attributes["value"]), ""]
        if tag in ("td", "th", "p", "li", "figcaption", "caption", "h1", "h2", "dd"):
            self.words.append(" ")

    def handle_endtag(self, tag):
        if tag in ("style", "title", "script"):
            self._silent -= 1
        if tag == "data":
            self.figures.append(tuple(self._figure))
            self._figure = None

    def handle_data(self, data):
        if self._figure is not None:
            self._figure[2] += data
        if not self._silent:
            self.words.append(data)

    def all(self, tag: str) -> list[dict]:
        return [a for t, a in self.tags if t == tag]


def reports(outputs: Path) -> list[Path]:
    return sorted(outputs.glob("*/*/*.html"))


def page(outputs: Path, customer: str, as_of: str, notebook: str) -> Page:
    return Page((outputs / customer / as_of / f"{notebook}.html").read_text(encoding="utf-8"))


def test_every_applicable_report_is_there(samples):
    made = {(p.parts[-3], p.parts[-2], p.stem) for p in reports(samples)}
    review = {"00_value_review"}
    five = ("01_baseline", "02_leading_indicators", "03_conversion", "04_roi", "05_health")
    for as_of in ("2025-03", "2025-09"):
        assert {("harbour-care", as_of, n) for n in (*review, *five)} <= made
    for customer in ("brightlane-campaign", "stonebrook-tools", "northline"):
        assert {n for c, _, n in made if c == customer} == {"04_roi"} | review
    assert {n for c, _, n in made if c == "parcelway"} == set(five) | review
    assert (samples / "index.html").exists()


PUBLISHED = [
    # F2: shortfalls of target, uplift of actual, attainment, each named
    ("harbour-care", "2025-03", "01_baseline", ["14.4 %", "3,600", "17.7 % of the target", "4,600 clients", "attainment of 82.3 %", "change of 21.5 %"]),
    # F3: half the gap
    ("harbour-care", "2025-03", "01_baseline", ["closes 43.5 % of the gap from 21,400", "half of the gap would be 23,700", "91.2 % of the target", "300"]),
    ("harbour-care", "2025-03", "04_roi", ["$112,500", "$8.025 m revenue", "$1.725 m revenue", "$690,000 profit"]),
    # F5 and F6: the declared base, additive and compound, the end of the scale
    ("harbour-care", "2025-03", "03_conversion", ["1,070 clients", "$401,250 revenue", "$160,500 profit", "1.87 points additive or 1.83 compound",
                                                  "4.3 points additive or 3.99 compound", "level needed is 10.30, off the scale", "read as compound it is 9.99"]),
    ("parcelway", "2025-07", "01_baseline", ["6.27 %"]),  # F15
    ("parcelway", "2025-07", "02_leading_indicators", ["72 % of the way", "12 points ahead of plan", "3.77"]),  # F7, F8
    # F10: at the end of week 7
    ("brightlane-campaign", "2025-03-30", "04_roi", ["$122,276", "$121,000", "−$37,724", "−$39,000", "$213,276", "$53,276", "TBA"]),
    # F9, F11, F12, F13 at the end
    ("brightlane-campaign", "2025-05-04", "04_roi", ["137.3 %", "37.3 %", "132.5 %", "32.5 %", "$59,673", "$52,000", "$50,322", "$57,856", "$50,326",
                                                     "$57,861", "8.42 weeks", "8.64 weeks", "2 of the 11 weeks", "−$58,004", "−$56,000", "−$45,374", "24.5 %"]),
    ("northline", "2025-06", "04_roi", ["$30 m", "$75 m", "$12.6 m", "$62.4 m", "3,360,000 calls"]),  # S6: 30 % of calls moved to chat
    ("parcelway", "2025-07", "04_roi", ["$306,320", "$1.094 m", "$788,080", "ROI (net) 38.9 %", "$691,298"]),  # 960,000 × 38 % × 3 − costs; where it turns
    ("stonebrook-tools", "2025-06", "04_roi", ["$1 m", "$1.8 m", "$300,000", "$1.5 m", "$500,000", "40 %", "20 %"]),  # F1
]


@pytest.mark.parametrize(("customer", "as_of", "notebook", "figures"), PUBLISHED)
def test_published_figures_stand_in_the_pages(samples, customer, as_of, notebook, figures):
    text = page(samples, customer, as_of, notebook).text
    assert [f for f in figures if f not in text] == []


def test_roi_is_never_shown_without_its_convention(samples):
    for path in reports(samples):
        text = Page(path.read_text(encoding="utf-8")).text
        for match in re.finditer(r"\bROI\b.{0,30}", text):
            near = text[max(0, match.start() - 80) : match.end() + 60]
            assert re.search(r"net|gross|no ROI|give ROI|not defined|final|“ROI”|\"ROI\"", near), near


def test_prose_tables_and_results_agree(samples):
    """Each figure on a page is the field of that key in results.json."""
    seen = 0
    for path in reports(samples):
        results = json.loads((path.parent / "results.json").read_text(encoding="utf-8"))
        for key, value, text in Page(path.read_text(encoding="utf-8")).figures:
            assert text.strip()
            if key:
                assert key in results["figures"], (path.name, key)
                assert value == pytest.approx(results["figures"][key]["value"], rel=1e-12), (path.name, key)
                seen += 1
    assert seen > 150


def test_pages_are_self_contained_and_well_formed(samples):
    for path in [*reports(samples), samples / "index.html"]:
        html = path.read_text(encoding="utf-8")
        p = Page(html)
        assert len(html) < 1_500_000
        assert p.all("html")[0].get("lang")
        assert len(p.all("h1")) == 1
        sliders = len([a for a in p.all("div") if a.get("class") == "vl-what-if"])  # their data and what moves them
        assert sliders == 0 or (sliders == 1 and path.name == "04_roi.html")
        assert len(p.all("script")) == (1 if path.name == "index.html" else 2 * sliders), "the index may sort and search"
        assert "Content-Security-Policy" in html
        assert not [a for a in p.all("img") if not a.get("src", "").startswith("data:") or len(a.get("alt", "")) < 20]
        assert p.all("link") == []
        assert "No description has been provided" not in html
        assert not re.search(r"\bnan\b|\bNone\b|Traceback|Estimate\(", p.text), path
        assert len(p.all("caption")) == len(p.all("table"))


def test_no_report_names_another_customer(samples):
    for path in reports(samples):
        html = unescape(path.read_text(encoding="utf-8"))
        for customer, name in NAMES.items():
            if customer != path.parts[-3]:
                assert name not in html and customer not in html, (path, name)


def test_no_report_leads_to_the_index(samples):
    assert not [p for p in reports(samples) if "index.html" in p.read_text(encoding="utf-8")]


def test_nothing_of_this_machine_is_in_the_outputs(samples):
    for path in [*samples.rglob("*.html"), *samples.rglob("*.ipynb"), *samples.rglob("results.json")]:
        text = path.read_text(encoding="utf-8")
        assert str(samples.parent) not in text, path
        assert str(Path.home()) + "/" not in text or str(Path.home()) == "/", path


def test_sample_runs_name_every_sample():
    assert {name for name, _ in SAMPLE_RUNS} == set(NAMES)


# -- the figures arise on the path that every customer takes ---------------------------------------------------


@pytest.fixture(scope="module")
def changed(tmp_path_factory) -> Path:
    project = copy_project(tmp_path_factory.mktemp("changed") / "project", "harbour-care")
    params = project / "params" / "harbour-care.yaml"
    text = params.read_text(encoding="utf-8").replace("26000 by 2026-03", "30000 by 2026-03").replace("value: $375", "value: $400")
    params.write_text(text, encoding="utf-8")
    done = valuelab("run", "harbour-care", "--as-of", "2025-03", cwd=project)
    assert done.returncode == 0, done.stdout + done.stderr
    return project / "outputs"


def test_another_target_and_value_move_every_dependent_figure(changed, samples):
    first = page(changed, "harbour-care", "2025-03", "01_baseline")
    # 30,000 − 21,400 = 8,600 = 28.7 % of target, 40.2 % of actual; half of the gap is 25,700
    assert [f for f in ("28.7 % of the target", "8,600 clients", "change of 40.2 %", "25,700", "30,000") if f not in first.text] == []
    assert "26,000 clients" not in first.text.replace("expectation (nice to have) of 26,000 clients", "") or "target of 26,000" not in first.text
    alts = " ".join(a["alt"] for a in first.all("img"))
    assert "target 30,000" in alts
    assert "target 26,000" not in alts
    money = page(changed, "harbour-care", "2025-03", "04_roi").text
    assert [f for f in ("$8.56 m revenue", "$3.44 m revenue", "$1.376 m profit") if f not in money] == []
    points = page(changed, "harbour-care", "2025-03", "03_conversion").text
    assert [f for f in ("$428,000 revenue", "$171,200 profit", "8.04 points additive") if f not in points] == []
    charts = [[a["src"] for a in page(o, "harbour-care", "2025-03", "01_baseline").all("img")] for o in (changed, samples)]
    assert charts[0][0] != charts[1][0]
