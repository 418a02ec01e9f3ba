"""Registers of an account: whose and when, one line each, nothing from after the date of the report."""

from __future__ import annotations

import pytest

from valuelab.errors import InputError
from valuelab.inputs import load_customer

HEAD = "customer: Acme\ncurrency: USD\nas_of: 2025-06\n"
FIT = "  - {flag: product not a good fit, answer: investigate, by: account manager, on: 2025-05%s}\n"


@pytest.fixture
def load(tmp_path):
    (tmp_path / "params").mkdir()
    path = tmp_path / "params" / "acme.yaml"

    def run(text: str):
        path.write_text(HEAD + text, encoding="utf-8")
        return load_customer(path)

    return run


def test_only_workbook_05_applies(load):
    customer = load("flags:\n" + FIT % "")
    assert {name for name, why in customer.applies().items() if not why} == {"05_health"}
    assert customer.questions.flags[0].answer == "investigate" and customer.questions.flags[0].closed is None


def test_what_came_after_the_report_is_left_out(load):
    customer = load("flags:\n" + FIT % ", closed: cleared, closed_by: lead, closed_on: 2025-08" + "  - {flag: change of people, answer: clear, by: x, on: 2025-07}\n"
                    "milestones:\n  - {name: Live, due: 2025-05, done: 2025-07}\nshow_names: false\n"
                    "people:\n  - {role: champion, left: 2025-05, name: Ann Example}\n  - {role: user, left: 2025-09}\n")
    assert [f.flag for f in customer.questions.flags] == ["product not a good fit"] and customer.questions.flags[0].closed is None
    assert customer.questions.milestones[0].done == ""
    assert [p.role for p in customer.register.left] == ["champion"] and [p.role for p in customer.register.people] == ["user"]
    assert customer.register.left[0].name == "" and customer.register.people[0].left == ""
    assert any("opinions on red flags" in note.what for note in customer.quality)


@pytest.mark.parametrize(("text", "said"), [
    ("flags:\n  - {flag: bad weather, answer: clear, by: x, on: 2025-05}\n", "bad weather"),
    ("flags:\n  - {flag: change of people, answer: clear}\n", "without whose and when"),
    ("flags:\n" + FIT % ", closed: cleared", "by whom and when"),
    ("flags:\n" + FIT % ", closed_by: lead", "without `closed`"),
    ("flags:\n" + FIT % ", closed: cleared, closed_by: lead, closed_on: 2025-04", "before it was asked"),
    ("flags:\n" + 2 * (FIT % ""), "stands there 2 times"),
    ("milestones:\n  - {name: Live}\n", "due"),
    ("outcomes:\n  - {name: Clients, level: strategic}\n", "without whose and when"),
    ("outcomes:\n  - {name: Clients, drivers: fame}\n", "fame"),
    ("meetings:\n  - {kind: lunch, on: 2025-05}\npeople:\n  - user\n", "lunch"),
    ("people:\n  - user\nexpansion:\n  - {name: Site, stage: need}\n", "without whose and when"),
    ("people:\n  - user\nexpansion:\n" + 2 * "  - {name: Site, stage: need, by: x, on: 2025-05}\n", "stands there 2 times"),
])
def test_what_cannot_be_meant_is_refused(load, text, said):
    with pytest.raises(InputError) as refused:
        load(text)
    assert said in str(refused.value)
