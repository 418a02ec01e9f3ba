"""Which code a rate was measured with: a hash over the modules that a question runs through.

Comments, docstrings and layout do not count: the table does not age when a sentence is mended.
"""

from __future__ import annotations

import ast
import hashlib
from functools import lru_cache
from pathlib import Path

from valuelab import assets

PACKAGE = assets.FOLDER.parent
ANALYSIS = "valuelab.analysis."
READ_THE_TABLE = ("valuelab.analysis.calibrated", "valuelab.analysis.records")  # what is measured does not depend on what was measured
WORLDS = ("valuelab.simulation.worlds", "valuelab.simulation.trials")
DATA = {"valuelab.analysis.covariance_models": "projection_models.csv"}  # assets that a module's answers rest on
ENTRY = {"unrelated": ("leads",), "leading": ("leads", "conversion"), "same month": ("leads",), "slope": ("conversion",),
         "projection": ("projection",), "effect": ("effect",)}


def code_hash(trial: str, extra: tuple[Path, ...] = ()) -> str:
    """Twelve figures of sha256 over the analysis modules that a trial runs through, and over what invents its worlds.

    Parameters
    ----------
    trial
        A name of ``trials.TRIALS``.
    extra
        Further source files: of the scripts that measure on real series.
    """
    names = sorted(modules_behind(*(ANALYSIS + name for name in ENTRY[trial])))
    if not extra:
        names += WORLDS
    digest = hashlib.sha256()
    for path in [*(_file(name) for name in names), *extra]:
        digest.update(path.name.encode() + b"\0" + meaning(path.read_text(encoding="utf-8")).encode() + b"\0")
    for asset in sorted({DATA[name] for name in names if name in DATA}):
        path = assets.FOLDER / asset
        digest.update(asset.encode() + b"\0" + (path.read_bytes() if path.is_file() else b""))
    return digest.hexdigest()[:12]


def modules_behind(*names: str) -> set[str]:
    """The analysis modules that these are made of, themselves among them."""
    found: set[str] = set()
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name not in found and name not in READ_THE_TABLE:
            found.add(name)
            waiting += _imported(name)
    return found


@lru_cache
def _imported(name: str) -> tuple[str, ...]:
    tree = ast.parse(_file(name).read_text(encoding="utf-8"))
    named = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module}
    named |= {f"{node.module}.{alias.name}" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) for alias in node.names}
    return tuple(sorted(m for m in named if m.startswith(ANALYSIS) and _file(m).is_file()))


def _file(name: str) -> Path:
    return PACKAGE.joinpath(*name.split(".")[1:]).with_suffix(".py")


def meaning(source: str) -> str:
    """What a module does, without comments and docstrings.

    Examples
    --------
    >>> meaning('x = 1  # one') == meaning('x = 1')
    True
    """
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef)) and ast.get_docstring(node) is not None:
            node.body = node.body[1:]
    return ast.dump(tree)
