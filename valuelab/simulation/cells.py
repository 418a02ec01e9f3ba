"""A cell of the calibration table: many accounts of one kind, and how often each question was answered with yes.

Every cell is reproducible alone: its seeds are made from the table's seed, its own name and the number of the account, so that
neither the order of cells nor what else is in the table matters.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
from scipy import special, stats

from valuelab.simulation.trials import OURS, TRIALS, Answers, Cell, Methods


@dataclass(frozen=True, slots=True)
class Rate:
    """``hits`` of ``counted`` accounts in which the question arose, of ``replicates`` that were tried."""

    hits: int
    counted: int
    replicates: int

    @property
    def value(self) -> float:
        """The fraction; 0 where the question never arose."""
        return self.hits / self.counted if self.counted else 0.0

    @property
    def standard_error(self) -> float:
        """Of the fraction, with one hit and one miss added: never 0, as no finite number of accounts makes certain."""
        smoothed = (self.hits + 1) / (self.counted + 2)
        return float(np.sqrt(smoothed * (1 - smoothed) / max(self.counted, 1)))


def seed_sequence(seed: int, name: str, account: int) -> np.random.SeedSequence:
    """The seeds of one account of the cell of this name.

    Examples
    --------
    >>> int(seed_sequence(1, "a cell", 0).generate_state(1)[0]) == int(seed_sequence(1, "a cell", 0).generate_state(1)[0])
    True
    """
    words = np.frombuffer(hashlib.sha256(name.encode()).digest(), np.uint32)
    return np.random.SeedSequence([seed, *words.tolist()], spawn_key=(account,))


def run_cell(cell: Cell, replicates: int, seed: int, methods: Methods = OURS) -> dict[tuple[str, int | None], Rate]:
    """Rates of every question of a cell: (question, months of the year known) → Rate.

    Parameters
    ----------
    cell
        What is tried, in which world.
    replicates
        Accounts to invent.
    seed
        Of the table. Same cell, same seed: same accounts, and the first of them are the same for any number.
    methods
        What is put to the test.

    Examples
    --------
    >>> from valuelab.simulation.worlds import World
    >>> cell = Cell("slope", World(36, lead=3))
    >>> [(question, rate.counted) for (question, _), rate in run_cell(cell, 5, seed=1).items()]
    [('interval of the slope holds the truth', 5)]
    """
    trial = TRIALS[cell.trial]
    return rates(lambda k: trial(cell, np.random.default_rng(seed_sequence(seed, cell.name, k)), k, methods), range(replicates))


def rates(answer: Callable[[int], Answers], accounts: Iterable[int]) -> dict[tuple[str, int | None], Rate]:
    """Counts the answers of many accounts."""
    counts: dict[tuple[str, int | None], list[int]] = {}
    tried = 0
    for account in accounts:
        tried += 1
        for key, said in answer(account).items():
            count = counts.setdefault(key, [0, 0])
            count[0] += said is True or (said is not None and bool(said))
            count[1] += said is not None
    return {key: Rate(hits, counted, tried) for key, (hits, counted) in counts.items()}


def chance_of_difference(first: Rate, second: Rate) -> float:
    """How often two counts of the same truth differ at least so much: Fisher's exact test, two-sided.

    It never says less than the truth, also for few counts and rates near 0, where a number of standard errors does.
    """
    table = [[first.hits, first.counted - first.hits], [second.hits, second.counted - second.hits]]
    return float(stats.fisher_exact(table).pvalue) if first.counted and second.counted else 1.0


def chance_outside(rate: Rate, low: float, high: float) -> float:
    """How often a rate that lies in low … high would come out at least so far from it, one-sided, exactly (binomial)."""
    below = float(special.bdtr(rate.hits, rate.counted, low)) if rate.value < low else 1.0
    above = float(special.bdtrc(rate.hits - 1, rate.counted, high)) if rate.value > high else 1.0
    return min(below, above)
