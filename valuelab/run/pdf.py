"""Reports as PDF: each page of a published report printed beside it, tagged, with the same bytes for the same page."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

from valuelab.run import publish
from valuelab.run.chromium import Chromium
from valuelab.run.project import last_day

_TEXT = rb"\(((?:[^\\)]|\\.)*)\)"
_CREATOR = re.compile(rb"(/Creator )" + _TEXT)
_DATES = re.compile(rb"(/(?:CreationDate|ModDate) \()D:\d{14}([^)]*\))")
_NODE = re.compile(rb"\(node(\d{8})\)")
_MADE_FROM = b"valuelab, page sha256 "


def to_print(report: Path) -> list[Path]:
    """The pages of a published report that have no PDF, or one of another page.

    Parameters
    ----------
    report
        The folder of a customer and date.
    """
    return [page for page in sorted(report.glob("*.html")) if not _is_of(page.with_suffix(".pdf"), page.read_bytes())]


def print_page(chromium: Chromium, page: Path, as_of: str) -> Path:
    """Print a page beside itself and give the PDF's path; a reader sees the old one or the new one, never half.

    Raises
    ------
    valuelab.run.chromium.PrintingFailed
        Where Chromium does not print it.
    OSError
        Where it cannot be written.
    """
    html = page.read_bytes()
    pdf = page.with_suffix(".pdf")
    publish.write_bytes(pdf, settled(chromium.print_page(html.decode("utf-8")), html, as_of))
    return pdf


def settled(pdf: bytes, html: bytes, as_of: str) -> bytes:
    """A PDF without the clock, the machine and the browser's own count of nodes: what changes has the length that it had, so that offsets stay true.

    Its date is the last day of the report; where the browser had named itself stands the hash of the page.

    Examples
    --------
    >>> made = b"<</Creator (%s)\\n/CreationDate (D:20261127142745+00'00')>> /ID (node00000087)" % (b"Mozilla/5.0 " * 9)
    >>> done = settled(made, b"<html>", "2025-03")
    >>> done[12:40], done[-45:], len(done) == len(made)
    (b'valuelab, page sha256 b7d082', b"D:20250331000000+00'00')>> /ID (node00000001)", True)
    """
    day = last_day(as_of).strftime("%Y%m%d").encode()
    pdf = _DATES.sub(rb"\g<1>D:" + day + rb"000000\g<2>", pdf)
    # trees of nodes are sorted by name: the order is kept
    numbers = {name: b"(node%08d)" % n for n, name in enumerate(sorted(set(_NODE.findall(pdf))), start=1)}
    pdf = _NODE.sub(lambda match: numbers[match[1]], pdf)
    mark = _MADE_FROM + hashlib.sha256(html).hexdigest().encode()
    return _CREATOR.sub(lambda match: match[1] + b"(" + mark.ljust(len(match[2])) + b")" if len(match[2]) >= len(mark) else match[0], pdf, count=1)


def _is_of(pdf: Path, html: bytes) -> bool:
    """True where a PDF was printed from just this page."""
    return pdf.is_file() and _MADE_FROM + hashlib.sha256(html).hexdigest().encode() in pdf.read_bytes()[:4096]
