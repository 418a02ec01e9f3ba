"""Direct benefits in the params: what each kind needs, and one clear message for what it does not have."""

from __future__ import annotations

import pytest

from valuelab.errors import InputError
from valuelab.inputs import load_customer

HEAD = "customer: Acme\ncurrency: USD\nas_of: 2025-06\nbenefits:\n  Chat: "
CHAT = "{kind: cheaper channel, contacts: 20 m calls a year, share_moved: 30%%, cost_now: $6.50, cost_then: $1.50%s}\n"


@pytest.fixture
def load(tmp_path):
    (tmp_path / "params").mkdir()
    path = tmp_path / "params" / "acme.yaml"

    def run(text: str):
        path.write_text(HEAD + text, encoding="utf-8")
        return load_customer(path)

    return run


def test_figures_are_read_as_written(load):
    plan, = load(CHAT % ", years: 3 years, starts_after: 6 months, cost: $2 m, source: operations").benefits
    assert {name: f.value for name, f in plan.figures.items()} == {"contacts": 20e6, "share moved": 0.3, "cost now": 6.5, "cost then": 1.5}
    assert (plan.years, plan.starts_after_months, plan.cost.value, plan.figures["contacts"].unit) == (3.0, 6, 2e6, "calls")
    assert {f.source for f in plan.figures.values()} == {"operations"}


def test_only_workbook_04_applies(load):
    assert {name for name, why in load(CHAT % "").applies().items() if not why} == {"04_roi"}


@pytest.mark.parametrize(("text", "said"), [
    ("{kind: cheaper channel, contacts: 5 calls}\n", "lacks `share_moved`, `cost_now`, `cost_then`"),
    (CHAT % ", volume: 5", "has no `volume`"),
    (CHAT.replace("30%%", "130%%") % "", "over 100 %"),
    (CHAT.replace("$6.50", "-$6.50") % "", "below zero"),
    (CHAT.replace("a year", "a month") % "", "not an amount a year"),
    (CHAT % ", years: 30", "between 0 and 20 years"),
    (CHAT.replace("cheaper channel", "magic") % "", "magic"),
    (CHAT.replace("$6.50", "€6.50") % "", "currency"),
])
def test_what_cannot_be_read_is_refused(load, text, said):
    with pytest.raises(InputError) as refused:
        load(text)
    assert said in str(refused.value)
