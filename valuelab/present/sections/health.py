"""Sections of notebook 05: the headline, and what would change it."""

from __future__ import annotations

from markupsafe import Markup

from valuelab.analysis.adoption import Adoption
from valuelab.analysis.reviews.health import HealthReview
from valuelab.present.blocks import Block
from valuelab.present.sections.adoption import highlights
from valuelab.present.wording import adoption as words
from valuelab.present.wording import chain as chain_words


def health_headline(review: HealthReview) -> Block:
    found = review.adoption
    if isinstance(found, Adoption):
        return Block("health.review", "HealthReview", review.to_dict(), role="headline", lead=words.headline(found), highlights=highlights(found),
                     sentences=(*words.support(found), *_beside(review)))
    lead = chain_words.chain(review.chain) if review.chain is not None else chain_words.people(review.people)[0]
    rest = tuple(chain_words.people(review.people)[:2]) if review.chain is not None and review.people is not None else ()
    return Block("health.review", "HealthReview", review.to_dict(), role="headline", lead=lead, sentences=rest)


def _beside(review: HealthReview) -> tuple[Markup, ...]:
    """What the chain and the people add, a sentence each."""
    chain = (chain_words.chain(review.chain),) if review.chain is not None else ()
    return (*chain, *(chain_words.people(review.people)[:1] if review.people is not None else ()))


def health_would_change(review: HealthReview) -> Block:
    lines = words.would_change(review.adoption) if isinstance(review.adoption, Adoption) else ()
    return Block("health.would_change", "Notes", [], sentences=lines or (Markup("Another month of use, and what people say about why."),))
