"""Who the report is about, what it rests on, whose opinion it carries."""

from __future__ import annotations

from valuelab.analysis.outlook import outlook
from valuelab.formatting import day_as_here
from valuelab.inputs.remembered import declared
from valuelab.language import phrase
from valuelab.present import tables
from valuelab.present.blocks import Block
from valuelab.present.brief import Brief
from valuelab.present.figures import say
from valuelab.present.wording import account as words
from valuelab.provenance import values_kept
from valuelab.types import Customer, to_plain


def header(customer: Customer) -> Block:
    data = {"id": customer.id, "name": customer.name, "as_of": str(customer.as_of), "currency": customer.currency, "locale": customer.locale, "language": customer.language, "strategy": customer.strategy, "initiative": customer.initiative, "segment": customer.segment}
    if customer.brand is not None:
        data["brand"] = to_plain(customer.brand)
    return Block("account", "Customer", data, role="account", lead=say("{}", customer.name), sentences=words.header(customer),
                 briefs=(Brief("yet", lead=False, sentences=words.not_yet(outlook(customer))),))


def assumptions(customer: Customer) -> Block | None:
    """Every figure that somebody declared, with who agreed and when; bare ones are marked as not sourced."""
    if not customer.assumptions:
        return Block("account.assumptions", "Assumptions", [], sentences=(say("Nothing was agreed or assumed."),))
    data = customer.to_dict()["assumptions"]
    return Block("account.assumptions", "Assumptions", data, tables=(tables.assumptions(customer),))


def data_used(customer: Customer) -> Block:
    """The files, what was repaired or left out of them, and what is no longer as an earlier report had it.

    Its data are kept whole at the top of results.json: also where each value was read, and the values themselves, against which
    the next report is held.
    """
    files = words.data_used(customer) or (say("No data file: all figures are in the params."),)
    shown = [tables.quality(customer)] if customer.quality else []
    shown += [tables.restated(customer)] if customer.restated else []
    notes = () if customer.quality else (say("Nothing had to be repaired, dropped or left out."),)
    return Block("account.data", "DataUsed", to_plain(_data(customer)), sentences=files, tables=tuple(shown), notes=notes)


def _data(customer: Customer) -> dict[str, object]:
    measures = [m for m in (customer.outcome, *customer.indicators.values()) if m is not None]
    lineage = {m.name: m.lineage for m in measures if m.lineage is not None}
    values = {m.name: values_kept(m.series) for m in measures}
    if (flows := customer.cash_flow) is not None:
        lineage |= {"cash flow": flows.lineage} if flows.lineage is not None else {}
        values |= {f"cash flow: {column}": values_kept(flows.table[column]) for column in flows.table}
    return {"files": customer.files, "quality": customer.quality, "restated": customer.restated, "lineage": lineage, "values": values,
            "declared": declared(customer)}


def comment(customer: Customer) -> Block | None:
    """Events, and the analyst's opinion marked as one."""
    if customer.comment is None and not customer.events:
        return None
    sentences = ()
    if customer.comment is not None:
        c = customer.comment
        by = ", ".join(p for p in (c.by, day_as_here(c.on)) if p)
        sentences = (say("Opinion ({by}): “{text}”", by=by, text=c.text) if by else say("Opinion: “{text}”", text=c.text),)
    data = {"comment": customer.to_dict()["comment"], "events": customer.to_dict()["events"]}
    return Block("account.comment", "Comment", data, title=phrase("Events and comments"), sentences=sentences,
                 tables=(tables.events(customer),) if customer.events else ())
