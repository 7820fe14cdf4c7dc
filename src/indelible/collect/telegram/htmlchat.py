"""One chat's HTML as findings, when there is no JSON to join it with."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from indelible.collect.telegram.chat import Reading, chat_findings
from indelible.collect.telegram.clock import Clock
from indelible.collect.telegram.message import MADE_NOTE, Channel, Read, made_peer
from indelible.collect.telegram.pages import Pages
from indelible.model.found import ChannelFound, Finding, Refusal


def html_findings(pages: Pages, name: str, reading: Reading) -> Iterator[Finding]:
    """The findings of one chat's pages; their own files are not among them."""
    channel = Channel(name, made_peer(name), "", MADE_NOTE)
    for finding in chat_findings(_reads(pages, channel), channel, reading):
        if isinstance(finding, ChannelFound):
            yield from pages.mended()
            yield replace(finding, complete=pages.complete)
        else:
            yield finding


def _reads(pages: Pages, channel: Channel) -> Iterator[Read | Refusal]:
    clock = Clock()
    for shown in pages.shown():
        yield shown if isinstance(shown, Refusal) else pages.post(shown, channel, clock)
