"""What people write of an account in short registers: who stands behind it, and the indicators of its health."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Light = Literal["green", "amber", "red"]


@dataclass(frozen=True, slots=True)
class Person:
    """A person at the customer by role, as somebody sees them: an opinion, with whose and when. ``score``: the 0 to 10 answer behind the quality."""

    role: str
    quality: str
    name: str = ""
    team: str = ""
    score: float | None = None
    note: str = ""
    by: str = ""
    on: str = ""


@dataclass(frozen=True, slots=True)
class PeopleRegister:
    """The people of the params; names are there only where they are to be shown."""

    people: tuple[Person, ...]
    names_left_out: int = 0


@dataclass(frozen=True, slots=True)
class HealthLine:
    """An indicator of health as the params have it, by value or by judgement.

    ``value`` and ``before`` in the indicator's own unit; ``green`` is where green begins, ``red`` where red begins beyond it (below it where more is
    better). With neither value nor ``light`` the figure comes from the customer's data. ``by``, ``on``: whose opinion, and when.
    """

    name: str
    kind: Literal["objective", "subjective"]
    weight: float = 1.0
    value: float | None = None
    before: float | None = None
    green: float | None = None
    red: float | None = None
    light: Light | None = None
    light_before: Light | None = None
    note: str = ""
    by: str = ""
    on: str = ""
