"""The base map on paper: water, green, main roads and railways in quiet greys, and names of settlements."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PathCollection
from matplotlib.path import Path

from connected_place.coverage.base_map import BaseMap, cut_features
from connected_place.maps.pictures.label_places import label_places
from connected_place.maps.pictures.letters import printable, text_width_pt
from connected_place.maps.pictures.map_sheet import INK

MOST_SETTLEMENTS = 16
"""Names of settlements on one map; the wards are named there as well."""

MAIN_RANK = 2
"""Roads and waters up to this rank are drawn; smaller ones would darken a map of a whole place."""

PLACE_PT = 7.5
WATER_INK, GREEN_INK, ROAD_INK, ROAD_CASING, RAIL_INK = "#c3d7e1", "#8fb083", "white", "#6b7780", "#4a5862"


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperBase:
    """What of a base map a picture shows.

    Attributes
    ----------
    outlines : dict of str to list of Path
        "water" and "green".
    lines : dict of str to list of array
        "water", "road" and "rail": corners, EPSG:27700.
    settlements : DataFrame
        `name`, `x`, `y`, those that matter most first.
    """

    outlines: dict[str, list[Path]]
    lines: dict[str, list[np.ndarray]]
    settlements: pd.DataFrame


def paper_base(
    base: BaseMap | None,
    wards: gpd.GeoDataFrame,
    *,
    extent_m: tuple[float, float, float, float],
    detail_m: float,
    as_paths: Callable[[np.ndarray], list[Path]],
) -> PaperBase | None:
    """The base map for the frame of a picture; None where the plan has none.

    Parameters
    ----------
    base : BaseMap or None
    wards : GeoDataFrame
        Settlements that lie in none, or that are called as one is, are not named.
    extent_m : tuple of float
        Of the frame.
    detail_m : float
        Smaller details are left out.
    as_paths : callable
        Outlines as paths.
    """
    if base is None or not len(base.features):
        return None
    features = cut_features(base.features, extent_m)
    dimensions = shapely.get_dimensions(features.geometry.to_numpy())
    shapes = shapely.simplify(features.geometry.to_numpy(), detail_m, preserve_topology=False)
    is_main = (features["rank"] <= MAIN_RANK) | (features["feature"] == "rail")

    def of(feature: str, dimension: int) -> np.ndarray:
        rows = (features["feature"] == feature) & (dimensions == dimension) & (is_main | (dimension == 2))
        parts = shapely.get_parts(shapes[rows.to_numpy()])
        return np.asarray(parts[shapely.area(parts) > 100 * detail_m**2] if dimension == 2 else parts)

    return PaperBase(
        outlines={feature: as_paths(of(feature, 2)) for feature in ("water", "green")},
        lines={
            feature: [shapely.get_coordinates(line) for line in of(feature, 1)] for feature in ("water", "road", "rail")
        },
        settlements=_settlements(features, wards),
    )


def _settlements(features: gpd.GeoDataFrame, wards: gpd.GeoDataFrame) -> pd.DataFrame:
    spots = features[(features["feature"] == "place") & (features["rank"] <= 3) & (features["name"] != "")]
    at = shapely.get_coordinates(shapely.centroid(spots.geometry.to_numpy()))
    inside = shapely.contains_xy(shapely.union_all(wards.geometry.to_numpy()), at)
    frame = pd.DataFrame(spots[["name", "rank"]]).reset_index(drop=True).assign(x=at[:, 0], y=at[:, 1])
    frame = frame[inside & ~frame["name"].isin(wards["area_name"])].sort_values(["rank", "name"], kind="stable")
    return frame.drop_duplicates("name").head(MOST_SETTLEMENTS)


def draw_base(axes: Axes, found: PaperBase | None) -> None:
    """Water and green over the classes, roads above these; outlines of wards and all symbols come on top."""
    if found is None:
        return
    for feature, colour, alpha, order in (("green", GREEN_INK, 0.3, 2.3), ("water", WATER_INK, 1.0, 2.4)):
        paths = PathCollection(found.outlines[feature], facecolors=colour, edgecolors="none", alpha=alpha, zorder=order)
        axes.add_collection(paths, autolim=False)
    for feature, colour, width, order in (
        ("water", WATER_INK, 0.8, 2.5),
        ("road", ROAD_CASING, 1.3, 2.6),
        ("road", ROAD_INK, 0.8, 2.7),
        ("rail", RAIL_INK, 0.5, 2.8),
    ):
        style = "dashed" if feature == "rail" else "solid"
        lines = LineCollection(found.lines[feature], colors=colour, linewidths=width, linestyles=style, zorder=order)
        axes.add_collection(lines, autolim=False)


def settlement_labels(
    axes: Axes,
    found: PaperBase | None,
    *,
    wards: np.ndarray,
    taken_pt: np.ndarray,
    on_paper: Callable[[np.ndarray], np.ndarray],
    on_ground: Callable[[np.ndarray], np.ndarray],
) -> None:
    """Names of settlements where there is room, each in the ward that the settlement is in.

    Parameters
    ----------
    axes : Axes
    found : PaperBase or None
    wards : array of polygons
    taken_pt : array of shape (m, 4)
        Boxes of what is written already, points of 1/72 inch.
    on_paper, on_ground : callable
        From metres to points, and back.
    """
    if found is None or not len(found.settlements):
        return
    spots_m = found.settlements[["x", "y"]].to_numpy()
    names = [printable(name, 32) for name in found.settlements["name"]]
    owner = [next((at for at, ward in enumerate(wards) if shapely.contains_xy(ward, *spot)), -1) for spot in spots_m]

    def may_stand(row: int, places_pt: np.ndarray) -> np.ndarray:
        return np.asarray(owner[row] >= 0 and shapely.contains_xy(wards[owner[row]], *on_ground(places_pt).T))

    sizes = np.array([[text_width_pt(name, PLACE_PT) + 2, 1.2 * PLACE_PT] for name in names])
    rows = [row for row in range(len(names)) if owner[row] >= 0]
    placed = on_ground(label_places(on_paper(spots_m), sizes, taken=taken_pt, order=rows, may_stand=may_stand))
    for row in rows:
        if not np.isnan(placed[row]).any():
            axes.text(
                placed[row, 0], placed[row, 1], names[row], fontsize=PLACE_PT, style="italic", ha="center", va="center",
                color=INK, zorder=18, bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.75, "pad": 0.6},
            )  # fmt: skip
