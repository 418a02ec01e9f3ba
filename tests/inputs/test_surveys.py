"""Surveys and the scorecard in the params: what is read, counted, left out and refused; what the page then says."""

from __future__ import annotations

import pytest
import yaml

from tests.present.shapes import LONG
from valuelab import load_customer, review_health, review_value, show
from valuelab.analysis.reviews.scorecard import ASK
from valuelab.errors import InputError
from valuelab.inputs.find import input_files
from valuelab.present.figures import plain

ROUNDS = [{"asked": "2025-01", "promoters": "30", "passives": "30", "detractors": "20"}, {"asked": "2025-05", "promoters": "40", "passives": "31", "detractors": "12"}]


def write(folder, surveys=None, answers: str = "", **more) -> str:
    (folder / "params").mkdir(exist_ok=True)
    (folder / "answers.csv").write_text(answers, encoding="utf-8")
    params = {"customer": "Acme", "currency": "USD", "as_of": "2025-06", "direct_benefit": {"price": "$100", "volume": "1000", "profit_per_unit": "$30"}}
    params |= ({"surveys": surveys} if surveys else {}) | more
    path = folder / "params" / "acme.yaml"
    path.write_text(yaml.safe_dump(params, sort_keys=False), encoding="utf-8")
    return str(path)


def refused(path: str) -> str:
    with pytest.raises(InputError) as found:
        load_customer(path)
    return str(found.value)


def answers_of(*months: tuple[str, list[int]]) -> str:
    return "date,respondent,score\n" + "".join(f"{month}-{day + 1:02d},r{month}{day},{score}\n" for month, scores in months for day, score in enumerate(scores))


def test_a_nine_is_a_promoter_a_seven_passive_and_a_six_a_detractor(tmp_path):
    path = write(tmp_path, {"Recommend": {"question": "recommend", "data": "../answers.csv"}}, answers_of(("2025-05", [10, 9, 8, 7, 6, 0])))
    survey = load_customer(path).surveys[0]
    assert [(r.asked, r.answers, r.favourable, r.unfavourable) for r in survey.rounds] == [("2025-05", 6, 2, 2)]
    assert review_health(load_customer(path)).scorecard.surveys[0].last.figure.value == 0


def test_small_rounds_later_answers_and_second_answers_are_left_out_and_counted(tmp_path):
    text = answers_of(("2025-01", [9, 9, 9]), ("2025-05", [9, 8, 7, 6, 5]), ("2025-07", [10] * 9)) + "2025-05-20,r2025-050,3\n2025-05-21,someone,TBA\n"
    account = load_customer(write(tmp_path, {"Recommend": {"question": "recommend", "data": "../answers.csv"}}, text))
    assert [(r.asked, r.answers, r.favourable, r.unfavourable) for r in account.surveys[0].rounds] == [("2025-05", 5, 0, 3)]  # the last answer of a person stands
    said = {n.what: n.count for n in account.quality}
    assert said["rounds with fewer than 5 answers left out"] == 1
    assert said["answers after as_of left out"] == 9
    assert said["earlier answers of the same person in a round left out"] == 1
    assert said["answers not known (empty, TBA, N/A, -) left out"] == 1


def test_quarters_and_other_questions(tmp_path):
    text = "when;rating\n" + "".join(f"2025-0{m}-10;{v}\n" for m in (1, 2, 3, 4, 5, 6) for v in (5, 4, 2))
    path = write(tmp_path, {"Happy": {"question": "satisfaction", "data": "../answers.csv", "every": "quarter", "favourable_from": "4"}}, text)
    assert [(r.asked, r.answers, r.favourable, r.unfavourable) for r in load_customer(path).surveys[0].rounds] == [("2025Q1", 9, 6, None), ("2025Q2", 9, 6, None)]


def test_the_file_of_answers_counts_for_whether_a_report_is_made_again(tmp_path):
    path = write(tmp_path, {"Recommend": {"question": "recommend", "data": "../answers.csv"}}, answers_of(("2025-05", [9] * 6)), adoption={"data": "../usage.csv", "teams": {"Sales": "10"}})
    assert {p.name for p in input_files(path)} == {"acme.yaml", "answers.csv", "usage.csv"}


@pytest.mark.parametrize(("answers", "words"), [
    (answers_of(("2025-05", [9, 11])), "is not an answer from 0 to 10"), ("date,score\n2025-05-01,8.5\n2025-05-02,9\n", "is not an answer from 0 to 10"),
    ("date,score\n2025-05-01,80%\n2025-05-02,90%\n", "percentages stand where answers"), ("date,mood\n2025-05-01,9\n2025-05-02,9\n", "has no column `score`"),
])
def test_files_that_cannot_be_counted_are_refused(tmp_path, answers, words):
    assert words in refused(write(tmp_path, {"Recommend": {"question": "recommend", "data": "../answers.csv"}}, answers))


@pytest.mark.parametrize(("survey", "words"), [
    ({"question": "recommend"}, "needs one of `data` and `rounds`"), ({"question": "recommend", "rounds": ROUNDS, "data": "../answers.csv"}, "needs one of `data` and `rounds`"),
    ({"question": "recommend", "rounds": [{"asked": "2025-01", "favourable": "3", "of": "5"}]}, "does not have exactly `promoters`"),
    ({"question": "effort", "rounds": [{"asked": "2025-01", "favourable": "7", "of": "5"}]}, "more favourable answers than answers"),
    ({"question": "effort", "data": "../answers.csv"}, "`favourable_from` is missing"), ({"question": "recommend", "rounds": [ROUNDS[0], dict(ROUNDS[0])]}, "two rounds of 2025-01"),
    ({"question": "recommend", "rounds": [ROUNDS[0] | {"promoters": "40%"}]}, "is not a number of people"), ({"question": "mood", "rounds": ROUNDS}, "not one of recommend"),
])
def test_surveys_that_cannot_be_are_refused(tmp_path, survey, words):
    assert words in refused(write(tmp_path, {"Us": survey}))


@pytest.mark.parametrize(("scorecard", "words"), [
    ({"experience": ["Mood"]}, "is neither the outcome nor one of the `indicators`"),
    ({"stated": [{"name": "Tone", "view": "experience", "kind": "subjective", "value": "3"}]}, "an opinion without whose and when"),
    ({"stated": [{"name": "Tenure", "view": "outcomes", "value": "3 years", "before": "40%"}]}, "not in the same unit"),
    ({"stated": [{"name": "Saved", "view": "outcomes", "value": "€40"}]}, "and the account in USD"),
    ({"stated": [{"name": "Saved", "view": "mood", "value": "4"}]}, "not one of business value"),
])
def test_scorecards_that_cannot_be_are_refused(tmp_path, scorecard, words):
    assert words in refused(write(tmp_path, scorecard=scorecard))


def test_a_scale_of_five_is_asked_about(tmp_path):
    account = load_customer(write(tmp_path, {"Us": {"question": "recommend", "data": "../answers.csv"}}, answers_of(("2025-05", [5, 4, 3, 5, 4] * 5))))
    assert any("no answer is above 5" in n.what and n.kind == "to check" for n in account.quality)


def test_four_views_with_what_is_missing_and_the_question_to_ask(tmp_path):
    stated = [{"name": "Tenure", "view": "outcomes", "value": "3.4 years", "before": "3.1 years", "by": "finance", "on": "2025-05"},
              {"name": "<b>Tone", "view": "outcomes", "kind": "subjective", "value": "2", "note": "<script>", "by": "CSM", "on": "2025-05"},
              {"name": "Late", "view": "outcomes", "value": "2", "on": "2025-12"}]
    review = review_health(load_customer(write(tmp_path, {"Recommend": {"question": "recommend", "rounds": ROUNDS}}, scorecard={"stated": stated})))
    card = review.scorecard
    assert {v.name: (v.side, len(v.lines)) for v in card.views} == {"business value": ("inside-out", 0), "experience": ("outside-in", 1), "performance": ("inside-out", 0), "outcomes": ("outside-in", 2)}
    assert [v.ask for v in card.missing] == [ASK["business value"], ASK["performance"]]
    page = str(show(review, "scorecard").html())
    text = plain(page)
    assert "33.7 points (95 %: 17.4 to 48.1), from 83 answers in May 2025" in text
    assert "Whether it moved since January 2025 cannot be said" in text
    assert "opinion: CSM, 2025-05" in text
    assert "▲ better" in text
    assert "<script>" not in page
    assert "<b>Tone" not in page
    assert "cannot be said" in plain(str(show(review).html()))


def test_without_surveys_and_views_there_is_no_scorecard(tmp_path):
    account = load_customer(write(tmp_path, people=["user"]))
    assert review_health(account).scorecard is None
    assert repr(show(review_health(account), "scorecard")) == ""


def test_the_net_present_value_is_that_of_report_04(tmp_path):
    (tmp_path / "flow.csv").write_text("period,expenditure_est,expenditure_act,revenue_est,revenue_act\n" + "".join(f"2025-{m:02d},{100 if m < 4 else 0},{100 if m < 4 else 0},60,{70 if m < 7 else 'TBA'}\n"
                                                                                                          for m in range(1, 10)), encoding="utf-8")
    path = write(tmp_path, {LONG: {"question": "recommend", "rounds": ROUNDS}}, cash_flow={"data": "../flow.csv", "basis": "revenue", "discount_rate": "10%"})
    account = load_customer(path)
    value, line = review_value(account), review_health(account).scorecard.views[0].lines[0]
    assert line.name == "Net present value, forecast at completion"
    assert (line.before.key, line.before.value) == ("value_case.estimated.npv", value.case.estimated.npv.value)
    assert line.figure == (value.outlook.npv if value.outlook is not None and value.outlook.npv is not None else value.case.at_completion.npv)
    assert line.value == "direct"
