"""What a worker passes to a notebook's process arrives, and what comes back counts only whole."""

from __future__ import annotations

import os

import pytest

from valuelab.run.passed import give_back, given_back, passing, taken

PIECES = [b"a customer", b"", b"x" * 300_000]


@pytest.fixture
def file():
    fd = passing(PIECES)
    yield fd
    os.close(fd)


def test_pieces_arrive_and_what_is_given_back_comes_back(file):
    theirs = os.dup(file)
    assert taken(theirs) == PIECES and not os.get_inheritable(theirs)
    give_back(theirs, b"worked out" * 50_000)
    os.close(theirs)
    assert given_back(file, PIECES) == b"worked out" * 50_000


@pytest.mark.parametrize("spoil", [
    lambda fd: None,  # nothing was given back
    lambda fd: os.write(fd, b"short"),
    lambda fd: (give_back(fd, b"worked out"), os.ftruncate(fd, os.fstat(fd).st_size - 1)),
    lambda fd: (give_back(fd, b"worked out"), os.write(fd, b"and more")),
    lambda fd: os.ftruncate(fd, 5),
])
def test_what_is_not_whole_is_nothing(file, spoil):
    taken(file)
    spoil(file)
    assert given_back(file, PIECES) == b""


def test_a_file_that_can_not_be_written_gives_nothing_back(file):
    taken(file)
    readable = os.open(f"/proc/self/fd/{file}", os.O_RDONLY)
    try:
        give_back(readable, b"worked out")
    finally:
        os.close(readable)
    assert given_back(file, PIECES) == b""
