"""A machine-readable description of the pack: files with hashes, columns with meanings, sources and licences."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path

from connected_place.gis_data.layers import Provenance
from connected_place.maps.formats import Described, OutputContent, described_tables, media_type_of

PACKAGE_FILE = "datapackage.json"
OPEN_LICENCE = {
    "name": "OGL-UK-3.0",
    "title": "Open Government Licence v3.0",
    "path": "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/",
}


def pack_package(content: OutputContent, folder: Path) -> str:
    """The Frictionless description of a pack's folder.

    Parameters
    ----------
    content : OutputContent
        What the pack was written from.
    folder : Path
        With every file of the pack except the description itself.

    Notes
    -----
    Data Package 1.0: one resource for each file, with `bytes` and `hash`; tables have a schema with each column's
    meaning and unit. A source's `sha256`, `vintage` and rows are extra properties, which the standard allows.
    """
    plan = content.plan
    place, tables = plan.parameters.place, described_tables(content, part="pack")
    mark = "Illustrative: invented data, not a real place. " if place.illustrative else ""
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != PACKAGE_FILE)
    package = {
        "name": "connected-place-pack",
        "title": f"{mark}Bid pack: {place.name}",
        "licenses": _licences(plan.provenance),
        "sources": [_source(item) for item in plan.provenance],
        "resources": [_resource(path, folder, tables) for path in files],
    }
    return json.dumps(package, indent=2, ensure_ascii=False) + "\n"


def _resource(path: Path, folder: Path, tables: Mapping[str, Described]) -> dict[str, object]:
    """A file, with its columns where it is a table."""
    content = path.read_bytes()
    name = path.relative_to(folder).as_posix()
    return {
        "name": name.lower().replace("/", "-").replace(".", "-").replace("_", "-"),
        "path": name,
        "format": path.suffix.removeprefix("."),
        "mediatype": media_type_of(name),
        "bytes": len(content),
        "hash": f"sha256:{hashlib.sha256(content).hexdigest()}",
        **tables.get(name, {}),
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
    """Each licence of the sources once; those that are not open keep their own titles."""
    titles = dict.fromkeys(item.licence for item in provenance if item.licence)
    return [OPEN_LICENCE if title == OPEN_LICENCE["title"] else {"name": "other", "title": title} for title in titles]
