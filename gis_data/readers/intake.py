"""From the [[source]] entries of a plan to its layers: each file to its reader, every fault of all files at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from pathlib import Path, PurePosixPath
from types import MappingProxyType

from connected_place.gis_data.catalogue import Source, source
from connected_place.gis_data.errors import ConnectedPlaceError, DataError, Fault, fault
from connected_place.gis_data.files import SHAPES, TABLES, InputFile, changed_since, members, opened, read_input
from connected_place.gis_data.layers import Layer, Layers, SourceFile
from connected_place.gis_data.readers.access_points import read_access_points
from connected_place.gis_data.readers.area_figures import read_area_figures
from connected_place.gis_data.readers.areas import read_centroids, read_lookup
from connected_place.gis_data.readers.base import read_base_layer, read_base_names, read_openstreetmap
from connected_place.gis_data.readers.bduk import read_premises_status
from connected_place.gis_data.readers.broadband import read_broadband
from connected_place.gis_data.readers.deprivation import read_deprivation
from connected_place.gis_data.readers.footfall import read_counters, read_hourly_counts
from connected_place.gis_data.readers.mobile import read_mobile_coverage
from connected_place.gis_data.readers.ofcom_names import supersede
from connected_place.gis_data.readers.open_places import read_open_places
from connected_place.gis_data.readers.outlines import read_boundaries
from connected_place.gis_data.readers.people import read_older_people, read_people, read_population_raster
from connected_place.gis_data.readers.place_names import read_place_names
from connected_place.gis_data.readers.premises import read_postcodes, read_uprns
from connected_place.gis_data.readers.raster_layers import read_surface_model
from connected_place.gis_data.readers.venues import read_functional_sites, read_venues
from connected_place.gis_data.readers.wifi_use import read_wifi_use

Reader = Callable[[Source, InputFile, SourceFile], Layer]

READERS: dict[str, Reader] = {
    "access_points": read_access_points,
    "area_figures": read_area_figures,
    "base_layer": read_base_layer,
    "base_names": read_base_names,
    "boundaries": read_boundaries,
    "broadband": read_broadband,
    "centroids": read_centroids,
    "counters": read_counters,
    "deprivation": read_deprivation,
    "functional_sites": read_functional_sites,
    "hourly_counts": read_hourly_counts,
    "lookup": read_lookup,
    "mobile_coverage": read_mobile_coverage,
    "older_people": read_older_people,
    "open_places": read_open_places,
    "openstreetmap": read_openstreetmap,
    "people": read_people,
    "place_names": read_place_names,
    "population_raster": read_population_raster,
    "postcodes": read_postcodes,
    "premises_status": read_premises_status,
    "surface_model": read_surface_model,
    "uprns": read_uprns,
    "venues": read_venues,
    "wifi_use": read_wifi_use,
}

NOTHING_RECORDED: Mapping[str, str] = MappingProxyType({})

WHOLE_ARCHIVE = frozenset(
    {
        *("base_layer", "boundaries", "functional_sites", "open_places", "openstreetmap"),
        *("population_raster", "surface_model"),
    }
)
"""Readers that take a zip themselves; the others are given the tables inside it."""

OF_POSITIONS = frozenset(
    {"access_points", "base_names", "centroids", "counters", "place_names", "postcodes", "uprns", "venues"}
)
"""Readers of tables that also take a layer of points."""


def read_source(asked: SourceFile, *, folder: Path, recorded_sha256: str = "") -> list[Layer]:
    """Read one source: a file, the files of a pattern, or the tables of a zip.

    Parameters
    ----------
    asked : SourceFile
    folder : Path
        The folder of plan.toml.
    recorded_sha256 : str
        Of the file when it was downloaded; a changed one is a warning, HASH_CHANGED. "": not recorded.

    Raises
    ------
    DataError, CrsError
        What is wrong with any of the files, all at once.
    PlanFileError
        UNKNOWN_KIND.
    """
    entry = source(asked.kind)
    layers: list[Layer] = []
    faults: list[Fault] = []
    for path in paths_of(asked, folder=folder):
        try:
            file = read_input(path, folder=folder)
            read = [READERS[entry.reader](entry, part, asked) for part in _parts(file, entry)]
            changed = changed_since(file, recorded_sha256)
            layers += [_completed(layer, asked.role, changed) for layer in read]
        except ConnectedPlaceError as error:
            faults.extend(error.faults)
    if faults:
        raise DataError(faults)
    return layers


def _completed(layer: Layer, role: str, changed: Fault | None) -> Layer:
    """A layer with what its reader does not know: its role, whether the file has changed, and repeated headers."""
    again = sum(len(warning.rows) for warning in layer.warnings if warning.code == "HEADER_REPEATED")
    record = replace(layer.provenance, role=role)
    if again:
        aside = {**record.set_aside, "repeats the header": again}
        record = replace(record, rows_read=record.rows_read + again, set_aside=aside)
    return replace(layer, provenance=record, warnings=(changed, *layer.warnings) if changed else layer.warnings)


def read_layers(
    sources: Iterable[SourceFile],
    *,
    folder: Path,
    recorded: Mapping[str, str] = NOTHING_RECORDED,
    on_file: Callable[[str], None] = lambda file: None,
) -> tuple[Layers, tuple[Fault, ...]]:
    """Read every source of a plan.

    Parameters
    ----------
    sources : iterable of SourceFile
    folder : Path
        The folder of plan.toml.
    recorded : mapping of path to str
        SHA-256 of files as they were downloaded, by the paths of `sources`.
    on_file : callable
        Called with the name of each file before it is read.

    Returns
    -------
    layers : Layers
        Of the files that could be read.
    faults : tuple of Fault
        Blocking ones of the others; the same file read twice is one.
    """
    layers: list[Layer] = []
    faults: list[Fault] = []
    for asked in sources:
        on_file(asked.path)
        try:
            layers.extend(read_source(asked, folder=folder, recorded_sha256=recorded.get(asked.path, "")))
        except ConnectedPlaceError as error:
            faults.extend(error.faults)
    faults.extend(_read_twice(layers))
    return Layers(tuple(supersede(layers))), tuple(faults)


def files_of(asked: SourceFile, *, folder: Path) -> tuple[InputFile, ...]:
    """The bytes of one source as its reader is given them: a file, those of a pattern, or the tables of a zip.

    Raises
    ------
    DataError
        As `read_source`.
    """
    entry = source(asked.kind)
    return tuple(
        part for path in paths_of(asked, folder=folder) for part in _parts(read_input(path, folder=folder), entry)
    )


def paths_of(asked: SourceFile, *, folder: Path) -> list[str]:
    """The files of one source: the one that it names, or all that fit its pattern with *.

    Raises
    ------
    DataError
        PATH_NOT_A_FILE: none fits.
    """
    if "*" not in asked.path:
        return [asked.path]
    found = _matching(asked.path, folder)
    if not found:
        raise DataError(fault("PATH_NOT_A_FILE.pattern", file=asked.path))
    return found


def _matching(pattern: str, folder: Path) -> list[str]:
    """The files that fit a pattern, sorted; none for a pattern that cannot be one."""
    given = Path(pattern)
    start, rest = (Path(given.anchor), str(given.relative_to(given.anchor))) if given.anchor else (folder, pattern)
    try:
        places = [place for place in start.glob(rest) if place.is_file()]
    except (OSError, ValueError, NotImplementedError, RecursionError, IndexError):  # "a**", a zero byte, a long chain
        return []
    return sorted(place.as_posix() if given.anchor else place.relative_to(folder).as_posix() for place in places)


def _parts(file: InputFile, entry: Source) -> tuple[InputFile, ...]:
    is_archive = file.name.lower().endswith(".zip")
    is_whole = entry.reader in WHOLE_ARCHIVE or (entry.reader in OF_POSITIONS and is_archive and _has_layer(file))
    return members(file, endings=TABLES) if is_archive and not is_whole else (file,)


def _has_layer(file: InputFile) -> bool:
    """True for a zip with shapes and no table."""
    with opened(file) as package:
        endings = {PurePosixPath(name).suffix.lower() for name in package.namelist()}
    return bool(endings & SHAPES) and not endings & TABLES


def layers_or_faults(layers: Layers, faults: tuple[Fault, ...]) -> Layers:
    """The layers when nothing blocks.

    Raises
    ------
    DataError
        All faults.
    """
    if faults:
        raise DataError(faults)
    return layers


def _read_twice(layers: list[Layer]) -> list[Fault]:
    """The same bytes under two names would count everything twice."""
    first: dict[tuple[str, str], str] = {}
    faults = []
    for layer in layers:
        record = layer.provenance
        other = first.setdefault((record.source, record.sha256), record.file)
        if other != record.file:
            faults.append(fault("FILE_TWICE", file=record.file, other=other))
    return faults
