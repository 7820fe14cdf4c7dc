"""Opening for writing goes on with the log last signed here, and refuses every other."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from indelible.ledger.check import check
from indelible.ledger.commit import Commit
from indelible.ledger.head import Head
from indelible.ledger.house import House
from indelible.ledger.ledger import Ledger
from indelible.log.keys import Keys
from indelible.model.errors import ArchiveError, ConflictError, IndelibleError, RefusedToSignError, UsageError
from indelible.model.record import Record
from ledger.conftest import ORIGIN, posts


class DeathError(Exception):
    pass


def _dying_after(*steps: str) -> type[Ledger]:
    class Dying(Commit):
        def run(self) -> Head:
            for step in steps:
                getattr(self, step)()
            raise DeathError

    class DyingLedger(Ledger):
        commit_type = Dying

    return DyingLedger


SIGNED = ("keep_records", "keep_tiles", "remember")


@pytest.fixture
def copy(ledger: Ledger, tmp_path: Path) -> Path:
    return Path(shutil.copytree(ledger.folder, tmp_path / "copy"))


def test_a_commit_that_was_signed_is_published(ledger: Ledger, house: House) -> None:
    with pytest.raises(DeathError):
        _dying_after(*SIGNED).open(ledger.folder, house).append(posts(300), 2)
    assert Ledger.open(ledger.folder).size == 2
    again = Ledger.open(ledger.folder, house)
    assert again.size == 302
    assert Ledger.open(ledger.folder).checkpoint() == again.checkpoint()
    assert list(check(ledger.folder)) == []


@pytest.mark.parametrize("steps", [(), ("keep_records",), ("keep_records", "keep_tiles")])
def test_a_commit_that_was_not_signed_is_swept_away(ledger: Ledger, house: House, steps: tuple[str, ...]) -> None:
    with pytest.raises(DeathError):
        _dying_after(*steps).open(ledger.folder, house).append(posts(300), 2)
    again = Ledger.open(ledger.folder, house)
    assert again.size == 2
    assert list(check(ledger.folder)) == []
    again.append(posts(7), 2)
    assert list(check(ledger.folder)) == []


@pytest.mark.parametrize("count", [9, 40, 300])
def test_what_an_unsigned_commit_left_does_not_get_in_the_way_of_one_that_is_open(
    ledger: Ledger, house: House, count: int
) -> None:
    with pytest.raises(DeathError):
        _dying_after("keep_records", "keep_tiles").open(ledger.folder, house).append(posts(40), 2)
    ledger.append(posts(count, 1000), 2)
    assert [sealed.fields["message"] for _, sealed in ledger.records(2)] == list(range(1000, 1000 + count))
    assert Ledger.open(ledger.folder, house).size == 2 + count
    assert list(check(ledger.folder)) == []


def test_an_open_writer_publishes_anothers_signed_commit_and_is_in_conflict(ledger: Ledger, house: House) -> None:
    with pytest.raises(DeathError):
        _dying_after(*SIGNED).open(ledger.folder, house).append(posts(3), 2)
    with pytest.raises(ConflictError):
        ledger.append(posts(1), 2)
    assert ledger.size == 5


@pytest.mark.parametrize("steps", [(), ("keep_records",), ("keep_records", "keep_tiles"), SIGNED])
def test_making_that_died_is_begun_again(tmp_path: Path, house: House, steps: tuple[str, ...]) -> None:
    with pytest.raises(DeathError):
        _dying_after(*steps).create(tmp_path / "a", house, ORIGIN, posts(3))
    ledger = Ledger.create(tmp_path / "a", House.open(house.folder), ORIGIN, posts(3))
    assert ledger.size == 4
    assert list(check(tmp_path / "a")) == []


def test_a_making_that_died_is_said_when_it_is_opened(tmp_path: Path, house: House) -> None:
    with pytest.raises(DeathError):
        _dying_after("keep_records").create(tmp_path / "a", house, ORIGIN, posts(3))
    with pytest.raises(ArchiveError, match="never finished"):
        Ledger.open(tmp_path / "a", house)


def test_an_older_copy_refuses_to_sign_and_says_what_to_do(ledger: Ledger, house: House, copy: Path) -> None:
    ledger.append(posts(5), 2)
    with pytest.raises(RefusedToSignError) as raised:
        Ledger.open(copy, house)
    message = str(raised.value)
    assert "7 entries" in message
    assert "2 entries" in message
    assert ledger.root.hex()[:12] in message
    assert "indelible adopt" in message
    assert Ledger.open(copy).size == 2


def test_an_older_copy_does_not_sign_even_when_it_is_open_already(ledger: Ledger, house: House, copy: Path) -> None:
    other = Ledger.open(copy, house)
    ledger.append(posts(5), 2)
    with pytest.raises(RefusedToSignError):
        other.append(posts(5, 100), 2)


def test_a_fork_of_equal_size_refuses_to_sign(ledger: Ledger, house: House, copy: Path, tmp_path: Path) -> None:
    ledger.append(posts(5), 2)
    fork_house = shutil.copytree(house.folder, tmp_path / "stolen")
    (fork_house / "last-signed").write_bytes(b"\n" + (copy / "log/checkpoint").read_bytes())
    Ledger.open(copy, House.open(fork_house)).append(posts(5, 100), 2)
    with pytest.raises(RefusedToSignError, match="fork") as raised:
        Ledger.open(copy, house)
    assert str(raised.value).count("7 entries") == 2


def test_an_older_copy_of_the_house_refuses_to_sign(ledger: Ledger, house: House, tmp_path: Path) -> None:
    old = Path(shutil.copytree(house.folder, tmp_path / "old"))
    ledger.append(posts(5), 2)
    with pytest.raises(RefusedToSignError, match="the house is an older copy"):
        Ledger.open(ledger.folder, House.open(old))


def test_another_house_refuses_to_sign(ledger: Ledger, tmp_path: Path) -> None:
    with pytest.raises(RefusedToSignError, match="has signed nothing"):
        Ledger.open(ledger.folder, House.create(tmp_path / "other"))


def test_the_house_of_another_log_refuses_to_sign(ledger: Ledger, tmp_path: Path) -> None:
    other = House.create(tmp_path / "other")
    Ledger.create(tmp_path / "b", other, "log.example/b", posts(4))
    with pytest.raises(RefusedToSignError):
        Ledger.open(ledger.folder, other)


def test_a_signed_commit_whose_record_was_changed_since_is_not_published(ledger: Ledger, house: House) -> None:
    with pytest.raises(DeathError):
        _dying_after(*SIGNED).open(ledger.folder, house).append(posts(3), 2)
    bundle = ledger.folder / "records/000.p/5"
    bundle.chmod(0o644)
    bundle.write_bytes(bundle.read_bytes().replace(b"post 2", b"post 3"))
    with pytest.raises(RefusedToSignError):
        Ledger.open(ledger.folder, house)
    assert Ledger.open(ledger.folder).size == 2


@pytest.mark.parametrize("name", ["key", "key.pub", "last-signed"])
def test_a_damaged_house_refuses(ledger: Ledger, house: House, name: str) -> None:
    path = house.folder / name
    path.write_bytes(path.read_bytes()[:-9] + b"damaged!\n")
    with pytest.raises(IndelibleError):
        Ledger.open(ledger.folder, House.open(house.folder)).append(posts(1), 2)
    assert Ledger.open(ledger.folder).size == 2


def test_a_key_that_others_can_read_is_refused(house: House) -> None:
    (house.folder / "key").chmod(0o640)
    with pytest.raises(ArchiveError, match="chmod"):
        House.open(house.folder)


def test_a_new_house_is_closed_to_others(house: House) -> None:
    assert house.folder.stat().st_mode & 0o777 == 0o700
    assert {path.name: path.stat().st_mode & 0o777 for path in house.folder.iterdir()} == {"key": 0o600, "key.pub": 0o600}


def test_a_folder_without_a_key_is_no_house(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match="indelible adopt"):
        House.open(tmp_path)


# --- adoption ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def new_house(tmp_path: Path) -> House:
    return House.create(tmp_path / "new house")


def test_an_adopted_log_goes_on_under_a_new_key_and_name(ledger: Ledger, new_house: House) -> None:
    old, note = ledger.root, ledger.checkpoint()
    adopted = Ledger.adopt(ledger.folder, new_house, {"by": {"code": "ana", "known": "typed"}})
    assert adopted.origin == f"{ORIGIN}/adopted-2-{old.hex()[:16]}"
    assert [sealed.kind for _, sealed in adopted.records(2)] == ["adopt/1", "key/1"]
    assert adopted.read(2).fields["checkpoint"] == note.decode()
    assert adopted.read(3).fields == {"by": {"code": "ana", "known": "typed"}, "vkey": adopted.keys.newest.vkey, "size": 4}
    assert adopted.root_at(2) == old
    adopted.append(posts(3), 4)
    assert list(check(ledger.folder)) == []


def test_both_keys_verify_the_checkpoints_they_signed(ledger: Ledger, new_house: House) -> None:
    old = ledger.checkpoint()
    adopted = Ledger.adopt(ledger.folder, new_house)
    keys = Keys.parse((ledger.folder / "log/keys").read_bytes())
    assert keys.open(old).size == 2
    assert keys.open(adopted.checkpoint()).size == 4


def test_the_old_house_signs_no_more(ledger: Ledger, house: House, new_house: House) -> None:
    Ledger.adopt(ledger.folder, new_house)
    with pytest.raises(RefusedToSignError):
        Ledger.open(ledger.folder, house)


def test_a_log_can_be_adopted_again(ledger: Ledger, new_house: House, tmp_path: Path) -> None:
    Ledger.adopt(ledger.folder, new_house)
    third = Ledger.adopt(ledger.folder, House.create(tmp_path / "third"))
    assert third.origin.count("/adopted-") == 1
    assert third.origin.startswith(f"{ORIGIN}/adopted-4-")
    assert list(check(ledger.folder)) == []


@pytest.mark.parametrize("steps", [("keep_records",), ("keep_records", "keep_tiles"), SIGNED])
def test_an_adoption_that_died_is_finished(ledger: Ledger, new_house: House, steps: tuple[str, ...]) -> None:
    with pytest.raises(DeathError):
        _dying_after(*steps).adopt(ledger.folder, new_house)
    adopted = Ledger.adopt(ledger.folder, House.open(new_house.folder))
    assert adopted.size == 4
    assert Ledger.open(ledger.folder, new_house).size == 4
    assert list(check(ledger.folder)) == []


def test_an_adoption_that_died_before_it_signed_leaves_the_old_house_in_force(
    ledger: Ledger, house: House, new_house: House
) -> None:
    with pytest.raises(DeathError):
        _dying_after("keep_records", "keep_tiles").adopt(ledger.folder, new_house)
    assert Ledger.open(ledger.folder, house).append(posts(1), 2).size == 3
    assert list(check(ledger.folder)) == []


def test_a_house_that_signs_here_already_has_nothing_to_adopt(ledger: Ledger, house: House) -> None:
    assert Ledger.adopt(ledger.folder, house).size == 2  # as it is


def test_a_key_that_lost_its_last_signed_note_cannot_adopt_its_own_log(ledger: Ledger, house: House) -> None:
    (house.folder / "last-signed").unlink()
    with pytest.raises(RefusedToSignError):
        Ledger.open(ledger.folder, house)
    with pytest.raises(RefusedToSignError, match="already"):
        Ledger.adopt(ledger.folder, house)


def test_the_house_of_another_log_adopts_nothing(ledger: Ledger, tmp_path: Path) -> None:
    other = House.create(tmp_path / "other")
    Ledger.create(tmp_path / "b", other, "log.example/b", [Record("archive/1")])
    with pytest.raises(RefusedToSignError):
        Ledger.adopt(ledger.folder, other)


def test_a_reading_ledger_has_no_disk(ledger: Ledger) -> None:
    with pytest.raises(UsageError):
        _ = Ledger.open(ledger.folder).disk


@pytest.mark.parametrize("count", [9, 40, 300])
def test_what_an_unsigned_commit_left_is_never_taken_for_the_log(ledger: Ledger, house: House, count: int) -> None:
    with pytest.raises(DeathError):
        _dying_after("keep_records", "keep_tiles").open(ledger.folder, house).append(posts(4), 2)
    ledger.append(posts(3, 1000), 2)
    ledger.append(posts(1, 2000), 5)
    root = ledger.root
    ledger.append(posts(count, 3000), 6)
    assert ledger.root_at(6) == root
    assert list(check(ledger.folder)) == []
