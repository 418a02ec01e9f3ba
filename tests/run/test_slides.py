"""Material for slides: what the pages show, as files; nothing in them is a formula."""

from __future__ import annotations

import base64
import csv
import io
import json
import re
import shutil
import xml.etree.ElementTree as ET
from pathlib import Path

import nbformat
import pytest

from tests.browser import need_chromium
from tests.run.small import HEADLINE, write_customer, write_workbook
from tests.run.test_pdf import a_program, run
from tests.test_reports import Page
from valuelab.run.chromium import Chromium
from valuelab.run.collect import RESULT_MIME
from valuelab.run.slides import CONTENTS, is_complete, write_slides

LIVE = ("=1+1", "@SUM(A1)", "+cmd|x!A1", "-2+3", "\t=1", "＝1+1")
TABLE = "<table><caption><span>{0}</span></caption><thead><tr><th>{0}</th><th>value</th></tr></thead><tbody><tr><th>{0}</th><td>−5 %</td></tr></tbody></table>"
SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="72pt" height="36pt" viewBox="0 0 72 36" version="1.1"><rect width="72" height="36"/></svg>'
ADDRESS = f"data:image/svg+xml;base64,{base64.b64encode(SVG.encode()).decode()}"


def rows_of(path: Path, delimiter: str = ",") -> list[list[str]]:
    return list(csv.reader(io.StringIO(path.read_bytes().decode("utf-8-sig")), delimiter=delimiter))


def report_of(folder: Path, *html: str, locale: str = "en_US") -> Path:
    """A published report with one workbook that showed this."""
    outputs = [nbformat.v4.new_output("display_data", data={"text/html": text, RESULT_MIME: {"key": "baseline.goals"}}) for text in html]
    nbformat.write(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("", outputs=outputs, id="a")]), folder / "01_baseline.ipynb")
    (folder / "results.json").write_text(json.dumps({"account": {"locale": locale}, "notebooks": {"01_baseline": {"title": "Where are we?"}}}))
    return folder


@pytest.mark.browser
def test_every_chart_and_table_of_a_sample_report_is_a_file(samples, tmp_path):
    report = Path(shutil.copytree(samples / "harbour-care" / "2025-09", tmp_path / "2025-09"))
    with Chromium(need_chromium()) as chromium:
        assert write_slides(report, chromium.draw) == len(rows_of(report / "slides" / CONTENTS)) - 1
        assert is_complete(report)
        kept = {p.name: p.read_bytes() for p in (report / "slides").iterdir()}
        write_slides(report, chromium.draw)
    assert {p.name: p.read_bytes() for p in (report / "slides").iterdir()} == kept
    pages = {p.stem: Page(p.read_text(encoding="utf-8")) for p in sorted(report.glob("0[1-5]_*.html"))}
    for stem, page in pages.items():
        made = [name for name in kept if name.startswith(stem)]
        assert sum(name.endswith(".svg") for name in made) == sum(name.endswith(".png") for name in made) == len(page.all("img"))
    names = [name for name in kept if name.endswith(".csv") and name != CONTENTS]
    assert len(names) >= 15
    words = " ".join(page.text.replace("−", "-") for page in pages.values())
    for name in names:
        for cell in (cell for row in rows_of(report / "slides" / name) for cell in row):
            first = cell.removeprefix("'").replace("−", "-").split("; ")[0]
            assert first in words or first.split(" (")[0] in words, (name, cell)
    for name in (name for name in kept if name.endswith(".svg")):
        root = ET.fromstring(kept[name])
        assert root[0].tag.endswith("title") and root[0].text in {image["alt"] for page in pages.values() for image in page.all("img")}
        assert b"system-ui" not in kept[name]
        png = kept[name.replace(".svg", ".png")]
        assert png.startswith(b"\x89PNG") and int.from_bytes(png[16:20]) == 2709 and len(png) > 5_000


@pytest.mark.parametrize("text", LIVE)
def test_no_cell_is_a_formula(tmp_path, text):
    write_slides(report_of(tmp_path, TABLE.format(text)), None)
    made = rows_of(tmp_path / "slides" / "01_baseline-goals-table-1.csv")
    assert made == [[f"'{text.strip()}", "value"], [f"'{text.strip()}", "−5 %"]]
    assert rows_of(tmp_path / "slides" / CONTENTS)[1][3] == f"'{text.strip()}"


def test_names_of_customers_are_text_and_files_fit_the_country(tmp_path):
    hostile = f'<img src="{ADDRESS}" alt="&lt;/title&gt;&lt;script&gt; ＆ 株式会社">'
    write_slides(report_of(tmp_path, f"<figure>{hostile}<figcaption>a;b</figcaption></figure>", TABLE.format("&lt;b&gt;, “x” / ../../y"), locale="de_DE"), None)
    root = ET.fromstring((tmp_path / "slides" / "01_baseline-goals-chart-1.svg").read_bytes())
    assert root[0].text == "</title><script> ＆ 株式会社" and [child.tag.split("}")[1] for child in root] == ["title", "rect"]
    assert rows_of(tmp_path / "slides" / "01_baseline-goals-table-1.csv", ";")[0] == ["<b>, “x” / ../../y", "value"]
    assert sorted(p.name for p in (tmp_path / "slides").iterdir()) == ["01_baseline-goals-chart-1.svg", "01_baseline-goals-table-1.csv", CONTENTS]
    assert not is_complete(tmp_path) and is_complete(tmp_path, bitmaps=False)


def test_a_picture_that_cannot_be_drawn_leaves_the_last_folder(tmp_path):
    report = report_of(tmp_path, TABLE.format("a"))
    write_slides(report, None)
    report_of(tmp_path, f'<img src="{ADDRESS}" alt="a">')

    def fails(svg: str, width: float, height: float) -> bytes:
        assert (width, height) == (96, 48)
        raise OSError("no space")

    with pytest.raises(OSError, match="no space"):
        write_slides(report, fails)
    assert sorted(p.name for p in (tmp_path / "slides").iterdir()) == ["01_baseline-goals-table-1.csv", CONTENTS]
    assert [p.name for p in tmp_path.iterdir() if p.name.startswith(".")] == []


def test_on_request_beside_the_report_and_without_a_browser_all_but_bitmaps(tmp_path):
    write_workbook(tmp_path, "01_baseline", HEADLINE, f'emit("x.y", {{}}, html="""{TABLE.format("a")}""")')
    write_customer(tmp_path, "acme")
    done = run(tmp_path, "--slides", path=a_program(tmp_path / "bin", "exit 3"))
    report = tmp_path / "outputs" / "acme" / "2025-09"
    assert done.returncode == 1 and re.search("slides: Chromium (could not be started|ended before)", done.stderr)
    assert (report / "01_baseline.html").is_file() and (report / "slides" / "01_baseline-x-y-table-1.csv").is_file()
    again = run(tmp_path, "--slides", path=str(tmp_path))
    assert again.returncode == 1 and again.stderr.count("apt install") == 1 and "1 unchanged" in again.stdout, again.stderr
