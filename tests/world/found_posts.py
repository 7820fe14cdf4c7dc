"""Posts as a source would yield them, with every part filled or none."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from indelible.model.found import FoundForward, FoundMedia, FoundPost, Pointer
from indelible.model.ids import PostId
from indelible.model.moment import Moment, Voucher

PEER = 1700000001
START = datetime(2023, 4, 11, 5, 12, tzinfo=UTC)


def digest_of(text: str) -> str:
    return sha256(text.encode(errors="surrogatepass")).hexdigest()


def post(number: int, text: str = "", *, peer: int = PEER, channel: str = "Harbour Watch") -> FoundPost:
    """A plain message."""
    return FoundPost(
        id=PostId(peer, number),
        channel=channel,
        kind="message",
        pointers=(Pointer("result.json", 100 * abs(number), 90),),
        posted=Moment(START + timedelta(minutes=number % 100_000), Voucher.STATED),
        text=text or f"post {number}",
        digest=digest_of(f"{peer}/{number}/{text}"),
    )


def video(number: int, name: str, *, peer: int = PEER) -> FoundPost:
    """A message with one video under `name`."""
    plain = post(number, f"with {name}", peer=peer)
    return replace(plain, media=(FoundMedia("video_file", name, file_name=name.rsplit("/", 1)[-1], size=1000),))


def full_post() -> FoundPost:
    """A message of which every part is told."""
    bounds = (START - timedelta(hours=1), START + timedelta(hours=1))
    return FoundPost(
        id=PostId(PEER, 7),
        channel="Гавань",
        kind="message",
        pointers=(Pointer("result.json", 4096, 512), Pointer("messages.html", 999, 1200)),
        posted=Moment(START, Voucher.STATED, *bounds, printed="2023-04-11T08:12:00"),
        edited=Moment(START + timedelta(minutes=5), Voucher.STATED),
        author="Harbour Watch",
        author_id="channel1700000001",
        signature="N.",
        text="This morning at the port",
        action="pin_message",
        forward=FoundForward("Mist", 2**60, Moment(START - timedelta(days=2), Voucher.STATED, *bounds, printed="09.04.2023")),
        reply_to=PostId(PEER, 3),
        album=PostId(PEER, 6),
        media=(
            FoundMedia("video_file", "video_files/a.mp4", "a.mp4", 1000, None, "video_files/a.mp4_thumb.jpg", 14, "video/mp4"),
            FoundMedia("photo", None, missing="(File not included. Change data exporting settings to download.)"),
        ),
        digest=digest_of("full"),
        notes=("text: a lone surrogate became U+FFFD",),
    )
