"""Which software made a figure: the version, and a hash over the code that computes."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

from valuelab import assets

PACKAGE = assets.FOLDER.parent


@lru_cache
def software_id() -> str:
    """Version and twelve figures of sha256 over the analysis modules and the tables that they rest on.

    Two reports with the same id computed in the same way; two with different ids may have.

    Examples
    --------
    >>> software_id().count(" ")
    1
    """
    from valuelab import __version__  # loads nothing else

    digest = hashlib.sha256()
    sources = [*(PACKAGE / "analysis").rglob("*.py"), PACKAGE / "types.py", *assets.FOLDER.glob("*.csv")]
    for path in sorted(sources, key=_name):
        digest.update(_name(path).encode() + b"\0" + path.read_bytes() + b"\0")
    return f"{__version__} {digest.hexdigest()[:12]}"


def _name(path: Path) -> str:
    return path.relative_to(PACKAGE).as_posix()
