"""A workbook that does not apply, opened anyway, says what to add and ends cleanly; papermill from the root works."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from tests.browser import browser, need_chromium
from tests.conftest import copy_project
from tests.test_browser import figures_of
from tests.test_reports import Page


def papermill(project: Path, notebook: str, customer: str, **parameters: str) -> Path:
    target = project / "out.ipynb"
    words = [word for name, value in ({"customer": customer} | parameters).items() for word in ("-p", name, value)]
    done = subprocess.run([sys.executable, "-m", "papermill", f"notebooks/{notebook}.ipynb", target.name, *words], cwd=project,
                          capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    return target


@pytest.mark.parametrize("notebook", ["01_baseline", "02_leading_indicators", "03_conversion"])
def test_a_workbook_that_does_not_apply_says_what_to_add(tmp_path, notebook):
    done = papermill(copy_project(tmp_path / "project", "stonebrook-tools"), notebook, "stonebrook-tools")
    html = "".join("".join(o.get("data", {}).get("text/html", "")) for c in nbformat.read(done, 4).cells for o in c.get("outputs", ()))
    assert "to the params" in Page(html).text


def test_papermill_from_the_root_gives_the_figures_of_the_report(samples, tmp_path):
    project = copy_project(tmp_path / "project", "harbour-care")
    before = str(samples / "harbour-care" / "2025-03" / "results.json")
    done = papermill(project, "01_baseline", "harbour-care", previous=before)
    report = Page((samples / "harbour-care" / "2025-09" / "01_baseline.html").read_text(encoding="utf-8")).figures
    assert figures_of(done) == report


@pytest.fixture(scope="module")
def explored(tmp_path_factory) -> Path:
    return papermill(copy_project(tmp_path_factory.mktemp("explored"), "harbour-care"), "explore", "harbour-care")


def test_the_place_to_start_shows_everything_a_customer_has(explored):
    kinds = [o["data"]["application/vnd.valuelab.result+json"]["type"] for c in nbformat.read(explored, 4).cells for o in c.get("outputs", ())
             if "application/vnd.valuelab.result+json" in o.get("data", {})]
    assert kinds == ["Customer", "DataUsed", "Assumptions", "BaselineReview", "Projection", "Effect", "BeforeAfter", "LeadScan", "MeasureNext", "Conversion",
                     "ConversionReview", "ValueReview", "ValueOutlook", "Ledger", "HealthReview", "Adoption", "Scorecard", "ValueChain"]


def test_the_place_to_start_runs_without_outcome_and_history(tmp_path):
    html = "".join("".join(o.get("data", {}).get("text/html", "")) for c in nbformat.read(
        papermill(copy_project(tmp_path / "project", "stonebrook-tools"), "explore", "stonebrook-tools"), 4).cells for o in c.get("outputs", ()))
    assert "Raise by 20 %" in Page(html).text


@pytest.mark.browser
@pytest.mark.filterwarnings("default")
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_results_can_be_read_in_both_themes_of_jupyterlab(explored, tmp_path, theme):
    """The theme's colours and JupyterLab's own styles, as nbconvert brings them along."""
    from axe_playwright_python.sync_playwright import Axe

    subprocess.run([sys.executable, "-m", "nbconvert", "--to", "html", "--theme", theme, "--output-dir", str(tmp_path), str(explored)], check=True, capture_output=True)
    with browser(need_chromium()) as chromium:
        page = chromium.new_page(viewport={"width": 1200, "height": 900})
        page.goto((tmp_path / f"{explored.stem}.html").as_uri(), wait_until="domcontentloaded")
        page.add_style_tag(content=".jp-InputArea, .jp-MarkdownOutput { display: none !important; }")  # what is not ours
        found = Axe().run(page, context={"include": [[".vl"]]}, options={"runOnly": ["color-contrast"]}).response["violations"]
        behind = page.locator(".vl figure img").first.evaluate("image => getComputedStyle(image).backgroundColor")
        paper = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert [node["target"] for v in found for node in v["nodes"]] == []
    assert behind == "rgb(255, 255, 255)", "charts are drawn for white"
    assert (paper != "rgb(255, 255, 255)") is (theme == "dark")
