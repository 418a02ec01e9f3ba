"""Sentences on the health score: where it stands, what moved it, whose opinion it is."""

from __future__ import annotations

from markupsafe import Markup

from valuelab.analysis.health_score import HealthIndicator, HealthMove, HealthScore
from valuelab.formatting import format_value
from valuelab.present.figures import count, fig, joined, say

SHAPES = {"green": "● green", "amber": "▲ amber", "red": "■ red", None: "○ not known"}


def score(found: HealthScore) -> Markup:
    known = [x for x in found.indicators if x.light is not None]
    return say("Health is {}: the score is {}, from {}.", found.light, fig(found.score), count(len(known), "indicator"))


def support(found: HealthScore) -> tuple[Markup, ...]:
    """What is red, what moved it, and how much of it is opinion."""
    lines = []
    red = [x.line.name for x in found.indicators if x.light == "red"]
    if red:
        lines.append(say("Red: {}.", joined(red)))
    moved = sorted((x for x in found.indicators if x.moved is not None and x.moved.value), key=lambda x: -abs(x.moved.value))
    if found.change is not None and found.moves:
        most = max(found.moves, key=lambda m: abs(m.change.value))
        lines.append(say("Since {} it went from {} to {}, {}by {}.", _last(found), fig(found.before), fig(found.score), "most of it " if len(found.moves) > 1 else "", _move(most)))
    elif found.change is not None:
        lines.append(say("Each indicator is where it was {}.", f"in the report as of {found.since}" if found.since else "last time"))
    elif moved:
        lines.append(say("Since last time {}; how the rest stood then is not known.", joined([say("{} moved it by {}", x.line.name, fig(x.moved, sign=True)) for x in moved])))
    if found.at_renewal is not None:
        lines.append(say("In the last report before the contract came up the score was {}; it was {}.", fig(found.at_renewal), "renewed" if found.renewed else "not renewed"))
    lines.append(say("{} of its weight is opinion.", fig(found.opinion)))
    return tuple(lines)


def _last(found: HealthScore) -> str:
    return f"the report as of {found.since}" if found.since else "last time"


def _move(move: HealthMove) -> Markup:
    reason = {"another weight": f"by another weight, {move.was} → {move.now}", "indicator added": f"{move.now}, known now", "indicator gone": "no longer known"}.get(
        move.cause, f"{move.was} → {move.now}" if move.was else "")
    return say("{}{}: {}", move.name, f" ({reason})" if reason else "", fig(move.change, sign=True))


def stands_at(found: HealthIndicator) -> str:
    """The figure with its limits, or that it was judged."""
    line = found.line
    if line.light is not None:
        return "as judged"
    figure = "not known" if line.value is None else format_value(line.value, found.unit)
    if line.green is None or line.red is None:
        return f"{figure}; limits as set for adoption"
    return f"{figure}; green from {format_value(line.green, found.unit)}, red {'below' if line.green > line.red else 'above'} {format_value(line.red, found.unit)}"


def whose(found: HealthIndicator) -> Markup:
    line = found.line
    parts = [f"{line.kind}, {found.measured_as}", line.note, "the customer’s data" if found.from_data else "", f"{'opinion of ' if line.kind == 'subjective' else ''}{line.by}" if line.by else "", line.on]
    return Markup(", ").join(Markup.escape(p) for p in parts if p)
