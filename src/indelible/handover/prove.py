"""A folder that proves records to whoever holds it: what `indelible prove ID --out DIR` writes.

It holds the records as sealed, a receipt for each, the log's keys, the original files, time-stamps when there are any, a
manifest that `sha256sum -c` reads, plain words, and the script that referees all of it. The folder appears whole or not at
all, and not before that script has passed it. Form: docs/format/archive.md.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import file_digest
from pathlib import Path
from tempfile import mkdtemp

from indelible.handover import verify_package
from indelible.handover.readme import readme
from indelible.log import base64
from indelible.log.checkpoint import Checkpoint
from indelible.log.note import Note
from indelible.log.proof import Proof
from indelible.model.errors import DiskError, FormatError, UsageError
from indelible.model.record import Sealed

MANIFEST = "MANIFEST.sha256"
SCRIPT = "verify.py"
_FILE_MODE = 0o444
_FOLDER_MODE = 0o755


@dataclass(frozen=True)
class Stamped:
    """A checkpoint as stamped, the authority's token over it, and the proof that leads from it to the receipts' checkpoint.

    `consistency` are the hashes that `Ledger.consistency(size of the stamped checkpoint)` gives.
    """

    note: bytes
    token: bytes
    consistency: Sequence[bytes] = ()


def write_proof(  # noqa: PLR0913  each part of the folder by its name
    out: Path,
    *,
    receipts: Sequence[tuple[int, Sealed]],
    receipt_of: Callable[[int], bytes],
    vkeys: str,
    blobs: Mapping[str, Path],
    stamps: Sequence[Stamped] = (),
    facts: Sequence[str] = (),
) -> None:
    """Writes the folder `out`, which is not there yet, and has it refereed before it appears.

    `receipts` are the records to prove with their indices, withheld fields withheld already; `vkeys` the text of log/keys;
    `blobs` where the files that these records are about lie, by SHA-256; `facts` lines for README.txt, said as stated.
    Raises UsageError when `out` is there or nothing is to be proven, FormatError when the parts do not prove each other,
    DiskError when the disk refuses.
    """
    if not receipts:
        raise UsageError("nothing to prove: no record was named", do="name an exhibit or a post.")
    if out.exists() or out.is_symlink():
        raise UsageError("expected a folder that is not there yet, found one", where=str(out), do="name another folder.")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        unfinished = Path(mkdtemp(prefix=f".{out.name}.", dir=out.parent))
    except OSError as error:
        raise _disk_error(error, out) from error
    try:
        _fill(unfinished, _small_files(receipts, receipt_of, vkeys, stamps), blobs)
        words = readme(receipts, held=set(blobs), stamped=bool(stamps), facts=facts)
        (unfinished / "README.txt").write_text(words, encoding="utf-8", newline="\n")
        _list(unfinished)
        _refereed(unfinished)
        unfinished.chmod(_FOLDER_MODE)
        unfinished.rename(out)
    except OSError as error:
        raise _disk_error(error, out) from error
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)  # gone under this name when all went well


def _small_files(
    receipts: Sequence[tuple[int, Sealed]], receipt_of: Callable[[int], bytes], vkeys: str, stamps: Sequence[Stamped]
) -> Iterable[tuple[str, bytes]]:
    yield "keys", vkeys.encode()
    yield SCRIPT, Path(verify_package.__file__).read_bytes()
    size = 0
    for index, sealed in receipts:
        receipt = receipt_of(index)
        size = Checkpoint.from_text(Note.parse(Proof.from_bytes(receipt).note).text).size
        yield f"records/{index}.json", sealed.to_bytes() + b"\n"
        yield f"receipts/{index}.tlog-proof", receipt
    for stamp in stamps:
        stamped = Checkpoint.from_text(Note.parse(stamp.note).text).size
        lines = [f"consistency {stamped} {size}", *map(base64.encode, stamp.consistency)]
        yield f"stamps/{stamped}.checkpoint", stamp.note
        yield f"stamps/{stamped}.tsr", stamp.token
        yield f"stamps/{stamped}.consistency", "".join(f"{line}\n" for line in lines).encode()


def _fill(folder: Path, files: Iterable[tuple[str, bytes]], blobs: Mapping[str, Path]) -> None:
    for name, data in files:
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(data)
    for digest, source in blobs.items():
        (folder / "blobs").mkdir(exist_ok=True)
        shutil.copyfile(source, folder / "blobs" / digest)


def _list(folder: Path) -> None:
    names = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    lines = []
    for name in names:
        with (folder / name).open("rb") as file:
            lines.append(f"{file_digest(file, 'sha256').hexdigest()}  {name}\n")
        (folder / name).chmod(_FILE_MODE)
    (folder / MANIFEST).write_text("".join(lines), encoding="utf-8", newline="\n")
    (folder / MANIFEST).chmod(_FILE_MODE)


def _refereed(folder: Path) -> None:
    faults = verify_package.check_folder(folder).faults
    if faults:
        place, fault = faults[0]
        raise FormatError(
            f"what was to be handed over does not prove itself: {place} {fault}",
            where=str(folder),
            do="run indelible audit; a record, a blob or the log is damaged.",
        )


def _disk_error(error: OSError, out: Path) -> DiskError:
    return DiskError(
        f"the folder could not be written: {error.strerror or error}", where=str(out), do="make room, or name another place."
    )
