"""A file at a publisher's address: on this disk whole and checked, or not under its name at all."""

from __future__ import annotations

import contextlib
import dataclasses
import gzip
import hashlib
import http.client
import json
import os
import tempfile
import time
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from connected_place.gis_data.errors import fault
from connected_place.gis_data.fetch.addresses import wire_address, without_query
from connected_place.gis_data.fetch.answers import (
    is_page,
    refuse_another_range,
    refuse_headers,
    refuse_size,
    refuse_status,
    total_bytes_of,
    version_of,
)
from connected_place.gis_data.fetch.connections import CHUNK_BYTES, first_answer, pieces, too_long
from connected_place.gis_data.fetch.jobs import (
    ContentError,
    FetchError,
    Job,
    Lost,
    OnProgress,
    OnWait,
    Patience,
    Version,
    disk,
    kept_version,
    reason_words,
)
from connected_place.gis_data.files import LARGEST_BYTES

_HEAD_BYTES = 1_024
"""A page shows itself within them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Download:
    """A file that is now on this disk. It has no time of download: the same file gives the same record.

    Attributes
    ----------
    url : str
        As it was asked for.
    final_url : str
        Where redirects led, without the query: it often includes a signature that soon expires.
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

    What has arrived is kept beside the target as `<name>.part`, with `<name>.part.json` that says which version it
    is; the next call asks the server for the rest, and starts again if the version has changed. Proxies are those
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
    job = Job(
        url=wire_address(url, target.name),
        target=target,
        limit_bytes=limit_bytes,
        patience=patience or Patience(),
        on_progress=on_progress,
        on_wait=on_wait,
    )
    with disk(job):
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
        raise FetchError(fault("FETCH_BUSY", file=path.name)) from error
    except OSError as error:
        raise FetchError(fault("FETCH_CANNOT_WRITE.lock", file=path.name, reason=reason_words(error))) from error
    with lock:
        yield


def file_sha256(path: Path) -> str:
    """Hash of a file of any size, 64 hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Arrival:
    version: Version
    final_url: str


@contextlib.contextmanager
def _cleared(job: Job) -> Iterator[None]:
    """Leave nothing of a content that was refused."""
    try:
        yield
    except ContentError:
        job.forget()
        raise


def _arrived(job: Job) -> _Arrival:
    """Have the whole body in the part, in as many attempts as it takes and patience allows."""
    for attempt in range(1, job.patience.attempts + 1):
        try:
            return _attempt(job)
        except Lost as lost:
            wait_s = job.patience.wait_s * 2 ** (attempt - 1) if lost.wait_s is None else lost.wait_s
            at_first = attempt == 1 and lost.hopeless_at_first
            if at_first or attempt == job.patience.attempts or wait_s > job.patience.longest_wait_s:
                raise lost.fault from lost
            job.on_wait(lost.fault.faults[0].message, wait_s)
        time.sleep(wait_s)
    raise ValueError(f"patience.attempts is {job.patience.attempts}; at least 1 is needed")


def _attempt(job: Job) -> _Arrival:
    """One connection: the rest of the part where the server vouches for it, else all."""
    kept = kept_version(job)
    start_bytes = job.part.stat().st_size if kept.proof else 0
    response, url = first_answer(job, kept, start_bytes)
    with response:
        refuse_status(job, response, start_bytes)
        refuse_headers(job, response)
        version = version_of(job, response.headers)
        if response.status == http.client.PARTIAL_CONTENT:
            refuse_another_range(job, response, kept=kept, offered=version, start_bytes=start_bytes)
            version = kept  # the answer need not repeat what the first one stated
        else:
            start_bytes = 0
        total_bytes = total_bytes_of(response)
        refuse_size(job, total_bytes, start_bytes)
        _receive(job, response, version, start_bytes=start_bytes, total_bytes=total_bytes)
    return _Arrival(version=version, final_url=without_query(url))


def _receive(
    job: Job, response: http.client.HTTPResponse, version: Version, *, start_bytes: int, total_bytes: int | None
) -> None:
    """Put the body behind the first `start_bytes` of the part."""
    done_bytes = start_bytes
    with disk(job), job.part.open("ab" if start_bytes else "wb") as file:
        job.note.write_text(json.dumps(dataclasses.asdict(version), sort_keys=True), encoding="utf-8")
        job.on_progress(done_bytes, total_bytes)
        for data in pieces(job, response):
            done_bytes += len(data)
            if total_bytes is not None and done_bytes > total_bytes:
                raise too_long(job, total_bytes)
            if done_bytes > job.limit_bytes:
                raise job.refused("FETCH_TOO_LARGE.sent", limit=job.limit_bytes)
            file.write(data)
            job.on_progress(done_bytes, total_bytes)
    if total_bytes is not None and done_bytes < total_bytes:
        raise Lost(job.error("FETCH_SHORT.ended", done=done_bytes, total=total_bytes))


def _put_in_place(job: Job, version: Version, expected_sha256: str) -> tuple[str, int]:
    """Check the whole file and give it its name; its hash and its size in bytes."""
    whole = job.part
    try:
        with disk(job):
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


def _unpacked(job: Job) -> Path:
    """The file that a server sent packed though it was asked not to."""
    whole = job.target.with_name(f"{job.target.name}.unpacked")
    done_bytes = 0
    try:
        with gzip.open(job.part) as packed, whole.open("wb") as file:
            while data := packed.read(CHUNK_BYTES):
                done_bytes += len(data)
                if done_bytes > job.limit_bytes:
                    raise job.refused("FETCH_TOO_LARGE.unpacked", limit=job.limit_bytes)
                file.write(data)
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise job.refused("FETCH_ENCODING.broken", reason=reason_words(error)) from error
    return whole


def _refuse_content(job: Job, whole: Path, *, sha256: str, expected_sha256: str) -> None:
    with whole.open("rb") as file:
        head = file.read(_HEAD_BYTES)
    if not head:
        raise job.refused("FETCH_EMPTY")
    if is_page(head):
        raise job.refused("FETCH_HTML.named")
    if expected_sha256 and sha256 != expected_sha256:
        raise job.refused("FETCH_CHECKSUM", now=sha256[:12], before=expected_sha256[:12])


def _flush_folder(folder: Path) -> None:
    """Have the new name on the disk too, where a system knows how."""
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
