"""The index over a thousand customers in a real browser: search, sort, and the table that is there without script."""

from __future__ import annotations

import pytest

from tests.browser import browser, need_chromium
from tests.run.small import HEADLINE, write_workbook
from tests.run.thousand import results_of, write_report, write_thousand
from valuelab.run.index import write_index
from valuelab.run.project import Project

pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("default")]
HOSTILE = '</title></script><script>document.title="taken"</script><img src=x onerror=\'document.title="taken"\'>"'


@pytest.fixture(scope="module")
def chromium():
    with browser(need_chromium()) as instance:
        yield instance


@pytest.fixture(scope="module")
def address(tmp_path_factory) -> str:
    folder = tmp_path_factory.mktemp("thousand")
    write_workbook(folder, "01_baseline", HEADLINE)
    (folder / "params").mkdir()
    project = Project(folder / "params", folder / "notebooks", folder / "outputs")
    write_thousand(project)
    write_report(project, results_of("hostile", name=HOSTILE, statuses=("behind",)))
    write_index(project)
    return (project.outputs / "index.html").as_uri()


def shown(page) -> list[str]:
    return page.evaluate("[...document.querySelectorAll('tbody tr')].filter(row => row.getClientRects().length).map(row => row.id)")


def test_search_and_sort(chromium, address):
    page = chromium.new_page()
    wrong = []
    page.on("console", lambda m: wrong.append(m.text))
    page.on("pageerror", lambda e: wrong.append(str(e)))
    page.goto(address)
    assert page.title() == "Customers, worst first · valuelab", "the hostile name is text"
    assert len(shown(page)) == 1006
    page.get_by_label("Search").fill("customer-0042 lower")
    assert shown(page) == ["customer-0042"]
    assert page.locator("output").inner_text() == "1 of 1,006 shown"
    page.get_by_label("Search").fill("")
    page.get_by_label("Status").select_option("failed")
    assert len(shown(page)) == 5
    page.get_by_label("Status").select_option("all")
    first = shown(page)
    page.get_by_role("button", name="Money at risk").click()
    amounts = page.evaluate("[...document.querySelectorAll('tbody tr')].map(row => row.cells[4].dataset.sort).filter(Boolean).map(Number)")
    assert amounts == sorted(amounts) and len(amounts) > 600
    page.get_by_role("button", name="Money at risk").click()
    amounts = page.evaluate("[...document.querySelectorAll('tbody tr')].map(row => row.cells[4].dataset.sort).filter(Boolean).map(Number)")
    assert amounts == sorted(amounts, reverse=True)
    assert page.locator("th[aria-sort=descending]").inner_text().startswith("Money at risk")
    assert page.evaluate("document.querySelector('tbody tr:last-child').cells[4].dataset.sort") == "", "what is not known stands last"
    page.get_by_role("button", name="Status").click()
    assert shown(page) == first, "back to what needs attention"
    assert wrong == []
    page.close()


def test_it_is_accessible_and_does_not_scroll_sideways(chromium, address):
    from axe_playwright_python.sync_playwright import Axe

    context = chromium.new_context(viewport={"width": 1200, "height": 900}, bypass_csp=True)
    page = context.new_page()
    page.goto(address)
    page.get_by_label("Search").fill("customer-000")  # the checker takes its time for each row
    found = Axe().run(page).response["violations"]
    assert [(v["id"], v["nodes"][0]["html"][:120]) for v in found] == []
    context.close()
    for width in (390, 1440):
        page = chromium.new_page(viewport={"width": width, "height": 900})
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
        page.close()


def test_without_script_it_is_a_table(chromium, address):
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(address)
    assert page.locator("tbody tr").count() == 1006
    assert page.locator("thead button, input, select").count() == 0, "nothing that would do nothing"
    assert "1,006 customers" in page.locator("caption").inner_text()
    context.close()
