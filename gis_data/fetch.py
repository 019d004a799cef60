"""A file at a publisher's address: on this disk whole and checked, or not under its name at all."""

from __future__ import annotations

import contextlib
import dataclasses
import email.utils
import errno
import functools
import gzip
import hashlib
import http.client
import ipaddress
import json
import os
import re
import shutil
import ssl
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from filelock import FileLock, Timeout

from connected_place.gis_data.errors import ConnectedPlaceError, Fault
from connected_place.gis_data.input_files import LARGEST_BYTES

CHUNK_BYTES = 65_536
HEAD_BYTES = 1_024
"""A page shows itself within them."""
MOST_REDIRECTS = 5
REDIRECTS = (301, 302, 303, 307, 308)
PASSING = (408, 425, 429, 500, 502, 503, 504)
"""Statuses that may be gone a moment later."""
PAGE_TYPES = ("text/html", "application/xhtml+xml")
PAGE_STARTS = (b"<!doctype html", b"<html", b"<head", b"<body", b"<script")
GZIP = ("gzip", "x-gzip")
LIMIT_REMEDY = "Take the publisher's file for your area alone, or raise --limit-mb."
LATER = "Call fetch again later: it goes on where it stopped."
BY_HAND = "Or download it by hand from the page that the list of `connected-place init` names, and put it at this path."
PROXY = "A council proxy or firewall may be in the way: ask for the address to be allowed, or set HTTPS_PROXY."

OnProgress = Callable[[int, int | None], None]
"""Bytes on the disk so far, and bytes in all where the server states them."""
OnWait = Callable[[str, float], None]
"""Why a download is begun again, and seconds until then."""


class FetchError(ConnectedPlaceError, OSError):
    """A file could not be downloaded; under its name nothing has changed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long a slow or failing server is borne with.

    Attributes
    ----------
    silence_s : float
        Seconds without a single byte after which a connection counts as lost.
    attempts : int
        Connections in one call, the first included.
    wait_s : float
        Seconds before the second attempt; doubled for each that follows.
    longest_wait_s : float
        A server that asks for more in Retry-After is given up.
    """

    silence_s: float = 30.0
    attempts: int = 5
    wait_s: float = 1.0
    longest_wait_s: float = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Download:
    """A file that is now on this disk. Holds no clock: the same file gives the same record.

    Attributes
    ----------
    url : str
        As it was asked for.
    final_url : str
        Where redirects led, without the query: it often holds a signature that soon expires.
    file : Path
    size_bytes : int
    sha256 : str
        Of the file as it lies on the disk, 64 hexadecimal digits.
    last_modified : str
        As the server's header says; empty where it does not.
    """

    url: str
    final_url: str
    file: Path
    size_bytes: int
    sha256: str
    last_modified: str


def download(
    url: str,
    target: Path,
    *,
    limit_bytes: int = LARGEST_BYTES,
    expected_sha256: str = "",
    patience: Patience | None = None,
    on_progress: OnProgress = lambda done_bytes, total_bytes: None,
    on_wait: OnWait = lambda reason, wait_s: None,
) -> Download:
    """Download one file; what is already there is replaced in one step, or not touched.

    What has arrived is kept beside the target as `<name>.part`, with `<name>.part.json` that says of which version it
    is; the next call asks the server for the rest, and begins anew where the version is another one. Proxies are those
    of the system or of the environment (HTTPS_PROXY, NO_PROXY).

    Parameters
    ----------
    url : str
        Begins with https://; http:// only for this computer itself.
    target : Path
    limit_bytes : int
        A larger file is refused.
    expected_sha256 : str
        Where known: any other content is refused.
    patience : Patience, optional
    on_progress, on_wait : callable

    Raises
    ------
    FetchError
        FETCH_NOT_HTTPS, FETCH_URL or FETCH_CREDENTIALS: the address. FETCH_UNREACHABLE, FETCH_TLS, FETCH_STATUS,
        FETCH_REDIRECT, FETCH_INTERRUPTED, FETCH_SHORT: the way; what has arrived is kept. FETCH_LONG, FETCH_HTML,
        FETCH_ENCODING, FETCH_EMPTY, FETCH_CHECKSUM, FETCH_TOO_LARGE: the content. FETCH_SPACE, FETCH_CANNOT_WRITE,
        FETCH_BUSY: this computer.
    KeyboardInterrupt
        What has arrived is kept.
    """
    job = _Job(
        url=_wire_address(url, target.name),
        target=target,
        limit_bytes=limit_bytes,
        patience=patience or Patience(),
        on_progress=on_progress,
        on_wait=on_wait,
    )
    with _disk(job):
        target.parent.mkdir(parents=True, exist_ok=True)
    with alone(target), _cleared(job):
        arrival = _arrived(job)
        sha256, size_bytes = _put_in_place(job, arrival.version, expected_sha256)
    return Download(
        url=url,
        final_url=arrival.final_url,
        file=target,
        size_bytes=size_bytes,
        sha256=sha256,
        last_modified=arrival.version.last_modified,
    )


@contextlib.contextmanager
def alone(path: Path) -> Iterator[None]:
    """Keep every other process that asks for the same path out, without leaving a file beside it.

    Raises
    ------
    FetchError
        FETCH_BUSY, or FETCH_CANNOT_WRITE where the lock belongs to another user.
    """
    name = hashlib.sha256(str(path.absolute()).encode()).hexdigest()[:16]
    try:
        lock = FileLock(Path(tempfile.gettempdir()) / f"connected-place-{name}.lock").acquire(timeout=0)
    except Timeout as error:
        finding = "Another call of fetch is writing it."
        raise FetchError(_fault("FETCH_BUSY", path.name, finding, "Wait for it to end.")) from error
    except OSError as error:
        finding = f"It cannot be kept for this call alone: {_said(error)}."
        raise FetchError(_fault("FETCH_CANNOT_WRITE", path.name, finding, "Ask who else writes there.")) from error
    with lock:
        yield


def file_sha256(path: Path) -> str:
    """Hash of a file of any size, 64 hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


# -- The address -----------------------------------------------------------------------------------------------------


def _wire_address(url: str, name: str) -> str:
    """The address as it goes over the wire, in ASCII; anything but a public https address is refused.

    Examples
    --------
    >>> _wire_address("https://data.gov.uk/Wi-Fi in £.csv#top", "a.csv")
    'https://data.gov.uk/Wi-Fi%20in%20%C2%A3.csv'
    """
    authority = re.match(r"[^/]*//([^/\\?#]*)", url)
    if authority and "@" in authority[1]:  # before anything that could repeat it
        finding = "The address holds a user name or password, which would be copied into records."
        raise _address_error("FETCH_CREDENTIALS", name, finding, "")
    try:
        parts = urllib.parse.urlsplit(url)
        host, port = (parts.hostname or "").encode("idna").decode("ascii"), parts.port
    except ValueError as error:
        raise _address_error("FETCH_URL", name, f"The address cannot be read: {error}.", url) from error
    if parts.scheme != "https" and not (parts.scheme == "http" and _is_this_computer(host)):
        finding = "Only https is downloaded: on any other way the file could be changed."
        raise _address_error("FETCH_NOT_HTTPS", name, finding, url)
    if not re.fullmatch(r"[\w.:-]+", host, re.ASCII):
        raise _address_error("FETCH_URL", name, "The address names no host.", url)
    place = (f"[{host}]" if ":" in host else host) + (f":{port}" if port else "")
    path = urllib.parse.quote(parts.path or "/", safe="/%:@!$&'()*+,;=~")
    query = urllib.parse.quote(parts.query, safe="/%:@!$&'()*+,;=~?")
    return urllib.parse.urlunsplit((parts.scheme, place, path, query, ""))


def _is_this_computer(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _next_address(job: _Job, url: str, location: str) -> str:
    """Where a redirect leads; never away from https."""
    if not location:
        raise job.error("FETCH_REDIRECT", "The server redirects to nowhere.", BY_HAND, url)
    joined = urllib.parse.urljoin(url, location)
    try:
        following = _wire_address(joined, job.target.name)
    except FetchError as error:
        finding = f"The server redirects to an address that is not followed. {error.faults[0].message}"
        raise job.error("FETCH_REDIRECT", finding, BY_HAND, error.faults[0].value) from error
    if url.startswith("https:") and not following.startswith("https:"):
        raise job.error("FETCH_REDIRECT", "The server redirects from https to http.", BY_HAND, following)
    return following


def _address_error(code: str, name: str, message: str, value: str) -> FetchError:
    remedy = "Write an address that begins with https:// and opens in a browser without signing in."
    return FetchError(_fault(code, name, message, remedy, value))


def _without_query(url: str) -> str:
    return urllib.parse.urlsplit(url)._replace(query="").geturl()


# -- What is asked for, and what is known of it ----------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class _Job:
    """One file that is asked for."""

    url: str
    target: Path
    limit_bytes: int
    patience: Patience
    on_progress: OnProgress
    on_wait: OnWait

    @property
    def part(self) -> Path:
        """The bytes as they came over the wire."""
        return self.target.with_name(f"{self.target.name}.part")

    @property
    def note(self) -> Path:
        """Which version `part` is of."""
        return self.target.with_name(f"{self.target.name}.part.json")

    def forget(self) -> None:
        """Delete what has arrived: it is of no use."""
        with _disk(self):
            self.part.unlink(missing_ok=True)
            self.note.unlink(missing_ok=True)

    def error(self, code: str, message: str, remedy: str, value: str = "") -> FetchError:
        return FetchError(_fault(code, self.target.name, message, remedy, value))

    def refused(self, code: str, message: str, remedy: str) -> _ContentError:
        return _ContentError(_fault(code, self.target.name, message, remedy))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Version:
    """What tells one state of a file from the next."""

    url: str = ""
    etag: str = ""
    last_modified: str = ""
    encoding: str = ""

    @property
    def proof(self) -> str:
        """What a server compares before it sends the rest: a strong ETag, else the date; empty: the rest is no use."""
        return self.etag if self.etag and not self.etag.startswith("W/") else self.last_modified


@dataclass(frozen=True, slots=True, kw_only=True)
class _Arrival:
    version: _Version
    final_url: str


class _ContentError(FetchError):
    """What has arrived is of no use, so that nobody would want to go on with it."""


class _Lost(Exception):  # noqa: N818 - never leaves this module
    """An attempt that failed and may succeed later."""

    def __init__(self, fault: FetchError, *, wait_s: float | None = None, hopeless_at_first: bool = False):
        super().__init__(str(fault))
        self.fault = fault
        self.wait_s = wait_s
        self.hopeless_at_first = hopeless_at_first


@contextlib.contextmanager
def _cleared(job: _Job) -> Iterator[None]:
    """Leave nothing of a content that was refused."""
    try:
        yield
    except _ContentError:
        job.forget()
        raise


def _version(job: _Job, headers: http.client.HTTPMessage) -> _Version:
    return _Version(
        url=job.url,
        etag=headers.get("ETag", ""),
        last_modified=headers.get("Last-Modified", ""),
        encoding=headers.get("Content-Encoding", "").strip().lower().replace("identity", ""),
    )


def _kept_version(job: _Job) -> _Version:
    """The version that the part is of; without a proof where it cannot be gone on with."""
    try:
        version = _Version(**json.loads(job.note.read_text(encoding="utf-8")))
        plain = all(isinstance(text, str) and text.isascii() for text in dataclasses.astuple(version))
        fits = plain and version.proof.isprintable() and version.url == job.url and job.part.is_file()
    except (OSError, ValueError, TypeError):
        return _Version()
    return version if fits else _Version()


# -- Attempts --------------------------------------------------------------------------------------------------------


def _arrived(job: _Job) -> _Arrival:
    """Have the whole body in the part, in as many attempts as it takes and patience allows."""
    for attempt in range(1, job.patience.attempts + 1):
        try:
            return _attempt(job)
        except _Lost as lost:
            wait_s = job.patience.wait_s * 2 ** (attempt - 1) if lost.wait_s is None else lost.wait_s
            at_first = attempt == 1 and lost.hopeless_at_first
            if at_first or attempt == job.patience.attempts or wait_s > job.patience.longest_wait_s:
                raise lost.fault from lost
            job.on_wait(lost.fault.faults[0].message, wait_s)
        time.sleep(wait_s)
    raise ValueError(f"patience.attempts is {job.patience.attempts}; at least 1 is needed")


def _attempt(job: _Job) -> _Arrival:
    """One connection: the rest of the part where the server vouches for it, else all."""
    kept = _kept_version(job)
    start_bytes = job.part.stat().st_size if kept.proof else 0
    response, url = _answer(job, kept, start_bytes)
    with response:
        _refuse_status(job, response, start_bytes)
        _refuse_headers(job, response)
        version = _version(job, response.headers)
        if response.status == http.client.PARTIAL_CONTENT:
            _refuse_another_range(job, response, kept=kept, offered=version, start_bytes=start_bytes)
            version = kept  # the answer need not repeat what was said of the beginning
        else:
            start_bytes = 0
        total_bytes = _total_bytes(response)
        _refuse_size(job, total_bytes, start_bytes)
        _receive(job, response, version, start_bytes=start_bytes, total_bytes=total_bytes)
    return _Arrival(version=version, final_url=_without_query(url))


def _answer(job: _Job, kept: _Version, start_bytes: int) -> tuple[http.client.HTTPResponse, str]:
    """The first answer that is no redirect, and its address."""
    headers = {"User-Agent": "connected-place", "Accept": "*/*", "Accept-Encoding": "identity"}
    if start_bytes:
        headers |= {"Range": f"bytes={start_bytes}-", "If-Range": kept.proof}
    opener, url = _opener(), job.url
    for _ in range(MOST_REDIRECTS + 1):
        response = _opened(job, opener, urllib.request.Request(url, headers=headers))
        if response.status not in REDIRECTS:
            return response, url
        with response:
            url = _next_address(job, url, response.headers.get("Location", ""))
    finding = f"The server redirects more than {MOST_REDIRECTS} times."
    raise job.error("FETCH_REDIRECT", finding, f"Give the address where the redirects end. {BY_HAND}", url)


def _opener() -> urllib.request.OpenerDirector:
    """A client of http and https alone: it knows no files, no FTP, follows no redirect and sends no password."""
    opener = urllib.request.OpenerDirector()
    handlers = (
        urllib.request.ProxyHandler(),
        urllib.request.HTTPHandler(),
        urllib.request.HTTPSHandler(context=_trusted()),
    )
    for handler in handlers:
        opener.add_handler(handler)
    return opener


@functools.cache
def _trusted() -> ssl.SSLContext:
    """Certificates of this computer, where a council's own proxy is known, and Mozilla's for those that have none."""
    import certifi

    context = ssl.create_default_context()
    context.load_verify_locations(certifi.where())
    return context


def _opened(
    job: _Job, opener: urllib.request.OpenerDirector, request: urllib.request.Request
) -> http.client.HTTPResponse:
    host = request.host  # a proxy takes its place in the request
    try:
        response: http.client.HTTPResponse = opener.open(request, timeout=job.patience.silence_s)
    except urllib.error.URLError as error:
        raise _unreachable(job, host, error.reason) from error
    except (http.client.HTTPException, OSError) as error:
        raise _Lost(_interrupted(job, error)) from error
    return response


def _unreachable(job: _Job, host: str, reason: object) -> _Lost:
    if isinstance(reason, ssl.SSLCertVerificationError):
        finding = f"The certificate of {host} is not trusted: {reason.verify_message}."
        remedy = f"{PROXY} Its certificate belongs into this computer's store, or into SSL_CERT_FILE. {BY_HAND}"
        return _Lost(job.error("FETCH_TLS", finding, remedy), hopeless_at_first=True)
    finding = f"{host} cannot be reached: {_said(reason)}."
    return _Lost(job.error("FETCH_UNREACHABLE", finding, f"{PROXY} {BY_HAND}"), hopeless_at_first=True)


def _interrupted(job: _Job, error: Exception) -> FetchError:
    kept = f" {job.part.stat().st_size:,} bytes are kept." if job.part.is_file() else ""
    return job.error("FETCH_INTERRUPTED", f"The connection was lost: {_said(error)}.{kept}", f"{LATER} {BY_HAND}")


def _said(reason: object) -> str:
    """What an exception says, without the full stop; its name where it says nothing."""
    words = (reason.strerror if isinstance(reason, OSError) else "") or str(reason) or type(reason).__name__
    return words.rstrip(".")


# -- What an answer must not be --------------------------------------------------------------------------------------


def _refuse_status(job: _Job, response: http.client.HTTPResponse, start_bytes: int) -> None:
    status = response.status
    if status == http.client.OK or (status == http.client.PARTIAL_CONTENT and start_bytes):
        return
    if status == http.client.REQUESTED_RANGE_NOT_SATISFIABLE and start_bytes:
        job.forget()
        raise _Lost(job.error("FETCH_SHORT", "The file at the server is shorter than what was kept.", LATER), wait_s=0)
    finding = f"The server answers {status} {http.client.responses.get(status, response.reason)}."
    if status in PASSING:
        wait_s = _asked_wait_s(response.headers)
        asked = f" It asks to wait {wait_s:,.0f} s." if wait_s else ""
        raise _Lost(job.error("FETCH_STATUS", finding + asked, f"{LATER} {BY_HAND}"), wait_s=wait_s)
    raise job.error("FETCH_STATUS", finding, f"{_status_remedy(status)} {BY_HAND}")


def _status_remedy(status: int) -> str:
    if status in (404, 410):
        return "The publisher has moved or withdrawn it: put the new address into `url`."
    if status == 407:
        return "The proxy asks who you are: ask your IT desk how programs pass it."
    return PROXY if status in (401, 403, 451) else "Open the address in a browser to see what it says."


def _asked_wait_s(headers: http.client.HTTPMessage) -> float | None:
    """Seconds that Retry-After asks for, a date being counted from the server's own; None: nothing is asked."""
    asked = headers.get("Retry-After", "").strip()
    if asked.isascii() and asked.isdigit():
        return float(asked)
    try:
        until, now = (email.utils.parsedate_to_datetime(text) for text in (asked, headers.get("Date", "")))
        return max(0.0, (until - now).total_seconds())
    except (ValueError, TypeError):
        return None


def _refuse_headers(job: _Job, response: http.client.HTTPResponse) -> None:
    if response.headers.get_content_type() in PAGE_TYPES:
        raise job.error("FETCH_HTML", "The server sends a web page instead of the file.", _page_remedy())
    encoding = _version(job, response.headers).encoding
    if encoding and encoding not in GZIP:
        finding = "The server packs the file in a way that was not asked for."
        raise job.error("FETCH_ENCODING", finding, BY_HAND, encoding)


def _page_remedy() -> str:
    return f"Give the address of the file itself, not of the page about it. {PROXY} {BY_HAND}"


def _refuse_another_range(
    job: _Job, response: http.client.HTTPResponse, *, kept: _Version, offered: _Version, start_bytes: int
) -> None:
    """Begin anew unless the answer is the rest of the very version that was kept."""
    stated = re.fullmatch(r"bytes (\d+)-(\d+)/(\d+|\*)", response.headers.get("Content-Range", "").strip())
    same = (offered.etag or kept.etag, offered.last_modified or kept.last_modified, offered.encoding) == (
        kept.etag,
        kept.last_modified,
        kept.encoding,
    )
    if not same or stated is None or int(stated[1]) != start_bytes:
        job.forget()
        finding = "The file at the server has changed since the first part was downloaded."
        raise _Lost(job.error("FETCH_INTERRUPTED", finding, f"{LATER} {BY_HAND}"), wait_s=0)


def _total_bytes(response: http.client.HTTPResponse) -> int | None:
    """Size of the whole body, of which the answer may be a part; None: not stated."""
    ranges = re.fullmatch(r"bytes \d+-\d+/(\d+)", response.headers.get("Content-Range", "").strip())
    if response.status == http.client.PARTIAL_CONTENT:
        return int(ranges[1]) if ranges else None
    return response.length


def _refuse_size(job: _Job, total_bytes: int | None, start_bytes: int) -> None:
    if total_bytes is None:
        return
    if total_bytes > job.limit_bytes:
        raise job.error("FETCH_TOO_LARGE", f"The file has {total_bytes:,} bytes, {_limit(job)}.", LIMIT_REMEDY)
    with _disk(job):
        free_bytes = shutil.disk_usage(job.target.parent).free
    if total_bytes - start_bytes > free_bytes:
        finding = f"{total_bytes - start_bytes:,} bytes are to come; the disk has room for {free_bytes:,}."
        raise job.error("FETCH_SPACE", finding, f"Make room. {LATER}")


def _limit(job: _Job) -> str:
    return f"more than the {job.limit_bytes:,} that are downloaded at most"


# -- The body --------------------------------------------------------------------------------------------------------


def _receive(
    job: _Job, response: http.client.HTTPResponse, version: _Version, *, start_bytes: int, total_bytes: int | None
) -> None:
    """Put the body behind the first `start_bytes` of the part."""
    done_bytes = start_bytes
    with _disk(job), job.part.open("ab" if start_bytes else "wb") as file:
        job.note.write_text(json.dumps(dataclasses.asdict(version), sort_keys=True), encoding="utf-8")
        job.on_progress(done_bytes, total_bytes)
        for data in _pieces(job, response):
            done_bytes += len(data)
            if total_bytes is not None and done_bytes > total_bytes:
                raise _too_long(job, total_bytes)
            if done_bytes > job.limit_bytes:
                raise job.refused("FETCH_TOO_LARGE", f"The server sends {_limit(job)}.", LIMIT_REMEDY)
            file.write(data)
            job.on_progress(done_bytes, total_bytes)
    if total_bytes is not None and done_bytes < total_bytes:
        finding = f"The server ended after {done_bytes:,} of {total_bytes:,} bytes."
        raise _Lost(job.error("FETCH_SHORT", finding, f"{LATER} {BY_HAND}"))


def _pieces(job: _Job, response: http.client.HTTPResponse) -> Iterator[bytes]:
    """The body as it arrives; a byte beyond its stated length is an error.

    The response's own `read` would hide that byte, so a body of stated length is read from the stream beneath it.
    """
    if response.length is None:
        while data := _read(job, response, CHUNK_BYTES):
            yield data
        return
    left_bytes = response.length
    while left_bytes and (data := _read(job, response.fp, min(CHUNK_BYTES, left_bytes))):
        left_bytes -= len(data)
        yield data
    # A connection that stays open has no end to look for.
    if not left_bytes and response.will_close and _goes_on(response):
        raise _too_long(job, response.length)


def _goes_on(response: http.client.HTTPResponse) -> bool:
    try:
        return bool(response.fp.read(1))
    except OSError:
        return False


def _too_long(job: _Job, stated_bytes: int) -> FetchError:
    finding = f"The server sends more than the {stated_bytes:,} bytes that it states."
    return job.refused("FETCH_LONG", finding, BY_HAND)


def _read(job: _Job, stream: BinaryIO | http.client.HTTPResponse, size_bytes: int) -> bytes:
    try:
        return stream.read(size_bytes)
    except (http.client.HTTPException, OSError) as error:
        raise _Lost(_interrupted(job, error)) from error


# -- The file --------------------------------------------------------------------------------------------------------


def _put_in_place(job: _Job, version: _Version, expected_sha256: str) -> tuple[str, int]:
    """Check the whole file and give it its name; its hash and its size in bytes."""
    whole = job.part
    try:
        with _disk(job):
            if version.encoding:
                whole = _unpacked(job)
            sha256, size_bytes = file_sha256(whole), whole.stat().st_size
            _refuse_content(job, whole, sha256=sha256, expected_sha256=expected_sha256)
            with whole.open("rb+") as file:
                os.fsync(file.fileno())
            os.replace(whole, job.target)  # noqa: PTH105 - the one step that is all or nothing on every system
            _flush_folder(job.target.parent)
    finally:
        job.target.with_name(f"{job.target.name}.unpacked").unlink(missing_ok=True)
    job.forget()
    return sha256, size_bytes


def _unpacked(job: _Job) -> Path:
    """The file that a server sent packed though it was asked not to."""
    whole = job.target.with_name(f"{job.target.name}.unpacked")
    done_bytes = 0
    try:
        with gzip.open(job.part) as packed, whole.open("wb") as file:
            while data := packed.read(CHUNK_BYTES):
                done_bytes += len(data)
                if done_bytes > job.limit_bytes:
                    raise job.refused("FETCH_TOO_LARGE", f"The file unpacks to {_limit(job)}.", LIMIT_REMEDY)
                file.write(data)
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        finding = f"The server says that it packs the file with gzip, but it cannot be unpacked: {_said(error)}."
        raise job.refused("FETCH_ENCODING", finding, BY_HAND) from error
    return whole


def _refuse_content(job: _Job, whole: Path, *, sha256: str, expected_sha256: str) -> None:
    with whole.open("rb") as file:
        head = file.read(HEAD_BYTES)
    if not head:
        raise job.refused("FETCH_EMPTY", "The server sends a file of 0 bytes.", BY_HAND)
    if _is_page(head):
        raise job.refused("FETCH_HTML", "The server sends a web page under the name of the file.", _page_remedy())
    if expected_sha256 and sha256 != expected_sha256:
        finding = f"The file is not the one that was recorded: SHA-256 begins with {sha256[:12]}, not "
        finding += f"{expected_sha256[:12]}. The publisher has changed it, or it was changed on the way."
        raise job.refused("FETCH_CHECKSUM", finding, "Call fetch with --again to take and record the file of today.")


def _is_page(head: bytes) -> bool:
    """True where a file begins as a web page does, whatever its name or stated type.

    Examples
    --------
    >>> _is_page(b"<!-- x --> <!DOCTYPE HTML>"), _is_page(b"<?xml version='1.0'?><gml/>"), _is_page(b"a,<html>")
    (True, False, False)
    """
    text = head.replace(b"\0", b"").lower()  # UTF-16 without its zeros is ASCII here
    bare = re.sub(rb"^(\xef\xbb\xbf|\xff\xfe|\xfe\xff|\s|<!--.*?-->|<\?xml.*?\?>)+", b"", text, flags=re.DOTALL)
    return bare.startswith(PAGE_STARTS)


@contextlib.contextmanager
def _disk(job: _Job) -> Iterator[None]:
    """Say what this computer refuses; errors of the download itself pass."""
    try:
        yield
    except FetchError:
        raise
    except OSError as error:
        full = error.errno in (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC))
        remedy = (
            f"Make room. {LATER}" if full else "Close programs that have it open, and see that you may write there."
        )
        code = "FETCH_SPACE" if full else "FETCH_CANNOT_WRITE"
        raise job.error(code, f"It cannot be written: {_said(error)}.", remedy) from error


def _flush_folder(folder: Path) -> None:
    """Have the new name on the disk too, where a system knows how."""
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _fault(code: str, name: str, message: str, remedy: str, value: str = "") -> Fault:
    return Fault(code=code, file=name, message=message, remedy=remedy, value=value)
