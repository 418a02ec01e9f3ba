"""The section on what changed since the last report: of notebooks 01 and 04."""

from __future__ import annotations

from valuelab.analysis.reviews import BaselineReview, HealthReview, ValueReview
from valuelab.analysis.reviews.changes import Changes
from valuelab.analysis.reviews.health_changes import KEY as HEALTH
from valuelab.language import phrase, said
from valuelab.present.blocks import Block, Cell, Table, cell, table
from valuelab.present.brief import Brief
from valuelab.present.charts import changes as charts
from valuelab.present.wording import changes as words
from valuelab.present.wording.common import sentence_case


def changes_of(review: BaselineReview | HealthReview | ValueReview) -> Block | None:
    """Nothing without an earlier report; one sentence where nothing changed; else the waterfall."""
    return changes(review.changes) if review.changes is not None else None


def changes(result: Changes) -> Block:
    pictures, shown, notes = (), (), ()
    if result.steps:
        pictures = (charts.waterfall(result, alt=words.alt(result), caption=(
            phrase("From the figure of the last report to that of now. Blue: up. Orange: down. The axis need not begin at zero.") if result.since else
            phrase("From last time to now. Blue: up. Orange: down. The axis need not begin at zero."))),)
        shown, notes = (_table(result),), (phrase(words.order(result)),) if len(result.steps) > 1 else ()  # of one step there is no order
    title = phrase("What changed since the last report") if result.key != HEALTH else phrase("What moved the health score since the last report") if result.since \
        else phrase("What moved the health score since last time")
    return Block(result.key, "Changes", result.to_dict(), title=title, lead=words.headline(result),
                 sentences=words.support(result), charts=pictures, tables=shown, notes=notes, briefs=(Brief("changed", most=1),))


def _table(result: Changes) -> Table:
    assumed = any(s.was or s.now for s in result.steps)  # two readings stand only where an assumption or the method changed

    def row(cause: str, what: str, was: str, now: str, change: Cell, after: Cell) -> tuple[Cell, ...]:
        return (cell(cause), cell(what), *((cell(was), cell(now)) if assumed else ()), change, after)

    rows = [row(words.start(result), "–", "–", "–", cell(None), cell(result.then))]
    rows += [row(phrase(words.CAUSES[s.cause]), words.what(s), words.reading(s, s.was) or "–", words.reading(s, s.now) or "–", cell(s.change, sign=True), cell(s.after)) for s in result.steps]
    rows.append(row(phrase("now"), "–", "–", "–", cell(result.difference, sign=True), cell(result.now)))
    header = (phrase("cause"), phrase("what"), *((phrase("was"), phrase("is")) if assumed else ()), phrase("change"), phrase("figure after it"))
    name = sentence_case(said(result.what))
    caption = phrase("{name}: from the last report to this one", name=name) if result.since else phrase("{name}: from last time to now", name=name)
    return table(caption, header, rows, emphasis={len(rows) - 1: "total"})
