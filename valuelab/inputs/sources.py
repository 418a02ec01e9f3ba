"""Opening data files: inside the project folder only, regular files only, each read once and hashed."""

from __future__ import annotations

import difflib
import hashlib
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
    _read: dict[Path, Source | None] = field(default_factory=dict)

    def open(self, name: str, *, where: str) -> Source | None:
        """The file's bytes, or None after saying what is wrong with it."""
        given = self.params_path.parent / name
        path = given.resolve() if not self._tangled(given) else given
        if path not in self._read:
            self._read[path] = self._load(name, given, path, where)
        return self._read[path]

    @staticmethod
    def _tangled(path: Path) -> bool:
        try:
            path.resolve(strict=False)
        except (OSError, RuntimeError, ValueError):
            return True
        return False

    def _load(self, name: str, given: Path, path: Path, where: str) -> Source | None:
        say = self.findings.refuse
        root = self.params_path.parent.resolve().parent
        if self._tangled(given) or Path(name).is_absolute() or "\\" in name:
            say(where, f'"{name[:100]}" is not a path relative to the params file', fix="Write for example ../data/acme/kpis.csv.")
        elif not path.is_relative_to(root):
            how = "a link leads out of it" if root in given.absolute().parents and ".." not in Path(name).parts[1:] else "it is outside"
            say(where, f'"{name[:100]}" is not in the project folder: {how}', fix="Copy the file into the project's data folder.")
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
        try:
            if path.stat().st_size > MAX_BYTES:
                say(where, f'"{name}" is larger than {MAX_BYTES // 2**20} MiB', fix="Aggregate it to months first.")
                return None
            content = path.read_bytes()
        except OSError as error:
            say(where, f'"{name}" cannot be opened ({error.strerror or "no reason given"})', fix="Check who may read it.")
            return None
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
