from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from valuelab.run import publish
from valuelab.run.index import write_index
from valuelab.run.project import Project
from valuelab.run.publish import Failure, Status


def made(folder: Path, *dates: str) -> Path:
    for date in dates:
        (folder / date).mkdir(parents=True)
        (folder / date / "results.json").write_text("{}")
    return folder


def names(folder: Path) -> list[str]:
    return sorted(p.name for p in folder.iterdir())


def test_a_folder_is_swapped_in_whole(tmp_path):
    folder = made(tmp_path / "acme", "2025-03")
    (folder / "2025-03" / "old.html").write_text("old")
    with publish.replacing(folder, "2025-03") as building:
        (building / "results.json").write_text("new")
        assert (folder / "2025-03" / "old.html").exists(), "the old one is there until the new one is whole"
    assert names(folder) == ["2025-03"]
    assert names(folder / "2025-03") == ["results.json"]


def test_what_fails_leaves_the_last_good_folder(tmp_path):
    folder = made(tmp_path / "acme", "2025-03")
    with pytest.raises(RuntimeError), publish.replacing(folder, "2025-03") as building:
        (building / "half.html").write_text("half")
        raise RuntimeError
    assert names(folder) == ["2025-03"]
    assert names(folder / "2025-03") == ["results.json"]


def test_a_failed_rename_puts_the_old_folder_back(tmp_path, monkeypatch):
    folder = made(tmp_path / "acme", "2025-03")
    rename, calls = publish.os.rename, []

    def second_fails(source, target):
        calls.append(source)
        if len(calls) == 2:
            raise OSError("no space")
        rename(source, target)

    monkeypatch.setattr(publish.os, "rename", second_fails)
    with pytest.raises(OSError, match="no space"), publish.replacing(folder, "2025-03") as building:
        (building / "results.json").write_text("new")
    assert names(folder) == ["2025-03"]
    assert (folder / "2025-03" / "results.json").read_text() == "{}"


def test_recovery_after_a_kill_between_the_two_renames(tmp_path):
    folder = made(tmp_path / "acme", ".replaced-2025-03", ".building-2025-03-77", "2025-06", ".replaced-2025-06")
    publish.recover(folder)
    assert names(folder) == ["2025-03", "2025-06"]


def test_half_an_index_of_a_killed_command_goes_with_the_next_index_and_that_of_a_running_one_stays(tmp_path):
    ended = subprocess.Popen(["true"])
    ended.wait()
    (tmp_path / "params").mkdir()
    outputs = made(tmp_path / "outputs")
    outputs.mkdir()
    running = f".writing-index.html-{os.getppid()}"
    for name in (f".writing-index.html-{ended.pid}", f".writing-portfolio.parquet-{ended.pid}", running):
        (outputs / name).write_text("half")
    write_index(Project(tmp_path / "params", tmp_path / "notebooks", outputs))
    assert names(outputs) == sorted([running, "index.html", "portfolio.parquet"])


def test_clearing_after_one_kill_takes_only_that_process(tmp_path):
    folder = made(tmp_path / "acme", ".building-2025-03-77")
    publish.clear_after_kill(folder, 77)
    assert names(folder) == []
    publish.clear_after_kill(tmp_path / "never", 77)


def test_dates_are_in_the_order_of_their_last_days(tmp_path):
    folder = made(tmp_path / "acme", "2025-03", "2025-03-30", "2024-12", "2025-10", ".building-2025-11-3")
    (folder / "2025-12").mkdir()  # no results: not published
    assert publish.dates(folder) == ["2024-12", "2025-03-30", "2025-03", "2025-10"]
    assert publish.previous_date(folder, "2025-03") == "2025-03-30"
    assert publish.previous_date(folder, "2024-12") == ""
    assert publish.dates(tmp_path / "never") == []


def test_status_comes_back_as_it_was_written(tmp_path):
    status = Status("acme", "Acme <b>", (Failure("", "2025-03", "why"),), {"": {"base": "k", "as_of": "2025-03"}})
    folder = made(tmp_path / "acme", "2025-01")
    publish.write_status(folder, status)
    assert publish.read_status(folder) == status
    assert publish.read_json(folder / "status.json")["state"] == "stale"
    assert publish.read_json(folder / "status.json")["reason"] == "why"
    (folder / "status.json").write_text('{"half')
    assert publish.read_status(folder) == Status("acme")


@pytest.mark.parametrize(("failures", "dates", "state"), [
    ((), ("2025-03",), "ok"),
    ((), (), "ok"),
    ((Failure("", "", "why"),), (), "failed"),
    ((Failure("", "2025-03", "why"),), ("2025-03",), "stale"),
    ((Failure("", "", "why"),), ("2025-03",), "stale"),
    ((Failure("2025-06", "2025-06", "why"),), ("2025-03",), "stale"),
    ((Failure("2024-06", "2024-06", "why"),), ("2025-03",), "ok"),  # the newest report is what it was
])
def test_what_makes_a_customer_stale(failures, dates, state):
    assert publish.state_of(Status("acme", "", failures), list(dates))[0] == state


def test_a_worker_that_died_is_one_failure_however_often_it_dies(tmp_path):
    for reason in ("first", "second"):
        publish.add_failure(tmp_path / "acme", Failure("", "", reason))
    assert publish.read_status(tmp_path / "acme").failures == (Failure("", "", "second"),)
