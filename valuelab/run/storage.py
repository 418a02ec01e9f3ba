"""Where outputs are kept: a folder of this machine, or object storage. One interface, so that the rest of the room sees folders.

A run works in a folder. On object storage that is a copy for the length of the run, of what a run has to read: manifests, results,
cards and status files. Of pages that stand as they were only the names are there (empty files), and ``.stored.json`` says which.

There is no rename on object storage. A report is uploaded under ``.building-…``, its manifest last; then copied to its place on the
server, manifest last again. A crash before the first manifest leaves the old report; one after it leaves what the next run finishes.
Between the two, for the length of a copy, a reader may see pages of both.
"""

from __future__ import annotations

import os
import shutil
import socket
import threading
import uuid
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

from filelock import FileLock, Timeout

from valuelab.errors import ValuelabError
from valuelab.inputs.find import CUSTOMER_ID
from valuelab.inputs.remote import filesystem, told_plainly
from valuelab.run import publish
from valuelab.run.cache import STORED
from valuelab.run.project import AS_OF, Project

LOCKS, LAST_RUN = ".locks", "last-run.json"
READ = (publish.MANIFEST, publish.RESULTS, publish.CARD, publish.APPROVAL)
HEARTBEAT_SECONDS, STALE_SECONDS = 30.0, 600.0


class Busy(ValuelabError):
    """Another run is working on the customer."""


class Storage(Protocol):
    """Keeps what stands in a project's outputs folder."""

    def bring(self, customers: Sequence[str] | None = None, *, pages: bool = False) -> None:
        """Make the outputs folder say what is kept, of some customers or of all; with ``pages`` their bytes too."""

    def held(self, customer: str) -> AbstractContextManager[object]:
        """Hold a customer, so that no other run works on it.

        What a killed run left half-published there is finished, or goes.

        Raises
        ------
        Busy
            Where another run does.
        """

    def freed(self, customer: str, pid: int) -> None:
        """Give back what a killed process of this machine held."""

    def report_made(self, report: Path) -> None:
        """Keep a report whose folder was replaced."""

    def wrote(self, *files: Path) -> None:
        """Keep single files of the outputs folder."""

    def removed(self, path: Path) -> None:
        """Remove what was removed from the outputs folder: a file, or a folder with all that is below it."""


def storage_of(project: Project) -> Storage:
    """Where a project's outputs are kept."""
    return ObjectStorage(project.outputs, project.outputs_at) if project.outputs_at else LocalFolder(project.outputs)


@dataclass(frozen=True, slots=True)
class LocalFolder:
    """The outputs folder itself: what stands there is kept."""

    outputs: Path

    def bring(self, customers: Sequence[str] | None = None, *, pages: bool = False) -> None:
        """Everything is there."""

    @contextmanager
    def held(self, customer: str) -> Iterator[None]:
        """Hold a customer by a lock of the file system, which goes with the process."""
        locks = self.outputs / LOCKS
        locks.mkdir(parents=True, exist_ok=True)
        lock = FileLock(locks / f"{customer}.lock", timeout=0)
        try:
            lock.acquire()
        except Timeout:
            raise Busy("another run is working on this customer; nothing was changed") from None
        try:
            yield
        finally:
            lock.release()

    def freed(self, customer: str, pid: int) -> None:
        """Its lock went with it."""

    def report_made(self, report: Path) -> None:
        """It is where it belongs."""

    def wrote(self, *files: Path) -> None:
        """They are where they belong."""

    def removed(self, path: Path) -> None:
        """It is gone."""


@dataclass(frozen=True, slots=True)
class ObjectStorage:
    """Outputs at an ``address`` on object storage; ``outputs`` is the copy on this machine."""

    outputs: Path
    address: str

    def bring(self, customers: Sequence[str] | None = None, *, pages: bool = False) -> None:
        """See ``Storage``."""
        self.outputs.mkdir(parents=True, exist_ok=True)
        with told_plainly():
            store = filesystem()
            for customer in [None] if customers is None else customers:
                self._bring(store, customer, pages)
            if customers is None and store.exists(f"{self.address}/{LAST_RUN}"):
                store.get_file(f"{self.address}/{LAST_RUN}", str(self.outputs / LAST_RUN))

    def _bring(self, store: Any, only: str | None, pages: bool) -> None:
        found = self._listed(store, only)
        for customer in {customer for customer, _ in found} if only is None else {only}:
            shutil.rmtree(self.outputs / customer, ignore_errors=True)
        wanted: list[str] = []
        for (customer, as_of), objects in found.items():
            if as_of and (not AS_OF.fullmatch(as_of) or publish.MANIFEST not in objects):
                continue
            home = self.outputs / customer / as_of
            home.mkdir(parents=True, exist_ok=True)
            for name in objects:
                if pages or name in READ or not as_of:
                    wanted.append("/".join(filter(None, (customer, as_of, name))))
                else:
                    (home / name).parent.mkdir(parents=True, exist_ok=True)
                    (home / name).touch()
        if wanted:
            store.get([f"{self.address}/{name}" for name in wanted], [str(self.outputs / name) for name in wanted])
        for (customer, as_of), objects in found.items():
            home = self.outputs / customer / as_of
            if as_of and (home / publish.MANIFEST).is_file():
                known = publish.read_json(home / publish.MANIFEST).get("stored", {})
                publish.write_json(home / STORED, {name: tag for name, tag in objects.items() if known.get(name) == tag})

    def _listed(self, store: Any, only: str | None) -> dict[tuple[str, str], dict[str, str]]:
        """(customer, folder below it or "") → names there, each with its size and tag."""
        top = f"{self.address}/{only}" if only else self.address
        start = len(self.address.removeprefix("s3://")) + 1
        found: dict[tuple[str, str], dict[str, str]] = {}
        for path, info in store.find(top, detail=True).items():
            parts = path[start:].split("/")
            folder, below = (parts[1], parts[2:]) if len(parts) > 2 else ("", parts[1:])
            if CUSTOMER_ID.fullmatch(parts[0]) and below and all(part and not part.startswith(".") for part in below) and (folder or below == [publish.STATUS]):
                found.setdefault((parts[0], folder), {})["/".join(below)] = _tag(info)
        return found

    @contextmanager
    def held(self, customer: str) -> Iterator[None]:
        """Hold a customer by an object that is written only where there is none; renewed while it is held, taken over where its run is long dead."""
        path, name = self._lock(customer), _holder(os.getpid()) + uuid.uuid4().hex.encode()
        with told_plainly():
            store = filesystem()
            try:
                store.pipe_file(path, name, mode="create")
            except FileExistsError:
                self._take_over(store, path, name)
        done = threading.Event()
        renewing = threading.Thread(target=_renew, args=(store, path, name, done), daemon=True)
        renewing.start()
        try:
            with told_plainly():
                self._finish(store, customer)
            yield
        finally:
            done.set()
            renewing.join()
            with suppress(Exception):  # a lock that stays is taken over later
                if store.cat_file(path) == name:
                    store.rm_file(path)

    def _finish(self, store: Any, customer: str) -> None:
        """What a killed run had uploaded whole goes to its place; what it had not, goes. Only who holds the customer may do this."""
        for (_, folder), objects in self._listed(store, customer).items():
            if folder.startswith(publish.BUILDING):
                if publish.MANIFEST in objects:
                    self._to_its_place(store, customer, folder, folder.removeprefix(publish.BUILDING).rsplit("-", 1)[0])
                self._remove(store, f"{customer}/{folder}")

    def _lock(self, customer: str) -> str:
        return f"{self.address}/{LOCKS}/{customer}.lock"

    def freed(self, customer: str, pid: int) -> None:
        """See ``Storage``."""
        store, path = filesystem(), self._lock(customer)
        with suppress(OSError), told_plainly():
            if store.cat_file(path).startswith(_holder(pid)):
                store.rm_file(path)

    def _take_over(self, store: Any, path: str, name: bytes) -> None:
        busy = Busy("another run is working on this customer, or was killed less than ten minutes ago; nothing was changed")
        try:
            info = store.info(path, refresh=True)
            age = (datetime.now(UTC) - info["LastModified"]).total_seconds()
            if age < STALE_SECONDS and not _is_dead(store.cat_file(path)):
                raise busy
            bucket, _, key = path.removeprefix("s3://").partition("/")
            store.call_s3("put_object", Bucket=bucket, Key=key, Body=name, IfMatch=info["ETag"])  # one of several wins
        except FileNotFoundError:  # it was given back this moment
            raise busy from None
        except OSError:
            raise busy from None

    def report_made(self, report: Path) -> None:
        """See ``Storage``."""
        customer, as_of = report.parent.name, report.name
        building = f"{publish.BUILDING}{as_of}-{uuid.uuid4().hex[:12]}"
        files = sorted(p for p in report.rglob("*") if p.is_file() and not p.name.startswith("."))
        with told_plainly():
            store = filesystem()
            files.sort(key=lambda p: p.name == publish.MANIFEST)
            for some in (files[:-1], files[-1:]):
                store.put([str(p) for p in some], [f"{self.address}/{customer}/{building}/{p.relative_to(report).as_posix()}" for p in some])
            self._to_its_place(store, customer, building, as_of)
            self._remove(store, f"{customer}/{building}")

    def _to_its_place(self, store: Any, customer: str, building: str, as_of: str) -> None:
        """Copy what was uploaded whole to where it is read; the manifest last, with the tags of what it stands for."""
        here, there = f"{self.address}/{customer}/{building}", f"{self.address}/{customer}/{as_of}"
        names = [_below(here, path) for path in store.find(here)]
        names.remove(publish.MANIFEST)
        store.copy([f"{here}/{name}" for name in names], [f"{there}/{name}" for name in names])
        objects = {_below(there, path): info for path, info in store.find(there, detail=True).items()}
        if old := [f"{there}/{name}" for name in objects if name not in (*names, publish.MANIFEST)]:
            store.rm(old)
        manifest = publish.parsed_json(store.cat_file(f"{here}/{publish.MANIFEST}"))
        manifest["stored"] = {name: _tag(objects[name]) for name in sorted(manifest.get("files", {})) if name in objects}
        store.pipe_file(f"{there}/{publish.MANIFEST}", publish.json_text(manifest).encode())

    def wrote(self, *files: Path) -> None:
        """See ``Storage``."""
        there = [path for path in files if path.is_file()]
        with told_plainly():
            if there:
                filesystem().put([str(p) for p in there], [f"{self.address}/{p.relative_to(self.outputs).as_posix()}" for p in there])

    def removed(self, path: Path) -> None:
        """See ``Storage``; the manifest of a report goes first, so that no half of it passes for a whole."""
        with told_plainly():
            self._remove(filesystem(), path.relative_to(self.outputs).as_posix())

    def _remove(self, store: Any, name: str) -> None:
        top = f"{self.address}/{name}"
        objects = store.find(top)
        manifests = [path for path in objects if path.endswith(f"/{publish.MANIFEST}")]
        for some in (manifests, [path for path in objects if path not in manifests]):
            if some:
                store.rm(some)


def _below(address: str, path: str) -> str:
    """What a path of the store is called below an address."""
    return path.removeprefix(f"{address.removeprefix('s3://')}/")


def _holder(pid: int) -> bytes:
    """How a lock names a process of this machine."""
    return f"{socket.gethostname()}-{uuid.getnode():x} {pid} ".encode()


def _is_dead(name: bytes) -> bool:
    """True where a lock names a process of this machine that is gone."""
    import psutil

    machine, _, rest = name.partition(b" ")
    pid = rest.partition(b" ")[0]
    return pid.isdigit() and _holder(int(pid)).startswith(machine + b" ") and not psutil.pid_exists(int(pid))


def _tag(info: dict[str, Any]) -> str:
    """What changes with an object's bytes."""
    return f"{info.get('size')} {str(info.get('ETag', '')).strip(chr(34))}"


def _renew(store: Any, path: str, name: bytes, done: threading.Event) -> None:
    while not done.wait(HEARTBEAT_SECONDS):
        with suppress(Exception):
            if store.cat_file(path) == name:
                store.pipe_file(path, name)


