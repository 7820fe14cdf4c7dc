"""What else an archive holds: shots of thousands of other pictures, to be told from every copy and not to hide it.

python -m bench.matching.shots [--count N] [as bench.matching]
"""

from __future__ import annotations

import pickle
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import cv2
import numpy as np
from bench.matching import report, sources, written
from bench.matching.asked import arguments, asked, title
from bench.matching.figures import Answered, share
from bench.matching.footage import Frames, seeded
from numpy.typing import NDArray

from indelible.fingerprint.frame_hash import hash_frames
from indelible.fingerprint.medium import VERSION, Fingerprint
from indelible.fingerprint.picture import PictureBuilder
from indelible.model.segment import Relation

PACKAGES = (  # none that sources.tsv takes from
    "tuxpaint-stamps-default",
    "supertuxkart-data",
    "stellarium-data",
    "plasma-workspace-wallpapers",
    "gnome-backgrounds",
    "ukui-wallpapers",
    "torcs-data",
    "warzone2100-data",
    "kgeography-data",
    "supertux-data",
    "tuxpaint-data",
)
_KINDS = (".jpg", ".jpeg", ".png", ".webp")
_SIZES = ((320, 180), (180, 320), (272, 204), (240, 240))
_SIDE_PX_MIN = 192
_QUALITY_MIN = 50  # of a picture as a whole: less is a plain texture
_APART_BITS = 80  # two pictures differ in more, in every view
_FRAMES, _EVERY_MS = 3, 250
_PART = 64  # pictures to a file
_SHOTS = 8  # of a picture to a file
_SHOT = "shot "
_FOLDER = written.BUILD / "shots"


def pictures() -> list[Path]:
    """Pictures of Debian's packages that differ from each other, in the order of packages and names; chosen once."""
    listed = _FOLDER / "pictures.txt"
    if not listed.exists():
        _FOLDER.mkdir(parents=True, exist_ok=True)
        listed.write_text("\n".join(map(str, _different())), encoding="utf-8")
    return [Path(line) for line in listed.read_text(encoding="utf-8").splitlines()]


def _different() -> list[Path]:
    chosen: list[Path] = []
    held = np.zeros((0, 32), np.uint8)
    with ProcessPoolExecutor(2) as pool:
        paths = [path for package in PACKAGES for path in _files(package)]
        for path, views in zip(paths, pool.map(_views, paths, chunksize=16), strict=True):
            if views is not None and all((np.bitwise_count(held ^ view).sum(axis=1) > _APART_BITS).all() for view in views):
                chosen.append(path)
                held = np.concatenate([held, views[:1]])
    return chosen


def _files(package: str) -> list[Path]:
    folder = sources.unpacked(package, written.BUILD / "packages")
    return sorted(path for path in folder.rglob("*") if path.suffix.lower() in _KINDS and not path.is_symlink())


def _views(path: Path) -> NDArray[np.uint8] | None:
    """The eight hashes of a picture uint8[8, 32]; None of one that is small or plain."""
    grey = _grey(path)
    if grey is None:
        return None
    hashes, qualities = hash_frames(grey[None])
    return hashes[0] if qualities[0] >= _QUALITY_MIN else None


def _grey(path: Path) -> Frames | None:
    """A picture's luma, what is transparent grey; None of one that is small or does not read."""
    picture = cv2.imread(str(path), cv2.IMREAD_UNCHANGED)
    if picture is None or picture.dtype != np.uint8 or min(picture.shape[:2]) < _SIDE_PX_MIN:
        return None
    if picture.ndim == 3 and picture.shape[2] == 4:
        opaque = picture[..., 3:] / 255
        picture = (picture[..., :3] * opaque + 200 * (1 - opaque)).astype(np.uint8)
    grey = cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY) if picture.ndim == 3 else picture
    scale = min(1.0, 1200 / max(grey.shape))
    return cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA).astype(np.uint8)


def shots(path: Path, turn: int) -> Iterator[Fingerprint]:
    """Short passes of a camera over parts of a picture, some mirrored, each in a light of its own; name and turn decide."""
    grey = _grey(path)
    if grey is None:
        raise ValueError(f"{path} was chosen and does not read")
    random = seeded(f"{path.name}/{turn}")
    for _ in range(_SHOTS):
        yield _printed(_shot(grey, random))


def _shot(grey: Frames, random: np.random.Generator) -> Frames:
    """Frames uint8[n, h, w] of one pass."""
    wide, high = _SIZES[random.integers(len(_SIZES))]
    least = min(grey.shape[1] / wide, grey.shape[0] / high)
    zooms = random.uniform(0.45, 0.95, 2)
    ends = random.uniform(0, 1, (2, 2))
    mirrored, gamma = random.random() < 0.3, random.uniform(0.7, 1.4)
    frames = []
    for way in np.linspace(0, 0.06, _FRAMES):
        scale = least * (zooms[0] + (zooms[1] - zooms[0]) * way)
        x, y = (ends[0] + (ends[1] - ends[0]) * way) * (grey.shape[1] - wide * scale, grey.shape[0] - high * scale)
        onto = np.array([[scale, 0, x], [0, scale, y]])
        seen = cv2.warpAffine(grey, onto, (wide, high), flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP)
        lit = 255 * (seen / 255) ** gamma
        frames.append(lit[:, ::-1] if mirrored else lit)
    return np.clip(np.stack(frames), 0, 255).astype(np.uint8)


def _printed(frames: Frames) -> Fingerprint:
    builder = PictureBuilder()
    builder.add(frames, np.arange(len(frames), dtype=np.int64) * _EVERY_MS)
    return Fingerprint(VERSION, frames.shape[2], frames.shape[1], len(frames) * _EVERY_MS, "video", builder.finish(), None)


def distractors(count: int) -> list[tuple[str, Fingerprint]]:
    """`count` shots by name, some of every picture before more of any; made once, kept under build/."""
    chosen = pictures()
    starts = range(0, len(chosen), _PART)
    parts = [(turn, chosen[start : start + _PART]) for turn in range(-(-count // (_SHOTS * len(chosen)))) for start in starts]
    with ProcessPoolExecutor(2) as pool:
        paths = list(pool.map(_part, range(len(parts)), parts))
    made = [pickle.loads(path.read_bytes()) for path in paths]
    return [(f"{_SHOT}{number}", one) for number, one in enumerate(one for part in made for one in part)][:count]


def _part(number: int, part: tuple[int, Sequence[Path]]) -> Path:
    turn, chosen = part
    path = _FOLDER / f"{VERSION}-{number:04}.pickle"
    if not path.exists():
        passing = path.with_suffix(".passing")
        passing.write_bytes(pickle.dumps([one for picture in chosen for one in shots(picture, turn)]))
        passing.rename(path)
    return path


def main() -> None:
    """Tells what is found among the shots and without them, and what is said of the shots."""
    parser = arguments("python -m bench.matching.shots", "Copies among many shots of other pictures.", per=4)
    parser.add_argument("--count", type=int, default=100_000, help="shots")
    args = parser.parse_args()
    run, among = asked(args), distractors(args.count)
    told = text(run.answered(run.held), run.answered([*run.held, *among]), len(among))
    print(told)
    if args.keep:
        report.keep(f"{title(args)} among {len(among):,} shots of other pictures", told)


Run = tuple[list[Answered], float]


def text(alone: Run, among: Run, count: int) -> str:
    """Both runs in a table, and every shot that is called a copy."""
    lines = ["| held | found | called copy | CPU a query |", "|---|---|---|---|"]
    for name, (answered, seconds) in (("the originals", alone), (f"and {count:,} shots", among)):
        shares = (share(each.found for each in answered), share(each.called_copy for each in answered))
        lines.append(f"| {name} | {' | '.join(map(report.shown, shares))} | {seconds:.2f} s |")
    said = [(each, match) for each in among[0] for match in each.matches if match.reference.startswith(_SHOT)]
    counts = Counter(match.relation for _, match in said)
    pairs = count * len(among[0])
    lines += [
        "",
        *(f"- SHOT: {each.query.path} is called a copy: {m.why}" for each, m in said if m.relation is Relation.COPY),
        *(
            f"- lost among the shots: {now.query.path}"
            for was, now in zip(alone[0], among[0], strict=True)
            if was.found > now.found
        ),
        f"- of {pairs:,} pairs with a shot: {', '.join(f'{counts[relation]} {relation}' for relation in Relation)}",
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
