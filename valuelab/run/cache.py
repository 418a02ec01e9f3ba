"""Keys of reports: the same inputs, workbooks, code and versions have the same key, and are not run again."""

from __future__ import annotations

import hashlib
import json
import platform
import re
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Any

from valuelab import assets
from valuelab.errors import InputError
from valuelab.inputs.find import named_inputs
from valuelab.inputs.sql_text import QueryName
from valuelab.run.publish import MANIFEST, read_json

STORED = ".stored.json"  # in the copy of a report on object storage: what lies there just as its manifest says
# they run the workbooks, but only stand behind packages that pyproject.toml names
INDIRECT = ("ipython", "jupyter_client", "nbclient", "mistune")


def digest(*parts: str | bytes) -> str:
    """sha256 over parts; where one ends and the next begins matters."""
    total = hashlib.sha256()
    for part in parts:
        raw = part.encode("utf-8") if isinstance(part, str) else part
        total.update(len(raw).to_bytes(8, "big"))
        total.update(raw)
    return total.hexdigest()


def versions() -> dict[str, str]:
    """Python and the packages that a report depends on."""
    needed = [line for line in _stated("Requires-Dist", "valuelab") if "extra ==" not in line]
    named = [re.split(r"[^A-Za-z0-9._-]", line, maxsplit=1)[0] for line in needed]
    found = {"python": platform.python_version()}
    for name in ("valuelab", *named, *INDIRECT):
        try:
            found[name.lower()] = _stated("Version", name)[0]
        except (PackageNotFoundError, IndexError):
            found[name.lower()] = "not installed"
    return found


def _stated(what: str, package: str) -> list[str]:
    """Lines of a package's metadata; ``importlib.metadata`` would read each file whole as an e-mail, a third of a look at what has changed."""
    found = distribution(package)
    head = (found.read_text("METADATA") or found.read_text("PKG-INFO") or "").split("\n\n", 1)[0]
    return re.findall(rf"^{what}: *(.*?)\s*$", head, re.MULTILINE)


def software_key(workbooks: list[Path]) -> str:
    """One key for everything that all customers share: versions, this package's files, the workbooks."""
    package = assets.FOLDER.parent
    sources = sorted(p for p in package.rglob("*") if p.suffix in (".py", ".j2", ".css", ".js", ".json", ".csv") and "__pycache__" not in p.parts)
    parts: list[str | bytes] = [json.dumps(versions(), sort_keys=True)]
    for path in sources:
        parts += [path.relative_to(package).as_posix(), path.read_bytes()]
    for path in workbooks:
        parts += [path.name, workbook_source(path)]
    return digest(*parts)


def workbook_source(path: Path) -> str:
    """What a workbook does: cells and tags. Outputs that an analyst left in it change nothing."""
    raw = path.read_text(encoding="utf-8", errors="replace")
    try:
        notebook = json.loads(raw)
        cells = [[c["cell_type"], "".join(c["source"]), c.get("metadata", {}).get("tags", [])] for c in notebook["cells"]]
        return json.dumps([cells, notebook.get("metadata", {}).get("kernelspec")])
    except (ValueError, KeyError, TypeError):
        return raw


def inputs_of(params: Path) -> dict[str, str]:
    """The customer's files and the sha256 of their bytes ("missing" where there is none).

    Files stand under the names that the params give them, so that no path of this machine is in the manifest. A query of a
    database is asked: its rows may have changed while every file is the same.
    """
    try:
        files, asked = named_inputs(params)
    except (InputError, OSError):
        files, asked = [params], []  # unreadable params: loading the customer will say why
    found = {}
    for path in files:
        name = path.name if path == params else Path(path).as_posix().removeprefix(f"{params.parent.as_posix()}/")
        found[name] = file_digest(path) if path.is_file() else "missing"
    for query in asked:
        found[f"rows of {query}"] = _rows_digest(params, query)
    return found


def _rows_digest(params: Path, query: QueryName) -> str:
    from valuelab.inputs.quality import Findings  # asks a database: only where one is named
    from valuelab.inputs.sources import Sources

    source = Sources(params, Findings()).open(query, where="")
    return source.sha256 if source else "no answer"


def base_key(software: str, inputs: dict[str, str]) -> str:
    """The key of all that does not depend on the date."""
    return digest(software, json.dumps(inputs, sort_keys=True))


def report_key(base: str, as_of: str, previous: Path | None) -> str:
    """The key of one customer at one date; ``previous`` is the results.json it compares with."""
    return digest(base, as_of, previous.read_bytes() if previous else b"")


def is_unchanged(folder: Path, key: str) -> bool:
    """True where ``folder`` was made under this key and its files are still what they were."""
    manifest: dict[str, Any] = read_json(folder / MANIFEST)
    files = manifest.get("files")
    return manifest.get("key") == key and isinstance(files, dict) and len(as_published(folder)) == len(files)


def as_published(folder: Path) -> list[str]:
    """The files of a report that are still what its manifest says, by name."""
    files = read_json(folder / MANIFEST).get("files")
    stored = read_json(folder / STORED)
    named = files.items() if isinstance(files, dict) else ()
    return [name for name, known in named if name in stored or ((folder / name).is_file() and file_digest(folder / name) == known)]


def file_digest(path: Path) -> str:
    """sha256 of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
