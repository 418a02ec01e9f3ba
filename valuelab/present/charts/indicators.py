"""Pictures for notebooks 02 and 03: the series, the lag profile, progress on plan, the slope, agreed beside measured, points needed."""

from __future__ import annotations

import numpy as np
import pandas as pd

from valuelab.analysis.conversion import Conversion, PointsNeeded
from valuelab.analysis.leads import LeadScan
from valuelab.analysis.reviews import ConversionReview, IndicatorConversion, IndicatorReview
from valuelab.analysis.targets import Progress
from valuelab.formatting import format_fraction, format_number, format_value
from valuelab.language import phrase, said
from valuelab.present.blocks import Chart
from valuelab.present.charts.settle import Sheet, note
from valuelab.present.charts.style import (
    BLUE,
    GRID,
    INK,
    ORANGE,
    SHADE,
    SOFT,
    Size,
    band,
    chart,
    end_labels,
    interval,
    period_axis,
    unit_axis,
)
from valuelab.present.charts.words import folded, short
from valuelab.present.wording.baseline import kind_word
from valuelab.present.wording.conversion import adds_only, goal_value
from valuelab.present.wording.indicators import verdict_word
from valuelab.types import Estimate

MOST_PANELS = 9


def series(review: IndicatorReview, *, alt: str, caption: str) -> Chart:
    """Every measure on its own axis, one above the other, over the same months."""
    measures = review.measures[:MOST_PANELS]
    first = min(m.series.index[0] for m in measures)
    index = pd.period_range(first, max(m.series.index[-1] for m in measures))

    def draw(figure: Sheet, size: Size) -> None:
        panels = np.atleast_1d(figure.subplots(len(measures), 1, sharex=True))
        for i, (axes, measure) in enumerate(zip(panels, measures, strict=True)):
            x = np.array([(p - index[0]).n for p in measure.series.index])
            axes.plot(x, measure.series, color=INK if i == 0 else BLUE, lw=1.4)
            period_axis(axes, index, most=4 if size.narrow else 8)
            unit = f" ({short(measure.unit, 18)})" if measure.unit else ""
            unit_axis(axes, measure.unit, bins=3, label=short(measure.name, 44) + unit)
            axes.title.set_color(INK if i == 0 else BLUE)

    rows = len(measures)
    return chart(draw, alt=alt, caption=caption, height=0.5 + 1.02 * rows, narrow_height=0.5 + 1.02 * rows)


def lag_profile(scan: LeadScan, *, alt: str, caption: str) -> Chart:
    """For each indicator the link at every lag against the band that chance alone fills; the lag that is called stands out."""
    names = list(dict.fromkeys(scan.profile["indicator"]))[:MOST_PANELS]
    called = {v.indicator: v for v in scan.verdicts}
    rows = scan.profile

    def draw(figure: Sheet, size: Size) -> None:
        columns = 1 if size.narrow or len(names) == 1 else 2
        grid = figure.subplots(-(-len(names) // columns), columns, sharey=True, squeeze=False)
        for axes in grid.ravel()[len(names):]:
            axes.set_visible(False)
        for axes, name in zip(grid.ravel(), names, strict=False):
            frame = rows[rows["indicator"] == name].sort_values("lag_months")
            lag = frame["lag_months"].to_numpy()
            axes.fill_between(lag, -frame["null_95"], frame["null_95"], color=SHADE, lw=0)
            axes.axhline(0, color=SOFT, lw=0.8)
            axes.axvline(0, color=GRID, lw=1)
            verdict = called[name]
            found = verdict.lag_months is not None
            colours = [ORANGE if found and v == verdict.lag_months else BLUE for v in lag]
            axes.vlines(lag, 0, frame["statistic"], color=colours, lw=2.6)
            word = verdict_word(verdict.verdict)
            if found and verdict.verdict in ("leads", "lags"):
                word = phrase("leads by {count}", count=abs(verdict.lag_months)) if verdict.verdict == "leads" else phrase("lags by {count}", count=abs(verdict.lag_months))
            if found and verdict.direction == "opposite":
                word = phrase("{verdict}, opposite", verdict=word)
            axes.set_title(f"{short(name, 26)}: {word}", fontsize=9, color=ORANGE if found else SOFT)
            axes.set_xticks([v for v in range(int(lag.min()), int(lag.max()) + 1) if v % 3 == 0])
            axes.grid(False)
            axes.set_ylim(-1, 1)
            axes.set_yticks([-0.5, 0, 0.5], [format_number(v, 1) for v in (-0.5, 0.0, 0.5)])
        last = grid.ravel()[: len(names)][-columns:]
        for axes in last:
            axes.set_xlabel(phrase("months by which the indicator moves first"))

    panels = len(names)
    return chart(draw, alt=alt, caption=caption, height=0.5 + 1.45 * -(-panels // (1 if panels == 1 else 2)),
                 narrow_height=0.5 + 1.4 * panels)


def progress(result: Progress, *, alt: str, caption: str) -> Chart:
    """Planned and actual way from baseline (0 %) to target (100 %), with where the one crosses the other."""
    table = result.table

    def draw(figure: Sheet, size: Size) -> None:
        axes = figure.subplots()
        x = table["elapsed"].to_numpy(float)
        axes.plot(x, table["planned"], color=SOFT, lw=1.6, ls=(0, (4, 2)))
        known = table["progress"].notna()
        axes.plot(x[known], table["progress"][known], color=BLUE, lw=2, marker="o", ms=4)
        low = min(0.0, float(np.nanmin(table["progress"])) if known.any() else 0)
        axes.set_ylim(low - 0.04, max(1.08, float(np.nanmax(table["progress"])) * 1.05 if known.any() else 0))
        axes.set_xlim(-0.3, x[-1] + 0.2)
        end_labels(axes, [(float(table["planned"].iloc[-1]), phrase("plan"), SOFT)], x[-1])
        if known.any():
            last = int(np.flatnonzero(known)[-1])
            above = float(table["progress"].iloc[last]) >= float(table["planned"].iloc[last])
            note(axes, phrase("actual {share}", share=format_fraction(float(table["progress"].iloc[last]), 0)), (x[last], float(table["progress"].iloc[last])),
                 places=("N", "NW", "W", "NE") if above else ("S", "SE", "E", "SW"), colour=BLUE, bold=True)
        if result.crossing is not None:
            level = float(np.interp(result.crossing, x, table["planned"]))
            axes.plot([result.crossing], [level], marker="D", ms=6, mfc="white", mec=ORANGE, mew=1.6, ls="none")
            note(axes, phrase("ahead of plan from here"), (result.crossing, level), places=("SE", "E", "S"), colour=ORANGE, size=9)
        step = max(1, -(-len(x) // (6 if size.narrow else 12)))
        axes.set_xticks(x[::step], [str(int(v)) for v in x[::step]])
        axes.set_xlabel(phrase("periods since {start} (target due {deadline})", start=result.start, deadline=result.deadline))
        unit_axis(axes, "fraction", label=phrase("{name}: way from baseline to target", name=short(result.name, 30)))

    return chart(draw, alt=alt, caption=caption, height=3.1)


def slope(result: Conversion, *, alt: str, caption: str) -> Chart:
    """Indicator against outcome, both without trend and season, with the measured slope and its interval."""
    points = result.points
    linear = result.model == "linear"

    def draw(figure: Sheet, size: Size) -> None:
        axes = figure.subplots()
        x, y = points["indicator"].to_numpy(float), points["outcome"].to_numpy(float)
        span = np.linspace(x.min(), x.max(), 50)
        low, high, mid = (b * span if linear else np.expm1(b * span) for b in (result.slope.low, result.slope.high, result.slope.value))
        band(axes, span, np.minimum(low, high), np.maximum(low, high), BLUE)
        axes.plot(span, mid, color=BLUE, lw=2)
        axes.scatter(x, y, s=20, color=INK, alpha=0.7, lw=0)
        axes.axhline(0, color=SOFT, lw=0.8)
        name = short(result.outcome, 30)
        name = f"{name}, {short(result.slope.unit, 18)}" if linear and result.slope.unit else name
        unit_axis(axes, "" if linear else "fraction", label=folded(phrase("{name}, against its trend and season", name=name), 44 if size.narrow else 80))
        name = short(result.indicator, 30)
        along = phrase("{name}, points against its trend and season, {count} months before", name=name, count=result.lag_months) if result.lag_months else \
            phrase("{name}, points against its trend and season", name=name)
        unit_axis(axes, "", axis="x", label=folded(along, 36 if size.narrow else 80))

    return chart(draw, alt=alt, caption=caption, height=3.2)


def _effects(review: ConversionReview) -> list[tuple[str, Estimate, Estimate | None, str]]:
    """(label, effect, the same before correction, colour), all in one unit: fractions where there are any."""
    rows: list[tuple[str, Estimate, Estimate | None, str]] = []
    for item in review.items:
        if item.agreed is not None:
            rows.append((phrase("{name}\nagreed", name=short(item.indicator, 22)), item.agreed.effect, None, ORANGE))
        if isinstance(item.measured, Conversion):
            e = item.measured_effect or item.measured.shown
            before = item.measured.uncorrected if item.measured.model == "log" or e.unit != "fraction" else None
            rows.append((phrase("{name}\nmeasured", name=short(item.indicator, 22)), e, before, BLUE))
    unit = "fraction" if any(e.unit == "fraction" for _, e, _, _ in rows) else rows[0][1].unit if rows else ""
    return [r for r in rows if r[1].unit == unit]


def agreed_and_measured(review: ConversionReview, *, alt: str, caption: str) -> Chart:
    """For each indicator the agreed effect and the measured one, each with its range, on one axis."""
    rows = _effects(review)
    unit = rows[0][1].unit if rows else "fraction"

    def draw(figure: Sheet, size: Size) -> None:
        axes = figure.subplots()
        for i, (_, e, before, colour) in enumerate(rows):
            if not e.bare:
                interval(axes, -i, e.low, e.high, colour, across=True)
            if before is not None:
                axes.scatter([before.value], [-i], facecolor="white", edgecolor=colour, s=34, zorder=2.5)
            axes.scatter([e.value], [-i], color=colour, s=46, zorder=3)
            note(axes, format_value(e.value, unit), (e.value, -i), places=("N",), colour=colour, bold=True, clear=False)
        axes.axvline(0, color=SOFT, lw=0.9)
        axes.set_yticks([-i for i in range(len(rows))], [r[0] for r in rows])
        axes.set_ylim(-len(rows) + 0.4, 0.75)
        axes.grid(False)
        words = f", {short(unit, 20)}" if unit not in ("fraction", "") else ""
        unit_axis(axes, unit if unit == "fraction" else "", axis="x", label=phrase("effect of one point on {name}", name=short(review.outcome, 30)) + words)

    return chart(draw, alt=alt, caption=caption, height=0.8 + 0.6 * len(rows), narrow_height=0.8 + 0.6 * len(rows))


def has_points(item: IndicatorConversion) -> bool:
    """True where some goal ahead still needs points."""
    return any(isinstance(p.needed, PointsNeeded) and p.needed.additive.points.value != 0 for p in item.needed)


def points(item: IndicatorConversion, unit: str, *, alt: str, caption: str) -> Chart:
    """The level that each goal needs, in both readings, against the levels seen and the end of the scale."""
    goals = {}
    for p in item.needed:
        if isinstance(p.needed, PointsNeeded) and p.needed.additive.points.value != 0:
            goals.setdefault(p.goal.value, p)
    readings = ("additive",) if adds_only(item) else ("additive", "compound")
    rows = [(p, getattr(p.needed, word), word) for p in goals.values() for word in readings]

    def draw(figure: Sheet, size: Size) -> None:
        axes = figure.subplots()
        if item.range_seen is not None:
            axes.axvspan(*item.range_seen, color=SHADE, lw=0, zorder=0)
        if item.scale is not None:
            axes.axvline(item.scale[1], color=INK, lw=1.2)
            note(axes, phrase("end of the scale"), (item.scale[1], 1), coords=("data", "axes fraction"), places=("SW", "SE"), colour=INK, size=9, needed=False)
        if item.level is not None:
            axes.axvline(item.level.value, color=SOFT, lw=1.2, ls=(0, (4, 2)))
            note(axes, phrase("from here"), (item.level.value, 1), coords=("data", "axes fraction"), places=("SE", "SW"), colour=SOFT, size=9, needed=False)
        for i, (_, reading, _) in enumerate(rows):
            colour = BLUE if reading.reachable else ORANGE
            axes.plot([item.level.value, reading.level.value], [-i, -i], color=colour, lw=2)
            axes.scatter([reading.level.value], [-i], color=colour if not reading.beyond_seen else "white", edgecolor=colour, s=46, zorder=3)
            note(axes, f"{format_number(reading.level.value, 2)}, {said(reading.mark)}", ((item.level.value + reading.level.value) / 2, -i), places=("N", "NW", "NE", "S"),
                 colour=colour, clear=False)
        axes.set_yticks([-i for i in range(len(rows))], [f"{kind_word(p.goal.kind)} {goal_value(p.goal.value, unit)}\n{said(word)}" for p, _, word in rows])
        axes.set_ylim(-len(rows) + 0.4, 1.3)
        axes.grid(False)
        unit_axis(axes, "", axis="x", label=phrase("level of {name}", name=short(item.indicator, 30)))

    return chart(draw, alt=alt, caption=caption, height=1.1 + 0.55 * len(rows), narrow_height=1.1 + 0.55 * len(rows))
