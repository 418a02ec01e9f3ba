"""Sections of notebook 05 on the outcome chain and on people."""

from __future__ import annotations

from valuelab.analysis.relationships import Relationships
from valuelab.analysis.reviews.health import HealthReview
from valuelab.analysis.reviews.outcome_chain import OutcomeChain
from valuelab.present.blocks import Block, Table, cell, number, table
from valuelab.present.charts import chain as charts
from valuelab.present.figures import short_period
from valuelab.present.wording import chain as words


def chain_of(review: HealthReview) -> Block | None:
    return review.chain and outcome_chain(review.chain)


def outcome_chain(found: OutcomeChain) -> Block:
    picture = charts.outcome_chain(found, alt=words.alt_chain(found), caption=(
        "From the first to move to the end. Solid green: the cause moves first, the way that is wanted. Orange: broken, or (dashed) not shown. Dotted grey: not tested yet."))
    return Block("chain", "OutcomeChain", found.to_dict(), title="The outcome chain", charts=(picture,), sentences=(words.chain(found), *(words.link(x) for x in found.links if x.state != "holds")),
                 tables=(_steps(found), _links(found)), warnings=found.warnings)


def _steps(found: OutcomeChain) -> Table:
    def moved(wanted: bool | None) -> str:
        return "–" if wanted is None else "better" if wanted else "worse"

    rows = [(cell(s.name), cell(s.stage), cell(s.baseline), cell(s.now), cell(s.change, sign=True), cell(moved(s.wanted))) for s in found.steps]
    return table("Each step against its own baseline", ("step", "stage", "baseline", "now", "against a year before", "which is"), rows,
                 note="Baseline: as agreed, else the mean of the twelve months before the start. Now: the mean of the last three months; against the same months a year before.")


def _links(found: OutcomeChain) -> Table:
    rows = [(cell(f"{x.cause} → {x.effect}"), cell(x.state), number("–" if x.lag_months is None else str(x.lag_months).replace("-", "−")), cell(x.reason),
             cell(x.test or "–"), number("–" if x.from_period is None else short_period(x.from_period))) for x in found.links]
    return table("Where it holds, and what would test the rest", ("link", "state", "lag in months", "because", "what would test it", "from"), rows)


def people_of(review: HealthReview) -> Block | None:
    return review.people and relationships(review.people)


def relationships(found: Relationships) -> Block:
    picture = charts.people(found, alt=words.alt_people(found), caption="Everybody in the register by role. Triangle up: promoter; square: passive; triangle down: detractor; ring: nobody.")
    return Block("relationships", "Relationships", found.to_dict(), title="Who stands behind it (opinion)", charts=(picture,), sentences=words.people(found), tables=(_people(found),),
                 warnings=found.warnings, notes=(f"Names are left out of {found.names_left_out} lines; `show_names: true` in the params shows them.",) if found.names_left_out else ())


def _people(found: Relationships) -> Table:
    names = any(p.name for p in found.people)
    rows = [(cell(p.role), *((cell(p.name or "–"),) if names else ()), cell(p.team or "–"), cell(p.quality), number("–" if p.score is None else f"{p.score:g}"), cell(words.opinion(p)))
            for p in found.people]
    return table("People by role", ("role", *(("name",) if names else ()), "team", "quality", "score", "opinion"), rows,
                 note="Score: 0 to 10; 9 and 10 are promoters, 7 and 8 passive, lower ones detractors. Every line is an opinion.")
