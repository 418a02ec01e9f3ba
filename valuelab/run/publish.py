"""Folders that are published whole: built beside, swapped in, and the last good one stays when something fails."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from valuelab.run.project import AS_OF, last_day

RESULTS = "results.json"
MANIFEST = "manifest.json"
STATUS = "status.json"
CARD = "card.json"
APPROVAL = "approval.json"
BUILDING, REPLACED, WRITING = ".building-", ".replaced-", ".writing-"


@dataclass(frozen=True, slots=True)
class Failure:
    """A date that could not be made: as it was asked for ("" is the default), as it was understood, why."""

    requested: str
    as_of: str
    reason: str


@dataclass(frozen=True, slots=True)
class Status:
    """What is known of a customer beside its reports. It has no clock, so that it changes only when something did.

    ``resolved`` remembers which date a request came to, under which inputs: that saves loading the customer again.
    """

    customer: str
    name: str = ""
    failures: tuple[Failure, ...] = ()
    resolved: dict[str, dict[str, str]] = field(default_factory=dict)


def read_status(folder: Path) -> Status:
    """The customer's status; an empty one where there is none or it cannot be read."""
    raw = read_json(folder / STATUS)
    try:
        return Status(folder.name, str(raw["name"]), tuple(Failure(**f) for f in raw["failures"]), raw["resolved"])
    except (KeyError, TypeError):
        return Status(folder.name)


def write_status(folder: Path, status: Status) -> None:
    """Replace status.json whole; ``state`` and ``reason`` are written for whoever reads the file."""
    state, reason = state_of(status, dates(folder))
    write_json(folder / STATUS, {"schema": 1, "state": state, "reason": reason, **asdict(status)})


def state_of(status: Status, made: list[str]) -> tuple[str, str]:
    """(``ok`` | ``stale`` | ``failed``, why) of a customer with reports for the dates ``made``, in their order.

    A past date that fails beside newer reports makes nothing stale: the newest report is what it was.
    """
    for failure in status.failures:
        if not made:
            return "failed", failure.reason
        if not failure.requested or not failure.as_of or last_day(failure.as_of) >= last_day(made[-1]):
            return "stale", failure.reason
    return "ok", ""


def dates(folder: Path) -> list[str]:
    """The dates of a customer's published reports, earliest first."""
    if not folder.is_dir():
        return []
    found = [p.name for p in folder.iterdir() if AS_OF.fullmatch(p.name) and (p / RESULTS).is_file()]
    return sorted(found, key=last_day)


def previous_date(folder: Path, as_of: str) -> str:
    """The latest published date before ``as_of``, or ""."""
    earlier = [made for made in dates(folder) if last_day(made) < last_day(as_of)]
    return earlier[-1] if earlier else ""


@contextmanager
def replacing(folder: Path, as_of: str) -> Iterator[Path]:
    """A new folder to fill; it takes the place of ``folder/as_of`` when the block ends well, else it goes.

    Between the two renames the old folder is aside for a moment; ``recover`` puts it back after a crash.
    """
    target, building = folder / as_of, folder / f"{BUILDING}{as_of}-{os.getpid()}"
    aside = folder / f"{REPLACED}{as_of}"
    building.mkdir(parents=True)
    try:
        yield building
        if target.exists():
            os.rename(target, aside)
        try:
            os.rename(building, target)
        except OSError:
            if aside.exists():
                os.rename(aside, target)
            raise
    finally:
        shutil.rmtree(building, ignore_errors=True)
    shutil.rmtree(aside, ignore_errors=True)


def is_left_over(path: Path) -> bool:
    """True for what only a run that is going on, or was killed, has beside the published folders."""
    return path.name.startswith((BUILDING, REPLACED, WRITING))


def clear_after_kill(folder: Path, pid: int) -> None:
    """Remove what a killed process was building, and put back what it had set aside."""
    if folder.is_dir():
        for left in folder.glob(f"{BUILDING}*-{pid}"):
            shutil.rmtree(left, ignore_errors=True)
        recover(folder)


def add_failure(folder: Path, failure: Failure) -> None:
    """Write one more failure into the customer's status, for a worker that can no longer do it."""
    status = read_status(folder)
    folder.mkdir(parents=True, exist_ok=True)
    write_status(folder, replace(status, failures=(*(f for f in status.failures if f.requested != failure.requested), failure)))


def recover(folder: Path) -> None:
    """Clear what a killed run left: half-built folders and half-written files go, a folder that was set aside comes back."""
    if not folder.is_dir():
        return
    for left in folder.iterdir():
        if left.name.startswith(REPLACED):
            target = folder / left.name.removeprefix(REPLACED)
            if target.exists():
                shutil.rmtree(left, ignore_errors=True)
            else:
                os.rename(left, target)
        elif left.name.startswith(BUILDING):
            shutil.rmtree(left, ignore_errors=True)
        elif left.name.startswith(WRITING):
            left.unlink(missing_ok=True)


def forget_half_written(outputs: Path) -> None:
    """Clear half-written files over all customers (index, portfolio) that a killed command left; those of a command that runs stay."""
    for left in outputs.glob(f"{WRITING}*"):
        writer = left.name.rpartition("-")[2]
        if not (writer.isdigit() and _runs(int(writer))):
            with suppress(OSError):
                left.unlink()


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True  # another user's
    return True


def read_json(path: Path) -> dict[str, Any]:
    """A JSON object; empty where there is none or it is damaged."""
    try:
        return parsed_json(path.read_bytes())
    except OSError:
        return {}


def parsed_json(content: bytes) -> dict[str, Any]:
    """A JSON object; empty where it is damaged."""
    try:
        value = json.loads(content)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def write_bytes(path: Path, content: bytes) -> None:
    """Write a file so that a reader sees the old one or the new one, never half."""
    beside = path.with_name(f"{WRITING}{path.name}-{os.getpid()}")
    try:
        beside.write_bytes(content)
        os.replace(beside, path)
    except BaseException:  # a full disk, Ctrl-C: the half goes, the old one stays
        with suppress(OSError):
            beside.unlink()
        raise


def write_text(path: Path, text: str) -> None:
    """``write_bytes`` of UTF-8 with plain line ends."""
    write_bytes(path, text.encode("utf-8"))


def write_json(path: Path, value: dict[str, Any]) -> None:
    """``write_text`` of sorted JSON."""
    write_text(path, json_text(value))


def json_text(value: dict[str, Any]) -> str:
    """Sorted JSON with a line a value."""
    return json.dumps(value, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
