"""Renewals from a file or the params: what is read, left out and refused; no name of an account goes further."""

from __future__ import annotations

import json

import pytest

from tests.inputs.test_surveys import refused
from tests.inputs.test_surveys import write as write_params
from valuelab import load_customer, review_health, show
from valuelab.inputs.find import input_files
from valuelab.present.figures import plain

HEAD = "account,date,scored,score,renewed\n"


def write(folder, rows: str, **more) -> str:
    (folder / "renewals.csv").write_text(rows, encoding="utf-8")
    return write_params(folder, renewals={"data": "../renewals.csv"} | more)


def many(count: int = 12) -> str:
    return HEAD + "".join(f"Secret Ltd {i},2024-{i % 12 + 1:02d}-10,2024-{i % 12 + 1:02d}-01,{40 + 4 * i},{'yes' if i > 5 else 'no'}\n" for i in range(count))


def test_renewals_are_read_and_accounts_go_no_further(tmp_path):
    path = write(tmp_path, many())
    account = load_customer(path)
    assert (len(account.renewals.rows), account.renewals.scored_before) == (12, True)
    assert account.renewals.rows[0].score == pytest.approx(0.4)
    review = review_health(account)
    assert review.renewals.verdict == "tells them apart"
    page = str(show(review, "renewals").html())
    assert "The score would have told who renews" in plain(page)
    assert "Secret" not in page + json.dumps(review.renewals.to_dict()) + str(account.renewals)
    assert "renewals.csv" in {p.name for p in input_files(path)}


def test_what_is_not_decided_late_or_scored_in_hindsight_is_left_out_and_counted(tmp_path):
    rows = many() + "A,2024-05-01,2024-01-01,50,\nB,2024-05-01,2024-05-01,50,no\nC,2025-09-01,2025-01-01,50,no\nD,2024-05-01,2024-01-01,TBA,no\nSecret Ltd 0,2024-01-10,2024-01-01,40,no\n"
    account = load_customer(write(tmp_path, rows))
    assert len(account.renewals.rows) == 12
    said = {n.what: n.count for n in account.quality}
    assert said["renewals that are not decided left out"] == 1
    assert said["renewals scored on the day of the decision or later left out"] == 1
    assert said["renewals from after the date of the report left out"] == 1
    assert said["renewals without a score left out"] == 1
    assert said["identical rows dropped"] == 1


@pytest.mark.parametrize("scores", [("72", "100", "8"), ("72%", "100%", "8%"), ("0.72", "1", "0.08")])
def test_scores_to_100_in_percent_and_to_1_are_the_same(scores, tmp_path):
    rows = "date,score,renewed\n" + "".join(f"2024-0{i + 1}-10,{s},Renewed\n" for i, s in enumerate(scores))
    assert [r.score for r in load_customer(write(tmp_path, rows)).renewals.rows] == pytest.approx([0.72, 1.0, 0.08])


def test_lines_in_the_params_do_as_well(tmp_path):
    lines = [{"date": f"2024-{i + 1:02d}", "renewed": "true" if i > 5 else "false", "score": f"{30 + 5 * i}%", "account": f"Secret {i}"} for i in range(12)]
    account = load_customer(write_params(tmp_path, renewals={"decided": lines, "source": "contract register"}))
    assert (account.renewals.source, sum(r.renewed for r in account.renewals.rows)) == ("contract register", 6)
    assert any("It is not known when the scores were given" in w for w in review_health(account).renewals.warnings)


@pytest.mark.parametrize(("rows", "words"), [
    (HEAD + "A,2024-05-01,2024-01-01,50,perhaps\nB,2024-05-02,2024-01-01,50,no\n", "is neither yes nor no"),
    (HEAD + "A,2024-05-01,2024-01-01,150,yes\nB,2024-05-02,2024-01-01,50,no\n", "is not a score from 0 to 100"),
    (HEAD + "A,2024-05-01,2024-01-01,50,yes\nA,2024-05-01,2024-01-01,50,no\n", "contradict each other"),
    ("account,date,score\nA,2024-05-01,50\nB,2024-05-02,50\n", "has no column `renewed`"), ("account,date,renewed\nA,2024-05-01,yes\nB,2024-05-02,no\n", "has no column `score`"),
])
def test_files_that_cannot_be_are_refused(tmp_path, rows, words):
    assert words in refused(write(tmp_path, rows))


def test_both_and_neither_are_refused(tmp_path):
    assert "needs one of `data` and `decided`" in refused(write_params(tmp_path, renewals={"source": "x"}))
    assert "is not a score from 0 to 100" in refused(write_params(tmp_path, renewals={"decided": [{"date": "2024-01", "renewed": "true", "score": "140"}]}))


def test_the_section_on_the_score_points_to_them(tmp_path):
    health = [{"indicator": f"Survey {i}", "kind": "objective", "value": "50", "green": "55", "red": "48"} for i in range(5)]
    without = plain(str(show(review_health(load_customer(write_params(tmp_path, health=health))), "score").html()))
    assert "no renewals are recorded here" in without
    (tmp_path / "renewals.csv").write_text(many(), encoding="utf-8")
    both = review_health(load_customer(write_params(tmp_path, health=health, renewals={"data": "../renewals.csv"})))
    assert "It would have told who renews" in plain(str(show(both, "score").html()))
