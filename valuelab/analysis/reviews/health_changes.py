"""What moved the health score since last time: its moves as the steps of a waterfall, as for the figures of the other notebooks."""

from __future__ import annotations

from valuelab.analysis.health_score import HealthScore
from valuelab.analysis.reviews.changes import Changes, Step
from valuelab.provenance import derived

KEY = "changes.health"


def health_changes(found: HealthScore | None) -> Changes | None:
    """From the score of the last report, or else of what the register has of last time, to that of now; None where last time is not known."""
    if found is None or found.before is None:
        return None
    then, now = found.before.keyed(f"{KEY}.then"), found.score.keyed(f"{KEY}.now")
    difference = found.change.keyed(f"{KEY}.difference", derivation=derived("now − then", {"now": now, "then": then}))
    steps = tuple(Step(m.cause, m.name, m.change, m.after, m.was, m.now) for m in found.moves)
    return Changes(KEY, "the health score", found.since, then, now, difference, steps)
