"""Price options: what a change of price, and of the volume that goes with it, adds to annual profit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from valuelab.analysis.sampling import draw, interval_level
from valuelab.analysis.status import finite
from valuelab.analysis.value_chain import DRAWS, by_draws, summed_up, value_of
from valuelab.errors import AnalysisError
from valuelab.formatting import format_number
from valuelab.provenance import derived
from valuelab.types import DirectBenefit, Estimate, Result


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

    __slots__ = ("level", "named", "price", "profit", "volume")

    def __init__(self, price: float | Estimate, volume: float | Estimate, profit_per_unit: float | Estimate, seed: int):
        rng = np.random.default_rng(seed)
        pairs = []
        for name, figure in (("price", price), ("volume", volume), ("profit_per_unit", profit_per_unit)):
            if not finite(name, value_of(figure)) > 0:
                raise AnalysisError(f"{name}={value_of(figure)}: must be above 0")
            pairs.append(np.concatenate([[value_of(figure)], draw(figure, DRAWS, rng)]))  # the value itself stands first
        self.price, self.volume, self.profit = pairs
        self.named = {"price": price, "volume": volume, "profit a unit": profit_per_unit}
        self.level = interval_level(price, volume, profit_per_unit)

    def estimate(self, numbers: np.ndarray, *, unit: str, convention: str, key: str, formula: str, inputs: Mapping[str, float | Estimate]) -> Estimate:
        return summed_up(numbers[0], numbers[1:], self.level, unit=unit, convention=convention, key=key,
                         derivation=derived(formula, inputs, method=by_draws(self.level)))


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
    named = today.named | {"price change": price_change, "volume change": volume_change}
    kept, moved = "price × price change × volume × (1 + volume change)", "profit a unit × volume × volume change"

    def part(numbers: np.ndarray, name: str, convention: str, formula: str, unit: str = currency, **more: float | Estimate) -> Estimate:
        return today.estimate(numbers, unit=unit, convention=convention, key=f"{key}.{name}", formula=formula, inputs=more or named)

    gain, loss = part(gained, "gained", annual, f"larger of 0 and ({kept}) + larger of 0 and ({moved})"), \
        part(lost, "lost", annual, f"larger of 0 and (0 − {kept}) + larger of 0 and (0 − {moved})")
    return PriceEffect(
        name=name, price_change=float(price_change), volume_change=float(volume_change), gained=gain, lost=loss,
        net=part(gained - lost, "net", f"{annual}, gained − lost", "gained − lost", gained=gain, lost=loss),
        break_even_volume_loss=part(_volume_share(step, today.profit + step), "break_even_volume_loss", "of today's volume, against doing nothing",
                                    "price × price change / (profit a unit + price × price change)", "fraction"),
        revenue_change=part(revenue, "revenue_change", "annual revenue", "price × volume × ((1 + price change) × (1 + volume change) − 1)"),
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
                              key=f"{effect.net.key.removesuffix('.net')}.break_even_against",
                              formula="1 − (profit a unit + price × other price change) × (1 + other volume change) / (profit a unit + price × price change)",
                              inputs=today.named | {"price change": effect.price_change, "other price change": best.price_change,
                                                    "other volume change": best.volume_change})
    return replace(effect, break_even_against=(best.name, fraction))


def _volume_share(advantage: np.ndarray, profit_per_unit: np.ndarray) -> np.ndarray:
    """Share of volume whose loss eats up an advantage per unit; a drawn profit near zero must not divide by zero."""
    return advantage / np.maximum(profit_per_unit, 1e-9 * np.abs(profit_per_unit[0]))
