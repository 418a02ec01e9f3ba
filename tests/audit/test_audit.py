"""Twenty ways to spoil a report, each found; every sample passes as it is."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import SAMPLE_RUNS, valuelab
from valuelab.audit.audit import Audit, audit
from valuelab.audit.page import Page

MONEY = ("harbour-care", "2025-03", "04_roi")
FLOWS = ("brightlane-campaign", "2025-03-30", "04_roi")
BASELINE = ("harbour-care", "2025-03", "01_baseline")
Change = Callable[[str], str]


def read(samples: Path, of: tuple[str, str, str]) -> str:
    return (samples / of[0] / of[1] / f"{of[2]}.html").read_text(encoding="utf-8")


def held(samples: Path, of: tuple[str, str, str], html: str, *, fresh: bool = True) -> Audit:
    params = samples.parent / "params" / f"{of[0]}.yaml"
    return audit(Page(html), params=params, fresh=Page(read(samples, of)) if fresh else None)


def swap(pattern: str, new: str | Callable[[re.Match[str]], str]) -> Change:
    return lambda html: re.sub(pattern, new, html, count=1, flags=re.DOTALL)


def element(key: str, attributes: str = "", text: str = "") -> Change:
    """Change the exact value (``value="1"`` for it), or the text, of the first figure of a key."""
    def change(html: str) -> str:
        match = re.search(rf'<data [^>]*data-key="{re.escape(key)}"[^>]*>[^<]*</data>', html)
        new = re.sub(r'value="[^"]*"', attributes, match[0]) if attributes else match[0]
        return html.replace(match[0], re.sub(r">[^<]*<", f">{text}<", new) if text else new, 1)
    return change


SPOILED: list[tuple[str, tuple[str, str, str], Change]] = [
    ("a digit in the text", MONEY, element("money.target.2026-03.gap.revenue", text="$1.898 m")),
    ("the exact value", MONEY, element("money.base.revenue", 'value="8125000.0"')),
    ("text and exact value", MONEY, element("money.base.revenue", 'value="8125000.0"', "$8.125 m")),
    ("no key", MONEY, swap(r'(<data [^>]*?) data-key="money\.base\.revenue"', r"\1")),
    ("another figure's key", BASELINE, swap(r'data-key="baseline\.repeat\.of_target"', 'data-key="baseline.repeat.uplift_needed"')),
    ("shares of two bases change places", BASELINE, lambda h: h.replace(">17.7 %<", ">21.5 %<")),
    ("a lost minus", FLOWS, swap(r">−\$37,724<", ">$37,724<")),
    ("minus for plus", MONEY, element("money.promised.2026-03.reach.revenue", text="−$750,000")),
    ("an interval with its ends swapped", BASELINE, swap(r"\(95 %: ([\d,]+) to ([\d,]+)\)", r"(95 %: \2 to \1)")),
    ("a narrower interval", BASELINE, swap(r'\(95 %: [\d,]+ to ([\d,]+)\)', r"(95 %: 20,400 to \1)")),
    ("another level", BASELINE, swap(r'class="interval">\(95 %', 'class="interval">(99 %')),
    ("another currency", MONEY, element("money.base.revenue", text="€8.025 m")),
    ("a unit dropped", BASELINE, swap(r">([\d,]+) clients</data>", r">\1</data>")),
    ("a percent sign dropped", BASELINE, swap(r">17\.7 %<", ">17.7<")),
    ("a figure in a sentence without an element", MONEY, swap(r"</p>", " It saved $2.1 m.</p>")),
    ("a figure that is replaced by mere text", MONEY, swap(r"<data [^>]*>\$8\.025 m</data>", "$8.025 m")),
    ("a table cell", FLOWS, swap(r"<td>\$12,340</td>", "<td>$13,240</td>")),
    ("TBA read as zero", FLOWS, swap(r">TBA<", ">$0<")),
    ("a number in an alternative text", FLOWS, swap(r'(alt="Cumulative[^"]*?)48,000', r"\g<1>84,000")),
    ("a picture", BASELINE, swap(r'src="(data:image/[^"]{300})[^"]', r'src="\1A')),
    ("the evidence's figure", MONEY, swap(r'(class="evidence-value"><span class="n">)\$8\.025 m', r"\g<1>$8.125 m")),
    ("the evidence's rows", BASELINE, swap(r'rows \d+-', "rows 3-")),
    ("the evidence's exact value", MONEY, swap(r"&#34;value&#34;:8025000\.0", "&#34;value&#34;:8125000.0")),
    ("who agreed", BASELINE, lambda h: h.replace("operations director", "chief executive")),
    ("a hash", MONEY, swap(r'data-sha256="....', 'data-sha256="0000')),
    ("the date of the report", MONEY, swap("as of March 2025", "as of June 2025")),
    ("a status", BASELINE, swap(r"</svg>Too early", "</svg>On track")),
    ("a sentence left out", BASELINE, swap(r"<p>The last complete year, .*?</p>", "")),
    ("entries left out", MONEY, swap(r'<ol class="evidence-list">.*?</ol>', "")),
]


@pytest.mark.parametrize(("of", "change"), [pytest.param(of, change, id=name) for name, of, change in SPOILED])
def test_a_spoiled_copy_is_found(samples, of, change):
    html = read(samples, of)
    spoiled = change(html)
    assert spoiled != html, "nothing was changed"
    assert not held(samples, of, spoiled).passed


def digit(text: str) -> str:
    """A text with its first digit another one."""
    return re.sub(r"\d", lambda m: str((int(m[0]) + 1) % 10), text, count=1)


FIGURE = r'(<data [^>]*?value=")([^"]*)(" data-key="[^"]*"[^>]*>)([^<]*\d[^<]*)(</data>)'
EVERYWHERE: dict[str, Change] = {  # what can be done to any report
    "a digit in the text": swap(FIGURE, lambda m: m[1] + m[2] + m[3] + digit(m[4]) + m[5]),
    "the exact value": swap(FIGURE, lambda m: m[1] + digit(m[2]) + m[3] + m[4] + m[5]),
    "text and exact value": swap(FIGURE, lambda m: m[1] + digit(m[2]) + m[3] + digit(m[4]) + m[5]),
    "no key": swap(FIGURE, lambda m: m[1] + m[2] + '">' + m[4] + m[5]),
    "a key that no result has": swap(FIGURE, lambda m: m[1] + m[2] + '" data-key="made.up">' + m[4] + m[5]),
    "a figure that is mere text": swap(FIGURE, r"\4"),
    "a figure in a sentence without an element": swap(r"</p>(?=(?:(?!<p).)*<h2)", " It saved $2.1 m.</p>"),
    "a number in an alternative text": swap(r'(<img [^>]*alt=")([^"]*\d[^"]*)"', lambda m: m[1] + digit(m[2]) + '"'),
    "a picture": swap(r'src="(data:image/[^"]{300})[^"]', r'src="\1A'),
    "the evidence's figure": swap(r'(class="evidence-value">)(.*?)(</span>)', lambda m: m[1] + digit(m[2]) + m[3]),
    "a word": swap(r"(<h2[^>]*>)\w+", r"\1Nothing"),
}


@pytest.mark.parametrize("stem", ["00_value_review", "01_baseline", "02_leading_indicators", "03_conversion", "04_roi", "05_health"])
def test_what_is_changed_in_any_report_is_found(samples, stem):
    of = ("harbour-care", "2025-09", stem)
    html, missed = read(samples, of), []
    fresh = Page(html)
    for name, change in EVERYWHERE.items():
        spoiled = change(html)
        assert spoiled != html, (name, "nothing was changed")
        if audit(Page(spoiled), params=samples.parent / "params" / "harbour-care.yaml", fresh=fresh).passed:
            missed.append(name)
    assert missed == []


def test_a_figure_without_a_key_is_found_on_every_page(samples):
    """By the page alone, without a fresh run."""
    missed = []
    for path in sorted(samples.glob("*/*/*.html")):
        html = path.read_text(encoding="utf-8")
        for number, match in enumerate(re.finditer(FIGURE, html)):
            if number % 40 == 0:  # the first, and some of the others
                spoiled = html[: match.start()] + match[1] + match[2] + '">' + match[4] + match[5] + html[match.end():]
                if audit(Page(spoiled), params=samples.parent / "params" / f"{path.parts[-3]}.yaml").passed:
                    missed.append((path.parts[-3:], number))
    assert missed == []


def test_another_customers_page_is_found(samples):
    other = read(samples, ("harbour-care", "2025-09", "04_roi"))
    assert not held(samples, MONEY, other).passed
    wrong = audit(Page(read(samples, FLOWS)), params=samples.parent / "params" / "harbour-care.yaml", fresh=Page(read(samples, MONEY)))
    assert not wrong.passed


@pytest.mark.parametrize("name", ["the exact value", "text and exact value", "no key", "a lost minus", "another currency", "the evidence's exact value", "a hash"])
def test_much_is_found_without_a_fresh_run(samples, name):
    _, of, change = next(case for case in SPOILED if case[0] == name)
    assert not held(samples, of, change(read(samples, of)), fresh=False).passed


def test_every_sample_passes_and_money_is_worked_out_by_other_code(samples):
    for path in sorted(samples.glob("*/*/*.html")):
        of = (path.parts[-3], path.parts[-2], path.stem)
        found = held(samples, of, path.read_text(encoding="utf-8"))
        assert found.passed, (of, found.problems, [f for f in found.figures if f.outcome == "differs"])
        if of[2] == "04_roi":  # what moved, what was promised and measured, is told by projections, regressions and runs of the past; everything else is arithmetic
            loose = [f.key for f in found.figures if f.outcome != "confirmed"
                     and not f.key.startswith(("goal.", "changes.", "outlook.", "estimates.", "promise.", "conversion."))]
            assert loose == [], (of, loose)


def test_a_file_that_has_changed_since_is_said(samples, tmp_path):
    shutil.copytree(samples.parent / "params", tmp_path / "params")
    shutil.copytree(samples.parent / "data", tmp_path / "data")
    kpis = tmp_path / "data" / "harbour-care" / "kpis.csv"
    kpis.write_text(kpis.read_text(encoding="utf-8").replace("2024-05,Clients serviced,", "2024-05,Clients serviced,1"), encoding="utf-8")
    found = audit(Page(read(samples, BASELINE)), params=tmp_path / "params" / "harbour-care.yaml")
    assert any("is not the file that the page was made from" in problem for problem in found.problems)
    assert next(f for f in found.figures if f.key == "goal.target.2025-03.projected").outcome == "differs"
    kpis.unlink()
    assert any("is not there any more" in p for p in audit(Page(read(samples, BASELINE)), params=tmp_path / "params" / "harbour-care.yaml").problems)


def test_an_agreed_figure_that_was_changed_in_the_params_is_said(samples, tmp_path):
    params = tmp_path / "harbour-care.yaml"
    params.write_text((samples.parent / "params" / params.name).read_text(encoding="utf-8").replace("value: $375", "value: $395"), encoding="utf-8")
    found = audit(Page(read(samples, MONEY)), params=params)
    wrong = {f.key for f in found.figures if f.outcome == "differs"}
    assert {"assumptions.unit_value.value", "money.base.revenue"} <= wrong


def test_the_command_makes_the_report_again_and_finds_a_planted_figure(samples, tmp_path):
    report = samples / "stonebrook-tools" / SAMPLE_RUNS[3][1][0] / "04_roi.html"
    done = valuelab("audit", report, cwd=samples.parent)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "confirmed. The report is what its files give." in done.stdout
    planted = tmp_path / "sent.html"
    planted.write_text(report.read_text(encoding="utf-8").replace("$300,000", "$200,000"), encoding="utf-8")
    done = valuelab("audit", planted, cwd=samples.parent)
    assert done.returncode == 1
    assert "the text says $200,000, the exact value is 300000.0" in re.sub(r"\s+", " ", done.stdout)
    (tmp_path / "other.html").write_text("<p>no report</p>", encoding="utf-8")
    assert valuelab("audit", tmp_path / "other.html", cwd=samples.parent).returncode == 2
