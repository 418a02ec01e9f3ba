"""The sliders of a page: each assumption that may be moved, the figures that follow, and the numbers that the page's script needs.

Without script the page does not show them. What stands in ``<output>`` is no figure of the report, but where it begins it equals one.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Any

from markupsafe import Markup

from valuelab.analysis.what_if import Lever, WhatIf
from valuelab.formatting import format_fraction, format_money, format_number, format_value, signs_of_numbers
from valuelab.types import Estimate

RATIOS = {"roi_net": "ROI (net)", "benefit_cost_ratio": "Benefit–cost ratio (gross)"}


@dataclass(frozen=True, slots=True)
class Slider:
    """One assumption: its value and its ends in words, and how many steps there are below and above."""

    slug: str
    name: str
    text: str
    low: str
    high: str
    down: int
    up: int


@dataclass(frozen=True, slots=True)
class Following:
    """One figure that follows: its label, its unit, what stands where it does not exist, and where it begins."""

    name: str
    label: str
    kind: str
    unit: str
    none: str
    text: str


@dataclass(frozen=True, slots=True)
class Sliders:
    """All of one page; ``data``: JSON that ends no element."""

    about: str
    levers: tuple[Slider, ...]
    figures: tuple[Following, ...]
    data: Markup

    @property
    def inputs(self) -> str:
        """The ids of all inputs."""
        return " ".join(f"what-if-{lever.slug}" for lever in self.levers)


def sliders(result: WhatIf, *, roi_convention: str = "net") -> Sliders:
    """The sliders of a result; the customer's choice of ROI leads."""
    levers = tuple(Slider(lever.slug, lever.name, _moved(lever, lever.start, result.currency),
                          *(_end(lever, v, result.currency) for v in (lever.low, lever.high)), *lever.steps) for lever in result.levers)
    ratios = ("benefit_cost_ratio", "roi_net") if roi_convention == "gross" else ("roi_net",)
    names = [n for n in ("per_year", "net_return", *ratios, "payback", "room", "npv") if n in result.figures]
    figures = tuple(_following(name, result) for name in names)
    data = {"about": result.about, "numbers": result.numbers, "levers": [asdict(lever) for lever in result.levers],
            "figures": [asdict(f) for f in figures], "marks": signs_of_numbers(result.currency)}
    begins = "These begin at the forecast at completion; actuals stay as they are." if result.about == "cash flow" else f"These begin where {result.scenario}."
    return Sliders(f"{begins} Move a slider and see what follows. What you see then is not the report’s, and is neither printed nor kept.", levers, figures, embedded(data))


def embedded(data: Any) -> Markup:
    """JSON for a ``<script type="application/json">``: whatever it holds, it ends no element and opens no comment.

    Examples
    --------
    >>> embedded({"name": "</script><!-- & "})
    Markup('{"name":"\\\\u003c/script\\\\u003e\\\\u003c!-- \\\\u0026 "}')
    """
    text = json.dumps(data, ensure_ascii=True, allow_nan=False, sort_keys=True, separators=(",", ":"))
    for sign in "<>&":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return Markup(text)


def _moved(lever: Lever, value: float, currency: str) -> str:
    """An assumption in words; the page's script says the same of any value."""
    if lever.kind == "share":
        return f"{format_fraction(value, 0)} of the estimate, {format_money(value * lever.of, currency)}"
    if lever.kind == "fraction":
        return format_fraction(value, lever.decimals)
    if lever.kind == "money":
        return format_money(value, currency)
    if lever.kind == "periods":
        return f"{format_number(value)} {lever.unit}{'' if value == 1 else 's'}"
    return format_value(value, lever.unit)


def _end(lever: Lever, value: float, currency: str) -> str:
    """An end of a slider: of a share without its amount."""
    return format_fraction(value, 0) if lever.kind == "share" else _moved(lever, value, currency)


def _following(name: str, result: WhatIf) -> Following:
    estimate: Estimate | None = result.figures[name]
    over = " at completion" if result.about == "cash flow" else f" over {format_number(result.numbers['horizon_months'])} months"
    labels = RATIOS | {
        "per_year": f"{result.word.capitalize()} a year", "net_return": f"{'Profit' if result.word == 'profit' else 'Net return'}{over}",
        "payback": "Payback", "npv": "Net present value", "room": f"It may cost, to be paid back{over.replace('over', 'within')}"}
    kind = "fraction" if name in RATIOS else "number" if name == "payback" else "money"
    unit = "" if kind != "number" else "months" if result.about == "value chain" else f"{result.numbers['period']}s"
    none = "not defined" if name != "payback" else "not within the plan" if result.about == "cash flow" else "never"
    text = none if estimate is None else format_value(estimate.value, estimate.unit)
    return Following(name, labels[name], kind, unit, none, text)
