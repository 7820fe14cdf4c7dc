"""The library of an archive as commands ask it: opened for what the archive holds now, and again when that changed meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from itertools import takewhile
from typing import TypeVar

from indelible.app.fingerprinting import SEARCHED
from indelible.app.opening import Desk
from indelible.catalog.exhibits import all_exhibits
from indelible.index.growing import open_library
from indelible.index.library import Library, OutOfStepError

Answer = TypeVar("Answer")


def searchable(desk: Desk, *, settled: bool = False) -> Library:
    """The fingerprints that there are, in the order in which their exhibits were recorded.

    `settled` stops at the first exhibit that another process may still be decoding: what stands before it will not change.
    """
    outcomes = desk.derived.outcomes()
    with desk.catalog.reader() as reader:
        exhibits = [exhibit.sha256 for exhibit in all_exhibits(reader, *SEARCHED)]
    lasting = sum(1 for _ in takewhile(outcomes.__contains__, exhibits))
    return open_library(desk.library, desk.fingerprints, exhibits[:lasting] if settled else exhibits, lasting)


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
