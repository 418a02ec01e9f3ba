from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import valuelab
from tests.dask_cluster import cluster
from tests.run.small import HEADLINE, write_customer, write_workbook

KILL_THE_WORKER_ONCE = """
import os, pathlib, psutil, signal
mark = pathlib.Path({mark!r})
if customer == "acme.yaml" and not mark.exists():
    mark.touch()
    os.kill(psutil.Process().parent().parent().pid, signal.SIGKILL)
"""
WITHOUT_CLOCK = ("manifest.json", "last-run.json")


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    with cluster(tmp_path_factory.mktemp("cluster")) as found:
        yield found


def contents(outputs: Path) -> dict[str, bytes]:
    return {p.relative_to(outputs).as_posix(): p.read_bytes() for p in outputs.rglob("*") if p.is_file() and ".locks" not in p.parts and p.name not in WITHOUT_CLOCK}


def test_a_cluster_makes_the_bytes_of_the_local_pool_though_a_worker_is_killed(tmp_path, address):
    for customer in ("acme", "bolt", "corex"):
        write_customer(tmp_path, customer, name=customer.title())
    write_workbook(tmp_path, "01_a", HEADLINE)
    killing = write_workbook(tmp_path, "02_b", KILL_THE_WORKER_ONCE.format(mark=str(tmp_path / "killed")))
    (tmp_path / "killed").touch()  # not here
    local = valuelab("run", "--outputs", tmp_path / "local", "--as-of", "2025-08", "--as-of", "2025-09", cwd=tmp_path)
    assert local.returncode == 0, local.stderr
    (tmp_path / "killed").unlink()
    far = valuelab("run", "--outputs", tmp_path / "far", "--as-of", "2025-08", "--as-of", "2025-09", "--cluster", address, cwd=tmp_path)
    assert far.returncode == 0, far.stderr
    assert (tmp_path / "killed").exists() and killing.exists(), "no worker was killed"
    assert contents(tmp_path / "far") == contents(tmp_path / "local")
    assert far.stderr == "" and "3 made" in far.stdout

    again = valuelab("run", "--outputs", tmp_path / "far", "--as-of", "2025-08", "--as-of", "2025-09", "--cluster", address, cwd=tmp_path)
    assert again.returncode == 0 and again.stdout.count("unchanged") == 7, again.stdout

    (tmp_path / "params" / "bolt.yaml").write_text("customer: [")
    (tmp_path / "data" / "corex" / "kpis.csv").write_text("date,metric,value\n")
    failed = valuelab("run", "--outputs", tmp_path / "far", "--cluster", address, cwd=tmp_path)
    assert failed.returncode == 1
    assert "bolt" in failed.stderr and "corex" in failed.stderr and str(tmp_path) not in failed.stderr and "valuelab-far" not in failed.stderr
    assert (tmp_path / "far" / "bolt" / "2025-09" / "01_a.html").is_file()


def test_a_scheduler_that_does_not_answer_is_wrong_use(tmp_path, monkeypatch):
    from valuelab.run import cluster as module
    from valuelab.run.cluster import DaskCluster
    from valuelab.run.project import WrongUse

    monkeypatch.setattr(module, "CONNECT_SECONDS", 1)
    with pytest.raises(WrongUse, match="no dask scheduler answers"):
        DaskCluster("tcp://127.0.0.1:9").memory()
    with pytest.raises(WrongUse, match="no address of a scheduler"):
        DaskCluster("nonsense://x").memory()


def test_a_worker_with_other_software_is_told_by_name(address, monkeypatch):
    from valuelab.run import cluster as module
    from valuelab.run.cluster import DaskCluster
    from valuelab.run.project import WrongUse

    compared = module.different
    monkeypatch.setattr(module, "different", lambda here, there: compared({**here, "pandas": "0.1"}, there))
    with pytest.raises(WrongUse, match=r"worker tcp://.* has other software than this machine: pandas .*here 0\.1"):
        DaskCluster(address).memory()
