"""Params files as text: every scalar stays what people typed, and every key knows its line.

YAML turns ``26,000`` inside braces into 26, ``012`` into 10, ``No`` into False, and lets the last of two equal
keys win. So only its events are used here: they carry the text and the line. Figures are read in ``figures``.
"""

from __future__ import annotations

import copy
import re
import unicodedata
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from valuelab.errors import Problem

Place = tuple[str | int, ...]
MAX_BYTES = 256 * 1024
MAX_DEPTH = 12
MAX_VALUES = 5_000
MAX_TEXT = 4_000
_DATE_KEY = re.compile(r"\d{4}(-\d{1,2}){0,2}$")
_QUOTE = 'Put the figure in quotes, for example "26,000 by 2026-03".'


@dataclass(frozen=True, slots=True)
class YamlText:
    """A params file: ``values`` of dicts, lists, str and None (nothing written); ``lines`` maps places to lines."""

    name: str
    values: dict[str, Any] = field(default_factory=dict)
    lines: dict[Place, int] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()

    def where(self, place: Place = ()) -> str:
        """``acme.yaml, line 12 (outcome.total_by)``: the nearest written place at or above ``place``."""
        written = next((place[:n] for n in range(len(place), 0, -1) if place[:n] in self.lines), ())
        line = f", line {self.lines[written]}" if written else ""
        dotted = ".".join(str(p + 1) if isinstance(p, int) else p for p in place)
        return f"{self.name}{line}" + (f" ({dotted})" if dotted else "")


class _Refused(Exception):
    """The file can't be read any further."""

    def __init__(self, line: int | None, what: str, fix: str = ""):
        super().__init__(what)
        self.line, self.what, self.fix = line, what, fix


@dataclass(slots=True)
class _Open:
    """A mapping or list that is still being read."""

    value: dict[str, Any] | list[Any]
    place: Place
    flow: bool
    key: str | None = None
    key_end: int = 0  # index in the text where the last plain piece ended, for figures torn at a comma


def read_yaml_text(path: Path) -> YamlText:
    """Read a params file as text; what is wrong with it is in ``problems``, never an exception."""
    name = path.name
    try:
        with path.open("rb") as handle:
            content = handle.read(MAX_BYTES + 1)
    except OSError as error:
        return YamlText(name, problems=(Problem(name, f"cannot be opened ({error.strerror or error})"),))
    return copy.deepcopy(_parsed(content, name))  # whoever gets it may change it


@lru_cache(maxsize=4)
def _parsed(content: bytes, name: str) -> YamlText:
    """A run asks for the same file several times: for its key, for the data that it names, for its contents."""
    return parse_yaml_text(content, name)


def parse_yaml_text(content: bytes, name: str) -> YamlText:
    """The same from bytes.

    Examples
    --------
    >>> text = parse_yaml_text(b"customer: No\\nbaseline: 012\\n", "acme.yaml")
    >>> text.values, text.where(("baseline",))
    ({'customer': 'No', 'baseline': '012'}, 'acme.yaml, line 2 (baseline)')
    """
    lines: dict[Place, int] = {}
    problems: list[Problem] = []
    values: Any = None
    try:
        text = _decode(content)
        values = _walk(text, lines, problems, name)
        if not isinstance(values, dict) or not values:
            what = "is empty" if not values and not isinstance(values, list) else "is a list or a single text, not `key: value` lines"
            raise _Refused(None, what, "Begin with `customer: NAME`; `valuelab new` writes a commented example.")
    except _Refused as refused:
        line = f", line {refused.line}" if refused.line else ""
        problems.append(Problem(name + line, refused.what, fix=refused.fix))
    return YamlText(name, values if isinstance(values, dict) else {}, lines, tuple(problems))


def _decode(content: bytes) -> str:
    if len(content) > MAX_BYTES:
        raise _Refused(None, f"is larger than {MAX_BYTES // 1024} KiB, which no params file is", "Is it a data file?")
    encoding = "utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise _Refused(line, "has a letter that is not UTF-8", "Save the file as UTF-8 in your editor.") from None
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    for index, character in enumerate(text):
        if character not in "\n\t" and unicodedata.category(character) in ("Cc", "Cs"):
            line = text.count("\n", 0, index) + 1
            raise _Refused(line, f"has the control character U+{ord(character):04X}", "Delete it.")
    return text


def _walk(text: str, lines: dict[Place, int], problems: list[Problem], name: str) -> Any:
    """Build dicts and lists from the events; refuses what could mean something else than it seems."""
    stack: list[_Open] = []
    root: Any = None
    documents = count = 0

    def complain(line: int, what: str, fix: str) -> None:
        problems.append(Problem(f"{name}, line {line}", what, fix=fix))

    try:
        for event in yaml.parse(text, Loader=yaml.SafeLoader):
            line = event.start_mark.line + 1
            if isinstance(event, DocumentStartEvent):
                documents += 1
                if documents > 1:
                    raise _Refused(line, "a second document begins (---)", "Keep one customer in one file.")
                continue
            _refuse_tricks(event, line)
            if isinstance(event, (MappingStartEvent, SequenceStartEvent, ScalarEvent)):
                count += 1
                if count > MAX_VALUES:
                    raise _Refused(line, f"has more than {MAX_VALUES:,} values", "Is it a data file?")
            if isinstance(event, ScalarEvent):
                value = _scalar(event, line, text, complain)
                root = _put(stack, value, line, event, text, lines, complain, root)
            elif isinstance(event, (MappingStartEvent, SequenceStartEvent)):
                is_mapping = isinstance(event, MappingStartEvent)
                if stack and isinstance(stack[-1].value, dict) and stack[-1].key is None:
                    raise _Refused(line, "a key must be a plain text", "Write `key: value`.")
                if len(stack) >= MAX_DEPTH:
                    raise _Refused(line, f"is nested deeper than {MAX_DEPTH} levels", "No key needs that.")
                fresh: dict[str, Any] | list[Any] = {} if is_mapping else []
                place = _next_place(stack)
                lines.setdefault(place, line)
                root = _put(stack, fresh, line, event, text, lines, complain, root)
                stack.append(_Open(fresh, place, bool(event.flow_style)))
            elif isinstance(event, (MappingEndEvent, SequenceEndEvent)):
                stack.pop()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise _in_words(error, mark.line + 1 if mark else None, text) from None
    except (yaml.YAMLError, ValueError, OverflowError):  # e.g. "\U00110000" inside quotes
        raise _Refused(
            None, "cannot be read as YAML", "Look for unusual escapes such as \\x or \\U in quotes."
        ) from None
    return root


def _refuse_tricks(event: Any, line: int) -> None:
    if isinstance(event, AliasEvent):
        raise _Refused(line, f"`*{event.anchor}` is a YAML alias", "Write the value out, or put the text in quotes.")
    if getattr(event, "anchor", None):
        raise _Refused(line, f"`&{event.anchor}` is a YAML anchor", "Write the value out, or put the text in quotes.")
    if getattr(event, "tag", None):
        raise _Refused(line, f"`{event.tag[:60]}` is a YAML tag", "Leave it out, or put the text in quotes.")


def _next_place(stack: list[_Open]) -> Place:
    if not stack:
        return ()
    top = stack[-1]
    return (*top.place, top.key or "") if isinstance(top.value, dict) else (*top.place, len(top.value))


def _scalar(event: ScalarEvent, line: int, text: str, complain: Any) -> str | None:
    value = event.value
    if len(value) > MAX_TEXT:
        complain(line, f"a text is longer than {MAX_TEXT:,} characters", "Shorten it.")
        value = value[:MAX_TEXT]
    bad = next((c for c in value if c not in "\n\t" and unicodedata.category(c) in ("Cc", "Cs")), "")
    if bad:
        complain(line, f"a text has the control character U+{ord(bad):04X}", "Delete it.")
        value = "".join(" " if unicodedata.category(c) in ("Cc", "Cs") else c for c in value)
    if event.style is None:
        after = text[event.end_mark.index : event.end_mark.index + 40].split("\n")[0]
        if value and re.match(r"[ \t]+#[^\s#]", after):
            complain(
                line,
                f'YAML reads "{after.strip()[:20]}" after "{value[:40]}" as a comment',
                "Put the whole text in quotes, or a blank after # if a comment is meant.",
            )
        if value in ("", "~"):
            return None
    return " ".join(value.split("\n")).replace("\t", " ").strip()


def _put(
    stack: list[_Open], value: Any, line: int, event: Any, text: str, lines: dict[Place, int], complain: Any, root: Any
) -> Any:
    """Hang a value (or a key) where it belongs; returns the root."""
    if not stack:
        return value
    top = stack[-1]
    plain = isinstance(event, ScalarEvent) and event.style is None
    torn = plain and top.flow and _torn_figure(text, top.key_end, event)
    if isinstance(top.value, list):
        lines[(*top.place, len(top.value))] = line
        if torn:
            complain(line, f'the comma splits the figure before "{str(value)[:30]}" in two', _QUOTE)
        top.value.append(value)
    elif top.key is None:
        if value is None or not isinstance(value, str) or not value:
            raise _Refused(line, "a key is empty", "Write `key: value`.")
        if value in top.value:
            first = lines[(*top.place, value)]
            complain(line, f'"{value[:60]}" is here twice (first on line {first})', "Keep one of the two.")
        torn_key = torn or (
            top.flow
            and plain
            and value[0].isdigit()
            and not _DATE_KEY.match(value)
            and re.match(r"\s*[,}]", text[event.end_mark.index :])
        )
        if torn_key:
            complain(line, f'"{value[:30]}" is read as a key, because of the comma before it', _QUOTE)
            value = "\0torn"  # keeps its place; taken out again when its value has come
        top.key = value
        lines.setdefault((*top.place, value), line)
    else:
        if top.key == "\0torn":
            lines.pop((*top.place, top.key), None)
            if not isinstance(value, str | None):
                raise _Refused(line, "a key begins with a digit", _QUOTE)
        else:
            top.value[top.key] = value
        top.key = None
    if isinstance(event, ScalarEvent):
        top.key_end = event.end_mark.index
    return root


def _torn_figure(text: str, last_end: int, event: ScalarEvent) -> bool:
    """True where a comma stands between a digit and three more, without a blank: ``26,000`` inside braces."""
    start = event.start_mark.index
    return (
        last_end == start - 1
        and text[last_end:start] == ","
        and last_end > 0
        and text[last_end - 1].isdigit()
        and re.match(r"[0-9]{3}(?![0-9])", text[start:]) is not None
    )


_YAML_WORDS = (
    (
        "mapping values are not allowed",
        "a second `:` stands in this line",
        "Put the text in quotes if the colon belongs to it.",
    ),
    ("could not find expected ':'", "a key has no `:` after it", "Write `key: value`, with a blank after the colon."),
    ("'\\t'", "a tab stands at the beginning", "Use blanks to indent."),
    ("cannot start any token", "a text cannot begin with this character", "Put the text in quotes."),
    ("expected <block end>", "the indentation does not fit the lines above", "Align it with its neighbours."),
    ("unexpected end of stream", "a quote is opened and never closed", "Close it."),
    (
        "expected ',' or",
        "a bracket or brace is not closed, or a comma is missing",
        "Close it, or put a text with commas or colons in quotes.",
    ),
    ("escape", "a backslash stands in a double-quoted text", "Double it (\\\\), or use single quotes."),
    ("undefined tag", "`!` begins a YAML tag", "Put the text in quotes."),
)


def _in_words(error: yaml.MarkedYAMLError, line: int | None, text: str) -> _Refused:
    message = f"{error.context or ''} {error.problem or ''}"
    for sign, what, fix in _YAML_WORDS:
        if sign in message:
            return _Refused(line, what, fix)
    return _Refused(
        line,
        "cannot be read as YAML from here on",
        "Check the indentation, quotes and brackets of this line and the one above.",
    )
