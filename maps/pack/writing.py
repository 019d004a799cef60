"""The bid pack: documents, pictures, tables and the register of figures, in one folder."""

from __future__ import annotations

from pathlib import Path

from connected_place.coverage.plan import Plan
from connected_place.maps.document import Document, PictureBlock, figures_in
from connected_place.maps.figures import REGISTER_FILE, figures_json, plan_figures
from connected_place.maps.folder import write_files
from connected_place.maps.formats import PICTURES_FOLDER, OutputContent, write_formats
from connected_place.maps.gis import gis_layers
from connected_place.maps.pack.bid import Bid
from connected_place.maps.pack.content import pack_document
from connected_place.maps.pack.funds import Fund
from connected_place.maps.pack.package import PACKAGE_FILE, pack_package
from connected_place.maps.pictures import DPI, Picture, pictures

_MANIFEST = "manifest.json"

_WIDEST_UPRIGHT_IN = 8.0
"""Inches: lettering in a wider picture would be too small to read on a portrait page."""


def write_pack(plan: Plan, folder: Path, *, fund: Fund, plan_file_sha256: str, record: str) -> None:
    """Write the pack of a plan into a folder, in every format of `formats.OUTPUT_FORMATS` that a pack has.

    Parameters
    ----------
    plan : Plan
    folder : Path
        Made if it does not exist.
    fund : Fund
    plan_file_sha256 : str
        Hash of plan.toml, for the register of figures.
    record : str
        The manifest, as JSON.
    """
    drawn = pictures(plan)
    blocks = {picture.name: _block(picture) for picture in drawn}
    document = pack_document(Bid(plan=plan, fund=fund, figures=plan_figures(plan), pictures=blocks))
    register = _register(plan, document, plan_file_sha256=plan_file_sha256)
    content = OutputContent(
        plan=plan,
        layers=gis_layers(plan),
        records={_MANIFEST: record, REGISTER_FILE: register},
        pictures=drawn,
        document=document,
        with_kml=fund.kml,
    )
    write_formats(content, folder, part="pack")
    write_files(folder, {PACKAGE_FILE: pack_package(content, folder)})


def _register(plan: Plan, document: Document, *, plan_file_sha256: str) -> str:
    """The register of the figures that a document prints."""
    printed: dict[str, dict[str, None]] = {}
    for figure, place in figures_in(document):
        printed.setdefault(figure.id, {})[place] = None
    return figures_json(
        [figure for figure, _ in figures_in(document)],
        parameters=plan.parameters,
        provenance=plan.provenance,
        printed=printed,
        plan_file_sha256=plan_file_sha256,
    )


def _block(picture: Picture) -> PictureBlock:
    return PictureBlock(
        file=f"{PICTURES_FOLDER}/{picture.stem}.png",
        caption=f"Figure {picture.number}: {picture.title}",
        alt=picture.alt,
        is_wide=_width_in(picture.png) > _WIDEST_UPRIGHT_IN,
    )


def _width_in(png: bytes) -> float:
    """Width of a PNG on paper, inches."""
    return int.from_bytes(png[16:20], "big") / DPI
