from __future__ import annotations

import base64
import hashlib
import json
import re
from pathlib import Path

import pytest

from tests.run.small import HEADLINE, write_customer, write_workbook
from valuelab.run import publish
from valuelab.run.index import write_index
from valuelab.run.portfolio import accounts
from valuelab.run.project import Project, find_project
from valuelab.run.publish import Failure, Status


@pytest.fixture
def project(tmp_path) -> Project:
    write_workbook(tmp_path, "01_baseline", HEADLINE)
    write_customer(tmp_path, "acme")
    return find_project(start=tmp_path)


def report(project: Project, customer: str, as_of: str, *, status: str = "", name: str = "", sentence: str = "An answer.",
           not_run: dict | None = None) -> Path:
    folder = project.outputs / customer / as_of
    folder.mkdir(parents=True)
    (folder / "01_baseline.html").write_text("")
    headline = {"key": "h", "type": "T", "role": "headline", "status": status, "sentence": sentence, "data": {}}
    (folder / "results.json").write_text(json.dumps({
        "schema": 1, "customer": customer, "name": name or customer.title(), "as_of": as_of, "account": {}, "figures": {},
        "notebooks": {"01_baseline": {"title": "Where are we?", "results": [headline]}}, "not_run": not_run or {}}))
    publish.write_status(folder.parent, Status(customer, name))
    return folder.parent


def page(project: Project) -> str:
    write_index(project)
    return (project.outputs / "index.html").read_text(encoding="utf-8")


def test_worst_stands_first(project):
    for customer, status in (("a1", "ahead"), ("b1", "behind"), ("c1", "too early"), ("d1", "on track"), ("e1", "cannot say"), ("f1", "behind")):
        report(project, customer, "2025-03", status=status)
    publish.write_status(report(project, "g1", "2025-03", status="ahead"), Status("g1", "", (Failure("", "", "why"),)))
    publish.add_failure(project.outputs / "h1", Failure("", "", "no data"))
    order = [(e.id, e.status) for e in accounts(project)]
    assert order == [("h1", "failed"), ("g1", "stale"), ("b1", "behind"), ("f1", "behind"), ("c1", "too early"), ("d1", "on track"),
                     ("a1", "ahead"), ("e1", "cannot say"), ("acme", "")]


def test_a_customer_says_its_answers_its_dates_and_what_does_not_apply(project):
    report(project, "acme", "2024-12", status="ahead", sentence="Then.")
    report(project, "acme", "2025-03", status="behind", sentence="3,600 short.", name="Acme Ltd",
           not_run={"04_roi": {"title": "Does it pay?", "add": "add `unit_value` to the params"}})
    html = page(project)
    assert "Acme Ltd" in html
    assert "Internal." in html
    assert '<a href="acme/2025-03/01_baseline.html">Where are we?</a>' in html
    assert "3,600 short." in html
    assert '<a href="acme/2024-12/01_baseline.html">' in html
    assert "Does it pay?" in html
    assert "To have it, add <code>unit_value</code> to the params." in html
    shown = re.sub(r"<[^>]+>", "", html)
    assert shown.index("As of 2025-03") < shown.index("As of 2024-12")
    assert "Then." not in html, "an answer of then is a click away"


def test_stale_says_so_and_why_beside_the_last_good_report(project):
    publish.add_failure(report(project, "acme", "2025-03", status="ahead"), Failure("", "2025-04", "row 4 is no number"))
    html = page(project)
    assert '<span class="chip chip-stale"' in html
    assert "row 4 is no number" in html
    assert 'href="acme/2025-03/01_baseline.html"' in html


def test_a_past_date_that_failed_is_told_but_makes_nothing_stale(project):
    publish.add_failure(report(project, "acme", "2025-03", status="ahead"), Failure("2020-01", "2020-01", "no rows before 2024"))
    html = page(project)
    assert '<span class="chip chip-stale"' not in html
    assert "no rows before 2024" in html


def test_a_customer_that_was_never_run_or_has_left_the_params_is_told(project):
    report(project, "gone", "2025-03")
    html = page(project)
    assert "Not run yet: valuelab run acme" in html
    assert "No longer in the params folder" in html


def test_hostile_text_is_text(project):
    name = '</title><script>alert(1)</script><img src=x onerror=alert(1)>"\''
    folder = report(project, "acme", "2025-03", name=name, sentence=name, status='" onmouseover="x')
    publish.add_failure(folder, Failure("", "", name))
    html = page(project)
    assert "<img" not in html
    assert html.count("<script") == 1
    assert not re.search(r'<[^>]+\sonmouseover="', html)
    assert html.count("&lt;script&gt;") >= 3


def test_status_is_a_word_and_a_shape_of_its_own(project):
    words = ("ahead", "on track", "behind", "too early", "cannot say")
    for number, status in enumerate(words):
        report(project, f"c{number}", "2025-03", status=status)
    chips = re.findall(r'<span class="chip chip-([a-z-]+)"><svg [^>]*aria-hidden="true"[^>]*>(.*?)</svg>\s*([A-Za-z ]+)</span>', page(project))
    assert {(slug.replace("-", " "), word.lower()) for slug, _, word in chips} == {(w, w) for w in words}
    assert len({shape for _, shape, _ in chips}) == len(words)


def test_the_page_is_complete_asks_for_nothing_and_has_no_clock(project):
    report(project, "acme", "2025-03")
    html = page(project)
    assert html.lstrip().startswith("<!doctype html>")
    assert "default-src 'none'" in html
    assert not re.search(r"<link|https?://", html)
    (script,) = re.findall(r"<script>(.*?)</script>", html, re.DOTALL)
    assert f"script-src 'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}';" in html, "this script and no other"
    assert len(re.findall(r"<h1[ >]", html)) == 1
    assert page(project) == html


def test_a_damaged_results_file_does_not_take_the_index_away(project):
    folder = report(project, "acme", "2025-03")
    (folder / "2025-03" / "results.json").write_text('{"half')
    assert "acme" in page(project)
