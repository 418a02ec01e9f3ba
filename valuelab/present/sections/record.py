"""How often the methods of a report were wrong where the truth is known: a part of each of the first three notebooks."""

from __future__ import annotations

from markupsafe import Markup

from valuelab.analysis.conversion import Conversion
from valuelab.analysis.effect import Effect
from valuelab.analysis.leads import LeadScan
from valuelab.analysis.projection import Projection
from valuelab.analysis.reviews import BaselineReview, ConversionReview, IndicatorReview
from valuelab.language import later, phrase
from valuelab.present.blocks import Block
from valuelab.present.wording import record as words
from valuelab.types import Estimate, to_plain

TITLE = later("How often methods like these are wrong")


def baseline_record(review: BaselineReview) -> Block | None:
    lines, record = (), ()
    if isinstance(review.projection, Projection):
        lines, record = words.projection(review.projection), review.projection.record
    if isinstance(review.effect, Effect):
        lines, record = lines + words.effect(review.effect), record + review.effect.record
    return _block("baseline.record", lines, record)


def indicator_record(review: IndicatorReview) -> Block | None:
    if not isinstance(review.scan, LeadScan):
        return None
    return _block("indicators.record", words.scan(review.scan), (review.scan.false_alarm_rate, *review.scan.record))


def conversion_record(review: ConversionReview) -> Block | None:
    measured = [item.measured for item in review.items if isinstance(item.measured, Conversion)]
    return _block("conversion.record", tuple(line for m in measured for line in words.conversion(m)), tuple(r for m in measured for r in m.record))


def _block(key: str, lines: tuple[Markup, ...], record: tuple[Estimate, ...]) -> Block | None:
    return Block(key, "Record", to_plain(record), title=phrase(TITLE), sentences=lines) if lines else None
