"""What the volume under a folder is: encrypted or not, and how much room it has."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

_ENCRYPTED_KINDS = {"ecryptfs", "fuse.encfs", "fuse.gocryptfs", "fuse.cryfs"}
_LINKS_MAX = 16


def mount_of(folder: Path) -> tuple[str, str]:
    """Device and file system kind of the volume that holds `folder`; empty texts when the system does not tell."""
    best = ("", "", "")
    here = str(folder.resolve())
    try:
        lines = Path("/proc/self/mounts").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return "", ""
    for line in lines:
        device, point, kind = line.split(" ")[:3]
        point = point.replace("\\040", " ")
        if (here == point or here.startswith(point.rstrip("/") + "/")) and len(point) >= len(best[0]):
            best = (point, device, kind)
    return best[1], best[2]


def is_encrypted(folder: Path) -> bool | None:
    """Whether the volume under `folder` is encrypted on the disk; None when the system does not tell."""
    device, kind = mount_of(folder)
    if kind in _ENCRYPTED_KINDS:
        return True
    if not device.startswith("/dev/"):
        return None
    return _rests_on_crypt(Path("/sys/class/block") / Path(os.path.realpath(device)).name)


def _rests_on_crypt(block: Path) -> bool | None:
    for _ in range(_LINKS_MAX):
        if not block.exists():
            return None
        uuid = block / "dm" / "uuid"
        if uuid.exists() and uuid.read_text(encoding="ascii", errors="replace").startswith("CRYPT-"):
            return True
        below = sorted((block / "slaves").glob("*")) if (block / "slaves").is_dir() else []
        if not below:
            return False
        block = Path("/sys/class/block") / below[0].name
    return None


def free_bytes(folder: Path) -> int:
    """Room left on the volume under `folder`."""
    return shutil.disk_usage(folder).free
