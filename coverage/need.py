"""Need: the criteria by which areas are compared, each on a fixed scale that another area cannot move."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
from scipy.spatial import cKDTree

from connected_place.coverage.area_table import Spine, sum_by, weighted_mean_by
from connected_place.coverage.vintages import on_year, one_layer
from connected_place.gis_data.areas import LEVEL_WORDS
from connected_place.gis_data.crs import coordinates
from connected_place.gis_data.errors import DataError, Fault
from connected_place.gis_data.layers import Layer, Layers
from connected_place.gis_data.rasters import Raster


@dataclass(frozen=True, slots=True, kw_only=True)
class Criterion:
    """One reason why an area may need investment, on a fixed scale.

    Attributes
    ----------
    key : str
        Name of its column.
    words : str
        As a councillor would say it.
    unit : str
        Of its level.
    none_at, full_at : float
        Levels at which the value is 0 (no need) and 1 (full need); linear between, flat outside.
    source : str
        Why these two levels.
    """

    key: str
    words: str
    unit: str
    none_at: float
    full_at: float
    source: str


CRITERIA = {
    item.key: item
    for item in (
        Criterion(
            key="gap_headline",
            words="premises without the headline speed",
            unit="share of premises",
            none_at=0.0,
            full_at=1.0,
            source="The whole range that a share can take.",
        ),
        Criterion(
            key="gap_decent",
            words="premises without 10 Mbit/s",
            unit="share of premises",
            none_at=0.0,
            full_at=0.2,
            source="Project's proposal: one premises in five without decent broadband is full need.",
        ),
        Criterion(
            key="deprivation",
            words="people in income deprivation",
            unit="share of people",
            none_at=0.0,
            full_at=0.4,
            source="Indices of Deprivation, income score; 0.4 is about the most deprived hundredth of England's LSOAs.",
        ),
        Criterion(
            key="deprivation_rank",
            words="how deprived the area is among all of its nation",
            unit="share of areas that are less deprived",
            none_at=0.0,
            full_at=1.0,
            source="The whole range: 1 is the most deprived area of the nation. Used where there is no income score.",
        ),
        Criterion(
            key="population",
            words="people living there",
            unit="people per hectare",
            none_at=0.0,
            full_at=100.0,
            source="Project's proposal: 100 people a hectare is a dense town centre.",
        ),
        Criterion(
            key="wifi_distance",
            words="distance to the nearest existing free Wi-Fi",
            unit="metres",
            none_at=100.0,
            full_at=2_000.0,
            source="Project's proposal: beyond about 25 minutes on foot it makes no more difference.",
        ),
    )
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Atoms:
    """What is known of each finest area, to be put together for any wider one.

    Attributes
    ----------
    frame : DataFrame indexed by finest code
        `population` (people), `deprivation` (share of people in income deprivation), `deprivation_rank` (share of the
        nation's areas that are less deprived, where there is no income score), `households`,
        `wifi_distance` (metres from the centre to the nearest existing free Wi-Fi). NaN: not known.
    population_source : str
        "" where the population is not known.
    """

    frame: pd.DataFrame
    population_source: str


def atoms(layers: Layers, places: Spine) -> Atoms:
    """Collect what the layers say of each finest area.

    Raises
    ------
    VintageError
        A table is on areas of another vintage.
    """
    population, source = _population(layers, places)
    deprivation = by_finest_area(layers, places, "deprivation")
    frame = pd.DataFrame(
        {
            "population": population,
            "households": by_finest_area(layers, places, "households"),
            "deprivation": deprivation,
            "deprivation_rank": _rank_share(layers, places).where(deprivation.isna()),
            "wifi_distance": _distance_to_free_wifi(layers, places),
        }
    )
    return Atoms(frame=frame, population_source=source)


def levels(known: Atoms, places: Spine, gaps: pd.DataFrame, *, level: str, headline: str) -> pd.DataFrame:
    """The level of each criterion for areas of one level; only criteria that something is known of.

    Parameters
    ----------
    known : Atoms
    places : Spine
    gaps : DataFrame indexed by area code
        As `gap.gap_by_area` gives it.
    level : str
        Of the areas.
    headline : str
        Tier of the first criterion.

    Returns
    -------
    DataFrame indexed as `gaps`, one column for each criterion; NaN: not known
    """
    parent, index, frame = places.parents[level], gaps.index, known.frame
    hectares = places.outlines[level].geometry.area.reindex(index) / 10_000
    people = frame["population"]
    weight = people if people.notna().any() else pd.Series(1.0, index=frame.index)
    found = pd.DataFrame(
        {
            "gap_headline": gaps[f"{headline}_gap_share"],
            "gap_decent": gaps["decent_10_gap_share"],
            "deprivation": weighted_mean_by(frame["deprivation"], weight, parent, index),
            "deprivation_rank": weighted_mean_by(frame["deprivation_rank"], weight, parent, index),
            "population": sum_by(people, parent, index) / hectares,
            "wifi_distance": weighted_mean_by(frame["wifi_distance"], weight, parent, index),
        }
    )
    if headline == "decent_10":
        found = found.drop(columns="gap_decent")
    return found.dropna(axis="columns", how="all")


def values(found: pd.DataFrame) -> pd.DataFrame:
    """Value of each level on its criterion's fixed scale, in [0, 1]; NaN stays NaN.

    Examples
    --------
    >>> values(pd.DataFrame({"gap_decent": [0.0, 0.1, 0.5, np.nan]}))["gap_decent"].tolist()
    [0.0, 0.5, 1.0, nan]
    """
    scaled = {
        key: ((column - CRITERIA[key].none_at) / (CRITERIA[key].full_at - CRITERIA[key].none_at)).clip(0, 1)
        for key, column in found.items()
    }
    return pd.DataFrame(scaled, index=found.index)


def _rank_share(layers: Layers, places: Spine) -> pd.Series:
    """Share of the nation's areas that are less deprived than that of each finest area."""
    rank = by_finest_area(layers, places, "deprivation", column="deprivation_rank")
    ranks = by_finest_area(layers, places, "deprivation", column="deprivation_ranks")
    return 1 - (rank - 1) / (ranks - 1)


def by_finest_area(layers: Layers, places: Spine, name: str, *, column: str = "") -> pd.Series:
    """One column of a people table, that of its own name, for each finest area.

    A rate of a wider area holds for all areas that lie in it; a count is spread over them in equal parts.

    Raises
    ------
    DataError
        LAYER_TWICE, or NO_OUTLINES: the table is of a level that there are no outlines of.
    VintageError
        VINTAGE_MIXED.
    """
    layer, column = one_layer(layers, name), column or name
    if layer is None or column not in layer.frame:
        return pd.Series(np.nan, index=places.parents.index)
    if layer.level not in places.parents:
        raise DataError(_no_outlines(layer))
    is_rate = name == "deprivation"
    found = on_year(layers, layer, column, areas=places.layers[layer.level], is_rate=is_rate)
    if layer.level == places.level:
        return found
    parent = places.parents[layer.level]
    return parent.map(found) if is_rate else _spread(parent.map(found), parent)


def _no_outlines(layer: Layer) -> Fault:
    words = LEVEL_WORDS[layer.level]
    return Fault(
        code="NO_OUTLINES",
        file=layer.provenance.file,
        message=f"It is on {words} and there are no outlines of them, so it cannot be placed.",
        remedy=f'Add the {words} as a [[source]] with kind = "ons-boundaries", or take the table away.',
    )


def _spread(totals: pd.Series, parent: pd.Series) -> pd.Series:
    """A total of a wider area in equal parts over its finest ones."""
    return totals / parent.groupby(parent).transform("size")


def _population(layers: Layers, places: Spine) -> tuple[pd.Series, str]:
    """Residents of each finest area: from a table, else from a grid of cells."""
    table = by_finest_area(layers, places, "population")
    if table.notna().any():
        return table, layers.of("population")[0].provenance.file
    for layer in layers.of("population-raster"):
        return zonal_sums(layer.raster, places.outlines[places.level]), layer.provenance.file
    return table, ""


def zonal_sums(raster: Raster, outlines: gpd.GeoDataFrame) -> pd.Series:
    """Sums of cells within each outline, a cell on an edge by the share of its area that lies inside.

    Parameters
    ----------
    raster : Raster
    outlines : GeoDataFrame
        Reprojected to the raster's system where they differ.

    Notes
    -----
    exactextract (Baston): exact fractions, so that neighbours that share an edge share its cells and totals hold.
    """
    from exactextract import exact_extract
    from exactextract.raster import NumPyRasterSource

    rows, columns = raster.values.shape
    left, top = raster.transform[2], raster.transform[5]
    source = NumPyRasterSource(
        raster.values,
        xmin=left,
        xmax=left + columns * raster.transform[0],
        ymin=top + rows * raster.transform[4],
        ymax=top,
        nodata=np.nan,
        srs_wkt=raster.crs,
    )
    shapes = outlines[["geometry"]].to_crs(raster.crs)
    sums = exact_extract(source, shapes, "sum", output="pandas")["sum"]
    return pd.Series(sums.to_numpy(), index=outlines.index)


def _distance_to_free_wifi(layers: Layers, places: Spine) -> pd.Series:
    """Metres from each centre to the nearest existing free access point; NaN where no list of them was given."""
    free = [layer.frame[layer.frame["access"] != "paid"] for layer in layers.of("public-wifi")]
    spots = np.concatenate([coordinates(frame.geometry) for frame in free]) if free else np.empty((0, 2))
    if not len(spots):
        return pd.Series(np.nan, index=places.parents.index)
    distance_m, _ = cKDTree(spots).query(coordinates(places.centres))
    return pd.Series(distance_m, index=places.parents.index)
