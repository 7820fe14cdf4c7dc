"""The script that travels, as a stranger runs it over a folder of proofs."""

from __future__ import annotations

import ast
import random
import shutil
import subprocess
import sys
from base64 import b64encode
from hashlib import sha256
from pathlib import Path

import pytest

from handover.folders import CLIP, digest, log, prove
from indelible.handover import verify_package
from indelible.handover.verify_package import check_folder, main
from indelible.log.checkpoint import Checkpoint
from indelible.log.note import Signature, key_id
from indelible.log.proof import Proof
from indelible.model.record import Record
from world.paper_log import PaperLog, private_key, put, token_over

FLIPS = 1000


@pytest.fixture(scope="module")
def book() -> PaperLog:
    return log(more=300)


@pytest.fixture(scope="module")
def whole(tmp_path_factory, book) -> Path:
    return prove(tmp_path_factory.mktemp("proof"), book)


@pytest.fixture
def folder(tmp_path, whole) -> Path:
    copy = tmp_path / "copy"
    shutil.copytree(whole, copy)
    for path in copy.rglob("*"):
        path.chmod(0o755 if path.is_dir() else 0o644)
    return copy


def relist(folder: Path) -> None:
    """Makes the manifest fit the folder again, as a forger would."""
    names = sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())
    names.remove("MANIFEST.sha256")
    put(folder, "MANIFEST.sha256", "".join(f"{digest((folder / n).read_bytes())}  {n}\n" for n in names).encode())


def places(folder: Path, pinned: str | None = None) -> set[str]:
    return {place for place, _ in check_folder(folder, pinned).faults}


def without_network() -> list[str]:
    program = shutil.which("unshare")
    alone = [program, "--net", "--map-root-user"] if program else []
    works = program and subprocess.run([*alone, "true"], capture_output=True, check=False).returncode == 0
    return alone if works else []


def test_the_folder_passes_its_own_script_on_a_bare_python_without_a_network(whole):
    result = subprocess.run(
        [*without_network(), sys.executable, "-I", "-S", "verify.py"],
        cwd=whole,
        env={},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (result.returncode, result.stderr) == (0, "")
    assert "GOOD" in result.stdout
    assert "2 records; 2 receipts" in result.stdout
    assert "Compare the line in the file of keys" in result.stdout


def test_the_manifest_is_one_that_sha256sum_reads(whole):
    program = shutil.which("sha256sum")
    if not program:
        pytest.skip("no sha256sum here")
    result = subprocess.run([program, "--check", "--strict", "--quiet", "MANIFEST.sha256"], cwd=whole, check=False)
    assert result.returncode == 0


def test_the_script_is_written_for_python_3_8():
    ast.parse(Path(verify_package.__file__).read_bytes(), feature_version=(3, 8))


def test_the_script_in_the_folder_is_the_one_that_stands_here(whole):
    assert (whole / "verify.py").read_bytes() == Path(verify_package.__file__).read_bytes()


def test_every_one_of_1000_flipped_bits_is_found_and_named(folder):
    chance = random.Random(20230412)
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    bits = [(path, bit) for path in files for bit in range(path.stat().st_size * 8)]
    # Each file gets its share, however small it is beside the script and the clip.
    chosen = chance.sample(bits, FLIPS - 50 * len(files))
    chosen += [flip for path in files for flip in chance.choices([b for b in bits if b[0] == path], k=50)]
    missed = []
    for path, bit in chosen:
        data = path.read_bytes()
        changed = bytearray(data)
        changed[bit // 8] ^= 1 << bit % 8
        path.write_bytes(changed)
        name = path.relative_to(folder).as_posix()
        if name not in places(folder):
            missed.append((name, bit))
        path.write_bytes(data)
    assert (missed, len(chosen)) == ([], FLIPS)
    assert places(folder) == set()


def test_flipped_bits_are_found_also_when_a_forger_makes_the_list_anew(tmp_path, book):
    folder = prove(tmp_path, book, indices=(1, 3, 4))
    for path in folder.rglob("*"):
        path.chmod(0o755 if path.is_dir() else 0o644)
    chance, missed = random.Random(4), []
    for path in sorted(p for p in folder.rglob("*") if p.is_file() and p.suffix in {"", ".json", ".tlog-proof", ".checkpoint"}):
        data = path.read_bytes()
        for bit in chance.sample(range(len(data) * 8), 30):
            changed = bytearray(data)
            changed[bit // 8] ^= 1 << bit % 8
            path.write_bytes(changed)
            relist(folder)
            if not places(folder):
                missed.append((path.name, bit))
        path.write_bytes(data)
    assert missed == []


@pytest.mark.parametrize("listed", [False, True], ids=["as it was listed", "listed anew"])
@pytest.mark.parametrize("name", ["extra.txt", "records/007.json", "blobs/x", "stamps/4.txt", ".hidden", "keys.bak", "a\nb"])
def test_a_file_more_is_named(folder, name, listed):
    put(folder, name, b"more")
    if listed:
        relist(folder)
    assert name in places(folder)


def test_every_file_less_is_named(folder):
    for path in [p for p in folder.rglob("*") if p.is_file()]:
        data = path.read_bytes()
        path.unlink()
        assert path.relative_to(folder).as_posix() in places(folder)
        path.write_bytes(data)


@pytest.mark.parametrize("name", ["README.txt", "MANIFEST.sha256", "keys", "verify.py", "records/4.json", "stamps/4.tsr"])
def test_a_file_less_is_named_also_when_the_list_is_made_anew(folder, name):
    (folder / name).unlink()
    if name != "MANIFEST.sha256":
        relist(folder)
    assert name in places(folder)


def test_a_renamed_file_is_named_both_ways(folder):
    (folder / "records/3.json").rename(folder / "records/5.json")
    assert {"records/3.json", "records/5.json"} <= places(folder)


def test_a_link_in_place_of_a_file_is_refused(folder, tmp_path):
    (folder / "keys").rename(tmp_path / "keys")
    (folder / "keys").symlink_to(tmp_path / "keys")
    assert "keys" in places(folder)


def test_an_empty_folder_more_is_refused(folder):
    (folder / "more").mkdir()
    assert places(folder) == {"more/"}


@pytest.mark.parametrize("change", [b"\n", b" ", b"\r\n", b"\x00"])
@pytest.mark.parametrize(
    "name",
    ["keys", "records/3.json", "receipts/3.tlog-proof", "stamps/4.checkpoint", "stamps/4.consistency", "MANIFEST.sha256"],
)
def test_bytes_after_the_end_are_refused_also_when_listed(folder, name, change):
    path = folder / name
    path.write_bytes(path.read_bytes() + change)
    if name != "MANIFEST.sha256":
        relist(folder)
    assert name in places(folder)


@pytest.mark.parametrize("name", ["keys", "records/3.json", "receipts/3.tlog-proof", "stamps/4.checkpoint"])
def test_other_line_ends_are_refused_also_when_listed(folder, name):
    path = folder / name
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    relist(folder)
    assert name in places(folder)


def test_a_changed_record_is_refused_also_when_listed(folder):
    path = folder / "records/4.json"
    path.write_bytes(path.read_bytes().replace(b"clips/1.mp4", b"clips/2.mp4"))
    relist(folder)
    assert places(folder) == {"receipts/4.tlog-proof"}


def test_a_record_in_another_spelling_is_refused_also_when_listed(folder):
    path = folder / "records/4.json"
    path.write_bytes(path.read_bytes().replace(b'","', b'", "', 1))
    relist(folder)
    assert "records/4.json" in places(folder)


def test_a_changed_original_is_refused_also_when_listed(folder):
    put(folder, f"blobs/{digest(CLIP)}", CLIP + b"\x00")
    relist(folder)
    assert places(folder) == {f"blobs/{digest(CLIP)}"}


def test_an_original_that_no_record_is_about_is_refused_also_when_listed(folder):
    put(folder, f"blobs/{digest(b'other')}", b"other")
    relist(folder)
    assert places(folder) == {f"blobs/{digest(b'other')}"}


def test_an_original_that_is_not_here_is_said_and_no_fault(whole):
    report = check_folder(whole)
    assert report.faults == []
    assert [r for r in report.remarks if r.startswith("record 3 (export/1) is about the file")]


def test_swapped_receipts_are_refused_also_when_listed(folder):
    three, four = folder / "receipts/3.tlog-proof", folder / "receipts/4.tlog-proof"
    a, b = three.read_bytes(), four.read_bytes()
    three.write_bytes(b)
    four.write_bytes(a)
    relist(folder)
    assert {"receipts/3.tlog-proof", "receipts/4.tlog-proof"} <= places(folder)


def test_a_record_and_its_receipt_under_another_number_are_refused_also_when_listed(folder):
    (folder / "records/4.json").rename(folder / "records/5.json")
    (folder / "receipts/4.tlog-proof").rename(folder / "receipts/5.tlog-proof")
    relist(folder)
    assert places(folder) == {"receipts/5.tlog-proof"}


def test_a_stamp_under_another_size_is_refused_also_when_listed(folder):
    for part in ("checkpoint", "tsr", "consistency"):
        (folder / f"stamps/4.{part}").rename(folder / f"stamps/5.{part}")
    relist(folder)
    assert places(folder) == {"stamps/5.checkpoint"}


def test_base64_with_bits_that_a_lenient_decoder_ignores_is_refused_also_when_listed(folder):
    path = folder / "receipts/4.tlog-proof"
    lines = path.read_bytes().split(b"\n")
    assert lines[2].endswith(b"=")
    last = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".index(lines[2][-2:-1])
    lines[2] = lines[2][:-2] + bytes([b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"[last ^ 1]]) + b"="
    path.write_bytes(b"\n".join(lines))
    relist(folder)
    assert "receipts/4.tlog-proof" in places(folder)


def test_a_log_signed_by_another_key_of_the_same_name_is_refused(folder, book):
    impostor = private_key("another")
    note = Checkpoint(book.origin, len(book.leaves), Proof.from_bytes(book.receipt(4)).hashes[0]).sign(impostor)
    put(folder, "receipts/4.tlog-proof", Proof(4, Proof.from_bytes(book.receipt(4)).hashes, note).to_bytes())
    relist(folder)
    assert "receipts/4.tlog-proof" in places(folder)


def test_a_co_signers_line_is_left_alone_and_a_second_one_by_a_key_refused(folder, book):
    proof = Proof.from_bytes(book.receipt(4))
    line = Signature("witness.example", key_id("witness.example", bytes(32)), bytes(64)).line.encode()
    put(folder, "receipts/4.tlog-proof", Proof(4, proof.hashes, proof.note + line).to_bytes())
    relist(folder)
    assert places(folder) == set()
    put(folder, "receipts/4.tlog-proof", Proof(4, proof.hashes, proof.note + line + line).to_bytes())
    relist(folder)
    assert places(folder) == {"receipts/4.tlog-proof"}


@pytest.mark.parametrize("size", [b"007", b"+7", b"7 ", "٧".encode(), b"9" * 30])
def test_a_size_in_another_spelling_is_refused(folder, book, size):
    path = folder / "receipts/4.tlog-proof"
    path.write_bytes(path.read_bytes().replace(b"\n%d\n" % len(book.leaves), b"\n" + size + b"\n"))
    relist(folder)
    assert "receipts/4.tlog-proof" in places(folder)


def test_two_checkpoints_of_one_size_are_a_fork(folder, book):
    fork = log(more=299)
    fork.sealed.append(book.sealed[0])
    fork.leaves.append(book.leaves[0])
    assert len(fork.leaves) == len(book.leaves)
    put(folder, "receipts/4.tlog-proof", fork.receipt(4))
    relist(folder)
    assert "receipts/4.tlog-proof" in places(folder)


def test_a_time_stamp_over_something_else_is_refused_also_when_listed(folder):
    put(folder, "stamps/4.tsr", token_over(b"something else"))
    relist(folder)
    assert places(folder) == {"stamps/4.tsr"}


def test_a_stamped_checkpoint_of_a_fork_is_refused_also_when_listed(folder, book):
    note = Checkpoint(book.origin, 4, sha256(b"fork").digest()).sign(book.private_key)
    put(folder, "stamps/4.checkpoint", note)
    put(folder, "stamps/4.tsr", token_over(note))
    relist(folder)
    assert places(folder) == {"stamps/4.consistency"}


def test_a_key_record_that_names_another_key_is_refused(tmp_path, book):
    folder = prove(tmp_path, book, indices=(1,), blobs=())
    for path in folder.rglob("*"):
        path.chmod(0o755 if path.is_dir() else 0o644)
    put(folder, "keys", book.keys.replace("1 ", "0 ", 1).encode())
    relist(folder)
    assert places(folder) == {"keys"}


@pytest.mark.parametrize("vkey", ["", "x", "1 x", "archive.example/test+00000000+" + b64encode(b"\x01" + bytes(32)).decode()])
def test_a_file_of_keys_that_holds_none_is_refused(folder, vkey):
    put(folder, "keys", f"{vkey}\n".encode())
    relist(folder)
    assert "keys" in places(folder)


def test_only_the_key_that_was_given_will_do(whole, book, capsys):
    assert main([str(whole), "--key", book.verifier.vkey]) == 0
    assert "Compare the line" not in capsys.readouterr().out
    other = PaperLog([], "another.example").verifier.vkey
    assert main([str(whole), "--key", other]) == 1


@pytest.mark.parametrize("what", ["empty", "absent", "a file"])
def test_what_is_no_such_folder_is_refused(tmp_path, what):
    folder = tmp_path / "folder"
    if what == "empty":
        folder.mkdir()
    elif what == "a file":
        folder.write_text("x")
    assert main([str(folder)]) == 1


def test_names_from_the_world_are_printed_harmlessly(folder, capsys):
    put(folder, "\x1b[2Jgood\u202e", b"")
    assert main([str(folder)]) == 1
    out = capsys.readouterr().out
    assert "\\u001b[2Jgood\\u202e" in out
    assert "\x1b" not in out


def test_withheld_fields_leave_the_proof_whole(tmp_path, book):
    hidden = PaperLog([Record("exhibit/1", {"sha256": digest(CLIP), "name": "a collector's path", "size": 1})])
    hidden.sealed[2] = hidden.sealed[2].without("name")
    folder = prove(tmp_path, hidden, indices=(2,), stamp_at=None)
    assert places(folder) == set()
    assert b"collector" not in (folder / "records/2.json").read_bytes()
