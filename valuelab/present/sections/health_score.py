"""The section of notebook 05 on the health score."""

from __future__ import annotations

from valuelab.analysis.health_score import GREEN_FROM, RED_BELOW, HealthScore
from valuelab.analysis.renewals import RenewalReview
from valuelab.analysis.reviews.health import HealthReview
from valuelab.formatting import format_fraction
from valuelab.language import phrase, said
from valuelab.present.blocks import Block, Table, cell, number, table
from valuelab.present.brief import Brief
from valuelab.present.wording import health as words
from valuelab.present.wording import renewals as renewal_words


def health_score_of(review: HealthReview) -> Block | None:
    return review.score and health_score(review.score, review.renewals)


def health_score(found: HealthScore, renewals: RenewalReview | None = None) -> Block:
    return Block("health.score", "HealthScore", found.to_dict(), title=phrase("Health score"), sentences=(words.score(found), *words.support(found), renewal_words.in_score(renewals)),
                 tables=(_indicators(found),), warnings=tuple(map(said, found.warnings)),
                 notes=(phrase("A score is a way to look at an account, not a forecast. Its weights are agreed, not measured."), *map(said, found.notes)),
                 briefs=(Brief("where", lead=False, sentences=(words.score(found),)),))


def _indicators(found: HealthScore) -> Table:
    rows = [(cell(words.name_of(x.line.name)), cell(phrase(words.SHAPES[x.light])), cell(phrase(words.SHAPES[x.light_before])), cell(words.stands_at(x)),
             number("–" if x.weight is None else format_fraction(x.weight)), cell(x.moved, sign=True), cell(words.whose(x))) for x in found.indicators]
    header = (phrase("indicator"), phrase("now"), phrase("before"), phrase("figure and limits"), phrase("weight"), phrase("moved the score by"), phrase("kind, says who, when"))
    limits = {"green": format_fraction(GREEN_FROM), "red": format_fraction(RED_BELOW)}
    note = phrase("Score: weighted mean of green 1, amber ½, red 0; green from {green}, red below {red}. Before: as in the report as of {date}. Moved: in points of the score, by its light alone.",
                  date=found.since, **limits) if found.since else \
        phrase("Score: weighted mean of green 1, amber ½, red 0; green from {green}, red below {red}. Before: as the register says; of the customer’s data, three months before; "
               "of surveys, the round before. Moved: in points of the score, by its light alone.", **limits)
    return table(phrase("What the score is made of"), header, rows, note=note)
