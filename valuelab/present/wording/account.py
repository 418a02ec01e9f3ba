"""Sentences about the customer: who, when, which data, whose opinion."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from valuelab.analysis.outlook import Prospect
from valuelab.formatting import format_number
from valuelab.language import said
from valuelab.present.figures import count, period_text, say
from valuelab.present.wording.common import sentence_case
from valuelab.types import Customer

MOST_WAITING = 4  # lines on what cannot be said yet

NOTEBOOK_QUESTIONS = {
    "01_baseline": "Where are we?", "02_leading_indicators": "What tells us early?", "03_conversion": "What is a point worth?",
    "04_roi": "Does it pay?", "05_health": "Who uses it?",
}


def header(customer: Customer) -> tuple[Markup, ...]:
    parts = [say("<bdi>{}</bdi>", customer.initiative)] if customer.initiative else []
    if customer.started is not None:
        parts.append(say("started {month}", month=period_text(customer.started)))
    parts.append(say("as of {date}", date=period_text(customer.as_of)))
    parts.append(say("money in {currency}", currency=customer.currency))
    return tuple(parts)


def data_used(customer: Customer) -> tuple[Markup, ...]:
    lines = []
    for file in customer.files:
        lines.append(say("<code>{file}</code>: {rows}, fingerprint <code>{hash}…</code>", file=file.name, rows=count(file.rows, "row"), hash=file.sha256[:12]))
    measures = [m for m in (customer.outcome, *customer.indicators.values()) if m is not None]
    gaps = {m.name: int(m.series.isna().sum()) for m in measures}
    missing = [f"{name}: {count(n, 'period')}" for name, n in gaps.items() if n]
    if missing:
        lines.append(say("Missing, kept as gaps and never filled with zero: {gaps}.", gaps=", ".join(missing)))
    for m in measures:
        if m.partial is not None:
            lines.append(say("{name}: {period} is not over and stands in no statistic ({value} so far).", name=m.name, period=period_text(m.partial[0]),
                             value=format_number(m.partial[1])))
    return tuple(lines)


def not_yet(outlook: Sequence[Prospect]) -> tuple[Markup, ...]:
    """What cannot be said yet, and from when it could be; not what only a further line in the params would bring."""
    waiting = [p for p in outlook if p.answer == "no" and (p.from_period is not None or (p.fix and "`" not in p.fix and p.subject != "does not apply"))]
    lines = [_waiting(p) for p in waiting[:MOST_WAITING]]
    if (more := len(waiting) - MOST_WAITING) > 0:
        lines.append(say("And {count} more, in the reports.", count=format_number(more)))
    return tuple(lines)


def _waiting(prospect: Prospect) -> Markup:
    """What cannot be said, why, from when it could be, and what to do."""
    subject, reason = sentence_case(said(prospect.subject)), said(prospect.reason)
    if prospect.from_period is None:
        text = say("{subject}: {reason}.", subject=subject, reason=reason)
    else:
        text = say("{subject}: {reason}, from {period}.", subject=subject, reason=reason, period=period_text(prospect.from_period))
    return text + say(" {fix}", fix=said(prospect.fix)) if prospect.fix else text
