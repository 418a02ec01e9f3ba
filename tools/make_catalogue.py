"""Writes the catalogues in valuelab/assets/locale from the texts of the code, templates, workbooks and the glossary; --check only compares.

A new text comes in empty and stands in English on the pages until somebody translates it; a text that is gone is dropped.
Texts of analyses (context "said by an analysis") are added to a catalogue by hand; here it is held that the code still says them.
"""

from __future__ import annotations

import argparse
import ast
import csv
import io
import json
import re
import sys
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO

from babel.messages import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from valuelab.language import DOMAIN, ENGLISH, FOLDER, PLACE, SAID, in_words, languages
from valuelab.run.convert import markdown_parts

ROOT = Path(__file__).resolve().parents[1]
KEYWORDS = {"say": None, "phrase": None, "later": None, "phrases": (1, 2), "say_of": (1, 2), "both": (1, 2), "phrase_as": ((1, "c"), 2)}
TERM, PATTERN = "a term", "what a term looks like, a regular expression"
SAYING_ROOMS = ("analysis", "inputs", "types.py", "provenance.py", "track_record.py", "estimates.py", "renewal_order.py")  # where no language is known

LEAST_TELLING = 4  # letters of a template by which it is told from another

_WORD = re.compile(r"[a-z]{3,}")
Found = Iterator[tuple[int, str | None, str | tuple[str, ...], list[str]]]


def texts_of_workbook(source: BinaryIO, keywords: object, comment_tags: object, options: object) -> Found:
    """What markdown cells say, for babel."""
    for cell in json.load(source)["cells"]:
        if cell["cell_type"] == "markdown":
            yield from ((1, None, text, []) for text in markdown_parts("".join(cell["source"]))[1::2])


def texts_of_glossary(source: BinaryIO, keywords: object, comment_tags: object, options: object) -> Found:
    """Terms, what they look like on a page, what they mean, for babel."""
    for row in csv.DictReader(source.read().decode("utf-8").splitlines()):
        yield 1, "pgettext", (TERM, row["term"]), []
        yield 1, "pgettext", (PATTERN, row["pattern"]), []
        yield 1, None, row["gloss"], []


def texts_of_module(source: BinaryIO, keywords: dict[str, object], comment_tags: object, options: object) -> Found:
    """The texts of calls, for babel; its own reader of Python leaves out a call inside of another."""
    for node in ast.walk(ast.parse(source.read())):
        name = node.func.id if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) else ""
        if name in keywords:
            texts = tuple(a.value if isinstance(a, ast.Constant) and isinstance(a.value, str) else None for a in node.args)
            if texts and texts[0] is not None:
                yield node.lineno, name, texts if len(texts) > 1 else texts[0], []


METHODS = [("valuelab/present/**.py", texts_of_module), ("valuelab/run/**.py", texts_of_module), ("valuelab/formatting.py", texts_of_module),
           ("valuelab/language.py", texts_of_module),
           ("valuelab/assets/**.j2", "jinja2"), ("valuelab/assets/glossary.csv", texts_of_glossary), ("notebooks/0*.ipynb", texts_of_workbook)]
NOT_FOR_CUSTOMERS = ("valuelab/assets/index.html.j2", "valuelab/assets/index_line.html.j2")


def extracted() -> Catalog:
    """All texts that are translated by their template, each with the files that it stands in."""
    found = Catalog(charset="utf-8")
    for name, _, message, _, context in extract_from_dir(ROOT, METHODS, keywords=KEYWORDS | {"pgettext": ((1, "c"), 2)}, directory_filter=_is_ours):
        if name not in NOT_FOR_CUSTOMERS and in_words(message if isinstance(message, str) else message[0]):
            found.add(message, locations=[(name, 0)], context=context)
    return found


def _is_ours(folder: str) -> bool:
    name = Path(folder).name
    return name not in ("tests", "docs", "outputs", "build", "node_modules") and not name.startswith((".", "_"))


def templates_said() -> dict[str, str]:
    """What analyses say: each text of theirs with its places left empty, and the file that it stands in."""
    found: dict[str, str] = {}
    for text, file in _sayings():
        found.setdefault(text, file)
    return found


@lru_cache
def _sayings() -> tuple[tuple[str, str], ...]:
    found = []
    for room in SAYING_ROOMS:
        path = ROOT / "valuelab" / room
        for file in sorted(path.rglob("*.py")) if path.is_dir() else [path]:
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                if (text := _template(node)) is not None:
                    found.append((text, file.relative_to(ROOT).as_posix()))
    return tuple(found)


def _template(node: ast.AST) -> str | None:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(part.value if isinstance(part, ast.Constant) else "{}" for part in node.values)
    return None


def placeless(text: str) -> str:
    """A template with its places left empty, to be held against the code.

    Examples
    --------
    >>> placeless("total of {first} to {last}")
    'total of {} to {}'
    """
    return PLACE.sub("{}", text)


def where_said(text: str, said: dict[str, str]) -> str:
    """The file that says a text, as it is or as one of the forms that a template takes; "" for none."""
    if file := said.get(placeless(text)):
        return file
    form, pairs = PLACE.sub("x", text), tuple(said.items())
    if file := next((file for pattern, file in _patterns(pairs) if pattern.fullmatch(form)), ""):
        return file
    wanted = set(_WORD.findall(PLACE.sub(" ", text)))  # put together from several texts of one module
    return next((file for file, words in _words().items() if wanted <= words), "")


@lru_cache
def _words() -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for text, file in _sayings():
        found.setdefault(file, set()).update(_WORD.findall(text))
    return found


@lru_cache
def _patterns(said: tuple[tuple[str, str], ...]) -> list[tuple[re.Pattern[str], str]]:
    return [(re.compile(".*?".join(map(re.escape, text.split("{}"))), re.DOTALL), file) for text, file in said
            if "{}" in text and len(text.replace("{}", "").strip()) >= LEAST_TELLING]


def catalogue(code: str, texts: Catalog, said: dict[str, str]) -> bytes:
    """A catalogue as it should be: what is there of translations, for the texts that there are."""
    path = FOLDER / code / "LC_MESSAGES" / f"{DOMAIN}.po"
    kept = read_po(io.BytesIO(path.read_bytes()), locale=code) if path.is_file() else Catalog(locale=code)
    made = Catalog(locale=code, project="valuelab", header_comment=f"# The words of reports in {code}. `python tools/make_catalogue.py` keeps it to the code.", fuzzy=False)
    for message in texts:
        if message.id:
            before = kept.get(message.id if isinstance(message.id, str) else message.id[0], message.context)
            same = before is not None and before.id == message.id
            made.add(message.id, before.string if same else None, locations=message.locations, context=message.context)
    for message in kept:
        if message.context == SAID and (file := where_said(message.id, said)):
            made.add(message.id, message.string, locations=[(file, 0)], context=SAID)
    written = io.BytesIO()
    write_po(written, made, sort_output=True, include_lineno=False, width=0, omit_header=False)
    lines = [line for line in written.getvalue().decode().splitlines() if not re.match(r'"(POT-Creation-Date|PO-Revision-Date|Last-Translator|Language-Team|Report-Msgid-Bugs-To|Generated-By|Project-Id-Version)', line)]
    return ("\n".join(lines).strip() + "\n").encode()


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--check", action="store_true", help="write nothing; fail where something would be written")
    check = asked.parse_args().check
    texts, said, wrong = extracted(), templates_said(), []
    for code in languages():
        if code == ENGLISH:
            continue
        path = FOLDER / code / "LC_MESSAGES" / f"{DOMAIN}.po"
        content = catalogue(code, texts, said)
        if content != path.read_bytes():
            wrong.append(path)
            if not check:
                path.write_bytes(content)
        messages = [m for m in read_po(io.BytesIO(content), locale=code) if m.id]
        done = [m for m in messages if (m.string if isinstance(m.string, str) else all(m.string))]
        print(f"{path.relative_to(ROOT)}: {len(done)} of {len(messages)} texts are translated{', as it was' if path not in wrong else ''}")
    return 1 if check and wrong else 0


if __name__ == "__main__":
    sys.exit(main())
