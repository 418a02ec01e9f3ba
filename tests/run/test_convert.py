from __future__ import annotations

import re
from base64 import b64encode
from hashlib import sha256

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from valuelab.run.collect import RESULT_MIME
from valuelab.run.convert import report_markdown, title_of, to_html, with_contents

pytestmark = pytest.mark.filterwarnings("default")  # nbconvert's own, on import


def shown(html: str, kind: str = "display_data") -> dict:
    return new_output(kind, data={"text/html": html, "text/plain": "PLAIN", RESULT_MIME: {"key": "k"}})


def page(*cells, name: str = "Acme", title: str = "Where are we?") -> str:
    return to_html(new_notebook(cells=[new_markdown_cell(f"# {title}"), *cells]), name=name, as_of="2025-03")


def body(html: str) -> str:
    return html[html.index("<main"):]


def test_results_are_shown_as_they_are_whether_displayed_or_last_in_their_cell():
    cell = new_code_cell("SOURCE", outputs=[shown('<p data-x="1">one</p>'), shown("<p>two</p>", "execute_result")], execution_count=7)
    text = body(page(cell))
    assert '<p data-x="1">one</p>' in text
    assert "<p>two</p>" in text
    assert not [word for word in ("SOURCE", "PLAIN", "In [", "Out[") if word in text]


def test_nothing_else_is_shown():
    outputs = [new_output("stream", name="stdout", text="STDOUT"), new_output("stream", name="stderr", text="STDERR"),
               new_output("display_data", data={"text/html": "<p>OTHER</p>", "text/plain": "OTHER", "image/png": "AAAA"}),
               new_output("execute_result", data={"text/plain": "NUMBER"}),
               new_output("error", ename="E", evalue="BAD", traceback=["TRACE"])]
    text = body(page(new_code_cell("x", outputs=outputs)))
    assert not [word for word in ("STDOUT", "STDERR", "OTHER", "NUMBER", "BAD", "TRACE", "AAAA") if word in text]


def test_the_page_is_complete_and_asks_for_nothing():
    html = page(new_code_cell("x", outputs=[shown("<p>x</p>")]))
    assert html.startswith("<!doctype html>\n<html lang=\"en\">")
    assert "<title>Where are we? · Acme</title>" in html
    assert '<meta name="viewport"' in html
    assert "default-src 'none'" in html
    assert len(re.findall(r"<h1[ >]", html)) == 1
    assert "<main" in html
    assert "as of 2025-03" in html
    assert not re.search(r"<script|<link|https?://|url\(", html)
    assert len(html) < 100_000


def test_hostile_names_and_titles_are_text():
    html = page(name='</title><script>alert("x")</script>', title="</title><script>1</script>")
    assert "<script" not in html
    assert "&lt;script&gt;" in html


def test_html_inside_of_markdown_is_text_and_script_addresses_are_dropped():
    html = report_markdown('<img src=x onerror="alert(1)">\n\n<script>1</script> a <b onclick="x">b</b>\n\n[go](javascript:alert(1)) '
                           '[q](https://a.b/"onmouseover="x)')
    assert not re.search(r"<(img|script|b)\b", html)
    assert "javascript:" not in html
    assert not re.search(r"<[^>]+\sonmouseover", html)


def test_markdown_is_read_and_money_is_no_mathematics():
    html = report_markdown("Why *so*, from $1,200 to $3,400?\n\n- one\n\n| a | b |\n| --- | --- |\n| 1 | 2 |")
    for part in ("<em>so</em>", "$1,200 to $3,400", "<li>one</li>", "<td>1</td>"):
        assert part in html
    assert "math" not in html


def test_contents_stand_after_the_first_section_and_lead_to_every_later_one():
    cells = [new_markdown_cell("## In short"), new_code_cell("x", outputs=[shown('<section class="vl"><p>answer</p></section>')]),
             new_markdown_cell("## Goals & more"), new_code_cell("x", outputs=[shown('<section class="vl">\n<h2>Main</h2><p>x</p></section>')]),
             new_markdown_cell("## Goals & more")]
    html = body(page(*cells))
    links = re.findall(r'<a href="#([^"]+)">([^<]+)</a></li>', html)
    assert links == [("goals-more", "Goals &amp; more"), ("main-2", "Main"), ("goals-more-2", "Goals &amp; more")]
    ids = re.findall(r'id="([^"]+)"', html)
    assert sorted(ids) == sorted(set(ids))
    assert {link for link, _ in links} <= set(ids)
    assert html.index("answer") < html.index("<nav") < html.index('id="goals-more"')


def test_contents_end_with_the_spreadsheet_where_there_is_one():
    cells = [new_markdown_cell(f"# A\n\n## {name}") for name in ("In short", "Spreadsheet", "Method")]
    html = to_html(new_notebook(cells=cells), name="Acme", as_of="2025-03", spreadsheet="04_roi.xlsx")
    links = re.findall(r'<a href="#([^"]+)">([^<]+)</a></li>', html)
    assert links == [("spreadsheet-2", "Spreadsheet"), ("method", "Method"), ("spreadsheet", "Spreadsheet")]
    assert html.count('id="spreadsheet"') == 1 and 'href="#spreadsheet"' not in page(*cells)


def test_a_page_with_sliders_may_run_their_script_and_no_other_page_any():
    cell = new_code_cell("x", outputs=[shown('<div class="vl-what-if" hidden></div>')])
    html, without = page(cell), page(new_code_cell("x", outputs=[shown("<p>x</p>")]))
    (code,) = re.findall(r"<script>(.*?)</script>", html, re.DOTALL)
    digest = b64encode(sha256(code.encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}';" in html
    assert html.index("</main>") < html.index("<script>")
    assert "script" not in without[:without.index("<style>")] and "<script" not in without
    assert "<script" not in page(new_markdown_cell('<div class="vl-what-if">'))  # words of a markdown cell are no sliders


def test_contents_do_not_open_inside_of_a_section():
    html = with_contents('<h2>A</h2><section class="vl">\n<h2>B</h2></section><h2>C</h2>')
    assert html.index("<nav") < html.index('<section class="vl">')


def test_a_short_page_has_no_contents():
    assert "<nav" not in page(new_markdown_cell("## One"), new_markdown_cell("## Two"))


def test_title_is_the_first_heading_in_plain_text():
    notebook = new_notebook(cells=[new_code_cell("# comment"), new_markdown_cell("text\n\n# What is *it* & why?\n\n## Other")])
    assert title_of(notebook) == "What is it & why?"
    assert title_of(new_notebook(cells=[new_markdown_cell("## only")])) == "Report"


def test_the_same_workbook_is_the_same_page():
    cells = [new_markdown_cell("## A"), new_code_cell("x", outputs=[shown("<p>x</p>")])]
    assert page(*cells) == page(*cells)
