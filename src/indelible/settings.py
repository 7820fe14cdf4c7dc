"""Every limit and choice, in one frozen dataclass, read from the archive's settings.toml.

Names end in their unit. docs/settings.md lists them all; a test holds the two together.
"""

from __future__ import annotations

import dataclasses
import tomllib
from dataclasses import dataclass

from indelible.model.errors import UsageError


@dataclass(frozen=True)
class Settings:
    """What an archive's settings.toml may set; the values here stand when it does not."""

    # people
    operator: str = ""  # the code written into records when --as is not given
    house_dir: str = ""  # where key and last-signed note live; "" is the user's state folder

    # collecting
    export_depth_max: int = 64  # nesting of a JSON export
    post_bytes_max: int = 4 * 1024 * 1024  # one record of an export
    chats: tuple[str, ...] = ()  # chats of a whole-account export to keep, by name or id

    # decoding
    decoders: int = 2  # confined workers at once
    decode_seconds_max: int = 600  # wall clock for one file
    decode_memory_bytes_max: int = 2 * 1024 * 1024 * 1024
    pixels_max: int = 40_000_000  # of one picture
    sample_ms: int = 250
    side_px_max: int = 384
    sound_rate_hz: int = 11_025
    allow_unsandboxed: bool = False  # recorded with all that is made so

    # time-stamps: none by default, nothing leaves the machine
    stamp_authority_url: str = ""
    stamp_authority_name: str = ""  # pinned: the subject of the authority's certificate
    stamp_authority_roots: str = ""  # file of PEM certificates


def settings_from(text: str, *, where: str = "settings.toml") -> Settings:
    """The settings that a settings.toml holds; raises UsageError on unknown names and wrong types."""
    try:
        given = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"settings are TOML: {error}", where=where, do="mend the line named.") from error
    defaults = {field.name: field.default for field in dataclasses.fields(Settings)}
    values: dict[str, object] = {}
    for name, value in given.items():
        if name not in defaults:
            raise UsageError(f"no setting is called {name!r}", where=where, do="see docs/settings.md for the names.")
        values[name] = _checked(name, value, defaults[name], where)
    return Settings(**values)  # type: ignore[arg-type]  # checked one by one above


def _checked(name: str, value: object, default: object, where: str) -> object:
    if isinstance(default, tuple) and isinstance(value, list) and all(isinstance(item, str) for item in value):
        return tuple(value)
    if type(value) is not type(default):
        expected, found = type(default).__name__, type(value).__name__
        raise UsageError(f"the setting {name} is of type {expected}, found {found}", where=where, do="see docs/settings.md.")
    if isinstance(value, int) and not isinstance(value, bool) and value <= 0:
        raise UsageError(f"the setting {name} is above zero, found {value}", where=where, do="see docs/settings.md.")
    return value
