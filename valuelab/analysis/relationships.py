"""Who stands behind the account: people by role and by what they think of us, and the roles that nobody fills. Opinions, never measurements."""

from __future__ import annotations

from dataclasses import dataclass

from valuelab.analysis.proportions import share_of
from valuelab.types import Estimate, Person, Result

ROLES = ("executive sponsor", "economic buyer", "technical buyer", "user buyer", "champion", "influencer", "user", "unknown")
NEEDED = {"executive sponsor": "who answers for the outcome", "economic buyer": "who releases the money", "champion": "who speaks for it when we are not there",
          "user": "who works with it"}
QUALITIES = ("promoter", "passive", "detractor", "unknown")
WEIGHTY = ("executive sponsor", "economic buyer", "champion")


@dataclass(frozen=True, slots=True)
class CoverageGap(Result):
    """A role that nobody fills, or where nobody is for us; ``ask``: the question to ask next."""

    role: str
    kind: str  # nobody | nobody for us | not known
    what: str
    ask: str


@dataclass(frozen=True, slots=True)
class Relationships(Result):
    """People by role. ``people`` have no name unless names are to be shown. ``promoters``: share of those whose quality is known."""

    people: tuple[Person, ...]
    gaps: tuple[CoverageGap, ...]
    promoters: Estimate | None
    known: int
    names_left_out: int
    warnings: tuple[str, ...] = ()

    def of_role(self, role: str) -> tuple[Person, ...]:
        return tuple(p for p in self.people if p.role == role)


def review_relationships(people: tuple[Person, ...], *, names_left_out: int = 0) -> Relationships | None:
    """The map of people and its gaps; None where the register is empty.

    Not a measurement: each line is somebody's opinion, with whose and when. Few people make a share that says little: its interval does.

    Examples
    --------
    >>> found = review_relationships((Person("champion", "promoter"), Person("user", "detractor")))
    >>> [gap.role for gap in found.gaps]
    ['executive sponsor', 'economic buyer', 'user']
    """
    if not people:
        return None
    gaps = [gap for role, what in NEEDED.items() if (gap := _gap(role, what, [p.quality for p in people if p.role == role])) is not None]
    rated = [p for p in people if p.quality != "unknown"]
    count = Estimate(float(sum(p.quality == "promoter" for p in rated)), unit="people", kind="assumed", key="relationships.promoters.count", convention="of the register")
    share = share_of(count, float(len(rated)), key="relationships.promoters", names=("promoters", "people with a known opinion"), convention="opinions of the register") if rated else None
    warnings = []
    if sum(p.quality == "promoter" for p in people if p.role in WEIGHTY) == 1:
        warnings.append("One person alone among sponsor, buyer and champion is for us: if that person leaves, nobody is left.")
    ordered = tuple(sorted(people, key=lambda p: (ROLES.index(p.role), QUALITIES.index(p.quality), p.team, p.name)))
    return Relationships(ordered, tuple(gaps), share, len(rated), names_left_out, tuple(warnings))


def _gap(role: str, what: str, qualities: list[str]) -> CoverageGap | None:
    if not qualities:
        return CoverageGap(role, "nobody", f"nobody is known {what}", f"Who is it {what}?")
    if "promoter" in qualities:
        return None
    if set(qualities) == {"unknown"}:
        return CoverageGap(role, "not known", f"it is not known what the person {what} thinks", "What would they miss if it were gone?")
    return CoverageGap(role, "nobody for us", f"nobody {what} is a promoter", "What would make it a nine for them?")
