"""A PostgreSQL server for tests: in a folder of its own, on a port of its own, gone afterwards."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

PASSWORD = "pa55-planted"
USER = "planted_user"


def binaries() -> Path | None:
    """The newest server that Debian's package left; it is on no PATH."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda p: int(p.parts[4].split(".")[0]))
    return found[-1].parent if found else None


def need_postgres() -> Path:
    """The folder of the server's programs; without them the test says why it is skipped, and CI fails."""
    folder = binaries()
    if folder is None:
        if os.environ.get("VALUELAB_REQUIRE_POSTGRES"):
            pytest.fail("PostgreSQL is required here (VALUELAB_REQUIRE_POSTGRES is set) and not installed")
        pytest.skip("no PostgreSQL in /usr/lib/postgresql (on Debian: apt install postgresql)")
    return folder


@contextmanager
def server(folder: Path) -> Iterator[str]:
    """A running server; its address as SQLAlchemy writes it, of a user who may do anything."""
    home = Path(tempfile.mkdtemp(prefix="valuelab-pg-"))
    as_user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    if as_user:
        shutil.chown(home, "postgres")
    secret = home / "password"
    secret.write_text(PASSWORD)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    if as_user:
        shutil.chown(secret, "postgres")

    def run(*words: str) -> None:
        subprocess.run([*as_user, *words], check=True, cwd=home, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, timeout=60)

    data = str(home / "data")
    run(str(folder / "initdb"), "-D", data, "-U", USER, "-A", "scram-sha-256", "--pwfile", str(secret), "-E", "UTF8", "--no-sync")
    options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c fsync=off"
    run(str(folder / "pg_ctl"), "-D", data, "-w", "-l", str(home / "log"), "-o", options, "start")
    try:
        yield f"postgresql+psycopg://{USER}:{PASSWORD}@127.0.0.1:{port}/postgres"
    finally:
        run(str(folder / "pg_ctl"), "-D", data, "-w", "-m", "immediate", "stop")
        shutil.rmtree(home, ignore_errors=True)
