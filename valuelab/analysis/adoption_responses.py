"""Which response a pattern of use suggests: awareness, promotion, training, or a look at the product. Rules of thumb, to be held against what people say."""

from __future__ import annotations

from typing import Literal

from valuelab.types import Estimate, FeatureClass

Response = Literal["", "awareness", "promotion", "training", "product"]
LITTLE = 0.5  # a feature that fewer of the active people use is little used
SPIKE = 2.0  # times its share of days from which use is called month-end use


def response_of_team(*, active: float | None, share: Estimate | None, ever: Estimate | None, change: Estimate | None, month_end: float | None,
                     monthly: bool, named: bool, good: float, talk: float) -> tuple[Response, str]:
    """What to do about a team, and the pattern that says so; ("", reason) where nothing is to be done or nothing is known.

    Examples
    --------
    >>> low = Estimate(0.2, 0.1, 0.3)
    >>> response_of_team(active=20, share=low, ever=Estimate(0.3, 0.2, 0.4), change=None, month_end=None, monthly=True, named=True, good=0.9, talk=0.7)[0]
    'awareness'
    """
    if not named:
        return "awareness", "no row of the usage file names this team: it is spelled otherwise there, or nobody has begun"
    if active is None:
        return "", "its use in the last month is not known"
    if share is None:
        return "", "more people are active than have licences: check the licences, or whether accounts are shared"
    if active == 0:
        return ("product", "it was used before and is not any more: ask why") if ever is not None and ever.value > 0 else (
            "awareness", "nobody was active in the last month")
    if share.value >= good:
        return "", "enough of its people are active"
    if ever is not None and ever.value <= talk:
        return "awareness", "many of its people have never been seen in the product"
    if change is not None and change.high < 0:
        return "product", "fewer are active than three months ago, by more than chance: ask what stopped them"
    if month_end is not None and month_end >= SPIKE and not monthly:
        return "training", "use gathers at the end of the month, and more is expected"
    return "promotion", "people know it and have no habit of it" if ever is not None else "too few of its people are active"


def response_of_feature(kind: FeatureClass | None, share: Estimate, kept: Estimate | None) -> tuple[Response, str]:
    """What to do about a feature that clearly under half of the active people use, or that clearly most do not come back to.

    Examples
    --------
    >>> response_of_feature("new", Estimate(0.1, 0.05, 0.2), None)
    ('awareness', 'new, and few of the active people have found it')
    """
    if kept is not None and kept.high < LITTLE:
        return "product", "most who tried it in the three months before did not come back"
    if share.high >= LITTLE:
        return "", ""
    if kind == "new":
        return "awareness", "new, and few of the active people have found it"
    if kind == "differentiated":
        return "promotion", "what sets the product apart is little used"
    if kind == "value":
        return "training", "what the value rests on is little used"
    return "", "little used; its class is not said"
