"""Notebook 05: is the product used, does the chain hold that leads to the outcome, and who stands behind it?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import pandas as pd

from valuelab.analysis.adoption import Adoption, review_adoption
from valuelab.analysis.health_score import HealthScore, review_health_score
from valuelab.analysis.outcome_quality import Outcomes, review_outcomes
from valuelab.analysis.red_flags import RedFlags, review_red_flags
from valuelab.analysis.relationships import Relationships, review_relationships
from valuelab.analysis.renewals import RenewalReview, review_renewals
from valuelab.analysis.reviews.changes import Changes
from valuelab.analysis.reviews.health_changes import health_changes
from valuelab.analysis.reviews.outcome_chain import OutcomeChain, review_chain
from valuelab.analysis.reviews.scorecard import Scorecard, review_scorecard
from valuelab.analysis.rhythm import Expansion, Rhythm, review_expansion, review_rhythm
from valuelab.types import CannotSay, Customer, Result


@dataclass(frozen=True, slots=True, eq=False)
class HealthReview(Result):
    """What notebook 05 says; parts that the params do not have are None. ``changes``: what moved the score since last time."""

    LEAVE_OUT: ClassVar[tuple[str, ...]] = ("adoption", "chain", "people", "score", "changes", "scorecard", "renewals", "flags", "outcomes", "rhythm", "expansion")
    customer: str
    as_of: pd.Period
    adoption: Adoption | CannotSay | None
    chain: OutcomeChain | None = None
    people: Relationships | None = None
    score: HealthScore | None = None
    changes: Changes | None = None
    scorecard: Scorecard | None = None
    renewals: RenewalReview | None = None
    flags: RedFlags | None = None
    outcomes: Outcomes | None = None
    rhythm: Rhythm | None = None
    expansion: Expansion | None = None
    warnings: tuple[str, ...] = ()


def review_health(customer: Customer) -> HealthReview | CannotSay:
    """Who uses the product, whether the declared chain holds link by link, and what is thought of the people behind the account."""
    if missing := customer.applies()["05_health"]:
        return CannotSay("neither its use, nor a chain, nor people, nor indicators of its health are recorded", f"{missing[:1].upper()}{missing[1:]}.")
    register = customer.register
    adoption = review_adoption(customer.usage) if customer.usage is not None else None
    score = review_health_score(customer, adoption if isinstance(adoption, Adoption) else None)
    people = review_relationships(register.people, names_left_out=register.names_left_out) if register is not None else None
    used = adoption if isinstance(adoption, Adoption) else None
    card = review_scorecard(customer, used, people)
    flags, outcomes = review_red_flags(customer, used, card.surveys if card is not None else ()), review_outcomes(customer)
    return HealthReview(customer.name, customer.as_of, adoption, review_chain(customer), people, score, health_changes(score), card,
                        review_renewals(customer.renewals) if customer.renewals is not None else None, flags, outcomes,
                        review_rhythm(customer, adoption=used, score=score, flags=flags, outcomes=outcomes, people=people), review_expansion(customer))
