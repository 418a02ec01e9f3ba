"""One report held against what it came from: each figure confirmed, different, made again by a fresh run, or not checkable.

Three hands look at a figure. Its text is read back against its exact value. Where its evidence has a formula, rows or a line of the params, that
is worked out again from the raw files by code of its own. And the whole page is laid beside one that was made afresh from the same files.
"""

from __future__ import annotations

import difflib
import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from valuelab.audit.displayed import agrees
from valuelab.audit.formula import Unreadable, work_out
from valuelab.audit.page import Page
from valuelab.audit.raw import Cells, number, params_text, rows_of, sha256

Outcome = Literal["confirmed", "differs", "recomputed by fresh run", "not checkable"]
_DATA_FILES = (".csv", ".tsv", ".txt", ".xlsx", ".xlsm", ".parquet")
MOST_DIFFERENCES = 12
_FACTORS = (1.0, 0.01, 100.0, -1.0, 1e3, 1e-3, 1e6, 1e-6)


@dataclass(frozen=True, slots=True)
class Checked:
    """What became of one figure, and why."""

    key: str
    text: str
    outcome: Outcome
    why: str = ""


@dataclass(frozen=True, slots=True)
class Audit:
    """All figures of a page, and what is wrong with the page as a whole."""

    figures: tuple[Checked, ...]
    problems: tuple[str, ...]

    @property
    def passed(self) -> bool:
        return not self.problems and not any(f.outcome == "differs" for f in self.figures)


def audit(page: Page, *, params: Path, fresh: Page | None = None) -> Audit:
    """Hold a page against the raw files, the params, and a page that was made afresh.

    Parameters
    ----------
    page
        The page as it was sent.
    params
        The customer's params file; data files are named from its folder.
    fresh
        The same page, made again from the same files; without it statistics are not checkable.
    """
    problems = [*page.damaged, *_files(page, params.parent), *_without_key(page)]
    desk = _Desk(page, params)
    again = {f.key: f for f in fresh.figures} if fresh is not None else None
    checked = [_figure(shown, page, desk, again, fresh) for shown in page.figures if shown.key]
    if fresh is not None:
        problems += _differences(page, fresh)
    return Audit(tuple(checked), tuple(problems))


def _files(page: Page, folder: Path) -> list[str]:
    found = []
    for name, known in page.files.items():
        path = folder / name
        if path.is_file():
            if sha256(path) != known:
                found.append(f"{name} is not the file that the page was made from: its sha256 is {sha256(path)[:12]}…, the page says {known[:12]}…")
        elif Path(name).suffix.lower() in _DATA_FILES:
            found.append(f"{name} is not there any more")
    return found


def _without_key(page: Page) -> list[str]:
    return [f"the figure {shown.text.strip()!r} has no key, so nothing says where it comes from" for shown in page.figures if not shown.key] + [
        f"{shown.key} is shown but has no entry in the evidence" for shown in page.figures if shown.key and shown.key not in page.entries]


def _figure(shown: Any, page: Page, desk: _Desk, again: Mapping[str, Any] | None, fresh: Page | None) -> Checked:
    def said(outcome: Outcome, why: str = "") -> Checked:
        return Checked(shown.key, shown.text.strip(), outcome, why)

    entry = page.entries.get(shown.key)
    try:
        value = float(shown.value)
    except ValueError:
        return said("differs", f"its exact value is {shown.value!r}, no number")
    if entry is None:
        return said("differs", "it has no entry in the evidence")
    if not agrees(shown.text, value, entry["unit"], magnitude=shown.shown == "size", rounded=shown.shown == "about", locale=page.locale):
        return said("differs", f"the text says {shown.text.strip()}, the exact value is {value!r}")
    if not _close(value, entry["value"]):
        return said("differs", f"the text stands for {value!r}, the evidence for {entry['value']!r}")
    independent, why = desk.check(shown.key)
    if independent is False:
        return said("differs", why)
    if again is not None and fresh is not None:
        if shown.key not in again or shown.key not in fresh.entries:
            return said("differs", "a fresh run has no such figure")
        for end in ("value", "low", "high"):
            if not _close(entry[end], fresh.entries[shown.key][end]):
                return said("differs", f"a fresh run gives {end} {fresh.entries[shown.key][end]!r}, the page says {entry[end]!r}")
    if independent:
        return said("confirmed", why)
    return said("recomputed by fresh run") if again is not None else said("not checkable", why or "statistics need a fresh run")


def _differences(page: Page, fresh: Page) -> list[str]:
    """Where the words, tables and pictures of a page are not those of a fresh one."""
    shown, again = (Counter((f.key, f.shown, f.text.strip()) for f in p.figures) for p in (page, fresh))
    found = [f"{text} is no figure of {key or 'its own'} here, a fresh run has it {'once' if n == 1 else f'{n} times'} more" for (key, _, text), n in (again - shown).items()]
    for kind, a, b, c, d in difflib.SequenceMatcher(None, page.pieces, fresh.pieces, autojunk=False).get_opcodes():
        if kind == "equal":
            continue
        here, there = " / ".join(page.pieces[a:b]), " / ".join(fresh.pieces[c:d])
        if here.startswith("data:image") and there.startswith("data:image"):
            here, there = "a picture", "another picture"
        found.append(f"the page has {_short(here, there)}, a fresh run {_short(there, here)}")
    more = [f"and {len(found) - MOST_DIFFERENCES} more places"] if len(found) > MOST_DIFFERENCES else []
    return found[:MOST_DIFFERENCES] + more


def _short(text: str, other: str) -> str:
    """The part of a text that differs, with a little around it."""
    if not text:
        return "nothing"
    same = next((i for i, (a, b) in enumerate(zip(text, other, strict=False)) if a != b), min(len(text), len(other)))
    start = max(0, same - 30)
    return f"“{'…' if start else ''}{text[start:same + 50]}{'…' if same + 50 < len(text) else ''}”"


def _close(one: float | None, other: float | None) -> bool:
    if one is None or other is None:
        return one is other
    return math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-9)


def _factor(read: Sequence[float], counted: Sequence[float | None]) -> float | None:
    """By what the cells of a file are multiplied to be what was counted: 1, or that of percent, thousands, signed outlays; None where they are not."""
    if len(read) != len(counted):
        return None
    return next((f for f in _FACTORS if all(c is not None and _close(r * f, c) for r, c in zip(read, counted, strict=True))), None)


class _Desk:
    """Works figures out again from raw rows, params and formulas; each sheet is opened once."""

    def __init__(self, page: Page, params: Path):
        self.page, self.params = page, params
        self.sheets: dict[tuple[str, str], Cells | None] = {}
        self.done: dict[str, tuple[bool | None, str]] = {}

    def check(self, key: str) -> tuple[bool | None, str]:
        """(True: right, False: wrong, None: cannot tell), and how it was found."""
        if key not in self.done:
            self.done[key] = (None, "")  # a figure that leads back to itself proves nothing
            self.done[key] = self._check(self.page.entries[key])
        return self.done[key]

    def _check(self, entry: Mapping[str, Any]) -> tuple[bool | None, str]:
        written = self._written(entry)
        if written is not None and written[0] is False:
            return written
        if not entry.get("formula"):
            return written or (None, "")
        named: dict[str, Any] = {}
        for one in entry.get("inputs", ()):
            other = self.page.entries.get(one["key"])
            if one["key"] and other is not None:
                if not _close(one["value"], other["value"]):
                    return False, f"{one['name']} is {one['value']!r} in its formula and {other['value']!r} in its own entry"
                if self.check(one["key"])[0] is False:
                    return False, f"{one['name']} is wrong: {self.check(one['key'])[1]}"
            named[one["name"]] = one["value"]
        for span in entry["spans"]:
            values = self._values(span)
            if values is None:
                return None, f"the rows of {span['name']} cannot be read plainly"
            factor = _factor(values, span["values"])
            if factor is None:
                return False, f"the rows of {span['name']} in {span['file']} are not what the page counted"
            named[span["name"]] = [*named.get(span["name"], []), *(v * factor for v in values)]
        try:
            found = work_out(entry["formula"], named)
        except (Unreadable, ValueError, OverflowError) as error:
            return None, str(error)
        if not _close(found, entry["value"]):
            return False, f"{entry['formula']} gives {found!r}, not {entry['value']!r}"
        return True, entry["formula"]

    def _written(self, entry: Mapping[str, Any]) -> tuple[bool | None, str] | None:
        """A figure of the params against what stands there."""
        if not entry.get("written"):
            return None
        try:
            texts = params_text(self.params, entry["written"])
        except (OSError, ValueError):
            return None, "the params cannot be read"
        if texts is None:
            return None, f"{entry['written']} is written in another form"
        if entry.get("text") and not any(entry["text"] in t or t in entry["text"] for t in texts):
            return False, f"the params say {', '.join(texts)} under {entry['written']}, the page says {entry['text']}"
        if entry.get("formula"):
            return None
        read = [number(t) for t in texts]
        if any(r is not None and _close(r, entry["value"]) for r in read):
            return True, f"{entry['written']} in the params"
        if ": " not in entry["written"] and len(read) == 1 and read[0] is not None:  # goals may be written a month, or relative
            return False, f"the params say {texts[0]} under {entry['written']}"
        return None, f"{entry['written']} is written in another form"

    def _values(self, span: Mapping[str, Any]) -> list[float] | None:
        """The numbers of a span's rows, where each period has a row of its own."""
        place = (span["file"], span["sheet"])
        if place not in self.sheets:
            path = self.params.parent / span["file"]
            try:
                self.sheets[place] = Cells(path, span["sheet"]) if path.is_file() and path.suffix.lower() != ".parquet" else None
            except Exception:  # whatever a file that has changed since makes the readers raise
                self.sheets[place] = None
        cells = self.sheets[place]
        return cells.column(span["column"], rows_of(span["rows"])) if cells is not None and span["column"] and span["one_each"] else None
