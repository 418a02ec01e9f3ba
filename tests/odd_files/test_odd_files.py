"""Each broken or odd file of the corpus gives exactly what is right for it: values with their notes, or one clear message."""

from __future__ import annotations

import pytest

from tests.odd_files.cases import CASES
from tests.odd_files.make import write_all
from tests.odd_files.not_yet import NOT_YET
from valuelab.errors import InputError
from valuelab.inputs import load_customer


def marked(case):
    late = [pytest.mark.xfail(strict=True, reason="the code cannot do it yet")] if case.name in NOT_YET else []
    return pytest.param(case, id=case.name, marks=late)


@pytest.fixture
def load(tmp_path):
    def run(case):
        params = tmp_path / "project" / "params" / "acme.yaml"
        data = tmp_path / "project" / "data" / "acme" / f"{case.name}{case.suffix}"
        params.parent.mkdir(parents=True)
        data.parent.mkdir(parents=True)
        params.write_text(case.params_text(), encoding="utf-8")
        data.write_bytes(case.bytes())
        return load_customer(params, as_of=case.as_of)

    return run


def by_month(series) -> dict[str, float | None]:
    return {str(month): None if value != value else round(value, 9) for month, value in series.items()}


@pytest.mark.parametrize("case", [marked(case) for case in CASES if not case.error])
def test_readable(load, case):
    customer = load(case)
    measure = customer.measure(case.measure)
    assert by_month(measure.series) == pytest.approx(dict(case.months))
    said = [(note.what, note.count) for note in customer.quality]
    left = list(said)
    for what, count in case.notes.items():
        match = next((note for note in left if what in note[0] and note[1] == count), None)
        assert match, (what, count, said)
        left.remove(match)
    assert not left, "notes that the corpus does not expect"
    assert all(note.why and note.where for note in customer.quality)
    if case.answers is not None:
        assert by_month(measure.answers) == dict(case.answers)
    if case.spread is not None:
        assert by_month(measure.spread) == pytest.approx(dict(case.spread))
    partial = measure.partial and (str(measure.partial[0]), measure.partial[1])
    assert partial == case.partial


@pytest.mark.parametrize("case", [marked(case) for case in CASES if case.error])
def test_refused(load, case):
    with pytest.raises(InputError) as caught:
        load(case)
    message = str(caught.value)
    for words in [case.error] if isinstance(case.error, str) else case.error:
        assert words in message
    assert len(caught.value.problems) == case.problems, message
    assert all(problem.fix for problem in caught.value.problems)
    assert len(message) < 1500 * case.problems


def test_the_corpus_is_large_and_each_name_is_there_once():
    names = [case.name for case in CASES]
    assert len(names) == len(set(names)) >= 100
    assert set(names) >= NOT_YET


def test_the_corpus_can_be_written_out(tmp_path):
    assert write_all(tmp_path / "corpus") == len(CASES) == len(list((tmp_path / "corpus").iterdir()))
