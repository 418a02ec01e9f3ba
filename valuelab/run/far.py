"""A customer on another machine: what is sent there, how it is run in a folder that is thrown away, what comes back.

A parcel holds everything, so that workers share no disk with the command, need no right to any storage, and a worker that is lost has
published nothing: only the command does. A process of ours is tied to one customer at a time (its locale, its pictures), so a worker
with several threads runs them one after the other.
"""

from __future__ import annotations

import os
import tempfile
import threading
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from valuelab.errors import InputError
from valuelab.inputs.find import BRAND, input_files
from valuelab.run import cache, publish
from valuelab.run.project import Project
from valuelab.run.tasks import Event, Task

SOURCES = "valuelab's own files"
_one_at_a_time = threading.Lock()


@dataclass(frozen=True, slots=True)
class Parcel:
    """A task, and the bytes of the files that it needs by their path in the project (``params/…``, ``data/…``, ``notebooks/…``, ``outputs/…``)."""

    task: Task
    files: Mapping[str, bytes]
    software: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Returned:
    """What a worker made: outcome, events, the reports that are new by date, files that came to a report that stands, the status file."""

    outcome: str
    events: tuple[Event, ...]
    reports: Mapping[str, Mapping[str, bytes]]
    additions: Mapping[str, Mapping[str, bytes]]
    status: bytes


class OtherSoftware(Exception):
    """A worker that joined later has other software than the command."""


@lru_cache(maxsize=1)
def software_here() -> dict[str, str]:
    """What a report depends on, as it is installed in this process: packages by version, and a hash of this package's files.

    As it was when first asked for: a worker that was upgraded on disk goes on with what it has loaded, and is told apart by that.
    """
    return cache.versions() | {SOURCES: cache.software_key([])}


def different(here: Mapping[str, str], there: Mapping[str, str]) -> str:
    """Which software differs, in words; "" where none does.

    Examples
    --------
    >>> different({"pandas": "3.1.0", "numpy": "2.4.1"}, {"pandas": "3.0.2", "numpy": "2.4.1"})
    'pandas 3.0.2 (here 3.1.0)'
    """
    names = [name for name in sorted(here.keys() | there.keys(), key=lambda name: (name == SOURCES, name)) if here.get(name) != there.get(name)]
    return ", ".join(name if name == SOURCES else f"{name} {there.get(name, 'not installed')} (here {here.get(name, 'not installed')})" for name in names)


def pack(task: Task) -> Parcel:
    """Everything that a worker needs for a task; files outside the project folder are left out, as reading would refuse them."""
    root = task.params.parent.resolve().parent
    files: dict[str, bytes] = {f"notebooks/{path.name}": path.read_bytes() for path in task.project.workbooks()}
    try:
        named = input_files(task.params)
    except (InputError, OSError):
        named = [task.params]  # the worker will say what is wrong with it
    for path in (*named, root / BRAND):
        real, place = path.resolve(), Path(os.path.normpath(path.absolute()))
        if real.is_file() and real.is_relative_to(root) and place.is_relative_to(task.params.parent.parent):
            files[place.relative_to(task.params.parent.parent).as_posix()] = real.read_bytes()
    folder = task.project.outputs / task.customer
    wanted = [folder / publish.STATUS]
    for as_of in publish.dates(folder):
        report = folder / as_of
        light = [report / name for name in (publish.MANIFEST, publish.RESULTS, publish.CARD)]
        wanted += [p for p in report.rglob("*") if p.is_file()] if task.pdf or task.slides else light
        files[f"outputs/{task.customer}/{as_of}/{cache.STORED}"] = publish.json_text(dict.fromkeys(cache.as_published(report), "")).encode()
    for path in wanted:
        if path.is_file() and path.name != cache.STORED:
            files[f"outputs/{path.relative_to(task.project.outputs).as_posix()}"] = path.read_bytes()
    return Parcel(task, files, software_here())


def run_parcel(parcel: Parcel) -> Returned:
    """Run a customer in a folder of this machine, and give what it made. Runs on the worker."""
    if differs := different(parcel.software, software_here()):
        raise OtherSoftware(differs)
    from valuelab.run.customer import run_alone  # heavy, and only workers need it

    with _one_at_a_time, tempfile.TemporaryDirectory(prefix="valuelab-far-") as scratch:
        root = Path(scratch).resolve()
        for name, content in parcel.files.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        project = Project(root / parcel.task.params.parent.name, root / "notebooks", root / "outputs")
        task = replace(parcel.task, project=project, params=project.params / parcel.task.params.name)
        folder = project.outputs / task.customer
        before = _contents(folder)
        events: list[Event] = []
        outcome = run_alone(task, events.append)
        return _returned(folder, before, outcome, events)


def _returned(folder: Path, before: Mapping[str, bytes], outcome: str, events: list[Event]) -> Returned:
    after = _contents(folder)
    reports: dict[str, dict[str, bytes]] = {}
    additions: dict[str, dict[str, bytes]] = {}
    for as_of in publish.dates(folder):
        manifest = f"{as_of}/{publish.MANIFEST}"
        new = after[manifest] != before.get(manifest)
        for name, content in after.items():
            if name.startswith(f"{as_of}/") and (new or before.get(name) != content) and not name.endswith(cache.STORED):
                (reports if new else additions).setdefault(as_of, {})[name.removeprefix(f"{as_of}/")] = content
    return Returned(outcome, tuple(events), reports, additions, after.get(publish.STATUS, b""))


def _contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def unpack(task: Task, returned: Returned) -> list[Path]:
    """Put what came back into the project's outputs, each report whole; the folders of reports that are new. Runs where the command is."""
    folder = task.project.outputs / task.customer
    folder.mkdir(parents=True, exist_ok=True)
    for as_of, files in returned.reports.items():
        with publish.replacing(folder, as_of) as building:
            for name, content in files.items():
                (building / name).parent.mkdir(parents=True, exist_ok=True)
                (building / name).write_bytes(content)
    for as_of, files in returned.additions.items():
        for name, content in files.items():
            (folder / as_of / name).parent.mkdir(parents=True, exist_ok=True)
            publish.write_bytes(folder / as_of / name, content)
    if returned.status:
        publish.write_bytes(folder / publish.STATUS, returned.status)
    return [folder / as_of for as_of in returned.reports]
