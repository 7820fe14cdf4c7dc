"""A medium that asks for another file or for the network gets neither."""

import select
import socket

import pytest

from indelible.media import wire
from indelible.media.answer import Answer
from indelible.media.moving import decode_moving
from indelible.media.outcome import Plan
from indelible.media.reader import Reader
from media.conftest import opened

PROGRAMS = {
    "hls": "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nhttp://127.0.0.1:{port}/a.ts\n#EXT-X-ENDLIST\n",
    "hls beside": "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n{path}\n#EXT-X-ENDLIST\n",
    "sdp": "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=video {port} RTP/AVP 96\na=rtpmap:96 H264/90000\n",
    "concat": "ffconcat version 1.0\nfile '{path}'\n",
    "dash": '<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static"><Period><AdaptationSet><Representation id="1">'
    "<BaseURL>http://127.0.0.1:{port}/a.mp4</BaseURL></Representation></AdaptationSet></Period></MPD>",
    "smooth": '<SmoothStreamingMedia MajorVersion="2"><StreamIndex Url="http://127.0.0.1:{port}/"/></SmoothStreamingMedia>',
    "rtsp": "RTSPtextRTSP://127.0.0.1:{port}/a\n",
    "metadata": ";FFMETADATA1\ntitle=x\n",
    "subtitles": "1\n00:00:00,000 --> 00:00:01,000\nhttp://127.0.0.1:{port}/\n",
    "svg": '<svg xmlns="http://www.w3.org/2000/svg"><image href="http://127.0.0.1:{port}/a.png"/></svg>',
}


@pytest.fixture
def listener():
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server


@pytest.mark.parametrize("name", PROGRAMS)
@pytest.mark.parametrize("tail", [b"", b"\0"], ids=["as text", "past the text gate"])
def test_no_connection_is_made_and_no_other_file_opened(decode, clip, listener, name, tail):
    text = PROGRAMS[name].format(port=listener.getsockname()[1], path=clip)
    path = clip.with_name("a.m3u8")
    path.write_bytes(text.encode() + tail)
    outcome = decode(path).outcome
    assert outcome.state == ("undecodable" if tail else "not media")
    assert outcome.media_kind == "none"
    # Refused by the list of demuxers, not killed in the attempt.
    assert "SIGSYS" not in outcome.reason
    assert select.select([listener], [], [], 0.05)[0] == []


@pytest.mark.parametrize("name", ["hls", "hls beside", "concat", "sdp"])
def test_the_list_of_demuxers_alone_refuses_without_the_sandbox(tmp_path, clip, listener, name):
    path = tmp_path / "a.m3u8"
    path.write_text(PROGRAMS[name].format(port=listener.getsockname()[1], path=clip))
    sent = []
    with opened(path) as descriptor, pytest.raises(ValueError, match="Invalid"):
        decode_moving(Reader(descriptor, path.stat().st_size), Answer(Plan(seconds_max=5), sent.append))
    assert sent == []
    assert select.select([listener], [], [], 0.05)[0] == []


def test_a_decoder_never_learns_the_name(clip):
    with opened(clip) as descriptor:
        assert Reader(descriptor, 10).name == ""
    assert b"secret" not in wire.pack_request(10, Plan(suffix=".secret"))
