"""An overview of several councils, made from their output folders."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import quote

import geopandas as gpd
import pyogrio
import shapely

from connected_place.coverage.gaps import TIERS
from connected_place.gis_data.crs import METRES
from connected_place.gis_data.errors import CommandError, ConnectedPlaceError, DataError, fault
from connected_place.maps.folder import Run, numbers, read_run
from connected_place.maps.numerals import plural
from connected_place.maps.page import Council, overview_page
from connected_place.maps.words import gap_statements
from connected_place.scripts.terminal import refuse_unwritable, replace_file

START = b"<!DOCTYPE html>"
_MARK = b'<body class="overview'
"""Found in every overview: no other file is replaced."""

CLEAN_M = 0.01
"""Metres: slivers thinner than this between the wards of one council are closed."""


def overview(folders: Sequence[Path], *, out: Path, title: str) -> int:
    """Write an overview of several output folders.

    Parameters
    ----------
    folders : sequence of Path
        Output folders of runs, one a council.
    out : Path
        The page; its links work while the folders stay where they are.
    title : str
        Name of what the councils are part of.

    Raises
    ------
    CommandError
        NOT_A_RUN, COUNCIL_TWICE; NOT_OURS or CANNOT_WRITE: the page, which is then as it was.
    DataError
        RUN_DAMAGED. All faults of all folders at once.
    """
    _refuse_foreign(out)
    councils = [council_of(run, beside=out.resolve().parent) for run in _runs(folders)]
    _refuse_twice(councils)
    html = overview_page(councils, title=title)
    replace_file(out, html.encode())
    print(f"{plural(len(councils), 'council')}, {len(html.encode()) / 1e3:,.0f} kB")
    print(f"Open {out.resolve()}")
    return 0


def council_of(run: Run, *, beside: Path) -> Council:
    """A council from its run.

    Parameters
    ----------
    run : Run
    beside : Path
        Folder of the overview, from which the link to the council's page starts.
    """
    manifest, wards = run.manifest, run.wards
    sums = {"premises": numbers(wards["premises"]).sum(min_count=1)}
    for tier in TIERS:
        for end in ("gap", "not_reported"):
            if f"{tier}_{end}" in wards:
                sums[f"{tier}_{end}"] = numbers(wards[f"{tier}_{end}"]).sum(min_count=1)
    chosen = run.sites[run.sites["selected"] == "true"]
    coverage = [item for item in manifest["inputs"] if item["source"] == "ofcom-fixed-coverage"]
    today = [item for item in coverage if item["rows_used"] and not item.get("role")]
    return Council(
        code=str(manifest["place"].get("lad", "")),
        name=str(manifest["place"].get("name", "")),
        href=_href(run.folder / "index.html", beside),
        figures={name: float(number) for name, number in sums.items()},
        sites=len(chosen),
        spent_gbp=float(numbers(chosen["capex_gbp"]).sum()),
        vintage="; ".join(dict.fromkeys(str(item["vintage"]) for item in today)) or "not stated",
        counted=gap_statements.premises_words(wards["premises_source"]),
        is_estimate=bool(wards["premises_source"].map(gap_statements.is_estimate).any()),
        is_illustrative=bool(manifest.get("illustrative")),
        outline=_outline(run.folder / "plan.gpkg"),
    )


def _refuse_foreign(path: Path) -> None:
    """Refuse to replace a file that is not an overview.

    Raises
    ------
    CommandError
        NOT_OURS, or CANNOT_WRITE.
    """
    if path.is_file() and path.stat().st_size:
        content = path.read_bytes()
        if not (content.startswith(START) and _MARK in content):
            raise CommandError(fault("NOT_OURS.overview", file=str(path)))
    refuse_unwritable(path)


def _runs(folders: Sequence[Path]) -> list[Run]:
    """All runs, or every fault of any of them."""
    runs: list[Run] = []
    wrong: list[ConnectedPlaceError] = []
    for folder in folders:
        try:
            runs.append(read_run(folder))
        except ConnectedPlaceError as error:
            wrong.append(error)
    if wrong:
        faults = [fault for error in wrong for fault in error.faults]
        raise (CommandError if any(isinstance(error, CommandError) for error in wrong) else DataError)(faults)
    return runs


def _refuse_twice(councils: Sequence[Council]) -> None:
    first: dict[str, str] = {}
    faults = []
    for council in councils:
        if council.code in first:
            faults.append(fault("COUNCIL_TWICE", file=council.href, value=council.code, other=first[council.code]))
        first.setdefault(council.code, council.href)
    if faults:
        raise CommandError(faults)


def _href(page: Path, beside: Path) -> str:
    """A link from the overview to a page; its full address if it is on another drive."""
    try:
        return quote(Path(os.path.relpath(page.resolve(), beside)).as_posix())
    except ValueError:
        return page.resolve().as_uri()


def _outline(path: Path) -> object:
    """The council as one shape, from its wards; None if the run wrote no GeoPackage."""
    if not path.is_file():
        return None
    try:
        wards = gpd.read_file(path, layer="wards", engine="pyogrio")
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, OSError) as error:
        raise DataError(fault("RUN_DAMAGED.unreadable", file=str(path), reason=str(error))) from error
    shapes = wards.to_crs(METRES).geometry.make_valid()
    return shapely.union_all(shapes.to_numpy(), grid_size=CLEAN_M)
