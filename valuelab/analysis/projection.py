"""Where a series lands if nothing changes: possible futures, period totals and their intervals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd

from valuelab.analysis.covariance_models import MOST_PERIODS
from valuelab.analysis.futures import draw_unknown
from valuelab.analysis.records import projection_record
from valuelab.analysis.series import (
    add_up,
    all_positive,
    as_series,
    check_level,
    how_it_adds,
    missing_periods,
    name_and_unit,
    one_period,
    period_word,
    season_length,
    span,
)
from valuelab.errors import AnalysisError
from valuelab.formatting import format_fraction, format_number
from valuelab.provenance import Derivation, span_of
from valuelab.types import CannotSay, Estimate, Measure, Result, TotalBy

FEWEST_PERIODS = {12: 13, 4: 9, 52: 13}  # known periods, below which nothing is projected
LONGEST_YEARS = 10
FEWEST_DRAWS = 200

Periods = str | pd.Period | pd.PeriodIndex | Sequence[str | pd.Period]


@dataclass(frozen=True, slots=True, eq=False)
class Projection(Result):
    """Possible futures of one series, from ``project``.

    ``history``: the periods from the first known one to the last (NaN = unknown). ``path``: PeriodIndex of the projected
    periods (those after the last known one, up to ``through``; empty where that is already known), columns value (median)
    low_80 high_80 low_95 high_95, in ``unit`` per period. ``months_used``: known periods that the projection rests on.
    ``set_aside``: gross outliers that were treated as unknown in the fit; they still count in totals, because they
    happened. ``paths``: (draws, periods) array, columns as ``path``'s index. ``gaps``: unknown periods inside the history,
    with draws ``gap_paths``, rows as in ``paths``. ``record``: how often 95 % intervals of a next year's total held it, in accounts
    and in series of about this many months (months only; () where that was not measured).
    """

    LEAVE_OUT: ClassVar[tuple[str, ...]] = ("paths", "gap_paths")  # to_dict has the results, not the draws
    name: str
    unit: str
    total_by: TotalBy
    history: pd.Series
    path: pd.DataFrame
    paths: np.ndarray
    months_used: int
    level: float
    set_aside: tuple[pd.Period, ...] = ()
    warnings: tuple[str, ...] = ()
    status: str = "ok"
    gaps: tuple[pd.Period, ...] = ()
    gap_paths: np.ndarray | None = None
    record: tuple[Estimate, ...] = ()

    def to_frame(self) -> pd.DataFrame:
        """The path, one row a projected period."""
        return self.path.copy()

    def total(self, periods: Periods, *, level: float | None = None) -> Estimate:
        """What the periods come to (sum, mean or last, as the measure adds up), known ones kept as they are.

        Parameters
        ----------
        periods
            ``"2025-04..2026-03"``, ``"2025-04"``, a Period, a PeriodIndex or a pair (start, end).
        level
            Of the interval; the projection's own where not given.

        Returns
        -------
        Estimate
            The median of the draws with its interval, kind estimated; bare and kind actual where every period that
            matters is known. Without a key: whoever publishes it gives it one (``Estimate.keyed``).

        Raises
        ------
        AnalysisError
            Periods before the history or after ``through``.
        """
        index = self._inside(periods)
        convention = _convention(self.total_by, index)
        values = self.draws(index)
        n = int(self.history.reindex(index).notna().sum())
        known = span_of(self.history, known_as=self.name)
        if not self._open(index):
            counted = index[-1:] if self.total_by == "last" else index
            spans = (span_of(self.history.reindex(counted), known_as=self.name),)
            return Estimate(float(values[0]), n=n, unit=self.unit, kind="actual", convention=convention,
                            derivation=Derivation(f"{self.total_by} of {self.name}", spans=spans))
        method = (f"The middle of {format_number(len(values))} possible futures of {self.name}, known periods kept; the interval holds "
                  f"{format_fraction(self.level if level is None else level)} of them")
        level = self.level if level is None else check_level(level)
        low, middle, high = np.quantile(values, [(1 - level) / 2, 0.5, (1 + level) / 2])
        return Estimate(float(middle), float(low), float(high), level=level, n=n, unit=self.unit, kind="estimated",
                        convention=convention, derivation=Derivation(spans=(known,), method=method, record=tuple(r.key for r in self.record)))

    def probability(self, periods: Periods, *, at_least: float | None = None, at_most: float | None = None) -> float:
        """The chance that the total over the periods is at least, or at most, so much, if nothing changes.

        Exactly 0 or 1 only where every period is known: a finite sample of futures is no proof.
        """
        if (at_least is None) == (at_most is None):
            raise AnalysisError(f"at_least={at_least}, at_most={at_most}: give exactly one of them")
        index = self._inside(periods)
        values = self.draws(index)
        reached = values >= at_least if at_least is not None else values <= at_most
        if not self._open(index):
            return float(reached[0])
        return float((reached.sum() + 0.5) / (len(values) + 1))

    def draws(self, periods: Periods, size: int | None = None) -> np.ndarray:
        """(size,) draws of the total over the periods; all there are where ``size`` is not given.

        The i-th draws of several spans belong to the same future, so they may be added up.
        """
        available = len(self.paths)
        size = available if size is None else size
        if not 1 <= size <= available:
            raise AnalysisError(f"size={size}: between 1 and the {available} draws of this projection")
        index = self._inside(periods)
        values = np.tile(self.history.reindex(index).to_numpy(float), (size, 1))
        for where, paths in ((pd.PeriodIndex(self.gaps, freq=index.freq), self.gap_paths), (self.path.index, self.paths)):
            at = index.get_indexer(where) if len(where) else np.array([], int)
            if (at >= 0).any():
                values[:, at[at >= 0]] = paths[:size, at >= 0]
        return add_up(values, self.total_by)

    def _inside(self, periods: Periods) -> pd.PeriodIndex:
        index = span(periods, self.history.index)
        end = self.path.index[-1] if len(self.path) else self.history.index[-1]
        if index[0] < self.history.index[0]:
            raise AnalysisError(f"periods={periods!r}: the known data begin in {self.history.index[0]}")
        if index[-1] > end:
            raise AnalysisError(f"periods={periods!r}: this projection ends in {end}; project through {index[-1]}")
        return index

    def _open(self, index: pd.PeriodIndex) -> bool:
        """True where a period that matters for the total is not known."""
        needed = index[-1:] if self.total_by == "last" else index
        return bool(self.history.reindex(needed).isna().any())


def project(outcome: Measure | pd.Series, *, through: str | pd.Period, total_by: TotalBy | None = None, level: float = 0.95,
            seed: int = 0, draws: int = 4000, controls: pd.DataFrame | None = None) -> Projection | CannotSay:
    """Where the series lands if nothing changes, with the uncertainty that its own history shows.

    Not for a series that is known to change (a price rise that is already decided), nor for saying *why* it moves.
    "Nothing changes" means that level, growth and season go on behaving as they did.

    Parameters
    ----------
    outcome
        Weeks, months or quarters. Unknown periods are drawn, too: totals over them carry their uncertainty.
    through
        The last period to project, ``"2026-03"`` or a Period. Not after ten years; a known period gives an empty path.
    total_by
        How periods add up; the Measure's own where not given, "sum" for a Series.
    level
        Of the intervals of ``total``, as a fraction.
    seed, draws
        The same seed gives the same numbers.
    controls
        Other series, one a column, on a PeriodIndex that covers everything from the first known period through
        ``through`` without unknown values. They narrow the intervals where they have moved with this series so far;
        they must not be touched by what the projection is compared with.

    Returns
    -------
    Projection or CannotSay
        CannotSay with fewer than 13 known months or weeks, or 9 quarters.

    Raises
    ------
    AnalysisError
        Wrong kind of series, period, level or number of draws; controls with holes or another frequency.

    Notes
    -----
    An average of small Gaussian covariance models (level, growth, slope, season, noise), on the log and on the level
    scale (the level scale alone where a value is zero or below), weighted by prior and restricted likelihood; see
    ``futures``. The interval's scale follows recent one-step errors. Related: Harvey (1989), Forecasting,
    Structural Time Series Models and the Kalman Filter, chapters 2 and 4; Hoeting et al. (1999), Bayesian Model Averaging,
    Statistical Science 14.

    Examples
    --------
    >>> months = pd.period_range("2022-04", "2025-03", freq="M")
    >>> clients = pd.Series(1800 + 150 * np.cos(2 * np.pi * (months.month - 1) / 12), months)
    >>> result = project(clients + [10, -20, 15, -5] * 9, through="2026-03")
    >>> total = result.total("2025-04..2026-03")
    >>> total.kind, total.low < 21_600 < total.high
    ('estimated', True)
    >>> result.total("2024-04..2025-03").kind
    'actual'
    """
    series = as_series(outcome)
    name, unit = name_and_unit(outcome)
    total_by = how_it_adds(outcome, total_by)
    check_level(level)
    if draws < FEWEST_DRAWS:
        raise AnalysisError(f"draws={draws}: at least {FEWEST_DRAWS} are needed for an interval")
    word = period_word(series.index)
    end = one_period(through, series.index, name="through")
    season = season_length(series.index)
    fewest = FEWEST_PERIODS[season]
    known = int(series.notna().sum())
    if known < fewest:
        from_when = f" Ask again when {series.index[-1] + fewest - known} is known." if known else ""
        return CannotSay(
            f"{name} has {known} known {word}{'s' if known != 1 else ''}; a projection needs at least {fewest}",
            f"Add earlier {word}s to the data, if there are any.{from_when}",
        )
    if series.max() == series.min():
        return CannotSay(f"every known {word} of {name} has the same value, so nothing shows how far it may move",
                         "Check the data: a measure that never moves is often a default or a total that was repeated.")
    last = series.index[-1]
    ahead = max(0, (end - last).n)
    if ahead > LONGEST_YEARS * season:
        raise AnalysisError(f"through={end}: more than {LONGEST_YEARS} years after {last}, the last known {word}")

    recent = series.iloc[-MOST_PERIODS[season]:]
    recent = recent[recent.first_valid_index():]
    gaps = missing_periods(series)
    old_gaps = tuple(p for p in gaps if p < recent.index[0])
    used_gaps = missing_periods(recent)
    values = np.append(recent.to_numpy(), np.full(ahead, np.nan))
    columns = None if controls is None else _control_columns(controls, pd.period_range(recent.index[0], last + ahead))
    futures = draw_unknown(values, np.isnan(values), season=season, draws=draws, seed=seed, controls=columns)
    sample = futures.draws
    if isinstance(outcome, Measure) and outcome.scale is not None:
        sample = np.clip(sample, *outcome.scale)
    gap_paths, paths = sample[:, :len(used_gaps)], sample[:, len(used_gaps):]
    set_aside = tuple(recent.index[i] for i in futures.set_aside)

    path = pd.DataFrame(index=pd.period_range(last + 1, periods=ahead, freq=series.index.freq))
    quantiles = np.quantile(paths, [0.5, 0.1, 0.9, 0.025, 0.975], axis=0)
    for column, row in zip(("value", "low_80", "high_80", "low_95", "high_95"), quantiles, strict=True):
        path[column] = row
    return Projection(
        name=name, unit=unit, total_by=total_by, history=series[old_gaps[-1] + 1:] if old_gaps else series, path=path,
        paths=paths, months_used=int(recent.notna().sum()) - len(set_aside), level=level, set_aside=set_aside,
        warnings=_warnings(recent, season, word, set_aside, used_gaps), gaps=used_gaps, gap_paths=gap_paths,
        record=projection_record(len(recent)) if season == 12 else (),
    )


def _control_columns(controls: pd.DataFrame, index: pd.PeriodIndex) -> np.ndarray | None:
    """(at least len(index), k) logarithms (or values) of the controls, centred, typical change from period to period 1."""
    columns = []
    for name in controls.columns:
        series = as_series(controls[name], name=f"controls[{name!r}]")
        if series.index.freq != index.freq:
            raise AnalysisError(f"controls[{name!r}]: its frequency is {series.index.freqstr}, that of the outcome {index.freqstr}")
        series = series[index[0]:]
        if len(series) < len(index) or series.index[0] != index[0] or series.isna().any():
            raise AnalysisError(f"controls[{name!r}]: every period from {index[0]} to {index[-1]} must be known")
        column = np.log(series.to_numpy()) if all_positive(series) else series.to_numpy()
        typical = float(np.std(np.diff(column)))
        if typical > 1e-9:  # a control that never changes tells nothing
            columns.append((column - column.mean()) / typical)
    shortest = min(map(len, columns), default=0)
    return np.ascontiguousarray(np.column_stack([c[:shortest] for c in columns])) if columns else None


def _warnings(recent: pd.Series, season: int, word: str, set_aside: tuple, gaps: tuple) -> tuple[str, ...]:
    known = recent.dropna()
    told = []
    if len(known) < 2 * season:
        told.append(f"Only {len(known)} {word}s are known, fewer than two years: the season rests on what is usual for such "
                    "series, not on these data.")
    if set_aside:
        are = "is" if len(set_aside) == 1 else "are"
        told.append(f"{', '.join(map(str, set_aside))} {are} far off everything around and set aside: not used for the "
                    "projection, still counted in totals.")
    if gaps:
        told.append(f"{len(gaps)} {word}{'s' if len(gaps) > 1 else ''} in between {'are' if len(gaps) > 1 else 'is'} unknown "
                    f"({', '.join(map(str, gaps[:6]))}{' …' if len(gaps) > 6 else ''}): estimated with their uncertainty, "
                    "never read as zero.")
    return tuple(told)


def _convention(total_by: TotalBy, index: pd.PeriodIndex) -> str:
    first, last = index[0], index[-1]
    if len(index) == 1 or total_by == "last":
        return str(last)
    return f"{'total' if total_by == 'sum' else 'mean'} of {first} to {last}"
