"""Records to rows: pure. Each kind of record fills the tables that the schema names; nothing is decided here."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from indelible.catalog import fields as read
from indelible.catalog.nouns import Post, mark_judged_from, post_from
from indelible.model.errors import FormatError
from indelible.model.ids import sha256_hex
from indelible.model.moment import to_wire
from indelible.model.record import Sealed
from indelible.preserve.records.kinds import KINDS, Fields, up_cast

Row = tuple[int | str | None, ...]
_dump = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode

# One statement a table; `rows` below is keyed by the same names.
INSERTS: Mapping[str, str] = {
    "record": "INSERT INTO record VALUES (?, ?, ?, ?, ?)",
    "post": "INSERT INTO post VALUES (?, ?, ?, ?, ?, ?, ?)",
    "standing": (
        "INSERT INTO standing VALUES (?, ?, ?, ?) ON CONFLICT (peer, message) DO UPDATE"
        " SET idx = excluded.idx, edited_at = excluded.edited_at WHERE excluded.edited_at >= standing.edited_at"
    ),
    "medium": "INSERT INTO medium VALUES (?, ?, ?, ?, ?)",
    "exhibit": "INSERT OR IGNORE INTO exhibit VALUES (?, ?, ?, ?)",
    "name": "INSERT OR IGNORE INTO name VALUES (?, ?, ?)",
    "export": "INSERT INTO export VALUES (?, ?, ?, ?)",
    "export_channel": "INSERT OR REPLACE INTO export_channel VALUES (?, ?, ?, ?, ?, ?, ?)",
}


@dataclass
class Projection:
    """The rows of a batch of records, by table, in the order of the records."""

    rows: dict[str, list[Row]] = field(default_factory=lambda: {table: [] for table in INSERTS})

    def add(self, index: int, sealed: Sealed) -> None:
        """Adds what one record tells. One of an unknown kind, or whose fields make no sense, is kept raw."""
        kind, fields = up_cast(sealed.kind, sealed.fields)
        tell = _TELLS.get(kind)
        state = "known" if kind in KINDS else "unknown"
        told: dict[str, list[Row]] = {}
        if tell is not None:
            try:
                told = tell(index, fields)
            except FormatError:
                state = "odd"
        for table, rows in told.items():
            self.rows[table].extend(rows)
        if "post" not in told:
            self.rows["record"].append((index, kind, state, _run(fields), _dump(fields)))


def project(records: Iterable[tuple[int, Sealed]]) -> Projection:
    """The rows that these records give."""
    projection = Projection()
    for index, sealed in records:
        projection.add(index, sealed)
    return projection


def _run(fields: Fields) -> int | None:
    run = fields.get("run")
    return run if isinstance(run, int) else None


def _post(index: int, fields: Fields) -> dict[str, list[Row]]:
    post = post_from(index, fields)
    peer, message = read.stored(post.id.peer), read.stored(post.id.message)
    edited = to_wire(post.edited.at) if post.edited else ""
    rows: dict[str, list[Row]] = {
        "post": [(index, peer, message, post.digest, edited, post.forward is not None, _dump(fields))],
        "standing": [(peer, message, index, edited)],
    }
    if post.media:
        rows["medium"] = [(index, n, m.label, m.sha256, m.missing) for n, m in enumerate(post.media)]
        rows["name"] = _names(index, post)
    return rows


def _names(index: int, post: Post) -> list[Row]:
    return [(medium.sha256, medium.name, index) for medium in post.media if medium.sha256 and medium.name]


def _exhibit(index: int, fields: Fields) -> dict[str, list[Row]]:
    sha256 = sha256_hex(read.text(fields, "sha256"))
    name = read.text(fields, "name")
    return {
        "exhibit": [(index, sha256, read.number(fields, "size"), read.text(fields, "role"))],
        "name": [(sha256, name, index)] if name else [],
    }


def _export(index: int, fields: Fields) -> dict[str, list[Row]]:
    channels = read.groups(fields, "channels")
    row = (index, sha256_hex(read.text(fields, "sha256")), read.text(fields, "keep"), read.flag(fields, "complete"))
    return {"export": [row], "export_channel": [_export_channel(index, channel) for channel in channels]}


def _export_channel(index: int, channel: Fields) -> Row:
    first, last = read.optional_number(channel, "first_id"), read.optional_number(channel, "last_id")
    return (
        index,
        read.stored(read.number(channel, "channel_id")),
        read.text(channel, "channel"),
        read.text(channel, "kind"),
        read.flag(channel, "complete"),
        None if first is None else read.stored(first),
        None if last is None else read.stored(last),
    )


def _custody(index: int, fields: Fields) -> dict[str, list[Row]]:
    sha256, name = read.text(fields, "sha256"), read.text(fields, "name")
    return {"name": [(sha256, name, index)] if sha256 and name else []}


def _mark(index: int, fields: Fields) -> dict[str, list[Row]]:
    mark_judged_from(index, fields)  # read from its record: there are few
    return {}


_TELLS: Mapping[str, Callable[[int, Fields], dict[str, list[Row]]]] = {
    "post/1": _post,
    "exhibit/1": _exhibit,
    "export/1": _export,
    "custody/1": _custody,
    "mark/1": _mark,
}
