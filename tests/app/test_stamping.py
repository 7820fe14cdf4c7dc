"""Time-stamps end to end, from an authority on this machine: taken, recorded, audited, handed over; asked again when out of reach."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from indelible.app.answers.collect import CollectAnswer
from indelible.app.auditing import audit
from indelible.app.opening import Context
from indelible.app.proving import prove
from indelible.app.status import status
from indelible.model.errors import UsageError
from world.channel_export import ChannelExport, Post
from world.stamp_authority import StampAuthority

DAY = datetime(2023, 4, 11, 8, 0, tzinfo=UTC)
Collect = Callable[..., CollectAnswer]


@pytest.fixture
def authority() -> StampAuthority:
    return StampAuthority()


@pytest.fixture
def url(authority: StampAuthority) -> Iterator[str]:
    """The authority, served on this machine alone."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            answer = authority.answer(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: object) -> None:
            """Quiet."""

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


def _configure(context: Context, url: str, authority: StampAuthority) -> None:
    roots = context.root.parent / "roots.pem"
    roots.write_bytes(authority.certificates)
    name = authority.signer.certificate.subject.rfc4514_string()
    (context.root / "settings.toml").write_text(
        f'stamp_authority_url = "{url}"\nstamp_authority_name = "{name}"\nstamp_authority_roots = "{roots}"\n'
    )


def _export(folder: Path, posts: int = 1) -> Path:
    return ChannelExport([Post(number, DAY, "words") for number in range(1, posts + 1)]).write(folder)


def test_a_checkpoint_is_stamped_and_the_stamp_recorded(
    tmp_path: Path, context: Context, take: Collect, authority: StampAuthority, url: str
) -> None:
    _configure(context, url, authority)

    answer = take(_export(tmp_path / "export"))

    assert "vouches for" in answer.notes[0]
    assert status(context).stamps == 1
    assert audit(context.root).faults == ()
    prove(context, "telegram:1700000003/1", tmp_path / "proof")
    assert list((tmp_path / "proof" / "stamps").glob("*.tsr"))


def test_nothing_new_is_not_stamped_again(
    tmp_path: Path, context: Context, take: Collect, authority: StampAuthority, url: str
) -> None:
    _configure(context, url, authority)
    first = take(_export(tmp_path / "export"))
    assert take(tmp_path / "export").checkpoint == first.checkpoint


def test_one_out_of_reach_is_said_and_asked_next_time(
    tmp_path: Path, context: Context, take: Collect, authority: StampAuthority, url: str
) -> None:
    _configure(context, "http://127.0.0.1:9/", authority)
    away = take(_export(tmp_path / "export"))
    _configure(context, url, authority)

    again = take(tmp_path / "export")

    assert "out of reach" in away.notes[0]
    assert "vouches for" in again.notes[0]


def test_an_authority_of_another_name_is_refused(
    tmp_path: Path, context: Context, take: Collect, authority: StampAuthority, url: str
) -> None:
    _configure(context, url, authority)
    path = context.root / "settings.toml"
    path.write_text(path.read_text().replace("Harbour Stamping", "Another Stamping"))

    answer = take(_export(tmp_path / "export"))

    assert "refused" in answer.notes[0]
    assert "Another Stamping" in answer.notes[0]
    assert status(context).stamps == 0


def test_an_authority_named_by_half_is_refused(tmp_path: Path, context: Context, take: Collect) -> None:
    (context.root / "settings.toml").write_text('stamp_authority_url = "https://stamps.example/"\n')
    with pytest.raises(UsageError, match="certificates"):
        take(_export(tmp_path / "export"))
    assert status(context).posts == 0
