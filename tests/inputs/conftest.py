"""A customer's folder on disk, made from texts."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from valuelab.errors import InputError
from valuelab.inputs import load_customer

OUTCOME = """\
customer: Acme
currency: USD
data: ../data/acme/kpis.csv
outcome: {name: Clients, total_by: sum}
"""


def months(count: int, first: str = "2023-01", metric: str = "Clients", value: int = 100) -> str:
    """Rows of a long table, one a month, slowly rising."""
    year, month = (int(part) for part in first.split("-"))
    rows = []
    for i in range(count):
        at = month - 1 + i
        rows.append(f"{year + at // 12}-{at % 12 + 1:02},{metric},{value + i}")
    return "\n".join(rows) + "\n"


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """``write(params, kpis=…)`` makes params/acme.yaml and data/acme/kpis.csv; other files by keyword ``files``."""

    def make(
        params: str = OUTCOME, kpis: str | bytes | None = None, files: dict[str, str | bytes] | None = None
    ) -> Path:
        path = tmp_path / "project" / "params" / "acme.yaml"
        folder = tmp_path / "project" / "data" / "acme"
        path.parent.mkdir(parents=True, exist_ok=True)
        folder.mkdir(parents=True, exist_ok=True)
        path.write_text(params, encoding="utf-8")
        every = dict(files or {})
        if kpis is not None:
            every["kpis.csv"] = kpis
        for name, content in every.items():
            (folder / name).write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return make


@pytest.fixture
def load(write: Callable[..., Path]) -> Callable[..., object]:
    """Write and load in one step."""

    def run(
        params: str = OUTCOME,
        kpis: str | bytes | None = None,
        *,
        files: dict[str, str | bytes] | None = None,
        as_of: str | None = None,
    ):
        return load_customer(write(params, kpis, files), as_of=as_of)

    return run


@pytest.fixture
def problems(load: Callable[..., object]) -> Callable[..., str]:
    """The message of the InputError that loading must raise."""

    def run(*args, **named) -> str:
        with pytest.raises(InputError) as caught:
            load(*args, **named)
        message = str(caught.value)
        for jargon in (
            "Input should be",
            "pydantic",
            "pandera",
            "Traceback",
            "ValueError",
            "type=",
            "validation error",
        ):
            assert jargon not in message
        return message

    return run


def notes(customer) -> dict[str, int]:
    """Quality notes: what → count."""
    return {note.what: note.count for note in customer.quality}
