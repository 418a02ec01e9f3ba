from __future__ import annotations

import json

import pytest

from valuelab.run.collect import RESULT_MIME, PagesDisagree, assemble, bundles, to_json


def figure(key: str, value: float | None, low: float | None = None, high: float | None = None) -> dict:
    return {"key": key, "value": value, "low": low, "high": high, "unit": "", "kind": "measured", "n": 3}


def page(*data: object, role: str = "section") -> dict:
    return {"title": "T", "results": [{"key": "k", "type": "T", "role": role, "status": "", "sentence": "", "data": d} for d in data]}


def document(**pages: dict) -> dict:
    return assemble("acme", "2025-03", name="Acme", pages=pages, not_run={})


def test_figures_are_found_however_deep_they_lie():
    deep = {"rows": [{"cells": [figure("a.b", 1.5, 1.0, 2.0)]}], "note": "text", "count": 3}
    assert document(one=page(deep))["figures"] == {"a.b": figure("a.b", 1.5, 1.0, 2.0)}


def test_figures_without_a_key_and_things_that_are_no_figures_stay_out():
    assert document(one=page({"x": figure("", 1.0), "y": {"key": "k", "value": 1.0}}))["figures"] == {}


@pytest.mark.parametrize("other", [figure("a", 1.1, 0.0, 2.0), figure("a", 1.0, 0.1, 2.0), figure("a", 1.0, 0.0, 2.1), figure("a", 1.0)])
def test_pages_may_not_state_one_figure_differently(other):
    with pytest.raises(PagesDisagree, match=r"pages disagree on a: its (value|low|high) is .* in one and .* in two"):
        document(one=page(figure("a", 1.0, 0.0, 2.0)), two=page({"deep": [other]}))


def test_two_places_of_one_page_may_not_disagree_either():
    with pytest.raises(PagesDisagree):
        document(one=page(figure("a", 1.0), figure("a", 2.0)))


def test_the_order_of_additions_is_no_disagreement():
    assert document(one=page(figure("a", 0.1 + 0.2)), two=page(figure("a", 0.3)))["figures"]["a"]["value"] == 0.1 + 0.2


def test_the_account_is_the_data_of_its_bundle():
    result = document(one=page({"name": "Acme"}, role="account"), two=page({"name": "other"}, role="account"))
    assert result["account"] == {"name": "Acme"}
    assert (result["schema"], result["customer"], result["as_of"], result["name"]) == (1, "acme", "2025-03", "Acme")


def test_only_results_are_collected():
    result = {"output_type": "display_data", "data": {RESULT_MIME: {"key": "a"}, "text/html": "x"}}
    others = [{"output_type": "stream", "name": "stdout", "text": RESULT_MIME}, {"output_type": "display_data", "data": {"text/html": "y"}},
              {"output_type": "error", "ename": "E", "evalue": "", "traceback": []}]
    notebook = {"cells": [{"cell_type": "markdown", "source": ""}, {"cell_type": "code", "outputs": [*others, result]}]}
    assert bundles(notebook) == [{"key": "a"}]


def test_json_is_strict_sorted_and_the_same_for_the_same_content():
    assert to_json({"b": 1, "a": "é"}) == to_json({"a": "é", "b": 1}) == '{"a": "é",\n"b": 1}\n'
    assert json.loads(to_json(document(one=page(figure("a", None)))))["figures"]["a"]["value"] is None
    with pytest.raises(ValueError, match="not JSON compliant"):
        to_json({"a": float("nan")})
