"""Make the bid pack of a plan, for a fund."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from pathlib import Path

from connected_place.coverage.plan import Plan
from connected_place.maps.folder import manifest
from connected_place.maps.pack import Fund, chosen_fund
from connected_place.scripts.api import plan_file_hash, written
from connected_place.scripts.config import PlanFile, read_plan_file


def pack(place: Path, out: Path, *, asked: str, command: Sequence[str]) -> int:
    """Read, plan and write the pack alone.

    Parameters
    ----------
    place : Path
        Folder with a plan.toml, or that file.
    out : Path
    asked : str
        Name or file of a fund; empty: the one that plan.toml names.
    command : sequence of str
        For the manifest.

    Raises
    ------
    ConnectedPlaceError
    """
    file = read_plan_file(place)
    rules = chosen_fund(file.parameters.pack, folder=file.path.parent, asked=asked)
    written(
        file,
        out,
        words="Writing the bid pack",
        write=functools.partial(_write, rules=rules, file=file, command=command),
    )
    print(f"Open {(out / 'bid_pack.pdf').resolve()} or bid_pack.docx beside it")
    return 0


def _write(made: Plan, folder: Path, *, rules: Fund, file: PlanFile, command: Sequence[str]) -> None:
    from connected_place.maps.pack import write_pack

    digest = plan_file_hash(file)
    record = manifest(made, command=command, plan_file_sha256=digest)
    write_pack(made, folder, fund=rules, plan_file_sha256=digest, record=record)
