"""Public buildings and street furniture that could host public Wi-Fi: the candidates."""

from __future__ import annotations

import re
from collections.abc import Mapping

import geopandas as gpd
import pandas as pd

from connected_place.gis_data.catalogue import Source, point_sources
from connected_place.gis_data.crs import METRES, points
from connected_place.gis_data.errors import DataError, Fault, fault
from connected_place.gis_data.files import InputFile
from connected_place.gis_data.layers import Layer, SourceFile, provenance
from connected_place.gis_data.readers.placed_tables import LENIENT, axes_by_size, is_layer, layer_as_table
from connected_place.gis_data.readers.venues.closing import closed_rows
from connected_place.gis_data.readers.venues.kinds import guesses_text, kinds_of
from connected_place.gis_data.readers.venues.layouts import LAYOUTS
from connected_place.gis_data.shapes import read_shapes
from connected_place.gis_data.tabular import (
    TextTable,
    check_columns,
    header_key,
    raise_if_blocked,
    read_asked,
)

VENUE_SOURCES = point_sources("venues")
"""Kinds of file that list venues."""

HOSTS = {
    "primary education": "school",
    "secondary education": "school",
    "non state primary education": "school",
    "non state secondary education": "school",
    "special needs education": "school",
    "further education": "school",
    "higher or university education": "school",
    "hospital": "health",
    "hospice": "health",
    "medical care accommodation": "health",
    "bus station": "station",
    "coach station": "station",
    "railway station": "station",
}
"""Ordnance Survey's types of place (Open Names LOCAL_TYPE, OpenMap Local classification) with a building that could
host Wi-Fi, and our kind of each."""

_STATUSES = {
    "open": "",
    "open, but proposed to close": "",
    "proposed to open": "not open yet",
    "closed": "closed",
    "a": "",
    "active": "",
    "p": "not open yet",
    "d": "closed",
    "c": "closed",
    "inactive": "closed",
}
"""EstablishmentStatus of schools and Status Code of practices (A active, C closed, D dormant, P proposed): why a row is
set aside, or nothing."""

STATUS_UNKNOWN = "status neither open nor closed"
"""Why a row is set aside: it may be a ruin, or a place that opens next year."""

GP_PRACTICE = "4"
"""Prescribing setting of a GP practice; the other codes are clinics, prisons and services without a building."""

LIBRARY_CLOSED = frozenset({"xl", "xlr", "xlt"})
"""Types of library in the published schema: closed, closed and replaced, temporarily closed."""

DOCTOR = re.compile(r"\b(?:drs?|doctors?)\b", re.IGNORECASE)
"""A practice that bears a doctor's name; persons stay out of the outputs."""


def read_venues(entry: Source, file: InputFile, asked: SourceFile) -> Layer:
    """Read candidates of any table.

    Returns
    -------
    Layer, GeoDataFrame in EPSG:27700 indexed by `site_id`
        `name`, `kind`, `postcode` (may be empty), `row` (of the file), geometry (None: only a postcode is known). What
        is closed, is not a building that stays in one place, has a status that says neither open nor closed, or has
        neither position nor postcode is set aside.

    Raises
    ------
    DataError
        STATUS_UNKNOWN where most of the statuses are unknown, SITE_DUPLICATE and those of `text_tables`,
        `vector_files`, `schema` and `crs`.
    """
    table, crs = layer_as_table(entry, file, asked) if is_layer(file) else (_table(entry, file, asked), "")
    checked = check_columns(table, entry.columns, mapping=asked.columns, lenient=LENIENT)
    frame = axes_by_size(checked.frame)
    places, faults = points(frame, file=file.name, rows_may_lack=True)
    unclear = _unknown_status(frame)
    faults = [*checked.faults, *faults, *(_status_faults(frame, unclear, file.name) if "name" in frame else [])]
    raise_if_blocked(faults)
    crs = crs or (METRES if "easting" in frame else "EPSG:4326" if "longitude" in frame else "")
    venues, guessed = _venues(entry, frame, places, kind_of_all=asked.kind_of_all)
    aside = _set_aside(frame, asked.release)
    aside = aside.mask((aside == "") & unclear, STATUS_UNKNOWN)
    return _layer(
        entry,
        file,
        asked,
        venues=venues,
        aside=aside,
        warnings=(
            *(*table.warnings, *faults),
            *_closing_unclear(frame, file.name),
            *_kinds_guessed(venues[guessed & (aside == "")], file.name),
        ),
        crs=crs,
    )


def read_functional_sites(entry: Source, file: InputFile, asked: SourceFile) -> Layer:
    """Read the functional sites of OS OpenMap Local: schools, hospitals and stations, each at a point inside it.

    Returns
    -------
    Layer
        As `read_venues` gives it.

    Raises
    ------
    DataError
        COLUMN_MISSING, SITE_DUPLICATE and those of `vector_files`.
    """
    shapes = read_shapes(file)
    by_key = {header_key(str(name)): str(name) for name in shapes.frame.columns}
    text = {}
    for column in entry.columns:
        header = next((by_key[header_key(s)] for s in column.spellings if header_key(s) in by_key), None)
        if header is None:
            raise DataError(_missing(column.spellings[0], list(by_key.values()), file.name))
        text[column.name] = shapes.frame[header].astype("str").replace({"None": "", "nan": ""}).str.strip()
    frame = pd.DataFrame(text, index=shapes.frame.index)
    frame["name"] = frame["name"].where(frame["name"] != "", frame["place_type"])
    return _layer(
        entry,
        file,
        asked,
        venues=_venues(entry, frame, shapes.frame.geometry.representative_point(), kind_of_all=asked.kind_of_all)[0],
        aside=_set_aside(frame, asked.release),
        warnings=shapes.faults,
        crs=shapes.crs,
    )


def _table(entry: Source, file: InputFile, asked: SourceFile) -> TextTable:
    known = entry.headers(asked.columns)
    return read_asked(file, asked, known_headers=known, wanted=known, layout=LAYOUTS.get(entry.id))


def _layer(
    entry: Source,
    file: InputFile,
    asked: SourceFile,
    *,
    venues: gpd.GeoDataFrame,
    aside: pd.Series,
    warnings: tuple[Fault, ...],
    crs: str,
) -> Layer:
    """The venues that are used, with ids, and the count of the others by reason."""
    placeless = venues.geometry.isna() & (venues["postcode"] == "")
    reasons = aside.mask((aside == "") & placeless, "neither position nor postcode")
    again = (reasons == "") & _repeats(venues)
    reasons = reasons.mask(again, "repeats another row")
    used = venues[reasons == ""]
    used = used.assign(site_id=_site_ids(entry.id, used), row=used.index)
    raise_if_blocked(_same_ids(used, file.name))
    return Layer(
        frame=used.set_index("site_id").sort_index(),
        level="site",
        warnings=(*warnings, *_repeated(tuple(venues.index[again]), file.name)),
        provenance=provenance(
            entry,
            file,
            vintage=asked.release or "not stated",
            rows_used=len(used),
            set_aside={str(why): count for why, count in reasons[reasons != ""].value_counts().sort_index().items()},
            crs=crs,
        ),
    )


def _set_aside(frame: pd.DataFrame, stated_release: str) -> pd.Series:
    """Why a row is not a candidate; empty for those that are."""
    tests: Mapping[str, pd.Series] = {
        "no place that could host Wi-Fi": ~_lower(frame, "place_type").isin(HOSTS),
        "land without a building": _lower(frame, "asset_class") == "land",
        "mobile library": _lower(frame, "library_type").str.contains("mobile"),
        "not a GP practice": ~_lower(frame, "setting").isin(["", GP_PRACTICE]),
    }
    reasons = pd.Series("", index=frame.index)
    for reason, applies in tests.items():
        if reason != "no place that could host Wi-Fi" or "place_type" in frame:
            reasons = reasons.mask((reasons == "") & applies, reason)
    return reasons.mask(reasons == "", _closed(frame, stated_release))


def _closed(frame: pd.DataFrame, stated_release: str) -> pd.Series:
    """From the status, or a date of closing where there is no status: open schools may have one to come."""
    if "status" in frame:
        return _lower(frame, "status").map(_STATUSES).fillna("")
    closed, _ = closed_rows(_lower(frame, "closed"), stated_release)
    is_closed = closed | _lower(frame, "library_type").isin(LIBRARY_CLOSED)
    return pd.Series("", index=frame.index).mask(is_closed, "closed")


def _closing_unclear(frame: pd.DataFrame, file: str) -> list[Fault]:
    """A warning where a column of closing says neither closed nor open, and no status does."""
    if "status" in frame or "closed" not in frame:
        return []
    _, unclear = closed_rows(frame["closed"])
    rows = tuple(frame.index[unclear])
    if not rows:
        return []
    value = str(frame["closed"].loc[rows[0]])
    return [fault("CLOSED_UNCLEAR", file=file, column="closed", rows=rows, value=value, blocks=False, count=len(rows))]


def _kinds_guessed(venues: gpd.GeoDataFrame, file: str) -> list[Fault]:
    """A warning that lists the kinds guessed from names."""
    if not len(venues):
        return []
    guesses = guesses_text(venues["kind"], venues["name"])
    rows = tuple(venues.index)
    return [fault("KIND_GUESSED", file=file, rows=rows, blocks=False, count=len(venues), guesses=guesses)]


def _lower(frame: pd.DataFrame, name: str) -> pd.Series:
    """A column in small letters; blank where the file has none."""
    return frame[name].str.casefold() if name in frame else pd.Series("", index=frame.index)


def _venues(
    entry: Source, frame: pd.DataFrame, places: gpd.GeoSeries, *, kind_of_all: str
) -> tuple[gpd.GeoDataFrame, pd.Series]:
    """The columns of the layer, and where the kind is guessed from the name."""
    nothing = pd.Series("", index=frame.index)
    site_id = frame.get("site_id", nothing)
    named = frame["name"]
    if entry.venue_kind == "health":
        named = named.mask(named.str.contains(DOCTOR), ("GP practice " + site_id).str.strip())
    kinds, guessed = _kinds(entry, frame, kind_of_all)
    columns = {"site_id": site_id, "name": named, "kind": kinds, "postcode": frame.get("postcode", nothing)}
    return gpd.GeoDataFrame(columns, geometry=places, crs=METRES), guessed


def _kinds(entry: Source, frame: pd.DataFrame, kind_of_all: str) -> tuple[pd.Series, pd.Series]:
    """By plan.toml, the source, the type of place, or the council's own word; by the name where that is blank."""
    never = pd.Series(data=False, index=frame.index)
    stated = kind_of_all or entry.venue_kind
    if stated:
        return pd.Series(stated, index=frame.index, dtype="str"), never
    if "place_type" in frame:
        return _lower(frame, "place_type").map(HOSTS).fillna("other"), never
    words = frame.get("kind", pd.Series("", index=frame.index, dtype="str"))
    return kinds_of(words, frame["name"])


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


def _repeats(venues: gpd.GeoDataFrame) -> pd.Series:
    """True for a row that says the same as one above it."""
    where = venues.geometry.map(lambda place: f"{place.x} {place.y}" if place else "")
    return pd.DataFrame(venues.drop(columns="geometry").assign(where=where)).duplicated()


def _repeated(rows: tuple[int, ...], file: str) -> list[Fault]:
    if not rows:
        return []
    return [fault("KEY_DUPLICATE_IDENTICAL.rows", file=file, rows=rows, blocks=False, count=len(rows))]


def _same_ids(frame: gpd.GeoDataFrame, file: str) -> list[Fault]:
    same = frame[frame["site_id"].duplicated(keep=False)]
    if not len(same):
        return []
    return [
        fault(
            "SITE_DUPLICATE.rows",
            file=file,
            rows=tuple(same.index),
            value=str(same["site_id"].iloc[0]),
            count=same["site_id"].nunique(),
        )
    ]


def _unknown_status(frame: pd.DataFrame) -> pd.Series:
    """True where a status says neither open nor closed."""
    status = _lower(frame, "status")
    return (status != "") & ~status.isin(_STATUSES)


def _status_faults(frame: pd.DataFrame, unclear: pd.Series, file: str) -> list[Fault]:
    """A warning on rows set aside for their status; a blocking fault where most are, as of a column misread."""
    rows = tuple(frame.index[unclear])
    if not rows:
        return []
    blocks = 2 * len(rows) > int((frame["status"] != "").sum())
    value, total = str(frame["status"].loc[rows[0]]), int((frame["status"] != "").sum())
    return [
        fault(
            "STATUS_UNKNOWN.venues" if blocks else "STATUS_UNKNOWN.aside",
            file=file,
            column="status",
            rows=rows,
            value=value,
            blocks=blocks,
            count=len(rows),
            total=total,
        )
    ]


def _missing(wanted: str, headers: list[str], file: str) -> Fault:
    return fault("COLUMN_MISSING.attribute", file=file, column=wanted, present=", ".join(headers[:12]))
