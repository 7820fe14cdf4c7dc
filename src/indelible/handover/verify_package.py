#!/usr/bin/env python3
# ruff: noqa: EXE001, PLR2004, T201  it travels alone: a script, with its numbers where they are used
"""Referees a folder that `indelible prove` wrote, or (--archive) a whole archive. Needs Python 3.8 or newer and nothing else.

    python3 verify.py [FOLDER] [--key VKEY]        python3 verify.py --archive FOLDER [--key VKEY]

Exit code 0 when everything holds, 1 when anything does not; every fault is printed with its place. Nothing is written and
nothing is fetched. The form that is checked here is docs/format/archive.md; this script shares no code with what it referees.
"""

from __future__ import annotations

import argparse
import base64
import binascii
import json
import os
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from hashlib import sha256, sha512
from pathlib import Path
from typing import NamedTuple, NoReturn


class Refused(Exception):  # noqa: N818  it reads as what happened
    """Something is not what it has to be; the text says what."""


# --- Ed25519 (RFC 8032 §5.1), verifying only ------------------------------------------------------------------------------

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P


def _add(p: tuple[int, ...], q: tuple[int, ...]) -> tuple[int, ...]:
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % P, (p[1] + p[0]) * (q[1] + q[0]) % P
    c, d = 2 * p[3] * q[3] * D % P, 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return (e * f % P, g * h % P, f * g % P, e * h % P)


def _point(data: bytes) -> tuple[int, ...]:
    number = int.from_bytes(data, "little")
    sign, y = number >> 255, number & ((1 << 255) - 1)
    if y >= P:
        raise Refused("a point is not in its canonical form")
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if x * x % P != square:
        x = x * pow(2, (P - 1) // 4, P) % P
    if x * x % P != square or (x == 0 and sign):
        raise Refused("these bytes are no point of the curve")
    if x % 2 != sign:
        x = P - x
    return (x, y, 1, x * y % P)


BASE = _point(bytes([0x58]) + bytes([0x66]) * 31)
NEUTRAL = (0, 1, 1, 0)


@lru_cache(maxsize=256)
def ed25519_holds(public_key: bytes, signature: bytes, text: bytes) -> bool:
    """Whether `signature` is this key's over `text`: canonical S and points only, no key of small order."""
    if len(public_key) != 32 or len(signature) != 64:
        return False
    s = int.from_bytes(signature[32:], "little")
    try:
        a, r = _point(public_key), _point(signature[:32])
    except Refused:
        return False
    eight = _add(_add(_add(a, a), _add(a, a)), _add(_add(a, a), _add(a, a)))
    if s >= ORDER or eight[0] % P == 0:
        return False
    k = int.from_bytes(sha512(signature[:32] + public_key + text).digest(), "little") % ORDER
    minus_a = (P - a[0], a[1], 1, P - a[3])
    table = (NEUTRAL, BASE, minus_a, _add(BASE, minus_a))
    reached: tuple[int, ...] = NEUTRAL
    for bit in range(253, -1, -1):
        reached = _add(reached, reached)
        which = (s >> bit & 1) | (k >> bit & 1) << 1
        if which:
            reached = _add(reached, table[which])
    x, y, z, _ = reached
    return (x - r[0] * z) % P == 0 and (y - r[1] * z) % P == 0


# --- the Merkle tree (RFC 6962 §2.1) --------------------------------------------------------------------------------------


def _node(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right).digest()


def _last(proof: list[bytes]) -> bytes:
    if not proof or len(proof[-1]) != 32:
        raise Refused("a proof is too short, or a hash in it has not 32 bytes")
    return proof.pop()


def _led_to(index: int, size: int, leaf: bytes, proof: list[bytes]) -> bytes:
    if size == 1:
        return leaf
    at, beside = 1 << ((size - 1).bit_length() - 1), _last(proof)
    if index < at:
        return _node(_led_to(index, at, leaf, proof), beside)
    return _node(beside, _led_to(index - at, size - at, leaf, proof))


def verify_inclusion(index: int, size: int, leaf: bytes, proof: Sequence[bytes], root: bytes) -> None:
    """Raises Refused unless `proof` leads from the leaf hash at `index` to the root of a tree of `size`."""
    left = list(proof)
    if not 0 <= index < size < 2**63:
        raise Refused(f"no entry {index} in a log of {size}")
    if len(leaf) != 32 or _led_to(index, size, leaf, left) != root or left:
        raise Refused("the proof does not lead from the entry to the log's root")


def _both(old: int, size: int, seed: bytes | None, proof: list[bytes]) -> tuple[bytes, bytes]:
    if old == size:
        known = _last(proof) if seed is None else seed
        return known, known
    at, beside = 1 << ((size - 1).bit_length() - 1), _last(proof)
    if old <= at:
        old_root, new_root = _both(old, at, seed, proof)
        return old_root, _node(new_root, beside)
    old_root, new_root = _both(old - at, size - at, None, proof)
    return _node(beside, old_root), _node(beside, new_root)


def verify_consistency(old: int, new: int, proof: Sequence[bytes], old_root: bytes, new_root: bytes) -> None:
    """Raises Refused unless `proof` shows the tree of `old` to be a prefix of the tree of `new`."""
    # The proof lists the lowest hash first: it is read from its end, the highest.
    left = list(proof)
    if not 0 <= old <= new < 2**63 or len(old_root) != 32 or len(new_root) != 32:
        raise Refused(f"a log cannot grow from {old} to {new}")
    reached = (sha256(b"").digest(), new_root) if old == 0 else _both(old, new, old_root, left)
    if left or reached != (old_root, new_root):
        raise Refused(f"the log of {old} entries is not a prefix of the log of {new}")


# --- one spelling only ----------------------------------------------------------------------------------------------------


def _base64(text: str) -> bytes:
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise Refused("not base64") from error
    if base64.b64encode(data).decode() != text:
        raise Refused("base64 in a spelling that is not the canonical one")
    return data


def _decimal(text: str) -> int:
    if not re.fullmatch("0|[1-9][0-9]{0,18}", text) or int(text) >= 2**63:
        raise Refused("not a decimal number in its one spelling")
    return int(text)


def _lines(data: bytes) -> list[str]:
    text = data.decode()
    if not text.endswith("\n") or re.search("[\x00-\x09\x0b-\x1f]", text):
        raise Refused("lines end with a line feed, and hold no control characters")
    return text[:-1].split("\n")


# --- keys, checkpoints, receipts (c2sp.org/signed-note, tlog-checkpoint, tlog-proof) --------------------------------------


NAME = re.compile(r"[^\s+]+")


class Key(NamedTuple):
    """A key of the log: it signs the sizes above `since` and up to the next key's."""

    since: int
    vkey: str
    name: str
    key_id: bytes
    public: bytes


class Checkpoint(NamedTuple):
    """What the log signed."""

    origin: str
    size: int
    root: bytes


def _key(line: str) -> Key:
    index, _, vkey = line.partition(" ")
    name, key_id, material = ([*vkey.split("+", 2), "", ""])[:3]
    key = _base64(material)
    made = sha256(name.encode() + b"\n" + key).digest()[:4]
    if not NAME.fullmatch(name) or len(key) != 33 or key[0] != 1 or key_id != made.hex():
        raise Refused("a key is not in its one form, or its id does not belong to it")
    return Key(_decimal(index), vkey, name, made, key[1:])


def parse_keys(data: bytes, pinned: str | None = None) -> list[Key]:
    """The keys of a log, oldest first; with `pinned`, only that one, which must be among them."""
    keys = [_key(line) for line in _lines(data)]
    if [k.since for k in keys] != sorted({k.since for k in keys}):
        raise Refused("the keys' indices do not ascend")
    if pinned is not None and pinned not in {k.vkey for k in keys}:
        raise Refused("the key that you gave is not a key of this log")
    return keys


def open_checkpoint(note: bytes, keys: Sequence[Key], pinned: str | None = None) -> Checkpoint:
    """The checkpoint of a signed note; raises Refused unless the key in force at its size signed it."""
    text, gap, below = note.decode().rpartition("\n\n")
    text += "\n"
    lines = _lines(text.encode())
    if not gap or len(lines) != 3:
        raise Refused("a checkpoint is three lines, an empty line, and signatures")
    found = Checkpoint(lines[0], _decimal(lines[1]), _base64(lines[2]))
    in_force = [k for k in keys if k.since < found.size][-1:]
    if not in_force or in_force[0].name != found.origin or len(found.root) != 32:
        raise Refused("no key of this log signs this size under this origin")
    if pinned is not None and in_force[0].vkey != pinned:
        raise Refused("the key that you gave is not the one that signs this size")
    ours, signers = (in_force[0].name, in_force[0].key_id), []
    for line in _lines(below.encode()):
        parts = line.split(" ")
        data = _base64(parts[-1])
        if len(parts) != 3 or parts[0] != "\u2014" or not NAME.fullmatch(parts[1]) or len(data) < 5:
            raise Refused("a signature line is not in its one form")
        signers.append((parts[1], data[:4]))
        if signers[-1] == ours and not ed25519_holds(in_force[0].public, data[4:], text.encode()):
            raise Refused("the log's signature does not belong to this checkpoint")
    if ours not in signers or len(set(signers)) != len(signers):
        raise Refused("the log has not signed this checkpoint, or a key has signed it twice")
    return found


def open_receipt(receipt: bytes, entry: bytes, keys: Sequence[Key], pinned: str | None = None) -> tuple[int, Checkpoint]:
    """The index and checkpoint that a receipt proves `entry` to stand under."""
    head, gap, note = receipt.partition(b"\n\n")
    lines = _lines(head + b"\n")
    if not gap or lines[0] != "c2sp.org/tlog-proof@v1" or len(lines) < 2 or not lines[1].startswith("index "):
        raise Refused("a receipt is not in its one form")
    index, found = _decimal(lines[1][6:]), open_checkpoint(note, keys, pinned)
    leaf = sha256(b"\x00" + entry).digest()
    verify_inclusion(index, found.size, leaf, [_base64(line) for line in lines[2:]], found.root)
    return index, found


# --- records (docs/format/archive.md) -------------------------------------------------------------------------------------


class Record(NamedTuple):
    """A record's entry in the log, and the values that it shows."""

    entry: bytes
    values: dict[str, object]


def _no_float(text: str) -> NoReturn:
    raise Refused("a record holds no fractions: " + text)


def _canonical(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _allowed(value: object, depth: int) -> None:
    if isinstance(value, int) and abs(value) >= 2**53:
        raise Refused("a record holds too large a number")
    if isinstance(value, dict) and not all(ord(c) < 128 for name in value for c in name):
        raise Refused("a member's name is not ASCII")
    if isinstance(value, (dict, list)):
        if depth > 32:
            raise Refused("a record is nested too deep")
        for item in value.values() if isinstance(value, dict) else value:
            _allowed(item, depth + 1)


def _digest(text: object) -> bytes:
    if not isinstance(text, str) or not re.fullmatch("[0-9a-f]{64}", text):
        raise Refused("a key or digest is not 64 lower-case hex digits")
    return bytes.fromhex(text)


def open_record(line: bytes) -> Record:
    """Reads one record in its canonical spelling and computes its entry from what it shows and withholds."""
    members = json.loads(line.decode(), parse_float=_no_float, parse_constant=_no_float)
    if not isinstance(members, dict) or not 0 < len(members) <= 64 or _canonical(members) != line:
        raise Refused("a record is not in its canonical spelling")
    digests, values = {}, {}
    for name, member in members.items():
        if isinstance(member, list) and len(member) == 2:
            _allowed({name: member[0]}, 0)
            values[name] = member[0]
            digests[name] = sha256(_digest(member[1]) + _canonical(member[0])).hexdigest()
        else:
            _allowed({name: None}, 0)
            digests[name] = _digest(member).hex()
    return Record(sha256(_canonical(digests)).digest(), values)


# --- what was found -------------------------------------------------------------------------------------------------------


class Report:
    """Faults with their places, remarks that are no faults, and how much was checked."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.faults: list[tuple[str, str]] = []
        self.remarks: list[str] = []
        self.counts: dict[str, int] = {}
        self.heads: dict[int, Checkpoint] = {}  # every checkpoint that holds, by size
        self.cited: dict[str, str] = {}  # the SHA-256 of a file that a record is about, and which record that is
        self.mentioned: set[str] = set()  # every SHA-256 that a record shows
        self.redacted: set[str] = set()  # every SHA-256 that a redaction/1 names
        self.key_records: dict[int, str] = {}  # the key that each key/1 record brings in
        self.bundles: dict[str, bytes] = {}  # leaf hashes of the bundles of records that were read

    @contextmanager
    def at(self, place: str) -> Iterator[None]:
        """Turns what goes wrong inside into a fault at `place`."""
        try:
            yield
        except OSError as error:
            self.faults.append((place, (error.strerror or "cannot be read").lower()))
        except (Refused, ValueError, RecursionError) as error:
            self.faults.append((place, str(error)))

    def count(self, what: str) -> None:
        """Counts one more thing that holds."""
        self.counts[what] = self.counts.get(what, 0) + 1

    def read(self, name: str, bytes_max: int = 2**21) -> bytes:
        """The bytes of a file that can only be small."""
        with (self.root / name).open("rb") as file:
            data = file.read(bytes_max + 1)
        if len(data) > bytes_max:
            raise Refused("is larger than any such file can be")
        return data

    def files(self, below: str = "") -> list[str]:
        """The names of all files below a folder, and of empty folders, with `/`; anything else is a fault."""
        found: list[str] = []
        with self.at(below or "."):
            for entry in sorted(os.scandir(str(self.root / below)), key=lambda e: e.name):
                name = below + entry.name
                if entry.is_dir(follow_symlinks=False):
                    inside = self.files(name + "/")
                    found += inside or [name + "/"]
                elif entry.is_file(follow_symlinks=False):
                    found.append(name)
                else:
                    self.faults.append((name, "is neither a file nor a folder"))
        return found

    def head(self, found: Checkpoint) -> Checkpoint:
        """The same checkpoint, unless another of its size was seen."""
        if self.heads.setdefault(found.size, found) != found:
            raise Refused(f"two checkpoints of size {found.size} differ: the log was forked")
        return found

    def cite(self, index: int, record: Record) -> None:
        """Remembers what files and keys a record is about."""
        kind, vkey = record.values.get("kind"), record.values.get("vkey")
        self.mentioned.update(text for text in _texts(record.values) if len(text) == 64)
        for about in _cited(str(kind), record.values):
            self.cited.setdefault(about, f"record {index} ({kind})")
        if kind == "redaction/1":
            self.redacted.update(_texts(record.values.get("blobs")))
        if kind == "key/1" and isinstance(vkey, str):
            self.key_records[index] = vkey


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, (dict, list)):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _texts(item)


def _cited(kind: str, values: dict[str, object]) -> Iterator[str]:
    """The SHA-256 of every file that a record says is kept."""
    found = [value.get("blob") for value in values.values() if isinstance(value, dict)]
    if kind == "exhibit/1" or (kind == "export/1" and values.get("keep") == "whole"):
        found.append(values.get("sha256"))
    elif kind == "post/1":
        media, pointers = values.get("media"), values.get("pointers")
        rows = (media if isinstance(media, list) else []) + (pointers if isinstance(pointers, list) else [])
        found += [row.get(name) for row in rows if isinstance(row, dict) for name in ("sha256", "thumbnail_sha256")]
    return (digest for digest in found if isinstance(digest, str) and re.fullmatch("[0-9a-f]{64}", digest))


def _hash(path: Path) -> str:
    made = sha256()
    with path.open("rb") as file:
        for part in iter(lambda: file.read(1 << 20), b""):
            made.update(part)
    return made.hexdigest()


def _token(report: Report, size: str, checkpoint: bytes) -> None:
    # The authority's signature is for `openssl ts -verify`; that the token is over this checkpoint can be seen here.
    if b"\x04\x20" + sha256(checkpoint).digest() not in report.read(f"stamps/{size}.tsr"):
        raise Refused(f"the time-stamp is not over stamps/{size}.checkpoint")
    report.count("time-stamps (each is over its checkpoint; openssl ts checks the authority's signature)")


def _blob(report: Report, name: str, found: str) -> None:
    with report.at(name):
        if found != name[-64:]:
            raise Refused("is not the file that its name says")
        report.count("original files")


# --- a folder that `indelible prove` wrote --------------------------------------------------------------------------------

ALWAYS = ("MANIFEST.sha256", "README.txt", "keys", "verify.py")
BELONGS = re.compile(
    r"records/[0-9]+\.json|receipts/[0-9]+\.tlog-proof|blobs/[0-9a-f]{64}|stamps/[0-9]+\.(checkpoint|tsr|consistency)"
)


def check_folder(root: Path, pinned: str | None = None) -> Report:
    """Checks every file of a folder that proves records: names, hashes, keys, records, receipts, blobs, time-stamps."""
    report = Report(root)
    names = report.files()
    hashes: dict[str, str] = {}
    for name in names:
        if name != "MANIFEST.sha256" and not name.endswith("/"):
            with report.at(name):
                hashes[name] = _hash(root / name)
    report.faults += [(name, "is missing") for name in ALWAYS if name not in names]
    report.faults += [(name, "does not belong here") for name in names if name not in ALWAYS and not BELONGS.fullmatch(name)]
    with report.at("MANIFEST.sha256"):
        _manifest(report, hashes)
    keys: list[Key] = []
    with report.at("keys"):
        keys = parse_keys(report.read("keys"), pinned)
    numbers = {name[8:-5] for name in names if name.startswith("records/")}
    numbers |= {name[9:-11] for name in names if name.startswith("receipts/")}
    for number in sorted(numbers) or ["0"]:
        _proven(report, number, keys, pinned)
    for number in sorted({name[7:].partition(".")[0] for name in names if name.startswith("stamps/")}):
        _stamp(report, number, keys)
    with report.at("keys"):
        if not report.key_records.items() <= {k.since: k.vkey for k in keys}.items():
            raise Refused("a key/1 record names another key")
    _originals(report, {name: found for name, found in hashes.items() if name.startswith("blobs/")})
    return report


def _manifest(report: Report, hashes: dict[str, str]) -> None:
    found = report.read("MANIFEST.sha256")
    listed = {line[66:]: line[:64] for line in _lines(found)}
    for name in sorted(set(listed) | set(hashes)):
        if name not in hashes:
            report.faults.append((name, "is listed in MANIFEST.sha256 but is not here"))
        elif listed.get(name) != hashes[name]:
            report.faults.append((name, "is not as MANIFEST.sha256 lists it"))
        else:
            report.count("files against MANIFEST.sha256")
    if found != "".join(f"{hashes[name]}  {name}\n" for name in sorted(hashes)).encode():
        raise Refused("does not list the files of this folder, one line each, in order")


def _proven(report: Report, number: str, keys: Sequence[Key], pinned: str | None) -> None:
    record = Record(b"", {})
    with report.at(f"records/{number}.json"):
        line, index = report.read(f"records/{number}.json"), _decimal(number)
        record = open_record(line[:-1] if line.endswith(b"\n") else b"")
        report.cite(index, record)
        report.count("records")
    with report.at(f"receipts/{number}.tlog-proof"):
        receipt = report.read(f"receipts/{number}.tlog-proof")
        at, head = open_receipt(receipt, record.entry, keys, pinned)
        if at != _decimal(number):
            raise Refused(f"the receipt is for record {at}")
        report.head(head)
        report.count("receipts")


def _stamp(report: Report, number: str, keys: Sequence[Key]) -> None:
    with report.at(f"stamps/{number}.checkpoint"):
        note = report.read(f"stamps/{number}.checkpoint")
        stamped = open_checkpoint(note, keys)
        if stamped.size != _decimal(number):
            raise Refused(f"the checkpoint is of size {stamped.size}")
        with report.at(f"stamps/{number}.tsr"):
            _token(report, number, note)
        with report.at(f"stamps/{number}.consistency"):
            first, *steps = _lines(report.read(f"stamps/{number}.consistency"))
            head = report.heads.get(_decimal(first.rpartition(" ")[2]))
            if head is None or first != f"consistency {stamped.size} {head.size}":
                raise Refused("does not lead from this checkpoint to one that a receipt bears")
            verify_consistency(stamped.size, head.size, [_base64(step) for step in steps], stamped.root, head.root)


def _originals(report: Report, blobs: dict[str, str]) -> None:
    for name, found in blobs.items():
        _blob(report, name, found)
        if name[6:] not in report.mentioned:
            report.faults.append((name, "no record here is about this file"))
    for about, record in sorted(report.cited.items()):
        if "blobs/" + about not in blobs:
            report.remarks.append(f"{record} is about the file {about}, which is not in this folder.")


# --- a whole archive ------------------------------------------------------------------------------------------------------

LEAVES = ("records", "log/tile/entries", "log/tile/0")
FILES = {"records": "bundles of records", "log/tile/entries": "bundles of entries"}


class Growing:
    """The tree, leaf by leaf: every level's hashes as tiles hold them, and the root at the sizes that are wanted."""

    def __init__(self, wanted: Iterable[int]) -> None:
        self.rows: dict[int, bytearray] = {0: bytearray()}
        self.roots = {size: sha256(b"").digest() for size in wanted}
        self._peaks: list[tuple[int, bytes]] = []  # roots of whole subtrees from left to right, with their heights

    def add(self, leaf: bytes) -> None:
        """Appends one leaf hash."""
        height = 0
        self.rows[0] += leaf
        while self._peaks and self._peaks[-1][0] == height:
            leaf, height = _node(self._peaks.pop()[1], leaf), height + 1
            if height % 8 == 0:
                self.rows.setdefault(height // 8, bytearray()).extend(leaf)
        self._peaks.append((height, leaf))
        if len(self.rows[0]) // 32 in self.roots:
            self.roots[len(self.rows[0]) // 32] = self._root()

    def _root(self) -> bytes:
        reached = self._peaks[-1][1]
        for _, peak in self._peaks[-2::-1]:
            reached = _node(peak, reached)
        return reached


def check_archive(root: Path, pinned: str | None = None) -> Report:
    """Checks an archive's records, entries, tiles, checkpoint, keys, blobs and stamps against each other."""
    report = Report(root)
    names = []
    for name in report.files():
        if name.endswith("/"):
            continue  # folders are made ahead of what they will hold
        if name.rpartition("/")[2].startswith(".tmp-"):
            report.remarks.append(f"{name} is left over from a write that was cut short.")
        else:
            names.append(name)
    keys: list[Key] = []
    with report.at("log/keys"):
        keys = parse_keys(report.read("log/keys"), pinned)
    heads: dict[str, Checkpoint] = {}
    for name in ["log/checkpoint", *(n for n in names if re.fullmatch(r"stamps/[0-9]+\.checkpoint", n))]:
        with report.at(name):
            heads[name] = report.head(open_checkpoint(report.read(name), keys, None if heads else pinned))
    newest = heads.get("log/checkpoint")
    if newest is None:  # nothing says what should stand here
        report.faults.append(("log/keys", "no key here opens log/checkpoint: one of the two is damaged"))
        return report
    tree = _tree(report, newest, {head.size for head in heads.values()})
    for name, head in heads.items():
        with report.at(name):
            if head.size > newest.size or tree.roots[head.size] != head.root:
                raise Refused("is not over the records that stand here")
            report.count("checkpoints")
        if name != "log/checkpoint":
            with report.at(name[:-11] + ".tsr"):
                _token(report, name[7:-11], report.read(name))
    _against(report, names, tree)
    with report.at("log/keys"):
        if report.key_records != {k.since: k.vkey for k in keys if k.since < newest.size}:
            raise Refused("the keys are not those that the key/1 records bring in")
    _kept(report, [name for name in names if name.startswith("blobs/")])
    return report


def _path(index: int, width: int) -> str:
    groups = [f"{index % 1000:03d}"]
    while index >= 1000:
        index //= 1000
        groups.insert(0, f"x{index % 1000:03d}")
    return "/".join(groups) + ("" if width == 256 else f".p/{width}")


def _place(name: str) -> tuple[str, int, int]:
    """A file of the log: records, entries or a level; which number; how many hashes it holds."""
    match = re.fullmatch(r"(records|log/tile/(?:entries|[0-9]))/((?:x[0-9]{3}/)*[0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?", name)
    index = int(match[2].replace("x", "").replace("/", "")) if match else 0
    width = int(match[3] or 256) if match else 0
    if not match or width > 256 or name != f"{match[1]}/{_path(index, width)}":
        raise Refused("does not belong here")
    return match[1], index, width


def _hashes(report: Report, name: str) -> bytes:
    """The hashes that a file of the log gives: leaf hashes from records and entries, a tile's own from a tile."""
    what, index, width = _place(name)
    if name in report.bundles:
        return report.bundles[name]
    data = report.read(name, 2**28)
    if what == "records":
        lines = data.split(b"\n")
        if lines.pop() or len(lines) != width:
            raise Refused(f"does not hold {width} lines")
        entries = []
        for at, line in enumerate(lines, 256 * index):
            record = open_record(line)
            report.cite(at, record)
            entries.append(record.entry)
    elif what == "log/tile/entries":
        entries = [data[at + 2 : at + 34] for at in range(0, len(data), 34)]
        if data != b"".join(b"\x00\x20" + entry for entry in entries) or len(data) != 34 * width:
            raise Refused(f"does not hold {width} entries of 32 bytes")
    else:
        if len(data) != 32 * width:
            raise Refused(f"does not hold {width} hashes")
        return data
    hashes = b"".join(sha256(b"\x00" + entry).digest() for entry in entries)
    if what == "records":
        report.bundles[name] = hashes
    return hashes


def _tree(report: Report, newest: Checkpoint, sizes: Iterable[int]) -> Growing:
    """The tree that was signed, from the first of records, entries and tiles that still gives it."""
    tree = Growing(sizes)
    for source in LEAVES:
        tree = Growing(sizes)
        try:
            for index in range(-(-newest.size // 256)):
                name = f"{source}/{_path(index, min(256, newest.size - 256 * index))}"
                hashes = _hashes(report, name)
                for at in range(0, len(hashes), 32):
                    tree.add(hashes[at : at + 32])
        except (Refused, OSError, ValueError, RecursionError):
            continue  # named with its place when every file is held against the tree
        if tree.roots[newest.size] == newest.root:
            break
    return tree


def _against(report: Report, names: Sequence[str], tree: Growing) -> None:
    needed = set()
    for level, row in tree.rows.items():
        for index in range(-(-len(row) // 8192)):
            path = _path(index, min(256, len(row) // 32 - 256 * index))
            needed.update({f"log/tile/{level}/{path}"} if level else {f + "/" + path for f in LEAVES})
    for name in sorted(needed | {n for n in names if n.startswith(("records/", "log/tile/"))}):
        with report.at(name):
            what, index, width = _place(name)
            row = tree.rows.get(int(what[-1]) if what[-1].isdigit() else 0, bytearray())
            signed = row[8192 * index : 8192 * index + 32 * width]
            if len(signed) != 32 * width:
                report.remarks.append(f"{name} reaches beyond the checkpoint: nothing signs it yet.")
            elif _hashes(report, name) != signed:
                raise Refused("does not hold what was signed")
            else:
                report.count(FILES.get(what, "tiles"))


def _kept(report: Report, names: Sequence[str]) -> None:
    for name in names:
        with report.at(name):
            if not re.fullmatch(r"blobs/([0-9a-f]{2})/\1[0-9a-f]{62}", name):
                raise Refused("does not belong here")
            _blob(report, name, _hash(report.root / name))
            if name[-64:] not in report.mentioned:
                report.remarks.append(f"{name} is named by no record.")
    for about, record in sorted(report.cited.items()):
        if about in report.redacted:
            report.remarks.append(f"The file {about}, which {record} is about, was redacted.")
        elif f"blobs/{about[:2]}/{about}" not in names:
            report.faults.append((f"blobs/{about[:2]}/{about}", f"is missing: {record} is about it"))


# --- the command ----------------------------------------------------------------------------------------------------------


def _shown(text: str) -> str:
    return "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in text)


def main(arguments: Sequence[str] | None = None) -> int:
    """Prints what was checked and what is amiss; 0 when everything holds, 1 otherwise."""
    parser = argparse.ArgumentParser(description="Referees a folder of proofs, or a whole archive.")
    parser.add_argument("folder", nargs="?", type=Path, default=Path(__file__).parent)
    parser.add_argument("--archive", action="store_true", help="FOLDER is a whole archive")
    parser.add_argument("--key", metavar="VKEY", help="the log's key as you had it from elsewhere; no other will do")
    given = parser.parse_args(arguments)
    report = (check_archive if given.archive else check_folder)(given.folder, given.key)
    for place, fault in report.faults:
        print(_shown(f"AMISS  {place}: {fault}"))
    for remark in report.remarks:
        print(_shown("note   " + remark))
    print("Checked: " + "; ".join(f"{number} {what}" for what, number in report.counts.items()) + ".")
    for head in sorted(report.heads.values(), key=lambda h: h.size):
        print(_shown(f"Log {head.origin}, {head.size} records, root {base64.b64encode(head.root).decode()}."))
    if report.faults:
        print(f"NOT GOOD: {len(report.faults)} faults.")
        return 1
    print(SAYS if given.key else SAYS + COMPARE)
    return 0


SAYS = """GOOD. These records stood in that log when it was signed, and nothing in them or in the files beside them has changed since.
It does not say when that was, unless a time-stamp stands here: check that with openssl. It does not say that what the records
tell is true. What a source printed (its dates, its names) is what that source stated."""
COMPARE = """
Whoever can write this folder can also make a key. Compare the line in the file of keys with one that you had another way,
or give it with --key."""

if __name__ == "__main__":
    sys.exit(main())
