"""The health score: weights, limits, what moved it, opinions with whose and when."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests import earlier
from tests.inputs.test_relationships import write
from valuelab import load_customer, review_health, show
from valuelab.analysis.health_score import light_of
from valuelab.audit.formula import work_out
from valuelab.errors import InputError
from valuelab.present.figures import plain
from valuelab.run.cards import card_of

SURVEY = {"indicator": "Survey score", "kind": "objective", "value": "50", "before": "56", "green": "55", "red": "48"}
TONE = {"indicator": "Tone", "kind": "subjective", "status": "red", "status_before": "red", "weight": "3", "by": "account manager", "on": "2025-05"}


def score_of(folder, lines, **more):
    return review_health(load_customer(write(folder, [], health=lines, **more))).score


def test_the_survey_score_of_the_sources():
    assert [light_of(score, 55, 48) for score in (56, 55, 50, 48, 47)] == ["green", "green", "amber", "amber", "red"]


def test_the_score_is_the_weighted_mean_and_what_moved_it_adds_up(tmp_path):
    found = score_of(tmp_path, [SURVEY, TONE])
    assert found.score.value == pytest.approx(0.5 / 4)
    assert (found.light, found.before.value, found.change.value) == ("red", pytest.approx(0.25), pytest.approx(-0.125))
    assert sum(x.moved.value for x in found.indicators) == pytest.approx(found.change.value)
    assert found.opinion.value == pytest.approx(0.75)
    assert [x.line.name for x in found.indicators] == ["Tone", "Survey score"]  # the worst first


def test_two_indicators_warn_and_five_do_not(tmp_path):
    assert any("rests on 2 indicators" in w for w in score_of(tmp_path, [SURVEY, TONE]).warnings)
    five = [SURVEY | {"indicator": f"Survey {i}"} for i in range(5)]
    assert score_of(tmp_path, five).warnings == ()
    ten = score_of(tmp_path, [SURVEY | {"indicator": f"Survey {i}"} for i in range(10)])
    assert (ten.warnings, len(ten.notes)) == ((), 1)  # fine with somebody who looks after them, which is said
    assert any("more than ten" in w for w in score_of(tmp_path, [SURVEY | {"indicator": f"Survey {i}"} for i in range(11)]).warnings)
    assert any("All of it is opinion" in w for w in score_of(tmp_path, [TONE]).warnings)


def test_without_all_of_before_nothing_is_said_of_last_time(tmp_path):
    found = score_of(tmp_path, [SURVEY, {k: v for k, v in TONE.items() if k != "status_before"}])
    assert (found.before, found.change) == (None, None)


def test_what_moved_the_score_is_in_points_and_never_in_percent(tmp_path):
    review = review_health(load_customer(write(tmp_path, [], health=[SURVEY, TONE])))
    assert [(s.cause, s.was, s.now, s.change.unit) for s in review.changes.steps] == [("new figure", "green", "amber", "fraction points")]
    for part in ("score", "changes"):
        text = plain(str(show(review, part).html()))
        assert "−12.5 points" in text
        assert "−12.5 %" not in text


def test_the_last_report_says_what_moved_since_and_the_steps_add_up(tmp_path):
    speed, gone = SURVEY | {"indicator": "Speed", "value": "60"}, SURVEY | {"indicator": "Gone"}
    path = write(tmp_path, [], health=[SURVEY, TONE | {"status": "green"}, speed, gone])
    before = earlier.keep(load_customer(path, as_of="2025-05"), tmp_path / "results.json")
    write(tmp_path, [], health=[SURVEY | {"value": "47"}, TONE, speed | {"weight": "2"}, SURVEY | {"indicator": "Quality", "value": "70"}])
    review = review_health(load_customer(path, previous=before))
    changes, score = review.changes, review.score
    assert (changes.since, changes.then.value, score.before.value) == ("2025-05", pytest.approx(5 / 6), pytest.approx(5 / 6))
    assert [(s.cause, s.what) for s in changes.steps] == [("new figure", "Survey score"), ("judged anew", "Tone"), ("another weight", "Speed"), ("indicator added", "Quality"),
                                                           ("indicator gone", "Gone")]
    assert changes.then.value + sum(s.change.value for s in changes.steps) == pytest.approx(changes.now.value)
    assert changes.steps[-1].after.value == pytest.approx(score.score.value)
    for step in (*changes.steps, changes):  # formulas can be done again
        figures = (step.change, step.after) if hasattr(step, "after") else (step.difference,)
        for figure in figures:
            named = {i.name: i.value for i in figure.derivation.inputs}
            assert work_out(figure.derivation.formula, named) == pytest.approx(figure.value)
    by_name = {x.line.name: x for x in score.indicators}
    assert by_name["Tone"].light_before == "green"  # as the report had it, not as the register says of another time
    assert by_name["Quality"].moved is None
    page = plain(str(show(review, "changes").html()))
    assert "report as of 2025-05" in page


@pytest.mark.parametrize("damage", [None, [], {"data": 1}, {"data": {"score": {"value": "x"}}}, {"data": {"score": {"value": 0.5}, "indicators": [{"light": "blue", "line": {"name": "a", "weight": 1}}]}},
                                    {"data": {"score": {"value": 0.5}, "indicators": [{"light": "red", "line": {"name": "a", "weight": float("nan")}}]}}])
def test_a_damaged_last_report_stops_nothing(damage, tmp_path):
    account = load_customer(write(tmp_path, [], health=[SURVEY, TONE]))
    result = {"key": "health.score"} | damage if isinstance(damage, dict) else damage
    found = review_health(replace(account, previous={"as_of": "2025-05", "notebooks": {"05_health": {"results": [result]}, "x": damage}}))
    assert found.score.since == ""
    assert found.score.change.value == pytest.approx(-0.125)


def test_a_survey_can_be_an_indicator(tmp_path):
    rounds = [{"asked": "2025-01", "promoters": "30", "passives": "30", "detractors": "20"}, {"asked": "2025-05", "promoters": "40", "passives": "31", "detractors": "12"}]
    line = {"indicator": "would recommend", "kind": "objective", "green": "30", "red": "0"}
    found = score_of(tmp_path, [line], surveys={"Would recommend": {"question": "recommend", "rounds": rounds}}).indicators[0]
    assert (found.line.name, found.light, found.light_before, found.unit, found.from_data) == ("Would recommend", "green", "amber", "points", True)


def test_a_survey_that_is_not_known_yet_leaves_its_indicator_unknown(tmp_path):
    later = {"Would recommend": {"question": "recommend", "rounds": [{"asked": "2025-12", "promoters": "30", "passives": "30", "detractors": "20"}]}}
    (tmp_path / "usage.csv").write_text("month,team,active\n2025-05,Sales,8\n2025-06,Sales,9\n", encoding="utf-8")
    found = score_of(tmp_path, [SURVEY, {"indicator": "Would recommend", "kind": "objective", "green": "30", "red": "0"}], surveys=later, adoption={"data": "../usage.csv", "teams": {"Sales": "10"}})
    assert {x.line.name: x.light for x in found.indicators}["Would recommend"] is None


def test_the_score_before_a_renewal_is_carried_on(tmp_path):
    path = write(tmp_path, [], health=[SURVEY, TONE], renewal={"date": "2025-05-15", "renewed": "true"})
    first = load_customer(path, as_of="2025-04")
    assert first.renewal.decided_by(first.as_of) is None
    before = earlier.keep(first, tmp_path / "a.json")
    then = review_health(first).score.score.value
    write(tmp_path, [], health=[SURVEY | {"value": "60"}, TONE | {"status": "green"}], renewal={"date": "2025-05-15", "renewed": "true"})
    second = load_customer(path, as_of="2025-05", previous=before)
    review = review_health(second)
    assert (review.score.at_renewal.value, review.score.renewed) == (then, True)
    assert "it was renewed" in plain(str(show(review, "score").html()))
    kept = earlier.keep(second, tmp_path / "b.json")
    third = review_health(load_customer(path, as_of="2025-06", previous=kept)).score
    assert third.at_renewal.value == then  # not the score of a report after it
    assert card_of(earlier.read(kept))["renewal"] == {"renewed": True, "score": then}
    late = earlier.keep(load_customer(path, as_of="2025-05"), tmp_path / "c.json")  # no report before it came up
    assert review_health(load_customer(path, as_of="2025-06", previous=late)).score.at_renewal is None


def test_opinions_of_later_are_left_out(tmp_path):
    assert len(score_of(tmp_path, [SURVEY, TONE | {"on": "2025-12"}]).indicators) == 1


def test_the_page_has_words_and_shapes_and_escapes(tmp_path):
    review = review_health(load_customer(write(tmp_path, [], health=[SURVEY, TONE | {"indicator": "<b>Tone", "note": "<script>"}])))
    page = show(review, "score").html()
    assert "▲ amber" in page
    assert "■ red" in page
    assert "opinion of account manager, 2025-05" in page
    assert "<script>" not in page
    assert "<b>Tone" not in page
    assert "Health is red" in show(review).html()


def test_all_that_is_wrong_is_said_at_once(tmp_path):
    lines = [SURVEY | {"status": "red"}, {k: v for k, v in TONE.items() if k != "by"}, {"indicator": "Speed", "kind": "objective", "value": "3"}, SURVEY | {"indicator": "X", "weight": "0"}]
    with pytest.raises(InputError) as found:
        load_customer(write(tmp_path, [], health=lines))
    for words in ("both `value` and `status`", "without whose and when", "\"Speed\" has no limits", "not above zero"):
        assert words in str(found.value)


@pytest.mark.parametrize(("lines", "words"), [
    ([SURVEY, dict(SURVEY)], "stands there twice"), ([{"indicator": "Licences in use", "kind": "objective"}], "no data are of that name"),
    ([SURVEY | {"kind": "guess"}], "not one of objective"), ([SURVEY | {"mood": "good"}], "not a key that is known"),
])
def test_lines_that_cannot_be_are_refused(tmp_path, lines, words):
    with pytest.raises(InputError) as found:
        load_customer(write(tmp_path, [], health=lines))
    assert words in str(found.value)
