"""Sentences on direct benefits other than a price."""

from __future__ import annotations

from markupsafe import Markup

from valuelab.analysis.direct_benefits import BenefitEffect, BreakEven
from valuelab.formatting import format_number
from valuelab.language import phrase, said
from valuelab.present.figures import fig, full, say
from valuelab.present.wording.common import months, sentence_case


def years(effect: BenefitEffect) -> str:
    return phrase("one year") if effect.years == 1 else phrase("{count} years", count=format_number(effect.years))


def headline(effect: BenefitEffect) -> Markup:
    """What the leading benefit brings, after its cost where one is stated."""
    if effect.net is None and effect.total.value < 0:
        return say("“{name}” costs {total} of profit over {span}; it is no benefit.", name=effect.name, total=full(effect.total, magnitude=True), span=years(effect))
    if effect.net is None:
        return say("“{name}” saves or brings {total} of profit over {span}; no cost is stated.", name=effect.name, total=full(effect.total), span=years(effect))
    values = {"name": effect.name, "net": full(effect.net, magnitude=True), "span": years(effect)}
    text = say("“{name}” returns {net} net over {span}", **values) if effect.net.value >= 0 else say("“{name}” loses {net} net over {span}", **values)
    if effect.roi_net is not None:
        text = say("{finding}: ROI (net) {ratio}", finding=text, ratio=fig(effect.roi_net))
    return text + Markup(".")


def support(effect: BenefitEffect) -> tuple[Markup, ...]:
    """What it is a year, when it begins, what it costs; of customers who stay how many they are."""
    text = say("{name}: {amount} of profit a year", name=sentence_case(effect.name), amount=full(effect.per_year))
    if effect.starts_after_months:
        text = say("{finding}, beginning after {span}", finding=text, span=months(effect.starts_after_months))
    if effect.years != 1 or effect.starts_after_months:
        text = say("{finding}, so {total} over {span}", finding=text, total=fig(effect.total), span=years(effect))
    if effect.cost is not None:
        text = say("{finding}; it costs {cost} over the same time", finding=text, cost=full(effect.cost))
    lines = [text + Markup(".")]
    if effect.kept is not None:
        if effect.kept.value < 0:
            lines.append(say("That is {count} a year who leave and would have stayed.", count=full(effect.kept, magnitude=True)))
        else:
            lines.append(say("That is {count} a year who stay and would have left. Each counts with one year’s profit and not again in later years.", count=full(effect.kept)))
    if effect.cost is None and effect.total.value > 0:
        lines.append(say("Whatever it costs, it pays up to {total} over {span}.", total=fig(effect.total), span=years(effect)))
    return tuple(lines)


def break_even(item: BreakEven) -> Markup:
    if item.at is None:
        return say("at no value")
    return fig(item.at)


def would_change(effect: BenefitEffect) -> tuple[Markup, ...]:
    """The figure that may be wrong by the least share before the benefit no longer pays its cost."""
    near = [(abs(b.at.value - b.declared.value) / abs(b.declared.value), b) for b in effect.break_even if b.at is not None and b.declared.value]
    if not near:
        return ()
    _, first = min(near, key=lambda pair: pair[0])
    return (say("{name}: with {what} at {at} in place of {declared} it would only pay its cost.", name=sentence_case(effect.name), what=said(first.name), at=fig(first.at),
                declared=fig(first.declared)),)


def alt(effects: tuple[BenefitEffect, ...]) -> str:
    parts = [f"{e.name} {e.worth}" for e in effects]
    return phrase("Direct benefits over their years: {amounts}.", amounts="; ".join(parts))
