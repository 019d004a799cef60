"""Questions to a plan, each answered with a frame and with no more work than it needs."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import geopandas as gpd

    from connected_place.api.open_plan import OpenPlan

_WARD, _AREA, _WARDS = "ward", "area", "wards"


def gaps(p: OpenPlan, *, by: str = _WARD) -> gpd.GeoDataFrame:
    """How many premises cannot get each speed.

    Parameters
    ----------
    p : OpenPlan
    by : str
        "ward", or "area": the level of the plan.

    Returns
    -------
    GeoDataFrame indexed by `area_code`, EPSG:27700
        `area_name`, `premises`, and for each speed tier `<tier>_have`, `<tier>_gap`, `<tier>_gap_share` in [0, 1] and
        `<tier>_not_reported`. `attrs["total"]` has the same for the whole place: sums over sums.

    Raises
    ------
    ConnectedPlaceError
        Faults of the input files, all at once; or there is no such level.

    Examples
    --------
    >>> import connected_place.api as cp
    >>> wards = cp.gaps(cp.sample())
    >>> wards.attrs["total"]["ufbb_300_gap"], float(wards["ufbb_300_gap"].sum())
    (5013.0, 5013.0)
    """
    from connected_place.api.frames import as_json, described
    from connected_place.coverage.gaps import area_gaps, borough_total

    table, found = _table(by), p.take("gaps").gaps
    wards = area_gaps(p.layers, found, level=_WARD)
    total = {"total": as_json(borough_total(wards).to_dict())}
    frame = wards if table == _WARDS else area_gaps(p.layers, found, level=found.area.level)
    return described(frame, p, table, counted=found.units.premises_source, more=total)


def need(p: OpenPlan, *, by: str = _AREA, of: str = "") -> gpd.GeoDataFrame:
    """Which areas need investment most, and why.

    Parameters
    ----------
    p : OpenPlan
    by : str
        "area": the level of the plan; or "ward".
    of : str
        "lines" or "wifi": most need for better lines, or for public Wi-Fi, first; "": by the combined score.

    Returns
    -------
    GeoDataFrame indexed by `area_code`, EPSG:27700, most need first
        The columns of `gaps`; each criterion's level `<key>` and value `<key>_value` in [0, 1]; `score` (0 to 100),
        `rank`, its range `rank_low` to `rank_high`, and `explanation`; the same of each need with `fixed_` (better
        lines) or `wifi_` before it.

    Raises
    ------
    ConnectedPlaceError
        Faults of the input files, all at once; or there is no such level.

    Examples
    --------
    >>> import connected_place.api as cp
    >>> worst = cp.need(cp.sample()).iloc[0]
    >>> int(worst["rank"]), worst["ward_name"]
    (1, 'Dockhaven Central')
    """
    from connected_place.api.frames import described

    table, steps = _table(by), p.take("need")
    frame = steps.need.ranking.wards if table == _WARDS else steps.need.ranking.areas
    in_order = frame.sort_index().sort_values(_rank_column(of), kind="stable")
    return described(in_order, p, table, counted=steps.gaps.units.premises_source)


def lines(p: OpenPlan, *, budget_gbp: float | None = None) -> gpd.GeoDataFrame:
    """What can be done for the premises without the headline speed, and what the budget for lines pays for.

    Parameters
    ----------
    p : OpenPlan
    budget_gbp : float or None
        Capital for better lines, £, in place of the plan's own.

    Returns
    -------
    GeoDataFrame indexed by `area_id`, EPSG:27700
        Every intervention area: `area_name`, `status`, `premises` (they sum to the gap), `option`, `cost_gbp`,
        `gained`, `reason` and the other columns of interventions.csv. `attrs["choice"]` has what is spent and gained
        in all and how sure it is that no better choice exists; `attrs["options"]` every option of every area. Empty
        where no premises is known to be without the speed.

    Raises
    ------
    ConnectedPlaceError
        Faults of the input files, all at once; or no choice keeps the rules of the plan.

    Examples
    --------
    >>> import connected_place.api as cp
    >>> areas = cp.lines(cp.sample())
    >>> round(areas["premises"].sum()), areas.attrs["choice"]["status"]
    (5013, 'optimal')
    """
    from connected_place.api.frames import as_json, described

    if budget_gbp is not None:
        p = p.with_({"lines.budget_gbp": budget_gbp})
    steps = p.take("lines")
    found, counted = steps.lines, steps.gaps.units.premises_source
    if found is None:
        return described(_no_areas(), p, "interventions", counted=counted)
    own = found.choice.curve[found.choice.curve["is_plan"]].iloc[0].to_dict()
    more = {"choice": as_json(own), "options": as_json(found.options.to_dict("records"))}
    return described(found.interventions, p, "interventions", counted=counted, more=more)


def siting(p: OpenPlan, *, budget_gbp: float | None = None) -> gpd.GeoDataFrame:
    """Where public Wi-Fi should go, and why there.

    Parameters
    ----------
    p : OpenPlan
    budget_gbp : float or None
        Capital, £, in place of the plan's own.

    Returns
    -------
    GeoDataFrame of points indexed by `site_id`, EPSG:27700, the chosen first, by rank
        Every candidate: `name`, `kind`, `selected`, `rank`, `reason`, `capex_gbp`, `demand_added`, `chosen_share` and
        the other columns of sites.csv but those of the appraisal. `attrs["shortlist"]` has what the chosen sites cost
        and cover together, and how sure it is that no better choice exists.

    Raises
    ------
    ConnectedPlaceError
        Faults of the input files, all at once; or no choice keeps the rules of the plan.

    Examples
    --------
    >>> import connected_place.api as cp
    >>> sites = cp.siting(cp.sample())
    >>> int(sites["selected"].sum()), sites.attrs["shortlist"]["status"]
    (16, 'optimal')
    """
    from connected_place.api.frames import as_json, described

    if budget_gbp is not None:
        p = p.with_({"sites.budget_gbp": budget_gbp})
    found = p.take("siting").siting
    frame = found.sites.sort_index().sort_values("rank", kind="stable")
    shortlist = {"shortlist": as_json(dataclasses.asdict(found.shortlist))}
    return described(frame, p, "sites", counted=found.shortlist.premises_source, more=shortlist)


def _rank_column(of: str) -> str:
    """The column that a need ranks by.

    Raises
    ------
    CommandError
        NOT_A_NEED.
    """
    from connected_place.gis_data.errors import CommandError, fault

    columns = {"": "rank", "lines": "fixed_rank", "wifi": "wifi_rank"}
    if of in columns:
        return columns[of]
    raise CommandError(fault("NOT_A_NEED", value=str(of)))


def _no_areas() -> gpd.GeoDataFrame:
    """No intervention areas."""
    import geopandas as gpd
    import pandas as pd

    from connected_place.gis_data.crs import METRES

    names = pd.Index([], name="area_id", dtype=object)
    return gpd.GeoDataFrame({"area_name": [], "premises": []}, geometry=[], crs=METRES, index=names)


def _table(by: str) -> str:
    """The table of the level that was asked for.

    Raises
    ------
    CommandError
        NOT_A_LEVEL.
    """
    from connected_place.gis_data.errors import CommandError, fault

    if by in (_WARD, _AREA):
        return _WARDS if by == _WARD else "areas"
    raise CommandError(fault("NOT_A_LEVEL", value=str(by)))
