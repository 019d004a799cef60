"""The bid pack: documents, pictures, tables and the register of figures, in one folder."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from connected_place.coverage.plan import Plan
from connected_place.maps.document import PictureBlock, figures_in
from connected_place.maps.figures import REGISTER_FILE, figures_json, plan_figures
from connected_place.maps.folder import write_files
from connected_place.maps.gis import geoparquet_files, kml_bytes, wkt_tables, write_geopackage
from connected_place.maps.pack.bid import Bid
from connected_place.maps.pack.content import pack_document
from connected_place.maps.pack.funds import Fund
from connected_place.maps.pack.package import PACKAGE_FILE as PACKAGE
from connected_place.maps.pack.package import pack_package
from connected_place.maps.pictures import DPI, Picture, pictures
from connected_place.maps.printing import pdf_bytes
from connected_place.maps.tables import csv_tables
from connected_place.maps.workbook import workbook_bytes

WORD = "bid_pack.docx"
PDF = "bid_pack.pdf"
WORKBOOK = "bid_pack.xlsx"
MANIFEST = "manifest.json"
_PICTURES, _TABLES, GIS = "pictures", "tables", "gis"
"""Folders of the pack."""

WIDEST_UPRIGHT_IN = 8.0
"""Pictures wider than this, inches, would have letters too small to read on an upright page."""


def write_pack(plan: Plan, folder: Path, *, fund: Fund, plan_file_sha256: str, record: str) -> None:
    """Write the pack of a plan into a folder.

    Parameters
    ----------
    plan : Plan
    folder : Path
        Made where it is not there.
    fund : Fund
    plan_file_sha256 : str
        Hash of plan.toml, for the register of figures.
    record : str
        The manifest, as JSON.
    """
    folder.mkdir(parents=True, exist_ok=True)
    drawn = pictures(plan)
    _write_bytes(folder, _picture_files(drawn))
    _write_documents(plan, folder, fund=fund, drawn=drawn, plan_file_sha256=plan_file_sha256)
    tables = {f"{_TABLES}/{name}": text for name, text in csv_tables(plan).items()}
    shapes = {f"{GIS}/{name}": text for name, text in wkt_tables(plan).items()}
    write_files(folder, tables | shapes | {MANIFEST: record})
    _write_bytes(folder, {f"{GIS}/{name}": content for name, content in geoparquet_files(plan).items()})
    _write_bytes(folder, {f"{GIS}/sites.kml": kml_bytes(plan)} if fund.kml else {})
    _write_bytes(folder, {WORKBOOK: workbook_bytes(plan, drawn)})
    write_geopackage(plan, folder / GIS / "plan.gpkg")
    write_files(folder, {PACKAGE: pack_package(plan, folder)})


def _write_documents(plan: Plan, folder: Path, *, fund: Fund, drawn: Sequence[Picture], plan_file_sha256: str) -> None:
    """Word and PDF of one content, and the register of the figures that it prints."""
    from connected_place.maps.printing import word_bytes

    blocks = {picture.name: _block(picture) for picture in drawn}
    bid = Bid(plan=plan, fund=fund, figures=plan_figures(plan), pictures=blocks)
    document = pack_document(bid)
    with ThreadPoolExecutor(max_workers=1) as beside:
        paged = beside.submit(pdf_bytes, document, folder=folder)
        _write_bytes(folder, {WORD: word_bytes(document, folder=folder)})
        _write_bytes(folder, {PDF: paged.result()})
    printed: dict[str, dict[str, None]] = {}
    for figure, place in figures_in(document):
        printed.setdefault(figure.id, {})[place] = None
    figures = [figure for figure, _ in figures_in(document)]
    register = figures_json(
        figures,
        parameters=plan.parameters,
        provenance=plan.provenance,
        printed=printed,
        plan_file_sha256=plan_file_sha256,
    )
    write_files(folder, {REGISTER_FILE: register})


def _picture_files(drawn: Sequence[Picture]) -> dict[str, bytes]:
    """Each picture in its three formats."""
    return {
        f"{_PICTURES}/{picture.stem}.{ending}": content
        for picture in drawn
        for ending, content in (("png", picture.png), ("svg", picture.svg), ("pdf", picture.pdf))
    }


def _block(picture: Picture) -> PictureBlock:
    return PictureBlock(
        file=f"{_PICTURES}/{picture.stem}.png",
        caption=f"Figure {picture.number}: {picture.title}",
        alt=picture.alt,
        is_wide=_width_in(picture.png) > WIDEST_UPRIGHT_IN,
    )


def _write_bytes(folder: Path, files: Mapping[str, bytes]) -> None:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def _width_in(png: bytes) -> float:
    """Width of a PNG on paper, inches."""
    return int.from_bytes(png[16:20], "big") / DPI
