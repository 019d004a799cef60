"""Where a printed number comes from: its formula, its files with hashes, and the rows themselves."""

from __future__ import annotations

import difflib
import fnmatch
import hashlib
import json
import re
import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from connected_place.gis_data.catalogue import SAMPLE
from connected_place.gis_data.errors import CommandError, ConnectedPlaceError, fault
from connected_place.gis_data.files import InputFile
from connected_place.gis_data.layers import SourceFile
from connected_place.gis_data.readers import files_of, raw_rows
from connected_place.maps.document import clean
from connected_place.maps.figures import REGISTER_FILE
from connected_place.scripts.config import PlanFile, read_plan_file

PLAN = "plan.toml"
LISTED = 40
"""The most ids that a search lists."""

Register = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf:
    """Rows of one file that a figure ultimately comes from.

    Attributes
    ----------
    file : str
    words : str
    columns, keys : tuple of str
    key : str
    """

    file: str
    words: str
    columns: tuple[str, ...]
    key: str
    keys: tuple[str, ...]


def figure_trace(out: Path, asked: str, *, plan: Path | None, rows: int) -> int:
    """Print where a figure comes from, or the ids that match a word.

    Parameters
    ----------
    out : Path
        An output folder or a pack.
    asked : str
        Id of a figure, or a word to search for; what a PDF adds for line breaks is passed over.
    plan : Path or None
        Where plan.toml is now; None: it is looked for.
    rows : int
        Rows of each file to print.

    Raises
    ------
    CommandError
        NO_FIGURES, UNKNOWN_FIGURE.
    """
    register, asked = read_register(out), clean(asked)
    if asked in register["figures"]:
        print("\n".join(trace_lines(register, asked, file=_plan_file(register, out, plan), rows=rows)))
        return 0
    found = search(register, asked)
    if not found:
        near = difflib.get_close_matches(asked, register["figures"], n=5, cutoff=0.4)
        if near:
            raise CommandError(fault("UNKNOWN_FIGURE.near", value=asked, nearest=", ".join(near)))
        raise CommandError(fault("UNKNOWN_FIGURE.none", value=asked))
    for name in found[:LISTED]:
        figure = register["figures"][name]
        print(f"{name} = {figure['text']}  ({figure['words']})")
    if len(found) > LISTED:
        print(f"... and {len(found) - LISTED} more: search with a longer word.")
    return 0


def read_register(out: Path) -> Register:
    """The register of figures of an output folder or a pack.

    Raises
    ------
    CommandError
        NO_FIGURES.
    """
    for path in (out / REGISTER_FILE, out / "pack" / REGISTER_FILE):
        if path.is_file():
            try:
                return dict(json.loads(path.read_text(encoding="utf-8")))
            except ValueError:
                break
    raise CommandError(fault("NO_FIGURES.register", file=str(out), name=REGISTER_FILE))


def search(register: Register, word: str) -> list[str]:
    """Ids of the figures with a word in their id or description."""
    wanted = word.casefold()
    return [
        name
        for name, figure in register["figures"].items()
        if wanted in name.casefold() or wanted in figure["words"].casefold()
    ]


def leaves(register: Register, figure_id: str) -> list[Leaf]:
    """The rows of files that a figure ultimately comes from, grouped by file and key."""
    merged: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    names = dict.fromkeys(name for figure in _with_parts(register, figure_id) for name in figure["rows"])
    for name in names:
        item = register["rows"][name]
        for file in item["files"]:
            merged.setdefault((file, item["key"]), []).append(item)
    return [
        Leaf(
            file=file,
            words="; ".join(dict.fromkeys(item["words"] for item in items[:3])) + (" ..." if len(items) > 3 else ""),
            columns=tuple(dict.fromkeys(column for item in items for column in item["columns"])),
            key=key,
            keys=tuple(dict.fromkeys(value for item in items for value in item["keys"])),
        )
        for (file, key), items in merged.items()
    ]


def _with_parts(register: Register, figure_id: str) -> Iterator[Mapping[str, Any]]:
    """A figure and everything it is calculated from, each once."""
    waiting, seen = [figure_id], set()
    while waiting:
        name = waiting.pop()
        if name not in seen:
            seen.add(name)
            figure = register["figures"][name]
            waiting.extend(figure["figures"])
            yield figure


def trace_lines(register: Register, figure_id: str, *, file: PlanFile | None, rows: int) -> list[str]:
    """Everything known about a figure, line by line."""
    figure = register["figures"][figure_id]
    mark = " (illustrative: invented data)" if register["illustrative"] else ""
    lines = [
        f"{figure_id} = {figure['text']}{mark}",
        f"  What: {figure['words']}" + (f", {figure['unit']}" if figure["unit"] else ""),
        f"  Unrounded: {figure['value']!r}",
        *_wrapped(f"Formula: {figure['formula']}"),
        f"  Confidence: {figure['confidence']}" + ("; marked (e)" if figure["estimate"] else ""),
    ]
    if figure["cell"]:
        lines.append(f"  In a table: {figure['cell']} (file/row/column)")
    if figure["printed"]:
        lines += _wrapped(f"Printed in: {'; '.join(figure['printed'])}")
    parts = [f"{name} = {register['figures'][name]['text']}" for name in figure["figures"]]
    if parts:
        lines += ["  Calculated from", *(f"    {part}" for part in parts)]
    keys = sorted({key for item in _with_parts(register, figure_id) for key in item["parameters"]})
    if keys:
        lines += ["  Parameters", *(f"    {_parameter(register, key, file)}" for key in keys)]
    found = leaves(register, figure_id)
    if found:
        lines.append("  Rows of files")
        for leaf in found:
            lines += [f"    {line}" for line in _leaf(register, leaf, file, rows)]
    return lines


def _wrapped(text: str) -> list[str]:
    return textwrap.wrap(text, width=110, initial_indent="  ", subsequent_indent="    ")


def _plan_file(register: Register, out: Path, plan: Path | None) -> PlanFile | None:
    """The plan that was run, if it is unchanged; else None."""
    places = [plan] if plan else [out.resolve().parent, out.resolve().parent.parent, SAMPLE]
    for place in places:
        path = place / PLAN if place.is_dir() else place
        if path.is_file() and (plan or _digest(path) == register["plan_file_sha256"]):
            try:
                return read_plan_file(path)
            except ConnectedPlaceError:
                continue
    return None


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _parameter(register: Register, key: str, file: PlanFile | None) -> str:
    """A parameter with its value, and its line in plan.toml."""
    value = register["parameters"].get(key)
    told_value = f"{key}" + ("" if value is None else f" = {value}")
    if file is None:
        return f"{told_value} (plan.toml, SHA-256 {register['plan_file_sha256'][:16]})"
    line = line_of(file.path.read_text(encoding="utf-8-sig"), key)
    where = f"plan.toml, line {line}" if line else "not in plan.toml: the planner's default"
    return f"{told_value} ({where}; SHA-256 of plan.toml {register['plan_file_sha256'][:16]})"


def line_of(text: str, key: str) -> int:
    r"""The line of plan.toml with a key or the table that contains it; 0 if there is none.

    Examples
    --------
    >>> line_of("[sites]\nbudget_gbp = 1\n[wifi]\nreach_m = 50\n", "wifi.reach_m")
    4
    >>> line_of("[sites]\nbudget_gbp = 1\n", "sites.capex_gbp.library")
    0
    """
    table = ""
    for number, line in enumerate(text.splitlines(), start=1):
        head = re.match(r"\s*\[\[?([^\]]+)\]", line)
        if head:
            table = head[1].strip()
            if table == key:
                return number
            continue
        name = re.match(r"\s*\"?([A-Za-z0-9_. -]+?)\"?\s*=", line)
        full = f"{table}.{name[1]}".lstrip(".") if name else ""
        if name and (full == key or (key.startswith(f"{full}.") and key.rsplit(".", 1)[-1] in line)):
            return number
    return 0


def _leaf(register: Register, leaf: Leaf, file: PlanFile | None, rows: int) -> list[str]:
    """One file, and the rows themselves if the file is still there and unchanged."""
    known = register["files"][leaf.file]
    lines = [
        f"{leaf.file}: {known['title']} ({known['publisher']}, {known['vintage']})",
        f"  SHA-256 {known['sha256']}",
        f"  {leaf.words}",
    ]
    if file is None:
        return [*lines, "  plan.toml has moved or changed: give its path with --plan to see the rows."]
    found, asked = _input(leaf.file, file)
    if found is None or asked is None:
        return [*lines, "  The file is no longer at the path given in plan.toml."]
    if found.sha256 != known["sha256"]:
        return [*lines, f"  THE FILE HAS CHANGED since then: its SHA-256 is now {found.sha256}."]
    if not leaf.keys:
        return [*lines, "  The file is unchanged."]
    return [*lines, *_shown_rows(found, asked, leaf, rows)]


def _input(name: str, file: PlanFile) -> tuple[InputFile | None, SourceFile | None]:
    """The present bytes of an input file, with its entry in plan.toml."""
    for asked in file.sources:
        path = asked.path.replace("\\", "/")
        if name == path or name.startswith(f"{path}/") or fnmatch.fnmatchcase(name, path):
            try:
                found = next((item for item in files_of(asked, folder=file.data) if item.name == name), None)
            except ConnectedPlaceError:
                continue
            if found:
                return found, asked
    return None, None


def _shown_rows(found: InputFile, asked: SourceFile, leaf: Leaf, rows: int) -> list[str]:
    try:
        raw = raw_rows(found, asked, key=leaf.key, keys=leaf.keys, columns=leaf.columns)
    except ConnectedPlaceError as error:
        return [f"  The rows cannot be shown: {error}"]
    if raw.frame.empty:
        return ["  The file is unchanged; no row in it has this key."]
    lines = [f"  The file is unchanged. {len(raw.frame):,} row(s), by the column {raw.key!r}:"]
    for number, row in zip(raw.frame.index[:rows], raw.frame.to_dict("records"), strict=False):
        cells = "; ".join(f"{name} = {_cell(value)}" for name, value in row.items())
        lines.append(f"    row {number}: {cells}")
    if len(raw.frame) > rows:
        lines.append(f"    ... and {len(raw.frame) - rows:,} more: --rows {len(raw.frame)} shows them all.")
    return lines


def _cell(value: object) -> str:
    from connected_place.maps.numerals import shown

    return shown(value) or "(blank)"
