"""The value review: one page over all reports of a customer and date, for the business review. Put together from what they show; nothing is worked out here.

It begins with what each reader gets, leads with what the customer's strategy makes matter, and ends with what is asked for.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

from valuelab.assets import render
from valuelab.language import ENGLISH, in_language, later, phrase
from valuelab.run.collect import RESULT_MIME, is_result

STEM = "00_value_review"
TITLE = later("Value review")
BRIEF_MIME = "application/vnd.valuelab.brief+json"  # beside a result: what of it stands here, by part
HEADINGS = {"where": later("Where we are"), "early": later("What tells us early"), "worth": later("What it is worth"), "promises": later("What was promised"),
            "changed": later("What changed since the last report"), "yet": later("What cannot be said yet"), "decide": later("What to decide")}
ORDER = {"growth": ("where", "early", "worth"), "profit": ("worth", "where", "early")}
READERS = (  # the four who look at it together, and the parts that are theirs
    (later("The organisation"), later("where its outcome stands, and whether that is enough"), ("where",)),
    (later("Its sponsor"), later("what it is worth, how sure that is, and the decision that is due"), ("worth", "decide")),
    (later("The supplier"), later("which of its promises are kept, open or missed"), ("promises",)),
    (later("The customer success manager"), later("what tells early, and what to measure next"), ("early",)),
)


def review_notebook(executed: Mapping[str, Any], results: Mapping[str, Any]) -> Any | None:
    """The page as a workbook in memory, for the same template as the reports; None where no report has anything for it.

    Parameters
    ----------
    executed
        The workbooks that ran, with their outputs, by stem.
    results
        What results.json says: titles of the reports, the customer's strategy.
    """
    parts = _parts(executed)
    if not parts:
        return None
    account = next((output for notebook in executed.values() for output in _outputs(notebook) if output["data"][RESULT_MIME].get("role") == "account"), None)
    from nbformat.v4 import new_markdown_cell, new_notebook  # the index reads names from here, and needs no notebooks

    cells = [new_markdown_cell(f"# {TITLE}", id="title")]
    cells += [_shown("account", _html(account))] if account is not None else []
    with in_language(results["account"].get("language", ENGLISH)):
        readers = render("review_readers.html.j2", readers=[(phrase(who), phrase(what)) for who, what, theirs in READERS if any(p in parts for p in theirs)])
        reports = render("review_reports.html.j2", reports=[(f"{stem}.html", phrase(page["title"])) for stem, page in results["notebooks"].items()])
    cells.append(_shown("readers", readers))
    for part in (*ORDER[results["account"].get("strategy", "profit")], "promises", "changed", "yet", "decide"):
        if part in parts:
            cells += [new_markdown_cell(f"## {HEADINGS[part]}", id=part), _shown(f"{part}-shown", Markup("").join(parts[part]))]
    cells.append(_shown("reports", reports))
    return new_notebook(cells=cells)


def _parts(executed: Mapping[str, Any]) -> dict[str, list[Markup]]:
    """What the reports give to each part, each thing once: two reports may show the same ledger."""
    parts: dict[str, list[Markup]] = {}
    for notebook in executed.values():
        for output in _outputs(notebook):
            for brief in output["data"].get(BRIEF_MIME, ()):
                html = Markup(brief["html"])
                if html not in parts.setdefault(brief["part"], []):
                    parts[brief["part"]].append(html)
    return parts


def _outputs(notebook: Any) -> list[Any]:
    return [output for cell in notebook["cells"] if cell["cell_type"] == "code" for output in cell["outputs"] if is_result(output)]


def _html(output: Any) -> Markup:
    html = output["data"]["text/html"]
    return Markup(html if isinstance(html, str) else "".join(html))


def _shown(name: str, html: Markup) -> Any:
    from nbformat.v4 import new_code_cell, new_output

    return new_code_cell(id=name, outputs=[new_output("display_data", data={"text/html": str(html), RESULT_MIME: {}})])
