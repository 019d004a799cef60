"""How the sample's files are written, so that the same content always gives the same bytes."""

import io
import json
import re
import zipfile
from datetime import datetime
from pathlib import Path

import numpy as np
import pandas as pd
import rasterio
import shapely
from openpyxl import Workbook

from connected_place.scripts.sample.case import CASE
from connected_place.scripts.sample.place import Borough

REGISTER_TITLES = ("Saltmarsh Council: asset register (invented data)", "Extract of 31 January 2026, all directorates")
"""The lines above the register's header."""

_FIXED_TIME = datetime(2026, 1, 31)
_MODIFIED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*")


def write_text(path: Path, text: str) -> None:
    """Write UTF-8 text with the line ends it has, the same on every system."""
    path.write_text(text, encoding="utf-8", newline="")


def write_csv(path: Path, table: pd.DataFrame, *, as_ofcom: bool = False) -> None:
    """Write a table without its index; `as_ofcom` adds a byte-order mark and CRLF line ends."""
    text = table.to_csv(index=False, lineterminator="\r\n" if as_ofcom else "\n")
    write_text(path, "\ufeff" * as_ofcom + text)


def write_geojson(path: Path, *, name: str, shapes: dict[str, shapely.Geometry], attributes: pd.DataFrame) -> None:
    """Write polygons in EPSG:4326 as GeoJSON, one feature a line.

    Parameters
    ----------
    shapes : dict of geometry by code
    attributes : DataFrame indexed by code
    """
    head = {"type": "FeatureCollection", "name": name}
    features = (
        {
            "type": "Feature",
            "properties": attributes.loc[code].to_dict(),
            "geometry": json.loads(shapely.to_geojson(shape)),
        }
        for code, shape in shapes.items()
    )
    lines = ",\n".join(json.dumps(feature, separators=(",", ":")) for feature in features)
    write_text(path, json.dumps(head)[:-1] + f', "features": [\n{lines}\n]}}\n')


def write_raster(
    path: Path, values: np.ndarray, *, north_west: tuple[float, float], cell_m: float, nodata: float
) -> None:
    """Write a north-up float32 grid in EPSG:27700 as a compressed GeoTIFF."""
    height, width = values.shape
    west_m, north_m = north_west
    with rasterio.open(
        path,
        "w",
        driver="GTiff",
        width=width,
        height=height,
        count=1,
        dtype="float32",
        crs="EPSG:27700",
        transform=rasterio.Affine(cell_m, 0, west_m, 0, -cell_m, north_m),
        nodata=nodata,
        compress="deflate",
        predictor=3,
        zlevel=9,
    ) as raster:
        raster.write(values, 1)


def write_workbook(path: Path, table: pd.DataFrame, *, sheet: str, titles: tuple[str, ...]) -> None:
    """Write a table below title lines as an Excel workbook without the time of writing."""
    book = Workbook()
    book.properties.creator = "connected-place"
    book.properties.created = _FIXED_TIME
    page = book.active
    page.title = sheet
    for line in (*([title] for title in titles), list(table.columns), *table.astype(object).to_numpy().tolist()):
        page.append(line)
    stamped = io.BytesIO()
    book.save(stamped)
    path.write_bytes(_without_times(stamped))


def plan_toml_text(borough: Borough) -> str:
    """The plan that uses every file of the sample."""
    sources = "\n\n".join(
        f'[[source]]\nkind = "{kind}"\npath = "{path.format(area=borough.postcode_area)}"{extra}'
        for kind, path, extra in _SOURCES
    )
    return (
        f"# An invented borough: every figure is made up by scripts/build_sample.py, seed {borough.seed}.\n"
        f'[place]\nname = "{borough.name}"\nlad = "{borough.code}"\nareas = "lsoa"\n'
        'illustrative = true\n\n[gaps]\nheadline = "ufbb_300"\n\n[sites]\nbudget_gbp = 250_000\n'
        'phases = [125_000]\nphases_from = "last"\n\n'
        f"{CASE}\n{sources}\n"
    )


def licence(borough: Borough) -> str:
    """The paragraph that says whose data this is."""
    return (
        "# Licence\n\n"
        f"The borough of {borough.name} does not exist. Every figure, boundary, name and position in this folder is "
        f"invented, for illustration, by `scripts/build_sample.py` with the seed {borough.seed}; the files only follow "
        "the formats and headers that publishers use, and hold none of their data. Dedicated to the public domain: "
        "Creative Commons CC0 1.0, https://creativecommons.org/publicdomain/zero/1.0/.\n"
    )


_REGISTER_COLUMNS = (
    'columns = { site_id = "Asset ID", name = "Asset name", kind = "Type", easting = "X", northing = "Y", '
    'postcode = "Postcode" }'
)
_SOURCES = (
    ("ofcom-fixed-coverage", "202601_fixed_oa_coverage_r1.csv", ""),
    ("ofcom-fixed-coverage", "202601_fixed_pc_coverage_r2_{area}.csv", ""),
    ("ons-boundaries", "OA_2021_EW_BGC.geojson", ""),
    ("ons-boundaries", "LSOA_2021_EW_BGC.geojson", ""),
    ("ons-boundaries", "WD_MAY_2025_UK_BGC.geojson", ""),
    ("ons-lookup", "OA21_LSOA21_WD25_LAD25_EW_LU.csv", ""),
    ("ons-centroids", "OA_2021_PWC.csv", ""),
    ("postcodes", "NSPL_NOV_2025_{area}.csv", '\nrelease = "2025-11"'),
    ("premises-status", "202601_BDUK_uprn_release_Saltmarsh.csv", ""),
    ("uprns", "osopenuprn_202601.csv", ""),
    ("population", "census2021-ts001-oa.csv", ""),
    ("population-raster", "population_100m_2026.tif", '\nrelease = "2026"'),
    ("households", "census2021-ts041-oa.csv", ""),
    ("deprivation", "File_7_IoD2025_All_Ranks_Scores_Deciles_Population_Denominators.csv", ""),
    ("venues", "asset_register.xlsx", f'\nrelease = "2026-01"\n{_REGISTER_COLUMNS}'),
    ("public-wifi", "existing_public_wifi.csv", '\nrelease = "2026-01"'),
    ("footfall-counters", "footfall_counters.csv", '\nrelease = "2026-01"'),
    ("footfall-hourly", "footfall_hourly.csv", '\nrelease = "2026-01"'),
    ("surface-model", "dsm_1m_town_centre.tif", '\nrelease = "2025"'),
    ("base-roads", "base_roads.geojson", '\nrelease = "2026-01"'),
    ("base-rail", "base_rail.geojson", '\nrelease = "2026-01"'),
    ("base-water", "base_water.geojson", '\nrelease = "2026-01"'),
    ("base-greenspace", "base_greenspace.geojson", '\nrelease = "2026-01"'),
    ("base-names", "base_names.csv", '\nrelease = "2026-01"'),
)


def _without_times(workbook: io.BytesIO) -> bytes:
    """The same workbook with one fixed time on every part; openpyxl stamps the time of saving."""
    fixed = io.BytesIO()
    with zipfile.ZipFile(workbook) as parts, zipfile.ZipFile(fixed, "w", zipfile.ZIP_DEFLATED) as copy:
        for name in sorted(parts.namelist()):
            content = _MODIFIED.sub(rb"\g<1>" + f"{_FIXED_TIME:%Y-%m-%dT%H:%M:%SZ}".encode(), parts.read(name))
            copy.writestr(zipfile.ZipInfo(name, _FIXED_TIME.timetuple()[:6]), content, zipfile.ZIP_DEFLATED)
    return fixed.getvalue()
