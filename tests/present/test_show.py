"""What is shown of which result: complete, escaped, in agreement with itself, the same bytes twice."""

from __future__ import annotations

import base64
import re
from html import unescape

import pytest

from tests.present import examples
from valuelab.errors import AnalysisError
from valuelab.present.blocks import RESULT_MIME
from valuelab.present.brief import BRIEF_MIME
from valuelab.present.figures import plain
from valuelab.present.show import PARTS, Nothing, show
from valuelab.types import CannotSay, Estimate

HOSTILE = '<script>alert(1)</script> & "Sons" $x$ |*| مرحبا'


def parts_of(result):
    return [b for b in (show(result, part) for part in PARTS[type(result)]) if not isinstance(b, Nothing)]


@pytest.fixture(params=["baseline", "indicators", "conversion"])
def review(request):
    return {"baseline": examples.baseline_review, "indicators": examples.indicator_review, "conversion": examples.conversion_review}[request.param]()


def test_every_part_is_a_whole_bundle(review):
    for block in parts_of(review):
        bundle = block.bundle()
        assert set(bundle) - {BRIEF_MIME} == {"text/html", "text/plain", RESULT_MIME}
        html = bundle["text/html"]
        assert html.count("<table") == html.count("<caption>") == html.count("</table>")
        assert not re.search(r"\bnan\b|None", plain(html))
        assert all(len(alt) > 30 for alt in re.findall(r'alt="([^"]*)"', html))


def test_the_same_result_is_the_same_bytes(review):
    assert [b.bundle() for b in parts_of(review)] == [b.bundle() for b in parts_of(review)]


def test_every_figure_in_a_sentence_is_in_the_data(review):
    values = {}

    def walk(v):
        if isinstance(v, dict):
            if v.get("key") and "value" in v:
                values[v["key"]] = v["value"]
            for inner in v.values():
                walk(inner)
        elif isinstance(v, list):
            for inner in v:
                walk(inner)

    blocks = parts_of(review)
    for b in blocks:
        walk(b.data)
    for b in blocks:
        for value, key in re.findall(r'<data class="[^"]*" value="([^"]*)" data-key="([^"]+)"', str(b.html())):
            assert key in values, (b.key, key)
            assert float(value) == pytest.approx(values[key]), key


def test_hostile_names_are_text_everywhere():
    for result in (examples.baseline_review(name=HOSTILE, unit="<b>"), examples.indicator_review((HOSTILE, "<img src=x>")), examples.conversion_review(HOSTILE)):
        for block in parts_of(result):
            html = str(block.html())
            assert "<script" not in html and "<img src=x" not in html and "<b>" not in html
            for source in re.findall(r'(?:src|srcset)="data:image/svg\+xml;base64,([^"]+)"', html):
                svg = base64.b64decode(source).decode()
                assert "<script" not in svg and "<img" not in svg
        assert HOSTILE in unescape(plain(show(result).html()))


SHAPES = {
    "three months": dict(months=15), "240 months": dict(months=240), "long name": dict(name="A very long name of a measure that goes on " * 2),
    "huge": dict(level=1e9, unit="USD"), "tiny": dict(level=0.001, unit=""), "flat": dict(noise=0.0), "no unit": dict(unit=""),
    "lower is better": dict(better="lower"),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_odd_shapes_are_drawn(shape):
    about = SHAPES[shape]
    level = about.get("level", 1000.0)
    review = examples.baseline_review(target=level * 14, promised=level * 13, **about)
    for block in parts_of(review):
        assert block.html()
        for chart in block.charts:
            assert chart.source != chart.narrow_source
            assert len(chart.source) < 200_000


def test_one_and_nine_indicators_are_drawn():
    for count in (1, 2, 7, 9):
        names = tuple(f"Indicator {i}" for i in range(count))
        assert show(examples.scan(names)).charts
        assert show(examples.indicator_review(names), "measures").charts


def test_direction_words_need_an_interval_without_zero():
    review = examples.baseline_review(target=12000.0, promised=11000.0)
    text = plain(show(review).lead)
    assert review.lead.shortfall.of_target.low < 0 < review.lead.shortfall.of_target.high
    assert "short of" not in text and "above" not in text
    assert "lies inside that interval" in text


def test_cannot_say_is_a_sentence_with_what_to_do():
    block = show(CannotSay("only 5 months are known.", "Add eight more."))
    assert plain(block.lead) == "Only 5 months are known. Add eight more."
    assert block.status == "cannot say"


def test_a_workbook_whose_question_cannot_be_answered_says_so_once_and_ends():
    result = CannotSay("this customer has no outcome", "Add an `outcome`.")
    assert show(result).role == "headline"
    assert all(isinstance(show(result, part), Nothing) for part in ("goals", "would change", "anything"))


def test_what_cannot_be_shown_is_an_error_with_the_choices():
    with pytest.raises(AnalysisError, match="'goals'"):
        show(examples.baseline_review(), "golas")
    with pytest.raises(AnalysisError, match="int"):
        show(3)


def test_nothing_shows_nothing():
    assert isinstance(show(None), Nothing)
    assert repr(show(Estimate(0.031, 0.004, 0.059, level=0.95, unit="fraction"))) == "3.1 % (95 %: 0.4 to 5.9)"
