"""Three invented channels, made in a folder: old footage passed off as new, and everything that lies around such a case.

Every place, channel and event is invented; nothing in the footage ever happened.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from indelible.app.demo import edits, sounds
from indelible.app.demo.exports import NOT_INCLUDED, Channel, Clip, Post, write_export
from indelible.app.demo.scenes import FPS, HEIGHT, WIDTH, Footage, film
from indelible.media.encode import resized, write_still, write_video

HARROWMERE = Channel(1900000101, "Harrowmere Notices")
TALNOGRAD = Channel(1900000202, "Вести Тальнограда", utc_offset_hours=3, printed_offset_hours=2)
SARWAND = Channel(1900000303, "أخبار سرواند", utc_offset_hours=3, printed_offset_hours=3)

_USUAL, _POOR = 24, 34  # quality as x264 counts it
_THUMBNAIL = 320, 180


@dataclass(frozen=True)
class ClipMade:
    """One file that a post shows: what it shows and what was done to it, in words."""

    post: str
    path: str  # relative to the demonstration's folder
    scene: str
    edit: str

    @property
    def told(self) -> str:
        """One line for a reader."""
        return f"{self.path}: {self.scene}, {self.edit}"


@dataclass(frozen=True)
class Group:
    """Posts that show one piece of footage; `earliest` is the first of them."""

    scene: str
    posts: tuple[str, ...]
    earliest: str


@dataclass(frozen=True)
class DemoTruth:
    """What was made, so that what is found can be held against it. Posts are named `telegram:<peer id>/<message id>`."""

    sources: tuple[Path, ...]  # the three exports' folders
    clips: tuple[ClipMade, ...]
    groups: tuple[Group, ...]
    singletons: tuple[str, ...]  # posts whose picture matches nothing else
    old_as_new: str
    same_sound: tuple[str, str]  # one post's sound stands under the other's pictures
    forward: tuple[str, str]  # the forwarding post and the one it forwards
    missing: tuple[str, str]  # the post, and the file's own name
    broken: tuple[str, str]  # the post, and the file's path relative to the demonstration's folder
    gap: tuple[int, int, int]  # channel, last id before, first id after
    posts: int  # records of the three exports, service ones too

    @property
    def edits(self) -> tuple[str, ...]:
        """What was done to each clip, one line each."""
        return tuple(clip.told for clip in self.clips)


def make_demo(folder: Path, seed: int = 1) -> DemoTruth:
    """Write the three exports into new folders of `folder`, and tell what they hold. The same seed gives the same bytes."""
    maker = _Maker(folder, seed)
    first = maker.harrowmere()
    second = maker.talnograd()
    third = maker.sarwand()
    return DemoTruth(
        sources=(folder / "harrowmere", folder / "talnograd", folder / "sarwand"),
        clips=tuple(maker.clips),
        groups=(
            Group(
                "harbour",
                (_id(HARROWMERE, 2), _id(TALNOGRAD, 2), _id(TALNOGRAD, 3), _id(SARWAND, 2), _id(SARWAND, 3)),
                _id(HARROWMERE, 2),
            ),
            Group("bridge", (_id(TALNOGRAD, 6), _id(HARROWMERE, 6), _id(SARWAND, 4)), _id(TALNOGRAD, 6)),
        ),
        singletons=(_id(HARROWMERE, 3), _id(HARROWMERE, 4), _id(TALNOGRAD, 7), _id(TALNOGRAD, 9)),
        old_as_new=_id(TALNOGRAD, 2),
        same_sound=(_id(HARROWMERE, 3), _id(TALNOGRAD, 7)),
        forward=(_id(HARROWMERE, 6), _id(TALNOGRAD, 6)),
        missing=(_id(TALNOGRAD, 8), "full_version.mp4"),
        broken=(_id(TALNOGRAD, 9), "talnograd/video_files/VID_20240412_211500.mp4"),
        gap=(TALNOGRAD.number, 3, 6),
        posts=len(first) + len(second) + len(third),
    )


def _id(channel: Channel, number: int) -> str:
    return f"telegram:{channel.number}/{number}"


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


class _Maker:
    """Films the scenes once, edits them, and writes each channel."""

    def __init__(self, folder: Path, seed: int) -> None:
        self._folder = folder
        self.clips: list[ClipMade] = []
        self._harbour = film("harbour", seed, 9)
        self._market = film("market", seed, 7)
        self._windmill = film("windmill", seed, 6)
        self._bridge = film("bridge", seed, 8)
        self._lake = film("lake", seed, 6.5)
        self._fair = film("fair", seed, 6)

    def harrowmere(self) -> list[Post]:
        """The channel that showed the harbour first, three years before."""
        posts = [
            Post(1, _at("2021-05-03T08:00:00"), action="create_channel"),
            Post(
                2,
                _at("2021-06-12T09:20:00"),
                "Boats off the old quay at the spring regatta. Full clip. #regatta",
                self._video(HARROWMERE, 2, "regatta_2021.mp4", self._harbour, "harbour: first upload"),
            ),
            Post(
                3,
                _at("2021-06-13T10:05:40"),
                "The square on a Saturday, with music.",
                self._video(HARROWMERE, 3, "square.mp4", self._market, "market: first upload"),
            ),
            Post(
                4,
                _at("2022-10-05T14:00:00"),
                "The mill turns again after its repair.",
                self._video(HARROWMERE, 4, "mill.mp4", self._windmill, "windmill: shown nowhere else"),
            ),
            Post(5, _at("2024-04-11T18:30:00"), "We are asked about a clip from the quay. Please send what you have."),
            Post(
                6,
                _at("2024-04-12T07:45:10"),
                "First train over the viaduct.",
                self._video(HARROWMERE, 6, "train.mp4", self._bridge, "bridge: forwarded, the same bytes"),
                forwarded_from=TALNOGRAD.name,
                forwarded_at=_at("2024-04-11T15:10:00"),
            ),
        ]
        write_export(self._folder / "harrowmere", HARROWMERE, posts, page=True)
        return posts

    def talnograd(self) -> list[Post]:
        """The channel that passes the harbour off as of this morning; two of its posts are gone."""
        twisted = edits.mirrored(edits.cropped(edits.trimmed(self._harbour, 1.5, 7.5), 0.15))
        under = edits.with_sound_of(self._lake, self._market)
        posts = [
            Post(1, _at("2024-04-10T05:00:01"), action="create_channel"),
            Post(
                2,
                _at("2024-04-11T05:12:31"),
                "СРОЧНО! Сегодня утром в нашем порту. Перешлите всем! #срочно",
                self._video(
                    TALNOGRAD,
                    2,
                    "VID_20240411_081231.mp4",
                    twisted,
                    "harbour: mirrored, cropped, trimmed, poor: passed off as new",
                    _POOR,
                ),
            ),
            Post(3, _at("2024-04-11T05:40:00"), "Ещё кадр с места", self._photo("photo_1@11-04-2024_08-40-00.jpg")),
            Post(
                6,
                _at("2024-04-11T15:10:00"),
                "Первый поезд по виадуку.",
                self._video(TALNOGRAD, 6, "poezd.mp4", self._bridge, "bridge: first upload"),
            ),
            Post(
                7,
                _at("2024-04-12T17:15:00"),
                "Вечер на озере, играет музыка.",
                self._video(TALNOGRAD, 7, "ozero.mp4", under, "lake: with the sound of the market under it"),
            ),
            Post(8, _at("2024-04-12T17:40:00"), "Длинная версия", _left_out("full_version.mp4")),
            Post(
                9,
                _at("2024-04-12T18:15:00"),
                "Ярмарка, огни.",
                self._broken(self._video(TALNOGRAD, 9, "VID_20240412_211500.mp4", self._fair, "fair: broken off halfway")),
            ),
        ]
        write_export(self._folder / "talnograd", TALNOGRAD, posts, page=True)
        return posts

    def sarwand(self) -> list[Post]:
        """The channel that passes on what others show, in its own dress; exported as JSON alone."""
        dressed = edits.letterboxed(edits.with_logo(edits.trimmed(self._harbour, 0.5, 8.5)))
        recorded = edits.as_screen_recording(edits.trimmed(self._harbour, 2, 8))
        barred = edits.captioned(edits.trimmed(self._bridge, 1, 7), "SARWAND  -  VIADUCT")
        posts = [
            Post(1, _at("2023-01-09T06:00:00"), action="create_channel"),
            Post(
                2,
                _at("2024-04-11T07:02:10"),
                "قوارب قرب الرصيف",
                self._video(SARWAND, 2, "IMG_4471.MP4", dressed, "harbour: logo, black bars, trimmed"),
            ),
            Post(
                3,
                _at("2024-04-11T07:05:00"),
                "وصلنا هذا التسجيل",
                self._video(SARWAND, 3, "screen_recording.mp4", recorded, "harbour: recorded off a screen", _POOR),
            ),
            Post(
                4,
                _at("2024-04-13T09:30:00"),
                "القطار فوق الجسر",
                self._video(SARWAND, 4, "qitar.mp4", barred, "bridge: caption, trimmed, poor", _POOR),
            ),
            Post(5, _at("2024-04-13T12:00:00"), "شكرا لمن يرسل لنا الصور."),
        ]
        write_export(self._folder / "sarwand", SARWAND, posts, page=False)
        return posts

    def _video(  # whose, which, its name, what it shows, what was done, how well
        self, channel: Channel, number: int, name: str, footage: Footage, edit: str, quality: int = _USUAL
    ) -> Clip:
        """Writes a post's video and its thumbnail."""
        place = self._place(channel) / "video_files" / name
        place.parent.mkdir(parents=True, exist_ok=True)
        thumbnail = place.with_name(f"{name}_thumb.jpg")
        write_video(place, footage.frames, FPS, footage.sound, sounds.RATE_HZ, quality=quality)
        write_still(thumbnail, resized(footage.frames[0], *_THUMBNAIL), quality=80)
        self._made(channel, number, place, edit)
        height, width = footage.frames.shape[1:3]
        paths = f"video_files/{name}", f"video_files/{thumbnail.name}"
        return Clip(paths[0], place.stat().st_size, width, height, round(footage.seconds), name, paths[1])

    def _photo(self, name: str) -> Clip:
        """Writes a still of the harbour."""
        place = self._place(TALNOGRAD) / "photos" / name
        place.parent.mkdir(parents=True, exist_ok=True)
        write_still(place, edits.still(self._harbour, 4), quality=85)
        self._made(TALNOGRAD, 3, place, "harbour: one still")
        return Clip(f"photos/{name}", place.stat().st_size, WIDTH, HEIGHT)

    def _broken(self, clip: Clip) -> Clip:
        """Cuts the file off halfway, as a lost connection does; the export still states its full size."""
        place = self._place(TALNOGRAD) / clip.path
        place.write_bytes(place.read_bytes()[: clip.bytes // 2])
        return clip

    def _place(self, channel: Channel) -> Path:
        names = {HARROWMERE.number: "harrowmere", TALNOGRAD.number: "talnograd", SARWAND.number: "sarwand"}
        return self._folder / names[channel.number]

    def _made(self, channel: Channel, number: int, place: Path, edit: str) -> None:
        scene, _, done = edit.partition(": ")
        self.clips.append(ClipMade(_id(channel, number), place.relative_to(self._folder).as_posix(), scene, done))


def _left_out(name: str) -> Clip:
    """A file that the exporter did not write."""
    return Clip(NOT_INCLUDED, 4_812_330, 1280, 720, 154, name)
