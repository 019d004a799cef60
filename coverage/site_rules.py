"""Site rules: what plan.toml asks of a choice besides its budget and its locks."""

from __future__ import annotations

from collections.abc import Mapping

import geopandas as gpd
import numpy as np

from connected_place.coverage.parameters import Sites
from connected_place.coverage.siting_rules import Rule, sites_at_most, sites_floor, spacing
from connected_place.gis_data.crs import coordinates


def site_rules(hosts: gpd.GeoDataFrame, rules: Sites, *, wards: Mapping[str, str], points: int) -> tuple[Rule, ...]:
    """The rules of a plan as rows for the solver.

    Parameters
    ----------
    hosts : GeoDataFrame of points, EPSG:27700
        Candidates with `ward_code`.
    rules : Sites
    wards : mapping of code to name
        All wards of the place; a floor holds for one without a candidate too, and is then refused by name.
    points : int
        Demand points, or steps, of the case.
    """
    found: list[Rule] = []
    if rules.at_most > 0:
        found.append(sites_at_most(rules.at_most, candidates=len(hosts), points=points))
    if rules.spacing_m > 0:
        found.append(spacing(coordinates(hosts.geometry), spacing_m=rules.spacing_m, points=points))
    if rules.ward_floor > 0:
        codes = hosts["ward_code"].to_numpy()
        found += [
            sites_floor(np.asarray(codes == code), rules.ward_floor, points=points, where=f"in {wards[code]}")
            for code in sorted(wards)
        ]
    return tuple(found)
