"""Notebook 05: is the product used, and does it lead where it should?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import pandas as pd

from valuelab.analysis.adoption import Adoption, review_adoption
from valuelab.types import CannotSay, Customer, Result


@dataclass(frozen=True, slots=True, eq=False)
class HealthReview(Result):
    """What notebook 05 says; parts that the params do not have are None."""

    LEAVE_OUT: ClassVar[tuple[str, ...]] = ("adoption",)
    customer: str
    as_of: pd.Period
    adoption: Adoption | CannotSay | None
    warnings: tuple[str, ...] = ()


def review_health(customer: Customer) -> HealthReview | CannotSay:
    """Who uses the product, by team, pace and feature."""
    if missing := customer.applies()["05_health"]:
        return CannotSay("nothing of its use is recorded", f"{missing[:1].upper()}{missing[1:]}.")
    return HealthReview(customer.name, customer.as_of, review_adoption(customer.usage) if customer.usage is not None else None)
