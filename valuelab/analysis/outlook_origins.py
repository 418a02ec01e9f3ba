"""How the figures of an outlook came about: its models in words, and what is said of figures that only draws can give."""

from __future__ import annotations

from collections.abc import Sequence

from valuelab.analysis.drivers import Formula
from valuelab.analysis.estimate_record import EstimateRecord
from valuelab.formatting import format_fraction, format_number
from valuelab.provenance import Derivation

CHAIN_NAMES = {"points": "points", "effect": "effect of one point", "base": "base", "units": "units", "unit_value": "value of a unit", "margin": "margin", "lag": "lag"}


def _cost_names(slugs: Sequence[str]) -> dict[str, str]:
    return {slug: f"cost {int(slug.removeprefix('cost_')) + 1}" for slug in slugs if slug.startswith("cost_")}


def case_formula(slugs: Sequence[str], known: float) -> Formula:
    """The net return at completion: what is known, what remains, and stated costs.

    Examples
    --------
    >>> case_formula(["revenue", "cost_0"], -37_724.0).text
    'known so far + revenue to come − cost 1'
    """
    names = {slug: f"{slug} to come" for slug in slugs if slug in ("revenue", "expenditure")} | _cost_names(slugs)
    signs = "".join(f" {'+' if slug == 'revenue' else '−'} {names[slug]}" for slug in slugs)
    return Formula("known so far" + signs, names, {"known so far": known})


def chain_formula(slugs: Sequence[str], *, reading: str, horizon_months: int, part: str = "return") -> Formula:
    """A value chain over its horizon; ``part``: "benefit", "cost", or the "return" of the one less the other.

    Examples
    --------
    >>> chain_formula(["points", "effect", "base", "unit_value", "lag"], reading="additive", horizon_months=12, part="benefit").text
    'base × effect of one point × points × value of a unit × (horizon − lag) / 12'
    """
    costs = _cost_names(slugs)
    factors = ["units"] if "units" in slugs else ["base", "effect of one point", "points"] if reading == "additive" else [
        "base", "((1 + effect of one point) ^ points − 1)"]
    factors += [CHAIN_NAMES[slug] for slug in ("unit_value", "margin") if slug in slugs]
    benefit = " × ".join([*factors, "(horizon − lag) / 12" if "lag" in slugs else "0"])
    spent = " + ".join(costs.values()) or "0"
    text = {"benefit": benefit, "cost": spent, "return": benefit + "".join(f" − {name}" for name in costs.values())}[part]
    kept = {slug for slug in slugs if (slug in costs) != (part == "benefit")} if part != "return" else set(slugs)
    names = {slug: name for slug, name in (CHAIN_NAMES | costs).items() if slug in kept}
    return Formula(text, names, {} if part == "cost" or "lag" not in slugs else {"horizon": float(horizon_months)})


def drawn_return(what: str, size: int, level: float | None, records: Sequence[EstimateRecord]) -> Derivation:
    """A figure of a cash flow that is worked out in every draw; what is known stays as it is."""
    if level is None:
        return Derivation(method=f"Known amounts and the remaining estimates as they are: {what}")
    return Derivation(method=f"{format_number(size)} draws from a fixed seed: known amounts as they are, remaining ones with errors like those so far or within their stated range; in "
                             f"each draw {what}; the value is the median, the interval the middle {format_fraction(level, 0)}", record=_of(records))


def share_of_draws(words: str, size: int, records: Sequence[EstimateRecord]) -> Derivation:
    """A chance: in how many of the draws something is so."""
    return Derivation(method=f"The share of {format_number(size)} draws from a fixed seed in which {words}", record=_of(records))


def _of(records: Sequence[EstimateRecord]) -> tuple[str, ...]:
    return tuple(one.key for r in records if r.basis == "record" for one in (r.average_miss, r.total_miss) if one is not None)
