"""The library of an archive as commands ask it: opened for what the archive holds now, and again when that changed meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from itertools import takewhile
from typing import TypeVar

from indelible.app.fingerprinting import SEARCHED, not_searchable
from indelible.app.opening import Desk
from indelible.catalog.exhibits import all_exhibits
from indelible.index.growing import open_library
from indelible.index.library import Library, OutOfStepError
from indelible.model.speed import Speed

Answer = TypeVar("Answer")


def searchable(desk: Desk, *, settled: bool = False) -> Library:
    """The fingerprints that there are, in the order in which their exhibits were recorded; `settled`: only of those that are."""
    exhibits, known = _exhibits(desk), desk.derived.outcomes()
    if settled:
        exhibits = list(takewhile(known.__contains__, exhibits))
    lasting = sum(1 for _ in takewhile(lambda sha256: sha256 in known or desk.fingerprints.has(sha256), exhibits))
    return open_library(desk.library, desk.fingerprints, exhibits, lasting)


def settled_exhibits(desk: Desk) -> list[str]:
    """The exhibits up to the first that was not looked at closely yet, or is being: what stands before it will not change."""
    return list(takewhile(desk.derived.outcomes().__contains__, _exhibits(desk)))


def not_compared(desk: Desk, library: Library) -> int:
    """How many exhibits that are media, or may be, were not compared with others yet, or cannot be."""
    return not_searchable(desk, set(library.media).intersection(settled_exhibits(desk)))


def glanced(library: Library) -> int:
    """How many of the media are films that were looked at in a first pass alone."""
    return sum(about.speed is Speed.FIRST for about in library.media.values())


def _exhibits(desk: Desk) -> list[str]:
    with desk.catalog.reader() as reader:
        return [exhibit.sha256 for exhibit in all_exhibits(reader, *SEARCHED)]


class Asking:
    """Asks the library, and asks again from the beginning where a fingerprint turns out to be lost or another.

    `mend` is called before, and may make it again; without that the library has one medium less.
    """

    def __init__(self, desk: Desk, *, settled: bool = False, mend: Callable[[], object] = lambda: None) -> None:
        self._desk = desk
        self._settled = settled
        self._mend = mend
        self.library = searchable(desk, settled=settled)

    def ask(self, question: Callable[[Library], Answer]) -> Answer:
        """What the question comes to, put to a library that holds all along."""
        while True:
            try:
                return question(self.library)
            except OutOfStepError:
                self._mend()
                self.library = searchable(self._desk, settled=self._settled)
