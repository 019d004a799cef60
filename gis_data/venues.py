"""Public buildings and street furniture that could host public Wi-Fi: the candidates."""

from __future__ import annotations

import re

import geopandas as gpd
import pandas as pd

from connected_place.gis_data.catalogue import Source
from connected_place.gis_data.crs import METRES, points
from connected_place.gis_data.errors import Fault
from connected_place.gis_data.input_files import InputFile
from connected_place.gis_data.layers import Layer, SourceFile, provenance
from connected_place.gis_data.schema import check_columns, raise_if_blocked
from connected_place.gis_data.text_tables import read_table

KIND_WORDS = {
    "library": ("librar",),
    "school": ("school", "academy", "college"),
    "health": ("gp", "surgery", "health", "clinic", "hospital", "practice"),
    "street furniture": ("lamp", "column", "cctv", "street furniture", "bus shelter"),
    "community centre": ("community", "village hall", "hub"),
    "leisure": ("leisure", "sport", "pool", "gym"),
    "car park": ("car park",),
    "park": ("park", "pavilion", "recreation"),
    "market": ("market",),
    "council office": ("office", "civic", "town hall", "depot"),
}


def kind_of(text: str) -> str:
    """The kind of a venue from the council's own word for it; "other" where none fits.

    Examples
    --------
    >>> kind_of("CCTV column"), kind_of("Public Library"), kind_of("Cemetery"), kind_of("Car Park")
    ('street furniture', 'library', 'other', 'car park')
    """
    lower = text.casefold()
    return next(
        (kind for kind, words in KIND_WORDS.items() if any(re.search(rf"\b{word}", lower) for word in words)), "other"
    )


def read_venues(entry: Source, file: InputFile, asked: SourceFile) -> Layer:
    """Read candidates of any source.

    Returns
    -------
    Layer, GeoDataFrame in EPSG:27700 indexed by `site_id`
        `name`, `kind`, `postcode` (may be empty), geometry (None: only a postcode is known). Venues closed for good
        and rows with neither position nor postcode are set aside.

    Raises
    ------
    DataError
        SITE_DUPLICATE and those of `text_tables`, `schema` and `crs`.
    """
    table = read_table(
        file, known_headers=[s for column in entry.columns for s in column.spellings] + [*asked.columns.values()]
    )
    checked = check_columns(table, entry.columns, mapping=asked.columns)
    places, faults = points(checked.frame, file=file.name)
    raise_if_blocked([*checked.faults, *faults])
    frame = _venues(entry, checked.frame, places)
    is_open = checked.frame.get("closed", pd.Series("", index=frame.index)) == ""
    is_placed = frame.geometry.notna() | (frame["postcode"] != "")
    used = frame[is_open & is_placed]
    used = used.assign(site_id=_site_ids(entry.id, used))
    raise_if_blocked(_same_ids(used, file.name))
    return Layer(
        frame=used.set_index("site_id").sort_index(),
        level="site",
        warnings=table.warnings,
        provenance=provenance(
            entry,
            file,
            vintage=asked.release or "not stated",
            rows_used=len(used),
            set_aside={
                "closed": int((~is_open).sum()),
                "neither position nor postcode": int((is_open & ~is_placed).sum()),
            },
            crs=METRES if "easting" in checked.frame else "EPSG:4326" if "longitude" in checked.frame else "",
        ),
    )


def _venues(entry: Source, checked: pd.DataFrame, places: gpd.GeoSeries) -> gpd.GeoDataFrame:
    own_kind = checked["kind"].map(kind_of) if "kind" in checked else entry.venue_kind or "other"
    return gpd.GeoDataFrame(
        {
            "site_id": checked.get("site_id", pd.Series("", index=checked.index)),
            "name": checked["name"],
            "kind": own_kind,
            "postcode": checked.get("postcode", pd.Series("", index=checked.index)),
        },
        geometry=places,
        crs=METRES,
    )


def _site_ids(source: str, frame: gpd.GeoDataFrame) -> pd.Series:
    """The publisher's id, with the source before it; a name in small letters where there is none.

    Rows without an id that share a name are told apart by their postcode or position, never by their row, so that
    another order of rows gives the same ids.
    """
    slug = frame["name"].str.casefold().str.replace(r"[^a-z0-9]+", "-", regex=True).str.strip("-").str[:40]
    position = frame.geometry.map(lambda place: f"{place.x:.0f}-{place.y:.0f}" if place else "")
    where = frame["postcode"].str.lower().where(frame["postcode"] != "", position)
    shared = slug.duplicated(keep=False)
    named = slug.where(~shared, slug + "-" + where)
    own = frame["site_id"].where(frame["site_id"] != "", named)
    return own if source == "venues" else f"{source}:" + own


def _same_ids(frame: gpd.GeoDataFrame, file: str) -> list[Fault]:
    same = frame[frame["site_id"].duplicated(keep=False)]
    if not len(same):
        return []
    return [
        Fault(
            code="SITE_DUPLICATE",
            file=file,
            rows=tuple(same.index),
            value=str(same["site_id"].iloc[0]),
            message=f"{same['site_id'].nunique()} site id(s) stand in several rows.",
            remedy="Give each site its own id, or delete the repeated rows.",
        )
    ]
