"""From an executed notebook to a report: nbconvert with our own template, built once a process."""

from __future__ import annotations

import re
from functools import lru_cache

import nbformat
from markupsafe import Markup
from nbconvert import HTMLExporter

from valuelab.assets import FOLDER, stylesheet
from valuelab.run.collect import RESULT_MIME

_HEADING = re.compile(r"<h2>(.*?)</h2>", re.S)
_TAGS = re.compile(r"<[^>]+>")


@lru_cache
def _exporter() -> HTMLExporter:
    exporter = HTMLExporter(template_name="valuelab", extra_template_basedirs=[str(FOLDER / "template")])
    exporter.register_filter("report_markdown", report_markdown)
    return exporter


def report_markdown(source: str) -> Markup:
    """Markdown of a cell as HTML. HTML inside it is shown as text, so nothing planted there can run."""
    import mistune

    return Markup(mistune.create_markdown(escape=True, plugins=["table"])(source))


def title_of(notebook: nbformat.NotebookNode) -> str:
    """The question that the workbook asks: its first heading."""
    return next((line[2:].strip() for cell in notebook.cells if cell.cell_type == "markdown"
                 for line in cell.source.splitlines() if line.startswith("# ")), "Report")


def to_html(notebook: nbformat.NotebookNode, *, name: str, as_of: str, language: str = "en") -> str:
    """The report as one self-contained page: no code, no script, no request. ``name``: the customer's."""
    page = {"language": language, "title": f"{title_of(notebook)} · {name}", "stylesheet": stylesheet(), "mime": RESULT_MIME,
            "footer": f"{name} · as of {as_of} · made with valuelab. Figures, intervals and sources: results.json beside this page."}
    html, _ = _exporter().from_notebook_node(nbformat.from_dict(notebook), resources={"valuelab": page})
    return _with_contents(html)


def _with_contents(html: str) -> str:
    """Give each section an id, and list the sections under the title."""
    names: list[str] = []

    def numbered(match: re.Match) -> str:
        names.append(_TAGS.sub("", match.group(1)).strip())
        return f'<h2 id="section-{len(names)}">{match.group(1)}</h2>'

    html = _HEADING.sub(numbered, html)
    if len(names) < 2:
        return html
    items = "".join(f'<li><a href="#section-{i}">{name}</a></li>' for i, name in enumerate(names, 1))
    nav = f'<nav class="contents" aria-label="Contents"><ul>{items}</ul></nav>\n'
    first = html.find('<h2 id="section-1">')
    return html[:first] + nav + html[first:]
