r"""JSON text to members, with the repairs that known exporters need. What is preserved is never changed.

Telegram Desktop writes control characters as `\x0B`, which is no JSON (tdesktop issue 27571), and version 4.1 wrote paths of
custom emoji without quotes (issue 24961). Editors add marks, raw control characters and commas; disks add bad bytes.
A text is read strictly first; repairs are tried on failure alone, and counted only when the text can then be read.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field

CONTROL = "control character written as \\xHH"
EMOJI_PATH = "document_id without quotes"
RAW_CONTROL = "raw control character in a text"
COMMA = "comma without a value"
NOT_UTF8 = "bytes that are no UTF-8, read as U+FFFD"

SURROGATE_NOTE = "a lone surrogate was read as U+FFFD"
TWICE_NOTE = "a member stands twice: the last was read"

_ESCAPE = re.compile(r"\\(?:x([0-9A-Fa-f]{2})|(.))", re.DOTALL)
_STRING = re.compile(r'"(?:[^"\\]++|\\.)*+"', re.DOTALL)
_RAW_CONTROL = re.compile(r"[\x00-\x1f]")
_BARE_EMOJI = re.compile(
    r'("document_id"\s*+:[ \t]*+)(?!["\d\-\[{]|null\b|true\b|false\b)([^"\r\n]*?)([ \t]*+,?+[ \t\r]*+)$', re.MULTILINE
)
_STRING_OR_COMMA = re.compile(r'("(?:[^"\\]++|\\.)*+")|,(?=\s*+[}\]])', re.DOTALL)
_SURROGATE = re.compile("[\ud800-\udfff]")
_MAYBE_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")


class _NotJsonError(ValueError):
    """A word that JSON does not know."""


@dataclass
class Mended:
    """What a text says (None when it cannot be read: then `fault` says why), where it ended, what was mended and noted."""

    value: object = None
    end: int = 0
    fault: str = ""
    repairs: dict[str, int] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


class Mender:
    """Reads JSON texts; one for each source, not shared between threads."""

    def __init__(self) -> None:
        self._twice = False
        self._strict = json.JSONDecoder(object_pairs_hook=self._members, parse_constant=_refuse_word)
        self._lenient = json.JSONDecoder(object_pairs_hook=self._members, parse_constant=_refuse_word, strict=False)

    def read(self, text: str) -> Mended:
        """The value that starts the text. Whatever follows it is left; `end` says where, in the text as mended."""
        self._twice = False
        try:
            value, end = self._strict.raw_decode(text)
            result = Mended(value, end)
        except (ValueError, RecursionError):
            result = self._mended(text)
        if self._twice:
            result.notes.append(TWICE_NOTE)
        if result.value is not None and _MAYBE_SURROGATE.search(text):
            cleaned = _whole(result.value)
            if cleaned != result.value:
                result.value = cleaned
                result.notes.append(SURROGATE_NOTE)
        return result

    def _mended(self, text: str) -> Mended:
        repairs: dict[str, int] = {}
        mended = text
        for rule, mend in ((CONTROL, _control_escapes), (EMOJI_PATH, _bare_emoji), (COMMA, _commas)):
            mended, count = mend(mended)
            if count:
                repairs[rule] = count
        try:
            value, end = self._lenient.raw_decode(mended)
        except (ValueError, RecursionError) as error:
            return Mended(fault=f"not JSON: {_short(error)}")
        raw = sum(len(_RAW_CONTROL.findall(found[0])) for found in _STRING.finditer(mended, 0, end))
        if raw:
            repairs[RAW_CONTROL] = raw
        return Mended(value, end, repairs=repairs)

    def _members(self, pairs: list[tuple[str, object]]) -> dict[str, object]:
        members = dict(pairs)
        if len(members) != len(pairs):
            self._twice = True
        return members


def _refuse_word(word: str) -> object:
    raise _NotJsonError(f"{word} is no number")


def _short(error: BaseException) -> str:
    return str(error).partition(": line")[0][:120] or type(error).__name__


def _control_escapes(text: str) -> tuple[str, int]:
    if "\\x" not in text:
        return text, 0
    count = 0

    def spell(found: re.Match[str]) -> str:
        nonlocal count
        if found[1] is None:
            return found[0]
        count += 1
        return f"\\u00{found[1]}"

    return _ESCAPE.sub(spell, text), count


def _bare_emoji(text: str) -> tuple[str, int]:
    if '"document_id"' not in text:
        return text, 0
    return _BARE_EMOJI.subn(lambda found: f"{found[1]}{json.dumps(found[2])}{found[3]}", text)


def _commas(text: str) -> tuple[str, int]:
    count = 0

    def drop(found: re.Match[str]) -> str:
        nonlocal count
        if found[1] is not None:
            return found[0]
        count += 1
        return ""

    return _STRING_OR_COMMA.sub(drop, text), count


def _whole(value: object) -> object:
    """The value with each lone surrogate in its texts replaced by U+FFFD."""
    if isinstance(value, str):
        return _SURROGATE.sub("�", value)
    if isinstance(value, list):
        return [_whole(item) for item in value]
    if isinstance(value, dict):
        return {_whole(name): _whole(item) for name, item in value.items()}
    return value
