"""LibreOffice for tests: it recalculates a spreadsheet, in a profile of its own, and what comes out is read with openpyxl."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook

# without this, values that a file brings are kept as they are and nothing is recalculated
ALWAYS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item>
</oor:items>
"""


def need_office() -> str:
    """The program's path; the test is skipped without it, unless the environment says that it may not be."""
    path = shutil.which("soffice") or shutil.which("libreoffice")
    if path is None:
        if os.environ.get("VALUELAB_REQUIRE_OFFICE"):
            pytest.fail("LibreOffice is required here (VALUELAB_REQUIRE_OFFICE is set) and not installed")
        pytest.skip("LibreOffice is not installed (Debian: apt install libreoffice-calc-nogui)")
    return path


def recalculate(files: list[Path], folder: Path) -> list[Workbook]:
    """Each file opened, every formula worked out anew, saved, and read back as values. One start of the program for all."""
    office, out = need_office(), folder / "recalculated"
    profile = folder / "profile"
    settings = profile / "user" / "registrymodifications.xcu"
    if not settings.exists():
        settings.parent.mkdir(parents=True)
        settings.write_text(ALWAYS, encoding="utf-8")
    assert len({file.name for file in files}) == len(files), "two files of one name would become one"
    subprocess.run([office, "--headless", f"-env:UserInstallation={profile.as_uri()}", "--convert-to", "xlsx:Calc MS Excel 2007 XML",
                    "--outdir", str(out), *map(str, files)], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, timeout=180)
    return [load_workbook(out / file.name, data_only=True) for file in files]  # a missing input ends with 0 as well: then this fails
