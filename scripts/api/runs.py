"""Make a plan from its plan.toml and write every output, whole or not at all."""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from connected_place.coverage.plan import Plan, plan
from connected_place.gis_data.readers import layers_or_faults, read_layers
from connected_place.maps.folder import manifest, refuse_foreign, replace_folder, write_files
from connected_place.maps.formats import OutputContent, write_formats
from connected_place.maps.gis import gis_layers
from connected_place.maps.pack import Fund, chosen_fund
from connected_place.maps.page import pages
from connected_place.maps.tables import data_package
from connected_place.maps.words import statements
from connected_place.scripts.config import PlanFile, read_plan_file
from connected_place.scripts.terminal import ProgressSteps

STEPS = 12
PACK = "pack"
"""Folder of the bid pack below the output."""


def make(place: Path, out: Path, *, command: Sequence[str], with_pack: bool = True) -> int:
    """Read, plan and write.

    Parameters
    ----------
    place : Path
        Folder with a plan.toml, or that file.
    out : Path
        Output folder.
    command : sequence of str
        For the manifest.
    with_pack : bool
        False: without the bid pack, which takes as long as all the rest that is written.

    Raises
    ------
    ConnectedPlaceError
        What keeps the plan from being made; nothing is written then.
    """
    file = read_plan_file(place)
    fund = _fund(file) if with_pack else None
    words = "Writing pages, tables and maps" + (", and the bid pack" if fund else "")
    write = functools.partial(write_plan, file=file, command=command, fund=fund)
    made = written(file, out, words=words, write=write)
    print(_summary(made))
    print(f"Open {(out / 'index.html').resolve()}")
    return 0


def make_pages(place: Path, out: Path, *, command: Sequence[str]) -> int:
    """Read, plan and write the pages alone, with the manifest.

    Parameters and errors as in `make`.
    """
    file = read_plan_file(place)
    digest = plan_file_hash(file)

    def write(made: Plan, folder: Path) -> None:
        record = manifest(made, command=command, plan_file_sha256=digest)
        write_files(folder, pages(made) | {"manifest.json": record})

    written(file, out, words="Writing the pages", write=write)
    print(f"Open {(out / 'index.html').resolve()}")
    return 0


def written(file: PlanFile, out: Path, *, words: str, write: Callable[[Plan, Path], None]) -> Plan:
    """Make the plan of a plan file and write of it what `write` puts into a folder, whole or not at all.

    Raises
    ------
    ConnectedPlaceError
    """
    refuse_foreign(out.resolve())
    steps = ProgressSteps(STEPS)
    made = planned(file, steps)
    steps(words)
    replace_folder(out, lambda folder: write(made, folder))
    steps.end()
    return made


def plan_file_hash(file: PlanFile) -> str:
    """SHA-256 of plan.toml as it lies there."""
    return hashlib.sha256(file.path.read_bytes()).hexdigest()


def _summary(made: Plan) -> str:
    """What came out, in three lines."""
    place, tier = made.parameters.place, made.parameters.gaps.headline
    mark = "Illustrative: invented data, not a real place. " if place.illustrative else ""
    estimated = statements.is_estimate(made.wards["premises_source"].iloc[0])
    gap = statements.gap_sentence(made.borough, tier, estimated=estimated)
    lines = [
        f"{mark}{place.name}: {gap}",
        *statements.reporting_sentences(made.reporting),
        statements.shortlist_sentence(made),
    ]
    return "\n".join(lines)


def planned(file: PlanFile, steps: ProgressSteps) -> Plan:
    """The plan of a plan file.

    Raises
    ------
    ConnectedPlaceError
    """
    steps(f"Reading {len(file.sources)} files")
    layers = layers_or_faults(*read_layers(file.sources, folder=file.data))
    return plan(layers, file.parameters, on_step=steps)


def write_plan(made: Plan, folder: Path, *, file: PlanFile, command: Sequence[str], fund: Fund | None = None) -> None:
    """Write every output of a plan into an empty folder; the bid pack where a fund is given.

    The pack is made in a thread beside the pages: its pictures and its PDF are set by typst, which leaves Python's
    lock to others.
    """
    digest = plan_file_hash(file)
    with ThreadPoolExecutor(max_workers=1) as beside:
        record = manifest(made, command=command, plan_file_sha256=digest)
        pack = (
            beside.submit(_write_pack, made, folder / PACK, fund=fund, digest=digest, record=record) if fund else None
        )
        records = {"datapackage.json": data_package(made), "manifest.json": record}
        content = OutputContent(plan=made, layers=gis_layers(made), records=records)
        write_formats(content, folder, part="output")
        if pack:
            pack.result()


def _write_pack(made: Plan, folder: Path, *, fund: Fund, digest: str, record: str) -> None:
    from connected_place.maps.pack import write_pack

    write_pack(made, folder, fund=fund, plan_file_sha256=digest, record=record)


def _fund(file: PlanFile) -> Fund:
    return chosen_fund(file.parameters.pack, folder=file.path.parent)
