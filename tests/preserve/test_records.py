"""From found nouns to records."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indelible.model.found import ChannelFound, FoundForward, FoundMedia, Pointer, Refusal
from indelible.model.ids import PostId
from indelible.model.record import INTEGER_MAX, VALUE_BYTES_MAX, Record, canonical, seal
from indelible.preserve.records import keeping, source
from indelible.preserve.records.kinds import citations, up_cast
from indelible.preserve.records.post import NOT_HELD, PostContext, Vanished, post_record, vanished_from, vanished_record
from indelible.preserve.records.prepare import By, Preparing, mended, ranges
from preserve.golden import ACT, HELD
from world.found_posts import full_post, post, video

CONTEXT = PostContext(run=4, held=HELD)


def test_a_plain_post_takes_no_field_that_it_does_not_need() -> None:
    record = post_record(post(2), CONTEXT).record
    assert set(record.fields) == {"id", "channel", "form", "pointers", "posted", "text", "digest", "run"}


def test_every_part_of_a_full_post_is_recorded() -> None:
    fields = post_record(full_post(), replace(CONTEXT, supersedes=2)).record.fields
    assert fields["reply_to"] == "telegram:1700000001/3"
    assert fields["album"] == "telegram:1700000001/6"
    assert fields["supersedes"] == 2
    assert fields["posted"]["printed"] == "2023-04-11T08:12:00"
    assert fields["forward"]["at"]["earliest"] == "2023-04-11T04:12:00.000Z"
    assert fields["pointers"][1] == {"name": "messages.html", "sha256": HELD["messages.html"], "offset": 999, "length": 1200}


def test_a_medium_that_is_held_has_its_digest_and_no_reason() -> None:
    medium = post_record(full_post(), CONTEXT).record.fields["media"][0]
    assert medium["sha256"] == HELD["video_files/a.mp4"]
    assert "missing" not in medium


def test_a_medium_that_is_not_held_always_has_a_reason() -> None:
    medium = post_record(video(2, "nowhere.mp4"), CONTEXT).record.fields["media"][0]
    assert medium["missing"] == NOT_HELD
    assert "sha256" not in medium


def test_a_post_forwarded_from_nobody_known_still_says_that_it_was_forwarded() -> None:
    forwarded = replace(post(2), forward=FoundForward(None))
    assert post_record(forwarded, CONTEXT).record.fields["forward"] == {"name": ""}


def test_a_lone_surrogate_becomes_a_replacement_character_and_the_notes_say_so() -> None:
    record = post_record(post(2, "a\ud83dz"), CONTEXT).record
    assert record.fields["text"] == "a\ufffdz"
    assert record.fields["notes"] == ["text: a lone surrogate became U+FFFD"]


def test_a_whole_emoji_is_left_alone() -> None:
    assert mended("\U0001f600 Гавань") == "\U0001f600 Гавань"


def test_a_long_text_moves_to_a_blob_and_keeps_its_first_part() -> None:
    text = "Ж" * VALUE_BYTES_MAX
    prepared = post_record(post(2, text), CONTEXT)
    assert prepared.overflow == (text.encode(),)
    moved = prepared.record.fields["text"]
    assert moved["length"] == len(text.encode())
    assert text.startswith(moved["first"])
    assert list(citations("post/1", {"text": moved})) == [moved["blob"]]


def test_a_text_of_just_the_longest_size_stays_in_the_record() -> None:
    text = "a" * (VALUE_BYTES_MAX - 2)  # two quotes
    assert post_record(post(2, text), CONTEXT).record.fields["text"] == text


def test_a_long_list_moves_to_a_blob_as_json() -> None:
    channel = ChannelFound("s", "c", 1, "public_channel", True, 1, 9999, tuple(range(1, 9999, 2)))
    prepared = source.export_record(source.Export("0" * 64, 1, "result.json", "s", channels=[channel]), run=4)
    assert prepared.overflow[0].startswith(b'[{"channel_id":1,"ids":[[1,1],[3,3],')
    assert prepared.record.fields["channels"][0]["last_id"] == 9999


def test_a_long_file_name_is_cut_so_that_the_media_stay_in_the_record() -> None:
    odd = replace(post(2), media=(FoundMedia("file", "a", file_name="n" * 50_000),))
    record = post_record(odd, CONTEXT).record
    assert len(record.fields["media"][0]["file_name"]) == 1024
    assert record.fields["notes"] == ["media: a text of 50000 characters was cut to 1024"]


def test_numbers_beyond_what_json_readers_agree_on_are_spelled_out() -> None:
    fields = Preparing("x/1").put("a", [INTEGER_MAX, INTEGER_MAX + 1, -INTEGER_MAX - 1]).done().record.fields
    assert fields["a"] == [INTEGER_MAX, str(INTEGER_MAX + 1), str(-INTEGER_MAX - 1)]


def test_a_fraction_is_refused() -> None:
    with pytest.raises(TypeError):
        Preparing("x/1").put("a", [1.5])


def test_a_code_known_in_no_way_is_refused() -> None:
    with pytest.raises(ValueError, match="typed"):
        By("K7", "guessed")


@given(text=st.text(st.characters(), max_size=30), number=st.integers(), big=st.integers(10**5, 10**6))
def test_whatever_a_source_says_can_be_sealed(text: str, number: int, big: int) -> None:
    odd = replace(
        full_post(),
        id=PostId(number, number),
        channel=text,
        text=text * (big // 1000),
        author=text * 100,
        media=(FoundMedia(text, text, text, number, text), *full_post().media),
        pointers=(Pointer(text, abs(number), abs(number)),),
        forward=FoundForward(text, number),
        notes=(text,) * 20,
    )
    record = post_record(odd, CONTEXT).record
    seal(record, bytes(16))
    assert all(len(canonical(value)) <= VALUE_BYTES_MAX for value in record.fields.values())


def test_missing_media_are_grouped_by_reason_and_none_is_lost() -> None:
    missing = [source.Missing(f"telegram:1/{n}", "f", "gone" if n % 2 else "too large") for n in range(300)]
    records = [made.record.fields for made in source.missing_records("s", missing, run=4)]
    assert sum(fields["count"] for fields in records) == 300
    assert all(len(fields["files"]) == fields["count"] for fields in records)
    assert {fields["reason"] for fields in records} == {"gone", "too large"}


def test_a_refused_record_says_where_and_why() -> None:
    fields = source.refused_record(Refusal("r.json", "messages[4]", "no id"), run=4).record.fields
    assert (fields["what"], fields["where"], fields["reason"], fields["count"]) == ("refused", "messages[4]", "no id", 1)


def _channel(*ids: int, complete: bool = True) -> ChannelFound:
    return ChannelFound("s", "c", 1, "public_channel", complete, ids[0] if ids else None, ids[-1] if ids else None, ids)


def test_posts_inside_the_newer_export_and_not_in_it_have_vanished() -> None:
    assert vanished_from(_channel(2, 5, 9), [2, 3, 4, 5, 9]) == Vanished((3, 4), ())


def test_posts_after_its_end_are_told_apart_since_it_may_be_the_older_one() -> None:
    vanished = vanished_from(_channel(2, 5), [2, 5, 8])
    assert vanished == Vanished((), (8,))
    record = vanished_record(_channel(2, 5), vanished, run=4, exports=["0" * 64]).record
    assert "older" in str(record.fields["meaning"])
    assert "no proof of deletion" in str(record.fields["meaning"])


def test_posts_before_its_beginning_say_nothing() -> None:
    assert vanished_from(_channel(5, 9), [2, 3, 5, 9]) == Vanished((), ())


def test_the_end_of_an_export_cut_short_says_nothing() -> None:
    assert vanished_from(_channel(2, 5, complete=False), [2, 3, 5, 8]) == Vanished((3,), ())


def test_an_empty_export_says_nothing() -> None:
    assert vanished_from(_channel(), [2, 3]) == Vanished((), ())


@given(st.sets(st.integers(-50, 50)))
def test_ranges_hold_exactly_the_numbers_given(numbers: set[int]) -> None:
    found = ranges(sorted(numbers))
    assert [n for first, last in found for n in range(first, last + 1)] == sorted(numbers)
    assert all(last + 1 < first for (_, last), (first, _) in pairwise(found))


def test_a_post_cites_its_media_thumbnails_and_the_exports_that_hold_it() -> None:
    fields = post_record(full_post(), CONTEXT).record.fields
    assert sorted(citations("post/1", fields)) == sorted(HELD.values())


def test_an_export_of_which_only_the_digest_is_kept_cites_no_blob() -> None:
    record = source.export_record(source.Export("0" * 64, 1, "result.json", "s", whole=False), run=4).record
    assert list(citations(record.kind, record.fields)) == []


def test_odd_values_cite_nothing() -> None:
    odd = {"media": [1, {"sha256": 5}, {"sha256": "xyz"}], "pointers": "none"}
    assert list(citations("post/1", odd)) == []


def test_an_old_kind_is_cast_up_step_by_step() -> None:
    casters = {
        "note/1": lambda fields: ("note/2", {"words": fields["text"]}),
        "note/2": lambda fields: ("note/3", {"words": [fields["words"]]}),
    }
    assert up_cast("note/1", {"text": "x"}, casters) == ("note/3", {"words": ["x"]})


def test_an_unknown_kind_stays_as_it_is() -> None:
    assert up_cast("dream/9", {"a": 1}) == ("dream/9", {"a": 1})


def test_casters_that_run_in_a_circle_come_to_an_end() -> None:
    casters = {"a/1": lambda fields: ("b/1", fields), "b/1": lambda fields: ("a/1", fields)}
    assert up_cast("a/1", {}, casters)[0] in {"a/1", "b/1"}


def test_a_redaction_names_both_people() -> None:
    redaction = keeping.Redaction({7: ("text",)}, (), "why", By("M2", "key"))
    fields = keeping.redaction_record(ACT, redaction).record.fields
    assert fields["by"] == {"code": "K7", "known": "typed"}
    assert fields["second"] == {"code": "M2", "known": "key"}


def test_a_records_kind_is_no_field() -> None:
    with pytest.raises(ValueError, match="kind"):
        Record("x/1", {"kind": "y"})
