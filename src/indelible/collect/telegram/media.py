"""What media a record names, and whether they are there.

A path stands relative to the export's folder. In its place may stand why the exporter left the file out:
`(File not included. Change data exporting settings to download.)`.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from indelible.collect.telegram.members import Members
from indelible.collect.tree import Reached, Tree
from indelible.model.found import FileRole, FoundFile, FoundMedia

_PLACEHOLDER = re.compile(r"(?:.* )?\(((?:File|Photo) [^()]*(?:to download\.|try again later))\)", re.DOTALL)
EMPTY = "empty in the export"


class Named(NamedTuple):
    """A record's media with the files that hold them (each file once a record)."""

    media: tuple[FoundMedia, ...]
    files: tuple[FoundFile, ...]


NOTHING_NAMED = Named((), ())


def media_of(members: Members, tree: Tree) -> Named:
    """The media that a record names, in the order photo, file, contact's card."""
    record = members.all
    if "photo" not in record and "file" not in record and "contact_vcard" not in record:
        return NOTHING_NAMED
    media: list[FoundMedia] = []
    files: list[FoundFile] = []
    if "photo" in record:
        _add(media, files, _medium(members, tree, "photo", "photo", "photo_file_size"))
    if "file" in record:
        _add(media, files, _medium(members, tree, "file", members.text("media_type") or "file", "file_size"))
    if "contact_vcard" in record:
        _add(media, files, _medium(members, tree, "contact_vcard", "contact", "contact_vcard_file_size"))
    return Named(tuple(media), tuple(files))


def _add(media: list[FoundMedia], files: list[FoundFile], found: tuple[FoundMedia, list[FoundFile]] | None) -> None:
    if found:
        media.append(found[0])
        files.extend(found[1])


def _medium(members: Members, tree: Tree, member: str, kind: str, size: str) -> tuple[FoundMedia, list[FoundFile]] | None:
    given = members.text(member)
    if given is None:
        return None
    is_file = member == "file"
    reached = reach(tree, given)
    stated = members.number(size) if size in members.all else None
    note_size(reached, stated, members.notes)
    files = [FoundFile(reached.path, reached.name or given, FileRole.MEDIA)] if reached.path else []
    thumbnail = _thumbnail(members, tree, files) if is_file and "thumbnail" in members.all else None
    medium = FoundMedia(
        kind=kind,
        name=reached.name,
        file_name=members.text("file_name") if is_file else None,
        size=stated,
        missing=reached.missing or (EMPTY if reached.path and not reached.size else None),
        thumbnail=thumbnail,
        duration_s=members.number("duration_seconds") if is_file else None,
        mime_type=members.text("mime_type") if is_file else None,
    )
    return medium, files


def _thumbnail(members: Members, tree: Tree, files: list[FoundFile]) -> str | None:
    given = members.text("thumbnail")
    if not given:
        return None
    reached = reach(tree, given)
    if reached.missing:
        members.notes.append(f"thumbnail: {reached.missing}")
        return None
    files.append(FoundFile(reached.path, reached.name or given, FileRole.THUMBNAIL))
    return reached.name


def reach(tree: Tree, given: str) -> Reached:
    """The file that an export's path names, or the exporter's own reason in its place."""
    placeholder = _PLACEHOLDER.fullmatch(given) if given.endswith(")") else None
    if placeholder:
        return Reached(None, missing=placeholder[1])
    return tree.reach(given)


def note_size(reached: Reached, stated: int | None, notes: list[str]) -> None:
    """Notes a file that is not as long as the export says."""
    if reached.path and stated is not None and reached.size != stated:
        word = "shorter" if reached.size < stated else "longer"
        notes.append(f"{reached.name}: {word} than stated, {reached.size} of {stated} bytes")
