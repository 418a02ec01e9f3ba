"""results.json of an earlier date, written as ``run`` writes it, without running a notebook."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import valuelab as vl
from valuelab.present.blocks import Block
from valuelab.present.show import show
from valuelab.run.collect import assemble, to_json
from valuelab.types import CannotSay, Customer

REVIEWS = {"01_baseline": vl.review_baseline, "04_roi": vl.review_value, "05_health": vl.review_health}
PARTS = {"05_health": ("score",)}  # of the others what changed and what was promised


def results_of(account: Customer) -> dict[str, Any]:
    """What results.json says of an account: of the notebooks that are held against the last report."""
    pages = {}
    for stem, review in REVIEWS.items():
        if not account.applies()[stem]:
            result = review(account)
            parts = () if isinstance(result, CannotSay) else PARTS.get(stem, ("changes", "promises"))
            blocks = [show(account), show(account, "data"), show(result), *(show(result, part) for part in parts)]
            pages[stem] = {"title": stem, "results": [b.payload() for b in blocks if isinstance(b, Block)]}
    return assemble(account.id, str(account.as_of), name=account.name, pages=pages, not_run={})


def keep(account: Customer, path: Path, **changes: Any) -> str:
    """Write the results of an account to ``path``; ``changes`` replace keys at the top."""
    path.write_text(to_json(results_of(account) | changes), encoding="utf-8")
    return str(path)


def read(path: str) -> dict[str, Any]:
    return json.loads(Path(path).read_text(encoding="utf-8"))
