"""``show``: a result as chart, sentence and table — the same in JupyterLab and in the report.

What is shown of which type is one table at the end of this module. ``show`` returns a block that displays itself.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from valuelab.analysis.adoption import Adoption
from valuelab.analysis.baseline import BaselineFit
from valuelab.analysis.before_after import BeforeAfter
from valuelab.analysis.conversion import Conversion, PointsNeeded
from valuelab.analysis.direct_benefits import BenefitEffect
from valuelab.analysis.effect import Effect
from valuelab.analysis.health_score import HealthScore
from valuelab.analysis.leads import LeadScan
from valuelab.analysis.next_measures import MeasureNext
from valuelab.analysis.outcome_quality import Outcomes
from valuelab.analysis.prices import PriceEffect
from valuelab.analysis.projection import Projection
from valuelab.analysis.red_flags import RedFlags
from valuelab.analysis.relationships import Relationships
from valuelab.analysis.renewals import RenewalReview
from valuelab.analysis.reviews import BaselineReview, ConversionReview, HealthReview, IndicatorReview, ValueReview
from valuelab.analysis.reviews.changes import Changes
from valuelab.analysis.reviews.claims import Claims
from valuelab.analysis.reviews.ledger import Ledger
from valuelab.analysis.reviews.outcome_chain import OutcomeChain
from valuelab.analysis.reviews.scorecard import Scorecard
from valuelab.analysis.rhythm import Expansion, Rhythm
from valuelab.analysis.targets import Progress, Shortfall
from valuelab.analysis.value_case import ValueCase
from valuelab.analysis.value_chain import CostRoom, ValueChain
from valuelab.analysis.value_outlook import ValueOutlook
from valuelab.analysis.what_if import WhatIf
from valuelab.errors import AnalysisError
from valuelab.present import sections
from valuelab.present.blocks import Block
from valuelab.present.figures import full, say
from valuelab.types import CannotSay, Customer, Estimate, Result, to_plain


class Nothing:
    """What ``show`` returns where a part does not apply: it displays nothing."""

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:
        return {}

    def _ipython_display_(self) -> None:
        return None

    def __repr__(self) -> str:
        return ""


Shown = Block | Nothing


def show(result: Any, part: str = "") -> Shown:
    """Show a result, or one named part of it, as chart, sentence and table.

    Parts that a customer does not have show nothing; a question that cannot be answered shows why.

    Parameters
    ----------
    result
        Whatever an analysis or a review returned, a customer, an Estimate.
    part
        The name of a part, for results that have parts: ``show(review, "goals")``. An unknown name is an error that lists
        the known ones.

    Examples
    --------
    >>> show(Estimate(0.031, 0.004, 0.059, level=0.95, unit="fraction"))
    3.1 % (95 %: 0.4 to 5.9)
    """
    if result is None:
        return Nothing()
    if isinstance(result, CannotSay) and part:
        return Nothing()  # the reason was shown where the answer would stand
    parts = PARTS.get(type(result))
    if parts is None:
        raise AnalysisError(f"show() has no picture of {type(result).__name__}; it takes results, reviews, a customer or an Estimate")
    if part not in parts:
        known = ", ".join(repr(p) for p in parts if p)
        raise AnalysisError(f"part={part!r}: {type(result).__name__} has {known or 'no parts'}")
    return parts[part](result) or Nothing()


def _estimate(value: Estimate) -> Block:
    return Block(value.key or "estimate", "Estimate", to_plain(value), sentences=(full(value),))


def _plain(result: Result) -> Block:
    """A small result as a list of its figures, for the analyst's own questions."""
    rows = [(name, getattr(result, name)) for name in result.__dataclass_fields__]
    lines = tuple(say("{}: {}", name.replace("_", " "), full(v) if isinstance(v, Estimate) else str(v)) for name, v in rows
                  if isinstance(v, (Estimate, str, int, float)) and v != "")
    return Block(type(result).__name__.lower(), type(result).__name__, result.to_dict(), sentences=lines)


def _cannot(result: CannotSay) -> Block:
    return replace(sections.cannot(result, "cannot_say"), role="headline")


PARTS: dict[type, dict[str, Callable[[Any], Block | None]]] = {
    Customer: {"": sections.header, "assumptions": sections.assumptions, "data": sections.data_used, "comment": sections.comment},
    BaselineReview: {"": sections.baseline_headline, "goals": sections.goals, "projection": sections.baseline_projection,
                     "history": sections.baseline_history, "effect": sections.baseline_effect, "would change": sections.baseline_would_change,
                     "record": sections.baseline_record, "changes": sections.changes_of, "promises": sections.promises_of},
    IndicatorReview: {"": sections.indicator_headline, "scan": sections.scan_of, "progress": sections.progress_of, "measures": sections.measures,
                      "before and after": sections.before_after_of, "next": sections.next_of,
                      "would change": sections.indicator_would_change, "record": sections.indicator_record},
    ConversionReview: {"": sections.conversion_headline, "effect": sections.conversion_effect, "worth": sections.conversion_worth,
                       "points": sections.conversion_points, "would change": sections.conversion_would_change,
                       "record": sections.conversion_record},
    ValueReview: {"": sections.value_headline, "cash flow": sections.cash_flow, "prices": sections.prices, "benefits": sections.benefits_of, "goals": sections.money_goals,
                  "cost": sections.cost, "outlook": sections.how_sure, "chances": sections.chances, "chain": sections.chain,
                  "would change": sections.value_would_change, "what if": sections.what_if_of, "changes": sections.changes_of,
                  "promises": sections.promises_of, "claims": sections.claims_of},
    HealthReview: {"": sections.health_headline, "adoption": sections.adoption_of, "features": sections.features_of, "chain": sections.chain_of, "people": sections.people_of,
                   "score": sections.health_score_of, "changes": sections.changes_of, "scorecard": sections.scorecard_of, "renewals": sections.renewals_of,
                   "flags": sections.flags_of, "outcomes": sections.outcomes_of, "rhythm": sections.rhythm_of, "expansion": sections.expansion_of,
                   "would change": sections.health_would_change},
    Adoption: {"": sections.adoption}, OutcomeChain: {"": sections.outcome_chain}, Relationships: {"": sections.relationships}, HealthScore: {"": sections.health_score}, Scorecard: {"": sections.scorecard}, RenewalReview: {"": sections.renewals},
    RedFlags: {"": sections.red_flags}, Outcomes: {"": sections.outcomes}, Rhythm: {"": sections.rhythm}, Expansion: {"": sections.expansion},
    BaselineFit: {"": sections.history}, Projection: {"": sections.projection}, Effect: {"": sections.effect}, LeadScan: {"": sections.scan},
    BeforeAfter: {"": sections.before_after}, MeasureNext: {"": sections.measure_next},
    Progress: {"": sections.progress}, Conversion: {"": sections.conversion}, ValueCase: {"": sections.case}, CannotSay: {"": _cannot},
    Estimate: {"": _estimate}, Shortfall: {"": _plain}, PointsNeeded: {"": _plain}, ValueChain: {"": _plain}, PriceEffect: {"": _plain},
    CostRoom: {"": _plain}, BenefitEffect: {"": sections.benefit}, ValueOutlook: {"": sections.outlook_of}, Changes: {"": sections.changes}, Ledger: {"": sections.promises}, Claims: {"": sections.claims},
    WhatIf: {"": sections.what_if},
}
