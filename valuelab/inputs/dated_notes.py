"""What people noted with a date, as far as it was known at the date of a report: events on the charts, the comment."""

from __future__ import annotations

import pandas as pd

from valuelab.inputs.quality import Findings
from valuelab.inputs.schema import Params
from valuelab.types import Comment

COMMENT_DAYS = 60  # after the last day of a report, an opinion on it may still be written


def known_events(params: Params, as_of: pd.Period, findings: Findings) -> tuple[tuple[pd.Period, str], ...]:
    """Events up to as_of; later ones were not known then."""
    end = as_of.end_time
    later = [p for p in params.events if p.start_time > end]
    if later:
        findings.note("events after the date of the report left out", where="events", why="they were not known then", count=len(later))
    return tuple(sorted((p, text) for p, text in params.events.items() if p.start_time <= end))


def known_comment(params: Params, as_of: pd.Period, findings: Findings) -> Comment | None:
    """The comment, unless it was written long after as_of: an opinion on a month comes in the weeks after it."""
    comment = params.comment
    if comment is None:
        return None
    if comment.on and pd.Period(comment.on).start_time > as_of.end_time + pd.Timedelta(days=COMMENT_DAYS):
        findings.note("a comment written after the date of the report left out", where="comment", why="it is about a later report", count=1)
        return None
    return Comment(comment.text, comment.by, comment.on)
