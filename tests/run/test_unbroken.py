"""Figures are kept together where a browser may part them, and nothing of a page's text changes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from valuelab.audit.page import Page
from valuelab.language import in_language
from valuelab.run.unbroken import unbroken


@pytest.mark.parametrize(("html", "kept"), [
    ("an 80 % range", ["80 %"]), ("outside of ±5 %.", ["±5 %"]), ("−17.7 %, not 3", ["−17.7 %"]), ("$1.2 m and $3 bn", ["$1.2 m", "$3 bn"]),
    ("−$37,724 to +$3", ["−$37,724", "+$3"]), ("2026-03 to 2026-12-31, 2025-26", ["2026-03", "2026-12-31", "2025-26"]), ("3 months, 4 million, 4 mortgages, 5 trnx", []), ("$400 in 2025", []),
    ('<span class="interval">(95 %: −$1.2 m to $400)</span>', ["−$1.2 m"]),
    ('<data class="n" value="0.95">95 %</data><td>17 %</td><code>95 % of it</code><img alt="95 % of it"><script>x = 95 % y</script>', []),
    ('<td class="text">an 80 % range</td>', ["80 %"]),
])
def test_what_may_part_is_kept_together(html, kept):
    shown = unbroken(html)
    assert [part.partition("</span>")[0] for part in shown.split('<span class="n">')[1:]] == kept
    assert shown.replace('<span class="n">', "").replace("</span>", "") == html.replace("</span>", "")


def test_amounts_of_another_language():
    with in_language("de"):
        assert unbroken("1,201 Mio.\u00a0€, 4 Mrd.\u00a0€, 4.000 möglich, 95 %") == (
            '<span class="n">1,201 Mio.\u00a0€</span>, <span class="n">4 Mrd.\u00a0€</span>, 4.000 möglich, <span class="n">95 %</span>')


@given(st.lists(st.sampled_from(["95 %", "<b>", "</b>", " ", "−$1", "&lt;", "<td>", "</td>", "<data>", "</data>", '<span class="interval">(', "</span>", "\u00a0", ": "])))
def test_the_text_of_a_page_stays(parts):
    html = "".join(parts)
    assert Page(unbroken(html)).pieces == Page(html).pieces
