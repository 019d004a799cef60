"""Postcodes and property numbers as points: where premises are, and which postcodes are in use."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

import geopandas as gpd
import pandas as pd

from connected_place.gis_data.catalogue import Column, Source
from connected_place.gis_data.crs import DEGREES, METRES, points
from connected_place.gis_data.errors import Fault, fault
from connected_place.gis_data.files import InputFile
from connected_place.gis_data.layers import Layer, SourceFile, provenance
from connected_place.gis_data.readers.placed_tables import is_layer, layer_as_table, read_placed
from connected_place.gis_data.tabular import (
    Layout,
    TextTable,
    check_columns,
    header_key,
    raise_if_blocked,
    read_asked,
    unique_by,
)

CODE_POINT_OPEN = Layout(
    headers=(
        "Postcode",
        "Positional_quality_indicator",
        "Eastings",
        "Northings",
        "Country_code",
        "NHS_regional_HA_code",
        "NHS_HA_code",
        "Admin_county_code",
        "Admin_district_code",
        "Admin_ward_code",
    ),
    first_cell=r"[A-Z]{1,2}\d[A-Z\d]?\s*\d[A-Z]{2}",
)
"""Ordnance Survey, Code-Point Open, Code-Point_Open_Column_Headers.csv; the area files themselves have no header."""

YEARLY_STEMS = {"output_area": "oa", "lsoa": "lsoa", "authority": "lad", "ward": "wd"}
"""Headers of NSPL and ONSPD that two digits follow, and since 2025 "cd": the year of the codes, new in each release."""

CENSUS_CODES = ("output_area", "lsoa")
"""Levels whose codes are of a census."""

_POSITIONS = frozenset({"northing", "latitude"})
"""One column of each pair, once half pairs are left out."""

NO_POSITION_QUALITY = frozenset({"9", "90"})
"""Grid reference quality of a postcode without a position: 9 in NSPL and ONSPD, 90 in Code-Point Open (with 0, 0)."""


def read_postcodes(entry: Source, file: InputFile, asked: SourceFile) -> Layer:
    """Read a postcode directory: NSPL or ONSPD of any year, or Code-Point Open, as a table or as a layer of points.

    Returns
    -------
    Layer, GeoDataFrame in EPSG:27700 indexed by `postcode` (no blank)
        `live` (bool: in use), `live_known` (False: the file does not say which are, so all count as live; Code-Point
        Open has live ones only), `output_area`, `lsoa`, `authority`,
        `ward` (codes; empty where the file has none), `introduced` ("2016-06"; empty where the file does not say),
        `output_area_year`, `lsoa_year` (census year of these codes, the same for every row: "2011", "2021", or empty),
        geometry.

    Raises
    ------
    DataError
        Those of `text_tables`, `vector_files`, `schema` and `crs`.

    Notes
    -----
    Northern Ireland's positions are on the Irish grid, so its postcodes are set aside.
    """
    known = [spelling for column in entry.columns for spelling in column.spellings]
    wanted = [*known, *_yearly_spellings(), *asked.columns.values()]
    table, crs = (
        layer_as_table(entry, file, asked)
        if is_layer(file)
        else (read_asked(file, asked, layout=CODE_POINT_OPEN, known_headers=known, wanted=wanted), "")
    )
    columns, years = _of_the_latest_year(entry.columns, list(table.frame.columns), asked)
    year = years["output_area"]
    checked = check_columns(table, columns, mapping=asked.columns, lenient={"postcode": 0.5})
    frame = _one_pair(checked.frame)
    if "postcode" not in frame or not _POSITIONS & set(frame.columns):
        raise_if_blocked([*checked.faults, *_no_positions(frame, table)])
    aside = _set_aside(frame)
    positioned = frame[aside == ""]
    places, faults = points(positioned, file=file.name)
    raise_if_blocked([*checked.faults, *faults])
    placed = (
        _postcodes(positioned, years, live_known=_tells_live(frame, table))
        .set_geometry(places, crs=METRES)
        .dropna(subset=["geometry"])
    )
    kept, duplicates = unique_by(placed, "postcode", file=file.name)
    raise_if_blocked(duplicates)
    return Layer(
        frame=gpd.GeoDataFrame(kept, crs=METRES).set_index("postcode").sort_index(),
        level="postcode",
        warnings=(
            *(*table.warnings, *checked.warnings, *faults, *duplicates),
            *([] if _tells_live(frame, table) else [file.warning("LIVE_UNKNOWN")]),
        ),
        provenance=provenance(
            entry,
            file,
            vintage=", ".join(filter(None, [asked.release or "not stated", year and f"output areas {year}"])),
            rows_used=len(kept),
            set_aside={
                **{str(why): count for why, count in aside[aside != ""].value_counts().sort_index().items()},
                "no position": len(positioned) - len(placed),
                "repeats another row": len(placed) - len(kept),
            },
            crs=crs or (METRES if "easting" in frame else DEGREES),
        ),
    )


def _one_pair(frame: pd.DataFrame) -> pd.DataFrame:
    """Metres where the file has them, else degrees; NSPL has both, with 99.999999 for a latitude not known."""
    has_metres = {"easting", "northing"} <= set(frame.columns)
    has_degrees = {"longitude", "latitude"} <= set(frame.columns)
    spare = [] if has_metres else ["easting", "northing"]
    spare += ["longitude", "latitude"] if has_metres or not has_degrees else []
    return frame.drop(columns=spare, errors="ignore")


def _no_positions(frame: pd.DataFrame, table: TextTable) -> list[Fault]:
    """A fault where there is neither a pair of metres nor one of degrees."""
    if _POSITIONS & set(frame.columns):
        return []
    return [fault("COLUMN_MISSING.positions", file=table.file, present=", ".join(table.headers[:12]))]


def _tells_live(frame: pd.DataFrame, table: TextTable) -> bool:
    """True where a directory says which postcodes are in use, or is Code-Point Open, which has no others."""
    keys = {header_key(header) for header in table.headers}
    return bool({"live", "terminated"} & set(frame.columns) or keys & {"positional quality indicator", "pqi"})


def read_uprns(entry: Source, file: InputFile, asked: SourceFile) -> Layer:
    """Read the positions of property numbers (OS Open UPRN).

    Returns
    -------
    Layer, GeoDataFrame in EPSG:27700 indexed by `uprn` (text without leading zeros): geometry

    Raises
    ------
    DataError
        Those of `text_tables`, `schema` and `crs`.
    """
    found = read_placed(entry, file, asked, rows_may_lack=False)
    frame = gpd.GeoDataFrame({"uprn": found.columns["uprn"].str.lstrip("0")}, geometry=found.places, crs=METRES)
    placed = frame.dropna(subset=["geometry"])
    kept, duplicates = unique_by(placed, "uprn", file=file.name)
    raise_if_blocked(duplicates)
    return Layer(
        frame=gpd.GeoDataFrame(kept, crs=METRES).set_index("uprn").sort_index(),
        level="premises",
        warnings=(*found.warnings, *duplicates),
        provenance=provenance(
            entry,
            file,
            vintage=asked.release or month_of(file.name) or "not stated",
            rows_used=len(kept),
            set_aside={"no position": len(frame) - len(placed), "repeats another row": len(placed) - len(kept)},
            crs=found.crs,
        ),
    )


def month_of(name: str) -> str:
    """The month that a file's name gives as six digits; empty where it gives none.

    Examples
    --------
    >>> month_of("data/osopenuprn_202507.csv"), month_of("202507_mobile_coverage_laua_r01.csv"), month_of("uprn.csv")
    ('2025-07', '2025-07', '')
    """
    found = re.search(r"(?<!\d)(20\d\d)(0[1-9]|1[0-2])(?!\d)", name.rsplit("/", 1)[-1])
    return f"{found[1]}-{found[2]}" if found else ""


def _of_the_latest_year(
    columns: Sequence[Column], headers: Sequence[str], asked: SourceFile
) -> tuple[list[Column], dict[str, str]]:
    """Columns spelled as this file spells them in its latest year, and the years of its output areas and LSOAs."""
    latest = {name: _latest(headers, stem) for name, stem in YEARLY_STEMS.items()}
    latest |= {level: asked.columns[level] for level in CENSUS_CODES if level in asked.columns}
    spelled = [
        replace(column, spellings=(latest[column.name], *column.spellings)) if latest.get(column.name) else column
        for column in columns
    ]
    found = {level: re.fullmatch(_yearly(YEARLY_STEMS[level]), header_key(latest[level])) for level in CENSUS_CODES}
    return spelled, {level: f"20{digits[1]}" if digits else "" for level, digits in found.items()}


def _yearly(stem: str) -> str:
    return rf"{stem}(\d\d)(?:cd)?"


def _yearly_spellings() -> list[str]:
    """Every header of this century that a year may be part of."""
    years = [f"{year:02d}" for year in range(100)]
    return [f"{stem}{year}{end}" for stem in YEARLY_STEMS.values() for year in years for end in ("", "cd")]


def _latest(headers: Sequence[str], stem: str) -> str:
    """The header of a stem with the highest year; empty where none fits.

    Examples
    --------
    >>> _latest(["pcds", "oa01", "oa21", "oa11", "oac11"], "oa")
    'oa21'
    """
    found = [(match[1], header) for header in headers if (match := re.fullmatch(_yearly(stem), header_key(header)))]
    return max(found)[1] if found else ""


def _set_aside(frame: pd.DataFrame) -> pd.Series:
    """Why a row is not used; empty for those that are."""
    quality = frame.get("quality", pd.Series("", index=frame.index))
    unknown = "no position (grid reference quality " + quality + ")"
    reason = unknown.where(quality.isin(NO_POSITION_QUALITY), "")
    reason = reason.mask(frame["postcode"] == "", "no valid postcode")
    return reason.mask(frame["postcode"].str.startswith("BT"), "Northern Ireland: on the Irish grid")


def _postcodes(frame: pd.DataFrame, years: Mapping[str, str], *, live_known: bool) -> gpd.GeoDataFrame:
    """The columns of the layer, without geometry."""
    codes = {name: frame.get(name, "") for name in ("output_area", "lsoa", "authority", "ward")}
    live = {"postcode": frame["postcode"], "live": _live(frame), "live_known": live_known}
    live["introduced"] = _months(frame.get("introduced", pd.Series("", index=frame.index)))
    return gpd.GeoDataFrame(
        {**live, **codes, **{f"{level}_year": years[level] for level in CENSUS_CODES}}, index=frame.index
    )


def _months(cells: pd.Series) -> pd.Series:
    """Year and month of dates that begin with them; empty for anything else.

    Examples
    --------
    >>> _months(pd.Series(["198001", "2016-06-30", "1/6/2016", ""])).tolist()
    ['1980-01', '2016-06', '', '']
    """
    parts = cells.str.extract(r"^((?:19|20)\d\d)[-/]?(0[1-9]|1[0-2])(?!\d(?!\d?$))")
    return (parts[0] + "-" + parts[1]).fillna("")


def _live(frame: pd.DataFrame) -> pd.Series:
    """In use: not terminated, or marked live."""
    if "terminated" in frame:
        return frame["terminated"] == ""
    if "live" in frame:
        return frame["live"] == 1
    return pd.Series(data=True, index=frame.index)
