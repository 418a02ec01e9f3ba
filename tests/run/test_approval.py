"""Who approved a report: recorded, written on its pages, and gone as soon as they say something else."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.browser import browser, need_chromium
from tests.conftest import valuelab
from tests.run.small import HEADLINE, write_customer, write_workbook
from valuelab.audit.page import Page
from valuelab.run.approval import NotApproved, approve, content_digest
from valuelab.run.cache import file_digest
from valuelab.run.project import Project
from valuelab.run.storage import Busy, storage_of

HOSTILE = 'Ann <script>alert("1")</script> & “Söhne” <!-- /approval --> \u202e株式会社\n=1+1'


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> Path:
    project = tmp_path_factory.mktemp("approval")
    write_workbook(project, "01_baseline", HEADLINE)
    write_workbook(project, "06_pay", HEADLINE, title="Does it pay?")
    write_customer(project, "acme")
    done = valuelab("run", cwd=project)
    assert done.returncode == 0, done.stderr
    return project


@pytest.fixture
def project(made, tmp_path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "project"))


def of(folder: Path) -> Project:
    return Project(folder / "params", folder / "notebooks", folder / "outputs")


def said(page: Path) -> str:
    """The line of approval, as a reader sees it."""
    html = page.read_text(encoding="utf-8")
    assert html.count("<!-- approval -->") == html.count("<!-- /approval -->") == 1
    return html.partition("<!-- approval -->")[2].partition("<!-- /approval -->")[0]


def record(report: Path) -> dict:
    return json.loads((report / "approval.json").read_text(encoding="utf-8"))


def test_a_report_is_a_draft_until_somebody_approves_it_and_stays_approved_while_it_says_the_same(project):
    report = project / "outputs" / "acme" / "2025-09"
    pages = [report / "01_baseline.html", report / "06_pay.html"]
    drafts = [p.read_bytes() for p in pages]
    assert all("Draft" in said(p) for p in pages) and not (report / "approval.json").exists()
    for name in ("Ann Example", "Bob", "Ann Example"):
        done = valuelab("approve", "acme", "2025-09", "--by", name, cwd=project)
        assert done.returncode == 0, done.stderr
    assert "approved by Ann Example, Bob" in done.stdout
    approved = [p.read_bytes() for p in pages]
    for page in pages:
        assert "Draft" not in said(page) and "by <bdi>Ann Example</bdi> and <bdi>Bob</bdi>." in said(page)
        assert record(report)["sha256"][page.name] == file_digest(page) and record(report)["pages"][page.name] == content_digest(page)
    assert [(a["by"], a["as_of"]) for a in record(report)["approvals"]] == [("Ann Example", "2025-09"), ("Bob", "2025-09")]
    assert "unchanged" in valuelab("run", cwd=project).stdout, "to approve is no reason to run again"
    assert valuelab("run", "--force", cwd=project).returncode == 0
    assert [p.read_bytes() for p in pages] == approved, "the same content stays approved"

    write_workbook(project, "06_pay", HEADLINE, title="Does it pay off?")
    assert valuelab("run", cwd=project).returncode == 0
    assert pages[0].read_bytes() == drafts[0] and "Draft" in said(pages[1])
    assert record(report)["approvals"] == [] and [a["by"] for a in record(report)["earlier"][0]["approvals"]] == ["Ann Example", "Bob"]
    approve(of(project), "acme", "2025-09-30", "Bob", on="2025-10-02")
    assert "by <bdi>Bob</bdi>." in said(pages[1]) and record(report)["approvals"] == [{"by": "Bob", "as_of": "2025-09", "on": "2025-10-02"}]
    assert [p.name for p in (project / "outputs" / "acme").iterdir() if p.name.startswith(".")] == []


def test_a_name_is_text(project):
    report = project / "outputs" / "acme" / "2025-09"
    before = content_digest(report / "01_baseline.html")
    assert approve(of(project), "acme", "2025-09", HOSTILE, on="2025-10-01") == [" ".join(HOSTILE.replace("\u202e", " ").split())]
    html = (report / "01_baseline.html").read_text(encoding="utf-8")
    assert "<script>alert" not in html and "&lt;script&gt;" in said(report / "01_baseline.html") and "\u202e" not in html
    approve(of(project), "acme", "2025-09", "Bob", on="2025-10-01")
    assert content_digest(report / "01_baseline.html") == before, "the end of the line is found, whatever a name says"


@pytest.mark.parametrize(("arguments", "why"), [
    (("acm", "2025-09", "--by", "Ann"), 'Unknown customer "acm". Known: acme'),
    (("../acme", "2025-09", "--by", "Ann"), "Unknown customer"),
    (("acme", "2024-01", "--by", "Ann"), 'no report of acme as of "2024-01". There are: 2025-09'),
    (("acme", "../..", "--by", "Ann"), "There are: 2025-09"),
    (("acme", "2025-09", "--by", " \u200b\n "), "--by must be a name"),
    (("acme", "2025-09", "--by", "a" * 121), "--by must be a name"),
])
def test_what_cannot_be_approved_is_told_and_nothing_is_written(made, arguments, why):
    done = valuelab("approve", *arguments, cwd=made)
    assert done.returncode == 1 and why in done.stderr and "Traceback" not in done.stderr
    assert not list(made.rglob("approval.json"))


def test_pages_that_somebody_changed_are_not_approved(project):
    page = project / "outputs" / "acme" / "2025-09" / "06_pay.html"
    kept = page.read_bytes()
    page.write_bytes(kept.replace(b"Three", b"Two"))
    with pytest.raises(NotApproved, match="06_pay.html is not as it was made"):
        approve(of(project), "acme", "2025-09", "Ann", on="2025-10-01")
    page.write_bytes(kept)
    (page.parent / "05_more.html").write_text("<p>")
    with pytest.raises(NotApproved, match="05_more.html"):
        approve(of(project), "acme", "2025-09", "Ann", on="2025-10-01")
    (page.parent / "05_more.html").unlink()
    with storage_of(of(project)).held("acme"), pytest.raises(Busy):
        approve(of(project), "acme", "2025-09", "Ann", on="2025-10-01")
    assert not list(project.rglob("approval.json"))


def test_a_line_that_nobody_recorded_is_taken_off_by_the_next_run(project):
    page = project / "outputs" / "acme" / "2025-09" / "06_pay.html"
    kept = page.read_bytes()
    page.write_bytes(kept.replace(said(page).encode(), b'<p class="approval"><strong>Approved</strong> by the CFO.</p>'))
    assert valuelab("run", cwd=project).returncode == 0
    assert page.read_bytes() == kept


@pytest.mark.browser
def test_print_says_draft_on_every_sheet_and_pdfs_follow_the_approval(project):
    path = need_chromium()
    report = project / "outputs" / "acme" / "2025-09"
    assert valuelab("run", "--pdf", cwd=project).returncode == 0
    draft = (report / "06_pay.pdf").read_bytes()
    approve(of(project), "acme", "2025-09", "Ann", on="2025-10-01")
    assert (report / "06_pay.pdf").read_bytes() != draft
    assert "unchanged" in valuelab("run", "--pdf", cwd=project).stdout
    with browser(path) as chromium:
        page = chromium.new_page()
        page.emulate_media(media="print")
        page.goto((report / "06_pay.html").as_uri())
        assert page.inner_text(".approval") == "Approved by Ann."
        assert page.evaluate("getComputedStyle(document.querySelector('main')).page") == "auto"
        page.set_content((report / "06_pay.html").read_text().replace('class="approval"', 'class="approval draft"'))
        assert page.evaluate("getComputedStyle(document.querySelector('main')).page") == "draft"


def test_audit_reads_the_same_words_on_a_draft_and_on_an_approved_page(project):
    page = project / "outputs" / "acme" / "2025-09" / "06_pay.html"
    draft = Page(page.read_text(encoding="utf-8"))
    for name in ("Ann", "Bob & Co.", "Cleo"):
        approve(of(project), "acme", "2025-09", name, on="2025-10-01")
        assert Page(page.read_text(encoding="utf-8")).pieces == draft.pieces
    html = page.read_text(encoding="utf-8")
    assert Page(html.replace("</bdi>.", "</bdi>. It saved $2.1 m.")).pieces != draft.pieces
