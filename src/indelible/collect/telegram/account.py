"""A whole account's JSON: chats chosen by name or id are kept as slices, all else by digest and size alone.

Such a file holds the exporter's phone number, contacts, sessions and private chats. Public channels in it are no exception:
that this account reads them is private too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cached_property
from pathlib import Path

from indelible.collect.telegram.chat import Reading
from indelible.collect.telegram.frame import Place, Places
from indelible.collect.telegram.jsonchat import JsonChat, json_findings
from indelible.collect.telegram.message import Channel, channel_of
from indelible.collect.telegram.octets import open_octets
from indelible.collect.telegram.pages import Pages
from indelible.collect.tree import Tree
from indelible.model.found import Finding, FoundSlice, Refusal
from indelible.settings import Settings

CUT = "the rest of the account cannot be read"
NOT_CHOSEN = "a chat of a whole-account export that was not chosen: name it with --chat to keep it"


class Account:
    """One account's JSON file, its chats located when first asked for."""

    def __init__(self, path: Path, name: str, tree: Tree, reading: Reading, settings: Settings) -> None:
        self._path = path
        self._name = name
        self._tree = tree
        self._reading = reading
        self._settings = settings

    @cached_property
    def _located(self) -> tuple[list[tuple[Place, Channel]], str]:
        """Every chat, and what kept the file from being read to its end."""
        with open_octets(self._path) as octets:
            places = Places(octets, self._settings)
            chats = [(place, channel_of(place.head, f"chat {number}")) for number, place in enumerate(places, 1)]
            return chats, places.fault

    def chosen_names(self) -> set[str]:
        """The names of the chats that were chosen, by name or id."""
        return {channel.name for _, channel in self._located[0] if is_chosen(channel, self._reading.chosen)}

    def findings(self, pages_of: Callable[[str], Pages | None]) -> Iterator[Finding]:
        """The findings of the chosen chats, and one refusal for each of the others that holds records."""
        chats, fault = self._located
        for number, (place, channel) in enumerate(chats, 1):
            pages = pages_of(channel.name)
            if not is_chosen(channel, self._reading.chosen):
                count = max(place.records, pages.count() if pages else 0)
                if count:
                    yield Refusal(self._reading.source, f"{self._name}, {_label(channel)}", NOT_CHOSEN, count)
                continue
            name = f"{self._name}#{channel.peer}@{place.offset}"
            yield FoundSlice(str(self._path), name, place.offset, place.length)
            chat = JsonChat(self._path, name, place.head, place.offset, place.length, number)
            yield from json_findings(chat, self._tree, self._reading, self._settings, pages)
        if fault:
            yield Refusal(self._reading.source, self._name, f"{CUT}: {fault}", count=0, unread=True)


def is_chosen(channel: Channel, chosen: frozenset[str]) -> bool:
    """Whether a chat is named among the chosen, by its name or by the id that its export states."""
    return channel.name in chosen or (not channel.note and str(channel.peer) in chosen)


def _label(channel: Channel) -> str:
    return channel.name if channel.note else f"{channel.name} ({channel.peer})"
