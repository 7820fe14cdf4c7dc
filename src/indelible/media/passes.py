"""Which packets of a film are decoded: for several frames a second all that others build on, for a first look its keyframes.

A picture that no other refers to can be left out without changing any other. One that others refer to cannot, also where it
is a B-frame: what follows is then off, by 3 grey levels of 255 on average and by 12 at times
(docs/decisions/0008-decoding.md). So the dense pass leaves out the former, save those that are sampled, and of the latter only
those on which nothing sampled builds: it sees the same pictures as if it decoded all. The first pass, which only looks for
candidates, leaves out both.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from av.packet import Packet
from av.stream import Stream
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from indelible.media.decoder import Broken, Decoder
from indelible.media.dense_pass import DensePass
from indelible.media.first_pass import FirstPass
from indelible.media.outcome import Plan
from indelible.model.speed import Speed


class Pass(Protocol):
    """Takes a stream's packets in the order of the file, and at last the empty one; gives the pictures that are wanted."""

    def frames(self, packet: Packet[Stream]) -> Iterator[VideoFrame]:
        """The pictures that can be had now, in order of showing; raises nothing on a broken packet."""


def pass_of(stream: VideoStream, plan: Plan, broken: Broken) -> Pass:
    """The way of decoding that the plan asks for; what is broken is counted in `broken`."""
    decoder = Decoder(stream, broken)
    return FirstPass(decoder) if plan.speed is Speed.FIRST else DensePass(decoder, plan.sample_ms)
