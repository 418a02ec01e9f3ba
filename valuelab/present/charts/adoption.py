"""Pictures of use: teams and features as shares with intervals, each team over the months."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from valuelab.analysis.adoption import Adoption, FeatureUse, TeamAdoption
from valuelab.formatting import format_fraction
from valuelab.language import later, phrase
from valuelab.present.blocks import Chart
from valuelab.present.charts.settle import Sheet, note
from valuelab.present.charts.style import (
    BLUE,
    GREEN,
    INK,
    ORANGE,
    PALE,
    PALE_BLUE,
    SOFT,
    Size,
    chart,
    interval,
    period_axis,
    unit_axis,
)
from valuelab.present.charts.words import folded, short
from valuelab.present.wording import adoption as words
from valuelab.types import Estimate

RESPONSES = {"awareness": later("awareness"), "promotion": later("promotion"), "training": later("training"), "product": later("product")}
COLOURS = {"good": GREEN, "watch": BLUE, "needs a conversation": ORANGE, "inactive": ORANGE, "not known": SOFT}
MOST_TEAMS, MOST_PANELS = 16, 12
Row = tuple[str, Estimate | None, str, str]  # label, share, colour, word beside it
Line = tuple[float, str, tuple[str, str]]  # where, its text, on which sides that may stand


def teams(adoption: Adoption, *, alt: str, caption: str) -> Chart:
    """All teams first, then each; two lines where adoption is good and where it needs a conversation."""
    shown: Sequence[TeamAdoption] = (adoption.total, *adoption.teams[:MOST_TEAMS])
    rows = [(words.team_name(t.name), t.share, COLOURS[t.status], phrase(words.STATUSES[t.status])) for t in shown]
    return _shares(rows, alt=alt, caption=caption, label=phrase("share of licences in use"),
                   lines=((adoption.talk, phrase("conversation {share}", share=format_fraction(adoption.talk)), ("SW", "SE")), (adoption.good, phrase("good {share}", share=format_fraction(adoption.good)), ("SE", "SW"))))


def features(uses: Sequence[FeatureUse], *, alt: str, caption: str) -> Chart:
    """Each feature and its class, as a share of the active people."""
    rows = [(f"{u.name} ({words.feature_class(u.kind)})" if u.kind else u.name, u.share, ORANGE if u.response else BLUE, phrase(RESPONSES[u.response]) if u.response else "") for u in uses[:MOST_TEAMS]]
    return _shares(rows, alt=alt, caption=caption, label=phrase("share of active people"))


def _shares(rows: Sequence[Row], *, alt: str, caption: str, label: str, lines: Sequence[Line] = ()) -> Chart:
    def draw(figure: Sheet, size: Size) -> None:
        axes = figure.subplots()
        for i, (_, share, colour, word) in enumerate(rows):
            if share is None:
                note(axes, phrase("not known"), (0.0, i), places=("E",), colour=SOFT, size=9)
                continue
            axes.barh([i], [share.value], height=0.5, color=colour, alpha=0.3, lw=0)
            interval(axes, i, share.low, share.high, colour, across=True)
            axes.plot([share.value], [i], marker="o", ms=6, color=colour, ls="none", zorder=3)
            text = format_fraction(share.value) + (f" {word}" if word and not size.narrow else "")
            note(axes, text, (max(1.0, share.high), i), places=("E",), colour=colour, size=9, bold=True)  # clear of the two lines
        for at, text, places in lines:
            axes.axvline(at, color=INK, lw=1, ls=(0, (4, 3)))
            note(axes, text, (at, 1), coords=("data", "axes fraction"), places=places, colour=INK, size=9, needed=False)
        axes.set_xlim(0, 1.42 if not size.narrow else 1.3)
        axes.set_yticks(range(len(rows)), [folded(name, 17 if size.narrow else 28, 3) for name, *_ in rows])
        axes.set_ylim(len(rows) - 0.5, -1.05 if lines else -0.7)
        axes.tick_params(axis="y", length=0)
        axes.grid(False)
        unit_axis(axes, "fraction", axis="x", label=label, bins=3 if size.narrow else 6)
        axes.set_xticks([0, 0.5, 1.0] if size.narrow else [0, 0.25, 0.5, 0.75, 1.0])

    return chart(draw, alt=alt, caption=caption, height=1.1 + 0.42 * len(rows), narrow_height=1.3 + 0.55 * len(rows))


def history(adoption: Adoption, *, alt: str, caption: str) -> Chart:
    """A panel a team over the same months, all on one scale; a gap where a month is not known."""
    names = list(dict.fromkeys(adoption.history["team"]))[:MOST_PANELS]
    frame = adoption.history
    index = pd.PeriodIndex(frame["month"].unique(), freq="M").sort_values()
    top = max(1.0, float(np.nanmax(frame["share"], initial=0.0))) * 1.05

    def draw(figure: Sheet, size: Size) -> None:
        columns = 1 if size.narrow or len(names) == 1 else 2
        grid = figure.subplots(-(-len(names) // columns), columns, sharex=True, sharey=True, squeeze=False)
        for axes in grid.ravel()[len(names):]:
            axes.set_visible(False)
        for axes, name in zip(grid.ravel(), names, strict=False):
            own = frame[frame["team"] == name].set_index("month")["share"].reindex(index)
            axes.axhline(adoption.good, color=PALE, lw=1)
            axes.axhline(adoption.talk, color=PALE, lw=1, ls=(0, (4, 3)))
            axes.fill_between(range(len(index)), 0, own.to_numpy(float), color=PALE_BLUE, alpha=0.35, lw=0)
            axes.plot(range(len(index)), own.to_numpy(float), color=BLUE, lw=1.5, marker="o" if len(index) < 13 else None, ms=3)
            period_axis(axes, index, most=4)
            unit_axis(axes, "fraction", bins=3, label=short(words.team_name(name), 34))
            axes.title.set_color(INK)
            axes.set_ylim(0, top)

    rows, tall = -(-len(names) // 2), len(names)
    return chart(draw, alt=alt, caption=caption, height=0.6 + 1.35 * rows, narrow_height=0.6 + 1.25 * tall)
