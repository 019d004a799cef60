"""Better lines for a plan's place: its areas, what could be done for each, and what the budget pays for."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import pandas as pd

from connected_place.coverage.clusters import GapClusters
from connected_place.coverage.demand import need_of_points
from connected_place.coverage.forecast import PlaceForecast
from connected_place.coverage.gaps import PlaceGaps
from connected_place.coverage.light_frames import taken_by_row
from connected_place.coverage.lines.areas import LEAST_PREMISES, InterventionAreas, intervention_areas
from connected_place.coverage.lines.line_choice import LineChoice, choose_lines
from connected_place.coverage.lines.line_options import line_options
from connected_place.coverage.lines.line_reasons import reasoned
from connected_place.coverage.lines.outlook import LinesOutlook
from connected_place.coverage.lines.premises_by_status import listed_premises
from connected_place.coverage.lines.promises import PlacePromises, place_promises
from connected_place.coverage.lines.where_areas_are import placed_areas
from connected_place.coverage.need import PlaceNeed
from connected_place.coverage.parameters import Parameters
from connected_place.gis_data.layers import Layers


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PlaceLines:
    """What can be done for the premises without the headline speed.

    Attributes
    ----------
    interventions : GeoDataFrame, EPSG:27700, indexed by `area_id`
        Each area as `placed_areas` gives it, with its chosen option as `reasoned` does.
    options : DataFrame
        Every option of every area, as `line_options` gives it, with `is_chosen`.
    areas : InterventionAreas
    by_ward : DataFrame indexed by `area_id`, one column a ward
        Premises of each area in it; a ward without any has no column.
    choice : LineChoice
    status_release : str
        Of the file of subsidy statuses; "": none was given, and every status is not known.
    is_beyond_forecast : bool
        Whether premises-years are those beyond a forecast; else all premises are taken to stay without the speed.
    promises : PlacePromises or None
        What became of the premises that earlier releases of their status planned; None: fewer than two were given.
    """

    interventions: gpd.GeoDataFrame
    options: pd.DataFrame
    areas: InterventionAreas
    by_ward: pd.DataFrame
    choice: LineChoice
    status_release: str
    is_beyond_forecast: bool = False
    promises: PlacePromises | None = None

    def in_ward(self, code: str) -> gpd.GeoDataFrame:
        """The areas with premises in a ward.

        Returns
        -------
        GeoDataFrame
            Rows of `interventions`, with `premises_here`: those in the ward; they sum to its gap.
        """
        if code not in self.by_ward:
            return gpd.GeoDataFrame(self.interventions.iloc[:0].assign(premises_here=0.0))
        here = self.by_ward[code].reindex(self.interventions.index)
        return gpd.GeoDataFrame(self.interventions[here > 0].assign(premises_here=here[here > 0]))


def place_lines(
    layers: Layers,
    gaps: PlaceGaps,
    need: PlaceNeed,
    clusters: GapClusters,
    *,
    forecast: PlaceForecast | None,
    parameters: Parameters,
) -> PlaceLines | None:
    """Find what can be done for every premises without the headline speed; None where none is known to be without it.

    Raises
    ------
    DataError, VintageError
        Of the tables of deprivation.
    PlanFileError, InfeasibleError
        Those of `choose_lines`.
    """
    rules, headline = parameters.lines, parameters.gaps.headline
    if not gaps.units.counts[f"{headline}_gap"].sum() > LEAST_PREMISES:
        return None
    listed = listed_premises(layers, gaps.area.places, gaps.units)
    areas = intervention_areas(gaps, clusters, listed, need=_need_of_units(gaps, need), headline=headline)
    placed = placed_areas(layers, gaps, clusters, areas)
    start = parameters.delivery.start
    by_ward = areas.premises_in(gaps.units.areas["ward"])
    outlook = LinesOutlook(by_ward=by_ward, forecast=forecast, rules=parameters.appraisal, start=start)
    options = line_options(placed, rules, headline=headline, start=start, outlook=outlook)
    wards = dict(zip(placed["ward_code"], placed["ward_name"], strict=True))
    choice = choose_lines(placed, options, rules, wards=wards)
    why = reasoned(placed, options, choice, rules, headline=headline)
    taken = (options["area_id"] + "=" + options["option"]).isin(why.index + "=" + why["option"])
    return PlaceLines(
        interventions=taken_by_row(gpd.GeoDataFrame(placed.join(why))),
        options=options.assign(is_chosen=taken),
        areas=areas,
        by_ward=by_ward,
        choice=choice,
        status_release=listed.release,
        is_beyond_forecast=outlook.is_forecast,
        promises=place_promises(layers, gaps.area.places, gaps.units),
    )


def _need_of_units(gaps: PlaceGaps, need: PlaceNeed) -> pd.Series:
    """Need of the area that each unit is in, in [0, 1]."""
    units, scores = gaps.units, need.ranking.areas["fixed_score"]
    return need_of_points(units.areas[gaps.area.level], units.counts["premises"], scores=scores)
