"""From indicator points to money: outcome units, revenue, profit; what an initiative may cost."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from valuelab.analysis.sampling import draw, interval_level, summarise
from valuelab.analysis.status import finite, known_word
from valuelab.errors import AnalysisError
from valuelab.formatting import format_number
from valuelab.provenance import Derivation, derived
from valuelab.types import Basis, CannotSay, Estimate, Result

DRAWS = 20_000
MONTHS = 12
READINGS = ("additive", "compound")
COST_SHARES = (0.1, 0.25, 0.5, 0.75, 1.0)  # of a year's benefit


@dataclass(frozen=True, slots=True)
class ValueChain(Result):
    """Points → units → revenue → profit a year. ``revenue`` is None where the basis is profit; ``profit`` is None without a margin."""

    points: float
    reading: str
    basis: Basis
    current_units: float
    effect_per_point: Estimate
    units: Estimate
    revenue: Estimate | None
    profit: Estimate | None
    warnings: tuple[str, ...] = ()


def value_chain(points: float, *, effect_per_point: float | Estimate, reading: str, current_units: float | Estimate,
                unit_value: float | Estimate, basis: Basis, margin: float | Estimate | None = None, currency: str = "USD",
                unit: str = "", key: str = "value_chain", seed: int = 0) -> ValueChain:
    """What some points of an indicator are worth a year: outcome units, then revenue, then profit.

    Not a proof that the points cause the units: the effect per point is an agreement or an association. Not for more
    points than the scale has left (``points_needed`` checks that).

    Parameters
    ----------
    points
        How many points the indicator moves; negative for a fall.
    effect_per_point
        Fraction of the outcome per point (5 % is 0.05).
    reading
        ``"additive"``: units = current_units × effect × points. ``"compound"``: current_units × ((1 + effect)^points − 1).
        They agree at one point and part from there.
    current_units
        Outcome units a year that the effect is of, above 0.
    unit_value, basis
        Money per unit, and whether that is ``"revenue"`` or ``"profit"``.
    margin
        Share of revenue that is profit, 0 to 1. Without it revenue is never called profit.
    currency, unit
        Labels of money and of outcome units; they change no number.
    key
        Stem of the keys: ``{key}.units``, ``{key}.revenue``, ``{key}.profit``.
    seed
        Of the 20,000 draws over effect, unit value and margin, which are taken as independent.

    Returns
    -------
    ValueChain
        Values a year. Intervals at the level that the uncertain parts share, else at 95 %; bare where all parts are.

    Raises
    ------
    AnalysisError
        A margin outside 0..1; an unknown reading or basis; units not above 0.

    Examples
    --------
    >>> chain = value_chain(1, effect_per_point=0.05, reading="additive", current_units=21_600, unit_value=375,
    ...                     basis="revenue", margin=0.4, unit="clients")
    >>> print(chain.units, "|", chain.revenue, "|", chain.profit)
    1,080 clients | $405,000 | $162,000
    """
    finite("points", points)
    known_word("reading", reading, READINGS)
    base, current_units = current_units, value_of(current_units)
    if not finite("current_units", current_units) > 0:
        raise AnalysisError(f"current_units={current_units}: must be above 0")
    effect = effect_per_point if isinstance(effect_per_point, Estimate) else Estimate(
        finite("effect_per_point", effect_per_point), unit="fraction", kind="assumed", convention="per point")
    if effect.value <= -1:
        raise AnalysisError(f"effect_per_point={effect.value}: a fraction above −1 (5 % is 0.05)")
    rng = np.random.default_rng(seed)

    def units_of(size: float | np.ndarray) -> float | np.ndarray:
        if reading == "additive":
            return current_units * size * points
        return current_units * (np.power(1 + np.maximum(size, -1 + 1e-9), points) - 1)

    draws = units_of(draw(effect, DRAWS, rng))
    level = interval_level(effect)
    convention = f"{reading}: {format_number(points)} point{'' if points == 1 else 's'} on {format_number(current_units)}"
    units = summed_up(units_of(effect.value), draws, level, unit=unit, convention=convention, key=f"{key}.units",
                      derivation=derived("base × effect × points" if reading == "additive" else "base × ((1 + effect) ^ points − 1)",
                                         {"base": base, "effect": effect_per_point, "points": points}, method=by_draws(level)))
    worth = _in_money(units, draws, (effect,), unit_value=unit_value, basis=basis, margin=margin, currency=currency, key=key,
                      kind="estimated", rng=rng)
    return ValueChain(float(points), reading, basis, float(current_units), effect, units, worth.revenue, worth.profit, worth.warnings)


@dataclass(frozen=True, slots=True)
class UnitsWorth(Result):
    """Outcome units in money. ``revenue`` is None where the basis is profit; ``profit`` is None on revenue without a margin."""

    units: Estimate
    basis: Basis
    revenue: Estimate | None
    profit: Estimate | None
    warnings: tuple[str, ...] = ()


def value_of_units(units: float | Estimate, *, unit_value: float | Estimate, basis: Basis, margin: float | Estimate | None = None,
                   currency: str = "USD", key: str = "value_of_units", seed: int = 0) -> UnitsWorth:
    """What a number of outcome units (a gap, a target, a year) is worth in revenue and in profit.

    Parameters, intervals and errors as for ``value_chain``; ``units`` may carry an interval of its own, and its sign is kept.

    Examples
    --------
    >>> worth = value_of_units(26_000 - 21_600, unit_value=375, basis="revenue", margin=0.4)
    >>> print(worth.revenue, "|", worth.profit)
    $1.65 m | $660,000
    """
    units = units if isinstance(units, Estimate) else Estimate(finite("units", units), kind="estimated", key=f"{key}.units")
    rng = np.random.default_rng(seed)
    worth = _in_money(units, draw(units, DRAWS, rng), (units,), unit_value=unit_value, basis=basis, margin=margin,
                      currency=currency, key=key, kind=units.kind, rng=rng)
    return replace(worth, units=units)


def _in_money(units: Estimate, draws: np.ndarray, uncertain: tuple[Estimate, ...], *, unit_value: float | Estimate, basis: Basis,
              margin: float | Estimate | None, currency: str, key: str, kind: str, rng: np.random.Generator) -> UnitsWorth:
    """Units to revenue to profit, value and draws side by side."""
    known_word("basis", basis, ("revenue", "profit"))
    warnings = []
    _check_share("margin", margin)
    if not isinstance(unit_value, Estimate):
        finite("unit_value", unit_value)
    if basis == "profit" and margin is not None:
        warnings.append("The value of a unit is profit already, so the margin is not applied.")
        margin = None
    if basis == "revenue" and margin is None:
        warnings.append("No margin is agreed, so revenue is not turned into profit.")

    value, draws = units.value * value_of(unit_value), draws * draw(unit_value, DRAWS, rng)
    named, level = {"units": units, "value of a unit": unit_value}, interval_level(*uncertain, unit_value)
    worth = summed_up(value, draws, level, unit=currency, convention=f"{basis} a year", kind=kind,
                      key=f"{key}.{basis}", derivation=derived("units × value of a unit", named, method=by_draws(level)))
    if basis == "profit":
        return UnitsWorth(units, basis, None, worth, tuple(warnings))
    profit = None
    if margin is not None:
        shares = np.clip(draw(margin, DRAWS, rng), 0.0, 1.0)
        level = interval_level(*uncertain, unit_value, margin)
        profit = summed_up(value * value_of(margin), draws * shares, level, unit=currency,
                           convention="profit a year, revenue × margin", kind=kind, key=f"{key}.profit",
                           derivation=derived("units × value of a unit × margin", named | {"margin": margin}, method=by_draws(level)))
    return UnitsWorth(units, basis, worth, profit, tuple(warnings))


@dataclass(frozen=True, slots=True, eq=False)
class CostRoom(Result):
    """What an initiative may cost and still pay. ``table``: rows of cost (money), payback_months; break-even = a year's benefit."""

    benefit_per_year: Estimate
    break_even_cost: Estimate        # over ``horizon_months``
    horizon_months: int
    table: pd.DataFrame              # cost, share_of_benefit, payback_months
    warnings: tuple[str, ...] = ()

    def to_frame(self) -> pd.DataFrame:
        """The table, one row a cost."""
        return self.table.copy()


def cost_room(benefit_per_year: Estimate, *, lag_months: int = 0, horizon_months: int = 12, key: str = "cost_room") -> CostRoom | CannotSay:
    """The most an initiative may cost and still be paid back within a horizon, and how long other costs would take.

    Not a forecast of cost. No discounting, and the benefit is taken as even over the year once it has begun.

    Parameters
    ----------
    benefit_per_year
        Money a year once the benefit has begun; revenue or profit as its convention says.
    lag_months
        Months between spending and the start of the benefit: 12 months with a lag of six leave half a year's benefit.
    horizon_months
        Within how many months it must be paid back, ≥ 1.
    key
        Stem of the key ``{key}.break_even_cost``.

    Returns
    -------
    CostRoom or CannotSay
        ``table``: cost (money), share_of_benefit (fraction of a year's benefit), payback_months (from the spending, lag
        included). CannotSay where there is no benefit, or where it starts after the horizon.

    Raises
    ------
    AnalysisError
        A negative lag; a horizon below one month.

    Examples
    --------
    >>> room = cost_room(Estimate(162_000, unit="USD", kind="estimated"), lag_months=6)
    >>> print(room.break_even_cost)
    $81,000
    >>> room.table["payback_months"].tolist()
    [7.2, 9.0, 12.0, 15.0, 18.0]
    """
    if not isinstance(benefit_per_year, Estimate):
        benefit_per_year = Estimate(finite("benefit_per_year", benefit_per_year), kind="estimated")
    if not finite("lag_months", lag_months) >= 0:
        raise AnalysisError(f"lag_months={lag_months}: must be 0 or above")
    if not finite("horizon_months", horizon_months) >= 1:
        raise AnalysisError(f"horizon_months={horizon_months}: must be 1 or above")
    benefit = benefit_per_year.value
    if benefit <= 0:
        return CannotSay("There is no benefit to pay any cost with.", "Look at the goal and its base first.")
    if lag_months >= horizon_months:
        return CannotSay(f"The benefit starts after {lag_months} months, so nothing is back within {horizon_months}.",
                         "Take a longer horizon.")
    share = (horizon_months - lag_months) / MONTHS
    warnings = []
    if not benefit_per_year.bare and benefit_per_year.low <= 0:
        warnings.append("The interval of the benefit reaches zero or below: it may be that no cost is paid back.")
    # A cost is never below zero: where the benefit may be a loss, nothing may be spent.
    ends = (None, None) if benefit_per_year.bare else (max(0.0, end) * share for end in (benefit_per_year.low, benefit_per_year.high))
    room = Estimate(benefit * share, *ends, level=benefit_per_year.level, unit=benefit_per_year.unit, kind="estimated",
                    convention=f"paid back within {horizon_months} months, undiscounted", key=f"{key}.break_even_cost",
                    derivation=derived("benefit × (horizon − lag) / 12", {"benefit": benefit_per_year, "horizon": horizon_months, "lag": lag_months},
                                       method="" if benefit_per_year.bare else "Both ends of the interval by the same formula, never below zero"))
    shares = np.unique([*COST_SHARES, share])
    table = pd.DataFrame({"cost": shares * benefit, "share_of_benefit": shares,
                          "payback_months": np.round(lag_months + shares * MONTHS, 10)})
    return CostRoom(benefit_per_year, room, int(horizon_months), table, tuple(warnings))


def value_of(figure: float | Estimate) -> float:
    """The number, with or without an interval around it."""
    return figure.value if isinstance(figure, Estimate) else figure


def _check_share(name: str, share: float | Estimate | None) -> None:
    ends = [] if share is None else [share.value, share.low, share.high] if isinstance(share, Estimate) else [share]
    for end in ends:
        if end is not None and not (math.isfinite(end) and 0 <= end <= 1):
            raise AnalysisError(f"{name}={end}: a fraction from 0 to 1 (40 % is 0.4)")


def by_draws(level: float | None) -> str:
    """How an interval came about, in words; empty where there is none."""
    return f"The interval comes from {format_number(DRAWS)} draws of the inputs" if level is not None else ""


def summed_up(value: float, draws: np.ndarray, level: float | None, *, unit: str, convention: str, key: str,
              kind: str = "estimated", derivation: Derivation | None = None) -> Estimate:
    """A value with the interval that its draws give."""
    value, low, high = summarise(value, draws, level=level)
    return Estimate(value, low, high, level=level, unit=unit, kind=kind, convention=convention, key=key, derivation=derivation)
