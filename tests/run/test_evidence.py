from __future__ import annotations

import re
from dataclasses import replace

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from valuelab.provenance import Derivation, Input, Span
from valuelab.run.collect import RESULT_MIME, assemble
from valuelab.run.convert import to_html
from valuelab.run.evidence import Evidence, FigureWithoutKey
from valuelab.types import Estimate, to_plain

pytestmark = pytest.mark.filterwarnings("default")  # nbconvert's own, on import
LAST_YEAR = Estimate(21_400, unit="clients", kind="actual", convention="total of 2024-04 to 2025-03", key="baseline.last_year",
                     derivation=Derivation("sum of Clients", spans=(Span("Clients", "Clients", "2024-04", "2025-03"),)))
TARGET = Estimate(26_000, unit="clients", kind="agreed", source="<b>minutes</b>", key="goal.value",
                  derivation=Derivation(written="outcome.targets", text="26,000 by 2026-03", agreed_by="director & co", agreed_on="2025-02-20"))
SHORT = Estimate(0.177, 0.1, 0.2, level=0.95, unit="fraction", convention="of target", kind="estimated", key="short.of_target", derivation=Derivation(
    "(target − projected) / target", (Input("target", 26_000.0, "clients", "goal.value"), Input("projected", 21_400.0, "clients", "baseline.last_year")),
    method="Both ends by the same formula", record=("record",)))
RECORD = Estimate(0.94, unit="fraction", convention="of 500 invented accounts", key="record")


def results(*figures: Estimate) -> dict:
    data = {"files": [{"name": "kpis.csv", "sha256": "ab" * 32, "rows": 60}], "quality": [], "restated": [],
            "lineage": {"Clients": {"file": "kpis.csv", "sheet": "", "column": "value", "sha256": "ab" * 32, "first": "2024-03",
                                    "rows": [str(n) for n in range(5, 30)]}},
            "values": {"Clients": {"first": "2024-03", "freq": "M", "values": []}}}
    payload = {"key": "k", "type": "T", "role": "section", "status": "", "sentence": "", "data": [to_plain(f) for f in figures]}
    used = {**payload, "key": "account.data", "data": data}
    return assemble("acme", "2025-03", name="Acme", pages={"01": {"title": "T", "results": [payload, used]}}, not_run={})


def figure(estimate: Estimate, text: str) -> str:
    return f'<data class="n" value="{estimate.value!r}" data-key="{estimate.key}">{text}</data>'


def section(*figures: Estimate, body: str) -> tuple[str, str]:
    evidence = Evidence(results(*figures))
    return str(evidence.open_doors(body)), str(evidence.section())


def words(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", html))


def test_a_figure_leads_to_its_entry_and_the_entry_leads_back():
    body, evidence = section(SHORT, TARGET, LAST_YEAR, RECORD, body=f"<p>{figure(SHORT, '17.7 %')} short</p>")
    assert body == f'<p><a class="door" id="f1-1" href="#e1" data-note="1">{figure(SHORT, "17.7 %")}</a> short</p>'
    assert '<li id="e1"' in evidence
    assert 'href="#f1-1"' in evidence


def test_a_figure_that_is_shown_five_times_has_one_entry_with_five_ways_back():
    _, evidence = section(LAST_YEAR, body=figure(LAST_YEAR, "21,400") * 5)
    assert evidence.count("<li id=") == 1
    assert [f'href="#f1-{i}"' in evidence for i in range(1, 7)] == [True] * 5 + [False]


def test_an_entry_tells_formula_inputs_rows_agreement_and_record():
    _, evidence = section(SHORT, TARGET, LAST_YEAR, RECORD, body=figure(SHORT, "17.7 %"))
    first, *others = (words(li) for li in re.findall(r"<li id=.*?</li>", evidence, re.DOTALL))
    for part in ("17.7 % (95 %: 10 to 20), of target", "= (target − projected) / target, with target = 26,000 clients [2], projected = 21,400 clients [3]",
                 "Both ends by the same formula", "Its record: 94 % [4] (of 500 invented accounts)"):
        assert part in first
    assert len(others) == 3  # what a figure rests on has an entry, shown or not
    assert "In the params: outcome.targets, written “26,000 by 2026-03”" in others[0]
    assert "agreed by director &amp; co on 2025-02-20" in others[0]
    assert "Clients: 2024-04 to 2025-03, kpis.csv, column “value”, rows 6-17, sha256 abababababab" in others[1]
    assert "ab" * 32 in evidence


def test_what_people_wrote_is_text():
    _, evidence = section(TARGET, body=figure(TARGET, "26,000"))
    assert "<b>" not in evidence
    assert "&lt;b&gt;minutes" in evidence


@pytest.mark.parametrize("element", ['<data class="n" value="1.0">1</data>', '<data class="n" value="1.0" data-key="">1</data>',
                                     '<data class="n" value="1.0" data-key="unheard.of">1</data>'])
def test_a_figure_that_leads_nowhere_is_not_published(element):
    with pytest.raises(FigureWithoutKey, match="nothing leads to where it comes from"):
        Evidence(results(LAST_YEAR)).open_doors(f"<p>{element}</p>")


def test_a_page_has_its_evidence_in_the_contents_and_says_what_it_is_of():
    output = new_output("display_data", data={"text/html": f'<section class="vl"><h2>A</h2><p>{figure(LAST_YEAR, "21,400")}</p></section>', RESULT_MIME: {}})
    cells = [new_markdown_cell("# T"), new_markdown_cell("## In short"), new_code_cell("x", outputs=[output])]
    html = to_html(new_notebook(cells=cells), name="Acme", as_of="2025-03", results=results(LAST_YEAR), workbook="01_baseline")
    assert '<meta name="valuelab" content="acme 2025-03 01_baseline">' in html
    assert '<a href="#where-each-figure-comes-from">Where each figure comes from</a>' in html
    assert html.count('id="evidence"') == 1
    assert html.index('id="f1-1"') < html.index('id="e1"')


def test_a_number_under_another_key_leads_to_the_first_one():
    again = LAST_YEAR.keyed("baseline.base")
    assert again.derivation == LAST_YEAR.derivation
    agreed = replace(RECORD, key="assumptions.margin")
    used = agreed.keyed("other")
    assert used.derivation.inputs == (Input("the first figure", 0.94, "fraction", "assumptions.margin"),)
    _, evidence = section(agreed, used, body=figure(used, "94 %"))
    assert "The same figure as 94 % [2]" in words(evidence)
    assert RECORD.keyed("other").derivation is None  # its first key may belong to another figure by now
