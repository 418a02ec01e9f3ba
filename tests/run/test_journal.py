from __future__ import annotations

import json

import pytest

from valuelab.run.journal import Journal, as_json, summary_lines, without
from valuelab.run.notify import command_of, notify
from valuelab.run.project import Project, WrongUse, months_from
from valuelab.run.tasks import Event


@pytest.fixture
def journal(tmp_path) -> Journal:
    return Journal(Project(tmp_path / "params", tmp_path / "notebooks", tmp_path / "outputs"))


def test_a_thousand_customers_are_told_in_a_terminal(journal):
    for n in range(1000):
        outcome = "failed" if n % 7 == 0 else "made"
        if outcome == "failed":
            journal.heard(Event("failed", f"a-customer-with-a-long-name-{n}", "2025-03", text="kpis.csv, row 7: no number\n  - and more " * 5))
        journal.heard(Event("made", f"customer-{n}", "2025-03", "01_baseline", 1.23456))
        journal.finished(f"customer-{n}", outcome)
    told = journal.write("finished", 1)
    lines = summary_lines(told, index="outputs/index.html", width=80)
    assert len(lines) <= 15
    assert max(map(len, lines)) <= 80
    assert lines[0].startswith("Customers: 857 made, 143 failed.")
    assert "133 more failures: last-run.json" in lines[-1]
    kept = json.loads((journal.project.outputs / "last-run.json").read_text(encoding="utf-8"))
    assert (kept["state"], kept["exit_code"], len(kept["failures"]), len(kept["reports"])) == ("finished", 1, 143, 1000)
    assert kept["reports"][0] == {"customer": "customer-0", "as_of": "2025-03", "workbook": "01_baseline", "seconds": 1.235}


def test_an_event_is_one_line_of_json_whatever_is_in_it():
    line = as_json(Event("failed", "acme", "2025-03", text='first\nsecond "quoted" \u2028'))
    assert len(line.split("\n")) == 1
    said = json.loads(line)
    assert (said["event"], said["customer"], said["text"]) == ("failed", "acme", 'first\nsecond "quoted" \u2028')
    assert json.loads(as_json(Event("made", "acme", "2025-03", "01_baseline", 0.5)))["seconds"] == 0.5


def test_without_a_customer_it_is_named_nowhere(journal):
    for customer in ("acme", "acme-two"):
        journal.heard(Event("failed", customer, text="why"))
        journal.heard(Event("made", customer, "2025-03", "01_baseline", 1.0))
        journal.finished(customer, "failed")
    left = without(journal.summary("finished", 1), ["acme"])
    assert '"acme"' not in json.dumps(left)
    assert left["customers"]["failed"] == ["acme-two"]
    assert without({}, ["acme"])["reports"] == []


def test_a_notified_command_gets_the_summary_and_no_shell_reads_it(tmp_path):
    told = {"failures": [{"customer": "acme", "reason": "$(touch taken); `touch taken` ü"}]}
    assert notify(command_of(f"sh -c 'cat > {tmp_path}/got.json'"), told) == ""
    assert json.loads((tmp_path / "got.json").read_text(encoding="utf-8")) == told
    assert notify(command_of(f"echo ; touch {tmp_path}/taken && touch {tmp_path}/taken | touch {tmp_path}/taken $(touch {tmp_path}/taken)"), told) == ""
    assert not (tmp_path / "taken").exists()


@pytest.mark.parametrize(("command", "said"), [
    ("there-is-no-such-command", "cannot be started"),
    ("sh -c 'echo first >&2; echo why >&2; exit 4'", "ended with exit code 4: why"),
    ("sh -c 'kill -9 $$'", "ended with exit code -9"),
    ("true", ""),
])
def test_what_becomes_of_the_command_is_told(command, said):
    assert notify(command_of(command), {"a": "b" * 200_000}).startswith(said)


def test_a_command_that_hangs_is_stopped_with_what_it_started():
    assert notify(command_of("sh -c 'sleep 300 & sleep 300'"), {}, seconds=0.2) == "not done after 0.2 seconds, so it was stopped"


@pytest.mark.parametrize("text", ["", "   ", "mail 'open"])
def test_no_command_is_wrong_use(text):
    with pytest.raises(WrongUse, match="--notify"):
        command_of(text)


@pytest.mark.parametrize(("first", "last", "said"), [("2025-06", "2025-01", "comes after"), ("2025-1", "2025-03", "YYYY-MM"), ("2025-01", "2025-13", "YYYY-MM"),
                                                     ("2025-01-01", "2025-03", "YYYY-MM"), ("1900-01", "2025-01", "20 years")])
def test_months_of_a_back_fill_are_months_in_their_order(first, last, said):
    with pytest.raises(WrongUse, match=said):
        months_from(first, last)
