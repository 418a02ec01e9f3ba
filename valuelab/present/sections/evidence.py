"""Sections of notebook 02 on what stands behind a verdict: lines before and after, and what to measure next."""

from __future__ import annotations

from dataclasses import replace

from valuelab.analysis.before_after import BeforeAfter
from valuelab.analysis.next_measures import MeasureNext
from valuelab.analysis.reviews import IndicatorReview
from valuelab.language import phrase, said
from valuelab.present.blocks import Block
from valuelab.present.charts import evidence as charts
from valuelab.present.lead_tables import next_measures
from valuelab.present.wording import evidence as words


def before_after_of(review: IndicatorReview) -> Block | None:
    """Nothing where there is no scan: the reason stands where the scan would."""
    if not isinstance(review.pictured, BeforeAfter):
        return None
    block, other = before_after(review.pictured), words.misleading(review)
    return replace(block, sentences=(*block.sentences, other)) if other is not None and review.pictured.verdict != "not shown" else block


def before_after(result: BeforeAfter) -> Block:
    caption = phrase("Each line in units of its own usual spread. Above: as reported. Below: the month-to-month surprises, the indicator’s moved by the lag "
               "at which its link is strongest.")
    picture = charts.before_after(result, alt=words.alt_before_after(result), caption=caption)
    return Block("indicators.before_after", "BeforeAfter", result.to_dict(), title=phrase("Why lines that rise together prove nothing"), sentences=words.before_after(result), charts=(picture,))


def next_of(review: IndicatorReview) -> Block | None:
    return measure_next(review.next) if isinstance(review.next, MeasureNext) else None


def measure_next(result: MeasureNext) -> Block:
    caption = phrase("Paired months until a lead is found in four of five cases. Orange: with its lag named in advance. Blue: searched over all lags. "
               "Black line: the months there are.")
    picture = charts.months_needed(result, alt=words.alt_next(result), caption=caption)
    return Block("indicators.next", "MeasureNext", result.to_dict(), title=phrase("What to measure next"), lead=words.planned_for(result),
                 sentences=(*(words.next_measure(item, result) for item in result.items), *filter(None, (words.naming(result),))), charts=(picture,) if picture else (), tables=(next_measures(result),), notes=(words.next_note(result),), warnings=tuple(map(said, result.warnings)))
