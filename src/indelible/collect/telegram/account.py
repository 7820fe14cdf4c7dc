"""A whole account's JSON: chats chosen by name or id are kept as slices, all else by digest and size alone.

Such a file holds the exporter's phone number, contacts, sessions and private chats. Public channels in it are no exception:
that this account reads them is private too.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from indelible.collect.telegram.chat import Reading
from indelible.collect.telegram.frame import places
from indelible.collect.telegram.jsonchat import JsonChat, json_findings
from indelible.collect.telegram.message import Channel, channel_of
from indelible.collect.telegram.octets import open_octets
from indelible.collect.tree import Tree
from indelible.model.found import Finding, FoundSlice, Refusal
from indelible.settings import Settings

NOT_CHOSEN = "a chat of a whole-account export that was not chosen: name it with --chat to keep it"


def account_findings(path: Path, name: str, tree: Tree, reading: Reading, settings: Settings) -> Iterator[Finding]:
    """The findings of the chosen chats, and one refusal for each of the others that holds records."""
    with open_octets(path) as octets:
        found = list(places(octets, settings))
    for number, place in enumerate(found, 1):
        channel = channel_of(place.head, f"chat {number}")
        if not is_chosen(channel, reading.chosen):
            if place.records:
                yield Refusal(reading.source, f"{name}, {_label(channel)}", NOT_CHOSEN, place.records)
            continue
        slice_name = f"{name}#{channel.peer}@{place.offset}"
        yield FoundSlice(str(path), slice_name, place.offset, place.length)
        chat = JsonChat(path, slice_name, place.head, place.offset, place.length, number)
        yield from json_findings(chat, tree, reading, settings)


def is_chosen(channel: Channel, chosen: frozenset[str]) -> bool:
    """Whether a chat is named among the chosen, by its name or by the id that its export states."""
    return channel.name in chosen or (not channel.note and str(channel.peer) in chosen)


def _label(channel: Channel) -> str:
    return channel.name if channel.note else f"{channel.name} ({channel.peer})"
