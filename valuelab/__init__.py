"""valuelab: is it working, how would we know early, did it pay — with intervals, named conventions, a way back.

Import it as ``vl``. By what you want to do:

- read a customer: ``load_customer``
- look: ``show`` (chart, sentence and table of any result)
- one question, whole: ``review_baseline``, ``review_leading_indicators``, ``review_conversion``, ``review_value``, ``review_health``
- where are we: ``fit_baseline``, ``project``, ``shortfall``, ``measure_progress``, ``measure_effect``
- what tells early: ``scan_leading_indicators``; why lines that rise together prove nothing: ``before_and_after``; how long to measure,
  and how many to ask: ``measure_next``
- what is a point worth: ``fit_conversion``, ``points_needed``, ``value_chain``
- does it pay: ``value_case``, ``direct_benefit``, ``npv``, ``xnpv``, ``irr``, ``xirr``, ``mirr``, ``payback``
- is it used: ``review_adoption``
- types: ``Estimate``, ``Measure``, ``Customer``

Names are loaded when they are first used, so that ``import valuelab`` and the command line stay quick.
"""

from __future__ import annotations

from importlib import import_module

__version__ = "0.1.0"

_HOME = {
    "load_customer": "inputs", "show": "present.show",
    "review_baseline": "analysis.reviews", "review_leading_indicators": "analysis.reviews", "review_conversion": "analysis.reviews",
    "review_value": "analysis.reviews", "review_health": "analysis.reviews", "review_adoption": "analysis.adoption",
    "fit_baseline": "analysis.baseline", "project": "analysis.projection", "shortfall": "analysis.targets",
    "measure_progress": "analysis.targets", "measure_effect": "analysis.effect",
    "scan_leading_indicators": "analysis.leads", "before_and_after": "analysis.before_after", "measure_next": "analysis.next_measures",
    "fit_conversion": "analysis.conversion", "points_needed": "analysis.conversion",
    "value_chain": "analysis.value_chain", "direct_benefit": "analysis.prices", "value_case": "analysis.value_case",
    "npv": "analysis.finance", "xnpv": "analysis.finance", "irr": "analysis.finance", "xirr": "analysis.finance",
    "mirr": "analysis.finance", "payback": "analysis.finance",
    "Estimate": "types", "Measure": "types", "Customer": "types",
}
__all__ = sorted(_HOME)


def __getattr__(name: str) -> object:
    if name not in _HOME:
        raise AttributeError(f"valuelab has no {name!r}; it has {', '.join(__all__)}")
    return getattr(import_module(f"valuelab.{_HOME[name]}"), name)


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
