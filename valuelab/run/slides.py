"""Material for slides: every chart of a report as SVG and PNG, every table as CSV, in a folder beside the pages.

It is taken from the executed workbooks that were published, so it cannot say anything else than the pages. Names stay the same from report to report.
"""

from __future__ import annotations

import base64
import csv
import io
import re
from collections import Counter
from collections.abc import Callable, Iterator
from html import escape
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from valuelab.formatting import LOCALE, format_number, in_locale, spreadsheet_text
from valuelab.run import publish
from valuelab.run.collect import RESULT_MIME, is_result

SLIDES = "slides"
CONTENTS = "contents.csv"  # what each file shows
_VECTOR, _BITMAP = "data:image/svg+xml;base64,", "data:image/png;base64,"
_SIZE = re.compile(r'<svg [^>]*?viewBox="0 0 ([\d.]+) ([\d.]+)"')
_OWN_FONT = "system-ui, "  # a browser's word; programs for slides take the first name for a font
Draw = Callable[[str, float, float], bytes]


class Shown(HTMLParser):
    """The charts and tables in the HTML of a result: (address, alternative text, caption) and (caption, rows of text)."""

    def __init__(self, html: str):
        super().__init__()
        self.charts: list[list[str]] = []
        self.tables: list[tuple[list[str], list[list[str]]]] = []
        self._into: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = dict(attributes)
        if tag == "img":
            self.charts.append([given.get("src") or "", given.get("alt") or "", ""])
        elif tag == "table":
            self.tables.append(([], []))
        elif tag == "tr":
            self.tables[-1][1].append([])
        elif tag in ("th", "td", "caption", "figcaption"):
            self._into = []
        elif tag == "span" and given.get("class") == "below" and self._into:
            self._into.append("; ")

    def handle_data(self, text: str) -> None:
        self._into.append(text)

    def handle_endtag(self, tag: str) -> None:
        text = re.sub(r"\s+", " ", "".join(self._into)).replace(" ; ", "; ").strip()
        if tag in ("th", "td"):
            self.tables[-1][1][-1].append(text)
        elif tag == "caption":
            self.tables[-1][0].append(text)
        elif tag == "figcaption":
            self.charts[-1][2] = text


def is_complete(report: Path, *, bitmaps: bool = True) -> bool:
    """True where the material is there, with a bitmap of every chart if ``bitmaps``."""
    folder = report / SLIDES
    return (folder / CONTENTS).is_file() and (not bitmaps or all(chart.with_suffix(".png").is_file() for chart in folder.glob("*.svg")))


def write_slides(report: Path, draw: Draw | None) -> int:
    """Write a report's material, whole: a reader sees the old folder, or the new one.

    Parameters
    ----------
    report
        The folder of a customer and date, with its workbooks and results.json.
    draw
        Gives the bytes of a PNG from an SVG, its width and height; None leaves bitmaps out.

    Returns
    -------
    int
        How many charts and tables there are.
    """
    publish.recover(report)  # what a killed run left
    results = publish.read_json(report / publish.RESULTS)
    rows = [("file", "report", "what", "caption", "in words")]
    with publish.replacing(report, SLIDES) as building, in_locale(results.get("account", {}).get("locale", LOCALE)):
        for workbook in sorted(report.glob("*.ipynb")):
            title = results["notebooks"].get(workbook.stem, {}).get("title", "")
            for name, kind, caption, words, files in _material(workbook):
                if name.partition("-")[2].startswith("account-") and any(row[2:] == (kind, caption, words) for row in rows):
                    continue  # what a report rests on is the same in each
                for ending, content in files.items():
                    publish.write_bytes(building / f"{name}.{ending}", content)
                if draw is not None and "svg" in files:
                    publish.write_bytes(building / f"{name}.png", draw(files["svg"].decode(), *_size(files["svg"].decode())))
                rows.append((name, title, kind, caption, words))
        publish.write_bytes(building / CONTENTS, _csv(rows))
    return len(rows) - 1


def _material(workbook: Path) -> Iterator[tuple[str, str, str, str, dict[str, bytes]]]:
    """Name, kind, caption, words and files of each chart and table of a workbook."""
    seen: Counter[str] = Counter()
    for payload, html in _results(publish.read_json(workbook)):
        shown = Shown(html)
        part = re.sub(r"[^a-z0-9]+", "-", payload["key"].lower()).strip("-").removeprefix(f"{workbook.stem.partition('_')[2]}-")
        for address, words, caption in shown.charts:
            seen[f"{part}-chart"] += 1
            yield f"{workbook.stem}-{part}-chart-{seen[f'{part}-chart']}", "chart", caption, words, _picture(address, words)
        for caption, rows in shown.tables:
            seen[f"{part}-table"] += 1
            yield f"{workbook.stem}-{part}-table-{seen[f'{part}-table']}", "table", " ".join(caption), "", {"csv": _csv(rows)}


def _results(notebook: dict[str, Any]) -> Iterator[tuple[dict[str, Any], str]]:
    for cell in notebook.get("cells", ()):
        for output in cell.get("outputs", ()):
            if is_result(output):
                yield output["data"][RESULT_MIME], "".join(output["data"].get("text/html", ""))


def _picture(address: str, words: str) -> dict[str, bytes]:
    """A chart's file by its ending; one that was too large for a vector is a bitmap already."""
    if address.startswith(_BITMAP):
        return {"png": base64.b64decode(address.removeprefix(_BITMAP))}
    svg = base64.b64decode(address.removeprefix(_VECTOR)).decode().replace(_OWN_FONT, "")
    head, mark, rest = svg.partition(' version="1.1">')
    return {"svg": f'{head} role="img"{mark}\n <title>{escape(words)}</title>{rest}'.encode()}


def _size(svg: str) -> tuple[float, float]:
    """Width and height in the pixels of a page."""
    width, height = _SIZE.search(svg).groups()
    return float(width) * 96 / 72, float(height) * 96 / 72


def _csv(rows: list[tuple[str, ...]] | list[list[str]]) -> bytes:
    """Rows as spreadsheets of the customer's country open them: nothing in them is a formula."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";" if "," in format_number(0.5) else ",")
    writer.writerows([spreadsheet_text(cell) for cell in row] for row in rows)
    return text.getvalue().encode("utf-8-sig")
