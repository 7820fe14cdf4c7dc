"""Every post that real and hostile exports yield becomes a record, and reads back from the tables as it was found."""

from __future__ import annotations

from pathlib import Path

import pytest

from indelible.catalog import posts, runs
from indelible.catalog.catalog import Catalog
from indelible.collect.sources import open_source
from indelible.model.errors import SourceError
from indelible.model.found import FoundPost
from indelible.preserve.records.post import PostContext, post_record
from indelible.settings import Settings
from world.plain_log import PlainLog

TEXTS = {".json", ".html"}


def found_below(folder: Path) -> list[FoundPost]:
    """The posts of every text below the folder that is an export."""
    found: list[FoundPost] = []
    for path in sorted(path for path in folder.rglob("*") if path.suffix in TEXTS and path.is_file()):
        try:
            findings = open_source(path, Settings()).findings()
            found.extend(finding for finding in findings if isinstance(finding, FoundPost))
        except SourceError:
            continue
    return found


def test_every_post_of_the_corpus_is_recorded_and_reads_back(corpus: Path, tmp_path: Path) -> None:
    found = found_below(corpus / "telegram")
    if not found:
        pytest.fail("the corpus has exports, and none gave a post")
    log = PlainLog([post_record(post, PostContext(0, {})).record for post in found])
    catalog = Catalog.open(tmp_path / "catalog.sqlite")
    catalog.catch_up(log)
    with catalog.reader() as reader:
        assert runs.counts(reader) == [runs.KindCount("post/1", "known", len(found))]
        for index, post in enumerate(found):
            held = posts.by_index(reader, index)
            assert held is not None
            assert (held.id, held.digest, held.posted, held.edited) == (post.id, post.digest, post.posted, post.edited)
            assert len(held.media) == len(post.media)
            assert len(held.pointers) == len(post.pointers)
