"""Rows of cells from .csv and .xlsx bytes, with the line numbers that an editor or spreadsheet shows."""

from __future__ import annotations

import re

from valuelab.inputs.cells import Cell, Percent, Remark, Sheet
from valuelab.inputs.quality import Findings
from valuelab.inputs.sources import Source
from valuelab.inputs.text_table import read_text
from valuelab.inputs.workbook import read_workbook

__all__ = ["Cell", "Percent", "Remark", "Sheet", "read_sheets"]
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_TEXT = re.compile(rb"(?i)\s*<(!doctype|html|table|\?xml)")


def read_sheets(source: Source, findings: Findings) -> list[Sheet]:
    """All sheets of a file that have cells; an empty list after saying what is wrong."""
    content, suffix = source.content, source.suffix
    if content[:8] == _OLE and b"E\0n\0c\0r\0y\0p\0t\0e\0d\0P\0a\0c\0k\0a\0g\0e" in content:
        findings.refuse(source.label, "is protected by a password", fix="Save it as .xlsx without a password, or as .csv.")
        return []
    if content[:8] == _OLE or (suffix in (".xls", ".ods", ".numbers", ".xlsb") and not _TEXT.match(content[:200])):
        findings.refuse(
            source.label,
            "is no .xlsx file: an older or another spreadsheet format, or protected by a password",
            fix="Save it as .xlsx (without a password) or .csv.",
        )
        return []
    if content[:4] == b"PK\x03\x04" or suffix in (".xlsx", ".xlsm"):
        return read_workbook(source, findings)
    if suffix in (".csv", ".tsv", ".txt", ".xls"):
        sheet = read_text(source, findings)
        return [sheet] if sheet else []
    findings.refuse(source.label, f'files that end in "{suffix}" are not read', fix="Save it as .csv or .xlsx.")
    return []
