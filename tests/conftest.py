"""The sample customers' reports, made once for all tests through the installed command."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from filelock import FileLock

ROOT = Path(__file__).resolve().parents[1]
SAMPLE_RUNS = (
    ("harbour-care", ("2025-03", "2025-09")),
    ("brightlane-campaign", ("2025-03-30", "2025-05-04")),
    ("parcelway", ("2025-07",)),
    ("stonebrook-tools", ("2025-06",)),
    ("northline", ("2025-06",)),
)


def valuelab(*arguments: str | Path, cwd: Path = ROOT) -> subprocess.CompletedProcess:
    """The installed command, as a user calls it."""
    command = Path(sys.executable).with_name("valuelab")
    environment = {**os.environ, "COLUMNS": "200", "NO_COLOR": "1"}
    return subprocess.run([command, *map(str, arguments)], cwd=cwd, env=environment, capture_output=True, text=True, timeout=900, check=False)


def copy_project(folder: Path, *customers: str) -> Path:
    """Notebooks, params and data of some sample customers in a folder of their own."""
    shutil.copytree(ROOT / "notebooks", folder / "notebooks", ignore=shutil.ignore_patterns(".ipynb_checkpoints"))
    (folder / "params").mkdir()
    for customer in customers:
        shutil.copy(ROOT / "params" / f"{customer}.yaml", folder / "params")
        if (ROOT / "data" / customer).is_dir():
            shutil.copytree(ROOT / "data" / customer, folder / "data" / customer)
    return folder


@pytest.fixture(scope="session")
def shared_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One folder for all workers of a run."""
    base = tmp_path_factory.getbasetemp()
    return base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base


@pytest.fixture(scope="session")
def samples(shared_folder: Path) -> Path:
    """``outputs`` of every sample customer at every sample date."""
    project = shared_folder / "samples"
    with FileLock(str(project) + ".lock"):
        if not (project / "done").exists():
            copy_project(project, *(name for name, _ in SAMPLE_RUNS))
            for customer, dates in SAMPLE_RUNS:
                done = valuelab("run", customer, *(word for d in dates for word in ("--as-of", d)), cwd=project)
                assert done.returncode == 0, done.stdout + done.stderr
            (project / "done").touch()
    return project / "outputs"


def moved(project: Path, customer: str, abroad: str, *, currency: str, sign: str, more: str) -> None:
    """The params of a sample customer with another currency, and with more lines behind it, as those of ``abroad``."""
    text = (ROOT / "params" / f"{customer}.yaml").read_text(encoding="utf-8")
    text = re.sub(r"^currency: USD.*$", f"currency: {currency}\n{more}", text, flags=re.MULTILINE)
    (project / "params" / f"{abroad}.yaml").write_text(re.sub(r"\$(?=\d)", sign, text), encoding="utf-8")


@pytest.fixture(scope="session")
def german(shared_folder: Path) -> Path:
    """A project: a German customer; after it, in the same worker, the same one in Japan, and one that is as it was."""
    project = shared_folder / "german"
    with FileLock(str(project) + ".lock"):
        if not (project / "done").exists():
            copy_project(project, "harbour-care", "stonebrook-tools")
            moved(project, "harbour-care", "harbour-care", currency="EUR", sign="€", more="locale: de_DE\nlanguage: de")
            moved(project, "harbour-care", "harbour-japan", currency="JPY", sign="¥", more="locale: ja_JP")
            for arguments in (("harbour-care", "--as-of", "2025-03"), ("--jobs", "1")):
                done = valuelab("run", *arguments, cwd=project)
                assert done.returncode == 0, done.stdout + done.stderr
            (project / "done").touch()
    return project


@pytest.fixture(scope="session")
def object_storage() -> Iterator[None]:
    """A local S3 server that the environment points at."""
    from tests.objects import server

    with server():
        yield


@pytest.fixture
def bucket(object_storage: None) -> str:
    """The address of a new bucket."""
    from valuelab.inputs.remote import filesystem

    name = f"bucket-{uuid.uuid4().hex[:12]}"
    filesystem().mkdir(name)
    return f"s3://{name}"
