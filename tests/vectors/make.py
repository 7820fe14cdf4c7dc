"""Golden bytes of the log: `make.py` writes them, test_vectors.py compares; what was ever published must read for ever.

    .venv/bin/python tests/vectors/make.py

A whole archive of three records made by the book, a receipt for each, roots and proofs of larger trees, and the worked
example in docs/format/archive.md, which is computed from them.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

HERE = Path(__file__).resolve().parent
if __name__ == "__main__":
    sys.path.insert(0, str(HERE.parent))

from indelible.log import merkle  # noqa: E402
from indelible.model.record import Record, canonical, field_key  # noqa: E402
from world.paper_log import PaperLog, salt  # noqa: E402

GOLDEN = HERE / "log"
PAGE = HERE.parent.parent / "docs" / "format" / "archive.md"
BEGIN, END = "<!-- computed by tests/vectors/make.py: begin -->\n", "<!-- computed by tests/vectors/make.py: end -->\n"
BLOB = b"Hello, record.\n"
SIZES = (0, 1, 2, 3, 7, 8, 255, 256, 257, 600)


def book() -> PaperLog:
    """The golden log: archive/1, key/1, and an exhibit/1 about 15 bytes."""
    exhibit = {"name": "hello.txt", "sha256": sha256(BLOB).hexdigest(), "size": len(BLOB)}
    return PaperLog([Record("exhibit/1", exhibit)], origin="archive.example/golden")


def made() -> dict[str, bytes]:
    """Every golden file below tests/vectors/log, by name."""
    log, files = book(), {}
    with TemporaryDirectory() as folder:
        root = Path(folder)
        log.write(root, blobs=[BLOB], earlier=[2])
        for path in sorted(root.rglob("*")):
            if path.is_file():
                files[f"archive/{path.relative_to(root).as_posix()}"] = path.read_bytes()
    files |= {f"receipts/{index}.tlog-proof": log.receipt(index) for index in range(3)}
    files["trees.json"] = (json.dumps(trees(), indent=1) + "\n").encode()
    return files


def trees() -> list[dict[str, object]]:
    """Trees over the entries `0`, `1`, `2`, … in decimal: root, and the proofs for the middle leaf and half the size."""
    leaves = [merkle.leaf_hash(str(i).encode()) for i in range(max(SIZES))]
    rows: list[dict[str, object]] = []
    for size in SIZES:
        row: dict[str, object] = {"size": size, "root": merkle.root_hash(leaves[:size]).hex()}
        if size:
            row["inclusion"] = [step.hex() for step in merkle.inclusion_proof(leaves[:size], size // 2)]
            row["consistency"] = [step.hex() for step in merkle.consistency_proof(leaves[:size], size // 2)]
        rows.append(row)
    return rows


def example() -> str:
    """The worked example of the page, as Markdown."""
    return BEGIN + "\n" + "\n".join(_example()) + "\n\n" + END


def _example() -> Iterator[str]:
    log, files = book(), made()
    record = log.sealed[2]
    yield "Record 2 of the golden archive is an `exhibit/1` about the 15 bytes `Hello, record.\\n`. Its salt, which is thrown away after sealing, is"
    yield f"`{salt(2).hex()}`.\n"
    yield "| field | canonical value | key = SHA-256(salt ‖ name) | digest = SHA-256(key ‖ value) |\n|---|---|---|---|"
    digests = {}
    for name, (value, key) in sorted(record.shown.items()):
        assert key == field_key(salt(2), name)
        digests[name] = sha256(key + canonical(value)).hexdigest()
        yield f"| `{name}` | `{canonical(value).decode()}` | `{key.hex()}` | `{digests[name]}` |"
    yield "\nThe object that is hashed (one line), its SHA-256, which is **the entry**, and the leaf hash SHA-256(00 ‖ entry):\n"
    yield f"    {canonical(digests).decode()}\n    entry {record.entry().hex()}\n    leaf  {log.leaves[2].hex()}\n"
    yield "The record's line in `records/000.p/3`, and the same with `name` withheld, which gives the same entry:\n"
    yield f"    {record.to_bytes().decode()}\n    {record.without('name').to_bytes().decode()}\n"
    yield "`log/tile/entries/000.p/3` (each entry led by its length, 0020) and `log/tile/0/000.p/3` (leaf hashes):\n"
    yield from _dump(files["archive/log/tile/entries/000.p/3"], 34)
    yield ""
    yield from _dump(files["archive/log/tile/0/000.p/3"], 32)
    yield "\nThe tree of three: node = SHA-256(01 ‖ leaf 0 ‖ leaf 1), root = SHA-256(01 ‖ node ‖ leaf 2):\n"
    yield f"    node  {merkle.node_hash(*log.leaves[:2]).hex()}\n    root  {merkle.root_hash(log.leaves).hex()}\n"
    yield "`log/keys`, `log/checkpoint` (the third line is that root in base64) and the receipt of record 2 (one hash: the node):\n"
    for name in ("archive/log/keys", "archive/log/checkpoint", "receipts/2.tlog-proof"):
        yield "".join(f"    {line}".rstrip() + "\n" for line in files[name].decode().splitlines())


def _dump(data: bytes, width: int) -> Iterator[str]:
    for at in range(0, len(data), width):
        yield f"    {data[at : at + width].hex()}"


def main() -> None:
    """Writes every golden file and the example."""
    for name, data in made().items():
        path = GOLDEN / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    page = PAGE.read_text(encoding="utf-8")
    before, _, rest = page.partition(BEGIN)
    PAGE.write_text(before + example() + rest.partition(END)[2], encoding="utf-8")


if __name__ == "__main__":
    main()
