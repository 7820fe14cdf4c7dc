from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indelible.model.errors import FormatError
from indelible.model.ids import PostId, exhibit_id, sha256_hex


@given(st.integers(-(10**19), 10**19), st.integers(-(10**19), 10**19))
def test_a_post_s_name_reads_back(peer, message):
    post = PostId(peer, message)
    assert PostId.parse(str(post)) == post


@pytest.mark.parametrize(
    "text",
    [
        "",
        "telegram:1",
        "telegram:1/",
        "telegram:/1",
        "telegram:1/2/3",
        "Telegram:1/2",
        "telegram:1/2\n",
        "telegram:1/2 ",
        "telegram:+1/2",
        "telegram:1.0/2",
        "telegram:--1/2",
        "telegram:" + "9" * 21 + "/1",
    ],
)
def test_another_name_is_refused(text):
    with pytest.raises(FormatError):
        PostId.parse(text)


def test_a_sha_256_is_64_lower_case_hex_digits():
    assert sha256_hex("0f" * 32) == "0f" * 32


@pytest.mark.parametrize("text", ["", "0F" * 32, "0f" * 31, "0f" * 33, "0g" * 32, "0f" * 32 + "\n", "０" * 64])
def test_another_digest_is_refused(text):
    with pytest.raises(FormatError):
        sha256_hex(text)


def test_an_exhibit_is_cited_by_origin_and_number():
    assert exhibit_id("archive.example/a", 17) == "archive.example/a#17"
