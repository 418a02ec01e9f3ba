"""What ships beside the code: the page's look (stylesheets, templates, autoescape always on), the script of its sliders and the calibration table."""

from __future__ import annotations

import base64
import csv
import hashlib
import re
from functools import lru_cache
from importlib.resources import files
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from valuelab.formatting import said_here
from valuelab.language import English, phrase, phrases, said, say

FOLDER = Path(str(files(__name__)))
CALIBRATION = "calibration.csv"
USUAL = "usual.csv"
GLOSSARY = "glossary.csv"


@lru_cache
def environment() -> Environment:
    """Templates of this folder; hostile names are text because everything is escaped unless it is Markup."""
    made = Environment(loader=FileSystemLoader(FOLDER), autoescape=True, undefined=StrictUndefined,
                       trim_blocks=True, lstrip_blocks=True)
    add_words(made)
    return made


def add_words(made: Environment) -> None:
    """What a template needs to speak: sentences, and for attributes, which hold no marks, a text alone and the mark beside it."""
    made.globals |= {"phrase": phrase, "phrases": phrases, "said": said, "said_here": said_here, "say": say}
    made.filters |= {"alone": "".join, "tongue": _tongue}


def _tongue(text: str) -> Markup:
    """The attribute of an element whose own attributes are English on a page of another language."""
    return Markup(' lang="en"') if isinstance(text, English) else Markup("")


@lru_cache
def stylesheet(*names: str) -> Markup:
    """Stylesheets in order, ready for a ``<style>`` element; by default those of a whole page."""
    return Markup("\n".join((FOLDER / f"{name}.css").read_text(encoding="utf-8") for name in names or ("blocks", "report", "evidence")))


@lru_cache
def script(name: str) -> tuple[Markup, str]:
    """A script for a ``<script>`` element, and the source by which a page's policy allows it and no other."""
    text = (FOLDER / f"{name}.js").read_text(encoding="utf-8").strip()
    return Markup(text), f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def render(template: str, /, **values: object) -> Markup:
    """Fill one template."""
    return Markup(environment().get_template(template).render(**values))


def compile_templates() -> None:
    """Have every template compiled, for all processes that are forked from this one."""
    for path in FOLDER.glob("*.j2"):
        environment().get_template(path.name)


@lru_cache
def projection_models() -> tuple[dict[str, str], ...]:
    """The rows of the table of covariance models as texts, column → text (see ``valuelab.analysis.covariance_models``)."""
    return _rows("projection_models.csv")


@lru_cache
def calibration() -> tuple[dict[str, str], ...]:
    """The rows of the calibration table as texts, column → text; () where it was never written."""
    return _rows(CALIBRATION)


@lru_cache
def usual_records() -> tuple[dict[str, str], ...]:
    """The rows of the record of projections beside run rates and last year's repeat, column → text (``calibration/judge_usual.py``)."""
    return _rows(USUAL)


@lru_cache
def glossary() -> tuple[tuple[str, re.Pattern[str], str], ...]:
    """Terms that reports use: (term, what it looks like on a page, what it means)."""
    return tuple((row["term"], re.compile(row["pattern"]), row["gloss"]) for row in _rows(GLOSSARY))


def _rows(name: str) -> tuple[dict[str, str], ...]:
    path = FOLDER / name
    if not path.is_file():
        return ()
    with path.open(encoding="utf-8", newline="") as lines:
        return tuple(csv.DictReader(lines))
