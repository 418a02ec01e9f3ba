"""Sections of notebook 05 on the outcome chain and on people."""

from __future__ import annotations

from valuelab.analysis.relationships import Relationships
from valuelab.analysis.reviews.health import HealthReview
from valuelab.analysis.reviews.outcome_chain import OutcomeChain
from valuelab.language import phrase, said
from valuelab.present.blocks import Block, Table, cell, number, table
from valuelab.present.charts import chain as charts
from valuelab.present.figures import short_period
from valuelab.present.wording import chain as words
from valuelab.present.wording.common import as_written


def chain_of(review: HealthReview) -> Block | None:
    return review.chain and outcome_chain(review.chain)


def outcome_chain(found: OutcomeChain) -> Block:
    picture = charts.outcome_chain(found, alt=words.alt_chain(found), caption=phrase(
        "From the first to move to the end. Solid green: the cause moves first, the way that is wanted. Orange: broken, or (dashed) not shown. Dotted grey: not tested yet."))
    return Block("chain", "OutcomeChain", found.to_dict(), title=phrase("The outcome chain"), charts=(picture,), sentences=(words.chain(found), *(words.link(x) for x in found.links if x.state != "holds")),
                 tables=(_steps(found), _links(found)), warnings=tuple(map(said, found.warnings)))


def _steps(found: OutcomeChain) -> Table:
    def moved(wanted: bool | None) -> str:
        return "–" if wanted is None else phrase("better") if wanted else phrase("worse")

    rows = [(cell(s.name), cell(phrase(words.STAGES[s.stage])), cell(s.baseline), cell(s.now), cell(s.change, sign=True), cell(moved(s.wanted))) for s in found.steps]
    header = (phrase("step"), phrase("stage"), phrase("baseline"), phrase("now"), phrase("against a year before"), phrase("which is"))
    return table(phrase("Each step against its own baseline"), header, rows, note=phrase(
        "Baseline: as agreed, else the mean of the twelve months before the start. Now: the mean of the last three months; against the same months a year before."))


def _links(found: OutcomeChain) -> Table:
    rows = [(cell(f"{x.cause} → {x.effect}"), cell(phrase(words.STATES[x.state])), number("–" if x.lag_months is None else str(x.lag_months).replace("-", "−")), cell(said(x.reason)),
             cell(said(x.test) if x.test else "–"), number("–" if x.from_period is None else short_period(x.from_period))) for x in found.links]
    header = (phrase("link"), phrase("state"), phrase("lag in months"), phrase("because"), phrase("what would test it"), phrase("from"))
    return table(phrase("Where it holds, and what would test the rest"), header, rows)


def people_of(review: HealthReview) -> Block | None:
    return review.people and relationships(review.people)


def relationships(found: Relationships) -> Block:
    picture = charts.people(found, alt=words.alt_people(found), caption=phrase(
        "Everybody in the register by role. Triangle up: promoter; square: passive; triangle down: detractor; ring: nobody."))
    notes = (phrase("Names are left out of {count} lines; `show_names: true` in the params shows them.", count=found.names_left_out),) if found.names_left_out else ()
    return Block("relationships", "Relationships", found.to_dict(), title=phrase("Who stands behind it (opinion)"), charts=(picture,), sentences=words.people(found),
                 tables=(_people(found),), warnings=tuple(map(said, found.warnings)), notes=notes)


def _people(found: Relationships) -> Table:
    names = any(p.name for p in found.people)
    rows = [(cell(said(p.role)), *((cell(p.name or "–"),) if names else ()), cell(p.team or "–"), cell(phrase(words.QUALITIES[p.quality])),
             number("–" if p.score is None else as_written(f"{p.score:g}")), cell(words.opinion(p))) for p in found.people]
    header = (phrase("role"), *((phrase("name"),) if names else ()), phrase("team"), phrase("quality"), phrase("score"), phrase("opinion"))
    return table(phrase("People by role"), header, rows, note=phrase("Score: 0 to 10; 9 and 10 are promoters, 7 and 8 passive, lower ones detractors. Every line is an opinion."))
