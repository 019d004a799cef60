"""Make a plan and write its folder: everything, or only the pages."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from connected_place.api import open_plan
from connected_place.maps.words import gap_statements, statements

if TYPE_CHECKING:
    from connected_place.coverage.plan import Plan


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
    made = open_plan(place, progress=True).to_folder(out, with_pack=with_pack, command=command)
    print(_summary(made.record))
    print(f"Open {(out / 'index.html').resolve()}")
    return 0


def make_pages(place: Path, out: Path, *, command: Sequence[str]) -> int:
    """Read, plan and write only the pages and the manifest.

    Parameters and errors as in `make`.
    """
    open_plan(place, progress=True).to_folder(out, only="pages", command=command)
    print(f"Open {(out / 'index.html').resolve()}")
    return 0


def _summary(made: Plan) -> str:
    """The result, in three lines."""
    place, tier = made.parameters.place, made.parameters.gaps.headline
    mark = "Illustrative: invented data, not a real place. " if place.illustrative else ""
    gap = gap_statements.gap_sentence(made.borough, tier, made.reporting)
    lines = [
        f"{mark}{place.name}: {gap}",
        *gap_statements.reporting_sentences(made.reporting),
        statements.shortlist_sentence(made),
    ]
    return "\n".join(lines)
