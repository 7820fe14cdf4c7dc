"""A worker's own clock: it stops before the reader kills, and a busy reader is not held against the file."""

import numpy as np
import pytest

from indelible.media import answer as answers
from indelible.media.answer import Answer, LimitError
from indelible.media.outcome import Plan

SAMPLES = np.zeros(1 << 17, np.int16)


class Clock:
    def __init__(self):
        self.now = 0.0

    def monotonic(self):
        return self.now


@pytest.fixture
def clock(monkeypatch):
    clock = Clock()
    monkeypatch.setattr(answers, "time", clock)
    return clock


def answer_whose_sends_take(seconds, clock):
    def send(_):
        clock.now += seconds

    return Answer(Plan(seconds_max=1), send, _started=clock.now)


class TestTheTimeOfSending:
    def test_counts_what_handing_over_takes(self, clock):
        answer = answer_whose_sends_take(0.04, clock)
        for _ in range(23):
            answer.add_sound(SAMPLES)
        with pytest.raises(LimitError, match="stopped near the limit of 1 s"):
            answer.check_time()
        assert clock.now < 1, "the reader, which counts it all, would kill"

    def test_counts_little_of_the_wait_for_a_busy_reader(self, clock):
        answer = answer_whose_sends_take(10, clock)
        for _ in range(15):
            answer.add_sound(SAMPLES)
            answer.check_time()
        assert clock.now == 150
