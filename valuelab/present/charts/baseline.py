"""Pictures for notebook 01: totals against goals, months and the fan, the season, the effect, its fake starts and its split."""

from __future__ import annotations

import numpy as np
import pandas as pd
from markupsafe import Markup

from valuelab.analysis.baseline import BaselineFit
from valuelab.analysis.effect import Effect
from valuelab.analysis.projection import Projection
from valuelab.analysis.reviews import BaselineReview
from valuelab.formatting import format_short, format_value
from valuelab.language import phrase, said
from valuelab.present.blocks import Chart
from valuelab.present.charts.settle import Sheet, note
from valuelab.present.charts.style import (
    BLUE,
    GRID,
    INK,
    ORANGE,
    PALE,
    PALE_BLUE,
    SOFT,
    Size,
    band,
    chart,
    end_labels,
    interval,
    mark_today,
    period_axis,
    unit_axis,
)
from valuelab.present.charts.words import folded, short
from valuelab.present.figures import short_period
from valuelab.present.wording.baseline import kind_word, season_label

LONG = 9  # letters of an amount beyond which it is wider than a bar on a phone


def year_totals(review: BaselineReview, *, alt: str, caption: str) -> Chart:
    """Complete years, then the leading goal's period as projected with its interval, and every goal of that period."""
    lead, measure = review.lead, review.measure
    years = review.baseline.year_totals
    years = years[years["complete"]].tail(5)
    years = years[[p != lead.goal.end for p in years["end"]]]

    def draw(figure: Sheet, size: Size) -> None:
        axes = figure.subplots()
        bars = years.tail(3) if size.narrow else years
        at, projected = len(bars), lead.projected
        known = projected.kind == "actual"
        names = [str(y) if size.narrow else f"{short_period(s)} –\n{short_period(e)}" for y, s, e in zip(bars["year"], bars["start"], bars["end"], strict=True)]
        end = short_period(lead.goal.end)
        names.append(phrase("to\n{end}", end=end) if size.narrow else phrase("to {end}\nactual", end=end) if known else phrase("to {end}\nprojected", end=end))
        totals = [*map(float, bars["total"]), projected.value]
        axes.bar(range(at), totals[:-1], width=0.62, color=PALE)
        axes.bar([at], totals[-1:], width=0.62, color=SOFT if known else PALE_BLUE)
        axes.axhline(0, color=SOFT, lw=0.9)
        if not projected.bare:
            interval(axes, at, projected.low, projected.high, INK)
        goals = [o for o in review.goals if o.value is not None and o.goal.end == lead.goal.end]
        levels = [0.0, *map(float, bars["total"]), projected.value, *(() if projected.bare else (projected.low, projected.high)), *(o.value.value for o in goals)]
        low, high = min(levels), max(levels)
        room = (high - low or 1) * 0.1
        axes.set_ylim(low - (room if low < 0 else 0), high + room)
        for i, total in enumerate(totals):
            inside = abs(total) > 2.5 * room
            axes.annotate(_folded_amount(format_short(total, measure.unit), size), (i, total if i < at else 0 if inside else total), ha="center", textcoords="offset points",
                          xytext=(0, (-14 if total > 0 else 6) if i < at and inside else (6 if total >= 0 else -14)), color=INK if i < at or not known else "white",
                          fontsize=8 if size.narrow else 9.5, fontweight="bold")
        words: dict[float, str] = {}
        for outlook in goals:
            value = outlook.value.value
            axes.plot([at - 0.36, at + 0.36], [value, value], color=ORANGE, lw=2.4, solid_capstyle="butt")
            kind = kind_word(outlook.goal.kind)
            words[value] = f"{words[value]}, {kind}" if value in words else kind
        end_labels(axes, [(v, folded(f"{text} {format_short(v, measure.unit)}", 13 if size.narrow else 30, lines=3), ORANGE) for v, text in words.items()], at + 0.36)
        axes.set_xlim(-0.5, at + 0.5)
        axes.set_xticks(range(at + 1), names)
        axes.tick_params(axis="x", length=0)
        unit_axis(axes, measure.unit, label=phrase("{name}, 12-month totals", name=short(measure.name, 46)) if not size.narrow else phrase("12-month totals"))

    return chart(draw, alt=alt, caption=caption, height=3.6, narrow_height=3.4)


def _folded_amount(text: str, size: Size) -> str:
    """An amount on two lines where a bar of a phone is narrower than it: 5,169 over Mio. €."""
    return text.replace(" ", "\n", 1) if size.narrow and len(text) > LONG else text


def projection(result: Projection, *, alt: str, caption: str, goals: tuple = (), events: tuple = (), partial=None) -> Chart:
    """Known periods, the median path and its 80 and 95 % bands; goals as the level they ask for."""
    history = result.history.iloc[-60:]
    ahead = result.path
    index = pd.period_range(history.index[0], ahead.index[-1] if len(ahead) else history.index[-1])
    position = {p: i for i, p in enumerate(index)}

    def draw(figure: Sheet, size: Size) -> None:
        axes = figure.subplots()
        x = np.array([position[p] for p in history.index])
        axes.plot(x, history, color=INK, lw=1.6, marker="o", ms=2.2)
        labels: list[tuple[float, str, str]] = []
        if len(ahead):
            xs = np.array([position[p] for p in ahead.index])
            band(axes, xs, ahead["low_95"], ahead["high_95"], BLUE)
            band(axes, xs, ahead["low_80"], ahead["high_80"], BLUE, inner=True)
            axes.plot(xs, ahead["value"], color=BLUE, lw=1.8)
            labels.append((float(ahead["value"].iloc[-1]), phrase("projected"), BLUE))
        words: dict[float, str] = {}
        shown = [g for g in goals if g.value is not None and g.goal.end in position and g.goal.end > history.index[-1]]
        for outlook in shown:
            periods = [p for p in outlook.goal.periods() if p in position] if result.total_by == "sum" else [outlook.goal.end]
            level = outlook.value.value / (len(outlook.goal.periods()) if result.total_by == "sum" else 1)
            axes.plot([position[periods[0]] - 0.4, position[periods[-1]] + 0.4], [level, level], color=ORANGE, lw=2.2)
            if outlook.goal.end == shown[-1].goal.end:
                kind = kind_word(outlook.goal.kind)
                words[level] = f"{words[level]}, {kind}" if level in words else kind
        labels += [(level, text.replace(", ", ",\n") if size.narrow else text, ORANGE) for level, text in words.items()]
        if partial is not None and partial[0] in position:
            axes.plot([position[partial[0]]], [partial[1]], marker="o", mfc="white", mec=SOFT, ms=6, ls="none")
        low, high = axes.get_ylim()
        marked = [(position[p], text) for p, text in events if p in position]
        # what happened stands in a strip below the lines, today above them
        axes.set_ylim(low - (high - low) * (0.2 if marked else 0), high + (high - low) * 0.12)
        period_axis(axes, index, most=4 if size.narrow else 9)
        if len(ahead):
            mark_today(axes, position[history.index[-1]] + 0.5, phrase("known to {date}", date=short_period(history.index[-1])))
        for at, text in marked:
            axes.axvline(at, color=PALE, lw=1.1, zorder=0)
            note(axes, folded(text, 18 if size.narrow else 28), (at, 0), coords=("data", "axes fraction"), places=("NW", "NE") if at > len(index) / 2 else ("NE", "NW"),
                 colour=SOFT, size=8.5, needed=False)
        end_labels(axes, labels, len(index) - 0.6)
        name = short(result.name, 30 if size.narrow else 60)
        per = {"M": phrase("{name}, a month", name=name), "W": phrase("{name}, a week", name=name), "Q": phrase("{name}, a quarter", name=name)}
        unit_axis(axes, result.unit, label=per.get(index.freqstr[0], phrase("{name}, a period", name=name)) if result.total_by == "sum" else name)

    return chart(draw, alt=alt, caption=caption, height=3.9, narrow_height=3.3)


def season(result: BaselineFit, *, alt: str, caption: str) -> Chart:
    """Each season position above or below the year's average, with its interval."""
    frame = result.season

    def draw(figure: Sheet, size: Size) -> None:
        axes = figure.subplots()
        x = np.arange(len(frame))
        clear = (frame["low"] > 0) | (frame["high"] < 0)
        axes.axhline(0, color=SOFT, lw=0.9)
        for at, row, shown in zip(x, frame.itertuples(), clear, strict=True):
            interval(axes, at, row.low, row.high, BLUE if shown else PALE)
        axes.scatter(x, frame["factor"], color=[BLUE if c else SOFT for c in clear], s=30, zorder=3)
        step = max(1, -(-len(frame) // (6 if size.narrow else 14)))
        axes.set_xticks(x[::step], [season_label(v) for v in frame["label"]][::step])
        unit_axis(axes, "fraction", label=phrase("above or below the year's average"))

    return chart(draw, alt=alt, caption=caption, height=2.5, narrow_height=2.6)


def effect(result: Effect, *, alt: str, caption: Markup | str) -> Chart:
    """The two years before the start, then actual against what would have happened."""
    path = result.path
    before = result.before
    index = pd.period_range(before.index[0], path.index[-1])

    def draw(figure: Sheet, size: Size) -> None:
        axes = figure.subplots()
        start = len(before)
        x = np.arange(start, start + len(path))
        band(axes, x, path["low_95"], path["high_95"], BLUE)
        axes.plot(np.arange(start), before, color=INK, lw=1.6)
        axes.plot(x, path["counterfactual"], color=BLUE, lw=1.8, ls=(0, (4, 2)))
        axes.plot(x, path["actual"], color=INK, lw=1.8, marker="o", ms=3)
        low, high = axes.get_ylim()
        axes.set_ylim(low, high + 0.14 * (high - low))
        period_axis(axes, index, most=3 if size.narrow else 8)
        mark_today(axes, start - 0.5, phrase("starts {date}", date=short_period(result.started)))
        known = path["actual"].dropna()
        ends = [(float(known.iloc[-1]), phrase("actual"), INK)] if len(known) else []
        end_labels(axes, [*ends, (float(path["counterfactual"].iloc[-1]), phrase("without it"), BLUE)], len(index) - 1)
        unit_axis(axes, result.unit, label=short(result.name, 34 if size.narrow else 60))

    return chart(draw, alt=alt, caption=caption, height=2.9, narrow_height=2.7)


def placebos(result: Effect, *, alt: str, caption: Markup | str) -> Chart:
    """The measured difference among those of fake starts."""
    fakes = result.placebos
    visible = result.detectable.value

    def draw(figure: Sheet, size: Size) -> None:
        axes = figure.subplots()
        axes.axvspan(-visible, visible, color=SOFT, alpha=0.09, lw=0)
        axes.axvline(0, color=SOFT, lw=0.9)
        up = np.resize([0.0, 0.26, -0.26], len(fakes))[np.argsort(np.argsort(fakes["effect"].to_numpy()))]
        axes.scatter(fakes["effect"], up, s=34, facecolor=[SOFT if f else "white" for f in fakes["flagged"]], edgecolor=SOFT, zorder=3)
        if not result.effect.bare:
            interval(axes, 1, result.effect.low, result.effect.high, BLUE, across=True)
        axes.scatter([result.effect.value], [1], color=BLUE, s=60, zorder=4)
        note(axes, format_value(result.effect.value, "fraction"), (result.effect.value, 1), places=("N",), colour=BLUE, bold=True, clear=False)
        axes.set_ylim(-0.6, 1.8)
        axes.set_yticks([0, 1], [phrase("{count} fake\nstarts", count=len(fakes)), phrase("the real\nstart")])
        axes.grid(False)
        unit_axis(axes, "fraction", axis="x", label=phrase("difference to what history led to expect"), bins=4 if size.narrow else 7)

    return chart(draw, alt=alt, caption=caption, height=1.9, narrow_height=2.0)


def effect_split(result: Effect, *, alt: str, caption: Markup | str) -> Chart:
    """What adds up to the change since the start: each part as a bar from where the last one ended."""
    parts = result.split

    def draw(figure: Sheet, size: Size) -> None:
        axes = figure.subplots()
        ends = parts["value"].cumsum().to_numpy()
        starts = ends - parts["value"].to_numpy()
        rows = np.arange(len(parts))
        colours = {"initiative": BLUE, "unexplained": GRID}
        axes.axvline(0, color=SOFT, lw=0.9)
        axes.barh(rows, parts["value"], left=starts, height=0.58, color=[colours.get(p, PALE) for p in parts["part"]])
        axes.barh([len(parts)], [result.change.value], height=0.58, color=SOFT)
        for i in rows[:-1]:
            axes.plot([ends[i], ends[i]], [i - 0.29, i + 1.29], color=SOFT, lw=0.7)
        low, high = min(0, starts.min(), ends.min()), max(0, starts.max(), ends.max())
        axes.set_xlim(low - 0.05 * (high - low or 1), high + (0.3 if size.narrow else 0.15) * (high - low or 1))
        for i, (value, start, end) in enumerate(zip([*parts["value"], result.change.value], [*starts, 0.0], [*ends, result.change.value], strict=True)):
            text = phrase("not shown") if i < len(parts) and parts["part"].iloc[i] == "initiative" and result.verdict not in ("up", "down") \
                else format_value(value, "fraction")
            axes.annotate(text, (max(start, end), i), xytext=(6, 0), textcoords="offset points", va="center", fontsize=9.5, color=INK)
        axes.set_yticks(range(len(parts) + 1), [*map(said, parts["part"]), phrase("whole change")])
        axes.invert_yaxis()
        axes.grid(False)
        unit_axis(axes, "fraction", axis="x", label=phrase("of the mean of the year before") if size.narrow else phrase("of the mean level of the year before the start"), bins=4 if size.narrow else 6)

    return chart(draw, alt=alt, caption=caption, height=2.2, narrow_height=2.3)
