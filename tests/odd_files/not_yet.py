"""Cases that the code cannot do yet; each leaves this list with the change that does it."""

NOT_YET: frozenset[str] = frozenset()
