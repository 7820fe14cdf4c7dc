"""A small process that imports every decoder once, warms it up, and forks confined workers out of itself.

It is a fresh Python, not a fork of the program: no key, no catalog, no thread of the program is ever in its memory. It
reads nothing that is hostile. It ends when its keeper does, and the kernel ends the workers when it does.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import pkgutil
import select
import signal
import socket
import sys
from collections.abc import Collection
from typing import NoReturn

import av
import cv2
from PIL import AvifImagePlugin, Image

from indelible.media import warm_up, wire, worker
from indelible.media.confine import Limits, confine, die_with_parent
from indelible.media.control import ENDED, FAILED, ID, PACKET_BYTES_MAX, START, STARTED

_CODECS = ("ascii", "latin_1", "utf_8", "utf_16", "utf_16_le", "utf_16_be", "utf_32", "cp1252", "idna", "raw_unicode_escape")
_CHANNEL_BYTES = 1 << 20
_LOOK_MS = 1000


def main() -> None:
    """Run until the keeper is gone. Arguments: the control socket's descriptor, the keeper's id, the limits as JSON."""
    control = socket.socket(fileno=int(sys.argv[1]))
    keeper = int(sys.argv[2])
    given = json.loads(sys.argv[3])
    limits = Limits(given["memory_bytes"], given["cpu_seconds"])
    load_everything()
    _Zygote(control, limits, given["wanted"]).run(keeper)


def load_everything() -> None:
    """Import and run once all that a worker may need, since after the lock nothing can be opened any more."""
    for module in pkgutil.walk_packages(av.__path__, "av."):
        if not module.name.endswith(("__main__", "datasets")):
            importlib.import_module(module.name)
    for codec in _CODECS:
        importlib.import_module(f"encodings.{codec}")
    av.logging.set_level(None)
    cv2.setNumThreads(1)
    AvifImagePlugin.DEFAULT_MAX_THREADS = 1
    Image.init()
    warm_up.run()
    # What stands now is shared with every worker: the collector need not walk it, nor copy its pages.
    gc.collect()
    gc.freeze()


class _Zygote:
    def __init__(self, control: socket.socket, limits: Limits, wanted: Collection[str]) -> None:
        self._control = control
        self._limits = limits
        self._wanted = tuple(wanted)
        self._workers: set[int] = set()

    def run(self, keeper: int) -> None:
        poll = select.poll()
        poll.register(self._control, select.POLLIN)
        while os.getppid() == keeper:
            if poll.poll(_LOOK_MS) and not self._answer():
                return
            self._bury()

    def _answer(self) -> bool:
        """Answer one request; whether there was one."""
        request = self._control.recv(PACKET_BYTES_MAX)
        if not request:
            return False
        try:
            if request == START:
                self._start()
            else:
                self._control.send(ENDED + ID.pack(self._end(ID.unpack(request[1:])[0])))
        except OSError as error:
            self._control.send(FAILED + str(error).encode()[: PACKET_BYTES_MAX - 1])
        return True

    def _start(self) -> None:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
        with ours, theirs:
            theirs.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _CHANNEL_BYTES)
            own = os.getpid()
            number = os.fork()
            if number == 0:
                ours.close()
                self._become_worker(theirs, own)
            self._workers.add(number)
            socket.send_fds(self._control, [STARTED + ID.pack(number)], [ours.fileno()])

    def _become_worker(self, channel: socket.socket, zygote: int) -> NoReturn:
        """Never returns: the fork must not run on in the zygote's place."""
        try:
            self._control.close()
            os.closerange(3, channel.fileno())
            os.closerange(channel.fileno() + 1, 1 << 16)
            die_with_parent(zygote)
            level = confine(self._limits, self._wanted)
            os.write(channel.fileno(), wire.pack_hello(level))
            worker.serve(channel)
        finally:
            os._exit(0)

    def _end(self, number: int) -> int:
        """The wait status of a worker, which is killed if it still runs; 0 for one buried before."""
        if number not in self._workers:
            return 0
        os.kill(number, signal.SIGKILL)
        _, status = os.waitpid(number, 0)
        self._workers.discard(number)
        return status

    def _bury(self) -> None:
        """Reap workers that were let go."""
        for number in tuple(self._workers):
            done, _ = os.waitpid(number, os.WNOHANG)
            if done:
                self._workers.discard(number)


if __name__ == "__main__":
    main()
