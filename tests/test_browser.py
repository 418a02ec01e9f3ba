"""The pages as a real browser shows them, and the workbooks as JupyterLab runs them."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from tests.browser import browser, need_chromium
from tests.conftest import copy_project
from tests.test_reports import Page, reports

pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("default")]


@pytest.fixture(scope="module")
def chromium():
    with browser(need_chromium()) as instance:
        yield instance


def pages(outputs: Path) -> list[Path]:
    return [*reports(outputs), outputs / "index.html"]


def test_pages_open_without_error_request_or_sideways_scroll(samples, chromium):
    wrong = []
    for width in (390, 768, 1440):
        context = chromium.new_context(viewport={"width": width, "height": 900})
        for path in pages(samples):
            page = context.new_page()
            requests, messages = [], []
            page.on("request", lambda r, seen=requests: seen.append(r.url))
            page.on("console", lambda m, seen=messages: seen.append(m.text))
            page.on("pageerror", lambda e, seen=messages: seen.append(str(e)))
            page.goto(path.as_uri())
            outside = [u for u in requests if not u.startswith(("data:", path.as_uri()))]
            overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            broken = page.evaluate("[...document.images].filter(i => !i.complete || i.naturalWidth === 0).length")
            if outside or messages or overflow > 0 or broken:
                wrong.append((width, path.parent.name, path.name, outside, messages, overflow, broken))
            page.close()
        context.close()
    assert wrong == []


def test_pages_are_accessible(samples, chromium):
    from axe_playwright_python.sync_playwright import Axe

    axe, wrong = Axe(), []
    for path in pages(samples):
        # the checker is a script, which the page's own policy would refuse
        context = chromium.new_context(viewport={"width": 1200, "height": 900}, bypass_csp=True)
        page = context.new_page()
        page.goto(path.as_uri())
        found = axe.run(page).response["violations"]
        wrong += [(path.parent.name, path.name, v["id"], v["nodes"][0]["html"][:120]) for v in found]
        context.close()
    assert wrong == []


def test_a_report_prints_on_paper(samples, chromium):
    page = chromium.new_page()
    page.goto((samples / "harbour-care" / "2025-09" / "01_baseline.html").as_uri())
    for size in ("A4", "Letter"):
        pdf = page.pdf(format=size)
        assert 1 <= len(re.findall(rb"/Type\s*/Page\b", pdf)) <= 9
    page.close()


def free_port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def test_run_all_in_jupyterlab_gives_the_figures_of_the_report(samples, chromium, tmp_path):
    project = copy_project(tmp_path / "project", "harbour-care")
    workbook = project / "notebooks" / "01_baseline.ipynb"
    before = samples / "harbour-care" / "2025-03" / "results.json"  # an analyst who compares names it, as the run did
    workbook.write_text(workbook.read_text(encoding="utf-8").replace('previous = \\"\\"', f'previous = \\"{before}\\"'), encoding="utf-8")
    assert str(before) in workbook.read_text(encoding="utf-8")
    port, home = free_port(), tmp_path / "home"
    settings = home / "lab" / "user-settings" / "@jupyterlab" / "apputils-extension"
    settings.mkdir(parents=True)
    (settings / "notification.jupyterlab-settings").write_text('{"fetchNews": "false", "checkForUpdates": false, "doNotDisturbMode": true}')
    environment = {**os.environ, "JUPYTER_CONFIG_DIR": str(home), "JUPYTERLAB_SETTINGS_DIR": str(home / "lab" / "user-settings"),
                   "JUPYTER_DATA_DIR": str(home / "data"), "JUPYTER_RUNTIME_DIR": str(home / "runtime"),
                   "JUPYTERLAB_WORKSPACES_DIR": str(home / "workspaces"), "IPYTHONDIR": str(home / "ipython")}
    with (tmp_path / "lab.log").open("w") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", f"--port={port}", "--ServerApp.port_retries=0",
             "--IdentityProvider.token=", f"--ServerApp.root_dir={project}"], env=environment, stdout=log, stderr=log)
    try:
        base = f"http://127.0.0.1:{port}"
        for _ in range(120):
            try:
                urllib.request.urlopen(f"{base}/api", timeout=2).close()
                break
            except OSError:
                time.sleep(0.5)
        context = chromium.new_context(viewport={"width": 1400, "height": 1000})
        page = context.new_page()
        page.goto(f"{base}/lab/tree/notebooks/01_baseline.ipynb?reset", wait_until="load")
        page.wait_for_selector(".jp-Notebook .jp-CodeCell", timeout=90_000)
        page.wait_for_timeout(3000)
        page.get_by_role("menuitem", name="Run", exact=True).click()
        page.get_by_text("Run All Cells", exact=True).click()
        select = page.get_by_role("button", name="Select Kernel", exact=True)
        if select.count() and select.first.is_visible():
            select.first.click()
        page.get_by_text("sha256").wait_for(timeout=120_000)  # the last code cell; cells out of sight are not in the page
        page.wait_for_function("document.body.innerText.includes('Idle')", timeout=120_000)
        page.keyboard.press("Control+s")
        page.wait_for_timeout(2000)
        context.close()
        deadline = time.time() + 60
        shown: list = []
        while time.time() < deadline and len(shown) < 20:
            shown = figures_of(project / "notebooks" / "01_baseline.ipynb")
            time.sleep(1)
    finally:
        server.terminate()
        server.wait(timeout=30)
    report = Page((samples / "harbour-care" / "2025-09" / "01_baseline.html").read_text(encoding="utf-8")).figures
    assert len(shown) > 20
    assert shown == report


def figures_of(notebook: Path) -> list[tuple[str, float, str]]:
    """The figures in the saved outputs of a workbook."""
    import nbformat

    node = nbformat.read(notebook, as_version=4)
    found = []
    for cell in node.cells:
        for output in cell.get("outputs", ()):
            html = output.get("data", {}).get("text/html", "")
            found += Page("".join(html)).figures
    return found
