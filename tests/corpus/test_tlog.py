"""Notes and logs that others signed: C2SP's examples, the Go checksum database's vector, and a log by Tessera."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path

import pytest

from indelible.handover import verify_package
from indelible.log.checkpoint import Checkpoint, open_checkpoint
from indelible.log.merkle import EMPTY_ROOT, leaf_hash, root_hash, verify_consistency, verify_inclusion
from indelible.log.note import Note, Verifier
from indelible.log.tile import Tree, entries_bundle, entries_path, parse_entries, tile_path
from indelible.model.errors import FormatError

SIZE = 15


@pytest.fixture
def tessera(corpus) -> Path:
    return corpus / "tlog" / "tessera-log"


@pytest.fixture
def verifier(tessera) -> Verifier:
    return Verifier.parse((tessera / "VKEY.txt").read_text().strip())


@pytest.fixture
def heads(tessera, verifier) -> list[Checkpoint]:
    return [open_checkpoint((tessera / f"checkpoint.{size}").read_bytes(), [verifier]) for size in range(SIZE + 1)]


def tree(root: Path, size: int) -> Tree:
    return Tree(size, lambda level, index, width: (root / tile_path(level, index, width)).read_bytes())


def examples(corpus: Path, name: str) -> list[str]:
    return json.loads((corpus / "tlog" / "c2sp-examples" / name).read_bytes())


def test_the_examples_of_the_specification_parse(corpus):
    note = examples(corpus, "signed-note.examples.json")[0].encode()
    assert Note.parse(note).signatures[0].name == "quasimodo.example/salvatore"
    head = Checkpoint.from_text(Note.parse(examples(corpus, "tlog-checkpoint.examples.json")[0].encode()).text)
    assert (head.origin, head.size) == ("example.com/behind-the-sofa", 20852163)


def test_the_specification_s_example_verifies_under_its_key():
    verifier = Verifier.parse("example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k")
    note = (
        "This is an example message.\n\n— example.com/foo "
        "Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n"
    )
    assert Note.parse(note.encode()).signed_by([verifier]) == (verifier,)


def test_the_go_checksum_database_s_note_verifies_and_no_changed_byte_does(corpus):
    vector = json.loads((corpus / "tlog" / "gosumdb-note.json").read_bytes())
    verifier, note = Verifier.parse(vector["vkey"]), vector["note"].encode()
    assert Note.parse(note).signed_by([verifier]) == (verifier,)
    for at in range(len(note)):
        changed = note[:at] + bytes([note[at] ^ 1]) + note[at + 1 :]
        with pytest.raises(FormatError):
            Note.parse(changed).signed_by([verifier])


def test_every_checkpoint_is_over_its_entries(tessera, heads):
    entries = [entry.encode() for entry in json.loads((tessera / "ENTRIES.json").read_bytes())]
    leaves = [leaf_hash(entry) for entry in entries]
    assert heads[0].root == EMPTY_ROOT
    for head in heads[1:]:
        assert head.root == root_hash(leaves[: head.size]) == tree(tessera, head.size).root()
        bundle = (tessera / entries_path(0, head.size)).read_bytes()
        assert parse_entries(bundle) == entries[: head.size]
        assert entries_bundle(entries[: head.size]) == bundle


@pytest.mark.parametrize("verify", [verify_consistency, verify_package.verify_consistency])
def test_every_pair_of_checkpoints_is_consistent_and_no_forged_pair_is(tessera, heads, verify):
    pairs = [(old, new) for new in heads for old in heads[: new.size]]
    for old, new in pairs:
        proof = tree(tessera, new.size).consistency(old.size)
        verify(old.size, new.size, proof, old.root, new.root)
        with pytest.raises((FormatError, verify_package.Refused)):
            verify(old.size, new.size, proof, leaf_hash(b"forged"), new.root)
        with pytest.raises((FormatError, verify_package.Refused)):
            verify(new.size, old.size, proof, new.root, old.root)
    assert len(pairs) == SIZE * (SIZE + 1) // 2


def test_every_entry_is_included_at_every_size_and_a_reordered_one_is_not(tessera, heads):
    for head in heads[1:]:
        log = tree(tessera, head.size)
        for index in range(head.size):
            verify_inclusion(index, head.size, log.leaf(index), log.inclusion(index), head.root)
        for index, after in pairwise(range(head.size)):
            with pytest.raises(FormatError):
                verify_inclusion(index, head.size, log.leaf(after), log.inclusion(index), head.root)


def test_a_checkpoint_with_another_size_or_root_is_refused(tessera, verifier, heads):
    note = (tessera / "checkpoint.12").read_bytes()
    twin = heads[11].text.split("\n")[2].encode()
    for forged in (note.replace(b"\n12\n", b"\n13\n"), note.replace(heads[12].text.split("\n")[2].encode(), twin)):
        assert forged != note
        with pytest.raises(FormatError):
            open_checkpoint(forged, [verifier])


def test_our_stand_alone_verifier_opens_the_same_checkpoints(tessera, verifier, heads):
    # Their key signs from size 0 on; ours only what lies above the record that brings it in.
    key = verify_package.Key(-1, verifier.vkey, verifier.name, verifier.key_id, verifier.public_key)
    for head in heads:
        found = verify_package.open_checkpoint((tessera / f"checkpoint.{head.size}").read_bytes(), [key])
        assert (found.origin, found.size, found.root) == (head.origin, head.size, head.root)
