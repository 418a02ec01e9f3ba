"""How weak a lead could be and still be seen: power of the scan, from this customer's own noise.

Nothing is simulated here. The band that chance fills comes from the scan; how a link of a given strength scatters around its
own is the distribution of a correlation (Fisher 1915), with as many months as trend, season and memory leave over.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import special

from valuelab.analysis.lag_tests import LEADS, NAMED, PLAIN_SCALE_UP_TO, ROBUST_SCALE_FROM, SHARES, Finding
from valuelab.analysis.pairing import LONGEST_LAG, LONGEST_LAG_EVER, MONTHS_NEEDED, PAIRS_AT_NAMED_LAG
from valuelab.analysis.series import all_positive
from valuelab.analysis.whitening import ROUGH_SEASON, season_harmonics
from valuelab.types import Estimate

POWER = 0.8  # "would be seen": in four of five cases
USUAL_LAG = 3  # months: the lead that power is stated for, where none was named
MOST_MONTHS = 240  # what would take longer than twenty years is not promised
MONTHS_LOST = {2: 5.0, 6: 7.5}  # by harmonics of the season: months' worth that whitening takes, measured in simulations
HURDLE = 0.96  # of a search whose band was not simulated yet: lags resemble each other a little
# measured in simulations (24 to 84 months, memory 0 to 0.8, strength a quarter to seven tenths), by harmonics of the season:
FILTER_LOSS = {2: 3.6, 6: 5.6}  # the filters weaken a correlation by so much of 1 / (months left)
SCATTER, SCATTER_SHORT = 0.65, 9.0  # spread of Fisher's z under a link: SCATTER + SCATTER_SHORT / (months left), over √(months left)
STRENGTHS = np.linspace(0.02, 0.96, 48)


@dataclass(frozen=True, slots=True)
class LinkNoise:
    """How much of an indicator's months the noise leaves for a test.

    Attributes
    ----------
    harmonics
        How rough the outcome's season is: 2 (a smooth year) or 6 (every month its own).
    months_lost
        Months' worth of information that taking out trend, season and memory costs: the correlation of unlinked surprises has a
        standard deviation of 1 / √(pairs − months_lost).
    hurdle
        The statistic that must be exceeded, over the one that independent lags and normal noise would ask for. Below 1 where lags
        or indicators resemble each other.
    """

    harmonics: int
    months_lost: float
    hurdle: float = 1.0

    @classmethod
    def expected(cls, harmonics: int, search: Search) -> LinkNoise:
        """Before there are enough months to measure it, from how rough the outcome's season is."""
        return cls(harmonics, MONTHS_LOST[harmonics], 1.0 if search.named else HURDLE)

    @classmethod
    def measured(cls, finding: Finding, longest: int, harmonics: int, search: Search) -> LinkNoise:
        """From the band that the scan simulated for lags 1 … ``longest``."""
        middle = len(finding.correlation) // 2
        ahead = slice(middle + 1, middle + 1 + longest)
        spread, pairs = finding.null_sd[ahead], finding.pairs[ahead]
        if not (spread > 0).all():
            return cls(harmonics, MONTHS_LOST[harmonics])
        lost = float(np.clip(np.median(pairs - 1 / spread**2), 0.0, 14.0))
        if search.named:
            return cls(harmonics, lost)
        # where noisy months do not coincide the robust scale is the plain one, so the smallest ratio is the bare hurdle
        bare = float((finding.critical[ahead] / spread).min())
        left = float(np.median(pairs)) - lost
        usual = float(_critical(search.level, search.indicators * longest, left)) * np.sqrt(left)
        return cls(harmonics, lost, float(np.clip(bare / usual, 0.8, 1.2)))


@dataclass(frozen=True, slots=True)
class Search:
    """What is asked of the months: over how many indicators (and lags), or of one lag named in advance.

    ``level``: chance of a false lead that this family may have. ``lag_months``: of the lead that power is stated for.
    ``max_lag_months``: no lag beyond it is searched, or None.
    """

    indicators: int
    level: float
    lag_months: int = USUAL_LAG
    named: bool = False
    max_lag_months: int | None = None

    @classmethod
    def of(cls, *, searched: int, named: int, alpha: float, lag_named: int | None = None, max_lag_months: int | None = None) -> Search:
        """As the scan shares alpha over ``searched`` and ``named`` indicators; ``lag_named``: this one's, or None."""
        shares = SHARES["both" if searched and named else "named" if named else "searched"]
        if lag_named is not None:
            return cls(named, alpha * shares[NAMED], max(lag_named, 1), True)
        return cls(searched, alpha * shares[LEADS], min(USUAL_LAG, max_lag_months or USUAL_LAG), False, max_lag_months)

    def tests(self, months: np.ndarray) -> np.ndarray:
        """How many correlations stand beside each other at so many paired months."""
        if self.named:
            return np.full(months.shape, float(self.indicators))
        longest = np.full(months.shape, float(LONGEST_LAG_EVER))
        for below, lag in reversed(LONGEST_LAG):
            longest[months < below] = lag
        return self.indicators * np.minimum(longest, self.max_lag_months or LONGEST_LAG_EVER)

    @property
    def fewest_months(self) -> int:
        """Under so many nothing is tested at all."""
        return max(MONTHS_NEEDED, self.lag_months + PAIRS_AT_NAMED_LAG) if self.named else MONTHS_NEEDED


@dataclass(frozen=True, slots=True)
class Sight:
    """What could have been seen of an indicator, and from when more can be.

    Attributes
    ----------
    search, noise
        What was asked, and of what noise.
    detectable
        The weakest lead (fraction of the outcome's surprise) that would have been called in four of five cases with the months
        there are; None where not even the strongest.
    power_at_half
        Chance that a lead of half the outcome's surprise would have been called with the months there are; None under the
        fewest months that are tested.
    months_for_half, months_for_quarter
        Paired months from which on a lead of half (a quarter) of the outcome's surprise is called in four of five cases; None
        beyond twenty years.
    half_seen_from, quarter_seen_from
        The month in which there will be so many, if none is missed from now on; None where there are already, or beyond twenty years.
    """

    search: Search
    noise: LinkNoise
    detectable: Estimate | None
    power_at_half: Estimate | None
    months_for_half: int | None
    months_for_quarter: int | None
    half_seen_from: pd.Period | None
    quarter_seen_from: pd.Period | None


def roughness(outcome: pd.Series) -> int:
    """Harmonics of the outcome's season; taken as rough while there are too few months to tell."""
    if outcome.notna().sum() < MONTHS_NEEDED:
        return ROUGH_SEASON
    values = outcome.to_numpy()
    return season_harmonics(np.log(values) if all_positive(outcome) else values)


def sight_of(months: int, *, reached: Callable[[int], pd.Period], search: Search, noise: LinkNoise, key: str) -> Sight:
    """What a scan of so many paired months could see; ``reached`` says when there will be so many as it is asked for."""
    ahead = np.arange(search.fewest_months, MOST_MONTHS + 1)
    strengths = np.concatenate([STRENGTHS, np.full(len(ahead), 0.5), np.full(len(ahead), 0.25)])
    chances = power(strengths, np.concatenate([np.full(len(STRENGTHS), months), ahead, ahead]), search=search, noise=noise)
    now, half, quarter = np.split(chances, [len(STRENGTHS), len(STRENGTHS) + len(ahead)])
    weakest = _weakest(now)
    needed = [_first_for_good(ahead, chance) for chance in (half, quarter)]
    seen_from = [None if n is None or n <= months else reached(n) for n in needed]
    at_half = float(np.interp(0.5, STRENGTHS, now))
    about = {"unit": "fraction", "kind": "estimated", "n": months}
    return Sight(
        search, noise,
        None if weakest is None else Estimate(weakest, **about, convention="weakest lead seen in four of five cases", key=f"leads.{key}.detectable"),
        None if months < search.fewest_months else Estimate(at_half, **about, convention="chance to see a lead of half the surprise",
                                                            key=f"leads.{key}.power_at_half"),
        *needed, *seen_from)


def power(strength: float | np.ndarray, months: int | np.ndarray, *, search: Search, noise: LinkNoise) -> np.ndarray:
    """Chance that a lead is called that explains ``strength`` of the outcome's surprises, with so many paired months.

    Parameters
    ----------
    strength, months
        Squared correlation of the surprises, 0 … 1; paired months. Broadcast against each other.
    search, noise
        What is asked, and of what noise.

    Examples
    --------
    >>> alone, among = Search(1, 0.041, named=True), Search(3, 0.033)
    >>> [round(float(power(0.5, 36, search=s, noise=LinkNoise(2, 5.0))), 2) for s in (alone, among)]
    [0.96, 0.61]
    """
    strength, months = np.asarray(strength, float), np.asarray(months)
    left = np.maximum(months - search.lag_months - noise.months_lost, 8.0)
    # a link makes the large surprises of both coincide, which the robust scale reads as noise
    part = np.clip((months - PLAIN_SCALE_UP_TO) / (ROBUST_SCALE_FROM - PLAIN_SCALE_UP_TO), 0, 1)
    critical = noise.hurdle * _critical(search.level, search.tests(months), left) * np.sqrt(1 + 2 * strength * part)
    usual = np.maximum(months - search.lag_months - MONTHS_LOST[noise.harmonics], 8.0)
    expected = np.arctanh(np.sqrt(strength)) * (1 - FILTER_LOSS[noise.harmonics] / usual)
    spread = (SCATTER + SCATTER_SHORT / usual) / np.sqrt(usual)
    chance = special.ndtr((expected - np.arctanh(np.minimum(critical, 0.999))) / spread)
    return np.where(months >= search.fewest_months, chance, 0.0)


def _critical(level: float, tests: float | np.ndarray, left: float | np.ndarray) -> np.ndarray:
    """The |correlation| that the largest of ``tests`` unlinked ones exceeds with chance ``level`` (Šidák)."""
    one_test = -np.expm1(np.log1p(-level) / tests)
    t = _student_quantile(-special.ndtri(one_test / 2), left - 1)
    return t / np.sqrt(left - 1 + t**2)


def _student_quantile(z: np.ndarray, freedom: np.ndarray) -> np.ndarray:
    """Student's quantile where the normal one is ``z`` (Abramowitz & Stegun 26.7.5): to a thousandth from 12 degrees on, and quick."""
    terms = (z**3 + z, (5 * z**5 + 16 * z**3 + 3 * z) / 24, (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 96)
    return z + sum(term / (4 * freedom ** (i + 1)) for i, term in enumerate(terms))


def months_needed(strength: float, *, search: Search, noise: LinkNoise) -> int | None:
    """Paired months from which on such a lead would be called in four of five cases; None beyond twenty years."""
    months = np.arange(search.fewest_months, MOST_MONTHS + 1)
    return _first_for_good(months, power(strength, months, search=search, noise=noise))


def _first_for_good(months: np.ndarray, chances: np.ndarray) -> int | None:
    """Where longer lags join the search the power dips for a few months: from which month on is it enough for good?"""
    short = np.flatnonzero(chances < POWER)
    if not len(short):
        return int(months[0])
    return None if short[-1] == len(months) - 1 else int(months[short[-1] + 1])


def _weakest(chances: np.ndarray) -> float | None:
    return None if chances[-1] < POWER else float(np.interp(POWER, chances, STRENGTHS))
