from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from valuelab.inputs.yaml_text import YamlText, parse_yaml_text


def parse(text: str | bytes) -> YamlText:
    return parse_yaml_text(text.encode() if isinstance(text, str) else text, "acme.yaml")


def complaint(text: str | bytes) -> str:
    return "\n".join(str(problem) for problem in parse(text).problems)


@pytest.mark.parametrize(
    "written",
    [
        "No",
        "012",
        "26.000",
        "1e3",
        "12:30",
        "2025-04-01",
        "null",
        "0x1F",
        "on",
        ".5",
        "+20%",
        "$375",
        "=3",
        "5% per point",
    ],
)
def test_every_scalar_stays_what_was_typed(written):
    assert parse(f"a: {written}").values == {"a": written}


def test_keys_stay_text_too():
    assert parse("on: 1\nyes: 2\n2025-06: 3").values == {"on": "1", "yes": "2", "2025-06": "3"}


def test_nothing_written_is_none():
    assert parse("a:\nb: ~\nc: ''").values == {"a": None, "b": None, "c": ""}


def test_lines_of_nested_places():
    text = parse("a:\n  b:\n    - x\n    - y: 1\n")
    assert text.where(("a", "b", 1, "y")) == "acme.yaml, line 4 (a.b.2.y)"
    assert text.where(("a", "b", 1, "unwritten")).startswith("acme.yaml, line 4 ")
    assert text.where(()) == "acme.yaml"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: 1\na: 2", '"a" is here twice (first on line 1)'),
        ("a: {b: 1, b: 2}", '"b" is here twice'),
        ("a: *x", "`*x` is a YAML alias"),
        ("a: &x 1", "`&x` is a YAML anchor"),
        ("a: !!python/object:os.system 1", "is a YAML tag"),
        ("a: !x 1", "is a YAML tag"),
        ("a: {target: 26,000 by 2026-03}", "put the figure in quotes"),
        ("a: {value: $1,000, low: 3}", "put the figure in quotes"),
        ("a: {low: 2,5%}", "put the figure in quotes"),
        ("a: [26,000 by 2026-03]", "put the figure in quotes"),
        ("a: Acme #1", "as a comment"),
        ("a: b: c", "a second `:`"),
        ("a:\n\t- 3", "a tab"),
        ('a: "x', "never closed"),
        ("a: [1, 2", "not closed"),
        ("? [a]\n: b", "a key must be a plain text"),
        ("a: 1\n---\nb: 2", "a second document"),
        ("- 1\n- 2", "is a list"),
        ("just words", "is a list or a single text"),
        ("", "is empty"),
        ("{}", "is empty"),
        ("# only a comment\n", "is empty"),
        ("[" * 3000, "nested deeper"),
        ('a: "\\0"', "control character U+0000"),
        ('a: "\\ud800"', "control character U+D800"),
        ('a: "\\U00110000"', "cannot be read as YAML"),
        (b"a: \xff\xfe", "not UTF-8"),
        (b"a: 1\x00", "control character U+0000"),
        ("a: " + "x" * 5000, "longer than 4,000 characters"),
        ("a:\n" + "\n".join(f"  k{i}: 1" for i in range(5001)), "more than 5,000 values"),
        ("a: " + "x" * 300_000, "larger than 256 KiB"),
        ("a: 'x'\n  b: 2", "indentation"),
    ],
)
def test_what_is_refused_and_why(text, said):
    assert said.lower() in complaint(text).lower()


@pytest.mark.parametrize(
    "text",
    [
        "a: USD    # a comment",
        "a: x#1",
        "a: '#1'",
        "a: {2025-06: 40%, 2025-07: 80%}",
        "a: [0, 10]",
        "a: [1,2]",
        'a: "26,000 by 2026-03"',
        "a: <script>alert(1)</script>",
        "a: 'مرحبا'",
        "a: x\r\nb: y\r\n",
        "\ufeffa: 1",
        "a: 26,000 by 2026-03",
    ],
)
def test_what_is_fine(text):
    assert complaint(text) == ""


def test_utf_16_from_an_old_editor_is_read():
    assert parse("a: ä".encode("utf-16")).values == {"a": "ä"}


@given(st.binary(max_size=300))
def test_any_bytes_give_values_or_problems(content):
    text = parse(content)
    assert isinstance(text.values, dict)
    assert all(str(problem).startswith("acme.yaml") for problem in text.problems)


@given(st.text(alphabet="abc:{}[],-\n \t#'\"&*!|>%@`?0123456789.\\~", max_size=120))
def test_any_yaml_like_text_gives_values_or_problems(text):
    parsed = parse(text)
    for problem in parsed.problems:
        assert str(problem).startswith("acme.yaml")


_names = st.text(alphabet="abcdefghijklmnop", min_size=1, max_size=8)


@given(st.dictionaries(_names, st.text(alphabet="abc $%,.0123456789-", min_size=1, max_size=20)))
def test_quoted_texts_come_back_unchanged(values):
    written = "\n".join(f"{key}: '{value}'" for key, value in values.items())
    if values:
        assert parse(written).values == {key: value.strip() for key, value in values.items()}
