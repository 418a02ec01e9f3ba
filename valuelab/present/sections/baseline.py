"""Sections of notebook 01."""

from __future__ import annotations

from markupsafe import Markup

from valuelab.analysis.baseline import BaselineFit
from valuelab.analysis.effect import Effect
from valuelab.analysis.projection import Projection
from valuelab.analysis.reviews import BaselineReview
from valuelab.language import phrase, said
from valuelab.present import tables
from valuelab.present.blocks import Block
from valuelab.present.brief import Brief
from valuelab.present.charts import baseline as charts
from valuelab.present.figures import say
from valuelab.present.usual_table import usual_ways
from valuelab.present.wording import baseline as words
from valuelab.present.wording import decisions, highlights
from valuelab.types import CannotSay


def cannot(result: CannotSay, key: str) -> Block:
    """Why a part cannot be said, in its place."""
    return Block(key, "CannotSay", result.to_dict(), status="cannot say", lead=words.cannot_say(result))


def baseline_headline(review: BaselineReview) -> Block:
    return Block("baseline.review", "BaselineReview", review.to_dict(), role="headline", status=review.status, reason=words.sentence(said(review.reason)),
                 lead=words.headline(review), highlights=highlights.baseline(review), sentences=words.support(review),
                 briefs=(Brief("where", most=1), Brief("decide", lead=False, sentences=decisions.of_goals(review))))


def goals(review: BaselineReview) -> Block | None:
    """Totals against goals, the table of goals, and the readings that are mistaken for each other."""
    if not review.goals:
        return None
    pictures = ()
    years = review.baseline.year_totals if isinstance(review.baseline, BaselineFit) else None
    lead = review.lead
    if lead is not None and lead.projected is not None and review.measure.total_by == "sum" and years is not None and years["complete"].any():
        pictures = (charts.year_totals(review, alt=words.alt_totals(review), caption=_totals_caption(review)),)
    notes = [words.gap_reading(o, review) for o in review.goals if o.gap is not None]
    sources = tuple(words.goal_source(o) for o in review.goals if o.goal.source or o.goal.agreed_by)
    if review.growth_needed_per_year is not None:
        notes.append(words.growth(review))
    return Block("baseline.goals", "Goals", review.to_dict()["goals"], charts=pictures, sentences=tuple(notes),
                 tables=(tables.goals(review.goals, review.measure.better),), notes=sources)


def _totals_caption(review: BaselineReview) -> str:
    if review.lead.settled:
        return phrase("12-month totals; the orange lines are the goals of the last one.")
    return phrase("12-month totals. Hatched: projected if nothing changes, with its 95 % interval; the orange lines are the goals for those months.")


def baseline_projection(review: BaselineReview) -> Block | None:
    if isinstance(review.projection, CannotSay):
        return cannot(review.projection, "baseline.projection")
    return projection(review.projection, review)


def projection(result: Projection, review: BaselineReview | None = None) -> Block:
    """The fan. With a review also its goals, events and the period that is not over."""
    outlooks = review.goals if review is not None else ()
    caption = phrase("Black: known. Blue: the middle of the possible futures, with the bands that should hold 80 and 95 of 100 of them.")
    if any(o.value is not None and not o.settled for o in outlooks):
        caption += " " + (phrase("Orange: the level that each goal asks for, spread evenly over its periods.") if result.total_by == "sum"
                          else phrase("Orange: the level that each goal asks for."))
    picture = charts.projection(
        result, alt=words.alt_projection(result, outlooks), caption=caption, goals=outlooks, events=review.events if review else (),
        partial=review.measure.partial if review else None)
    shown = (tables.projection(result),) if len(result.path) else ()
    data, told = result.to_dict(), ()
    if review is not None and review.comparison is not None:
        shown = (usual_ways(review.comparison), *shown)
        told = words.comparison(review.comparison)
    return Block("baseline.projection", "Projection", data, sentences=told, charts=(picture,), tables=shown, warnings=tuple(map(said, result.warnings)),
                 briefs=(Brief("where", charts=1),))


def baseline_history(review: BaselineReview) -> Block:
    if isinstance(review.baseline, CannotSay):
        return cannot(review.baseline, "baseline.history")
    return history(review.baseline, words.year_end(review))


def history(fit: BaselineFit, more: tuple[Markup, ...] = ()) -> Block:
    pictures = ()
    if len(fit.season):
        pictures = (charts.season(fit, alt=words.alt_season(fit), caption=phrase("The season with 95 % intervals; grey where the interval holds zero.")),)
    return Block("baseline.history", "BaselineFit", fit.to_dict(), sentences=(*words.history(fit), *more), charts=pictures, tables=(tables.years(fit),),
                 warnings=tuple(map(said, fit.warnings)))


def baseline_effect(review: BaselineReview) -> Block:
    if isinstance(review.effect, CannotSay):
        return cannot(review.effect, "baseline.effect")
    return effect(review.effect)


def effect(result: Effect) -> Block:
    """The lines, the crowd of fake starts, the split; then the tables."""
    pictures = [charts.effect(result, alt=words.alt_effect(result), caption=words.effect_caption(result))]
    if len(result.placebos):
        pictures.append(charts.placebos(result, alt=words.alt_crowd(result), caption=words.crowd_caption(result)))
    pictures.append(charts.effect_split(result, alt=words.alt_split(result), caption=words.split_caption(result)))
    return Block("baseline.effect", "Effect", result.to_dict(), sentences=words.effect(result), charts=tuple(pictures),
                 tables=(tables.effect(result), tables.effect_split(result)), notes=(words.caution(result),), warnings=tuple(map(said, result.warnings)))


def baseline_would_change(review: BaselineReview) -> Block | None:
    lines = words.would_change(review)
    lines = lines or (say("New data: every further period narrows the interval."),)
    return Block("baseline.would_change", "Notes", [], sentences=lines)
