"""What a server's answer says of a file, and which answers are refused."""

from __future__ import annotations

import email.utils
import http.client
import re
import shutil

from connected_place.gis_data.fetch.jobs import FetchError, Job, Lost, Version, disk

PASSING = (408, 425, 429, 500, 502, 503, 504)
"""Statuses that may be gone a moment later."""
PAGE_TYPES = ("text/html", "application/xhtml+xml")
PAGE_STARTS = (b"<!doctype html", b"<html", b"<head", b"<body", b"<script")
GZIP = ("gzip", "x-gzip")


def refuse_status(job: Job, response: http.client.HTTPResponse, start_bytes: int) -> None:
    """Go on only where the file, or the rest that was asked for, is to come.

    Raises
    ------
    FetchError
        FETCH_STATUS.
    Lost
        FETCH_STATUS, FETCH_SHORT: what may be otherwise a moment later.
    """
    status = response.status
    if status == http.client.OK or (status == http.client.PARTIAL_CONTENT and start_bytes):
        return
    if status == http.client.REQUESTED_RANGE_NOT_SATISFIABLE and start_bytes:
        job.forget()
        raise Lost(job.error("FETCH_SHORT.restart"), wait_s=0)
    words = http.client.responses.get(status, response.reason)
    if status not in PASSING:
        raise _status_error(job, status, words)
    wait_s = _asked_wait_s(response.headers)
    if wait_s:
        error = job.error("FETCH_STATUS.passing_wait", status=status, words=words, wait=f"{wait_s:,.0f}")
    else:
        error = job.error("FETCH_STATUS.passing", status=status, words=words)
    raise Lost(error, wait_s=wait_s)


def _status_error(job: Job, status: int, words: str) -> FetchError:
    """What a status means that will not pass of itself."""
    if status in (404, 410):
        return job.error("FETCH_STATUS.gone", status=status, words=words)
    if status == 407:
        return job.error("FETCH_STATUS.proxy", status=status, words=words)
    if status in (401, 403, 451):
        return job.error("FETCH_STATUS.refused", status=status, words=words)
    return job.error("FETCH_STATUS.other", status=status, words=words)


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


def refuse_headers(job: Job, response: http.client.HTTPResponse) -> None:
    """Go on only where the headers announce a file, packed in no way or in one that is known.

    Raises
    ------
    FetchError
        FETCH_HTML, FETCH_ENCODING.
    """
    if response.headers.get_content_type() in PAGE_TYPES:
        raise job.error("FETCH_HTML.instead")
    encoding = version_of(job, response.headers).encoding
    if encoding and encoding not in GZIP:
        raise job.error("FETCH_ENCODING.unknown", value=encoding)


def version_of(job: Job, headers: http.client.HTTPMessage) -> Version:
    """The version of the file that is to come."""
    return Version(
        url=job.url,
        etag=headers.get("ETag", ""),
        last_modified=headers.get("Last-Modified", ""),
        encoding=headers.get("Content-Encoding", "").strip().lower().replace("identity", ""),
    )


def refuse_another_range(
    job: Job, response: http.client.HTTPResponse, *, kept: Version, offered: Version, start_bytes: int
) -> None:
    """Start again unless the answer is the rest of the same version that was kept.

    Raises
    ------
    Lost
        FETCH_INTERRUPTED.
    """
    stated = re.fullmatch(r"bytes (\d+)-(\d+)/(\d+|\*)", response.headers.get("Content-Range", "").strip())
    same = (offered.etag or kept.etag, offered.last_modified or kept.last_modified, offered.encoding) == (
        kept.etag,
        kept.last_modified,
        kept.encoding,
    )
    if not same or stated is None or int(stated[1]) != start_bytes:
        job.forget()
        raise Lost(job.error("FETCH_INTERRUPTED.changed"), wait_s=0)


def total_bytes_of(response: http.client.HTTPResponse) -> int | None:
    """Size of the whole body, which the answer may be only part of; None: not stated."""
    ranges = re.fullmatch(r"bytes \d+-\d+/(\d+)", response.headers.get("Content-Range", "").strip())
    if response.status == http.client.PARTIAL_CONTENT:
        return int(ranges[1]) if ranges else None
    return response.length


def refuse_size(job: Job, total_bytes: int | None, start_bytes: int) -> None:
    """Go on only with a file that is within the limit, and that the disk has room for.

    Raises
    ------
    FetchError
        FETCH_TOO_LARGE, FETCH_SPACE.
    """
    if total_bytes is None:
        return
    if total_bytes > job.limit_bytes:
        raise job.error("FETCH_TOO_LARGE.stated", size=total_bytes, limit=job.limit_bytes)
    with disk(job):
        free_bytes = shutil.disk_usage(job.target.parent).free
    if total_bytes - start_bytes > free_bytes:
        raise job.error("FETCH_SPACE.before", size=total_bytes - start_bytes, free=free_bytes)


def is_page(head: bytes) -> bool:
    """True where a file begins as a web page does, whatever its name or stated type.

    Examples
    --------
    >>> is_page(b"<!-- x --> <!DOCTYPE HTML>"), is_page(b"<?xml version='1.0'?><gml/>"), is_page(b"a,<html>")
    (True, False, False)
    """
    text = head.replace(b"\0", b"").lower()  # UTF-16 without its zeros is ASCII here
    bare = re.sub(rb"^(\xef\xbb\xbf|\xff\xfe|\xfe\xff|\s|<!--.*?-->|<\?xml.*?\?>)+", b"", text, flags=re.DOTALL)
    return bare.startswith(PAGE_STARTS)
