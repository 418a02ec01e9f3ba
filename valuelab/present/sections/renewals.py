"""The section of notebook 05 on renewals: would the score have told who renews?"""

from __future__ import annotations

from valuelab.analysis.health_score import GREEN_FROM, RED_BELOW
from valuelab.analysis.renewals import RenewalReview
from valuelab.analysis.reviews.health import HealthReview
from valuelab.formatting import format_fraction
from valuelab.language import phrase, said
from valuelab.present.blocks import Block, Table, cell, table
from valuelab.present.charts import renewals as charts
from valuelab.present.wording import renewals as words


def renewals_of(review: HealthReview) -> Block | None:
    return review.renewals and renewals(review.renewals)


def renewals(found: RenewalReview) -> Block:
    picture = charts.renewals(found, alt=words.alt(found), caption=phrase(
        "Above: each decided renewal at the score that it had before (dot: renewed; cross: not). Below: the share that was renewed at each light with its 95 % interval; the stroke is the mean score."))
    return Block("renewals", "RenewalReview", found.to_dict(), title=phrase("Would the score have told who renews?"), lead=words.renewals(found), sentences=words.support(found),
                 charts=(picture,), tables=(_bands(found),), warnings=tuple(map(said, found.warnings)),
                 notes=(phrase("Contracts are counted here, and none is named. A score that tells who renewed before need not tell who will. The share of pairs in the right order is "
                               "also called the area under the ROC curve (AUC)."),))


def _bands(found: RenewalReview) -> Table:
    rows = [(cell(phrase(words.SHAPES[b.light])), cell(b.count, unit=False), cell(b.kept, unit=False), cell(b.renewed, interval=True), cell(b.said), cell(phrase(words.FITS[b.fit])))
            for b in found.bands]
    header = (phrase("score before"), phrase("renewals"), phrase("renewed"), phrase("share renewed"), phrase("mean score"), phrase("read as a chance"))
    return table(phrase("What became of each light"), header, rows, note=phrase(
        "Green from {green}, red below {red}. Fits: the mean score lies inside the interval of the share renewed, which few renewals cannot refuse.", green=format_fraction(GREEN_FROM),
        red=format_fraction(RED_BELOW)))
