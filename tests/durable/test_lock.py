"""One writer at a time; a lock ends with its process, leaves no file, and does not wait for ever."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from indelible.durable.lock import lock
from indelible.model.errors import DiskError

HOLD = """
import sys, time
from pathlib import Path
from indelible.durable.lock import lock
with lock(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


@pytest.fixture
def holder(tmp_path: Path):
    process = subprocess.Popen([sys.executable, "-c", HOLD, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    assert process.stdout
    assert process.stdout.readline() == "held\n"
    yield process
    process.kill()
    process.communicate()


def test_a_lock_that_stays_taken_is_told(tmp_path: Path, holder: subprocess.Popen[str]) -> None:
    assert holder.poll() is None
    with pytest.raises(DiskError, match="another process"), lock(tmp_path, wait_seconds_max=0.05):
        pass


def test_a_killed_holder_leaves_nothing_behind(tmp_path: Path, holder: subprocess.Popen[str]) -> None:
    holder.kill()
    with lock(tmp_path, wait_seconds_max=10):
        assert list(tmp_path.iterdir()) == []


def test_a_lock_can_be_taken_again(tmp_path: Path) -> None:
    for _ in range(2):
        with lock(tmp_path, wait_seconds_max=0.05):
            pass


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(DiskError), lock(tmp_path / "absent"):
        pass
