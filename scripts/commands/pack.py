"""Make the bid pack of a plan, for a fund."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from connected_place.api import open_plan


def pack(place: Path, out: Path, *, asked: str, command: Sequence[str]) -> int:
    """Read, plan and write only the pack.

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
    open_plan(place, progress=True).to_folder(out, only="pack", fund=asked, command=command)
    print(f"Open {(out / 'bid_pack.pdf').resolve()} or bid_pack.docx in the same folder")
    return 0
