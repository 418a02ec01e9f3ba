"""The pages as a real browser shows them, and the workbooks as JupyterLab runs them."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from tests.browser import browser, need_chromium
from tests.conftest import ROOT, copy_project
from tests.inputs.test_brand import picture, project
from tests.test_reports import Page, reports

pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("default")]


@pytest.fixture(scope="module")
def chromium():
    with browser(need_chromium()) as instance:
        yield instance


def pages(outputs: Path) -> list[Path]:
    return [*reports(outputs), outputs / "index.html"]


@pytest.fixture(scope="module")
def everywhere(samples, german) -> list[Path]:
    """Every page of the samples, and those of a German and of a Japanese customer."""
    return [*pages(samples), *(path for customer in ("harbour-care", "harbour-japan") for path in sorted((german / "outputs" / customer / "2025-09").glob("*.html")))]


WIDTHS = (390, 768, 1440)
LARGEST = 1_500_000  # bytes of one page
# what a page may be shown in; pages take turns in the later ones, and in the widths
MODES = ({"media": "screen"}, {"media": "print"}, {"media": "screen", "forced_colors": "active"}, {"media": "screen", "contrast": "more"},
         {"media": "screen", "color_scheme": "dark"})
SEEN = ["color-contrast", "link-in-text-block"]  # rules that depend on how a page looks
CHECKED = {"exclude": [[".evidence-list > li:nth-child(n+12)"]]}  # hundreds of lines from one template


def sideways(page) -> int:
    """Pixels by which a page must be scrolled sideways."""
    return page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")


def test_pages_open_small_without_error_request_or_sideways_scroll(everywhere, chromium):
    """640 and 320 pixels are a window of 1280 at 200 % and 400 %."""
    wrong = []
    page = chromium.new_page()
    requests, messages = [], []
    page.on("request", lambda r: requests.append(r.url))
    page.on("console", lambda m: messages.append(m.text))
    page.on("pageerror", lambda e: messages.append(str(e)))
    for path in everywhere:
        requests.clear()
        page.goto(path.as_uri())
        moved = []
        for width in (*WIDTHS, 640, 320):
            page.set_viewport_size({"width": width, "height": 900})
            moved += [width] * (sideways(page) > 0)
        broken = page.evaluate("Promise.all([...document.images].map(i => i.decode().then(() => 0, () => 1))).then(found => found.reduce((a, b) => a + b, 0))")
        outside = [u for u in requests if not u.startswith(("data:", path.as_uri()))]
        if outside or messages or moved or broken or path.stat().st_size > LARGEST:
            wrong.append((path.parent.parent.name, path.name, outside, [*messages], moved, broken, path.stat().st_size))
        messages.clear()
    page.close()
    assert wrong == []


def test_nothing_blocks_the_first_paint(everywhere):
    """Nothing from elsewhere, a script at the end alone; pictures carry their size, so that nothing jumps."""
    for path in everywhere:
        html = path.read_text(encoding="utf-8")
        html, _, last = html.partition("<script>")
        assert "</main>" in html and "</main>" not in last, path
        html = re.sub(r'<script type="application/json">[^<]*</script>', "", html)
        assert not re.search(r"<script|<link|@import|@font-face|<iframe", html, re.IGNORECASE), path
        assert all("width=" in image and "height=" in image for image in re.findall(r"<img[^>]*>", html)), path


PARTED = """() => {
    const figure = /\\d{4}-\\d\\d(?:-\\d\\d)?|[−+±]?[$€£¥￥]?\\d(?:[\\d.,]*\\d)?(?: (?:%|m|bn|trn|Mio\\.|Mrd\\.|Bio\\.)(?![\\w\u00e4\u00f6\u00fc]))?(?:\u00a0€)?/g, parted = [];
    const texts = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT), range = document.createRange();
    for (let text = texts.nextNode(); text; text = texts.nextNode()) {
        if (text.parentElement.tagName === "CODE") continue;  // keys and hashes
        for (const found of text.data.matchAll(figure)) {
            range.setStart(text, found.index);
            range.setEnd(text, found.index + found[0].length);
            const tops = [...range.getClientRects()].filter(box => box.width).map(box => box.top);
            if (Math.max(...tops) - Math.min(...tops) > 6) parted.push(found[0] + " in: " + text.data.slice(0, 80));
        }
    }
    return parted;
}"""


def test_no_figure_parts_at_a_lines_end(everywhere, chromium):
    """Neither 95 from its percent sign nor a minus from its amount, on a phone, in a narrow window and on paper."""
    page, parted, without = chromium.new_page(), [], 0
    for i, path in enumerate(everywhere):
        page.goto(path.as_uri())
        page.evaluate("document.querySelectorAll('details').forEach(fold => fold.open = true)")
        for width, media in ((390, "screen"), (320, "screen"), (700, "print")):
            page.emulate_media(media=media)
            page.set_viewport_size({"width": width, "height": 900})
            parted += [(path.parts[-3:], width, found) for found in page.evaluate(PARTED)]
        if not i:  # the same page, if nothing were kept together
            page.add_style_tag(content=".vl data.n, .n { white-space: normal } .vl .interval { display: inline }")
            page.emulate_media(media="screen")
            page.set_viewport_size({"width": 390, "height": 900})
            without = len(page.evaluate(PARTED))
    page.close()
    assert parted == []
    assert without > 0


def test_letters_twice_as_large_fit_too(everywhere, chromium):
    """For readers who set their browser to larger letters, not to a larger page."""
    wrong = []
    page = chromium.new_page()
    page.context.new_cdp_session(page).send("Page.setFontSizes", {"fontSizes": {"standard": 32, "fixed": 32}})
    for path in everywhere:
        page.goto(path.as_uri())
        for width in (1440, 768):
            page.set_viewport_size({"width": width, "height": 450})
            read = page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)")
            if sideways(page) > 0 or read < 32:
                wrong.append((width, path.parent.name, path.name, sideways(page), read))
    page.context.close()
    assert wrong == []


def test_pages_are_accessible_in_every_mode_and_width(everywhere, samples, chromium):
    """Pages take turns; with VALUELAB_EVERY_MODE=1 in the environment each page is looked at in each mode and width, which takes a quarter of an hour."""
    from axe_playwright_python.sync_playwright import Axe

    axe, wrong = Axe(), []
    # the checker is a script, which the page's own policy would refuse
    context = chromium.new_context(bypass_csp=True)
    page = context.new_page()
    for i, path in enumerate(everywhere):
        page.goto(path.as_uri())
        for mode, width, whole in looks_of(i, path.is_relative_to(samples)):
            page.set_viewport_size({"width": width, "height": 900})
            page.emulate_media(**{"forced_colors": "none", "contrast": "no-preference", "color_scheme": "light", **mode})
            on_paper = mode["media"] == "print"  # where no link can be followed
            rules = {} if whole else {"runOnly": {"type": "rule", "values": SEEN[:1] if on_paper else SEEN}}
            found = axe.run(page, context=CHECKED, options={"resultTypes": ["violations"], **rules}).response["violations"]
            wrong += [(path.parent.parent.name, path.name, mode, width, v["id"], v["nodes"][0]["html"][:160]) for v in found if not (on_paper and v["id"] == "link-in-text-block")]
    context.close()
    assert wrong == []


def looks_of(number: int, sample: bool) -> list[tuple[dict, int, bool]]:
    """In which modes and widths a page is looked at, and whether by every rule or by those alone that depend on how it looks."""
    if os.environ.get("VALUELAB_EVERY_MODE"):
        return [(mode, width, True) for mode in MODES for width in WIDTHS]
    turns = [(MODES[j], WIDTHS[(number + j) % len(WIDTHS)]) for j in range(len(MODES))]
    if sample:
        return [(*turns[0], True), (*turns[1 + number % (len(MODES) - 1)], False)]
    return [(*turns[number % len(MODES)], True)]  # what differs from a sample by its words and signs alone


def test_the_check_finds_what_it_looks_for(samples, chromium, tmp_path):
    from axe_playwright_python.sync_playwright import Axe

    path = tmp_path / "page.html"
    html = reports(samples)[0].read_text(encoding="utf-8")
    path.write_text(html.replace("</main>", '<p style="color:#bbb">pale</p><img src="data:image/gif;base64,R0lGODlhAQABAAAAACwAAAAAAQABAAA="></main>'), encoding="utf-8")
    context = chromium.new_context(bypass_csp=True)
    page = context.new_page()
    page.goto(path.as_uri())
    found = {v["id"] for v in Axe().run(page).response["violations"]}
    context.close()
    assert {"color-contrast", "image-alt"} <= found


def focused(page) -> dict:
    """What has the focus: its tag, class, text and link, and whether it can be seen."""
    return page.evaluate("""() => {
        const e = document.activeElement, box = e.getBoundingClientRect(), style = getComputedStyle(e);
        return {tag: e.tagName, id: e.id, name: e.className, text: e.textContent.trim().slice(0, 60), link: e.getAttribute("href") || "",
                seen: box.width > 0 && box.right > 0 && box.left < innerWidth && box.bottom > 0 && box.top < innerHeight,
                outlined: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2};
    }""")


@pytest.mark.parametrize("language", ["en", "de"])
def test_a_page_works_by_keyboard(samples, german, chromium, language):
    """Skip links, contents, folds, and figures with the way to their evidence and back: each is reached, seen, outlined, and does what it says."""
    context = chromium.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    page.goto(((samples if language == "en" else german / "outputs") / "harbour-care" / "2025-09" / "01_baseline.html").as_uri())
    path = []
    for _ in range(400):
        page.keyboard.press("Tab")
        now = focused(page)
        if now["tag"] == "BODY":
            break
        path.append(now)
    assert [p["link"] for p in path[:2]] == ["#main", "#evidence"]
    unseen = [p for p in path if not (p["seen"] and p["outlined"])]
    assert unseen == []
    kinds = {"door": lambda p: p["name"] == "door", "contents": lambda p: p["tag"] == "A" and p["link"] == {"en": "#method", "de": "#methode"}[language],
             "fold": lambda p: p["tag"] == "SUMMARY", "table": lambda p: p["name"] == "table-wrap",
             "back": lambda p: p["tag"] == "A" and p["text"] == "↩"}
    assert [kind for kind, known in kinds.items() if not any(map(known, path))] == []

    # a fold opens by Enter, and closes
    page.focus("summary")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.parentElement.open")
    page.keyboard.press("Enter")
    assert not page.evaluate("document.activeElement.parentElement.open")

    # a figure leads to its line of the evidence, and the arrow leads back to the same figure
    page.focus("a.door")
    door = focused(page)
    page.keyboard.press("Enter")
    page.wait_for_function("id => document.activeElement.id === id", arg=door["link"][1:])
    page.keyboard.press("Tab")
    while focused(page)["text"] != "↩":
        page.keyboard.press("Tab")
    assert focused(page)["link"] == f"#{door['id']}"
    page.keyboard.press("Enter")
    page.wait_for_function("id => location.hash === '#' + id", arg=door["id"])
    assert page.evaluate("document.querySelector(':target').getBoundingClientRect().top") < 900

    # the skip links lead where they say
    for link in ("#main", "#evidence"):
        page.focus(f'a.skip[href="{link}"]')
        page.keyboard.press("Enter")
        page.wait_for_function("hash => location.hash === hash", arg=link)
        assert page.evaluate("document.querySelector(':target').getBoundingClientRect().top") < 300
    context.close()


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
             "--IdentityProvider.token=", f"--ServerApp.root_dir={project}", "--LabApp.expose_app_in_browser=True"], env=environment, stdout=log, stderr=log)
    try:
        base = f"http://127.0.0.1:{port}"
        for _ in range(120):
            try:
                urllib.request.urlopen(f"{base}/api", timeout=2).close()
                break
            except OSError:
                time.sleep(0.5)
        context = chromium.new_context(viewport={"width": 1400, "height": 1000}, bypass_csp=True)
        page = context.new_page()
        page.goto(f"{base}/lab/tree/notebooks/01_baseline.ipynb?reset", wait_until="load")
        page.wait_for_selector(".jp-Notebook .jp-CodeCell", timeout=90_000)
        page.wait_for_timeout(3000)
        page.get_by_role("menuitem", name="Run", exact=True).click()
        page.get_by_text("Run All Cells", exact=True).click()
        select = page.get_by_role("button", name="Select Kernel", exact=True)
        if select.count() and select.first.is_visible():
            select.first.click()
        page.get_by_text("fingerprint").first.wait_for(timeout=120_000)  # the last code cell; cells out of sight are not in the page
        page.wait_for_function("document.body.innerText.includes('Idle')", timeout=120_000)
        page.keyboard.press("Control+s")
        page.wait_for_timeout(2000)
        looks = {theme: looks_in(page, theme) for theme in ("JupyterLab Light", "JupyterLab Dark")}
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
    for look in looks.values():
        assert look["pale"] == []
        assert look["columns"] >= 3, "key figures stand beside each other"
        assert look["marks"] == ["none"], "points have one mark, not JupyterLab's as well"
        assert look["white"], "pictures keep their paper"
    assert len({look["paper"] for look in looks.values()}) == len({look["ink"] for look in looks.values()}) == 2  # they follow the theme


def looks_in(page, theme: str) -> dict:
    """How the answer looks in JupyterLab with a theme: what cannot be read, and what its stylesheets might have moved."""
    from axe_playwright_python.sync_playwright import Axe

    page.evaluate("theme => window.jupyterapp.commands.execute('apputils:change-theme', {theme})", theme)
    page.wait_for_function("dark => document.body.dataset.jpThemeLight === String(!dark)", arg="Dark" in theme)
    page.evaluate("document.querySelector('.vl-key').scrollIntoView({block: 'center'})")
    page.wait_for_timeout(500)
    found = Axe().run(page, context={"include": [[".vl"]]}, options={"runOnly": {"type": "rule", "values": ["color-contrast"]}}).response["violations"]
    return page.evaluate("""() => ({
        columns: getComputedStyle(document.querySelector(".vl-key")).gridTemplateColumns.split(" ").length,
        marks: [...new Set([...document.querySelectorAll(".vl-points, .vl-account")].map(list => getComputedStyle(list).listStyleType))],
        white: [...document.querySelectorAll(".vl figure img")].every(image => getComputedStyle(image).backgroundColor === "rgb(255, 255, 255)"),
        paper: getComputedStyle(document.querySelector(".vl-answer")).backgroundColor, ink: getComputedStyle(document.querySelector(".vl p.lead")).color,
    })""") | {"pale": [node["html"][:160] for violation in found for node in violation["nodes"]]}


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


def test_a_branded_report_shows_whose_it_is_and_stays_accessible(chromium, tmp_path):
    from axe_playwright_python.sync_playwright import Axe

    project(tmp_path, brand='supplier: "<script>alert(1)</script> & Sons"\nlogo: data/logo.png\ncolour: "#78145a"\nsecond_colour: "#b18800"\n', logo=picture())
    shutil.copytree(ROOT / "notebooks", tmp_path / "notebooks")
    done = subprocess.run([Path(sys.executable).with_name("valuelab"), "run"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    page = chromium.new_page()
    page.goto((tmp_path / "outputs" / "acme" / "2025-06" / "04_roi.html").as_uri())
    assert page.locator(".brand").inner_text() == "<script>alert(1)</script> & Sons"
    assert page.locator(".brand img").evaluate("image => [image.naturalWidth, image.naturalHeight]") == [288, 96]
    assert page.locator("body").evaluate("body => getComputedStyle(body).borderTopColor") == "rgb(177, 136, 0)"
    assert [v["id"] for v in Axe().run(page, context=CHECKED).response["violations"]] == []
    page.close()
