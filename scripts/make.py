"""Make a plan from its plan.toml and write every output, whole or not at all."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

from connected_place.coverage.plan import Plan, plan
from connected_place.gis_data.intake import layers_or_faults, read_layers
from connected_place.maps.geopackage import write_geopackage
from connected_place.maps.manifest import manifest
from connected_place.maps.output_folder import refuse_foreign, replace_folder, write_files
from connected_place.maps.page import pages
from connected_place.maps.reach_rasters import write_rasters
from connected_place.maps.statements import gap_sentence, is_estimate, reporting_sentences, shortlist_sentence
from connected_place.maps.tables import csv_tables, data_package
from connected_place.scripts.config import PlanFile, read_plan_file
from connected_place.scripts.progress import Steps

STEPS = 12


def make(place: Path, out: Path, *, command: Sequence[str]) -> int:
    """Read, plan and write.

    Parameters
    ----------
    place : Path
        Folder with a plan.toml, or that file.
    out : Path
        Output folder.
    command : sequence of str
        For the manifest.

    Raises
    ------
    ConnectedPlaceError
        What keeps the plan from being made; nothing is written then.
    """
    file = read_plan_file(place)
    refuse_foreign(out.resolve())
    steps = Steps(STEPS)
    made = planned(file, steps)
    steps("Writing pages, tables and maps")
    replace_folder(out, lambda folder: write_plan(made, folder, file=file, command=command))
    steps.end()
    print(summary(made))
    print(f"Open {(out / 'index.html').resolve()}")
    return 0


def summary(made: Plan) -> str:
    """What came out, in three lines."""
    place, tier = made.parameters.place, made.parameters.gaps.headline
    mark = "Illustrative: invented data, not a real place. " if place.illustrative else ""
    estimated = is_estimate(made.wards["premises_source"].iloc[0])
    gap = gap_sentence(made.borough, tier, estimated=estimated)
    lines = [f"{mark}{place.name}: {gap}", *reporting_sentences(made.reporting), shortlist_sentence(made)]
    return "\n".join(lines)


def planned(file: PlanFile, steps: Steps) -> Plan:
    """The plan of a plan file.

    Raises
    ------
    ConnectedPlaceError
    """
    steps(f"Reading {len(file.sources)} files")
    layers = layers_or_faults(*read_layers(file.sources, folder=file.data))
    return plan(layers, file.parameters, on_step=steps)


def write_plan(made: Plan, folder: Path, *, file: PlanFile, command: Sequence[str]) -> None:
    """Write every output of a plan into an empty folder."""
    record = manifest(made, command=command, plan_file_sha256=hashlib.sha256(file.path.read_bytes()).hexdigest())
    texts = pages(made) | csv_tables(made) | {"datapackage.json": data_package(made), "manifest.json": record}
    write_files(folder, texts)
    write_geopackage(made, folder / "plan.gpkg")
    write_rasters(made, folder)
