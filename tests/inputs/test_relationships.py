"""People by role: gaps, promoters with an interval, and names that stay where they belong."""

from __future__ import annotations

import pytest
import yaml

from valuelab import load_customer, review_health
from valuelab.analysis.relationships import review_relationships
from valuelab.errors import InputError
from valuelab.types import Person


def test_an_empty_register_says_nothing():
    assert review_relationships(()) is None


def test_gaps_are_roles_that_nobody_fills_or_where_nobody_is_for_us():
    found = review_relationships((Person("executive sponsor", "promoter"), Person("economic buyer", "detractor"), Person("user", "unknown"), Person("user", "unknown")))
    assert {g.role: g.kind for g in found.gaps} == {"economic buyer": "nobody for us", "champion": "nobody", "user": "not known"}
    assert (found.promoters.value, found.known) == (0.5, 2)
    assert found.promoters.low < 0.1 < 0.9 < found.promoters.high  # two people say little
    assert len(found.warnings) == 1
    whole = review_relationships(tuple(Person(r, "promoter") for r in ("executive sponsor", "economic buyer", "champion", "user")))
    assert (whole.gaps, whole.warnings) == ((), ())


def write(folder, people, **more) -> str:
    (folder / "params").mkdir(exist_ok=True)
    params = {"customer": "Acme", "currency": "USD", "as_of": "2025-06", "direct_benefit": {"price": "$100", "volume": "1000", "profit_per_unit": "$30"}, "people": people} | more
    path = folder / "params" / "acme.yaml"
    path.write_text(yaml.safe_dump(params, sort_keys=False), encoding="utf-8")
    return str(path)


LINES = [{"role": "champion", "score": "9", "name": "Ann Example", "team": "Sales", "note": "asks for more", "by": "CSM", "on": "2025-05"}, "user"]


def test_a_nine_is_a_promoter(tmp_path):
    account = load_customer(write(tmp_path, [{"role": "user", "score": score} for score in ("10", "9", "8", "7", "6", "0")]))
    assert [p.quality for p in account.register.people] == ["promoter", "promoter", "passive", "passive", "detractor", "detractor"]


def test_names_are_left_out_unless_they_are_asked_for(tmp_path):
    hidden = load_customer(write(tmp_path, LINES))
    assert [p.name for p in hidden.register.people] == ["", ""]
    assert hidden.register.names_left_out == 1
    review = review_health(hidden)
    assert "Ann" not in str(review.to_dict())
    assert (review.people.people[0].quality, review.people.people[0].by) == ("promoter", "CSM")
    shown = load_customer(write(tmp_path, LINES, show_names="true"))
    assert [p.name for p in shown.register.people] == ["Ann Example", ""]


def test_opinions_of_later_are_left_out(tmp_path):
    later = load_customer(write(tmp_path, [*LINES, {"role": "user", "quality": "detractor", "on": "2025-12"}]))
    assert len(later.register.people) == 2
    assert any("opinions" in n.what for n in later.quality)


@pytest.mark.parametrize(("line", "words"), [
    ({"role": "boss"}, "not one of executive sponsor"), ({"role": "user", "score": "11"}, "not a score from 0 to 10"),
    ({"role": "user", "score": "9", "quality": "promoter"}, "both `quality` and `score`"), ({"role": "user", "mood": "good"}, "not a key that is known"),
])
def test_lines_that_cannot_be_are_refused(tmp_path, line, words):
    with pytest.raises(InputError) as found:
        load_customer(write(tmp_path, [line]))
    assert words in str(found.value)
