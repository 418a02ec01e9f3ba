"""Pictures for notebook 04: cumulative cash flow, revenue by period, price options, payback by cost."""

from __future__ import annotations

import numpy as np
import pandas as pd

from valuelab.analysis.prices import PriceEffect
from valuelab.analysis.value_case import ValueCase
from valuelab.analysis.value_chain import CostRoom
from valuelab.formatting import format_money, unit_text
from valuelab.language import phrase
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
    band,
    chart,
    end_labels,
    mark_today,
    unit_axis,
)
from valuelab.present.charts.words import folded


def period_names(case: ValueCase) -> list[str]:
    """Positions of the plan, counted from 0 as the cash-flow table does."""
    return [str(i) for i in range(len(case.table))]


def period_word(case: ValueCase) -> str:
    return {"W": "week", "M": "month", "Q": "quarter", "Y": "year", "A": "year", "D": "day"}.get(case.table.index.freqstr[0], "period")


def cumulative(case: ValueCase, *, alt: str, caption: str, fan: pd.DataFrame | None = None) -> Chart:
    """Cumulative net cash flow, estimated and actual, signed, with the point where each pays back; a fan over what is still to come."""
    table = case.table

    def draw(figure: Sheet, size: Size) -> None:
        axes = figure.subplots()
        x = np.arange(len(table))
        axes.axhline(0, color=SOFT, lw=1)
        axes.plot(x, table["cum_est"], color=SOFT, lw=1.7, ls=(0, (4, 2)))
        if fan is not None:
            ahead = x[len(x) - len(fan):]
            band(axes, ahead, fan["low_95"], fan["high_95"], BLUE)
            band(axes, ahead, fan["low_80"], fan["high_80"], BLUE, inner=True)
            axes.plot(ahead, fan["value"], color=BLUE, lw=1.8)
        labels = [(float(table["cum_est"].iloc[-1]), phrase("estimated {amount}", amount=format_money(table["cum_est"].iloc[-1], case.currency)), SOFT)]
        if fan is not None:
            labels.append((float(fan["value"].iloc[-1]), phrase("forecast {amount}", amount=format_money(fan["value"].iloc[-1], case.currency)), BLUE))
        known = table["cum_act"].notna().to_numpy()
        side = case.actual
        if known.any():
            axes.plot(x[known], table["cum_act"][known], color=BLUE, lw=2.2, marker="o", ms=3.5)
            last = int(np.flatnonzero(known)[-1])
            value = float(table["cum_act"].iloc[last])
            text = phrase("actual {amount}", amount=format_money(value, case.currency))
            if last == len(table) - 1:
                labels.append((value, text, BLUE))
            else:
                mark_today(axes, last + 0.5, "" if size.narrow else phrase("to be announced after this"))
                note(axes, text, (last, value), places=("SE", "S", "SW", "NE"), colour=BLUE, bold=True)
        payback = case.estimated.payback if side is None else side.payback
        if payback is not None:
            axes.plot([payback.value], [0], marker="D", ms=6.5, mfc="white", mec=ORANGE, mew=1.6, ls="none")
            word = phrase("pays back") if side is not None else phrase("pays back (estimated)")
            note(axes, word, (payback.value, 0), places=("NW", "SE", "NE", "SW"), colour=ORANGE)
        axes.set_xlim(-0.4, len(table) - 0.6)
        low, high = axes.get_ylim()
        axes.set_ylim(low - 0.04 * (high - low), high + 0.1 * (high - low))
        end_labels(axes, labels, len(table) - 1)
        step = max(1, -(-len(x) // (7 if size.narrow else 14)))
        axes.set_xticks(x[::step], period_names(case)[::step])
        axes.set_xlabel(unit_text(period_word(case)))
        unit_axis(axes, case.currency, label=phrase("cumulative net cash flow"))

    return chart(draw, alt=alt, caption=caption, height=3.5, narrow_height=3.2)


def revenue(case: ValueCase, *, alt: str, caption: str, label: str = "revenue") -> Chart:
    """Revenue (or income) of each period, estimated beside actual; what is to be announced has no bar."""
    table = case.table

    def draw(figure: Sheet, size: Size) -> None:
        axes = figure.subplots()
        x = np.arange(len(table))
        axes.bar(x - 0.2, table["revenue_est"], width=0.38, color=PALE)
        axes.bar(x + 0.2, table["revenue_act"].fillna(0), width=0.38, color=BLUE)
        step = max(1, -(-len(x) // (7 if size.narrow else 14)))
        axes.set_xticks(x[::step], period_names(case)[::step])
        axes.set_xlabel(unit_text(period_word(case)))
        low, high = axes.get_ylim()
        axes.set_ylim(low, high + 0.24 * (high - low))
        # each kind of bar is named at its tallest, of the pairs that have both, and above the bars that its name reaches over
        both = table[(table["revenue_est"] > 0) & table["revenue_act"].notna()]
        tallest = table[["revenue_est", "revenue_act"]].max(axis=1).fillna(0)
        reach = -(-len(x) // (4 if size.narrow else 9))
        for column, name, places, colour in (("revenue_est", phrase("estimated"), ("NW", "N", "NE"), SOFT), ("revenue_act", phrase("actual"), ("NE", "N", "NW"), BLUE)):
            if len(both):
                at = table.index.get_loc(both[column].idxmax())
                top = float(tallest.iloc[max(0, at - reach) : at + reach + 1].max())
                note(axes, name, (at, top), places=places, colour=colour)
        axes.axhline(0, color=SOFT, lw=0.9)
        unit_axis(axes, case.currency, label=phrase("{what} a {period}", what=label, period=unit_text(period_word(case))))

    return chart(draw, alt=alt, caption=caption, height=2.7)


def prices(options: tuple[PriceEffect, ...], currency: str, *, alt: str, caption: str) -> Chart:
    """Gained, lost and net annual profit of each price option."""

    def draw(figure: Sheet, size: Size) -> None:
        axes = figure.subplots()
        top, low = max(o.gained.value for o in options), min(0.0, *(-o.lost.value for o in options), *(o.net.value for o in options))
        room = 0.25 * (top - low)  # for two lines of a label
        for i, option in enumerate(options):
            for offset, value, colour, word in ((-0.27, option.gained.value, PALE_BLUE, phrase("gained")), (0, -option.lost.value, ORANGE, phrase("lost")),
                                                (0.27, option.net.value, BLUE if option.net.value >= 0 else ORANGE, phrase("net"))):
                axes.bar([i + offset], [value], width=0.25, color=colour)
                text = f"{word}\n{format_money(value, currency)}"
                below = value < 0
                axes.annotate(text, (i + offset, value), xytext=(0, -3 if below else 3), textcoords="offset points", ha="center",
                              va="top" if below else "bottom", fontsize=7.5 if size.narrow else 9.5, color=INK)
        axes.axhline(0, color=SOFT, lw=1)
        axes.set_xticks(range(len(options)), [folded(o.name, 16 if size.narrow else 24) for o in options])
        axes.set_ylim(low - room if low < 0 else low, top + room)
        axes.set_xlim(-0.6, len(options) - 0.4)
        unit_axis(axes, currency, label=phrase("change of profit a year"))

    return chart(draw, alt=alt, caption=caption, height=3.1)


def payback_by_cost(room: CostRoom, currency: str, *, alt: str, caption: str) -> Chart:
    """Months until the benefit has paid a cost back, for a range of costs; the most that pays within the horizon is marked."""
    table = room.table

    def draw(figure: Sheet, size: Size) -> None:
        axes = figure.subplots()
        axes.plot(table["cost"], table["payback_months"], color=BLUE, lw=2, marker="o", ms=3)
        cost = room.break_even_cost.value
        axes.axhline(room.horizon_months, color=SOFT, lw=0.9, ls=(0, (2, 2)))
        axes.plot([cost], [room.horizon_months], marker="D", ms=6.5, mfc="white", mec=GREEN, mew=1.6, ls="none")
        note(axes, phrase("{cost} is paid back\nin {count} months", cost=format_money(cost, currency), count=room.horizon_months), (cost, room.horizon_months), places=("SE", "NW", "SW", "E", "W"),
             colour=GREEN)
        axes.set_ylim(0, None)
        axes.set_xlim(0, None)
        unit_axis(axes, currency, axis="x", label=phrase("cost of the initiative"), bins=4 if size.narrow else 6)
        unit_axis(axes, "", label=phrase("months until the benefit has paid the cost back"))

    return chart(draw, alt=alt, caption=caption, height=2.9)
