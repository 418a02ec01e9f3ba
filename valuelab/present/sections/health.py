"""Sections of notebook 05: the headline, and what would change it."""

from __future__ import annotations

from markupsafe import Markup

from valuelab.analysis.adoption import Adoption
from valuelab.analysis.reviews.health import HealthReview
from valuelab.present.blocks import Block
from valuelab.present.figures import say
from valuelab.present.sections.adoption import highlights
from valuelab.present.wording import adoption as words
from valuelab.types import CannotSay


def health_headline(review: HealthReview) -> Block:
    found = review.adoption
    if isinstance(found, Adoption):
        return Block("health.review", "HealthReview", review.to_dict(), role="headline", lead=words.headline(found), highlights=highlights(found),
                     sentences=words.support(found))
    reason = found.reason if isinstance(found, CannotSay) else "no usage is recorded"
    return Block("health.review", "HealthReview", review.to_dict(), role="headline", lead=say("How much the product is used is not known: {}.", reason))


def health_would_change(review: HealthReview) -> Block:
    lines = words.would_change(review.adoption) if isinstance(review.adoption, Adoption) else ()
    return Block("health.would_change", "Notes", [], sentences=lines or (Markup("Another month of use, and what people say about why."),))
