"""The value review: what it holds, in which order, of whom; on two pages of paper."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import get_args

import nbformat
import pandas as pd
import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output

from tests.browser import browser, need_chromium
from tests.test_reports import Page, reports
from valuelab.present.brief import BRIEF_MIME as SAID
from valuelab.present.brief import Part
from valuelab.present.show import show
from valuelab.run.collect import RESULT_MIME
from valuelab.run.review_page import BRIEF_MIME, HEADINGS, ORDER, STEM, review_notebook
from valuelab.types import Customer, Measure


def shown(html: str = "<p>x</p>", *, role: str = "section", **parts: str):
    given = [{"part": part, "html": said} for part, said in parts.items()]
    return new_code_cell(outputs=[new_output("display_data", data={"text/html": html, RESULT_MIME: {"role": role}, BRIEF_MIME: given})])


def results(strategy: str = "growth", **titles: str):
    return {"account": {"strategy": strategy}, "notebooks": {stem: {"title": title} for stem, title in titles.items()}}


def headings(notebook) -> list[str]:
    return [c["source"] for c in notebook["cells"] if c["cell_type"] == "markdown"]


def html_of(notebook) -> str:
    return "".join(o["data"]["text/html"] for c in notebook["cells"] if c["cell_type"] == "code" for o in c["outputs"])


def test_both_rooms_mean_the_same_output():
    assert SAID == BRIEF_MIME
    assert set(HEADINGS) == set(get_args(Part))


@pytest.mark.parametrize(("strategy", "first"), [("growth", "where"), ("profit", "worth")])
def test_the_strategy_says_what_comes_first(strategy, first):
    executed = {"01": new_notebook(cells=[shown(where="A", decide="D")]), "04": new_notebook(cells=[shown(worth="W", promises="P", changed="C")])}
    made = headings(review_notebook(executed, results(strategy)))
    assert made[1] == f"## {HEADINGS[first]}"
    assert made[-1] == f"## {HEADINGS['decide']}"
    assert len(made) == 6
    assert set(ORDER[strategy]) == {"where", "early", "worth"}


def test_what_two_reports_show_stands_once_and_readers_get_what_is_there():
    executed = {"01": new_notebook(cells=[shown(role="account", html="<ul>Acme</ul>"), shown(promises="the ledger")]),
                "04": new_notebook(cells=[shown(role="account", html="<ul>Acme</ul>"), shown(promises="the ledger", worth="W")])}
    html = html_of(review_notebook(executed, results(**{"01_baseline": "Where?", "04_roi": "<b>Worth</b>?"})))
    assert html.count("the ledger") == 1 and html.count("<ul>Acme</ul>") == 1
    assert "The supplier" in html and "Its sponsor" in html and "The organisation" not in html
    assert '<a href="04_roi.html">&lt;b&gt;Worth&lt;/b&gt;?</a>' in html


def test_without_anything_to_say_there_is_no_page():
    assert review_notebook({"01": new_notebook(cells=[shown(role="account")])}, results()) is None
    assert review_notebook({}, results()) is None


def test_outputs_read_from_disk_are_the_same(tmp_path):
    notebook = new_notebook(cells=[shown(role="account", html="<ul>\n<li>Acme</li>\n</ul>\n"), shown(where="A")])
    path = tmp_path / "x.ipynb"
    nbformat.write(notebook, path)
    once, again = (html_of(review_notebook({"01": n}, results())) for n in (notebook, nbformat.read(path, 4)))
    assert once == again


def test_every_customer_has_a_review_that_leads_to_its_reports(samples):
    seen = 0
    for path in reports(samples):
        if path.stem != STEM:
            continue
        page, beside = Page(path.read_text(encoding="utf-8")), {p.name for p in path.parent.glob("0*.html")} - {path.name}
        links = {a["href"] for a in page.all("a") if a.get("href", "").endswith(".html")}
        assert links == beside
        assert not re.search(r"buy|upgrade|discount of|ticket|bug|training", page.text.split("Where each figure comes from")[0], re.IGNORECASE)
        seen += 1
    assert seen >= 7


def test_what_decides_and_what_is_open_is_asked_for(samples):
    text = Page((samples / "harbour-care" / "2025-09" / f"{STEM}.html").read_text(encoding="utf-8")).text
    asked = text.split("What to decide")[-1]
    assert "Funding of phase two: it rests on the promise (must have) of 23,400 clients by March 2026" in asked
    assert "Agree the target for March 2027: it is still to be announced." in asked
    assert "State what it costs" in asked


def test_it_is_two_pages_of_paper(samples, german):
    """German words are longer, and nobody in Germany has Letter."""
    with browser(need_chromium()) as chromium:
        for path in [*reports(samples), *reports(german / "outputs")]:
            if path.stem == STEM:
                page = chromium.new_page()
                page.goto(path.as_uri())
                for paper in ("A4", "Letter") if samples in path.parents else ("A4",):
                    printed = page.pdf(format=paper, prefer_css_page_size=True)
                    assert 1 <= len(re.findall(rb"/Type\s*/Page\b", printed)) <= 2, (path, paper)
                page.close()


def test_thin_data_are_told_what_cannot_be_said_yet_and_from_when(tmp_path):
    """By the header's own brief: on no other page."""
    months = pd.period_range("2025-01", periods=6, freq="M")
    clients = Measure("Clients <i>", pd.Series([float(n) for n in range(6)], months), total_by="sum")
    account = Customer("acme", "Acme", months[-1], "USD", outcome=clients, started=pd.Period("2025-04", "M"), indicators={f"I{n}": replace(clients, name=f"I{n}") for n in range(7)})
    given = {brief["part"]: brief["html"] for brief in show(account).bundle()[BRIEF_MIME]}
    assert "Where we land: 6 known months of Clients &lt;i&gt;; 13 are needed, from January 2026." in given["yet"]
    assert "waiting does not help" in given["yet"] and given["yet"].count("<li>") == 5 and "more, in the reports" in given["yet"]
    assert "<i>" not in given["yet"]
