"""Opening data files: inside the project folder only, regular files only, each read once and hashed."""

from __future__ import annotations

import difflib
import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from valuelab.inputs.periods import Unreadable
from valuelab.inputs.quality import Findings
from valuelab.inputs.sql_text import QueryName
from valuelab.types import DataFile

MAX_BYTES = 64 * 1024 * 1024  # of a spreadsheet, or a text that DuckDB does not make smaller
LARGE_BYTES = 8 * 1024 * 1024  # from here on DuckDB looks first at what is needed


@dataclass(frozen=True, slots=True)
class Source:
    """The bytes of a data file, or the rows of a Parquet file or query as the text of a table. ``label``: the name alone, for messages; ``name``: as the params give it."""

    name: str
    label: str
    suffix: str
    content: bytes
    sha256: str


@dataclass(slots=True)
class Sources:
    """The data files and queries of one customer, relative to the params file; each is opened once.

    ``last_day``: what queries are told as ``:as_of``; None where the data decide. ``totals``: how the measures of the params
    add up, by their matching names: what a large file has of others need not be read.
    """

    params_path: Path
    findings: Findings
    last_day: date | None = None
    totals: Mapping[str, str] = field(default_factory=dict)
    _read: dict[str, Source | None] = field(default_factory=dict)

    def open(self, name: str, *, where: str) -> Source | None:
        """The file's bytes, or None after saying what is wrong with it."""
        if name not in self._read:
            try:
                self._read[name] = self._ask(name, where) if isinstance(name, QueryName) else self._load(name, where)
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
        path = self._inside(name, where, example="../data/acme/kpis.csv")
        return self._bytes(name, path, where) if path else None

    def _ask(self, name: QueryName, where: str) -> Source | None:
        """The rows of a query."""
        from valuelab.inputs import queries  # only where there is one

        path = self._inside(name.path, where, example="../queries/kpis.sql")
        if path is None:
            return None
        try:
            text = queries.read_query(path)
            found = queries.answer(name, text, customer=self.params_path.stem, last_day=self.last_day, inside=self._named_in_query)
        except Unreadable as reason:
            self.findings.refuse(path.name, reason.what, fix=reason.fix)
            return None
        self.findings.files.append(DataFile(f"{name.path}, asked with {found.asked}", found.text_sha256, found.rows))
        return Source(name, path.name, ".csv", found.content, found.sha256)

    def content_of(self, name: str, where: str, *, example: str, most: int) -> bytes | None:
        """The bytes of a file in the project folder that is no table; None after saying what is wrong with it."""
        path = self._inside(name, where, example=example)
        if path is not None and path.stat().st_size > most:
            self.findings.refuse(where, f'"{name[:100]}" is larger than {most // 2**20} MiB', fix="Name a smaller file.")
            return None
        return path.read_bytes() if path else None

    def _named_in_query(self, name: str) -> Path:
        """A data file that a query names, in the project folder."""
        problems = Findings()
        path = Sources(self.params_path, problems)._inside(name, "", example="../data/acme/orders.csv")
        if path is None:
            raise Unreadable(problems.problems[0].what, problems.problems[0].fix)
        return path

    def _inside(self, name: str, where: str, *, example: str) -> Path | None:
        """The regular file of that name in the project folder, links resolved; or None after saying what is wrong."""
        say = self.findings.refuse
        if "://" in name:  # not quoted: an address may hold a password
            say(where, "is an address, not a path of a file in the project", fix=f"Write for example {example}. Databases are named by `connection`.")
            return None
        if Path(name).is_absolute() or "\\" in name:
            say(
                where,
                f'"{name[:100]}" is not a path relative to the params file',
                fix=f"Write for example {example}.",
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
            say(where, f'"{name[:100]}" is not a regular file', fix="Name a .csv, .xlsx or .parquet file.")
        else:
            return path
        return None

    def _bytes(self, name: str, path: Path, where: str) -> Source | None:
        say = self.findings.refuse
        if path.stat().st_size > LARGE_BYTES and path.suffix.lower() in (".csv", ".tsv", ".txt", ".parquet"):
            return self._large(name, path)
        if path.stat().st_size > MAX_BYTES:
            say(where, f'"{name}" is larger than {MAX_BYTES // 2**20} MiB', fix="Aggregate it to months first.")
            return None
        content = path.read_bytes()
        if not content.strip():
            say(path.name, "the file is empty", fix="It needs a header line and at least one row.")
            return None
        sha256 = hashlib.sha256(content).hexdigest()
        if path.suffix.lower() == ".parquet":
            return self._parquet(name, path, sha256)
        return Source(name, path.name, path.suffix.lower(), content, sha256)

    def _large(self, name: str, path: Path) -> Source | None:
        from valuelab.inputs.large import reduce  # only where there is one

        try:
            content, notes = reduce(path, self.totals, last_day=self.last_day)
        except Unreadable as reason:
            self.findings.refuse(path.name, reason.what.replace("does not run", "cannot be read"), fix=reason.fix)
            return None
        for what, where, count, why in notes:
            self.findings.note(what, where=where, count=count, why=why)
        with path.open("rb") as file:
            return Source(name, path.name, ".csv", content, hashlib.file_digest(file, "sha256").hexdigest())

    def _parquet(self, name: str, path: Path, sha256: str) -> Source | None:
        from valuelab.inputs.queries import MOST_ROWS, parquet_rows  # only where there is one

        try:
            return Source(name, path.name, ".csv", parquet_rows(path, most=MOST_ROWS), sha256)
        except Unreadable as reason:
            self.findings.refuse(path.name, reason.what.replace("does not run", "cannot be read"), fix="Is it a whole Parquet file? Write it again with one column for each figure.")
            return None


def _neighbours(path: Path) -> str:
    if not path.parent.is_dir():
        return f"There is no folder {path.parent.name} either; paths are relative to the params file."
    files = [p.name for p in sorted(path.parent.iterdir()) if p.suffix.lower() in (".csv", ".xlsx", ".tsv", ".txt", ".parquet", ".sql")]
    near = difflib.get_close_matches(path.name, files, n=1, cutoff=0.5)
    if near:
        return f"Did you mean {near[0]}?"
    return f"The folder has {', '.join(files[:6])}." if files else "The folder has no data files."
