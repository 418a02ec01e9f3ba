"""Sections of notebook 02."""

from __future__ import annotations

from dataclasses import replace

from valuelab.analysis.leads import LeadScan
from valuelab.analysis.reviews import IndicatorReview
from valuelab.analysis.targets import Progress
from valuelab.language import phrase, said
from valuelab.present import lead_tables, tables
from valuelab.present.blocks import Block
from valuelab.present.brief import Brief
from valuelab.present.charts import indicators as charts
from valuelab.present.figures import say
from valuelab.present.sections.baseline import cannot
from valuelab.present.wording import decisions, highlights
from valuelab.present.wording import indicators as words
from valuelab.types import CannotSay


def indicator_headline(review: IndicatorReview) -> Block:
    return Block("indicators.review", "IndicatorReview", review.to_dict(), role="headline", status=review.status, lead=words.headline(review),
                 highlights=highlights.indicators(review), sentences=words.support(review),
                 briefs=(Brief("early", figures=False, sentences=words.brief(review)), Brief("decide", lead=False, sentences=decisions.of_indicators(review))))


def measures(review: IndicatorReview) -> Block:
    picture = charts.series(review, alt=words.alt_series(review), caption=phrase("All measures over the same months, each on its own axis."))
    return Block("indicators.measures", "Measures", review.to_dict()["now"], charts=(picture,), tables=(tables.standing(review),))


def scan_of(review: IndicatorReview) -> Block:
    if isinstance(review.scan, CannotSay):
        return cannot(review.scan, "indicators.scan")
    block, chain = scan(review.scan), lead_tables.links(review)
    return replace(block, tables=(*block.tables, chain)) if chain else block


def scan(result: LeadScan) -> Block:
    pictures = ()
    if len(result.profile):
        caption = phrase("The link at every lag, after trend, season and momentum are taken out of both. Grey: what chance alone fills. "
                   "To the right of zero the indicator moves first; orange marks the lag that is called. A bar below the line means the opposite direction: "
                   "more of the one goes with less of the other.")
        pictures = (charts.lag_profile(result, alt=words.alt_profile(result), caption=caption),)
    return Block("indicators.scan", "LeadScan", result.to_dict(), charts=pictures, tables=(lead_tables.verdicts(result),),
                 notes=(words.method_note(result),), warnings=tuple(map(said, result.warnings)))


def progress_of(review: IndicatorReview) -> Block | None:
    """All indicators that have a plan, in one section."""
    if not review.progress:
        return None
    blocks = [progress(p) for p in review.progress]
    return Block("indicators.progress", "Progress", [b.data for b in blocks], title=phrase("On plan?"),
                 sentences=tuple(s for b in blocks for s in b.sentences), charts=tuple(c for b in blocks for c in b.charts),
                 tables=tuple(t for b in blocks for t in b.tables), warnings=tuple(w for b in blocks for w in b.warnings))


def progress(result: Progress) -> Block:
    lines = tuple(s for s in (words.progress(result), words.crossing(result)) if s is not None)
    picture = charts.progress(result, alt=words.alt_progress(result),
                              caption=phrase("0 % is the baseline, 100 % the target; the dashed line is the plan."))
    return Block(f"progress.{result.name}", "Progress", result.to_dict(), status=result.status, sentences=lines, charts=(picture,),
                 tables=(tables.progress(result),), warnings=tuple(map(said, result.warnings)))


def indicator_would_change(review: IndicatorReview) -> Block:
    lines = words.would_change(review) or (say("More months of data, and indicators that were named in advance."),)
    return Block("indicators.would_change", "Notes", [], sentences=lines)
