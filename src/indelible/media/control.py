"""What passes over the zygote's control socket, one packet a message.

`S` starts a worker; the answer is `W` and its id, with the worker's channel as a descriptor. `E` and an id end that worker
if it still runs; the answer is `=` and its wait status. `!` and words answer what went wrong.
"""

from __future__ import annotations

import struct

START, END, STARTED, ENDED, FAILED = b"S", b"E", b"W", b"=", b"!"
ID = struct.Struct("<i")
PACKET_BYTES_MAX = 4096
