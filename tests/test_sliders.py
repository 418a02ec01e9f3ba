"""The sliders of report 04 in a real browser: by keyboard, what they show is what the analyses give; nothing else may run."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import nbformat.v4 as nb
import pytest

from tests.analysis.scenarios import campaign
from tests.analysis.test_what_if import CHAIN, PRICE, STAFF, moved_case, of_case, of_chain
from tests.browser import browser, need_chromium
from valuelab.analysis.value_outlook import chain_outlook
from valuelab.analysis.what_if import Lever, WhatIf
from valuelab.assets import script
from valuelab.formatting import format_fraction, format_money, format_number, format_value, in_locale, signs_of_numbers
from valuelab.language import in_language, phrase
from valuelab.present.sections import what_if
from valuelab.present.sliders import embedded
from valuelab.run.convert import to_html
from valuelab.types import Estimate

pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("default")]
SAMPLE = Path("brightlane-campaign") / "2025-03-30" / "04_roi.html"


@pytest.fixture(scope="module")
def chromium():
    with browser(need_chromium()) as instance:
        yield instance


def page_of(result: WhatIf, folder: Path, roi_convention: str = "net") -> Path:
    """A page with the sliders alone, as ``run`` would publish it."""
    bundle = what_if(result, roi_convention).bundle()
    cells = [nb.new_markdown_cell("# What if?\n\n## What would change this"), nb.new_code_cell("", outputs=[nb.new_output("display_data", data=bundle)])]
    path = folder / "page.html"
    path.write_text(to_html(nb.new_notebook(cells=cells), name="Acme", as_of="2025-03"), encoding="utf-8")
    return path


def shown(page) -> dict[str, str]:
    return page.evaluate("Object.fromEntries([...document.querySelectorAll('output[data-figure]')].map(o => [o.dataset.figure, o.textContent]))")


def unit_of(name: str, result: WhatIf) -> str:
    if name in ("roi_net", "benefit_cost_ratio"):
        return "fraction"
    return result.currency if name != "payback" else f"{result.numbers['period']}s" if result.about == "cash flow" else "months"


def in_words(figures: dict[str, float | None], names, result: WhatIf) -> dict[str, str]:
    none = {"payback": phrase("not within the plan") if result.about == "cash flow" else phrase("never")}
    return {n: none.get(n, phrase("not defined")) if figures[n] is None else format_value(figures[n], unit_of(n, result)) for n in names}


def of_moved_chain(lever: Lever, value: float) -> dict[str, float | None]:
    bare = dict(value=value, low=None, high=None, level=None)
    costs = [replace(PRICE, amount=replace(PRICE.amount, **bare))] if lever.slug == "cost_0" else [PRICE]
    outlook = chain_outlook(**(CHAIN if lever.slug == "cost_0" else CHAIN | {lever.slug: replace(CHAIN[lever.slug], **bare)}), costs=costs)
    found = {name: None if (e := getattr(outlook, name)) is None else e.value for name in ("net_return", "roi_net", "benefit_cost_ratio", "payback")}
    return found | {"per_year": 2 * outlook.benefit.value}


def of_moved_campaign(flows, lever: Lever, value: float) -> dict[str, float | None]:
    return moved_case(flows, **{lever.slug: int(value) if lever.slug == "delay" else value})


PLAIN, STAFFED = campaign(7), replace(campaign(5), costs=(STAFF,))
CASES = {
    "campaign": (of_case(PLAIN), lambda lever, value: of_moved_campaign(PLAIN, lever, value), "gross"),
    "campaign with staff time": (of_case(STAFFED), lambda lever, value: of_moved_campaign(STAFFED, lever, value), "net"),
    "value chain": (of_chain(), of_moved_chain, "net"),
}


@pytest.mark.parametrize("kind", CASES)
def test_each_slider_by_keyboard_shows_what_the_analyses_give(kind, chromium, tmp_path):
    result, expected, convention = CASES[kind]
    page, messages = chromium.new_page(), []
    page.on("console", lambda m: messages.append(m.text))
    page.on("pageerror", lambda e: messages.append(str(e)))
    page.goto(page_of(result, tmp_path, convention).as_uri())
    begun = shown(page)
    assert begun == in_words({k: v and v.value for k, v in result.figures.items()}, begun, result)
    assert "roi_net" in begun and ("benefit_cost_ratio" in begun) == (convention == "gross")
    seen = set()
    for lever in result.levers:
        down, up = lever.steps
        for keys, steps in ((["ArrowLeft"] * 3, -min(3, down)), (["Home"], -down), (["End"], up), (["ArrowDown"], up - 1)):
            page.focus(f"#what-if-{lever.slug}")
            for key in keys:
                page.keyboard.press(key)
            value = lever.value_at(steps)
            found = shown(page)
            assert found == in_words(expected(lever, value), found, result), (lever, steps)
            text = page.get_attribute(f"#what-if-{lever.slug}", "aria-valuetext")
            assert text == page.locator(f"output[for=what-if-{lever.slug}]").inner_text() != ""
            seen.add(text)
        page.keyboard.press("Tab")  # the next slider, at last the button
        while page.evaluate("document.activeElement.tagName") != "BUTTON":
            page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        assert shown(page) == begun
        assert page.locator(".under").all_inner_texts() == ["as in the report"] * len(begun)
    assert len(seen) >= 6
    page.focus(f"#what-if-{result.levers[0].slug}")
    page.keyboard.press("Home")
    wanted = list(shown(page).values())  # said once, when it rests: on a busy machine what was before may be said until then
    page.wait_for_function("wanted => { const said = document.querySelector('[role=status]').innerText; "
                           "return said.startsWith('What if: ') && wanted.every(text => said.includes(text)); }", arg=wanted)
    assert messages == []
    page.close()


@pytest.mark.parametrize("kind", ["campaign", "value chain"])
def test_sliders_speak_the_language_of_their_page(kind, chromium, tmp_path):
    result, expected, convention = CASES[kind]
    page, lever = chromium.new_page(), result.levers[1]
    with in_locale("de_DE"), in_language("de"):
        page.goto(page_of(result, tmp_path, convention).as_uri())
        area = page.locator(".vl-what-if")
        assert page.locator(".under").all_inner_texts() == ["wie im Bericht"] * len(shown(page))
        page.focus(f"#what-if-{lever.slug}")
        page.keyboard.press("End")
        assert shown(page) == in_words(expected(lever, lever.value_at(lever.steps[1])), shown(page), result)
        assert any(text.endswith(" gegenüber dem Bericht") for text in page.locator(".under").all_inner_texts())
    page.wait_for_function("() => document.querySelector('[role=status]').innerText.startsWith('Was wäre, wenn: ')")
    assert re.findall(r"\b(?:the|what|report|points|weeks?|months?|profit|return|never|estimate)\b", area.inner_text(), re.IGNORECASE) == []
    if kind == "campaign":
        assert re.search(r"\d Wochen$", page.get_attribute(f"#what-if-{lever.slug}", "aria-valuetext"))
    page.close()


@pytest.mark.parametrize(("locale", "currency"), [("en_US", "USD"), ("en_US", "CHF"), ("de_DE", "EUR"), ("ja_JP", "JPY"), ("hi_IN", "INR")])
def test_the_script_writes_numbers_as_python_does(chromium, locale, currency):
    sizes = [0.0, 0.125, 0.5, 0.05, 2.5, 3.5, 0.0045, 1e-5, 9.995, 12.345, 99.994, 99.95, 375.0, 405_000.5, 405_001.5, 999_499.0, 999_500.0, 1_650_000.0, 8_025_000.0,
             12_345_678.0, 999_600_000.0, 4.2e9, 7e12, 3e15]
    values = [sign * size for size in sizes for sign in (1, -1)]
    code, last = str(script("sliders")[0]), 'for (const area of document.querySelectorAll(".vl-what-if")) start(area);'
    assert last in code
    page = chromium.new_page()
    with in_locale(locale):
        page.evaluate(code.replace(last, "globalThis.written = (signs, v) => { marks = signs; return [number(v), fraction(v, 1), fraction(v, 0), money(v)]; };"))
        written = page.evaluate("([signs, values]) => values.map(v => written(signs, v))", [signs_of_numbers(currency), values])
        for value, found in zip(values, written, strict=True):
            if locale == "en_US" or abs(value) >= 1e-4 or value == 0:
                assert found == [format_number(value), format_fraction(value), format_fraction(value, 0), format_money(value, currency)], value
    page.close()


def test_only_the_script_of_the_sliders_may_run(samples, chromium, tmp_path):
    html = (samples / SAMPLE).read_text(encoding="utf-8")
    assert len(re.findall(r"<script\b", html)) == 2 and html.count("script-src") == 1
    planted = tmp_path / "planted.html"
    planted.write_text(html.replace("</main>", '<script>window.planted = 1</script><img src="x" onerror="window.planted = 1" alt="x"></main>'), encoding="utf-8")
    changed = tmp_path / "changed.html"
    changed.write_text(html.replace("area.hidden = false", "area.hidden = false; window.planted = 1"), encoding="utf-8")
    page = chromium.new_page()
    for path, works in ((samples / SAMPLE, True), (planted, True), (changed, False)):
        page.goto(path.as_uri())
        assert page.locator(".vl-what-if").is_visible() == works
        assert page.evaluate("window.planted === undefined")
    page.close()


def test_without_script_and_on_paper_the_report_is_whole_and_has_no_sliders(samples, chromium):
    with_script, without = chromium.new_page(), chromium.new_context(java_script_enabled=False).new_page()
    for page in (with_script, without):
        page.goto((samples / SAMPLE).as_uri())
    assert with_script.locator(".vl-what-if").is_visible() and not without.locator(".vl-what-if").is_visible()
    assert without.locator("main :not(.vl-what-if *)").count() == with_script.locator("main :not(.vl-what-if *)").count()
    with_script.focus(".vl-lever input")
    with_script.keyboard.press("Home")
    with_script.emulate_media(media="print")
    assert not with_script.locator(".vl-what-if").is_visible()
    assert with_script.locator("main").inner_text().count("What if") == 0
    with_script.close()
    without.context.close()


@pytest.mark.parametrize("width", [320, 1440])
def test_sliders_are_accessible_moved_or_not(chromium, tmp_path, width):
    from axe_playwright_python.sync_playwright import Axe

    context = chromium.new_context(bypass_csp=True, viewport={"width": width, "height": 900})
    page = context.new_page()
    page.goto(page_of(of_chain(), tmp_path).as_uri())
    for key in ("", "Home"):
        if key:
            page.focus(".vl-lever input")
            page.keyboard.press(key)
        found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
        assert [(v["id"], v["nodes"][0]["html"][:120]) for v in found] == []
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    assert all(box["height"] >= 24 for box in (control.bounding_box() for control in page.locator(".vl-what-if input, .vl-what-if button").all()))
    context.close()


def test_names_in_the_data_are_text(chromium, tmp_path):
    name = '</script><script>window.planted = 1</script><!-- "\' & <b>'
    outlook = chain_outlook(**CHAIN, costs=[replace(PRICE, name=name)], scenario=name)
    from valuelab.analysis.what_if import chain_what_if
    result = chain_what_if(outlook, reading="compound", lag_months=6, per_year=Estimate(2 * outlook.benefit.value))
    assert any(lever.name == name for lever in result.levers)
    path = page_of(result, tmp_path)
    assert len(re.findall(r"<script\b", path.read_text(encoding="utf-8"))) == 2
    page = chromium.new_page()
    page.goto(path.as_uri())
    assert page.evaluate("window.planted === undefined") and page.locator(".vl-what-if").is_visible()
    assert page.get_by_label(name).count() == 1
    page.close()
    assert not re.search("[<>&]", embedded({"name": name}))
