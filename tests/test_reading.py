"""What a sponsor reads first can be read by anybody, and every term in it is explained on the page."""

from __future__ import annotations

import re

import pytest

from tests.readability import grade, sentences, syllables, words
from tests.test_reports import reports
from valuelab.assets import glossary
from valuelab.present.figures import plain

HARDEST = 10.0  # school grade of the whole answer
HARDEST_PARAGRAPH = 13.0
# words of the trade that no sponsor need know; what a page must say it says in other words
JARGON = re.compile(
    r"\b(two-piece|sha-?256|hash|declared|covariance|likelihood|posterior|prior|autoregress\w*|regression|quantile|percentile|median|standard (error|deviation)|"
    r"null hypothesis|significan\w+|whiten\w*|AR\(\d\)|bootstrap|seed|estimator|heterosc\w+|residual\w*|coefficient\w*|parameter\w*|placebo\w*|counterfactual\w*|params)\b", re.IGNORECASE)


def in_short(html: str) -> list[str]:
    """The paragraphs of the answer: its sentence, and the points below; of the value review all of it."""
    if '<div class="vl-headline">' not in html:
        return [plain(lead or point) for lead, point in re.findall(
            r'<p class="answer">(.*?)</p>|<li>(.*?)</li>', "".join(re.findall(r'<section class="vl vl-brief">(.*?)</section>', html, re.DOTALL)), re.DOTALL)]
    answer = html.split('<div class="vl-headline">', 1)[1].split("</section>", 1)[0]
    return [plain(lead or point) for lead, point in re.findall(r'<p class="lead">(.*?)</p>|<li>(.*?)</li>', answer, re.DOTALL)]


@pytest.mark.parametrize(("word", "count"), [("cost", 1), ("agreed", 2), ("changes", 2), ("serviced", 2), ("projection", 3), ("table", 2), ("revenue", 3),
                                             ("estimated", 4), ("association", 5), ("expenditure", 4), ("people", 2), ("less", 1), ("idea", 3), ("moved", 1), ("26,000", 1)])
def test_syllables(word, count):
    assert syllables(word) == count


def test_sentences_are_not_split_inside_figures_nor_joined():
    text = "It is 17.7 % (95 %: 15.4 to 22). $1.725 m more is needed. “Moves before” is about timing. No."
    assert len(sentences(text)) == 4
    assert words("It is $1.725 m, 17.7 % of −26,000.") == ["It", "is", "$1.725 m", "17.7 %", "of", "−26,000"]


def test_the_grade_tells_easy_from_hard():
    assert grade("We met the goal. It cost less than we had planned.") < 4
    hard = "Notwithstanding considerable heterogeneity, the counterfactual estimation procedure demonstrates statistically significant improvements."
    assert grade(hard) > 20


def test_in_short_is_plain(samples):
    hard, jargon = [], []
    for path in reports(samples):
        said = in_short(path.read_text(encoding="utf-8"))
        name = (path.parts[-3], path.parts[-2], path.stem)
        assert said, name
        if grade(" ".join(said)) > HARDEST:
            hard.append((*name, round(grade(" ".join(said)), 1)))
        hard += [(*name, round(grade(p), 1), p) for p in said if grade(p) > HARDEST_PARAGRAPH]
        jargon += [(*name, found[0], p) for p in said if (found := JARGON.search(p))]
    assert hard == []
    assert jargon == []


def test_every_term_in_short_is_explained(samples):
    unexplained = []
    for path in reports(samples):
        html = path.read_text(encoding="utf-8")
        explained = {plain(term) for term in re.findall(r"<dt>(.*?)</dt>", html.split('<details class="how">', 1)[-1].split("</details>", 1)[0])}
        said = " ".join(in_short(html))
        unexplained += [(path.parts[-3], path.stem, term) for term, pattern, _ in glossary() if pattern.search(said) and term not in explained]
    assert unexplained == []


# what a sponsor may not know as we mean it; each is in the glossary, which the test above holds the pages to
TRADE = re.compile(r"\b(outcomes?|indicators?|licences?|active|amber|links?|promoters?|detractors?|lags?|leads|base|baseline|ROI|net|gross|profit|revenue|expenditure|targets?|"
                   r"projection|trend|seasons?|points?|additive|compound|scale|red flags?|at completion|payback|paid back|not shown|must have|nice to have|to be announced|"
                   r"money at risk|value drivers?|correlations?)\b", re.IGNORECASE)
AS_PART_OF = {"gross": "Benefit–cost ratio (gross)"}


def test_words_of_the_trade_are_in_the_glossary(samples):
    said = " ".join(text for path in reports(samples) for text in in_short(path.read_text(encoding="utf-8")))
    used = {word.lower() if word != "ROI" else word for word in TRADE.findall(said)}
    assert {"outcome", "licences", "active", "base", "ROI", "profit"} <= used
    assert [word for word in sorted(used) if not any(pattern.search(AS_PART_OF.get(word, word)) for _, pattern, _ in glossary())] == []


def test_no_page_speaks_to_a_sponsor_of_hashes_or_distributions(samples):
    for path in reports(samples):
        before = path.read_text(encoding="utf-8").split('id="method"', 1)[0].split('id="evidence" aria', 1)[0].split("</head>", 1)[1]
        found = re.search(r"two-piece|sha256|declared", plain(before))
        assert found is None, (path.parts[-3:], found)
