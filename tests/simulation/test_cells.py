"""Cells: reproducible alone, counted rightly, compared honestly; the table as a file; the hash of the code."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats
from statsmodels.stats.proportion import binom_test

from valuelab.analysis import calibrated as c
from valuelab.simulation import code_hash as h
from valuelab.simulation.cells import Rate, chance_of_difference, chance_outside, rates, run_cell, seed_sequence
from valuelab.simulation.grid import REPLICATES, bounds, cells, cost
from valuelab.simulation.table import cell_of, count_of, key_of, read_rows, rows_of, write_rows
from valuelab.simulation.trials import TRIALS, Cell
from valuelab.simulation.worlds import INDICATORS, NOISES, SEASONS, World

SLOPE = Cell("slope", World(36, indicators=1, lead=3))


def test_a_cell_is_the_same_alone_and_in_any_order():
    other = Cell("slope", World(24, indicators=1, lead=3))
    first = [run_cell(SLOPE, 8, seed=1), run_cell(other, 8, seed=1)]
    second = [run_cell(other, 8, seed=1), run_cell(SLOPE, 8, seed=1)]
    assert first == second[::-1]


def test_seeds_differ_by_table_cell_and_account_and_by_nothing_else():
    state = {tuple(seed_sequence(s, name, k).generate_state(4)) for s in (1, 2) for name in ("a", "b") for k in (0, 1)}
    assert len(state) == 8
    assert (seed_sequence(1, "a", 0).generate_state(4) == seed_sequence(1, "a", 0).generate_state(4)).all()


def test_questions_that_do_not_arise_are_not_counted():
    said = [{("q", None): True}, {("q", None): None}, {("q", None): np.bool_(False)}]
    assert rates(said.__getitem__, range(3)) == {("q", None): Rate(1, 2, 3)}


def test_a_rate_is_never_certain():
    assert Rate(0, 50, 50).standard_error > 0 and Rate(0, 0, 50).value == 0
    assert Rate(20, 400, 400).standard_error == pytest.approx(np.sqrt(0.05 * 0.95 / 400), rel=0.05)


def test_a_difference_is_judged_exactly():
    assert chance_of_difference(Rate(15, 300, 300), Rate(8, 150, 150)) > 0.5
    assert chance_of_difference(Rate(15, 300, 300), Rate(60, 150, 150)) < 1e-10
    assert chance_of_difference(Rate(0, 0, 10), Rate(5, 10, 10)) == 1.0
    rng = np.random.default_rng(1)
    pairs, often = np.unique(rng.binomial([[300], [150]], 0.05, (2, 5000)).T, axis=0, return_counts=True)
    seldom = [chance_of_difference(Rate(int(a), 300, 300), Rate(int(b), 150, 150)) < 0.01 for a, b in pairs]
    assert often @ seldom / 5000 <= 0.011, "it may not fail more often than it says"


def test_bounds_are_judged_exactly():
    rate = Rate(33, 300, 300)
    assert chance_outside(rate, 0.0, 0.065) == pytest.approx(binom_test(33, 300, 0.065, alternative="larger"))
    assert chance_outside(Rate(270, 300, 300), 0.93, 0.97) == pytest.approx(stats.binom.cdf(270, 300, 0.93))
    assert chance_outside(Rate(285, 300, 300), 0.93, 0.97) == 1.0


# what the table has

def test_every_cell_has_a_trial_a_world_that_can_be_drawn_and_a_name_of_its_own():
    everything = cells()
    assert len({cell.name for cell in everything}) == len(everything)
    for cell in everything:
        w = cell.world
        assert cell.trial in TRIALS and cell.trial in REPLICATES and cell.trial in h.ENTRY
        assert w.noise in NOISES and w.season in SEASONS and w.kind in INDICATORS
        assert cost(cell) > 0


def test_the_table_fits_into_its_time():
    assert sum(cost(cell) * REPLICATES[cell.trial] for cell in cells()) / 2 <= 25 * 60


def test_a_row_gives_back_its_cell_and_its_counts(tmp_path):
    counted = {(c.TOTAL_95, 3): Rate(19, 20, 20), (c.TOTAL_80, 3): Rate(0, 0, 20)}
    rows = [row for cell in cells() for row in rows_of(cell, counted, seed=5, code="abc")]
    write_rows(rows, tmp_path / "table.csv")
    again = read_rows(tmp_path / "table.csv")
    assert again == rows and not list(tmp_path.glob("*.new"))
    assert [cell_of(row).name for row in again[::2]] == [cell.name for cell in cells()]
    assert {count_of(row) for row in again} == set(counted.values())
    assert len({key_of(row) for row in again}) == len(cells())
    assert read_rows(tmp_path / "nothing.csv") == []


@pytest.mark.parametrize("trial", TRIALS)
def test_a_trial_answers_its_questions_with_yes_no_or_none(trial):
    cell = next(cell for cell in cells() if cell.trial == trial)
    counted = run_cell(cell, 2, seed=3)
    assert {question for question, _ in counted} <= set(c.QUESTIONS)
    for rate in counted.values():
        assert 0 <= rate.hits <= rate.counted <= rate.replicates == 2
    for row in rows_of(cell, counted, seed=3, code=""):
        limits = bounds(row)
        assert limits is None or 0 <= limits[0] < limits[1] <= 1


# which code

def test_the_hash_covers_what_a_question_runs_through_and_not_the_reader_of_the_table():
    scan = h.modules_behind("valuelab.analysis.leads")
    assert {"valuelab.analysis.leads", "valuelab.analysis.lag_tests", "valuelab.analysis.whitening"} <= scan
    assert "valuelab.analysis.calibrated" not in scan and "valuelab.analysis.projection" not in scan
    assert h.code_hash("slope") != h.code_hash("unrelated") and len(h.code_hash("slope")) == 12


def test_the_hash_changes_with_the_code_and_not_with_its_comments(tmp_path):
    plain = 'def f(x):\n    """One."""\n    return x + 1\n'
    assert h.meaning(plain) == h.meaning('def f(x):\n    """Two."""\n\n    return x + 1  # more\n')
    assert h.meaning(plain) != h.meaning(plain.replace("+ 1", "+ 2"))
    script = tmp_path / "script.py"
    script.write_text(plain)
    first = h.code_hash("slope", (script,))
    script.write_text(plain.replace("+ 1", "+ 2"))
    assert h.code_hash("slope", (script,)) != first
