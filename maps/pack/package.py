"""What the pack holds, for machines: every file with its hash, every column with its meaning, sources and licences."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path

from connected_place.coverage.plan import Plan
from connected_place.gis_data.layers import Provenance
from connected_place.maps.gis import PARQUET_LAYERS, gis_layers, with_shape
from connected_place.maps.tables import TableText, plan_tables

PACKAGE_FILE = "datapackage.json"
MEDIA_TYPES = {
    ".csv": "text/csv",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".gpkg": "application/geopackage+sqlite3",
    ".html": "text/html",
    ".json": "application/json",
    ".kml": "application/vnd.google-earth.kml+xml",
    ".parquet": "application/vnd.apache.parquet",
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
OPEN_LICENCE = {
    "name": "OGL-UK-3.0",
    "title": "Open Government Licence v3.0",
    "path": "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/",
}


def pack_package(plan: Plan, folder: Path) -> str:
    """The Frictionless description of a pack's folder.

    Parameters
    ----------
    plan : Plan
    folder : Path
        With every file of the pack but the description itself.

    Notes
    -----
    Data Package 1.0: a resource a file, with `bytes` and `hash`; tables have a schema with the meaning and unit of each
    column. A source's `sha256`, `vintage` and rows are further properties, which the standard allows.
    """
    place = plan.parameters.place
    mark = "Illustrative: invented data, not a real place. " if place.illustrative else ""
    described = _described(plan)
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != PACKAGE_FILE)
    package = {
        "name": "connected-place-pack",
        "title": f"{mark}Bid pack: {place.name}",
        "licenses": _licences(plan.provenance),
        "sources": [_source(item) for item in plan.provenance],
        "resources": [_resource(path, folder, described) for path in files],
    }
    return json.dumps(package, indent=2, ensure_ascii=False) + "\n"


def _resource(path: Path, folder: Path, described: Mapping[str, TableText]) -> dict[str, object]:
    """A file, with its columns where it is one of our tables."""
    content = path.read_bytes()
    name = path.relative_to(folder).as_posix()
    found: dict[str, object] = {
        "name": name.lower().replace("/", "-").replace(".", "-").replace("_", "-"),
        "path": name,
        "format": path.suffix.removeprefix("."),
        "mediatype": MEDIA_TYPES.get(path.suffix, "application/octet-stream"),
        "bytes": len(content),
        "hash": f"sha256:{hashlib.sha256(content).hexdigest()}",
    }
    text = described.get(path.name)
    return found if text is None else found | {"title": text.title, "schema": text.schema}


def _described(plan: Plan) -> dict[str, TableText]:
    """What our tables are, by the names of their files."""
    layers = [layer.text for layer in gis_layers(plan)]
    return {
        **{f"{name}.csv": table.text for name, table in plan_tables(plan).items() if table.text.is_csv},
        **{f"{text.name}_wkt.csv": with_shape(text, "wkt") for text in layers},
        **{f"{text.name}.parquet": with_shape(text, "geometry") for text in layers if text.name in PARQUET_LAYERS},
    }


def _source(item: Provenance) -> dict[str, object]:
    return {
        "title": item.title,
        "path": item.page,
        "file": item.file,
        "sha256": item.sha256,
        "vintage": item.vintage,
        "licence": item.licence,
        "attribution": item.attribution,
        "rows_read": item.rows_read,
        "rows_used": item.rows_used,
    }


def _licences(provenance: Iterable[Provenance]) -> list[dict[str, str]]:
    """Each licence of the sources once; those that are not open are told in their own words."""
    titles = dict.fromkeys(item.licence for item in provenance if item.licence)
    return [OPEN_LICENCE if title == OPEN_LICENCE["title"] else {"name": "other", "title": title} for title in titles]
