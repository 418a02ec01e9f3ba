"""A finished page as ``audit`` reads it: figures, intervals, evidence, files, pictures, and every word in its order."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

_VOID = frozenset({"img", "br", "hr", "meta", "source", "input", "link"})
_PIECES = frozenset({"p", "li", "td", "th", "h1", "h2", "h3", "figcaption", "caption", "dd", "dt", "summary", "title", "option", "label"})

_APPROVAL = re.compile(r"Draft Nobody has approved this report yet\.|Approved by(?: ,)*(?: and)? ?\.|"
                       r"Entwurf Noch hat niemand diesen Bericht freigegeben\.|Freigegeben von(?: ,)*(?: und)? ?\.")  # the names left out


@dataclass(slots=True)
class Shown:
    """One figure as it stands in the text."""

    key: str
    value: str
    shown: str
    text: str = ""


@dataclass(slots=True)
class Page(HTMLParser):
    """What stands on a page."""

    html: str
    figures: list[Shown] = field(default_factory=list)
    entries: dict[str, dict[str, Any]] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)
    pieces: list[str] = field(default_factory=list)  # texts of paragraphs, cells, …; alternative texts and pictures among them
    customer: str = ""
    as_of: str = ""
    workbook: str = ""
    locale: str = "en_US"
    damaged: list[str] = field(default_factory=list)
    _open: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    _figure: Shown | None = None
    _text: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        HTMLParser.__init__(self)
        self.feed(self.html)
        self.close()
        self._end_piece()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {k: v or "" for k, v in attrs}
        if tag == "html" and attributes.get("data-locale"):
            self.locale = attributes["data-locale"]
        if tag == "meta" and attributes.get("name") == "valuelab":
            self.customer, self.as_of, self.workbook = (attributes.get("content", "").split(" ") + [""] * 3)[:3]
        if tag in _PIECES:
            self._end_piece()
        if tag == "data":
            self._figure = Shown(attributes.get("data-key", ""), attributes.get("value", ""), attributes.get("data-shown", ""))
            self.figures.append(self._figure)
        if tag == "li" and "data-entry" in attributes:
            try:
                self.entries[attributes.get("data-key", "")] = json.loads(attributes["data-entry"])
            except ValueError:
                self.damaged.append(f"the evidence of {attributes.get('data-key', 'a figure')} cannot be read")
        if "data-sha256" in attributes:
            self.files[attributes.get("data-file", "")] = attributes["data-sha256"]
        if tag in ("img", "source"):
            self._end_piece()
            self.pieces += [attributes[name] for name in ("alt", "src", "srcset") if name in attributes]
        if tag not in _VOID:
            self._open.append((tag, attributes))

    def handle_endtag(self, tag: str) -> None:
        while self._open and any(t == tag for t, _ in self._open):
            if self._open.pop()[0] == tag:
                break
        if tag == "data":
            self._figure = None
        if tag in _PIECES:
            self._end_piece()

    def handle_data(self, data: str) -> None:
        if any(t == "style" for t, _ in self._open):
            return
        if self._open and self._open[-1][0] == "bdi" and any(a.get("class", "") == "approval" for _, a in self._open):
            return  # who approved a page is no part of what it says
        self._text.append(data)
        if self._figure is not None:
            self._figure.text += data

    def _end_piece(self) -> None:
        text = re.sub(r"\s+", " ", "".join(self._text)).strip()
        if text and not _APPROVAL.fullmatch(text):
            self.pieces.append(text)
        self._text = []
