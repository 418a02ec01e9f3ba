"""Sections of notebook 05: the headline, and what would change it."""

from __future__ import annotations

from markupsafe import Markup

from valuelab.analysis.adoption import Adoption
from valuelab.analysis.reviews.health import HealthReview
from valuelab.language import phrase, said
from valuelab.present.blocks import Block
from valuelab.present.figures import say
from valuelab.present.sections.adoption import highlights
from valuelab.present.wording import adoption as words
from valuelab.present.wording import chain as chain_words
from valuelab.present.wording import health as score_words
from valuelab.present.wording import scorecard as card_words
from valuelab.present.wording import watch as watch_words
from valuelab.types import CannotSay


def health_headline(review: HealthReview) -> Block:
    found, light = review.adoption, review.score.light if review.score is not None else ""
    if isinstance(found, Adoption):
        return Block("health.review", "HealthReview", review.to_dict(), role="headline", status=light, reason=_of_score(light), lead=words.headline(found), highlights=highlights(found),
                     sentences=(*words.support(found), *_beside(review)))
    lead, *rest = _beside(review) or (_not_known(found),)
    return Block("health.review", "HealthReview", review.to_dict(), role="headline", status=light, reason=_of_score(light), lead=lead, sentences=tuple(rest))


def _not_known(found: Adoption | CannotSay | None) -> Markup:
    reason = said(found.reason) if isinstance(found, CannotSay) else phrase("no indicator has a figure")
    return say("How healthy it is is not known: {reason}.", reason=reason)


def _of_score(light: str) -> str:
    """What the status is of."""
    return phrase("The health score.") if light else ""


def _beside(review: HealthReview) -> tuple[Markup, ...]:
    """What the score, surveys, the chain and the people add, a sentence each."""
    score = (score_words.score(review.score),) if review.score is not None else ()
    chain = (chain_words.chain(review.chain),) if review.chain is not None else ()
    answered = tuple(card_words.stands(s) for s in review.scorecard.surveys[:2]) if review.scorecard is not None else ()
    flags = watch_words.flags(review.flags)[:1] if review.flags is not None else ()
    return (*score, *flags, *answered, *chain, *(chain_words.people(review.people)[:1] if review.people is not None else ()))


def health_would_change(review: HealthReview) -> Block:
    lines = words.would_change(review.adoption) if isinstance(review.adoption, Adoption) else ()
    lines = (*lines, *watch_words.not_recorded(review.flags, review.outcomes))
    return Block("health.would_change", "Notes", [], sentences=lines or (say("Another month of use, and what people say about why."),))
