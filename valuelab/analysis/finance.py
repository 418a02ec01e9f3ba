"""Net present value, rates of return, payback: sign and time conventions named in each docstring."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date


def npv(rate: float, flows: Sequence[float]) -> float:
    raise NotImplementedError


def xnpv(rate: float, flows: Sequence[float], dates: Sequence[date]) -> float:
    raise NotImplementedError


def irr(flows: Sequence[float]) -> float | None:
    raise NotImplementedError


def xirr(flows: Sequence[float], dates: Sequence[date]) -> float | None:
    raise NotImplementedError


def mirr(flows: Sequence[float], *, finance_rate: float, reinvest_rate: float) -> float | None:
    raise NotImplementedError


def payback(flows: Sequence[float]) -> float | None:
    raise NotImplementedError


def rate_per_period(rate_per_year: float, periods_per_year: float) -> float:
    raise NotImplementedError
