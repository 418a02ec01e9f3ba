"""Would the health score have told who renews? Discrimination and calibration with intervals that hold with few renewals, or how many are needed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal

from valuelab.analysis.health_score import GREEN_FROM, RED_BELOW
from valuelab.analysis.proportions import WILSON, share_of, wilson
from valuelab.formatting import FRACTION_POINTS
from valuelab.provenance import derived
from valuelab.registers import Decided, Light, RenewalRegister
from valuelab.renewal_order import FEWEST_EACH as FEWEST_EACH
from valuelab.renewal_order import LEVEL, METHOD, Verdict, order_interval, renewals_needed, verdict_of
from valuelab.types import Estimate, Result

Fit = Literal["fits", "more renew than it says", "fewer renew than it says", ""]


@dataclass(frozen=True, slots=True)
class ScoreBand(Result):
    """Renewals whose score was green, amber or red. ``said``: their mean score; ``renewed``: the share that was renewed, with its interval; both None of none.

    ``fit``: whether the score, read as a chance, lies inside that interval; "" of none.
    """

    light: Light
    count: Estimate
    kept: Estimate
    said: Estimate | None
    renewed: Estimate | None
    fit: Fit


@dataclass(frozen=True, slots=True)
class RenewalReview(Result):
    """What renewals say of the score. ``order``: the chance that of one renewed and one lost contract the renewed one had the higher score, ties half (area under the
    ROC curve); None below five of each. ``off``: renewed share less mean score. ``needed``: renewals, ``needed_lost`` of them not renewed, from which an order of 75 %
    would be told from chance four times in five. ``repeated``: renewals of accounts that stand there more than once.
    """

    LEAVE_OUT: ClassVar[tuple[str, ...]] = ("rows",)
    count: Estimate
    kept: Estimate
    share: Estimate
    verdict: Verdict
    order: Estimate | None
    off: Estimate | None
    bands: tuple[ScoreBand, ...]
    needed: Estimate | None
    needed_lost: Estimate | None
    first: str
    last: str
    repeated: int
    source: str
    rows: tuple[Decided, ...]
    warnings: tuple[str, ...] = ()

    @property
    def lost(self) -> int:
        return round(self.count.value - self.kept.value)


def review_renewals(register: RenewalRegister) -> RenewalReview:
    """Whether the score that was there before told who renewed: the order of pairs, and how many renewed at each light.

    Not for scores that were given after the decision: those know it. A score is no chance; how far it may be read as one is what calibration says.
    """
    rows = register.rows
    kept, lost = [r.score for r in rows if r.renewed], [r.score for r in rows if not r.renewed]
    count, renewed = _people(len(rows), "count"), _people(len(kept), "renewed")
    share = share_of(renewed, count, key="renewals.share", names=("renewed", "renewals"), convention="of all that were decided")
    enough = min(len(kept), len(lost)) >= FEWEST_EACH
    order = _order(kept, lost) if enough else None
    verdict = verdict_of(None if order is None else (order.low, order.high))
    needed = needed_lost = None
    if verdict in ("too few", "cannot say"):
        low, high = wilson(len(kept), len(rows))
        usual = (low + high) / 2
        more = renewals_needed(usual)
        needed = Estimate(float(more), unit="renewals", kind="estimated", key="renewals.needed", convention="an order of three pairs of four, seen four times in five")
        needed_lost = Estimate(float(more - max(1, min(more - 1, round(more * usual)))), unit="renewals", kind="estimated", key="renewals.needed_lost", convention="of those needed, not renewed")
    accounts = [r.account for r in rows if r.account >= 0]
    repeated = sum(accounts.count(a) > 1 for a in accounts)
    off = _off(rows, share) if enough else None
    return RenewalReview(count, renewed, share, verdict, order, off, tuple(_band(light, rows) for light in ("green", "amber", "red")), needed, needed_lost, rows[0].on, rows[-1].on, repeated,
                         register.source, rows, tuple(_warnings(register, repeated)))


def _people(count: int, what: str) -> Estimate:
    return Estimate(float(count), unit="renewals", kind="actual", key=f"renewals.{what}")


def _order(kept: list[float], lost: list[float]) -> Estimate:
    value, low, high = order_interval(kept, lost)
    won, tied = sum(a > b for a in kept for b in lost), sum(a == b for a in kept for b in lost)
    named = {"pairs in order": float(won), "pairs tied": float(tied), "renewed": float(len(kept)), "not renewed": float(len(lost))}
    return Estimate(value, low, high, level=LEVEL, unit="fraction", kind="measured", n=len(kept) + len(lost), key="renewals.order", convention="of pairs of one renewed and one not, ties half",
                    derivation=derived("(pairs in order + pairs tied / 2) / (renewed × not renewed)", named, method=METHOD))


def _off(rows: Sequence[Decided], share: Estimate) -> Estimate:
    """Renewed share less mean score, in points: above zero more renewed than the score, read as a chance, says."""
    said = _said(rows, "renewals.said")
    return Estimate(share.value - said.value, share.low - said.value, share.high - said.value, level=LEVEL, unit=FRACTION_POINTS, kind="measured", n=len(rows), key="renewals.off",
                    convention="renewed share less mean score", derivation=derived("renewed share − mean score", {"renewed share": share, "mean score": said}, method=WILSON))


def _said(rows: Sequence[Decided], key: str) -> Estimate:
    return Estimate(sum(r.score for r in rows) / len(rows), unit="fraction", kind="actual", key=key, convention="mean score before the decision")


def _band(light: Light, rows: Sequence[Decided]) -> ScoreBand:
    own = [r for r in rows if light == ("green" if r.score >= GREEN_FROM else "red" if r.score < RED_BELOW else "amber")]
    count, kept = _people(len(own), f"{light}.count"), _people(sum(r.renewed for r in own), f"{light}.renewed")
    if not own:
        return ScoreBand(light, count, kept, None, None, "")
    share = share_of(kept, count, key=f"renewals.{light}.share", names=("renewed", "renewals"), convention=f"of those that were {light}")
    said = _said(own, f"renewals.{light}.said")
    fit: Fit = "fits" if share.low <= said.value <= share.high else "more renew than it says" if share.value > said.value else "fewer renew than it says"
    return ScoreBand(light, count, kept, said, share, fit)


def _warnings(register: RenewalRegister, repeated: int) -> list[str]:
    lines = []
    if not register.scored_before:
        lines.append("It is not known when the scores were given. A score that was given after the decision proves nothing: add a column `scored` with its date.")
    if repeated:
        lines.append(f"{repeated} of the renewals are of accounts that stand there more than once; they are counted as if they were independent, so the intervals are rather too narrow.")
    return lines
