"""A confined worker: takes descriptors, sends back frames and sound, and never sees a name."""

from __future__ import annotations

import os
import socket

from PIL import Image, UnidentifiedImageError

from indelible.media import forms, wire
from indelible.media.answer import Answer, LimitError, Send
from indelible.media.moving import decode_moving
from indelible.media.outcome import Plan
from indelible.media.reader import Reader
from indelible.media.stills import decode_still


def serve(channel: socket.socket) -> None:
    """Answer requests on `channel` until its other end is closed. Runs after the lock; never raises on a bad file."""
    while True:
        raw, descriptors, _, _ = socket.recv_fds(channel, wire.REQUEST_BYTES, 1)
        if not raw or not descriptors:
            return
        try:
            size, plan = wire.unpack_request(raw)
            done = answered(Reader(descriptors[0], size), plan, channel.fileno())
            _write(channel.fileno(), wire.pack_done(done))
        finally:
            os.close(descriptors[0])


def answered(source: Reader, plan: Plan, channel: int) -> wire.Done:
    """The end of the answer on one file, with all before it already sent to the descriptor `channel`."""
    answer = Answer(plan, _sender(channel))
    retire = False
    try:
        decode(source, answer)
    except LimitError as error:
        answer.damage.append(str(error))
    except Exception as error:  # noqa: BLE001  # decoders raise beyond what they document; whatever it is, it is about this file
        answer.damage.append(words_of(error, answer.form))
        retire = isinstance(error, MemoryError)
    answer.flush()
    return wire.Done(answer.outcome(), retire)


def decode(source: Reader, answer: Answer) -> None:
    """Decode one file by what its first bytes are."""
    head = source.read(forms.HEAD_BYTES)
    source.seek(0)
    form = forms.form_of(head)
    answer.form = form.name
    if not head:
        answer.damage.append("the file is empty")
    elif form.family == forms.OTHER:
        answer.is_medium = False
        answer.damage.append(f"the content is {form.name}")
    elif form.family == forms.STILL:
        decode_still(source, answer)
    else:
        decode_moving(source, answer)


def words_of(error: Exception, form: str) -> str:
    """What went wrong, for people: what could not be read, and the decoder's own word for it."""
    if isinstance(error, MemoryError):
        return "it needs more memory than the limit allows"
    if isinstance(error, Image.DecompressionBombError | Image.DecompressionBombWarning):
        return f"it claims too large a picture: {error}"
    own = getattr(error, "strerror", None) or ("" if isinstance(error, UnidentifiedImageError) else str(error))
    what = f"the {form} cannot be read" if form else "its form is not known"
    return f"{what} ({type(error).__name__}{': ' if own else ''}{own})"


def _sender(channel: int) -> Send:
    return lambda message: _write(channel, message)


def _write(channel: int, message: bytes) -> None:
    view = memoryview(message)
    while view:
        view = view[os.write(channel, view) :]
