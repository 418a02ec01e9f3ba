"""What notebook 01 says of an effect, of the running year and of what is usually done."""

from __future__ import annotations

import dataclasses

import pandas as pd
import pytest

from tests.analysis.test_effect import STARTED, with_effect
from tests.present import examples
from valuelab.analysis.effect import measure_effect
from valuelab.analysis.projection import project
from valuelab.analysis.usual import compare_with_usual
from valuelab.present import sections
from valuelab.present.figures import plain
from valuelab.present.usual_table import usual_ways
from valuelab.present.wording import baseline as words


@pytest.fixture(scope="module")
def seen():
    return measure_effect(with_effect(1, 0.25), started=STARTED)


def text(lines) -> str:
    return plain(" ".join(lines))


def test_a_seen_effect_has_a_direction_and_a_crowd(seen):
    told = text(words.effect(seen))
    assert "above what its own history led to expect" in told and "four times in five" in told and "controls" not in told
    assert "Not one of twelve fake starts" in plain(words.crowd_caption(seen))
    block = sections.effect(seen)
    assert len(block.charts) == 3 and "not with a control group" in plain(block.notes[0])
    assert "initiative" in block.charts[2].alt


def test_an_open_effect_says_what_was_visible_and_what_would_settle_it():
    result = measure_effect(with_effect(4, 0.01, rho=0.6, noise=0.04), started=STARTED)
    told = text(words.effect(result))
    assert "No effect is shown, and none is ruled out" in told
    assert "once a whole year is known" in told and "controls" in told
    assert "nothing special here" in plain(words.crowd(result))


def test_without_fake_starts_there_is_no_picture_of_them():
    result = measure_effect(with_effect(1, 0.3).iloc[26:], started=STARTED)
    assert "too short for fake starts" in text(words.effect(result))
    assert len(sections.effect(result).charts) == 2


def test_a_control_is_named():
    result = dataclasses.replace(examples.effect(examples.measure()), controls_used=("Region <North>",))
    assert "Region &lt;North&gt;" in words.caution(result)


def test_the_usual_ways_are_told_without_interval_and_with_their_record():
    projection = project(with_effect(2, 0.0), through="2025-12")
    result = compare_with_usual(projection, pd.period_range("2024-04", "2025-03", freq="M"), key="baseline.usual")
    first, second = (plain(line) for line in words.comparison(result))
    assert "the run rate carried on gives" in first and "Neither has an interval" in first
    assert "real series" in second and second.count("%") == 3
    table = usual_ways(result)
    assert len(table.rows) == 3 and "April 2024 to March 2025" in table.caption and "off by" in table.note
    later = compare_with_usual(projection, "2025-01..2025-12", key="baseline.usual")
    assert len(words.comparison(later)) == 1 and "off by" not in usual_ways(later).note
