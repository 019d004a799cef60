"""The plan for a GIS: its layers as one GeoPackage with QGIS styles."""

from __future__ import annotations

import contextlib
import errno
import itertools
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

import pyogrio

from connected_place.maps.choropleth import BREAKS, COLOURS, class_words
from connected_place.maps.gis.layers import GisLayer
from connected_place.maps.gis.package_check import check_package
from connected_place.maps.signs import CANDIDATE, CLUSTER_COLOUR, PHASES, QGIS_SHAPES, REACH_COLOUR, WIFI

FIXED_DATE = "2000-01-01T00:00:00Z"
"""Every layer's date of change, fixed so that the same plan gives the same bytes."""

FORMAT_VERSION = "1.2"
"""Older desktop software warns about newer ones."""


def write_geopackage(layers: Sequence[GisLayer], path: Path, *, headline: str) -> None:
    """Write the layers `areas, wards, sites, reach, clusters, interventions, existing_wifi` in EPSG:27700.

    Parameters
    ----------
    layers : sequence of GisLayer
        As `layers.gis_layers` gives them.
    path : Path
        Must not exist.
    headline : str
        Tier whose gap colours the areas.

    Raises
    ------
    OSError
        The disk does not take it, or it does not read back as it was written.
    """
    styles = {
        "areas": area_style(f"{headline}_gap_share"),
        "wards": ward_style(),
        "sites": site_style(),
        "reach": reach_style(),
        "clusters": cluster_style(),
        "interventions": cluster_style(),
        "existing_wifi": wifi_style(),
    }
    try:
        with _fixed_date():
            for layer in layers:
                _write_layer(layer, path, is_first=layer is layers[0])
        _add_styles(path, styles)
        _add_aliases(path, layers)
        check_package(path, layers)
    except (pyogrio.errors.DataSourceError, pyogrio.errors.FeatureError, sqlite3.Error) as error:
        raise OSError(errno.EIO, f"{path.name}: {error}") from error


def _write_layer(layer: GisLayer, path: Path, *, is_first: bool) -> None:
    pyogrio.write_dataframe(
        layer.frame,
        path,
        layer=layer.name,
        driver="GPKG",
        geometry_type=layer.shape,
        append=not is_first,
        dataset_options={"VERSION": FORMAT_VERSION} if is_first else {},
        layer_options={"GEOMETRY_NAME": "geom", "FID": "fid", "SPATIAL_INDEX": "YES", "DESCRIPTION": layer.text.title},
    )


def area_style(column: str) -> str:
    """QGIS style: areas by class of a share, those not reported hatched."""
    edges = [-1.0, *BREAKS, 1.0]
    rules = [
        _rule(f'"{column}" &gt; {low} AND "{column}" &lt;= {high}', class_words()[number], number)
        for number, (low, high) in enumerate(itertools.pairwise(edges))
    ]
    rules.append(_rule(f'"{column}" IS NULL', "not reported", len(COLOURS)))
    fills = [_fill(number, colour, "solid") for number, colour in enumerate(COLOURS)]
    fills.append(_fill(len(COLOURS), "#767676", "b_diagonal"))
    return _renderer("RuleRenderer", f"<rules>{''.join(rules)}</rules><symbols>{''.join(fills)}</symbols>")


def ward_style() -> str:
    """QGIS style: outlines of wards."""
    return _renderer("singleSymbol", f"<symbols>{_fill(0, '#333333', 'no')}</symbols>")


def cluster_style() -> str:
    """QGIS style: outlines of clusters of unserved premises."""
    return _renderer("singleSymbol", f"<symbols>{_fill(0, CLUSTER_COLOUR, 'dense6')}</symbols>")


def reach_style() -> str:
    """QGIS style: outdoor coverage of the chosen sites, light enough for the map below to show through."""
    return _renderer("singleSymbol", f"<symbols>{_fill(0, REACH_COLOUR, 'solid', opacity=0.35)}</symbols>")


def site_style() -> str:
    """QGIS style: chosen sites with the shape and colour of their phase, other candidates as small circles."""
    last = len(PHASES)
    rules = [
        _rule(f'"selected" AND coalesce("phase", 1) {"&gt;=" if number == last else "="} {number}', sign.words, number)
        for number, sign in enumerate(PHASES, start=1)
    ]
    symbols = [
        _marker(number, QGIS_SHAPES[sign.shape], sign.colour, 4.0) for number, sign in enumerate(PHASES, start=1)
    ]
    rules.append(_rule('NOT "selected"', CANDIDATE.words, 0))
    symbols.append(_marker(0, QGIS_SHAPES[CANDIDATE.shape], CANDIDATE.colour, 1.6))
    return _renderer("RuleRenderer", f"<rules>{''.join(rules)}</rules><symbols>{''.join(symbols)}</symbols>")


def wifi_style() -> str:
    """QGIS style: existing Wi-Fi by what its use costs."""
    rules = [
        _rule(f'"access" = &apos;{access}&apos;', sign.words, number)
        for number, (access, sign) in enumerate(WIFI.items())
    ]
    symbols = [_marker(number, QGIS_SHAPES[sign.shape], sign.colour, 2.4) for number, sign in enumerate(WIFI.values())]
    return _renderer("RuleRenderer", f"<rules>{''.join(rules)}</rules><symbols>{''.join(symbols)}</symbols>")


_DATE_SET = threading.Lock()
"""GDAL has one date for the whole process, and the pack is written in a thread beside the folder."""


@contextlib.contextmanager
def _fixed_date() -> Iterator[None]:
    with _DATE_SET:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": FIXED_DATE})
        try:
            yield
        finally:
            pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": None})


def _add_styles(path: Path, styles: dict[str, str]) -> None:
    """The table where QGIS looks for a layer's style."""
    with contextlib.closing(sqlite3.connect(path)) as package, package:
        package.execute(
            "CREATE TABLE layer_styles (id INTEGER PRIMARY KEY AUTOINCREMENT, f_table_catalog TEXT(256), "
            "f_table_schema TEXT(256), f_table_name TEXT(256), f_geometry_column TEXT(256), styleName TEXT(30), "
            "styleQML TEXT, styleSLD TEXT, useAsDefault BOOLEAN, description TEXT, owner TEXT(30), ui TEXT(30), "
            "update_time DATETIME)"
        )
        package.executemany(
            "INSERT INTO layer_styles (f_table_catalog, f_table_schema, f_table_name, f_geometry_column, styleName, "
            "styleQML, styleSLD, useAsDefault, description, owner, ui, update_time) "
            "VALUES ('', '', ?, 'geom', ?, ?, '', 1, '', '', '', ?)",
            [(name, name, style, FIXED_DATE) for name, style in styles.items()],
        )
        package.execute(
            "INSERT INTO gpkg_contents (table_name, data_type, identifier, description, last_change, srs_id) "
            "VALUES ('layer_styles', 'attributes', 'layer_styles', '', ?, 0)",
            (FIXED_DATE,),
        )


def _add_aliases(path: Path, layers: Sequence[GisLayer]) -> None:
    """The short heading and description of every column, which a GIS shows instead of its name.

    Notes
    -----
    OGC GeoPackage 1.2, extension "Schema".
    """
    rows = [
        (layer.name, column.name, column.head, column.head, column.description)
        for layer in layers
        for column in layer.text.columns
    ]
    tables = ("gpkg_data_columns", "gpkg_data_column_constraints")
    with contextlib.closing(sqlite3.connect(path)) as package, package:
        package.execute(
            "CREATE TABLE gpkg_data_columns (table_name TEXT NOT NULL, column_name TEXT NOT NULL, name TEXT, "
            "title TEXT, description TEXT, mime_type TEXT, constraint_name TEXT, "
            "CONSTRAINT pk_gdc PRIMARY KEY (table_name, column_name), CONSTRAINT gdc_tn UNIQUE (table_name, name))"
        )
        package.execute(
            "CREATE TABLE gpkg_data_column_constraints (constraint_name TEXT NOT NULL, constraint_type TEXT NOT NULL, "
            "value TEXT, min NUMERIC, min_is_inclusive BOOLEAN, max NUMERIC, max_is_inclusive BOOLEAN, "
            "description TEXT, CONSTRAINT gdcc_ntv UNIQUE (constraint_name, constraint_type, value))"
        )
        package.executemany(
            "INSERT INTO gpkg_data_columns (table_name, column_name, name, title, description) VALUES (?, ?, ?, ?, ?)",
            rows,
        )
        package.executemany(
            "INSERT INTO gpkg_extensions (table_name, column_name, extension_name, definition, scope) "
            "VALUES (?, NULL, 'gpkg_schema', 'http://www.geopackage.org/spec/#extension_schema', 'read-write')",
            [(table,) for table in tables],
        )


def _renderer(kind: str, body: str) -> str:
    return (
        f'<!DOCTYPE qgis><qgis version="3.22"><renderer-v2 type="{kind}" enableorderby="0">{body}</renderer-v2></qgis>'
    )


def _rule(expression: str, label: str, symbol: int) -> str:
    return f"<rule filter='{expression}' label='{label}' symbol='{symbol}'/>"


def _fill(name: int, colour: str, style: str, *, opacity: float = 1.0) -> str:
    return (
        f'<symbol type="fill" name="{name}" alpha="{opacity:g}"><layer class="SimpleFill"><Option type="Map">'
        f"{_option('color', colour)}{_option('style', style)}{_option('outline_color', '#333333')}"
        f"{_option('outline_width', '0.2')}</Option></layer></symbol>"
    )


def _marker(name: int, shape: str, colour: str, size_mm: float) -> str:
    return (
        f'<symbol type="marker" name="{name}"><layer class="SimpleMarker"><Option type="Map">'
        f"{_option('name', shape)}{_option('color', colour)}{_option('size', str(size_mm))}"
        f"{_option('outline_color', '#000000')}</Option></layer></symbol>"
    )


def _option(name: str, value: str) -> str:
    return f'<Option type="QString" name="{name}" value="{value}"/>'
