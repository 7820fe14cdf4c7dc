"""How closely a film was looked at."""

from __future__ import annotations

from enum import StrEnum


class Speed(StrEnum):
    """`first`: its keyframes, enough to find what it may show. `dense`: several frames a second, enough to say what it is."""

    FIRST = "first"
    DENSE = "dense"
