"""From indicator points to money: outcome units, revenue, profit; what an initiative may cost; price options."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from valuelab.analysis.sampling import draw, interval_level, summarise
from valuelab.analysis.status import finite, known_word
from valuelab.errors import AnalysisError
from valuelab.formatting import format_number
from valuelab.types import Basis, CannotSay, DirectBenefit, Estimate, Result

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


def value_chain(points: float, *, effect_per_point: float | Estimate, reading: str, current_units: float,
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
    units = _estimate(units_of(effect.value), draws, level, unit=unit, convention=convention, key=f"{key}.units")
    worth = _in_money(units.value, draws, (effect,), unit_value=unit_value, basis=basis, margin=margin, currency=currency, key=key,
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
    worth = _in_money(units.value, draw(units, DRAWS, rng), (units,), unit_value=unit_value, basis=basis, margin=margin,
                      currency=currency, key=key, kind=units.kind, rng=rng)
    return replace(worth, units=units)


def _in_money(value: float, draws: np.ndarray, uncertain: tuple[Estimate, ...], *, unit_value: float | Estimate, basis: Basis,
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

    units = Estimate(float(value), kind=kind, key=f"{key}.units")
    value, draws = value * _value(unit_value), draws * draw(unit_value, DRAWS, rng)
    worth = _estimate(value, draws, interval_level(*uncertain, unit_value), unit=currency, convention=f"{basis} a year", kind=kind,
                      key=f"{key}.{basis}")
    if basis == "profit":
        return UnitsWorth(units, basis, None, worth, tuple(warnings))
    profit = None
    if margin is not None:
        shares = np.clip(draw(margin, DRAWS, rng), 0.0, 1.0)
        profit = _estimate(value * _value(margin), draws * shares, interval_level(*uncertain, unit_value, margin), unit=currency,
                           convention="profit a year, revenue × margin", kind=kind, key=f"{key}.profit")
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
                    convention=f"paid back within {horizon_months} months, undiscounted", key=f"{key}.break_even_cost")
    shares = np.unique([*COST_SHARES, share])
    table = pd.DataFrame({"cost": shares * benefit, "share_of_benefit": shares,
                          "payback_months": np.round(lag_months + shares * MONTHS, 10)})
    return CostRoom(benefit_per_year, room, int(horizon_months), table, tuple(warnings))


@dataclass(frozen=True, slots=True)
class PriceEffect(Result):
    """One price option's effect on annual profit: ``gained`` on kept volume, ``lost`` on lost volume (positive), ``net``.

    ``break_even_volume_loss``: fraction of volume that may be lost before doing nothing is as good;
    ``break_even_against``: (name of the best other option with a smaller price change, fraction), None for the first (F1: 40 %, 20 %).
    """

    name: str
    price_change: float
    volume_change: float
    gained: Estimate
    lost: Estimate
    net: Estimate
    break_even_volume_loss: Estimate
    break_even_against: tuple[str, Estimate] | None = None
    revenue_change: Estimate | None = None


def direct_benefit(*, price: float | Estimate, volume: float | Estimate, profit_per_unit: float | Estimate, price_change: float,
                   volume_change: float, name: str = "", currency: str = "USD", key: str = "direct_benefit", seed: int = 0) -> PriceEffect:
    """What a change of price, and the change of volume that comes with it, adds to annual profit.

    Not a forecast of how volume answers to price: that is an input, and ``break_even_volume_loss`` says how wrong it may be.
    Unit cost is taken as unchanged.

    Parameters
    ----------
    price, volume, profit_per_unit
        Today: money a unit, units a year, money a unit.
    price_change, volume_change
        Fractions, above −1 and from −1: +10 % is 0.1.
    name, currency, key
        Labels; parts have the keys ``{key}.gained``, ``{key}.lost``, ``{key}.net`` and so on.
    seed
        Of the draws where price, volume or profit a unit have low and high.

    Returns
    -------
    PriceEffect
        ``net`` = gained − lost, annual profit against doing nothing. Of a price cut, ``gained`` is the profit on the volume
        that comes, ``lost`` what the kept volume no longer brings. ``break_even_volume_loss`` is negative for a price cut:
        volume must grow by that much.

    Raises
    ------
    AnalysisError
        Price, volume or profit a unit not above 0; a change below −1; a price cut that leaves no profit on a unit.

    Examples
    --------
    >>> option = direct_benefit(price=100, volume=100_000, profit_per_unit=30, price_change=0.2, volume_change=-0.1)
    >>> print(option.gained, option.lost, option.net, option.break_even_volume_loss, sep=" | ")
    $1.8 m | $300,000 | $1.5 m | 40 %
    """
    return _price_effect(name, price_change, volume_change, _PriceDraws(price, volume, profit_per_unit, seed), currency, key)


def compare_prices(offer: DirectBenefit, *, currency: str = "USD") -> tuple[PriceEffect, ...]:
    """Every option of a price review, in the order given, each with its break-even against the next best.

    ``break_even_against`` names the best other option (highest net) with a smaller price change, and the fraction of volume
    that may be lost before that option is as good; None where no option has a smaller change.

    Examples
    --------
    >>> from valuelab.types import PriceOption
    >>> offer = DirectBenefit(Estimate(100), Estimate(100_000), Estimate(30),
    ...                       (PriceOption("+10 %", 0.1, 0.0), PriceOption("+20 %", 0.2, -0.1)))
    >>> name, fraction = compare_prices(offer)[1].break_even_against
    >>> print(name, "|", fraction)
    +10 % | 20 %
    """
    today = _PriceDraws(offer.price, offer.volume, offer.profit_per_unit, 0)
    effects = [_price_effect(o.name, o.price_change, o.volume_change, today, currency, f"direct_benefit.{o.name}") for o in offer.options]
    return tuple(_against_the_best(effect, effects, today) for effect in effects)


class _PriceDraws:
    """Price, volume and profit a unit today, as (value, draws): drawn once, so that options are compared on equal draws."""

    __slots__ = ("level", "price", "profit", "volume")

    def __init__(self, price: float | Estimate, volume: float | Estimate, profit_per_unit: float | Estimate, seed: int):
        rng = np.random.default_rng(seed)
        pairs = []
        for name, figure in (("price", price), ("volume", volume), ("profit_per_unit", profit_per_unit)):
            if not finite(name, _value(figure)) > 0:
                raise AnalysisError(f"{name}={_value(figure)}: must be above 0")
            pairs.append(np.concatenate([[_value(figure)], draw(figure, DRAWS, rng)]))  # the value itself stands first
        self.price, self.volume, self.profit = pairs
        self.level = interval_level(price, volume, profit_per_unit)

    def estimate(self, numbers: np.ndarray, *, unit: str, convention: str, key: str) -> Estimate:
        return _estimate(numbers[0], numbers[1:], self.level, unit=unit, convention=convention, key=key)


def _price_effect(name: str, price_change: float, volume_change: float, today: _PriceDraws, currency: str, key: str) -> PriceEffect:
    if not finite("price_change", price_change) > -1:
        raise AnalysisError(f"price_change={price_change}: a fraction above −1 (+10 % is 0.1)")
    if not finite("volume_change", volume_change) >= -1:
        raise AnalysisError(f"volume_change={volume_change}: a fraction from −1 (−10 % is −0.1)")
    step = today.price * price_change
    if today.profit[0] + step[0] <= 0:
        raise AnalysisError(f"price_change={price_change}: leaves no profit on a unit ({format_number(float(today.profit[0] + step[0]))})")
    on_price = step * today.volume * (1 + volume_change)
    on_volume = today.profit * today.volume * volume_change
    gained = np.maximum(on_price, 0) + np.maximum(on_volume, 0)
    lost = np.maximum(-on_price, 0) + np.maximum(-on_volume, 0)
    revenue = today.price * today.volume * ((1 + price_change) * (1 + volume_change) - 1)
    annual = "annual profit"
    return PriceEffect(
        name=name, price_change=float(price_change), volume_change=float(volume_change),
        gained=today.estimate(gained, unit=currency, convention=annual, key=f"{key}.gained"),
        lost=today.estimate(lost, unit=currency, convention=annual, key=f"{key}.lost"),
        net=today.estimate(gained - lost, unit=currency, convention=f"{annual}, gained − lost", key=f"{key}.net"),
        break_even_volume_loss=today.estimate(_volume_share(step, today.profit + step), unit="fraction",
                                              convention="of today's volume, against doing nothing", key=f"{key}.break_even_volume_loss"),
        revenue_change=today.estimate(revenue, unit=currency, convention="annual revenue", key=f"{key}.revenue_change"),
    )


def _against_the_best(effect: PriceEffect, effects: list[PriceEffect], today: _PriceDraws) -> PriceEffect:
    smaller = [e for e in effects if e.price_change < effect.price_change]
    if not smaller:
        return effect
    best = max(smaller, key=lambda e: e.net.value)
    profit_here = today.profit + today.price * effect.price_change
    profit_there = (today.profit + today.price * best.price_change) * (1 + best.volume_change)
    fraction = today.estimate(_volume_share(profit_here - profit_there, profit_here), unit="fraction",
                              convention=f"of today's volume, against {best.name}",
                              key=f"{effect.net.key.removesuffix('.net')}.break_even_against")
    return replace(effect, break_even_against=(best.name, fraction))


def _volume_share(advantage: np.ndarray, profit_per_unit: np.ndarray) -> np.ndarray:
    """Share of volume whose loss eats up an advantage per unit; a drawn profit near zero must not divide by zero."""
    return advantage / np.maximum(profit_per_unit, 1e-9 * np.abs(profit_per_unit[0]))


def _value(figure: float | Estimate) -> float:
    return figure.value if isinstance(figure, Estimate) else figure


def _check_share(name: str, share: float | Estimate | None) -> None:
    ends = [] if share is None else [share.value, share.low, share.high] if isinstance(share, Estimate) else [share]
    for end in ends:
        if end is not None and not (math.isfinite(end) and 0 <= end <= 1):
            raise AnalysisError(f"{name}={end}: a fraction from 0 to 1 (40 % is 0.4)")


def _estimate(value: float, draws: np.ndarray, level: float | None, *, unit: str, convention: str, key: str,
              kind: str = "estimated") -> Estimate:
    value, low, high = summarise(value, draws, level=level)
    return Estimate(value, low, high, level=level, unit=unit, kind=kind, convention=convention, key=key)
