"""Who the report is about, what it rests on, whose opinion it carries."""

from __future__ import annotations

from markupsafe import Markup

from valuelab.present import tables
from valuelab.present.blocks import Block
from valuelab.present.figures import say
from valuelab.present.wording import account as words
from valuelab.types import Customer


def header(customer: Customer) -> Block:
    data = {"id": customer.id, "name": customer.name, "as_of": str(customer.as_of), "currency": customer.currency, "initiative": customer.initiative}
    return Block("account", "Customer", data, role="account", lead=say("{}", customer.name), sentences=words.header(customer))


def assumptions(customer: Customer) -> Block | None:
    """Every figure that somebody declared, with who agreed and when; bare ones are marked as not sourced."""
    if not customer.assumptions:
        return Block("account.assumptions", "Assumptions", [], sentences=(Markup("No assumption was declared."),))
    data = customer.to_dict()["assumptions"]
    return Block("account.assumptions", "Assumptions", data, tables=(tables.assumptions(customer),))


def data_used(customer: Customer) -> Block:
    plain = customer.to_dict()
    data = {"files": plain["files"], "quality": plain["quality"]}
    blocks = (tables.quality(customer),) if customer.quality else ()
    notes = () if customer.quality else ("Nothing had to be repaired, dropped or left out.",)
    files = words.data_used(customer) or (Markup("No data file: all figures are in the params."),)
    return Block("account.data", "DataUsed", data, sentences=files, tables=blocks, notes=notes)


def comment(customer: Customer) -> Block | None:
    """Events, and the analyst's opinion marked as one."""
    if customer.comment is None and not customer.events:
        return None
    sentences = ()
    if customer.comment is not None:
        c = customer.comment
        by = ", ".join(p for p in (c.by, c.on) if p)
        sentences = (say("Opinion{}: “{}”", f" ({by})" if by else "", c.text),)
    data = {"comment": customer.to_dict()["comment"], "events": customer.to_dict()["events"]}
    return Block("account.comment", "Comment", data, title="Events and comments", sentences=sentences,
                 tables=(tables.events(customer),) if customer.events else ())
