"""Is it used: active against licensed people by team and expected pace, which features, what to do about it, and whether a feature's use leads activity."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd

from valuelab.analysis.active_people import (
    PACES,
    PERIOD_WORDS,
    ever_people,
    month_end_share,
    monthly_people,
    months_of,
    of_team,
    people_at_pace,
)
from valuelab.analysis.adoption_responses import Response, response_of_feature, response_of_team
from valuelab.analysis.leads import LeadScan, scan_leading_indicators
from valuelab.analysis.proportions import NEWCOMBE, newcombe, share_of
from valuelab.formatting import FRACTION_POINTS
from valuelab.provenance import derived
from valuelab.types import Cadence, CannotSay, Estimate, FeatureClass, Measure, Result, Team, Usage

SMALLEST_TEAM = 5  # licences; use of smaller groups could be led back to single people
BACK = 3  # months
EVERYBODY, TOGETHER = "All teams", "Small teams together"
ADOPTION_STATUSES = ("good", "watch", "needs a conversation", "inactive", "not known")


@dataclass(frozen=True, slots=True)
class TeamAdoption(Result):
    """One team in the last month.

    ``active``: people in a usual period of ``shown_pace``, which is ``pace`` where the file can show it. ``share``: of licences. ``change``: of
    the monthly share against three months before. ``ever``: share of licences ever seen. ``month_end``: how many times its share of days the
    last three working days of a month carry. ``status``: one of ``ADOPTION_STATUSES``.
    """

    name: str
    pace: Cadence
    shown_pace: Cadence
    licences: Estimate
    active: Estimate | None
    share: Estimate | None
    change: Estimate | None
    ever: Estimate | None
    month_end: Estimate | None
    status: str
    response: Response
    reason: str


@dataclass(frozen=True, slots=True)
class FeatureUse(Result):
    """One feature in the last month: people who used it, their share of the active, and the share of those who tried it and came back."""

    name: str
    kind: FeatureClass | None
    users: Estimate
    share: Estimate
    kept: Estimate | None
    response: Response
    reason: str


@dataclass(frozen=True, slots=True)
class FeatureLead(Result):
    """Does the share of active people who use a feature move before the number of active people? The scan's own verdict."""

    name: str
    verdict: str
    lag_months: int | None
    direction: str  # "same" or "opposite"; "" where nothing is shown
    strength: Estimate | None
    months: int
    enough_from: pd.Period | None
    reason: str


@dataclass(frozen=True, slots=True, eq=False)
class Adoption(Result):
    """What is known of use. ``total``: all licences by month; ``history``: month, team, share. ``leads``: what the scan says, or why it cannot."""

    month: pd.Period
    total: TeamAdoption
    teams: tuple[TeamAdoption, ...]
    features: tuple[FeatureUse, ...]
    classes: tuple[FeatureUse, ...]
    leads: tuple[FeatureLead, ...] | CannotSay
    history: pd.DataFrame
    good: float
    talk: float
    left_out: int  # teams too small to be shown, alone or together
    warnings: tuple[str, ...] = ()

    @property
    def status(self) -> str:
        return self.total.status


def review_adoption(usage: Usage) -> Adoption | CannotSay:
    """Active against licensed people, by team, pace and feature.

    Intervals read the month as one of many like it; they are Wilson's, of changes Newcombe's. Teams under five licences are shown together, or
    not at all. What is not known is never read as no use: of counts a team without a figure is not known.

    Examples
    --------
    >>> rows = pd.DataFrame({"day": pd.to_datetime(["2025-03-01"]), "team": "Sales", "feature": "", "active": [700.0]})
    >>> team = Team("Sales", Estimate(1000, unit="licences", kind="agreed", key="assumptions.adoption.teams.Sales.licences"))
    >>> review_adoption(Usage(rows, "counts", "monthly", (team,), pd.Period("2025-03", "M"))).status
    'needs a conversation'
    """
    if not usage.teams:
        return CannotSay("no team has licences", "Add `teams` with their licences to `adoption`.")
    if not len(usage.rows):
        return CannotSay("the usage file has no row up to the date of the report", "Give a file that goes further back.")
    large, small = _by_size(usage.teams)
    shown = [_team(usage, t, (t.name,)) for t in large]
    left_out = 0
    counted = list(large)
    if small and sum(t.licences.value for t in small) >= SMALLEST_TEAM:
        shown.append(_team(usage, _joined(small, TOGETHER), [t.name for t in small]))
        counted += small
    else:
        left_out = len(small)
    if not counted:
        return CannotSay(f"no team has {SMALLEST_TEAM} licences or more", "Smaller groups are not shown: single people could be recognised.")
    names = [t.name for t in counted]
    total = _team(usage, _joined(counted, EVERYBODY), names)
    features, classes = _features(usage, names)
    return Adoption(usage.month, total, tuple(shown), features, classes, _leads(usage, names, features), _history(usage, shown, counted, small), usage.good, usage.talk,
                    left_out, tuple(_warnings(shown, left_out)))


def judge_share(share: float, *, good: float, talk: float) -> str:
    """Good, to be watched, or in need of a conversation: 900 to 1,000 of 1,000 licences is good, 700 needs one.

    Examples
    --------
    >>> [judge_share(active / 1000, good=0.9, talk=0.7) for active in (1000, 900, 800, 700)]
    ['good', 'good', 'watch', 'needs a conversation']
    """
    return "good" if share >= good - 1e-9 else "needs a conversation" if share <= talk + 1e-9 else "watch"


def _by_size(teams: Iterable[Team]) -> tuple[list[Team], list[Team]]:
    teams = list(teams)
    return [t for t in teams if t.licences.value >= SMALLEST_TEAM], [t for t in teams if t.licences.value < SMALLEST_TEAM]


def _joined(teams: list[Team], name: str) -> Team:
    """Several teams as one, at the slowest pace that is expected of any."""
    pace = max((t.cadence for t in teams), key=PACES.index)
    of = {f"licences of {t.name}": t.licences for t in teams}
    licences = Estimate(sum(t.licences.value for t in teams), unit="licences", kind=teams[0].licences.kind, key=f"adoption.{_slug(name)}.licences",
                        derivation=derived(" + ".join(of), of))
    return Team(name, licences, pace, any(t.named for t in teams))


def _slug(name: str) -> str:
    return {EVERYBODY: "all", TOGETHER: "small"}.get(name, f"team.{name}")


def _team(usage: Usage, team: Team, names: Iterable[str]) -> TeamAdoption:
    names, key = list(names), f"adoption.{_slug(team.name)}"
    rows = of_team(usage, None)
    rows = rows[rows["team"].isin(names)]
    known = usage.kind == "events" or set(names) <= set(rows["team"])
    number, shown_pace = people_at_pace(usage, rows, team.cadence) if team.named and known else (None, team.cadence)
    active = None if number is None else Estimate(number, unit="people", kind="actual", key=f"{key}.active",
                                                  convention=f"active in a usual {PERIOD_WORDS[shown_pace]} of {usage.month}")
    fits = active is not None and active.value <= team.licences.value
    share = share_of(active, team.licences, key=f"{key}.share", names=("active people", "licences"), convention="of licences") if fits else None
    ever = _ever(usage, rows, team, key) if usage.kind == "events" and team.named else None
    change = _change(monthly_people(usage, rows), team, key) if known and team.named else None
    spike = month_end_share(usage, rows) if team.named else None
    month_end = spike and Estimate(spike[0] / spike[1], unit="times", key=f"{key}.month_end", convention="use on the last three working days, per day, against the mean day",
                                   derivation=derived("share of use / share of days", {"share of use": spike[0], "share of days": spike[1]}))
    response, reason = response_of_team(
        active=number, share=share, ever=ever, change=change, month_end=month_end and month_end.value, monthly=team.cadence == "monthly",
        named=team.named, good=usage.good, talk=usage.talk)
    status = "not known" if share is None else "inactive" if number == 0 else judge_share(share.value, good=usage.good, talk=usage.talk)
    return TeamAdoption(team.name, team.cadence, shown_pace, team.licences, active, share, change, ever, month_end, status, response, reason)


def _ever(usage: Usage, rows: pd.DataFrame, team: Team, key: str) -> Estimate | None:
    seen = ever_people(rows)
    if seen > team.licences.value:
        return None  # people come and go: more were seen than there are licences
    return share_of(Estimate(seen, unit="people", kind="actual", key=f"{key}.ever_people", convention="ever seen in the file"), team.licences, key=f"{key}.ever",
                    names=("people ever seen", "licences"), convention="of licences")


def _change(monthly: pd.Series, team: Team, key: str) -> Estimate | None:
    """Of the share of licences, last month less three months before."""
    if len(monthly) <= BACK:
        return None
    now, before, licences = float(monthly.iloc[-1]), float(monthly.iloc[-1 - BACK]), team.licences.value
    if not (now <= licences and before <= licences):  # also where one is not known
        return None
    value, low, high = newcombe(now, licences, before, licences)
    return Estimate(value, low, high, level=0.95, unit=FRACTION_POINTS, key=f"{key}.change", convention=f"share of licences, by month, against {monthly.index[-1 - BACK]}",
                    derivation=derived("(now − before) / licences", {"now": now, "before": before, "licences": team.licences}, method=NEWCOMBE))


def _features(usage: Usage, names: list[str]) -> tuple[tuple[FeatureUse, ...], tuple[FeatureUse, ...]]:
    """Features in the order of their classes, and of events each class as a whole."""
    rows = usage.rows[usage.rows["team"].isin(names) & (usage.rows["feature"] != "")]
    active = monthly_people(usage, of_team(usage, None).pipe(lambda r: r[r["team"].isin(names)])).iloc[-1]
    if not active > 0:
        return (), ()
    people = Estimate(float(active), unit="people", kind="actual", key="adoption.active_people", convention=f"active in {usage.month}")
    order = {name: i for i, name in enumerate(usage.features)}
    listed = sorted(set(rows["feature"]) | set(usage.features), key=lambda f: (order.get(f, len(order)), f))
    found = [use for name in listed if (use := _feature(usage, name, usage.features.get(name), rows[rows["feature"] == name], people, f"adoption.feature.{name}"))]
    classes = []
    if usage.kind == "events":
        for kind in dict.fromkeys(usage.features.values()):
            inside = rows[rows["feature"].map(usage.features) == kind]
            use = _feature(usage, kind, kind, inside, people, f"adoption.class.{kind}")
            if use is not None and sum(k == kind for k in usage.features.values()) > 1:
                classes.append(use)
    return tuple(found), tuple(classes)


def _feature(usage: Usage, name: str, kind: FeatureClass | None, rows: pd.DataFrame, people: Estimate, key: str) -> FeatureUse | None:
    monthly = monthly_people(usage, rows)
    if not monthly.iloc[-1] <= people.value:
        return None
    users = Estimate(float(monthly.iloc[-1]), unit="people", kind="actual", key=f"{key}.users", convention=f"in {usage.month}")
    share = share_of(users, people, key=f"{key}.share", names=("users", "active people"), convention="of active people")
    kept = _kept(usage, rows, key)
    response, reason = response_of_feature(kind, share, kept)
    return FeatureUse(name, kind, users, share, kept, response, reason)


def _kept(usage: Usage, rows: pd.DataFrame, key: str) -> Estimate | None:
    """Of those who used it in the three months before the last, the share who used it in the last; None of counts, and under five people."""
    if usage.kind != "events" or len(months_of(usage)) <= BACK:
        return None
    month = rows["day"].dt.to_period("M")
    tried = set(rows.loc[(month < usage.month) & (month >= usage.month - BACK), "user"])
    if len(tried) < SMALLEST_TEAM:
        return None
    back = tried & set(rows.loc[month == usage.month, "user"])
    return share_of(Estimate(float(len(back)), unit="people", kind="actual", key=f"{key}.came_back"), Estimate(float(len(tried)), unit="people", kind="actual", key=f"{key}.tried"),
                    key=f"{key}.kept", names=("came back", "tried it"), convention="of those who used it in the three months before")


def _leads(usage: Usage, names: list[str], features: tuple[FeatureUse, ...]) -> tuple[FeatureLead, ...] | CannotSay:
    """The share of active people who use a feature, against the number of active people: shares, so that a larger crowd alone shows nothing."""
    if not features:
        return CannotSay("the usage file has no features", "Give a column `feature` to see whether one leads activity.")
    rows = usage.rows[usage.rows["team"].isin(names)]
    active = monthly_people(usage, of_team(usage, None).pipe(lambda r: r[r["team"].isin(names)])).rename("Active people")
    shares = {f.name: (monthly_people(usage, rows[rows["feature"] == f.name]) / active.where(active > 0)).rename(f.name) for f in features}
    outcome = Measure("Active people", active, total_by="mean", unit="people")
    scan = scan_leading_indicators(outcome, {n: Measure(n, s, total_by="mean", unit="fraction") for n, s in shares.items() if n != outcome.name})
    if not isinstance(scan, LeadScan):
        return scan
    return tuple(FeatureLead(v.indicator, v.verdict, v.lag_months, v.direction, v.strength and v.strength.keyed(f"adoption.lead.{v.indicator}.strength"), v.n, v.enough_from, v.reason)
                 for v in scan.verdicts)


def _history(usage: Usage, shown: list[TeamAdoption], counted: list[Team], small: list[Team]) -> pd.DataFrame:
    """Month, team and share of today's licences, of every team that is shown."""
    rows, parts = of_team(usage, None), []
    for team in shown:
        names = [t.name for t in counted if t in small] if team.name == TOGETHER else [team.name]
        series = monthly_people(usage, rows[rows["team"].isin(names)])
        parts.append(pd.DataFrame({"month": series.index, "team": team.name, "share": series.to_numpy() / team.licences.value}))
    return pd.concat(parts, ignore_index=True)


def _warnings(shown: list[TeamAdoption], left_out: int) -> Iterable[str]:
    for team in shown:
        if team.active is not None and team.share is None:
            yield f"{team.name}: {team.reason}."
    coarse = [t.name for t in shown if t.active is not None and PACES.index(t.shown_pace) > PACES.index(t.pace)]
    if coarse:
        yield f"{', '.join(coarse)}: the file counts by {PERIOD_WORDS[shown[0].shown_pace]}, so the expected pace cannot be held against it."
    if left_out:
        yield f"{left_out} team{'' if left_out == 1 else 's'} under {SMALLEST_TEAM} licences not shown, nor in the total: single people could be recognised."
