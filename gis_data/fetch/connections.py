"""How a server is reached, and its answer read, until it ends or is lost."""

from __future__ import annotations

import functools
import http.client
import ssl
import urllib.error
import urllib.request
from collections.abc import Iterator
from typing import BinaryIO

from connected_place.gis_data.fetch.addresses import next_address
from connected_place.gis_data.fetch.jobs import FetchError, Job, Lost, Version, reason_words

CHUNK_BYTES = 65_536
MOST_REDIRECTS = 5
REDIRECTS = (301, 302, 303, 307, 308)


def first_answer(job: Job, kept: Version, start_bytes: int) -> tuple[http.client.HTTPResponse, str]:
    """The first answer that is not a redirect, and its address.

    Raises
    ------
    FetchError
        FETCH_REDIRECT.
    Lost
        FETCH_UNREACHABLE, FETCH_TLS, FETCH_INTERRUPTED.
    """
    headers = {"User-Agent": "connected-place", "Accept": "*/*", "Accept-Encoding": "identity"}
    if start_bytes:
        headers |= {"Range": f"bytes={start_bytes}-", "If-Range": kept.proof}
    opener, url = _opener(), job.url
    for _ in range(MOST_REDIRECTS + 1):
        response = _opened(job, opener, urllib.request.Request(url, headers=headers))
        if response.status not in REDIRECTS:
            return response, url
        with response:
            url = next_address(job, url, response.headers.get("Location", ""))
    raise job.error("FETCH_REDIRECT.too_many", value=url, most=MOST_REDIRECTS)


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
    job: Job, opener: urllib.request.OpenerDirector, request: urllib.request.Request
) -> http.client.HTTPResponse:
    host = request.host  # a proxy takes its place in the request
    try:
        response: http.client.HTTPResponse = opener.open(request, timeout=job.patience.silence_s)
    except urllib.error.URLError as error:
        raise _unreachable(job, host, error.reason) from error
    except (http.client.HTTPException, OSError) as error:
        raise Lost(_interrupted(job, error)) from error
    return response


def _unreachable(job: Job, host: str, reason: object) -> Lost:
    if isinstance(reason, ssl.SSLCertVerificationError):
        return Lost(job.error("FETCH_TLS", host=host, reason=reason.verify_message), hopeless_at_first=True)
    return Lost(job.error("FETCH_UNREACHABLE", host=host, reason=reason_words(reason)), hopeless_at_first=True)


def _interrupted(job: Job, error: Exception) -> FetchError:
    if job.part.is_file():
        return job.error("FETCH_INTERRUPTED.kept", reason=reason_words(error), kept=job.part.stat().st_size)
    return job.error("FETCH_INTERRUPTED.lost", reason=reason_words(error))


def pieces(job: Job, response: http.client.HTTPResponse) -> Iterator[bytes]:
    """The body as it arrives; a byte beyond its stated length is an error.

    The response's own `read` would hide that byte, so a body of stated length is read from the stream beneath it.

    Raises
    ------
    FetchError
        FETCH_LONG.
    Lost
        FETCH_INTERRUPTED.
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
        raise too_long(job, response.length)


def _goes_on(response: http.client.HTTPResponse) -> bool:
    try:
        return bool(response.fp.read(1))
    except OSError:
        return False


def too_long(job: Job, stated_bytes: int) -> FetchError:
    """A body that goes on behind its stated end."""
    return job.refused("FETCH_LONG", stated=stated_bytes)


def _read(job: Job, stream: BinaryIO | http.client.HTTPResponse, size_bytes: int) -> bytes:
    try:
        return stream.read(size_bytes)
    except (http.client.HTTPException, OSError) as error:
        raise Lost(_interrupted(job, error)) from error
