"""From indicator points to money: outcome units, revenue, profit; what an initiative may cost; price options."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from valuelab.types import Basis, CannotSay, DirectBenefit, Estimate, Result


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
    """Intervals by seeded Monte Carlo over effect, unit value and margin where they have low and high."""
    raise NotImplementedError


@dataclass(frozen=True, slots=True, eq=False)
class CostRoom(Result):
    """What an initiative may cost and still pay. ``table``: rows of cost (money), payback_months; break-even = a year's benefit."""

    benefit_per_year: Estimate
    break_even_cost: Estimate        # over ``horizon_months``
    horizon_months: int
    table: pd.DataFrame              # cost, share_of_benefit, payback_months
    warnings: tuple[str, ...] = ()


def cost_room(benefit_per_year: Estimate, *, lag_months: int = 0, horizon_months: int = 12, key: str = "cost_room") -> CostRoom | CannotSay:
    """Benefit starts after ``lag_months``; so 12 months with a lag of six leave half a year's benefit."""
    raise NotImplementedError


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
                   volume_change: float, name: str = "", currency: str = "USD", key: str = "direct_benefit") -> PriceEffect:
    raise NotImplementedError


def compare_prices(offer: DirectBenefit, *, currency: str = "USD") -> tuple[PriceEffect, ...]:
    """Every option of a price review, in the order given, each with its break-even against the one before."""
    raise NotImplementedError
