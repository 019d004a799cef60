"""From the [[source]] entries of a plan to its layers: each file to its reader, every fault of all files at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from connected_place.gis_data.access_points import read_access_points
from connected_place.gis_data.areas import read_boundaries, read_centroids, read_lookup
from connected_place.gis_data.broadband import read_broadband, supersede
from connected_place.gis_data.catalogue import Source, source
from connected_place.gis_data.errors import ConnectedPlaceError, DataError, Fault
from connected_place.gis_data.footfall import read_counters, read_hourly_counts
from connected_place.gis_data.input_files import InputFile, read_input
from connected_place.gis_data.layers import Layer, Layers, SourceFile
from connected_place.gis_data.people import read_people, read_population_raster
from connected_place.gis_data.premises import read_postcodes
from connected_place.gis_data.terrain import read_surface_model
from connected_place.gis_data.venues import read_venues

Reader = Callable[[Source, InputFile, SourceFile], Layer]

READERS: dict[str, Reader] = {
    "access_points": read_access_points,
    "boundaries": read_boundaries,
    "broadband": read_broadband,
    "centroids": read_centroids,
    "counters": read_counters,
    "hourly_counts": read_hourly_counts,
    "lookup": read_lookup,
    "people": read_people,
    "population_raster": read_population_raster,
    "postcodes": read_postcodes,
    "surface_model": read_surface_model,
    "venues": read_venues,
}


def read_layer(asked: SourceFile, *, folder: Path) -> Layer:
    """Read one source.

    Raises
    ------
    DataError, CrsError
        What is wrong with the file.
    PlanFileError
        UNKNOWN_KIND.
    """
    entry = source(asked.kind)
    return READERS[entry.reader](entry, read_input(asked.path, folder=folder), asked)


def read_layers(
    sources: Iterable[SourceFile], *, folder: Path, on_file: Callable[[str], None] = lambda file: None
) -> tuple[Layers, tuple[Fault, ...]]:
    """Read every source of a plan.

    Parameters
    ----------
    sources : iterable of SourceFile
    folder : Path
        The folder of plan.toml.
    on_file : callable
        Told the name of each file before it is read.

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
            layers.append(read_layer(asked, folder=folder))
        except ConnectedPlaceError as error:
            faults.extend(error.faults)
    faults.extend(_read_twice(layers))
    return Layers(tuple(supersede(layers))), tuple(faults)


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
            faults.append(
                Fault(
                    code="FILE_TWICE",
                    file=record.file,
                    message=f"It is the same file as {other}, so its rows would count twice.",
                    remedy="Delete one of the two [[source]] entries.",
                )
            )
    return faults
