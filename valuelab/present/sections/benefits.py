"""Direct benefits other than a price: a part of notebook 04."""

from __future__ import annotations

from dataclasses import replace

from valuelab.analysis.direct_benefits import FORMULA, BenefitEffect
from valuelab.analysis.reviews import ValueReview
from valuelab.present.blocks import Block, Table, cell, number, table
from valuelab.present.brief import Brief
from valuelab.present.charts.outlook import beside
from valuelab.present.charts.style import BLUE, ORANGE
from valuelab.present.wording import benefits as words


def benefits_of(review: ValueReview) -> Block | None:
    if not review.benefits:
        return None
    block = benefits(review.benefits, review.currency)
    return replace(block, briefs=(Brief("worth", lead=False, charts=1),)) if review.case is None and review.leads == "benefit" else block


def benefit(effect: BenefitEffect) -> Block:
    return benefits((effect,), effect.per_year.unit)


def benefits(effects: tuple[BenefitEffect, ...], currency: str) -> Block:
    rows = [(f"{e.name}: {'net of its cost' if e.net is not None else 'before any cost'}", e.worth, BLUE if e.worth.value >= 0 else ORANGE) for e in effects]
    picture = beside(rows, currency, label="profit over its years", alt=words.alt(effects), caption=(
        "What each brings over the years that it is counted; lines: intervals of the agreed ranges. They are agreed figures, not measured ones."))
    tables = [_amounts(effects)]
    if any(e.break_even for e in effects):
        tables.append(_break_even(effects))
    return Block("value.benefits", "BenefitEffect", [e.to_dict() for e in effects], title="Direct benefits", charts=(picture,),
                 sentences=tuple(line for e in effects for line in words.support(e)), tables=tuple(tables), warnings=tuple(w for e in effects for w in e.warnings))


def _amounts(effects: tuple[BenefitEffect, ...]) -> Table:
    rows = [(cell(e.name), *(cell(figure, interval=True, exact=figure is None or figure.bare) for figure in (e.per_year, e.total, e.cost, e.net))) for e in effects]
    worked_out = "; ".join(f"{e.name}: {FORMULA[e.kind]}" for e in effects)
    return table("Direct benefits in profit", ("benefit", "a year", "over its years", "cost", "net"), rows,
                 note=f"A year is worked out as {worked_out}. A cost that is saved counts in full as profit; where no cost is stated there is no net.")


def _break_even(effects: tuple[BenefitEffect, ...]) -> Table:
    rows = [(cell(e.name), cell(b.name), cell(b.declared, interval=True), number(words.break_even(b))) for e in effects for b in e.break_even]
    return table("How wrong each figure may be", ("benefit", "figure", "as agreed", "only pays its cost at"), rows,
                 note="One figure at a time, the others as agreed.")
