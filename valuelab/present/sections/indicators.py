"""Sections of notebooks 02 and 03."""

from __future__ import annotations

from dataclasses import replace

from markupsafe import Markup

from valuelab.analysis.conversion import Conversion
from valuelab.analysis.leads import LeadScan
from valuelab.analysis.reviews import ConversionReview, IndicatorReview
from valuelab.analysis.targets import Progress
from valuelab.present import lead_tables, tables
from valuelab.present.blocks import Block
from valuelab.present.brief import Brief
from valuelab.present.charts import indicators as charts
from valuelab.present.sections.baseline import cannot
from valuelab.present.wording import conversion as conversion_words
from valuelab.present.wording import decisions, highlights
from valuelab.present.wording import indicators as words
from valuelab.types import CannotSay


def indicator_headline(review: IndicatorReview) -> Block:
    return Block("indicators.review", "IndicatorReview", review.to_dict(), role="headline", status=review.status, lead=words.headline(review),
                 highlights=highlights.indicators(review), sentences=words.support(review),
                 briefs=(Brief("early", figures=False, sentences=words.brief(review)), Brief("decide", lead=False, sentences=decisions.of_indicators(review))))


def measures(review: IndicatorReview) -> Block:
    picture = charts.series(review, alt=words.alt_series(review), caption="All measures over the same months, each on its own axis.")
    return Block("indicators.measures", "Measures", review.to_dict()["now"], charts=(picture,), tables=(tables.standing(review),))


def scan_of(review: IndicatorReview) -> Block:
    if isinstance(review.scan, CannotSay):
        return cannot(review.scan, "indicators.scan")
    block, chain = scan(review.scan), lead_tables.links(review)
    return replace(block, tables=(*block.tables, chain)) if chain else block


def scan(result: LeadScan) -> Block:
    pictures = ()
    if len(result.profile):
        caption = ("The link at every lag, after trend, season and momentum are taken out of both. Grey: what chance alone fills. "
                   "To the right of zero the indicator moves first; orange marks the lag that is called. A bar below the line means the opposite direction: "
                   "more of the one goes with less of the other.")
        pictures = (charts.lag_profile(result, alt=words.alt_profile(result), caption=caption),)
    return Block("indicators.scan", "LeadScan", result.to_dict(), charts=pictures, tables=(lead_tables.verdicts(result),),
                 notes=(words.method_note(result),), warnings=result.warnings)


def progress_of(review: IndicatorReview) -> Block | None:
    """All indicators that have a plan, in one section."""
    if not review.progress:
        return None
    blocks = [progress(p) for p in review.progress]
    return Block("indicators.progress", "Progress", [b.data for b in blocks], title="On plan?",
                 sentences=tuple(s for b in blocks for s in b.sentences), charts=tuple(c for b in blocks for c in b.charts),
                 tables=tuple(t for b in blocks for t in b.tables), warnings=tuple(w for b in blocks for w in b.warnings))


def progress(result: Progress) -> Block:
    lines = tuple(s for s in (words.progress(result), words.crossing(result)) if s is not None)
    picture = charts.progress(result, alt=words.alt_progress(result),
                              caption="0 % is the baseline, 100 % the target; the dashed line is the plan.")
    return Block(f"progress.{result.name}", "Progress", result.to_dict(), status=result.status, sentences=lines, charts=(picture,),
                 tables=(tables.progress(result),), warnings=result.warnings)


def indicator_would_change(review: IndicatorReview) -> Block:
    lines = words.would_change(review) or (Markup("More months of data, and indicators that were named in advance."),)
    return Block("indicators.would_change", "Notes", [], sentences=lines)


def conversion_headline(review: ConversionReview) -> Block:
    return Block("conversion.review", "ConversionReview", review.to_dict(), role="headline", status=review.status,
                 lead=conversion_words.headline(review), highlights=highlights.conversion(review), sentences=conversion_words.support(review))


def conversion_effect(review: ConversionReview) -> Block | None:
    """Agreed beside measured, then the points behind each measured slope."""
    if not review.items:
        return None
    pictures = [charts.agreed_and_measured(review, alt=conversion_words.alt_agreed(review), caption=(
        "Dots: the effect of one point. Bars: the agreed range (80 %) and the measured 95 % interval. Hollow: before correction."))]
    measured = [i.measured for i in review.items if isinstance(i.measured, Conversion)]
    pictures += [_slope(m) for m in measured]
    return Block("conversion.effect", "Conversion", [m.to_dict() for m in measured], charts=tuple(pictures),
                 tables=(tables.conversion(review),), notes=conversion_words.corrections(review), warnings=review.warnings)


def _slope(result: Conversion):
    return charts.slope(result, alt=conversion_words.alt_slope(result), caption=(
        "Each dot is a month, with trend and season taken out of both. The line is the measured effect, the band its interval."))


def conversion(result: Conversion) -> Block:
    return Block(f"conversion.{result.indicator}", "Conversion", result.to_dict(), charts=(_slope(result),), warnings=result.warnings)


def conversion_points(review: ConversionReview) -> Block | None:
    """The levels that the goals need against what was seen and what the scale has, then the same as a table."""
    shown = tables.points(review)
    pictures = tuple(charts.points(item, review.unit, alt=conversion_words.alt_points(item, review.unit), caption=(
        "Where the indicator must go for each goal, at the effect that is used. Shaded: the levels seen so far. Beyond them the effect is an "
        "assumption; past the end of the scale nobody can score.")) for item in review.items if charts.has_points(item))
    return shown and Block("conversion.points", "PointsNeeded", [], title="Points that the goals need", charts=pictures, tables=(shown,))


def conversion_would_change(review: ConversionReview) -> Block:
    lines = conversion_words.would_change(review) or (Markup("An agreed effect with its source, or more months of data."),)
    return Block("conversion.would_change", "Notes", [], sentences=lines)
