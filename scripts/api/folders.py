"""Output folders of a plan: everything, the pages or the bid pack, each written whole or not at all."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from connected_place.coverage.plan import Plan
from connected_place.gis_data.errors import CommandError, fault
from connected_place.maps.folder import manifest, replace_folder, write_files
from connected_place.maps.formats import OutputContent, write_formats
from connected_place.maps.gis import gis_layers
from connected_place.maps.pack import Fund, chosen_fund
from connected_place.maps.page import pages
from connected_place.maps.tables import data_package
from connected_place.scripts.config import PlanFile

_PACK = "pack"
"""Folder of the bid pack below the output, and what `only` calls it."""

_PAGES = "pages"


@dataclass(frozen=True, slots=True, kw_only=True)
class FolderContent:
    """What goes into an output folder.

    Attributes
    ----------
    words : str
        What is being written, for a person who waits.
    write : callable
        Writes a plan into an empty folder.
    """

    words: str
    write: Callable[[Plan, Path], None]

    def replace(self, made: Plan, out: Path) -> None:
        """Put the folder in its place in one step.

        Raises
        ------
        OutputError
            As `replace_folder`.
        """
        replace_folder(out, partial(self.write, made))


def folder_content(file: PlanFile, *, only: str, with_pack: bool, fund: str, command: Sequence[str]) -> FolderContent:
    """What is asked for, as `MadePlan.to_folder` says it.

    Raises
    ------
    CommandError, PlanFileError
        NOT_A_PART: `only` names none. Those of `chosen_fund`.
    """
    if only not in ("", _PAGES, _PACK):
        raise CommandError(fault("NOT_A_PART", value=str(only)))
    if only == _PAGES:
        return FolderContent(words="Writing the pages", write=partial(_write_pages, file=file, command=command))
    rules = chosen_fund(file.parameters, folder=file.path.parent, asked=fund) if with_pack or only else None
    if only == _PACK and rules:
        write = partial(_write_pack_alone, file=file, command=command, fund=rules)
        return FolderContent(words="Writing the bid pack", write=write)
    words = "Writing pages, tables and maps" + (", and the bid pack" if rules else "")
    return FolderContent(words=words, write=partial(write_plan, file=file, command=command, fund=rules))


def write_plan(made: Plan, folder: Path, *, file: PlanFile, command: Sequence[str], fund: Fund | None = None) -> None:
    """Write every output of a plan into an empty folder; the bid pack where a fund is given.

    The pack is made in a thread beside the pages: its pictures and its PDF are set by typst, which leaves Python's
    lock to others.
    """
    with ThreadPoolExecutor(max_workers=1) as beside:
        record = manifest(made, command=command, plan_file_sha256=file.sha256)
        pack = None
        if fund:
            at = folder / _PACK
            pack = beside.submit(_write_pack, made, at, fund=fund, digest=file.sha256, record=record)
        records = {"datapackage.json": data_package(made), "manifest.json": record}
        content = OutputContent(plan=made, layers=gis_layers(made), records=records)
        write_formats(content, folder, part="output")
        if pack:
            pack.result()


def _write_pages(made: Plan, folder: Path, *, file: PlanFile, command: Sequence[str]) -> None:
    record = manifest(made, command=command, plan_file_sha256=file.sha256)
    write_files(folder, pages(made) | {"manifest.json": record})


def _write_pack_alone(made: Plan, folder: Path, *, file: PlanFile, command: Sequence[str], fund: Fund) -> None:
    record = manifest(made, command=command, plan_file_sha256=file.sha256)
    _write_pack(made, folder, fund=fund, digest=file.sha256, record=record)


def _write_pack(made: Plan, folder: Path, *, fund: Fund, digest: str, record: str) -> None:
    from connected_place.maps.pack import write_pack

    write_pack(made, folder, fund=fund, plan_file_sha256=digest, record=record)
