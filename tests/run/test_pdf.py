"""Reports as PDF: printed by a real browser, the same bytes each time; and what is said where there is no browser."""

from __future__ import annotations

import os
import re
import stat
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from tests.browser import need_chromium
from tests.conftest import ROOT
from tests.run.small import HEADLINE, write_customer, write_workbook
from valuelab.run.chromium import Chromium, PrintingFailed
from valuelab.run.pdf import settled, to_print

HOSTILE = "Acme <script>alert(1)</script> & (Söhne) \\ 株式会社"


def run(project: Path, *arguments: str, path: str = os.environ["PATH"]) -> subprocess.CompletedProcess:
    command = [sys.executable, "-c", "from valuelab.cli import main; main()", "run", *arguments]
    return subprocess.run(command, cwd=project, env={**os.environ, "PATH": path, "NO_COLOR": "1"}, capture_output=True, text=True, timeout=300, check=False)


def project_of(folder: Path) -> Path:
    write_workbook(folder, "01_baseline", HEADLINE)
    write_customer(folder, "acme", name=HOSTILE)
    write_customer(folder, "zeta", last_month=8)
    return folder


def a_program(folder: Path, text: str) -> str:
    """A folder with a `chromium` that is none."""
    folder.mkdir()
    (folder / "chromium").write_text(f"#!/bin/sh\n{text}\n")
    (folder / "chromium").chmod(stat.S_IRWXU)
    return f"{folder}:/usr/bin:/bin"


def title_of(pdf: bytes) -> str:
    raw = re.search(rb"/Title (\(.*?[^\\]\)|<[0-9A-Fa-f]+>)\n", pdf)[1]
    if raw.startswith(b"<"):
        return bytes.fromhex(raw[1:-1].decode()).decode("utf-16")
    return re.sub(rb"\\(.)", rb"\1", raw[1:-1]).decode("latin-1")


@pytest.mark.browser
def test_sample_reports_are_tagged_titled_and_the_same_bytes_in_another_browser(samples):
    """In another order, too: a browser counts its nodes from page to page."""
    pages = [next(samples.glob(f"{which}.html")) for which in ("harbour-care/2025-09/04_roi", "parcelway/*/01_baseline", "brightlane-campaign/2025-05-04/04_roi")]
    printed: list[dict[Path, bytes]] = []
    for order in (pages, pages[::-1]):
        with Chromium(need_chromium()) as chromium:
            printed.append({page: settled(chromium.print_page(page.read_text(encoding="utf-8")), page.read_bytes(), page.parent.name) for page in order})
    assert printed[0] == printed[1]
    for page, pdf in printed[0].items():
        html = page.read_text(encoding="utf-8")
        assert title_of(pdf) == re.search("<title>(.*?)</title>", html)[1]
        assert b"/MarkInfo <</Type /MarkInfo\n/Marked true" in pdf and b"/StructTreeRoot" in pdf and b"/Lang (en" in pdf, page
        assert b"/S /H1" in pdf and b"/S /Table" in pdf and b"/S /Figure" in pdf and b"/Alt " in pdf, page
        assert len(re.findall(rb"/Type /Page\n", pdf)) == len(re.findall(rb"/MediaBox \[0 0 595\.\d+ 841\.\d+\]", pdf)) >= 2, page
        assert b"/Dest /e1" in pdf, "figures lead to their evidence"
        assert b"/URI" not in pdf and b"file:" not in pdf and b"Mozilla" not in pdf and b"/JavaScript" not in pdf, page
        assert b"/CreationDate (D:" + page.parent.name.replace("-", "")[:6].encode() in pdf


@pytest.mark.browser
def test_pages_are_printed_once_and_again_when_they_change(tmp_path):
    need_chromium()
    project = project_of(tmp_path)
    first = run(project, "--pdf")
    acme, zeta = (project / "outputs" / "acme" / "2025-09" / "01_baseline.pdf"), (project / "outputs" / "zeta" / "2025-08" / "01_baseline.pdf")
    assert first.returncode == 0, first.stderr
    assert HOSTILE in title_of(acme.read_bytes())
    made = acme.read_bytes()
    assert "2 unchanged" in run(project, "--pdf").stdout
    acme.unlink()
    zeta.write_bytes(made)  # of another page
    again = run(project, "--pdf")
    assert again.returncode == 0, again.stderr
    assert {line.split()[3] for line in again.stdout.splitlines() if line.startswith("ok")} == {"01_baseline.pdf"}, "no workbook is run again for it"
    assert acme.read_bytes() == made and zeta.read_bytes() != made
    assert "2 made" in run(project, "--force").stdout
    assert not list(project.rglob("*.pdf")), "a report that is made anew leaves no PDF of the old one"


def test_without_a_browser_the_reports_are_made_and_one_line_says_why_no_pdf_is(tmp_path):
    project = project_of(tmp_path)
    nothing = tmp_path / "nothing"
    nothing.mkdir()
    done = run(project, "--pdf", path=str(nothing))
    assert done.returncode == 1
    assert done.stderr.count("Chromium") == 1 and "apt install chromium" in done.stderr
    assert "2 made" in done.stdout
    assert len(list(project.glob("outputs/*/*/01_baseline.html"))) == 2 and not list(project.rglob("*.pdf"))


def test_a_browser_that_fails_fails_no_report(tmp_path):
    project = project_of(tmp_path)
    done = run(project, "--pdf", path=a_program(tmp_path / "bin", "exit 3"))
    assert done.returncode == 1
    assert "2 failed" in done.stdout and done.stderr.count("01_baseline.pdf: Chromium") == 2 and "The report itself is there." in done.stderr
    assert len(list(project.glob("outputs/*/*/01_baseline.html"))) == 2
    assert [p.name for p in project.rglob("*") if ".pdf" in p.name] == []
    assert "stale" not in (project / "outputs" / "acme" / "status.json").read_text()
    assert "2 unchanged" in run(project).stdout, "the reports are good"


def test_a_browser_that_hangs_is_ended(tmp_path):
    folder = a_program(tmp_path / "bin", "exec sleep 301").split(":")[0]
    began = time.monotonic()
    with pytest.raises(PrintingFailed, match="within 0.3 seconds"), Chromium(f"{folder}/chromium", seconds=0.3):
        pass
    assert time.monotonic() - began < 20
    assert [p.pid for p in psutil.Process().children(recursive=True) if "301" in p.cmdline()] == []
    with pytest.raises(PrintingFailed, match="could not be started"), Chromium(str(ROOT / "README.md")):
        pass


def test_what_is_not_from_this_page_is_printed_again(tmp_path):
    (tmp_path / "01_baseline.html").write_text("<html>", encoding="utf-8")
    assert [p.name for p in to_print(tmp_path)] == ["01_baseline.html"]
    (tmp_path / "01_baseline.pdf").write_bytes(b"%PDF-1.4 <</Creator (valuelab, page sha256 0)>>")
    assert [p.name for p in to_print(tmp_path)] == ["01_baseline.html"]
