from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest

from tests.conftest import valuelab
from tests.objects import SECRET
from tests.run.small import HEADLINE, write_customer, write_workbook
from valuelab.inputs.remote import WrongAddress, checked_address, filesystem
from valuelab.run import publish, storage
from valuelab.run.cache import file_digest, is_unchanged
from valuelab.run.project import Project
from valuelab.run.storage import Busy, ObjectStorage, storage_of


def upload(folder: Path, address: str) -> None:
    files = [p for p in sorted(folder.rglob("*")) if p.is_file()]
    filesystem().put([str(p) for p in files], [f"{address}/{p.relative_to(folder).as_posix()}" for p in files])


def read(address: str) -> dict[str, bytes]:
    """Everything below an address."""
    return {path.removeprefix(address.removeprefix("s3://")).lstrip("/"): content for path, content in filesystem().cat(filesystem().find(address)).items()}


def write_report(outputs: Path, text: str, *, extra: str = "") -> Path:
    """A report of acme as a run leaves it, in a local folder."""
    report = outputs / "acme" / "2025-09"
    shutil.rmtree(report, ignore_errors=True)
    report.mkdir(parents=True)
    (report / "slides").mkdir()
    for name in ("results.json", "card.json", "01_a.html", *filter(None, (extra,))):
        (report / name).write_text(f'{{"said": "{text}"}}')
    publish.write_json(report / publish.MANIFEST, {"key": text, "files": {p.name: file_digest(p) for p in report.iterdir() if p.is_file()}})
    return report


@pytest.mark.parametrize("text", ["s3://", "s3://bucket", "s3://key:secret@bucket/a", "s3://bucket/a?token=secret", "https://bucket/a", "s3://bucket/../a", "s3://bucket/a b"])
def test_an_address_that_cannot_be_used_is_not_repeated(text):
    with pytest.raises(WrongAddress) as refused:
        checked_address(text)
    assert "secret" not in str(refused.value)


def test_a_run_on_object_storage_makes_what_a_local_run_makes_and_resumes(tmp_path, bucket):
    project = tmp_path / "project"
    for customer in ("acme", "bolt"):
        write_customer(project, customer, name=customer.title())
    write_workbook(project, "01_a", HEADLINE)
    upload(project / "params", f"{bucket}/team/params")
    upload(project / "data", f"{bucket}/team/data")
    local = valuelab("run", cwd=project)
    assert local.returncode == 0, local.stderr
    away = tmp_path / "away"
    shutil.copytree(project / "notebooks", away / "notebooks")
    words = ("run", "--params", f"{bucket}/team/params", "--outputs", f"{bucket}/team/outputs", "--jobs", "2")

    first = valuelab(*words, cwd=away)
    assert first.returncode == 0, first.stderr
    assert f"Index: {bucket}/team/outputs/index.html" in first.stdout
    found = read(f"{bucket}/team/outputs")
    expected = {p.relative_to(project / "outputs").as_posix(): p.read_bytes() for p in (project / "outputs").rglob("*") if p.is_file() and ".locks" not in p.parts}
    assert found.keys() == expected.keys()
    clocked = {name for name in found if name.endswith(("manifest.json", "last-run.json"))}
    assert {name: found[name] for name in found.keys() - clocked} == {name: expected[name] for name in expected.keys() - clocked}
    assert not [name for name, content in found.items() if SECRET.encode() in content or b"planted-key-id" in content or b"valuelab-copy" in content]
    assert not (away / "outputs").exists()

    again = valuelab(*words, cwd=away)
    assert again.returncode == 0
    assert again.stdout.count("unchanged") == 3, again.stdout

    filesystem().pipe_file(f"{bucket}/team/outputs/acme/2025-09/01_a.html", b"damaged")
    (project / "data" / "bolt" / "kpis.csv").write_text((project / "data" / "bolt" / "kpis.csv").read_text() + "2025-09,Other,1\n")
    upload(project / "data", f"{bucket}/team/data")
    mended = valuelab(*words, cwd=away)
    assert "2 made" in mended.stdout, mended.stdout
    assert read(f"{bucket}/team/outputs")["acme/2025-09/01_a.html"] == expected["acme/2025-09/01_a.html"]

    forgotten = valuelab("forget", "acme", "--yes", *words[1:5], cwd=away)
    assert forgotten.returncode == 0, forgotten.stderr
    left = read(f"{bucket}/team/outputs")
    assert {name.split("/")[0] for name in left} == {"bolt", "index.html", "portfolio.parquet", "last-run.json"}
    assert b"2025-09/01_a" in left["index.html"] and b"acme/2025-09" not in left["index.html"] and b"acme" not in left["last-run.json"]


def test_a_report_on_object_storage_is_approved_there(tmp_path, bucket):
    """The record, the line on the page and the index are changed there, nothing else is; a run takes them over, and what was approved stays so."""
    write_customer(tmp_path / "project", "acme")
    write_workbook(tmp_path / "project", "01_a", HEADLINE)
    where = ("--params", f"{bucket}/params", "--outputs", f"{bucket}/outputs")
    upload(tmp_path / "project" / "params", f"{bucket}/params")
    upload(tmp_path / "project" / "data", f"{bucket}/data")
    away = tmp_path / "away"
    shutil.copytree(tmp_path / "project" / "notebooks", away / "notebooks")
    assert valuelab("run", *where, cwd=away).returncode == 0
    draft = read(f"{bucket}/outputs")
    done = valuelab("approve", "acme", "2025-09", "--by", "Ann Example", *where, cwd=away)
    assert done.returncode == 0 and "approved by Ann Example" in done.stdout, done.stderr
    approved = read(f"{bucket}/outputs")
    assert {name for name in approved if approved[name] != draft.get(name)} == {f"acme/2025-09/{n}" for n in ("approval.json", "01_a.html", "manifest.json")} | {"index.html", "portfolio.parquet"}
    assert b"Draft" in draft["acme/2025-09/01_a.html"] and b"by <bdi>Ann Example</bdi>." in approved["acme/2025-09/01_a.html"]
    assert b"Ann Example" in approved["index.html"] and b"Ann Example" not in draft["index.html"]
    record = json.loads(approved["acme/2025-09/approval.json"])
    assert record["sha256"] == {"01_a.html": sha256(approved["acme/2025-09/01_a.html"]).hexdigest()}
    assert not (away / "outputs").exists()

    assert valuelab("run", "--force", *where, cwd=away).returncode == 0
    again = read(f"{bucket}/outputs")
    assert again["acme/2025-09/01_a.html"] == approved["acme/2025-09/01_a.html"] and json.loads(again["acme/2025-09/approval.json"]) == record

    filesystem().pipe_file(f"{bucket}/outputs/acme/2025-09/01_a.html", b"changed by somebody")
    refused = valuelab("approve", "acme", "2025-09", "--by", "Bob", *where, cwd=away)
    assert refused.returncode == 1 and "01_a.html is not as it was made" in refused.stderr
    assert b"Bob" not in read(f"{bucket}/outputs")["acme/2025-09/approval.json"]
    assert not [name for name in read(f"{bucket}/outputs") if ".locks" in name or ".building" in name]


def test_a_bucket_that_is_not_there_ends_the_run_in_a_sentence(tmp_path, object_storage):
    write_customer(tmp_path, "acme")
    write_workbook(tmp_path, "01_a", HEADLINE)
    done = valuelab("run", "--params", "s3://not-there/params", cwd=tmp_path)
    assert done.returncode == 2 and "s3://not-there/params" in done.stderr and "Traceback" not in done.stderr
    done = valuelab("run", "--outputs", "s3://not-there/outputs", cwd=tmp_path)
    assert done.returncode == 1 and "Cannot write to s3://not-there/outputs" in done.stderr and "Traceback" not in done.stderr


def test_a_crash_at_any_request_leaves_the_old_report_or_the_new_one(tmp_path, bucket, monkeypatch):
    store = filesystem()
    calls = {"left": 10**9}

    class Crash(BaseException):
        pass

    def counted(name):
        method = getattr(store, name)

        def call(*arguments, **options):
            calls["left"] -= 1
            if calls["left"] < 0:
                raise Crash
            return method(*arguments, **options)
        return call

    for name in ("put", "copy", "rm", "pipe_file"):
        monkeypatch.setattr(store, name, counted(name), raising=True)
    ends = []
    for number in range(8):
        kept = ObjectStorage(tmp_path / str(number), f"{bucket}/{number}")
        kept.report_made(write_report(kept.outputs, "old", extra="slides/02_gone.html"))
        calls["left"] = number
        try:
            kept.report_made(write_report(kept.outputs, "new"))
        except Crash:
            crashed = True
        else:
            crashed = False
        calls["left"] = 10**9
        after = ObjectStorage(tmp_path / f"{number}-after", kept.address)
        with after.held("acme"):
            after.bring(["acme"])
        key = publish.read_json(after.outputs / "acme" / "2025-09" / publish.MANIFEST)["key"]
        objects = read(f"{kept.address}/acme/2025-09")
        assert {content for name, content in objects.items() if name != "manifest.json"} == {b'{"said": "%s"}' % key.encode()}
        assert ("slides/02_gone.html" in objects) == (key == "old")
        assert is_unchanged(after.outputs / "acme" / "2025-09", key)
        assert not [name for name in read(kept.address) if publish.BUILDING in name]
        ends.append((crashed, key))
    assert ends[0] == (True, "old") and (True, "new") in ends and ends[-1] == (False, "new")


def test_a_report_without_its_manifest_is_none_and_one_that_changed_is_made_again(tmp_path, bucket):
    kept = ObjectStorage(tmp_path, f"{bucket}/outputs")
    kept.report_made(write_report(kept.outputs, "one"))
    filesystem().pipe_file(f"{bucket}/outputs/acme/2025-09/01_a.html", b"changed")
    kept.bring()
    assert publish.dates(tmp_path / "acme") == ["2025-09"] and not is_unchanged(tmp_path / "acme" / "2025-09", "one")
    filesystem().rm_file(f"{bucket}/outputs/acme/2025-09/manifest.json")
    kept.bring()
    assert publish.dates(tmp_path / "acme") == []


def test_a_hostile_name_on_the_storage_reaches_no_other_folder(tmp_path, bucket):
    outputs = tmp_path / "in" / "outputs"
    for name in ("../status.json", "acme/../../results.json", "acme/2025-09/../x", "ACME/status.json"):
        filesystem().call_s3("put_object", Bucket=bucket.removeprefix("s3://"), Key=f"outputs/{name}", Body=b"{}")
    ObjectStorage(outputs, f"{bucket}/outputs").bring()
    assert [p for p in tmp_path.rglob("*") if p.is_file()] == []


def test_two_runs_at_once_one_is_refused(tmp_path, bucket, monkeypatch):
    kept = storage_of(Project(tmp_path, tmp_path, tmp_path, outputs_at=f"{bucket}/outputs"))
    with kept.held("acme"):
        with pytest.raises(Busy, match="another run"), kept.held("acme"):
            pass
        with kept.held("bolt"):
            pass
    with kept.held("acme"):
        pass
    lock = f"{bucket}/outputs/.locks/acme.lock"
    assert not filesystem().exists(lock)

    filesystem().pipe_file(lock, b"elsewhere 12 abc")  # a run on another machine
    with pytest.raises(Busy), kept.held("acme"):
        pass

    class Later(datetime):
        @classmethod
        def now(cls, tz=None):
            return datetime.now(UTC) + timedelta(seconds=storage.STALE_SECONDS + 1)

    with monkeypatch.context() as patch:
        patch.setattr(storage, "datetime", Later)  # it has not been renewed for long
        with kept.held("acme"):
            assert b"elsewhere" not in filesystem().cat_file(lock)
    gone = storage._holder(2**22 + 5)  # no process of this machine has such an id
    filesystem().pipe_file(lock, gone + b"abc")
    with kept.held("acme"):
        pass
    filesystem().pipe_file(lock, gone + b"abc")
    kept.freed("acme", 2**22 + 5)
    assert not filesystem().exists(lock)
