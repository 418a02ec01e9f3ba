"""The outcome chain and the map of people as pictures of boxes; a table has the same in words."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.patches import FancyBboxPatch

from valuelab.analysis.relationships import ROLES, Relationships
from valuelab.analysis.reviews.outcome_chain import OutcomeChain
from valuelab.formatting import format_short, is_money, unit_text
from valuelab.language import phrase, said
from valuelab.present.blocks import Chart
from valuelab.present.charts.settle import Sheet
from valuelab.present.charts.style import BLUE, GREEN, INK, ORANGE, PALE, SHADE, SOFT, Size, chart
from valuelab.present.charts.words import folded, short
from valuelab.present.wording import chain as words
from valuelab.present.wording.common import months

LINES = {"holds": (GREEN, "-"), "same month": (BLUE, "-"), "broken": (ORANGE, "-"), "not shown": (ORANGE, (0, (4, 3))), "untested": (SOFT, (0, (2, 3)))}
QUALITY_MARKS = {"promoter": (GREEN, "^"), "passive": (BLUE, "s"), "detractor": (ORANGE, "v"), "unknown": (SOFT, "o")}
ACROSS = 4  # steps that fit beside each other
MOST_PEOPLE = 8  # marks of one role; the table has the rest


def outcome_chain(chain: OutcomeChain, *, alt: str, caption: str) -> Chart:
    """A box a step with where it stands now, an arrow a link with what the test says."""
    steps, links = chain.steps, chain.links
    wide = len(steps) <= ACROSS

    def draw(figure: Sheet, size: Size) -> None:
        axes = figure.subplots()
        across = wide and not size.narrow
        letters = {2: 32, 3: 24, 4: 18}.get(len(steps), 18) if across else 34 if size.narrow else 70
        for i, step in enumerate(steps):
            unit = "" if step.unit == "fraction" or is_money(step.unit) else f" {unit_text(step.unit)}"
            now = "" if step.now is None else "\n" + short(phrase("now {value}", value=f"{format_short(step.now.value, step.unit)}{unit}"), letters)
            _box(axes, (i if across else 0.0, 0.0 if across else -i), f"{phrase(words.STAGES[step.stage])}\n{folded(step.name, letters, 3 if across else 2)}{now}",
                 (0.56, 0.9) if across else (1.6, 0.62), last=i == len(steps) - 1)
        for i, link in enumerate(links):
            colour, line = LINES[link.state]
            text = phrase(words.STATES[link.state]) + (f"\n{months(link.lag_months)}" if link.state == "holds" and link.lag_months else "")
            start, end = ((i + 0.29, 0), (i + 0.71, 0)) if across else ((0, -i - 0.32), (0, -i - 0.68))
            axes.annotate("", end, start, arrowprops={"arrowstyle": "-|>", "color": colour, "linestyle": line, "lw": 2, "shrinkA": 1, "shrinkB": 1})
            if across:
                axes.text(i + 0.5, 0.1, text, ha="center", va="bottom", color=colour, fontsize=9, fontweight="bold", linespacing=1.1)
            else:
                axes.text(0.08, -i - 0.5, text.replace("\n", ", "), ha="left", va="center", color=colour, fontsize=9, fontweight="bold")
        _bare(axes)
        if across:
            axes.set_xlim(-0.34, len(steps) - 0.66)
            axes.set_ylim(-0.62, 0.62)
        else:
            axes.set_xlim(-0.95, 0.95)
            axes.set_ylim(-len(steps) + 0.55, 0.45)

    return chart(draw, alt=alt, caption=caption, height=1.9 if wide else 0.3 + 1.15 * len(steps), narrow_height=0.3 + 1.15 * len(steps))


def people(found: Relationships, *, alt: str, caption: str) -> Chart:
    """A row a role with a mark for each person, by what they think; an empty ring where a needed role is not filled."""
    empty = {gap.role for gap in found.gaps if gap.kind == "nobody"}
    roles = [role for role in ROLES if role in empty or found.of_role(role)]

    def draw(figure: Sheet, size: Size) -> None:
        axes = figure.subplots()
        for i, role in enumerate(roles):
            of_role: Sequence = found.of_role(role)[:MOST_PEOPLE]
            for k, person in enumerate(of_role):
                colour, mark = QUALITY_MARKS[person.quality]
                axes.plot([k], [i], marker=mark, ms=13, color=colour, ls="none")
            if role in empty:
                axes.plot([0], [i], marker="o", ms=13, mfc="white", mec=ORANGE, mew=1.5, ls="none")
                axes.text(0.45, i, phrase("nobody"), va="center", ha="left", color=ORANGE, fontsize=9, fontweight="bold")
            elif len(found.of_role(role)) > MOST_PEOPLE:
                axes.text(MOST_PEOPLE - 0.4, i, f"+{len(found.of_role(role)) - MOST_PEOPLE}", va="center", ha="left", color=INK, fontsize=9)
        for k, (word, (colour, mark)) in enumerate(QUALITY_MARKS.items()):
            at = (k % 2 * 4.2, -1.7 + k // 2 * 0.6) if size.narrow else (k * 2.3, -1.1)
            axes.plot(*[[v] for v in at], marker=mark, ms=7, color=colour, ls="none")
            axes.text(at[0] + 0.3, at[1], phrase(words.QUALITIES[word]), va="center", ha="left", color=colour, fontsize=9)
        axes.set_yticks(range(len(roles)), [said(role) for role in roles])
        axes.tick_params(axis="y", length=0)
        axes.set_xticks([])
        axes.set_xlim(-0.6, MOST_PEOPLE + 0.9)
        axes.set_ylim(len(roles) - 0.4, -2.2 if size.narrow else -1.6)
        axes.grid(axis="y", color=PALE, lw=0.5)
        axes.spines["bottom"].set_visible(False)

    return chart(draw, alt=alt, caption=caption, height=0.9 + 0.45 * len(roles), narrow_height=1.3 + 0.45 * len(roles))


def _box(axes: Axes, at: tuple[float, float], text: str, size: tuple[float, float], *, last: bool) -> None:
    width, height = size
    axes.add_patch(FancyBboxPatch((at[0] - width / 2, at[1] - height / 2), width, height, boxstyle="round,pad=0,rounding_size=0.06", fc=SHADE if last else "white",
                                  ec=INK if last else SOFT, lw=1.2))
    axes.text(*at, text, ha="center", va="center", color=INK, fontsize=9.5, linespacing=1.25)


def _bare(axes: Axes) -> None:
    axes.set_xticks([])
    axes.set_yticks([])
    axes.grid(False)
    for side in axes.spines.values():
        side.set_visible(False)
