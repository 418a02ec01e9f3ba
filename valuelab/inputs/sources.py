"""Opening data files: inside the project folder only, regular files only, each read once and hashed."""

from __future__ import annotations

import difflib
import hashlib
import os
from dataclasses import dataclass, field
from pathlib import Path

from valuelab.inputs.quality import Findings

MAX_BYTES = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Source:
    """The bytes of a data file. ``label``: the name alone, for messages; ``name``: as the params give it."""

    name: str
    label: str
    suffix: str
    content: bytes
    sha256: str


@dataclass(slots=True)
class Sources:
    """The data files of one customer, relative to the params file; each is opened once."""

    params_path: Path
    findings: Findings
    _read: dict[str, Source | None] = field(default_factory=dict)

    def open(self, name: str, *, where: str) -> Source | None:
        """The file's bytes, or None after saying what is wrong with it."""
        if name not in self._read:
            try:
                self._read[name] = self._load(name, where)
            except (
                OSError,
                RuntimeError,
                ValueError,
            ) as error:  # a loop of links, a name too long, a folder not to be entered
                reason = getattr(error, "strerror", None) or "it leads nowhere"
                self.findings.refuse(where, f'"{name[:100]}" cannot be opened ({reason})', fix="Check the path.")
                self._read[name] = None
        return self._read[name]

    def _load(self, name: str, where: str) -> Source | None:
        say = self.findings.refuse
        if Path(name).is_absolute() or "\\" in name:
            say(
                where,
                f'"{name[:100]}" is not a path relative to the params file',
                fix="Write for example ../data/acme/kpis.csv.",
            )
            return None
        root = self.params_path.parent.resolve().parent
        path = (self.params_path.parent / name).resolve()
        if not path.is_relative_to(root):
            inside = Path(os.path.normpath(self.params_path.parent.resolve() / name)).is_relative_to(root)
            how = "a link leads out of it" if inside else "it is outside"
            say(
                where,
                f'"{name[:100]}" is not in the project folder: {how}',
                fix="Copy the file into the project's data folder.",
            )
        elif path.is_dir():
            say(where, f'"{name[:100]}" is a folder, not a file', fix="Name the file in it, for example kpis.csv.")
        elif not path.exists():
            say(where, f'there is no file "{name[:100]}"', fix=_neighbours(path))
        elif not path.is_file():
            say(where, f'"{name[:100]}" is not a regular file', fix="Name a .csv or .xlsx file.")
        else:
            return self._bytes(name, path, where)
        return None

    def _bytes(self, name: str, path: Path, where: str) -> Source | None:
        say = self.findings.refuse
        if path.stat().st_size > MAX_BYTES:
            say(where, f'"{name}" is larger than {MAX_BYTES // 2**20} MiB', fix="Aggregate it to months first.")
            return None
        content = path.read_bytes()
        if not content.strip():
            say(path.name, "the file is empty", fix="It needs a header line and at least one row.")
            return None
        return Source(name, path.name, path.suffix.lower(), content, hashlib.sha256(content).hexdigest())


def _neighbours(path: Path) -> str:
    if not path.parent.is_dir():
        return f"There is no folder {path.parent.name} either; paths are relative to the params file."
    files = [p.name for p in sorted(path.parent.iterdir()) if p.suffix.lower() in (".csv", ".xlsx", ".tsv", ".txt")]
    near = difflib.get_close_matches(path.name, files, n=1, cutoff=0.5)
    if near:
        return f"Did you mean {near[0]}?"
    return f"The folder has {', '.join(files[:6])}." if files else "The folder has no data files."
