"""A file without a name between a worker and a notebook's process: pieces of bytes for the notebook, and behind them one that it gives back.

The worker does not look into any of them. What a notebook gives back counts only whole.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import suppress
from hashlib import sha256

_SIZE = 8


def passing(pieces: Sequence[bytes]) -> int:
    """An open file with the pieces."""
    fd = os.memfd_create("passed")
    _write(fd, len(pieces).to_bytes(_SIZE, "big"))
    for piece in pieces:
        _write(fd, len(piece).to_bytes(_SIZE, "big") + piece)
    os.lseek(fd, 0, os.SEEK_SET)
    return fd


def taken(fd: int) -> list[bytes]:
    """The pieces, in the process that got the file; its programs do not get it."""
    os.set_inheritable(fd, False)
    return [_read(fd, int.from_bytes(_read(fd, _SIZE), "big")) for _ in range(int.from_bytes(_read(fd, _SIZE), "big"))]


def give_back(fd: int, content: bytes) -> None:
    """Put ``content`` behind the pieces; without memory for it, nothing."""
    with suppress(OSError, MemoryError):
        _write(fd, sha256(content).digest() + content)


def given_back(fd: int, pieces: Sequence[bytes]) -> bytes:
    """What was given back for ``pieces``, in the process that made the file; empty where that is nothing, or not whole."""
    start = _SIZE * (1 + len(pieces)) + sum(map(len, pieces))
    end = os.fstat(fd).st_size
    os.lseek(fd, start, os.SEEK_SET)
    digest, content = _read(fd, min(32, end - start)), _read(fd, max(0, end - start - 32))
    return content if sha256(content).digest() == digest else b""


def _write(fd: int, content: bytes) -> None:
    view = memoryview(content)
    while view:
        view = view[os.write(fd, view):]


def _read(fd: int, size: int) -> bytes:
    found = bytearray()
    while len(found) < size and (piece := os.read(fd, size - len(found))):
        found += piece
    return bytes(found)
