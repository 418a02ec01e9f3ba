"""The sliders of a page: each assumption that may be moved, the figures that follow, and the numbers that the page's script needs.

Without script the page does not show them. What stands in ``<output>`` is no figure of the report, but where it begins it equals one.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Any

from markupsafe import Markup

from valuelab.analysis.what_if import Lever, WhatIf
from valuelab.formatting import format_fraction, format_money, format_number, format_value, signs_of_numbers, unit_text
from valuelab.language import phrase, phrases, plural, said, said_or_own
from valuelab.present.figures import NOUNS
from valuelab.types import Estimate


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
    levers = tuple(Slider(lever.slug, said_or_own(lever.name), _moved(lever, lever.start, result.currency),
                          *(_end(lever, v, result.currency) for v in (lever.low, lever.high)), *lever.steps) for lever in result.levers)
    ratios = ("benefit_cost_ratio", "roi_net") if roi_convention == "gross" else ("roi_net",)
    names = [n for n in ("per_year", "net_return", *ratios, "payback", "room", "npv") if n in result.figures]
    figures = tuple(_following(name, result) for name in names)
    data = {"about": result.about, "numbers": result.numbers, "levers": [asdict(lever) for lever in result.levers],
            "figures": [asdict(f) for f in figures], "marks": signs_of_numbers(result.currency), "words": _words(result)}
    begins = phrase("These begin at the forecast at completion; actuals stay as they are.") if result.about == "cash flow" else \
        phrase("These begin where {scenario}.", scenario=said(result.scenario))
    told = phrase("Move a slider and see what follows. What you see then is not the report’s, and is neither printed nor kept.")
    return Sliders(f"{begins} {told}", levers, figures, embedded(data))


def _words(result: WhatIf) -> dict[str, Any]:
    """What the page's script says, each with named places; of periods the one and the many."""
    return {"same": phrase("as in the report"), "share": phrase("{share} of the estimate, {amount}"), "report": phrase("report: {value}"), "points": phrase("{size} points"),
            "against": phrase("{size} against the report"), "back": phrase("The report’s figures."), "moved": phrase("What if: {figures}."),
            "periods": {lever.unit: (plural(*NOUNS[lever.unit], 1), plural(*NOUNS[lever.unit], 2)) for lever in result.levers if lever.kind == "periods"}}


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
        return phrase("{share} of the estimate, {amount}", share=format_fraction(value, 0), amount=format_money(value * lever.of, currency))
    if lever.kind == "fraction":
        return format_fraction(value, lever.decimals)
    if lever.kind == "money":
        return format_money(value, currency)
    if lever.kind == "periods":
        return phrases(*NOUNS[lever.unit], value, count=format_number(value))
    return format_value(value, lever.unit)


def _end(lever: Lever, value: float, currency: str) -> str:
    """An end of a slider: of a share without its amount."""
    return format_fraction(value, 0) if lever.kind == "share" else _moved(lever, value, currency)


def _following(name: str, result: WhatIf) -> Following:
    estimate: Estimate | None = result.figures[name]
    kind = "fraction" if name in ("roi_net", "benefit_cost_ratio") else "number" if name == "payback" else "money"
    unit = "" if kind != "number" else unit_text("months" if result.about == "value chain" else f"{result.numbers['period']}s")
    none = phrase("not defined") if name != "payback" else phrase("not within the plan") if result.about == "cash flow" else phrase("never")
    text = none if estimate is None else format_value(estimate.value, estimate.unit)
    return Following(name, _label(name, result), kind, unit, none, text)


def _label(name: str, result: WhatIf) -> str:
    """What a figure is called, with the time that it is counted for."""
    profit = result.word == "profit"
    if name == "net_return" and result.about == "cash flow":
        return phrase("Profit at completion") if profit else phrase("Net return at completion")
    if name == "net_return":
        span = format_number(result.numbers["horizon_months"])
        return phrase("Profit over {count} months", count=span) if profit else phrase("Net return over {count} months", count=span)
    if name == "room":
        return phrase("It may cost, to be paid back within {count} months", count=format_number(result.numbers["horizon_months"]))
    return {"roi_net": phrase("ROI (net)"), "benefit_cost_ratio": phrase("Benefit–cost ratio (gross)"), "payback": phrase("Payback"), "npv": phrase("Net present value"),
            "per_year": phrase("Profit a year") if profit else phrase("Revenue a year")}[name]
