"""Files of a source on their way into the archive: kept as blobs, and recorded as exhibits when their bytes are new."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import file_digest
from pathlib import Path

from indelible.app.intake.run import Ground
from indelible.catalog import exhibits
from indelible.model.found import FileRole, FoundFile, FoundSlice, Keep, Refusal
from indelible.preserve.blobs import Blobs, Kept, Unkept
from indelible.preserve.reading import Wanted
from indelible.preserve.records.keeping import Act, found_again_record
from indelible.preserve.records.prepare import Prepared
from indelible.preserve.records.source import Exhibit, exhibit_record

_EXHIBITS = (FileRole.MEDIA, FileRole.UNREFERENCED, FileRole.THUMBNAIL)


@dataclass(frozen=True)
class Filed:
    """A file of the source and what it was kept as. `slice_of` is the whole file when these bytes were cut from it."""

    name: str
    role: FileRole
    kept: Kept
    whole: bool = True
    slice_of: FoundSlice | None = None


@dataclass
class Files:
    """The files of one source, as they are kept. `held` maps their names to SHA-256; of those kept by digest, nothing is held."""

    blobs: Blobs
    held: dict[str, str] = field(default_factory=dict)
    exports: list[Filed] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)

    def keep(self, found: Sequence[FoundFile | FoundSlice], source: str) -> list[Filed]:
        """Makes these files durable; one that cannot be read is refused and the others go on."""
        filed = list(self._filed(found, source))
        for each in filed:
            if each.whole:
                self.held[each.name] = each.kept.sha256
        self.exports.extend(each for each in filed if each.role is FileRole.EXPORT)
        return filed

    def _filed(self, found: Sequence[FoundFile | FoundSlice], source: str) -> Iterator[Filed]:
        wanted = [each for each in found if isinstance(each, FoundSlice) or each.keep is Keep.WHOLE]
        answers = self.blobs.put_all([Wanted.of(each) for each in wanted])
        kept = {id(each): answer for each, answer in zip(wanted, answers, strict=True)}
        for each in found:
            role = FileRole.EXPORT if isinstance(each, FoundSlice) else each.role
            answer = kept.get(id(each)) or _measured(Path(each.path))
            if isinstance(answer, Unkept):
                self.refusals.append(Refusal(source, each.name, answer.reason, count=0))
            else:
                yield Filed(each.name, role, answer, id(each) in kept, each if isinstance(each, FoundSlice) else None)


def _measured(path: Path) -> Kept | Unkept:
    """Digest and size of a file that is not kept."""
    try:
        with path.open("rb") as file:
            return Kept(file_digest(file, "sha256").hexdigest(), file.tell(), new=False)
    except OSError as error:
        return Unkept(error.strerror or str(error))


def decide_files(ground: Ground, filed: Iterable[Filed], source: str, act: Act, *, names_matter: bool) -> list[Prepared]:
    """The records of exhibits whose bytes are new, and (`names_matter`) of known bytes that came under a new name."""
    candidates = [each for each in filed if each.role in _EXHIBITS]
    known = set(exhibits.held(ground.reader, [each.kept.sha256 for each in candidates]))
    records: list[Prepared] = []
    for each in candidates:
        sha256 = each.kept.sha256
        if sha256 not in known:
            known.add(sha256)
            noun = Exhibit(sha256, each.kept.size, each.name, source, each.role, each.kept.changed)
            records.append(exhibit_record(noun, run=ground.run))
        elif names_matter and not exhibits.is_named(ground.reader, sha256, each.name):
            records.append(found_again_record(act, sha256=sha256, name=each.name, source=source, run=ground.run))
    return records
