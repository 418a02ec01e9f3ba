"""The page over all customers, what needs attention first, and the portfolio beside it. Made from cards and status.json alone."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import quote

from markupsafe import Markup, escape

from valuelab.assets import render, script, stylesheet
from valuelab.formatting import format_fraction, format_number, format_value
from valuelab.language import ENGLISH, in_language
from valuelab.run import publish
from valuelab.run.cache import digest
from valuelab.run.portfolio import (
    PORTFOLIO,
    WORST_FIRST,
    Account,
    RenewalRecord,
    accounts,
    months_between,
    portfolio_renewals,
    portfolio_score,
    write_portfolio,
)
from valuelab.run.project import Project, last_day
from valuelab.run.review_page import STEM, TITLE
from valuelab.run.segments import by_segment
from valuelab.run.storage import storage_of
from valuelab.run.unbroken import unbroken
from valuelab.track_record import Score

INDEX = "index.html"
OLD_MONTHS = 2  # a report, or data, that much behind is worth a word


@dataclass(frozen=True, slots=True)
class Line:
    """One workbook of one customer: its question, its status, its answer; or what to add so that it applies."""

    title: str
    link: str = ""
    status: str = ""
    sentence: str = ""
    language: str = ""
    missing: Markup = Markup("")


@dataclass(frozen=True, slots=True)
class Cell:
    """What a cell says, a quieter line below, and what it is sorted by ("" stands last)."""

    text: str = ""
    below: str = ""
    sort: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One customer on the index; ``answer`` is the line that decided its status."""

    id: str
    name: str
    as_of: Cell
    status: str
    rank: int
    reason: str
    chance: Cell
    at_risk: Cell
    segment: str
    answer: Line | None
    lines: tuple[Line, ...]
    earlier: tuple[tuple[str, str, tuple[Line, ...]], ...]
    notes: tuple[str, ...]


def write_index(project: Project, software: str = "", *, leave_out: str = "") -> None:
    """Write ``outputs/index.html`` and ``outputs/portfolio.parquet`` over every customer in params and in outputs, but for one ``leave_out``.

    With the key of the ``software`` both are left alone where they already say what they would say.
    """
    project.outputs.mkdir(parents=True, exist_ok=True)
    publish.forget_half_written(project.outputs)
    found = [account for account in accounts(project) if account.id != leave_out]
    key = digest(software, json.dumps([asdict(account) for account in found], sort_keys=True))
    path = project.outputs / INDEX
    if software and (project.outputs / PORTFOLIO).is_file() and path.is_file() and f'content="{key}"'.encode() in path.read_bytes()[:2000]:
        return
    write_portfolio(project, found)
    publish.write_text(path, _page(found, key))
    storage_of(project).wrote(project.outputs / PORTFOLIO, path)


def _page(found: Sequence[Account], key: str) -> str:
    newest = max((a.as_of for a in found if a.as_of), key=last_day, default="")
    tally = [(status, n) for status in WORST_FIRST if status and (n := sum(a.status == status for a in found))]
    code, allowed = script("index")
    with in_language(ENGLISH):  # it is for the team; what reports say stands in their own language
        return str(unbroken(render("index.html.j2", entries=[_entry(a, newest) for a in found], tally=tally, stylesheet=stylesheet(), script=code, allowed=allowed,
                                   key=key, score=_score_text(portfolio_score(found)), renewals=_renewal_text(portfolio_renewals(found)),
                                   segments=[(s, "" if s.chance is None else chance_text(s.chance)) for s in by_segment(found)])))


def _entry(account: Account, newest: str) -> Entry:
    notes = [] if account.in_params else ["No longer in the params folder" + ("; these are its last reports." if account.pages else ", and it never had a report.")]
    if not account.pages and not account.failures:
        notes.append(f"Not run yet: valuelab run {account.id}")
    for failure in account.failures:
        if failure.reason != account.reason:
            notes.append(f"As of {failure.as_of or 'the last complete period'}: could not be made. {failure.reason}")
    lines = _lines(account)
    answered = [line for line in lines if line.link and line.sentence]
    decided = next((line for line in answered if line.status == account.status), answered[0] if answered else None)
    titles = {STEM: TITLE} | {answer["workbook"]: answer["title"] for answer in account.card.get("answers", ())}
    earlier = tuple((date, approved_text(account.approvals.get(date, ())), tuple(Line(titles.get(stem, stem), _link(account.id, date, stem)) for stem in stems))
                    for date, stems in list(account.pages.items())[1:])
    return Entry(account.id, account.name, _as_of(account, newest), account.status, WORST_FIRST.index(account.status), account.reason,
                 _chance(account), _at_risk(account), account.card.get("segment", ""), decided, lines, earlier, tuple(notes))


def _lines(account: Account) -> tuple[Line, ...]:
    lines = {STEM: Line(TITLE, _link(account.id, account.as_of, STEM), sentence="")} if STEM in account.pages.get(account.as_of, ()) else {}
    lines |= {answer["workbook"]: Line(answer["title"], _link(account.id, account.as_of, answer["workbook"]), answer["status"], _unbroken(answer["sentence"]),
                                     account.card.get("language") or ENGLISH)
             for answer in account.card.get("answers", ())}
    lines |= {stem: Line(page["title"], missing=_with_code(page["add"])) for stem, page in account.card.get("not_run", {}).items()}
    return tuple(lines[stem] for stem in sorted(lines))


def _link(customer: str, as_of: str, stem: str) -> str:
    return "/".join(quote(part) for part in (customer, as_of, f"{stem}.html"))


def _as_of(account: Account, newest: str) -> Cell:
    """The date of the report; who has approved it; how far it is behind the newest, and how far its data are behind it."""
    if not account.as_of:
        return Cell()
    below = [approved_text(account.approved)]
    if (behind := months_between(account.as_of, newest)) >= OLD_MONTHS:
        below.append(f"{behind} months behind the newest")
    series, known_to = min(account.card.get("known_to", {}).items(), key=lambda item: (item[1], item[0]), default=("", ""))
    if known_to and (behind := months_between(known_to, account.as_of)) >= 1:
        below.append(f"{series}: data end {behind} month{'' if behind == 1 else 's'} before")
    return Cell(account.as_of, " · ".join(below), last_day(account.as_of).isoformat())


def _chance(account: Account) -> Cell:
    """The open promise that is least likely to be kept; else how many were kept."""
    promises: list[dict[str, Any]] = account.card.get("promises", [])
    if least := account.least_likely:
        number = sum(p["chance"] is not None for p in promises)
        more = f" · {number} are open" if number > 1 else ""
        expected = "expected, not promised: " if least["kind"] == "expected" else ""
        said = f"{expected}{least['measure']}: {format_value(least['value'], least['unit'])} by {least['by']}{more}"
        if earlier := account.chance_before:
            said = f"{chance_text(earlier[1])} as of {earlier[0]} · {said}"
        return Cell(chance_text(least["chance"]), said, repr(least["chance"]))
    kept, missed = (sum(p["kept"] is outcome for p in promises) for outcome in (True, False))
    said = [f"{n} {word}" for n, word in ((kept, "kept"), (missed, "missed")) if n]
    return Cell("", ", ".join(said))


def _at_risk(account: Account) -> Cell:
    figure = account.card.get("figures", {}).get("at_risk")
    if not figure:
        return Cell()
    unit, low, high = figure["unit"] or "", figure["low"], figure["high"]
    between = f"{format_value(low, unit)} to {format_value(high, unit)}; " if low is not None and high is not None else ""
    return Cell(format_value(figure["value"], unit), f"{between}{figure['convention'] or ''}", repr(figure["value"]))


def approved_text(approvals: Sequence[tuple[str, str]]) -> str:
    """Whether somebody has approved a report, who, and when.

    Examples
    --------
    >>> approved_text(()), approved_text((("Ann", "2025-10-02"), ("Bob", "2025-10-03")))
    ('draft', 'approved by Ann on 2025-10-02, Bob on 2025-10-03')
    """
    return f"approved by {', '.join(f'{by} on {on}' for by, on in approvals)}" if approvals else "draft"


def chance_text(chance: float) -> str:
    """A probability in percent, never 0 or 100 while anything is open.

    Examples
    --------
    >>> chance_text(0.0006), chance_text(0.456), chance_text(0.999)
    ('under 1 %', '46 %', 'over 99 %')
    """
    return "under 1 %" if chance < 0.01 else "over 99 %" if chance > 0.99 else format_fraction(chance, 0)


def _score_text(found: Score) -> str:
    """How earlier probabilities turned out over all customers; nothing before any was settled."""
    if not found.promises:
        return ""
    settled = f"{found.promises:,} settled promise{'' if found.promises == 1 else 's'} with {found.forecasts:,} earlier forecast{'' if found.forecasts == 1 else 's'}"
    if not found.enough:
        return f"How good earlier probabilities were is too early to say: {settled}; a score needs {found.enough_from}."
    text = (f"How earlier probabilities turned out, over {settled}: Brier score {format_number(found.brier, 3)} "
            "(0 is perfect, 0.25 is as good as always saying 50 %).")
    if found.coverage is not None:
        level = f"{format_fraction(found.level, 0)} " if found.level else ""
        text += (f" Of {found.intervals:,} earlier {level}intervals {found.covered:,} held what happened: {format_fraction(found.coverage)} by promise "
                 f"(95 %: {format_fraction(found.coverage_low, unit=False)} to {format_fraction(found.coverage_high, unit=False)}).")
    return text


def _renewal_text(found: RenewalRecord | None) -> str:
    """Whether health scores told who renewed, over all customers; nothing before any was decided."""
    if found is None:
        return ""
    known = f"{found.renewals:,} decided renewal{'' if found.renewals == 1 else 's'}, {found.lost:,} of them not renewed"
    if found.order is None:
        return f"Too few renewals to say whether the health score tells who renews: {known}; about {found.needed:,} are needed."
    chance, low, high = found.order
    pairs = f"over {known}, it put {format_fraction(chance)} of pairs in the right order (95 %: {format_fraction(low, unit=False)} to {format_fraction(high, unit=False)}; chance gives 50 %)."
    words = {"tells them apart": "The health score told who renews, better than chance:", "the wrong way round": "The health score misled about who renews:"}
    return f"{words.get(found.verdict, 'Whether the health score tells who renews cannot be said:')} {pairs}"


def _unbroken(sentence: str) -> str:
    """A figure and its sign or scale on one line, as on a report."""
    return re.sub(r"(?<=\d) (?=(%|m|bn|trn)(?!\w))", "\u00a0", sentence)


def _with_code(text: str) -> Markup:
    """Keys in backticks as code."""
    return Markup(re.sub(r"`([^`]+)`", r"<code>\1</code>", str(escape(text))))
