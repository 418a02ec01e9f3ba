"""The JSON Schema of params: what the samples say is allowed, what is wrong is not, and every key is explained."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest
import yaml

from tests.conftest import valuelab
from tests.inputs.conftest import OUTCOME
from valuelab.inputs import adoption_text, health, people, schema, sections, survey_text
from valuelab.inputs.key_words import KEYS, words_for
from valuelab.inputs.params_schema import params_schema
from valuelab.inputs.read_params import read_params
from valuelab.inputs.sections import Section, known_keys
from valuelab.inputs.yaml_text import parse_yaml_text

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = sorted((ROOT / "params").glob("*.yaml"))
CHECK = jsonschema.Draft202012Validator(params_schema())


class CoreLoader(yaml.SafeLoader):
    """YAML 1.2, as editors read it: numbers are numbers; dates, and words like on and yes, are text."""


CoreLoader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag not in ("tag:yaml.org,2002:timestamp", "tag:yaml.org,2002:bool")]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def wrong(text: str) -> list[str]:
    """What the schema has against a params file, read as we do and as editors do."""
    ours = [e.json_path for e in CHECK.iter_errors(parse_yaml_text(text.encode(), "acme.yaml").values)]
    theirs = [e.json_path for e in CHECK.iter_errors(yaml.load(text, CoreLoader))]
    assert bool(ours) == bool(theirs), (ours, theirs)
    return ours


def test_it_is_a_json_schema():
    jsonschema.Draft202012Validator.check_schema(params_schema())


@pytest.mark.parametrize("path", SAMPLES, ids=lambda p: p.stem)
def test_the_samples_name_it_and_fit_it(path):
    text = path.read_text(encoding="utf-8")
    match = re.match(r"# yaml-language-server: \$schema=(\S+)\n", text)
    assert (path.parent / match[1]).resolve() == ROOT / "schema" / "params.schema.json"
    assert wrong(text) == []


@pytest.mark.parametrize("more", [
    "indicators: Engagement\n", "indicators: [Engagement, {name: Pulse, scale: 0-10}]\n", "indicators:\n  Engagement:\n", "started: April 2025\n",
    "fiscal_year_starts: 4\n", "fiscal_year_starts: April\n", "renewal: 2026-06-30\n", "comment: Well done\n", "as_of: 2025-09-30\n", "events: {2025-06: New rota}\n",
    "initiative:\n", "unit_value: {value: 375, basis: profit, confirmed: true}\n", "direct_benefit: {price: $100, volume: 100000, profit_per_unit: 30}\n",
    "conversion: {Engagement: {effect: 5% per point, reading: compound, low: 2%, high: 8%}}\nindicators: [Engagement]\n",
])
def test_short_forms_and_bare_figures_fit(more, tmp_path):
    assert wrong(OUTCOME + more) == []
    path = tmp_path / "acme.yaml"
    path.write_text(OUTCOME + more)
    assert read_params(path)[2] == [], "reading allows it too"


@pytest.mark.parametrize("text", [
    "currency: USD\noutcome: {name: A, total_by: sum}\n",
    OUTCOME.replace("USD", "dollars"),
    OUTCOME.replace(", total_by: sum", ""),
    OUTCOME.replace("sum", "total"),
    OUTCOME + "currancy: USD\n",
    OUTCOME + "strategy: both\n",
    OUTCOME + "started: soon\n",
    OUTCOME + "as_of: last month\n",
    OUTCOME + "indicators: {Engagement: {scale: high}}\n",
    OUTCOME + "indicators: {Engagement: {expected_lag: half a year}}\n",
    OUTCOME + "indicators: {Engagement: {better: more}}\n",
    OUTCOME + "unit_value: {value: 375}\n",
    OUTCOME + "unit_value: {value: lots, basis: revenue}\n",
    OUTCOME + "conversion: {Engagement: {effect: 5%}}\nindicators: [Engagement]\n",
    OUTCOME + "cash_flow: flows.csv\n",
    OUTCOME + "direct_benefit: {price: 5}\n",
    OUTCOME + "events: {sometime: New rota}\n",
    OUTCOME + "renewal: {contract_value: 5}\n",
    OUTCOME.replace("total_by: sum}", "total_by: sum, targets: [26000]}"),
    OUTCOME.replace("total_by: sum}", "total_by: sum, plan: steep}"),
    "customer: Acme\ncurrency: USD\n",
])
def test_what_is_wrong_does_not_fit_and_is_refused_by_reading_too(text, tmp_path):
    assert wrong(text)
    path = tmp_path / "acme.yaml"
    path.write_text(text)
    assert read_params(path)[2]


def models() -> list[type[Section]]:
    found = {m for module in (schema, sections, adoption_text, health, people, survey_text) for m in vars(module).values() if isinstance(m, type) and issubclass(m, Section)}
    return sorted(found - {Section}, key=lambda m: m.__name__)


@pytest.mark.parametrize("section", models(), ids=lambda m: m.__name__)
def test_every_key_is_explained_with_an_example(section):
    lacking = [key for key in known_keys(section) if not all(words_for(section, key))]
    assert lacking == []


def test_no_words_for_keys_that_are_not():
    for name, keys in KEYS.items():
        spoken_of = {key for m in models() if name in {c.__name__ for c in m.__mro__} for key in known_keys(m)}
        assert set(keys) - spoken_of == set(), name


def test_the_committed_schema_and_dictionary_are_what_the_code_says():
    done = subprocess.run([sys.executable, ROOT / "tools" / "make_dictionary.py", "--check"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_command_prints_it_or_writes_it(tmp_path):
    done = valuelab("schema", cwd=tmp_path)
    assert json.loads(done.stdout) == params_schema()
    done = valuelab("schema", "--out", "params.schema.json", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (0, "wrote params.schema.json\n")
    assert (tmp_path / "params.schema.json").read_text(encoding="utf-8") == (ROOT / "schema" / "params.schema.json").read_text(encoding="utf-8")
    assert valuelab("schema", "--out", "no/where.json", cwd=tmp_path).returncode == 2
