"""How often the scan would be wrong, and what it would find, for one customer: many accounts invented like it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from valuelab.analysis.calibrated import LEVEL, wilson
from valuelab.analysis.leads import scan_leading_indicators
from valuelab.simulation.likeness import WARM_UP, Likeness, likeness
from valuelab.simulation.trials import CALLED
from valuelab.types import CannotSay, Customer, Estimate, Result

LEADS = (1, 3, 6)
STRENGTH = 0.5
FEWEST_REPLICATES = 20


@dataclass(frozen=True, slots=True)
class Power(Result):
    """How often a lead would be found that explains half of the outcome's surprises.

    ``indicator``: the one whose lag was named in advance, "" where lags are searched and each indicator leads in turn.
    """

    indicator: str
    lag_months: int
    found: Estimate


@dataclass(frozen=True, slots=True)
class CustomerCalibration(Result):
    """What ``calibrate_customer`` measures.

    Attributes
    ----------
    months
        Of the outcome, from the first known to the last.
    indicators
        Those that were imitated.
    false_alarm
        Fraction of accounts without any link in which something is called.
    power
        Fractions of accounts with one link in which it is called.
    replicates
        Accounts for each of these figures.
    """

    customer: str
    outcome: str
    as_of: str
    months: int
    indicators: tuple[str, ...]
    replicates: int
    false_alarm: Estimate
    power: tuple[Power, ...]
    warnings: tuple[str, ...] = ()


def calibrate_customer(customer: Customer, *, replicates: int = 200, seed: int = 0,
                       tick: Callable[[], None] = lambda: None) -> CustomerCalibration | CannotSay:
    """What the scan of this very customer is worth: false alarms and power in accounts with its memory, season, length and rounding.

    Every series is imitated with surprises of its own, so that nothing is linked to anything; then one indicator leads, and half of
    the variance of the outcome's surprises is its.

    Parameters
    ----------
    customer
        From ``load_customer``.
    replicates
        Accounts for each figure, at least 20. 200 know a rate of 5 % to within ±3 points.
    seed
        Same customer, same seed: same figures.
    tick
        Called after each account, for a progress bar (``accounts_of`` says how many there are).

    Returns
    -------
    CustomerCalibration or CannotSay
        CannotSay without an outcome or indicators, or where no indicator has 24 months.
    """
    if customer.outcome is None or not customer.indicators:
        return CannotSay("there is nothing to scan: a scan needs an outcome and indicators", "Add `outcome` and `indicators` to the params.")
    rng = np.random.default_rng([seed, replicates])
    outcome = likeness(customer.outcome, rng)
    if isinstance(outcome, str):
        return CannotSay(f"{customer.outcome.name} cannot be imitated: {outcome}", "Add months of the outcome.")
    found = {name: likeness(measure, rng) for name, measure in customer.indicators.items()}
    indicators = {name: alike for name, alike in found.items() if isinstance(alike, Likeness)}
    warnings = tuple(f"{name} was left out: {why}." for name, why in found.items() if isinstance(why, str))
    if not indicators:
        return CannotSay(f"no indicator can be imitated: {warnings[0].rstrip('.')}", "Add months of the indicators.")
    named = {name: customer.indicators[name].expected_lag for name in indicators if customer.indicators[name].expected_lag is not None}
    run = _Accounts(outcome, indicators, named, replicates, rng, tick)
    called = sum(any(v.verdict in CALLED for v in run.scan(k, None, 0)) for k in range(replicates))
    words = f"of {replicates:,} accounts invented like {customer.name}"
    power = tuple(Power(name, lag, run.found(name, lag, words)) for name, lag in run.asked())
    return CustomerCalibration(
        customer=customer.name, outcome=outcome.name, as_of=str(customer.as_of), months=len(outcome.index), indicators=tuple(indicators),
        replicates=replicates, false_alarm=Estimate(*wilson(called, replicates), level=LEVEL, n=replicates, unit="fraction",
                                                    convention=f"{words}, where nothing is linked", key="calibration.false_alarm"),
        power=power, warnings=warnings)


def accounts_of(customer: Customer, replicates: int) -> int:
    """How many accounts ``calibrate_customer`` will invent at most."""
    named = sum(m.expected_lag is not None for m in customer.indicators.values())
    return replicates * (1 + named + (len(LEADS) if named < len(customer.indicators) else 0))


@dataclass(frozen=True, slots=True, eq=False)
class _Accounts:
    """Accounts like one customer, scanned as the report scans it."""

    outcome: Likeness
    indicators: dict[str, Likeness]
    named: dict[str, int]
    replicates: int
    rng: np.random.Generator
    tick: Callable[[], None]

    def asked(self) -> list[tuple[str, int]]:
        searched = [("", lag) for lag in LEADS] if len(self.named) < len(self.indicators) else []
        return [*self.named.items(), *searched]

    def found(self, name: str, lag: int, words: str) -> Estimate:
        """In how many accounts the link is called, of the named indicator or of each that is searched in turn."""
        searched = [n for n in self.indicators if n not in self.named]
        hits = 0
        for k in range(self.replicates):
            linked = name or searched[k % len(searched)]
            said = next((v.verdict for v in self.scan(k, linked, lag) if v.indicator == linked), "")
            hits += said == ("leads" if lag else "moves together")
        how = f"lag of {lag} named in advance" if name else f"lead of {lag}, searched"
        return Estimate(*wilson(hits, self.replicates), level=LEVEL, n=self.replicates, unit="fraction", convention=f"{words}, {how}",
                        key=f"calibration.power.{name or 'searched'}.{lag}")

    def scan(self, seed: int, linked: str | None, lag: int) -> tuple:
        """Verdicts on one account, in which ``linked`` (None: nothing) leads by ``lag`` months."""
        whole = {name: WARM_UP + len(alike.index) for name, alike in self.indicators.items()}
        surprises = {name: self.rng.standard_normal(count) for name, count in whole.items()}
        own = self.rng.standard_normal(WARM_UP + len(self.outcome.index))
        if linked is not None:
            own = np.sqrt(1 - STRENGTH) * own + np.sqrt(STRENGTH) * self._earlier(linked, surprises[linked], lag)
        series = {name: alike.made(surprises[name]) for name, alike in self.indicators.items()}
        scan = scan_leading_indicators(self.outcome.made(own), series, expected_lags=self.named or None, seed=seed)
        self.tick()
        return () if isinstance(scan, CannotSay) else scan.verdicts

    def _earlier(self, name: str, surprises: np.ndarray, lag: int) -> np.ndarray:
        """The indicator's surprises, ``lag`` months later, on the outcome's months; new ones where it has none."""
        theirs = self.indicators[name].index
        start = (self.outcome.index[0] - theirs[0]).n - lag  # of the indicator's months, where the outcome's first month looks
        at = np.arange(-WARM_UP, len(self.outcome.index)) + start + WARM_UP
        inside = (at >= 0) & (at < len(surprises))
        return np.where(inside, surprises[np.clip(at, 0, len(surprises) - 1)], self.rng.standard_normal(len(at)))
