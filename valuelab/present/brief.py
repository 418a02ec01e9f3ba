"""What a block gives to the value review: a part of one page, in the words and pictures that the block has already."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from markupsafe import Markup

BRIEF_MIME = "application/vnd.valuelab.brief+json"
Part = Literal["where", "early", "worth", "promises", "changed", "yet", "decide"]


@dataclass(frozen=True, slots=True)
class Brief:
    """Which part of the review a block stands in, and what of it: the figures at its head, so many sentences, charts and tables.

    ``sentences``: in place of the block's own, where the review says it differently; None takes the first ``most`` of the block's.
    ``lead``: with the block's leading sentence; ``figures``: and the large figures below it.
    """

    part: Part
    most: int = 0
    charts: int = 0
    tables: int = 0
    lead: bool = True
    figures: bool = True
    sentences: tuple[Markup, ...] | None = None

    def bundle(self, block: Any) -> dict[str, str]:
        """For the display bundle of a ``Block``; empty where nothing is left to say."""
        from valuelab.assets import render

        said = block.sentences[:self.most] if self.sentences is None else self.sentences
        charts, tables = block.charts[:self.charts], block.tables[:self.tables]
        lead = block.lead if self.lead else Markup("")
        if not (lead or said or charts or tables):
            return {}
        html = render("brief.html.j2", block=block, lead=lead, highlights=block.highlights if self.lead and self.figures else (), sentences=said, charts=charts, tables=tables)
        return {"part": self.part, "html": str(html)}
