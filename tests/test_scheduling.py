"""What the documents and examples of scheduling say can be done: commands and options are there, files are what their readers take."""

from __future__ import annotations

import ast
import configparser
import json
import os
import re
import shlex
import shutil
import subprocess
from pathlib import Path

import click
import pytest
import yaml

from tests.conftest import ROOT
from valuelab.cli import main

EXAMPLES = ROOT / "examples"
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
SCRIPTS = sorted(p for p in EXAMPLES.rglob("*") if p.is_file() and p.suffix != ".txt" and "__pycache__" not in p.parts)


def commands(text: str) -> list[str]:
    """What stands after `valuelab` where it is a command: in code of a document, or in a line of an example."""
    return re.findall(r"(?:^|[\s`/])valuelab ((?:run|check|new|schema|calibrate|audit|forget)\b[^\n`|#>]*)", text)


def code_of(path: Path) -> str:
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".md":
        return "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("#"))
    blocks = re.findall(r"```[a-z]*\n(.*?)```", text, re.DOTALL)
    return "\n".join([*blocks, *re.findall(r"`[^`\n]+`", re.sub(r"```.*?```", "", text, flags=re.DOTALL))])


@pytest.mark.parametrize("path", [*DOCUMENTS, *SCRIPTS], ids=lambda p: p.relative_to(ROOT).as_posix())
def test_every_command_and_option_is_there(path):
    for line in commands(code_of(path)):
        name, *words = shlex.split(line.replace("&&", " "), comments=True)
        known = {option for parameter in main.commands[name].params if isinstance(parameter, click.Option) for option in parameter.opts}
        assert {word.partition("=")[0] for word in words if word.startswith("--")} - known == set(), line


def test_the_page_and_the_examples_have_commands_at_all():
    found = {path.name: commands(code_of(path)) for path in [ROOT / "docs" / "scheduling.md", *SCRIPTS]}
    assert len(found["scheduling.md"]) >= 6
    assert found["crontab"] and found["valuelab.service"] and found["reports.yml"]


def test_every_option_of_run_for_schedules_is_on_the_page():
    text = (ROOT / "docs" / "scheduling.md").read_text(encoding="utf-8")
    assert [o for o in ("--from", "--to", "--as-of", "--keep", "--notify", "--log-json", "--yes") if o not in text] == []
    for name in re.findall(r"\.\./(examples/[^)]+)\)", text):
        assert (ROOT / name).exists(), name
    (line,) = [line for line in (EXAMPLES / "crontab").read_text(encoding="utf-8").splitlines() if re.match(r"\d", line)]
    assert line in text


def test_the_cron_line_is_a_time_and_a_command_that_a_shell_reads():
    (line,) = [line for line in (EXAMPLES / "crontab").read_text(encoding="utf-8").splitlines() if re.match(r"\d", line)]
    *when, command = line.split(maxsplit=5)
    assert len(when) == 5 and all(re.fullmatch(r"\*|\d+", field) for field in when)
    assert "%" not in command, "cron would end the command there"
    assert subprocess.run(["sh", "-n", "-c", command], check=False).returncode == 0


def test_the_units_are_what_systemd_takes(tmp_path):
    service, timer = (configparser.ConfigParser(strict=False, interpolation=None) for _ in range(2))
    for unit in (service, timer):
        unit.optionxform = str
    service.read(EXAMPLES / "systemd" / "valuelab.service")
    timer.read(EXAMPLES / "systemd" / "valuelab.timer")
    assert (service["Service"]["Type"], timer["Timer"]["Persistent"], timer["Install"]["WantedBy"]) == ("oneshot", "true", "timers.target")
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd-analyze is not installed; the files were parsed")
    units = tmp_path / "units"
    shutil.copytree(EXAMPLES / "systemd", units)
    there = tmp_path / "srv"
    (there / ".venv/bin").mkdir(parents=True)
    (there / ".venv/bin/valuelab").write_text("#!/bin/sh\n")
    (there / ".venv/bin/valuelab").chmod(0o755)
    text = (units / "valuelab.service").read_text(encoding="utf-8").replace("/srv/valuelab", str(there))
    (units / "valuelab.service").write_text(text, encoding="utf-8")
    done = subprocess.run(["systemd-analyze", "verify", "--man=no", units / "valuelab.service", units / "valuelab.timer"], capture_output=True, text=True,
                          env={**os.environ, "SYSTEMD_UNIT_PATH": f"{units}:"}, check=False)
    said = [line for line in done.stderr.splitlines() if "valuelab" in line]
    assert (done.returncode, said) == (0, [])


def test_the_workflow_is_yaml_and_its_shell_can_be_read():
    workflow = yaml.safe_load((EXAMPLES / "github-actions" / "reports.yml").read_text(encoding="utf-8"))
    job = workflow["jobs"]["reports"]
    assert workflow[True]["schedule"][0]["cron"] == "15 6 2 * *"  # YAML takes `on` for true; GitHub does not
    assert workflow["permissions"] == {"contents": "read"}
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    for step in job["steps"]:
        assert ("run" in step) != ("uses" in step)
        if "run" in step:
            assert "${{" not in step["run"], "what somebody typed must not become shell"
            assert subprocess.run(["sh", "-n", "-c", step["run"]], check=False).returncode == 0
            assert set(re.findall(r"\bmake ([a-z-]+)", step["run"])) <= targets


def test_telling_the_team_takes_a_summary_and_runs_nothing_in_it(tmp_path):
    logger = tmp_path / "logger"
    logger.write_text(f'#!/bin/sh\ncat > {tmp_path}/said\n')
    logger.chmod(0o755)
    reason = f"row 7\n$(touch {tmp_path}/taken) `touch {tmp_path}/taken`"
    told = {"failures": [{"customer": "acme", "as_of": "2025-03", "reason": reason}]}
    subprocess.run([EXAMPLES / "tell-the-team"], input=json.dumps(told), text=True, check=True, env={**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}"})
    assert (tmp_path / "said").read_text() == f"acme 2025-03 {reason.replace(chr(10), ' ')}\n"
    assert not (tmp_path / "taken").exists()


def test_the_dag_is_written_to_airflow_3_and_runs_no_shell():
    """`make test-airflow` runs it; this holds what can be seen without Airflow."""
    tree = ast.parse((EXAMPLES / "airflow" / "valuelab_reports.py").read_text(encoding="utf-8"))
    imported = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert "airflow.sdk" in imported and not [name for name in imported if name.startswith(("airflow.models", "airflow.operators", "valuelab"))]
    words = [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.startswith("--")]
    known = {option for parameter in main.commands["run"].params for option in parameter.opts} | {"--"}
    assert words and set(words) <= known
    assert not [k for node in ast.walk(tree) if isinstance(node, ast.Call) for k in node.keywords if k.arg == "shell"]
