"""Every figure of a page is a door: a link to its entry in the evidence at the end of the same page, and links back.

An entry says what the bundles carry of the figure: formula and inputs, the rows of the data, who agreed, the method and its record.
Nothing is worked out here.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html import unescape
from typing import Any

import pandas as pd
from markupsafe import Markup

from valuelab.assets import render
from valuelab.formatting import day_as_here, format_number, format_value, from_to, said_here
from valuelab.language import agreed_text, later, phrase, phrases, said, say
from valuelab.provenance import Derivation, ranges_text
from valuelab.types import Estimate, to_plain

ASSUMPTIONS = "account.assumptions"
FLOWS = "cash flow: "
FIRST = "the first figure"
LEAST = 0.001
MOST_RANGES = 12  # of rows, in words; beyond, the rest is in results.json
_FIGURE = re.compile(r'<data (?P<attributes>[^>]*)>(?P<text>.*?)</data>', re.DOTALL)
_KEY = re.compile(r'\bdata-key="([^"]*)"')
_ROWS = re.compile(r"(\d+)(?:-(\d+))?")
_NOTHING = to_plain(Derivation())
KINDS = {"measured": later("Measured from the data"), "agreed": later("Agreed"), "assumed": later("Assumed, nobody is named"),
         "estimated": later("A forecast or worked out from one"), "actual": later("Happened, from the data")}


class FigureWithoutKey(Exception):
    """A page shows a figure that leads nowhere: it may not be published."""


@dataclass(slots=True)
class Entry:
    """One figure in the evidence: its number on the page, its anchors in the text, and everything known of it."""

    number: int
    key: str
    value: str
    figure: Mapping[str, Any]
    doors: list[str] = field(default_factory=list)
    inputs: list[tuple[str, str, int]] = field(default_factory=list)  # name, value in words, number of its entry or 0
    rows: list[Markup] = field(default_factory=list)
    located: list[dict[str, Any]] = field(default_factory=list)
    record: list[tuple[str, str, int]] = field(default_factory=list)
    agreed: str = ""

    @property
    def derivation(self) -> Mapping[str, Any]:
        return self.figure.get("derivation") or _NOTHING

    @property
    def machine(self) -> str:
        """The same for ``valuelab audit``: the exact figure, and what its derivation names."""
        exact = {name: self.figure.get(name) for name in ("value", "low", "high", "unit")}
        return json.dumps({**exact, **{k: v for k, v in self.derivation.items() if v and k in ("formula", "inputs", "written", "text")}, "spans": self.located},
                          ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    @property
    def kind(self) -> str:
        return phrase(KINDS.get(self.figure["kind"], self.figure["kind"].capitalize()))


class Evidence:
    """The evidence of one page, from results.json alone."""

    def __init__(self, results: Mapping[str, Any]):
        self.results = results
        self.figures: Mapping[str, Any] = results["figures"]
        self.entries: dict[str, Entry] = {}
        self.own_names = {name.removeprefix(FLOWS) for name in results["data"].get("values", ())}
        self.assumptions = {a["estimate"]["key"]: a for a in _assumptions(results) if a.get("estimate")}

    def open_doors(self, body: str) -> Markup:
        """Make every figure of a page's body a link to its entry."""
        return Markup(_FIGURE.sub(self._door, str(body)))

    def _door(self, match: re.Match[str]) -> str:
        found = _KEY.search(match["attributes"])
        key = unescape(found[1]) if found else ""
        if not key or key not in self.figures:
            raise FigureWithoutKey(f"the figure {match['text']} " + (f"has the key {key}, which no result has" if key else "has no key") +
                                   ", so nothing leads to where it comes from")
        entry = self.entry(key)
        entry.doors.append(f"f{entry.number}-{len(entry.doors) + 1}")
        return f'<a class="door" id="{entry.doors[-1]}" href="#e{entry.number}" data-note="{entry.number}">{match[0]}</a>'

    def entry(self, key: str) -> Entry:
        """The entry of a figure, numbered as it is first met."""
        if key not in self.entries:
            figure = self.figures[key]
            self.entries[key] = Entry(len(self.entries) + 1, key, _in_words(figure), figure)
        return self.entries[key]

    def section(self) -> Markup:
        """All entries of the page; figures that only stand behind others have entries too, after those that are shown."""
        pending = list(self.entries.values())
        while pending:
            entry = pending.pop(0)
            known = set(self.entries)
            self._fill(entry)
            pending += [e for key, e in self.entries.items() if key not in known]
        return render("evidence.html.j2", entries=list(self.entries.values()), files=[{**f, "shown_rows": format_number(f["rows"])} for f in self.results["data"].get("files", [])])

    def _fill(self, entry: Entry) -> None:
        derivation = entry.derivation
        for one in derivation.get("inputs", ()):
            number = self.entry(one["key"]).number if one["key"] in self.figures and one["key"] != entry.key else 0
            entry.inputs.append((one["name"] if one["name"] == FIRST else self._name(one["name"]), format_value(one["value"], one["unit"]), number))
        for span in derivation.get("spans", ()):
            if found := self.located(span):
                entry.located.append(found)
                entry.rows.append(self._told(found))
        for key in derivation.get("record", ()):
            if key in self.figures:
                record = self.entry(key)
                entry.record.append((said_here(self.figures[key]["convention"]), record.value, record.number))
        agreed = derivation if derivation.get("agreed_by") or derivation.get("agreed_on") else self.assumptions.get(entry.key, {})
        entry.agreed = agreed_text(agreed.get("agreed_by") or "", day_as_here(agreed.get("agreed_on") or ""))

    def located(self, span: Mapping[str, str] | None) -> dict[str, Any] | None:
        """File, sheet, column and rows of a stretch of a series; None where its rows are not known."""
        if span is None:
            return None
        flow, _, column = span["series"].partition(": ") if span["series"].startswith(FLOWS) else (span["series"], "", "")
        lineage, data = self.results["data"].get("lineage", {}).get(flow), self.results["data"]
        if not lineage or span["series"] not in data["values"]:
            return None
        kept = data["values"][span["series"]]
        freq, start_of_values = kept["freq"], pd.Period(kept["first"] or span["first"].partition("/")[0], kept["freq"])
        first, start, end = (pd.Period(text.partition("/")[0], freq) for text in (lineage["first"], span["first"], span["last"]))
        texts = lineage["rows"][max(start.ordinal - first.ordinal, 0):end.ordinal - first.ordinal + 1]
        rows = [n for text in texts for a, b in _ROWS.findall(text) for n in range(int(a), int(b or a) + 1)]
        if not rows:
            return None
        values = kept["values"][max(start.ordinal - start_of_values.ordinal, 0):end.ordinal - start_of_values.ordinal + 1]
        return {"name": span["name"], "file": lineage["file"], "sheet": lineage["sheet"], "column": lineage["column"] or column, "rows": ranges_text(rows),
                "first": str(start), "periods": str(start) if start == end else f"{start} to {end}", "one_each": all(t.isdigit() for t in texts),
                "values": values,
                "sha256": lineage["sha256"]}

    def _told(self, found: Mapping[str, Any]) -> Markup:
        """Where rows stand, in words."""
        rows = ", ".join(found["rows"].split(", ")[:MOST_RANGES]) + (", …" if found["rows"].count(", ") >= MOST_RANGES else "")
        parts = [found["file"], phrase("sheet {name}", name=found["sheet"]) if found["sheet"] else "", phrase("column “{name}”", name=found["column"]) if found["column"] else "",
                 phrases("row {rows}", "rows {rows}", 1 if rows.isdigit() else 2, rows=rows), f"sha256 {found['sha256'][:12]}"]
        first, _, last = found["periods"].partition(" to ")
        periods = from_to(first, last) if last else first
        return say("{name}: {periods}, {where}", name=self._name(found["name"]), periods=periods, where=", ".join(p for p in parts if p))

    def _name(self, text: str) -> str:
        """What a figure is called: a measure by its own name, anything else in the language of the page."""
        return text if text in self.own_names else said(text)


def _assumptions(results: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for page in results["notebooks"].values():
        for payload in page["results"]:
            if payload["key"] == ASSUMPTIONS and isinstance(payload["data"], list):
                yield from payload["data"]
                return


def _in_words(figure: Mapping[str, Any]) -> str:
    names = ("value", "low", "high", "level", "n", "unit", "kind", "convention", "source", "key")
    text = str(Estimate(**{name: figure[name] for name in names if figure.get(name) is not None}))
    if figure["unit"] == "fraction" and figure["low"] is None and 0 < figure["value"] < LEAST:
        return phrase("under {limit}", limit=format_value(LEAST, "fraction"))  # a small chance is not none
    return text
