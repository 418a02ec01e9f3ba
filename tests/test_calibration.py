"""The committed calibration table: it meets what was asked of the methods, it is what the code gives today, and wrong methods fail.

Two cells, drawn by the commit, are measured again on other accounts and compared with the table. Each question fails at a chance
below 5 in a million by Fisher's exact test, which never says less than the truth: a right table fails fewer than one commit in
10,000, while a method that is wrong twice as often is caught within a few commits.
"""

from __future__ import annotations

import hashlib
import subprocess
from collections import defaultdict
from functools import lru_cache
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import statsmodels.api as sm

from calibration import write_docs
from valuelab import assets
from valuelab.analysis import calibrated as c
from valuelab.analysis.whitening import trend_and_season
from valuelab.simulation.cells import Rate, chance_of_difference, chance_outside, run_cell
from valuelab.simulation.code_hash import code_hash
from valuelab.simulation.grid import TABLE_SEED, bounds, cells
from valuelab.simulation.table import cell_of, count_of, key_of, rows_of
from valuelab.simulation.trials import Cell, Methods
from valuelab.simulation.worlds import World

ROOT = Path(__file__).resolve().parents[1]
FLAKES = 5e-6  # of one question of one cell; two cells have 16 at most
BY_CHANCE = 1e-4  # of one row, of which there are several hundred: seen once in tens of tables
POOLED_BY_CHANCE = 1e-3
RECHECKED = {"unrelated": 120, "leading": 100, "same month": 100, "slope": 300, "projection": 150, "effect": 20}
TABLE = c.table()
INVENTED = [row for row in TABLE if row.source == "invented"]


def of_cell(cell: Cell) -> dict[tuple[str, int | None], Rate]:
    """What the table says of a cell."""
    key = key_of(rows_of(cell, {("", None): Rate(0, 1, 1)}, seed=0, code="")[0])
    return {(row.question, row.months_known): count_of(row) for row in INVENTED if key_of(row) == key}


def commit() -> str:
    """The commit that is checked out; outside of git the table itself."""
    try:
        done = subprocess.run(["git", "rev-parse", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=True)
        return done.stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return hashlib.sha256((assets.FOLDER / assets.CALIBRATION).read_bytes()).hexdigest()


@lru_cache
def outdated() -> tuple[str, ...]:
    """Trials whose code is not the code that was measured."""
    measured = {(row.trial, row.code) for row in INVENTED}
    return tuple(sorted({trial for trial, code in measured if code != code_hash(trial)}))


def drawn() -> list[Cell]:
    """Two cells for this commit; from what has changed since the table was written, where anything has."""
    rng = np.random.default_rng(int(commit()[:16], 16))
    changed = [cell for cell in cells() if cell.trial in outdated()]
    among = changed or list(cells())
    return [among[i] for i in rng.choice(len(among), min(2, len(among)), replace=False)]


def differences(cell: Cell, methods: Methods, replicates: int, seed: int) -> dict[tuple[str, int | None], float]:
    """For each question the chance that the table's count and a new one differ so much."""
    table = of_cell(cell)
    return {key: chance_of_difference(table[key], rate) for key, rate in run_cell(cell, replicates, seed, methods).items()}


# the table and the code

def test_the_table_has_every_cell_and_no_other():
    there = {cell_of(row).name for row in INVENTED}
    assert there == {cell.name for cell in cells()}, "run `make calibrate`"
    assert {row.seed for row in TABLE} == {TABLE_SEED}
    assert {row.question for row in INVENTED} == set(c.QUESTIONS)
    assert {row.question for row in TABLE if row.source == "real"} >= {c.FALSE_ALARM, c.TOTAL_95, c.NO_EFFECT}


def test_the_table_was_measured_with_this_code():
    """A table that is older than its code is judged by its figures alone (below): measuring takes too long for every commit."""
    if outdated():
        told = f"measured with other code: {', '.join(outdated())}. The cells measured again below are of these. `make calibrate` brings it up to date."
        print(told)
        pytest.xfail(told)


@pytest.mark.parametrize("place", [0, 1])
def test_two_cells_drawn_by_the_commit_come_out_as_in_the_table(place):
    cell = drawn()[place]
    chances = differences(cell, Methods(), RECHECKED[cell.trial], seed=int(commit()[16:24], 16))
    assert chances.keys() == of_cell(cell).keys()
    assert min(chances.values()) >= FLAKES, (cell.name, {key: p for key, p in chances.items() if p < FLAKES})


# what was asked of the methods

def misses(rows: list[c.Row], by_chance: float) -> list[str]:
    """Rows that lie outside of what was asked by more than chance allows."""
    found = []
    for row in rows:
        limits = bounds(row)
        if limits and row.counted and chance_outside(count_of(row), *limits) < by_chance:
            found.append(f"{row.question}: {100 * row.rate:.1f} ± {100 * row.standard_error:.1f} %, asked {limits}: {write_docs.world_of(row)} {key_of(row)}")
    return found


def test_every_cell_meets_what_was_asked():
    assert misses(list(TABLE), BY_CHANCE) == []


def test_cells_together_meet_what_was_asked():
    """A small excess in every cell is within chance in each, but not in all."""
    together = defaultdict(list)
    for row in TABLE:
        if bounds(row):
            together[(row.question, row.source, row.months, row.named, row.lead, row.months_known, row.since, bounds(row))].append(row)
    failed = []
    for (*what, limits), rows in together.items():
        pooled = Rate(sum(r.hits for r in rows), sum(r.counted for r in rows), sum(r.replicates for r in rows))
        if pooled.counted and chance_outside(pooled, *limits) < POOLED_BY_CHANCE:
            failed.append((what, limits, round(pooled.value, 4), pooled.counted))
    assert failed == []


# wrong methods fail both checks

def naive_scan(outcome, indicators, *, expected_lags=None, seed=0):
    """What a spreadsheet does: the highest of the raw correlations over 0 … 12 months against ±1.96 / √n."""
    y = outcome.to_numpy()
    verdicts = []
    for name, x in indicators.items():
        r = max((abs(np.corrcoef(x.to_numpy()[: len(y) - lag], y[lag:])[0, 1]), lag) for lag in range(13))
        verdicts.append(SimpleNamespace(indicator=name, verdict="leads" if r[0] > 1.96 / np.sqrt(len(y)) else "not shown"))
    return SimpleNamespace(verdicts=verdicts)


def newey_west(outcome, indicator, lag: int):
    """Regression on trend, season and the earlier indicator with standard errors that are said to be robust."""
    y, x = np.log(outcome.to_numpy())[lag:], indicator.to_numpy()[: len(outcome) - lag]
    return sm.OLS(y, np.column_stack([trend_and_season(len(outcome), 2)[lag:], x])).fit(cov_type="HAC", cov_kwds={"maxlags": 3})


def newey_west_scan(outcome, indicators, *, expected_lags=None, seed=0):
    """The smallest of its p values over 0 … 6 months against 5 %."""
    p = {name: min(newey_west(outcome, x, lag).pvalues[-1] for lag in range(7)) for name, x in indicators.items()}
    return SimpleNamespace(verdicts=[SimpleNamespace(indicator=name, verdict="leads" if p[name] < 0.05 else "not shown") for name in indicators])


def newey_west_slope(outcome, indicator, *, lag_months, lag_selected=False):
    low, high = newey_west(outcome, indicator, lag_months).conf_int()[-1]
    return SimpleNamespace(slope=SimpleNamespace(low=low, high=high))


@pytest.mark.parametrize(("cell", "methods", "replicates"), [
    (Cell("unrelated", World(36)), Methods(scan=naive_scan), 60),
    (Cell("unrelated", World(36)), Methods(scan=newey_west_scan), 50),
    (Cell("slope", World(24, memory=0.9, indicators=1, lead=3)), Methods(slope=newey_west_slope), 150),
], ids=["highest raw correlation", "smallest Newey–West p", "Newey–West interval"])
def test_wrong_methods_fail_the_same_checks(cell, methods, replicates):
    assert min(differences(cell, methods, replicates, seed=1).values()) < FLAKES
    rows = rows_of(cell, run_cell(cell, replicates, 1, methods), seed=1, code="")
    assert misses(rows, BY_CHANCE) != []


# what quotes it

def test_the_documents_quote_the_table():
    for path in sorted(write_docs.DOCS.glob("*.md")):
        text = path.read_text(encoding="utf-8")
        assert write_docs.filled(text) == text, f"{path.name}: run `python -m calibration.write_docs`"


def test_the_tables_of_the_documents_are_whole():
    for name, table in write_docs.TABLES.items():
        lines = table().splitlines()
        assert len(lines) > 2 and len({line.count("|") for line in lines}) == 1, name
        place = f"<!-- calibration: {name} -->\nold\n<!-- /calibration -->"
        assert write_docs.filled(place) == f"<!-- calibration: {name} -->\n{table()}\n<!-- /calibration -->"
    with pytest.raises(KeyError):
        write_docs.filled("<!-- calibration: nothing -->\n<!-- /calibration -->")


@pytest.mark.parametrize("question", c.QUESTIONS)
def test_every_question_has_an_answer_for_an_ordinary_customer(question):
    found = c.nearest(question, months=40, indicators=3, memory=0.5, season="own")
    assert 0 <= found.low <= found.value <= found.high <= 1 and found.n >= 20
    assert "invented accounts" in found.convention
