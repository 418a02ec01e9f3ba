"""The arithmetic of the scan for leading indicators: correlations of surprises at every lag, and what chance alone gives.

The outcome's surprises are correlated with each indicator's at lags −H … H. What chance gives is simulated: the
outcome's noise is invented a few hundred times and sent through the same steps, while the indicators stay as they are.
So a memory, a season or a coincidence of quiet and noisy months that the indicators have is in the null as well.

How alpha is shared over all verdicts: ``SHARES``, by whether lags are searched, all named in advance, or some of both.
A named lag is one test, and what the analyst came for, so it gets most. Once every named lag is shown, its share passes on
to the search (fallback procedure, Wiens 2003). What is missing to 1 is a margin, set on real series that cannot be related.
Inside a family the indicators step down by the largest statistic (Westfall & Young 1993; Romano & Wolf 2005).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import special

from valuelab.analysis.burg import TINY
from valuelab.analysis.short_series import ShortFit
from valuelab.analysis.surprises import LongFit, fit_beside, fit_surprises
from valuelab.analysis.whitening import MONTHS

LEADS, TOGETHER, LAGS, NAMED = "leads", "moves together", "lags", "named"
SHARES = {
    "searched": {NAMED: 0.0, LEADS: 0.58, TOGETHER: 0.12, LAGS: 0.10},
    "named": {NAMED: 0.74, LEADS: 0.0, TOGETHER: 0.04, LAGS: 0.02},
    "both": {NAMED: 0.42, LEADS: 0.20, TOGETHER: 0.10, LAGS: 0.08},
}
DRAWS = 399
ECHO = 0.1  # a lead beside a link in the same month counts from a tenth of what that month explains
COPY = 0.99  # squared correlation in the same month from which nothing is left for an earlier month to add
PLAIN_SCALE_UP_TO, ROBUST_SCALE_FROM = 24, 96


@dataclass(frozen=True, slots=True, eq=False)
class Lags:
    """Statistics of every indicator (rows) at every lag −H … H (columns); 0 where a lag is not tested.

    ``correlation``: of the surprises. ``null_sd``: its standard deviation by chance. ``pairs``: months behind it.
    ``observed`` and ``simulated`` ((draws, …)): what is tested, the absolute correlation on the robust scale in units of its
    standard deviation by chance. ``robust``: the robust scale over the plain one, so that ``correlation`` is
    ± ``observed`` × ``null_sd`` × ``robust``.
    """

    lags: np.ndarray
    correlation: np.ndarray
    null_sd: np.ndarray
    robust: np.ndarray
    pairs: np.ndarray
    observed: np.ndarray
    simulated: np.ndarray


@dataclass(frozen=True, slots=True)
class Finding:
    """One indicator's verdict. ``critical``: for each lag the |correlation| above which something is called."""

    verdict: str
    lag: int | None
    p_value: float
    correlation: np.ndarray
    null_sd: np.ndarray
    pairs: np.ndarray
    critical: np.ndarray


def shifted(rows: np.ndarray, longest: int) -> np.ndarray:
    """(months, rows · (2·longest + 1)): for each row, lag by lag −longest … longest, the values of ``lag`` months before; 0 beyond the ends."""
    count, months = rows.shape
    padded = np.zeros((count, months + 2 * longest))
    padded[:, longest : longest + months] = rows
    windows = np.lib.stride_tricks.sliding_window_view(padded, months, axis=1)[:, ::-1]
    return windows.reshape(-1, months).T


def scales(outcomes: np.ndarray, shifted_indicators: np.ndarray, available: np.ndarray,
           months: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(plain, robust) standard deviations of the sums of products, both (outcomes, columns).

    The plain one makes a correlation. The robust one keeps noisy months that happen to coincide from looking like a link: it is
    plain at 24 months and phased to the larger of plain and White's (heteroscedasticity-robust) by 96, as White's is too rough
    when short. ``available``: 1 where a shifted indicator is known; ``months``: of each column's indicator.
    """
    squares = outcomes**2
    plain = robust = (squares @ available) * (shifted_indicators**2).sum(axis=0)
    part = np.clip((months - PLAIN_SCALE_UP_TO) / (ROBUST_SCALE_FROM - PLAIN_SCALE_UP_TO), 0, 1)
    if part.any():
        white = months * (squares @ shifted_indicators**2)
        robust = plain + part * np.maximum(white - plain, 0)
    return np.sqrt(plain + TINY), np.sqrt(robust + TINY)


@dataclass(frozen=True, slots=True, eq=False)
class ChanceMaxima:
    """The largest of ``tests`` statistics by chance, from simulated maxima: p of a statistic, and the statistic of a p.

    A few hundred draws say nothing about p below 1 / draws. Each maximum is first read as a Šidák p of independent normal
    tests, which makes the tail nearly straight; a Pareto law fitted to its lowest fifth carries it further out.
    ``maxima``: in order; ``share``: of them in the tail; ``begin``, ``exponent``: where the tail begins (a Šidák p), and its law.
    """

    maxima: np.ndarray
    tests: int
    share: float
    begin: float
    exponent: float

    @classmethod
    def of(cls, maxima: np.ndarray, tests: int) -> ChanceMaxima:
        ordered = np.sort(maxima)
        count = max(len(ordered) // 5, 10)
        tail = _sidak(ordered[-count - 1 :], tests)
        exponent = count / max(np.log(tail[0] / np.maximum(tail[1:], TINY)).sum(), TINY)
        return cls(ordered, tests, count / len(ordered), float(tail[0]), min(max(float(exponent), 0.4), 2.5))

    def p_value(self, statistic: float) -> float:
        nominal = float(_sidak(statistic, self.tests))
        if nominal < self.begin:
            return self.share * (nominal / self.begin) ** self.exponent
        return float((1 + len(self.maxima) - np.searchsorted(self.maxima, statistic, side="left")) / (len(self.maxima) + 1))

    def critical(self, p: float) -> float:
        """The statistic whose p is ``p`` (for p inside the tail, a fifth)."""
        nominal = self.begin * (p / self.share) ** (1 / self.exponent)
        one_test = -np.expm1(np.log1p(-min(nominal, 0.999)) / self.tests)
        return float(-special.ndtri(one_test / 2))


def _sidak(statistics: np.ndarray | float, tests: int) -> np.ndarray:
    one_test = np.minimum(2 * special.ndtr(-statistics), 1 - 1e-12)
    return -np.expm1(tests * np.log1p(-one_test))


def step_down(observed: np.ndarray, simulated: np.ndarray, tests: np.ndarray, level: float) -> tuple[np.ndarray, np.ndarray]:
    """Adjusted p of each indicator in one family, and the statistic it had to exceed at ``level``.

    ``observed`` (indicators,) and ``simulated`` (draws, indicators) are maxima over each indicator's ``tests`` lags. The
    strongest is judged against the maximum over all; what is left, against the maximum over what is left; after the first
    failure nothing is called.
    """
    p_values, critical = np.ones(len(observed)), np.zeros(len(observed))
    left = list(np.argsort(-observed, kind="stable"))
    worst, hurdle = 0.0, 0.0
    while left:
        chance = ChanceMaxima.of(simulated[:, left].max(axis=1), int(tests[left].sum()))
        strongest = left.pop(0)
        failed = worst > level
        worst = max(worst, chance.p_value(float(observed[strongest])))
        p_values[strongest] = worst
        hurdle = hurdle if failed else chance.critical(level)
        critical[strongest] = hurdle
    return p_values, critical


def judge(outcome: np.ndarray, indicators: Sequence[np.ndarray], *, longest: Sequence[int], named: Sequence[int | None],
          alpha: float, seed: int, draws: int = DRAWS) -> list[Finding]:
    """Verdicts for several indicators of one outcome.

    Parameters
    ----------
    outcome
        (months,), no gaps.
    indicators
        Each (months,), known on one stretch without gaps, NaN before and after it.
    longest
        For each indicator the longest lag to be tested.
    named
        For each indicator the lag that was named in advance, or None where lags are searched.
    alpha, seed, draws
        Chance of any wrong verdict; seed and number of simulated outcomes.
    """
    months, count = len(outcome), len(indicators)
    reach = max(*longest, *(lag or 0 for lag in named), 1)
    places = [np.isfinite(values) for values in indicators]
    own, *fits = fit_surprises([outcome, *(values[place] for values, place in zip(indicators, places, strict=True))])
    surprises = np.full((count, months), np.nan)
    for j, place in enumerate(places):
        surprises[j, place] = fits[j].surprise
    seeds = np.random.SeedSequence([seed, months]).spawn(count)
    table = _table(own, surprises, reach, np.random.default_rng([seed, months]), draws)

    tested = np.zeros((count, len(table.lags)), bool)
    for j, lag in enumerate(longest):
        tested[j] = np.abs(table.lags) <= lag
    is_named = np.array([lag is not None for lag in named])
    families = {
        NAMED: np.array([table.lags == (-reach - 1 if lag is None else lag) for lag in named]),
        LEADS: tested & (table.lags > 0) & ~is_named[:, None],
        TOGETHER: tested & (table.lags == 0) & np.array([lag != 0 for lag in named])[:, None],
        LAGS: tested & (table.lags < 0),
    }
    adjusted, critical, shares = _family_results(table, families, is_named, alpha)
    findings = []
    for j in range(count):
        best = {f: int(np.where(member[j], table.observed[j], -1).argmax()) for f, member in families.items()}
        shown = [f for f in families if adjusted[f][j] <= alpha]
        verdict, lag, p = "not shown", None, min(adjusted[f][j] for f in families)
        if shown:
            family = max(shown, key=lambda f: table.observed[j, best[f]])
            lag, p = int(table.lags[best[family]]), adjusted[family][j]
            verdict = family if family != NAMED else LEADS if lag else TOGETHER
            if family == TOGETHER:
                lead = NAMED if is_named[j] else LEADS
                beside = fit_beside(own.values[places[j]], fits[j].values)
                rng = np.random.default_rng(seeds[j])
                added = _adds_to_present(beside, surprises[j, places[j]], table, j, families[lead][j], rng, draws)
                if added is not None and added[0] <= alpha * shares[lead]:
                    verdict, lag, p = LEADS, added[1], added[0] / shares[lead]
        hurdle = np.where(tested[j] | families[NAMED][j], critical[j] * table.null_sd[j] * table.robust[j], np.nan)
        findings.append(Finding(verdict, lag, float(min(p, 1.0)), table.correlation[j], table.null_sd[j], table.pairs[j], hurdle))
    return findings


def _table(outcome: ShortFit | LongFit, surprises: np.ndarray, reach: int, rng: np.random.Generator, draws: int) -> Lags:
    """Correlations of the outcome's surprises, as observed and as invented without any link."""
    rows = np.vstack([outcome.surprise, outcome.invented(draws, rng)])
    known = np.isfinite(surprises)
    lags = np.arange(-reach, reach + 1)
    columns = shifted(np.nan_to_num(surprises), reach)
    available = shifted(known.astype(float), reach)
    months = np.repeat(known.sum(axis=1), len(lags))
    together = rows @ columns
    plain, robust = scales(rows, columns, available, months)
    same_calendar = np.tile(lags % MONTHS == 0, len(surprises))
    rows, columns = _without_calendar(rows, columns[:, same_calendar], available[:, same_calendar])
    together[:, same_calendar] = rows @ columns
    plain[:, same_calendar], robust[:, same_calendar] = scales(rows, columns, available[:, same_calendar], months[same_calendar])
    shape = (len(surprises), len(lags))
    tested = (together / robust).reshape(-1, *shape)
    null_sd = np.sqrt(np.einsum("dil,dil->il", tested[1:], tested[1:]) / draws)
    size = np.abs(tested) / np.where(null_sd > 0, null_sd, np.inf)
    wider = (robust[0] / plain[0]).reshape(shape)
    pairs = available.sum(axis=0).reshape(shape).astype(int)
    return Lags(lags, tested[0] * wider, null_sd, wider, pairs, size[0], size[1:])


def _without_calendar(rows: np.ndarray, columns: np.ndarray, available: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Both without what is usual in each calendar month.

    At lags of 0 and 12 months two calendars lie on each other, and what is left of one that both share would pass as a link.
    """
    calendar = np.eye(MONTHS)[np.arange(rows.shape[1]) % MONTHS]
    usual = calendar.T @ columns / np.maximum(calendar.T @ available, 1)
    return rows - (rows @ (calendar / calendar.sum(axis=0).clip(1))) @ calendar.T, (columns - calendar @ usual) * available


def _family_results(table: Lags, families: dict[str, np.ndarray], is_named: np.ndarray,
                    alpha: float) -> tuple[dict[str, np.ndarray], np.ndarray, dict[str, float]]:
    """Adjusted p (family → indicators), critical statistics (indicators, lags), and the share of alpha of each family."""
    mixed = is_named.any() and not is_named.all()
    shares = SHARES["both" if mixed else "named" if is_named.any() else "searched"]
    adjusted = {family: np.ones(len(is_named)) for family in families}
    critical = np.full(table.observed.shape, np.nan)
    for family, members in families.items():
        who = np.flatnonzero(members.any(axis=1))
        if family == LEADS and mixed and (adjusted[NAMED][is_named] <= alpha).all():
            shares = shares | {LEADS: shares[LEADS] + shares[NAMED]}  # the named lags' share has done its work and passes on
        if len(who):
            inside = members[who]
            strongest = np.where(inside, table.observed[who], 0).max(axis=1)
            by_chance = np.where(inside, table.simulated[:, who], 0).max(axis=2)
            p, hurdle = step_down(strongest, by_chance, inside.sum(axis=1), alpha * shares[family])
            adjusted[family][who] = np.minimum(p / shares[family], 1)
            critical[who] = np.where(inside, hurdle[:, None], critical[who])
    if is_named.any():  # the profile of a named indicator: what a search over its other lags would have had to exceed
        _fill_untested(table, critical, is_named, alpha * SHARES["searched"][LEADS])
    return adjusted, critical, shares


def _fill_untested(table: Lags, critical: np.ndarray, is_named: np.ndarray, level: float) -> None:
    ahead = table.lags > 0
    for j in np.flatnonzero(is_named):
        chance = ChanceMaxima.of(table.simulated[:, j, ahead].max(axis=1), int(ahead.sum())).critical(level)
        critical[j] = np.where(np.isnan(critical[j]), chance, critical[j])


def _adds_to_present(beside: ShortFit | LongFit, surprise: np.ndarray, table: Lags, row: int, ahead: np.ndarray,
                     rng: np.random.Generator, draws: int) -> tuple[float, int] | None:
    """(p, lag) of the earlier month that adds most to what the same month tells, or None where it adds next to nothing.

    What moves in the same month leaves an echo at the lags beside it. So the indicator's present joins the regression of
    the outcome, and only what an earlier month tells beyond that counts.
    """
    present = table.correlation[row, table.lags == 0][0]
    if not ahead.any() or present**2 > COPY:
        return None
    alone = _table(beside, surprise[None], int(table.lags[-1]), rng, draws)
    best = int(np.where(ahead, alone.observed[0], -1).argmax())
    chance = ChanceMaxima.of(np.where(ahead, alone.simulated[:, 0], 0).max(axis=1), int(ahead.sum()))
    added = alone.correlation[0, best] ** 2 * (1 - present**2)
    if added < ECHO * present**2:
        return None
    return chance.p_value(float(alone.observed[0, best])), int(alone.lags[best])
