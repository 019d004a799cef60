"""Downloads against a server on this computer that breaks, lies and redirects."""

import contextlib
import dataclasses
import errno
import gc
import gzip
import hashlib
import http.server
import json
import os
import shutil
import signal
import socket
import ssl
import struct
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
from email.message import Message
from pathlib import Path
from unittest import mock

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connected_place.api import open_plan
from connected_place.gis_data.errors import DataError
from connected_place.gis_data.fetch import answers as web_answers
from connected_place.gis_data.fetch import connections as web_connections
from connected_place.gis_data.fetch import downloads as fetching
from connected_place.gis_data.fetch.addresses import next_address
from connected_place.gis_data.fetch.downloads import alone, download
from connected_place.gis_data.fetch.jobs import FetchError, Job, Patience
from connected_place.scripts.commands import fetch as command

from ..processes import EMERGENCY_S

BODY = b"output_area,All Premises\n" + b"".join(b"E%08d,%d\n" % (row, row % 97) for row in range(20_000))
SHA256 = hashlib.sha256(BODY).hexdigest()
QUICK = Patience(silence_s=60.0, attempts=3, wait_s=0.0)
ONCE = dataclasses.replace(QUICK, attempts=1)
ETAG = {"ETag": '"v1"'}
MONDAY = {"Last-Modified": "Mon, 05 Jan 2026 10:00:00 GMT"}

pytestmark = pytest.mark.filterwarnings("ignore:Exception ignored in. <socket:pytest.PytestUnraisableExceptionWarning")
"""A thread of the server that hangs up may leave its socket to the collector; `download` closes its own by `with`."""


@pytest.fixture(scope="module", autouse=True)
def _collected():
    """No socket of this module is left for a test of another."""
    yield
    gc.collect()


class Server(http.server.ThreadingHTTPServer):
    """Gives each request the next answer of a list, the last one for ever, and keeps what was asked."""

    daemon_threads = True
    block_on_close = False

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.answers, self.asked, self.release = [], [], threading.Event()

    def url(self, path="data.csv"):
        """An address at this server."""
        return f"http://127.0.0.1:{self.server_port}/{path}"

    def gives(self, *answers):
        """Take new answers and forget what was asked; an address to ask for them."""
        self.answers, self.asked = list(answers), []
        return self.url()

    def handle_error(self, request, client_address):
        """A client that hangs up is part of the tests."""


class Handler(http.server.BaseHTTPRequestHandler):
    """One request."""

    def do_GET(self):
        """Give the next answer."""
        self.server.asked.append((self.path, dict(self.headers)))
        answers = self.server.answers
        (answers.pop(0) if len(answers) > 1 else answers[0])(self)

    def log_message(self, *_):
        """Silence."""


def start(handler, status, headers):
    handler.send_response(status)
    for name, value in headers.items():
        handler.send_header(name, str(value))
    handler.end_headers()


def reply(body=BODY, status=200, **headers):
    """An answer with these headers, and a true Content-Length unless another is given; None leaves it out."""

    def answer(handler):
        named = {"Content-Length": len(body)} | {name.replace("_", "-"): value for name, value in headers.items()}
        start(handler, status, {name: value for name, value in named.items() if value is not None})
        handler.wfile.write(body)

    return answer


def ranged(body=BODY, *, headers=ETAG, cut=None, reset=False, piece=None, most=None):
    """An answer that honours Range and If-Range; after `cut` bytes it hangs up, or resets the connection."""

    def answer(handler):
        proof = headers.get("ETag") or headers.get("Last-Modified")
        asked = handler.headers.get("Range", "")
        if not asked or handler.headers.get("If-Range") != proof:
            start(handler, 200, {"Content-Length": len(body)} | headers)
            send(handler, body)
            return
        first = int(asked.removeprefix("bytes=").removesuffix("-"))
        if first >= len(body):
            start(handler, 416, {"Content-Range": f"bytes */{len(body)}"})
            return
        rest = body[first:][:most]
        stated = {"Content-Range": f"bytes {first}-{first + len(rest) - 1}/{len(body)}", "Content-Length": len(rest)}
        start(handler, 206, stated | headers)
        send(handler, rest)

    def send(handler, data):
        data = data if cut is None else data[:cut]
        step = piece or max(1, len(data))
        for at in range(0, len(data), step):
            handler.wfile.write(data[at : at + step])
            handler.wfile.flush()
        if reset:
            handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            handler.connection.close()

    return answer


def stalls_after(size_bytes, headers=ETAG):
    """Sends the beginning, then nothing until the test ends."""

    def answer(handler):
        start(handler, 200, {"Content-Length": len(BODY)} | headers)
        handler.wfile.write(BODY[:size_bytes])
        handler.wfile.flush()
        handler.server.release.wait(EMERGENCY_S)

    return answer


def endless(handler):
    """Never stops and does not say how much will come."""
    start(handler, 200, {})
    with contextlib.suppress(OSError):
        while True:
            handler.wfile.write(BODY)


def redirect(to, status=302):
    return lambda handler: start(handler, status, {"Location": to} if to else {})


@pytest.fixture(scope="module")
def running():
    with Server() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.release.set()
        server.shutdown()
        thread.join()


@pytest.fixture
def server(running):
    running.release.clear()
    yield running
    running.release.set()


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch):
    """The tests' own server is asked directly, whatever this computer is set to."""
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.setenv("no_proxy", "*")
    monkeypatch.delenv("REQUEST_METHOD", raising=False)


@pytest.fixture
def target(tmp_path):
    return tmp_path / "data" / "coverage.csv"


def refused(url, target, *, patience=QUICK, **options):
    """The one fault of a download that must fail and must not leave a file under its name."""
    before = target.read_bytes() if target.is_file() else None
    with pytest.raises(FetchError) as caught:
        download(url, target, patience=patience, **options)
    assert (target.read_bytes() if target.is_file() else None) == before
    (fault,) = caught.value.faults
    assert fault.file == target.name
    return fault


def left(target):
    """What lies in the target's folder."""
    return sorted(path.name for path in target.parent.iterdir())


# -- A download that succeeds


def test_a_file_comes_whole_with_its_hash_and_without_a_clock(server, target):
    url = server.gives(reply(**MONDAY))
    came = download(url, target, patience=QUICK)
    assert target.read_bytes() == BODY
    assert left(target) == ["coverage.csv"]
    assert came == fetching.Download(
        url=url,
        final_url=url,
        file=target,
        size_bytes=len(BODY),
        sha256=SHA256,
        last_modified=MONDAY["Last-Modified"],
    )


def test_a_file_that_is_there_is_replaced_only_by_a_whole_one(server, target):
    target.parent.mkdir()
    target.write_bytes(b"old")
    refused(server.gives(reply(Content_Length=len(BODY) + 1)), target)
    assert target.read_bytes() == b"old"
    download(server.gives(reply()), target, patience=QUICK)
    assert target.read_bytes() == BODY


def test_a_body_of_unstated_length_is_taken_to_its_end(server, target):
    download(server.gives(reply(Content_Length=None)), target, patience=QUICK)
    assert target.read_bytes() == BODY


def test_a_chunked_body_is_put_together(server, target):
    """Chunks of HTTP/1.1: size in hexadecimal, data, and a last one of size 0."""
    chunked = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in (BODY[:10], BODY[10:])) + b"0\r\n\r\n"

    def answer(handler):
        handler.protocol_version = "HTTP/1.1"
        start(handler, 200, {"Transfer-Encoding": "chunked", "Connection": "close"})
        handler.wfile.write(chunked)
        handler.close_connection = True

    download(server.gives(answer), target, patience=QUICK)
    assert target.read_bytes() == BODY


def test_progress_never_falls_and_ends_with_all(server, target):
    seen = []
    download(server.gives(reply()), target, patience=QUICK, on_progress=lambda *now: seen.append(now))
    done = [done_bytes for done_bytes, _ in seen]
    assert done[0] == 0
    assert done == sorted(done)
    assert seen[-1] == (len(BODY), len(BODY))
    assert len(seen) > 2


def test_an_address_with_blanks_and_letters_beyond_ascii_is_asked_for(server, target):
    server.gives(reply())
    download(server.url("Wi-Fi in%20£.csv?area=Bôn#part"), target, patience=QUICK)
    assert server.asked[0][0] == "/Wi-Fi%20in%20%C2%A3.csv?area=B%C3%B4n"


def test_no_packing_is_asked_for(server, target):
    download(server.gives(reply()), target, patience=QUICK)
    assert server.asked[0][1]["Accept-Encoding"] == "identity"


@pytest.mark.parametrize("name", ["gzip", "X-GZIP"])
def test_a_body_that_is_packed_all_the_same_is_unpacked(server, target, name):
    """Content-Length counts the packed bytes, the record those of the file."""
    packed = gzip.compress(BODY, mtime=0)
    came = download(server.gives(reply(packed, Content_Encoding=name)), target, patience=QUICK)
    assert target.read_bytes() == BODY
    assert (came.size_bytes, came.sha256) == (len(BODY), SHA256)
    assert left(target) == ["coverage.csv"]


def test_a_packed_body_is_resumed_in_its_packed_bytes(server, target):
    headers = ETAG | {"Content-Encoding": "gzip"}
    packed = gzip.compress(BODY, mtime=0)
    url = server.gives(ranged(packed, headers=headers, cut=1000), ranged(packed, headers=headers))
    download(url, target, patience=QUICK)
    assert target.read_bytes() == BODY
    assert server.asked[1][1]["Range"] == "bytes=1000-"


@pytest.mark.parametrize(
    "packed", [b"no gzip at all", gzip.compress(BODY, mtime=0)[:-20], gzip.compress(BODY, mtime=0)[:50] + b"x" * 99]
)
def test_a_body_that_cannot_be_unpacked_is_refused(server, target, packed):
    fault = refused(server.gives(reply(packed, Content_Encoding="gzip")), target)
    assert fault.code == "FETCH_ENCODING"
    assert left(target) == []


def test_an_unknown_encoding_that_was_not_asked_for_is_refused(server, target):
    fault = refused(server.gives(reply(Content_Encoding="br")), target)
    assert (fault.code, fault.value) == ("FETCH_ENCODING", "br")


# -- Addresses


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("http://data.gov.uk/a.csv", "FETCH_NOT_HTTPS"),
        ("http://127.0.0.1.data.gov.uk/a.csv", "FETCH_NOT_HTTPS"),
        ("file:///etc/passwd", "FETCH_NOT_HTTPS"),
        ("ftp://data.gov.uk/a.csv", "FETCH_NOT_HTTPS"),
        ("data:text/csv,a", "FETCH_NOT_HTTPS"),
        ("data/a.csv", "FETCH_NOT_HTTPS"),
        ("", "FETCH_NOT_HTTPS"),
        ("https://", "FETCH_URL"),
        ("https:///a.csv", "FETCH_URL"),
        ("https://data gov/a.csv", "FETCH_URL"),
        ("https://data.gov.uk:port/a.csv", "FETCH_URL"),
        ("https://[::1/a.csv", "FETCH_URL"),
        ("https://" + "a" * 64 + ".uk/", "FETCH_URL"),
        ("https://me:secret@data.gov.uk/a.csv", "FETCH_CREDENTIALS"),
        ("https://me:secret@data.gov.uk:port/a.csv", "FETCH_CREDENTIALS"),
        ("https://token@data.gov.uk/a.csv", "FETCH_CREDENTIALS"),
    ],
)
def test_an_address_that_is_not_public_https_is_refused(target, url, code):
    fault = refused(url, target)
    assert fault.code == code
    assert "secret" not in str(fault)
    assert not target.parent.exists()


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_followed_and_shown_without_their_query(server, target, status):
    """The query of the final address often includes a signature."""
    server.gives(redirect("/b?x=1", status), redirect("c?signature=secret", status), reply())
    came = download(server.url("a"), target, patience=QUICK)
    assert [path for path, _ in server.asked] == ["/a", "/b?x=1", "/c?signature=secret"]
    assert (came.url, came.final_url) == (server.url("a"), server.url("c"))


def test_five_redirects_are_followed_and_not_six(server, target):
    download(server.gives(*[redirect("/x")] * 5, reply()), target, patience=QUICK)
    assert refused(server.gives(*[redirect("/x")] * 6, reply()), target).code == "FETCH_REDIRECT"
    assert len(server.asked) == 6


@pytest.mark.parametrize(
    "to",
    [
        "file:///etc/passwd",
        "ftp://data.gov.uk/a",
        "http://data.gov.uk/a",
        "https://me:pw@data.gov.uk/a",
        "",
        "https:///a",
    ],
)
def test_a_redirect_to_anything_but_a_public_https_address_is_refused(server, target, to):
    fault = refused(server.gives(redirect(to), reply()), target)
    assert fault.code == "FETCH_REDIRECT"
    assert len(server.asked) == 1


def test_a_redirect_from_https_to_http_is_refused_even_to_this_computer(tmp_path):
    with pytest.raises(FetchError, match=r"from https to http\..*\[FETCH_REDIRECT\]"):
        next_address(job(tmp_path), "https://data.gov.uk/a", "http://localhost/b")


@pytest.mark.parametrize(
    ("url", "location", "following"),
    [
        ("https://data.gov.uk/a/b", "c", "https://data.gov.uk/a/c"),
        ("https://data.gov.uk/a/b", "//cdn.gov.uk/c", "https://cdn.gov.uk/c"),
        ("http://localhost:80/a", "https://data.gov.uk/c", "https://data.gov.uk/c"),
        ("https://data.gov.uk/a", "https://[2001:db8::1]:8443/c", "https://[2001:db8::1]:8443/c"),
    ],
)
def test_a_redirect_is_read_relative_to_where_it_comes_from(tmp_path, url, location, following):
    assert next_address(job(tmp_path), url, location) == following


def job(folder, **changes):
    """A download as the module's own functions pass it on."""
    plain = Job(
        url="https://data.gov.uk/a",
        target=folder / "a.csv",
        limit_bytes=10**6,
        patience=QUICK,
        on_progress=lambda *_: None,
        on_wait=lambda *_: None,
    )
    return dataclasses.replace(plain, **changes)


# -- Sizes


@pytest.mark.parametrize(("limit_bytes", "fits"), [(len(BODY), True), (len(BODY) - 1, False)])
@pytest.mark.parametrize("stated", [True, False])
def test_a_file_may_be_as_large_as_the_limit_and_no_larger(server, target, limit_bytes, fits, stated):
    url = server.gives(reply() if stated else reply(Content_Length=None))
    if fits:
        assert download(url, target, patience=QUICK, limit_bytes=limit_bytes).size_bytes == limit_bytes
    else:
        assert refused(url, target, limit_bytes=limit_bytes).code == "FETCH_TOO_LARGE"
        assert left(target) == []


def test_a_huge_stated_length_is_refused_before_the_body(server, target):
    fault = refused(server.gives(reply(b"a", Content_Length=10**15)), target)
    assert fault.code == "FETCH_TOO_LARGE"
    assert "1,000,000,000,000,000 bytes" in fault.message
    assert len(server.asked) == 1


def test_a_body_without_end_is_left_at_the_limit(server, target):
    most = []
    fault = refused(server.gives(endless), target, limit_bytes=2_000_000, on_progress=lambda done, _: most.append(done))
    assert fault.code == "FETCH_TOO_LARGE"
    assert max(most) <= 2_000_000
    assert left(target) == []


def test_a_small_body_that_unpacks_beyond_the_limit_is_refused(server, target):
    bomb = gzip.compress(bytes(10_000_000))
    fault = refused(server.gives(reply(bomb, Content_Encoding="gzip")), target, limit_bytes=1_000_000)
    assert fault.code == "FETCH_TOO_LARGE"
    assert left(target) == []


def test_a_body_shorter_than_stated_is_tried_again_then_refused_and_kept(server, target):
    fault = refused(server.gives(ranged(cut=100), ranged(cut=0)), target)
    assert fault.code == "FETCH_SHORT"
    assert f"after 100 of {len(BODY):,} bytes" in fault.message
    assert "carries on where it stopped" in fault.remedy
    assert len(server.asked) == QUICK.attempts
    assert left(target) == ["coverage.csv.part", "coverage.csv.part.json"]


def test_a_body_longer_than_stated_is_refused(server, target):
    """One byte more is enough: what the server says of the file is not true."""
    fault = refused(server.gives(reply(Content_Length=len(BODY) - 1)), target)
    assert fault.code == "FETCH_LONG"
    assert len(server.asked) == 1
    assert left(target) == []


def test_a_connection_that_stays_open_is_not_waited_for(server, target, monkeypatch):
    """HTTP/1.1 without `Connection: close`: there may be no end for a long time, and the file is whole."""

    def answer(handler):
        handler.protocol_version = "HTTP/1.1"
        start(handler, 200, {"Content-Length": len(BODY)})
        handler.wfile.write(BODY)
        handler.wfile.flush()
        handler.server.release.wait(EMERGENCY_S)

    monkeypatch.setattr(web_connections, "_goes_on", lambda _: pytest.fail("nothing says that an end will come"))
    download(server.gives(answer), target, patience=QUICK)
    assert target.read_bytes() == BODY


def test_an_empty_file_is_refused(server, target):
    assert refused(server.gives(reply(b"")), target).code == "FETCH_EMPTY"
    assert left(target) == []


def test_a_disk_without_room_is_found_before_the_body(server, target, monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda _: mock.Mock(free=len(BODY) - 1))
    fault = refused(server.gives(reply()), target)
    assert fault.code == "FETCH_SPACE"
    monkeypatch.setattr(shutil, "disk_usage", lambda _: mock.Mock(free=len(BODY)))
    download(server.gives(reply()), target, patience=QUICK)


@pytest.mark.parametrize(("number", "code"), [(errno.ENOSPC, "FETCH_SPACE"), (errno.EACCES, "FETCH_CANNOT_WRITE")])
def test_what_the_disk_refuses_is_reported(server, target, monkeypatch, number, code):
    def fails(*_):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "replace", fails)
    fault = refused(server.gives(reply()), target)
    assert fault.code == code
    assert os.strerror(number) in fault.message


def test_a_folder_in_the_place_of_the_file_is_an_error(server, target):
    target.mkdir(parents=True)
    assert refused(server.gives(reply()), target).code == "FETCH_CANNOT_WRITE"


# -- Interruptions


def test_a_connection_that_breaks_is_resumed_where_it_stopped(server, target):
    waits = []
    url = server.gives(ranged(cut=100_000), ranged(cut=50_000), ranged())
    download(url, target, patience=QUICK, on_wait=lambda *why: waits.append(why))
    assert target.read_bytes() == BODY
    assert [headers.get("Range") for _, headers in server.asked] == [None, "bytes=100000-", "bytes=150000-"]
    assert {headers.get("If-Range") for _, headers in server.asked[1:]} == {'"v1"'}
    assert len(waits) == 2
    assert left(target) == ["coverage.csv"]


def test_a_connection_that_is_reset_is_resumed(server, target):
    download(server.gives(ranged(cut=100_000, reset=True), ranged()), target, patience=QUICK)
    assert target.read_bytes() == BODY


def test_a_connection_that_keeps_breaking_ends_in_one_error_and_the_next_call_goes_on(server, target):
    fault = refused(server.gives(ranged(cut=70_000), ranged(cut=0, reset=True)), target)
    assert fault.code in ("FETCH_INTERRUPTED", "FETCH_SHORT")
    assert "Run fetch again later: it carries on where it stopped." in fault.remedy
    download(server.gives(ranged()), target, patience=ONCE)
    assert server.asked[0][1]["Range"] == "bytes=70000-"
    assert target.read_bytes() == BODY


def test_a_silent_connection_counts_as_lost_and_is_resumed(server, target):
    patience = dataclasses.replace(QUICK, silence_s=0.15, attempts=1)
    fault = refused(server.gives(stalls_after(web_connections.CHUNK_BYTES + 10)), target, patience=patience)
    assert fault.code == "FETCH_INTERRUPTED"
    assert f"{web_connections.CHUNK_BYTES:,} bytes received so far are kept" in fault.message
    download(server.gives(ranged()), target, patience=ONCE)
    assert server.asked[0][1]["Range"] == f"bytes={web_connections.CHUNK_BYTES}-"
    assert target.read_bytes() == BODY


def test_the_wait_doubles_with_every_attempt(server, target, monkeypatch):
    slept = []
    monkeypatch.setattr(time, "sleep", slept.append)
    patience = Patience(silence_s=5.0, attempts=4, wait_s=3.0)
    refused(server.gives(reply(status=503)), target, patience=patience)
    assert slept == [3.0, 6.0, 12.0]


@pytest.mark.parametrize(
    "second",
    [
        ranged(b"new," + BODY, headers={"ETag": '"v2"'}),  # the server compares, and sends all of the new one
        reply(b"new," + BODY, ETag='"v2"'),  # it knows no ranges
    ],
)
def test_a_version_that_changed_is_downloaded_from_its_beginning(server, target, second):
    download(server.gives(ranged(cut=100_000), second), target, patience=QUICK)
    assert server.asked[1][1]["If-Range"] == '"v1"'
    assert target.read_bytes() == b"new," + BODY


@pytest.mark.parametrize(
    "headers",
    [
        {"ETag": '"v2"', "Content-Range": f"bytes 100000-{len(BODY) - 1}/{len(BODY)}"},  # another version
        {"ETag": '"v1"', "Content-Range": f"bytes 99999-{len(BODY) - 1}/{len(BODY)}"},  # another place
        {"ETag": '"v1"', "Content-Encoding": "gzip", "Content-Range": f"bytes 100000-{len(BODY) - 1}/{len(BODY)}"},
        {"ETag": '"v1"', "Last-Modified": "today", "Content-Range": f"bytes 100000-{len(BODY) - 1}/{len(BODY)}"},
        {"ETag": '"v1"', "Content-Range": "bytes"},
        {"ETag": '"v1"'},
    ],
)
def test_a_rest_that_does_not_fit_is_thrown_away_with_the_beginning(server, target, headers):
    """The server pretends to continue; only a new beginning can be trusted."""

    def wrong_rest(handler):
        start(handler, 206, {"Content-Length": len(BODY) - 100_000} | headers)
        handler.wfile.write(b"x" * (len(BODY) - 100_000))

    download(server.gives(ranged(cut=100_000, headers=ETAG | MONDAY), wrong_rest, ranged()), target, patience=QUICK)
    assert "Range" not in server.asked[2][1]
    assert target.read_bytes() == BODY


@pytest.mark.parametrize(
    ("headers", "proof"),
    [
        (ETAG, '"v1"'),
        (MONDAY, MONDAY["Last-Modified"]),
        ({"ETag": 'W/"v1"'} | MONDAY, MONDAY["Last-Modified"]),
        ({"ETag": 'W/"v1"'}, None),
        ({}, None),
    ],
)
def test_the_rest_is_asked_for_only_with_a_proof_of_the_version(server, target, headers, proof):
    """A weak ETag proves likeness, not the same bytes."""
    download(server.gives(ranged(headers=headers, cut=100_000), ranged(headers=headers)), target, patience=QUICK)
    assert server.asked[1][1].get("If-Range") == proof
    assert ("Range" in server.asked[1][1]) == (proof is not None)
    assert target.read_bytes() == BODY


def test_a_server_that_sends_the_rest_in_small_ranges_is_asked_on(server, target):
    patience = dataclasses.replace(QUICK, attempts=9)
    download(server.gives(ranged(cut=100_000), ranged(most=60_000)), target, patience=patience)
    assert target.read_bytes() == BODY


def test_a_rest_that_is_longer_than_what_is_missing_is_refused(server, target):
    def too_much(handler):
        stated = f"bytes 100000-{len(BODY) - 1}/{len(BODY)}"
        start(handler, 206, ETAG | {"Content-Range": stated, "Content-Length": len(BODY) - 100_000 + 1})
        handler.wfile.write(BODY[100_000:] + b"x")

    assert refused(server.gives(ranged(cut=100_000), too_much), target).code == "FETCH_LONG"
    assert left(target) == []


def test_a_rest_that_does_not_repeat_its_version_can_be_resumed_and_is_recorded(server, target):
    def bare_rest(handler):
        stated = f"bytes 100000-{len(BODY) - 1}/{len(BODY)}"
        start(handler, 206, {"Content-Range": stated, "Content-Length": len(BODY) - 100_000})
        handler.wfile.write(BODY[100_000:150_000])

    headers = ETAG | MONDAY
    url = server.gives(ranged(headers=headers, cut=100_000), bare_rest, ranged(headers=headers))
    came = download(url, target, patience=QUICK)
    assert server.asked[2][1]["Range"] == "bytes=150000-"
    assert came.last_modified == MONDAY["Last-Modified"]
    assert target.read_bytes() == BODY


def test_a_server_that_goes_away_in_the_middle_is_tried_again(server, target, monkeypatch):
    """The second connection is refused; only a server that never answered is given up at once."""
    way, calls = web_connections._opened, []

    def opened(a_job, *rest):
        calls.append(1)
        if len(calls) == 2:
            raise web_connections._unreachable(a_job, "localhost", ConnectionRefusedError("refused"))
        return way(a_job, *rest)

    monkeypatch.setattr(web_connections, "_opened", opened)
    download(server.gives(ranged(cut=100_000), ranged()), target, patience=QUICK)
    assert len(calls) == 3
    assert target.read_bytes() == BODY


def test_a_part_that_is_longer_than_the_file_is_thrown_away(server, target):
    refused(server.gives(ranged(cut=100_000)), target, patience=ONCE)
    with target.with_name("coverage.csv.part").open("ab") as part:
        part.write(bytes(len(BODY)))
    download(server.gives(ranged()), target, patience=QUICK)
    assert [("Range" in headers) for _, headers in server.asked] == [True, False]
    assert target.read_bytes() == BODY


@pytest.mark.parametrize(
    "note",
    ["", "{", "[]", "null", '{"etag": 5}', '{"other": ""}', '{"url": "https://else.uk/a", "etag": "\\"v1\\""}'],
)
def test_a_part_without_a_readable_note_of_the_same_address_is_not_used(server, target, note):
    target.parent.mkdir()
    target.with_name("coverage.csv.part").write_bytes(b"x" * 100)
    target.with_name("coverage.csv.part.json").write_text(note)
    download(server.gives(ranged()), target, patience=ONCE)
    assert "Range" not in server.asked[0][1]
    assert target.read_bytes() == BODY


def test_a_note_with_a_line_end_in_its_proof_never_becomes_a_header(server, target):
    target.parent.mkdir()
    target.with_name("coverage.csv.part").write_bytes(b"x" * 100)
    note = {"url": server.gives(ranged()), "etag": '"v1"\r\nX: y', "last_modified": "", "encoding": ""}
    target.with_name("coverage.csv.part.json").write_text(json.dumps(note))
    download(server.url(), target, patience=ONCE)
    assert target.read_bytes() == BODY


def test_ctrl_c_keeps_what_has_arrived(server, target):
    def stop(done_bytes, _):
        if done_bytes > 100_000:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        download(server.gives(ranged()), target, patience=QUICK, on_progress=stop)
    assert left(target) == ["coverage.csv.part", "coverage.csv.part.json"]
    kept_bytes = target.with_name("coverage.csv.part").stat().st_size
    download(server.gives(ranged()), target, patience=ONCE)
    assert server.asked[0][1]["Range"] == f"bytes={kept_bytes}-"
    assert target.read_bytes() == BODY


def wait_for_bytes(file, size_bytes, *, of):
    """Wait until a process has written so much, however long that takes; not if it has ended."""
    while not (file.is_file() and file.stat().st_size >= size_bytes) and of.poll() is None:
        time.sleep(0.01)


def test_a_killed_download_leaves_no_file_and_is_resumed(server, target):
    """The process gets SIGKILL (on Windows TerminateProcess) after the first 100,000 bytes were sent."""
    url = server.gives(stalls_after(100_000))
    code = (
        "from connected_place.gis_data.fetch import download; from pathlib import Path; "
        f"download({url!r}, Path({str(target)!r}))"
    )
    part = target.with_name("coverage.csv.part")
    with subprocess.Popen([sys.executable, "-c", code]) as process:
        wait_for_bytes(part, web_connections.CHUNK_BYTES, of=process)
        process.kill()
    assert left(target) == ["coverage.csv.part", "coverage.csv.part.json"]
    download(server.gives(ranged()), target, patience=ONCE)
    assert server.asked[0][1]["Range"] == f"bytes={web_connections.CHUNK_BYTES}-"
    assert target.read_bytes() == BODY


@settings(max_examples=40, deadline=None)
@given(
    body=st.binary(min_size=1, max_size=3_000).map(lambda data: b"a," + data),
    cuts=st.lists(st.tuples(st.integers(0, 1_000), st.booleans()), max_size=4),
    piece=st.integers(1, 700),
    chunk_bytes=st.integers(1, 500),
    packed=st.booleans(),
)
def test_however_a_body_is_cut_and_cut_off_the_file_is_the_same(running, body, cuts, piece, chunk_bytes, packed):
    sent = gzip.compress(body, mtime=0) if packed else body
    headers = ETAG | ({"Content-Encoding": "gzip"} if packed else {})
    broken = [ranged(sent, headers=headers, cut=cut, reset=reset, piece=piece) for cut, reset in cuts]
    url = running.gives(*broken, ranged(sent, headers=headers, piece=piece))
    patience = dataclasses.replace(QUICK, attempts=len(cuts) + 1)
    with (
        tempfile.TemporaryDirectory() as folder,
        mock.patch.object(web_connections, "CHUNK_BYTES", chunk_bytes),
        mock.patch.object(fetching, "CHUNK_BYTES", chunk_bytes),
    ):
        came = download(url, Path(folder) / "a.csv", patience=patience)
        assert (Path(folder) / "a.csv").read_bytes() == body
        assert came.sha256 == hashlib.sha256(body).hexdigest()


# -- What a server says instead of a file


@pytest.mark.parametrize("kind", ["text/html", "TEXT/HTML; charset=utf-8", "application/xhtml+xml"])
def test_a_web_page_is_refused_by_its_type(server, target, kind):
    fault = refused(server.gives(reply(Content_Type=kind)), target)
    assert fault.code == "FETCH_HTML"
    assert "proxy" in fault.remedy
    assert "connected-place init" in fault.remedy


@pytest.mark.parametrize(
    "page",
    [
        b"<!DOCTYPE html><title>Sign in</title>",
        b"\xef\xbb\xbf\r\n <HTML>",
        b"<!-- login --><html>",
        b'<?xml version="1.0"?><!DOCTYPE html PUBLIC "x">',
        "\ufeff<html>".encode("utf-16-le"),
        b"<script>location='/login'</script>",
    ],
)
def test_a_web_page_is_refused_by_how_it_begins(server, target, page):
    assert refused(server.gives(reply(page, Content_Type="text/csv")), target).code == "FETCH_HTML"
    assert left(target) == []


@pytest.mark.parametrize("kind", ["text/csv", "application/octet-stream", None])
@pytest.mark.parametrize("body", [b"name,note\na,<html>\n", b'<?xml version="1.0"?><gml:x/>', b"PK\3\4", b"<kml>"])
def test_data_is_not_taken_for_a_web_page(server, target, body, kind):
    download(server.gives(reply(body, Content_Type=kind)), target, patience=QUICK)
    assert target.read_bytes() == body


def test_a_sign_in_page_in_the_middle_does_not_spoil_what_was_kept(server, target):
    refused(server.gives(ranged(cut=100_000)), target, patience=ONCE)
    assert refused(server.gives(reply(b"<html>", Content_Type="text/html")), target).code == "FETCH_HTML"
    download(server.gives(ranged()), target, patience=ONCE)
    assert server.asked[0][1]["Range"] == "bytes=100000-"
    assert target.read_bytes() == BODY


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (404, "404 Not Found.*moved or withdrawn"),
        (410, "410 Gone.*moved or withdrawn"),
        (403, "403 Forbidden.*proxy"),
        (401, "401 Unauthorized.*proxy"),
        (407, "407 Proxy Authentication Required.*IT desk"),
        (400, "400 Bad Request.*browser"),
        (204, "204 No Content"),
        (206, "206 Partial Content"),
        (416, "416 Requested Range"),
        (304, "304 Not Modified"),
        (599, "599"),
    ],
)
def test_a_status_that_stays_is_reported_at_once(server, target, status, words):
    with pytest.raises(FetchError, match=f"(?s){words}.*init.*FETCH_STATUS"):
        download(server.gives(reply(b"", status)), target, patience=QUICK)
    assert len(server.asked) == 1


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504])
def test_a_status_that_passes_is_tried_again(server, target, status):
    download(server.gives(reply(b"", status), reply()), target, patience=QUICK)
    assert target.read_bytes() == BODY
    fault = refused(server.gives(reply(b"", status)), target)
    assert fault.code == "FETCH_STATUS"
    assert str(status) in fault.message
    assert len(server.asked) == QUICK.attempts


def test_a_server_that_asks_to_wait_is_given_the_time(server, target, monkeypatch):
    slept = []
    monkeypatch.setattr(time, "sleep", slept.append)
    download(server.gives(reply(b"", 429, Retry_After="7"), reply()), target, patience=QUICK)
    assert slept == [7.0]


def test_a_server_that_asks_for_too_long_a_wait_is_given_up(server, target):
    patience = dataclasses.replace(QUICK, longest_wait_s=60.0)
    fault = refused(server.gives(reply(b"", 503, Retry_After="3600"), reply()), target, patience=patience)
    assert "asks for a wait of 3,600 s." in fault.message
    assert len(server.asked) == 1


@pytest.mark.parametrize(
    ("asked", "date", "wait_s"),
    [
        ("120", "", 120.0),
        ("0", "", 0.0),
        ("Mon, 05 Jan 2026 10:01:30 GMT", "Mon, 05 Jan 2026 10:00:00 GMT", 90.0),
        ("Mon, 05 Jan 2026 09:00:00 GMT", "Mon, 05 Jan 2026 10:00:00 GMT", 0.0),
        ("Mon, 05 Jan 2026 10:01:30 GMT", "", None),
        ("soon", "Mon, 05 Jan 2026 10:00:00 GMT", None),
        ("-5", "", None),
        ("²", "", None),
        ("", "", None),
    ],
)
def test_retry_after_is_read_as_seconds_or_as_a_date(asked, date, wait_s):
    headers = Message()
    headers["Retry-After"], headers["Date"] = asked, date
    assert web_answers._asked_wait_s(headers) == wait_s


# -- The way there


def free_port():
    """A port without a listener."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def test_a_missing_server_is_reported_at_once(target, monkeypatch):
    monkeypatch.setattr(time, "sleep", lambda _: pytest.fail("nobody waits for a server that never answered"))
    fault = refused(f"http://127.0.0.1:{free_port()}/a.csv", target)
    assert fault.code == "FETCH_UNREACHABLE"
    assert "HTTPS_PROXY" in fault.remedy
    assert "connected-place init" in fault.remedy


def test_a_server_that_answers_https_with_http_is_reported(server, target):
    server.gives(reply())
    url = server.url().replace("http://127.0.0.1", "https://localhost")
    assert refused(url, target).code == "FETCH_UNREACHABLE"


def test_a_certificate_that_is_not_trusted_is_reported_and_not_tried_again(target, monkeypatch):
    distrust = ssl.SSLCertVerificationError(1, "certificate verify failed")
    distrust.verify_message = "self-signed certificate in certificate chain"
    opened = mock.Mock(side_effect=urllib.error.URLError(distrust))
    monkeypatch.setattr(web_connections, "_opener", lambda: mock.Mock(open=opened))
    fault = refused("https://data.gov.uk/a.csv", target)
    assert fault.code == "FETCH_TLS"
    assert "self-signed certificate in certificate chain" in fault.message
    assert "SSL_CERT_FILE" in fault.remedy
    assert opened.call_count == 1


def test_certificates_are_checked_against_this_computers_and_mozillas():
    context = web_connections._trusted()
    assert context.verify_mode == ssl.CERT_REQUIRED
    assert context.check_hostname
    assert context.cert_store_stats()["x509_ca"] > 50


def test_a_proxy_of_the_environment_is_used(server, target, monkeypatch):
    """The proxy is the tests' server: it is asked for the whole address of a port without a listener."""
    monkeypatch.delenv("no_proxy")
    monkeypatch.setenv("http_proxy", server.gives(reply()))
    download("http://localhost:9/a.csv", target, patience=ONCE)
    assert server.asked[0][0] == "http://localhost:9/a.csv"


def test_a_proxy_that_does_not_answer_is_reported_with_the_address_that_was_asked_for(target, monkeypatch):
    monkeypatch.delenv("no_proxy")
    monkeypatch.setenv("https_proxy", f"http://127.0.0.1:{free_port()}")
    fault = refused("https://data.gov.uk/a.csv", target)
    assert fault.code == "FETCH_UNREACHABLE"
    assert fault.message.startswith("data.gov.uk cannot be reached")


def test_a_proxy_that_refuses_is_reported_with_its_reason(server, target, monkeypatch):
    """The tests' server does not know CONNECT and answers 501."""
    monkeypatch.delenv("no_proxy")
    monkeypatch.setenv("https_proxy", server.url(""))
    fault = refused("https://data.gov.uk/a.csv", target)
    assert fault.code == "FETCH_UNREACHABLE"
    assert "501" in fault.message
    assert "proxy" in fault.remedy


def test_a_broken_answer_is_an_interruption(server, target):
    fault = refused(server.gives(lambda handler: handler.wfile.write(b"nonsense\r\n\r\n")), target)
    assert fault.code == "FETCH_INTERRUPTED"
    assert len(server.asked) == QUICK.attempts


# -- Checks at the end, and neighbours


def test_a_file_other_than_the_expected_one_is_refused(server, target):
    assert download(server.gives(reply()), target, patience=QUICK, expected_sha256=SHA256).sha256 == SHA256
    fault = refused(server.gives(reply(BODY + b"x")), target, expected_sha256=SHA256)
    assert fault.code == "FETCH_CHECKSUM"
    assert "--again" in fault.remedy
    assert left(target) == ["coverage.csv"]


def test_two_calls_never_write_the_same_file(server, target):
    server.gives(reply())
    with alone(target):
        assert refused(server.url(), target).code == "FETCH_BUSY"
    download(server.url(), target, patience=QUICK)
    assert left(target) == ["coverage.csv"]


def test_patience_for_no_attempt_at_all_is_a_mistake_of_the_caller(server, target):
    with pytest.raises(ValueError, match="at least 1"):
        download(server.gives(reply()), target, patience=Patience(attempts=0))


# -- The command

HEAD = '[place]\nname = "Saltmarsh"\nlad = "E06990001"\n'


def plan(folder, *sources, head=""):
    """A plan.toml of (kind, path, url)."""
    tables = [
        f'[[source]]\nkind = "{kind}"\npath = "{path}"\n' + (f'url = "{url}"\n' if url else "")
        for kind, path, url in sources
    ]
    (folder / "plan.toml").write_text(head + HEAD + "".join(tables), encoding="utf-8")
    return folder


def fetch(place, **options):
    return command.fetch(place, patience=ONCE, **options)


def record(folder):
    return json.loads((folder / "downloads.json").read_text(encoding="utf-8"))


def test_every_source_with_a_url_is_downloaded_printed_and_recorded(server, tmp_path, capsys):
    url = server.gives(reply(**MONDAY))
    place = plan(tmp_path, ("population", "data/people.csv", url), ("schools", "schools.csv", ""))
    assert fetch(place) == command.DONE
    assert (tmp_path / "data" / "people.csv").read_bytes() == BODY
    assert record(tmp_path) == {
        "data/people.csv": {
            "attribution": "Source: Office for National Statistics licensed under the Open Government Licence v.3.0.",
            "bytes": len(BODY),
            "final_url": url,
            "last_modified": MONDAY["Last-Modified"],
            "licence": "Open Government Licence v3.0",
            "publisher": "Office for National Statistics",
            "sha256": SHA256,
            "title": "Usual residents of output areas or LSOAs (census or mid-year estimate)",
            "url": url,
        }
    }
    said = capsys.readouterr()
    assert said.out == f"1 file downloaded. Next: connected-place check {tmp_path}\n"
    assert f"[1/1] data/people.csv from {url}" in said.err
    assert said.err.index("Licence: Open Government Licence v3.0") < said.err.index(SHA256)
    assert "Source: Office for National Statistics" in said.err


def test_the_record_has_sorted_keys_and_the_same_bytes_every_time(server, tmp_path):
    server.gives(reply())
    sources = [("schools", "b.csv", server.url("b")), ("population", "a.csv", server.url("a"))]
    plan(tmp_path, *sources)
    fetch(tmp_path)
    first = (tmp_path / "downloads.json").read_bytes()
    keys = list(record(tmp_path))
    assert keys == sorted(keys) == ["a.csv", "b.csv"]
    for name in ("a.csv", "b.csv", "downloads.json"):
        (tmp_path / name).unlink()
    fetch(tmp_path)
    assert (tmp_path / "downloads.json").read_bytes() == first


def test_a_file_that_changed_since_its_download_is_a_warning_where_it_is_read(server, tmp_path):
    """Opened in a spreadsheet and saved; the record names its url. A file without a url was never recorded."""
    people = b"place,name,population\nE00000001,A,9\n"
    place = plan(tmp_path, ("population", "a.csv", server.gives(reply(people))), ("population", "b.csv", ""))
    fetch(place)
    (tmp_path / "b.csv").write_bytes(people.replace(b"9", b"8"))
    before = changed_files(place)
    (tmp_path / "a.csv").write_bytes(people.replace(b"9", b"7"))
    assert (before, changed_files(place)) == ([], ["a.csv"])


def changed_files(place):
    read, faults = open_plan(place).read
    assert faults == ()
    return [fault.file for layer in read for fault in layer.warnings if fault.code == "HASH_CHANGED"]


def test_all_sources_are_tried_and_all_faults_listed(server, tmp_path, capsys):
    server.gives(reply(b"", 404), reply(), reply(b"", 403))
    names = ("a.csv", "b.csv", "c.csv")
    plan(tmp_path, *[("population", f"data/{name}", server.url(name)) for name in names])
    assert fetch(tmp_path) == command.BLOCKED
    assert list(record(tmp_path)) == ["data/b.csv"]
    said = capsys.readouterr()
    assert "  1. data/a.csv: The server replies 404" in said.err
    assert "  2. data/c.csv: The server replies 403" in said.err
    assert said.out.startswith("2 files could not be downloaded")


def test_a_file_that_is_here_is_kept(server, tmp_path, capsys):
    plan(tmp_path, ("population", "a.csv", server.gives(reply())))
    (tmp_path / "a.csv").write_text("by hand")
    assert fetch(tmp_path) == fetch(tmp_path, again=True) == command.DONE
    assert (tmp_path / "a.csv").read_text() == "by hand"
    assert "already here, but not downloaded by fetch" in capsys.readouterr().err
    assert not server.asked
    assert not (tmp_path / "downloads.json").exists()


def test_a_file_that_differs_from_its_record_is_replaced_only_when_asked(server, tmp_path, capsys):
    plan(tmp_path, ("population", "a.csv", server.gives(reply())))
    fetch(tmp_path)
    assert fetch(tmp_path, again=True) == command.DONE
    assert len(server.asked) == 1
    assert "already here, as downloaded" in capsys.readouterr().err
    (tmp_path / "a.csv").write_text("changed by hand")
    assert fetch(tmp_path) == command.DONE
    assert (tmp_path / "a.csv").read_text() == "changed by hand"
    assert "use --again to replace it" in capsys.readouterr().err
    assert fetch(tmp_path, again=True) == command.DONE
    assert (tmp_path / "a.csv").read_bytes() == BODY


def test_a_recorded_file_must_come_as_it_was_recorded_unless_asked_otherwise(server, tmp_path, capsys):
    """A colleague gets plan.toml and downloads.json without the files."""
    plan(tmp_path, ("population", "a.csv", server.gives(reply(), reply(BODY + b"new"))))
    fetch(tmp_path)
    (tmp_path / "a.csv").unlink()
    assert fetch(tmp_path) == command.BLOCKED
    assert "FETCH_CHECKSUM" in capsys.readouterr().err
    assert not (tmp_path / "a.csv").exists()
    assert record(tmp_path)["a.csv"]["sha256"] == SHA256
    assert fetch(tmp_path, again=True) == command.DONE
    assert record(tmp_path)["a.csv"]["bytes"] == len(BODY) + 3


def test_a_new_address_in_the_plan_is_not_compared_with_the_old_record(server, tmp_path):
    server.gives(reply(), reply(BODY + b"new"))
    fetch(plan(tmp_path, ("population", "a.csv", server.url("old"))))
    plan(tmp_path, ("population", "a.csv", server.url("new")))
    assert fetch(tmp_path) == command.DONE
    assert (tmp_path / "a.csv").read_bytes() == BODY
    assert fetch(tmp_path, again=True) == command.DONE
    assert (tmp_path / "a.csv").read_bytes() == BODY + b"new"
    assert record(tmp_path)["a.csv"]["url"] == server.url("new")


@pytest.mark.parametrize(
    "path",
    [
        "../a.csv",
        "data/../../a.csv",
        "..\\\\a.csv",
        "/tmp/connected-place-a.csv",
        "C:/a.csv",
        "a.csv:stream",
        "a\\u0000.csv",
        "plan.toml",
        "downloads.json",
        "data",
        ".",
        "",
        "link/a.csv",
    ],
)
def test_nothing_is_downloaded_outside_the_plans_data_or_over_the_plan(server, tmp_path, capsys, path):
    folder = tmp_path / "plan"
    (folder / "data").mkdir(parents=True)
    with contextlib.suppress(OSError):  # Windows may not let a test make links; the path is then a plain one
        (folder / "link").symlink_to(tmp_path)
    if path.startswith("link") and not (folder / "link").exists():
        pytest.skip("no links here")
    plan(folder, ("population", path, server.gives(reply())))
    before = (folder / "plan.toml").read_bytes()
    assert fetch(folder, again=True) == command.BLOCKED
    assert "FETCH_PATH" in capsys.readouterr().err
    assert not server.asked
    assert (folder / "plan.toml").read_bytes() == before


def test_the_paths_start_from_the_folder_that_data_names(server, tmp_path):
    plan(tmp_path, ("population", "a.csv", server.gives(reply())), head='data = "inputs"\n')
    assert fetch(tmp_path / "plan.toml") == command.DONE
    assert (tmp_path / "inputs" / "a.csv").read_bytes() == BODY
    assert list(record(tmp_path)) == ["a.csv"]


def test_one_file_for_two_sources_is_downloaded_once(server, tmp_path):
    url = server.gives(reply())
    assert fetch(plan(tmp_path, ("population", "a.csv", url), ("households", "a.csv", url))) == command.DONE
    assert len(server.asked) == 1


def test_two_addresses_for_one_file_are_refused(server, tmp_path, capsys):
    server.gives(reply())
    plan(tmp_path, ("population", "a.csv", server.url("x")), ("households", "a.csv", server.url("y")))
    (tmp_path / "a.csv").write_text("here")
    assert fetch(tmp_path) == command.BLOCKED
    assert "different addresses" in capsys.readouterr().err


def test_a_plan_without_addresses_says_how_to_go_on(tmp_path, capsys):
    assert fetch(plan(tmp_path, ("population", "a.csv", ""))) == command.DONE
    said = capsys.readouterr().out
    assert "No source in plan.toml has a url" in said
    assert "connected-place init" in said


def test_the_size_limit_is_in_megabytes(server, tmp_path, capsys):
    place = plan(tmp_path, ("population", "a.csv", server.gives(reply())))
    assert fetch(place, limit_mb=(len(BODY) - 1) / 1e6) == command.BLOCKED
    assert "FETCH_TOO_LARGE" in capsys.readouterr().err
    assert fetch(place, limit_mb=0.5) == command.DONE


def test_ctrl_c_says_that_the_same_command_goes_on(server, tmp_path, capsys, monkeypatch):
    """The first file is whole and recorded; the second is stopped in the middle, and resumed."""
    names = ("a.csv", "b.csv")
    server.gives(ranged())
    plan(tmp_path, *[("population", name, server.url(name)) for name in names])

    def stop(meter, done_bytes, _):
        if done_bytes and server.asked[-1][0] == "/b.csv":
            raise KeyboardInterrupt

    with monkeypatch.context() as stopping:
        stopping.setattr(command.Meter, "__call__", stop)
        assert fetch(tmp_path) == command.INTERRUPTED
    assert "run the same command to carry on where it stopped" in capsys.readouterr().err
    assert list(record(tmp_path)) == ["a.csv"]
    assert fetch(tmp_path) == command.DONE
    assert server.asked[-1][1]["Range"].startswith("bytes=")
    assert (tmp_path / "b.csv").read_bytes() == BODY


@pytest.mark.parametrize("text", ["{", "[]", '{"a.csv": 1}', "\x00"])
def test_a_record_that_cannot_be_read_stops_before_any_download(server, tmp_path, text):
    plan(tmp_path, ("population", "a.csv", server.gives(reply())))
    (tmp_path / "downloads.json").write_text(text)
    with pytest.raises(DataError, match="FETCH_RECORD"):
        fetch(tmp_path)
    assert not server.asked


@pytest.mark.parametrize(("place", "step"), [(os, "fsync"), (Path, "replace")])
def test_a_record_that_cannot_be_written_leaves_the_old_one(tmp_path, monkeypatch, place, step):
    path = tmp_path / "downloads.json"
    command.write_record(path, {"a": {}})
    assert left(path) == ["downloads.json"]

    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(place, step, full)
    with pytest.raises(DataError, match="No space left on device"):
        command.write_record(path, {"b": {}})
    assert command.read_record(path) == {"a": {}}
    assert left(path) == ["downloads.json"]


def test_entries_of_files_that_the_plan_no_longer_names_stay(server, tmp_path):
    command.write_record(tmp_path / "downloads.json", {"z.csv": {"sha256": "0"}})
    fetch(plan(tmp_path, ("population", "a.csv", server.gives(reply()))))
    assert list(record(tmp_path)) == ["a.csv", "z.csv"]


def test_two_calls_never_work_on_one_plan(server, tmp_path):
    plan(tmp_path, ("population", "a.csv", server.gives(reply())))
    with alone(tmp_path / "downloads.json"), pytest.raises(FetchError, match="FETCH_BUSY"):
        fetch(tmp_path)


class Terminal:
    """Keeps what is written, and is a terminal or not."""

    def __init__(self, tty):
        self.text, self.isatty = "", lambda: tty

    def write(self, text):
        """Keep it."""
        self.text += text

    def flush(self):
        """Nothing waits."""


def test_the_meter_shows_share_size_and_rate_at_most_every_pause():
    """The clock is at 0, 0.1, 1.9 and 2 s; the pause is 0.2 s, but the end is always shown."""
    clock = iter([0.0, 0.1, 1.9, 2.0])
    meter = command.Meter(stream=Terminal(tty=True), now_s=lambda: next(clock))
    for done_bytes in (0, 100_000, 1_900_000, 4_000_000):
        meter(done_bytes, 4_000_000)
    meter.end()
    lines = [line.strip() for line in meter.stream.text.split("\r")[1:]]
    assert lines == ["0%, 0.0 of 4.0 MB, 0.0 MB/s", "47%, 1.9 of 4.0 MB, 1.0 MB/s", "100%, 4.0 of 4.0 MB, 2.0 MB/s"]
    assert meter.stream.text.endswith("\n")


def test_the_meter_counts_the_rate_from_where_it_resumed():
    clock = iter([0.0, 1.0])
    meter = command.Meter(stream=Terminal(tty=True), now_s=lambda: next(clock))
    meter(3_000_000, 4_000_000)
    meter(4_000_000, 4_000_000)
    assert meter.stream.text.endswith("100%, 4.0 of 4.0 MB, 1.0 MB/s")


def test_the_meter_is_silent_outside_a_terminal():
    meter = command.Meter(stream=Terminal(tty=False))
    meter(0, 10)
    meter(10, 10)
    meter.end()
    assert meter.stream.text == ""


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
def test_a_real_interrupt_of_the_command_keeps_the_part(server, tmp_path):
    """SIGINT as a terminal sends it, while the server is silent after 100,000 bytes."""
    plan(tmp_path, ("population", "a.csv", server.gives(stalls_after(100_000))))
    code = (
        "import signal, sys; signal.signal(signal.SIGINT, signal.default_int_handler); "  # off in the background
        "from pathlib import Path; from connected_place.scripts.commands.fetch import fetch; "
        f"sys.exit(fetch(Path({str(tmp_path)!r})))"
    )
    with subprocess.Popen([sys.executable, "-c", code], stderr=subprocess.PIPE, text=True) as process:
        wait_for_bytes(tmp_path / "a.csv.part", 1, of=process)
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=EMERGENCY_S)
    assert process.returncode == command.INTERRUPTED
    assert "carry on where it stopped" in said
    assert "Traceback" not in said
    assert left(tmp_path / "a.csv") == ["a.csv.part", "a.csv.part.json", "plan.toml"]
