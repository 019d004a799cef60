"""One file to download: where its bytes are kept, which version they are, how the download can fail."""

from __future__ import annotations

import contextlib
import dataclasses
import errno
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from connected_place.gis_data.errors import ConnectedPlaceError, fault

OnProgress = Callable[[int, int | None], None]
"""Bytes on the disk so far, and bytes in all where the server states them."""
OnWait = Callable[[str, float], None]
"""Why a download is begun again, and seconds until then."""


class FetchError(ConnectedPlaceError, OSError):
    """A file could not be downloaded; under its name nothing has changed."""


class ContentError(FetchError):
    """What has arrived is useless, so there is no point in resuming."""


class Lost(Exception):  # noqa: N818 - never leaves `fetch.download`
    """An attempt that failed and may succeed later."""

    def __init__(self, fault: FetchError, *, wait_s: float | None = None, hopeless_at_first: bool = False):
        super().__init__(str(fault))
        self.fault = fault
        self.wait_s = wait_s
        self.hopeless_at_first = hopeless_at_first


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
class Job:
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
        """Delete what has arrived: it is of no use.

        Raises
        ------
        FetchError
            FETCH_CANNOT_WRITE.
        """
        with disk(self):
            self.part.unlink(missing_ok=True)
            self.note.unlink(missing_ok=True)

    def error(self, key: str, *, value: str = "", **fields: Any) -> FetchError:
        """A fault of the way or of this computer; what has arrived is kept."""
        return FetchError(fault(key, file=self.target.name, value=value, **fields))

    def refused(self, key: str, **fields: Any) -> ContentError:
        """A fault of the content; what has arrived is forgotten."""
        return ContentError(fault(key, file=self.target.name, **fields))


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """What tells one state of a file from the next."""

    url: str = ""
    etag: str = ""
    last_modified: str = ""
    encoding: str = ""

    @property
    def proof(self) -> str:
        """What a server compares before it sends the rest: a strong ETag, else the date; empty: not resumable."""
        return self.etag if self.etag and not self.etag.startswith("W/") else self.last_modified


def kept_version(job: Job) -> Version:
    """The version that the part is of; without a proof where it cannot be gone on with."""
    try:
        version = Version(**json.loads(job.note.read_text(encoding="utf-8")))
        plain = all(isinstance(text, str) and text.isascii() for text in dataclasses.astuple(version))
        fits = plain and version.proof.isprintable() and version.url == job.url and job.part.is_file()
    except (OSError, ValueError, TypeError):
        return Version()
    return version if fits else Version()


@contextlib.contextmanager
def disk(job: Job) -> Iterator[None]:
    """Say what this computer refuses; errors of the download itself pass."""
    try:
        yield
    except FetchError:
        raise
    except OSError as error:
        if error.errno in (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)):
            raise job.error("FETCH_SPACE.full", reason=reason_words(error)) from error
        raise job.error("FETCH_CANNOT_WRITE.file", reason=reason_words(error)) from error


def reason_words(reason: object) -> str:
    """What an exception says, without the full stop; its name where it says nothing."""
    words = (reason.strerror if isinstance(reason, OSError) else "") or str(reason) or type(reason).__name__
    return words.rstrip(".")
