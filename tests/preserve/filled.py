"""An archive with something of everything: several bundles, originals, long values, a stamp, a redaction."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

from indelible.model.found import FoundMedia
from indelible.preserve.archive import Archive
from indelible.preserve.reading import Wanted
from indelible.preserve.records import keeping, source
from indelible.preserve.records.post import PostContext, post_record
from indelible.preserve.records.prepare import By, Prepared
from preserve.golden import ACT, AT
from world.found_posts import post, video

POSTS = 290
FILES = 12


def fill(archive: Archive, folder: Path) -> None:
    """Collects a source of 290 posts and 12 files, stamps the log and redacts a blob that was never kept."""
    folder.mkdir()
    names = [f"{number}.mp4" for number in range(FILES)]
    for name in names:
        (folder / name).write_bytes(name.encode() * 300)
    (folder / "result.json").write_bytes(b'{"messages": []}' * 50)
    kept = archive.blobs.put_all([Wanted(folder / name, folder) for name in ["result.json", *names]])
    held = dict(zip(["result.json", *names], [one.sha256 for one in kept], strict=True))
    run = archive.ledger.size
    prepared = [source.run_record(source.Run(AT, By("K7"), "collect", (str(folder),))), *_exports(held, run)]
    prepared += [source.exhibit_record(source.Exhibit(held[name], 5 * 300, name, "src"), run=run) for name in names]
    prepared += _posts(held, run)
    prepared.append(keeping.redaction_record(ACT, keeping.Redaction({}, [sha256(b"redacted").hexdigest()], "why", By("M2"))))
    commit(archive, prepared)
    stamp(archive)


def _exports(held: dict[str, str], run: int) -> list[Prepared]:
    whole = source.Export(sha256(b"whole account").hexdigest(), 13, "account.json", "src", whole=False)
    return [
        source.export_record(source.Export(held["result.json"], 800, "result.json", "src"), run=run),
        source.export_record(whole, run=run),
    ]


def _posts(held: dict[str, str], run: int) -> list[Prepared]:
    found = [video(n, f"{n % FILES}.mp4") if n % 2 else post(n) for n in range(1, POSTS)]
    found.append(post(POSTS, "a long text " * 2000))
    redacted = replace(post(POSTS + 1), media=(FoundMedia("photo", "redacted.jpg"),))
    context = PostContext(run, {**held, "redacted.jpg": sha256(b"redacted").hexdigest()})
    return [post_record(each, context) for each in [*found, redacted]]


def commit(archive: Archive, prepared: list[Prepared]) -> None:
    archive.blobs.put_bytes([piece for each in prepared for piece in each.overflow])
    archive.ledger.append([each.record for each in prepared], archive.ledger.size, at=AT)


def stamp(archive: Archive) -> None:
    """A token as an authority would send it, over the checkpoint as it is."""
    note, token, size = archive.ledger.checkpoint(), b"\x30\x82 a token" * 100, archive.ledger.size
    for end, data in ((".checkpoint", note), (".tsr", token)):
        (archive.root / "stamps" / f"{size}{end}").write_bytes(data)
    noun = keeping.Stamp(size, sha256(note).hexdigest(), sha256(token).hexdigest(), "CN=Test", AT + timedelta(seconds=1))
    commit(archive, [keeping.stamp_record(ACT, noun)])
