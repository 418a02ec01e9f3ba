"""A block is what ``show`` puts on the page: heading, sentences, chart, table, notes; and the same as text and as data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from markupsafe import Markup

from valuelab.assets import render, stylesheet
from valuelab.present.brief import BRIEF_MIME, Brief
from valuelab.present.figures import fig, full, plain
from valuelab.present.sliders import Sliders
from valuelab.types import Estimate

RESULT_MIME = "application/vnd.valuelab.result+json"
LONG = 10  # rows; a longer table is folded


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: its HTML, its class (``text`` aligns left), and whether it heads its row."""

    html: Markup
    kind: Literal["number", "text"] = "number"


@dataclass(frozen=True, slots=True)
class Table:
    """A table with a caption, a header row and a stub (first column heads its rows). ``emphasis``: row → total | pending."""

    caption: str
    header: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str = ""
    emphasis: dict[int, str] = field(default_factory=dict)

    @property
    def folded(self) -> bool:
        """Long tables are there for whoever checks: they open on demand, and are printed whole."""
        return len(self.rows) > LONG


@dataclass(frozen=True, slots=True)
class Highlight:
    """A figure that stands large at the top: what it is, the figure, its unit in small letters, and its interval or what it is held against."""

    label: str
    figure: Markup
    unit: str = ""
    under: Markup | str = ""


@dataclass(frozen=True, slots=True)
class Chart:
    """A drawn chart: SVG as data addresses for page and phone, its alternative text in numbers, its caption."""

    source: str
    narrow_source: str
    alt: str
    caption: Markup | str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Block:
    """One displayed unit. ``role`` tells the collector what it is; ``data`` goes to results.json under ``key``.

    ``reason`` stands beside the status; ``highlights`` are a headline's large figures; ``sliders`` show on a page that may run its script. ``briefs``: what of it stands in the value review.
    """

    key: str
    kind: str
    data: Any
    role: Literal["account", "headline", "section"] = "section"
    title: str = ""
    status: str = ""
    reason: str = ""
    lead: Markup = Markup("")
    highlights: tuple[Highlight, ...] = ()
    sentences: tuple[Markup, ...] = ()
    charts: tuple[Chart, ...] = ()
    tables: tuple[Table, ...] = ()
    notes: tuple[Markup | str, ...] = ()
    warnings: tuple[str, ...] = ()
    sliders: Sliders | None = None
    briefs: tuple[Brief, ...] = ()

    def html(self) -> Markup:
        return render("block.html.j2", block=self)

    def text(self) -> str:
        parts = [self.title, f"[{self.status}]" if self.status else "", plain(self.lead), *map(plain, self.sentences),
                 *(c.alt for c in self.charts)]
        return "\n".join(p for p in parts if p) or self.kind

    def payload(self) -> dict[str, Any]:
        return {"key": self.key, "type": self.kind, "role": self.role, "status": self.status,
                "sentence": plain(self.lead) or " ".join(map(plain, self.sentences[:2])), "data": self.data}

    def bundle(self) -> dict[str, Any]:
        """The display bundle: HTML for people, text for terminals, data for results.json."""
        made = {"text/html": str(self.html()), "text/plain": self.text(), RESULT_MIME: self.payload()}
        given = [found for brief in self.briefs if (found := brief.bundle(self))]
        return {**made, BRIEF_MIME: given} if given else made

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:
        return self.bundle()

    def _ipython_display_(self) -> None:
        """In a notebook the look comes with the first block, as an output of its own: reports have a stylesheet already."""
        from IPython.display import display

        if self.role == "account":
            display({"text/html": f"<style>{stylesheet('blocks')}</style>", "text/plain": ""}, raw=True)
        display(self.bundle(), raw=True)

    def __repr__(self) -> str:
        return self.text()


def cell(value: Estimate | Markup | str | None, *, interval: bool = False, exact: bool = True, sign: bool = False,
         unit: bool = True) -> Cell:
    """A table cell from an Estimate (a dash where it is None: missing is not zero), or from text."""
    if value is None:
        return Cell(Markup("–"))
    if isinstance(value, Estimate):
        return Cell((full if interval else fig)(value, exact=exact, sign=sign, unit=unit))
    return Cell(Markup.escape(value), "text")


def number(text: str | Markup) -> Cell:
    """A right-aligned cell of ready-made text."""
    return Cell(Markup.escape(text))


def table(caption: str, header: Sequence[str], rows: Sequence[Sequence[Cell]], *, note: str = "",
          emphasis: dict[int, str] | None = None) -> Table:
    """A Table; every row must be as long as the header."""
    for row in rows:
        if len(row) != len(header):
            raise ValueError(f"{caption}: a row has {len(row)} cells, the header {len(header)}")
    return Table(caption, tuple(header), tuple(tuple(r) for r in rows), note, emphasis or {})
