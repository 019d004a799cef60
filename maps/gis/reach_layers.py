"""Reach as areas: where each chosen site covers a phone outdoors with the stated chance."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from connected_place.coverage.parameters import Wifi
from connected_place.coverage.reach import FIXED, SiteReach
from connected_place.coverage.reach import SignalField as Cells
from connected_place.gis_data.crs import METRES

ROUND_BY = 8
"""Straight pieces of a quarter of a circle: a reach of 50 m is drawn within 0.3 m."""

DISTANCE, SURFACE, OPEN = "distance", "surface model", "open place"


def reach_areas(sites: gpd.GeoDataFrame, reach: SiteReach, wifi: Wifi) -> gpd.GeoDataFrame:
    """Where each chosen site covers a phone outdoors.

    Parameters
    ----------
    sites : GeoDataFrame
        Every candidate, as `Plan.sites`.
    reach : SiteReach
    wifi : Wifi

    Returns
    -------
    GeoDataFrame of MultiPolygon, EPSG:27700
        Indexed by `site_id`, sorted by it: the columns of the table `reach` of columns.toml.
        The shape of a site none of whose cells has the stated chance is empty. None of it is drawn where the surface
        model says nothing.
    """
    is_fixed = wifi.reach == FIXED
    chosen = np.flatnonzero(sites["selected"].to_numpy(dtype=bool))
    rows = sites.iloc[chosen]
    circles = rows.geometry.buffer(reach.radio.reach_m, quad_segs=ROUND_BY)
    fields = {**reach.open_fields, **reach.fields}
    shapes = [
        cell_area(fields[row], share=wifi.covered_share) if row in fields else _several(circle)
        for row, circle in zip(chosen.tolist(), circles, strict=True)
    ]
    on_model, in_open = (np.isin(chosen, list(cells)) for cells in (reach.fields, reach.open_fields))
    columns = {
        "name": rows["name"],
        "chance": np.nan if is_fixed else wifi.covered_share,
        "reach_m": np.where(on_model | in_open, np.sqrt(shapely.area(shapes) / np.pi).round(1), reach.radio.reach_m),
        "basis": np.select([on_model, in_open], [SURFACE, OPEN], FIXED if is_fixed else DISTANCE),
    }
    frame = pd.DataFrame(columns, index=rows.index)
    return gpd.GeoDataFrame(frame, geometry=np.array(shapes, dtype=object), crs=METRES).sort_index()


def cell_area(cells: Cells, *, share: float) -> shapely.MultiPolygon:
    """Outline of the cells that are covered with at least some chance.

    Parameters
    ----------
    cells : Field
    share : float
        In [0, 1].

    Returns
    -------
    MultiPolygon, EPSG:27700
        Stairs are straightened by half a cell at most.
    """
    from rasterio import Affine
    from rasterio.features import shapes

    covered = cells.probability >= share  # NaN is not
    transform = Affine(*cells.transform)
    squares = [shapely.geometry.shape(outline) for outline, _ in shapes(covered.astype("uint8"), covered, 4, transform)]
    outline = shapely.simplify(shapely.union_all(squares), abs(cells.transform[0]) / 2)
    return _several(gpd.GeoSeries([outline], crs=cells.crs).to_crs(METRES).iloc[0])


def reach_words(wifi: Wifi, reach_m: float) -> str:
    """The meaning of a reach outline, in words.

    Examples
    --------
    >>> reach_words(Wifi(), 39.0)
    'outdoor coverage with a chance of 80 % or more'
    """
    if wifi.reach == FIXED:
        return f"within {reach_m:,.10g} m of a proposed site"
    return f"outdoor coverage with a chance of {100 * wifi.covered_share:.10g} % or more"


def _several(shape: shapely.Geometry) -> shapely.MultiPolygon:
    """A shape as a multipolygon, with its parts in order from the south-west."""
    parts = [part for part in shapely.get_parts(shapely.normalize(shape)) if part.geom_type == "Polygon"]
    return shapely.MultiPolygon([part for part in parts if not part.is_empty])
