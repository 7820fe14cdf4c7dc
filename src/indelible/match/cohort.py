"""How seldom strangers are called copies: what was measured once, and what it bounds for an archive of any size.

No wrong copy among n pairs does not mean that there are none: it bounds their rate, at 95 %, near 3 / n. Times the exhibits
that a query is compared with, it bounds how many wrong copies that query may be expected to bring. It holds for footage
and edits like the cohort's, and says nothing of somebody who sets out to deceive.

Source: Clopper and Pearson, Biometrika 1934; the cohort is that of bench/matching (docs/decisions/0015-matching-bench.md).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

_DOUBT = 0.05
_HALVINGS = 60


@dataclass(frozen=True)
class Cohort:
    """Unrelated pairs that were compared, and how many of them were called copies."""

    version: str
    pairs: int
    wrong: int

    def __post_init__(self) -> None:
        if not 0 <= self.wrong < self.pairs:
            raise ValueError(f"of {self.pairs} pairs {self.wrong} cannot be wrong")

    def rate_max(self) -> float:
        """The highest rate of wrong copies at which so few would still be seen once in twenty times."""
        low, high = self.wrong / self.pairs, 1.0
        for _ in range(_HALVINGS):
            middle = (low + high) / 2
            low, high = (middle, high) if self._so_few(middle) > _DOUBT else (low, middle)
        return high

    def _so_few(self, rate: float) -> float:
        """How likely no more than `wrong` of the pairs are at a rate."""
        logs = (
            math.lgamma(self.pairs + 1) - math.lgamma(k + 1) - math.lgamma(self.pairs - k + 1)
            + k * math.log(rate) + (self.pairs - k) * math.log1p(-rate)
            for k in range(self.wrong + 1)
        )  # fmt: skip
        return sum(math.exp(each) for each in logs) if 0 < rate < 1 else float(rate <= 0)

    def wrong_max(self, compared: int) -> float:
        """How many of `compared` exhibits that have nothing to do with a query may be called copies of it, on average at most."""
        return compared * self.rate_max()


COHORT = Cohort("2026-11-27.2", 212_965, 0)
