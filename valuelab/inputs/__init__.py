"""Reads and repairs a customer's files: the only room that opens them.

Names are loaded when they are first used: looking for changed files (``find_params``, ``input_files``) imports
nothing heavy.
"""

from __future__ import annotations

from importlib import import_module

_HOME = {
    "load_customer": "load",
    "find_params": "find",
    "input_files": "find",
    "list_customers": "find",
    "locate": "find",
    "new_customer": "scaffold",
}
__all__ = sorted(_HOME)


def __getattr__(name: str) -> object:
    if name not in _HOME:
        raise AttributeError(f"valuelab.inputs has no {name!r}; it has {', '.join(__all__)}")
    return getattr(import_module(f"valuelab.inputs.{_HOME[name]}"), name)
