"""What is made beside the pages on request: PDF and material for slides. A report stands without them."""

from __future__ import annotations

import time
from contextlib import ExitStack
from pathlib import Path

from valuelab.run import pdf, slides
from valuelab.run.chromium import NO_CHROMIUM, Chromium, PrintingFailed, find_chromium
from valuelab.run.tasks import Event, Task


class Beside(ExitStack):
    """Makes what a task asks for, in the report folders of one customer; one browser for all of them, started when it is first needed.

    ``failed`` is True once something could not be made.
    """

    def __init__(self, task: Task):
        super().__init__()
        self.task, self.failed = task, False
        self._chromium: Chromium | None = None

    def add(self, report: Path, as_of: str) -> list[Event]:
        """Make what is missing in a report's folder, and give what there is to tell of it."""
        told: list[Event] = []
        what = ""
        try:
            if self.task.pdf and self.task.browser:
                for page in pdf.to_print(report):
                    clock, what = time.perf_counter(), f"{page.stem}.pdf"
                    pdf.print_page(self._browser(), page, as_of)
                    told.append(Event("made", self.task.customer, as_of, what, time.perf_counter() - clock))
            if self.task.slides and not slides.is_complete(report, bitmaps=self.task.browser):
                clock, what = time.perf_counter(), slides.SLIDES
                self._slides(report)
                told.append(Event("made", self.task.customer, as_of, what, time.perf_counter() - clock))
        except (PrintingFailed, OSError) as error:
            self.failed = True
            why = f"cannot write: {error.strerror or error}" if isinstance(error, OSError) else str(error)
            told.append(Event("failed", self.task.customer, as_of, text=f"{what}: {why}. The report itself is there."))
        return told

    def _slides(self, report: Path) -> None:
        """What needs no browser is written even where there is none."""
        if not self.task.browser:
            slides.write_slides(report, None)
            return
        try:
            draw = self._browser().draw
        except PrintingFailed:
            slides.write_slides(report, None)
            raise
        slides.write_slides(report, draw)

    def _browser(self) -> Chromium:
        if self._chromium is None:
            if not (path := find_chromium()):
                raise PrintingFailed(NO_CHROMIUM)
            self._chromium = self.enter_context(Chromium(path))
        return self._chromium
