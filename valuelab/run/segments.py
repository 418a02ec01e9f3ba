"""The portfolio by segment: how many customers, how many need attention, and the money at risk, never added over currencies or rules."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from valuelab.formatting import format_value
from valuelab.run.portfolio import Account

ATTENTION = ("failed", "stale", "behind")
NONE = "no segment"


@dataclass(frozen=True, slots=True)
class Segment:
    """Customers of one segment. ``attention``: failed, stale or behind; ``at_risk``: a text for each currency and rule, "" where nothing is known; ``risk``: its
    largest sum, to sort by; ``chance``: the smallest chance of an open promise."""

    name: str
    customers: int
    attention: int
    at_risk: tuple[str, ...]
    risk: float
    chance: float | None


def by_segment(found: Sequence[Account]) -> tuple[Segment, ...]:
    """Segments by what needs attention first; nothing where no customer names one."""
    groups: dict[str, list[Account]] = defaultdict(list)
    for account in found:
        groups[account.card.get("segment") or NONE].append(account)
    if set(groups) <= {NONE}:
        return ()
    return tuple(sorted((_segment(name, members) for name, members in groups.items()), key=lambda s: (-s.attention / s.customers, -s.risk, s.name.casefold())))


def _segment(name: str, members: Sequence[Account]) -> Segment:
    sums: dict[tuple[str, str], float] = defaultdict(float)
    for account in members:
        if figure := account.card.get("figures", {}).get("at_risk"):
            sums[figure["unit"] or "", figure["convention"] or ""] += figure["value"]
    texts = tuple(f"{format_value(value, unit)}: {rule}" for (unit, rule), value in sorted(sums.items(), key=lambda item: -item[1]))
    chances = [account.lowest_chance for account in members if account.lowest_chance is not None]
    return Segment(name, len(members), sum(account.status in ATTENTION for account in members), texts, max(sums.values(), default=0.0), min(chances, default=None))
