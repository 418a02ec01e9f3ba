"""The papermill engine ``valuelab``: notebooks start warm, in a fork of a process that has imported everything.

``papermill --engine valuelab in.ipynb out.ipynb`` works like ``papermill in.ipynb out.ipynb``, with the same output. Nothing of
papermill is imported here at the top: papermill loads this module while it imports itself.
"""

from __future__ import annotations

from typing import Any

NAME, STOCK = "valuelab", "stock"


class ForkedEngine:
    """What papermill asks of an engine."""

    @classmethod
    def execute_notebook(cls, nb: Any, kernel_name: str, **options: Any) -> Any:
        """Run a notebook in a forked child, or in the stock kernel where it must be, and say so."""
        from valuelab.run.forked import ManagedEngine

        return ManagedEngine.execute_notebook(nb, kernel_name, **options)

    @classmethod
    def nb_kernel_name(cls, nb: Any, name: str | None = None) -> str:
        """The kernel that the notebook asks for."""
        from papermill.utils import nb_kernel_name

        return nb_kernel_name(nb, name)

    @classmethod
    def nb_language(cls, nb: Any, language: str | None = None) -> str:
        """The notebook's language."""
        from papermill.utils import nb_language

        return nb_language(nb, language)
