"""Sections of notebook 03."""

from __future__ import annotations

from valuelab.analysis.conversion import Conversion
from valuelab.analysis.reviews import ConversionReview
from valuelab.language import phrase, said
from valuelab.present import tables
from valuelab.present.blocks import Block
from valuelab.present.charts import indicators as charts
from valuelab.present.figures import say
from valuelab.present.wording import conversion as words
from valuelab.present.wording import highlights


def conversion_headline(review: ConversionReview) -> Block:
    return Block("conversion.review", "ConversionReview", review.to_dict(), role="headline", status=review.status,
                 lead=words.headline(review), highlights=highlights.conversion(review), sentences=words.support(review))


def conversion_effect(review: ConversionReview) -> Block | None:
    """Agreed beside measured, then the points behind each measured slope."""
    if not review.items:
        return None
    pictures = [charts.agreed_and_measured(review, alt=words.alt_agreed(review), caption=phrase(
        "Dots: the effect of one point. Bars: the agreed range (80 %) and the measured 95 % interval. Hollow: before correction."))]
    measured = [i.measured for i in review.items if isinstance(i.measured, Conversion)]
    pictures += [_slope(m) for m in measured]
    return Block("conversion.effect", "Conversion", [m.to_dict() for m in measured], charts=tuple(pictures),
                 tables=(tables.conversion(review),), notes=words.corrections(review), warnings=tuple(map(said, review.warnings)))


def _slope(result: Conversion):
    return charts.slope(result, alt=words.alt_slope(result), caption=phrase(
        "Each dot is a month, with trend and season taken out of both. The line is the measured effect, the band its interval."))


def conversion(result: Conversion) -> Block:
    return Block(f"conversion.{result.indicator}", "Conversion", result.to_dict(), charts=(_slope(result),), warnings=tuple(map(said, result.warnings)))


def conversion_points(review: ConversionReview) -> Block | None:
    """The levels that the goals need against what was seen and what the scale has, then the same as a table."""
    shown = tables.points(review)
    pictures = tuple(charts.points(item, review.unit, alt=words.alt_points(item, review.unit), caption=phrase(
        "Where the indicator must go for each goal, at the effect that is used. Shaded: the levels seen so far. Beyond them the effect is an "
        "assumption; past the end of the scale nobody can score.")) for item in review.items if charts.has_points(item))
    return shown and Block("conversion.points", "PointsNeeded", [], title=phrase("Points that the goals need"), charts=pictures, tables=(shown,))


def conversion_would_change(review: ConversionReview) -> Block:
    lines = words.would_change(review) or (say("An agreed effect with its source, or more months of data."),)
    return Block("conversion.would_change", "Notes", [], sentences=lines)
