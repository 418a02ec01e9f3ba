from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from valuelab.inputs.read_params import did_you_mean, read_params
from valuelab.inputs.schema import Params

SHORT = "customer: Acme\ncurrency: USD\ndata: kpis.csv\noutcome: {name: Clients, total_by: sum}\n"
JARGON = (
    "Input should",
    "pydantic",
    "validation",
    "type=",
    "value_error",
    "literal",
    "dict_type",
    "NoneType",
    "str_type",
    "Field required",
)


def read(tmp_path: Path, text: str | bytes) -> tuple[Params | None, str]:
    path = tmp_path / "acme.yaml"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    params, _, problems = read_params(path)
    message = "\n".join(map(str, problems))
    assert not any(word in message for word in JARGON), message
    return params, message


@pytest.fixture
def complaint(tmp_path):
    return lambda text: read(tmp_path, text)[1]


@pytest.fixture
def params(tmp_path):
    def read_good(text):
        found, message = read(tmp_path, text)
        assert not message
        return found

    return read_good


def test_short_form(params):
    found = params(SHORT + "indicators: [Engagement]\n")
    assert list(found.indicators) == ["Engagement"]
    assert found.outcome.total_by == "sum"
    assert (found.strategy, found.roi_convention, found.on_track_within.value) == ("profit", "net", 0.05)


def test_indicators_as_names_list_and_mapping(params):
    listed = params(SHORT + "indicators:\n  - Engagement\n  - {name: Hours, total_by: sum}\n")
    mapped = params(SHORT + "indicators:\n  Engagement:\n  Hours: {total_by: sum}\n")
    assert listed.indicators.keys() == mapped.indicators.keys()
    assert mapped.indicators["Hours"].total_by == "sum"


def test_keys_with_nothing_behind_them_are_as_if_not_written(params):
    assert params(SHORT + "initiative:\nas_of: ~\ncomment:\n").comment is None


def test_a_bare_figure_and_a_long_one(params):
    found = params(SHORT.replace("sum}", "sum, baseline: 21400}"))
    long = params(
        SHORT.replace(
            "sum}", 'sum, baseline: {value: "21,400", low: 20000, high: 22000, over: 2024-04..2025-03, agreed_by: CFO}}'
        )
    )
    assert found.outcome.baseline.value.value == long.outcome.baseline.value.value == 21400
    assert (long.outcome.baseline.low.value, long.outcome.baseline.agreed_by) == (20000, "CFO")


def test_targets_are_sorted_and_one_line_is_enough(params, complaint):
    found = params(SHORT.replace("sum}", "sum, targets: [TBA by 2027-03, 26000 by 2026-03]}"))
    assert [str(line.target.by) for line in found.outcome.targets] == ["2026-03", "2027-03"]
    assert len(params(SHORT.replace("sum}", "sum, targets: 26000 by 2026-03}")).outcome.targets) == 1
    assert "two values for 2026-03" in complaint(SHORT.replace("sum}", "sum, targets: [1 by 2026-03, 2 by 2026-03]}"))


def test_words_in_capitals_are_read(params):
    assert params(SHORT.replace("sum", "Sum") + "strategy: Growth\nroi_convention: GROSS\n").roi_convention == "gross"


def test_plans(params, complaint):
    found = params(SHORT.replace("sum}", "sum, plan: {2025-12: 100%, 2025-06: 40%}}"))
    assert [(str(month), share) for month, share in found.outcome.plan] == [("2025-06", 0.4), ("2025-12", 1.0)]
    assert "is not a plan" in complaint(SHORT.replace("sum}", "sum, plan: wobbly}"))
    assert "names a month twice" in complaint(SHORT.replace("sum}", "sum, plan: {2025-06: 40%, 2025-06-01: 50%}}"))


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        (SHORT.replace("customer: Acme", "initiative: x"), "", "`customer` is missing"),
        (SHORT.replace("USD", "dollars"), "line 2", '"dollars" is not a currency code'),
        (SHORT.replace(", total_by: sum", ""), "line 4", "`total_by` is missing. Add `total_by: sum`"),
        (SHORT + "startd: 2025-04\n", "line 5", "Did you mean started?"),
        (SHORT.replace("total_by: sum", "total_by: sum, totalby: sum"), "line 4", "Did you mean total_by?"),
        (SHORT + "xyzzy: 1\n", "line 5", "Known: customer, currency"),
        (SHORT.replace("sum}", "summ}"), "line 4", "Did you mean sum?"),
        (SHORT + "unit_value: {value: $375}\n", "line 5", "`basis` is missing"),
        (SHORT + "unit_value: 375\n", "line 5", "`key: value` lines are wanted"),
        (SHORT + "unit_value: {value: 375, basis: profit, margin: 40%}\n", "line 5", "its basis is profit already"),
        (SHORT + "unit_value: {value: 375, basis: revenue, margin: 140%}\n", "line 5", "not between 0 and 100 %"),
        (SHORT + "unit_value: {value: 375, basis: revenue, margin: 40}\n", "line 5", "may be 40 % or 4000 %"),
        (SHORT + "unit_value: {value: €375, basis: revenue}\n", "line 5", "is in €, but `currency` is USD"),
        (SHORT + "unit_value: {value: 375, basis: revenue, low: 300}\n", "line 5", "only one of `low` and `high`"),
        (SHORT + "unit_value: {value: 375, basis: revenue, low: 400, high: 500}\n", "line 5", "does not lie between"),
        (SHORT + "unit_value: {value: 375, basis: revenue, range: min-max}\n", "line 5", "needs `low` and `high`"),
        (SHORT + "indicators: [A]\nconversion: {A: {effect: 5%}}\n", "line 6", "`reading` is missing"),
        (
            SHORT + "indicators: [A]\nconversion: {B: {effect: 5%, reading: additive}}\n",
            "line 6",
            "is not one of the `indicators`",
        ),
        (SHORT + "indicators: [A]\ncontrols: [B]\n", "line 6", "is not one of the `indicators`"),
        (SHORT + "indicators: [A]\nchain: [A, Cliens]\n", "line 6", "Did you mean Clients?"),
        (SHORT + "indicators: [A, A]\n", "line 5", "is here twice"),
        (SHORT + "indicators: [Clients]\n", "line 5", "is not its own indicator"),
        (SHORT + "indicators:\n  - {unit: x}\n", "line 5", "an indicator has no name"),
        (SHORT + "indicators:\n  A: {name: B}\n", "line 5", "another `name`"),
        (SHORT + "events: {soon: x}\n", "line 5", "is not a month"),
        (SHORT + "events: [x]\n", "line 5", "`key: value` lines are wanted"),
        (SHORT + "comment: {text: [a]}\n", "line 5", "a list where one text is wanted"),
        (SHORT + "renewal: {date: 2025-02-30}\n", "line 5", "no day 30"),
        (SHORT + "cash_flow: {data: x.csv}\n", "line 5", "`basis` is missing"),
        (
            SHORT + "cash_flow: {data: x.csv, basis: revenue, periods: {length: week, first: 2025-02}}\n",
            "line 5",
            "Write the first day",
        ),
        (SHORT + "cash_flow: {data: x.csv, basis: revenue, discount_rate: -5%}\n", "line 5", "below zero"),
        (SHORT + "cash_flow: {data: x.csv, basis: revenue, discount_rate: -100%}\n", "line 5", "is no rate"),
        (
            SHORT + "direct_benefit: {price: 1, volume: 5 a month, profit_per_unit: 1}\n",
            "line 5",
            "not a volume a year",
        ),
        (SHORT + "on_track_within: 500%\n", "line 5", "not between 0 and 100 %"),
        (SHORT + "fiscal_year_starts: 13\n", "line 5", "is not a month"),
        (
            SHORT.replace("sum}", "sum, targets: [{value: 3, by: 2026-01, confirmed: perhaps}]}"),
            "line 4",
            "neither true nor false",
        ),
        (SHORT.replace("sum}", "sum, targets: [{value: 3}]}"), "line 4", "`by` is missing"),
        (SHORT.replace("sum}", "sum, promised: [TBA by 2026-01]}"), "line 4", "names no level"),
        (SHORT.replace("sum}", "sum, promised: [+5% by 2026-01]}"), "line 4", "names no level"),
        (SHORT.replace("data: kpis.csv\n", ""), "line 3", "no data file is named"),
        ("customer: A\ncurrency: USD\n", "", "has nothing to analyse"),
        (
            "customer: A\ncurrency: USD\ndirect_benefit: {price: 1, volume: 5, profit_per_unit: 1}\n",
            "",
            "`as_of` is missing",
        ),
        (SHORT.replace("Acme", "x" * 301), "line 1", "longer than 300"),
    ],
)
def test_one_clear_message_each(complaint, text, line, said):
    message = complaint(text)
    assert said in message
    assert f"acme.yaml{', ' + line if line else ''}" in message
    assert "\n" not in message


def test_all_problems_at_once(complaint):
    message = complaint(
        "currency: usx\nstarted: 2025-14\nstrategy: grow\noutcome: {name: A, targets: [26.000 by 2026-03, x]}\nfoo: 1\n"
    )
    for said in (
        "`customer` is missing",
        '"usx" is not a currency',
        "no month 14",
        "Did you mean growth?",
        "`total_by` is missing",
        "may be 26 or 26,000",
        '"x" is not a target',
        "`foo` is not a key",
    ):
        assert said in message


@pytest.mark.parametrize(
    "name",
    [
        "<script>alert(1)</script>",
        'O\'Neil "&" Sons',
        "مرحبا",
        "株式会社",
        "x" * 200,
        "{{ 7*7 }}",
        "$(rm -rf)",
        "../../etc",
    ],
)
def test_hostile_names_pass_as_text(tmp_path, name):
    quoted = name.replace("'", "''")
    found, message = read(tmp_path, SHORT.replace("Acme", f"'{quoted}'"))
    assert not message
    assert found.customer == name


def test_did_you_mean():
    assert did_you_mean("totalby", ["name", "total_by"]) == "Did you mean total_by?"
    assert did_you_mean("zzz", ["name", "total_by"]) == "Known: name, total_by."
    assert did_you_mean("zzz", []) == ""


@given(st.binary(max_size=200))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_bytes_are_params_or_problems(tmp_path, content):
    found, message = read(tmp_path, content)
    assert found is not None or message


_KEYS = st.sampled_from([*Params.model_fields, "bogus", "value", "by", "low", "basis", "effect"])
_VALUES = st.recursive(
    st.sampled_from(
        ["", "5%", "26000 by 2026-03", "additive", "revenue", "2025-04", "x", "'a'", "-1", "0-10", "true", "sum"]
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda items: f"[{', '.join(items)}]"),
        st.dictionaries(_KEYS, inner, max_size=3).map(
            lambda d: "{" + ", ".join(f"{k}: {v}" for k, v in d.items()) + "}"
        ),
    ),
    max_leaves=6,
)


@given(st.dictionaries(_KEYS, _VALUES, max_size=6))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_any_shape_of_params_is_read_or_refused_in_words(tmp_path, written):
    found, message = read(tmp_path, "".join(f"{key}: {value}\n" for key, value in written.items()))
    assert found is not None or message
