"""Download the files that have a url in plan.toml, and record what arrived."""

from __future__ import annotations

import dataclasses
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TextIO

from connected_place.gis_data.catalogue import Source, source
from connected_place.gis_data.errors import ConnectedPlaceError, Fault, fault
from connected_place.gis_data.fetch import Download, Patience, alone, download, file_sha256
from connected_place.scripts.config import (
    DOWNLOADS_RECORD,
    PLAN_TOML,
    DownloadsRecord,
    PlanFile,
    read_plan_file,
    read_record,
    write_record,
)

DONE, BLOCKED, INTERRUPTED = 0, 1, 130
LIMIT_MB = 2_000.0
MB = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """One file to download.

    Attributes
    ----------
    name : str
        As plan.toml calls it, with forward slashes.
    url : str
    target : Path
    source : Source
        Title, licence and attribution.
    expected_sha256 : str
        Of the record; empty where any content is taken.
    """

    name: str
    url: str
    target: Path
    source: Source
    expected_sha256: str = ""


def fetch(place: Path, *, again: bool = False, limit_mb: float = LIMIT_MB, patience: Patience | None = None) -> int:
    """Download every source that has a url and is missing; 0: all are here, 1: some are not, 130: interrupted.

    Every source is tried, and what went wrong is listed at the end. A file that is here is kept; with `again`,
    one that differs from its record is replaced. A file that is not here, but recorded, must come as it was recorded,
    so that a plan that is passed on plans with the same figures; with `again`, today's file is taken instead.

    Parameters
    ----------
    place : Path
        Folder with a plan.toml, or that file.
    again : bool
    limit_mb : float
        Megabytes (10^6 bytes) that no file may exceed.
    patience : Patience, optional

    Raises
    ------
    CommandError, PlanFileError
        When plan.toml itself cannot be read.
    DataError
        FETCH_RECORD: downloads.json cannot be read.
    FetchError
        FETCH_BUSY: another call of fetch is at work on this plan.
    """
    plan = read_plan_file(place)
    record_file = plan.path.with_name(DOWNLOADS_RECORD)
    with alone(record_file):
        record = read_record(record_file)
        faults: list[Fault] = []
        try:
            orders = orders_of(plan, record, again=again, faults=faults)
            for number, order in enumerate(orders, start=1):
                _say(introduction(order, number, len(orders)))
                came = _fetched(order, limit_mb=limit_mb, patience=patience, faults=faults)
                if came:
                    record = record | {order.name: entry(order, came)}
                    write_record(record_file, record)
        except KeyboardInterrupt:
            _say("\nInterrupted. What has arrived was kept: run the same command to carry on where it stopped.")
            return INTERRUPTED
    return _summed_up(plan, orders, faults)


def orders_of(plan: PlanFile, record: DownloadsRecord, *, again: bool, faults: list[Fault]) -> list[Order]:
    """The files to download, in the order of plan.toml; faults are collected, not raised, so that all are found."""
    named: dict[str, Order] = {}
    for item in plan.sources:
        name = item.path.replace("\\", "/")
        if not item.url:
            continue
        order = Order(name=name, url=item.url, target=plan.data / item.path, source=source(item.kind))
        if misplaced := _misplaced(item.path, plan, name):
            faults.append(misplaced)
        elif named.setdefault(name, order).url != item.url:
            faults.append(fault("FETCH_PATH.shared", file=name))
    wanted = [_still_wanted(order, record.get(name, {}), again=again) for name, order in named.items()]
    return [order for order in wanted if order is not None]


def _misplaced(path: str, plan: PlanFile, name: str) -> Fault | None:
    """Why a path is refused, or None. A plan can come from someone else, so it must not write outside its folder."""
    if ":" in path or not path.isprintable():
        return fault("FETCH_PATH.unportable", file=name)
    folder, target = plan.data.resolve(), (plan.data / path.replace("\\", "/")).resolve()
    if folder not in target.parents:
        return fault("FETCH_PATH.outside", file=name)
    if target in (plan.path.resolve(), plan.path.with_name(DOWNLOADS_RECORD).resolve()) or target.is_dir():
        return fault("FETCH_PATH.taken", file=name)
    return None


def _still_wanted(order: Order, recorded: Mapping[str, Any], *, again: bool) -> Order | None:
    """The order to carry out; None: the file is kept."""
    known = str(recorded.get("sha256", "")) if recorded.get("url") == order.url else ""
    if not order.target.is_file():
        return dataclasses.replace(order, expected_sha256="" if again else known)
    if not recorded:
        _say(f"{order.name}: already here, but not downloaded by fetch; left unchanged.")
    elif known and file_sha256(order.target) == known:
        _say(f"{order.name}: already here, as downloaded.")
    elif again:
        return order
    else:
        _say(f"{order.name}: already here, but differs from its record; use --again to replace it.")
    return None


def _fetched(order: Order, *, limit_mb: float, patience: Patience | None, faults: list[Fault]) -> Download | None:
    """One download; None: its faults were added."""
    meter = Meter()
    try:
        came = download(
            order.url,
            order.target,
            limit_bytes=int(limit_mb * MB),
            expected_sha256=order.expected_sha256,
            patience=patience,
            on_progress=meter,
            on_wait=lambda reason, wait_s: _say(f"      {reason} Trying again in {wait_s:.0f} s."),
        )
    except ConnectedPlaceError as error:
        meter.end()
        _say("      Not downloaded; the reason is below.")
        faults.extend(dataclasses.replace(fault, file=order.name) for fault in error.faults)
        return None
    meter.end()
    _say(f"      {came.size_bytes:,} bytes, SHA-256 {came.sha256}")
    return came


def introduction(order: Order, number: int, total: int) -> str:
    """Print what is about to be downloaded, and on what terms."""
    lines = [
        f"[{number}/{total}] {order.name} from {order.url}",
        f"{order.source.title} ({order.source.publisher})",
        f"Licence: {order.source.licence}",
        order.source.attribution,
    ]
    return "\n      ".join(lines)


def entry(order: Order, came: Download) -> dict[str, Any]:
    """The record of one file, without a time, so that the same file gives the same lines."""
    return {
        "attribution": order.source.attribution,
        "bytes": came.size_bytes,
        "final_url": came.final_url,
        "last_modified": came.last_modified,
        "licence": order.source.licence,
        "publisher": order.source.publisher,
        "sha256": came.sha256,
        "title": order.source.title,
        "url": came.url,
    }


@dataclass(slots=True)
class Meter:
    """Shows a download's progress: in a terminal a line that changes, elsewhere nothing.

    Attributes
    ----------
    stream : text file
        Standard error, so that standard output stays clean.
    pause_s : float
        Between two changes of the line.
    now_s : callable
        The clock, for the rate.
    """

    stream: TextIO = field(default_factory=lambda: sys.stderr)
    pause_s: float = 0.2
    now_s: Callable[[], float] = time.perf_counter
    _began: tuple[float, int] | None = None
    _shown_s: float = -1e9
    _width: int = 0

    def __call__(self, done_bytes: int, total_bytes: int | None) -> None:
        """Take note of the bytes that have arrived."""
        now_s = self.now_s()
        if self._began is None or done_bytes < self._began[1]:
            self._began = (now_s, done_bytes)
        if self.stream.isatty() and (now_s - self._shown_s >= self.pause_s or done_bytes == total_bytes):
            rate = (done_bytes - self._began[1]) / max(now_s - self._began[0], 1e-9)
            self._show(progress_text(done_bytes, total_bytes, bytes_per_s=rate if now_s > self._began[0] else 0.0))
            self._shown_s = now_s

    def end(self) -> None:
        """Finish the line."""
        if self._width:
            self.stream.write("\n")
            self.stream.flush()
        self._width = 0

    def _show(self, text: str) -> None:
        self.stream.write(f"\r{text.ljust(self._width)}")
        self.stream.flush()
        self._width = len(text)


def progress_text(done_bytes: int, total_bytes: int | None, *, bytes_per_s: float) -> str:
    """A download's progress in words.

    Examples
    --------
    >>> progress_text(1_500_000, 6_000_000, bytes_per_s=500_000.0)
    '      25%, 1.5 of 6.0 MB, 0.5 MB/s'
    >>> progress_text(1_500_000, None, bytes_per_s=500_000.0)
    '      1.5 MB, 0.5 MB/s'
    """
    rate = f"{bytes_per_s / MB:.1f} MB/s"
    if not total_bytes:
        return f"      {done_bytes / MB:.1f} MB, {rate}"
    return f"      {100 * done_bytes // total_bytes}%, {done_bytes / MB:.1f} of {total_bytes / MB:.1f} MB, {rate}"


def _summed_up(plan: PlanFile, orders: Sequence[Order], faults: Sequence[Fault]) -> int:
    """Print what was and was not downloaded; return the exit code."""
    for number, each in enumerate(faults, start=1):
        _say(f"{number:3}. {each}")
    if not any(item.url for item in plan.sources):
        print(
            f"No source in {PLAN_TOML} has a url, so there is nothing to download. Add one, or download by hand: "
            "DOWNLOADS.md, which connected-place init writes, names the page of every file."
        )
    elif faults:
        print(f"{_files(len(faults))} could not be downloaded; the rest are recorded in {DOWNLOADS_RECORD}.")
    else:
        print(f"{_files(len(orders))} downloaded. Next: connected-place check {plan.path.parent}")
    return BLOCKED if faults else DONE


def _files(count: int) -> str:
    return f"{count} file" if count == 1 else f"{count} files"


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
