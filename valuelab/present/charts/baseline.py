"""Pictures for notebook 01: totals against goals, months and the fan, the season, the effect and its placebos."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from valuelab.analysis.baseline import BaselineFit
from valuelab.analysis.effect import Effect
from valuelab.analysis.projection import Projection
from valuelab.analysis.reviews import BaselineReview
from valuelab.formatting import format_value
from valuelab.present.blocks import Chart
from valuelab.present.charts.style import (
    BLUE,
    GRID,
    INK,
    ORANGE,
    SOFT,
    Size,
    chart,
    end_labels,
    folded,
    mark_today,
    period_axis,
    short,
    unit_axis,
)
from valuelab.present.figures import short_period


def year_totals(review: BaselineReview, *, alt: str, caption: str) -> Chart:
    """Complete years, then the leading goal's period as projected with its interval, and every goal of that period."""
    lead, measure = review.lead, review.measure
    years = review.baseline.year_totals
    years = years[years["complete"]].tail(5)
    years = years[[p != lead.goal.end for p in years["end"]]]

    def draw(figure: Figure, size: Size) -> None:
        axes = figure.subplots()
        bars = years.tail(3) if size.narrow else years
        names = [f"{short_period(s)} –\n{short_period(e)}" for s, e in zip(bars["start"], bars["end"], strict=True)]
        if size.narrow:
            names = [str(y) for y in bars["year"]]
        at = len(bars)
        axes.bar(range(at), bars["total"], width=0.62, color=SOFT, alpha=0.75)
        projected = lead.projected
        known = projected.kind == "actual"
        axes.bar([at], [projected.value], width=0.62, color=SOFT if known else BLUE, alpha=0.75 if known else 0.55,
                 hatch=None if known else "///", edgecolor="white")
        if not projected.bare:
            axes.plot([at, at], [projected.low, projected.high], color=INK, lw=1.6, solid_capstyle="butt")
            for end in (projected.low, projected.high):
                axes.plot([at - 0.08, at + 0.08], [end, end], color=INK, lw=1.6)
        for i, total in enumerate(bars["total"]):
            axes.annotate(format_value(total, measure.unit if len(measure.unit) == 3 else ""), (i, total), xytext=(0, -12 if total > 0 else 4),
                          textcoords="offset points", ha="center", color="white", fontsize=7 if size.narrow else 8.5, fontweight="bold")
        axes.annotate(format_value(projected.value, measure.unit if len(measure.unit) == 3 else ""), (at, 0), xytext=(0, 6),
                      textcoords="offset points", ha="center", color=INK, fontsize=7 if size.narrow else 9, fontweight="bold")
        words: dict[float, str] = {}
        goals = [o for o in review.goals if o.value is not None and o.goal.end == lead.goal.end]
        for outlook in goals:
            value = outlook.value.value
            axes.plot([at - 0.42, at + 0.42], [value, value], color=ORANGE, lw=2.2)
            words[value] = f"{words[value]}, {outlook.goal.kind}" if value in words else outlook.goal.kind
        labels = [(v, folded(f"{text} {format_value(v, measure.unit if len(measure.unit) == 3 else '')}", 12 if size.narrow else 40, lines=3), INK)
                  for v, text in words.items()]
        axes.set_xlim(-0.55, at + (2.1 if size.narrow else 1.6))
        top = max([projected.value if projected.bare else projected.high, *years["total"], *(o.value.value for o in goals)])
        axes.set_ylim(min(0, float(years["total"].min()) if at else 0), top * 1.08)
        end_labels(axes, labels, at + 0.42, gap=0.15 if size.narrow else 0.075)
        word = "actual" if known else "projected"
        names.append(f"to {short_period(lead.goal.end)}\n{word}" if not size.narrow else f"to\n{short_period(lead.goal.end)}")
        axes.set_xticks(range(at + 1), names)
        axes.tick_params(axis="x", length=0)
        unit_axis(axes, measure.unit, label=f"{short(measure.name, 46)}, 12-month totals" if not size.narrow else "12-month totals")

    return chart(draw, alt=alt, caption=caption, height=3.5, narrow_height=3.4)


def projection(result: Projection, *, alt: str, caption: str, goals: tuple = (), events: tuple = (), partial=None) -> Chart:
    """Known periods, the median path and its 80 and 95 % bands; goals as the level they ask for."""
    history = result.history.iloc[-60:]
    ahead = result.path
    index = pd.period_range(history.index[0], ahead.index[-1] if len(ahead) else history.index[-1])
    position = {p: i for i, p in enumerate(index)}

    def draw(figure: Figure, size: Size) -> None:
        axes = figure.subplots()
        x = np.array([position[p] for p in history.index])
        axes.plot(x, history, color=INK, lw=1.6, marker="o", ms=2.2)
        labels: list[tuple[float, str, str]] = []
        if len(ahead):
            xs = np.array([position[p] for p in ahead.index])
            axes.fill_between(xs, ahead["low_95"], ahead["high_95"], color=BLUE, alpha=0.16, lw=0)
            axes.fill_between(xs, ahead["low_80"], ahead["high_80"], color=BLUE, alpha=0.24, lw=0)
            axes.plot(xs, ahead["value"], color=BLUE, lw=1.8)
            mark_today(axes, position[history.index[-1]] + 0.5, f"known to {short_period(history.index[-1])}")
            labels.append((float(ahead["value"].iloc[-1]), "projected", BLUE))
        words: dict[float, str] = {}
        shown = [g for g in goals if g.value is not None and g.goal.end in position and g.goal.end > history.index[-1]]
        for outlook in shown:
            periods = [p for p in outlook.goal.periods() if p in position] if result.total_by == "sum" else [outlook.goal.end]
            level = outlook.value.value / (len(outlook.goal.periods()) if result.total_by == "sum" else 1)
            axes.plot([position[periods[0]] - 0.4, position[periods[-1]] + 0.4], [level, level], color=ORANGE, lw=2)
            if outlook.goal.end == shown[-1].goal.end:
                words[level] = f"{words[level]}, {outlook.goal.kind}" if level in words else outlook.goal.kind
        labels += [(level, text.replace(", ", ",\n") if size.narrow else text, ORANGE) for level, text in words.items()]
        if partial is not None and partial[0] in position:
            axes.plot([position[partial[0]]], [partial[1]], marker="o", mfc="white", mec=SOFT, ms=6, ls="none")
        low, high = axes.get_ylim()
        axes.set_ylim(low, high + (high - low) * (0.17 if events else 0.08))
        for period, text in events:
            if period in position:
                axes.axvline(position[period], color=GRID, lw=1.2, zorder=0)
                axes.annotate(folded(text, 18 if size.narrow else 26), (position[period], 0.02), xycoords=("data", "axes fraction"),
                              xytext=(-3, 0), textcoords="offset points", fontsize=8, color=SOFT, va="bottom", ha="right", linespacing=1.1)
        period_axis(axes, index, most=4 if size.narrow else 8)
        end_labels(axes, labels, len(index) - 0.6, gap=0.07)
        per = {"M": "a month", "W": "a week", "Q": "a quarter"}.get(index.freqstr[0], "a period")
        unit_axis(axes, result.unit, label=f"{short(result.name, 30 if size.narrow else 60)}{', ' + per if result.total_by == 'sum' else ''}")

    return chart(draw, alt=alt, caption=caption, height=3.6, narrow_height=3.1)


def season(result: BaselineFit, *, alt: str, caption: str) -> Chart:
    """Each season position above or below the year's average, with its interval."""
    frame = result.season

    def draw(figure: Figure, size: Size) -> None:
        axes = figure.subplots()
        x = np.arange(len(frame))
        clear = (frame["low"] > 0) | (frame["high"] < 0)
        axes.axhline(0, color=SOFT, lw=0.9)
        axes.vlines(x, frame["low"], frame["high"], color=[BLUE if c else "#8b98a5" for c in clear], lw=2.4, alpha=0.55)
        axes.scatter(x, frame["factor"], color=[BLUE if c else "#6d7a87" for c in clear], s=30, zorder=3)
        step = max(1, -(-len(frame) // (6 if size.narrow else 14)))
        axes.set_xticks(x[::step], [str(v) for v in frame["label"]][::step])
        unit_axis(axes, "fraction", label="above or below the year's average")

    return chart(draw, alt=alt, caption=caption, height=2.5, narrow_height=2.6)


def effect(result: Effect, *, alt: str, caption: str) -> Chart:
    """Actual against what would have happened; beside it the measured effect among effects of fake starts."""
    path = result.path

    def draw(figure: Figure, size: Size) -> None:
        if len(result.placebos):
            left, right = figure.subplots(*((2, 1) if size.narrow else (1, 2)),
                                          **({"height_ratios": [3, 1.3]} if size.narrow else {"width_ratios": [2.2, 1]}))
        else:
            left, right = figure.subplots(), None
        x = np.arange(len(path))
        left.fill_between(x, path["low_95"], path["high_95"], color=BLUE, alpha=0.18, lw=0)
        left.plot(x, path["counterfactual"], color=BLUE, lw=1.8, ls=(0, (4, 2)))
        left.plot(x, path["actual"], color=INK, lw=1.8, marker="o", ms=3)
        period_axis(left, path.index, most=3 if size.narrow else 5)
        left.set_xlim(-0.3, len(path) - 1 + (len(path) - 1) * 0.34 + 0.3)
        end_labels(left, [(float(path["actual"].dropna().iloc[-1]), "actual", INK),
                          (float(path["counterfactual"].iloc[-1]), "without it", BLUE)], len(path) - 1, gap=0.1)
        unit_axis(left, result.unit, label=short(result.name, 34))
        if right is not None:
            fakes = result.placebos["effect"].to_numpy()
            spread = np.linspace(-0.5, 0.5, len(fakes)) if len(fakes) > 1 else np.zeros(1)
            right.axvline(0, color=SOFT, lw=0.9)
            right.scatter(fakes, spread, s=26, facecolor="white", edgecolor=SOFT, zorder=3)
            if not result.effect.bare:
                right.plot([result.effect.low, result.effect.high], [1, 1], color=BLUE, lw=3, alpha=0.5)
            right.scatter([result.effect.value], [1], color=BLUE, s=42, zorder=4)
            right.set_ylim(-1, 1.6)
            right.set_yticks([0, 1], ["fake\nstarts", "real\nstart"])
            right.grid(False)
            unit_axis(right, "fraction", axis="x", label="difference", bins=3)

    return chart(draw, alt=alt, caption=caption, height=2.9, narrow_height=4.2)


