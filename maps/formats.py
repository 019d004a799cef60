"""Every format that a plan is written in: one table with the writer, the media type, the folders and the columns."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Literal

from connected_place.coverage.plan import Plan
from connected_place.maps.document import Document
from connected_place.maps.gis import (
    PARQUET_LAYERS,
    GisLayer,
    geoparquet_files,
    kml_bytes,
    rasters,
    with_shape,
    wkt_tables,
    write_geopackage,
)
from connected_place.maps.page import pages
from connected_place.maps.pictures import Picture
from connected_place.maps.tables import TableText, csv_tables, plan_tables
from connected_place.maps.workbook import workbook_bytes

WORD_FILE = "bid_pack.docx"
PDF_FILE = "bid_pack.pdf"
_WORKBOOK_FILE = "bid_pack.xlsx"
_GEOPACKAGE_FILE = "plan.gpkg"
PICTURES_FOLDER = "pictures"

Described = Mapping[str, object]
"""What one table is: its `title` where it has one, and its Frictionless `schema`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OutputContent:
    """What the writers of a folder print, each part made once.

    Attributes
    ----------
    plan : Plan
    layers : tuple of GisLayer
        Of the plan.
    records : mapping of file name to text
        JSON for machines: the manifest, the register of figures.
    pictures : sequence of Picture
    document : Document or None
        None: there is none, and neither Word nor PDF.
    with_kml : bool
        Whether a fund asks for KML.
    """

    plan: Plan
    layers: tuple[GisLayer, ...]
    records: Mapping[str, str] = field(default_factory=dict)
    pictures: Sequence[Picture] = ()
    document: Document | None = None
    with_kml: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class OutputFormat:
    """One format. Every attribute must be stated: a format that is half described cannot be made.

    Attributes
    ----------
    key : str
    ending : str
        Of its files.
    media_type : str
        As IANA or the format's own standard names it.
    output, pack : str or None
        Folder below the output folder and below the bid pack, "" for the folder itself. None: not written there.
    write : callable of OutputContent and Path
        Writes its files into that folder.
    tables : callable of OutputContent, or None
        What each of its files is, by name, where a file is one table. None: its files are none, or describe their
        tables themselves.
    """

    key: str
    ending: str
    media_type: str
    output: str | None
    pack: str | None
    write: Callable[[OutputContent, Path], None]
    tables: Callable[[OutputContent], Mapping[str, Described]] | None

    def __post_init__(self) -> None:
        if not self.media_type or not self.ending.startswith("."):
            raise ValueError(f"{self.key} needs a media type and an ending: {self.media_type!r}, {self.ending!r}.")


FolderPart = Literal["output", "pack"]


def write_formats(content: OutputContent, folder: Path, *, part: FolderPart) -> None:
    """Write a plan in every format of the output folder, or of the bid pack.

    Parameters
    ----------
    content : OutputContent
    folder : Path
        Made if it does not exist.
    part : "output" or "pack"

    Raises
    ------
    OSError
        The disk does not take it.

    Notes
    -----
    The PDF is set beside the rest: typst leaves Python's lock to others.
    """
    with ThreadPoolExecutor(max_workers=1) as beside:
        waiting: list[Future[None]] = []
        for item, place in _written_in(part):
            if item.key in _BESIDE:
                waiting.append(beside.submit(item.write, content, folder / place))
            else:
                item.write(content, folder / place)
        for done in waiting:
            done.result()


def described_tables(content: OutputContent, *, part: FolderPart) -> dict[str, Described]:
    """What each file is that is one table, by its path below the folder."""
    return {
        (PurePosixPath(place) / name).as_posix(): described
        for item, place in _written_in(part)
        if item.tables
        for name, described in item.tables(content).items()
    }


def media_type_of(name: str) -> str:
    """The media type of a file by its ending.

    Raises
    ------
    KeyError
        No format has that ending.

    Examples
    --------
    >>> media_type_of("gis/areas.parquet")
    'application/vnd.apache.parquet'
    """
    return {item.ending: item.media_type for item in OUTPUT_FORMATS}[PurePosixPath(name).suffix]


def _written_in(part: FolderPart) -> Iterator[tuple[OutputFormat, str]]:
    """The formats of a folder, and where in it each is written."""
    for item in OUTPUT_FORMATS:
        place = item.output if part == "output" else item.pack
        if place is not None:
            yield item, place


_Made = Mapping[str, str] | Mapping[str, bytes] | Iterator[tuple[str, bytes]]


def _files(make: Callable[[OutputContent], _Made]) -> Callable[[OutputContent, Path], None]:
    """A writer of files that are made in memory, by their paths below the folder; one at a time where it can be."""

    def write(content: OutputContent, folder: Path) -> None:
        files = make(content)
        for name, made in files.items() if isinstance(files, Mapping) else files:
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(made.encode("utf-8") if isinstance(made, str) else made)

    return write


def _geopackage(content: OutputContent, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    headline = content.plan.parameters.gaps.headline
    write_geopackage(content.layers, folder / _GEOPACKAGE_FILE, headline=headline)


def _word(content: OutputContent, folder: Path) -> None:
    from connected_place.maps.printing import word_bytes

    if content.document is not None:
        (folder / WORD_FILE).write_bytes(word_bytes(content.document, folder=folder))


def _pdf(content: OutputContent, folder: Path) -> None:
    from connected_place.maps.printing import pdf_bytes

    if content.document is not None:
        (folder / PDF_FILE).write_bytes(pdf_bytes(content.document, folder=folder))


def _kml(content: OutputContent) -> Mapping[str, bytes]:
    return {"sites.kml": kml_bytes(content.plan)} if content.with_kml else {}


def _csv_tables(content: OutputContent) -> Mapping[str, Described]:
    tables = plan_tables(content.plan)
    return {f"{name}.csv": _described(table.text) for name, table in tables.items() if table.text.is_csv}


def _layer_tables(ending: str, shape: str) -> Callable[[OutputContent], Mapping[str, Described]]:
    """What the layers are as tables with their shape, "geometry" or "wkt", as a column."""

    def tables(content: OutputContent) -> Mapping[str, Described]:
        kept = [layer for layer in content.layers if ending != ".parquet" or layer.name in PARQUET_LAYERS]
        return {f"{layer.name}{ending}": _described(with_shape(layer.text, shape)) for layer in kept}

    return tables


def _described(text: TableText) -> Described:
    return {"title": text.title, "schema": text.schema}


def _pictures(ending: Literal["png", "svg", "pdf"]) -> Callable[[OutputContent, Path], None]:
    return _files(lambda content: {f"{item.stem}.{ending}": getattr(item, ending) for item in content.pictures})


_BESIDE = ("pdf",)

OUTPUT_FORMATS = (
    OutputFormat(
        key="pages", ending=".html", media_type="text/html", output="", pack=None, tables=None,
        write=_files(lambda content: pages(content.plan)),
    ),
    OutputFormat(
        key="picture_png", ending=".png", media_type="image/png", output=None, pack=PICTURES_FOLDER, tables=None,
        write=_pictures("png"),
    ),
    OutputFormat(
        key="picture_svg", ending=".svg", media_type="image/svg+xml", output=None, pack=PICTURES_FOLDER, tables=None,
        write=_pictures("svg"),
    ),
    OutputFormat(
        key="picture_pdf", ending=".pdf", media_type="application/pdf", output=None, pack=PICTURES_FOLDER, tables=None,
        write=_pictures("pdf"),
    ),
    OutputFormat(
        key="pdf", ending=".pdf", media_type="application/pdf", output=None, pack="", tables=None, write=_pdf,
    ),
    OutputFormat(
        key="word", ending=".docx", output=None, pack="", tables=None, write=_word,
        media_type="application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ),
    OutputFormat(
        key="workbook", ending=".xlsx", output=None, pack="", tables=None,
        media_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        write=_files(lambda content: {_WORKBOOK_FILE: workbook_bytes(content.plan, content.pictures)}),
    ),
    OutputFormat(
        key="csv", ending=".csv", media_type="text/csv", output="", pack="tables", tables=_csv_tables,
        write=_files(lambda content: csv_tables(content.plan)),
    ),
    OutputFormat(
        key="csv_with_shapes", ending=".csv", media_type="text/csv", output=None, pack="gis",
        tables=_layer_tables("_wkt.csv", "wkt"), write=_files(lambda content: wkt_tables(content.layers)),
    ),
    OutputFormat(
        key="geoparquet", ending=".parquet", media_type="application/vnd.apache.parquet", output=None, pack="gis",
        tables=_layer_tables(".parquet", "geometry"), write=_files(lambda content: geoparquet_files(content.layers)),
    ),
    OutputFormat(
        key="geopackage", ending=".gpkg", media_type="application/geopackage+sqlite3", output="", pack="gis",
        tables=None, write=_geopackage,
    ),
    OutputFormat(
        key="kml", ending=".kml", media_type="application/vnd.google-earth.kml+xml", output=None, pack="gis",
        tables=None, write=_files(_kml),
    ),
    OutputFormat(
        key="geotiff", ending=".tif", media_type="image/tiff; application=geotiff", output="", pack=None, tables=None,
        write=_files(lambda content: rasters(content.plan)),
    ),
    OutputFormat(
        key="records", ending=".json", media_type="application/json", output="", pack="", tables=None,
        write=_files(lambda content: content.records),
    ),
)  # fmt: skip
"""In the order of writing: what a document shows comes before it."""
