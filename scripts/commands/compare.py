"""What changed between two runs: inputs, settings, gaps, ranks and sites, and why, where known."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Iterator, Sequence
from pathlib import Path

import pandas as pd

from connected_place.gis_data.errors import CommandError, fault
from connected_place.maps.folder import Run, read_run
from connected_place.maps.numerals import plural, shown
from connected_place.maps.tables import csv_text, table_text
from connected_place.scripts.commands.differences import Difference, differences
from connected_place.scripts.terminal import refuse_unwritable, replace_file, table_lines

_TITLES = {
    "input": "Inputs",
    "parameter": "Settings",
    "version": "Versions of the planner and its libraries",
    "place": "The whole place",
    "ward": "Wards",
    "area": "Areas",
    "site": "Sites",
}
_CSV_START = "kind,key,name,what,before,now,why"
"""How such a file begins: no other file is replaced."""

HASH_SHOWN = 12


def compare(older: Path, newer: Path, *, csv: Path | None, first: int) -> int:
    """Print the differences between two output folders; also write them all to a file, if one is named.

    Parameters
    ----------
    older, newer : Path
        Output folders of two runs for the same place.
    csv : Path or None
        File to write.
    first : int
        Lines to print of each kind.

    Raises
    ------
    CommandError
        NOT_A_RUN, OTHER_PLACE; NOT_OURS or CANNOT_WRITE: the CSV file, which is then as it was.
    DataError
        RUN_DAMAGED.
    """
    if csv is not None:
        _refuse_foreign(csv)
    old, new = read_run(older), read_run(newer)
    refuse_other_place(old, new)
    found = differences(old, new)
    print(*report_lines(old, new, found, first=first), sep="\n")
    if csv is not None:
        columns = table_text("differences").columns
        rows = pd.DataFrame([dataclasses.asdict(item) for item in found], columns=[column.name for column in columns])
        replace_file(csv, csv_text(rows, columns).encode())
        print(f"\nWrote {plural(len(found), 'difference')} to {csv}")
    return 0


def _refuse_foreign(path: Path) -> None:
    """Refuse to replace a file that is not a list of differences.

    Raises
    ------
    CommandError
        NOT_OURS, or CANNOT_WRITE.
    """
    if path.is_file() and not path.read_bytes().startswith(_CSV_START.encode()) and path.stat().st_size:
        raise CommandError(fault("NOT_OURS.csv", file=str(path)))
    refuse_unwritable(path)


def refuse_other_place(old: Run, new: Run) -> None:
    """Refuse to compare two different places.

    Raises
    ------
    CommandError
        OTHER_PLACE.
    """
    codes = [run.manifest["place"].get("lad", "") for run in (old, new)]
    if codes[0] != codes[1]:
        raise CommandError(
            fault("OTHER_PLACE", file=str(new.folder), value=str(codes[1]), other=str(old.folder), code=str(codes[0]))
        )


def report_lines(old: Run, new: Run, found: Sequence[Difference], *, first: int) -> list[str]:
    """The differences in words, with a table for each kind."""
    place = shown(new.manifest["place"].get("name", ""))
    invented = any(run.manifest.get("illustrative") for run in (old, new))
    mark = "Illustrative: invented data, not a real place. " if invented else ""
    if not found:
        return [f"{mark}{place}: no differences between the two runs."]
    lines = [f"{mark}{place}: {plural(len(found), 'difference')} between {old.folder} and {new.folder}."]
    for kind, group in itertools.groupby(found, key=lambda item: item.kind):
        items = list(group)
        rows = [_cells(item) for item in items[:first]]
        lines += ["", f"{_TITLES[kind]} ({len(items)})", *table_lines(["what", "before", "now", "why"], rows)]
        if len(items) > first:
            lines.append(
                f"{len(items) - first:,} more: --first {len(items)} shows them all, --csv FILE saves them all."
            )
    return [*lines, "", *_kept(found)]


def _cells(item: Difference) -> list[str]:
    name = " ".join(dict.fromkeys(filter(None, [item.name if item.kind != "input" else "", item.key])))
    values = [value[:HASH_SHOWN] if item.what == "sha256" else value for value in (item.before, item.now)]
    return [f"{name}: {item.what}", *(value or "none" for value in values), item.why]


def _kept(found: Sequence[Difference]) -> Iterator[str]:
    """What stayed the same, where that is worth stating."""
    kinds = {item.kind for item in found}
    if "input" not in kinds:
        yield "The input files are identical."
    if "parameter" not in kinds:
        yield "The settings are the same."
    if not any(item.kind == "site" and item.what == "selected" for item in found):
        yield "The same sites are proposed."
