"""Video and sound out of a container, by FFmpeg's libraries: only listed demuxers, no name, no second file."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import cast

import av
import av.container
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream
from av.error import FFmpegError
from av.packet import Packet
from av.stream import Disposition, Stream
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from indelible.media.answer import Answer, LimitError
from indelible.media.decoder import Broken
from indelible.media.passes import pass_of
from indelible.media.pictures import PictureTrack
from indelible.media.reader import Reader
from indelible.media.sound import SoundTrack

DEMUXERS = (
    "mov", "mp4", "matroska", "webm", "avi", "flv", "mpegts", "mpeg", "mpegvideo", "h264", "hevc", "m4v", "ivf", "asf", "rm", "mxf",
    "nut", "dv", "wav", "w64", "mp3", "aac", "ogg", "flac", "amr", "amrnb", "amrwb", "aiff", "au", "caf", "ac3", "eac3", "dts", "ape",
    "wv", "tta", "obu", "av1", "swf", "wtv",
)  # fmt: skip
"""Demuxers that read one file and ask for no other. None of HLS, DASH, concat, SDP, RTSP, image2, ffmetadata, lavfi."""

_DEMUX_FAILURES_MAX = 50
_READ_BYTES = 1 << 17
_SHORT_MS, _SHORT_SHARE = 1000, Fraction(95, 100)


def decode_moving(source: Reader, answer: Answer) -> None:
    """Send sampled frames and sound through `answer`; raises what PyAV raises, and LimitError."""
    plan = answer.plan
    options = {"format_whitelist": ",".join(DEMUXERS), "protocol_whitelist": "", "max_streams": str(plan.streams_max)}
    with av.open(source, "r", options=options, metadata_errors="replace", buffer_size=_READ_BYTES) as container:
        answer.form = answer.form or container.format.name.split(",")[0]
        video, audio = _chosen(container, answer)
        if video is None and audio is None:
            answer.damage.append("it holds no stream of picture or sound")
            return
        _decode(container, video, audio, answer)


def _chosen(container: av.container.InputContainer, answer: Answer) -> tuple[VideoStream | None, AudioStream | None]:
    """The best stream of pictures and the best of sound; what is left aside is noted."""
    videos = [
        one
        for one in container.streams.video
        if not one.disposition & (Disposition.attached_pic | Disposition.timed_thumbnails)
    ]
    audios = list(container.streams.audio)
    best_video = cast("VideoStream | None", container.streams.best("video"))
    video = best_video if best_video in videos else next(iter(videos), None)
    audio = cast("AudioStream | None", container.streams.best("audio")) or next(iter(audios), None)
    if len(container.streams.video) > len(videos):
        answer.notes.append("a cover picture is left aside")
    if len(videos) > 1:
        answer.notes.append(f"{len(videos) - 1} further streams of pictures are left aside")
    if len(audios) > 1:
        answer.notes.append(f"{len(audios) - 1} further streams of sound are left aside")
    if answer.form == "heif" and len(videos) > 1:
        raise LimitError("a HEIF picture in tiles is not read by this version")
    return video, audio


def _decode(
    container: av.container.InputContainer, video: VideoStream | None, audio: AudioStream | None, answer: Answer
) -> None:
    pictures = PictureTrack(video, answer) if video else None
    sound = SoundTrack(answer)
    answer.media_kind = "audio" if video is None else "still" if answer.form == "heif" else "video"
    for stream in (video, audio):
        if stream is not None:
            stream.codec_context.options = {"threads": "1", "max_pixels": str(answer.plan.pixels_max)}
    if video is not None:
        video.codec_context.options |= {"skip_loop_filter": "all"}
    if video is not None and video.start_time is not None and video.time_base is not None:
        sound.begin_at(video.start_time * video.time_base)
    try:
        for frame in _frames(container, (video, audio), pictures, answer):
            if isinstance(frame, AudioFrame):
                sound.add(frame)
            elif isinstance(frame, VideoFrame) and pictures is not None:
                pictures.add(frame)
            elif isinstance(frame, Packet) and pictures is not None:
                pictures.reach(frame)
        sound.finish()
    finally:
        if pictures is not None:
            pictures.finish()
        answer.duration_ms = max(pictures.end_ms if pictures else 0, sound.end_ms if answer.samples else 0)
    _compare_with_stated(container, video, pictures, answer)


def _frames(
    container: av.container.InputContainer,
    chosen: tuple[VideoStream | None, AudioStream | None],
    pictures: PictureTrack | None,
    answer: Answer,
) -> Iterator[VideoFrame | AudioFrame | Packet[Stream]]:
    """Decoded frames of the chosen streams, and after them the picture's packet that they came of; damage is noted."""
    broken = Broken()
    video, audio = chosen
    looking = pass_of(video, answer.plan, broken) if video is not None else None
    for number, packet in enumerate(_packets(container, [one for one in (video, audio) if one is not None], answer)):
        if number >= answer.plan.packets_max:
            raise LimitError(f"stopped after {answer.plan.packets_max} packets")
        answer.check_time()
        if looking is not None and pictures is not None and video is not None and packet.stream.index == video.index:
            pictures.expect(packet)
            yield from looking.frames(packet)
            yield packet
        else:
            yield from _sounds(packet, broken)
    answer.damage += broken.words


def _sounds(packet: Packet[Stream], broken: Broken) -> list[AudioFrame]:
    """The sound that a packet gives; none when it is broken."""
    try:
        frames = [frame for frame in packet.decode() if isinstance(frame, AudioFrame)]
    except FFmpegError:
        broken.packets += 1
        return []
    broken.frames += sum(frame.is_corrupt for frame in frames)
    return frames


def _packets(
    container: av.container.InputContainer, chosen: list[VideoStream | AudioStream], answer: Answer
) -> Iterator[Packet[Stream]]:
    """Packets, going on past what cannot be read as long as something follows; at last the ones that flush."""
    failures = 0
    while True:
        try:
            yield from container.demux(*chosen)
        except FFmpegError as error:
            failures += 1
            if failures == 1:
                answer.damage.append(f"reading breaks: {error.strerror}")
            if failures >= _DEMUX_FAILURES_MAX:
                return
        else:
            return


def _compare_with_stated(
    container: av.container.InputContainer, video: VideoStream | None, pictures: PictureTrack | None, answer: Answer
) -> None:
    """Note as damage that less was decoded than the container states."""
    if video is not None and video.duration and video.time_base:
        stated_ms, got_ms = round(1000 * video.duration * video.time_base), pictures.end_ms if pictures else 0
    else:
        stated_ms, got_ms = (container.duration or 0) // 1000, answer.duration_ms
    if got_ms < stated_ms - _SHORT_MS and got_ms < stated_ms * _SHORT_SHARE:
        answer.damage.append(f"{got_ms / 1000:.1f} s of the {stated_ms / 1000:.1f} s stated could be decoded")
