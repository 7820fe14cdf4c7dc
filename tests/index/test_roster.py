"""The roster of a library says what is asked of every medium, so that no fingerprint is opened for it."""

from __future__ import annotations

import numpy as np
import pytest

from indelible.fingerprint.medium import Fingerprint
from indelible.fingerprint.sound import fingerprint_sound
from indelible.fingerprint.takes import takes
from indelible.index.roster import About, Row, from_bytes, to_bytes
from indelible.model.span import Span
from indelible.model.speed import Speed
from world import footage, sounds

TWO_SCENES = footage.fingerprint(np.concatenate([footage.clip(61, 3), footage.clip(62, 4)]))
STILL = footage.fingerprint(footage.clip(63, 1)[:1])
HEARD = Fingerprint(TWO_SCENES.version, 0, 0, 9000, "sound", None, fingerprint_sound(sounds.melody(3, 9)))


def test_takes_are_those_of_the_whole_fingerprint() -> None:
    picture = TWO_SCENES.picture
    assert picture is not None
    about = About.of(TWO_SCENES)
    assert about.takes == takes(picture.hashes[:, 0], picture.times_ms, TWO_SCENES.duration_ms)
    assert about.takes == (Span(0, 3000), Span(3000, 7000))


@pytest.mark.parametrize("fingerprint", [STILL, HEARD], ids=["still", "sound"])
def test_what_has_no_cut_has_no_takes(fingerprint: Fingerprint) -> None:
    assert About.of(fingerprint).takes == ()


def test_rows_come_back_as_they_were() -> None:
    rows = [Row(f"{number:064x}", "stamp", About.of(each)) for number, each in enumerate((TWO_SCENES, STILL, HEARD))]
    rows.append(Row("f" * 64, "", None))
    assert from_bytes(to_bytes(rows)) == tuple(rows)
    assert rows[0].about is not None
    assert rows[0].about.speed is Speed.DENSE


@pytest.mark.parametrize("data", [b"[", b"{}x", b'[{"sha256":"a","stamp":"b","about":{"speed":"dense"}}]'])
def test_what_is_no_row_is_told(data: bytes) -> None:
    with pytest.raises((ValueError, KeyError, TypeError)):
        from_bytes(data)
