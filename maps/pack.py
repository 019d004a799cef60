"""The bid pack: documents, pictures, tables and the register of figures, in one folder."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from connected_place.coverage.plan import Plan
from connected_place.maps.bid import Bid
from connected_place.maps.case_figures import case_figures
from connected_place.maps.document import PictureBlock, figures_in
from connected_place.maps.figures import FILE, figures_json
from connected_place.maps.funds import Fund
from connected_place.maps.output_folder import write_files
from connected_place.maps.pack_content import pack_document
from connected_place.maps.picture_formats import DPI
from connected_place.maps.pictures import pictures
from connected_place.maps.plan_figures import plan_figures
from connected_place.maps.tagged_pdf import pdf_bytes

WORD = "bid_pack.docx"
PDF = "bid_pack.pdf"
PICTURES = "pictures"
WIDEST_UPRIGHT_IN = 8.0
"""Pictures wider than this, inches, would have letters too small to read on an upright page."""


def write_pack(plan: Plan, folder: Path, *, fund: Fund, plan_file_sha256: str) -> None:
    """Write the pack of a plan into a folder.

    Parameters
    ----------
    plan : Plan
    folder : Path
        Made where it is not there.
    fund : Fund
    plan_file_sha256 : str
        Hash of plan.toml, for the register of figures.
    """
    from connected_place.maps.word import word_bytes

    folder.mkdir(parents=True, exist_ok=True)
    known = plan_figures(plan)
    figures = known | case_figures(plan, known)
    bid = Bid(plan=plan, fund=fund, figures=figures, pictures=_pictures(plan, folder))
    document = pack_document(bid)
    (folder / WORD).write_bytes(word_bytes(document, folder=folder))
    (folder / PDF).write_bytes(pdf_bytes(document, folder=folder))
    printed: dict[str, dict[str, None]] = {}
    for figure, place in figures_in(document):
        printed.setdefault(figure.id, {})[place] = None
    register = figures_json(
        plan,
        (figure for figure, _ in figures_in(document)),
        printed=printed,
        plan_file_sha256=plan_file_sha256,
    )
    write_files(folder, {FILE: register})


def _pictures(plan: Plan, folder: Path) -> Mapping[str, PictureBlock]:
    """Draw the pictures into the folder; each as a block by its name."""
    drawn = pictures(plan)
    for picture in drawn:
        for ending, content in (("png", picture.png), ("svg", picture.svg), ("pdf", picture.pdf)):
            path = folder / PICTURES / f"{picture.stem}.{ending}"
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(content)
    return {
        picture.name: PictureBlock(
            file=f"{PICTURES}/{picture.stem}.png",
            caption=f"Figure {picture.number}: {picture.title}",
            alt=picture.alt,
            is_wide=_width_in(picture.png) > WIDEST_UPRIGHT_IN,
        )
        for picture in drawn
    }


def _width_in(png: bytes) -> float:
    """Width of a PNG on paper, inches."""
    return int.from_bytes(png[16:20], "big") / DPI
