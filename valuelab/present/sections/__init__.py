"""Sections of a report: which sentences, pictures and tables stand together, one function a section."""

from valuelab.present.sections.account import assumptions, comment, data_used, header
from valuelab.present.sections.adoption import adoption, adoption_of, features_of
from valuelab.present.sections.baseline import (
    baseline_effect,
    baseline_headline,
    baseline_history,
    baseline_projection,
    baseline_would_change,
    cannot,
    effect,
    goals,
    history,
    projection,
)
from valuelab.present.sections.benefits import benefit, benefits_of
from valuelab.present.sections.chain import chain_of, outcome_chain, people_of, relationships
from valuelab.present.sections.changes import changes, changes_of
from valuelab.present.sections.conversion import (
    conversion,
    conversion_effect,
    conversion_headline,
    conversion_points,
    conversion_would_change,
)
from valuelab.present.sections.evidence import before_after, before_after_of, measure_next, next_of
from valuelab.present.sections.health import health_headline, health_would_change
from valuelab.present.sections.health_score import health_score, health_score_of
from valuelab.present.sections.indicators import (
    indicator_headline,
    indicator_would_change,
    measures,
    progress,
    progress_of,
    scan,
    scan_of,
)
from valuelab.present.sections.ledger import claims, claims_of, promises, promises_of
from valuelab.present.sections.money import (
    case,
    cash_flow,
    cost,
    money_goals,
    prices,
    value_headline,
    value_would_change,
    what_if,
    what_if_of,
)
from valuelab.present.sections.outlook import chain, chances, conversion_worth, how_sure, outlook_of
from valuelab.present.sections.record import baseline_record, conversion_record, indicator_record
from valuelab.present.sections.renewals import renewals, renewals_of
from valuelab.present.sections.scorecard import scorecard, scorecard_of
from valuelab.present.sections.watch import (
    expansion,
    expansion_of,
    flags_of,
    outcomes,
    outcomes_of,
    red_flags,
    rhythm,
    rhythm_of,
)

__all__ = [
    "adoption", "adoption_of", "assumptions", "baseline_effect", "baseline_headline", "baseline_history", "baseline_projection", "baseline_record", "baseline_would_change",
    "before_after", "before_after_of", "benefit", "benefits_of", "cannot", "case", "cash_flow", "chain", "chain_of", "chances", "changes", "changes_of", "claims", "claims_of", "comment", "conversion", "conversion_effect", "conversion_headline", "conversion_points",
    "conversion_record",
    "conversion_worth", "conversion_would_change", "cost", "data_used", "effect", "features_of", "goals", "header", "health_headline", "health_score", "health_score_of", "health_would_change", "history", "how_sure",
    "indicator_headline", "indicator_record", "indicator_would_change", "measure_next", "measures", "money_goals", "next_of", "outcome_chain", "outlook_of", "people_of", "prices", "progress", "progress_of", "projection", "relationships",
    "promises", "promises_of",
    "scan", "scan_of", "renewals", "renewals_of", "scorecard", "scorecard_of", "value_headline", "value_would_change", "what_if", "what_if_of",
    "promises", "promises_of", "expansion", "expansion_of", "flags_of", "outcomes", "outcomes_of", "red_flags", "rhythm", "rhythm_of",
    "scan", "scan_of", "scorecard", "scorecard_of", "value_headline", "value_would_change", "what_if", "what_if_of",
]
