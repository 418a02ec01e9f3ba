"""An executed workbook as one self-contained page, through nbconvert with a template of our own."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from html import unescape
from typing import Any

from jinja2 import Environment
from markupsafe import Markup, escape
from nbconvert.exporters import TemplateExporter
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from nbformat import NotebookNode
from traitlets import default

from valuelab.assets import FOLDER, add_words, glossary, script, stylesheet
from valuelab.formatting import LOCALE, in_locale
from valuelab.language import ENGLISH, English, in_language, language_in_use, phrase, phrase_as, translated
from valuelab.run.approval import line as approval_line
from valuelab.run.collect import RESULT_MIME, is_result
from valuelab.run.evidence import Evidence
from valuelab.run.unbroken import unbroken

_HEADING = re.compile(r"<h2(?P<attributes>[^>]*)>(?P<inner>.*?)</h2>", re.DOTALL)
_TITLE = re.compile(r"^#\s+(.+?)\s*#*\s*$", re.MULTILINE)
RESTS_ON = ("Assumptions", "Data used, and its gaps", "Method")  # headings of the last part
SLIDERS = '<div class="vl-what-if"'
CONTENTS_FROM = 3  # headings; a shorter page needs no contents


class ReportExporter(TemplateExporter):
    """nbconvert with our template: everything is escaped unless it comes from ``show``."""

    output_mimetype = "text/html"

    @default("file_extension")
    def _file_extension_default(self) -> str:
        return ".html"

    @default("template_extension")
    def _template_extension_default(self) -> str:
        return ".html.j2"

    def _preprocess(self, nb: NotebookNode, resources: Any) -> tuple[NotebookNode, Any]:
        return nb, resources  # nothing to prepare, and nbconvert would copy and validate the notebook for each of its nine steps

    def _create_environment(self) -> Environment:
        environment = super()._create_environment()
        environment.autoescape = True  # nbconvert leaves it off
        add_words(environment)
        environment.filters |= {"report_markdown": report_markdown, "with_contents": with_contents, "as_is": _as_is, "with_doors": _with_doors, "unbroken": unbroken}
        environment.tests["result"] = is_result
        return environment


@lru_cache
def _exporter() -> ReportExporter:
    """Built once a process: that costs more than a page."""
    return ReportExporter(template_name="valuelab", extra_template_basedirs=[str(FOLDER / "template")])


def build_exporter() -> None:
    """Have the exporter ready for the first page, its templates compiled: it knows no page's content, so forks may share it."""
    to_html(NotebookNode(cells=[], metadata=NotebookNode()), name="", as_of="")


def to_html(executed: Any, *, name: str, as_of: str, results: Mapping[str, Any] | None = None, workbook: str = "",
            spreadsheet: str = "") -> str:
    """The report as HTML: no request to anywhere, no script but that of its sliders, the same bytes for the same workbook.

    Parameters
    ----------
    executed
        The workbook with its outputs; only outputs that ``show`` made are shown.
    name
        The customer's name, for the title and the footer.
    as_of
        The last day that counts, as the page says it.
    workbook
        The workbook's stem; with the customer's id it tells ``valuelab audit`` what to hold the page against.
    results
        What results.json says: with it every figure becomes a link to where it comes from.
    spreadsheet
        Name of the spreadsheet beside the page; "" where there is none.

    Raises
    ------
    FigureWithoutKey
        A figure that ``results`` does not have.
    """
    evidence = Evidence(results) if results is not None else None
    locale = results["account"].get("locale", LOCALE) if results is not None else LOCALE
    language = results["account"].get("language", ENGLISH) if results is not None else ENGLISH
    with in_locale(locale), in_language(language):
        report = {"title": translated(title_of(executed)), "name": name, "as_of": as_of, "stylesheet": stylesheet(), "customer": results["customer"] if results else "",
                  "brand": _brand(results), "evidence": evidence, "workbook": workbook, "spreadsheet": spreadsheet, "locale": locale, "language": language,
                  "approval": Markup(approval_line()), **_allowed(executed)}
        html, _ = _exporter().from_notebook_node(_what_is_shown(executed), resources={"report": report})
    return html


def _what_is_shown(executed: Any) -> NotebookNode:
    """The notebook as far as the template looks at it: nbconvert copies what it is given, and the data of results are by far the most."""
    cells = [NotebookNode(cell_type=cell["cell_type"], source=cell["source"], metadata=NotebookNode()) for cell in executed["cells"]]
    for cell, given in zip(cells, executed["cells"], strict=True):
        if cell.cell_type == "code":
            cell.outputs = [NotebookNode(output_type=output["output_type"], data={RESULT_MIME: {}, "text/html": output["data"].get("text/html", "")})
                            for output in given["outputs"] if is_result(output)]
    return NotebookNode(cells=cells, metadata=NotebookNode())


def _brand(results: Mapping[str, Any] | None) -> dict[str, Any]:
    """Supplier, logo, and the colours as the page's stylesheet names them; empty where nobody said whose report it is."""
    said = (results or {"account": {}})["account"].get("brand") or {}
    colours = {"accent": said.get("colour"), "band": said.get("second_colour") or said.get("colour")}
    logo = said.get("logo") or ""
    return {"supplier": said.get("supplier") or "", "logo": logo if logo.startswith("data:image/png;base64,") else "",
            "colours": {name: colour for name, colour in colours.items() if colour and re.fullmatch(r"#[0-9a-f]{6}", colour)}}


def _allowed(executed: Any) -> dict[str, str]:
    """The one script that the page may run, by its hash; nothing for a page without sliders."""
    shown = (output["data"].get("text/html", "") for cell in executed["cells"] if cell["cell_type"] == "code" for output in cell["outputs"] if is_result(output))
    code, allowed = script("sliders") if any(SLIDERS in _as_is(html) for html in shown) else (Markup(""), "")
    return {"script": code, "allowed": allowed}


def title_of(notebook: Mapping[str, Any]) -> str:
    """The question that a workbook asks: its first H1, in plain text."""
    for cell in notebook["cells"]:
        if cell["cell_type"] == "markdown" and (match := _TITLE.search(cell["source"])):
            return _as_html(match[1]).striptags()
    return "Report"


def report_markdown(source: str) -> Markup:
    """Markdown as HTML by nbconvert's own reader, in the language in use; HTML inside of it is shown as text, script addresses are dropped."""
    if language_in_use() == ENGLISH:
        return _as_html(source)
    parts = markdown_parts(source)
    texts = [translated(text) for text in parts[1::2]]
    if any(isinstance(text, English) for text in texts):  # a cell is in one language
        return Markup('<div lang="en">{}</div>').format(_as_html(source))
    parts[1::2] = texts
    return _as_html("".join(parts))


def _as_html(source: str) -> Markup:
    renderer = IPythonRenderer(escape=True, allow_harmful_protocols=False, exclude_anchor_links=True)
    return Markup(MarkdownWithMath(renderer=renderer).render(source))


def markdown_parts(source: str) -> list[str]:
    """What stands before, and a heading, paragraph or point of a list, which is translated as one; in turn.

    Examples
    --------
    >>> markdown_parts("# Why\\n\\nSo.\\n\\n- one\\n- two")
    ['# ', 'Why', '\\n\\n', 'So.', '\\n\\n- ', 'one', '\\n- ', 'two']
    """
    found = re.split(r"((?:^|\n\s*\n|\n(?=- |\d+\. ))(?:#+ |- |\d+\. )?)", source.strip())
    return found[1:]


def with_contents(body: str, spreadsheet: str = "") -> Markup:
    """Give every h2 an id, and list the later ones before the second: the answer stays first on the screen. The spreadsheet, if any, stands last."""
    seen = {"main": 1, "evidence": 1, "spreadsheet": 1, "what-if": 1}  # the page has them already
    links: list[tuple[str, str]] = []

    def named(match: re.Match[str]) -> str:
        text = unescape(re.sub(r"<[^>]+>", "", match["inner"])).strip()
        plain = text.lower() if language_in_use() == ENGLISH else unicodedata.normalize("NFKD", text.lower().replace("ß", "ss"))
        slug = re.sub(r"[^a-z0-9]+", "-", re.sub(r"[\u0300-\u036f]", "", plain)).strip("-") or "part"
        seen[slug] = seen.get(slug, 0) + 1
        anchor = slug if seen[slug] == 1 else f"{slug}-{seen[slug]}"
        links.append((anchor, text))
        return f'<h2 id="{anchor}"{match["attributes"]}>{match["inner"]}</h2>'

    body = _HEADING.sub(named, str(body))
    body = _apart(body, links)
    if len(links) < CONTENTS_FROM:
        return Markup(body)
    items = "".join(f'<li><a href="#{anchor}">{escape(text)}</a></li>' for anchor, text in [*links[1:], *([("spreadsheet", phrase("Spreadsheet"))] if spreadsheet else [])])
    contents = f'<nav class="contents" aria-label="{"".join(phrase("Contents"))}"><ul>{items}</ul></nav>\n{how_to_read(body)}'
    place = body.index(f'<h2 id="{links[1][0]}"')
    # a heading may open inside of a section that `show` made; the contents stand before that section
    section = body.rfind('<section class="vl"', 0, place)
    if section >= 0 and "</section>" not in body[section:place]:
        place = section
    return Markup(body[:place] + contents + body[place:])


def _with_doors(body: str, evidence: Evidence | None) -> Markup:
    """The body with its figures as links, and the evidence that they lead to."""
    if evidence is None:
        return Markup(body)
    return evidence.open_doors(body) + evidence.section()


def _apart(body: str, links: list[tuple[str, str]]) -> str:
    """What a report rests on (assumptions, data, method) in a part of its own, from the first such heading to the end."""
    first = next((anchor for anchor, text in links[1:] if text in RESTS_ON or text in map(phrase, RESTS_ON)), None)
    if first is None:
        return body
    place = body.index(f'<h2 id="{first}"')
    return f'{body[:place]}<div class="rests">\n{body[place:]}</div>\n'


def how_to_read(body: str) -> Markup:
    """A folded list of the terms that this page uses, each with what it means."""
    text = re.sub(r"<(?!figure)[^>]+>", "", unescape(body))
    terms = [(phrase_as("a term", term), phrase(gloss)) for term, pattern, gloss in glossary() if _pattern(pattern).search(text)]
    if not terms:
        return Markup("")
    rows = Markup("").join(Markup("<dt>{}</dt><dd>{}</dd>").format(term, gloss) for term, gloss in terms)
    return Markup('<details class="how"><summary>{}</summary><dl>{}</dl></details>\n').format(phrase("How to read this"), rows)


def _pattern(english: re.Pattern[str]) -> re.Pattern[str]:
    """What a term looks like on a page, in the language in use."""
    if language_in_use() == ENGLISH:
        return english
    return re.compile("".join(translated(english.pattern, "what a term looks like, a regular expression")))


def _as_is(html: str | list[str]) -> Markup:
    """HTML that ``show`` made and escaped; a notebook on disk may hold it as a list of lines."""
    return Markup(html if isinstance(html, str) else "".join(html))
