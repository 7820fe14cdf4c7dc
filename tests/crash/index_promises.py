"""What an index promised, as lines (index_writer.py), and whether it is kept."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from crash.index_writer import medium
from indelible.index.segment import verify
from indelible.index.snapshot import Snapshot
from indelible.match.hash_index import media_of


def violations(folder: Path, printed: list[str]) -> list[str]:
    """What is wrong with an index after a crash, given all that was ever printed."""
    said = {sign: {int(line[2:]) for line in printed if line.startswith(sign)} for sign in "+?-"}
    reader = Snapshot.open(folder)
    held = {number: found(reader, number) for number in said["+"]}
    wrong = [f"lost {n}" for n, whole in held.items() if whole is not True and n not in said["?"]]
    wrong += [f"half of {n}" for n, whole in held.items() if whole is None]
    wrong += [f"{n} is back" for n, whole in held.items() if whole is not False and n in said["-"]]
    if said["+"] and reader.missing:
        wrong.append(f"missing {reader.missing}")
    for segment in reader.segments:
        if segment.name:
            verify(folder, segment.name)
    return wrong


def found(reader: Snapshot, number: int) -> bool | None:
    """Whether a medium is found; None for a part of it."""
    hashes, places = medium(number)
    near = reader.near(hashes, 0).near
    mine = near.places[media_of(near.places) == number]
    return True if np.array_equal(mine, places) else None if len(mine) else False
