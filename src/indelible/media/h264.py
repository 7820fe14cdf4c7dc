"""Where a film in H.264 begins anew: nothing behind such a picture builds on anything before it.

A file's mark of a keyframe does not say so: such a picture may only be one from which the film mends by and by.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

_AVCC = 1  # the first byte of extradata whose units stand behind their length, ISO/IEC 14496-15 §5.3.3.1
_LENGTH_AT = 4
_START_CODE = b"\0\0\1"
_TYPE = 0x1F
# Kinds of unit, ITU-T H.264 table 7-1.
_SLICES = frozenset({1, 2, 3, 4})
_ANEW = 5
_BESIDE = frozenset({6, 9, 12})  # remarks, delimiters, filling


def begins_anew(packet: bytes, extradata: bytes) -> bool:
    """Whether a packet's picture is one that clears all before it (IDR)."""
    kinds = set(_kinds(packet, extradata))
    return _ANEW in kinds and not kinds & _SLICES


def is_all_picture(packets: Iterable[bytes], extradata: bytes) -> bool:
    """Whether packets hold slices of pictures and nothing that a later picture needs, as parameters would be."""
    return all(set(_kinds(packet, extradata)) <= _SLICES | _BESIDE for packet in packets)


def _kinds(packet: bytes, extradata: bytes) -> Iterator[int]:
    """The kinds of a packet's units, in order; of a broken packet those that can be told."""
    if extradata[:1] == bytes([_AVCC]) and len(extradata) > _LENGTH_AT:
        return _behind_lengths(packet, (extradata[_LENGTH_AT] & 3) + 1)
    return _behind_start_codes(packet)


def _behind_lengths(packet: bytes, length_bytes: int) -> Iterator[int]:
    at = 0
    while at + length_bytes < len(packet):
        yield packet[at + length_bytes] & _TYPE
        at += length_bytes + int.from_bytes(packet[at : at + length_bytes])


def _behind_start_codes(packet: bytes) -> Iterator[int]:
    at = packet.find(_START_CODE) + len(_START_CODE)
    while len(_START_CODE) <= at < len(packet):
        yield packet[at] & _TYPE
        at = packet.find(_START_CODE, at) + len(_START_CODE)
