"""Every Python process of a run under test: files refuse to be written, as on a full disk, and the clock is set back.

``FAULTS`` is a list of JSON objects: ``suffix`` of the paths that are meant, ``errno`` of the refusal, ``half`` where it comes in the middle
of writing; or ``clock``, the seconds that it is set back at every look.
"""

import errno
import io
import json
import os
import sys
import time

faults = json.loads(os.environ.get("FAULTS", "[]"))
refused = {fault["suffix"]: getattr(errno, fault["errno"]) for fault in faults if "suffix" in fault and not fault.get("half")}
halved = {fault["suffix"]: getattr(errno, fault["errno"]) for fault in faults if fault.get("half")}
step = next((fault["clock"] for fault in faults if "clock" in fault), 0.0)


def meant(path: object, among: dict[str, int]) -> int:
    text = os.fspath(path) if isinstance(path, (str, os.PathLike)) else ""
    return next((number for suffix, number in among.items() if isinstance(text, str) and suffix in text), 0)


def refuse(event: str, args: tuple) -> None:
    if event in ("os.mkdir", "os.rename") or (event == "open" and isinstance(args[2], int) and args[2] & (os.O_WRONLY | os.O_RDWR)):
        for path in args[:2]:
            if number := meant(path, refused):
                raise OSError(number, os.strerror(number), str(path))


class Full(io.FileIO):
    def write(self, content: bytes) -> int:
        super().write(content[: len(content) // 2])
        number = meant(self.name, halved)
        raise OSError(number, os.strerror(number))


if refused:
    sys.addaudithook(refuse)
if halved:
    opened = io.open
    io.open = lambda file, mode="r", *rest, **more: Full(file, "w") if mode == "wb" and meant(file, halved) else opened(file, mode, *rest, **more)
if step:
    now, count = time.time, iter(range(1, 10**9))
    time.time = lambda: now() - step * next(count)
