"""A headless Chromium that prints pages and draws pictures: no network, no profile that stays, spoken to through a pipe, ended in time."""

from __future__ import annotations

import base64
import json
import math
import os
import select
import shutil
import signal
import sys
import tempfile
import time
from contextlib import suppress
from typing import Any

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "microsoft-edge",
         "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome", "/Applications/Chromium.app/Contents/MacOS/Chromium")
FLAGS = ("--headless", "--disable-gpu", "--remote-debugging-pipe", "--no-first-run", "--disable-background-networking", "--disable-component-update",
         "--disable-sync", "--disable-extensions", "--disable-dev-shm-usage", "--mute-audio", "--host-resolver-rules=MAP * ~NOTFOUND")
A4 = {"paperWidth": 210 / 25.4, "paperHeight": 297 / 25.4}
SECONDS = 60.0  # to start, and for each page
GRACE_SECONDS = 2.0
SCALE = 3  # of bitmaps: sharp on a slide that fills a large screen
NO_CHROMIUM = "No PDF and no PNG: they are made by Chromium, Chrome or Edge, and none is installed here (Debian: apt install chromium)"
_PICTURES = "Promise.all([...document.images].map(i => i.decode().catch(() => 0))).then(() => document.fonts.ready).then(() => document.title)"


class PrintingFailed(Exception):
    """Chromium cannot be started, or did not print a page; the message says why."""


def find_chromium() -> str:
    """Where Chromium, Chrome or Edge is; "" where there is none that can be used (Windows passes no pipes)."""
    if sys.platform == "win32":
        return ""
    return next((found for name in NAMES if (found := shutil.which(name))), "")


class Chromium:
    """One running browser, as a context: it ends, and its profile goes, with the block.

    Parameters
    ----------
    path
        The program (``find_chromium``).
    seconds
        How long to wait for its start, and for each page.

    Raises
    ------
    PrintingFailed
        Where it does not start.
    """

    def __init__(self, path: str, *, seconds: float = SECONDS):
        self.path, self.seconds = path, seconds
        self._number, self._unread = 0, b""

    def __enter__(self) -> Chromium:
        self._folder = tempfile.TemporaryDirectory(prefix="valuelab-chromium-", ignore_cleanup_errors=True)
        theirs_in, self._out = os.pipe()
        self._in, theirs_out = os.pipe()  # always above 3: the other pipe took lower numbers
        # the sandbox needs a user of its own: as root, in a container, there is none; the pages are ours and have no network
        root = ("--no-sandbox",) if os.geteuid() == 0 else ()
        command = [self.path, *FLAGS, *root, f"--user-data-dir={self._folder.name}", "about:blank"]
        nothing = [(os.POSIX_SPAWN_OPEN, descriptor, os.devnull, os.O_RDWR, 0) for descriptor in range(3)]
        try:
            # it reads from descriptor 3 and writes to descriptor 4
            self._process = os.posix_spawn(self.path, command, os.environ, setpgroup=0, file_actions=[
                *nothing, (os.POSIX_SPAWN_DUP2, theirs_in, 3), (os.POSIX_SPAWN_DUP2, theirs_out, 4)])
        except OSError as error:
            self._process = 0
            self.__exit__()
            raise PrintingFailed(f"Chromium could not be started: {error.strerror}") from None
        finally:
            os.close(theirs_in)
            os.close(theirs_out)
        try:
            target = self._ask("Target.createTarget", url="about:blank")["targetId"]
            self._session = self._ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
            self._ask("Page.enable")
        except PrintingFailed:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        for descriptor in (self._out, self._in):
            os.close(descriptor)  # a browser without its pipe ends by itself
        if self._process:
            until = time.monotonic() + GRACE_SECONDS
            while not (ended := os.waitpid(self._process, os.WNOHANG)[0]) and time.monotonic() < until:
                time.sleep(0.01)
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process, signal.SIGKILL)
            if not ended:
                os.waitpid(self._process, 0)
        self._folder.cleanup()

    def print_page(self, html: str) -> bytes:
        """The bytes of a tagged PDF of a page, A4 as the page's own print rules have it.

        The page stands at about:blank, so that links to other files are none: the PDF names no folder of this machine.

        Raises
        ------
        PrintingFailed
            Where it does not answer in time, ends, or refuses.
        """
        self._load(html)
        printed = self._ask("Page.printToPDF", **A4, preferCSSPageSize=False, generateTaggedPDF=True, generateDocumentOutline=True, printBackground=True)
        return base64.b64decode(printed["data"])

    def draw(self, svg: str, width: float, height: float) -> bytes:
        """The bytes of a PNG of a picture, ``SCALE`` dots to a pixel, on white.

        Raises
        ------
        PrintingFailed
            Where it does not answer in time, ends, or refuses.
        """
        address = f"data:image/svg+xml;base64,{base64.b64encode(svg.encode()).decode()}"
        size = {"width": math.ceil(width), "height": math.ceil(height)}
        self._ask("Emulation.setDeviceMetricsOverride", **size, deviceScaleFactor=SCALE, mobile=False)
        self._load(f'<!doctype html><style>body {{ margin: 0 }} img {{ display: block; width: {width}px }}</style><img src="{address}" alt="">')
        taken = self._ask("Page.captureScreenshot", format="png", clip={"x": 0, "y": 0, **size, "scale": 1})
        return base64.b64decode(taken["data"])

    def _load(self, html: str) -> None:
        """Show a page at about:blank, and wait for its pictures."""
        frame = self._ask("Page.getFrameTree")["frameTree"]["frame"]["id"]
        self._ask("Page.setDocumentContent", frameId=frame, html=html)
        self._ask("Runtime.evaluate", expression=_PICTURES, awaitPromise=True)

    def _ask(self, method: str, **parameters: Any) -> dict[str, Any]:
        self._number += 1
        message = {"id": self._number, "method": method, "params": parameters}
        if session := getattr(self, "_session", ""):
            message["sessionId"] = session
        until = time.monotonic() + self.seconds
        self._write(json.dumps(message).encode() + b"\0", until)
        while True:
            answer = json.loads(self._read(until))
            if answer.get("id") == self._number:
                if "error" in answer:
                    raise PrintingFailed(f"Chromium refused {method}: {answer['error'].get('message', 'no reason')}")
                return answer["result"]

    def _write(self, message: bytes, until: float) -> None:
        os.set_blocking(self._out, False)
        while message:
            if not select.select([], [self._out], [], max(0.0, until - time.monotonic()))[1]:
                raise PrintingFailed(f"Chromium did not answer within {self.seconds:g} seconds")
            try:
                message = message[os.write(self._out, message[:65536]):]
            except BlockingIOError:
                continue
            except OSError:
                raise PrintingFailed("Chromium ended before it had printed the page") from None

    def _read(self, until: float) -> bytes:
        parts = [self._unread]
        while b"\0" not in parts[-1]:
            if not select.select([self._in], [], [], max(0.0, until - time.monotonic()))[0]:
                raise PrintingFailed(f"Chromium did not answer within {self.seconds:g} seconds")
            parts.append(os.read(self._in, 1 << 20))
            if not parts[-1]:
                raise PrintingFailed("Chromium could not be started, or ended before it had printed the page")
        message, _, self._unread = b"".join(parts).partition(b"\0")
        return message
