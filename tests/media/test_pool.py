"""Workers come and go; files never stop the queue, and nothing that a worker says is believed unchecked."""

import os
import random
import signal
import socket
import struct
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indelible.media import pool as pool_module
from indelible.media import wire
from indelible.media.confine import LAYERS, level_of
from indelible.media.decoded import Decoded
from indelible.media.encode import write_video
from indelible.media.keeper import Worker, how_it_ended
from indelible.media.outcome import FrameBatch, Outcome, Plan
from indelible.media.pool import Pool
from indelible.model.errors import FormatError, SandboxError
from indelible.model.speed import Speed
from indelible.settings import Settings
from media.conftest import opened, ramps

PLAN = Plan(side_px_max=8, samples_max=100, sound_ms_max=1000)


@pytest.fixture(scope="module")
def long_clip(tmp_path_factory):
    """Enough batches that a worker is still at it when the first is read."""
    path = tmp_path_factory.mktemp("long") / "long.mp4"
    write_video(path, ramps(1500, height=120, width=160), 25)
    return path


@pytest.fixture
def own_pool():
    with Pool.start(Settings(decoders=1)) as pool:
        yield pool


def gone(number, seconds=5):
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        try:
            if Path(f"/proc/{number}/stat").read_text().rsplit(") ")[1][0] in "ZX":
                return True
        except OSError:
            return True
        time.sleep(0.02)
    return False


def worker_of(pool):
    return pool._idle[0].number


class TestAWorkerThatDies:
    def test_leaves_the_frames_that_came_as_a_partial_outcome(self, own_pool, long_clip):
        number = worker_of(own_pool)
        with opened(long_clip) as descriptor, own_pool.decode(descriptor, Plan(sample_ms=40)) as decoded:
            first = next(decoded.batches)
            os.kill(number, signal.SIGSEGV)
            rest = sum(len(batch.times_ms) for batch in decoded.batches)
        assert len(first.times_ms) == 64
        assert rest < 1500 - 64
        assert decoded.outcome.state == "partial"
        assert "crashed (SIGSEGV)" in decoded.outcome.reason

    def test_makes_its_file_undecodable_when_nothing_came(self, own_pool, clip):
        os.kill(worker_of(own_pool), signal.SIGSTOP)
        stopped = worker_of(own_pool)
        threading.Timer(0.2, os.kill, (stopped, signal.SIGKILL)).start()
        with opened(clip) as descriptor:
            outcome = own_pool.decode_all(descriptor).outcome
        assert (outcome.state, outcome.reason) == ("undecodable", "the decoder was killed (SIGKILL)")

    def test_is_replaced_for_the_next_file(self, own_pool, clip, long_clip):
        number = worker_of(own_pool)
        with opened(long_clip) as descriptor, own_pool.decode(descriptor, Plan(sample_ms=40)) as decoded:
            next(decoded.batches)
            os.kill(number, signal.SIGKILL)
            list(decoded.batches)
        with opened(clip) as descriptor:
            assert own_pool.decode_all(descriptor).outcome.state == "decoded"
        assert worker_of(own_pool) != number

    def test_at_once_each_time_ends_the_try_and_gives_the_place_back(self, own_pool, clip, monkeypatch):
        def start_dead():
            worker = started()
            worker.channel.shutdown(socket.SHUT_RDWR)
            return worker

        started = own_pool._keeper.start_worker
        with opened(clip) as descriptor:
            own_pool.settle(own_pool.lend(descriptor, PLAN), in_order=False)
            monkeypatch.setattr(own_pool._keeper, "start_worker", start_dead)
            with pytest.raises(SandboxError, match="takes no file"):
                own_pool.lend(descriptor, PLAN)
            monkeypatch.undo()
            assert own_pool.decode_all(descriptor).outcome.state == "decoded"

    def test_while_idle_harms_no_file(self, own_pool, clip):
        number = worker_of(own_pool)
        os.kill(number, signal.SIGKILL)
        assert gone(number)
        with opened(clip) as descriptor:
            assert own_pool.decode_all(descriptor).outcome.state == "decoded"


class TestTheDeadline:
    def test_kills_a_worker_that_hangs(self, own_pool, clip):
        number = worker_of(own_pool)
        os.kill(number, signal.SIGSTOP)
        began = time.monotonic()
        with opened(clip) as descriptor:
            outcome = own_pool.decode_all(descriptor, Plan(seconds_max=1)).outcome
        assert (outcome.state, outcome.reason) == ("undecodable", "the decoder passed the limit of 1 s and was killed")
        assert 1 <= time.monotonic() - began < 4
        assert gone(number)

    def test_ends_a_slow_file_in_good_order_shortly_before(self, own_pool, tmp_path):
        number = worker_of(own_pool)
        slow = tmp_path / "hours.wav"
        with slow.open("wb") as file:
            # Three hours of silence, as a file with a hole.
            size = 2_000_000_000
            file.write(
                b"RIFF" + struct.pack("<I", size + 36) + b"WAVEfmt " + struct.pack("<IHHIIHH", 16, 1, 2, 44_100, 176_400, 4, 16)
            )
            file.write(b"data" + struct.pack("<I", size))
            file.truncate(size + 44)
        with opened(slow) as descriptor:
            outcome = own_pool.decode_all(descriptor, Plan(seconds_max=1)).outcome
        assert (outcome.state, worker_of(own_pool)) == ("partial", number)
        assert "stopped near the limit" in outcome.reason

    def test_does_not_count_what_the_reader_does(self, own_pool, long_clip):
        with opened(long_clip) as descriptor, own_pool.decode(descriptor, Plan(sample_ms=40, seconds_max=5)) as decoded:
            next(decoded.batches)
            time.sleep(1)
            frames = 64 + sum(len(batch.times_ms) for batch in decoded.batches)
        assert (frames, decoded.outcome.state) == (1500, "decoded")


class TestTheZygote:
    def test_is_started_again_when_it_was_killed(self, own_pool, clip):
        worker = worker_of(own_pool)
        own_pool._keeper._process.kill()
        assert gone(worker), "workers die with the zygote"
        with opened(clip) as descriptor:
            assert own_pool.decode_all(descriptor).outcome.state == "decoded"

    def test_and_workers_end_when_the_program_is_killed(self, tmp_path):
        program = (
            "import time; from indelible.media.pool import Pool; from indelible.settings import Settings; pool = Pool.start(Settings());"
            "print(pool._keeper._process.pid, pool._idle[0].number, flush=True); time.sleep(60)"
        )
        with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True) as running:
            numbers = [int(word) for word in running.stdout.readline().split()]
            running.kill()
        assert len(numbers) == 2
        assert all(gone(number) for number in numbers)

    def test_and_workers_are_gone_after_close(self, clip):
        pool = Pool.start(Settings())
        numbers = [pool._keeper._process.pid, worker_of(pool)]
        pool.close()
        assert all(gone(number) for number in numbers)

    def test_outlives_the_thread_that_started_it(self, clip):
        with ThreadPoolExecutor(1) as threads:
            pool = threads.submit(Pool.start, Settings()).result()
        with pool, opened(clip) as descriptor:
            assert pool.decode_all(descriptor).outcome.state == "decoded"


class TestThePool:
    def test_gives_each_thread_its_own_worker_and_the_same_answer(self, pool, clip):
        def one(_):
            with opened(clip) as descriptor:
                return pool.decode_all(descriptor)

        with ThreadPoolExecutor(5) as threads:
            answers = list(threads.map(one, range(15)))
        assert {answer.outcome.state for answer in answers} == {"decoded"}
        assert len({answer.frames.tobytes() + answer.sound.tobytes() for answer in answers}) == 1
        assert len(pool._idle) <= 2

    def test_replaces_a_worker_after_its_share_of_files(self, own_pool, tmp_path):
        (tmp_path / "a.txt").write_text("no medium")
        first = worker_of(own_pool)
        with opened(tmp_path / "a.txt") as descriptor:
            for _ in range(pool_module.FILES_MAX):
                own_pool.decode_all(descriptor)
            own_pool.decode_all(descriptor)
        assert worker_of(own_pool) != first
        assert gone(first)

    def test_gives_up_the_worker_of_a_file_left_half_read(self, own_pool, clip, long_clip):
        with opened(long_clip) as descriptor, own_pool.decode(descriptor, Plan(sample_ms=40)) as decoded:
            next(decoded.batches)
        with opened(clip) as descriptor:
            assert own_pool.decode_all(descriptor).outcome.state == "decoded"
        with pytest.raises(ValueError, match="read all batches"):
            _ = decoded.outcome

    def test_leaves_the_descriptor_where_it_stood(self, pool, clip):
        with opened(clip) as descriptor:
            os.lseek(descriptor, 7, os.SEEK_SET)
            pool.decode_all(descriptor)
            assert os.lseek(descriptor, 0, os.SEEK_CUR) == 7

    def test_records_the_level_that_held(self, pool, clip):
        with opened(clip) as descriptor:
            assert pool.decode_all(descriptor).outcome.sandbox == str(pool.level)

    def test_refuses_to_start_without_a_sandbox(self):
        with pytest.raises(SandboxError, match="without a sandbox"):
            Pool.start(Settings(), wanted=("limits", "landlock"))

    def test_starts_without_a_sandbox_where_the_settings_allow_it_and_says_so(self, clip):
        with Pool.start(Settings(allow_unsandboxed=True), wanted=()) as pool, opened(clip) as descriptor:
            outcome = pool.decode_all(descriptor).outcome
        assert (outcome.state, outcome.sandbox) == ("decoded", "unsandboxed (no layer)")

    @pytest.mark.parametrize("wanted", [("capabilities", "limits", "landlock", "seccomp"), ("limits", "seccomp")])
    def test_decodes_at_lesser_levels_too(self, clip, wanted):
        with Pool.start(Settings(), wanted=wanted) as pool, opened(clip) as descriptor:
            assert pool.decode_all(descriptor).outcome.state == "decoded"

    def test_is_closed_for_good(self, clip):
        pool = Pool.start(Settings())
        pool.close()
        with opened(clip) as descriptor, pytest.raises(SandboxError, match="closed"):
            pool.decode_all(descriptor)


class Liar:
    """Lends a worker that has said these bytes and hung up."""

    def __init__(self, said):
        ours, theirs = socket.socketpair()
        theirs.sendall(said)
        theirs.close()
        self.worker = Worker(0, ours, level_of(LAYERS))
        self.settled = []

    def lend(self, descriptor, plan):
        return self.worker

    def settle(self, worker, *, in_order):
        self.settled.append(in_order)
        worker.channel.close()
        return signal.SIGKILL


def told(said, plan=PLAN):
    liar = Liar(said)
    gathered = Decoded(liar, 0, plan).gathered()
    assert len(liar.settled) == 1
    return gathered, liar.settled[0]


def frames(times_ms, shape=(4, 4)):
    return wire.pack_frames(np.array(times_ms, np.int64), np.zeros((len(times_ms), *shape), np.uint8))


DONE = wire.pack_done(wire.Done(Outcome("decoded", media_kind="video", width=4, height=4, form="mp4"), retire=False))


class TestAWorkerThatLies:
    def test_is_believed_when_it_tells_the_truth(self):
        gathered, in_order = told(frames([0, 5]) + frames([9]) + DONE)
        assert (gathered.times_ms.tolist(), gathered.outcome.state, in_order) == ([0, 5, 9], "decoded", True)

    @pytest.mark.parametrize(
        "said",
        [
            frames([0, 0]),
            frames([5, 3]),
            frames([-1]),
            frames([1 << 41]),
            frames([0], (9, 4)),
            frames([0], (4, 9)),
            frames([0] * 65),
            frames([0]) + frames([0]),
            frames([3]) + frames([2]),
            frames([0]) + frames([1], (4, 5)),
            wire.pack(wire.FRAMES, struct.pack("<HHHH", 1, 4, 4, 0), bytes(8), bytes(15)),
            wire.pack(wire.FRAMES, struct.pack("<HHHH", 1, 4, 4, 1), bytes(8), bytes(16)),
            wire.pack(wire.FRAMES, struct.pack("<HHHH", 0, 4, 4, 0)),
            wire.pack(wire.FRAMES, struct.pack("<HHHH", 1, 0, 4, 0), bytes(8)),
            wire.pack(wire.FRAMES, b"\0"),
            wire.pack(wire.SOUND, b"\0\0\0"),
            wire.pack(wire.SOUND),
            wire.pack(wire.SOUND, bytes(2 * 20_000)),
            wire.pack(wire.HELLO, b"\x1f"),
            wire.pack(5),
            wire.pack(0),
            wire.HEADER.pack(wire.MAGIC, wire.DONE, 1 << 30),
            wire.HEADER.pack(wire.MAGIC, wire.FRAMES, (1 << 32) - 1),
            wire.HEADER.pack(wire.MAGIC + 1, wire.DONE, 20),
            wire.pack(wire.DONE, b"\0" * 10),
            wire.pack(wire.DONE, struct.pack("<BBBBIIQ", 4, 0, 0, 0, 0, 0, 0)),
            wire.pack(wire.DONE, struct.pack("<BBBBIIQ", 0, 5, 0, 0, 0, 0, 0)),
            wire.pack(wire.DONE, struct.pack("<BBBBIIQ", 0, 0, 2, 0, 0, 0, 0)),
            wire.pack(wire.DONE, struct.pack("<BBBBIIQ", 0, 0, 0, 0, 0, 0, 1 << 50)),
            wire.pack(wire.DONE, struct.pack("<BBBBIIQ", 0, 0, 0, 0, (1 << 32) - 1, 0, 0)),
        ],
    )
    def test_is_found_out(self, said):
        gathered, in_order = told(said + DONE)
        assert gathered.outcome.state in ("undecodable", "partial")
        assert "not to be believed" in gathered.outcome.reason
        assert not in_order

    def test_cannot_send_more_frames_than_were_asked_for(self):
        gathered, _ = told(b"".join(frames(range(start, start + 50)) for start in (0, 50, 100)) + DONE)
        assert (len(gathered.times_ms), gathered.outcome.state) == (100, "partial")

    def test_cannot_call_nothing_decoded(self):
        assert told(DONE)[0].outcome.state == "undecodable"

    def test_cannot_call_frames_undecodable(self):
        said = wire.pack_done(wire.Done(Outcome("undecodable", "so it says"), retire=False))
        assert told(frames([0]) + said)[0].outcome.state == "partial"

    def test_cannot_put_control_characters_before_people(self):
        said = wire.pack_done(wire.Done(Outcome("undecodable", "\x1b[2J\u202eevil", notes=("a\x07b",)), retire=False))
        outcome = told(said)[0].outcome
        assert outcome.reason.isprintable()
        assert all(note.isprintable() for note in outcome.notes)

    def test_who_wishes_to_retire_is_ended(self):
        assert told(frames([0]) + wire.pack_done(wire.Done(Outcome("decoded"), retire=True)))[1] is False

    @given(st.binary(max_size=300))
    def test_cannot_harm_with_any_bytes(self, said):
        assert told(said)[0].outcome.state == "undecodable"

    @given(st.sampled_from([wire.FRAMES, wire.SOUND, wire.DONE]), st.binary(max_size=200))
    def test_cannot_harm_with_any_payload(self, kind, payload):
        gathered, _ = told(wire.pack(kind, payload) + DONE)
        assert gathered.frames.shape[0] == len(gathered.times_ms)

    def test_cannot_harm_with_a_true_answer_that_is_bent(self):
        honest = bytearray(frames([0, 5]) + wire.pack_sound(np.arange(50, dtype=np.int16)) + DONE)
        dice = random.Random(5)
        for _ in range(2000):
            bent = bytearray(honest)
            bent[dice.randrange(len(bent))] ^= 1 << dice.randrange(8)
            assert told(bytes(bent))[0].outcome.state in ("decoded", "partial", "undecodable", "not media")


class TestTheWire:
    @given(st.integers(0, 2**63 - 1), st.integers(1, 4096), st.integers(1, 10**6), st.sampled_from(Speed))
    def test_carries_a_request_there_and_back(self, size, side, sample_ms, speed):
        plan = Plan(side_px_max=side, sample_ms=sample_ms, speed=speed, suffix=".mp4")
        assert wire.unpack_request(wire.pack_request(size, plan)) == (size, plan.of_name(""))

    @given(st.integers(1, 64), st.integers(1, 8), st.integers(1, 8))
    def test_carries_frames_there_and_back(self, count, height, width):
        pixels = np.random.default_rng(count).integers(0, 256, (count, height, width), np.uint8)
        message = wire.pack_frames(np.arange(count) * 3, pixels)
        _, size = wire.unpack_header(message[:8], PLAN)
        batch = wire.unpack_frames(message[8 : 8 + size], PLAN)
        assert isinstance(batch, FrameBatch)
        assert batch.times_ms.tolist() == list(range(0, count * 3, 3))
        assert np.array_equal(batch.frames, pixels)

    def test_carries_an_outcome_there_and_back(self):
        outcome = Outcome("partial", "why", "video", 1234, 64, 48, has_sound=True, form="mp4", notes=("one", "two"))
        message = wire.pack_done(wire.Done(outcome, retire=True))
        assert wire.unpack_done(message[8:]) == wire.Done(outcome, retire=True)

    def test_carries_a_level_there_and_back(self):
        level = level_of(("limits", "seccomp"), ("landlock: no such thing",))
        assert wire.unpack_hello(wire.pack_hello(level)[8:]) == level

    @pytest.mark.parametrize("raw", [b"", b"\x20", b"\xff"])
    def test_refuses_a_level_of_unknown_layers(self, raw):
        with pytest.raises(FormatError):
            wire.unpack_hello(raw)


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (signal.SIGSYS, "the decoder asked for what the sandbox forbids (SIGSYS)"),
        (signal.SIGABRT, "the decoder gave up (SIGABRT)"),
        (signal.SIGFPE, "the decoder died (SIGFPE)"),
        (3 << 8, "the decoder ended by itself (status 3)"),
    ],
)
def test_a_wait_status_is_put_in_words(status, words):
    assert how_it_ended(status) == words


@pytest.mark.parametrize("name", ["sample_ms", "sound_rate_hz", "pixels_max", "side_px_max", "seconds_max"])
def test_a_plan_without_a_bound_is_refused(name):
    with pytest.raises(ValueError, match=name):
        Plan(**{name: 0})


def test_a_plan_follows_the_settings():
    plan = Plan.from_settings(Settings(sample_ms=500, side_px_max=200, sound_rate_hz=8000, pixels_max=5, decode_seconds_max=9))
    assert (plan.sample_ms, plan.side_px_max, plan.sound_rate_hz, plan.pixels_max, plan.seconds_max) == (500, 200, 8000, 5, 9)


def test_frames_come_in_batches_of_at_most_64(pool, tmp_path):
    write_video(tmp_path / "many.mp4", ramps(150, height=16, width=16), 25)
    with opened(tmp_path / "many.mp4") as descriptor, pool.decode(descriptor, Plan(sample_ms=1)) as decoded:
        assert [len(batch.times_ms) for batch in decoded.batches] == [64, 64, 22]
